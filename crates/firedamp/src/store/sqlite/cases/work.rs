//! What people do to cases.

use firedamp_core::{
    authorisation::Missing,
    judged::Judged,
    life::{Life, Reason, Status},
    proof::{self, Proof, Verdict},
    redact::redacted,
    saying::{Blank, Saying},
    text::truncated,
    time::Time,
};
use sqlx::{QueryBuilder, Row, SqliteConnection};

use super::{
    super::{
        super::{
            Act, Action, COMMENT_MAX, CaseRow, Error, LABELS_MAX, NAME_MAX, Result,
            SNOOZE_DAYS_MAX, Subject, proven_since,
        },
        cleanup::{of_case, when_cleaned},
        outbox,
        rows::{json, read_json},
    },
    ROW, append, append_said, labels, row, unpacked,
};
use crate::{authorisation, language::recognised_or_text, report::shown};

/// The kind of an entry that tells of what was not done.
const REFUSED: &str = "refused";
/// Resources named of those that are not proven to have stopped, and bytes of each name.
const UNPROVEN_MAX: usize = 5;
const UNPROVEN_BYTES_MAX: usize = 250;

pub(in super::super) async fn act(connection: &mut SqliteConnection, act: &Act) -> Result<CaseRow> {
    let case = find(connection, act.case).await?;
    if let Some(seen) = act.revision.filter(|seen| *seen != case.revision) {
        return Err(Error::Changed { seen, now: case.revision });
    }
    let (kind, words) = match &act.action {
        Action::Assign(person) => assign(connection, act.case, person.as_deref()).await?,
        Action::Comment(text) => ("comment", Words::Own(some(text, COMMENT_MAX, "a comment")?)),
        Action::Label(label) => add_label(connection, act.case, label).await?,
        Action::Unlabel(label) => take_label(connection, act.case, label).await?,
        Action::Reopen(status) => reopen(connection, act.case, *status).await?,
        Action::Resolve(reason) => {
            if *reason == Reason::Fraud {
                must_be_proven(connection, act.case).await?;
            }
            resolve(connection, act.case, *reason, act.at).await?
        }
        Action::ResolveAnyway(why) => {
            let why = some(why, COMMENT_MAX, "a reason")?;
            resolve(connection, act.case, Reason::Fraud, act.at).await?;
            (
                "resolved",
                Words::Said(Saying::of("log-resolved-anyway").say("why", recognised_or_text(&why))),
            )
        }
        Action::ResolveLegitimate { why, lacks } => {
            let why = some(why, COMMENT_MAX, "a reason")?;
            resolve(connection, act.case, Reason::Legitimate, act.at).await?;
            ("resolved", Words::Said(legitimate(lacks, why)))
        }
        Action::NotLegitimate(lacks) => {
            if last_kind(connection, act.case).await?.as_deref() == Some(REFUSED) {
                return Ok(case);
            }
            let said = Saying::of("log-not-legitimate").with("what", authorisation::wanted(lacks));
            (REFUSED, Words::Said(said))
        }
        Action::Snooze(until) => {
            if until.is_some_and(|until| until <= act.at) {
                return Err(Error::Refused("a case sleeps until a time to come".to_string()));
            }
            let latest = act.at.plus_seconds(SNOOZE_DAYS_MAX * 86_400);
            if until.is_some_and(|until| until > latest) {
                let why = format!("a case sleeps {SNOOZE_DAYS_MAX} days at most");
                return Err(Error::Refused(why));
            }
            snooze(connection, act.case, *until).await?
        }
    };
    match words {
        Words::Own(text) => append(connection, act.case, act.at, (&act.actor, kind, &text)).await?,
        Words::Said(said) => {
            append_said(connection, act.case, act.at, (&act.actor, kind, &said)).await?;
        }
    }
    // Who gives it back to nobody has not taken it up, nor has who was refused.
    if !matches!(act.action, Action::Assign(None) | Action::NotLegitimate(_)) {
        outbox::acknowledge(connection, Subject::Case(act.case), &act.actor, act.at).await?;
    }
    find(connection, act.case).await
}

