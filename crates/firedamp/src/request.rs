//! What a partner asks the provider for: the report of a case and the request for a credit. The form is
//! filled, in the reader's language, to be copied; where Partner Center still takes the documented
//! call, it is filed through that.

use std::fmt::Write as _;

use firedamp_core::{id::Provider, judged::Found, redact::redacted, text::truncated};
use reqwest::{
    Method, StatusCode,
    header::{AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue},
};
use serde::Deserialize;
use serde_json::{Value, json};
use url::Url;

use crate::{
    channel::{Failure, Secret},
    client::Outside,
    language::{Language, Sentences},
    pack::Dossier,
    report,
};

/// Resources that are named; a request is read by people.
const RESOURCES_MAX: usize = 50;
/// Different findings that are told.
const FINDINGS_MAX: usize = 20;
/// Bytes of a description that Partner Center is sent.
const DESCRIPTION_BYTES_MAX: usize = 16 << 10;
const PARTNER_CENTER: &str = "https://api.partnercenter.microsoft.com/";

/// What is asked for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Kind {
    /// That it happened and was dealt with.
    Report,
    /// Money back.
    Credit,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 2] = [Self::Report, Self::Credit];

    /// The text id.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Report => "report",
            Self::Credit => "credit",
        }
    }

    /// The kind with this text id.
    #[must_use]
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.id() == id)
    }

    /// The kinds that a case has a form for: money is asked of those alone of whom a rule is known, or
    /// where somebody said why it is asked for all the same.
    #[must_use]
    pub fn of(dossier: &Dossier) -> Vec<Self> {
        let (present, _) = dossier.asked();
        let is_asked = present.iter().any(|row| row.kind == Self::Credit.id());
        let has_credit = dossier.claim.is_some() || is_asked;
        Self::ALL.into_iter().filter(|kind| has_credit || *kind == Self::Report).collect()
    }

    /// The sentence that a form begins with. A credit that is given once is a rule of some alone.
    fn intro(self, dossier: &Dossier) -> &'static str {
        match (self, &dossier.claim) {
            (Self::Credit, Some(claim)) if claim.rule.once_per.is_some() => {
                "request-line-intro-credit"
            }
            (Self::Credit, _) => "request-line-intro-money",
            _ => "request-line-intro",
        }
    }
}

/// A form with its fields filled. What Microsoft's own form calls things stays as it is.
#[derive(Clone, Debug, Eq, PartialEq, serde::Serialize, utoipa::ToSchema)]
#[schema(as = RequestForm)]
pub struct Form {
    /// `report` or `credit`.
    pub kind: &'static str,
    /// The problem type; empty where the provider has none.
    pub problem_type: &'static str,
    /// The impact.
    pub impact: &'static str,
    /// The title.
    pub title: &'static str,
    /// The description.
    pub description: String,
}

/// The form for a case. `me` is who files it.
#[must_use]
pub fn form(dossier: &Dossier, kind: Kind, language: Language, me: &str) -> Form {
    let is_microsoft = dossier.judged.cloud() == Provider::Azure;
    Form {
        kind: kind.id(),
        problem_type: if is_microsoft { "Adding or managing customers" } else { "" },
        impact: "Moderate",
        title: "Cryptocurrency mining notification",
        description: description(dossier, kind, language, me),
    }
}

/// The sentence that says what a provider calls an account.
pub(crate) const fn account_word(cloud: Provider) -> &'static str {
    match cloud {
        Provider::Aws => "request-line-account.aws",
        Provider::Gcp => "request-line-account.gcp",
        _ => "request-line-account",
    }
}

fn description(dossier: &Dossier, kind: Kind, language: Language, me: &str) -> String {
    let say = Sentences::of(language);
    let mut text = say.say(kind.intro(dossier), &[]);
    text.push_str("\n\n");
    let mut line = |id: &str, value: &str| {
        let name = match id {
            "account" => say.say(account_word(dossier.judged.cloud()), &[]),
            id => say.say(&format!("request-line-{id}"), &[]),
        };
        // A String takes whatever is written to it.
        let _written = writeln!(text, "{name}{} {}", say.colon(), report::shown(value));
    };
    if let Some(customer) = &dossier.customer {
        let party = &customer.party;
        line("customer", &party.name);
        line("tenant", &party.id);
        let contact = [&party.contact, &party.mail, &party.phone];
        let contact: Vec<&str> =
            contact.into_iter().map(String::as_str).filter(|text| !text.is_empty()).collect();
        if !contact.is_empty() {
            line("contact", &contact.join(", "));
        }
    }
    let partner = &dossier.partner;
    let of_partner = [("partner", &partner.name), ("partner_tenant", &partner.tenant)];
    for (id, value) in of_partner.into_iter().filter(|(_, value)| !value.is_empty()) {
        line(id, value);
    }
    let row = &dossier.file.row;
    line("account", &dossier.judged.account);
    line("start", &language.minute(row.first_observed));
    let running = say.say("request-line-running", &[]);
    // What was billed last may be older than the proof.
    let has_stopped = dossier.proof.verdict == firedamp_core::proof::Verdict::Stopped;
    let still = if row.is_active && !has_stopped { format!(", {running}") } else { String::new() };
    line("end", &format!("{}{still}", language.minute(row.last_observed)));
    for resource in dossier.judged.resources.iter().take(RESOURCES_MAX) {
        line("resource", &resource.id);
    }
    let more = dossier.judged.resources.len().saturating_sub(RESOURCES_MAX);
    if more > 0 {
        line("more", &more.to_string());
    }
    let findings = dossier.judged.findings.iter();
    let seen: std::collections::BTreeMap<&str, &Found> =
        findings.map(|found| (found.summary.as_str(), found)).collect();
    for found in seen.into_values().take(FINDINGS_MAX) {
        line("seen", &say.tell(&found.said, &found.summary));
    }
    line("probability", &language.percent(row.probability));
    if kind == Kind::Credit {
        let sums = dossier.claim.iter().flat_map(|claim| &claim.sums);
        for sum in sums.filter(|sum| !sum.estimated) {
            line("amount", &language.money(sum.claimable, &sum.currency));
        }
    }
    for action in actions(dossier, &say) {
        line("actions", &action);
    }
    line("proof", &say.say(&format!("cleanup-verdict-{}", dossier.proof.verdict.id()), &[]));
    let reached = partner.reached();
    line("by", if reached.is_empty() { me } else { reached.as_str() });
    text
}

