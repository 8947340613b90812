//! Tables: `customer,part,value` with what else is known, the partner's receivables, AWS's report on
//! credentials.

use std::collections::BTreeMap;

use csv::{ReaderBuilder, StringRecord};
use firedamp_core::{id::Account, posture, standing, standing::Fact, time::Time};

use super::Context;
use crate::{store::Topic, tree::Mistakes};

/// Mistakes that are told of one file.
const MISTAKES_MAX: usize = 20;
/// Letters of a value or a source.
const TEXT_MAX: usize = 400;
/// A key that is older than this is long-lived.
const KEY_SECONDS_MAX: i64 = 90 * 86_400;

pub(super) fn read(
    subject: Topic,
    text: &str,
    context: Context<'_>,
) -> Result<Vec<Fact>, Mistakes> {
    let wrong = |error: csv::Error| Mistakes::one(error.to_string());
    let mut lines = opened(text);
    let columns = Columns::of(lines.headers().map_err(wrong)?);
    let records = lines.records().collect::<Result<Vec<_>, _>>().map_err(wrong)?;
    if columns.has("mfa_active") {
        return credentials(&columns, &records, context);
    }
    let mut facts = Vec::new();
    let mut mistakes = Vec::new();
    for record in &records {
        match columns.facts(subject, record, context) {
            Ok(own) => facts.extend(own),
            Err(mistake) => {
                let number = record.position().map_or(0, csv::Position::line);
                mistakes.push(format!("line {number}: {mistake}"));
            }
        }
        if mistakes.len() >= MISTAKES_MAX {
            break;
        }
    }
    if mistakes.is_empty() { Ok(facts) } else { Err(Mistakes(mistakes)) }
}

/// A table, whose columns commas or semicolons part.
fn opened(text: &str) -> csv::Reader<&[u8]> {
    let first = text.lines().next().unwrap_or_default();
    let delimiter = if first.contains(';') && !first.contains(',') { b';' } else { b',' };
    ReaderBuilder::new().flexible(true).delimiter(delimiter).from_reader(text.as_bytes())
}

/// The line on which each customer of a table is named first; nothing of what is no table.
pub(super) fn first_lines(text: &str) -> BTreeMap<String, u64> {
    // As it was read: without the mark that some programs begin a file with.
    let text = text.trim_start_matches('\u{feff}').trim_start();
    let mut found = BTreeMap::new();
    if text.starts_with(['{', '[']) {
        return found;
    }
    let mut lines = opened(text);
    let Ok(columns) = lines.headers().map(Columns::of) else {
        return found;
    };
    for record in lines.records().map_while(Result::ok) {
        let name = columns.text(&record, "customer").to_string();
        let line = record.position().map_or(0, csv::Position::line);
        found.entry(name).or_insert(line);
    }
    found
}

struct Columns(Vec<String>);

impl Columns {
    fn of(header: &StringRecord) -> Self {
        Self(header.iter().map(|name| name.trim().to_lowercase()).collect())
    }

    fn has(&self, name: &str) -> bool {
        self.0.iter().any(|own| own == name)
    }

    fn text<'a>(&self, record: &'a StringRecord, name: &str) -> &'a str {
        let at = self.0.iter().position(|own| own == name);
        at.and_then(|at| record.get(at)).unwrap_or_default().trim()
    }

    /// A line: one part with its value, or receivables.
    fn facts(
        &self,
        subject: Topic,
        record: &StringRecord,
        context: Context<'_>,
    ) -> Result<Vec<Fact>, String> {
        let text = |name| self.text(record, name);
        let customer = Some(text("customer")).filter(|id| !id.is_empty()).or(context.customer);
        let customer = customer.ok_or("no customer is named")?;
        let account = match text("account") {
            "" => None,
            account => Some(
                Account::parse(account)
                    .ok_or_else(|| format!("`{account}` is no account such as aws:111122223333"))?,
            ),
        };
        let observed_at = match text("as_of") {
            "" => context.at,
            day => Time::parse(day).ok_or_else(|| format!("`{day}` is no day"))?,
        };
        let source = if text("source").is_empty() { "an imported table" } else { text("source") };
        let fact = |part: &str, value: &str| Fact {
            party: customer.to_string(),
            account: account.as_ref().map(Account::to_string),
            part: part.to_string(),
            value: value.to_string(),
            source: source.to_string(),
            observed_at,
        };
        if [text("value"), source].iter().any(|text| text.chars().count() > TEXT_MAX) {
            return Err(format!("a text has more than {TEXT_MAX} letters"));
        }
        if self.has("overdue_days") {
            return receivables(text("overdue_days"), text("owed"), text("currency"), fact);
        }
        let part = text("part");
        if is_part(subject, part) {
            return Ok(vec![fact(part, text("value"))]);
        }
        Err(format!("there is no part `{part}`; there are {}", parts(subject).join(", ")))
    }
}

