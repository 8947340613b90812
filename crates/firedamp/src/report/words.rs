//! What reports say in words: verdicts, probabilities, times, reasons.
//!
//! Names and titles come from logs, and attackers write logs: whatever of them is shown to people
//! goes through [`shown`] first.

use firedamp_core::{
    case::{Case, CaseResource},
    finding::Finding,
    saying::{Blank, Saying},
    text,
    time::{Span, Time},
};

pub(crate) use firedamp_core::text::percent;

use crate::language::Sentences;

/// Text of a log that neither moves a terminal's cursor nor hides or reverses what stands beside
/// it: control letters and Unicode's invisible formatting letters become `?`.
pub(crate) fn shown(text: &str) -> String {
    let plain = text::printable(text);
    plain.chars().map(|letter| if is_invisible(letter) { '?' } else { letter }).collect()
}

/// Zero-width, direction-changing and tag letters, and separators of lines that no terminal counts.
pub(super) const fn is_invisible(letter: char) -> bool {
    matches!(
        letter,
        '\u{ad}'
            | '\u{61c}'
            | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{feff}'
            | '\u{e0000}'..='\u{e007f}'
    )
}

/// A probability for the steps of a reckoning, where small probabilities differ: `1 in 10,000`.
pub(super) fn likelihood(probability: f64) -> String {
    odds(probability).map_or_else(|| percent(probability), |odds| format!("1 in {}", grouped(odds)))
}

/// The same for every language.
pub(super) fn likelihood_said(probability: f64) -> Saying {
    match odds(probability) {
        Some(odds) => Saying::of("told-odds").number("odds", odds, 0),
        None => Saying::of("told-odds.percent").text("percent", percent(probability)),
    }
}

/// One in how many, where that says more than a share of a hundred.
fn odds(probability: f64) -> Option<f64> {
    let odds = 1.0 / probability;
    let scale = 10_f64.powf(odds.log10().floor() - 1.0);
    (1e-9..0.01).contains(&probability).then(|| (odds / scale).round() * scale)
}

/// A whole number with its thousands apart.
fn grouped(number: f64) -> String {
    let digits = format!("{number:.0}");
    let mut grouped = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// The probability at these log-odds.
pub(super) fn logistic(nats: f64) -> f64 {
    1.0 / (1.0 + (-nats).exp())
}

/// How likely, in four steps.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) enum Verdict {
    Little,
    Possible,
    Probable,
    Certain,
}

impl Verdict {
    /// Every verdict, the gravest first.
    pub(super) const ALL: [Self; 4] = [Self::Certain, Self::Probable, Self::Possible, Self::Little];

    pub(crate) const fn of(probability: f64) -> Self {
        match probability {
            p if p >= Self::Certain.from() => Self::Certain,
            p if p >= Self::Probable.from() => Self::Probable,
            p if p >= Self::Possible.from() => Self::Possible,
            _ => Self::Little,
        }
    }

    /// From which probability on.
    pub(super) const fn from(self) -> f64 {
        match self {
            Self::Certain => 0.9,
            Self::Probable => 0.5,
            Self::Possible => 0.1,
            Self::Little => 0.0,
        }
    }

    pub(crate) const fn words(self) -> &'static str {
        match self {
            Self::Certain => "Mining, nearly certain",
            Self::Probable => "Probably mining",
            Self::Possible => "Possibly mining",
            Self::Little => "Little speaks for mining",
        }
    }

    /// The name of its color in pages.
    pub(crate) const fn id(self) -> &'static str {
        match self {
            Self::Certain => "certain",
            Self::Probable => "probable",
            Self::Possible => "possible",
            Self::Little => "little",
        }
    }
}

/// The verdict with its probability.
pub(super) fn verdict(probability: f64) -> String {
    format!("{} ({})", Verdict::of(probability).words(), percent(probability))
}

/// Whether it still goes on.
pub(super) const fn activity(case: &Case) -> &'static str {
    if case.active {
        "still running when the telemetry ends"
    } else {
        "not seen running at the end"
    }
}

