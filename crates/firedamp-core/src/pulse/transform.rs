//! Correlation at every circular shift, by the Fourier transform.

use std::cell::RefCell;

use realfft::RealFftPlanner;

thread_local! {
    /// Plans are made once for each length: making one costs more than using it.
    static PLANNER: RefCell<RealFftPlanner<f64>> = RefCell::new(RealFftPlanner::new());
}

/// `Σ one[i] · other[i + shift] / n` for every shift from 0. `None` when the lengths differ.
pub(super) fn circular_correlation(one: &[f64], other: &[f64]) -> Option<Vec<f64>> {
    let count = one.len();
    let (forward, inverse) = PLANNER.with_borrow_mut(|planner| {
        (planner.plan_fft_forward(count), planner.plan_fft_inverse(count))
    });
    let spectrum = |series: &[f64]| {
        let (mut input, mut output) = (series.to_vec(), forward.make_output_vec());
        forward.process(&mut input, &mut output).ok().map(|()| output)
    };
    let (one, other) = (spectrum(one)?, spectrum(other)?);
    let mut product: Vec<_> =
        one.iter().zip(&other).map(|(one, other)| one.conj() * other).collect();
    // Of real series; rounding leaves a trace that the inverse would refuse.
    if let Some(first) = product.first_mut() {
        first.im = 0.0;
    }
    if let (Some(last), 0) = (product.last_mut(), count % 2) {
        last.im = 0.0;
    }
    let mut shifted = inverse.make_output_vec();
    inverse.process(&mut product, &mut shifted).ok()?;
    let scale = 1.0 / (count as f64 * count as f64);
    shifted.iter_mut().for_each(|value| *value *= scale);
    Some(shifted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_what_it_says() {
        for count in [45, 46, 97] {
            let one: Vec<f64> = (0..count).map(|at| f64::from(at * at % 17)).collect();
            let other: Vec<f64> = (0..count).map(|at| f64::from(at * 7 % 13)).collect();
            let fast = circular_correlation(&one, &other).expect("equal lengths");
            for (shift, value) in fast.iter().enumerate() {
                let ends = one.iter().zip(other.iter().cycle().skip(shift));
                let slow = ends.map(|(one, other)| one * other).sum::<f64>() / f64::from(count);
                assert!((slow - value).abs() < 1e-9, "{shift}");
            }
        }
    }
}
