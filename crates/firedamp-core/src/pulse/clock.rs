//! A series against blocks whose times are known.

use super::{Synchrony, synchrony};

/// A block that follows another sooner than this many seconds is left out: its push cannot be told
/// from the other's (`blockIntervalThres` of `zsz147/MineHunter`).
const APART: i64 = 10;

/// Seconds over which pushes spread after a block. Three quarters and more come within three seconds
/// of each other in real captures; clocks of blocks are less exact.
const SPREAD: f64 = 15.0;

/// The most packets of an interval that count: with more of them the first comes soon by chance.
const MOST_PACKETS: i32 = 8;

/// Compares a residual with the blocks of a chain.
///
/// `first_minute` is the residual's first clock minute since 1970 and `ticks` are the seconds since
/// 1970 of blocks, in any order. A block counts for its minute and, if it is found late in it, in part
/// for the next.
#[must_use]
pub fn clock_fit(residual: &[f64], first_minute: i64, ticks: &[i64]) -> Option<Synchrony> {
    synchrony(&expected(residual.len(), first_minute, ticks), residual)
}

/// Pushes expected in each minute.
fn expected(minutes: usize, first_minute: i64, ticks: &[i64]) -> Vec<f64> {
    let mut expected = vec![0.0; minutes];
    let mut add = |minute: i64, share: f64| {
        let at = minute.checked_sub(first_minute).and_then(|at| usize::try_from(at).ok());
        if let Some(sum) = at.and_then(|at| expected.get_mut(at)) {
            *sum += share;
        }
    };
    for tick in apart(ticks) {
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

/// What came in the interval from one block to the next.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FirstPacket {
    /// Seconds from the block to the first packet.
    pub delay: f64,
    /// Packets in the interval; 0 if none came.
    pub packets: u32,
    /// Seconds from the block to the next one.
    pub interval: f64,
}

/// `MineHunter`'s local similarity, mean over blocks: (1-(d+1)/n)^m * (1-d/n), and -1 for a block
/// without packet, for telemetry by the second (Zhang et al., ACSAC 2021; its sum in closed form).
///
/// 0.6 is its alarm; between real miners of one chain 0.67 to 0.70 is measured. 0 without blocks.
#[must_use]
pub fn closed_form(first_packets: &[FirstPacket]) -> f64 {
    let sum: f64 = first_packets.iter().map(similarity).sum();
    sum / first_packets.len().max(1) as f64
}

fn similarity(first: &FirstPacket) -> f64 {
    if first.packets == 0 || first.interval <= 0.0 {
        return -1.0;
    }
    let packets = i32::try_from(first.packets).unwrap_or(MOST_PACKETS).min(MOST_PACKETS);
    let left = |seconds: f64| (1.0 - seconds / first.interval).clamp(0.0, 1.0);
    left(first.delay + 1.0).powi(packets) * left(first.delay)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_late_block_is_shared_with_the_next_minute() {
        let close = |tick: i64| {
            let shares = expected(3, 100, &[tick]);
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

    #[test]
    fn the_closed_form_is_the_sum_of_minehunter() {
        // The sum as published: 1 less the probabilities of a first packet at 0 to d.
        let published = |d: i32, m: i32, n: f64| {
            let p = |j: i32| {
                let left = |j: i32| ((n - f64::from(j)) / n).powi(m);
                left(j) - left(j + 1)
            };
            (1.0 - (0..=d).map(p).sum::<f64>()) * (1.0 - f64::from(d) / n)
        };
        for (d, m, n) in [(0, 1, 120.0), (3, 4, 83.0), (50, 8, 60.0)] {
            let first = FirstPacket { delay: f64::from(d), packets: m as u32, interval: n };
            assert!((closed_form(&[first]) - published(d, m, n)).abs() < 1e-12);
        }
        let none = FirstPacket { delay: 0.0, packets: 0, interval: 100.0 };
        assert_eq!((closed_form(&[none, none]), closed_form(&[])), (-1.0, 0.0));
    }
}