/// What stands for an instant that nobody can write.
pub(crate) const NO_TIME: &str = "unknown";

/// Day and minute of an instant, in UTC.
pub(crate) fn minute(time: Time) -> String {
    match parts(time) {
        Some((day, clock)) => format!("{day} {clock}"),
        None => NO_TIME.to_string(),
    }
}

/// `2026-03-01` and `10:00`.
pub(super) fn parts(time: Time) -> Option<(String, String)> {
    let text = time.to_string();
    Some((text.get(..10)?.to_string(), text.get(11..16)?.to_string()))
}

/// From when to when, the second day only where it is another one, and for how long.
pub(super) fn when_said(span: Span) -> Saying {
    let (Some((day, _)), Some((last_day, last_clock))) = (parts(span.first), parts(span.last))
    else {
        return Saying::of("told-span.never");
    };
    let first = Blank::Minute(span.first);
    if minute(span.first) == minute(span.last) {
        return Saying::of("told-span.moment").with("first", first);
    }
    let last = if day == last_day { Blank::Text(last_clock) } else { Blank::Minute(span.last) };
    let said = Saying::of("told-span").with("first", first).with("last", last);
    said.seconds("length", span.seconds())
}

/// Day and minute of an instant, in UTC, where somebody can write it.
pub(super) fn minute_said(time: Time) -> Option<Saying> {
    parts(time).map(|_| Saying::of("told-minute").with("at", Blank::Minute(time)))
}

/// When anything that counts was observed.
pub(super) fn span(case: &Case) -> Span {
    Span::between(case.first_observed, case.last_observed)
}

/// A resource's other names.
pub(super) fn aliases(resource: &CaseResource) -> String {
    let aliases: Vec<String> = resource.aliases.iter().map(|alias| shown(alias)).collect();
    aliases.join(", ")
}

/// The resources that the findings are about, for cases in which none is likely enough by itself
/// to be called a miner.
pub(super) fn suspects(case: &Case) -> Vec<&str> {
    let mut suspects: Vec<&str> = Vec::new();
    for finding in &case.findings {
        if !suspects.contains(&finding.resource.as_str()) {
            suspects.push(&finding.resource);
        }
    }
    suspects
}

/// What it cost, where that is known.
pub(super) fn cost(case: &Case) -> Option<Saying> {
    let cost = case.cost.as_ref()?;
    let money = |amount: f64, currency: &str| Blank::Money(amount, currency.to_string());
    let said = match &cost.refunded {
        Some(refunded) => Saying::of("told-spent-refunded")
            .with("charged", money(refunded.charged, &refunded.currency)),
        None if cost.estimated => Saying::of("told-spent-estimated"),
        None => Saying::of("told-spent"),
    };
    let amounts = [("spent", cost.spent), ("day", cost.per_day), ("forecast", cost.forecast)];
    let fill = |said: Saying, (name, amount)| said.with(name, money(amount, &cost.currency));
    Some(amounts.into_iter().fold(said, fill))
}

/// The findings to tell of where there is room for `most`: the strongest of each detector first,
/// so that fifty machines with one pool do not hide what else was seen.
pub(super) fn strongest(case: &Case, most: usize) -> Vec<&Finding> {
    let is_first = |index: usize, finding: &Finding| {
        case.findings.iter().position(|other| other.detector == finding.detector) == Some(index)
    };
    let mut order: Vec<(bool, usize, &Finding)> = case
        .findings
        .iter()
        .enumerate()
        .map(|(index, finding)| (!is_first(index, finding), index, finding))
        .collect();
    order.sort_by_key(|(repeats, index, _)| (*repeats, *index));
    order.truncate(most);
    order.sort_by_key(|(_, index, _)| *index);
    order.into_iter().map(|(_, _, finding)| finding).collect()
}

/// A finding as a sentence.
pub(super) fn reason(finding: &Finding) -> String {
    capital(&shown(&finding.summary))
}

