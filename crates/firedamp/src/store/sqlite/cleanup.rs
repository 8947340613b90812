//! Clean-ups. What they change is written together with the activity that tells of it.

mod read;
mod requests;
mod undo;

use async_trait::async_trait;
use firedamp_core::{
    id::ObjectId,
    plan::{Phase, Plan, Step, back::Former},
    saying::Saying,
    text::truncated,
    time::Time,
};
use sqlx::{QueryBuilder, Row, SqliteConnection};

use crate::language::recognised_or_text;

use super::{
    super::{
        Cleanup, Cleanups, Error, Progress, RequestRow, Result, StepNote,
        cleanup::{ANSWER_MAX, computes},
    },
    Sqlite,
    cases::append_said,
};
pub(super) use read::of_case;
use read::one;

/// Who acts when nobody does.
const PROGRAM: &str = "firedamp";

/// The state of a step whose end is not known.
const BEGUN: &str = "begun";
/// Objects that are asked for at once.
const OBJECTS_MAX: usize = 2000;
/// Bytes of a plan; 2,000 steps of some commands each.
const PLAN_BYTES_MAX: usize = 16 << 20;

#[async_trait]
impl Cleanups for Sqlite {
    async fn ask_cleanup(&self, case: i64, plan: &Plan, by: &str, at: Time) -> Result<i64> {
        let text = super::rows::json(plan);
        if text.len() > PLAN_BYTES_MAX {
            return Err(Error::Refused("the plan is too large to be carried out".to_string()));
        }
        writing!(self, |connection| ask(connection, case, &text, (by, at)).await?)
    }

    async fn cleanups(&self, case: i64) -> Result<Vec<Cleanup>> {
        of_case(&mut *self.readers.acquire().await?, case).await
    }

    async fn waiting_cleanups(&self) -> Result<Vec<Cleanup>> {
        let query = "SELECT * FROM cleanup WHERE state IN ('asked', 'approved') ORDER BY id";
        let mut connection = self.readers.acquire().await?;
        let rows = sqlx::query(query).fetch_all(&mut *connection).await?;
        read::whole(&mut connection, rows).await
    }

    async fn decide_cleanup(
        &self,
        id: i64,
        approved: Option<&str>,
        by: &str,
        at: Time,
    ) -> Result<()> {
        writing!(self, |connection| decide(connection, id, approved, (by, at)).await?)
    }

    async fn ask_undo(&self, run: i64, step: Option<u32>, by: &str, at: Time) -> Result<i64> {
        writing!(self, |connection| undo::ask(connection, (run, step), (by, at)).await?)
    }

    async fn keep_former(&self, id: i64, number: u32, former: &Former) -> Result<()> {
        writing!(self, |connection| undo::keep(connection, id, number, former).await?)
    }

    async fn note_step(&self, id: i64, note: &StepNote) -> Result<()> {
        writing!(self, |connection| note_step(connection, id, note).await?)
    }

    async fn end_cleanup(&self, id: i64, progress: Progress, why: &str, at: Time) -> Result<()> {
        writing!(self, |connection| end(connection, id, progress, (why, at)).await?)
    }

    async fn note_cleaned(&self, case: i64, by: &str, at: Time) -> Result<()> {
        writing!(self, |connection| {
            cleaned_up(connection, case, by, at).await?;
            append_said(connection, case, at, (by, "cleaned", &Saying::of("log-cleaned"))).await?;
        })
    }

    async fn cleaned(&self, case: i64) -> Result<Option<(Time, String)>> {
        when_cleaned(&self.readers, case).await
    }

    async fn requests(&self, case: i64) -> Result<Vec<RequestRow>> {
        let query = "SELECT * FROM request WHERE case_id = ? ORDER BY incident, filed_at, kind";
        let rows = sqlx::query(query).bind(case).fetch_all(&self.readers).await?;
        rows.iter().map(requests::read).collect()
    }

