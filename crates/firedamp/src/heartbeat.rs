//! When the desk's last turn ended: a turn that hangs looks like one that has nothing to do, but for
//! its age.

use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::{Duration, Instant},
};

/// A desk whose last turn ended longer ago is not ready. The longest turns, in which the traffic of a
/// day is looked at again or every account is judged anew, take minutes.
pub const LATE: Duration = Duration::from_secs(600);

/// Beats when a turn has ended. Its clock is one that nobody sets.
#[derive(Debug)]
pub struct Heartbeat {
    began: Instant,
    /// Milliseconds from the beginning to the last beat.
    last: AtomicU64,
    late: Duration,
}

impl Default for Heartbeat {
    /// Of a desk that starts now, which counts as a beat.
    fn default() -> Self {
        Self::late_after(LATE)
    }
}

impl Heartbeat {
    /// The same with another bound.
    #[must_use]
    pub fn late_after(late: Duration) -> Self {
        Self { began: Instant::now(), last: AtomicU64::new(0), late }
    }

    /// A turn has ended, and did what there was to do.
    pub fn beat(&self) {
        let since = u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.last.fetch_max(since, Ordering::Relaxed);
    }

    /// How long ago that was.
    #[must_use]
    pub fn age(&self) -> Duration {
        let last = Duration::from_millis(self.last.load(Ordering::Relaxed));
        self.began.elapsed().saturating_sub(last)
    }

    /// Whether that is too long ago.
    #[must_use]
    pub fn is_late(&self) -> bool {
        self.age() > self.late
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_late_until_the_next_beat() {
        let heartbeat = Heartbeat::late_after(Duration::from_millis(40));
        assert!(!heartbeat.is_late(), "a desk that starts has time for its first turn");
        std::thread::sleep(Duration::from_millis(60));
        assert!(heartbeat.is_late());
        assert!(heartbeat.age() >= Duration::from_millis(60));
        heartbeat.beat();
        assert!(heartbeat.age() < Duration::from_millis(40));
        assert!(!heartbeat.is_late());
    }
}
