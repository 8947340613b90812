//! A miner was started.
//!
//! **What it sees**: started programs, and the scripts, commands and images that calls give to
//! machines and containers: pools in their own protocols, wallets (with their checksums), options
//! that only miners have, miners by name, and what sensors' own rules say of mining. Commands in
//! shells, wrappers, containers and base64 are looked into.
//!
//! **Why it matters**: a program told to mine at a pool for a wallet mines, whatever it is called.
//!
//! **What it misses**: renamed miners that read a configuration file; libraries in honest programs;
//! machines without a sensor.
//!
//! **What it mistakes**: people who try a miner, and benchmarks. Who searches for miners, ends or
//! removes them, or watches them, is told by the program that does it: `grep xmrig` is nothing.
//!
//! **What to do**: keep the machine's memory and disk, end the process and what starts it again,
//! and find who came in.

mod arguments;
mod command;
mod encoded;
mod endpoint;
mod judge;
mod names;
mod parted;
mod shown;
mod signs;
#[cfg(test)]
mod tests;
mod wallet;

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use self::{
    parted::{PARTED_MAX, Parted},
    signs::{Seen, Sign, Strength},
};
use super::{Context, Detector, Info, State, Watch};
use crate::{
    by_resource::ByResource,
    event::{ApiCall, CallOutcome, Event, Part, ProcessStart},
    finding::{Finding, Group},
    id::{ObjectId, Place},
    indicator::IndicatorSet,
    names::Sighting,
    sigma, sketch, text,
    time::Time,
};

/// The detector.
pub struct MinerProcess;

/// Different starts kept of one resource.
const STARTS_MAX: usize = 64;
/// Resources kept of one call.
const RESOURCES_MAX: usize = 100;
/// Texts looked at of one call.
const TEXTS_MAX: usize = 64;
/// Bytes kept of a name.
const NAME_BYTES_MAX: usize = 200;

/// What was started on each resource of an account; what calls gave to no resource that could be
/// named stands under no name.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub struct Starts {
    whole: ByResource<Start, STARTS_MAX>,
    /// Those whose command lines came in several records, by their hash.
    parted: ByResource<Parted, PARTED_MAX>,
}

/// One program that was started, however often.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
struct Start {
    first: (Time, Place),
    last: (Time, Place),
    what: What,
}

/// What was started.
#[derive(Clone, Debug, Deserialize, Eq, Hash, PartialEq, Serialize)]
struct What {
    origin: Origin,
    signs: BTreeSet<Sign>,
    /// The program's path, or the call's operation.
    program: String,
    /// The command line, to be shown.
    command: String,
    pool: Option<String>,
    wallet: Option<String>,
    miner: Option<String>,
    /// The sensor's rule.
    rule: Option<String>,
    container: Option<String>,
}

/// How it is known.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, PartialEq, Serialize)]
enum Origin {
    /// A sensor saw it start.
    Process,
    /// A call gave it to a machine.
    Call,
    /// A call would have, and failed.
    Attempt,
}

impl Start {
    fn merge(self, other: Self) -> Self {
        Self {
            first: self.first.min(other.first),
            last: self.last.max(other.last),
            what: self.what,
        }
    }
}

impl State for Starts {
    fn merge(self, other: Self) -> Self {
        Self {
            whole: self.whole.merge(other.whole, Start::merge),
            parted: self.parted.merge(other.parted, Parted::merge),
        }
    }

    fn seal(&mut self, object: ObjectId) {
        for start in self.whole.values_mut() {
            start.first.1.seal(object);
            start.last.1.seal(object);
        }
        self.parted.values_mut().for_each(|one| one.seal(object));
    }
}

impl Starts {
    fn add_part(&mut self, resource: &Sighting, at: (Time, Place), part: &Part<'_>) {
        let hash = sketch::hash(&part.start);
        let Some(starts) = self.parted.entry(resource, false) else {
            return;
        };
        if let Some(parted) = starts.entry(hash, || Parted::new(at)) {
            parted.add(at, part);
        }
    }

    fn add(&mut self, resource: &Sighting, at: (Time, Place), what: What) {
        let hash = what.hash();
        let is_serious = Strength::of(&what.signs) > Strength::Hints;
        let Some(starts) = self.whole.entry(resource, is_serious) else {
            return;
        };
        let start = starts.entry(hash, || Start { first: at, last: at, what });
        if let Some(start) = start {
            start.first = start.first.min(at);
            start.last = start.last.max(at);
        }
    }
}

impl What {
    /// The strongest come first, so that a flood of hints does not crowd them out.
    fn hash(&self) -> u64 {
        let weakness = u64::from(u8::MAX - Strength::of(&self.signs) as u8);
        sketch::hash(self) >> 8 | weakness << 56
    }
}

impl Detector for MinerProcess {
    type State = Starts;

    const INFO: Info = Info {
        id: "miner_process",
        group: Group::Runtime,
        says: "a miner was started; strongest with its pool and wallet, whatever it is called",
    };

