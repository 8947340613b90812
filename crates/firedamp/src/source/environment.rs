//! Where credentials and endpoints come from: the environment, and files that it names and that
//! others can't read. Never the command line.

use std::{collections::BTreeMap, fmt};

use anyhow::{Context, Result, bail};
use url::{Host, Url};

use crate::channel::Secret;

/// What variables begin with that concern us.
const FAMILIES: [&str; 7] =
    ["AWS_", "AZURE_", "GOOGLE_", "GRAPH_", "IMAP_", "PARTNER_CENTER_", "STORAGE_EMULATOR_"];
/// Each of these may stand in a file instead, named by the variable with `_FILE` behind it.
const SECRETS: [&str; 10] = [
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "AZURE_CLIENT_SECRET",
    "AZURE_STORAGE_ACCOUNT_KEY",
    "AZURE_STORAGE_SAS_KEY",
    "GOOGLE_BEARER_TOKEN",
    "IMAP_PASSWORD",
    "PARTNER_CENTER_CLIENT_SECRET",
    "PARTNER_CENTER_REFRESH_TOKEN",
];
/// Files with keys that the clouds' own tools write, and with tokens that are read anew each time.
const KEY_FILES: [&str; 7] = [
    "AZURE_MANAGEMENT_TOKEN_FILE",
    "GOOGLE_APPLICATION_CREDENTIALS",
    "GOOGLE_SERVICE_ACCOUNT",
    "GOOGLE_SERVICE_ACCOUNT_PATH",
    "GRAPH_TOKEN_FILE",
    "IMAP_TOKEN_FILE",
    "PARTNER_CENTER_TOKEN_FILE",
];

/// The variables of the clouds.
#[derive(Clone, Default)]
pub struct Environment(BTreeMap<String, String>);

impl fmt::Debug for Environment {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_set().entries(self.0.keys()).finish()
    }
}

impl Environment {
    /// The variables of this process, with the secrets that stand in files.
    ///
    /// # Errors
    /// When a file with a secret can't be read, or others can read it.
    pub fn of_process() -> Result<Self> {
        let ours = |name: &String| FAMILIES.iter().any(|family| name.starts_with(family));
        let text = |(name, value): (std::ffi::OsString, std::ffi::OsString)| {
            Some((name.into_string().ok()?, value.into_string().ok()?))
        };
        Self::of(std::env::vars_os().filter_map(text).filter(|(name, _)| ours(name)))
    }

    /// These variables, with the secrets that stand in files.
    ///
    /// # Errors
    /// When a file with a secret can't be read, or others can read it.
    pub fn of(variables: impl IntoIterator<Item = (String, String)>) -> Result<Self> {
        let mut all: BTreeMap<String, String> = variables.into_iter().collect();
        for name in SECRETS {
            if let Some(path) = all.remove(&format!("{name}_FILE")) {
                let secret = Secret::try_from(format!("file:{path}"));
                let secret = secret.map_err(anyhow::Error::msg).context(format!("{name}_FILE"))?;
                all.insert(name.to_string(), secret.reveal().to_string());
            }
        }
        for path in KEY_FILES.iter().filter_map(|name| all.get(*name)) {
            Secret::try_from(format!("file:{path}")).map_err(anyhow::Error::msg)?;
        }
        Ok(Self(all))
    }

    /// A variable that is set and not empty.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    /// The first of these that is set.
    #[must_use]
    pub fn first(&self, names: &[&str]) -> Option<&str> {
        names.iter().find_map(|name| self.get(name))
    }

    /// Variables of one family, their names in small letters.
    pub(super) fn family(&self, begin: &str) -> impl Iterator<Item = (String, &str)> {
        let ours = self.0.iter().filter(move |(name, _)| name.starts_with(begin));
        ours.map(|(name, value)| (name.to_ascii_lowercase(), value.as_str()))
    }

    /// An endpoint named by the first of these variables that is set.
    ///
    /// # Errors
    /// When it is no URL, or neither HTTPS nor of this machine.
    pub fn endpoint(&self, names: &[&str]) -> Result<Option<Endpoint>> {
        let Some(text) = self.first(names) else {
            return Ok(None);
        };
        let name = names.first().copied().unwrap_or_default();
        Endpoint::parse(text).with_context(|| format!("the endpoint in {name}")).map(Some)
    }
}

/// Where a cloud is found, when not at its usual place.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Endpoint {
    /// Where.
    pub url: Url,
    /// Whether it speaks plain HTTP, on this machine.
    pub is_plain: bool,
}

impl Endpoint {
    /// Reads an endpoint: HTTPS anywhere, plain HTTP on this machine alone.
    ///
    /// # Errors
    /// Why it is none.
    pub fn parse(text: &str) -> Result<Self> {
        let url = Url::parse(text).context("is no URL")?;
        if !url.username().is_empty() || url.password().is_some() {
            bail!("must not hold credentials");
        }
        let is_here = match url.host() {
            Some(Host::Ipv4(address)) => address.is_loopback(),
            Some(Host::Ipv6(address)) => address.is_loopback(),
            Some(Host::Domain(name)) => name == "localhost",
            None => false,
        };
        match url.scheme() {
            "https" => Ok(Self { url, is_plain: false }),
            "http" if is_here => Ok(Self { url, is_plain: true }),
            _ => bail!("speaks HTTPS, or plain HTTP on this machine alone"),
        }
    }

    /// Without the slash at its end.
    #[must_use]
    pub fn text(&self) -> &str {
        self.url.as_str().trim_end_matches('/')
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(variables: &[(&str, &str)]) -> Result<Environment> {
        Environment::of(variables.iter().map(|(name, value)| (name.to_string(), value.to_string())))
    }

    #[test]
    fn plain_http_stays_on_this_machine() {
        for text in ["https://s3.example", "http://127.0.0.1:9000", "http://[::1]:1/a"] {
            assert!(Endpoint::parse(text).is_ok(), "{text}");
        }
        for text in ["http://s3.example", "http://192.0.2.1", "ftp://127.0.0.1", "https://a:b@c/"] {
            assert!(Endpoint::parse(text).is_err(), "{text}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_secret_in_a_file_that_others_can_read_is_refused() {
        use std::os::unix::fs::PermissionsExt;
        let file = tempfile::NamedTempFile::new().expect("a file");
        std::fs::write(file.path(), "a secret\n").expect("written");
        let path = file.path().to_str().expect("text");
        let variables = [("AWS_SECRET_ACCESS_KEY_FILE", path)];
        let kept = of(&variables).expect("a closed file");
        assert_eq!(kept.get("AWS_SECRET_ACCESS_KEY"), Some("a secret"));
        assert!(!format!("{kept:?}").contains("a secret"));
        let open = std::fs::Permissions::from_mode(0o644);
        std::fs::set_permissions(file.path(), open).expect("opened");
        for name in ["AWS_SECRET_ACCESS_KEY_FILE", "GOOGLE_APPLICATION_CREDENTIALS"] {
            let refused = format!("{:#}", of(&[(name, path)]).expect_err("an open file"));
            assert!(refused.contains("chmod 600"), "{refused}");
        }
    }
}
