//! Questions to customers and steps of checklists, in the database; each with its entry in the
//! activity of the case.

use firedamp_core::{checklist::Mark, saying::Saying, time::Time};
use sqlx::{Row, SqliteConnection, SqlitePool, sqlite::SqliteRow};

use crate::language::{Language, Sentences};

use super::{
    super::{
        Answer, Answered, By, COMMENT_MAX, COPIED, Contact, Error, LETTER_MAX, Letter, NAME_MAX,
        Question, Result, Sending, Taken,
    },
    cases::{self, append_said, some},
    rows::maybe_time,
};

pub(super) async fn ask(
    connection: &mut SqliteConnection,
    question: &Question,
    by: &By,
) -> Result<i64> {
    let subject = some(&question.subject, COMMENT_MAX, "the subject")?.replace(['\r', '\n'], " ");
    let body = some(&question.body, LETTER_MAX, "the letter")?;
    let state = if question.way == COPIED { "sent" } else { "sending" };
    let id: i64 = sqlx::query_scalar(
        "INSERT INTO contact (case_id, language, subject, body, way, state, next_at, asked_by,
         asked_at, due_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id",
    )
    .bind(question.case)
    .bind(&question.language)
    .bind(&subject)
    .bind(&body)
    .bind(&question.way)
    .bind(state)
    .bind(by.at.millis())
    .bind(&by.who)
    .bind(by.at.millis())
    .bind(question.due.millis())
    .fetch_one(&mut *connection)
    .await?;
    let said = Saying::of("log-asked").text("number", id).text("subject", &subject);
    let said = match question.way.as_str() {
        COPIED => said.say("way", Saying::of("log-asked.copied")),
        way => said.text("way", way),
    };
    append_said(connection, question.case, by.at, (&by.who, "asked the customer", &said)).await?;
    Ok(id)
}

/// Letters sent in one turn.
const LETTERS_MAX: i64 = 50;
/// None is put off for longer; what seems to be was put off before the clock was set back.
const PUT_OFF_SECONDS_MAX: i64 = 2 * 86_400;

pub(super) async fn letters(pool: &SqlitePool, now: Time) -> Result<Vec<Letter>> {
    let query = "SELECT contact.*, coalesce(party.mail, '') AS mail FROM contact
        JOIN \"case\" ON \"case\".id = case_id LEFT JOIN owner ON owner.account = \"case\".account
        LEFT JOIN party ON party.id = owner.party
        WHERE state = 'sending' AND (next_at <= ?1 OR next_at > ?2)
        ORDER BY contact.id LIMIT ?3";
    let rows = sqlx::query(query)
        .bind(now.millis())
        .bind(now.plus_seconds(PUT_OFF_SECONDS_MAX).millis())
        .bind(LETTERS_MAX)
        .fetch_all(pool)
        .await?;
    let letter = |row: &SqliteRow| {
        Ok(Letter {
            id: row.try_get("id")?,
            case: row.try_get("case_id")?,
            to: row.try_get("mail")?,
            subject: row.try_get("subject")?,
            body: row.try_get("body")?,
            way: row.try_get("way")?,
            at: Time::from_millis(row.try_get("asked_at")?),
            attempts: row.try_get("attempts")?,
        })
    };
    rows.iter().map(letter).collect()
}

async fn case_of(connection: &mut SqliteConnection, contact: i64) -> Result<i64> {
    let query = "SELECT case_id FROM contact WHERE id = ?";
    let case = sqlx::query_scalar(query).bind(contact).fetch_optional(connection).await?;
    case.ok_or(Error::Missing("question"))
}

pub(super) async fn sent(
    connection: &mut SqliteConnection,
    contact: i64,
    sending: &Sending,
    at: Time,
) -> Result<()> {
    let case = case_of(connection, contact).await?;
    let (state, next, why) = match sending {
        Sending::Sent => ("sent", at, None),
        Sending::Again { at, why } => ("sending", *at, Some(why)),
        Sending::Failed { why } => ("failed", at, Some(why)),
    };
    sqlx::query(
        "UPDATE contact SET state = ?, next_at = ?, error = ?, attempts = attempts + 1
         WHERE id = ?",
    )
    .bind(state)
    .bind(next.millis())
    .bind(why)
    .bind(contact)
    .execute(&mut *connection)
    .await?;
    let said = match sending {
        Sending::Sent => Saying::of("log-sent"),
        Sending::Failed { why } => Saying::of("log-not-sent").text("why", why),
        Sending::Again { .. } => return Ok(()),
    };
    let said = said.text("number", contact);
    append_said(connection, case, at, (cases::PROGRAM, "mail", &said)).await
}

