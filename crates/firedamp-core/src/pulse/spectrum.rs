//! Fourier transforms of minute series.
//!
//! The vector instructions of the machine are left aside (`rustfft` without its features), so that
//! every machine computes the same bits.

use std::sync::Arc;

use rustfft::{Fft, FftPlanner, num_complex::Complex};

/// The transforms of one length.
pub(super) struct Fourier {
    forward: Arc<dyn Fft<f64>>,
    inverse: Arc<dyn Fft<f64>>,
}

impl Fourier {
    /// Transforms of series of so many minutes.
    pub(super) fn new(minutes: usize) -> Self {
        let mut planner = FftPlanner::new();
        Self {
            forward: planner.plan_fft_forward(minutes),
            inverse: planner.plan_fft_inverse(minutes),
        }
    }

    /// The length.
    pub(super) fn minutes(&self) -> usize {
        self.forward.len()
    }

    /// The sums, over all minutes t, of `one[t] * other[t + shift]`, for every circular shift.
    pub(super) fn cross(&self, one: &[f64], other: &[f64]) -> Vec<f64> {
        let minutes = self.minutes() as f64;
        let (one, other) = (self.spectrum(one), self.spectrum(other));
        let mut product: Vec<_> = one.iter().zip(&other).map(|(a, b)| a.conj() * b).collect();
        self.inverse.process(&mut product);
        product.iter().map(|sum| sum.re / minutes).collect()
    }

    /// The power at each frequency from zero to the half, such that the [`inner`] product of two
    /// powers is the sum, over all circular shifts, of the squared cross-correlations (Parseval).
    pub(super) fn power(&self, values: &[f64]) -> Vec<f32> {
        let minutes = values.len();
        let spectrum = self.spectrum(values);
        let weight = |at: usize| if at == 0 || 2 * at == minutes { 1.0 } else { 2.0 };
        let half = spectrum.iter().take(minutes / 2 + 1).enumerate();
        half.map(|(at, bin)| (bin.norm_sqr() * (weight(at) / minutes as f64).sqrt()) as f32)
            .collect()
    }

    fn spectrum(&self, values: &[f64]) -> Vec<Complex<f64>> {
        let mut spectrum: Vec<_> = values.iter().map(|value| Complex::new(*value, 0.0)).collect();
        spectrum.resize(self.minutes(), Complex::new(0.0, 0.0));
        self.forward.process(&mut spectrum);
        spectrum
    }
}

/// The inner product of two powers, in an order that vector instructions keep.
pub(super) fn inner(one: &[f32], other: &[f32]) -> f64 {
    let mut sums = [0.0_f32; 8];
    let (ones, one) = one.as_chunks::<8>();
    let (others, other) = other.as_chunks::<8>();
    for (one, other) in ones.iter().zip(others) {
        sums.iter_mut().zip(one.iter().zip(other)).for_each(|(sum, (a, b))| *sum += a * b);
    }
    let rest: f32 = one.iter().zip(other).map(|(a, b)| a * b).sum();
    f64::from(sums.iter().sum::<f32>() + rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parseval_holds() {
        for minutes in [45, 46, 97, 1440] {
            let series = |by: usize| (0..minutes).map(move |at| ((at * at * by) % 17) as f64 - 8.0);
            let (one, other): (Vec<f64>, Vec<f64>) = (series(3).collect(), series(5).collect());
            let fourier = Fourier::new(minutes);
            let direct: f64 = fourier.cross(&one, &other).iter().map(|sum| sum * sum).sum();
            let short = inner(&fourier.power(&one), &fourier.power(&other));
            assert!((short / direct - 1.0).abs() < 1e-5, "{minutes}: {short} {direct}");
        }
    }
}