    async fn asked_requests(&self) -> Result<Vec<RequestRow>> {
        let query = "SELECT * FROM request WHERE state = 'asked' ORDER BY case_id, incident, kind";
        let rows = sqlx::query(query).fetch_all(&self.readers).await?;
        rows.iter().map(requests::read).collect()
    }

    async fn note_request(&self, request: &RequestRow, at: Time) -> Result<()> {
        writing!(self, |connection| requests::note(connection, request, at).await?)
    }

    async fn credit_before(&self, case: i64) -> Result<bool> {
        let query = "SELECT EXISTS (SELECT 1 FROM request
             JOIN \"case\" AS other ON other.id = request.case_id
             JOIN owner AS theirs ON theirs.account = other.account
             JOIN owner AS ours ON ours.party = theirs.party
             JOIN \"case\" AS own ON own.account = ours.account
             WHERE own.id = ?1 AND (other.id <> ?1 OR request.incident < own.begun_at)
             AND request.kind = 'credit'
             AND request.state IN ('filed', 'answered', 'granted'))";
        Ok(sqlx::query_scalar(query).bind(case).fetch_one(&self.readers).await?)
    }

    async fn object_paths(&self, ids: &[ObjectId]) -> Result<Vec<(ObjectId, String)>> {
        let mut paths = Vec::new();
        let mut query = QueryBuilder::new("SELECT DISTINCT hash, path FROM object WHERE hash IN (");
        let mut separated = query.separated(", ");
        for id in ids.iter().take(OBJECTS_MAX) {
            separated.push_bind(id.0.to_vec());
        }
        query.push(")");
        for row in query.build().fetch_all(&self.readers).await? {
            let (hash, path): (Vec<u8>, String) = (row.try_get("hash")?, row.try_get("path")?);
            paths.extend(hash.try_into().ok().map(|hash| (ObjectId(hash), path)));
        }
        Ok(paths)
    }
}

async fn ask(
    connection: &mut SqliteConnection,
    case: i64,
    plan: &str,
    by: (&str, Time),
) -> Result<i64> {
    let digest = blake3::hash(plan.as_bytes()).to_hex().to_string();
    begin(connection, &Wanted { case, plan, digest: &digest, undoes: None }, by).await
}

/// What somebody asks for.
struct Wanted<'a> {
    case: i64,
    plan: &'a str,
    digest: &'a str,
    undoes: Option<i64>,
}

