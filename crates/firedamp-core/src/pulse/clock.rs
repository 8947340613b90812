//! A series against blocks whose times are known.

use super::{Synchrony, synchrony};

/// A block that follows another sooner than this many seconds is left out: its push cannot be told
/// from the other's (`blockIntervalThres` of `zsz147/MineHunter`).
const APART: i64 = 10;

/// Seconds over which pushes spread after a block. Three quarters and more come within three seconds
/// of each other in real captures; clocks of blocks are less exact.
const SPREAD: f64 = 15.0;

/// Compares a residual with the blocks of a chain.
///
/// `first_minute` is the residual's first clock minute since 1970 and `ticks` are the seconds since
/// 1970 of blocks, in any order. A block counts for its minute and, if it is found late in it, in part
/// for the next.
#[must_use]
pub fn clock_fit(residual: &[f64], first_minute: i64, ticks: &[i64]) -> Option<Synchrony> {
    synchrony(&expected(residual.len(), first_minute, apart(ticks)), residual)
}

/// Pushes expected in each minute.
pub(super) fn expected(
    minutes: usize,
    first_minute: i64,
    ticks: impl IntoIterator<Item = i64>,
) -> Vec<f64> {
    let mut expected = vec![0.0; minutes];
    let mut add = |minute: i64, share: f64| {
        let at = minute.checked_sub(first_minute).and_then(|at| usize::try_from(at).ok());
        if let Some(sum) = at.and_then(|at| expected.get_mut(at)) {
            *sum += share;
        }
    };
    for tick in ticks {
        let (minute, second) = (tick.div_euclid(60), tick.rem_euclid(60));
        let same = ((60 - second) as f64 / SPREAD).min(1.0);
        add(minute, same);
        add(minute.saturating_add(1), 1.0 - same);
    }
    expected
}

/// The ticks, sorted, that do not follow close upon another.
fn apart(ticks: &[i64]) -> Vec<i64> {
    let mut sorted = ticks.to_vec();
    sorted.sort_unstable();
    let first = sorted.first().copied();
    let later = sorted.windows(2).filter_map(|pair| match pair {
        [before, tick] if tick.saturating_sub(*before) >= APART => Some(*tick),
        _ => None,
    });
    first.into_iter().chain(later).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_late_block_is_shared_with_the_next_minute() {
        let close = |tick: i64| {
            let shares = expected(3, 100, [tick]);
            [shares[0], shares[1], shares[2]].map(|share| (share * 15.0_f64).round() as i32)
        };
        assert_eq!(close(6000), [15, 0, 0]);
        assert_eq!(close(6045), [15, 0, 0]);
        assert_eq!(close(6057), [3, 12, 0]);
        assert_eq!(close(6179), [0, 0, 1]);
        assert_eq!(close(5999), [14, 0, 0], "a block before the window");
    }

    #[test]
    fn blocks_close_upon_another_are_left_out() {
        assert_eq!(apart(&[100, 40, 49, 58, 200, 110]), [40, 100, 110, 200]);
        assert_eq!(apart(&[i64::MIN, i64::MAX]), [i64::MIN, i64::MAX]);
        assert!(apart(&[]).is_empty());
    }
}
