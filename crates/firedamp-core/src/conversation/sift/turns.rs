//! Who passes where not all can.

use std::cmp::Reverse;

use super::shard::Lasting;

/// The first `most` in turns: of each account the steadiest, then of each the next one, so that one
/// account's crowd takes only what the others leave.
pub(super) fn in_turns(mut passed: Vec<&Lasting>, most: usize) -> Vec<&Lasting> {
    passed.sort_unstable_by_key(|one| (one.seen.account, rank(one)));
    let mut turns: Vec<(usize, &Lasting)> = Vec::with_capacity(passed.len());
    for one in passed {
        let turn = match turns.last() {
            Some((turn, before)) if before.seen.account == one.seen.account => turn + 1,
            _ => 0,
        };
        turns.push((turn, one));
    }
    turns.sort_unstable_by_key(|(turn, one)| (*turn, rank(one)));
    turns.truncate(most);
    turns.into_iter().map(|(_, one)| one).collect()
}

/// The answered first, and of those the steadiest, so that a crowd of brief ones does not drive out the
/// one that counts.
fn rank(one: &Lasting) -> (bool, Reverse<u32>, u64) {
    (!one.seen.ways.are_answered(), Reverse(one.seen.quiet()), one.key)
}
