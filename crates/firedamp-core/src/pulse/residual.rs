//! What stands out of a minute.

/// Minutes of the running median, odd: wide against the minute or two between jobs, narrow against
/// the hours over which the pace of shares drifts.
const WINDOW: usize = 31;

/// Robust standard deviations at which a minute is cut off, so that one download cannot dominate.
const CUT: f64 = 4.0;

/// The median absolute deviation of a normal distribution, times this, is its standard deviation.
const NORMAL: f64 = 1.4826;

/// What rounding alone may leave, against the largest value of a series.
const ROUNDING: f64 = 1e-12;

/// Bytes of each minute less their running median over half an hour, cut off at four robust
/// deviations, in units of their standard deviation, with mean zero.
///
/// All zeros for a series in which nothing stands out.
#[must_use]
pub fn residual(down: &[f64]) -> Vec<f64> {
    let scaled = within_one(down);
    let medians = running_median(&scaled);
    let over: Vec<f64> =
        scaled.iter().zip(&medians).map(|(value, median)| value - median).collect();
    let cut = CUT * deviation(&over);
    standardised(&over.iter().map(|value| value.clamp(-cut, cut)).collect::<Vec<_>>())
}

/// The values less their mean, over their standard deviation; all zeros if they are all the same.
pub(super) fn standardised(values: &[f64]) -> Vec<f64> {
    let values = within_one(values);
    let count = values.len().max(1) as f64;
    let mean = values.iter().sum::<f64>() / count;
    let variance = values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / count;
    let deviation = variance.sqrt();
    if deviation <= ROUNDING {
        return vec![0.0; values.len()];
    }
    values.iter().map(|value| (value - mean) / deviation).collect()
}

/// The values over the largest of them, so that no sum of squares overflows.
fn within_one(values: &[f64]) -> Vec<f64> {
    let largest = values.iter().fold(0.0, |largest: f64, value| largest.max(value.abs()));
    if largest == 0.0 {
        return vec![0.0; values.len()];
    }
    values.iter().map(|value| value / largest).collect()
}

/// The median of the window around each value; a window is shorter at the ends.
fn running_median(values: &[f64]) -> Vec<f64> {
    let half = WINDOW / 2;
    let mut window: Vec<f64> = Vec::with_capacity(WINDOW + 1);
    values.iter().take(half).for_each(|value| insert(&mut window, *value));
    let medians = (0..values.len()).map(|at| {
        if let Some(next) = values.get(at + half) {
            insert(&mut window, *next);
        }
        if let Some(last) = at.checked_sub(half + 1).and_then(|last| values.get(last)) {
            remove(&mut window, *last);
        }
        median(&window)
    });
    medians.collect()
}

/// Puts a value into a sorted window.
fn insert(window: &mut Vec<f64>, value: f64) {
    let at = window.partition_point(|other| other.total_cmp(&value).is_lt());
    window.insert(at, value);
}

/// Takes a value out of a sorted window.
fn remove(window: &mut Vec<f64>, value: f64) {
    let at = window.partition_point(|other| other.total_cmp(&value).is_lt());
    if at < window.len() {
        window.remove(at);
    }
}

/// The middle of sorted values.
fn median(sorted: &[f64]) -> f64 {
    let upper = sorted.get(sorted.len() / 2).copied().unwrap_or_default();
    let lower = sorted.get(sorted.len().saturating_sub(1) / 2).copied().unwrap_or_default();
    f64::midpoint(lower, upper)
}

/// The robust standard deviation of values about zero. Where more than half are exactly zero, half of
/// what the others usually are, so that a quiet flow keeps its rare pushes and one download is cut.
fn deviation(values: &[f64]) -> f64 {
    let mut sizes: Vec<f64> = values.iter().map(|value| value.abs()).collect();
    sizes.sort_by(f64::total_cmp);
    let middle = median(&sizes);
    if middle > ROUNDING {
        return NORMAL * middle;
    }
    let quiet = sizes.partition_point(|size| *size <= ROUNDING);
    sizes.get(quiet..).map_or(0.0, |loud| median(loud) / 2.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_constant_or_nothing_has_no_residual() {
        assert!(residual(&[]).is_empty());
        assert_eq!(residual(&[7.0]), [0.0]);
        assert_eq!(residual(&[7.0; 90]), [0.0; 90]);
    }

    #[test]
    fn a_median_runs() {
        let values: Vec<f64> = (0..100).map(|at| f64::from(at * 37 % 101)).collect();
        let direct = (0..100_usize).map(|at| {
            let mut window = values[at.saturating_sub(15)..(at + 16).min(100)].to_vec();
            window.sort_by(f64::total_cmp);
            median(&window)
        });
        assert_eq!(running_median(&values), direct.collect::<Vec<_>>());
    }

    #[test]
    fn one_download_does_not_hide_the_pushes() {
        let mut down: Vec<f64> = (0..240).map(|at| if at % 7 == 0 { 420.0 } else { 0.0 }).collect();
        down[100] = 1e12;
        let residual = residual(&down);
        assert!(residual[0] > 1.0, "{}", residual[0]);
        assert!(residual[100] < 5.0 * residual[0], "{}", residual[100]);
    }
}
