//! What is known of customers, read from exports: the partner's own tables, Partner Center's answers,
//! Graph's report on second factors, AWS's report on credentials.

mod partner_center;
mod table;

use std::collections::{BTreeMap, BTreeSet};

use firedamp_core::{event::Signal, standing::Fact, time::Time};
use serde_json::Value;

use crate::{
    report,
    store::{self, Error, Store, Topic},
    tree::Mistakes,
};

/// Facts of one import; a hundred thousand customers with some facts each.
const FACTS_MAX: usize = 1_000_000;

/// Unknown customers of one import that are told by name, and letters of such a name.
const STRANGERS_MAX: usize = 20;
const STRANGER_LETTERS_MAX: usize = 80;

/// Accounts of one customer whose telemetry is looked at.
const ACCOUNTS_MAX: u32 = 200;
/// Which telemetry shows that a log is on. That it is kept safely, no record of it can show.
const LOGS: [(Signal, &str); 3] =
    [(Signal::Call, "audit_log"), (Signal::Flow, "log_network"), (Signal::Dns, "log_dns")];

/// What stands beside a file: whose it is where it names nobody, and of when it is where it does not say.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    /// The customer's id.
    pub customer: Option<&'a str>,
    /// `provider:account`, where it is of one.
    pub account: Option<&'a str>,
    /// When it was made.
    pub at: Time,
}

impl Context<'_> {
    fn customer(&self) -> Result<String, Mistakes> {
        let customer = self.customer.map(str::to_string);
        customer.ok_or_else(|| Mistakes::one("this file does not say whose it is: name a customer"))
    }

    fn fact(&self, part: &str, value: impl Into<String>, source: &str) -> Result<Fact, Mistakes> {
        Ok(Fact {
            party: self.customer()?,
            account: self.account.map(str::to_string),
            part: part.to_string(),
            value: value.into(),
            source: source.to_string(),
            observed_at: self.at,
        })
    }
}

/// What came of an import.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Learnt {
    /// Facts of customers that the desk knows.
    pub facts: usize,
    /// How many of them were new or newer.
    pub new: u64,
    /// Customers whom the desk does not know, a sentence each, with the line where one is named first.
    pub unknown: Vec<String>,
}

/// Writes down what was read from an export of customers that the desk knows, and tells which ones
/// it does not know: a partner's ledger has more customers than its cloud.
///
/// # Errors
/// When the desk knows none of them, or the store can't be used.
pub async fn learn(
    store: &dyn Store,
    subject: Topic,
    text: &str,
    facts: Vec<Fact>,
) -> store::Result<Learnt> {
    let parties: BTreeSet<String> = facts.iter().map(|fact| fact.party.clone()).collect();
    let parties: Vec<String> = parties.into_iter().collect();
    let strangers: BTreeSet<String> = store.strangers(&parties).await?.into_iter().collect();
    let unknown = told(text, &strangers);
    let known: Vec<Fact> =
        facts.into_iter().filter(|fact| !strangers.contains(&fact.party)).collect();
    if known.is_empty() {
        return Err(Error::Refused(unknown.join("\n")));
    }
    let new = store.learn(subject, &known).await?;
    Ok(Learnt { facts: known.len(), new, unknown })
}

/// Who is not known, in the order of the lines; beyond some only how many.
fn told(text: &str, strangers: &BTreeSet<String>) -> Vec<String> {
    let lines = match strangers.is_empty() {
        true => BTreeMap::new(),
        false => table::first_lines(text),
    };
    let mut all: Vec<(Option<u64>, &String)> =
        strangers.iter().map(|name| (lines.get(name).copied(), name)).collect();
    all.sort();
    let sentence = |(line, name): &(Option<u64>, &String)| {
        let name: String = report::shown(name).chars().take(STRANGER_LETTERS_MAX).collect();
        let place = line.map(|line| format!("line {line}: ")).unwrap_or_default();
        format!("{place}there is no customer `{name}`")
    };
    let mut told: Vec<String> = all.iter().take(STRANGERS_MAX).map(sentence).collect();
    if let more @ 1.. = all.len().saturating_sub(STRANGERS_MAX) {
        told.push(format!("and {more} more customers whom nobody knows here"));
    }
    told
}

/// Reads an export; what kind it is shows in its first letters.
///
/// # Errors
/// What is wrong with it, a sentence each.
pub fn read(subject: Topic, text: &str, context: Context<'_>) -> Result<Vec<Fact>, Mistakes> {
    let text = text.trim_start_matches('\u{feff}').trim_start();
    let facts = match text.starts_with(['{', '[']) {
        true => partner_center::read(subject, text, context)?,
        false => table::read(subject, text, context)?,
    };
    match facts.len() {
        0 => Err(Mistakes::one("nothing in it says anything of a customer")),
        1..=FACTS_MAX => Ok(facts),
        _ => Err(Mistakes::one(format!("more than {FACTS_MAX} facts"))),
    }
}

/// What is known of a customer's posture: what was imported, and which logs came from its accounts.
/// That a log came shows that it is on; that none came shows nothing.
///
/// # Errors
/// When the store can't be read.
pub async fn posture(store: &dyn Store, customer: &str, now: Time) -> store::Result<Vec<Fact>> {
    let mut facts = store.known(Topic::Posture, customer).await?;
    for row in store.accounts_of(Some(customer), ACCOUNTS_MAX).await? {
        let Some(case) = row.case else {
            continue;
        };
        let judgement = store.case(case, None).await?.json;
        let judgement: Value = serde_json::from_str(&judgement).unwrap_or_default();
        let covered = judgement.get("coverage").and_then(Value::as_array).cloned();
        for signal in covered.unwrap_or_default() {
            let id = signal.get("signal").and_then(Value::as_str).unwrap_or_default();
            let Some((_, part)) = LOGS.iter().find(|(own, _)| own.id() == id) else {
                continue;
            };
            facts.push(Fact {
                party: customer.to_string(),
                account: Some(row.account.clone()),
                part: (*part).to_string(),
                value: "yes".to_string(),
                source: "telemetry that was read".to_string(),
                observed_at: row.last_seen.unwrap_or(now),
            });
        }
    }
    Ok(facts)
}
