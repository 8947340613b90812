//! Evidence packs: everything that shows what happened in one case, what it cost, what was done and
//! that it ended, in one archive that anybody can check without us.
//!
//! A pack may be given to the provider and to the customer: it holds what is of this one account, and
//! of the desk's log what the program did and saw; what people wrote to each other stays here. What
//! looks like a secret is left out of records and findings, and the manifest says how often.

pub mod key;
pub mod manifest;
mod pdf;
mod records;
mod report;
mod verify;

pub use key::{Key, Public};
pub(crate) use report::{day_of, sum_in_words};
pub use verify::{Finding, verify};

use std::{collections::BTreeMap, path::PathBuf, sync::Arc};

use anyhow::Result;
use firedamp_core::{
    compensation::{self, Claim, Known},
    judged::Judged,
    proof::{self, Proof},
    redact::{is_redacted, redact},
    time::Time,
};
use flate2::{Compression, write::GzEncoder};
use serde_json::{Value, json};
use tokio::sync::Semaphore;

use crate::{
    language::Language,
    store::{
        CaseFile, Cleanup, CustomerRow, Entry, Partner, RequestRow, Result as Stored, Store,
        proven_since,
    },
};
use manifest::{Manifest, Part, Redacted};

/// Entries of the log that people write to each other.
const INTERNAL: [&str; 5] = ["assigned", "comment", "labelled", "step", "unlabelled"];
/// Packs that are made at once: each holds its records in memory.
static PACKED: Semaphore = Semaphore::const_new(2);

/// Everything that is known of a case, as plans, claims and packs need it.
pub struct Dossier {
    /// The case.
    pub file: CaseFile,
    /// The judgement, read.
    pub judged: Judged,
    /// What happened to it.
    pub entries: Vec<Entry>,
    /// Whose it is.
    pub customer: Option<CustomerRow>,
    /// Who answers for the customer to the provider.
    pub partner: Partner,
    /// Clean-ups, newest first.
    pub cleanups: Vec<Cleanup>,
    /// When it was cleaned up and by whom.
    pub cleaned: Option<(Time, String)>,
    /// What the provider was asked for, in this incident and in those before it.
    pub requests: Vec<RequestRow>,
    /// The proof that it stopped.
    pub proof: Proof,
    /// What may be had back; `None` where nothing is known of the provider.
    pub claim: Option<Claim>,
    /// The clock.
    pub now: Time,
}

impl Dossier {
    /// Reads everything about a case that is within the part of the tree below `within`.
    ///
    /// # Errors
    /// When there is no such case, or the store can't be used.
    pub async fn read(
        store: &dyn Store,
        case: i64,
        within: Option<&str>,
        now: Time,
    ) -> Stored<Self> {
        let file = store.case(case, within).await?;
        let mut judged = Judged::read(&file.json).unwrap_or_default();
        // The judgement may still know an incident that was cleaned up.
        judged.first_observed = Some(file.row.first_observed);
        let customer = match &file.row.customer {
            Some(customer) => store.customer(customer, within).await.ok(),
            None => None,
        };
        let partner = store.partner().await?;
        let cleanups = store.cleanups(case).await?;
        let cleaned = store.cleaned(case).await?;
        let cleaned_at = cleaned.as_ref().map(|(at, _)| *at);
        let since = proven_since(cleaned_at, judged.last_observed, &cleanups);
        let proof = proof::of(&judged, since);
        let claim = compensation::claim(&Known {
            judged: &judged,
            proof: &proof,
            opened: file.row.begun_at,
            answer_due: file.row.answer_due_in_incident(),
            now,
            has_customer: customer.is_some(),
            has_partner: !partner.tenant.is_empty(),
            has_actions: cleaned.iter().any(|(at, _)| *at >= file.row.begun_at)
                || cleanups
                    .iter()
                    .any(|run| run.asked_at >= file.row.begun_at && has_done(run, &cleanups)),
            claimed_before: store.credit_before(case).await?,
        });
        Ok(Self {
            judged,
            entries: store.activity(case).await?,
            customer,
            partner,
            cleanups,
            cleaned,
            // What the partner and the provider say to each other is not the customer's.
            requests: match within {
                None => store.requests(case).await?,
                Some(_) => Vec::new(),
            },
            proof,
            claim,
            now,
            file,
        })
    }
}

