//! A page of the casebook taken apart into stories.

use std::collections::BTreeMap;

use firedamp_core::{authorisation::Authorisation, time::Time};

use super::{expect::Expectation, recorded::Wanted};
use crate::miner::{self, Minute, Packet};

/// What a story is there for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Kind {
    /// A verdict that the design promises.
    Anchor,
    /// What the attacker tries next, seen or (explained) missed.
    Evasion,
    /// The plain pattern.
    Hit,
    /// Parts of the input that belong together.
    Merge,
    /// Looks alike and is innocent.
    NearMiss,
    /// Ordinary traffic.
    QuietDay,
}

/// As headings write them.
const KINDS: [(&str, Kind); 7] = [
    ("anchor", Kind::Anchor),
    ("evasion", Kind::Evasion),
    ("evasion (missed)", Kind::Evasion),
    ("hit", Kind::Hit),
    ("merge", Kind::Merge),
    ("near-miss", Kind::NearMiss),
    ("quiet day", Kind::QuietDay),
];

/// One story.
#[derive(Debug)]
pub(super) struct Story {
    pub(super) kind: Kind,
    pub(super) title: String,
    pub(super) prose: String,
    /// Telemetry: format and content.
    pub(super) objects: Vec<(String, String)>,
    /// Why records of it are rejected, in the order of the telemetry.
    pub(super) rejected: Vec<String>,
    /// The operator's list.
    pub(super) indicators: Option<String>,
    /// The operator's rules.
    pub(super) sigma: Vec<String>,
    /// When chains had their blocks: coin and seconds since 1970, a line each.
    pub(super) blocks: Vec<(String, String)>,
    pub(super) expectations: Vec<Expectation>,
    /// What is on file, and what becomes of cases by it.
    pub(super) authorisations: Vec<Authorisation>,
    pub(super) verdicts: Vec<Wanted>,
}

/// Takes a page apart.
pub(super) fn parse(page: &str) -> Vec<Story> {
    let mut stories: Vec<Story> = Vec::new();
    let mut block: Option<(&str, String)> = None;
    for line in page.lines() {
        match (&mut block, line.strip_prefix("```")) {
            (None, Some(info)) => block = Some((info.trim(), String::new())),
            (Some((_, text)), None) => *text += &format!("{line}\n"),
            (Some((info, text)), Some(_)) => {
                stories.last_mut().expect("a heading before a block").take_block(info, text);
                block = None;
            }
            (None, None) => match line.strip_prefix("## ") {
                Some(heading) => stories.push(Story::new(heading)),
                None => stories.iter_mut().last().into_iter().for_each(|story| story.prose += line),
            },
        }
    }
    assert!(block.is_none(), "a block without end");
    stories
}

impl Story {
    fn new(heading: &str) -> Self {
        let (kind, _) = heading.split_once(": ").unwrap_or_else(|| panic!("`{heading}`: no kind"));
        let known = KINDS.into_iter().find(|(name, _)| *name == kind);
        let (_, kind) = known.unwrap_or_else(|| panic!("`{heading}`: no such kind of story"));
        Self {
            kind,
            title: heading.to_string(),
            prose: String::new(),
            objects: Vec::new(),
            rejected: Vec::new(),
            indicators: None,
            sigma: Vec::new(),
            blocks: Vec::new(),
            expectations: Vec::new(),
            authorisations: Vec::new(),
            verdicts: Vec::new(),
        }
    }

