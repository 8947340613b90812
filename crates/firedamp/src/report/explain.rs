//! The whole reckoning about one account.

use std::io::{self, Write};

use anstyle::Reset;
use firedamp_core::{
    assess::{self, Point},
    case::{Case, CaseResource},
    finding::{Finding, Group},
    saying::Saying,
    time::Span,
};

use super::{
    Report, advice, maker,
    table::{BOLD, DIM, headline, paragraph, told},
    words::{self, Verdict, logistic, shown},
};
use crate::language::{Language, Sentences};

/// Letters before the words of a point: nats and the probability so far.
const MARGIN: usize = 26;
/// Records named of one finding.
const PLACES_MAX: usize = 5;

/// Writes how the verdict on `case` came about, point by point, and what it is blind for.
///
/// # Errors
/// When `out` can't be written.
pub fn explain(case: &Case, report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let say = Sentences::of(report.language);
    headline(case, say, out)?;
    writeln!(out, "{}", told(say, &head(case)))?;
    for resource in &case.resources {
        reckon(resource, say, out)?;
    }
    section(&say.say("explain-account", &[]), out)?;
    paragraph("", &told(say, &combination(case)), 0, out)?;
    for made in maker::of_account(case) {
        paragraph("", &told(say, &made), 0, out)?;
    }
    section(&say.say("explain-findings", &[]), out)?;
    for finding in &case.findings {
        tell(finding, report, out)?;
    }
    section(&say.say("explain-absent", &[]), out)?;
    match words::blind_spots_said(case) {
        Some(blind) => paragraph("", &told(say, &blind), 0, out)?,
        None => writeln!(out, "{}", say.say("explain-all-there", &[]))?,
    }
    section(&say.say("explain-changes", &[]), out)?;
    for sentence in changes(case, say) {
        paragraph("- ", &sentence, 2, out)?;
    }
    section(&say.say("explain-next", &[]), out)?;
    for step in advice::next_steps(case) {
        paragraph("- ", &told(say, &step), 2, out)?;
    }
    Ok(())
}

/// When it was seen, whether it still goes on and how grave it is.
fn head(case: &Case) -> Saying {
    let activity = if case.active { "article-running" } else { "article-not-running" };
    Saying::of("explain-head")
        .say("when", words::when_said(words::span(case)))
        .say("activity", Saying::of(activity))
        .say("severity", Saying::named(format!("severity-{}", case.severity.id())))
}

fn section(title: &str, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "\n{BOLD}{title}{Reset}")
}

/// Nats with their sign.
fn signed(nats: f64, say: Sentences) -> String {
    let plain = format!("{nats:+.2}");
    match say.language() {
        Language::English => plain,
        Language::French | Language::German => plain.replace('.', ","),
    }
}

fn likelihood(probability: f64, say: Sentences) -> String {
    say.tell(&words::likelihood_said(probability), &words::likelihood(probability))
}

/// A resource's points with what they add and where the sum then stands.
fn reckon(resource: &CaseResource, say: Sentences, out: &mut dyn Write) -> io::Result<()> {
    section(&shown(&resource.id), out)?;
    paragraph("", &told(say, &seen(resource)), 0, out)?;
    if let Some(made) = maker::of_resource(resource) {
        paragraph("", &told(say, &made), 0, out)?;
    }
    let label = |id: &str| say.say(id, &[]);
    let (nats, so_far) = (label("explain-nats"), label("explain-probability"));
    writeln!(out, "{DIM}{nats:>8} {so_far:>14}{Reset}")?;
    let mut sum = 0.0;
    for point in &resource.reckoning {
        sum += point.nats;
        let (nats, so_far) = (signed(point.nats, say), likelihood(logistic(sum), say));
        let start = format!("{nats:>8} {so_far:>14}   ");
        paragraph(&start, &say.tell(&point.said, &point.what), MARGIN, out)?;
    }
    let (sum, percent) = (signed(sum, say), words::percent(resource.probability));
    writeln!(out, "{BOLD}{sum:>8} {percent:>14}{Reset}   {}", label("explain-sum"))
}

/// When a resource was seen, and its other names.
fn seen(resource: &CaseResource) -> Saying {
    let when = words::when_said(Span::between(resource.first_observed, resource.last_observed));
    let aliases = words::aliases(resource);
    if aliases.is_empty() {
        return when;
    }
    Saying::of("explain-also").say("when", when).text("aliases", aliases)
}

/// How the account's probability came from those of its resources.
fn combination(case: &Case) -> Saying {
    let probabilities: Vec<f64> = case.resources.iter().map(|one| one.probability).collect();
    let of = |count: usize| probabilities.get(..count).map_or(0.0, assess::of_account);
    let count = (1..=probabilities.len())
        .find(|count| of(*count) >= of(probabilities.len()))
        .unwrap_or_default();
    let said = match (probabilities.len(), count) {
        (0, _) => Saying::of("explain-whole-none"),
        (1, _) => Saying::of("explain-whole-one"),
        (all, 1) => Saying::of("explain-whole-likeliest").text("all", all),
        (all, count) => Saying::of("explain-whole-several").text("all", all).text("count", count),
    };
    said.text("percent", words::percent(case.probability))
}

