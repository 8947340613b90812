//! The partner's tree, and what a key that opens one part of it may see.

use firedamp_core::id::Account;
use sqlx::{QueryBuilder, Row, Sqlite, SqliteConnection, SqlitePool, sqlite::SqliteRow};

use super::{
    super::{AccountFile, AccountRow, CustomerFilter, CustomerRow, Error, PAGE_MAX, Result},
    rows::{counted, maybe_time},
};
use crate::{
    language::Language,
    tree::{DEPTH_MAX, Kind, Party, Tree},
};

/// Adds ` AND column IN (party and all below it)`. A loop in the tree ends by itself.
pub(super) fn push_within<'a>(
    query: &'a mut QueryBuilder<Sqlite>,
    column: &str,
    party: &str,
) -> &'a mut QueryBuilder<Sqlite> {
    query.push(" AND ").push(column).push(" IN (WITH RECURSIVE below(id) AS (SELECT ");
    query.push_bind(party.to_string());
    query.push(" UNION SELECT party.id FROM party JOIN below ON party.parent = below.id)");
    query.push(" SELECT id FROM below)")
}

pub(super) async fn plant(connection: &mut SqliteConnection, tree: &Tree) -> Result<()> {
    for party in tree.parties.values() {
        write(connection, party).await?;
    }
    for party in tree.parties.values() {
        depth(connection, &party.id).await?;
    }
    for (account, party) in &tree.accounts {
        own(connection, account, party).await?;
    }
    Ok(())
}

async fn write(connection: &mut SqliteConnection, party: &Party) -> Result<()> {
    // A name that only repeats the id is none, and texts that are empty say nothing.
    sqlx::query(
        "INSERT INTO party (id, kind, name, parent, language, time_zone, contact, mail, phone)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
         ON CONFLICT (id) DO UPDATE SET kind = excluded.kind,
         name = iif(excluded.name = excluded.id, name, excluded.name),
         parent = coalesce(excluded.parent, parent),
         language = iif(excluded.language = '', language, excluded.language),
         time_zone = iif(excluded.time_zone = '', time_zone, excluded.time_zone),
         contact = iif(excluded.contact = '', contact, excluded.contact),
         mail = iif(excluded.mail = '', mail, excluded.mail),
         phone = iif(excluded.phone = '', phone, excluded.phone)",
    )
    .bind(&party.id)
    .bind(party.kind.id())
    .bind(&party.name)
    .bind(&party.parent)
    .bind(party.language.map(|language| language.to_string()).unwrap_or_default())
    .bind(&party.time_zone)
    .bind(&party.contact)
    .bind(&party.mail)
    .bind(&party.phone)
    .execute(connection)
    .await?;
    Ok(())
}

/// Refuses a party that answers for itself over others.
async fn depth(connection: &mut SqliteConnection, party: &str) -> Result<()> {
    let up = "WITH RECURSIVE up(id, depth) AS (SELECT ?1, 0 UNION
              SELECT party.parent, depth + 1 FROM party JOIN up ON party.id = up.id
              WHERE party.parent IS NOT NULL AND depth <= ?2) SELECT max(depth) FROM up";
    let most = i64::try_from(DEPTH_MAX).unwrap_or(i64::MAX);
    let depth: i64 = sqlx::query_scalar(up).bind(party).bind(most).fetch_one(connection).await?;
    if depth <= most {
        return Ok(());
    }
    Err(Error::Refused(format!("`{party}` has more than {DEPTH_MAX} above it, or itself")))
}

async fn own(connection: &mut SqliteConnection, account: &Account, party: &str) -> Result<()> {
    sqlx::query(
        "INSERT INTO owner (account, party) VALUES (?, ?)
         ON CONFLICT (account) DO UPDATE SET party = excluded.party",
    )
    .bind(account.to_string())
    .bind(party)
    .execute(connection)
    .await?;
    Ok(())
}

/// What is told of each of the `chosen`.
const ROWS: &str = ", below(top, id) AS (
    SELECT id, id FROM chosen UNION
    SELECT below.top, party.id FROM party JOIN below ON party.parent = below.id)
SELECT chosen.*, (SELECT name FROM party WHERE id = chosen.parent) AS parent_name,
    coalesce(sum(party_total.accounts), 0) AS accounts,
    coalesce(sum(party_total.open_cases), 0) AS open_cases,
    coalesce(sum((SELECT sum(loss) FROM \"case\"
        WHERE owned_by = below.id AND status <> 'resolved')), 0.0) AS loss
FROM chosen LEFT JOIN below ON below.top = chosen.id
LEFT JOIN party_total ON party_total.party = below.id
GROUP BY chosen.id ORDER BY chosen.name COLLATE NOCASE, chosen.id";

