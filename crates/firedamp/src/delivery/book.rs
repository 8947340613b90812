//! Who is told: the receivers that an operator wrote into a TOML file.

use std::{fs, path::Path};

use anyhow::{Context, Result, bail, ensure};
use ipnet::IpNet;
use serde::Deserialize;
use url::Url;

use crate::{
    channel::{CHANNELS, Channel},
    client::Outside,
    language::Language,
    store::Addressee,
};

/// Receivers of one desk at most.
const RECEIVERS_MAX: usize = 100;

/// Receivers, and where links in notices lead.
#[derive(Default)]
pub struct Book {
    desk: Option<Url>,
    receivers: Vec<Receiver>,
}

/// Somebody who is told.
pub struct Receiver {
    /// What it is called, in the settings and on the page.
    pub name: String,
    /// In which language.
    pub language: Language,
    /// Of whose cases: of this customer's or reseller's and of those below it; of all where none is
    /// named.
    pub customer: Option<String>,
    /// On which way.
    pub channel: Box<dyn Channel>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Settings {
    /// Where people reach the desk.
    desk: Url,
    #[serde(default)]
    allow_internal: Vec<IpNet>,
    #[serde(default, rename = "receiver")]
    receivers: Vec<Entry>,
}

#[derive(Deserialize)]
struct Entry {
    name: String,
    channel: String,
    #[serde(default)]
    language: Language,
    customer: Option<String>,
    /// What the channel wants to know.
    #[serde(flatten)]
    settings: toml::Table,
}

impl Book {
    /// Reads a file of settings; `docs/notices.md` describes them.
    ///
    /// # Errors
    /// Which setting can't be used, and why.
    pub fn read(path: &Path) -> Result<Self> {
        let text = fs::read_to_string(path).with_context(|| {
            format!("cannot read the settings of notices in `{}`", path.display())
        })?;
        Self::parse(&text).with_context(|| format!("in `{}`", path.display()))
    }

    /// Reads settings.
    ///
    /// # Errors
    /// Which setting can't be used, and why.
    pub fn parse(text: &str) -> Result<Self> {
        let Settings { desk, allow_internal, receivers } = toml::from_str(text)?;
        ensure!(receivers.len() <= RECEIVERS_MAX, "more than {RECEIVERS_MAX} receivers");
        let outside = Outside::new(allow_internal)?;
        let mut book = Self { desk: Some(desk), receivers: Vec::new() };
        for entry in receivers {
            let name = entry.name.clone();
            if book.receiver(&name).is_some() {
                bail!("two receivers are called `{name}`");
            }
            let receiver = open(entry, &outside).with_context(|| format!("receiver `{name}`"))?;
            book.receivers.push(receiver);
        }
        Ok(book)
    }

    /// Whether nobody is told.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.receivers.is_empty()
    }

    /// The receivers, as the store addresses them.
    #[must_use]
    pub fn addressees(&self) -> Vec<Addressee> {
        let addressee = |receiver: &Receiver| Addressee {
            name: receiver.name.clone(),
            within: receiver.customer.clone(),
        };
        self.receivers.iter().map(addressee).collect()
    }

    /// The receiver of this name.
    #[must_use]
    pub fn receiver(&self, name: &str) -> Option<&Receiver> {
        self.receivers.iter().find(|receiver| receiver.name == name)
    }

    /// Where people see a case, or the inbox.
    pub(super) fn link(&self, case: Option<i64>) -> String {
        self.page(&case.map_or_else(|| "notices".to_string(), |case| format!("cases/{case}")))
    }

    /// Where people see a page.
    pub(super) fn page(&self, path: &str) -> String {
        let base = self.desk.as_ref().map_or("/", Url::as_str);
        format!("{}/{path}", base.trim_end_matches('/'))
    }
}

fn open(entry: Entry, outside: &Outside) -> Result<Receiver> {
    let Entry { name, channel, language, customer, settings } = entry;
    let Some(kind) = CHANNELS.iter().find(|kind| kind.id == channel) else {
        let known: Vec<&str> = CHANNELS.iter().map(|kind| kind.id).collect();
        bail!("there is no channel `{channel}`; there are {}", known.join(", "));
    };
    Ok(Receiver { name, language, customer, channel: (kind.open)(settings, outside)? })
}
