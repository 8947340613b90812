//! The detectors: folds over events that recognise one pattern each.
//!
//! A detector is one file with its state and one line in the list below. Its state is a
//! join-semilattice: `merge` is associative, commutative and idempotent, so that any split, order
//! or replay of the input gives the same state. Static dispatch throughout: the list becomes a
//! struct of states.

pub mod address_without_name;
pub mod block_pulse;
pub mod flat_compute;
pub mod fleet_pulse;
pub mod hijack_sequence;
pub mod miner_process;
pub mod pool_contact;
pub mod pool_lookup;
pub mod provider_alert;
pub mod sigma_rule;
pub mod spend_step;
pub mod stratum_profile;

use serde::{Deserialize, Serialize, de::DeserializeOwned};

use self::fleet_pulse::Fleets;
use crate::{
    bill::Ledger,
    blocks::Blocks,
    coverage::Coverage,
    event::Event,
    finding::{Finding, Group},
    id::{Account, ObjectId, Place},
    indicator::IndicatorSet,
    lookups::Lookups,
    names::{Names, Resolved},
    sigma::RuleSet,
    weights::Weights,
};

pub use crate::stratum::Footprints;

/// What a detector keeps for one account.
pub trait State: Clone + Default + Serialize + DeserializeOwned + PartialEq {
    /// Joins what two parts of the input gave.
    #[must_use]
    fn merge(self, other: Self) -> Self;

    /// Names the object that was being read, in every place that says "here".
    fn seal(&mut self, object: ObjectId);
}

impl State for () {
    fn merge(self, (): Self) -> Self {}

    fn seal(&mut self, _object: ObjectId) {}
}

/// One pattern.
pub trait Detector {
    /// What it keeps for one account.
    type State: State;

    /// What it is.
    const INFO: Info;

    /// Takes one event of the account.
    fn observe(state: &mut Self::State, event: &Event<'_>, place: Place, watch: &Watch);

    /// What the state says, given all else that is known of the account.
    fn findings(state: &Self::State, context: &Context<'_>) -> Vec<Finding>;
}

/// The detectors that need every conversation, not those with listed addresses alone.
pub const WITHOUT_LISTS: [&str; 4] =
    ["address_without_name", "block_pulse", "fleet_pulse", "stratum_profile"];

/// What a detector is, for people and for the registry.
#[derive(Clone, Copy, Debug)]
pub struct Info {
    /// The text id: the pattern's name.
    pub id: &'static str,
    /// The kind of evidence that it gives.
    pub group: Group,
    /// What it says, in one sentence.
    pub says: &'static str,
}

/// The addresses and names that events are looked at for.
#[derive(Debug, Default)]
pub struct Watch {
    /// The lists.
    pub indicators: std::sync::Arc<IndicatorSet>,
    /// The operator's own rules.
    pub sigma: std::sync::Arc<RuleSet>,
    /// Addresses that listed names were resolved to.
    pub answered: std::collections::BTreeSet<std::net::IpAddr>,
    /// Only [`Watch::answered`] counts: the lists were looked at before.
    pub second_look: bool,
}

impl Watch {
    /// Whether flows with this address are kept.
    #[must_use]
    pub fn concerns(&self, address: std::net::IpAddr) -> bool {
        self.answered.contains(&address)
            || (!self.second_look && self.indicators.address(address).is_some())
    }
}

/// What findings are made from, besides a detector's own state.
pub struct Context<'a> {
    /// The account.
    pub account: &'a Account,
    /// The lists.
    pub indicators: &'a IndicatorSet,
    /// What evidence is worth.
    pub weights: &'a Weights,
    /// What was used and what it cost.
    pub bill: &'a Ledger,
    /// Questions for listed names.
    pub lookups: &'a Lookups,
    /// Raw sightings: which interfaces pass others' traffic on.
    pub names: &'a Names,
    /// Names resolved to resources.
    pub resources: &'a Resolved<'a>,
    /// What could be read.
    pub coverage: &'a Coverage,
    /// Long, small conversations with a miner's footprint.
    pub footprints: &'a Footprints<'a>,
    /// When chains had their blocks.
    pub blocks: &'a Blocks,
    /// What the account has in common with others.
    pub fleets: &'a Fleets,
}

macro_rules! detectors {
    ($($field:ident: $detector:ty,)+) => {
        /// Every detector, in alphabetical order.
        pub const DETECTORS: &[Info] = &[$(<$detector>::INFO,)+];

        /// What every detector keeps for one account.
        #[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
        pub struct States {
            $($field: <$detector as Detector>::State,)+
        }

        impl States {
            /// Gives one event to every detector.
            pub fn observe(&mut self, event: &Event<'_>, place: Place, watch: &Watch) {
                $(<$detector>::observe(&mut self.$field, event, place, watch);)+
            }

            /// Joins what two parts of the input gave.
            #[must_use]
            pub fn merge(self, other: Self) -> Self {
                Self { $($field: State::merge(self.$field, other.$field),)+ }
            }

            /// Names the object that was being read.
            pub fn seal(&mut self, object: ObjectId) {
                $(State::seal(&mut self.$field, object);)+
            }

            /// How hard machines worked.
            #[must_use]
            pub const fn loads(&self) -> &flat_compute::Loads {
                &self.flat_compute
            }

            /// What every detector but those in `without` says.
            #[must_use]
            pub fn findings(&self, context: &Context<'_>, without: &[String]) -> Vec<Finding> {
                let mut findings = Vec::new();
                $(if !without.iter().any(|id| id == <$detector>::INFO.id) {
                    findings.extend(<$detector>::findings(&self.$field, context));
                })+
                findings
            }
        }
    };
}

detectors! {
    address_without_name: address_without_name::AddressWithoutName,
    block_pulse: block_pulse::BlockPulse,
    flat_compute: flat_compute::FlatCompute,
    fleet_pulse: fleet_pulse::FleetPulse,
    hijack_sequence: hijack_sequence::HijackSequence,
    miner_process: miner_process::MinerProcess,
    pool_contact: pool_contact::PoolContact,
    pool_lookup: pool_lookup::PoolLookup,
    provider_alert: provider_alert::ProviderAlerts,
    spend_step: spend_step::SpendStep,
    sigma_rule: sigma_rule::SigmaRules,
    stratum_profile: stratum_profile::StratumProfile,
}
