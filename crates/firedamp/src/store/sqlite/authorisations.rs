//! Authorisations in the database, and what they do to cases.

use firedamp_core::{
    authorisation::{self, Authorisation, Covers, Seen, Verdict},
    life::{Life, Outcome, Status, Step},
    policy::{self, Offers, Subscription},
    saying::Saying,
    time::Time,
};
use sqlx::{QueryBuilder, Row, SqliteConnection, SqlitePool, sqlite::SqliteRow};

use super::{
    super::{AuthorisationFilter, By, Decision, Error, Filed, PAGE_MAX, Result, Standing},
    cases::{self, PROGRAM},
    knowledge,
    rows::{json, maybe_time, read_json},
    tree::push_within,
};
use crate::authorisation as words;

/// Parties from an account's own up to the partner.
const UP: &str = "WITH RECURSIVE up(id, depth) AS (SELECT party, 0 FROM owner WHERE account = ";
const UP_REST: &str = " UNION SELECT party.parent, depth + 1 FROM party JOIN up ON party.id = up.id
    WHERE party.parent IS NOT NULL AND depth < 8) ";

pub(super) async fn propose(
    connection: &mut SqliteConnection,
    one: &Authorisation,
    by: &By,
) -> Result<i64> {
    let has_party: bool = sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM party WHERE id = ?)")
        .bind(&one.customer)
        .fetch_one(&mut *connection)
        .await?;
    if !has_party {
        return Err(Error::Missing("customer"));
    }
    let number: i64 = sqlx::query_scalar(
        "INSERT INTO authorisation (party, state, body, ends_at, proposed_by, proposed_at)
         VALUES (?, 'proposed', ?, ?, ?, ?) RETURNING id",
    )
    .bind(&one.customer)
    .bind(json(one))
    .bind(one.end.millis())
    .bind(&by.who)
    .bind(by.at.millis())
    .fetch_one(&mut *connection)
    .await?;
    let said = Saying::of("log-authorisation.proposed").text("number", number);
    note(connection, one, by, &said).await?;
    Ok(number)
}

pub(super) async fn decide(
    connection: &mut SqliteConnection,
    number: i64,
    decision: Decision,
    by: &By,
) -> Result<Filed> {
    let filed = find(connection, number).await?;
    let (state, said) = allowed(&filed, decision, by)?;
    let query = match decision {
        Decision::Withdraw => {
            "UPDATE authorisation SET state = ?, withdrawn_by = ?, withdrawn_at = ? WHERE id = ?"
        }
        Decision::Approve | Decision::Decline => {
            "UPDATE authorisation SET state = ?, decided_by = ?, decided_at = ? WHERE id = ?"
        }
    };
    sqlx::query(query)
        .bind(state.id())
        .bind(&by.who)
        .bind(by.at.millis())
        .bind(number)
        .execute(&mut *connection)
        .await?;
    let said = Saying::of(said).text("number", number);
    note(connection, &filed.authorisation, by, &said).await?;
    if decision != Decision::Decline {
        reconsider(connection, &filed.authorisation.customer, by.at).await?;
    }
    find(connection, number).await
}

/// What a decision makes of an authorisation, or why it can't be made.
fn allowed(filed: &Filed, decision: Decision, by: &By) -> Result<(Standing, &'static str)> {
    let refused = |why: &str| Err(Error::Refused(why.to_string()));
    match (decision, filed.state) {
        (Decision::Approve, Standing::Proposed) if filed.proposed.who == by.who => {
            refused("who proposed an authorisation does not approve it")
        }
        (Decision::Approve, Standing::Proposed) => {
            Ok((Standing::Approved, "log-authorisation.approved"))
        }
        (Decision::Decline, Standing::Proposed) => {
            Ok((Standing::Declined, "log-authorisation.declined"))
        }
        (Decision::Withdraw, Standing::Proposed | Standing::Approved) => {
            Ok((Standing::Withdrawn, "log-authorisation.withdrawn"))
        }
        (_, state) => refused(&format!("the authorisation is {} already", state.id())),
    }
}

