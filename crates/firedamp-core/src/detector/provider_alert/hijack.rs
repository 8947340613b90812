//! Mails of providers that tell of a hijack without a word on mining. Such a mail makes no case: anybody
//! may have written it, and who is hijacked need not mine. What it weighs beside signs of a hijack is
//! decided where a case is made of all findings.

use super::{Alert, ProviderAlerts, UNVERIFIED};
use crate::{detector::States, event::AlertKind, time::Time};

/// What such a mail says.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct HijackNotice {
    /// When it was written.
    pub at: Time,
    /// Its subject, that nobody verified it, and by when it wants an answer: hostile.
    pub title: String,
}

impl Alert {
    /// Only a mail is kept that tells of something else than mining, and only where that is a hijack.
    pub(super) fn is_of_hijack(&self) -> bool {
        self.kind == AlertKind::Other && self.product == UNVERIFIED
    }
}

impl ProviderAlerts {
    /// The mails about an account that tell of a hijack and not of mining, the latest first.
    #[must_use]
    pub fn hijacks(states: &States) -> Vec<HijackNotice> {
        let own = states.provider_alert.0.values().filter(|alert| alert.is_of_hijack());
        let notice = |alert: &Alert| HijackNotice { at: alert.updated, title: alert.title.clone() };
        let mut notices: Vec<HijackNotice> = own.map(notice).collect();
        notices.sort_by(|one, other| other.cmp(one));
        notices
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use serde_json::json;

    use super::{super::incident, *};
    use crate::{
        event::{AlertState, Level},
        finding::Finding,
        id::{Account, Place},
        indicator::IndicatorSet,
        scan::{self, Options},
        time::Span,
    };

    const ACCOUNT: &str = "111122223333";
    const MAIL: &str = "From: <abuse@aws.example>\r\nSubject: Your Amazon EC2 Abuse Report\r\n\
        Date: Sun, 01 Mar 2026 12:00:00 +0000\r\nMessage-ID: <h1@aws.example>\r\n\r\n\
        Hello, AWS has received a report that your account may be compromised.\r\n\
        AWS Account ID: 111122223333\r\nPlease reply within 24 hours.\r\n";

    fn options() -> Options {
        let own = Options::new(Arc::new(IndicatorSet::empty()));
        Options { all: true, min_probability: 0.0, ..own }
    }

    /// What the mail gives alone.
    fn notice() -> Finding {
        let cases = scan::scan(&[MAIL.as_bytes()], &options());
        let [case] = cases.as_slice() else { panic!("{cases:?}") };
        assert!(case.probability < 0.01, "{}", case.probability);
        let [finding] = case.findings.as_slice() else { panic!("{:?}", case.findings) };
        finding.clone()
    }

    #[test]
    fn a_mail_about_a_hijack_is_kept_and_makes_no_case() {
        let finding = notice();
        assert_eq!((finding.detector, finding.llr), ("provider_alert", 0.0));
        assert_eq!(finding.resource, ACCOUNT);
        let due = json!("2026-03-02T12:00:00Z");
        assert_eq!(finding.evidence["due"]["by"], due);
        let strict = Options { all: false, min_probability: 0.10, ..options() };
        assert!(scan::scan(&[MAIL.as_bytes()], &strict).is_empty());
    }

    #[test]
    fn its_words_can_be_told_of_the_account() {
        let accounts = scan::read(&[MAIL.as_bytes()], &options());
        let account = Account::parse("aws:111122223333").expect("an account");
        let state = accounts.0.get(&account).expect("a state");
        let notices = ProviderAlerts::hijacks(&state.detectors);
        assert_eq!(notices.len(), 1, "{notices:?}");
        assert_eq!(Some(notices[0].at), Time::parse("2026-03-01T12:00:00Z"));
        let title = "Your Amazon EC2 Abuse Report (a mail that nobody verified; answer due by \
                     2026-03-02T12:00:00Z)";
        assert_eq!(notices[0].title, title);
        // One that names mining is a finding of its own.
        let mining = MAIL.replace("may be compromised", "takes part in cryptomining");
        let accounts = scan::read(&[mining.as_bytes()], &options());
        let state = accounts.0.get(&account).expect("a state");
        assert_eq!(ProviderAlerts::hijacks(&state.detectors), []);
    }

    fn at(text: &str) -> Time {
        Time::parse(text).expect("a time")
    }

    /// A mail about mining names a machine; another one, of a day later, tells of a hijack alone.
    #[test]
    fn a_mail_about_a_hijack_moves_no_time_of_what_mines() {
        let own = Alert {
            updated: at("2026-03-01T12:00:00Z"),
            kind: AlertKind::Mining,
            confidence: Level::Low,
            sample: false,
            state: AlertState::Open,
            first: at("2026-03-01T12:00:00Z"),
            last: at("2026-03-01T12:00:00Z"),
            product: UNVERIFIED.to_string(),
            id: "m1".to_string(),
            type_name: "abuse".to_string(),
            title: "mining".to_string(),
            resources: Vec::new(),
            remotes: Vec::new(),
            due: None,
            place: Place::here(1),
        };
        let late = Alert {
            kind: AlertKind::Other,
            first: at("2026-02-20T12:00:00Z"),
            last: at("2026-03-09T12:00:00Z"),
            ..own.clone()
        };
        let told = incident("i-0abc".to_string(), &own, &[&own, &late]);
        assert_eq!(told.span, Span { first: own.first, last: own.last });
        let alone = incident(ACCOUNT.to_string(), &late, &[&late]);
        assert_eq!(alone.span, Span { first: late.first, last: late.last });
    }
}
