//! What is to be looked at in a case: steps made of the provider, the evidence and the policy, with
//! their commands ready. `data/checklist.toml` holds them; what comes from logs is quoted so that it
//! stays one word of a shell and one string of a query, whatever an attacker called a machine.

mod blank;
mod like;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::LazyLock,
};

use serde::{Deserialize, Serialize};

use like::Like;

use crate::{finding::Group, id::Provider, policy::Rule, time::Time};

/// The list that comes with the program, as text.
pub const EMBEDDED: &str = include_str!("../data/checklist.toml");

static LIST: LazyLock<List> =
    LazyLock::new(|| toml::from_str(EMBEDDED).expect("the embedded checklist parses"));

/// Resources, principals and remotes of which a command is made each.
const EACH_MAX: usize = 10;
/// The longest word that is filled in.
const WORD_BYTES_MAX: usize = 1024;
/// Why no command could be filled in: what it is about is not known.
const UNNAMED: &str = "unnamed";
/// What led to something happened before it was seen: guides look 48 to 72 hours back.
const BEFORE_SECONDS: i64 = 3 * 86_400;

/// What a step is for, in the order in which steps are taken.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// Whether it is so.
    Confirm,
    /// That it stops.
    Contain,
    /// That nobody comes in again.
    Secure,
    /// That it does not happen again.
    Improve,
}

impl Phase {
    /// Every phase.
    pub const ALL: [Self; 4] = [Self::Confirm, Self::Contain, Self::Secure, Self::Improve];

    /// The text id.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Confirm => "confirm",
            Self::Contain => "contain",
            Self::Secure => "secure",
            Self::Improve => "improve",
        }
    }
}

/// What came of a step.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Mark {
    /// Done, and nothing found.
    Done,
    /// Something was found.
    Found,
    /// There is nothing to do here.
    NotApplicable,
}

impl Mark {
    /// Every mark.
    pub const ALL: [Self; 3] = [Self::Done, Self::Found, Self::NotApplicable];

    /// The text id.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Found => "found",
            Self::NotApplicable => "not_applicable",
        }
    }

    /// The mark with this text id.
    #[must_use]
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|mark| mark.id() == id)
    }
}

/// How a command is written, and so how words in it are quoted.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Tool {
    /// A POSIX shell.
    Sh,
    /// The query language of Azure's logs.
    Kql,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct List {
    step: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    id: String,
    phase: Phase,
    #[serde(default)]
    seed: bool,
    #[serde(default)]
    providers: BTreeSet<Provider>,
    #[serde(default)]
    when: BTreeSet<String>,
    /// Why there is no command, by the cloud or for all.
    #[serde(default)]
    by_hand: BTreeMap<String, String>,
    #[serde(default)]
    command: Vec<Template>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Template {
    tool: Tool,
    #[serde(default)]
    providers: BTreeSet<Provider>,
    like: Option<Like>,
    run: String,
}

/// Where a command looks.
#[derive(Clone, Copy)]
enum Region<'a> {
    /// It needs none.
    Unasked,
    /// There.
    In(&'a str),
    /// In every region that is switched on, one after the other.
    Every,
}

/// What of a case makes its list.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct About {
    /// The cloud.
    pub provider: Option<Provider>,
    /// The account's id in it.
    pub account: String,
    /// The customer's id; for Microsoft's customers the tenant.
    pub customer: Option<String>,
    /// Resources that are named, the likeliest first.
    pub resources: Vec<String>,
    /// Who made them.
    pub principals: Vec<String>,
    /// Addresses that they talked with.
    pub remotes: Vec<String>,
    /// Where they run.
    pub regions: Vec<String>,
    /// Where each of the resources was made or changed, as far as that is known.
    pub places: BTreeMap<String, BTreeSet<String>>,
    /// Groups of evidence that speak.
    pub groups: BTreeSet<Group>,
    /// What the provider allows.
    pub rule: Option<Rule>,
    /// First observation.
    pub since: Time,
    /// Last observation.
    pub until: Time,
}

/// A command with its blanks filled.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct Command {
    /// How it is written.
    pub tool: Tool,
    /// What is typed.
    pub run: String,
}

/// A step of a case's list.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct Step {
    /// Its text id.
    pub id: &'static str,
    /// What it is for.
    pub phase: Phase,
    /// It stands in the provider's first notice.
    pub is_seed: bool,
    /// What is typed to take it.
    pub commands: Vec<Command>,
    /// Why there is none: a text id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by_hand: Option<&'static str>,
}

/// The steps of a case, in order.
#[must_use]
pub fn steps(about: &About) -> Vec<Step> {
    let wanted = LIST.step.iter().filter(|entry| entry.is_for(about));
    let step = |entry: &'static Entry| {
        let templates = entry.command.iter().filter(|one| one.is_for(about));
        let commands: Vec<Command> = templates.flat_map(|one| one.filled(about)).collect();
        Step {
            id: &entry.id,
            phase: entry.phase,
            is_seed: entry.seed,
            by_hand: if commands.is_empty() { entry.by_hand(about) } else { None },
            commands,
        }
    };
    let mut steps: Vec<Step> = wanted.map(step).collect();
    steps.sort_by_key(|step| step.phase);
    steps
}

/// Every step that any case may have, by id.
pub fn ids() -> impl Iterator<Item = &'static str> {
    LIST.step.iter().map(|entry| entry.id.as_str())
}

