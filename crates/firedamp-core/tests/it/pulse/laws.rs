//! What holds for every series.

use firedamp_core::pulse::{Trace, clock_fit, clusters, is_clockwork, nats, residual, synchrony};
use proptest::{collection::vec, prelude::*};

/// Any finite value there is.
fn finite() -> impl Strategy<Value = f64> {
    prop_oneof![
        any::<f64>().prop_filter("finite", |value| value.is_finite()),
        Just(0.0),
        Just(f64::MAX),
        (0_u32..5000).prop_map(f64::from),
    ]
}

/// Bytes of two flows over the same minutes.
fn bytes() -> impl Strategy<Value = (Vec<f64>, Vec<f64>)> {
    (45_usize..200).prop_flat_map(|minutes| {
        let flow = || vec((0_u32..2000).prop_map(f64::from), minutes);
        (flow(), flow())
    })
}

fn near(one: f64, other: f64) -> bool {
    (one - other).abs() <= 1e-6 * one.abs().max(1.0)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn nothing_panics(
        one in vec(finite(), 0..150),
        other in vec(finite(), 0..150),
        ticks in vec(any::<i64>(), 0..20),
        first in any::<i64>(),
    ) {
        let least = one.len().min(other.len());
        let ready: Vec<Vec<f64>> =
            [&one, &other].iter().map(|series| residual(&series[..least])).collect();
        prop_assert!(ready.iter().flatten().all(|value| value.is_finite()));
        for found in [
            synchrony(&ready[0], &ready[1]),
            synchrony(&one[..least], &other[..least]),
            synchrony(&one, &other),
            clock_fit(&one, first, &ticks),
        ].into_iter().flatten() {
            prop_assert!(found.z.is_finite() && found.correlation.abs() <= 1.0 + 1e-9);
            prop_assert!(nats(found.z, 1e6).is_finite());
        }
        prop_assert!(is_clockwork(&one).is_none_or(|period| period <= 60));
        let traces: Vec<Trace> = [&one, &other, &ready[0], &ready[1], &ready[0]]
            .iter().map(|series| Trace::of_residual(series, vec![1])).collect();
        prop_assert!(clusters(&traces).found.len() <= 2);
        prop_assert!(one.len() >= 45 || Trace::of_bytes(&one, vec![]).is_none());
    }

    #[test]
    fn synchrony_is_symmetric((one, other) in bytes()) {
        let (there, back) = (synchrony(&one, &other), synchrony(&other, &one));
        prop_assert_eq!(there.is_some(), back.is_some());
        if let Some((there, back)) = there.zip(back) {
            prop_assert!(near(there.z, back.z), "{} {}", there.z, back.z);
            prop_assert!(near(there.correlation, back.correlation));
        }
    }

    #[test]
    fn a_constant_and_a_unit_change_nothing((one, other) in bytes(), more in 0_u32..100_000) {
        let moved: Vec<f64> = one.iter().map(|value| 8.0 * (value + f64::from(more))).collect();
        let z = |one: &[f64]| synchrony(&residual(one), &residual(&other)).map(|found| found.z);
        prop_assert!(near(z(&one).unwrap_or(0.0), z(&moved).unwrap_or(0.0)));
    }

    #[test]
    fn a_residual_has_unit_variance((one, _) in bytes()) {
        let residual = residual(&one);
        let count = residual.len() as f64;
        let mean = residual.iter().sum::<f64>() / count;
        let variance = residual.iter().map(|value| value * value).sum::<f64>() / count;
        prop_assert!(near(mean, 0.0) && (near(variance, 1.0) || variance == 0.0));
    }
}