pub(super) async fn answered(
    connection: &mut SqliteConnection,
    contact: i64,
    answered: &Answered,
) -> Result<()> {
    let case = case_of(connection, contact).await?;
    let who = some(&answered.who, NAME_MAX, "who answered")?;
    let text = some(&answered.text, LETTER_MAX, "the answer")?;
    let Answered { answer, noted, .. } = answered;
    sqlx::query(
        "UPDATE contact SET answer = ?, answer_text = ?, answered_by = ?, answered_at = ?,
         noted_by = ? WHERE id = ?",
    )
    .bind(answer.id())
    .bind(&text)
    .bind(&who)
    .bind(noted.at.millis())
    .bind(&noted.who)
    .bind(contact)
    .execute(&mut *connection)
    .await?;
    let answer = Saying::of(match answer {
        Answer::Ours => "log-answered.ours",
        Answer::NotOurs => "log-answered.not-ours",
        Answer::Unclear => "log-answered.unclear",
    });
    let said = Saying::of("log-answered").text("number", contact).text("who", who);
    let said = said.say("answer", answer).text("text", text);
    append_said(connection, case, noted.at, (&noted.who, "the customer answered", &said)).await
}

pub(super) async fn contacts(pool: &SqlitePool, case: i64) -> Result<Vec<Contact>> {
    let query = "SELECT * FROM contact WHERE case_id = ? ORDER BY id DESC";
    let rows = sqlx::query(query).bind(case).fetch_all(pool).await?;
    rows.iter().map(contact).collect()
}

fn contact(row: &SqliteRow) -> Result<Contact> {
    let answer: Option<String> = row.try_get("answer")?;
    let answered = match answer.as_deref().and_then(Answer::from_id) {
        None => None,
        Some(answer) => Some(Answered {
            answer,
            text: row.try_get::<Option<String>, _>("answer_text")?.unwrap_or_default(),
            who: row.try_get::<Option<String>, _>("answered_by")?.unwrap_or_default(),
            noted: By {
                who: row.try_get::<Option<String>, _>("noted_by")?.unwrap_or_default(),
                at: maybe_time(row.try_get("answered_at")?).unwrap_or_default(),
            },
        }),
    };
    Ok(Contact {
        id: row.try_get("id")?,
        language: row.try_get("language")?,
        subject: row.try_get("subject")?,
        body: row.try_get("body")?,
        way: row.try_get("way")?,
        state: row.try_get("state")?,
        error: row.try_get("error")?,
        asked: By {
            who: row.try_get("asked_by")?,
            at: Time::from_millis(row.try_get("asked_at")?),
        },
        due: Time::from_millis(row.try_get("due_at")?),
        answered,
    })
}

pub(super) async fn take_step(
    connection: &mut SqliteConnection,
    case: i64,
    step: &str,
    result: Option<(Mark, &str)>,
    by: &By,
) -> Result<()> {
    let Some((result, note)) = result else {
        let query = "DELETE FROM step WHERE case_id = ?1 AND step = ?2
                     AND incident = (SELECT begun_at FROM \"case\" WHERE id = ?1)";
        sqlx::query(query).bind(case).bind(step).execute(&mut *connection).await?;
        let said = step_said(step);
        return append_said(connection, case, by.at, (&by.who, "step taken back", &said)).await;
    };
    let note = match note.trim() {
        "" => String::new(),
        note => some(note, COMMENT_MAX, "a note")?,
    };
    sqlx::query(
        "INSERT INTO step (case_id, incident, step, result, note, by, at)
         VALUES (?1, (SELECT begun_at FROM \"case\" WHERE id = ?1), ?2, ?3, ?4, ?5, ?6)
         ON CONFLICT (case_id, incident, step) DO UPDATE SET result = excluded.result,
         note = excluded.note, by = excluded.by, at = excluded.at",
    )
    .bind(case)
    .bind(step)
    .bind(result.id())
    .bind(&note)
    .bind(&by.who)
    .bind(by.at.millis())
    .execute(&mut *connection)
    .await?;
    let mark = Saying::of(match result {
        Mark::Done => "log-step.done",
        Mark::Found => "log-step.found",
        Mark::NotApplicable => "log-step.not-applicable",
    });
    let told = if note.is_empty() { String::new() } else { format!(" {note}") };
    let said =
        Saying::of("log-step").say("step", step_said(step)).say("mark", mark).text("note", told);
    append_said(connection, case, by.at, (&by.who, "step", &said)).await
}

/// A step by its sentence, as the list has it.
fn step_said(step: &str) -> Saying {
    let id = format!("step-{step}");
    match Sentences::of(Language::English).word(&id) {
        Some(_) => Saying::named(id),
        None => Saying::of("answer-text").text("text", step),
    }
}

pub(super) async fn steps(pool: &SqlitePool, case: i64) -> Result<Vec<Taken>> {
    let query = "SELECT * FROM step WHERE case_id = ?1
                 AND incident = (SELECT begun_at FROM \"case\" WHERE id = ?1) ORDER BY step";
    let rows = sqlx::query(query).bind(case).fetch_all(pool).await?;
    let mut taken = Vec::new();
    for row in rows {
        let result: String = row.try_get("result")?;
        // A result that this program does not know is as good as none.
        let Some(result) = Mark::from_id(&result) else {
            continue;
        };
        taken.push(Taken {
            step: row.try_get("step")?,
            result,
            note: row.try_get("note")?,
            by: By { who: row.try_get("by")?, at: Time::from_millis(row.try_get("at")?) },
        });
    }
    Ok(taken)
}
