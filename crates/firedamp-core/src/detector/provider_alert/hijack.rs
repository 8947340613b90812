//! Mails of providers that tell of a hijack without a word on mining. Such a mail makes no case: anybody
//! may have written it, and who is hijacked need not mine. Beside signs of a hijack in the audit log it
//! weighs a little.

use serde_json::{Value, json};

use super::{Alert, ProviderAlerts, UNVERIFIED};
use crate::{
    detector::{Detector, States, hijack_sequence::HijackSequence},
    event::AlertKind,
    finding::{Finding, Scope},
    time::{Span, Time},
    weights,
};

const DAY_SECONDS: i64 = 86_400;
/// A provider writes soon after a hijack, and of what it sees somebody may already have told the day before.
const BEFORE_SECONDS: i64 = DAY_SECONDS;
const AFTER_SECONDS: i64 = 30 * DAY_SECONDS;

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

/// Lets a mail about a hijack of `account` count where the audit log shows signs of one at that time. When it
/// came says nothing of what goes on, so that it tells of the time of those signs: a late mail opens no case
/// again that was cleaned up.
pub fn temper(findings: &mut [Finding], account: &str, weights: &weights::Alert) {
    let signs = findings.iter().filter(|finding| {
        let is_routine = finding.evidence.get("routine").and_then(Value::as_bool) == Some(true);
        finding.detector == HijackSequence::INFO.id && finding.llr > 0.0 && !is_routine
    });
    let signs: Vec<Span> = signs.map(|finding| finding.span).collect();
    for finding in findings.iter_mut().filter(|finding| is_notice(finding)) {
        if let Some(sign) = signs.iter().find(|sign| is_near(**sign, finding.span.last)) {
            finding.llr = weights.hijack_beside;
            (finding.span, finding.ongoing) = (*sign, false);
            if finding.resource == account {
                finding.scope = Scope::Account;
            }
        }
    }
}

/// Whether a finding says nothing but that such a mail came.
fn is_notice(finding: &Finding) -> bool {
    finding.detector == ProviderAlerts::INFO.id
        && !finding.sample
        && finding.evidence.get("kind") == Some(&json!(AlertKind::Other))
}

fn is_near(sign: Span, written: Time) -> bool {
    written.seconds_since(sign.first) >= -BEFORE_SECONDS
        && written.seconds_since(sign.last) <= AFTER_SECONDS
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::{super::incident, *};
    use crate::{
        event::{AlertState, Level},
        id::{Account, Place},
        indicator::IndicatorSet,
        scan::{self, Options},
        weights::Weights,
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

    /// Signs of a hijack, from one time to the other.
    fn sign(first: &str, last: &str, is_routine: bool) -> Finding {
        let mut sign = notice();
        sign.detector = HijackSequence::INFO.id;
        sign.group = HijackSequence::INFO.group;
        sign.llr = 5.5;
        sign.span = Span { first: at(first), last: at(last) };
        sign.evidence = [("routine".to_string(), json!(is_routine))].into_iter().collect();
        sign
    }

    #[test]
    fn it_counts_beside_signs_of_a_hijack_at_that_time_and_nowhere_else() {
        let weights = Weights::embedded().alert;
        let weight = weights.hijack_beside;
        assert!(weight > 0.0);
        for (first, last, is_routine, expected) in [
            ("2026-02-28T09:00:00Z", "2026-02-28T10:00:00Z", false, weight),
            ("2026-03-02T11:00:00Z", "2026-03-02T11:30:00Z", false, weight),
            ("2026-03-02T12:30:00Z", "2026-03-02T13:00:00Z", false, 0.0),
            ("2026-01-30T12:00:00Z", "2026-01-30T12:30:00Z", false, weight),
            ("2026-01-29T09:00:00Z", "2026-01-29T10:00:00Z", false, 0.0),
            ("2026-02-28T09:00:00Z", "2026-02-28T10:00:00Z", true, 0.0),
        ] {
            let mut findings = [sign(first, last, is_routine), notice()];
            temper(&mut findings, ACCOUNT, &weights);
            assert_eq!((findings[0].llr, findings[1].llr), (5.5, expected), "{first} {is_routine}");
            let scope = if expected > 0.0 { Scope::Account } else { Scope::Resource };
            assert_eq!(findings[1].scope, scope, "{first}");
            let (span, ongoing) = match expected > 0.0 {
                true => (findings[0].span, false),
                false => (notice().span, notice().ongoing),
            };
            assert_eq!((findings[1].span, findings[1].ongoing), (span, ongoing), "{first}");
        }
        let mut alone = [notice()];
        temper(&mut alone, ACCOUNT, &weights);
        assert_eq!(alone[0].llr, 0.0);
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