/// What is written down of cases whose account belongs to a party or to those below it.
async fn cases_of(
    connection: &mut SqliteConnection,
    what: &'static str,
    party: &str,
) -> Result<Vec<SqliteRow>> {
    let mut query = QueryBuilder::new("SELECT \"case\".id, \"case\".account");
    query.push(what).push(
        " FROM \"case\" JOIN judgement ON case_id = \"case\".id JOIN owner ON owner.account = \"case\".account
         WHERE 1 = 1",
    );
    push_within(&mut query, "owner.party", party);
    Ok(query.build().fetch_all(connection).await?)
}

/// Writes into the activity of every case that an authorisation may cover.
async fn note(
    connection: &mut SqliteConnection,
    one: &Authorisation,
    by: &By,
    said: &Saying,
) -> Result<()> {
    for case in cases_of(connection, "", &one.customer).await? {
        let account: String = case.try_get("account")?;
        let named = &one.scope.accounts;
        if named.is_empty() || named.iter().any(|own| own.eq_ignore_ascii_case(&account)) {
            let entry = (by.who.as_str(), "authorisation", said);
            cases::append_said(connection, case.try_get("id")?, by.at, entry).await?;
        }
    }
    Ok(())
}

/// Judges the cases of a party by what is on file now.
async fn reconsider(connection: &mut SqliteConnection, party: &str, at: Time) -> Result<()> {
    for case in cases_of(connection, ", life, evidence, seen, json", party).await? {
        let (id, life, evidence, seen): (i64, String, String, String) = (
            case.try_get("id")?,
            case.try_get("life")?,
            case.try_get("evidence")?,
            case.try_get("seen")?,
        );
        if seen.is_empty() {
            // Judged by an older program: its next judgement will tell.
            continue;
        }
        let (mut life, seen): (Life, Seen) = (read_json(&life)?, read_json(&seen)?);
        let was = life.status;
        let verdict = verdict(connection, &seen).await?;
        let outcome = life.judged_with(&seen, &read_json(&evidence)?, &verdict);
        cases::write_life(connection, id, &life).await?;
        tell(connection, id, (was, life.status), (&outcome, &verdict), at).await?;
        if let Some(change) = outcome.change {
            let body = cases::unpacked(&case.try_get::<Vec<u8>, _>("json")?)?;
            cases::ask(connection, id, change, &body, at).await?;
        }
    }
    Ok(())
}

/// Writes into the activity what authorisations did to a case, and that it was opened again.
pub(super) async fn tell(
    connection: &mut SqliteConnection,
    id: i64,
    (was, is): (Status, Status),
    (outcome, verdict): (&Outcome, &Verdict),
    at: Time,
) -> Result<()> {
    let entry = match outcome.step {
        Some(Step::Authorised(would)) => ("authorised", words::within(verdict, would)),
        Some(Step::Breached) => ("reopened", words::outside(verdict)),
        None if was == Status::Resolved && is != was => ("reopened", Saying::of("log-reopened")),
        None => return Ok(()),
    };
    cases::append_said(connection, id, at, (PROGRAM, entry.0, &entry.1)).await
}

/// What the authorisations on file make of what was seen.
pub(super) async fn verdict(connection: &mut SqliteConnection, seen: &Seen) -> Result<Verdict> {
    let all = covering(connection, &seen.account).await?;
    if all.is_empty() {
        return Ok(Verdict::Silent);
    }
    let mut offers = offers(connection, &seen.account).await?;
    let places = seen.traces.iter().flat_map(|trace| trace.regions.iter().chain([&trace.resource]));
    offers.note_places(places.map(String::as_str));
    let subscription =
        Subscription { provider: seen.provider, created: seen.created, offers: &offers };
    let rule = policy::at(subscription, seen.last_observed).rule;
    Ok(authorisation::judge(seen, &all, rule))
}

