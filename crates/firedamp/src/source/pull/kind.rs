//! What can be asked for page by page over HTTPS: one line in `KINDS` each.

use std::{fmt, time::Duration};

use anyhow::Result;
use axum::http::HeaderMap;
use firedamp_core::time::Time;
use url::Url;

use super::{
    activity, alerts, partner_center,
    token::{self, Names},
};

/// A stretch of time that is asked for as one.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Stretch {
    /// Its first page.
    pub(super) url: Url,
    /// What its files are called.
    pub(super) name: String,
    /// Where the next stretch begins.
    pub(super) end: Time,
    /// Whether records of it may still be added.
    pub(super) is_open: bool,
}

/// What is asked, and of whom.
#[derive(Clone, Copy, Debug)]
pub(super) struct Asked<'a> {
    /// The service.
    pub(super) base: &'a Url,
    /// Of what: a subscription's id.
    pub(super) of: &'a str,
    /// In which currency money is wanted.
    pub(super) currency: &'a str,
}

/// The page after one, and with which headers it is asked for.
pub(super) type Next = Option<(Url, HeaderMap)>;

/// What a page says of itself.
#[derive(Debug, Eq, PartialEq)]
pub(super) struct Page {
    /// Whether nothing is on it.
    pub(super) is_empty: bool,
    pub(super) next: Next,
}

/// Something that can be asked for.
pub(super) struct Kind {
    pub(super) id: &'static str,
    /// What has to be named behind it, in capitals; empty where nothing has.
    pub(super) of: &'static str,
    /// The folder of its files.
    pub(super) folder: &'static str,
    /// The variable that names another service, and the usual one.
    pub(super) service: (&'static str, &'static str),
    pub(super) token: &'static Names,
    pub(super) headers: &'static [(&'static str, &'static str)],
    /// The wait between two rounds.
    pub(super) pause: Duration,
    /// Whether it is asked for at once when Partner Center rings.
    pub(super) is_rung: bool,
    /// The stretch that begins at a time, if it has begun.
    pub(super) stretch: fn(&Asked<'_>, Option<Time>, Time) -> Result<Option<Stretch>>,
    /// Reads a page, by its number.
    pub(super) page: fn(&Asked<'_>, &[u8], usize) -> Result<Page>,
}

const HOUR: Duration = Duration::from_secs(3600);
const MANAGEMENT: (&str, &str) = ("AZURE_MANAGEMENT_ENDPOINT", "https://management.azure.com/");
const GRAPH: (&str, &str) = ("GRAPH_ENDPOINT", "https://graph.microsoft.com/");
const PARTNER_CENTER: (&str, &str) =
    ("PARTNER_CENTER_ENDPOINT", "https://api.partnercenter.microsoft.com/");
const CONTRACT: (&str, &str) = ("ms-contract-version", "v1");

/// Everything that can be asked for.
pub(super) const KINDS: &[Kind] = &[
    Kind {
        id: "azure-activity",
        of: "SUBSCRIPTION",
        folder: "azure",
        service: MANAGEMENT,
        token: &token::MANAGEMENT,
        headers: &[],
        pause: Duration::from_secs(120),
        is_rung: false,
        stretch: activity::stretch,
        page: activity::page,
    },
    Kind {
        id: "graph:alerts",
        of: "",
        folder: "graph-alerts",
        service: GRAPH,
        token: &token::GRAPH,
        headers: &[],
        pause: HOUR,
        is_rung: true,
        stretch: alerts::graph,
        page: alerts::graph_page,
    },
    Kind {
        id: "partner-center:audit",
        of: "",
        folder: "audit",
        service: PARTNER_CENTER,
        token: &token::PARTNER_CENTER,
        headers: &[CONTRACT],
        pause: HOUR,
        is_rung: false,
        stretch: partner_center::audit,
        page: partner_center::page,
    },
    Kind {
        id: "partner-center:fraud-events",
        of: "",
        folder: "fraud-events",
        service: PARTNER_CENTER,
        token: &token::PARTNER_CENTER,
        headers: &[CONTRACT, ("x-neweventsmodel", "true")],
        pause: HOUR,
        is_rung: true,
        stretch: alerts::fraud_events,
        page: alerts::fraud_events_page,
    },
    Kind {
        id: "partner-center:usage",
        of: "",
        folder: "usage",
        service: PARTNER_CENTER,
        token: &token::PARTNER_CENTER,
        headers: &[CONTRACT],
        pause: HOUR,
        is_rung: false,
        stretch: partner_center::usage,
        page: partner_center::page,
    },
];

impl fmt::Display for Kind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.id)?;
        if self.of.is_empty() { Ok(()) } else { write!(formatter, ":{}", self.of) }
    }
}

impl fmt::Debug for Kind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.id)
    }
}

impl PartialEq for Kind {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

impl Eq for Kind {}
