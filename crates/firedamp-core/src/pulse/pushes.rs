//! What comes with each tick of a known clock: how many bytes, and whether more comes unasked than that.
//!
//! Whoever keeps a chain's time is told something at each block. A job is larger than a header, and
//! pools send jobs between blocks, too. Both are in a flow log's minutes: bytes down are a slope over the
//! ticks, where as many packets went up; and a question is a packet up, an answer down and its receipt up,
//! so that twice the packets down less those up are what came unasked.

use super::clock::expected;

/// Of fewer ticks nothing is said.
const TICKS_MIN: f64 = 20.0;

/// What was exchanged in a minute.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Exchanged {
    /// Bytes from the server.
    pub down_bytes: f64,
    /// Packets from the server.
    pub down_packets: f64,
    /// Packets to the server.
    pub up_packets: f64,
}

/// What comes with each tick.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pushes {
    /// Bytes from the server, headers and all.
    pub bytes: f64,
    /// The standard error of that.
    pub error: f64,
    /// How often the server speaks unasked, for each tick. A server that is slow to answer sends receipts
    /// of its own, which count as well.
    pub per_tick: f64,
}

/// Holds minutes against the seconds since 1970 at which a clock ticked; minutes of more than so many
/// bytes are left out. `None` for fewer than twenty ticks, and where nothing varies.
#[must_use]
pub fn pushes(
    minutes: &[Exchanged],
    first_minute: i64,
    ticks: &[i64],
    bytes_max: f64,
) -> Option<Pushes> {
    let expected = expected(minutes.len(), first_minute, ticks.iter().copied());
    let kept: Vec<(f64, Exchanged)> = expected
        .into_iter()
        .zip(minutes.iter().copied())
        .filter(|(_, minute)| minute.down_bytes <= bytes_max)
        .collect();
    let sum = |of: fn(&(f64, Exchanged)) -> f64| kept.iter().map(of).sum::<f64>();
    let ticks = sum(|(tick, _)| *tick);
    if ticks < TICKS_MIN {
        return None;
    }
    let unasked = sum(|(_, minute)| 2.0 * minute.down_packets - minute.up_packets);
    let column = |of: fn(&(f64, Exchanged)) -> f64| centred(kept.iter().map(of).collect());
    let (tick, up) = (column(|(tick, _)| *tick), column(|(_, minute)| minute.up_packets));
    let (bytes, error) = slope(&tick, &up, &column(|(_, minute)| minute.down_bytes))?;
    Some(Pushes { bytes, error, per_tick: unasked / ticks })
}

fn centred(values: Vec<f64>) -> Vec<f64> {
    let mean = values.iter().sum::<f64>() / values.len().max(1) as f64;
    values.into_iter().map(|value| value - mean).collect()
}

/// By least squares: how much one more of `first` and one more of `second` together add to `sum`, and the
/// standard error. All have mean zero.
fn slope(first: &[f64], second: &[f64], sum: &[f64]) -> Option<(f64, f64)> {
    let dot = |one: &[f64], other: &[f64]| one.iter().zip(other).map(|(a, b)| a * b).sum::<f64>();
    let (ff, ss, fs) = (dot(first, first), dot(second, second), dot(first, second));
    let (fy, sy) = (dot(first, sum), dot(second, sum));
    let determinant = ff * ss - fs * fs;
    if !determinant.is_finite() || determinant <= 0.0 {
        return None;
    }
    let by_first = (fy * ss - sy * fs) / determinant;
    let by_second = (sy * ff - fy * fs) / determinant;
    let rest = (dot(sum, sum) - by_first * fy - by_second * sy).max(0.0) / first.len() as f64;
    Some((by_first + by_second, (rest * ss / determinant).sqrt()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Seconds with exponential gaps: multiples of the golden ratio, far from any period.
    fn instants(mean_gap: f64, start: f64, until: f64) -> Vec<f64> {
        let mut at = 0.0;
        let gaps = (0..).map(|number| {
            let unit = (start + f64::from(number) * 0.618_033_988_749_894_9).fract();
            at += -mean_gap * (1.0 - unit).max(1e-6).ln();
            at
        });
        gaps.take_while(|at| *at < until).collect()
    }

    /// Twelve hours of one who is told so many bytes at each tick and now and then between, and asks.
    fn told(bytes: f64, between: Option<f64>) -> (Vec<Exchanged>, Vec<i64>) {
        let until = 720.0 * 60.0;
        let ticks = instants(120.0, 0.1, until);
        let mut minutes = vec![Exchanged::default(); 720];
        let mut add = |at: f64, down: f64, up_packets: f64| {
            if let Some(minute) = minutes.get_mut((at / 60.0) as usize) {
                minute.down_bytes += down;
                minute.down_packets += 1.0;
                minute.up_packets += up_packets;
            }
        };
        let between = between.map_or_else(Vec::new, |gap| instants(gap, 0.7, until));
        ticks.iter().chain(&between).for_each(|at| add(at + 1.0, bytes, 1.0));
        instants(30.0, 0.4, until).iter().for_each(|at| add(*at, 116.0, 2.0));
        (minutes, ticks.iter().map(|at| *at as i64).collect())
    }

    fn of(bytes: f64, between: Option<f64>) -> Pushes {
        let (minutes, ticks) = told(bytes, between);
        pushes(&minutes, 0, &ticks, 1e9).expect("enough of both")
    }

    #[test]
    fn a_header_is_told_from_a_job_by_its_size() {
        let (header, job) = (of(337.0, None), of(462.0, None));
        assert!((header.bytes - 337.0).abs() < 17.0, "{header:?}");
        assert!((job.bytes - 462.0).abs() < 23.0, "{job:?}");
        assert!(header.error < 12.0 && job.error < 16.0);
    }

    #[test]
    fn who_is_told_more_often_than_the_clock_ticks_is_told_something_else() {
        assert!((of(337.0, None).per_tick - 1.0).abs() < 0.02);
        assert!(of(337.0, Some(300.0)).per_tick > 1.25);
    }

    #[test]
    fn a_download_is_left_out_and_too_little_says_nothing() {
        let (mut minutes, ticks) = told(337.0, None);
        minutes[100].down_bytes += 6_000_000.0;
        assert!(
            (pushes(&minutes, 0, &ticks, 10_000.0).expect("enough").bytes - 337.0).abs() < 17.0
        );
        assert_eq!(pushes(&minutes, 0, &ticks[..15], 1e9), None);
        assert_eq!(pushes(&[Exchanged::default(); 720], 0, &ticks, 1e9), None);
        assert_eq!(pushes(&[], 0, &ticks, 1e9), None);
    }
}