impl Dossier {
    /// Whether something was done about the present incident and not about one before it.
    #[must_use]
    pub fn is_of_incident(&self, at: Time) -> bool {
        at >= self.file.row.begun_at
    }

    /// What the provider was asked for in the present incident, and in those before it.
    #[must_use]
    pub fn asked(&self) -> (Vec<&RequestRow>, Vec<&RequestRow>) {
        self.requests.iter().partition(|row| row.incident == self.file.row.begun_at)
    }
}

/// Whether a clean-up changed anything that was not undone: a dry run does not.
fn has_done(run: &Cleanup, runs: &[Cleanup]) -> bool {
    let mut done = run.steps.iter().filter(|step| !step.is_dry && step.state == "done");
    run.undoes.is_none() && done.any(|step| !run.is_undone(step.number, runs))
}

/// Makes the pack of a case.
///
/// # Errors
/// When the store can't be used or the archive can't be written.
pub async fn pack(
    store: &dyn Store,
    dossier: Dossier,
    key: Arc<Key>,
    language: Language,
) -> Result<Vec<u8>> {
    let _turn = PACKED.acquire().await?;
    let judgement: Value = serde_json::from_str(&dossier.file.json).unwrap_or_default();
    let wanted = records::wanted(&judgement);
    let ids: Vec<_> = wanted.keys().filter_map(|id| records::object_id(id)).collect();
    let paths: BTreeMap<String, PathBuf> = store
        .object_paths(&ids)
        .await?
        .into_iter()
        .map(|(id, path)| (id.to_string(), PathBuf::from(path)))
        .collect();
    // Objects are read and packed, which is no work for a thread that answers others.
    tokio::task::spawn_blocking(move || {
        let mut records = records::read(&wanted, &paths);
        let mut judgement = judgement;
        let mut cleanups = serde_json::to_value(&dossier.cleanups)?;
        let texts = redact(&mut judgement) + redact(&mut cleanups);
        let redacted = Redacted { records: records::redact(&mut records), texts };
        let parts = parts(&dossier, (&judgement, &cleanups), &records, language)?;
        archive(&dossier, &parts, redacted, &key)
    })
    .await?
}

