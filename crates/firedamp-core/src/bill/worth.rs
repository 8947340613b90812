//! What use is worth by list prices, whoever pays for it and however: credits, reservations and plans
//! hide nothing.

use super::Amount;
use crate::{
    event::{Usage, UsageClass},
    machine,
    memo::Memo,
    money::dollars,
};

/// US dollars for an hour of compute, a processor or a small machine, whose size is not told.
const PROCESSOR_DOLLARS: f64 = 0.05;
/// The same with an accelerator.
const ACCELERATOR_DOLLARS: f64 = 1.0;
/// US dollars for an hour of a gigabyte of memory.
const MEMORY_DOLLARS: f64 = 0.005;
/// A resource that ran for this share of the line's period ran all of it.
const WHOLE_SHARE_MIN: f64 = 0.97;

/// What a line of a bill tells of.
pub(super) fn of(usage: &Usage<'_>) -> Amount {
    let hours = usage.quantity_micros as f64 / 1e6;
    let in_hours = usage.unit.contains("hour");
    let worth = if in_hours { hours * price(usage) } else { told(usage) };
    let worth_micros = (worth.max(0.0) * 1e6) as i64;
    let period = usage.span.seconds().max(1) as f64 / 3600.0;
    let whole = in_hours && hours / period >= WHOLE_SHARE_MIN;
    Amount {
        worth_micros,
        whole_micros: if whole { worth_micros } else { 0 },
        cost_micros: usage.cost_micros,
    }
}

/// US dollars of what a line says that it costs. In a currency without a rate it is not known what it
/// is worth: taken for dollars, a few yen more would be a step.
fn told(usage: &Usage<'_>) -> f64 {
    dollars(&usage.currency).map_or(0.0, |rate| rate * usage.cost_micros as f64 / 1e6)
}

/// US dollars for an hour.
fn price(usage: &Usage<'_>) -> f64 {
    match (usage.size.as_deref().and_then(size_price), usage.class) {
        (Some(dollars), _) => dollars,
        (None, UsageClass::Accelerator) => ACCELERATOR_DOLLARS,
        _ if usage.unit.contains("byte") || usage.unit.contains("gb") => MEMORY_DOLLARS,
        _ => PROCESSOR_DOLLARS,
    }
}

/// US dollars for an hour of a machine of this size.
fn size_price(size: &str) -> Option<f64> {
    thread_local! {
        static PRICES: Memo<1, Option<f64>> = const { Memo::new() };
    }
    let price = || machine::size(size).map(|size| size.dollars_per_hour);
    PRICES.with(|prices| prices.answer([size], price))
}