    fn take_block(&mut self, info: &str, text: &str) {
        let mut words = info.split_whitespace();
        let what = words.next().unwrap_or_default();
        let attributes: BTreeMap<&str, &str> =
            words.map(|word| word.split_once('=').expect("attribute=value")).collect();
        let template = Template::of(&attributes);
        let text = template.fill(text);
        match what {
            "authorisation" => {
                let one: Authorisation = serde_json::from_str(&text)
                    .unwrap_or_else(|error| panic!("{}: {error}", self.title));
                assert_eq!(one.check(), Ok(()), "{}", self.title);
                self.authorisations.push(one);
            }
            "verdict" => self.verdicts.extend(text.lines().map(Wanted::parse)),
            "blocks" => {
                let coin = attributes.get("coin").expect("a coin").to_string();
                self.blocks.push((coin, template.block_table()));
            }
            "expect" => {
                let lines = text.lines().filter(|line| !line.trim().is_empty());
                self.expectations.extend(lines.map(Expectation::parse));
            }
            "indicators" => self.indicators.get_or_insert_default().push_str(&text),
            "rejected" => self.rejected.extend(text.lines().map(str::to_string)),
            "sigma" => self.sigma.push(text),
            "" => panic!("{}: a block without format", self.title),
            format => self.objects.push((format.to_string(), text)),
        }
    }
}

/// Lines with placeholders stand for as many lines as there are steps; all steps of a run of such
/// lines come before the next line without.
struct Template {
    from: Time,
    every_seconds: i64,
    times: i64,
    /// A new local port after this many steps.
    reconnect: i64,
    /// What the minutes of a miner or a watcher hold, and the clock of its chain.
    miner: Vec<Minute>,
    clock: Option<u64>,
    /// Packets of a miner that a log sampled, one a step.
    sampled: Option<Vec<Packet>>,
    /// What `{value}` is at each step, from the beginning again when there are more steps.
    values: Vec<String>,
}

/// Reads `60s`, `5m`, `1h`, `1d`.
fn seconds(text: &str) -> i64 {
    let (number, unit) = text.split_at(text.len() - 1);
    let unit = match unit {
        "s" => 1,
        "m" => 60,
        "h" => 3600,
        "d" => 86_400,
        _ => panic!("`{text}`: a number and s, m, h or d"),
    };
    unit * number.parse::<i64>().expect("a number")
}

/// Reads `clock/who/shares`: a chain's clock, a miner's number, its shares (or questions) a minute.
fn mining(text: &str) -> (u64, u64, f64) {
    let fields: Vec<&str> = text.split('/').collect();
    let [clock, who, shares] = fields.as_slice() else {
        panic!("`{text}`: clock/who/shares");
    };
    let number = |text: &str| text.parse::<u64>().expect("a number");
    (number(clock), number(who), shares.parse().expect("shares a minute"))
}

/// What a block may say of itself.
const ATTRIBUTES: [&str; 11] = [
    "from",
    "every",
    "times",
    "minutes",
    "reconnect",
    "values",
    "miner",
    "watcher",
    "sampled",
    "clock",
    "coin",
];

/// Lines with them are written for packets of that way alone.
const UP_PAYLOAD: &str = "{up_payload}";
const DOWN_PAYLOAD: &str = "{down_payload}";

/// What is filled in at each step.
const PLACEHOLDERS: [&str; 14] = [
    UP_PAYLOAD,
    DOWN_PAYLOAD,
    "{start}",
    "{end}",
    "{time}",
    "{until}",
    "{date}",
    "{n}",
    "{port}",
    "{value}",
    "{up_bytes}",
    "{up_packets}",
    "{down_bytes}",
    "{down_packets}",
];

/// The minutes of a miner, or of somebody who waits for payments.
fn said(attributes: &BTreeMap<&str, &str>, minutes: i64) -> Vec<Minute> {
    let of = |name: &str| attributes.get(name).map(|text| mining(text));
    match (of("miner"), of("watcher")) {
        (Some((clock, who, shares)), _) => miner::minutes(clock, who, shares, minutes),
        (None, Some((clock, who, asks))) => miner::watched(clock, who, asks, minutes),
        (None, None) => Vec::new(),
    }
}