/// Approved authorisations that may cover an account, each until it ended.
async fn covering(connection: &mut SqliteConnection, account: &str) -> Result<Vec<Authorisation>> {
    let mut query = QueryBuilder::new(UP);
    query.push_bind(account).push(UP_REST).push(
        "SELECT authorisation.id, body, withdrawn_at, depth FROM authorisation
         JOIN up ON up.id = authorisation.party
         WHERE decided_at IS NOT NULL AND state IN ('approved', 'withdrawn')
         ORDER BY authorisation.id",
    );
    let rows = query.build().fetch_all(connection).await?;
    let mut all = Vec::new();
    for row in rows {
        let mut one = read(&row)?;
        let depth: i64 = row.try_get("depth")?;
        if let Some(end) = maybe_time(row.try_get("withdrawn_at")?) {
            one.end = one.end.min(end);
        }
        if depth == 0 || one.covers == Covers::CustomerAndUsers {
            all.push(one);
        }
    }
    Ok(all)
}

/// What standing says that a policy may hang on.
async fn offers(connection: &mut SqliteConnection, account: &str) -> Result<Offers> {
    let query = "SELECT fact.* FROM fact JOIN owner ON owner.party = fact.party
        WHERE owner.account = ? AND subject = 'standing'";
    let rows = sqlx::query(query).bind(account).fetch_all(connection).await?;
    let facts = rows.iter().map(knowledge::fact).collect::<Result<Vec<_>>>()?;
    Ok(Offers::of(&facts, account))
}

fn read(row: &SqliteRow) -> Result<Authorisation> {
    let (number, body): (i64, String) = (row.try_get("id")?, row.try_get("body")?);
    let one: Authorisation = read_json(&body)?;
    Ok(Authorisation { number, ..one })
}

const FILED: &str = "SELECT authorisation.*, party.name AS customer_name FROM authorisation
    JOIN party ON party.id = authorisation.party WHERE 1 = 1";

async fn find(connection: &mut SqliteConnection, number: i64) -> Result<Filed> {
    let mut query = QueryBuilder::new(FILED);
    query.push(" AND authorisation.id = ").push_bind(number);
    let row = query.build().fetch_optional(connection).await?;
    filed(&row.ok_or(Error::Missing("authorisation"))?)
}

fn filed(row: &SqliteRow) -> Result<Filed> {
    let state: String = row.try_get("state")?;
    let by = |who: &str, at: &str| -> Result<Option<By>> {
        let who: Option<String> = row.try_get(who)?;
        let at = maybe_time(row.try_get(at)?);
        Ok(who.zip(at).map(|(who, at)| By { who, at }))
    };
    Ok(Filed {
        authorisation: read(row)?,
        customer_name: row.try_get("customer_name")?,
        // What can't be read covers nothing.
        state: Standing::from_id(&state).unwrap_or(Standing::Declined),
        proposed: by("proposed_by", "proposed_at")?.ok_or(Error::Missing("proposal"))?,
        decided: by("decided_by", "decided_at")?,
        withdrawn: by("withdrawn_by", "withdrawn_at")?,
    })
}

pub(super) async fn list(pool: &SqlitePool, filter: &AuthorisationFilter) -> Result<Vec<Filed>> {
    let mut query = QueryBuilder::new(FILED);
    if let Some(number) = filter.number {
        query.push(" AND authorisation.id = ").push_bind(number);
    }
    if let Some(party) = &filter.within {
        push_within(&mut query, "authorisation.party", party);
    }
    if let Some(account) = &filter.account {
        query.push(" AND authorisation.party IN (").push(UP).push_bind(account.clone());
        query.push(UP_REST).push("SELECT id FROM up)");
    }
    query.push(" ORDER BY ends_at DESC, authorisation.id DESC LIMIT ");
    query.push_bind(filter.limit.clamp(1, PAGE_MAX));
    query.build().fetch_all(pool).await?.iter().map(filed).collect()
}

/// What is on file for a case as it was last judged.
pub(super) async fn verdict_of(pool: &SqlitePool, case: i64) -> Result<Verdict> {
    let query = "SELECT seen FROM judgement WHERE case_id = ?";
    let seen: Option<String> = sqlx::query_scalar(query).bind(case).fetch_optional(pool).await?;
    match seen.ok_or(Error::Missing("case"))? {
        seen if seen.is_empty() => Ok(Verdict::Silent),
        seen => verdict(&mut *pool.acquire().await?, &read_json(&seen)?).await,
    }
}