/// English words in another language; what began with a large letter still does.
pub(super) fn in_language(say: Sentences, said: &Saying, english: &str) -> String {
    let told = say.tell(said, english);
    let is_large = english.chars().next().is_some_and(char::is_uppercase);
    if is_large { capital(&told) } else { told }
}

/// The same with a large letter to begin with.
pub(super) fn capital(sentence: &str) -> String {
    let mut letters = sentence.chars();
    let first = letters.next().into_iter().flat_map(char::to_uppercase);
    first.chain(letters).collect()
}

/// Who says a reason, and of which resource where there are several.
pub(super) fn said_by(case: &Case, finding: &Finding) -> String {
    let several = case.findings.iter().any(|other| other.resource != finding.resource);
    let resource = if several { format!(", {}", shown(&finding.resource)) } else { String::new() };
    format!("{}{resource}", finding.detector)
}

/// What a link leads to, for people.
pub(super) fn link(to: &str) -> &'static str {
    match to {
        "account" => "the account",
        "activity_log" => "its activity log",
        _ => "the resource",
    }
}

/// The same for translations.
pub(super) fn link_id(to: &str) -> &'static str {
    match to {
        "account" => "account",
        "activity_log" => "activity-log",
        _ => "resource",
    }
}

/// What was not looked at, in sentences.
pub(super) fn blind_spots_said(case: &Case) -> Option<Saying> {
    let is_crowded = case.coverage.iter().any(|one| one.crowded);
    let id = match (case.absent.is_empty(), is_crowded) {
        (true, false) => return None,
        (true, true) => return Some(Saying::of("told-crowded")),
        (false, false) => "told-absent",
        (false, true) => "told-absent-crowded",
    };
    let signals = case.absent.iter().filter_map(|id| signal_said(id)).collect();
    Some(Saying::of(id).with("signals", Blank::Either(signals)))
}

fn signal_said(id: &str) -> Option<Saying> {
    Some(Saying::of(match id {
        "billing" => "signal-billing",
        "compute" => "signal-compute",
        "control_plane" => "signal-control_plane",
        "dns" => "signal-dns",
        "flow" => "signal-flow",
        "provider_alert" => "signal-provider_alert",
        "runtime" => "signal-runtime",
        _ => return None,
    }))
}

/// A resource's name in at most `letters_max` letters. Its end tells more than its beginning,
/// which whole clouds share; of a path, whole steps are kept where that is possible.
pub(super) fn short(name: &str, letters_max: usize) -> String {
    let name = shown(name);
    let count = name.chars().count();
    if count <= letters_max {
        return name;
    }
    let end: String = name.chars().skip(count - letters_max + 1).collect();
    let steps = end.find('/').and_then(|at| end.get(at..));
    format!("…{}", steps.filter(|steps| steps.len() * 2 > letters_max).unwrap_or(&end))
}

/// Breaks a text into lines of at most `width` letters. Words that are longer than a line are
/// broken too, paths after a slash.
pub(super) fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    for word in text.split_whitespace() {
        let length = line.chars().count();
        if length > 0 && length + 1 + word.chars().count() > width {
            lines.push(std::mem::take(&mut line));
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
        while line.chars().count() > width {
            let rest = line.split_off(break_at(&line, width));
            lines.push(std::mem::replace(&mut line, rest));
        }
    }
    lines.push(line);
    lines
}

/// Where to break a word: after the last slash of its first `width` letters, unless that leaves
/// half a line empty.
fn break_at(word: &str, width: usize) -> usize {
    let end = word.char_indices().nth(width).map_or(word.len(), |(at, _)| at);
    let slash = word.get(..end).and_then(|start| start.rfind('/')).map_or(0, |at| at + 1);
    if slash * 2 > end { slash } else { end }
}

#[cfg(test)]
mod tests {
    use super::{super::sample, *};
    use crate::language::english;

