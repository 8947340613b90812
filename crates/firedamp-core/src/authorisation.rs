//! Recorded approvals to mine: who asked for what, who approved it, how far it goes and until when. A
//! case that lies wholly within them is legitimate by record; what leaves their scope or limits is not.
//!
//! It is judged by when things were seen, not by what the clock says: what was seen while an
//! authorisation was in force stays covered after it has ended, and what is seen later is not. Of
//! several that match the stricter counts. An authorisation never changes a probability.

mod judge;
mod scope;
mod seen;

use std::collections::BTreeSet;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

use crate::{
    policy::Rule,
    time::{Span, Time},
};

pub use judge::{Breach, Dimension, Missing, Note, Verdict, judge};
pub use seen::{Endpoint, Seen, Trace};

/// Names in one list of a scope or of limits.
pub const NAMES_MAX: usize = 1000;
/// Bytes of a name.
pub const NAME_BYTES_MAX: usize = 1024;
/// The longest time that one authorisation holds: two years. A longer one is a mistake, or forgotten.
pub const SECONDS_MAX: i64 = 2 * 366 * 86_400;

/// What the mining is for.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// Research and testing of security detections: the only purpose that Microsoft considers.
    SecurityResearch,
    /// The customer earns with it.
    Business,
    /// Anything else.
    Other,
}

impl Purpose {
    /// Every purpose.
    pub const ALL: [Self; 3] = [Self::SecurityResearch, Self::Business, Self::Other];

    /// The text id.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::SecurityResearch => "security_research",
            Self::Business => "business",
            Self::Other => "other",
        }
    }

    /// The purpose with this text id.
    #[must_use]
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|purpose| purpose.id() == id)
    }
}

/// Whom it covers.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Covers {
    /// The customer alone, in its own accounts.
    #[default]
    Customer,
    /// Also those who use the service through the customer: the accounts of whoever is below it.
    CustomerAndUsers,
}

/// The provider's written approval.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Approval {
    /// What the provider calls it: a number of a request, a date of a letter.
    pub reference: String,
    /// SHA-256 of the document, in hexadecimal; the document itself is kept under it.
    pub document: Option<String>,
}

/// What may mine; an empty list stands for everything.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Scope {
    /// `provider:account`.
    pub accounts: BTreeSet<String>,
    /// Resources by id or by another of their names, and all that is below a path.
    pub resources: BTreeSet<String>,
    /// Pools by name (with all below it), by address, or as the list of endpoints calls them.
    pub pools: BTreeSet<String>,
    /// Wallets that are paid.
    pub wallets: BTreeSet<String>,
}

/// How far it may go.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    /// US dollars a day.
    pub usd_per_day: Option<f64>,
    /// Regions as the provider writes them; an empty list stands for all.
    pub regions: BTreeSet<String>,
    /// Hours of the day.
    pub hours: Option<Hours>,
}

/// Hours of each day, UTC; over midnight when the end comes first.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Hours {
    /// From the beginning of this hour, 0 to 23.
    pub from: u8,
    /// To the beginning of this one, 0 to 24.
    pub to: u8,
}

/// One recorded approval.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Authorisation {
    /// Its number at the desk; files have none.
    #[serde(default)]
    pub number: i64,
    /// The customer's id in the partner's tree.
    pub customer: String,
    /// Who asked for it.
    pub asked_by: String,
    /// Who approved it at the customer.
    pub approved_by: String,
    /// The provider's written approval, where there is one.
    pub approval: Option<Approval>,
    /// What it is for.
    pub purpose: Purpose,
    /// Whom it covers.
    #[serde(default)]
    pub covers: Covers,
    /// What may mine.
    #[serde(default)]
    pub scope: Scope,
    /// How far it may go.
    #[serde(default)]
    pub limits: Limits,
    /// From when on.
    #[serde(deserialize_with = "read_time", serialize_with = "write_time")]
    pub start: Time,
    /// Until when, not included.
    #[serde(deserialize_with = "read_time", serialize_with = "write_time")]
    pub end: Time,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes references")]
fn write_time<S: Serializer>(time: &Time, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(time)
}

fn read_time<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Time, D::Error> {
    let text = String::deserialize(deserializer)?;
    Time::parse(&text).ok_or_else(|| D::Error::custom(unusable(&text)))
}

