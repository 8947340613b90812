//! What `xtask/tidy.toml` says: the modules that are no plug-ins, and the exceptions.

use anyhow::{Context, Result, ensure};
use serde::Deserialize;

use super::Problem;

/// The settings.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Settings {
    /// Modules in `format/` that formats share: no formats themselves.
    #[serde(default)]
    pub(super) format_helpers: Vec<String>,
    /// Modules in `detector/` that detectors share: no detectors themselves.
    #[serde(default)]
    pub(super) detector_helpers: Vec<String>,
    /// Domains of service identities that look like mail addresses.
    #[serde(default)]
    pub(super) mail_domains: Vec<String>,
    /// The places that may break a rule.
    #[serde(default, rename = "exception")]
    pub(super) exceptions: Vec<Exception>,
}

/// A place that may break a rule.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Exception {
    check: String,
    /// A file, or a folder with `/` at its end.
    pub(super) path: String,
    /// Only problems whose text contains this.
    #[serde(default)]
    about: String,
    reason: String,
}

impl Settings {
    /// Reads the settings; an exception without a reason is refused.
    pub(super) fn parse(text: &str) -> Result<Self> {
        let settings: Self = toml::from_str(text).context("reading xtask/tidy.toml")?;
        for known in &settings.exceptions {
            let reasoned = !known.reason.trim().is_empty();
            ensure!(reasoned, "xtask/tidy.toml: the exception for `{}` needs a reason", known.path);
        }
        Ok(settings)
    }
}

impl Exception {
    /// True when the exception is about this problem of this check.
    pub(super) fn covers(&self, check: &str, problem: &Problem) -> bool {
        let folder = self.path.ends_with('/') && problem.path.starts_with(&self.path);
        let place = folder || self.path == problem.path;
        self.check == check && place && problem.what.contains(&self.about)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_exception_needs_a_reason() {
        let text = "[[exception]]\ncheck = 'size'\npath = 'a'\nreason = ' '";
        assert!(Settings::parse(text).is_err());
    }

    #[test]
    fn covers_a_folder_and_a_text() {
        let text = "[[exception]]\ncheck = 'c'\npath = 'a/'\nabout = 'x'\nreason = 'r'";
        let known = &Settings::parse(text).expect("settings").exceptions[0];
        assert!(known.covers("c", &Problem::new("a/b", 1, "ax")));
        assert!(!known.covers("c", &Problem::new("a/b", 1, "ay")));
        assert!(!known.covers("d", &Problem::new("a/b", 1, "ax")));
    }
}