    #[test]
    fn nothing_is_certain_and_nothing_impossible() {
        let texts = [0.0, 0.0099, 0.0149, 0.5, 0.9899, 0.9901, 0.9999, 1.0].map(percent);
        let wanted = ["< 1 %", "< 1 %", "1 %", "50 %", "99 %", "> 99 %", "> 99 %", "> 99 %"];
        assert_eq!(texts, wanted);
        assert_eq!(likelihood(logistic(-9.21)), "1 in 10,000");
        assert_eq!(likelihood(0.002), "1 in 500");
        assert_eq!(likelihood(0.97), "97 %");
        assert_eq!(likelihood(0.0), "< 1 %");
    }

    #[test]
    fn verdicts_change_at_their_limits() {
        let words = [0.9, 0.899, 0.5, 0.1, 0.0999].map(|p| Verdict::of(p).id());
        assert_eq!(words, ["certain", "probable", "probable", "possible", "little"]);
    }

    #[test]
    fn a_day_is_named_once_unless_another_follows() {
        let at = |text| Time::parse(text).expect("a time");
        let span = |first, last| english(&when_said(Span::between(at(first), at(last))));
        assert_eq!(
            span("2026-03-01T10:00:00Z", "2026-03-01T16:00:00Z"),
            "2026-03-01 10:00 to 16:00 UTC (6.0 h)"
        );
        assert_eq!(
            span("2026-03-01T10:00:00Z", "2026-03-04T10:00:00Z"),
            "2026-03-01 10:00 to 2026-03-04 10:00 UTC (3.0 days)"
        );
        assert_eq!(span("2026-03-01T10:00:01Z", "2026-03-01T10:00:31Z"), "2026-03-01 10:00 UTC");
        assert_eq!(english(&when_said(Span::at(Time::MAX))), "at an unknown time");
    }

    #[test]
    fn escapes_and_reversed_letters_are_not_obeyed() {
        assert_eq!(shown("a\u{1b}[2J\u{9b}b\u{202e}c\u{200b}d\r\n"), "a?[2J?b?c?d??");
        assert_eq!(shown("Zürich 日本"), "Zürich 日本");
    }

    #[test]
    fn a_cost_that_was_given_back_is_told_so() {
        let mut case = sample::costly("111122223333");
        let refunded =
            firedamp_core::money::Refunded { charged: 75.5, currency: "EUR".to_string() };
        if let Some(cost) = &mut case.cost {
            (cost.estimated, cost.refunded) = (true, Some(refunded));
        }
        let told = cost(&case).map(|said| english(&said)).expect("a cost");
        assert!(
            told.starts_with("75.50\u{a0}EUR charged and all of it given back; at list"),
            "{told}"
        );
    }

    #[test]
    fn each_detector_is_heard_before_one_is_heard_twice() {
        let mut case = sample::case("111122223333");
        let again = sample::contact("i-0def", 11.0);
        case.findings.splice(1..1, [again.clone(), again]);
        let heard: Vec<&str> = strongest(&case, 2).iter().map(|finding| finding.detector).collect();
        assert_eq!(heard, ["pool_contact", "pool_lookup"]);
        let heard: Vec<&str> = strongest(&case, 3).iter().map(|finding| finding.detector).collect();
        assert_eq!(heard, ["pool_contact", "pool_contact", "pool_lookup"]);
    }

    #[test]
    fn long_names_keep_their_ends() {
        let id = "/subscriptions/00000000-0000-0000-0000-000000000001/virtualMachines/vm-7";
        assert_eq!(short(id, 40), "…/virtualMachines/vm-7");
        assert_eq!(short(id, 20), "…irtualMachines/vm-7");
        assert_eq!(short("i-0abc", 6), "i-0abc");
        assert_eq!(short("ééééé", 3), "…éé");
    }

    #[test]
    fn long_words_are_broken_and_none_is_lost() {
        assert_eq!(wrapped("one two three", 7), ["one two", "three"]);
        assert_eq!(wrapped("abcdefghij k", 4), ["abcd", "efgh", "ij k"]);
        assert_eq!(wrapped("/one/two/three four", 10), ["/one/two/", "three four"]);
        assert_eq!(wrapped("ééééé", 2), ["éé", "éé", "é"]);
        assert_eq!(wrapped("", 4), [""]);
    }
}
