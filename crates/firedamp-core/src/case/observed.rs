//! When something was observed, by evidence that knows the moment and by evidence that knows the day.
//!
//! A line of a bill tells that something ran on a day, not at which hour, and it is told before the day
//! is over. So a finding by the day never moves a time that others know better: it counts from the
//! beginning of its first day only where nothing else had begun by the end of that day, and it is seen
//! last at the beginning of its last day. What was observed last is so never later than what is known, and
//! a case that was resolved is opened again only by a day that began after it.

use crate::{
    finding::Finding,
    time::{Span, Time},
};

/// When these findings were observed, on something that was `made` then, where that is known.
pub fn observed<'a>(
    findings: impl IntoIterator<Item = &'a Finding>,
    made: Option<Time>,
) -> Option<Span> {
    let is_exact = |finding: &&Finding| finding.group.grain_seconds() == 0;
    let (exact, by_period): (Vec<&Finding>, Vec<&Finding>) =
        findings.into_iter().partition(is_exact);
    let exact = exact.into_iter().map(|finding| finding.span).reduce(Span::joined);
    by_period.into_iter().fold(exact, |known, finding| Some(lengthened(known, finding, made)))
}

/// What is known, and what a finding by the period tells beyond it for certain.
fn lengthened(known: Option<Span>, finding: &Finding, made: Option<Time>) -> Span {
    let own = finding.span_since(made);
    let Some(known) = known else {
        return own;
    };
    let had_begun = known.first < own.first.period_end(finding.group.grain_seconds());
    Span { first: if had_begun { known.first } else { own.first }, last: known.last.max(own.last) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::{Group, tests::nothing};

    /// Midnight, 2026-03-01T00:00:00Z.
    fn at(hour: i64) -> Time {
        Time::from_seconds(1_772_323_200 + hour * 3600)
    }

    fn found(group: Group, first: i64, last: i64) -> Finding {
        Finding { group, span: Span::between(at(first), at(last)), ..nothing() }
    }

    fn hours(findings: &[&Finding], made: Option<i64>) -> (i64, i64) {
        let span = observed(findings.iter().copied(), made.map(at)).expect("a span");
        (span.first.seconds_since(at(0)) / 3600, span.last.seconds_since(at(0)) / 3600)
    }

    #[test]
    fn a_day_moves_no_time_that_is_known_better() {
        let flows = found(Group::Network, 18, 34);
        let today = found(Group::Billing, 0, 24);
        assert_eq!(hours(&[&today, &flows], None), (18, 34));
        assert_eq!(hours(&[&flows, &today], None), (18, 34));
        let before_and_after = found(Group::Billing, -48, 72);
        assert_eq!(hours(&[&flows, &before_and_after], None), (-48, 72), "days of their own");
        assert!(observed([], None).is_none());
    }

    #[test]
    fn a_day_alone_is_seen_from_its_beginning_or_from_when_the_machine_was_made() {
        let days = found(Group::Billing, 0, 24);
        assert_eq!(hours(&[&days], None), (0, 24));
        assert_eq!(hours(&[&days], Some(18)), (18, 24));
        assert_eq!(hours(&[&days], Some(30)), (30, 30), "made on the last day");
        assert_eq!(hours(&[&days], Some(48)), (0, 24), "that was another machine");
        assert_eq!(hours(&[&days], Some(-3)), (0, 24), "the step is of the day after");
        assert_eq!(hours(&[&found(Group::Network, 2, 3)], Some(18)), (2, 3), "as the record says");
        let flows = found(Group::Network, 24, 30);
        let day = found(Group::Billing, 0, 0);
        assert_eq!(hours(&[&flows, &day], None), (0, 30), "flows begin when the day is over");
    }
}