pub(super) async fn customers(
    pool: &SqlitePool,
    filter: &CustomerFilter,
) -> Result<Vec<CustomerRow>> {
    let mut query = QueryBuilder::new("WITH RECURSIVE chosen AS (SELECT * FROM party WHERE 1 = 1");
    if let Some(text) = &filter.text {
        let text = text.to_lowercase();
        query.push(" AND (instr(lower(name), ").push_bind(text.clone());
        query.push(") > 0 OR instr(lower(id), ").push_bind(text).push(") > 0)");
    }
    if let Some(party) = &filter.within {
        push_within(&mut query, "id", party);
    }
    if let Some(id) = &filter.after {
        query.push(" AND (name COLLATE NOCASE, id) > (SELECT name COLLATE NOCASE, id FROM party");
        query.push(" WHERE id = ").push_bind(id.clone()).push(")");
    }
    query.push(" ORDER BY name COLLATE NOCASE, id LIMIT ");
    query.push_bind(filter.limit.clamp(1, PAGE_MAX)).push(")").push(ROWS);
    let rows = query.build().fetch_all(pool).await?;
    rows.iter().map(customer).collect()
}

pub(super) async fn one(pool: &SqlitePool, id: &str, within: Option<&str>) -> Result<CustomerRow> {
    let mut query = QueryBuilder::new("WITH RECURSIVE chosen AS (SELECT * FROM party WHERE id = ");
    query.push_bind(id.to_string());
    if let Some(party) = within {
        push_within(&mut query, "id", party);
    }
    query.push(")").push(ROWS);
    let row = query.build().fetch_optional(pool).await?;
    customer(&row.ok_or(Error::Missing("customer"))?)
}

fn customer(row: &SqliteRow) -> Result<CustomerRow> {
    let kind: String = row.try_get("kind")?;
    let language: String = row.try_get("language")?;
    let language = Language::ALL.into_iter().find(|one| one.to_string() == language);
    Ok(CustomerRow {
        party: Party {
            id: row.try_get("id")?,
            kind: if kind == Kind::Reseller.id() { Kind::Reseller } else { Kind::Customer },
            name: row.try_get("name")?,
            parent: row.try_get("parent")?,
            language,
            time_zone: row.try_get("time_zone")?,
            contact: row.try_get("contact")?,
            mail: row.try_get("mail")?,
            phone: row.try_get("phone")?,
        },
        parent_name: row.try_get("parent_name")?,
        accounts: counted(row.try_get("accounts")?),
        open_cases: counted(row.try_get("open_cases")?),
        loss: row.try_get("loss")?,
    })
}

/// Accounts of a party alone, or those that nobody was named for.
pub(super) async fn accounts(
    pool: &SqlitePool,
    party: Option<&str>,
    limit: u32,
) -> Result<Vec<AccountRow>> {
    let query = match party {
        Some(_) => {
            "SELECT owner.account, last_seen, newest, \"case\".id AS case_id FROM owner
             LEFT JOIN account ON account.account = owner.account
             LEFT JOIN \"case\" ON \"case\".account = owner.account
             WHERE party = ? ORDER BY \"case\".loss DESC, owner.account LIMIT ?"
        }
        None => {
            "SELECT account.account, last_seen, newest, \"case\".id AS case_id FROM account
             LEFT JOIN \"case\" ON \"case\".account = account.account
             WHERE ? IS NULL AND NOT EXISTS
             (SELECT 1 FROM owner WHERE owner.account = account.account)
             ORDER BY \"case\".loss DESC, account.account LIMIT ?"
        }
    };
    let rows = sqlx::query(query).bind(party).bind(limit).fetch_all(pool).await?;
    rows.iter().map(account_row).collect()
}

/// An account that telemetry named or a customer has.
pub(super) async fn account(
    pool: &SqlitePool,
    account: &str,
    within: Option<&str>,
) -> Result<AccountFile> {
    let mut query = QueryBuilder::new("WITH named(account) AS (SELECT ");
    query.push_bind(account.to_string());
    query.push(
        ") SELECT named.account, first_seen, last_seen, newest, \"case\".id AS case_id,
         party.id AS customer, party.name AS customer_name FROM named
         LEFT JOIN account ON account.account = named.account
         LEFT JOIN owner ON owner.account = named.account
         LEFT JOIN party ON party.id = owner.party
         LEFT JOIN \"case\" ON \"case\".account = named.account
         WHERE coalesce(account.account, owner.account, \"case\".account) IS NOT NULL",
    );
    if let Some(party) = within {
        push_within(&mut query, "owner.party", party);
    }
    let found = query.build().fetch_optional(pool).await?;
    let found = found.ok_or(Error::Missing("account"))?;
    Ok(AccountFile {
        row: account_row(&found)?,
        first_seen: maybe_time(found.try_get("first_seen")?),
        customer: found.try_get("customer")?,
        customer_name: found.try_get("customer_name")?,
    })
}

fn account_row(row: &SqliteRow) -> Result<AccountRow> {
    Ok(AccountRow {
        account: row.try_get("account")?,
        last_seen: maybe_time(row.try_get("last_seen")?),
        newest_record: maybe_time(row.try_get("newest")?),
        case: row.try_get("case_id")?,
    })
}
