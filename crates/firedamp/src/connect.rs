//! How a cloud is connected: who may read its logs, which of them are off, and what turns them on.
//!
//! What is on is told by the answers of the clouds' own tools, which the operator pipes in. Nothing
//! is asked and nothing is changed here; commands are printed for people to read and to run.

mod aws;
mod azure;
mod google;
mod inventory;

use std::fmt;

pub use inventory::Inventory;
use serde::Serialize;

use crate::report;

/// A cloud that can be connected.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Cloud {
    /// Amazon Web Services.
    Aws,
    /// Microsoft Azure.
    Azure,
    /// Google Cloud.
    Google,
}

/// What is printed into templates and commands. Nothing of it is secret.
#[derive(Clone, Debug)]
pub struct Place {
    /// The account, tenant or project that Firedamp runs in.
    pub reader: String,
    /// Azure: the application or group that reads.
    pub principal: String,
    /// AWS: what a role asks for besides the account, so that nobody can be made to read for another.
    pub external_id: String,
    /// The bucket or storage account that logs are delivered to.
    pub bucket: String,
    /// AWS, Google: the queue, or topic and subscription, that tells of new objects.
    pub queue: String,
}

/// A log that is off, or on.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd, Serialize)]
pub struct Finding {
    /// `provider:account`.
    pub account: String,
    /// Which log.
    pub log: &'static str,
    /// Of what: a network, a zone, the account itself.
    pub of: String,
    /// Whether it is on.
    pub is_on: bool,
    /// What turns it on.
    pub command: Option<String>,
}

impl fmt::Display for Finding {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { account, log, of, is_on, command } = self;
        let (account, of) = (report::shown(account), report::shown(of));
        let state = if *is_on { "on " } else { "OFF" };
        write!(formatter, "{state}  {account}  {log} of {of}")?;
        command.iter().try_for_each(|command| write!(formatter, "\n     {command}"))
    }
}

/// The template that lets Firedamp read, and nothing else.
#[must_use]
pub fn template(cloud: Cloud, place: &Place) -> String {
    let text = match cloud {
        Cloud::Aws => include_str!("../templates/connect/aws.json"),
        Cloud::Azure => include_str!("../templates/connect/azure.json"),
        Cloud::Google => include_str!("../templates/connect/google.sh"),
    };
    [
        ("{account}", &place.reader),
        ("{tenant}", &place.reader),
        ("{project}", &place.reader),
        ("{principal}", &place.principal),
        ("{external_id}", &place.external_id),
        ("{bucket}", &place.bucket),
        ("{queue}", &place.queue),
    ]
    .into_iter()
    .fold(text.to_string(), |text, (blank, value)| text.replace(blank, value))
}

/// Which logs are off and on, by account; what the inventory does not tell of is not guessed.
#[must_use]
pub fn check(cloud: Cloud, inventory: &Inventory, place: &Place) -> Vec<Finding> {
    let mut findings = match cloud {
        Cloud::Aws => aws::check(inventory, place),
        Cloud::Azure => azure::check(inventory, place),
        Cloud::Google => google::check(inventory, place),
    };
    findings.sort();
    findings.dedup();
    findings
}

/// What `check` reads for a cloud: the commands whose answers are piped in.
#[must_use]
pub const fn questions(cloud: Cloud) -> &'static [&'static str] {
    match cloud {
        Cloud::Aws => aws::QUESTIONS,
        Cloud::Azure => azure::QUESTIONS,
        Cloud::Google => google::QUESTIONS,
    }
}

/// A name that may stand in a command: names come from answers, which somebody else may have
/// written.
fn quoted(name: &str) -> String {
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || "-_./:@".contains(letter);
    if !name.is_empty() && name.chars().all(is_plain) && !name.starts_with('-') {
        return name.to_string();
    }
    format!("'{}'", report::shown(name).replace('\'', r"'\''"))
}
