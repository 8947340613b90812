//! From findings to probabilities: log-likelihood ratios summed over independent groups on top of a
//! prior, capped within and across groups.
//!
//! Within a group findings are not independent: the strongest counts whole, the rest in part. DNS,
//! network and fleet see the same packets and are capped together. Missing telemetry is worth 0: silence
//! is no alibi.

use crate::{
    finding::{Finding, Group},
    saying::Saying,
    weights::{Caps, Weights},
};

/// What the findings about one resource come to.
#[derive(Clone, Debug, PartialEq)]
pub struct Assessment {
    /// The probability that the resource mined at any time in the window.
    pub probability: f64,
    /// How it came about, point by point.
    pub reckoning: Vec<Point>,
}

/// One point of a reckoning.
#[derive(Clone, Debug, PartialEq)]
pub struct Point {
    /// What, in English.
    pub what: String,
    /// The same, for other languages.
    pub said: Saying,
    /// What it adds, in nats.
    pub nats: f64,
}

impl Point {
    fn of(said: Saying, nats: f64) -> Self {
        Self { what: said.english(), said, nats }
    }
}

/// Assesses the findings about one resource.
#[must_use]
pub fn assess(findings: &[&Finding], weights: &Weights) -> Assessment {
    let mut reckoning = vec![Point::of(Saying::of("point-prior"), weights.prior.resource)];
    let mut traffic = 0.0;
    let [mut billing, mut compute, mut control, mut runtime] = [0.0_f64; 4];
    let mut total = weights.prior.resource;
    for group in Group::ALL {
        let nats = group_nats(group, findings, &weights.caps, &mut reckoning);
        total += nats;
        if matches!(group, Group::Dns | Group::Fleet | Group::Network) {
            traffic += nats;
        }
        match group {
            Group::Billing => billing = nats,
            Group::Compute => compute = nats,
            Group::ControlPlane => control = nats,
            Group::Runtime => runtime = nats,
            _ => {}
        }
    }
    let mut lessen = |nats: f64, id: &'static str| {
        if nats > 0.0 {
            reckoning.push(Point::of(Saying::of(id), -nats));
            total -= nats;
        }
        nats.max(0.0)
    };
    let in_part = |one: f64, other: f64| one.min(other) * (1.0 - weights.caps.rest_share);
    // What works flat out day and night is billed day and night; and neither says what it works on.
    let running = billing + compute;
    let running = running
        - lessen(in_part(billing, compute).max(running - weights.caps.billing), "point-running");
    // Whoever reckons for days tunes machines for it: huge pages, registers, names of its own.
    let tuned = if runtime < weights.process.hint_strong { runtime } else { 0.0 };
    let running = running - lessen(in_part(running, tuned), "point-tuned");
    // One roll-out, honest or not, shows in both: who makes machines pays for them.
    lessen(in_part(running, control), "point-made");
    let excess = traffic - weights.caps.traffic;
    if excess > 0.0 {
        reckoning.push(Point::of(Saying::of("point-traffic"), -excess));
        total -= excess;
    }
    let scale = weights.calibration.scale;
    // Exactly nothing while nothing is calibrated.
    let nats = (scale - 1.0) * (total - weights.prior.resource);
    if nats != 0.0 {
        let said = Saying::of("point-calibration").number("percent", 100.0 * scale, 0);
        reckoning.push(Point::of(said, nats));
        total += nats;
    }
    Assessment { probability: logistic(total), reckoning }
}

fn group_nats(group: Group, findings: &[&Finding], caps: &Caps, reckoning: &mut Vec<Point>) -> f64 {
    let mut own: Vec<&&Finding> =
        findings.iter().filter(|finding| finding.group == group).collect();
    own.sort_by(|one, other| {
        other.llr.total_cmp(&one.llr).then_with(|| one.summary.cmp(&other.summary))
    });
    let Some((strongest, rest)) = own.split_first() else {
        return 0.0;
    };
    reckoning.push(of_strongest(strongest));
    let rest_nats = (rest.iter().map(|finding| finding.llr.max(0.0)).sum::<f64>()
        * caps.rest_share)
        .min(caps.rest_max);
    if !rest.is_empty() {
        let more = of_group("point-more", group).number("count", rest.len() as f64, 0);
        reckoning.push(Point::of(more, rest_nats));
    }
    let sum = strongest.llr + rest_nats;
    let cap = match group {
        Group::Billing => caps.billing,
        Group::Compute => caps.compute,
        Group::ControlPlane => caps.control_plane,
        Group::Dns => caps.dns,
        Group::Fleet => caps.fleet,
        Group::Network => caps.network,
        Group::ProviderAlert => caps.provider_alert,
        Group::Runtime => caps.runtime,
    };
    if sum > cap {
        reckoning.push(Point::of(of_group("point-most", group), cap - sum));
    }
    sum.min(cap)
}

