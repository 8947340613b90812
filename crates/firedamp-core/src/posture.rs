//! How well a customer is guarded before anything happens, and what to mend first. Made of what audits
//! and exports say; what nobody says is not known, which is not the same as bad.

use serde::Serialize;

use crate::standing::{Fact, contradicted};

/// What is asked of a customer, the most important first.
pub const CHECKS: [Check; 12] = [
    Check::new("mfa_admins", "Every administrator has a second factor"),
    Check::new("mfa_enforced", "A second factor is asked for at every sign-in of an administrator"),
    Check::new("delegated_admins", "Nobody has delegated administration who does not need it"),
    Check::new("audit_log", "The audit log is on"),
    Check::new("log_control_plane", "The audit log is kept where an attacker can’t delete it"),
    Check::new("log_network", "Flow logs are on"),
    Check::new("log_dns", "DNS logs are on"),
    Check::new("alerts", "The provider’s own alerts are on, and somebody gets them"),
    Check::new("budgets", "A budget with an alert is set"),
    Check::new("quotas", "Quotas are no higher than what is used"),
    Check::new("old_keys", "No long-lived key is older than ninety days"),
    Check::new("locks", "Locks protect the logs and what must not be deleted"),
];

/// Something that is asked of a customer.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
pub struct Check {
    /// The text id.
    pub id: &'static str,
    /// What should be so.
    pub says: &'static str,
}

impl Check {
    const fn new(id: &'static str, says: &'static str) -> Self {
        Self { id, says }
    }
}

/// How it stands with a check, what is to be mended first.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// It is not so.
    Bad,
    /// Sources say different things.
    Contradicted,
    /// Nobody says.
    Unknown,
    /// It is so.
    Good,
}

impl State {
    /// The text id.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Bad => "bad",
            Self::Contradicted => "contradicted",
            Self::Unknown => "unknown",
            Self::Good => "good",
        }
    }
}

/// A check of one customer.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct Line {
    /// What is asked.
    #[serde(flatten)]
    pub check: Check,
    /// How it stands.
    pub state: State,
    /// Each word on it.
    pub words: Vec<Fact>,
}

/// How well a customer is guarded: what to mend first, then what is not known, then what is well.
#[must_use]
pub fn compose(facts: &[Fact]) -> Vec<Line> {
    let disputed = contradicted(facts);
    let mut lines: Vec<Line> = CHECKS
        .into_iter()
        .map(|check| {
            let words: Vec<Fact> =
                facts.iter().filter(|fact| fact.part == check.id).cloned().collect();
            let is_disputed = disputed.iter().any(|(part, _)| *part == check.id);
            Line { check, state: state(&words, is_disputed), words }
        })
        .collect();
    // A stable sort: within a state the most important stays first.
    lines.sort_by_key(|line| line.state);
    lines
}

/// One account where it is not so is enough.
fn state(words: &[Fact], is_disputed: bool) -> State {
    let says = |wanted: &str| words.iter().any(|fact| fact.value.eq_ignore_ascii_case(wanted));
    match (is_disputed, says("no"), says("yes")) {
        (true, ..) => State::Contradicted,
        (_, true, _) => State::Bad,
        (_, _, true) => State::Good,
        _ => State::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::Time;

    fn fact(part: &str, account: Option<&str>, value: &str, source: &str) -> Fact {
        Fact {
            party: "contoso".to_string(),
            account: account.map(str::to_string),
            part: part.to_string(),
            value: value.to_string(),
            source: source.to_string(),
            observed_at: Time::default(),
        }
    }

    #[test]
    fn what_nobody_says_is_not_known() {
        let lines = compose(&[]);
        assert_eq!(lines.len(), CHECKS.len());
        assert!(lines.iter().all(|line| line.state == State::Unknown));
        assert_eq!(lines[0].check.id, "mfa_admins", "the most important first");
    }

    #[test]
    fn that_a_log_is_on_does_not_say_that_it_is_safe() {
        let account = Some("aws:111122223333");
        let read = fact("audit_log", account, "yes", "telemetry that was read");
        let state = |facts: &[Fact], id: &str| {
            let lines = compose(facts);
            lines.iter().find(|line| line.check.id == id).map(|line| line.state)
        };
        let facts = [read.clone()];
        assert_eq!(state(&facts, "audit_log"), Some(State::Good));
        assert_eq!(state(&facts, "log_control_plane"), Some(State::Unknown));
        let facts = [read, fact("log_control_plane", account, "no", "an audit")];
        assert_eq!(state(&facts, "log_control_plane"), Some(State::Bad), "no contradiction");
    }

    #[test]
    fn what_to_mend_comes_first() {
        let facts = [
            fact("mfa_admins", None, "yes", "Graph"),
            fact("locks", Some("azure:a"), "yes", "an audit"),
            fact("locks", Some("azure:b"), "no", "an audit"),
            fact("budgets", None, "no", "Partner Center"),
            fact("alerts", None, "yes", "an audit"),
            fact("alerts", None, "no", "another audit"),
            fact("log_dns", None, "perhaps", "somebody"),
        ];
        let lines = compose(&facts);
        let told: Vec<(&str, State)> =
            lines.iter().map(|line| (line.check.id, line.state)).take(3).collect();
        let wanted =
            [("budgets", State::Bad), ("locks", State::Bad), ("alerts", State::Contradicted)];
        assert_eq!(told, wanted);
        let last = lines.last().expect("a line");
        assert_eq!((last.check.id, last.state), ("mfa_admins", State::Good));
        let dns = lines.iter().find(|line| line.check.id == "log_dns").expect("a line");
        assert_eq!(dns.state, State::Unknown, "a word that says neither");
    }
}
