//! What things are called: providers, accounts, objects, places of records.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A cloud.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Provider {
    /// Amazon Web Services.
    Aws,
    /// Microsoft Azure.
    Azure,
    /// `DigitalOcean`.
    DigitalOcean,
    /// Google Cloud.
    Gcp,
    /// Oracle Cloud Infrastructure.
    Oci,
    /// `OVHcloud`.
    Ovh,
    /// The telemetry does not say.
    Unknown,
    // States keep a provider by its place in this list: those that came later stand at its end.
    /// Alibaba Cloud; accounts are filed under it, no log of it is read by itself.
    Alibaba,
    /// Hetzner; the same.
    Hetzner,
    /// Scaleway; the same.
    Scaleway,
}

impl Provider {
    /// Every provider.
    pub const ALL: [Self; 10] = [
        Self::Aws,
        Self::Azure,
        Self::DigitalOcean,
        Self::Gcp,
        Self::Oci,
        Self::Ovh,
        Self::Unknown,
        Self::Alibaba,
        Self::Hetzner,
        Self::Scaleway,
    ];

    /// Whether its flow logs tell of sampled packets only, scaled up.
    #[must_use]
    pub const fn samples_packets(self) -> bool {
        matches!(self, Self::Gcp)
    }

    /// The text id, as in paths, arguments and output.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Aws => "aws",
            Self::Azure => "azure",
            Self::DigitalOcean => "digitalocean",
            Self::Gcp => "gcp",
            Self::Oci => "oci",
            Self::Ovh => "ovh",
            Self::Unknown => "unknown",
            Self::Alibaba => "alibaba",
            Self::Hetzner => "hetzner",
            Self::Scaleway => "scaleway",
        }
    }

    /// The provider with this text id, in any case.
    #[must_use]
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|provider| provider.id().eq_ignore_ascii_case(id))
    }
}

impl fmt::Display for Provider {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.id())
    }
}

/// An account as an event names it: AWS account id, Azure subscription id, Google project id.
/// Ids are text: leading zeros stay.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct AccountRef<'a> {
    /// The cloud.
    pub provider: Provider,
    /// The id, in the case in which it was written.
    pub id: &'a str,
}

impl<'a> AccountRef<'a> {
    /// The account `id` of `provider`.
    #[must_use]
    pub const fn new(provider: Provider, id: &'a str) -> Self {
        Self { provider, id }
    }

    /// The owned form, lower-cased where the cloud ignores case.
    #[must_use]
    pub fn to_owned(self) -> Account {
        let id = match self.provider {
            Provider::Azure => self.id.to_ascii_lowercase(),
            _ => self.id.to_string(),
        };
        Account { provider: self.provider, id }
    }
}

/// An account: what one case is about.
#[derive(Clone, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
pub struct Account {
    /// The cloud.
    pub provider: Provider,
    /// The id, lower-case where the cloud ignores case.
    pub id: String,
}

impl Account {
    /// Reads `provider:id`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (provider, id) = text.split_once(':')?;
        let provider = Provider::from_id(provider)?;
        (!id.is_empty()).then(|| AccountRef::new(provider, id).to_owned())
    }

    /// The borrowed form.
    #[must_use]
    pub fn as_ref(&self) -> AccountRef<'_> {
        AccountRef::new(self.provider, &self.id)
    }
}

impl fmt::Display for Account {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}:{}", self.provider, self.id)
    }
}

/// The content hash of one object (BLAKE3, first 128 bits): its name wherever it was moved.
#[derive(
    Clone, Copy, Debug, Default, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize,
)]
pub struct ObjectId(pub [u8; 16]);

impl fmt::Display for ObjectId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(formatter, "{byte:02x}"))
    }
}

/// Where a record stands: the object, and the record's number in it, from 1.
///
/// While an object is being read its hash is not known: its places hold the default
/// [`ObjectId`] until the partial state is sealed.
#[derive(
    Clone, Copy, Debug, Default, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize,
)]
pub struct Place {
    /// The object.
    pub object: ObjectId,
    /// The record in it, from 1.
    pub record: u64,
}

impl Place {
    /// Record `record` of the object that is being read.
    #[must_use]
    pub fn here(record: u64) -> Self {
        Self { object: ObjectId::default(), record }
    }

    /// Names the object, if it was "the one being read".
    pub fn seal(&mut self, object: ObjectId) {
        if self.object == ObjectId::default() {
            self.object = object;
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}#{}", self.object, self.record)
    }
}
