//! What each piece of evidence is worth: one data file, `data/weights.toml`, with its sources.

mod conversation;
mod runtime;

use serde::Deserialize;

use crate::indicator::Tier;

pub use conversation::{AddressWithoutName, BlockPulse, CoinProfile, FleetPulse, StratumProfile};
pub use runtime::{Process, Sigma};

/// The weights that come with the program, with their sources, as text.
pub const EMBEDDED: &str = include_str!("../data/weights.toml");

/// A text that holds no weights.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("no weights: {0}")]
pub struct WeightsError(String);

/// Every weight.
#[derive(Clone, Debug, Deserialize, PartialEq)]
pub struct Weights {
    /// The version of the file.
    pub version: u32,
    /// Before any evidence.
    pub prior: Prior,
    /// Limits within and across groups.
    pub caps: Caps,
    /// How far evidence is believed as a whole.
    pub calibration: Calibration,
    /// Flows with listed endpoints.
    pub contact: Contact,
    /// Questions for listed names.
    pub lookup: Lookup,
    /// Providers' alerts.
    pub alert: Alert,
    /// Steps of the bill.
    pub spend_step: SpendStep,
    /// Machines that work flat out.
    pub flat_compute: FlatCompute,
    /// What clears machines that somebody made.
    pub alibi: Alibi,
    /// What one actor did to an account.
    pub hijack: Hijack,
    /// Conversations with a miner's footprint.
    pub stratum_profile: StratumProfile,
    /// Conversations with a server that no name led to.
    pub address_without_name: AddressWithoutName,
    /// Conversations in time with a chain's blocks.
    pub block_pulse: BlockPulse,
    /// Machines that share a server or a clock.
    pub fleet_pulse: FleetPulse,
    /// Programs that were started.
    pub process: Process,
    /// An operator's own rules.
    pub sigma: Sigma,
}

/// Log-odds before any evidence.
#[derive(Clone, Debug, Deserialize, PartialEq)]
pub struct Prior {
    /// Of one resource in the window.
    pub resource: f64,
}

/// One factor on all evidence about a resource; the prior stays as it is (ADR 5).
#[derive(Clone, Debug, Deserialize, PartialEq)]
pub struct Calibration {
    /// What a nat of evidence counts.
    pub scale: f64,
    /// What it is called, and who answers for it; empty where the weights themselves do.
    #[serde(default)]
    pub name: String,
}

/// Limits, in nats.
#[derive(Clone, Debug, Deserialize, PartialEq)]
pub struct Caps {
    /// The share of every finding but the strongest that counts within a group.
    pub rest_share: f64,
    /// The most that these shares may add.
    pub rest_max: f64,
    /// The most of the billing group.
    pub billing: f64,
    /// The most of the compute group.
    pub compute: f64,
    /// The most of the control plane.
    pub control_plane: f64,
    /// The most of the DNS group.
    pub dns: f64,
    /// The most of the network group.
    pub network: f64,
    /// The most of the providers' alerts.
    pub provider_alert: f64,
    /// The most of what several machines share.
    pub fleet: f64,
    /// The most of what runs on machines.
    pub runtime: f64,
    /// The most of DNS, network and fleet together.
    pub traffic: f64,
}

/// Flows with listed endpoints: a table for each fit, and what adds to it.
#[derive(Clone, Debug, Deserialize, PartialEq)]
pub struct Contact {
    /// Fits a miner's connection.
    pub long: Forms,
    /// Small and short.
    pub brief: Forms,
    /// Small and short, on a web port.
    pub visit: Forms,
    /// More than any miner sends.
    pub busy: Forms,
    /// Never answered.
    pub one_way: Forms,
    /// Dropped by a firewall.
    pub rejected: Forms,
    /// How long a run must be to fit.
    pub long_seconds: i64,
    /// What no miner's connection exceeds in a direction.
    pub busy_bytes_per_minute: f64,
    /// What no pool sends a miner in a minute.
    pub burst_bytes_per_minute: f64,
    /// The share of a connection's records that may exceed it.
    pub burst_share: f64,
    /// What no pool sends a miner at once.
    pub bulk_bytes: f64,
    /// The silence that ends a run.
    pub gap_seconds: i64,
    /// For each doubling of the run beyond one hour.
    pub hour_bonus: f64,
    /// The most of that.
    pub hour_bonus_max: f64,
    /// For a listed address on a port that pools like.
    pub port_hint: f64,
    /// When another machine of the account asked for the name.
    pub other_client: f64,
    /// When the flow ran before the first known answer.
    pub late_answer: f64,
    /// The most of a shared address that no pool's name led to.
    pub shared_max: f64,
    /// How long after an answer a shared address is taken for the name that it was given for.
    pub shared_answer_seconds: i64,
    /// From how many listed remotes, tried and left, on a machine scans.
    pub scan_remotes_min: usize,
    /// The most of each of these.
    pub scan_max: f64,
}

