//! Several machines, perhaps of several customers, keep one hidden time.
//!
//! **What it sees**: connections with a miner's footprint whose minutes rise and fall together,
//! whoever their servers are; or that share a server and nothing else is known.
//!
//! **Why it matters**: whoever mines, mines with many machines. They need share no address and no
//! account: they share the chain. No list and no table of blocks is needed to hear it.
//!
//! **What it needs**: one-minute flow records of three machines, for an hour at the least.
//!
//! **What it misses**: one machine alone; ten-minute records; jobs that are delayed at random by a
//! minute and more.
//!
//! **What it mistakes**: machines that one server tells the same news, when their footprints also
//! happen to be a miner's; people's own clocks (every five minutes, hourly) are told by their period.
//! Agents that were given one address: so a server alone, without a clock, counts once, whether it is
//! said that they share it or that no name led to it. Shops that are told of a chain's headers keep its
//! time; they are told apart where a table says whose time it is.
//!
//! **What to do**: look at the machines together; what is true of one is true of all.

mod gather;
mod tell;
mod twins;
mod windows;

use super::{Context, Detector, Info, Watch};
use crate::{
    event::Event,
    finding::{Finding, Group},
    id::Place,
};

pub use gather::{Fleets, Members};

/// The detector. What it says crosses accounts, so it is found before any of them is judged.
pub struct FleetPulse;

impl Detector for FleetPulse {
    type State = ();

    const INFO: Info = Info {
        id: "fleet_pulse",
        group: Group::Fleet,
        says: "miners' footprints on several machines share a hidden clock, or a server",
    };

    fn observe(_state: &mut (), _event: &Event<'_>, _place: Place, _watch: &Watch) {}

    fn findings(_state: &(), context: &Context<'_>) -> Vec<Finding> {
        context.fleets.of(context.account).to_vec()
    }
}
