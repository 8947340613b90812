use std::{borrow::Cow, collections::BTreeMap, ops::Range};

use proptest::{prelude::*, sample::Index};

use crate::{
    bill::{
        Bill, Ledger,
        tests::{MONDAY, line, object},
    },
    event::{Charge, Usage, UsageClass},
};

const DAYS: i64 = 8;
static MACHINES: [(&str, &str); 4] =
    [("i-0a", "us-east-1"), ("i-0b", "eu-west-1"), ("i-0c", "us-east-1"), ("i-0d", "us-east-1")];

/// How an export tells of a day, the finest first.
#[derive(Clone, Copy, Debug)]
enum Export {
    HourlyWithResources,
    DailyWithResources,
    HourlyByPlace,
}

static EXPORTS: [Export; 3] =
    [Export::HourlyWithResources, Export::DailyWithResources, Export::HourlyByPlace];

impl Export {
    fn told(self, day: i64, machines: usize) -> Vec<Usage<'static>> {
        let machines = MACHINES.iter().take(machines);
        let hours = |(resource, region): &(&'static str, &'static str), count: i64| {
            let (resource, region) = (*resource, *region);
            (0..24).map(move |hour| line(resource, region, day, (hour, hour + 1), count))
        };
        match self {
            Self::HourlyWithResources => machines.flat_map(|machine| hours(machine, 1)).collect(),
            Self::DailyWithResources => {
                machines.map(|(name, region)| line(name, region, day, (0, 24), 24)).collect()
            }
            Self::HourlyByPlace => {
                let mut places: BTreeMap<&str, i64> = BTreeMap::new();
                machines.for_each(|(_, region)| *places.entry(*region).or_default() += 1);
                let lines =
                    places.into_iter().flat_map(|(region, count)| hours(&("", region), count));
                lines.map(|line| Usage { resource: None, ..line }).collect()
            }
        }
    }
}

fn some_days() -> impl Strategy<Value = Range<i64>> {
    (0..DAYS, 0..DAYS).prop_map(|(first, count)| first..(first + count).min(DAYS))
}

/// Days of each resource.
fn by_resource(ledger: &Ledger) -> BTreeMap<&str, String> {
    let resources = ledger.resources.iter();
    resources.map(|(name, spent)| (name.as_str(), format!("{:?}", spent.days))).collect()
}

/// What compute cost, in millionths.
fn cost(bill: &Bill) -> i64 {
    bill.read().series.values().flatten().map(|(_, amount)| amount.cost_micros).sum()
}

/// What resources cost when all is given back that is.
fn left(bill: &Bill) -> i64 {
    let ledger = bill.read();
    let days = ledger.resources.values().flat_map(|spent| spent.days.values());
    days.map(|amount| amount.cost_micros).sum()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    /// Three exports, each of some days, in any parts and order: on each day the finest counts.
    #[test]
    fn of_what_is_told_twice_the_finest_counts(
        machines in 1_usize..=4,
        days in prop::array::uniform3(some_days()),
        parts in prop::collection::vec(0_u8..3, 1..40),
        order in prop::collection::vec(any::<Index>(), 9),
    ) {
        let mut objects: BTreeMap<u8, Vec<Usage<'static>>> = BTreeMap::new();
        for ((export, days), first) in EXPORTS.iter().zip(&days).zip([0_u8, 3, 6]) {
            let lines = days.clone().flat_map(|day| export.told(day, machines));
            for (number, line) in lines.enumerate() {
                let part = parts[number % parts.len()];
                objects.entry(first + part).or_default().push(line);
            }
        }
        let mut bills: Vec<Bill> =
            objects.iter().map(|(number, lines)| object(*number, lines)).collect();
        let mut bill = Bill::default();
        for index in order {
            if !bills.is_empty() {
                let next = bills.swap_remove(index.index(bills.len()));
                bill = next.clone().merge(bill).merge(next);
            }
        }
        let finest = |day: i64| {
            let known = EXPORTS.iter().zip(&days).find(|(_, days)| days.contains(&day));
            known.map(|(export, _)| export.told(day, machines)).unwrap_or_default()
        };
        let wanted = object(0, &(0..DAYS).flat_map(finest).collect::<Vec<_>>()).read();
        let ledger = bill.read();
        prop_assert_eq!(&ledger.series, &wanted.series);
        prop_assert_eq!(by_resource(&ledger), by_resource(&wanted));
        let twice = |day: &i64| days.iter().filter(|days| days.contains(day)).count() > 1;
        let twice: Vec<i64> = (0..DAYS).filter(twice).map(|day| MONDAY / 86_400 + day).collect();
        let told: Vec<i64> = ledger.told_twice.iter().map(|day| i64::from(*day)).collect();
        prop_assert_eq!(told, twice);
        prop_assert_eq!(ledger.restated, 0);
    }
}

#[test]
fn other_use_in_other_periods_is_other_use() {
    let hourly = object(1, &Export::HourlyWithResources.told(0, 1));
    let other = object(2, &[line("i-0z", "us-east-1", 0, (0, 24), 24)]);
    assert_eq!(cost(&hourly.merge(other)), 2 * 96_000_000);
    // A quarter of what the machines use is not what they use.
    let machines: Vec<Usage<'_>> =
        ["i-0a", "i-0c", "i-0d", "i-0e"].map(|name| line(name, "us-east-1", 0, (0, 24), 24)).into();
    let place = object(2, &Export::HourlyByPlace.told(0, 1));
    assert_eq!(cost(&object(1, &machines).merge(place.clone())), 5 * 96_000_000);
    assert_eq!(cost(&object(1, machines.get(..1).unwrap_or_default()).merge(place)), 96_000_000);
}

