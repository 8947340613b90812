//! The whole reckoning about one account.

use std::io::{self, Write};

use anstyle::Reset;
use firedamp_core::{
    assess::{self, Point},
    case::{Case, CaseResource},
    finding::{Finding, Group},
    time::Span,
};

use super::{
    Report, advice, maker,
    table::{BOLD, DIM, headline, paragraph},
    words::{self, Verdict, logistic, shown},
};
use crate::language::{Language, Sentences, english};

/// Letters before the words of a point: nats and the probability so far.
const MARGIN: usize = 26;
/// Records named of one finding.
const PLACES_MAX: usize = 5;

/// Writes how the verdict on `case` came about, point by point, and what it is blind for.
///
/// # Errors
/// When `out` can't be written.
pub fn explain(case: &Case, report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    headline(case, Sentences::of(Language::English), out)?;
    let when = words::when(words::span(case));
    writeln!(out, "{when}, {}; severity {}", words::activity(case), case.severity.id())?;
    for resource in &case.resources {
        reckon(resource, out)?;
    }
    section("The account", out)?;
    paragraph("", &combination(case), 0, out)?;
    for made in maker::of_account(case) {
        paragraph("", &english(&made), 0, out)?;
    }
    section("The findings", out)?;
    for finding in &case.findings {
        tell(finding, report, out)?;
    }
    section("What was not seen", out)?;
    match words::blind_spots(case) {
        Some(blind) => paragraph("", &blind, 0, out)?,
        None => writeln!(out, "Every kind of telemetry that Firedamp reads was there.")?,
    }
    section("What would change the verdict", out)?;
    for sentence in changes(case) {
        paragraph("- ", &sentence, 2, out)?;
    }
    section("What to do next", out)?;
    for step in advice::next_steps(case) {
        paragraph("- ", &english(&step), 2, out)?;
    }
    Ok(())
}

fn section(title: &str, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "\n{BOLD}{title}{Reset}")
}

/// A resource's points with what they add and where the sum then stands.
fn reckon(resource: &CaseResource, out: &mut dyn Write) -> io::Result<()> {
    section(&shown(&resource.id), out)?;
    let aliases = words::aliases(resource);
    let also = if aliases.is_empty() { String::new() } else { format!(", also {aliases}") };
    let span = Span::between(resource.first_observed, resource.last_observed);
    paragraph("", &format!("{}{also}", words::when(span)), 0, out)?;
    if let Some(made) = maker::of_resource(resource) {
        paragraph("", &english(&made), 0, out)?;
    }
    writeln!(out, "{DIM}{:>8} {:>14}{Reset}", "nats", "probability")?;
    let mut sum = 0.0;
    for point in &resource.reckoning {
        sum += point.nats;
        let start = format!("{:>+8.2} {:>14}   ", point.nats, words::likelihood(logistic(sum)));
        paragraph(&start, &shown(&point.what), MARGIN, out)?;
    }
    let percent = words::percent(resource.probability);
    writeln!(out, "{BOLD}{sum:>+8.2} {percent:>14}{Reset}   in sum")
}

/// How the account's probability came from those of its resources.
fn combination(case: &Case) -> String {
    let probabilities: Vec<f64> = case.resources.iter().map(|one| one.probability).collect();
    let percent = words::percent(case.probability);
    let of = |count: usize| probabilities.get(..count).map_or(0.0, assess::of_account);
    let count = (1..=probabilities.len())
        .find(|count| of(*count) >= of(probabilities.len()))
        .unwrap_or_default();
    match (probabilities.len(), count) {
        (0, _) => format!("{percent}; no resource is likely enough to be named."),
        (1, _) => format!("{percent}, as its one resource."),
        (all, 1) => {
            format!("{percent}, as the likeliest of its {all} resources; the others add nothing.")
        }
        (all, count) => format!(
            "{percent}, from the {count} likeliest of its {all} resources: 1 − Π(1 − p)^(1/√{count}), \
             damped because resources of one account are not independent."
        ),
    }
}

