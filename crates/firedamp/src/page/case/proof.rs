//! The proof that it stopped, in sum and of each resource, as the section of clean-up shows it.

use firedamp_core::{
    proof::{OfResource, Part, Proof, Says, Verdict},
    redact::redacted,
};

use super::super::view::minute;
use crate::{language::Sentences, report};

/// Resources shown on the page; all are told by the API and in the pack.
const RESOURCES_MAX: usize = 200;
/// Names in a part's sentence; the table below it has them all.
const AGAINST_MAX: usize = 3;

/// The proof, in words.
pub(super) struct ProofView {
    pub(super) verdict: String,
    pub(super) is_proven: bool,
    pub(super) since: String,
    pub(super) parts: Vec<String>,
    pub(super) count: String,
    pub(super) is_cut: bool,
    pub(super) resources: Vec<ProvenView>,
}

/// What is proven of one resource, in words.
pub(super) struct ProvenView {
    pub(super) name: String,
    pub(super) verdict: String,
    pub(super) is_proven: bool,
    pub(super) flows: String,
    pub(super) spend: String,
    pub(super) control_plane: String,
}

pub(super) fn proof_view(proof: &Proof, say: &Sentences) -> ProofView {
    ProofView {
        verdict: say.say(&format!("cleanup-verdict-{}", proof.verdict.id()), &[]),
        is_proven: proof.verdict == Verdict::Stopped,
        since: say
            .say("cleanup-proof-since", &[("since", &format!("{} UTC", minute(proof.since)))]),
        parts: proof.parts.iter().map(|part| part_in_words(part, say)).collect(),
        count: proven_in_words(proof, say),
        is_cut: proof.is_cut,
        resources: proven(proof, say),
    }
}

/// How many resources are proven to have stopped.
fn proven_in_words(proof: &Proof, say: &Sentences) -> String {
    let all = proof.resources.len();
    let proven = all.saturating_sub(proof.unproven().count());
    let count = |number: usize| say.language().counted(u64::try_from(number).unwrap_or(u64::MAX));
    say.say("cleanup-proof-count", &[("proven", &count(proven)), ("all", &count(all))])
}

/// What is proven of each resource, those first that are not.
fn proven(proof: &Proof, say: &Sentences) -> Vec<ProvenView> {
    let proven = proof.resources.iter().filter(|one| one.verdict == Verdict::Stopped);
    let says = |says: Says| say.say(&format!("cleanup-says-{}", says.id()), &[]);
    let view = |one: &OfResource| ProvenView {
        name: redacted(&report::shown(&one.resource)),
        verdict: say.say(&format!("cleanup-verdict-{}", one.verdict.id()), &[]),
        is_proven: one.verdict == Verdict::Stopped,
        flows: says(one.flows),
        spend: says(one.spend),
        control_plane: says(one.control_plane),
    };
    proof.unproven().chain(proven).take(RESOURCES_MAX).map(view).collect()
}

fn part_in_words(part: &Part, say: &Sentences) -> String {
    let about = say.say(&format!("cleanup-part-{}", part.about), &[]);
    let mut line = format!(
        "{about}{} {}",
        say.colon(),
        say.say(&format!("cleanup-says-{}", part.says.id()), &[])
    );
    let mut add = |id: &str, name: &str, value: &str| {
        line.push_str(say.language().between_clauses());
        line.push_str(&say.say(id, &[(name, value)]));
    };
    if let Some(until) = part.until {
        add("cleanup-until", "until", &format!("{} UTC", minute(until)));
    }
    let waits = part.says == Says::TooLittle;
    if let Some(enough) = part.enough_from.filter(|_| waits) {
        add("cleanup-enough", "time", &format!("{} UTC", minute(enough)));
    }
    if !part.against.is_empty() {
        let mut against: Vec<String> =
            part.against.iter().take(AGAINST_MAX).map(|text| report::shown(text)).collect();
        if part.against.len() > AGAINST_MAX {
            against.push("…".to_string());
        }
        add("cleanup-against", "what", &against.join(", "));
    }
    line
}
