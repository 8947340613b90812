//! Which services are asked for alerts: a TOML file.

use std::{fmt, fs, path::Path, sync::Arc, time::Duration};

use anyhow::{Context, Result, ensure};
use ipnet::IpNet;
use serde::Deserialize;
use tokio::sync::watch;
use url::Url;

use crate::{
    client::Outside,
    partner::rung::{Ear, Trust},
};

/// Services of one desk.
const PULLS_MAX: usize = 20;

/// What kind of service.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Microsoft Graph: `/beta/security/partner/securityAlerts`.
    Graph,
    /// Partner Center: `/v1/fraudEvents`, in the newer model.
    FraudEvents,
}

/// One service that is asked.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pull {
    /// What it is called in the log.
    pub name: String,
    /// What kind.
    pub kind: Kind,
    /// Where the list is.
    pub url: Url,
    /// Where the token is: `env:NAME` or `file:PATH`.
    pub token: String,
    /// How long to wait between two rounds.
    #[serde(default = "hour")]
    pub every_minutes: u32,
}

const fn hour() -> u32 {
    60
}

impl Pull {
    /// How long to wait between two rounds.
    pub(super) fn pause(&self) -> Duration {
        Duration::from_secs(u64::from(self.every_minutes.clamp(1, 24 * 60)) * 60)
    }

    /// The first page.
    pub(super) fn first(&self, size: usize) -> Url {
        match self.kind {
            Kind::Graph => self.url.clone(),
            Kind::FraudEvents => self.page(1, size),
        }
    }

    /// A page by its number.
    pub(super) fn page(&self, number: usize, size: usize) -> Url {
        let mut url = self.url.clone();
        url.query_pairs_mut()
            .append_pair("PageSize", &size.to_string())
            .append_pair("PageNumber", &number.to_string());
        url
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Settings {
    #[serde(default)]
    allow_internal: Vec<IpNet>,
    #[serde(default)]
    alerts: Vec<Pull>,
    webhook: Option<Trust>,
}

/// Every service that is asked.
#[derive(Clone)]
pub struct Pulls {
    /// The way there.
    pub outside: Outside,
    /// Where, and how often.
    pub pulls: Vec<Pull>,
    /// Changes when Partner Center rings.
    pub wake: watch::Sender<()>,
    ear: Option<Arc<Ear>>,
}

impl fmt::Debug for Pulls {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_list().entries(&self.pulls).finish()
    }
}

impl Pulls {
    /// Reads a file of settings; `docs/partner-apis.md` describes them.
    ///
    /// # Errors
    /// Which setting can't be used, and why.
    pub fn read(path: &Path) -> Result<Self> {
        let name = path.display();
        let text = fs::read_to_string(path).with_context(|| format!("cannot read `{name}`"))?;
        Self::parse(&text).with_context(|| format!("in `{name}`"))
    }

    /// Reads settings.
    ///
    /// # Errors
    /// Which setting can't be used, and why.
    pub fn parse(text: &str) -> Result<Self> {
        let Settings { allow_internal, alerts, webhook } = toml::from_str(text)?;
        ensure!(alerts.len() <= PULLS_MAX, "more than {PULLS_MAX} services");
        let outside = Outside::new(allow_internal)?;
        for pull in &alerts {
            let wrong = |why: String| anyhow::anyhow!("`{}`: {why}", pull.name);
            outside.check(&pull.url).map_err(wrong)?;
            crate::channel::Secret::try_from(pull.token.clone()).map_err(wrong)?;
        }
        let (wake, _) = watch::channel(());
        let ear = |trust| Ear::new(trust, outside.clone(), wake.clone());
        let ear = webhook.map(ear).transpose()?.map(Arc::new);
        Ok(Self { outside, pulls: alerts, wake, ear })
    }

    /// What listens when Partner Center rings.
    #[must_use]
    pub fn ear(&self) -> Option<Arc<Ear>> {
        self.ear.clone()
    }
}