/// What was done about this incident, in words.
fn actions(dossier: &Dossier, say: &Sentences) -> Vec<String> {
    let mut actions = Vec::new();
    let cleaned = dossier.cleaned.as_ref().filter(|(at, _)| dossier.is_of_incident(*at));
    if let Some((at, by)) = cleaned {
        let at = format!("{} UTC", say.language().minute(*at));
        let blanks = [("time", at.as_str()), ("name", by.as_str())];
        actions.push(say.say("request-line-cleaned", &blanks));
    }
    let newest = dossier.cleanups.iter().find(|run| run.undoes.is_none());
    if let Some(cleanup) = newest.filter(|run| dossier.is_of_incident(run.asked_at)) {
        for step in &cleanup.plan.steps {
            let is_undone = cleanup.is_undone(step.number, &dossier.cleanups);
            if cleanup.has_done(step.number) && !is_undone {
                let name = redacted(&report::shown(&step.target.name));
                let id = format!("cleanup-measure-{}", step.measure);
                actions.push(say.say(&id, &[("name", &name)]));
            }
        }
    }
    actions.truncate(RESOURCES_MAX);
    if actions.is_empty() {
        actions.push(say.say("request-line-nothing", &[]));
    }
    actions
}

/// Where requests are filed: the call of 2019, which later documents no longer show.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PartnerCenter {
    token: Secret,
    /// In place of Microsoft's own.
    endpoint: Option<Url>,
    /// The number of the support topic, of those that `GET /v1/servicerequests/supporttopics` lists.
    topic: String,
    /// The language of who answers.
    #[serde(default = "english")]
    locale: String,
}

fn english() -> String {
    "en-US".to_string()
}

impl PartnerCenter {
    /// Files a request; its number. `once` is the same for the same request, so that it is made once.
    ///
    /// # Errors
    /// Whether it is worth trying again, and why it failed.
    pub async fn file(
        &self,
        outside: &Outside,
        form: &Form,
        once: &str,
    ) -> Result<String, Failure> {
        let refused = |why: &str| Failure::Refused { why: why.to_string() };
        let fits = |letter: char| letter.is_ascii_alphanumeric() || letter == '-';
        if !self.locale.chars().all(fits) {
            return Err(refused("the locale is none"));
        }
        let base = self.endpoint.as_ref().map_or(PARTNER_CENTER, Url::as_str);
        let url = format!("{}/v1/servicerequests/{}", base.trim_end_matches('/'), self.locale);
        let url = Url::parse(&url).map_err(|_| refused("the endpoint is no address"))?;
        let mut headers = HeaderMap::new();
        let token = HeaderValue::from_str(&format!("Bearer {}", self.token.reveal()));
        headers.insert(AUTHORIZATION, token.map_err(|_| refused("the token is none"))?);
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        for name in ["ms-requestid", "ms-correlationid"] {
            let value = HeaderValue::from_str(once).map_err(|_| refused("no id"))?;
            headers.insert(HeaderName::from_static(name), value);
        }
        let body = json!({
            "title": form.title,
            "description": truncated(&form.description, DESCRIPTION_BYTES_MAX),
            "severity": "moderate",
            "supportTopicId": self.topic,
        });
        let answer = outside.exchange(Method::POST, &url, headers, body.to_string()).await?;
        let value: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
        match answer.status {
            StatusCode::OK | StatusCode::CREATED => {
                let id = value.get("id").and_then(Value::as_str).filter(|id| !id.is_empty());
                id.map(str::to_string).ok_or_else(|| refused("answered without a number"))
            }
            StatusCode::TOO_MANY_REQUESTS => {
                Err(Failure::Retry { after: answer.wait(), why: "asked too often".to_string() })
            }
            status if status.is_server_error() => {
                Err(Failure::Retry { after: answer.wait(), why: format!("answered {status}") })
            }
            status => {
                let said = value.get("description").or_else(|| value.get("message"));
                let said = report::shown(said.and_then(Value::as_str).unwrap_or_default());
                let code = value.get("code").map(Value::to_string).unwrap_or_default();
                Err(refused(&format!("answered {status}: {code} {said}{}", explained(&code))))
            }
        }
    }
}

/// What is to be done about some refusals (partner-center.md 1.5 and 2).
fn explained(code: &str) -> &'static str {
    if code.contains("900329") {
        ". This call takes no application alone: a person signs in with a second factor"
    } else if code.contains("MissingMFA") {
        ". The token was made without a second factor"
    } else {
        ""
    }
}

/// The id that makes a request once: a UUID from what it is about.
#[must_use]
pub fn once(account: &str, kind: Kind, filed_at: firedamp_core::time::Time) -> String {
    let hash = blake3::hash(format!("{account}\n{}\n{}", kind.id(), filed_at.millis()).as_bytes());
    let hex = hash.to_hex();
    let part = |from: usize, to: usize| hex.get(from..to).unwrap_or_default();
    format!("{}-{}-{}-{}-{}", part(0, 8), part(8, 12), part(12, 16), part(16, 20), part(20, 32))
}
