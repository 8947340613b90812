//! How far evidence can be turned up or down before a verdict anchor is left.

use firedamp_core::weights::Weights;

/// Slopes between which every anchor stands.
#[derive(Clone, Copy, Debug)]
pub(super) struct Slopes {
    pub(super) low: f64,
    pub(super) low_by: &'static str,
    pub(super) high: f64,
    pub(super) high_by: &'static str,
}

/// Some evidence alone, its nats, and between which probabilities it must lie.
type Anchor = (&'static str, f64, f64, f64);

/// The anchors of the design, section 6, that one number of the weights decides.
fn anchors(weights: &Weights) -> [Anchor; 10] {
    let Weights { contact, caps, alert, hijack, spend_step, process, flat_compute, .. } = weights;
    let long = &contact.long;
    let [endpoint_a, endpoint_b, ..] = long.endpoint;
    let step = spend_step.step_max + spend_step.new_places + spend_step.flat;
    [
        ("a pool's name resolved, then a long flow", long.answered[0], 0.95, 1.0),
        ("a listed address and port, long flow", endpoint_a.min(endpoint_b), 0.80, 1.0),
        ("a listed address on another port", long.address[0], 0.30, 0.70),
        ("pool names looked up", caps.dns, 0.0, 0.10),
        ("a provider's alert that names mining", alert.mining_low, 0.90, 1.0),
        ("a provider's compute anomaly", alert.compute_anomaly, 0.05, 0.30),
        ("a miner's process with its pool", process.mining, 0.97, 1.0),
        ("a full hijack sequence", hijack.full_min, 0.70, 1.0),
        ("a step to flat spend in new regions", step, 0.50, 0.80),
        ("flat compute alone", flat_compute.quiet + flat_compute.day_bonus, 0.0, 0.02),
    ]
}

/// The slopes that leave every anchor in its band.
pub(super) fn slopes(weights: &Weights) -> Slopes {
    let prior = weights.prior.resource;
    let at =
        |nats: f64, probability: f64| ((probability / (1.0 - probability)).ln() - prior) / nats;
    let anchors = anchors(weights);
    let low = anchors.iter().map(|(name, nats, low, _)| (at(*nats, *low), *name));
    let high = anchors.iter().map(|(name, nats, _, high)| (at(*nats, *high), *name));
    let (low, low_by) = low.max_by(|one, other| one.0.total_cmp(&other.0)).unwrap_or((1.0, ""));
    let (high, high_by) = high.min_by(|one, other| one.0.total_cmp(&other.0)).unwrap_or((1.0, ""));
    Slopes { low, low_by, high, high_by }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_embedded_weights_stand_within_every_anchor() {
        let slopes = slopes(&Weights::embedded());
        assert!(slopes.low <= 1.0 && slopes.high >= 1.0, "{slopes:?}");
    }
}
