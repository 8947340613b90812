//! When chains had their blocks: the clocks that every miner of a chain follows.

use std::{
    collections::{BTreeMap, BTreeSet},
    f64::consts::LN_2,
};

use crate::{
    coverage::{Beyond, Coverage, Covered},
    event::Signal,
    time::{Span, Time},
};

/// Blocks kept of one coin, the latest: a year of a chain with a block each ten seconds.
const BLOCKS_MAX: usize = 4_000_000;

/// A larger number is no second: this one is in the year 5138, and as milliseconds in 1973.
const SECONDS_MAX: i64 = 100_000_000_000;

/// Seconds between two blocks that the rules of a chain aim at.
const PACES: [(&str, f64); 9] = [
    ("bch", 600.0),
    ("btc", 600.0),
    ("doge", 60.0),
    ("erg", 120.0),
    ("etc", 13.0),
    ("ltc", 150.0),
    ("rvn", 60.0),
    ("xmr", 120.0),
    ("zec", 75.0),
];

/// Gaps from which a pace is told: the median of fewer may be twice what it should be by chance.
const GAPS_MIN: usize = 30;

/// A pace that differs by this factor is another chain's, or none.
const PACE_FACTOR: f64 = 3.0;

/// Times that one coin's tables differ in; what lies behind them is one more.
const CHANGES_MAX: usize = 64;

/// Seconds since 1970 of each block, by coin.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Blocks(BTreeMap<String, Vec<i64>>);

/// A table that is none.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum BlockError {
    /// A line that is no time.
    #[error("line {line}: `{text}` is no second since 1970, such as 1772359200")]
    NoTime {
        /// Which line.
        line: usize,
        /// What it says.
        text: String,
    },
    /// A line in a finer unit.
    #[error(
        "line {line}: `{text}` looks like milliseconds: one epoch second a line, such as 1772359200"
    )]
    Milliseconds {
        /// Which line.
        line: usize,
        /// What it says.
        text: String,
    },
    /// A block of a time to come.
    #[error("line {line}: `{text}` lies in the future: no block has come yet at that second")]
    Future {
        /// Which line.
        line: usize,
        /// What it says.
        text: String,
    },
    /// Not one block.
    #[error("no block stands in it: one epoch second a line, such as 1772359200")]
    Empty,
}

impl Blocks {
    /// Adds a coin's table: one second since 1970 a line, in any order; empty lines and lines that
    /// begin with `#` are passed over.
    ///
    /// # Errors
    /// At the first line that is none of these, and when there is no block. Nothing is added then.
    pub fn add(&mut self, coin: &str, table: &str) -> Result<(), BlockError> {
        self.add_until(coin, table, Time::from_seconds(SECONDS_MAX))
    }

    /// The same for a table that can't hold a block later than `until`: one that does would hide that the
    /// table has ended.
    ///
    /// # Errors
    /// As above, and at the first later block.
    pub fn add_until(&mut self, coin: &str, table: &str, until: Time) -> Result<(), BlockError> {
        let lines = table.lines().map(str::trim).enumerate();
        let told = lines.filter(|(_, line)| !line.is_empty() && !line.starts_with('#'));
        let seconds: Vec<i64> =
            told.map(|(at, line)| second(at + 1, line, until)).collect::<Result<_, _>>()?;
        if seconds.is_empty() {
            return Err(BlockError::Empty);
        }
        self.join(coin.to_lowercase(), seconds);
        Ok(())
    }

    /// Adds all tables of others.
    pub fn layer(&mut self, others: &Self) {
        for (coin, seconds) in &others.0 {
            self.join(coin.clone(), seconds.clone());
        }
    }

    fn join(&mut self, coin: String, mut seconds: Vec<i64>) {
        let known = self.0.entry(coin).or_default();
        known.append(&mut seconds);
        known.sort_unstable();
        known.dedup();
        known.drain(..known.len().saturating_sub(BLOCKS_MAX));
    }

