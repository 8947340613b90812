//! Fourier transforms of minute series.
//!
//! The vector instructions of the machine are left aside (`rustfft` without its features), so that
//! every machine computes the same bits.

use std::sync::Arc;

use rustfft::{Fft, FftPlanner, num_complex::Complex};

/// A transformed series.
pub(super) type Spectrum = Vec<Complex<f64>>;

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

    /// The correlations of two standardised series, the second shifted later by 0, 1, 2 … minutes.
    pub(super) fn correlations(&self, one: &Spectrum, other: &Spectrum) -> Vec<f64> {
        let mut product: Spectrum = one.iter().zip(other).map(|(a, b)| a.conj() * b).collect();
        product.resize(self.minutes(), Complex::default());
        self.inverse.process(&mut product);
        let unit = (self.minutes() as f64).powi(2);
        product.iter().map(|sum| sum.re / unit).collect()
    }

    pub(super) fn spectrum(&self, values: &[f64]) -> Spectrum {
        let mut spectrum: Spectrum = values.iter().map(|value| Complex::new(*value, 0.0)).collect();
        spectrum.resize(self.minutes(), Complex::default());
        self.forward.process(&mut spectrum);
        spectrum
    }
}
