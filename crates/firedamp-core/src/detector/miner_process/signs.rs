//! What a text shows of mining: every sign in its commands, in what it hides in base64, and how
//! strong they are together.

use std::{borrow::Cow, collections::BTreeSet};

use serde::{Deserialize, Serialize};

use super::{
    arguments,
    command::{self, Command},
    encoded,
    names::{self, Role},
};
use crate::{indicator::IndicatorSet, text, weights};

/// Bytes looked at of one text; the largest start-up script of any cloud has 256 kB.
const TEXT_BYTES_MAX: usize = 256 << 10;
/// Texts decoded from one text, however deep they lie.
const DECODED_COUNT_MAX: usize = 32;
/// How deep texts in texts are decoded.
const DECODE_DEPTH_MAX: u32 = 3;
/// From how many miners on that a script ends it clears the field for its own.
const RIVALS_MIN: usize = 3;

/// One sign of mining.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Sign {
    /// A program with a miner's name that is other things' too.
    AmbiguousName,
    /// The program was deleted, or never was a file.
    Deleted,
    /// It stood in base64.
    Encoded,
    /// A miner's program or image was brought or readied.
    Fetched,
    /// Memory in huge pages, as miners want it.
    HugePages,
    /// A listed name among the words, without a port.
    ListedName,
    /// A listed endpoint among the words.
    ListedPool,
    /// A program that calls itself a kernel thread.
    Masked,
    /// A program or image with a miner's name.
    Miner,
    /// An option that only miners have.
    MinerOption,
    /// A Monero wallet beside an endpoint.
    MoneroPool,
    /// Registers of the processor are written, as miners do for speed.
    Msr,
    /// A wallet, as miners give whom a pool is to pay.
    Payee,
    /// A script from the web, straight into a shell.
    Piped,
    /// What miners give beside a pool: a password of `x`, the share of the processor …
    PoolHabit,
    /// An endpoint and a user, as miners give them.
    PoolLogin,
    /// An endpoint, as miners give it.
    PoolOption,
    /// The address of a pool in a pool's own protocol.
    PoolUrl,
    /// Other miners are ended.
    Rivals,
    /// The sensor's own rule names mining.
    SensorRule,
    /// A miner is made a service.
    Service,
    /// It runs from where anybody may write.
    Temporary,
    /// A wallet.
    Wallet,
}

/// What a text shows.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(super) struct Seen {
    /// Every sign.
    pub(super) signs: BTreeSet<Sign>,
    /// The pool, as written.
    pub(super) pool: Option<String>,
    /// The wallet.
    pub(super) wallet: Option<String>,
    /// The miner's usual name.
    pub(super) miner: Option<&'static str>,
    /// The command with the strongest signs.
    pub(super) command: String,
    /// Every command only speaks of things.
    pub(super) only_speaks: bool,
}

impl Seen {
    /// What `text` shows: a script, or one program with its arguments.
    pub(super) fn of(text: &str, is_script: bool, indicators: &IndicatorSet) -> Self {
        let mut budget = DECODED_COUNT_MAX;
        looked(
            text::truncated(text, TEXT_BYTES_MAX),
            is_script,
            indicators,
            &mut budget,
            DECODE_DEPTH_MAX,
        )
    }

    /// What `text` shows when it is an image's name; nothing of any other text.
    pub(super) fn of_image(text: &str) -> Self {
        let is_name = text.contains('/')
            && !text.starts_with(['/', '.', '~', '-'])
            && !text.contains(|letter: char| letter.is_whitespace());
        let miner = is_name.then(|| names::miner_image(text)).flatten();
        let signs = miner.iter().map(|_| Sign::Miner).collect();
        Self { signs, miner, command: text.to_string(), ..Self::default() }
    }

    /// Adds what another text shows.
    pub(super) fn absorb(&mut self, other: Self) {
        self.only_speaks &= other.only_speaks;
        if own_strength(&other.signs) > own_strength(&self.signs) || self.command.is_empty() {
            self.command = other.command;
        }
        self.signs.extend(other.signs);
        self.pool = self.pool.take().or(other.pool);
        self.wallet = self.wallet.take().or(other.wallet);
        self.miner = self.miner.or(other.miner);
    }

