//! What an account sent, spent and told, drawn from the states of its objects: read when somebody
//! looks, and by a thread of its own.

use std::{collections::BTreeMap, sync::Arc};

use firedamp_core::{
    blocks::Blocks,
    conversation::Talk,
    coverage::{Beyond, Covered},
    detector::provider_alert::{HijackNotice, ProviderAlerts},
    fold::{AccountState, Accounts},
    id::Account,
    time::Time,
};

use tokio::sync::Semaphore;

use super::plot::{BARS_MAX, Plot, Values};
use crate::{
    language::{self, Language, Sentences},
    store::{Error, Store},
    web::Problem,
};

const MINUTE_SECONDS: i64 = 60;
const HOUR_SECONDS: i64 = 3600;
const DAY_SECONDS: i64 = 86_400;
/// Hours of a day.
const HOURS: usize = 24;
/// Minutes drawn before the moment and after it.
const MINUTES_AROUND: i64 = 120;
/// Days of spend that are drawn.
const DAYS_MAX: i64 = 90;
/// States that are joined for a page; more are told.
const STATES_MAX: u64 = 20_000;
/// Accounts that are drawn at once: their states are read whole.
static DRAWN: Semaphore = Semaphore::const_new(2);

/// What is drawn of an account.
#[derive(Default)]
pub(super) struct Usage {
    pub(super) plots: Vec<Plot>,
    pub(super) coverage: Vec<Hours>,
    /// Minutes of the day and days of the week in which most is spent, in words.
    pub(super) pattern: Option<String>,
    /// Mails of the provider that tell of a hijack and not of mining.
    pub(super) notices: Vec<HijackNotice>,
    /// The states were too many to be joined for a page.
    pub(super) is_too_much: bool,
}

/// How much of a kind of telemetry was read.
pub(super) struct Hours {
    pub(super) signal: &'static str,
    pub(super) first: Time,
    pub(super) last: Time,
    /// Hours from the first to the last.
    pub(super) hours: i64,
    /// Hours of these without a word.
    pub(super) silent: i64,
    /// There was more than is looked at.
    pub(super) is_crowded: bool,
    /// Days that two exports of bills tell of.
    pub(super) told_twice: usize,
    /// What no table of blocks reaches.
    pub(super) beyond_blocks: Vec<Beyond>,
}

/// What there is of `account`, around the moment when mining was seen first.
pub(super) async fn of(
    store: &dyn Store,
    account: &Account,
    moment: Option<Time>,
    blocks: Arc<Blocks>,
) -> Result<Usage, Problem> {
    if store.count_states(account).await? > STATES_MAX {
        return Ok(Usage { is_too_much: true, ..Usage::default() });
    }
    let _turn = DRAWN.acquire().await.map_err(|error| Error::Refused(error.to_string()))?;
    let states = store.states(account).await?;
    let (account, reader) = (account.clone(), language::reader());
    let drawn = tokio::task::spawn_blocking(move || {
        let Some(state) = joined(&states, &account) else {
            return Usage::default();
        };
        let coverage = state.coverage.covered_and_billed(&state.bill.read());
        let coverage = blocks.told(&state.coverage, coverage);
        Usage {
            coverage: coverage.into_iter().map(hours).collect(),
            ..drawn(&state, &account, moment, reader)
        }
    });
    Ok(drawn.await.map_err(|error| Error::Refused(error.to_string()))?)
}

/// What all objects together tell of an account.
fn joined(states: &[Vec<u8>], account: &Account) -> Option<AccountState> {
    let known = states.iter().filter_map(|bytes| Accounts::from_bytes(bytes));
    known.fold(Accounts::default(), Accounts::merge).0.remove(account)
}

fn drawn(state: &AccountState, account: &Account, moment: Option<Time>, reader: Language) -> Usage {
    let talks = state.conversations.read(&state.names.resolve(), account.provider);
    let plots = [by_minute(&talks, moment), by_hour(&talks, moment), by_day(state, moment)];
    Usage {
        plots: plots.into_iter().flatten().filter_map(|values| Plot::of(&values, reader)).collect(),
        pattern: pattern(state, reader),
        notices: ProviderAlerts::hijacks(&state.detectors),
        ..Usage::default()
    }
}

