//! What programs ask of lists, in the small part of `OData` that lists of alerts understand: `$filter`,
//! `$orderby`, `$select`, `$top`, `$skip`, `$count`. It comes from outside and is held to bounds.

mod field;
mod filter;
mod token;

pub use field::PROPERTIES;
pub(super) use token::{Token, tokens};

use crate::store::AlertField;

/// Bytes of one option.
pub const OPTION_BYTES_MAX: usize = 4 << 10;
/// Fields that a list is ordered by.
const ORDER_MAX: usize = 5;
/// Alerts on one page unless more or fewer are asked for.
const PAGE_DEFAULT: u32 = 100;
/// How many alerts may be left out.
const SKIP_MAX: u32 = 1_000_000;

/// The options of a request, read.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Options {
    /// What alerts must be like.
    pub filter: Option<crate::store::Condition>,
    /// Fields to order by, and whether downwards.
    pub order: Vec<(AlertField, bool)>,
    /// The properties that are told; all of them where none is named.
    pub select: Vec<&'static str>,
    /// How many on a page.
    pub top: Option<u32>,
    /// How many are left out.
    pub skip: u32,
    /// The case after which the page begins.
    pub after: Option<i64>,
    /// Whether to count them all.
    pub count: bool,
}

impl Options {
    /// Reads the query of a request. Options of `OData` may stand without their `$`; what is none is
    /// the business of others.
    ///
    /// # Errors
    /// What is wrong with it, in a sentence.
    pub fn parse(query: &str) -> Result<Self, String> {
        let mut options = Self::default();
        let mut seen: Vec<String> = Vec::new();
        for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
            let name = name.trim_start_matches('$').to_ascii_lowercase();
            if !options.take(&name, &value)? {
                continue;
            }
            if seen.contains(&name) {
                return Err(format!("`${name}` stands there twice"));
            }
            seen.push(name);
        }
        Ok(options)
    }

    /// How many alerts are on a page.
    #[must_use]
    pub fn page(&self) -> u32 {
        self.top.unwrap_or(PAGE_DEFAULT).min(crate::store::PAGE_MAX)
    }

    /// Takes one option; whether it is one.
    fn take(&mut self, name: &str, value: &str) -> Result<bool, String> {
        if value.len() > OPTION_BYTES_MAX {
            return Err(format!("`${name}` has more than {OPTION_BYTES_MAX} bytes"));
        }
        match name {
            "filter" => self.filter = Some(filter::parse(value)?),
            "orderby" => self.order = order(value)?,
            "select" => self.select = select(value)?,
            "top" => self.top = Some(number(name, value)?),
            "skip" => self.skip = number(name, value)?,
            "skiptoken" => self.continued(value)?,
            "count" => self.count = flag(name, value)?,
            "expand" | "search" | "apply" | "compute" => {
                return Err(format!("`${name}` is not supported here"));
            }
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// What a link to the next page carries: the case before it, or how many were before it.
    fn continued(&mut self, token: &str) -> Result<(), String> {
        let wrong = || "`$skiptoken` was not made by this program".to_string();
        match token.split_at_checked(1).ok_or_else(wrong)? {
            ("i", id) => self.after = Some(id.parse().map_err(|_| wrong())?),
            ("s", skip) => {
                self.skip = skip.parse().ok().filter(|skip| *skip <= SKIP_MAX).ok_or_else(wrong)?
            }
            _ => return Err(wrong()),
        }
        Ok(())
    }
}

fn number(name: &str, value: &str) -> Result<u32, String> {
    let number = value.trim().parse().ok().filter(|number| *number <= SKIP_MAX);
    number.ok_or_else(|| format!("`${name}` is a number from 0 to {SKIP_MAX}"))
}

fn flag(name: &str, value: &str) -> Result<bool, String> {
    match value.trim() {
        "true" => Ok(true),
        "false" => Ok(false),
        _ => Err(format!("`${name}` is `true` or `false`")),
    }
}

fn order(text: &str) -> Result<Vec<(AlertField, bool)>, String> {
    let parts: Vec<&str> = text.split(',').map(str::trim).collect();
    if parts.len() > ORDER_MAX {
        return Err(format!("a list is ordered by {ORDER_MAX} fields at most"));
    }
    parts.into_iter().map(ordered).collect()
}

fn ordered(part: &str) -> Result<(AlertField, bool), String> {
    let (name, direction) = part.split_once(char::is_whitespace).unwrap_or((part, "asc"));
    let is_down = match direction.trim() {
        "asc" => false,
        "desc" => true,
        _ => return Err("a list is ordered `asc` or `desc`".to_string()),
    };
    Ok((field::find(name)?.field, is_down))
}

fn select(text: &str) -> Result<Vec<&'static str>, String> {
    let mut chosen = Vec::new();
    for name in text.split(',').map(str::trim).filter(|name| *name != "*") {
        let found = PROPERTIES.iter().find(|one| one.eq_ignore_ascii_case(name));
        let found = found.ok_or_else(|| field::unknown(name))?;
        if !chosen.contains(found) {
            chosen.push(*found);
        }
    }
    Ok(chosen)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_are_read_however_programs_write_them() {
        let text = "%24filter=status%20eq%20%27active%27&$select=id,Status&top=7&$skip=2\
                    &$count=true&%24orderby=lastObservedDateTime+desc,id&api-version=x";
        let read = Options::parse(text).expect("options");
        assert_eq!((read.select, read.top, read.skip), (vec!["id", "status"], Some(7), 2));
        assert_eq!(read.order, [(AlertField::LastObserved, true), (AlertField::Id, false)]);
        assert!(read.count && read.filter.is_some());
    }

    #[test]
    fn what_is_no_option_is_refused() {
        for text in [
            "$top=-1",
            "$top=a",
            "$top=99999999999",
            "$top=1&$top=2",
            "$count=yes",
            "$orderby=colour",
            "$orderby=id sideways",
            "$orderby=id,id,id,id,id,id",
            "$select=password",
            "$expand=everything",
            "$search=x",
            "$skiptoken=",
            "$skiptoken=x1",
            "$skiptoken=é1",
            "$skiptoken=s4000000000",
        ] {
            assert!(Options::parse(text).is_err(), "{text}");
        }
        assert!(Options::parse(&format!("$filter={}", "x".repeat(OPTION_BYTES_MAX + 1))).is_err());
    }
}
