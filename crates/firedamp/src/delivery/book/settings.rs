//! The file of receivers, as it is written.

use anyhow::{Context, Result, ensure};
use ipnet::IpNet;
use jiff::tz::TimeZone;
use serde::Deserialize;
use url::Url;

use crate::{channel::Secret, language::Language};

/// Messages an hour that somebody can ask for.
const HOURLY_MAX: u32 = 1000;
/// Minutes that a notice may wait for somebody: half a day.
const PATIENCE_MINUTES_MAX: i64 = 720;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Settings {
    /// Where people reach the desk.
    pub(super) desk: Url,
    #[serde(default)]
    pub(super) allow_internal: Vec<IpNet>,
    /// What rings at programs of partners.
    pub(super) doorbell: Option<DoorbellSettings>,
    #[serde(default, rename = "receiver")]
    pub(super) receivers: Vec<Entry>,
    #[serde(default, rename = "rotation")]
    pub(super) rotations: Vec<RotationEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DoorbellSettings {
    pub(super) key: Secret,
}

#[derive(Deserialize)]
pub(super) struct Entry {
    pub(super) name: String,
    pub(super) channel: String,
    #[serde(default)]
    pub(super) language: Language,
    pub(super) customer: Option<String>,
    pub(super) time_zone: Option<String>,
    pub(super) quiet: Option<String>,
    pub(super) daily_summary: Option<String>,
    pub(super) hourly_max: Option<u32>,
    pub(super) escalation_minutes: Option<i64>,
    /// What the channel wants to know.
    #[serde(flatten)]
    pub(super) settings: toml::Table,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RotationEntry {
    pub(super) name: String,
    pub(super) receivers: Vec<String>,
    pub(super) since: String,
    pub(super) days: u16,
    pub(super) time_zone: Option<String>,
    pub(super) customer: Option<String>,
    pub(super) escalation_minutes: Option<i64>,
}

/// A time zone of the IANA database, which is part of the program; UTC where none is named.
pub(super) fn zone(name: Option<String>) -> Result<TimeZone> {
    let Some(name) = name else { return Ok(TimeZone::UTC) };
    TimeZone::get(&name).with_context(|| format!("there is no time zone `{name}`"))
}

/// Messages an hour.
pub(super) fn hourly(most: Option<u32>) -> Result<Option<u32>> {
    let is_meant = most.is_none_or(|most| (1..=HOURLY_MAX).contains(&most));
    ensure!(is_meant, "`hourly_max` is 1 to {HOURLY_MAX}");
    Ok(most)
}

/// Minutes without anybody.
pub(super) fn patience(minutes: Option<i64>) -> Result<Option<i64>> {
    let is_meant = minutes.is_none_or(|minutes| (1..=PATIENCE_MINUTES_MAX).contains(&minutes));
    ensure!(is_meant, "`escalation_minutes` is 1 to {PATIENCE_MINUTES_MAX}");
    Ok(minutes)
}