/// Weights by what is known of the endpoint; each for the tiers A, B, C, M.
#[derive(Clone, Debug, Deserialize, PartialEq)]
pub struct Forms {
    /// A listed name was resolved to the address.
    pub answered: [f64; 4],
    /// The address is listed with the port.
    pub endpoint: [f64; 4],
    /// The address is listed.
    pub address: [f64; 4],
    /// A firewall saw the name.
    pub name: [f64; 4],
}

/// Questions for listed names.
#[derive(Clone, Debug, Deserialize, PartialEq)]
pub struct Lookup {
    /// By tier.
    pub name: [f64; 4],
    /// The most of a name that serves web pages too.
    pub web_max: f64,
    /// The miner's own donation hosts.
    pub donation: f64,
    /// Several names, none of which exists.
    pub failed_names: f64,
    /// How many.
    pub failed_names_min: usize,
    /// From how many names on a machine resolves or scans for others.
    pub scanner_names_min: usize,
    /// The most of such a machine.
    pub scanner_max: f64,
}

/// Providers' alerts.
#[derive(Clone, Debug, Deserialize, PartialEq)]
pub struct Alert {
    /// Mining, the provider is sure.
    pub mining_high: f64,
    /// Mining, the provider is fairly sure.
    pub mining_medium: f64,
    /// Mining, the provider is not sure.
    pub mining_low: f64,
    /// Mining, says a mail that anybody may have written.
    pub mining_unverified: f64,
    /// More compute than usual.
    pub compute_anomaly: f64,
    /// A hijack, says a mail that anybody may have written, and the audit log shows signs of one.
    #[serde(default)]
    pub hijack_beside: f64,
    /// Dismissed by a person.
    pub dismissed: f64,
}

/// Steps of the bill.
#[derive(Clone, Debug, Deserialize, PartialEq)]
pub struct SpendStep {
    /// Robust deviations from which on a step counts.
    pub deviation_min: f64,
    /// For each deviation beyond.
    pub per_deviation: f64,
    /// The most of that.
    pub step_max: f64,
    /// When one region or meter is new to the account.
    pub one_new_place: f64,
    /// When two or more are.
    pub new_places: f64,
    /// When use is the same day and night.
    pub flat: f64,
    /// Days from which on a step is more than a batch.
    pub held_days_min: i32,
    /// The most of a shorter one.
    pub short_max: f64,
    /// Up to here the audit log shows daily work.
    pub daily_work_max: f64,
    /// The share of a step that counts then.
    pub daily_work_share: f64,
}

/// Machines that work flat out.
#[derive(Clone, Debug, Deserialize, PartialEq)]
pub struct FlatCompute {
    /// Network and disk are quiet.
    pub quiet: f64,
    /// Nothing is known of the network.
    pub unknown: f64,
    /// There is some traffic.
    pub some_data: f64,
    /// It lasts a day or longer.
    pub day_bonus: f64,
    /// From how much on work is hard.
    pub busy_percent: f64,
    /// How far apart the quartiles of five-minute means must not be.
    pub spread_points: f64,
    /// How long it must last.
    pub long_seconds: i64,
    /// How long it must last to be no job, and to have no daily cycle.
    pub day_seconds: i64,
    /// Up to here the network is quiet …
    pub network_quiet_bytes_per_minute: f64,
    /// … and beyond this the machine works on data.
    pub network_busy_bytes_per_minute: f64,
    /// The same for disks.
    pub disk_quiet_bytes_per_minute: f64,
    /// The same for disks.
    pub disk_busy_bytes_per_minute: f64,
}

