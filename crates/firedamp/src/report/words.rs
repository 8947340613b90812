//! What reports say in words: verdicts, probabilities, what to do.

use firedamp_core::{case::Case, finding::Finding, text};

/// A probability for people. Certainty is not to be had: `> 99 %`, never `100 %`.
pub(super) fn percent(probability: f64) -> String {
    match probability {
        p if p > 0.99 => "> 99 %".to_string(),
        p if p < 0.01 => "< 1 %".to_string(),
        p => format!("{:.0} %", p * 100.0),
    }
}

/// The verdict on a case, in a few words.
pub(super) const fn verdict(probability: f64) -> &'static str {
    match probability {
        p if p >= 0.9 => "Mining, nearly certain",
        p if p >= 0.5 => "Probably mining",
        p if p >= 0.1 => "Possibly mining",
        _ => "Little speaks for mining",
    }
}

/// Whether it still goes on.
pub(super) const fn activity(case: &Case) -> &'static str {
    if case.active { "still running in the last telemetry" } else { "not seen running at the end" }
}

/// The findings that say most, strongest first.
pub(super) fn strongest(case: &Case, most: usize) -> impl Iterator<Item = &Finding> {
    case.findings.iter().take(most)
}

/// A finding as a sentence, without what a terminal would obey.
pub(super) fn reason(finding: &Finding) -> String {
    let mut letters = finding.summary.chars();
    let first = letters.next().into_iter().flat_map(char::to_uppercase);
    text::printable(&first.chain(letters).collect::<String>())
}

/// What a person should do first.
pub(super) fn next_step(case: &Case) -> &'static str {
    let detector = case.findings.first().map_or("", |finding| finding.detector);
    let blind = |signal: &str| case.absent.contains(&signal);
    match (detector, case.probability) {
        (_, p) if p < 0.1 => "Nothing to do; keep the logs flowing.",
        ("provider_alert", _) if blind("flow") => {
            "Open the alert in the provider's console; turn on flow logs to see for yourself. The \
             judgement is heuristic: ask the customer before you act."
        }
        ("provider_alert", _) => {
            "Open the alert in the provider's console and see what the resource runs. The judgement \
             is heuristic: ask the customer before you act."
        }
        (_, p) if p < 0.5 && blind("dns") => {
            "Turn on DNS query logs, which tell what the address was asked for as; then look again."
        }
        (_, p) if p < 0.5 => "Look at what the resource runs before you trouble the customer.",
        _ => {
            "Find out who made the resource and what it runs; ask the customer. The judgement is \
             heuristic: snapshot before you stop anything."
        }
    }
}

/// Which telemetry was missing, as a sentence.
pub(super) fn blind_spots(case: &Case) -> Option<String> {
    let name = |signal: &&'static str| match *signal {
        "dns" => "DNS questions",
        "flow" => "network flows",
        "provider_alert" => "provider alerts",
        _ => "a kind of telemetry",
    };
    let absent: Vec<&str> = case.absent.iter().map(name).collect();
    (!absent.is_empty()).then(|| format!("Not seen at all: {}.", absent.join(", ")))
}

/// Breaks a sentence into lines of at most `width` letters.
pub(super) fn wrapped(sentence: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in sentence.split(' ') {
        let Some(line) = lines.last_mut() else { break };
        let length = line.chars().count();
        if length > 0 && length + 1 + word.chars().count() > width {
            lines.push(word.to_string());
        } else {
            if length > 0 {
                line.push(' ');
            }
            line.push_str(word);
        }
    }
    lines
}
