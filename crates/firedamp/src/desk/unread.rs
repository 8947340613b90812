//! Objects that the system did not let be read: a right is missing, a disk stumbles. They are tried
//! again, less and less often, for as long as they are there.

use std::collections::{HashMap, HashSet};

use firedamp_core::time::Time;

/// How long an object is left alone after it failed; after each further time twice as long,
const PAUSE_SECONDS: i64 = 10;
/// and never longer than this.
const PAUSE_SECONDS_MAX: i64 = 3600;
/// What was due for so long and was not tried is there no longer.
const GONE_SECONDS: i64 = 3600;

/// Marks of objects that could not be read: some forty bytes each, while they are there.
#[derive(Clone, Debug, Default)]
pub(super) struct Unread(HashMap<u64, Tries>);

#[derive(Clone, Copy, Debug)]
struct Tries {
    last: Time,
    failures: u32,
}

impl Tries {
    fn pause(self) -> i64 {
        (PAUSE_SECONDS << self.failures.saturating_sub(1).min(16)).min(PAUSE_SECONDS_MAX)
    }

    fn rests(self, now: Time) -> bool {
        !now.is_due(Some(self.last), self.pause())
    }
}

impl Unread {
    /// How many there are.
    pub(super) fn count(&self) -> usize {
        self.0.len()
    }

    /// Whether it failed a short while ago.
    pub(super) fn rests(&self, mark: u64, now: Time) -> bool {
        self.0.get(&mark).is_some_and(|tries| tries.rests(now))
    }

    /// All that failed a short while ago.
    pub(super) fn resting(&self, now: Time) -> HashSet<u64> {
        let resting = self.0.iter().filter(|(_, tries)| tries.rests(now));
        resting.map(|(mark, _)| *mark).collect()
    }

    /// It failed; whether that is news.
    pub(super) fn note(&mut self, mark: u64, now: Time) -> bool {
        let tries = self.0.entry(mark).or_insert(Tries { last: now, failures: 0 });
        tries.last = now;
        tries.failures = tries.failures.saturating_add(1);
        tries.failures == 1
    }

    /// These were read.
    pub(super) fn forget(&mut self, marks: &HashSet<u64>) {
        self.0.retain(|mark, _| !marks.contains(mark));
    }

    /// Forgets what is there no longer.
    pub(super) fn forget_gone(&mut self, now: Time) {
        self.0.retain(|_, tries| now.seconds_since(tries.last) < tries.pause() + GONE_SECONDS);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_to_an_hour_and_what_is_gone_is_forgotten() {
        let at = Time::from_seconds;
        let mut unread = Unread::default();
        assert!(unread.note(1, at(0)), "it is news");
        let mut now = 0;
        for pause in [10, 20, 40, 80, 160, 320, 640, 1280, 2560, 3600, 3600] {
            assert!(unread.rests(1, at(now + pause - 1)), "after {pause} seconds");
            now += pause;
            assert!(!unread.rests(1, at(now)) && unread.resting(at(now)).is_empty());
            assert!(!unread.note(1, at(now)), "it is told once");
        }
        assert!(!unread.rests(1, at(0)), "a clock that was set back keeps nobody waiting");
        unread.forget_gone(at(now + 7199));
        assert_eq!(unread.count(), 1);
        unread.forget_gone(at(now + 7200));
        assert_eq!(unread.count(), 0);
    }
}
