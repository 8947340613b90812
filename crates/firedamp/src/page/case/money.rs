//! Money back: by when, how much, what is still missing; the pack, and what the provider is asked for.

use askama::Template;
use axum::{
    Extension,
    extract::{Path, State, rejection::PathRejection},
    response::{Redirect, Response},
};
use firedamp_core::{compensation::Claim, time::Time};
use serde::Deserialize;
use std::sync::Arc;

use super::{
    super::{
        answered,
        form::{Fields, OnCase, Refused},
        view::minute,
    },
    Opened,
    cleanup::{Say, file, language},
    number,
    rules::in_words,
    written,
};
use crate::{
    language::{Language, Sentences},
    pack::{self, Dossier, Key, day_of, sum_in_words},
    report,
    request::{self, Form, Kind},
    store::RequestRow,
    web::{
        App, Problem,
        access::{Caller, Role},
    },
};

const DAY_SECONDS: i64 = 86_400;
/// Lines of charges on the page; all are in the pack.
const CHARGES_MAX: usize = 200;

#[derive(Template)]
#[template(path = "page/case/money.html")]
struct Page {
    say: Say,
    case: i64,
    may_act: bool,
    /// Microsoft takes requests through an interface, and this desk has what it needs for that.
    may_file: bool,
    /// A credit can be asked for only with a reason, since no rule gives one.
    must_say_why: bool,
    /// What has to be set first.
    unset: Vec<String>,
    claim: Option<ClaimView>,
    charges: Vec<(String, String, String)>,
    key: Option<String>,
    requests: Vec<RequestView>,
    /// What was asked in incidents before this one.
    earlier: Vec<Earlier>,
}

struct ClaimView {
    wher: String,
    is_once: bool,
    sums: Vec<String>,
    until: Option<String>,
    due: Vec<(String, String, String)>,
    needs: Vec<(String, String, bool)>,
}

struct RequestView {
    kind: &'static str,
    title: String,
    form: Form,
    rows: usize,
    state: Option<String>,
    reference: String,
}

/// A request of an incident that is over; its answer may still come.
struct Earlier {
    kind: &'static str,
    title: String,
    /// When the incident began, as the form gives it back.
    incident: String,
    begun: String,
    state: String,
    reference: String,
}

pub(super) async fn show(opened: &Opened<'_>) -> Result<String, Problem> {
    let Opened { app, caller, file, now, .. } = opened;
    let language = language(caller);
    let say = Sentences::of(language);
    let dossier = Dossier::read(&*app.store, file.row.id, caller.within(), *now).await?;
    let is_microsoft = dossier.judged.cloud() == firedamp_core::id::Provider::Azure;
    let unset = if is_microsoft { lacking(app, &dossier, &say) } else { Vec::new() };
    let is_desk = caller.scope.is_none();
    let kinds = if is_desk { Kind::of(&dossier) } else { Vec::new() };
    let page = Page {
        case: file.row.id,
        may_act: opened.may_act(),
        may_file: is_microsoft && unset.is_empty(),
        must_say_why: is_desk && opened.may_act() && !kinds.contains(&Kind::Credit),
        unset,
        claim: dossier.claim.as_ref().map(|claim| claim_view(claim, &dossier, &say, language)),
        charges: charges(&dossier, language),
        key: Key::open(app.data()).ok().map(|key| key.public().text()),
        earlier: dossier.asked().1.into_iter().filter_map(|row| earlier(row, &say)).collect(),
        requests: kinds
            .into_iter()
            .map(|kind| request_view(&dossier, kind, &say, (language, &caller.name)))
            .collect(),
        say: Say(say),
    };
    written(&page)
}

/// What a desk lacks before it can file a request itself.
fn lacking(app: &App, dossier: &Dossier, say: &Sentences) -> Vec<String> {
    let lacks = [
        ("request-set-clouds", !app.about.files_requests),
        ("request-set-partner", !dossier.partner.is_complete()),
    ];
    lacks.into_iter().filter(|(_, is_so)| *is_so).map(|(id, _)| say.say(id, &[])).collect()
}

fn claim_view(claim: &Claim, dossier: &Dossier, say: &Sentences, language: Language) -> ClaimView {
    let due = claim.deadlines.iter().map(|deadline| {
        let days = deadline.by.seconds_since(dossier.now).div_euclid(DAY_SECONDS);
        let left = match days {
            ..0 => say.say("money-over", &[]),
            0 => say.say("money-today", &[]),
            _ => say.count("money-left", "days", days),
        };
        (in_words(deadline, &dossier.file.row, say), format!("{} UTC", minute(deadline.by)), left)
    });
    let needs = claim.needs.iter().map(|(need, standing)| {
        let standing_words = say.say(&format!("money-standing-{}", standing.id()), &[]);
        let is_missing = *standing == firedamp_core::compensation::Standing::Missing;
        (say.say(&format!("money-need-{}", need.id()), &[]), standing_words, is_missing)
    });
    let until = claim
        .covered_until
        .map(|time| say.say("money-until", &[("day", &language.day(time.plus_seconds(-1)))]));
    let asked = say.say(&format!("money-where-{}", claim.rule.provider), &[]);
    let source = format!("money-source-{}", claim.rule.provider);
    ClaimView {
        wher: format!(
            "{asked} ({})",
            say.word(&source).unwrap_or_else(|| claim.rule.source.clone())
        ),
        is_once: claim.rule.once_per.is_some(),
        sums: claim
            .sums
            .iter()
            .map(|sum| sum_in_words(say, language, sum, claim.is_over(dossier.now)))
            .collect(),
        until,
        due: due.collect(),
        needs: needs.collect(),
    }
}

