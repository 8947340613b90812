//! What a person should do next, chosen by the strongest evidence. Firedamp itself never acts.

use firedamp_core::{case::Case, finding::Finding, id::Provider, saying::Saying};
use serde_json::Value;

use super::words::{Verdict, percent, short};
use crate::language::english;

/// Letters of a resource's name in a sentence.
const NAME_MAX: usize = 40;

/// The next steps, most useful first.
pub(super) fn next_steps(case: &Case) -> Vec<Saying> {
    if !case.findings.is_empty() && case.findings.iter().all(|finding| finding.sample) {
        return vec![Saying::of("advice-sample")];
    }
    let verdict = Verdict::of(case.probability);
    if verdict == Verdict::Little {
        return vec![Saying::of("advice-little")];
    }
    let mut steps: Vec<Saying> = case.findings.first().map(look).into_iter().collect();
    if verdict < Verdict::Certain || only_alerts(case) {
        steps.extend(turn_on(case));
    }
    steps.push(Saying::of("advice-confirm").text("percent", percent(case.probability)));
    steps
}

/// The same in English, as one text.
pub(super) fn in_english(case: &Case) -> String {
    next_steps(case).iter().map(english).collect::<Vec<_>>().join(" ")
}

fn only_alerts(case: &Case) -> bool {
    case.findings.iter().all(|finding| finding.detector == "provider_alert" || finding.llr < 0.5)
}

/// Where to look, by what the strongest finding says.
fn look(finding: &Finding) -> Saying {
    let text = |name: &str| finding.evidence.get(name).and_then(Value::as_str);
    let said = match finding.detector {
        "provider_alert" => match product(finding) {
            Some(product) => Saying::of("advice-alert").text("product", product),
            None => Saying::of("advice-alert").say("product", Saying::of("advice-console")),
        },
        "pool_contact" => match (text("remote"), finding.evidence.get("port")) {
            (Some(remote), Some(port)) => {
                Saying::of("advice-contact").text("remote", remote).text("port", port)
            }
            _ => Saying::of("advice-look"),
        },
        "hijack_sequence" => Saying::of("advice-hijack"),
        "pool_lookup" => Saying::of("advice-lookup"),
        _ => Saying::of("advice-look"),
    };
    said.text("resource", short(&finding.resource, NAME_MAX))
}

/// The product that reported first, by its own name.
fn product(finding: &Finding) -> Option<&'static str> {
    let reports = finding.evidence.get("reports")?.as_array()?;
    Some(match reports.first()?.get("product")?.as_str()? {
        "defender" => "Defender for Cloud",
        "graph" | "partner_center" => "Partner Center",
        "guardduty" => "GuardDuty",
        "scc" => "Security Command Center",
        "security_hub" => "Security Hub",
        _ => return None,
    })
}

/// Which log would tell more, and what.
fn turn_on(case: &Case) -> Option<Saying> {
    let is_absent = |signal: &str| case.absent.contains(&signal);
    if is_absent("flow") {
        let log = match case.provider {
            Provider::Aws | Provider::Gcp => "advice-log.vpc",
            Provider::Azure => "advice-log.vnet",
            _ => "advice-log.flow",
        };
        return Some(Saying::of("advice-flow").say("log", Saying::of(log)));
    }
    if is_absent("dns") {
        let log = match case.provider {
            Provider::Aws => "advice-log.route53",
            Provider::Azure => "advice-log.azure-dns",
            Provider::Gcp => "advice-log.cloud-dns",
            _ => "advice-log.dns",
        };
        return Some(Saying::of("advice-dns").say("log", Saying::of(log)));
    }
    None
}

/// What the missing telemetry would tell, a sentence each.
pub(super) fn absent_would_tell(case: &Case) -> Vec<Saying> {
    let sentence = |signal: &&str| match *signal {
        "billing" => Saying::of("explain-tells-billing"),
        "compute" => Saying::of("explain-tells-compute"),
        "control_plane" => Saying::of("explain-tells-audit"),
        "dns" => Saying::of("explain-tells-dns"),
        "flow" => Saying::of("explain-tells-flow"),
        "runtime" => Saying::of("explain-tells-runtime"),
        _ => Saying::of("explain-tells-alert"),
    };
    case.absent.iter().map(sentence).collect()
}

#[cfg(test)]
mod tests {
    use super::{super::sample, *};

    fn advice(findings: Vec<Finding>, provider: Provider, absent: &[&'static str]) -> String {
        let case = Case { absent: absent.to_vec(), ..sample::of(provider, "1", findings) };
        in_english(&case)
    }

    #[test]
    fn the_strongest_evidence_says_where_to_look() {
        let contact = advice(vec![sample::contact("i-1", 13.0)], Provider::Aws, &["dns"]);
        assert!(contact.starts_with("Look at i-1: who made it"), "{contact}");
        assert!(contact.contains("203.0.113.9 on port 443"), "{contact}");
        assert!(!contact.contains("Turn on"), "{contact}");
        let alert = advice(vec![sample::alert("i-1", "t", false)], Provider::Azure, &["flow"]);
        assert!(alert.starts_with("Open the alert in GuardDuty"), "{alert}");
        assert!(alert.contains("Turn on virtual network flow logs"), "{alert}");
        let weak = advice(vec![sample::contact("i-1", 9.1)], Provider::Gcp, &["dns"]);
        assert!(weak.contains("Turn on Cloud DNS query logs"), "{weak}");
    }

    #[test]
    fn nobody_is_told_to_delete_and_everybody_how_sure_it_is() {
        let steps = advice(vec![sample::contact("i-1", 13.0)], Provider::Aws, &[]);
        assert!(steps.contains("Confirm with the customer"), "{steps}");
        assert!(steps.contains("heuristic (98 %)"), "{steps}");
        assert!(!steps.to_lowercase().contains("delete"), "{steps}");
    }

    #[test]
    fn samples_and_trifles_ask_for_nothing() {
        let sample = advice(vec![sample::alert("i-1", "t", true)], Provider::Aws, &[]);
        assert!(sample.contains("count for nothing"), "{sample}");
        let trifle = advice(vec![sample::lookup("i-1")], Provider::Aws, &["flow"]);
        assert_eq!(trifle, "Nothing to do; keep the logs flowing.");
    }
}
