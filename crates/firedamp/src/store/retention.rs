//! How what is old is forgotten.

use std::{collections::BTreeMap, fmt, time::Duration};

use async_trait::async_trait;
use firedamp_core::time::Time;

use super::Result;
use crate::retention::Kind;

/// How the store and the program that opens it know each other.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Shape {
    /// The shape that a database has; nothing where it is empty.
    pub have: Option<i64>,
    /// The newest that this program knows.
    pub knows: i64,
    /// What brings it there: numbers and names.
    pub missing: Vec<(i64, String)>,
    /// Whether a newer program wrote it.
    pub is_newer: bool,
}

/// A change of a database's shape that takes its time.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Changing {
    /// The shape that is made, and what it is called.
    pub to: (i64, String),
    /// Which of how many changes it is.
    pub step: (usize, usize),
    /// How long it has taken.
    pub took: Duration,
    /// Bytes written of it; all of them count only when the last is written.
    pub written: u64,
    /// Whether it is done.
    pub is_done: bool,
}

impl fmt::Display for Changing {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ((version, name), (step, steps)) = (&self.to, self.step);
        let seconds = self.took.as_secs_f64();
        if self.is_done {
            return write!(
                formatter,
                "the database has shape {version:04} {name}; that took {seconds:.1} s"
            );
        }
        write!(
            formatter,
            "the database is brought to shape {version:04} {name} (change {step} of {steps}): {seconds:.0} s \
             and {} MB written so far; it may be ended and begun again",
            self.written / 1_000_000
        )
    }
}

/// An object that was folded and is forgotten. Where it still stands it is not new for that.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Forgotten {
    /// Where it came from.
    pub address: String,
    /// In which version it was folded.
    pub version: String,
    /// Where its bytes were.
    pub path: String,
}

/// What has an age.
#[async_trait]
pub trait Retention: Send + Sync {
    /// Forgets what is of this kind and from before `before`, at most `limit` of it; how many. Open
    /// cases and what belongs to them stay.
    async fn forget(&self, kind: Kind, before: Time, limit: u32) -> Result<u64>;
    /// Objects that were forgotten.
    async fn forgotten(&self) -> Result<Vec<Forgotten>>;
    /// In which version those of these addresses were forgotten that were.
    async fn forgotten_of(&self, addresses: &[String]) -> Result<BTreeMap<String, String>>;
    /// These are nowhere any more; what comes in their place is new.
    async fn drop_forgotten(&self, addresses: &[String]) -> Result<()>;
}
