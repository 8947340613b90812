//! Notices, and what becomes of them on their way to people.

use firedamp_core::time::Time;
use serde::Serialize;
use utoipa::ToSchema;

/// What a case asked people to be told.
#[derive(Clone, Debug, PartialEq)]
pub struct Notice {
    /// Its number.
    pub id: i64,
    /// The same for the same request, however often it is made.
    pub key: String,
    /// The case.
    pub case: Option<i64>,
    /// Whose account it is about, as people call them.
    pub customer: Option<String>,
    /// `case_opened`, `case_grew`, `case_reopened`, `case_breached`, `authorisation_ends`,
    /// `customer_silent`.
    pub kind: String,
    /// When it was asked for.
    pub asked_at: Time,
    /// Whether somebody has seen it on the page.
    pub is_read: bool,
    /// Who has taken notice, so that nobody else has to be told.
    pub acknowledged_by: Option<String>,
    /// The judgement of that moment, as JSON.
    pub body: String,
}

/// Which notices are asked for.
#[derive(Clone, Debug, Default)]
pub struct NoticeFilter {
    /// Only this one.
    pub id: Option<i64>,
    /// Only those that nobody has seen.
    pub unread: bool,
    /// Only of cases of this customer or reseller and of those below it.
    pub within: Option<String>,
    /// Only those that come after the one with this number, newest first.
    pub after: Option<i64>,
    /// How many at most.
    pub limit: u32,
}

/// A receiver, of whose cases it is told, and when.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Addressee {
    /// Its name in the settings.
    pub name: String,
    /// Only of cases of this customer or reseller and of those below it.
    pub within: Option<String>,
    /// Until when it is told of high cases and of deadlines alone; the others wait.
    pub quiet_until: Option<Time>,
    /// Told only of what nobody has taken notice of for so many seconds since the first was told.
    pub patience_seconds: Option<i64>,
}

/// One notice on its way to one recipient.
#[derive(Clone, Debug, PartialEq)]
pub struct Delivery {
    /// Its number.
    pub id: i64,
    /// What is delivered.
    pub notice: Notice,
    /// To whom, by the name in the settings.
    pub recipient: String,
    /// Attempts made before this one.
    pub attempts: u32,
    /// The key of the digest that it is bound to.
    pub bound: Option<String>,
}

/// What became of a delivery, for people.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[schema(as = Delivery)]
pub struct Sent {
    /// Its number.
    pub id: i64,
    /// The notice.
    pub notice: i64,
    /// What kind of notice it is.
    pub kind: String,
    /// The case that it is about.
    pub case: Option<i64>,
    /// The account of that case.
    pub account: Option<String>,
    /// Whose account it is, as people call them.
    pub customer: Option<String>,
    /// That something in the account mined, as the case says now.
    pub probability: Option<f64>,
    /// To whom.
    pub recipient: String,
    /// `waiting`, `delivered` or `dead`.
    pub state: String,
    /// Attempts made.
    pub attempts: u32,
    /// When it arrived, or is tried next, RFC 3339.
    #[serde(serialize_with = "super::rfc3339")]
    #[schema(value_type = String, format = DateTime)]
    pub at: Time,
    /// Why the last attempt failed.
    pub error: Option<String>,
}

/// How an attempt to deliver ended.
#[derive(Clone, Debug, PartialEq)]
pub enum Ending {
    /// It is there.
    Delivered {
        /// The key of the message that it was in.
        message: String,
    },
    /// It was not tried: its receiver has heard enough for now.
    Held {
        /// Until then.
        until: Time,
    },
    /// It is tried again at that time.
    Again {
        /// When.
        at: Time,
        /// Why it failed.
        why: String,
    },
    /// It is given up, and shown.
    Dead {
        /// Why.
        why: String,
    },
}