    /// Whether anything but surroundings was seen.
    pub(super) fn is_worth_keeping(&self) -> bool {
        self.signs.iter().any(|sign| !sign.is_surrounding())
    }
}

impl Sign {
    /// Signs that tell nothing by themselves: half of all honest installers show them.
    const fn is_surrounding(self) -> bool {
        matches!(
            self,
            Self::Deleted
                | Self::Encoded
                | Self::Masked
                | Self::Payee
                | Self::Piped
                | Self::PoolHabit
                | Self::PoolOption
                | Self::Temporary
        )
    }
}

/// What signs come to together.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Strength {
    /// Hints.
    Hints,
    /// A pool's login without anything else that only miners have.
    Login,
    /// A miner's options.
    Options,
    /// A miner by its name, or a listed pool.
    Miner,
    /// A miner by its name and options.
    Configured,
    /// The sensor says so, or a pool's protocol is named.
    Told,
    /// A miner with its pool.
    Mining,
}

impl Strength {
    /// What `signs` come to.
    pub(super) fn of(signs: &BTreeSet<Sign>) -> Self {
        use Sign::{
            ListedPool, Miner, MinerOption, MoneroPool, Payee, PoolHabit, PoolLogin, PoolOption,
            PoolUrl, SensorRule, Wallet,
        };
        let has = |sign| signs.contains(&sign);
        let any = |list: &[Sign]| list.iter().any(|sign| has(*sign));
        let certain = any(&[PoolUrl, ListedPool]);
        let pool = certain || has(PoolOption);
        let mining = pool && any(&[Payee, MinerOption, Miner])
            || certain && any(&[PoolLogin, PoolHabit, Wallet])
            || has(PoolUrl) && has(ListedPool)
            || has(Wallet) && any(&[Miner, MinerOption])
            || has(PoolLogin) && has(PoolHabit)
            || has(MoneroPool);
        match () {
            () if mining => Self::Mining,
            () if any(&[PoolUrl, SensorRule]) => Self::Told,
            () if has(Miner) && has(MinerOption) => Self::Configured,
            () if any(&[Miner, ListedPool]) => Self::Miner,
            () if has(MinerOption) => Self::Options,
            () if has(PoolLogin) => Self::Login,
            () => Self::Hints,
        }
    }

    /// What it weighs; nothing for hints.
    pub(super) const fn weight(self, weights: &weights::Process) -> f64 {
        match self {
            Self::Hints => 0.0,
            Self::Login => weights.login,
            Self::Options => weights.options,
            Self::Miner => weights.miner,
            Self::Configured => weights.configured,
            Self::Told => weights.told,
            Self::Mining => weights.mining,
        }
    }
}

fn own_strength(signs: &BTreeSet<Sign>) -> (Strength, usize) {
    (Strength::of(signs), signs.len())
}

fn looked(
    text: &str,
    is_script: bool,
    indicators: &IndicatorSet,
    budget: &mut usize,
    depth: u32,
) -> Seen {
    let text = flattened(text);
    let commands = command::commands(&text, is_script);
    let mut all = Seen { only_speaks: !commands.is_empty(), ..Seen::default() };
    let mut ended = BTreeSet::new();
    for command in &commands {
        let mut seen = Seen { command: command.text.trim().to_string(), ..Seen::default() };
        seen.only_speaks = matches!(command.role, Role::Onlooker | Role::Killer);
        look(command, indicators, &mut seen, &mut ended);
        all.absorb(seen);
    }
    if ended.len() >= RIVALS_MIN {
        all.signs.insert(Sign::Rivals);
    }
    if is_script && is_piped(&text) {
        all.signs.insert(Sign::Piped);
    }
    if depth > 0 {
        for inner in encoded::texts(&text, budget) {
            let mut seen = looked(&inner, true, indicators, budget, depth - 1);
            if seen.is_worth_keeping() {
                seen.signs.insert(Sign::Encoded);
                all.absorb(seen);
            }
        }
    }
    all
}

/// A list in JSON as a command line; other texts as they are.
fn flattened(text: &str) -> Cow<'_, str> {
    let list = || serde_json::from_str::<Vec<String>>(text).ok();
    match text.trim_start().starts_with('[').then(list).flatten() {
        Some(list) => Cow::Owned(list.join(" ")),
        None => Cow::Borrowed(text),
    }
}