async fn find(connection: &mut SqliteConnection, id: i64) -> Result<CaseRow> {
    let mut query = QueryBuilder::new("SELECT");
    query.push(ROW).push(" WHERE \"case\".id = ").push_bind(id);
    let found = query.build().fetch_optional(&mut *connection).await?;
    let mut case = row(&found.ok_or(Error::Missing("case"))?)?;
    case.labels = labels(connection, id).await?;
    Ok(case)
}

/// Text that people wrote: some, and not too much of it.
pub(in super::super) fn some(text: &str, most: usize, what: &str) -> Result<String> {
    let text = text.trim();
    match text.chars().count() {
        0 => Err(Error::Refused(format!("{what} needs some text"))),
        letters if letters > most => {
            Err(Error::Refused(format!("{what} has {most} letters at most, not {letters}")))
        }
        _ => Ok(text.to_string()),
    }
}

/// What stands in the activity.
enum Words {
    /// What somebody wrote.
    Own(String),
    /// What the program says.
    Said(Saying),
}

type Done = (&'static str, Words);

async fn assign(
    connection: &mut SqliteConnection,
    case: i64,
    person: Option<&str>,
) -> Result<Done> {
    let person = person.map(|name| some(name, NAME_MAX, "a name")).transpose()?;
    sqlx::query("UPDATE \"case\" SET assignee = ? WHERE id = ?")
        .bind(&person)
        .bind(case)
        .execute(connection)
        .await?;
    let said = match person {
        Some(name) => Saying::of("log-assigned").text("name", name),
        None => Saying::of("log-assigned.nobody"),
    };
    Ok(("assigned", Words::Said(said)))
}

async fn add_label(connection: &mut SqliteConnection, case: i64, label: &str) -> Result<Done> {
    let label = some(label, NAME_MAX, "a label")?;
    if labels(&mut *connection, case).await?.len() >= LABELS_MAX {
        return Err(Error::Refused(format!("a case has {LABELS_MAX} labels at most")));
    }
    sqlx::query("INSERT INTO label (case_id, label) VALUES (?, ?) ON CONFLICT DO NOTHING")
        .bind(case)
        .bind(&label)
        .execute(connection)
        .await?;
    Ok(("labelled", Words::Own(label)))
}

async fn take_label(connection: &mut SqliteConnection, case: i64, label: &str) -> Result<Done> {
    let gone = sqlx::query("DELETE FROM label WHERE case_id = ? AND label = ?")
        .bind(case)
        .bind(label)
        .execute(connection)
        .await?;
    match gone.rows_affected() {
        0 => Err(Error::Missing("label")),
        _ => Ok(("unlabelled", Words::Own(label.to_string()))),
    }
}

async fn life(connection: &mut SqliteConnection, case: i64) -> Result<Life> {
    let query = "SELECT life FROM \"case\" WHERE id = ?";
    let life: String = sqlx::query_scalar(query).bind(case).fetch_one(connection).await?;
    read_json(&life)
}

pub(in super::super) async fn write_life(
    connection: &mut SqliteConnection,
    case: i64,
    life: &Life,
) -> Result<()> {
    sqlx::query("UPDATE \"case\" SET status = ?, reason = ?, life = ? WHERE id = ?")
        .bind(life.status.id())
        .bind(life.reason.map(Reason::id))
        .bind(json(life))
        .bind(case)
        .execute(connection)
        .await?;
    Ok(())
}

async fn reopen(connection: &mut SqliteConnection, case: i64, status: Status) -> Result<Done> {
    if status == Status::Resolved {
        return Err(Error::Refused("a case is resolved for a reason".to_string()));
    }
    let mut life = life(connection, case).await?;
    life.reopen(status);
    write_life(connection, case, &life).await?;
    wake(connection, case).await?;
    let said = match status {
        Status::Active => "status-active",
        Status::Investigating => "status-investigating",
        Status::Resolved => "status-resolved",
    };
    Ok(("status", Words::Said(Saying::of(said))))
}

async fn resolve(
    connection: &mut SqliteConnection,
    case: i64,
    reason: Reason,
    at: Time,
) -> Result<Done> {
    let query = "SELECT evidence FROM judgement WHERE case_id = ?";
    let row = sqlx::query(query).bind(case).fetch_one(&mut *connection).await?;
    let evidence: String = row.try_get("evidence")?;
    let mut life = life(connection, case).await?;
    life.resolve(reason, &read_json(&evidence)?, at);
    write_life(connection, case, &life).await?;
    wake(connection, case).await?;
    let said = match reason {
        Reason::Fraud => "reason-fraud",
        Reason::Legitimate => "reason-legitimate",
        Reason::Ignore => "reason-ignore",
    };
    Ok(("resolved", Words::Said(Saying::of(said))))
}

fn legitimate(lacks: &[Missing], why: String) -> Saying {
    let said = match lacks.is_empty() {
        true => Saying::of("log-resolved-legitimate"),
        false => Saying::of("log-resolved-legitimate.unapproved")
            .with("what", authorisation::wanted(lacks)),
    };
    said.text("why", why)
}

/// The kind of the last entry of a case's activity.
async fn last_kind(connection: &mut SqliteConnection, case: i64) -> Result<Option<String>> {
    let query = "SELECT kind FROM activity WHERE case_id = ? ORDER BY number DESC LIMIT 1";
    Ok(sqlx::query_scalar(query).bind(case).fetch_optional(connection).await?)
}

/// A case is cleaned up when it is proven that what it tells of has stopped.
async fn must_be_proven(connection: &mut SqliteConnection, case: i64) -> Result<()> {
    let query = "SELECT json FROM judgement WHERE case_id = ?";
    let json: Vec<u8> = sqlx::query_scalar(query).bind(case).fetch_one(&mut *connection).await?;
    let cleaned = when_cleaned(&mut *connection, case).await?.map(|(at, _)| at);
    let runs = of_case(&mut *connection, case).await?;
    let judged: Judged = read_json(&unpacked(&json)?)?;
    let proof = proof::of(&judged, proven_since(cleaned, judged.last_observed, &runs));
    match proof.verdict {
        Verdict::Stopped => Ok(()),
        verdict => Err(Error::Refused(unproven(&proof, verdict))),
    }
}

/// Why a case is not proven to have stopped, with the resources that it hangs on.
fn unproven(proof: &Proof, verdict: Verdict) -> String {
    let runs = verdict == Verdict::Runs;
    let own = proof.unproven().filter(|one| !runs || one.verdict == Verdict::Runs);
    let names: Vec<String> = own
        .take(UNPROVEN_MAX)
        .map(|one| redacted(&shown(truncated(&one.resource, UNPROVEN_BYTES_MAX))))
        .collect();
    let names = names.join(", ");
    match (runs, names.is_empty()) {
        (true, true) => "something goes on after the clean-up; look at the proof, or say why the \
                         case is resolved all the same"
            .to_string(),
        (true, false) => format!(
            "something goes on after the clean-up in {names}; look at the proof, or say why the \
             case is resolved all the same"
        ),
        (false, true) => "the telemetry does not prove yet that it stopped; wait for more, or say \
                          why the case is resolved all the same"
            .to_string(),
        (false, false) => format!(
            "the telemetry does not prove yet that it stopped in {names}; wait for more, or say \
             why the case is resolved all the same"
        ),
    }
}

/// Whoever takes a case up, puts it back or is done with it wants it no longer to sleep.
async fn wake(connection: &mut SqliteConnection, case: i64) -> Result<()> {
    sqlx::query("UPDATE \"case\" SET snoozed_until = NULL WHERE id = ?")
        .bind(case)
        .execute(connection)
        .await?;
    Ok(())
}

async fn snooze(connection: &mut SqliteConnection, case: i64, until: Option<Time>) -> Result<Done> {
    sqlx::query("UPDATE \"case\" SET snoozed_until = ? WHERE id = ?")
        .bind(until.map(Time::millis))
        .bind(case)
        .execute(connection)
        .await?;
    let said = match until {
        Some(until) => Saying::of("log-snoozed").with("until", Blank::Instant(until)),
        None => Saying::of("log-snoozed.awake"),
    };
    Ok(("snoozed", Words::Said(said)))
}
