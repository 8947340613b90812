//! The ways on which notices reach people and their programs. A channel is a file here and a line
//! in [`CHANNELS`]; all of them pass `tests/it/channel.rs`.

pub mod doorbell;
mod hook;
mod mail;
mod pagerduty;
mod secret;
mod slack;
mod teams;
mod webhook;

use std::{fmt, time::Duration};

use async_trait::async_trait;
use firedamp_core::time::Time;
pub use secret::Secret;
use serde_json::Value;

use crate::{client::Outside, notice::Rendered};

/// What is sent.
#[derive(Clone, Debug, PartialEq)]
pub struct Message {
    /// The same for the same message, however often it is sent: receivers tell repeats by it.
    pub key: String,
    /// `case_opened`, `case_grew`, `case_reopened`, `deadline_near`, `digest`, `deadlines`,
    /// `daily_summary` or `test`.
    pub kind: String,
    /// When it was asked for.
    pub at: Time,
    /// The account, where it is of one.
    pub account: Option<String>,
    /// The number of the case, where it is of one.
    pub case: Option<i64>,
    /// `low`, `medium` or `high`.
    pub severity: String,
    /// In words.
    pub rendered: Rendered,
    /// Leads to the case, or to the inbox.
    pub link: String,
    /// The judgement, for programs.
    pub data: Value,
}

/// Why a message was not delivered.
#[derive(Clone, Debug, PartialEq)]
pub enum Failure {
    /// It may be later.
    Retry {
        /// Not before this time has passed, if the receiver said so.
        after: Option<Duration>,
        /// Why.
        why: String,
    },
    /// It never will be.
    Refused {
        /// Why.
        why: String,
    },
}

impl fmt::Display for Failure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (Self::Retry { why, .. } | Self::Refused { why }) = self;
        formatter.write_str(why)
    }
}

impl std::error::Error for Failure {}

/// One receiver on one channel.
#[async_trait]
pub trait Channel: Send + Sync {
    /// Sends a message; a repeat has the same key.
    async fn send(&self, message: &Message) -> Result<(), Failure>;

    /// Sends a letter to somebody else than the receiver, through the same server. Only mail can.
    async fn send_to(&self, _to: &str, _message: &Message) -> Result<(), Failure> {
        Err(Failure::Refused { why: "only a receiver of mail sends letters".to_string() })
    }
}

/// A kind of channel: how receivers of it are made of their settings.
pub struct Kind {
    /// As settings name it.
    pub id: &'static str,
    /// Makes a receiver; an error says which setting is wrong.
    pub open: fn(toml::Table, &Outside) -> anyhow::Result<Box<dyn Channel>>,
}

/// Every channel, sorted by id.
pub const CHANNELS: &[Kind] =
    &[mail::KIND, pagerduty::KIND, slack::KIND, teams::KIND, webhook::KIND];