fn bytes(count: f64, per: &str, reader: Language) -> String {
    Sentences::of(reader).say(per, &[("amount", &reader.bytes(count))])
}

fn money(amount: f64, currency: &str, reader: Language) -> String {
    reader.money(amount, currency)
}

/// Bytes of each minute around the moment, of conversations that were kept by the minute.
fn by_minute(talks: &[Talk], moment: Option<Time>) -> Option<Values> {
    let moment = moment?;
    let first = moment.seconds().div_euclid(MINUTE_SECONDS) - MINUTES_AROUND;
    let mut values = vec![0.0; BARS_MAX];
    for talk in talks {
        let window = talk.series.window(first, BARS_MAX);
        for (sum, minute) in values.iter_mut().zip(window) {
            *sum += minute.bytes();
        }
    }
    Some(Values {
        title: "plot-by-minute",
        first: Time::from_seconds(first * MINUTE_SECONDS),
        step_seconds: MINUTE_SECONDS,
        values,
        moment: Some(moment),
        say: bytes,
        unit: "plot-a-minute".to_string(),
    })
}

/// The same by the hour, over all that is kept: the last days, when that is more.
fn by_hour(talks: &[Talk], moment: Option<Time>) -> Option<Values> {
    let mut hours: BTreeMap<i64, f64> = BTreeMap::new();
    for talk in talks {
        for (minute, one) in (talk.series.first_minute..).zip(&talk.series.minutes) {
            *hours.entry(minute.div_euclid(60)).or_default() += one.bytes();
        }
    }
    let last = *hours.keys().next_back()?;
    let length = i64::try_from(BARS_MAX).unwrap_or(i64::MAX);
    let first = (*hours.keys().next()?).max(last - length + 1);
    Some(Values {
        title: "plot-by-hour",
        first: Time::from_seconds(first * HOUR_SECONDS),
        step_seconds: HOUR_SECONDS,
        values: (first..=last).map(|hour| hours.get(&hour).copied().unwrap_or(0.0)).collect(),
        moment,
        say: bytes,
        unit: "plot-an-hour".to_string(),
    })
}

/// Compute by the day, in the bill's currency; by list prices where the bill says nothing.
fn by_day(state: &AccountState, moment: Option<Time>) -> Option<Values> {
    let ledger = state.bill.read();
    let mut days: BTreeMap<i64, (f64, f64)> = BTreeMap::new();
    for (slot, amount) in ledger.series.values().flatten() {
        let (cost, worth) = days.entry(i64::from(slot.day())).or_default();
        *cost += amount.cost_micros as f64 / 1e6;
        *worth += amount.worth_micros as f64 / 1e6;
    }
    let is_billed = days.values().any(|(cost, _)| *cost > 0.0);
    let last = *days.keys().next_back()?;
    let first = (*days.keys().next()?).max(last - DAYS_MAX + 1);
    let value = |day: i64| {
        let (cost, worth) = days.get(&day).copied().unwrap_or_default();
        if is_billed { cost } else { worth }
    };
    Some(Values {
        title: if is_billed { "plot-spend" } else { "plot-list-prices" },
        first: Time::from_seconds(first * DAY_SECONDS),
        step_seconds: DAY_SECONDS,
        values: (first..=last).map(value).collect(),
        moment,
        say: money,
        unit: if is_billed { ledger.currency } else { "USD".to_string() },
    })
}

fn hours(covered: Covered) -> Hours {
    let hours = |from: Time, to: Time| (to.seconds_since(from) + HOUR_SECONDS - 1) / HOUR_SECONDS;
    Hours {
        signal: covered.signal,
        first: covered.first_observed,
        last: covered.last_observed,
        hours: hours(covered.first_observed, covered.last_observed).max(1),
        silent: covered.silent.iter().map(|one| hours(one.from, one.to)).sum(),
        is_crowded: covered.crowded,
        told_twice: covered.told_twice.unwrap_or(0),
        beyond_blocks: covered.beyond_blocks,
    }
}