/// What machines do that somebody made: when it speaks against mining, and how much.
#[derive(Clone, Debug, Deserialize, PartialEq)]
pub struct Alibi {
    /// What an hour takes, in nats.
    pub hour: f64,
    /// The most that a longer time takes; between the two it grows with the logarithm of time.
    pub long: f64,
    /// From how long on it takes the most.
    pub long_seconds: i64,
    /// The share of a machine below which nobody mines.
    pub worth_percent: f64,
    /// How far apart quartiles of an hour's five-minute means are in even work at most, as a share of their middle.
    pub even_spread_share: f64,
    /// The share of the machines that must have been measured.
    pub measured_share_min: f64,
    /// The share of the measured ones that must not have worked evenly.
    pub alibi_share_min: f64,
}

/// What one actor did to an account within a day: points for signs, and what they come to.
#[derive(Clone, Debug, Deserialize, PartialEq)]
pub struct Hijack {
    /// What a point is worth, in nats.
    pub point: f64,
    /// The most by the number of pillars that stand (fleet, keep, probe, who, wide), from none.
    pub pillars_max: [f64; 6],
    /// The least of a full sequence: fleet, keep and probe, and enough signs.
    pub full_min: f64,
    /// The most of any sequence.
    pub full_max: f64,
    /// How many signs a full sequence has.
    pub full_signs_min: usize,
    /// From how many points on a sign counts as one of these.
    pub sign_points_min: f64,
    /// From how many points on the pillar "who" stands.
    pub who_points_min: f64,
    /// The share that is left of what somebody does who has long been there.
    pub routine_share: f64,
    /// Weaker ones are not told.
    pub told_min: f64,
    /// Points by sign.
    pub points: HijackPoints,
}

/// Points by sign.
#[derive(Clone, Debug, Deserialize, PartialEq)]
pub struct HijackPoints {
    /// A principal or a network that is new.
    pub new_caller: f64,
    /// One of which the telemetry is too short to tell.
    pub unknown: f64,
    /// A guest or delegated principal, for the first time.
    pub foreign: f64,
    /// One of which the telemetry is too short to tell.
    pub foreign_unknown: f64,
    /// Rights over everything were taken.
    pub elevated: f64,
    /// The same, and then a secret was made.
    pub elevated_secret: f64,
    /// The account was made or moved, then something was deployed.
    pub account_deployed: f64,
    /// The account was moved.
    pub account_moved: f64,
    /// Keys, principals, grants.
    pub identities: f64,
    /// Quotas read in many regions at once.
    pub sweep: f64,
    /// A call without effect.
    pub dry_run: f64,
    /// Many of them.
    pub dry_runs: f64,
    /// More quota was asked for.
    pub raise: f64,
    /// Machines refused in many regions.
    pub refused: f64,
    /// Services or regions switched on.
    pub enabled: f64,
    /// Large machines of a new family.
    pub large_new: f64,
    /// Large machines, and the telemetry is too short to tell.
    pub large_unknown: f64,
    /// Large machines of a family in use.
    pub large_known: f64,
    /// Many machines.
    pub fleet: f64,
    /// Compute of many services.
    pub spread: f64,
    /// The same in many regions.
    pub spread_wide: f64,
    /// Many more than ever.
    pub surge: f64,
    /// Several new regions at once.
    pub new_regions: f64,
    /// Many regions, and the telemetry is too short to tell.
    pub many_regions: f64,
    /// One or two new regions.
    pub new_region: f64,
    /// Scripts on many machines.
    pub scripts: f64,
    /// Fresh machines protected.
    pub protected: f64,
    /// Logs, alerts, budgets, detectors removed.
    pub blinded: f64,
    /// A door opened for everybody.
    pub open_door: f64,
    /// Probing, then machines, then protection or blinding, in this order.
    pub order: f64,
}

impl Weights {
    /// The weights that come with the program.
    ///
    /// # Panics
    /// Never: the embedded file is read by a test.
    #[must_use]
    pub fn embedded() -> Self {
        Self::parse(EMBEDDED).expect("the embedded weights parse")
    }

