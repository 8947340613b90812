//! How samples of z are spread, and told in tables.

use firedamp_core::pulse::{residual, synchrony};

/// The z of two series of bytes, the way a detector asks for it; 0 if there is none.
pub(crate) fn z(one: &[f64], other: &[f64]) -> f64 {
    synchrony(&residual(one), &residual(other)).map_or(0.0, |found| found.z)
}

/// How a sample of z is spread.
pub(crate) struct Spread(pub(crate) Vec<f64>);

impl Spread {
    pub(crate) fn of(values: impl Iterator<Item = f64>) -> Self {
        let mut values: Vec<f64> = values.collect();
        values.sort_by(f64::total_cmp);
        Self(values)
    }

    pub(crate) fn mean(&self) -> f64 {
        self.0.iter().sum::<f64>() / self.0.len() as f64
    }

    pub(crate) fn deviation(&self) -> f64 {
        let mean = self.mean();
        (self.0.iter().map(|z| (z - mean).powi(2)).sum::<f64>() / self.0.len() as f64).sqrt()
    }

    pub(crate) fn at(&self, part: f64) -> f64 {
        self.0[((self.0.len() - 1) as f64 * part).round() as usize]
    }

    pub(crate) fn over(&self, z: f64) -> usize {
        self.0.len() - self.0.partition_point(|value| *value <= z)
    }

    /// A row of a table about a null.
    pub(crate) fn null_row(&self, name: &str) -> String {
        let over = [2.0, 3.0, 4.0, 5.0, 6.0].map(|z| self.over(z).to_string()).join(" | ");
        let (mean, deviation, most) = (self.mean(), self.deviation(), self.at(1.0));
        format!("| {name} | {} | {mean:.2} | {deviation:.2} | {over} | {most:.1} |", self.0.len())
    }
}