/// What an hour of the day costs on average, from the first hour of a bill to its last. A bill of less than
/// a day says nothing of the other hours.
fn by_hour_of_day(spent: impl Iterator<Item = (i64, f64)>) -> Option<[f64; HOURS]> {
    let mut sums = [0.0; HOURS];
    let mut ends: Option<(i64, i64)> = None;
    for (hour, amount) in spent {
        ends = Some(ends.map_or((hour, hour), |(first, last)| (first.min(hour), last.max(hour))));
        if let Some(sum) = sums.get_mut(hour_of_day(hour)) {
            *sum += amount;
        }
    }
    let (first, last) = ends?;
    let length = usize::try_from(last.saturating_sub(first)).ok()?.saturating_add(1);
    if length < HOURS || sums.iter().sum::<f64>() <= 0.0 {
        return None;
    }
    let begin = hour_of_day(first);
    for (hour, sum) in sums.iter_mut().enumerate() {
        let is_once_more = (hour + HOURS - begin) % HOURS < length % HOURS;
        *sum /= (length / HOURS + usize::from(is_once_more)) as f64;
    }
    Some(sums)
}

fn hour_of_day(hour: i64) -> usize {
    usize::try_from(hour.rem_euclid(HOURS as i64)).unwrap_or_default()
}

/// How hours of the day share what is spent, where bills tell hours.
fn pattern(state: &AccountState, reader: Language) -> Option<String> {
    let ledger = state.bill.read();
    let hourly = ledger.series.values().flatten().filter(|(slot, _)| slot.hours == 1);
    let by_hour = by_hour_of_day(
        hourly.map(|(slot, amount)| (i64::from(slot.hour), amount.worth_micros as f64)),
    )?;
    let (low, high) = by_hour
        .iter()
        .fold((f64::MAX, 0.0_f64), |(low, high), sum| (low.min(*sum), high.max(*sum)));
    let busiest = by_hour.iter().position(|sum| *sum >= high).unwrap_or_default();
    let say = Sentences::of(reader);
    Some(match low / high {
        share if share >= 0.9 => say.say("usage-alike", &[]),
        share => {
            let (hour, share) = (format!("{busiest:02}"), format!("{:.0} %", share * 100.0));
            say.say("usage-busiest", &[("hour", &hour), ("share", &share)])
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bill_of_six_hours_says_nothing_of_the_other_eighteen() {
        assert_eq!(by_hour_of_day([].into_iter()), None);
        assert_eq!(by_hour_of_day((100..106).map(|hour| (hour, 1.0))), None);
        assert_eq!(by_hour_of_day((100..123).map(|hour| (hour, 1.0))), None, "23 hours");
        assert_eq!(by_hour_of_day((100..124).map(|hour| (hour, 0.0))), None, "nothing spent");
        assert_eq!(by_hour_of_day((100..124).map(|hour| (hour, 1.0))), Some([1.0; HOURS]));
    }

    #[test]
    fn hours_that_a_bill_tells_of_more_often_are_no_busier() {
        assert_eq!(by_hour_of_day((-7..29).map(|hour| (hour, 2.0))), Some([2.0; HOURS]));
        let by_day = (0..48).filter(|hour| (8..20).contains(&(hour % 24)));
        let found = by_hour_of_day(by_day.map(|hour| (hour, 3.0)).chain([(0, 0.0), (47, 0.0)]));
        let wanted: Vec<f64> =
            (0..24).map(|hour| if (8..20).contains(&hour) { 3.0 } else { 0.0 }).collect();
        assert_eq!(found.map(|hours| hours.to_vec()), Some(wanted));
    }

    #[test]
    fn bytes_are_told_in_the_readers_way() {
        let told = bytes(633_600.0, "plot-an-hour", Language::German);
        assert_eq!(told, format!("{} je Stunde", Language::German.bytes(633_600.0)));
    }
}
