//! Tolerant access to the fields of a parsed record, for formats that are read a few times a day
//! (alerts) and so may afford a tree. Flow and DNS formats read typed, borrowed records instead.

use serde_json::Value;

use crate::time::Time;

/// The text, unless it is one of the clouds' ways to write "none".
#[must_use]
#[inline]
pub fn known(text: &str) -> Option<&str> {
    // Most texts begin and end with a letter, which costs less to see than to trim.
    let is_letter = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_graphic);
    let is_trimmed = is_letter(text.as_bytes().first()) && is_letter(text.as_bytes().last());
    let text = if is_trimmed { text } else { text.trim() };
    let none = matches!(text, "" | "-" | "null" | "NULL" | "<NA>" | "(null)" | "None" | "none");
    (!none).then_some(text)
}

/// Reads a number written as a number or as text.
#[must_use]
pub fn number(text: &str) -> Option<u64> {
    known(text)?.parse().ok()
}

/// A JSON object whose members are looked up in any case, by dotted path.
#[derive(Clone, Copy, Debug)]
pub struct Fields<'a>(pub &'a Value);

impl<'a> Fields<'a> {
    /// The member at a dotted path (`resource.instanceDetails.instanceId`), in any case. Texts
    /// that hold JSON are not looked into: see [`nested`].
    #[must_use]
    pub fn at(self, path: &str) -> Option<Self> {
        path.split('.').try_fold(self, Self::member).filter(|fields| !fields.0.is_null())
    }

    fn member(self, name: &str) -> Option<Self> {
        let object = self.0.as_object()?;
        let exact = object.get(name);
        let any_case = || {
            object.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value)
        };
        exact.or_else(any_case).map(Fields)
    }

    /// The text at a path, unless it is a way to write "none".
    #[must_use]
    pub fn text(self, path: &str) -> Option<&'a str> {
        known(self.at(path)?.0.as_str()?)
    }

    /// The first of several paths that holds a text.
    #[must_use]
    pub fn first_text(self, paths: &[&str]) -> Option<&'a str> {
        paths.iter().find_map(|path| self.text(path))
    }

    /// A text, number or flag at a path, as text.
    #[must_use]
    pub fn scalar(self, path: &str) -> Option<String> {
        match self.at(path)?.0 {
            Value::String(text) => known(text).map(ToString::to_string),
            Value::Number(number) => Some(number.to_string()),
            Value::Bool(flag) => Some(flag.to_string()),
            _ => None,
        }
    }

    /// A number at a path, written as a number or as text.
    #[must_use]
    pub fn number(self, path: &str) -> Option<f64> {
        self.scalar(path)?.parse().ok()
    }

    /// A flag at a path, written as a flag or as text.
    #[must_use]
    pub fn flag(self, path: &str) -> Option<bool> {
        self.scalar(path)?.to_ascii_lowercase().parse().ok()
    }

    /// The time at the first of several paths that holds one.
    #[must_use]
    pub fn time(self, paths: &[&str]) -> Option<Time> {
        paths.iter().find_map(|path| self.text(path).and_then(Time::parse))
    }

    /// The elements of the array at a path; nothing when there is none.
    pub fn elements(self, path: &str) -> impl Iterator<Item = Self> + use<'a> {
        self.at(path).and_then(|fields| fields.0.as_array()).into_iter().flatten().map(Fields)
    }
}

/// Parses JSON that stands inside a text (Defender's `Entities`, Partner Center's `miningPool_IP`);
/// a value that is no text is returned as it is.
#[must_use]
pub fn nested(value: &Value) -> Option<Value> {
    match value {
        Value::String(text) => serde_json::from_str(text).ok(),
        other => Some(other.clone()),
    }
}