#[test]
fn a_line_for_the_month_is_told_by_its_days() {
    let days: Vec<Usage<'_>> =
        (0..DAYS).map(|day| line("i-0a", "us-east-1", day, (0, 24), 24)).collect();
    let whole = object(1, &[line("i-0a", "us-east-1", 0, (0, 24 * DAYS), 24 * DAYS)]);
    assert_eq!(cost(&whole.clone().merge(object(2, &days))), 96_000_000 * DAYS);
    // Two days of eight are no month.
    let begun = object(2, days.get(..2).unwrap_or_default());
    assert_eq!(cost(&whole.merge(begun)), 96_000_000 * (DAYS + 2));
}

/// Machines of one region on a day, in a line each or in one for each of these hours.
fn fleet<'a>(names: &'a [String], region: &'a str, day: i64, hours: &Range<i64>) -> Vec<Usage<'a>> {
    let of = |name: &'a String| {
        hours.clone().map(move |hour| line(name, region, day, (hour, hour + 1), 1))
    };
    names.iter().flat_map(of).collect()
}

fn daily<'a>(names: &'a [String], region: &'a str, day: i64) -> Vec<Usage<'a>> {
    names.iter().map(|name| line(name, region, day, (0, 24), 24)).collect()
}

#[test]
fn a_finer_export_of_some_machines_hides_no_others() {
    let honest: Vec<String> = (0..10).map(|number| format!("i-0a{number}")).collect();
    let miners: Vec<String> = (0..8).map(|number| format!("i-0f{number}")).collect();
    let some = object(1, &fleet(&honest, "us-east-1", 0, &(0..24)));
    // Where the miners run where the others do, it is not seen whose the lines of the place are.
    for (region, told) in [("ap-south-1", 18), ("us-east-1", 28)] {
        let lines = [daily(&honest, "us-east-1", 0), daily(&miners, region, 0)].concat();
        let all = object(2, &lines);
        for both in [some.clone().merge(all.clone()), all.merge(some.clone())] {
            assert_eq!(cost(&both), told * 96_000_000, "{region}");
            assert_eq!(left(&both), 18 * 96_000_000, "{region}");
            let ledger = both.read();
            assert!(miners.iter().all(|name| ledger.resources.contains_key(name)));
            assert!(ledger.meters.keys().any(|(_, place, _)| place == region));
        }
    }
}

#[test]
fn a_day_of_which_the_finer_export_has_half_counts() {
    let names = ["i-0a".to_string()];
    let hours = |day: i64, first: i64| fleet(&names, "us-east-1", day, &(first..24));
    let begun = object(1, &[hours(0, 12), hours(1, 0)].concat());
    let all = object(2, &[daily(&names, "us-east-1", 0), daily(&names, "us-east-1", 1)].concat());
    let both = begun.merge(all);
    assert_eq!((cost(&both), left(&both)), (240_000_000, 240_000_000));
}

#[test]
fn another_service_that_costs_as_much_is_other_use() {
    let machine = object(1, &[line("vm-0", "us-central1", 0, (0, 24), 24)]);
    let unnamed = |meter: &'static str| Usage {
        resource: None,
        meter: meter.into(),
        ..line("", "us-central1", 0, (0, 24), 20)
    };
    let other = object(2, &[unnamed("Cloud Run CPU")]);
    assert_eq!(cost(&machine.clone().merge(other)), 176_000_000);
    let same = object(2, &[unnamed("BoxUsage:c5.24xlarge")]);
    assert_eq!(cost(&machine.merge(same)), 96_000_000);
}

#[test]
fn of_a_line_for_the_month_the_days_that_are_not_told_count() {
    let whole = line("i-0a", "us-east-1", 0, (0, 24 * DAYS), 24 * DAYS);
    let days = |count: i64| -> Vec<Usage<'_>> {
        (0..count).map(|day| line("i-0a", "us-east-1", day, (0, 24), 24)).collect()
    };
    let stopped = object(1, std::slice::from_ref(&whole)).merge(object(2, &days(5)));
    assert_eq!(cost(&stopped), 96_000_000 * DAYS);
    assert!((left(&stopped) - 96_000_000 * DAYS).abs() < 1_000, "{}", left(&stopped));
    // A day's line beside it, on the day that it begins.
    let beside = object(1, &[whole, line("i-0z", "ap-south-1", 0, (0, 24), 24)]);
    let both = beside.merge(object(2, &days(DAYS)));
    assert_eq!((cost(&both), left(&both)), (96_000_000 * (DAYS + 1), 96_000_000 * (DAYS + 1)));
}

#[test]
fn money_that_two_exports_give_back_came_back_once() {
    let refund = Usage {
        resource: Some(Cow::Borrowed("i-0a")),
        class: UsageClass::Other,
        cost_micros: -36_000_000,
        charge: Charge::Adjustment,
        ..line("i-0a", "us-east-1", 0, (0, 24), 24)
    };
    let export = |number, export: Export, refunds: &[&Usage<'static>]| {
        let mut lines = export.told(0, 1);
        lines.extend(refunds.iter().map(|refund| (*refund).clone()));
        object(number, &lines)
    };
    for refunds in [[&refund; 1].as_slice(), &[]] {
        let fine = export(1, Export::HourlyWithResources, refunds);
        let coarse = export(2, Export::DailyWithResources, &[&refund]);
        assert_eq!(left(&fine.clone().merge(coarse.clone())), 60_000_000);
        assert_eq!(left(&coarse.merge(fine)), 60_000_000);
    }
}