fn look(
    command: &Command<'_>,
    indicators: &IndicatorSet,
    seen: &mut Seen,
    ended: &mut BTreeSet<&'static str>,
) {
    match command.role {
        Role::Killer => ended
            .extend(command.words.iter().filter_map(|word| names::miner(&names::base_name(word)))),
        Role::Onlooker | Role::Shell | Role::Wrapper => {}
        Role::Fetcher => fetched(command, seen),
        Role::Writer => {
            if writes(command) {
                arguments::look(&command.words, "", indicators, seen);
            }
        }
        Role::Containers => contained(command, indicators, seen),
        Role::Miner => mined(command, indicators, seen),
        Role::Other => other(command, indicators, seen),
    }
}

fn fetched(command: &Command<'_>, seen: &mut Seen) {
    let miner = command.words.iter().find_map(|word| names::miner(&names::base_name(word)));
    if miner.is_some() {
        seen.signs.insert(Sign::Fetched);
        seen.miner = miner;
    }
}

/// `echo … > file`, `sed -i …`, `tee file`: what is written is a configuration, perhaps.
fn writes(command: &Command<'_>) -> bool {
    command.text.contains('>')
        || command.words.iter().any(|word| word.starts_with("-i"))
        || names::base_name(command.program) == "tee"
}

/// A miner's image that is run, or only pulled.
fn contained(command: &Command<'_>, indicators: &IndicatorSet, seen: &mut Seen) {
    let image = |word: &&str| {
        let word = word.strip_prefix("--image=").unwrap_or(word);
        names::miner_image(word)
    };
    let miner = command.words.iter().find_map(image);
    let runs = command.words.iter().any(|word| names::is_container_verb(word));
    if miner.is_some() {
        seen.signs.insert(if runs { Sign::Miner } else { Sign::Fetched });
        seen.miner = miner;
    }
    if runs {
        arguments::look(&command.words, "", indicators, seen);
    }
}

fn mined(command: &Command<'_>, indicators: &IndicatorSet, seen: &mut Seen) {
    seen.miner = names::miner(&names::base_name(command.program));
    let asks = ["--version", "-V", "--help", "-h", "--print-platforms", "--export-topology"];
    let only_asks =
        !command.words.is_empty() && command.words.iter().all(|word| asks.contains(word));
    seen.signs.insert(if only_asks { Sign::AmbiguousName } else { Sign::Miner });
    arguments::look(&command.words, command.program, indicators, seen);
}

fn other(command: &Command<'_>, indicators: &IndicatorSet, seen: &mut Seen) {
    let name = names::base_name(command.program);
    if names::is_ambiguous(&name) {
        seen.signs.insert(Sign::AmbiguousName);
    }
    tuned(command, &name, seen);
    arguments::look(&command.words, command.program, indicators, seen);
    if names::is_watcher(&name) && !seen.signs.contains(&Sign::Wallet) {
        // It asks pools and miners how they are.
        seen.signs.clear();
        seen.only_speaks = true;
    }
}

/// What is done to a machine for a miner's sake.
fn tuned(command: &Command<'_>, name: &str, seen: &mut Seen) {
    let has = |part: &str| command.words.iter().any(|word| word.contains(part));
    let is_miner =
        |word: &&str| names::miner(word.strip_suffix(".service").unwrap_or(word)).is_some();
    match name {
        "sysctl" if has("nr_hugepages=") => seen.signs.insert(Sign::HugePages),
        "wrmsr" => seen.signs.insert(Sign::Msr),
        "modprobe" if command.words.contains(&"msr") => seen.signs.insert(Sign::Msr),
        "systemctl" | "service" if has("start") || has("enable") => {
            command.words.iter().any(is_miner) && seen.signs.insert(Sign::Service)
        }
        _ => false,
    };
}

/// `curl … | bash` and its spellings.
fn is_piped(text: &str) -> bool {
    let brings = text.find("curl ").or_else(|| text.find("wget "));
    let Some(rest) = brings.and_then(|at| text.get(at..)) else {
        return false;
    };
    let line = rest.lines().next().unwrap_or(rest);
    line.split('|').skip(1).any(|part| {
        let program = command::words(part).find(|word| *word != "sudo");
        program.is_some_and(|program| Role::of(&names::base_name(program)) == Role::Shell)
    })
}