impl Entry {
    /// Why there is no command.
    fn by_hand(&self, about: &About) -> Option<&str> {
        let own = about.provider.and_then(|provider| self.by_hand.get(provider.id()));
        let said = own.or_else(|| self.by_hand.get("all")).map(String::as_str);
        let has_template = self.command.iter().any(|one| one.is_for(about));
        said.or(has_template.then_some(UNNAMED))
    }

    fn is_for(&self, about: &About) -> bool {
        let is_so = |condition: &String| match condition.as_str() {
            "approval" => about.rule.is_some_and(|rule| rule >= Rule::WrittenApproval),
            group => about.groups.iter().any(|own| own.id() == group),
        };
        is_of(&self.providers, about) && (self.when.is_empty() || self.when.iter().any(is_so))
    }
}

fn is_of(providers: &BTreeSet<Provider>, about: &About) -> bool {
    providers.is_empty() || about.provider.is_some_and(|own| providers.contains(&own))
}

impl Template {
    fn is_for(&self, about: &About) -> bool {
        is_of(&self.providers, about)
    }

    /// The command for each thing that it is made of, and for each of its regions; none where a blank
    /// is not known.
    fn filled(&self, about: &About) -> Vec<Command> {
        let like = |name: &&String| self.like.is_none_or(|like| like.fits(name));
        let lists = [
            ("{resource}", about.resources.iter().filter(like).collect::<Vec<_>>()),
            ("{principal}", about.principals.iter().collect()),
            ("{remote}", about.remotes.iter().collect()),
        ];
        let own = lists.iter().find(|(blank, _)| self.run.contains(blank));
        let each: Vec<Option<(&str, &String)>> = match own {
            Some((blank, values)) => values.iter().map(|value| Some((*blank, *value))).collect(),
            None => vec![None],
        };
        let mut commands = Vec::new();
        for one in each {
            for region in self.regions(about, one.map(|(_, value)| value)) {
                commands.extend(self.fill(about, one, region));
            }
            if commands.len() >= EACH_MAX {
                break;
            }
        }
        commands.truncate(EACH_MAX);
        commands
    }

    /// Where to look for something: where it was made, else where anything is known to be. Amazon's
    /// tool looks in one region alone, so that of nothing known it is sent through all.
    fn regions<'a>(&self, about: &'a About, what: Option<&String>) -> Vec<Region<'a>> {
        if !self.run.contains("{region}") {
            return vec![Region::Unasked];
        }
        if let Some(own) = what.and_then(|what| about.places.get(what)) {
            return own.iter().map(|region| Region::In(region)).collect();
        }
        match about.provider {
            Some(Provider::Aws) if about.regions.is_empty() => vec![Region::Every],
            _ => about.regions.iter().map(|region| Region::In(region)).collect(),
        }
    }

    fn fill(
        &self,
        about: &About,
        each: Option<(&str, &String)>,
        region: Region<'_>,
    ) -> Option<Command> {
        let since = about.since.plus_seconds(-BEFORE_SECONDS);
        let day = |time: Time| time.to_string().chars().take(10).collect::<String>();
        let word = |text: &str| quoted(self.tool, text);
        let mut values = vec![
            ("{account}", word(&about.account)?),
            ("{since}", since.to_string()),
            ("{until}", about.until.to_string()),
            ("{since_day}", day(since)),
            ("{until_day}", day(about.until)),
            ("{since_ms}", since.millis().to_string()),
            ("{until_ms}", about.until.millis().to_string()),
        ];
        if let Some(customer) = &about.customer {
            values.push(("{customer}", word(customer)?));
        }
        if let Some((blank, value)) = each {
            if blank::stands_in_filter(&self.run, blank) && value.contains(['"', '\\']) {
                return None;
            }
            values.push((blank, word(value)?));
        }
        match region {
            Region::Unasked => {}
            Region::In(region) => values.push(("{region}", word(region)?)),
            Region::Every => values.push(("{region}", "\"$region\"".to_string())),
        }
        let run = blank::replaced(&self.run, &values)?;
        let run = if matches!(region, Region::Every) { everywhere(&run) } else { run };
        Some(Command { tool: self.tool, run })
    }
}

/// A command of Amazon's in every region that is switched on.
fn everywhere(run: &str) -> String {
    format!(
        "for region in $(aws ec2 describe-regions --region us-east-1 --query \
         'Regions[].RegionName' --output text); do echo \"$region\"; {run}; done"
    )
}

/// A text as one word of a command. `None` for what no name of anything looks like: nothing, control
/// and direction letters, or more than a thousand bytes; and for what a shell's program would take for
/// an option.
#[must_use]
pub fn quoted(tool: Tool, text: &str) -> Option<String> {
    if text.is_empty() || text.len() > WORD_BYTES_MAX || text.contains(is_hidden) {
        return None;
    }
    match tool {
        Tool::Sh if text.starts_with('-') => None,
        Tool::Sh => Some(shell_word(text)),
        Tool::Kql => Some(format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))),
    }
}

/// Letters that change what people see beside what a program reads.
fn is_hidden(letter: char) -> bool {
    let is_direction = matches!(letter,
        '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}');
    letter.is_control() || is_direction
}

/// A word of a POSIX shell (IEEE 1003.1, 2.2.2): as it is where every shell takes it so, otherwise in
/// single quotes.
fn shell_word(text: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_./:@+".contains(c);
    if text.chars().all(is_plain) {
        return text.to_string();
    }
    format!("'{}'", text.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests;