fn receivables(
    days: &str,
    owed: &str,
    currency: &str,
    fact: impl Fn(&str, &str) -> Fact,
) -> Result<Vec<Fact>, String> {
    let whole: i64 = days.parse().map_err(|_| format!("`{days}` is no number of days"))?;
    let mut facts = vec![fact("overdue_days", &whole.to_string())];
    if !owed.is_empty() {
        facts.push(fact("owed", format!("{owed} {currency}").trim()));
    }
    Ok(facts)
}

fn parts(subject: Topic) -> Vec<&'static str> {
    match subject {
        Topic::Standing => standing::PARTS.to_vec(),
        Topic::Posture => posture::CHECKS.iter().map(|check| check.id).collect(),
    }
}

fn is_part(subject: Topic, part: &str) -> bool {
    parts(subject).contains(&part)
}

/// AWS's report on credentials: a line for each user, the root user first.
fn credentials(
    columns: &Columns,
    records: &[StringRecord],
    context: Context<'_>,
) -> Result<Vec<Fact>, Mistakes> {
    let is = |record: &StringRecord, name: &str| columns.text(record, name) == "true";
    let signs_in = |record: &&StringRecord| {
        is(record, "password_enabled") || columns.text(record, "user") == "<root_account>"
    };
    let has_mfa = |record: &StringRecord| is(record, "mfa_active");
    let is_old = |record: &StringRecord| {
        ["access_key_1", "access_key_2"].iter().any(|key| {
            let made = Time::parse(columns.text(record, &format!("{key}_last_rotated")));
            let age = made.map_or(0, |made| context.at.seconds_since(made));
            is(record, &format!("{key}_active")) && age > KEY_SECONDS_MAX
        })
    };
    let word = |yes: bool| if yes { "yes" } else { "no" };
    let source = "AWS credential report";
    Ok(vec![
        context.fact("mfa_admins", word(records.iter().filter(signs_in).all(has_mfa)), source)?,
        context.fact("old_keys", word(!records.iter().any(is_old)), source)?,
    ])
}

#[cfg(test)]
mod tests {
    use super::*;

    const AT: Time = Time::from_seconds(1_775_000_000);

    fn read_as(subject: Topic, text: &str) -> Result<Vec<Fact>, Mistakes> {
        read(subject, text, Context { customer: None, account: None, at: AT })
    }

    #[test]
    fn receivables_are_read() {
        let text = "customer;overdue_days;owed;currency;as_of;source\n\
                    contoso;45;340.00;EUR;2026-03-01;our books\nfabrikam;0;;;;\n";
        let facts = read_as(Topic::Standing, text).expect("facts");
        let told: Vec<(&str, &str)> =
            facts.iter().map(|fact| (fact.part.as_str(), fact.value.as_str())).collect();
        assert_eq!(told, [("overdue_days", "45"), ("owed", "340.00 EUR"), ("overdue_days", "0")]);
        assert_eq!((facts[0].source.as_str(), facts[2].observed_at), ("our books", AT));
    }

    #[test]
    fn every_mistake_has_its_line() {
        let text = "customer,account,part,value\n,,validation,allowed\nc,mars,validation,x\n\
                    c,,colour,red\n";
        let mistakes = read_as(Topic::Standing, text).expect_err("mistakes").0;
        assert_eq!(mistakes.len(), 3, "{mistakes:?}");
        assert!(mistakes[2].starts_with("line 4: there is no part `colour`"), "{mistakes:?}");
        let parts = "customer,part,value\nc,mfa_admins,no\n";
        assert!(read_as(Topic::Posture, parts).is_ok());
        assert!(read_as(Topic::Standing, parts).is_err(), "each subject has its own");
    }

    #[test]
    fn awss_report_on_credentials_says_who_lacks_a_second_factor() {
        let text = "user,password_enabled,mfa_active,access_key_1_active,access_key_1_last_rotated\n\
                    <root_account>,not_supported,true,false,N/A\n\
                    alice,true,false,true,2025-01-01T00:00:00+00:00\n\
                    a-program,false,false,true,2026-03-20T00:00:00+00:00\n";
        let context = Context { customer: Some("c"), account: Some("aws:111122223333"), at: AT };
        let facts = read(Topic::Posture, text, context).expect("facts");
        let told: Vec<(&str, &str)> =
            facts.iter().map(|fact| (fact.part.as_str(), fact.value.as_str())).collect();
        assert_eq!(told, [("mfa_admins", "no"), ("old_keys", "no")]);
        assert!(read_as(Topic::Posture, text).is_err(), "it does not say whose it is");
    }
}
