//! The few patterns in which the Activity Log lets itself be asked: a time span, and at most one
//! group, resource, provider or correlation besides.

use firedamp_core::time::Time;
use serde_json::Value;

use crate::partner::odata::{OPTION_BYTES_MAX, Token, tokens};

/// What must hold of an event besides its time: where the property stands, and its value.
type Wanted = (&'static str, String);

/// Which events, and which of their properties.
#[derive(Debug, PartialEq)]
pub(super) struct Asked {
    from: Time,
    until: Option<Time>,
    equals: Vec<Wanted>,
    select: Vec<String>,
}

impl Asked {
    pub(super) fn parse(query: &str) -> Result<Self, String> {
        let mut filter = None;
        let mut select = Vec::new();
        for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
            if value.len() > OPTION_BYTES_MAX {
                return Err(format!("`{name}` is too long"));
            }
            match name.trim_start_matches('$') {
                "filter" => filter = Some(value.into_owned()),
                "select" => select = value.split(',').map(|name| name.trim().to_string()).collect(),
                _ => {}
            }
        }
        Self::filtered(&filter.ok_or("`$filter` is required, with a start time")?, select)
    }

    fn filtered(filter: &str, select: Vec<String>) -> Result<Self, String> {
        let (mut from, mut until, mut equals) = (None, None, Vec::new());
        let tokens = tokens(filter)?;
        for part in tokens.split(|token| *token == Token::Word("and".to_string())) {
            let [Token::Word(name), Token::Word(relation), value] = part else {
                return Err("the filter joins comparisons with `and`".to_string());
            };
            let (Token::Word(value) | Token::Text(value)) = value else {
                return Err(format!("`{name}` is compared with nothing"));
            };
            let time = || Time::parse(value).ok_or_else(|| format!("`{name}` is a time"));
            match (name.to_ascii_lowercase().as_str(), relation.as_str()) {
                ("eventtimestamp", "ge" | "gt") => from = Some(time()?),
                ("eventtimestamp", "le" | "lt") => until = Some(time()?),
                ("eventchannels", "eq") => {}
                (name, "eq") => equals.push((property(name)?, value.clone())),
                _ => return Err(format!("`{name}` can't be asked for so")),
            }
        }
        if equals.len() > 1 {
            return Err("besides the time one property is asked for at most".to_string());
        }
        let from = from.ok_or("the filter names no start: `eventTimestamp ge '…'`")?;
        Ok(Self { from, until, equals, select })
    }

    pub(super) fn wants(&self, at: Time, event: &Value) -> bool {
        let is_equal = |(pointer, wanted): &Wanted| {
            let found = event.pointer(pointer).and_then(Value::as_str);
            found.is_some_and(|found| found.eq_ignore_ascii_case(wanted))
        };
        at >= self.from
            && self.until.is_none_or(|until| at <= until)
            && self.equals.iter().all(is_equal)
    }

    /// The event, or what was chosen of it.
    pub(super) fn chosen(&self, mut event: Value) -> Value {
        if let Some(properties) = event.as_object_mut().filter(|_| !self.select.is_empty()) {
            properties
                .retain(|name, _| self.select.iter().any(|one| one.eq_ignore_ascii_case(name)));
        }
        event
    }
}

fn property(name: &str) -> Result<&'static str, String> {
    match name {
        "resourcegroupname" => Ok("/resourceGroupName"),
        "resourceuri" | "resourceid" => Ok("/resourceId"),
        "resourceprovider" => Ok("/resourceProviderName/value"),
        "correlationid" => Ok("/correlationId"),
        _ => Err(format!("`{}` can't be asked for here", crate::report::shown(name))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_documented_patterns_are_read_and_no_other() {
        let read = |filter: &str| Asked::filtered(filter, Vec::new());
        let span =
            "eventTimestamp ge '2026-03-01T00:00:00Z' and eventTimestamp le '2026-03-02T00:00:00Z'";
        assert!(read(span).is_ok());
        for more in ["resourceGroupName eq 'g'", "resourceUri eq '/x'", "correlationId eq 'c'"] {
            assert!(read(&format!("{span} and {more}")).is_ok(), "{more}");
        }
        for wrong in [
            "",
            "resourceGroupName eq 'g'",
            "eventTimestamp ge 'yesterday'",
            "eventTimestamp ge '2026-03-01T00:00:00Z' or caller eq 'x'",
            "eventTimestamp ge '2026-03-01T00:00:00Z' and caller eq 'x'",
            "eventTimestamp ge '2026-03-01T00:00:00Z' and resourceUri eq 'a' and correlationId eq 'b'",
            "eventTimestamp ge",
        ] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }
}
