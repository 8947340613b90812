//! Queues in which clouds tell of new objects. A message is deleted when the desk has written what
//! its objects gave, and not before; whoever is killed is told again. Listing stays the safety net.

mod azure;
mod clerk;
mod envelope;
mod google;
mod sqs;

pub use clerk::Clerk;
pub use envelope::{Told, read};

use std::{fmt, str::FromStr, time::Duration};

use anyhow::Result;
use async_trait::async_trait;

use super::environment::Environment;

/// How long a message is nobody else's: longer than the desk takes for a backlog of its turns.
pub(super) const LEASE_SECONDS: u64 = 600;
/// Letters of a queue's name,
const NAME_MAX: usize = 80;
/// and of a subscription's.
const SUBSCRIPTION_MAX: usize = 255;

/// A queue, as it is watched.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum QueueAddress {
    /// Amazon's: an account and a name.
    Sqs {
        /// Whose it is.
        account: String,
        /// What it is called.
        name: String,
    },
    /// Azure's, in the storage account that the environment names.
    Azure {
        /// What it is called.
        name: String,
    },
    /// Google's: a subscription of Pub/Sub.
    Google {
        /// The project that it is in.
        project: String,
        /// What it is called.
        name: String,
    },
}

impl fmt::Display for QueueAddress {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqs { account, name } => write!(formatter, "sqs://{account}/{name}"),
            Self::Azure { name } => write!(formatter, "azq://{name}"),
            Self::Google { project, name } => write!(formatter, "pubsub://{project}/{name}"),
        }
    }
}

impl FromStr for QueueAddress {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let known = "known are sqs://account/name, azq://name and pubsub://project/subscription";
        let known = || known.to_string();
        let (scheme, rest) = text.split_once("://").ok_or_else(known)?;
        let is_plain = |letter: char| letter.is_ascii_alphanumeric() || "-_.".contains(letter);
        let has_name = |name: &str, most: usize| {
            (1..=most).contains(&name.len()) && name.chars().all(is_plain)
        };
        let is_name = |name: &str| has_name(name, NAME_MAX);
        match (scheme, rest.split_once('/')) {
            ("sqs", Some((account, name))) if is_name(account) && is_name(name) => {
                Ok(Self::Sqs { account: account.to_string(), name: name.to_string() })
            }
            ("pubsub", Some((project, name)))
                if is_name(project) && has_name(name, SUBSCRIPTION_MAX) =>
            {
                Ok(Self::Google { project: project.to_string(), name: name.to_string() })
            }
            ("azq", None) if is_name(rest) => Ok(Self::Azure { name: rest.to_string() }),
            _ => Err(known()),
        }
    }
}

/// A message that was received.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Message {
    /// What it is deleted with.
    pub receipt: String,
    /// How often it was received, this time included.
    pub attempts: u32,
    /// What it says.
    pub body: String,
}

/// A queue of a cloud.
#[async_trait]
pub trait Queue: Send + Sync {
    /// Takes some messages, for a time; waits for one up to `wait` where the cloud can.
    async fn receive(&self, wait: Duration) -> Result<Vec<Message>, String>;
    /// Deletes a message that was taken.
    async fn delete(&self, receipt: &str) -> Result<(), String>;
}

/// Opens a queue of this environment. Nothing is asked yet.
///
/// # Errors
/// When a setting in the environment is wrong or missing.
pub fn open(address: &QueueAddress, environment: &Environment) -> Result<Box<dyn Queue>> {
    Ok(match address {
        QueueAddress::Sqs { account, name } => Box::new(sqs::open(account, name, environment)?),
        QueueAddress::Azure { name } => Box::new(azure::open(name, environment)?),
        QueueAddress::Google { project, name } => {
            Box::new(google::open(project, name, environment)?)
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn queues_are_read_and_written_the_same() {
        for text in
            ["sqs://111122223333/firedamp.fifo", "azq://firedamp", "pubsub://a-project/firedamp"]
        {
            assert_eq!(text.parse::<QueueAddress>().map(|one| one.to_string()), Ok(text.into()));
        }
        for text in [
            "sqs://name",
            "azq://a/b",
            "azq://",
            "amqp://x",
            "sqs://a:b@c/d",
            "name",
            "pubsub://a",
            "pubsub://a/b/c",
            "pubsub://a/b:pull",
        ] {
            assert!(text.parse::<QueueAddress>().is_err(), "{text}");
        }
    }
}
