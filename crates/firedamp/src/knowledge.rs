//! What is known of customers, read from exports: the partner's own tables, Partner Center's answers,
//! Graph's report on second factors, AWS's report on credentials.

mod partner_center;
mod table;

use firedamp_core::{event::Signal, standing::Fact, time::Time};
use serde_json::Value;

use crate::{
    store::{self, Store, Topic},
    tree::Mistakes,
};

/// Facts of one import; a hundred thousand customers with some facts each.
const FACTS_MAX: usize = 1_000_000;

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
