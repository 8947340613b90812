//! Which times are compared: two days at once, from the latest back.
//!
//! Whatever lies before is compared within two days of its own. Otherwise one conversation of one customer
//! that is said to take place in a hundred years would leave all others out of what is compared.

use std::ops::Range;

use super::gather::Member;

/// The longest time that is compared at once: two days.
const MINUTES_MAX: i64 = 2880;

/// The minutes that all conversations cover together, the latest of them.
pub(super) fn latest<'a>(members: impl Iterator<Item = &'a Member> + Clone) -> Option<Range<i64>> {
    let last = members.clone().map(|member| member.recorded().end).max()?;
    let first = members.map(|member| member.recorded().start).min()?;
    Some(first.max(last - MINUTES_MAX)..last)
}

/// Whether a window has anything of a conversation.
pub(super) fn has_some(window: &Range<i64>, member: &Member) -> bool {
    let own = member.recorded();
    own.start < window.end && own.end > window.start
}

/// Whether a window has at least half of a conversation's last two days. It has all of those of the one that
/// ends last.
pub(super) fn has_most(window: &Range<i64>, member: &Member) -> bool {
    let own = member.recorded();
    let start = own.start.max(own.end - MINUTES_MAX);
    let within = own.end.min(window.end) - start.max(window.start);
    2 * within >= own.end - start
}