/// Writes down what somebody asks for; a case has one under way.
async fn begin(
    connection: &mut SqliteConnection,
    wanted: &Wanted<'_>,
    (by, at): (&str, Time),
) -> Result<i64> {
    let asked = sqlx::query_scalar(
        "INSERT INTO cleanup (case_id, state, plan, digest, undoes, asked_by, asked_at)
         VALUES (?, 'asked', ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING RETURNING id",
    )
    .bind(wanted.case)
    .bind(wanted.plan)
    .bind(wanted.digest)
    .bind(wanted.undoes)
    .bind(by)
    .bind(at.millis())
    .fetch_optional(&mut *connection)
    .await?;
    let refused = || Error::Refused("a clean-up of this case is under way already".to_string());
    let id: i64 = asked.ok_or_else(refused)?;
    let (kind, said) = (kind(wanted.undoes, "asked"), said_of(id, wanted.undoes, wanted.digest));
    append_said(connection, wanted.case, at, (by, &kind, &said)).await?;
    Ok(id)
}

/// What an entry of the log is called.
fn kind(undoes: Option<i64>, what: &str) -> String {
    let start = if undoes.is_some() { "undo" } else { "cleanup" };
    format!("{start}_{what}")
}

/// Which clean-up, or which undo of which, and the plan of it.
fn said_of(id: i64, undoes: Option<i64>, digest: &str) -> Saying {
    let said = match undoes {
        Some(run) => Saying::of("log-undo").text("run", run),
        None => Saying::of("log-cleanup"),
    };
    said.text("number", id).text("digest", digest)
}

async fn decide(
    connection: &mut SqliteConnection,
    id: i64,
    approved: Option<&str>,
    (by, at): (&str, Time),
) -> Result<()> {
    let known = one(connection, id).await?;
    let (next, what) = match approved {
        None if known.progress.is_open() => (Progress::Withdrawn, "withdrawn"),
        Some(_) if known.progress != Progress::Tried => {
            return Err(Error::Refused("a clean-up is approved after its dry run".to_string()));
        }
        Some(_) if known.asked_by == by => {
            return Err(Error::Refused("who asks for a clean-up can't approve it".to_string()));
        }
        Some(digest) if digest != known.digest => {
            return Err(Error::Refused("this is not the plan that you saw".to_string()));
        }
        Some(_) => (Progress::Approved, "approved"),
        None => return Err(Error::Refused("this clean-up has ended already".to_string())),
    };
    sqlx::query("UPDATE cleanup SET state = ?, decided_by = ?, decided_at = ? WHERE id = ?")
        .bind(next.id())
        .bind(by)
        .bind(at.millis())
        .bind(id)
        .execute(&mut *connection)
        .await?;
    let (kind, said) = (kind(known.undoes, what), said_of(id, known.undoes, &known.digest));
    append_said(connection, known.case, at, (by, &kind, &said)).await
}

/// Whether a step was begun, and nobody wrote yet how it ended.
async fn is_begun(connection: &mut SqliteConnection, id: i64, note: &StepNote) -> Result<bool> {
    let query = "SELECT EXISTS (SELECT 1 FROM cleanup_step
                 WHERE cleanup_id = ? AND number = ? AND is_dry = ? AND state = ?)";
    let query = sqlx::query_scalar(query).bind(id).bind(note.number).bind(note.is_dry);
    Ok(query.bind(BEGUN).fetch_one(connection).await?)
}

async fn note_step(connection: &mut SqliteConnection, id: i64, note: &StepNote) -> Result<()> {
    let known = one(connection, id).await?;
    let is_wanted = matches!(known.progress, Progress::Asked | Progress::Approved);
    // What was under way when somebody withdrew it has happened all the same.
    if !is_wanted && (note.state == BEGUN || !is_begun(connection, id, note).await?) {
        return Err(Error::Refused("this clean-up is not being carried out".to_string()));
    }
    let answer = truncated(&note.answer, ANSWER_MAX);
    sqlx::query(
        "INSERT INTO cleanup_step (cleanup_id, number, is_dry, state, at, answer)
         VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (cleanup_id, number, is_dry) DO UPDATE SET
         state = excluded.state, at = excluded.at, answer = excluded.answer",
    )
    .bind(id)
    .bind(note.number)
    .bind(note.is_dry)
    .bind(&note.state)
    .bind(note.at.millis())
    .bind(answer)
    .execute(&mut *connection)
    .await?;
    if note.is_dry {
        return Ok(());
    }
    let step = known.plan.steps.iter().find(|step| step.number == note.number);
    if known.undoes.is_some() && note.may_have_changed() && step.is_some_and(computes) {
        undo::runs_again(connection, known.case).await?;
    }
    let said = step_said(&known, step, &note.state, answer).text("step", note.number);
    let kind = kind(known.undoes, "step");
    append_said(connection, known.case, note.at, (PROGRAM, &kind, &said)).await
}

/// What came of a step, in words.
fn step_said(run: &Cleanup, step: Option<&Step>, state: &str, answer: &str) -> Saying {
    let what = step.map(|step| {
        let name = firedamp_core::text::printable(&step.target.name);
        Saying::named(format!("cleanup-measure-{}", step.measure)).text("name", name)
    });
    let state = match state {
        "done" => Saying::of("log-cleanup-step.done"),
        "failed" => Saying::of("log-cleanup-step.failed"),
        "by_hand" => Saying::of("log-cleanup-step.by-hand"),
        _ => Saying::of("log-cleanup-step.begun"),
    };
    let answered =
        || Saying::of("log-cleanup-step.answer").say("answer", recognised_or_text(answer));
    let is_undo = run.undoes.is_some();
    Saying::of(if is_undo { "log-undo-step" } else { "log-cleanup-step" })
        .text("number", run.id)
        .say("what", what)
        .say("state", state)
        .say("answer", (!answer.is_empty()).then(answered))
}