/// One finding: what it is worth, who says it of what, and where its records stand.
fn tell(finding: &Finding, report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let start = format!("{:>+8.2}  ", finding.llr);
    paragraph(&start, &words::reason(finding), 10, out)?;
    let approximate = if finding.approximate { ", approximate: a bound was reached" } else { "" };
    let about = format!(
        "{}, {} evidence about {}, {}{approximate}",
        finding.detector,
        words::group(finding.group),
        shown(&finding.resource),
        words::when(finding.span)
    );
    quiet(&about, out)?;
    for place in finding.places.iter().take(PLACES_MAX) {
        let paths = report.paths.get(&place.object).map(|paths| paths.join(", "));
        let path = paths.map_or_else(String::new, |paths| format!(" ({})", shown(&paths)));
        quiet(&format!("record {} of object {}{path}", place.record, place.object), out)?;
    }
    match finding.places.len().saturating_sub(PLACES_MAX) {
        0 => Ok(()),
        more => quiet(&format!("and {more} more"), out),
    }
}

fn quiet(text: &str, out: &mut dyn Write) -> io::Result<()> {
    for line in words::wrapped(text, super::table::WIDTH - 10) {
        writeln!(out, "{:10}{DIM}{line}{Reset}", "")?;
    }
    Ok(())
}

/// What less or more evidence would make of it.
fn changes(case: &Case) -> Vec<String> {
    let mut sentences = Vec::new();
    if let Some(resource) = case.resources.first() {
        let name = shown(&resource.id);
        for group in Group::ALL {
            sentences.extend(without(resource, group).map(|probability| {
                format!(
                    "Were its {} points worth nothing, {name} would be at {}.",
                    words::group(group),
                    words::likelihood(probability)
                )
            }));
        }
        sentences.extend(missing(resource).map(|(nats, verdict)| {
            format!(
                "With {nats:.1} nats more, {name} would be at {}: \"{}\".",
                words::percent(verdict.from()),
                verdict.words()
            )
        }));
    }
    sentences.extend(advice::absent_would_tell(case).into_iter().map(ToString::to_string));
    if sentences.is_empty() {
        sentences.push("Nothing that Firedamp knows of.".to_string());
    }
    sentences
}

/// The probability of a resource had one group said nothing. `None` where it did say nothing.
/// Names and flows are capped together only when both speak, so that cap goes with either.
fn without(resource: &CaseResource, group: Group) -> Option<f64> {
    let is_of = |point: &Point, group: Group| {
        point.what.strip_prefix(group.id()).is_some_and(|rest| rest.starts_with(": "))
    };
    // What two groups share goes when either goes.
    let shared = match group {
        Group::Dns | Group::Fleet | Group::Network => "names and flows ",
        Group::Billing | Group::ControlPlane => "bills and audit logs ",
        _ => "\0",
    };
    let (prior, points) = resource.reckoning.split_first()?;
    points.iter().any(|point| is_of(point, group)).then(|| {
        let left =
            points.iter().filter(|point| !(is_of(point, group) || point.what.starts_with(shared)));
        logistic(prior.nats + left.map(|point| point.nats).sum::<f64>())
    })
}

/// How many nats are missing to the next verdict.
fn missing(resource: &CaseResource) -> Option<(f64, Verdict)> {
    let sum: f64 = resource.reckoning.iter().map(|point| point.nats).sum();
    let next = match Verdict::of(resource.probability) {
        Verdict::Certain => return None,
        Verdict::Probable => Verdict::Certain,
        Verdict::Possible => Verdict::Probable,
        Verdict::Little => Verdict::Possible,
    };
    let odds: f64 = next.from() / (1.0 - next.from());
    Some((odds.ln() - sum, next))
}

#[cfg(test)]
mod tests {
    use firedamp_core::{
        id::{ObjectId, Provider},
        weights::Weights,
    };

    use super::{super::sample, *};

