//! Mails of providers that tell of a hijack without a word on mining: beside signs of a hijack in the
//! audit log they weigh a little, alone nothing.

use serde_json::{Value, json};

use crate::{
    detector::{Detector, hijack_sequence::HijackSequence, provider_alert::ProviderAlerts},
    event::AlertKind,
    finding::{Finding, Scope},
    time::{Span, Time},
    weights,
};

const DAY_SECONDS: i64 = 86_400;
/// A provider writes soon after a hijack, and of what it sees somebody may already have told the day before.
const BEFORE_SECONDS: i64 = DAY_SECONDS;
const AFTER_SECONDS: i64 = 30 * DAY_SECONDS;

/// Lets a mail about a hijack of `account` count where the audit log shows signs of one at that time. When it
/// came says nothing of what goes on, so that it tells of the time of those signs: a late mail opens no case
/// again that was cleaned up.
pub(super) fn temper(findings: &mut [Finding], account: &str, weights: &weights::Alert) {
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
    use super::*;
    use crate::{finding::tests::nothing, weights::Weights};

    const ACCOUNT: &str = "111122223333";

    fn at(text: &str) -> Time {
        Time::parse(text).expect("a time")
    }

    /// A mail of the first of March, noon.
    fn notice() -> Finding {
        Finding {
            detector: ProviderAlerts::INFO.id,
            group: ProviderAlerts::INFO.group,
            llr: 0.0,
            resource: ACCOUNT.to_string(),
            span: Span::at(at("2026-03-01T12:00:00Z")),
            evidence: [("kind".to_string(), json!(AlertKind::Other))].into_iter().collect(),
            ..nothing()
        }
    }

    /// Signs of a hijack, from one time to the other.
    fn sign(first: &str, last: &str, is_routine: bool) -> Finding {
        Finding {
            detector: HijackSequence::INFO.id,
            group: HijackSequence::INFO.group,
            llr: 5.5,
            span: Span { first: at(first), last: at(last) },
            evidence: [("routine".to_string(), json!(is_routine))].into_iter().collect(),
            ..nothing()
        }
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
}
