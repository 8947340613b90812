//! Who answers for what: partner, resellers, customers, accounts. Imported from files; what a file
//! does not name stays as it was.

mod csv;
mod partner_center;

pub(crate) use partner_center::customer_of;

use std::collections::BTreeMap;

use firedamp_core::id::Account;
use serde::Serialize;
use utoipa::ToSchema;

use crate::language::Language;

/// Letters of an id or name; longer ones are mistakes.
const TEXT_MAX: usize = 200;
/// Mistakes that are told of one file.
const MISTAKES_MAX: usize = 20;
/// The longest way from a customer up.
pub const DEPTH_MAX: usize = 8;

/// What a party is.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = PartyKind)]
pub enum Kind {
    /// It has accounts.
    #[default]
    Customer,
    /// It has customers.
    Reseller,
}

impl Kind {
    /// The text id.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Customer => "customer",
            Self::Reseller => "reseller",
        }
    }
}

/// A reseller or a customer.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize, ToSchema)]
pub struct Party {
    /// Its id: for Microsoft's customers the tenant.
    pub id: String,
    /// What it is.
    pub kind: Kind,
    /// What people call it.
    pub name: String,
    /// Who answers for it; the partner itself where nobody is named.
    pub parent: Option<String>,
    /// The language of what it is sent, where that is known.
    #[schema(schema_with = crate::schema::maybe_language)]
    pub language: Option<Language>,
    /// An IANA time zone; empty where it is not known.
    pub time_zone: String,
    /// Whom to call.
    pub contact: String,
    /// Where to write.
    pub mail: String,
    /// Where to call.
    pub phone: String,
}

/// Parties, and whose the accounts are.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Tree {
    /// By id.
    pub parties: BTreeMap<String, Party>,
    /// The customer's id, by account.
    pub accounts: BTreeMap<Account, String>,
}

/// A file that holds no tree, and what is wrong with it: a sentence each.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("{}", .0.join("\n"))]
pub struct Mistakes(pub Vec<String>);

impl Mistakes {
    pub(crate) fn one(mistake: impl Into<String>) -> Self {
        Self(vec![mistake.into()])
    }
}

impl Tree {
    /// Reads a table of accounts (CSV), or what Partner Center answers when it is asked for customers
    /// or subscriptions (JSON); told by the first letter.
    ///
    /// # Errors
    /// Every line that can't be used, up to twenty.
    pub fn read(text: &str) -> Result<Self, Mistakes> {
        let text = text.trim_start_matches('\u{feff}').trim_start();
        let tree = match text.starts_with(['{', '[']) {
            true => partner_center::read(text)?,
            false => csv::read(text)?,
        };
        match tree.parties.is_empty() && tree.accounts.is_empty() {
            true => Err(Mistakes::one("there is no customer in it")),
            false => Ok(tree),
        }
    }

    /// Adds a party, or what is new of one that is known.
    fn add(&mut self, party: Party) {
        let known = self.parties.entry(party.id.clone()).or_insert_with(|| Party {
            id: party.id.clone(),
            name: party.id.clone(),
            ..Party::default()
        });
        let fill = |old: &mut String, new: String| {
            if !new.is_empty() {
                *old = new;
            }
        };
        known.kind = party.kind;
        known.parent = party.parent.or_else(|| known.parent.take());
        known.language = party.language.or(known.language);
        fill(&mut known.name, party.name);
        fill(&mut known.time_zone, party.time_zone);
        fill(&mut known.contact, party.contact);
        fill(&mut known.mail, party.mail);
        fill(&mut known.phone, party.phone);
    }
}

/// A word of a file, as it is kept; or why it is not.
fn word(text: &str, what: &str) -> Result<String, String> {
    let text = text.trim();
    if text.chars().count() > TEXT_MAX {
        return Err(format!("{what} has more than {TEXT_MAX} letters"));
    }
    if text.chars().any(char::is_control) {
        return Err(format!("{what} has letters that can't be shown"));
    }
    Ok(text.to_string())
}