    fn explained(case: &Case, paths: &std::collections::BTreeMap<ObjectId, Vec<String>>) -> String {
        let mut out = Vec::new();
        explain(case, &sample::report(&[], paths), &mut out).expect("memory takes everything");
        sample::plain(&String::from_utf8(out).expect("text"))
    }

    #[test]
    fn each_point_stands_with_its_nats_and_the_probability_so_far() {
        let paths = [(ObjectId([7; 16]), vec!["logs/flow.log".to_string()])].into();
        let mut case = sample::case("111122223333");
        case.resources[0].created = Some(sample::created());
        case.account_created_unknown = Some(firedamp_core::saying::Saying::of("origin-unnamed"));
        let text = explained(&case, &paths);
        for wanted in [
            "   -9.21    1 in 10,000   before any evidence: one resource in ten thousand mines\n",
            "  +13.90         > 99 %   network: talked with 203.0.113.9:443",
            "   +2.50         > 99 %   dns: asked for pool.example, 3 times\n",
            "   +7.19         > 99 %   in sum\n",
            "> 99 %, as its one resource.\n",
            "created 2026-03-01T10:04Z by arn:aws:iam::111122223333:user/alice from 203.0.113.9 without MFA\n(RunInstances)\n",
            "The account: who created it is not known: the audit log does not name it\n",
            "record 12 of object 07070707070707070707070707070707 (logs/flow.log)\n",
            "- Were its network points worth nothing, i-0abc would be at 1 in 820.\n",
            "- Provider alerts would be evidence of another kind",
        ] {
            assert!(text.contains(wanted), "{wanted:?} in\n{text}");
        }
    }

    #[test]
    fn resources_are_put_together_in_words() {
        let three = ["i-1", "i-2", "i-3"].map(|machine| sample::contact(machine, 9.21)).to_vec();
        let case = sample::of(Provider::Aws, "1", three);
        assert!(combination(&case).starts_with("70 %, from the 3 likeliest of its 3 resources"));
        let one = vec![sample::contact("i-1", 13.0), sample::contact("i-2", 1.0)];
        let case = sample::of(Provider::Aws, "1", one);
        assert_eq!(
            combination(&case),
            "98 %, as the likeliest of its 2 resources; the others add nothing."
        );
    }

    #[test]
    fn what_is_missing_to_the_next_verdict_is_named() {
        let case = sample::of(Provider::Aws, "1", vec![sample::contact("i-1", 8.21)]);
        let sentences = changes(&case);
        let wanted = "With 1.0 nats more, i-1 would be at 50 %: \"Probably mining\".".to_string();
        assert!(sentences.contains(&wanted), "{sentences:?}");
    }

    /// The groups are told apart by how the core words its points.
    #[test]
    fn leaving_a_group_out_is_what_the_core_says_without_it() {
        let weights = Weights::embedded();
        let findings = [
            sample::contact("i-1", 14.5),
            sample::contact("i-1", 13.0),
            sample::lookup("i-1"),
            sample::lookup("i-1"),
            sample::alert("i-1", "t", false),
        ];
        let all: Vec<&Finding> = findings.iter().collect();
        let assessment = assess::assess(&all, &weights);
        assert!(assessment.reckoning.iter().any(|point| point.what.contains("capped together")));
        let mut resource = sample::case("1").resources.remove(0);
        resource.reckoning = assessment.reckoning;
        for group in [Group::Dns, Group::Network, Group::ProviderAlert] {
            let left: Vec<&Finding> =
                all.iter().copied().filter(|one| one.group != group).collect();
            let wanted = assess::assess(&left, &weights).probability;
            let told = without(&resource, group).expect("every group speaks");
            assert!((told - wanted).abs() < 1e-9, "{group:?}: {told} for {wanted}");
        }
    }

    #[test]
    fn an_explanation_obeys_nothing_that_a_log_says() {
        let text = explained(&sample::hostile(), &std::collections::BTreeMap::new());
        assert!(!text.contains(['\u{1b}', '\u{9b}', '\u{202e}', '\r']), "{text:?}");
    }
}
