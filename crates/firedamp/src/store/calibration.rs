//! Calibrations that the desk's own cases propose: asked for, tried on what is known, switched on and
//! off by people.

use async_trait::async_trait;
use firedamp_core::time::Time;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{By, Result};

/// Where a calibration stands.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum CalibrationStanding {
    /// It waits to be tried on what is known.
    Asked,
    /// What it would change is known.
    Tried,
    /// Cases are judged by it.
    On,
    /// They were.
    Off,
}

impl CalibrationStanding {
    /// The text id.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Asked => "asked",
            Self::Tried => "tried",
            Self::On => "on",
            Self::Off => "off",
        }
    }

    /// The standing with this text id.
    #[must_use]
    pub fn from_id(id: &str) -> Option<Self> {
        let all = [Self::Asked, Self::Tried, Self::On, Self::Off];
        all.into_iter().find(|standing| standing.id() == id)
    }
}

/// A calibration.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CalibrationRow {
    /// Its number.
    pub id: i64,
    /// What a nat of evidence counts.
    pub scale: f64,
    /// Where it stands.
    pub standing: CalibrationStanding,
    /// What it was fitted to.
    pub basis: Value,
    /// Who had it tried.
    pub asked_by: String,
    /// When, RFC 3339.
    #[serde(serialize_with = "super::rfc3339")]
    pub asked_at: Time,
    /// What it would change.
    pub tried: Option<Value>,
    /// Who switched it on or off last.
    pub decided_by: Option<String>,
    /// When, RFC 3339.
    #[serde(serialize_with = "super::maybe_rfc3339")]
    pub decided_at: Option<Time>,
    /// Whether the desk judges by it now.
    pub in_use: bool,
}

/// Calibrations.
#[async_trait]
pub trait Calibrations: Send + Sync {
    /// Has one tried; its number. One waits at a time.
    async fn ask_calibration(&self, scale: f64, basis: &Value, by: &By) -> Result<i64>;
    /// The latest ones, the latest first.
    async fn calibrations(&self, limit: u32) -> Result<Vec<CalibrationRow>>;
    /// Notes what one would change.
    async fn tried_calibration(&self, id: i64, tried: &Value, at: Time) -> Result<()>;
    /// Switches one on that was tried, in place of another, or off.
    async fn switch_calibration(&self, id: i64, on: bool, by: &By) -> Result<()>;
    /// Notes by which the desk judges from now on, or by none.
    async fn use_calibration(&self, id: Option<i64>) -> Result<()>;
}