fn charges(dossier: &Dossier, language: Language) -> Vec<(String, String, String)> {
    let rows = dossier.judged.charges.iter().flat_map(|charged| {
        charged.days.iter().map(move |(day, amount)| {
            let amount = language.money(*amount, &charged.currency);
            (report::shown(&charged.resource), day_of(day, language), amount)
        })
    });
    rows.take(CHARGES_MAX).collect()
}

fn request_view(
    dossier: &Dossier,
    kind: Kind,
    say: &Sentences,
    (language, me): (Language, &str),
) -> RequestView {
    let form = request::form(dossier, kind, language, me);
    let (present, _) = dossier.asked();
    let known = present.into_iter().find(|row| row.kind == kind.id());
    RequestView {
        kind: kind.id(),
        title: say.say(&format!("request-{}", kind.id()), &[]),
        rows: form.description.lines().count() + 1,
        form,
        state: known.map(|row| standing(row, say)),
        reference: known.map(|row| report::shown(&row.reference)).unwrap_or_default(),
    }
}

/// How a request stands, who asked and when.
fn standing(row: &RequestRow, say: &Sentences) -> String {
    let state = say.say(&format!("request-state-{}", row.state), &[]);
    let at = format!("{} UTC", minute(row.filed_at));
    let by = say.say("request-by", &[("name", &report::shown(&row.by)), ("time", &at)]);
    format!("{state}, {by}")
}

fn earlier(row: &RequestRow, say: &Sentences) -> Option<Earlier> {
    let kind = Kind::from_id(&row.kind)?;
    let begun = format!("{} UTC", minute(row.incident));
    Some(Earlier {
        kind: kind.id(),
        title: say.say(&format!("request-{}", kind.id()), &[]),
        incident: row.incident.to_string(),
        begun: say.say("request-incident", &[("time", &begun)]),
        state: standing(row, say),
        reference: report::shown(&row.reference),
    })
}

/// A form of the section.
#[derive(Debug, Deserialize)]
pub(in super::super) struct Sent {
    kind: String,
    state: String,
    #[serde(default)]
    reference: String,
    /// Empty for the present incident.
    #[serde(default)]
    incident: String,
    /// Why a credit is asked for without a rule that gives one.
    #[serde(default)]
    why: String,
}

impl Fields for Sent {
    fn may(caller: &Caller) -> Result<(), Problem> {
        caller.must_be(Role::Analyst)?;
        caller.must_see_all()
    }
}

pub(in super::super) async fn act(
    OnCase { app, caller, file, form }: OnCase<Sent>,
) -> Result<Redirect, Refused> {
    let (case, filed_at) = (file.row.id, (app.clock)());
    let Sent { kind, state, reference, incident, why } = form;
    // One that is none has no request, and the store says so.
    let incident = match incident.as_str() {
        "" => file.row.begun_at,
        text => Time::parse(text).unwrap_or_default(),
    };
    let by = caller.name;
    let row = RequestRow { case, incident, kind, state, reference, by, filed_at, why };
    app.store.note_request(&row, filed_at).await?;
    Ok(Redirect::to(&format!("/cases/{case}/money")))
}

/// The pack, to be saved.
pub(in super::super) async fn download(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
    id: Result<Path<i64>, PathRejection>,
) -> Response {
    let language = language(&caller);
    answered(packed(&app, &caller, number(id), language).await)
}

pub(crate) async fn packed(
    app: &App,
    caller: &Caller,
    case: i64,
    language: Language,
) -> Result<Response, Problem> {
    let dossier = Dossier::read(&*app.store, case, caller.within(), (app.clock)()).await?;
    let failed = |error: anyhow::Error| {
        tracing::error!("a pack can't be made: {error:#}");
        let status = axum::http::StatusCode::SERVICE_UNAVAILABLE;
        Problem::new(status, "unavailable", "the pack can't be made; the log says why")
    };
    let key = Arc::new(Key::open(app.data()).map_err(failed)?);
    let bytes = pack::pack(&*app.store, dossier, key, language).await.map_err(failed)?;
    Ok(file(&pack::file_name(case), "application/gzip", bytes))
}
