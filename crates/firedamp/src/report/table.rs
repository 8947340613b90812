//! Text for a terminal: a case a block.

use std::io::{self, Write};

use anstyle::{AnsiColor, Reset, Style};
use firedamp_core::{
    case::{Case, CaseResource},
    saying::Saying,
};

use super::{
    Report, advice, maker,
    words::{self, Verdict, shown},
};
use crate::language::{Sentences, english};

/// Letters in a line.
pub(super) const WIDTH: usize = 100;
/// Resources named in a block.
const RESOURCES_MAX: usize = 5;
/// Reasons given in a block.
const REASONS_MAX: usize = 3;
/// Letters before the text of a block.
const MARGIN: usize = 12;
pub(super) const DIM: Style = Style::new().dimmed();
pub(super) const BOLD: Style = Style::new().bold();

pub(super) fn write(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    if report.cases.is_empty() {
        return nothing(report, out);
    }
    let say = Sentences::of(report.language);
    for (index, case) in report.cases.iter().enumerate() {
        if index > 0 {
            writeln!(out)?;
        }
        block(case, say, out)?;
    }
    Ok(())
}

/// A sentence of ours, which a test holds in every language.
pub(super) fn told(say: Sentences, said: &Saying) -> String {
    say.told(said).unwrap_or_else(|| english(said))
}

/// What was looked at is a part of the answer: an empty folder has no miners either.
fn nothing(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let say = Sentences::of(report.language);
    let sentence = if report.is_unjudged {
        Saying::of("table-unjudged")
    } else if report.all {
        Saying::of("table-silent")
    } else {
        Saying::of("table-none").text("percent", words::percent(report.min_probability))
    };
    paragraph("", &told(say, &sentence), 0, out)?;
    for note in report.notes {
        let looked = Saying::of("table-looked").text("note", note);
        paragraph("  ", &told(say, &looked), 2, out)?;
    }
    Ok(())
}

/// The first line about a case.
pub(super) fn headline(case: &Case, say: Sentences, out: &mut dyn Write) -> io::Result<()> {
    let mark = color(case.probability);
    let verdict = say.say(&format!("verdict-{}", Verdict::of(case.probability).id()), &[]);
    let percent = words::percent(case.probability);
    let within = say.say("case-in", &[]);
    writeln!(out, "{mark}{verdict} ({percent}){Reset} {within} {BOLD}{}{Reset}", shown(&case.id))
}

fn color(probability: f64) -> Style {
    let color = match Verdict::of(probability) {
        Verdict::Certain => AnsiColor::Red,
        Verdict::Probable => AnsiColor::Yellow,
        Verdict::Possible => AnsiColor::Cyan,
        Verdict::Little => AnsiColor::Green,
    };
    color.on_default().bold()
}

fn block(case: &Case, say: Sentences, out: &mut dyn Write) -> io::Result<()> {
    headline(case, say, out)?;
    let label = |id: &str| say.say(id, &[]);
    let when = told(say, &words::when_said(words::span(case)));
    let activity = label(if case.active { "article-running" } else { "article-not-running" });
    field(&label("table-when"), &format!("{when}, {activity}"), out)?;
    field(&label("table-severity"), &severity(case, say), out)?;
    resources(case, say, out)?;
    reasons(case, say, out)?;
    if let Some(blind) = words::blind_spots_said(case) {
        field(&label("table-blind"), &told(say, &blind), out)?;
    }
    let steps: Vec<String> = advice::next_steps(case).iter().map(|step| told(say, step)).collect();
    field(&label("table-next"), &steps.join(" "), out)?;
    // Not wrapped, so that terminals make links of them.
    let worth_a_look = Verdict::of(case.probability) != Verdict::Little;
    for (index, link) in case.links.iter().filter(|_| worth_a_look).enumerate() {
        let label = if index == 0 { label("table-open") } else { String::new() };
        writeln!(out, "  {DIM}{label:<10}{}{Reset}", link.url)?;
    }
    Ok(())
}

/// How grave it is, and what it cost where that is known.
fn severity(case: &Case, say: Sentences) -> String {
    let severity = say.say(&format!("severity-{}", case.severity.id()), &[]);
    let cost = words::cost(case)
        .map(|said| format!("{}{}", say.language().between_clauses(), told(say, &said)));
    format!("{severity}{}", cost.unwrap_or_default())
}

fn resources(case: &Case, say: Sentences, out: &mut dyn Write) -> io::Result<()> {
    if case.resources.is_empty() {
        return suspects(case, say, out);
    }
    for (index, resource) in case.resources.iter().take(RESOURCES_MAX).enumerate() {
        let label = if index == 0 { say.say("table-where", &[]) } else { String::new() };
        field(&label, &described(resource), out)?;
        if let Some(made) = maker::of_resource_briefly(case, resource) {
            field("", &told(say, &made), out)?;
        }
    }
    more(case.resources.len(), RESOURCES_MAX, Saying::of("table-more-resources"), say, out)
}

