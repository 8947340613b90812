//! What is to be done about a case, in order: keep the evidence, cut off who did it, stop what runs
//! (groups before their machines, or they come back), remove what was made for mining, and mend.
//!
//! A plan is made from what the case's evidence names and from nothing else. What others use too is
//! left alone, and the plan says so: a machine that was there before is isolated and never removed;
//! of what a robbed principal may have made in good faith its owner is only asked; networks, roles,
//! images and resource groups are not touched. Names were written by attackers: a
//! name that its cloud does not give is looked up by hand, and so is what lies in another account.

mod access;
pub mod aws;
mod azure;
pub mod back;
mod builder;
pub mod google;
pub mod name;
mod past;
pub mod script;
pub mod terraform;
#[cfg(test)]
mod tests;

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{
    id::Provider,
    judged::{Judged, Resource},
    time::Time,
};
use builder::Builder;

/// Steps of one plan.
pub const STEPS_MAX: usize = 2000;
/// Machines whose disks are kept: those of one fleet are alike.
pub const SNAPSHOTS_MAX: usize = 3;

/// A plan.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Plan {
    /// The cloud.
    pub provider: Provider,
    /// The account.
    pub account: String,
    /// In the order in which they are done.
    pub steps: Vec<Step>,
    /// What the evidence names and the plan does not touch.
    pub left: Vec<Left>,
    /// More was named than a plan holds.
    pub is_cut: bool,
}

/// A part of a plan.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// Keep what shows what happened.
    Preserve,
    /// Let it run no longer.
    Contain,
    /// Take away what was made for it.
    Remove,
    /// Let it not come back.
    Harden,
}

impl Phase {
    /// Every phase, in order.
    pub const ALL: [Self; 4] = [Self::Preserve, Self::Contain, Self::Remove, Self::Harden];

    /// The text id.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Preserve => "preserve",
            Self::Contain => "contain",
            Self::Remove => "remove",
            Self::Harden => "harden",
        }
    }
}

/// What is done.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Measure {
    /// Copies the disks of a machine.
    Snapshot,
    /// Switches a key off.
    CutKey,
    /// Takes a principal every right, or switches it off.
    CutPrincipal,
    /// Ends the sessions of a principal.
    EndSessions,
    /// Takes a grant back.
    DropGrant,
    /// Takes back the right to give every right, which a principal took over all that its directory has.
    DropElevation,
    /// Takes a user's console password away.
    DropLogin,
    /// Takes back what a call opened or gave.
    CloseDoor,
    /// Keeps a group from making machines anew.
    HoldGroup,
    /// Sets a group's size to nothing.
    EmptyGroup,
    /// Takes the protection from a machine that keeps it from being removed.
    LiftProtection,
    /// Takes a lock away that was put on.
    DropLock,
    /// Stops a machine.
    Stop,
    /// Cuts a machine off from the network and lets it run.
    Isolate,
    /// Removes something for ever.
    Remove,
    /// Switches a log on again.
    RestoreLog,
    /// Brings a quota down again to what it was.
    LowerQuota,
    /// Asks whoever owns a principal.
    AskOwner,
    /// Lets whoever owns something that others work with decide what becomes of it.
    Decide,
    /// Sees whether it came back.
    Watch,
}

impl Measure {
    /// The text id.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Snapshot => "snapshot",
            Self::CutKey => "cut_key",
            Self::CutPrincipal => "cut_principal",
            Self::EndSessions => "end_sessions",
            Self::DropGrant => "drop_grant",
            Self::DropElevation => "drop_elevation",
            Self::DropLogin => "drop_login",
            Self::CloseDoor => "close_door",
            Self::HoldGroup => "hold_group",
            Self::EmptyGroup => "empty_group",
            Self::LiftProtection => "lift_protection",
            Self::DropLock => "drop_lock",
            Self::Stop => "stop",
            Self::Isolate => "isolate",
            Self::Remove => "remove",
            Self::RestoreLog => "restore_log",
            Self::LowerQuota => "lower_quota",
            Self::AskOwner => "ask_owner",
            Self::Decide => "decide",
            Self::Watch => "watch",
        }
    }
}

impl fmt::Display for Measure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.id())
    }
}

