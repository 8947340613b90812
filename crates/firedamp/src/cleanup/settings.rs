//! The keys to clouds, in a file of settings that names where the secrets are.

use std::{fs, path::Path};

use anyhow::{Context, Result, ensure};
use firedamp_core::id::{Account, Provider};
use ipnet::IpNet;
use serde::Deserialize;
use url::Url;

use super::{Cloud, aws::Aws, azure::Azure, google::Google, rest::Rest};
use crate::{channel::Secret, client::Outside, request::PartnerCenter};

/// Accounts of one desk at most that it has keys to.
const CLOUDS_MAX: usize = 10_000;

/// The accounts that clean-ups may be carried out in.
#[derive(Default)]
pub struct Clouds {
    clouds: Vec<(Account, Box<dyn Cloud>)>,
    /// Where requests are filed.
    partner_center: Option<(PartnerCenter, Outside)>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Settings {
    /// Networks inside that endpoints may be in; for emulators and private endpoints.
    #[serde(default)]
    allow_internal: Vec<IpNet>,
    #[serde(default, rename = "cloud")]
    clouds: Vec<Entry>,
    partner_center: Option<PartnerCenter>,
}

#[derive(Deserialize)]
#[serde(tag = "provider", rename_all = "lowercase", deny_unknown_fields)]
enum Entry {
    Aws {
        account: String,
        access_key: Secret,
        secret_key: Secret,
        session_token: Option<Secret>,
        endpoint: Option<Url>,
    },
    Azure {
        subscription: String,
        token: Secret,
        endpoint: Option<Url>,
    },
    Gcp {
        project: String,
        token: Secret,
        endpoint: Option<Url>,
    },
}

impl Clouds {
    /// Reads a file of settings; `docs/cleanup.md` describes them.
    ///
    /// # Errors
    /// Which setting can't be used, and why.
    pub fn read(path: &Path) -> Result<Self> {
        let text = fs::read_to_string(path).with_context(|| {
            format!("cannot read the settings of clouds in `{}`", path.display())
        })?;
        Self::parse(&text).with_context(|| format!("in `{}`", path.display()))
    }

    /// Reads settings.
    ///
    /// # Errors
    /// Which setting can't be used, and why.
    pub fn parse(text: &str) -> Result<Self> {
        let Settings { allow_internal, clouds, partner_center } = toml::from_str(text)?;
        ensure!(clouds.len() <= CLOUDS_MAX, "more than {CLOUDS_MAX} clouds");
        let outside = Outside::new(allow_internal)?;
        Ok(Self {
            clouds: clouds.into_iter().map(|entry| open(entry, &outside)).collect(),
            partner_center: partner_center.map(|partner_center| (partner_center, outside)),
        })
    }

    pub(super) fn of(&self, provider: Provider, account: &str) -> Option<&dyn Cloud> {
        let is_it = |own: &Account| own.provider == provider && own.id == account;
        self.clouds.iter().find(|(own, _)| is_it(own)).map(|(_, cloud)| &**cloud)
    }
}

impl Clouds {
    /// Whether requests can be filed.
    #[must_use]
    pub const fn files_requests(&self) -> bool {
        self.partner_center.is_some()
    }

    pub(super) const fn partner_center(&self) -> Option<&(PartnerCenter, Outside)> {
        self.partner_center.as_ref()
    }
}

fn open(entry: Entry, outside: &Outside) -> (Account, Box<dyn Cloud>) {
    let of = |provider, id: String| Account { provider, id };
    let outside = outside.clone();
    match entry {
        Entry::Aws { account, access_key, secret_key, session_token, endpoint } => {
            let cloud = Aws {
                outside,
                endpoint,
                account: account.clone(),
                access_key,
                secret_key,
                session_token,
            };
            (of(Provider::Aws, account), Box::new(cloud))
        }
        Entry::Azure { subscription, token, endpoint } => {
            let id = subscription.to_ascii_lowercase();
            (
                of(Provider::Azure, id),
                Box::new(Azure { rest: Rest { outside, token, endpoint }, subscription }),
            )
        }
        Entry::Gcp { project, token, endpoint } => {
            let id = project.clone();
            (
                of(Provider::Gcp, id),
                Box::new(Google { rest: Rest { outside, token, endpoint }, project }),
            )
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_stand_elsewhere() {
        let settings = |key: &str| {
            format!(
                "[[cloud]]\nprovider = 'aws'\naccount = '111122223333'\n\
                 access_key = '{key}'\nsecret_key = 'env:PATH'\n"
            )
        };
        let written = Clouds::parse(&settings("AKIAIOSFODNN7EXAMPLE")).map(|_| ());
        assert!(written.is_err_and(|error| format!("{error:#}").contains("env:NAME")));
        let clouds = Clouds::parse(&settings("env:PATH")).expect("settings");
        assert!(clouds.of(Provider::Aws, "111122223333").is_some());
        assert!(clouds.of(Provider::Aws, "444455556666").is_none());
        assert!(clouds.of(Provider::Azure, "111122223333").is_none());
    }
}