    /// Every coin with its blocks, in order of time.
    pub fn coins(&self) -> impl Iterator<Item = (&str, &[i64])> {
        self.0.iter().map(|(coin, blocks)| (coin.as_str(), blocks.as_slice()))
    }

    /// How many coins.
    #[must_use]
    pub fn count(&self) -> usize {
        self.0.len()
    }

    /// The blocks of a coin, in order of time; none where it has no table.
    #[must_use]
    pub fn of(&self, coin: &str) -> &[i64] {
        self.0.get(coin).map_or(&[], Vec::as_slice)
    }

    /// From the first block of a coin to the last.
    #[must_use]
    pub fn span(&self, coin: &str) -> Option<Span> {
        hull(self.of(coin))
    }

    /// The times in which other blocks are known than `before`, of each coin. A table that loses its
    /// oldest blocks as it grows differs at both ends, and not in between.
    #[must_use]
    pub fn changed_since(&self, before: &Self) -> Vec<Span> {
        let coins: BTreeSet<&String> = self.0.keys().chain(before.0.keys()).collect();
        coins.into_iter().flat_map(|coin| changed(self.of(coin), before.of(coin))).collect()
    }

    /// Why the tables may be other than they are called: blocks that come much sooner or later than the
    /// coin's do.
    #[must_use]
    pub fn doubts(&self) -> Vec<String> {
        self.coins().filter_map(|(coin, blocks)| doubt(coin, blocks)).collect()
    }

    /// What was read of an account, with the hours of its traffic that no block is known of.
    #[must_use]
    pub fn told(&self, coverage: &Coverage, mut covered: Vec<Covered>) -> Vec<Covered> {
        for one in covered.iter_mut().filter(|one| one.signal == Signal::Flow.id()) {
            one.beyond_blocks = self.beyond(coverage);
        }
        covered
    }

    /// Where an account's traffic lies outside the tables.
    #[must_use]
    pub fn beyond(&self, coverage: &Coverage) -> Vec<Beyond> {
        let beyond = |coin: &String| {
            let span = self.span(coin)?;
            let (hours_before, hours_after) = coverage.hours_outside(Signal::Flow, span);
            (hours_before + hours_after > 0).then(|| Beyond {
                coin: coin.clone(),
                first_block: span.first,
                last_block: span.last,
                hours_before,
                hours_after,
            })
        };
        self.0.keys().filter_map(beyond).collect()
    }
}

fn second(line: usize, text: &str, until: Time) -> Result<i64, BlockError> {
    let shown = || crate::text::printable(crate::text::truncated(text, 40));
    match text.parse::<i64>() {
        Ok(second) if second > SECONDS_MAX => Err(BlockError::Milliseconds { line, text: shown() }),
        Ok(second) if second > until.seconds() => Err(BlockError::Future { line, text: shown() }),
        Ok(second) => Ok(second),
        Err(_) => Err(BlockError::NoTime { line, text: shown() }),
    }
}

/// From the first to the last of sorted seconds.
fn hull(seconds: &[i64]) -> Option<Span> {
    let (first, last) = (*seconds.first()?, *seconds.last()?);
    Some(Span { first: Time::from_seconds(first), last: Time::from_seconds(last) })
}

/// Where two sorted tables differ: runs of blocks that one of them has, with none of both between them.
fn changed(mut now: &[i64], mut before: &[i64]) -> Vec<Span> {
    let mut runs: Vec<Span> = Vec::new();
    let mut goes_on = false;
    while let Some(at) = [now.first(), before.first()].into_iter().flatten().min().copied() {
        let is_other = take(&mut now, at) != take(&mut before, at);
        if is_other {
            let joins = goes_on || runs.len() > CHANGES_MAX;
            let one = Span::at(Time::from_seconds(at));
            match runs.last_mut() {
                Some(run) if joins => run.last = one.last,
                _ => runs.push(one),
            }
        }
        goes_on = is_other;
    }
    runs
}