/// One finding: what it is worth, who says it of what, and where its records stand.
fn tell(finding: &Finding, report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let say = Sentences::of(report.language);
    let start = format!("{:>8}  ", signed(finding.llr, say));
    let reason = words::in_language(say, &finding.said, &words::reason(finding));
    paragraph(&start, &reason, 10, out)?;
    quiet(&told(say, &about(finding)), out)?;
    for place in finding.places.iter().take(PLACES_MAX) {
        let paths = report.paths.get(&place.object).map(|paths| paths.join(", "));
        let path = paths.map_or_else(String::new, |paths| format!(" ({})", shown(&paths)));
        let record = Saying::of("explain-record").text("record", place.record);
        let record = record.text("object", place.object).text("path", path);
        quiet(&told(say, &record), out)?;
    }
    match finding.places.len().saturating_sub(PLACES_MAX) {
        0 => Ok(()),
        more => quiet(&told(say, &Saying::of("explain-more").text("more", more)), out),
    }
}

/// Who says it of what, and when it was seen.
fn about(finding: &Finding) -> Saying {
    let id = if finding.approximate { "explain-about-roughly" } else { "explain-about" };
    Saying::of(id)
        .text("detector", finding.detector)
        .say("group", group(finding.group))
        .text("resource", &finding.resource)
        .say("when", words::when_said(finding.span))
}

fn group(group: Group) -> Saying {
    Saying::named(format!("evidence-group-{}", group.id()))
}

fn quiet(text: &str, out: &mut dyn Write) -> io::Result<()> {
    for line in words::wrapped(text, super::table::WIDTH - 10) {
        writeln!(out, "{:10}{DIM}{line}{Reset}", "")?;
    }
    Ok(())
}

/// What less or more evidence would make of it.
fn changes(case: &Case, say: Sentences) -> Vec<String> {
    let mut sentences = Vec::new();
    if let Some(resource) = case.resources.first() {
        let name = shown(&resource.id);
        for one in Group::ALL {
            sentences.extend(without(resource, one).map(|probability| {
                Saying::of("explain-without")
                    .say("group", group(one))
                    .text("resource", &name)
                    .text("likelihood", likelihood(probability, say))
            }));
        }
        sentences.extend(missing(resource).map(|(nats, verdict)| {
            Saying::of("explain-missing")
                .number("nats", nats, 1)
                .text("resource", &name)
                .text("percent", words::percent(verdict.from()))
                .say("verdict", Saying::named(format!("verdict-{}", verdict.id())))
        }));
    }
    sentences.extend(advice::absent_would_tell(case));
    if sentences.is_empty() {
        sentences.push(Saying::of("explain-nothing"));
    }
    sentences.iter().map(|said| told(say, said)).collect()
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
    use crate::language::english;

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
        case.account_created_unknown = Some(Saying::of("origin-unnamed"));
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
        assert!(
            english(&combination(&case))
                .starts_with("70 %, from the 3 likeliest of its 3 resources")
        );
        let one = vec![sample::contact("i-1", 13.0), sample::contact("i-2", 1.0)];
        let case = sample::of(Provider::Aws, "1", one);
        assert_eq!(
            english(&combination(&case)),
            "98 %, as the likeliest of its 2 resources; the others add nothing."
        );
    }

    #[test]
    fn what_is_missing_to_the_next_verdict_is_named() {
        let case = sample::of(Provider::Aws, "1", vec![sample::contact("i-1", 8.21)]);
        let sentences = changes(&case, Sentences::of(Language::English));
        let wanted = "With 1.0 nats more, i-1 would be at 50 %: “Probably mining”.".to_string();
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
    fn an_explanation_is_told_in_the_language_of_its_reader() {
        let paths = std::collections::BTreeMap::new();
        let mut case = sample::case("111122223333");
        let said = Saying::of("found-lookup").count("names", 1).text("first", "pool.example");
        case.findings[1].say(said.say("often", None).say("blocked", None));
        let explained = |language| {
            let mut out = Vec::new();
            let report = Report { language, ..sample::report(&[], &paths) };
            explain(&case, &report, &mut out).expect("memory takes everything");
            sample::plain(&String::from_utf8(out).expect("text"))
        };
        let german = [
            "Mining, so gut wie sicher (> 99 %) in aws:111122223333\n",
            "lief noch, als die Telemetrie endete; Schweregrad: niedrig\n",
            "(6,0 h), auch eni-0abc, 10.0.0.4\n",
            "    Nats  Zwischenstand\n",
            "   -9,21   1 von 10.000   ",
            "   +7,19         > 99 %   zusammen\n",
            "\nDas Konto\n> 99 %, wie seine einzige Ressource.\n",
            "   +2,50  Hat pool.example abgefragt\n",
            "pool_contact, Beleg (Netzwerk) zu i-0abc, 01.03.2026 10:00 bis 16:00 UTC (6,0 h)\n",
            "Datensatz 12 von Objekt 07070707070707070707070707070707\n",
            "- Wären seine Punkte (Netzwerk) nichts wert, stünde i-0abc bei 1 von 820.\n",
            "- Warnungen des Anbieters wären Belege anderer Art",
        ];
        let french = [
            "Minage, presque certain (> 99 %) dans aws:111122223333\n",
            "    nats    probabilité\n",
            "\nLe compte\n> 99 %, comme son unique ressource.\n",
            "- Si ses points (réseau) ne valaient rien, i-0abc serait à 1 sur 820.\n",
            "\nCe qu’il faut faire ensuite\n- ",
        ];
        for (text, wanted) in
            [(explained(Language::German), &german[..]), (explained(Language::French), &french[..])]
        {
            for wanted in wanted {
                assert!(text.contains(wanted), "{wanted:?} in\n{text}");
            }
        }
    }

    #[test]
    fn an_explanation_obeys_nothing_that_a_log_says() {
        let text = explained(&sample::hostile(), &std::collections::BTreeMap::new());
        assert!(!text.contains(['\u{1b}', '\u{9b}', '\u{202e}', '\r']), "{text:?}");
    }
}
