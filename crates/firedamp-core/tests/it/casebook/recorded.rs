//! What authorisations on file make of a story's cases.

use std::{collections::BTreeSet, fmt};

use firedamp_core::{
    authorisation::{Seen, judge},
    case::Case,
    policy::Rule,
};
use serde_json::Value;

use super::story::Story;

/// A line of a `verdict` block: `aws:111122223333 within`, `… outside hours term`, `… silent`; and
/// `note contradiction` behind it.
#[derive(Debug)]
pub(super) struct Wanted {
    account: String,
    verdict: String,
    /// Kinds of breaches.
    breaches: BTreeSet<String>,
    notes: BTreeSet<String>,
    line: String,
}

impl Wanted {
    pub(super) fn parse(line: &str) -> Self {
        let (known, notes) = line.split_once(" note ").unwrap_or((line, ""));
        let set = |words: &str| words.split_whitespace().map(str::to_string).collect();
        let mut words = known.splitn(3, ' ');
        let mut next = || words.next().unwrap_or_default().to_string();
        let (account, verdict, breaches) = (next(), next(), next());
        assert!(["outside", "silent", "within"].contains(&verdict.as_str()), "`{line}`");
        let line = line.to_string();
        Self { account, verdict, breaches: set(&breaches), notes: set(notes), line }
    }

    /// Whether the records say so of the story's case.
    pub(super) fn check(&self, story: &Story, cases: &[Case]) -> Result<(), String> {
        let case = cases.iter().find(|case| case.id == self.account);
        let case = case.ok_or_else(|| format!("{self}: no such case"))?;
        let said = judge(&Seen::of(case), &story.authorisations, Rule::Conditional);
        let told = serde_json::to_value(&said).map_err(|error| error.to_string())?;
        let (verdict, body) = match &told {
            Value::String(word) => (word.to_lowercase(), Value::Null),
            Value::Object(one) => {
                let (word, body) = one.iter().next().ok_or("no verdict")?;
                (word.to_lowercase(), body.clone())
            }
            _ => (String::new(), Value::Null),
        };
        let kinds = |key: &str| -> BTreeSet<String> {
            let list = body.get(key).and_then(Value::as_array);
            let kinds = list.into_iter().flatten().filter_map(|one| one.get("kind")?.as_str());
            kinds.map(str::to_string).collect()
        };
        let is_so = verdict == self.verdict
            && kinds("breaches") == self.breaches
            && self.notes.is_subset(&kinds("notes"));
        if is_so { Ok(()) } else { Err(format!("{self}: it is {told}")) }
    }
}

impl fmt::Display for Wanted {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.line)
    }
}
