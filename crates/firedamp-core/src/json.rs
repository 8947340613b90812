//! JSON as clouds write it: values split out of any container, heads to recognise them by, and
//! tolerant fields (numbers as text, flags as text, any case of keys).

pub mod fields;
pub mod repair;
pub mod split;

use std::{borrow::Cow, fmt};

use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, Visitor},
};
use serde_json::value::RawValue;

/// Members of a record that are looked at to recognise it; more are ignored.
const MEMBER_COUNT_MAX: usize = 256;

/// The top-level members of one record, unparsed.
#[derive(Debug, Default)]
pub struct Head<'a> {
    members: Vec<(Text<'a>, &'a RawValue)>,
}

impl<'a> Head<'a> {
    /// Reads the head of an object; `None` for anything else and for broken JSON.
    #[must_use]
    pub fn parse(record: &'a [u8]) -> Option<Self> {
        serde_json::from_slice(record).ok()
    }

    /// Whether there is a member of this name, in any case.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.raw(name).is_some()
    }

    /// Whether all these members are there.
    #[must_use]
    pub fn has_all(&self, names: &[&str]) -> bool {
        names.iter().all(|name| self.has(name))
    }

    /// The unparsed value of a member.
    #[must_use]
    pub fn raw(&self, name: &str) -> Option<&'a RawValue> {
        let same = |member: &&(Text<'a>, &RawValue)| member.0.eq_ignore_ascii_case(name);
        self.members.iter().find(same).map(|(_, value)| *value)
    }

    /// The value of a text member.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<Cow<'a, str>> {
        serde_json::from_str::<Text<'a>>(self.raw(name)?.get()).ok().map(|text| text.0)
    }

    /// The head of a member that is an object.
    #[must_use]
    pub fn object(&self, name: &str) -> Option<Self> {
        Self::parse(self.raw(name)?.get().as_bytes())
    }

    /// Whether a text member equals `value`, in any case.
    #[must_use]
    pub fn is(&self, name: &str, value: &str) -> bool {
        self.text(name).is_some_and(|text| text.eq_ignore_ascii_case(value))
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Head<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Members;
        impl<'de> Visitor<'de> for Members {
            type Value = Head<'de>;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                    members.truncate(MEMBER_COUNT_MAX);
                }
                Ok(Head { members })
            }
        }
        deserializer.deserialize_map(Members)
    }
}

/// A text that borrows from the record unless it had to be unescaped. Numbers and flags become
/// their text, `null` becomes the empty text: clouds write `"1776"` and `1776` for the same field.
#[derive(Clone, Debug, Default, Eq, Ord, PartialEq, PartialOrd)]
pub struct Text<'a>(pub Cow<'a, str>);

impl Text<'_> {
    /// The text, unless it is one of the clouds' ways to write "none".
    #[must_use]
    pub fn known(&self) -> Option<&str> {
        fields::known(&self.0)
    }
}

impl std::ops::Deref for Text<'_> {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Text<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct AnyText;
        impl<'de> Visitor<'de> for AnyText {
            type Value = Cow<'de, str>;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("a text, number or flag")
            }

            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
                Ok(Cow::Borrowed(text))
            }

            fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
                Ok(Cow::Owned(text.to_string()))
            }

            fn visit_u64<E>(self, number: u64) -> Result<Self::Value, E> {
                Ok(Cow::Owned(number.to_string()))
            }

            fn visit_i64<E>(self, number: i64) -> Result<Self::Value, E> {
                Ok(Cow::Owned(number.to_string()))
            }

            fn visit_f64<E>(self, number: f64) -> Result<Self::Value, E> {
                Ok(Cow::Owned(number.to_string()))
            }

            fn visit_bool<E>(self, flag: bool) -> Result<Self::Value, E> {
                Ok(Cow::Borrowed(if flag { "true" } else { "false" }))
            }

            fn visit_unit<E>(self) -> Result<Self::Value, E> {
                Ok(Cow::Borrowed(""))
            }
        }
        deserializer.deserialize_any(AnyText).map(Text)
    }
}
