//! What Google Cloud's log entries share.

use serde::Deserialize;

use crate::json::{Head, Text};

/// Where an entry came from.
#[derive(Default, Deserialize)]
pub(super) struct Monitored<'a> {
    #[serde(borrow, default)]
    pub(super) labels: Labels<'a>,
}

/// The labels of a monitored resource.
#[derive(Default, Deserialize)]
pub(super) struct Labels<'a> {
    #[serde(borrow, default)]
    pub(super) project_id: Text<'a>,
}

/// Whether the log's name ends so, with its slash escaped or not.
pub(super) fn is_log(head: &Head<'_>, service: &str, log: &str) -> bool {
    head.text("logName").is_some_and(|name| is_log_name(&name, service, log))
}

/// The same for a name in hand.
pub(super) fn is_log_name(name: &str, service: &str, log: &str) -> bool {
    let rest = name.strip_suffix(log).and_then(|rest| {
        rest.strip_suffix("%2F")
            .or_else(|| rest.strip_suffix("%2f"))
            .or_else(|| rest.strip_suffix('/'))
    });
    rest.is_some_and(|rest| rest.rsplit('/').next() == Some(service))
}