    fn observe(state: &mut Self::State, event: &Event<'_>, place: Place, watch: &Watch) {
        if watch.second_look {
            return;
        }
        match event {
            Event::Process(process) => observe_process(state, process, place, watch),
            Event::Call(call) => observe_call(state, call, place, watch),
            _ => {}
        }
    }

    fn findings(state: &Self::State, context: &Context<'_>) -> Vec<Finding> {
        judge::findings(state, context)
    }
}

fn observe_process(state: &mut Starts, process: &ProcessStart<'_>, place: Place, watch: &Watch) {
    let resource = Sighting::of(process.account.provider, &process.resource);
    if let Some(part) = &process.part {
        state.add_part(&resource, (process.time, place), part);
    }
    if let Some(what) = What::started(process, &watch.indicators) {
        state.add(&resource, (process.time, place), what);
    }
}

/// What the program itself shows, besides its arguments.
fn add_program(process: &ProcessStart<'_>, seen: &mut Seen) {
    let name = names::base_name(&process.executable);
    let image = process.image.as_deref().and_then(names::miner_image);
    if let Some(miner) = names::miner(&name).or(image) {
        // The version of a miner that is asked for stays a question.
        if !seen.signs.contains(&Sign::AmbiguousName) {
            seen.signs.insert(Sign::Miner);
        }
        seen.miner.get_or_insert(miner);
    }
    if process.rule.as_deref().is_some_and(sigma::names_mining) && !seen.only_speaks {
        seen.signs.insert(Sign::SensorRule);
    }
    seen.signs.extend(surroundings(process));
}

/// Where and how a program runs: worth nothing alone.
fn surroundings(process: &ProcessStart<'_>) -> impl Iterator<Item = Sign> {
    const ANYBODYS: [&str; 6] = [
        "/dev/shm/",
        "/run/shm/",
        "/tmp/",
        "/var/tmp/",
        "c:\\users\\public\\",
        "c:\\windows\\temp\\",
    ];
    let path = process.executable.to_ascii_lowercase();
    let is_gone =
        path.ends_with("(deleted)") || path.starts_with("memfd:") || path.starts_with("/memfd:");
    let is_masked = process.command_line.starts_with('[') && path.contains('/');
    let is_piped = process.parent.as_deref().is_some_and(|parent| {
        parent.contains("curl ") && parent.contains("| ")
            || parent.contains("wget -") && parent.contains("| ")
    });
    [
        (Sign::Temporary, ANYBODYS.iter().any(|folder| path.starts_with(folder))),
        (Sign::Deleted, is_gone),
        (Sign::Masked, is_masked),
        (Sign::Piped, is_piped),
    ]
    .into_iter()
    .filter_map(|(sign, is_so)| is_so.then_some(sign))
}

fn observe_call(state: &mut Starts, call: &ApiCall<'_>, place: Place, watch: &Watch) {
    let images = call.compute.iter().filter_map(|compute| compute.image.as_deref());
    let texts = call.texts.iter().map(AsRef::as_ref).chain(images);
    let seen = texts
        .take(TEXTS_MAX)
        .flat_map(|text| [Seen::of(text, true, &watch.indicators), Seen::of_image(text)])
        .filter(Seen::is_worth_keeping)
        .reduce(|mut one, other| {
            one.absorb(other);
            one
        });
    let Some(seen) = seen else {
        return;
    };
    let what = What {
        origin: if call.outcome == CallOutcome::Succeeded { Origin::Call } else { Origin::Attempt },
        program: kept(&call.operation),
        command: shown::shown(&seen.command),
        ..What::of(seen)
    };
    let resources = call.resources.iter().take(RESOURCES_MAX);
    let mut sightings: BTreeSet<Sighting> =
        resources.map(|resource| Sighting::of(call.account.provider, resource)).collect();
    sightings.retain(|sighting| !sighting.is_empty());
    if sightings.is_empty() {
        sightings.insert(Sighting::default());
    }
    for sighting in sightings {
        state.add(&sighting, (call.time, place), what.clone());
    }
}

impl What {
    /// A program that was started, if there is any sign about it.
    fn started(process: &ProcessStart<'_>, indicators: &IndicatorSet) -> Option<Self> {
        let mut seen = Seen::of(&process.command_line, false, indicators);
        add_program(process, &mut seen);
        seen.is_worth_keeping().then(|| Self {
            origin: Origin::Process,
            program: kept(&process.executable),
            command: shown::shown(&process.command_line),
            rule: process.rule.as_deref().map(kept),
            container: process.container.as_deref().map(kept),
            ..Self::of(seen)
        })
    }

    /// What was seen, of nothing in particular.
    fn of(seen: Seen) -> Self {
        Self {
            origin: Origin::Process,
            signs: seen.signs,
            program: String::new(),
            command: String::new(),
            pool: seen.pool.as_deref().map(kept),
            wallet: seen.wallet.as_deref().map(kept),
            miner: seen.miner.map(str::to_string),
            rule: None,
            container: None,
        }
    }
}

fn kept(name: &str) -> String {
    text::truncated(&text::printable(name), NAME_BYTES_MAX).to_string()
}