/// Where the evidence points when no resource is likely by itself.
fn suspects(case: &Case, say: Sentences, out: &mut dyn Write) -> io::Result<()> {
    let suspects = words::suspects(case);
    let names: Vec<String> = suspects.iter().take(RESOURCES_MAX).map(|name| shown(name)).collect();
    let said = match suspects.len().saturating_sub(RESOURCES_MAX) {
        0 => Saying::of("table-suspects"),
        more => Saying::of("table-suspects-many").text("more", more),
    };
    let said = said.text("names", names.join(", "));
    field(&say.say("table-where", &[]), &told(say, &said), out)
}

fn reasons(case: &Case, say: Sentences, out: &mut dyn Write) -> io::Result<()> {
    for (index, finding) in words::strongest(case, REASONS_MAX).into_iter().enumerate() {
        let label = if index == 0 { say.say("table-why", &[]) } else { String::new() };
        let reason = words::in_language(say, &finding.said, &words::reason(finding));
        let said_by = words::said_by(case, finding);
        item(&label, "- ", &format!("{reason} [{said_by}]"), out)?;
    }
    more(case.findings.len(), REASONS_MAX, Saying::of("table-more-findings"), say, out)
}

/// How many more there are than are shown.
fn more(
    count: usize,
    most: usize,
    what: Saying,
    say: Sentences,
    out: &mut dyn Write,
) -> io::Result<()> {
    match count.saturating_sub(most) {
        0 => Ok(()),
        rest => field("", &told(say, &what.count("count", rest)), out),
    }
}

fn described(resource: &CaseResource) -> String {
    let aliases = words::aliases(resource);
    let also = if aliases.is_empty() { String::new() } else { format!(" ({aliases})") };
    format!("{}{also}: {}", shown(&resource.id), words::percent(resource.probability))
}

fn field(label: &str, text: &str, out: &mut dyn Write) -> io::Result<()> {
    item(label, "", text, out)
}

/// A labelled text; `bullet` hangs before its first line.
fn item(label: &str, bullet: &str, text: &str, out: &mut dyn Write) -> io::Result<()> {
    let width = MARGIN - 2;
    let style = if label.is_empty() { Style::new() } else { DIM };
    let label = format!("  {style}{label:<width$}{style:#}{bullet}");
    paragraph(&label, text, MARGIN + bullet.len(), out)
}

