//! What kinds of things commands are made of: a tool refuses what is not of its kind.

use serde::Deserialize;

/// Letters of a machine's name at Google.
const GOOGLE_NAME_MAX: usize = 63;

/// What a command can be made of.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Like {
    /// A machine of Amazon's, by its id.
    AwsMachine,
    /// Whatever Azure has, by its path.
    AzureResource,
    /// A machine of Azure's by its path; a network card is none, nor what hangs on a machine.
    AzureMachine,
    /// A machine of Google's, by its name.
    GoogleMachine,
}

impl Like {
    pub(super) fn fits(self, name: &str) -> bool {
        let path = name.to_ascii_lowercase();
        let is_plain = |letter: char| letter.is_ascii_alphanumeric() || letter == '-';
        match self {
            Self::AwsMachine => path.starts_with("i-"),
            Self::AzureResource => path.starts_with("/subscriptions/"),
            Self::AzureMachine => {
                let machine = path.split_once("/providers/microsoft.compute/virtualmachines/");
                let machine = machine.filter(|(before, _)| before.starts_with("/subscriptions/"));
                machine.is_some_and(|(_, name)| !name.is_empty() && !name.contains('/'))
            }
            Self::GoogleMachine => {
                name.starts_with(|letter: char| letter.is_ascii_lowercase())
                    && name.len() <= GOOGLE_NAME_MAX
                    && name.chars().all(is_plain)
            }
        }
    }
}