/// Takes a block from the beginning of a sorted table, if it stands there.
fn take(table: &mut &[i64], block: i64) -> bool {
    match table.split_first() {
        Some((first, rest)) if *first == block => {
            *table = rest;
            true
        }
        _ => false,
    }
}

/// Seconds between two blocks: gaps are exponential, and holes in a table move their median least.
fn pace(blocks: &[i64]) -> Option<f64> {
    let gap = |pair: &[i64]| match pair {
        [one, other] => Some(other.saturating_sub(*one)),
        _ => None,
    };
    let mut gaps: Vec<i64> = blocks.windows(2).filter_map(gap).collect();
    if gaps.len() < GAPS_MIN {
        return None;
    }
    let middle = gaps.len() / 2;
    let (_, median, _) = gaps.select_nth_unstable(middle);
    Some(*median as f64 / LN_2)
}

fn doubt(coin: &str, blocks: &[i64]) -> Option<String> {
    let (_, known) = PACES.iter().find(|(known, _)| *known == coin)?;
    let pace = pace(blocks)?;
    let is_odd = pace > known * PACE_FACTOR || pace < known / PACE_FACTOR;
    is_odd.then(|| {
        format!(
            "blocks of {coin} come every {known:.0} s, and those of the table every {pace:.0} s: is it \
             another coin's, or heights?"
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_sorted_and_joined_and_junk_is_told() {
        let mut blocks = Blocks::default();
        blocks.add("XMR", "# a table\n20\n10\n\n20\n").expect("a table");
        blocks.add("xmr", "15").expect("a table");
        assert_eq!(blocks.coins().collect::<Vec<_>>(), [("xmr", [10, 15, 20].as_slice())]);
        let error = blocks.add("btc", "10\nnow\n").expect_err("no time");
        assert_eq!(error.to_string(), "line 2: `now` is no second since 1970, such as 1772359200");
    }

    #[test]
    fn milliseconds_and_empty_tables_are_refused() {
        let mut blocks = Blocks::default();
        let error = blocks.add("xmr", "1772359200\n1772359200000\n").expect_err("milliseconds");
        let told = "line 2: `1772359200000` looks like milliseconds: one epoch second a line, such as \
                    1772359200";
        assert_eq!(error.to_string(), told);
        for empty in ["", "\n \n", "# nothing yet\n"] {
            assert_eq!(blocks.add("xmr", empty), Err(BlockError::Empty), "{empty:?}");
        }
        assert_eq!(blocks, Blocks::default(), "nothing of a bad table is kept");
        assert_eq!(blocks.add("xmr", "100000000000"), Ok(()));
    }

    #[test]
    fn a_block_later_than_there_can_be_any_is_refused_with_its_line() {
        let mut blocks = Blocks::default();
        let until = Time::from_seconds(1_772_359_200);
        let error = blocks.add_until("xmr", "1772359200\n1772359201\n", until);
        let told = "line 2: `1772359201` lies in the future: no block has come yet at that second";
        assert_eq!(error.expect_err("a later block").to_string(), told);
        assert_eq!(blocks, Blocks::default(), "nothing of it is kept");
        assert_eq!(blocks.add_until("xmr", "1772359200\n", until), Ok(()));
        let error = blocks.add_until("xmr", "1772359200000\n", until).expect_err("milliseconds");
        assert!(matches!(error, BlockError::Milliseconds { line: 1, .. }), "{error}");
    }

    fn every(seconds: i64, count: i64) -> String {
        (0..count).map(|at| format!("{}\n", 1_772_359_200 + at * seconds)).collect()
    }

    #[test]
    fn a_pace_that_is_another_chains_is_doubted() {
        let doubts = |coin: &str, seconds: i64, count: i64| {
            let mut blocks = Blocks::default();
            blocks.add(coin, &every(seconds, count)).expect("a table");
            blocks.doubts()
        };
        // Of equal gaps of 83 s the pace is 83 / 0.693 = 120 s.
        assert!(doubts("xmr", 83, 100).is_empty());
        assert!(doubts("xmr", 240, 100).is_empty(), "346 s are less than three times as many");
        assert_eq!(
            doubts("xmr", 416, 100),
            ["blocks of xmr come every 120 s, and those of the table every 600 s: is it another \
              coin's, or heights?"]
        );
        assert_eq!(doubts("xmr", 1, 100).len(), 1, "heights");
        assert!(doubts("xmr", 1, 30).is_empty(), "29 gaps say nothing");
        assert!(doubts("mine", 1, 100).is_empty(), "nothing is known of it");
    }

    fn tables(text: &str) -> Blocks {
        let mut blocks = Blocks::default();
        blocks.add("xmr", text).expect("a table");
        blocks
    }

    fn seconds(spans: Vec<Span>) -> Vec<(i64, i64)> {
        spans.into_iter().map(|one| (one.first.seconds(), one.last.seconds())).collect()
    }

    #[test]
    fn what_changed_lies_between_what_is_alike() {
        let before = tables("10\n20\n30");
        let changed = |text: &str| seconds(tables(text).changed_since(&before));
        assert!(changed("10\n20\n30").is_empty());
        assert_eq!(changed("10\n20\n30\n40\n50"), [(40, 50)]);
        assert_eq!(changed("10\n25\n30"), [(20, 25)]);
        assert_eq!(changed("20\n30"), [(10, 10)]);
        assert_eq!(changed("5\n10\n20\n30"), [(5, 5)]);
        assert_eq!(seconds(before.changed_since(&Blocks::default())), [(10, 30)]);
        assert_eq!(seconds(Blocks::default().changed_since(&before)), [(10, 30)]);
    }

    #[test]
    fn a_table_that_loses_old_blocks_as_it_grows_did_not_change_between() {
        let before = tables("10\n20\n30\n40");
        assert_eq!(seconds(tables("20\n30\n40\n50").changed_since(&before)), [(10, 10), (50, 50)]);
        assert_eq!(seconds(tables("10\n40\n50\n60").changed_since(&before)), [(20, 30), (50, 60)]);
        // Each second block is new: a hundred times are too many to be told apart.
        let all: String = (0..200).map(|at| format!("{at}\n")).collect();
        let even: String = (0..100).map(|at| format!("{}\n", at * 2)).collect();
        let changes = seconds(tables(&all).changed_since(&tables(&even)));
        assert_eq!(changes.len(), CHANGES_MAX + 1);
        assert_eq!((changes[0], changes[CHANGES_MAX]), ((1, 1), (129, 199)));
    }

    #[test]
    fn traffic_beyond_a_table_is_told_with_its_hours() {
        let at = |minutes: i64| Time::from_seconds(1_772_359_200 + minutes * 60);
        let mut coverage = Coverage::default();
        coverage.see(Signal::Flow, Span { first: at(0), last: at(6 * 60) });
        let told = |first: i64, last: i64| {
            let mut blocks = Blocks::default();
            let table = format!("{}\n{}\n", at(first).seconds(), at(last).seconds());
            blocks.add("xmr", &table).expect("a table");
            let covered = blocks.told(&coverage, coverage.covered()).remove(0);
            let told = covered.beyond_blocks.first();
            told.map(|one| (one.coin.clone(), one.hours_before, one.hours_after))
        };
        assert_eq!(told(0, 359), None);
        assert_eq!(told(-600, 241), None, "less than an hour is left");
        assert_eq!(told(-600, 240), Some(("xmr".to_string(), 0, 2)));
        assert_eq!(told(-600, -500), Some(("xmr".to_string(), 0, 6)), "it ended long before");
        assert_eq!(told(150, 400), Some(("xmr".to_string(), 2, 0)));
        assert_eq!(told(700, 800), Some(("xmr".to_string(), 6, 0)));
    }
}
