//! The normal distribution's upper tail, and what a z out of many trials is worth.

use std::f64::consts::{FRAC_1_SQRT_2, LN_2, PI};

/// Coefficients of a Chebyshev fit of ln(erfc(x) e^(x²) / t), t = 1/(1+x/2), highest power first;
/// relative error 1.2e-7 everywhere (Press et al., "Numerical Recipes", 2nd ed., 6.2, `erfcc`).
const ERFC: [f64; 10] = [
    0.170_872_77,
    -0.822_152_23,
    1.488_515_87,
    -1.135_203_98,
    0.278_868_07,
    -0.186_288_06,
    0.096_784_18,
    0.374_091_96,
    1.000_023_68,
    -1.265_512_23,
];

/// The least and the most that a pulse may say, in nats (`D4` of the design).
const NATS: (f64, f64) = (-1.0, 7.0);

/// The log-likelihood ratio, in nats, that the best of `trials` comparisons with this z speaks for a
/// shared clock: z²/2 less the logarithm of the trials, within bounds.
///
/// The measured null is no wider than a normal one (`docs/pulse.md`), so that z stands as it is.
#[must_use]
pub fn nats(z: f64, trials: f64) -> f64 {
    let z = z.max(0.0);
    (z * z / 2.0 - trials.max(1.0).ln()).clamp(NATS.0, NATS.1)
}

/// The z that chance reaches `expected` times in this many comparisons.
pub(super) fn threshold(comparisons: f64, expected: f64) -> f64 {
    quantile((expected / comparisons.max(1.0)).min(0.5).ln())
}

/// The normal z as rare as a z of a distribution with this skewness, taken for a gamma distribution
/// (Wilson and Hilferty, "The distribution of chi-square", 1931).
pub(super) fn unskewed(z: f64, skewness: f64) -> f64 {
    if skewness < 1e-6 {
        return z;
    }
    6.0 / skewness * ((1.0 + skewness * z / 2.0).cbrt() - 1.0) + skewness / 6.0
}

/// The z as rare for one draw as the given one for the best of three (Šidák).
pub(super) fn best_of_three(z: f64) -> f64 {
    if z < 0.0 {
        return -quantile(3.0 * ln_upper(-z));
    }
    let ln = ln_upper(z);
    let upper = ln.exp();
    quantile(ln + (3.0 - 3.0 * upper + upper * upper).ln())
}

/// The logarithm of the probability that a standard normal draw exceeds z.
fn ln_upper(z: f64) -> f64 {
    if z < 0.0 {
        return (-ln_upper(-z).exp()).ln_1p();
    }
    let x = z * FRAC_1_SQRT_2;
    let t = 1.0 / (1.0 + 0.5 * x);
    t.ln() - x * x + ERFC.iter().fold(0.0, |sum, coefficient| sum * t + coefficient) - LN_2
}

/// The z that a standard normal draw exceeds with a probability of this logarithm.
///
/// Newton's method: the function is concave, so that from the right every step stays on the right.
fn quantile(ln: f64) -> f64 {
    if ln > -LN_2 {
        return -quantile((-ln.exp_m1()).ln());
    }
    let mut z = (-2.0 * ln).sqrt();
    for _ in 0..32 {
        let upper = ln_upper(z);
        let hazard = (-z * z / 2.0 - (2.0 * PI).sqrt().ln() - upper).exp();
        let step = (upper - ln) / hazard;
        z += step;
        if step.abs() < 1e-12 {
            break;
        }
    }
    z
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tail_is_the_one_of_the_tables() {
        for (z, upper) in
            [(0.0, 0.5), (1.0, 0.158_655_25), (3.0, 1.349_898e-3), (6.0, 9.865_88e-10)]
        {
            assert!((ln_upper(z).exp() / upper - 1.0).abs() < 1e-6, "{z}");
            assert!((quantile(ln_upper(z)) - z).abs() < 1e-6, "{z}");
            assert!((quantile(ln_upper(-z)) + z).abs() < 1e-5, "-{z}");
        }
        assert!((quantile(ln_upper(60.0)) - 60.0).abs() < 1e-6);
    }

    #[test]
    fn the_best_of_three_counts_less() {
        // 1 - (1 - 0.00135)³ = 0.0040442, whose z is 2.6488.
        assert!((best_of_three(3.0) - 2.6488).abs() < 1e-3);
        assert!(best_of_three(0.8193).abs() < 1e-3, "the median of the best of three");
        let steps: Vec<f64> = (-80..400).map(|z| best_of_three(f64::from(z) / 10.0)).collect();
        assert!(steps.is_sorted());
    }

    #[test]
    fn a_skewed_tail_is_made_normal() {
        // Chi-square with 8 degrees of freedom: mean 8, variance 16, skewness 1; 26.124 is exceeded
        // with a probability of 0.001, which is a z of 3.0902.
        assert!((unskewed((26.124 - 8.0) / 4.0, 1.0) - 3.0902).abs() < 0.03);
        assert_eq!(unskewed(3.0, 0.0), 3.0);
        assert!((unskewed(3.0, 1e-5) - 3.0).abs() < 1e-3);
    }

    #[test]
    fn nats_are_bounded_and_pay_for_trials() {
        assert_eq!(nats(-9.0, 1.0), 0.0);
        assert_eq!(nats(1.0, 1e9), -1.0);
        assert_eq!(nats(40.0, 1e9), 7.0);
        assert!(nats(4.0, 100.0) < nats(4.0, 10.0));
        assert!((threshold(1000.0, 1.0) - 3.0902).abs() < 1e-3);
    }
}