/// What kind of thing a step is about.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// The account itself.
    Account,
    /// Who asks for things without being a person.
    Application,
    /// A container group, or a service of containers.
    Container,
    /// A right that was given.
    Grant,
    /// Machines that are made and replaced together.
    Group,
    /// An access key.
    Key,
    /// A lock on a resource.
    Lock,
    /// A log.
    Log,
    /// A machine.
    Machine,
    /// Something else that runs.
    Other,
    /// How much of something the account may have.
    Quota,
    /// A role.
    Role,
    /// A person's account.
    User,
}

impl Kind {
    /// The text id.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Account => "account",
            Self::Application => "application",
            Self::Container => "container",
            Self::Grant => "grant",
            Self::Group => "group",
            Self::Key => "key",
            Self::Lock => "lock",
            Self::Log => "log",
            Self::Machine => "machine",
            Self::Other => "other",
            Self::Quota => "quota",
            Self::Role => "role",
            Self::User => "user",
        }
    }
}

/// What a step is about.
#[derive(Clone, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize)]
pub struct Target {
    /// What kind of thing.
    pub kind: Kind,
    /// Its name, as the evidence has it: hostile.
    pub name: String,
    /// The region or zone, where it is known.
    pub place: Option<String>,
    /// What it is in or belongs to: the user of a key, the cluster of a service.
    pub parent: Option<String>,
}

/// Why a step is left to a person.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Hand {
    /// Its cloud gives no such name.
    StrangeName,
    /// It lies in another account.
    Elsewhere,
    /// No program can know whether it is right.
    Judgement,
    /// No command of the cloud does it for this kind of thing.
    NoCommand,
}

impl Hand {
    /// The text id.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::StrangeName => "strange_name",
            Self::Elsewhere => "elsewhere",
            Self::Judgement => "judgement",
            Self::NoCommand => "no_command",
        }
    }
}

/// Why something is left alone.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Because {
    /// It was there before: the customer works with it.
    CustomersOwn,
    /// It passes others' traffic on.
    PassesOn,
    /// An address alone, which names no resource.
    AddressAlone,
    /// It has long been there and others use it.
    Shared,
    /// A service of the provider's own.
    ProvidersOwn,
}

impl Because {
    /// The text id.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::CustomersOwn => "customers_own",
            Self::PassesOn => "passes_on",
            Self::AddressAlone => "address_alone",
            Self::Shared => "shared",
            Self::ProvidersOwn => "providers_own",
        }
    }
}

/// Something that is left alone.
#[derive(Clone, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize)]
pub struct Left {
    /// Its name: hostile.
    pub name: String,
    /// Why.
    pub because: Because,
}

/// A word of a command.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Word {
    /// As it stands.
    Text(String),
    /// What an earlier command of the step printed, by its number from 0.
    Kept(usize),
}

/// A command of the cloud's own tool: words that no shell takes apart.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Command {
    /// The tool and its arguments.
    pub words: Vec<Word>,
    /// What it prints is kept for later commands of the step.
    pub keeps: bool,
    /// It changes something; others only look, also in a dry run.
    pub changes: bool,
}

/// One step.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Step {
    /// 1, 2, 3 …
    pub number: u32,
    /// The part of the plan that it belongs to.
    pub phase: Phase,
    /// What is done.
    pub measure: Measure,
    /// To what.
    pub target: Target,
    /// How; empty where a person does it.
    pub commands: Vec<Command>,
    /// How it is undone; empty where it can't be.
    pub undo: Vec<Command>,
    /// Why a person does it.
    pub hand: Option<Hand>,
}

/// The plan for a case, made at `now`: sessions that began before it are ended.
#[must_use]
pub fn of(judged: &Judged, now: Time) -> Plan {
    let mut builder = Builder::new(judged, now);
    match judged.cloud() {
        Provider::Aws => aws::plan(&mut builder),
        Provider::Azure => azure::plan(&mut builder),
        Provider::Gcp => google::plan(&mut builder),
        _ => builder.all_by_hand(),
    }
    builder.finish()
}

/// Whether a plan lets a resource of a case run, since it was there before.
#[must_use]
pub(crate) fn was_there(judged: &Judged, resource: &Resource) -> bool {
    let places = past::places(judged, &resource.id);
    places.into_iter().all(|place| {
        let done = past::deed_on(judged, &resource.id, place);
        past::of(judged, resource, done) == past::Past::Own
    })
}

impl Plan {
    /// The steps of a part.
    pub fn of_phase(&self, phase: Phase) -> impl Iterator<Item = &Step> {
        self.steps.iter().filter(move |step| step.phase == phase)
    }
}