    /// Reads weights in the form of [`EMBEDDED`]; every number must be there.
    ///
    /// # Errors
    /// When the text is no TOML, or something is missing or of another kind.
    pub fn parse(text: &str) -> Result<Self, WeightsError> {
        toml::from_str(text).map_err(|error| WeightsError(error.to_string()))
    }
}

/// The weight of a tier.
#[must_use]
pub const fn of_tier(weights: &[f64; 4], tier: Tier) -> f64 {
    let [a, b, c, m] = *weights;
    match tier {
        Tier::A => a,
        Tier::B => b,
        Tier::C => c,
        Tier::M => m,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Names asked for, and flows that fit no miner's, stay under p = 0.10 all together.
    #[test]
    fn what_does_not_fit_opens_no_case() {
        let weights = Weights::embedded();
        let Contact { visit, busy, one_way, rejected, .. } = &weights.contact;
        let lookup = weights.lookup.name.into_iter().fold(0.0, f64::max);
        for forms in [visit, busy, one_way, rejected] {
            let answered = forms.answered.into_iter().chain(forms.name).fold(0.0, f64::max);
            let together = weights.prior.resource + lookup + answered + weights.caps.rest_max;
            assert!(together < (0.1_f64 / 0.9).ln(), "{forms:?}");
            let listed = forms.endpoint.into_iter().chain(forms.address).fold(0.0, f64::max);
            assert!(weights.prior.resource + listed + weights.caps.rest_max < (0.1_f64 / 0.9).ln());
        }
    }

    /// Hard work alone stays under p = 0.02, even beside other hard work.
    #[test]
    fn hard_work_alone_is_no_case() {
        let Weights { prior, caps, flat_compute: FlatCompute { quiet, day_bonus, .. }, .. } =
            Weights::embedded();
        assert!(prior.resource + quiet + day_bonus < (0.02_f64 / 0.98).ln());
        assert!(quiet + day_bonus <= caps.compute);
    }

    /// A full sequence alone is 0.70 at least; three pillars, which a large roll-out shows, and what
    /// somebody does who has long been there, stay under 0.10 whatever else there is.
    #[test]
    fn only_a_full_sequence_makes_an_account_suspect() {
        let weights = Weights::embedded();
        let (hijack, prior) = (&weights.hijack, weights.prior.resource);
        let limit = (0.1_f64 / 0.9).ln();
        assert!(prior + hijack.full_min >= (0.7_f64 / 0.3).ln());
        assert!(hijack.full_max <= weights.caps.control_plane);
        assert!(hijack.pillars_max.is_sorted());
        let [.., three, four, _] = hijack.pillars_max;
        assert!(prior + three + weights.caps.rest_max < limit);
        assert!(prior + four * hijack.routine_share + weights.caps.rest_max < limit);
        assert!(prior + hijack.full_max * hijack.routine_share < limit);
    }

    /// The anchors of what runs on machines.
    #[test]
    fn a_miner_with_its_pool_is_nearly_certain_and_hints_open_no_case() {
        let Weights { prior, process, caps, sigma, .. } = Weights::embedded();
        let p = |nats: f64| 1.0 / (1.0 + (-(prior.resource + nats)).exp());
        assert!(p(process.mining) >= 0.97);
        assert!((0.8..=0.9).contains(&p(process.miner)));
        assert!(p(process.hints_max) < 0.10);
        assert!(sigma.mining.iter().all(|nats| p(*nats) <= 0.90));
        assert!(sigma.other.iter().all(|nats| p(nats + caps.rest_max) < 0.10));
        assert!(p(caps.runtime) > p(process.mining));
    }

    #[test]
    fn stronger_fits_and_forms_weigh_more() {
        let Contact { long, brief, visit, busy, one_way, rejected, .. } =
            Weights::embedded().contact;
        for weaker in [&brief, &visit, &busy, &one_way, &rejected] {
            for (strong, weak) in long.answered.iter().zip(weaker.answered) {
                assert!(*strong >= weak);
            }
        }
        for (address, endpoint) in long.address.iter().zip(long.endpoint) {
            assert!(*address <= endpoint);
        }
    }
}