/// Why a time can't be used. Programs write the year 9999 for "never ends".
fn unusable(text: &str) -> String {
    let is_endless = text.starts_with('9') && text.get(4..5) == Some("-");
    let shown: String = crate::text::printable(text).chars().take(40).collect();
    match is_endless {
        true => format!(
            "`{shown}` means that it never ends: name the day on which it ends, within two years \
             of its start"
        ),
        false => format!("`{shown}` is no time such as 2026-03-01T00:00:00Z"),
    }
}

/// Why an authorisation can't be recorded as it is written.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum Mistake {
    /// A field that must say something is empty.
    #[error("`{0}` must say something")]
    Empty(&'static str),
    /// It ends before it starts, or holds longer than [`SECONDS_MAX`].
    #[error("it must end after it starts, and within two years")]
    Term,
    /// A list or a name in it is too long, or holds letters that can't be shown.
    #[error("`{0}` holds too many names, too long ones, or letters that can't be shown")]
    Names(&'static str),
    /// The limit of money is no amount.
    #[error("`usd_per_day` must be a number from 0 on")]
    Money,
    /// The hours are none.
    #[error("`hours` go from 0 to 24, and the end differs from the beginning")]
    Hours,
    /// The document's hash is none.
    #[error("`document` must be a SHA-256 hash: 64 hexadecimal digits")]
    Document,
    /// An account is not written as one.
    #[error("`{0}` is no account such as aws:111122223333")]
    Account(String),
}

impl Authorisation {
    /// Looks whether it can be recorded.
    ///
    /// # Errors
    /// The first thing that is wrong with it.
    pub fn check(&self) -> Result<(), Mistake> {
        let texts = [
            ("customer", &self.customer),
            ("asked_by", &self.asked_by),
            ("approved_by", &self.approved_by),
        ];
        for (name, text) in texts {
            if text.trim().is_empty() {
                return Err(Mistake::Empty(name));
            }
            if !is_name(text) {
                return Err(Mistake::Names(name));
            }
        }
        let seconds = self.end.seconds_since(self.start);
        if !(1..=SECONDS_MAX).contains(&seconds) {
            return Err(Mistake::Term);
        }
        self.check_approval()?;
        self.check_lists()?;
        let is_amount = |dollars: f64| dollars.is_finite() && dollars >= 0.0;
        if !self.limits.usd_per_day.is_none_or(is_amount) {
            return Err(Mistake::Money);
        }
        match self.limits.hours {
            Some(hours) if hours.from > 23 || hours.to > 24 || hours.from == hours.to => {
                Err(Mistake::Hours)
            }
            _ => Ok(()),
        }
    }

    fn check_approval(&self) -> Result<(), Mistake> {
        let Some(Approval { reference, document }) = &self.approval else {
            return Ok(());
        };
        if reference.trim().is_empty() {
            return Err(Mistake::Empty("reference"));
        }
        if !is_name(reference) {
            return Err(Mistake::Names("reference"));
        }
        let is_hash = |text: &String| is_sha256(text);
        if document.as_ref().is_none_or(is_hash) { Ok(()) } else { Err(Mistake::Document) }
    }

    fn check_lists(&self) -> Result<(), Mistake> {
        let lists = [
            ("accounts", &self.scope.accounts),
            ("resources", &self.scope.resources),
            ("pools", &self.scope.pools),
            ("wallets", &self.scope.wallets),
            ("regions", &self.limits.regions),
        ];
        for (name, list) in lists {
            if list.len() > NAMES_MAX || !list.iter().all(|one| is_name(one)) {
                return Err(Mistake::Names(name));
            }
        }
        let wrong = self.scope.accounts.iter().find(|id| crate::id::Account::parse(id).is_none());
        wrong.map_or(Ok(()), |id| Err(Mistake::Account(id.clone())))
    }

    /// When it is in force.
    #[must_use]
    pub fn term(&self) -> Span {
        Span::between(self.start, self.end)
    }

    /// What it lacks under a provider's rule to be worth anything; nothing when it is complete.
    #[must_use]
    pub fn missing(&self, provider: crate::id::Provider, rule: Rule) -> Vec<Missing> {
        judge::missing(self, provider, rule)
    }
}

fn is_name(text: &str) -> bool {
    let is_some = !text.trim().is_empty() && text.len() <= NAME_BYTES_MAX;
    is_some && !text.chars().any(char::is_control)
}

/// Whether a text is a SHA-256 hash as it is written here: 64 lower-case hexadecimal digits.
#[must_use]
pub fn is_sha256(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

#[cfg(test)]
mod tests;