impl Template {
    fn of(attributes: &BTreeMap<&str, &str>) -> Self {
        let number = |name: &str| attributes.get(name).map(|text| text.parse().expect("a number"));
        let from = attributes.get("from").copied().unwrap_or("2026-03-01T10:00:00Z");
        assert!(attributes.keys().all(|name| ATTRIBUTES.contains(name)), "{attributes:?}");
        let values = attributes.get("values").map(|text| text.split(','));
        let values: Vec<String> = values.into_iter().flatten().map(ToString::to_string).collect();
        let times = number("times").or_else(|| number("minutes"));
        let every_seconds = attributes.get("every").map_or(60, |text| seconds(text));
        let times = times.unwrap_or(values.len().max(1) as i64);
        let minutes = times * every_seconds / 60;
        let sampled = attributes.get("sampled").map(|text| {
            let (clock, who, shares) = mining(text);
            miner::sampled(clock, who, shares, minutes)
        });
        Self {
            from: Time::parse(from).expect("a time"),
            every_seconds,
            times,
            miner: said(attributes, minutes),
            sampled,
            clock: attributes.get("clock").map(|text| text.parse().expect("a number")),
            reconnect: number("reconnect").unwrap_or(i64::MAX),
            values,
        }
    }

    fn fill(&self, text: &str) -> String {
        let is_template = |line: &str| PLACEHOLDERS.iter().any(|name| line.contains(name));
        let lines: Vec<&str> = text.lines().collect();
        let runs = lines.chunk_by(|one, other| is_template(one) == is_template(other));
        let mut filled = String::new();
        for run in runs {
            let steps = match &self.sampled {
                _ if !run.first().is_some_and(|line| is_template(line)) => 1,
                Some(packets) => packets.len() as i64,
                None => self.times,
            };
            for step in 0..steps {
                run.iter().for_each(|line| filled += &self.line(line, step));
            }
        }
        filled
    }

    /// The seconds at which the clock's chain has its blocks.
    fn block_table(&self) -> String {
        let blocks = miner::blocks(self.clock.expect("a clock"), self.times);
        blocks.iter().map(|at| format!("{}\n", self.from.seconds() + at)).collect()
    }

    /// What a miner's record of one step holds.
    fn mined(&self, step: i64) -> Minute {
        let width = (self.every_seconds / 60).max(1) as usize;
        let minutes = self.miner.iter().skip(step as usize * width).take(width);
        minutes.fold(Minute::default(), |sum, minute| Minute {
            up_bytes: sum.up_bytes + minute.up_bytes,
            up_packets: sum.up_packets + minute.up_packets,
            down_bytes: sum.down_bytes + minute.down_bytes,
            down_packets: sum.down_packets + minute.down_packets,
        })
    }

    /// A line of a sampled packet; nothing when it is one of the other way.
    fn packet(&self, line: &str, packet: &Packet) -> String {
        let own = if packet.is_up { UP_PAYLOAD } else { DOWN_PAYLOAD };
        if !line.contains(own) {
            return String::new();
        }
        let time = Time::from_millis(self.from.seconds() * 1000 + packet.millis).to_string();
        // Thirty packets are told for each that was seen.
        line.replace(own, &(packet.payload * 30).to_string()).replace("{time}", &time) + "\n"
    }

    fn line(&self, line: &str, step: i64) -> String {
        if let Some(packet) = self.sampled.iter().flatten().nth(step as usize) {
            return self.packet(line, packet);
        }
        let mined = self.mined(step);
        let start = self.from.plus_seconds(step * self.every_seconds);
        let end = start.plus_seconds(self.every_seconds);
        let port = 40_000 + step / self.reconnect % 20_000;
        let value = self.values.iter().cycle().nth(step as usize);
        line.replace("{value}", value.map_or("", String::as_str))
            .replace("{start}", &start.seconds().to_string())
            .replace("{end}", &end.seconds().to_string())
            .replace("{time}", &start.to_string())
            .replace("{until}", &end.to_string())
            .replace("{date}", start.to_string().split('T').next().unwrap_or_default())
            .replace("{up_bytes}", &mined.up_bytes.to_string())
            .replace("{up_packets}", &mined.up_packets.to_string())
            .replace("{down_bytes}", &mined.down_bytes.to_string())
            .replace("{down_packets}", &mined.down_packets.to_string())
            .replace("{n}", &step.to_string())
            .replace("{port}", &port.to_string())
            + "\n"
    }
}
