use std::borrow::Cow;

use super::*;
use crate::id::{AccountRef, Provider};

const DAY: i64 = 86_400;
/// 2026-01-05, a Monday.
pub(crate) const MONDAY: i64 = 1_767_571_200;

/// A line: `hours` of a c5.large in `region` on day `day`, between two hours of it.
pub(crate) fn line<'a>(
    resource: &'a str,
    region: &'a str,
    day: i64,
    between: (i64, i64),
    hours: i64,
) -> Usage<'a> {
    let at = |hour: i64| Time::from_seconds(MONDAY + day * DAY + hour * 3600);
    Usage {
        account: AccountRef::new(Provider::Aws, "111122223333"),
        span: Span { first: at(between.0), last: at(between.1) },
        resource: Some(Cow::Borrowed(resource)),
        service: "AmazonEC2".into(),
        meter: "BoxUsage:c5.24xlarge".into(),
        region: region.into(),
        class: UsageClass::Compute,
        size: Some("c5.24xlarge".into()),
        quantity_micros: hours * 1_000_000,
        unit: "hours".into(),
        cost_micros: hours * 4_000_000,
        currency: "USD".into(),
        charge: Charge::Usage,
        settled: false,
        exported: None,
    }
}

pub(crate) fn object(number: u8, lines: &[Usage<'_>]) -> Bill {
    let mut bill = Bill::default();
    for line in lines {
        bill.observe(line);
    }
    bill.seal(ObjectId([number; 16]));
    bill
}

fn worth(bill: &Bill) -> i64 {
    bill.read().series.values().flatten().map(|(_, amount)| amount.worth_micros).sum()
}

#[test]
fn a_month_that_is_written_again_counts_once_and_parts_add_up() {
    let day = |day: i64| line("i-0abc", "us-east-1", day, (0, 24), 24);
    let (first, second) = (vec![day(0), day(1)], vec![day(0), day(1), day(2)]);
    let (early, late) = (object(1, &first), object(2, &second));
    let both = early.clone().merge(late.clone());
    assert_eq!(both, late.clone().merge(early));
    assert_eq!(worth(&both), worth(&late));
    assert_eq!(both.read().restated, 1);
    let part = object(3, &[day(7), day(8)]);
    let parts = late.clone().merge(part.clone());
    assert_eq!(worth(&parts), worth(&late) + worth(&part));
}

#[test]
fn parts_of_one_delivery_share_machines_and_their_hours() {
    let machine = |day: i64| line("i-0abc", "us-east-1", day, (0, 24), 24);
    let traffic = |day: i64, meter: &'static str| Usage {
        class: UsageClass::Other,
        meter: meter.into(),
        ..machine(day)
    };
    let days: Vec<i64> = (0..20).collect();
    let with = |parity: i64, meter| {
        let own = days.iter().filter(move |day| *day % 2 == parity).map(|day| machine(*day));
        own.chain(days.iter().map(move |day| traffic(*day, meter))).collect::<Vec<_>>()
    };
    let parts = object(1, &with(0, "in")).merge(object(2, &with(1, "out")));
    assert_eq!(parts.read().restated, 0);
}

#[test]
fn an_invoiced_month_replaces_a_longer_draft() {
    let day = |day: i64| line("i-0abc", "us-east-1", day, (0, 24), 24);
    let draft = object(1, &[day(0), day(1), day(2)]);
    let settled: Vec<Usage<'_>> =
        [day(0), day(1)].into_iter().map(|line| Usage { settled: true, ..line }).collect();
    let settled = object(2, &settled);
    assert_eq!(worth(&draft.merge(settled.clone())), worth(&settled));
}

#[test]
fn money_given_back_for_a_resource_is_cost_no_more() {
    let own = line("i-0abc", "us-east-1", 0, (0, 24), 24);
    let refund = |resource: Option<&'static str>| Usage {
        resource: resource.map(Cow::Borrowed),
        class: UsageClass::Other,
        cost_micros: -36_000_000,
        charge: Charge::Adjustment,
        ..own.clone()
    };
    let spent = |bill: &Bill| -> (i64, i64) {
        let ledger = bill.read();
        assert_eq!(ledger.resources.len(), 1, "what is only refunded was not used");
        let days = ledger.resources.values().flat_map(|spent| spent.days.values());
        days.fold((0, 0), |sum, day| (sum.0 + day.cost_micros, sum.1 + day.worth_micros))
    };
    let paid = spent(&object(1, std::slice::from_ref(&own)));
    let given_back = [own.clone(), refund(Some("I-0ABC"))];
    assert_eq!(spent(&object(1, &given_back)), (paid.0 - 36_000_000, paid.1));
    // By a later object, and written again with the line that it is of.
    let later = object(1, std::slice::from_ref(&own)).merge(object(2, &[refund(Some("i-0abc"))]));
    assert_eq!(spent(&later), (paid.0 - 36_000_000, paid.1));
    let again = object(1, &given_back).merge(object(2, &given_back));
    assert_eq!(spent(&again), (paid.0 - 36_000_000, paid.1));
    for other in [None, Some("vol-0abc")] {
        assert_eq!(spent(&object(1, &[own.clone(), refund(other)])), paid);
    }
}