async fn end(
    connection: &mut SqliteConnection,
    id: i64,
    progress: Progress,
    (why, at): (&str, Time),
) -> Result<()> {
    let known = one(connection, id).await?;
    // Somebody may have withdrawn it meanwhile.
    if !matches!(known.progress, Progress::Asked | Progress::Approved) {
        return Ok(());
    }
    let is_end = progress != Progress::Tried;
    sqlx::query("UPDATE cleanup SET state = ?, why = ?, ended_at = ? WHERE id = ?")
        .bind(progress.id())
        .bind((!why.is_empty()).then(|| truncated(why, ANSWER_MAX)))
        .bind(is_end.then(|| at.millis()))
        .bind(id)
        .execute(&mut *connection)
        .await?;
    let is_cleanup = progress == Progress::Done && known.undoes.is_none();
    let is_clean = is_cleanup && has_stopped_all(connection, &known).await?;
    if is_clean {
        cleaned_up(connection, known.case, PROGRAM, at).await?;
    }
    let kind = kind(known.undoes, progress.id());
    if is_cleanup && !is_clean {
        let said = Saying::of("log-cleanup-rest").text("number", id);
        return append_said(connection, known.case, at, (PROGRAM, &kind, &said)).await;
    }
    let is_undo = known.undoes.is_some();
    let said = match why.trim() {
        "" if is_undo => Saying::of("log-undo-end"),
        "" => Saying::of("log-cleanup-end"),
        why => {
            let id = if is_undo { "log-undo-end.because" } else { "log-cleanup-end.because" };
            Saying::of(id).say("why", recognised_or_text(why))
        }
    };
    append_said(connection, known.case, at, (PROGRAM, &kind, &said.text("number", id))).await
}

/// Whether a run stopped what computes: one that only copied is no clean-up, nor is one that left a
/// machine to people, nor one of a plan that did not hold all that was named.
async fn has_stopped_all(connection: &mut SqliteConnection, run: &Cleanup) -> Result<bool> {
    let query = "SELECT number FROM cleanup_step
                 WHERE cleanup_id = ? AND is_dry = 0 AND state = 'done'";
    let done: Vec<u32> = sqlx::query_scalar(query).bind(run.id).fetch_all(connection).await?;
    let mut contained = run.plan.steps.iter().filter(|step| step.phase == Phase::Contain);
    let is_done = |step: &Step| done.contains(&step.number);
    let is_all = contained.clone().any(is_done) && !run.plan.is_cut;
    Ok(is_all && contained.all(|step| is_done(step) || !computes(step)))
}

async fn cleaned_up(
    connection: &mut SqliteConnection,
    case: i64,
    by: &str,
    at: Time,
) -> Result<()> {
    sqlx::query(
        "INSERT INTO cleaned (case_id, at, by) VALUES (?, ?, ?)
         ON CONFLICT (case_id) DO UPDATE SET at = excluded.at, by = excluded.by",
    )
    .bind(case)
    .bind(at.millis())
    .bind(by)
    .execute(connection)
    .await?;
    Ok(())
}

/// When a case was cleaned up, and by whom.
pub(super) async fn when_cleaned<'a>(
    executor: impl sqlx::SqliteExecutor<'a>,
    case: i64,
) -> Result<Option<(Time, String)>> {
    let query = sqlx::query("SELECT at, by FROM cleaned WHERE case_id = ?").bind(case);
    let row = query.fetch_optional(executor).await?;
    row.map(|row| Ok((Time::from_millis(row.try_get("at")?), row.try_get("by")?))).transpose()
}
