//! The bill, as FOCUS: a row a day and machine, or a day and region for functions, from thirty days
//! before the window.

use std::fmt::Write as _;

use firedamp_core::{id::Provider, time::Time};

use crate::simulate::estate::{Estate, FUNCTION, Host, Machine, regions};

const HEADER: &str = "SubAccountId,ProviderName,ChargeCategory,ChargeDescription,\
ChargePeriodStart,ChargePeriodEnd,ConsumedQuantity,ConsumedUnit,EffectiveCost,BilledCost,\
BillingCurrency,RegionId,ResourceId,ServiceCategory,ServiceName,SkuId,SkuMeter,CommitmentDiscountStatus\n";
const DAY_SECONDS: i64 = 86_400;
const DAYS_BEFORE: i64 = 30;

/// The rows, day by day.
pub(super) fn rows(estate: &Estate) -> Vec<u8> {
    let window = estate.window;
    let begin = window.start;
    let first = begin.div_euclid(DAY_SECONDS) - DAYS_BEFORE;
    let last = (begin + window.seconds() as i64 - 1).div_euclid(DAY_SECONDS);
    let mut text = HEADER.to_owned();
    for day in first..=last {
        for region in regions(estate.provider) {
            functions(&mut text, estate, region, day);
        }
        for host in estate.hosts.iter().filter(|host| !host.machine.serverless) {
            let hours = hours(estate, host, day);
            if hours > 0.0 {
                row(&mut text, estate, host, day, hours);
            }
        }
    }
    text.into_bytes()
}

/// How long a host ran on a day. One that was there when the window began ran all days before.
fn hours(estate: &Estate, host: &Host, day: i64) -> f64 {
    let start = estate.window.start;
    let born = if host.born < 0.0 { i64::MIN } else { start + host.born as i64 };
    let died = start + host.died as i64;
    let from = born.max(day * DAY_SECONDS);
    let until = died.min((day + 1) * DAY_SECONDS);
    until.saturating_sub(from).max(0) as f64 / 3600.0
}

fn row(text: &mut String, estate: &Estate, host: &Host, day: i64, hours: f64) {
    let service = match estate.provider {
        Provider::Azure => "Virtual Machines",
        Provider::Gcp => "Compute Engine",
        _ => "Amazon Elastic Compute Cloud",
    };
    let (provider, account) = (provider(estate), account(estate));
    let (from, to) = (midnight(day), midnight(day + 1));
    let Machine { size, meter, units, dollars, .. } = host.machine;
    let description = match estate.provider {
        Provider::Aws => format!("${dollars} per On Demand Linux {size} Instance Hour"),
        _ => meter.to_owned(),
    };
    let (cost, quantity) = (dollars * hours, hours * f64::from(units));
    let region = host.region;
    let name = match estate.provider {
        Provider::Azure => format!(
            "{account}/resourceGroups/g/providers/Microsoft.Compute/virtualMachines/{}",
            host.name
        ),
        _ => host.name.clone(),
    };
    // A String takes whatever is written to it.
    let _written = writeln!(
        text,
        "{account},{provider},Usage,{description},{from},{to},{quantity:.4},Hours,{cost:.6},\
         {cost:.6},USD,{region},{name},Compute,{service},{size},{meter},"
    );
}

/// All functions of a region on a day, in one row.
fn functions(text: &mut String, estate: &Estate, region: &str, day: i64) {
    let here = |host: &&Host| host.machine.serverless && host.region == region;
    let hours: f64 = estate.hosts.iter().filter(here).map(|host| hours(estate, host, day)).sum();
    if hours == 0.0 {
        return;
    }
    let service = match estate.provider {
        Provider::Azure => "Container Instances",
        Provider::Gcp => "Cloud Run",
        _ => "AWS Lambda",
    };
    let (provider, account) = (provider(estate), account(estate));
    let (from, to) = (midnight(day), midnight(day + 1));
    let cost = hours * FUNCTION.dollars;
    let (quantity, meter) = (hours * f64::from(FUNCTION.units), FUNCTION.meter);
    // A String takes whatever is written to it.
    let _written = writeln!(
        text,
        "{account},{provider},Usage,Duration in GB-Seconds,{from},{to},{quantity:.1},GB-Seconds,\
         {cost:.6},{cost:.6},USD,{region},f-{region},Compute,{service},gb-second,{meter},"
    );
}

const fn provider(estate: &Estate) -> &'static str {
    match estate.provider {
        Provider::Azure => "Microsoft",
        Provider::Gcp => "Google Cloud",
        _ => "AWS",
    }
}

fn account(estate: &Estate) -> String {
    match estate.provider {
        Provider::Azure => format!("/subscriptions/{}", estate.id),
        _ => estate.id.clone(),
    }
}

const fn midnight(day: i64) -> Time {
    Time::from_seconds(day * DAY_SECONDS)
}
