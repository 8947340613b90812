//! Secrets in settings stand elsewhere: in the environment, or in a file that others can't read.

use std::{env, fmt, fs};

use anyhow::{Context, Result, bail};
use serde::Deserialize;

/// Something that must not be shown; named in settings as `env:NAME` or `file:PATH`.
#[derive(Clone, Deserialize)]
#[serde(try_from = "String")]
pub struct Secret(String);

impl Secret {
    /// One that was read elsewhere.
    pub(crate) fn given(text: &str) -> Self {
        Self(text.to_string())
    }

    /// What it is. Never for logs.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Secret(…)")
    }
}

impl TryFrom<String> for Secret {
    type Error = String;

    fn try_from(reference: String) -> std::result::Result<Self, String> {
        read(&reference).map(Self).map_err(|error| format!("{error:#}"))
    }
}

fn read(reference: &str) -> Result<String> {
    let text = match reference.split_once(':') {
        Some(("env", name)) => {
            env::var(name).with_context(|| format!("no secret in the environment as `{name}`"))?
        }
        Some(("file", path)) => {
            only_ours(path)?;
            fs::read_to_string(path).with_context(|| format!("no secret in `{path}`"))?
        }
        _ => bail!("a secret is named as `env:NAME` or `file:PATH`, and never written here"),
    };
    let text = text.trim();
    if text.is_empty() {
        bail!("the secret `{reference}` is empty");
    }
    Ok(text.to_string())
}

#[cfg(unix)]
fn only_ours(path: &str) -> Result<()> {
    use std::os::unix::fs::PermissionsExt;
    let metadata = fs::metadata(path).with_context(|| format!("no secret in `{path}`"))?;
    if metadata.permissions().mode() & 0o077 != 0 {
        bail!("others can read the secret in `{path}`; close it with `chmod 600 {path}`");
    }
    Ok(())
}

#[cfg(not(unix))]
fn only_ours(_path: &str) -> Result<()> {
    Ok(())
}
