//! Cases by a text within their account's name or their customer's.
//!
//! The index has every three letters that stand together in an account. Whatever holds all threes of a
//! text may hold the text; nothing else does.

use firedamp_core::id::Provider;
use sqlx::{QueryBuilder, Sqlite, SqlitePool};

use super::{super::super::super::Result, LAST};

/// Letters of one entry of the index.
const LETTERS: usize = 3;
/// Entries that a text is looked for by; the rest of a longer one decides nothing more.
const ENTRIES_MAX: usize = 40;

/// Whether the index can tell which accounts may hold this text.
pub(super) fn is_indexed(text: &str) -> bool {
    // The index would take this letter for the end, and an empty text is in each.
    !text.is_empty() && !text.contains('\0')
}

/// Adds a query for the numbers of the cases whose account may hold this text, and of those whose
/// customer's name does. One that both fit is there twice.
pub(super) fn push_candidates(query: &mut QueryBuilder<Sqlite>, text: &str) {
    let text = text.to_lowercase();
    let entries = entries(&text);
    if entries.is_empty() {
        query.push("SELECT doc FROM case_term WHERE term >= ").push_bind(text.clone());
        query.push(" AND term < ").push_bind(format!("{text}{LAST}"));
    } else {
        query.push("SELECT rowid FROM case_text WHERE case_text MATCH ");
        query.push_bind(entries.join(" AND "));
    }
    query.push(" UNION ALL SELECT id FROM \"case\" WHERE owned_by IN (");
    push_parties(query, text);
    query.push(")");
}

/// Adds what is asked of a case.
pub(super) fn push_condition<'a>(
    query: &'a mut QueryBuilder<Sqlite>,
    text: &str,
) -> &'a mut QueryBuilder<Sqlite> {
    let text = text.to_lowercase();
    query.push(" AND (instr(account, ").push_bind(text.clone()).push(") > 0 OR owned_by IN (");
    push_parties(query, text);
    query.push("))")
}

fn push_parties(query: &mut QueryBuilder<Sqlite>, text: String) {
    query.push("SELECT party.id FROM party WHERE instr(lower(name), ").push_bind(text);
    query.push(") > 0");
}

/// Whether every case is in the index: each account begins with its cloud.
pub(in super::super::super) async fn check(pool: &SqlitePool) -> Result<Vec<String>> {
    let clouds =
        Provider::ALL.iter().filter_map(|provider| entries(provider.id()).into_iter().next());
    let any = clouds.collect::<Vec<_>>().join(" OR ");
    let query = "SELECT (SELECT count(*) FROM case_text WHERE case_text MATCH ?),
                 (SELECT count(*) FROM \"case\")";
    let (found, cases): (i64, i64) = sqlx::query_as(query).bind(any).fetch_one(pool).await?;
    let wrong = format!("{found} of {cases} cases are found by a text of their account");
    Ok((found != cases).then_some(wrong).into_iter().collect())
}

/// Every three letters that stand together, as the index is asked for them; none of a shorter text.
fn entries(text: &str) -> Vec<String> {
    let letters: Vec<char> = text.chars().collect();
    let quoted = |three: &[char]| {
        let three: String = three.iter().collect();
        format!("\"{}\"", three.replace('"', "\"\""))
    };
    letters.windows(LETTERS).take(ENTRIES_MAX).map(quoted).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_looked_for_by_its_threes() {
        assert_eq!(entries("aws:"), ["\"aws\"", "\"ws:\""]);
        assert_eq!(entries("é\"o"), ["\"é\"\"o\""]);
        assert!(entries("aw").is_empty());
        assert_eq!(entries(&"x".repeat(500)).len(), ENTRIES_MAX);
    }
}
