//! Traffic that no table of blocks reaches: a table that ends early must not pass for an alibi.

use std::collections::BTreeMap;

use firedamp_core::{
    blocks::Blocks,
    id::Account,
    saying::{Blank, Saying},
    text,
    time::Time,
};

use crate::pipeline::Read;

/// Accounts that are named in one line.
const NAMED_MAX: usize = 3;

/// What lies on one side of a coin's table.
struct Side<'a> {
    /// The block that the table begins or ends with.
    end: Time,
    /// Hours with traffic, of the account with the most.
    hours: usize,
    accounts: Vec<&'a Account>,
}

impl Side<'_> {
    fn said(&self, id: &'static str, coin: &str) -> Saying {
        let named = self.accounts.iter().take(NAMED_MAX);
        let named: Vec<String> =
            named.map(|account| text::printable(&account.to_string())).collect();
        let more = match self.accounts.len().saturating_sub(NAMED_MAX) {
            0 => String::new(),
            more => format!(", +{more}"),
        };
        Saying::of(id)
            .text("coin", text::printable(coin))
            .with("end", Blank::Instant(self.end))
            .count("hours", self.hours)
            .text("accounts", named.join(", ") + &more)
    }
}

/// A line for each coin whose table begins later or ends earlier than what was read.
pub(super) fn beyond(read: &Read, blocks: &Blocks) -> Vec<Saying> {
    let mut sides: BTreeMap<(String, &'static str), Side<'_>> = BTreeMap::new();
    for (account, state) in &read.accounts.0 {
        for one in blocks.beyond(&state.coverage) {
            let ends = [
                ("scan-blocks-from", one.first_block, one.hours_before),
                ("scan-blocks-until", one.last_block, one.hours_after),
            ];
            for (id, end, hours) in ends.into_iter().filter(|(_, _, hours)| *hours > 0) {
                let nothing = Side { end, hours: 0, accounts: Vec::new() };
                let side = sides.entry((one.coin.clone(), id)).or_insert(nothing);
                side.hours = side.hours.max(hours);
                side.accounts.push(account);
            }
        }
    }
    sides.into_iter().map(|((coin, id), side)| side.said(id, &coin)).collect()
}

#[cfg(test)]
mod tests {
    use firedamp_core::{event::Signal, fold::AccountState, time::Span};

    use super::*;
    use crate::language::english;

    #[test]
    fn a_table_that_ends_early_is_told_with_hours_and_accounts() {
        let at = |hour: i64| Time::from_seconds(1_772_359_200 + hour * 3600);
        let mut read = Read::default();
        for (id, hours) in [("1", 3), ("2", 8), ("3", 6), ("4", 6), ("5", 1)] {
            let mut state = AccountState::default();
            state.coverage.see(Signal::Flow, Span { first: at(0), last: at(hours) });
            let account = Account::parse(&format!("aws:{id}")).expect("an account");
            read.accounts.0.insert(account, state);
        }
        let mut blocks = Blocks::default();
        let table = format!("{}\n{}\n", at(-9).seconds(), at(1).seconds());
        blocks.add("xmr", &table).expect("a table");
        let told: Vec<String> = beyond(&read, &blocks).iter().map(english).collect();
        let wanted = "blocks of xmr end at 2026-03-01T11:00:00Z; up to 7 hours of traffic after that \
                      are not held against them: aws:1, aws:2, aws:3, +1";
        assert_eq!(told, [wanted]);
        assert!(beyond(&read, &Blocks::default()).is_empty());
    }
}
