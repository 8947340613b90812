//! Values as the database has them.

use firedamp_core::time::Time;

use super::super::{Error, Result};

/// A count as the database holds it; none is so large that it does not fit.
pub(super) fn stored(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// A count that the database held.
pub(super) fn counted(stored: i64) -> u64 {
    u64::try_from(stored).unwrap_or_default()
}

/// A time that the database may have held.
pub(super) fn maybe_time(millis: Option<i64>) -> Option<Time> {
    millis.map(Time::from_millis)
}

/// A value that was written as JSON.
pub(super) fn read_json<T: serde::de::DeserializeOwned>(text: &str) -> Result<T> {
    serde_json::from_str(text)
        .map_err(|error| sqlx::Error::Decode(error.into()))
        .map_err(Error::Database)
}

/// Plain values can always be written.
pub(super) fn json(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}