type Content = (&'static str, Vec<u8>);

fn parts(
    dossier: &Dossier,
    (judgement, cleanups): (&Value, &Value),
    records: &[records::Record],
    language: Language,
) -> Result<Vec<Content>> {
    let mut lines = Vec::new();
    for record in records {
        serde_json::to_writer(&mut lines, record)?;
        lines.push(b'\n');
    }
    let of_claim = dossier.claim.as_ref().map(claim);
    let mut parts: Vec<Content> = vec![
        ("report.html", report::html(dossier, records.len(), language).into_bytes()),
        ("report.pdf", report::pdf(dossier, records.len(), language)),
        ("judgement.json", serde_json::to_vec(judgement)?),
        ("charges.csv", charges(&dossier.judged)?),
        ("activity.jsonl", activity(dossier)?),
        ("cleanup.json", serde_json::to_vec_pretty(cleanups)?),
        ("proof.json", serde_json::to_vec_pretty(&dossier.proof)?),
        ("claim.json", serde_json::to_vec_pretty(&of_claim)?),
        ("requests.json", serde_json::to_vec_pretty(&dossier.requests)?),
        ("records.jsonl", lines),
        ("README.txt", report::readme(language).into_bytes()),
    ];
    let sums: String = parts
        .iter()
        .map(|(name, content)| format!("{}  {name}\n", manifest::sha256(content)))
        .collect();
    parts.push(("SHA256SUMS", sums.into_bytes()));
    Ok(parts)
}

/// A claim, for programs.
pub(crate) fn claim(claim: &Claim) -> Value {
    let deadlines: Vec<Value> = claim
        .deadlines
        .iter()
        .map(|one| json!({"what": one.what, "by": one.by.to_string(), "from": one.from.id()}))
        .collect();
    let needs: BTreeMap<&str, &str> =
        claim.needs.iter().map(|(need, standing)| (need.id(), standing.id())).collect();
    json!({
        "rule": claim.rule, "terms": claim.terms, "deadlines": deadlines, "needs": needs,
        "covered_until": claim.covered_until.map(|time| time.to_string()), "sums": claim.sums,
    })
}

/// What each resource cost on each day.
fn charges(judged: &Judged) -> Result<Vec<u8>> {
    let mut table = csv::Writer::from_writer(Vec::new());
    table.write_record(["resource", "day", "amount", "currency", "estimated", "refunded"])?;
    for charged in &judged.charges {
        for (day, amount) in &charged.days {
            let resource = unformulated(&charged.resource);
            let flag = |is: bool| if is { "true" } else { "false" };
            table.write_record([
                &*resource,
                day,
                &amount.to_string(),
                &charged.currency,
                flag(charged.estimated),
                flag(charged.refunded.is_some()),
            ])?;
        }
    }
    table.into_inner().map_err(|error| anyhow::anyhow!("{error}"))
}

/// A name that no spreadsheet takes for a formula.
fn unformulated(text: &str) -> String {
    let text = crate::report::shown(text);
    if text.starts_with(['=', '+', '-', '@']) { format!("'{text}") } else { text }
}

/// Whether an entry stays here: people wrote it to each other, or it holds what looks like a secret,
/// which can't be taken out of what its hash runs over. What the program says names keys by their ids.
fn is_withheld(entry: &Entry) -> bool {
    let is_of_people = entry.said.is_empty() || entry.kind == "the customer answered";
    INTERNAL.contains(&entry.kind.as_str()) || (is_of_people && is_redacted(&entry.text))
}

/// The log with its chain; of entries that are withheld the hash alone.
fn activity(dossier: &Dossier) -> Result<Vec<u8>> {
    let mut lines = Vec::new();
    for entry in &dossier.entries {
        let hash = manifest::hex(&entry.hash);
        let at = entry.at.to_string();
        let line = match is_withheld(entry) {
            true => json!({"number": entry.number, "at": at, "withheld": true, "hash": hash}),
            false => json!({
                "number": entry.number, "at": at, "actor": entry.actor, "kind": entry.kind,
                "text": entry.text, "said": entry.said, "hash": hash,
            }),
        };
        serde_json::to_writer(&mut lines, &line)?;
        lines.push(b'\n');
    }
    Ok(lines)
}

/// The archive: the manifest, its signature and the key, then the parts.
fn archive(dossier: &Dossier, parts: &[Content], redacted: Redacted, key: &Key) -> Result<Vec<u8>> {
    let mut chain = String::new();
    let mut described = Vec::new();
    for (name, content) in parts {
        let part = Part::after(&chain, name, content);
        chain.clone_from(&part.chain);
        described.push(part);
    }
    let manifest = Manifest {
        version: manifest::VERSION,
        case: dossier.file.row.id,
        account: dossier.file.row.account.clone(),
        made_at: dossier.now.to_string(),
        key: key.public().text(),
        redacted,
        parts: described,
    };
    let manifest = serde_json::to_vec_pretty(&manifest)?;
    let signature = key.sign(&manifest);
    let mut archive = tar::Builder::new(GzEncoder::new(Vec::new(), Compression::fast()));
    let pem = key.public().pem();
    let heads: [(&str, &[u8]); 3] =
        [("manifest.json", &manifest), ("manifest.sig", &signature), ("key.pem", pem.as_bytes())];
    let parts = parts.iter().map(|(name, content)| (*name, content.as_slice()));
    for (name, content) in heads.into_iter().chain(parts) {
        let mut header = tar::Header::new_gnu();
        header.set_size(content.len() as u64);
        header.set_mode(0o644);
        header.set_mtime(u64::try_from(dossier.now.seconds()).unwrap_or_default());
        archive.append_data(&mut header, name, content)?;
    }
    Ok(archive.into_inner()?.finish()?)
}

/// What the file of a pack is called.
#[must_use]
pub fn file_name(case: i64) -> String {
    format!("firedamp-case-{case}.tar.gz")
}