fn of_strongest(finding: &Finding) -> Point {
    Point::of(finding.told_in(of_group("point-strongest", finding.group)), finding.llr)
}

fn of_group(id: &'static str, group: Group) -> Saying {
    let name = match group {
        Group::Billing => "point-group-billing",
        Group::Compute => "point-group-compute",
        Group::ControlPlane => "point-group-control-plane",
        Group::Dns => "point-group-dns",
        Group::Fleet => "point-group-fleet",
        Group::Network => "point-group-network",
        Group::ProviderAlert => "point-group-provider-alert",
        Group::Runtime => "point-group-runtime",
    };
    Saying::of(id).say("group", Saying::of(name))
}

/// The probability that an account mines, from those of its resources: a product damped because
/// they are not independent, `1 - Π(1 - p)^(1/√k)`, over the `k` likeliest. That `k` is taken which
/// gives most: one more resource with little against it must not clear the others (ADR 2).
#[must_use]
pub fn of_account(probabilities: &[f64]) -> f64 {
    let mut sorted = probabilities.to_vec();
    sorted.sort_by(|one, other| other.total_cmp(one));
    let mut log_innocent = 0.0;
    let mut likeliest: f64 = 0.0;
    for (index, probability) in sorted.iter().enumerate() {
        log_innocent += (-probability).ln_1p();
        let damped: f64 = log_innocent / ((index + 1) as f64).sqrt();
        likeliest = likeliest.max(-damped.exp_m1());
    }
    likeliest
}

fn logistic(log_odds: f64) -> f64 {
    1.0 / (1.0 + (-log_odds).exp())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::tests::nothing;

    #[test]
    fn calibration_moves_evidence_and_leaves_silence_where_it_is() {
        let mut weights = Weights::embedded();
        assert_eq!(assess(&[], &weights).reckoning.len(), 1, "nothing is said of a scale of one");
        let silent = assess(&[], &weights).probability;
        weights.calibration.scale = 0.5;
        assert!((assess(&[], &weights).probability - silent).abs() < 1e-15);
    }

    #[test]
    fn what_runs_what_it_costs_and_who_made_it_are_not_three_things() {
        let weights = Weights::embedded();
        let of = |parts: &[(Group, f64)]| {
            let found: Vec<Finding> = parts
                .iter()
                .map(|(group, llr)| Finding { group: *group, llr: *llr, ..nothing() })
                .collect();
            assess(&found.iter().collect::<Vec<_>>(), &weights).probability
        };
        let (step, flat) = ((Group::Billing, 9.8), (Group::Compute, 4.0));
        let both = of(&[step, flat]);
        assert!(both > of(&[step]) && both <= 0.80, "{both}");
        assert!(of(&[flat]) <= 0.02);
        // A step that the audit log accounts for, and a roll-out of daily work.
        let roll_out = of(&[(Group::Billing, 3.92), flat, (Group::ControlPlane, 3.5)]);
        assert!(roll_out < 0.10, "{roll_out}");
        let hijack = of(&[(Group::ControlPlane, 10.2), flat]);
        assert!(hijack >= 0.70, "{hijack}");
    }

    #[test]
    fn a_machine_that_is_tuned_for_the_work_it_is_billed_for_is_one_thing() {
        let weights = Weights::embedded();
        let nats = |hints: f64| {
            let of = |group, llr| Finding { group, llr, ..nothing() };
            let found = [of(Group::Billing, 2.0), of(Group::Runtime, hints)];
            let points = assess(&found.iter().collect::<Vec<_>>(), &weights).reckoning;
            points.iter().map(|point| point.nats).sum::<f64>() - weights.prior.resource
        };
        assert!((nats(3.9) - 4.5).abs() < 1e-9, "huge pages and registers: 3.9 + 0.3 × 2.0");
        assert!((nats(5.0) - 7.0).abs() < 1e-9, "a wallet has nothing to do with the bill");
    }

    #[test]
    fn a_weak_resource_clears_nobody_and_strong_ones_add_up() {
        assert!((of_account(&[0.97]) - 0.97).abs() < 1e-12);
        assert!(of_account(&[0.97, 0.0001]) >= 0.97);
        assert!(of_account(&[0.9, 0.9, 0.9]) > 0.98);
        assert_eq!(of_account(&[]), 0.0);
    }
}
