//! What a page says around its cases: how many there are, what was looked at and how to read it.

use firedamp_core::{
    case::Case,
    saying::{Blank, Saying},
    time::{Span, Time},
};

use super::{
    Report,
    words::{self, Verdict},
};
use crate::language::Sentences;

/// The sentences around the cases.
pub(super) struct Frame {
    pub(super) headline: String,
    pub(super) looked: String,
    pub(super) counts: Vec<Count>,
    pub(super) kicker: String,
    pub(super) written: String,
    pub(super) cases: String,
    pub(super) order: String,
    pub(super) account: String,
    pub(super) verdict: String,
    pub(super) since: String,
    pub(super) how_title: String,
    pub(super) how: String,
    pub(super) read: String,
    pub(super) only_reads: String,
}

/// How many cases have a verdict.
pub(super) struct Count {
    pub(super) class: &'static str,
    pub(super) words: String,
    pub(super) count: usize,
}

/// What is said around the cases of a report.
pub(super) fn frame(report: &Report<'_>, say: Sentences) -> Frame {
    let word = |id: &str| say.say(id, &[]);
    // Held by a test in each language.
    let told = |said: &Saying| say.told(said).unwrap_or_default();
    let looked = Saying::of("report-looked").say("window", window(report.window));
    Frame {
        headline: told(&headline(report)),
        looked: told(&looked),
        counts: counts(report.cases, say),
        kicker: word("report-kicker"),
        written: word("report-written"),
        cases: word("report-cases"),
        order: word("report-order"),
        account: word("report-account"),
        verdict: word("report-verdict"),
        since: word("report-since"),
        how_title: word("report-how-title"),
        how: word("report-how"),
        read: word("report-read"),
        only_reads: word("report-only-reads"),
    }
}

fn window(window: Option<Span>) -> Saying {
    let Some(span) = window else {
        return Saying::of("report-window-all");
    };
    match (span.first, span.last) {
        (Time::MIN, Time::MAX) => Saying::of("report-window-all"),
        (Time::MIN, last) => Saying::of("report-window-until").with("last", Blank::Minute(last)),
        (first, Time::MAX) => Saying::of("report-window-since").with("first", Blank::Minute(first)),
        _ => Saying::of("report-window-between").say("span", words::when_said(span)),
    }
}

fn headline(report: &Report<'_>) -> Saying {
    let likely = |case: &&Case| case.probability >= Verdict::Probable.from();
    match (report.cases.len(), report.cases.iter().filter(likely).count()) {
        (0, _) if report.is_unjudged => Saying::of("report-unjudged"),
        (0, _) if report.all => Saying::of("report-silent"),
        (0, _) => Saying::of("report-none").text("percent", words::percent(report.min_probability)),
        (_, 0) => Saying::of("report-unlikely"),
        (_, likely) => Saying::of("report-likely").count("likely", likely),
    }
}

fn counts(cases: &[Case], say: Sentences) -> Vec<Count> {
    let count = |verdict: Verdict| Count {
        class: verdict.id(),
        words: say.say(&format!("verdict-{}", verdict.id()), &[]),
        count: cases.iter().filter(|case| Verdict::of(case.probability) == verdict).count(),
    };
    Verdict::ALL.into_iter().map(count).filter(|count| count.count > 0).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::{super::sample, *};
    use crate::language::{Language, english};

    #[test]
    fn the_window_is_told_in_words() {
        let at = sample::at("2026-03-01T10:00:00Z");
        let told = |span| english(&window(span));
        assert_eq!(told(None), "all the telemetry that was given");
        let until = Span { first: Time::MIN, last: at };
        assert_eq!(told(Some(until)), "the telemetry until 2026-03-01 10:00 UTC");
        let since = Span { first: at, last: Time::MAX };
        assert_eq!(told(Some(since)), "the telemetry since 2026-03-01 10:00 UTC");
        let between = Span { first: at, last: sample::at("2026-03-01T16:00:00Z") };
        assert_eq!(told(Some(between)), "the telemetry from 2026-03-01 10:00 to 16:00 UTC (6.0 h)");
    }

    #[test]
    fn every_headline_is_told_in_every_language() {
        let paths = BTreeMap::new();
        let none: [Case; 0] = [];
        let one = [sample::case("1")];
        let two = [sample::case("1"), sample::case("2")];
        let unlikely = [Case { probability: 0.2, ..sample::case("1") }];
        let reports = [
            Report { is_unjudged: true, ..sample::report(&none, &paths) },
            Report { all: true, ..sample::report(&none, &paths) },
            sample::report(&none, &paths),
            sample::report(&unlikely, &paths),
            sample::report(&one, &paths),
            sample::report(&two, &paths),
        ];
        let wanted = [
            (
                Language::English,
                [
                    "Nothing was judged",
                    "No detector says anything about any account",
                    "No account reaches a probability of 10 %",
                    "No account is probably mining",
                    "One account is probably mining",
                    "2 accounts are probably mining",
                ],
            ),
            (
                Language::French,
                [
                    "Rien n’a été jugé",
                    "Aucun détecteur ne dit quoi que ce soit d’aucun compte",
                    "Aucun compte n’atteint une probabilité de 10 %",
                    "Aucun compte où le minage soit probable",
                    "Minage probable dans un compte",
                    "Minage probable dans 2 comptes",
                ],
            ),
            (
                Language::German,
                [
                    "Nichts wurde beurteilt",
                    "Kein Detektor sagt etwas über irgendein Konto",
                    "Kein Konto erreicht eine Wahrscheinlichkeit von 10 %",
                    "Bei keinem Konto ist Mining wahrscheinlich",
                    "Bei einem Konto ist Mining wahrscheinlich",
                    "Bei 2 Konten ist Mining wahrscheinlich",
                ],
            ),
        ];
        for (language, wanted) in wanted {
            let say = Sentences::of(language);
            let told = reports.each_ref().map(|report| frame(report, say).headline);
            assert_eq!(told, wanted);
        }
    }

    #[test]
    fn the_frame_has_no_hole_in_any_language() {
        let (paths, cases) = (BTreeMap::new(), [sample::case("1")]);
        let at = sample::at("2026-03-01T10:00:00Z");
        for window in [
            None,
            Some(Span { first: Time::MIN, last: at }),
            Some(Span { first: at, last: Time::MAX }),
            Some(Span::at(at)),
        ] {
            let report = Report { window, ..sample::report(&cases, &paths) };
            for language in Language::ALL {
                let frame = frame(&report, Sentences::of(language));
                let counts: String = frame.counts.into_iter().map(|count| count.words).collect();
                let all = [
                    frame.looked,
                    counts,
                    frame.kicker,
                    frame.written,
                    frame.cases,
                    frame.order,
                    frame.account,
                    frame.verdict,
                    frame.since,
                    frame.how_title,
                    frame.how,
                    frame.read,
                    frame.only_reads,
                ];
                for sentence in all {
                    assert!(!sentence.is_empty() && !sentence.contains(['[', '{']), "{sentence}");
                }
            }
        }
    }
}
