//! What people do on the way of a case: questions to the customer, steps of the checklist.

use async_trait::async_trait;
use firedamp_core::{checklist::Mark, time::Time};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{By, Result};

/// Letters of a question or an answer.
pub const LETTER_MAX: usize = 20_000;
/// The way of a letter that a person sends.
pub const COPIED: &str = "copied";

/// What a customer answered.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// It is theirs.
    Ours,
    /// It is not.
    NotOurs,
    /// Neither yes nor no.
    Unclear,
}

impl Answer {
    /// Every answer.
    pub const ALL: [Self; 3] = [Self::Ours, Self::NotOurs, Self::Unclear];

    /// The text id.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Ours => "ours",
            Self::NotOurs => "not_ours",
            Self::Unclear => "unclear",
        }
    }

    /// The answer with this text id.
    #[must_use]
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.id() == id)
    }
}

/// A question to a customer, before it is on its way.
#[derive(Clone, Debug, PartialEq)]
pub struct Question {
    /// The case.
    pub case: i64,
    /// `en`, `fr` or `de`.
    pub language: String,
    /// One line.
    pub subject: String,
    /// The letter.
    pub body: String,
    /// The receiver in the book whose mail server sends it, or [`COPIED`].
    pub way: String,
    /// When an answer is due.
    pub due: Time,
}

/// A question that waits to be sent.
#[derive(Clone, Debug, PartialEq)]
pub struct Letter {
    /// Its number.
    pub id: i64,
    /// The case.
    pub case: i64,
    /// The customer's address; empty where none is known.
    pub to: String,
    /// One line.
    pub subject: String,
    /// The letter.
    pub body: String,
    /// The receiver in the book.
    pub way: String,
    /// When it was asked for.
    pub at: Time,
    /// Attempts made before this one.
    pub attempts: u32,
}

/// How an attempt to send a letter ended.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Sending {
    /// It is on its way.
    Sent,
    /// It is tried again at that time.
    Again {
        /// When.
        at: Time,
        /// Why it failed.
        why: String,
    },
    /// It is given up, and shown.
    Failed {
        /// Why.
        why: String,
    },
}

/// What came back.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Answered {
    /// What.
    pub answer: Answer,
    /// In whose words.
    pub text: String,
    /// Who answered at the customer.
    pub who: String,
    /// Who wrote it down, and when.
    pub noted: By,
}

/// A question with what became of it.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Contact {
    /// Its number.
    pub id: i64,
    /// `en`, `fr` or `de`.
    pub language: String,
    /// One line.
    pub subject: String,
    /// The letter.
    pub body: String,
    /// The receiver in the book, or `copied`.
    pub way: String,
    /// `sending`, `sent` or `failed`.
    pub state: String,
    /// Why it failed.
    pub error: Option<String>,
    /// Who asked, and when.
    pub asked: By,
    /// When an answer is due, RFC 3339.
    #[serde(serialize_with = "super::rfc3339")]
    #[schema(value_type = String, format = DateTime)]
    pub due: Time,
    /// What came back.
    pub answered: Option<Answered>,
}

/// A step of the checklist that somebody took.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[schema(as = TakenStep)]
pub struct Taken {
    /// Its id in the list.
    pub step: String,
    /// What came of it.
    #[schema(schema_with = crate::schema::mark)]
    pub result: Mark,
    /// What is to be said of it.
    pub note: String,
    /// Who, and when.
    pub by: By,
}

/// The part of the store that keeps the work on a case.
#[async_trait]
pub trait Casework: Send + Sync {
    /// Writes a question down; its number. One that was copied by hand is `sent`, any other one is
    /// `sending` until [`Casework::sent`].
    async fn ask_customer(&self, question: &Question, by: &By) -> Result<i64>;
    /// Letters that are due to be sent.
    async fn letters(&self, now: Time) -> Result<Vec<Letter>>;
    /// Says how an attempt to send one ended.
    async fn sent(&self, contact: i64, sending: &Sending, at: Time) -> Result<()>;
    /// Writes down what came back.
    async fn answered(&self, contact: i64, answered: &Answered) -> Result<()>;
    /// Questions about a case, newest first.
    async fn contacts(&self, case: i64) -> Result<Vec<Contact>>;
    /// Writes down what came of a step in the present incident; `None` takes it back.
    async fn take_step(
        &self,
        case: i64,
        step: &str,
        result: Option<(Mark, &str)>,
        by: &By,
    ) -> Result<()>;
    /// Steps that were taken in the present incident; those of earlier ones stand in the activity.
    async fn steps(&self, case: i64) -> Result<Vec<Taken>>;
}
