//! A table with a line for each account, as people keep it in a spreadsheet.

use std::collections::BTreeMap;

use ::csv::{ReaderBuilder, StringRecord};
use firedamp_core::id::Account;
use serde_json::Value;

use super::{Kind, MISTAKES_MAX, Mistakes, Party, Tree, word};
use crate::language::Language;

/// The columns that are read; `customer` must be there.
const COLUMNS: [&str; 10] = [
    "account",
    "customer",
    "customer_name",
    "reseller",
    "reseller_name",
    "language",
    "time_zone",
    "contact",
    "mail",
    "phone",
];

pub(super) fn read(text: &str) -> Result<Tree, Mistakes> {
    let first = text.lines().next().unwrap_or_default();
    let delimiter = if first.contains(';') && !first.contains(',') { b';' } else { b',' };
    let mut lines =
        ReaderBuilder::new().flexible(true).delimiter(delimiter).from_reader(text.as_bytes());
    let header = lines.headers().map_err(|error| Mistakes::one(error.to_string()))?.clone();
    let columns = Columns::of(&header)?;
    let mut tree = Tree::default();
    let mut mistakes = Vec::new();
    for line in lines.records() {
        let line = line.map_err(|error| Mistakes::one(error.to_string()))?;
        if let Err(mistake) = columns.add(&line, &mut tree) {
            let number = line.position().map_or(0, ::csv::Position::line);
            mistakes.push(format!("line {number}: {mistake}"));
        }
        if mistakes.len() >= MISTAKES_MAX {
            break;
        }
    }
    if mistakes.is_empty() { Ok(tree) } else { Err(Mistakes(mistakes)) }
}

/// Where each column stands.
struct Columns(BTreeMap<&'static str, usize>);

impl Columns {
    fn of(header: &StringRecord) -> Result<Self, Mistakes> {
        let mut columns = BTreeMap::new();
        for (at, name) in header.iter().enumerate() {
            let name = name.trim().to_lowercase().replace([' ', '-'], "_");
            match COLUMNS.iter().find(|known| **known == name) {
                Some(known) => drop(columns.insert(*known, at)),
                None => {
                    let known = COLUMNS.join(", ");
                    return Err(Mistakes::one(format!(
                        "there is no column `{name}`; there are {known}"
                    )));
                }
            }
        }
        match columns.contains_key("customer") {
            true => Ok(Self(columns)),
            false => Err(Mistakes::one("the column `customer` is missing")),
        }
    }

    fn word(&self, line: &StringRecord, column: &'static str) -> Result<String, String> {
        let text = self.0.get(column).and_then(|at| line.get(*at)).unwrap_or_default();
        word(text, column)
    }

    fn add(&self, line: &StringRecord, tree: &mut Tree) -> Result<(), String> {
        let text = |column| self.word(line, column);
        let (customer, reseller) = (text("customer")?, text("reseller")?);
        if customer.is_empty() {
            return Err("no customer is named".to_string());
        }
        if !reseller.is_empty() {
            if reseller == customer {
                return Err(format!("`{customer}` is its own reseller"));
            }
            let name = text("reseller_name")?;
            tree.add(Party {
                id: reseller.clone(),
                kind: Kind::Reseller,
                name,
                ..Party::default()
            });
        }
        tree.add(Party {
            id: customer.clone(),
            kind: Kind::Customer,
            name: text("customer_name")?,
            parent: Some(reseller).filter(|id| !id.is_empty()),
            language: language(&text("language")?)?,
            time_zone: text("time_zone")?,
            contact: text("contact")?,
            mail: text("mail")?,
            phone: text("phone")?,
        });
        let account = text("account")?;
        if !account.is_empty() {
            let wrong = || format!("`{account}` is no account such as aws:111122223333");
            let account = Account::parse(&account).ok_or_else(wrong)?;
            tree.accounts.insert(account, customer);
        }
        Ok(())
    }
}

fn language(text: &str) -> Result<Option<Language>, String> {
    if text.is_empty() {
        return Ok(None);
    }
    let tag = text.split(['-', '_']).next().unwrap_or_default().to_lowercase();
    serde_json::from_value(Value::from(tag)).map_err(|_| format!("`{text}` is not en, de or fr"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_an_account_and_whose_it_is() {
        let text = "account,customer,customer_name,reseller,reseller_name,language,mail\n\
                    aws:111122223333,c1,Contoso,r1,Resell,de-AT,it@contoso.example\n\
                    azure:0AAA0AAA-0000-4000-8000-00000000000a,c1,,,,,\n\
                    ,c2,Nobody yet,,,,\n";
        let tree = read(text).expect("a tree");
        assert_eq!(tree.parties.len(), 3);
        let contoso = &tree.parties["c1"];
        assert_eq!((contoso.name.as_str(), contoso.language), ("Contoso", Some(Language::German)));
        assert_eq!(contoso.parent.as_deref(), Some("r1"), "a later line forgets nothing");
        assert_eq!(tree.parties["r1"].kind, Kind::Reseller);
        assert_eq!(tree.accounts.len(), 2);
    }

    #[test]
    fn a_spreadsheet_of_another_country_is_read() {
        let tree = read("Account;Customer;Customer Name\ngcp:a-project;c1;Müller & Söhne\n");
        assert_eq!(tree.expect("a tree").parties["c1"].name, "Müller & Söhne");
    }

    #[test]
    fn every_mistake_has_its_line() {
        let text = "account,customer,reseller,language\nnonsense,c1,,\naws:111122223333,,,\n,c1,c1,\n,c1,,xx\n";
        let mistakes = read(text).expect_err("mistakes").0;
        assert_eq!(mistakes.len(), 4, "{mistakes:?}");
        assert!(mistakes[0].starts_with("line 2: `nonsense` is no account"), "{mistakes:?}");
        assert!(read("account,colour\n").is_err() && read("account\nx\n").is_err());
    }
}