fn dated(number: u8, lines: &[Usage<'_>], seconds: i64) -> Bill {
    let mut bill = object(number, lines);
    bill.date(&[(ObjectId([number; 16]), Time::from_seconds(seconds))].into());
    bill
}

#[test]
fn of_two_that_reach_as_far_the_one_written_later_counts() {
    let own = [line("i-0abc", "us-east-1", 0, (0, 24), 24)];
    let corrected = own.clone().map(|line| Usage { cost_micros: 1_000_000, ..line });
    let exported = |lines: &[Usage<'static>; 1], seconds: i64| {
        let exported = Some(Time::from_seconds(MONDAY + seconds));
        lines.clone().map(|line| Usage { exported, ..line })
    };
    let both = |one: Bill, other: Bill| {
        let left = left_of([one.clone(), other.clone()].iter());
        assert_eq!(left_of([other, one].iter()), left);
        left
    };
    assert_eq!(both(dated(1, &own, 100), dated(2, &corrected, 200)), 1_000_000);
    assert_eq!(both(dated(1, &own, 200), dated(2, &corrected, 100)), 96_000_000);
    assert_eq!(both(object(1, &own), dated(2, &corrected, 100)), 1_000_000);
    // What the lines say comes before what the object says, and one that says something first.
    let (first, last) = (exported(&own, 0), exported(&corrected, 60));
    assert_eq!(both(dated(1, &first, 200), dated(2, &last, 100)), 1_000_000);
    assert_eq!(both(dated(1, &own, 200), object(2, &last)), 1_000_000);
}

#[test]
fn copies_were_written_when_the_first_of_them_was() {
    let own = [line("i-0abc", "us-east-1", 0, (0, 24), 24)];
    let [first, copy] = [100, 200].map(|seconds| dated(1, &own, seconds));
    let joined = first.clone().merge(copy.clone());
    assert_eq!(joined, first);
    assert_eq!(copy.merge(first), joined);
    assert_eq!(object(1, &own).merge(joined.clone()), joined);
}

/// What is left of what resources cost.
fn left_of<'a>(bills: impl Iterator<Item = &'a Bill>) -> i64 {
    let ledger = bills.cloned().fold(Bill::default(), Bill::merge).read();
    let days = ledger.resources.values().flat_map(|spent| spent.days.values());
    days.map(|amount| amount.cost_micros).sum()
}

#[test]
fn refunds_that_are_delivered_twice_came_back_once() {
    let own = line("i-0abc", "us-east-1", 0, (0, 24), 24);
    let back = |cost: i64, settled: bool| Usage {
        class: UsageClass::Other,
        cost_micros: -cost,
        charge: Charge::Adjustment,
        settled,
        ..own.clone()
    };
    let fee = Usage { resource: None, charge: Charge::Fee, ..back(0, true) };
    let left = |bills: &[Bill]| {
        let left = left_of(bills.iter());
        assert_eq!(left_of(bills.iter().rev()), left);
        left
    };
    let used = object(1, std::slice::from_ref(&own));
    let once = object(2, &[back(36_000_000, false)]);
    let again = object(3, &[back(36_000_000, true), fee]);
    assert_eq!(left(&[used.clone(), once.clone()]), 60_000_000);
    assert_eq!(left(&[used.clone(), once.clone(), again.clone()]), 60_000_000);
    // Also with the use itself, which is no invoice yet.
    let whole = object(4, &[own.clone(), back(36_000_000, false)]);
    assert_eq!(left(&[whole, once.clone(), again]), 60_000_000);
    let another = object(5, &[back(20_000_000, false)]);
    assert_eq!(left(&[used, once, another]), 40_000_000);
}

#[test]
fn what_is_given_back_for_the_month_is_of_the_first_day_of_use() {
    let own = line("i-0abc", "us-east-1", 5, (0, 24), 24);
    let refund = Usage {
        span: line("i-0abc", "us-east-1", 0, (0, 24), 24).span,
        class: UsageClass::Other,
        cost_micros: -96_000_000,
        charge: Charge::Adjustment,
        ..own.clone()
    };
    let ledger = object(1, &[own.clone(), refund]).read();
    let spent = ledger.resources.values().next().expect("a resource");
    assert_eq!(spent.days.len(), 1);
    assert!(spent.days.values().all(|amount| amount.cost_micros == 0 && amount.worth_micros > 0));
    let first_day = *spent.days.keys().next().expect("a day");
    assert_eq!(ledger.given_back("i-0abc", first_day), 96_000_000);
    assert_eq!(ledger.given_back("i-0abc", first_day + 1), 0);
    let cost = crate::money::billed(&ledger, ["i-0abc"], own.span.first).expect("a cost");
    let refunded = crate::money::Refunded { charged: 96.0, currency: "USD".to_string() };
    assert!(cost.estimated && cost.spent > 0.0, "{cost:?}");
    assert_eq!(cost.refunded, Some(refunded));
}

#[test]
fn what_is_not_told_in_hours_is_worth_dollars_whatever_it_is_billed_in() {
    let own = line("task", "us-east-1", 0, (0, 24), 24);
    let billed = |currency: &'static str| {
        let line = Usage { unit: "requests".into(), currency: currency.into(), ..own.clone() };
        worth(&object(1, &[line]))
    };
    assert_eq!(billed("USD"), 96_000_000);
    assert!((500_000..700_000).contains(&billed("JPY")), "{}", billed("JPY"));
    assert_eq!(billed("XXX"), 0);
}

#[test]
fn hours_of_a_plan_are_worth_what_they_are_worth() {
    let own = line("i-0abc", "us-east-1", 0, (0, 24), 24);
    let covered = Usage { cost_micros: 0, charge: Charge::Covered, ..own.clone() };
    assert_eq!(worth(&object(1, &[own])), worth(&object(1, &[covered])));
}

#[test]
fn instance_arns_are_known_by_their_instance() {
    let arn = "arn:aws:ec2:us-east-1:111122223333:instance/i-0ABC";
    assert_eq!(resource_name(arn), "i-0abc");
    assert_eq!(resource_name("/subscriptions/X/vm"), "/subscriptions/x/vm");
}
