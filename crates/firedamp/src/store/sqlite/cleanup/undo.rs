//! The way back: how it was before each step, and runs that undo others.

use firedamp_core::{
    plan::{Plan, back::Former},
    time::Time,
};
use sqlx::SqliteConnection;

use super::{super::rows::json, PROGRAM, Wanted, begin, of_case, one};
use crate::store::{Cleanup, Error, FormerNote, Progress, Result};

/// Keeps how it was before a step. What is kept stays: a run that was killed may have done the step since.
pub(super) async fn keep(
    connection: &mut SqliteConnection,
    id: i64,
    number: u32,
    former: &Former,
) -> Result<()> {
    if one(connection, id).await?.progress != Progress::Approved {
        return Err(Error::Refused("this clean-up is not being carried out".to_string()));
    }
    write(connection, id, number, former).await
}

async fn write(
    connection: &mut SqliteConnection,
    id: i64,
    number: u32,
    former: &Former,
) -> Result<()> {
    sqlx::query(
        "INSERT INTO cleanup_former (cleanup_id, number, former) VALUES (?, ?, ?)
         ON CONFLICT DO NOTHING",
    )
    .bind(id)
    .bind(number)
    .bind(json(former))
    .execute(connection)
    .await?;
    Ok(())
}

/// Somebody asks for the undo of a run, or of one step of it.
pub(super) async fn ask(
    connection: &mut SqliteConnection,
    (run, step): (i64, Option<u32>),
    by: (&str, Time),
) -> Result<i64> {
    let case = one(connection, run).await?.case;
    let runs = of_case(connection, case).await?;
    let known = runs.iter().find(|known| known.id == run).ok_or(Error::Missing("clean-up"))?;
    let (plan, formers) = way_back(known, &runs, step)?;
    let plan = json(&plan);
    // What somebody approves is also what it goes back to, with what is shown to nobody.
    let whole: Vec<(u32, &Former)> =
        formers.iter().map(|note| (note.number, &note.former)).collect();
    let digest = blake3::hash(format!("{plan}\n{}", json(&whole)).as_bytes()).to_hex();
    let wanted = Wanted { case, plan: &plan, digest: &digest, undoes: Some(run) };
    let id = begin(connection, &wanted, by).await?;
    for note in formers {
        write(connection, id, note.number, &note.former).await?;
    }
    Ok(id)
}

/// The steps that can be undone, the last first, and what they go back to.
fn way_back(
    run: &Cleanup,
    runs: &[Cleanup],
    number: Option<u32>,
) -> Result<(Plan, Vec<FormerNote>)> {
    let refused = |why: &str| Err(Error::Refused(why.to_string()));
    if run.undoes.is_some() {
        return refused("an undo is not undone: ask for the clean-up again");
    }
    if number.is_some_and(|number| run.plan.steps.iter().all(|step| step.number != number)) {
        return Err(Error::Missing("step"));
    }
    let mut plan = run.plan.clone();
    plan.steps.retain(|step| {
        number.is_none_or(|number| step.number == number) && run.stays(step, runs).is_none()
    });
    plan.steps.reverse();
    if plan.steps.is_empty() {
        return refused(match number {
            Some(_) => "this step can't be undone",
            None => "nothing of this clean-up can be undone",
        });
    }
    let is_in = |note: &&FormerNote| plan.steps.iter().any(|step| step.number == note.number);
    let formers = run.formers.iter().filter(is_in).cloned().collect();
    Ok((plan, formers))
}

/// Something that was stopped may run again: the case is not cleaned up any more, unless a person said so.
pub(super) async fn runs_again(connection: &mut SqliteConnection, case: i64) -> Result<()> {
    sqlx::query("DELETE FROM cleaned WHERE case_id = ? AND by = ?")
        .bind(case)
        .bind(PROGRAM)
        .execute(connection)
        .await?;
    Ok(())
}