/// A wrapped text whose first line follows `start`, which is `margin` letters wide.
pub(super) fn paragraph(
    start: &str,
    text: &str,
    margin: usize,
    out: &mut dyn Write,
) -> io::Result<()> {
    for (index, line) in words::wrapped(text, WIDTH - margin).iter().enumerate() {
        if index == 0 {
            writeln!(out, "{start}{line}")?;
        } else {
            writeln!(out, "{:margin$}{line}", "")?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use firedamp_core::{id::Provider, language::Language};

    use super::{
        super::{Output, sample},
        *,
    };

    fn table(cases: &[Case]) -> String {
        sample::plain(&sample::written(cases, Output::Table))
    }

    #[test]
    fn a_block_says_whether_where_when_why_and_what_next() {
        let mut case = sample::costly("111122223333");
        case.resources[0].created = Some(sample::created());
        let text = table(&[case]);
        let wanted = "\
Mining, nearly certain (> 99 %) in aws:111122223333
  when      2026-03-01 10:00 to 16:00 UTC (6.0 h), still running when the telemetry ends
  severity  low; 1,234.50 USD spent, 96.00 USD a day, 2,000.00 USD by the end of the month
  where     i-0abc (eni-0abc, 10.0.0.4): > 99 %
            created 2026-03-01T10:04Z by arn:aws:iam::111122223333:user/alice from 203.0.113.9
            without MFA (RunInstances)
  why       - Talked with 203.0.113.9:443 for 6.0 h, 1.0 kB out and 849 B in a minute: the address
              that pool.example was resolved to at 2026-03-01T10:00:00Z (fresh, tier A)
              [pool_contact]
            - Asked for pool.example, 3 times [pool_lookup]
  blind     No provider alerts of this account were read; what was not seen counts neither way.
  next      Look at i-0abc: who made it, when, and which process talks with 203.0.113.9 on port 443.
            Confirm with the customer before anything is stopped, and take a snapshot first: the
            judgement is heuristic (> 99 %).
  open      https://console.aws.amazon.com/organizations/v2/home/accounts/111122223333
            https://console.aws.amazon.com/cloudtrailv2/home#/events
            https://console.aws.amazon.com/ec2/home#InstanceDetails:instanceId=i-0abc
";
        assert_eq!(text, wanted);
    }

    #[test]
    fn many_resources_are_counted_and_told_apart() {
        let machines = ["i-1", "i-2", "i-3", "i-4", "i-5", "i-6", "i-7"];
        let findings = machines.map(|machine| sample::contact(machine, 13.0)).to_vec();
        let text = table(&[sample::of(Provider::Aws, "1", findings)]);
        assert!(text.contains("            and 2 more resources\n"), "{text}");
        assert!(text.contains("            and 4 more findings\n"), "{text}");
        assert!(text.contains("[pool_contact, i-1]"), "{text}");
    }

    #[test]
    fn without_likely_resources_the_suspected_ones_are_named() {
        let case = Case { resources: Vec::new(), ..sample::case("1") };
        let text = table(&[case]);
        assert!(text.contains("  where     i-0abc; none reaches 50 % by itself\n"), "{text}");
    }

    #[test]
    fn the_terminal_obeys_nothing_that_a_log_says() {
        let text = table(&[sample::hostile()]);
        assert!(!text.contains(['\u{1b}', '\u{9b}', '\u{202e}', '\r']), "{text:?}");
        assert!(text.contains("<script>alert(1)</script>?[2J??"), "{text:?}");
        let wrapped = text.lines().filter(|line| !line.contains("https://"));
        let widest = wrapped.map(|line| line.chars().count()).max();
        assert!(widest <= Some(WIDTH), "{text}");
    }

    #[test]
    fn without_a_case_it_says_what_was_looked_at() {
        let text = table(&[]);
        let wanted = "No case: no account reaches a probability of 10 %. Weaker signs are shown \
                      with --all.\n";
        assert_eq!(text, wanted);
        let paths = std::collections::BTreeMap::new();
        let notes = ["read 3 objects\u{1b}[2J".to_string()];
        let report = Report { notes: &notes, all: true, ..sample::report(&[], &paths) };
        let mut out = Vec::new();
        write(&report, &mut out).expect("memory takes everything");
        let unjudged = Report { is_unjudged: true, ..sample::report(&[], &paths) };
        let mut told = Vec::new();
        write(&unjudged, &mut told).expect("memory takes everything");
        let told = String::from_utf8(told).expect("text");
        assert!(told.starts_with("Nothing was judged: "), "{told}");
        let wanted = "No case: no detector says anything about any account.\n  Looked at: read 3 \
                      objects?[2J\n";
        assert_eq!(String::from_utf8(out).expect("text"), wanted);
    }

    #[test]
    fn a_block_is_told_in_the_language_of_its_reader() {
        let mut case = sample::costly("111122223333");
        let said = Saying::of("found-lookup").count("names", 1).text("first", "pool.example");
        case.findings[1].say(said.say("often", None).say("blocked", None));
        let (paths, cases) = (std::collections::BTreeMap::new(), [case]);
        let told = |language| {
            let mut out = Vec::new();
            let report = Report { language, ..sample::report(&cases, &paths) };
            write(&report, &mut out).expect("memory takes everything");
            sample::plain(&String::from_utf8(out).expect("text"))
        };
        let german = [
            "Mining, so gut wie sicher (> 99 %) in aws:111122223333\n",
            "\n  wann      01.03.2026 10:00 bis 16:00 UTC (6,0 h), lief noch, als die Telemetrie endete\n",
            "\n  Schwere   niedrig; 1.234,50 USD ausgegeben, ",
            "\n  wo        i-0abc (eni-0abc, 10.0.0.4): > 99 %\n",
            "\n  warum     - ",
            "\n            - Hat pool.example abgefragt [pool_lookup]\n",
            "\n  ungesehen Von diesem Konto wurden keine ",
            "\n  nun       ",
            "\n  öffnen    https://",
        ];
        let french = [
            "Minage, presque certain (> 99 %) ",
            "\n  quand     01/03/2026 10:00 à 16:00 UTC (6,0 h), toujours actif à la fin de la télémétrie\n",
            "\n  gravité   faible ; ",
            "\n  pourquoi  - ",
            "\n  ouvrir    https://",
        ];
        for (text, wanted) in
            [(told(Language::German), &german[..]), (told(Language::French), &french[..])]
        {
            for wanted in wanted {
                assert!(text.contains(wanted), "{wanted:?} in\n{text}");
            }
            let wrapped = text.lines().filter(|line| !line.contains("https://"));
            assert!(wrapped.map(|line| line.chars().count()).max() <= Some(WIDTH), "{text}");
        }
    }

    #[test]
    fn without_a_case_each_language_says_so() {
        let paths = std::collections::BTreeMap::new();
        for (language, wanted) in [
            (Language::French, "Aucun dossier\u{202f}: aucun détecteur "),
            (Language::German, "Kein Fall: Kein Detektor "),
        ] {
            let report = Report { language, all: true, ..sample::report(&[], &paths) };
            let mut out = Vec::new();
            write(&report, &mut out).expect("memory takes everything");
            let text = String::from_utf8(out).expect("text");
            let plain = wanted.replace('\u{202f}', " ");
            assert!(text.starts_with(&plain), "{text}");
        }
    }

    #[test]
    fn the_verdict_has_a_color_of_its_own() {
        let text = sample::written(&[sample::case("1")], Output::Table);
        assert!(text.starts_with("\u{1b}[1m\u{1b}[31mMining, nearly certain"), "{text:?}");
    }
}
