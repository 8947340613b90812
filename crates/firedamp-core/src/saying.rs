//! Sentences that can be said again in another language: which sentence it is, and what stands in its
//! blanks. The sentences are Fluent files in `text/`, one for each language and the only place where
//! they stand; English is made from them when a finding is made, the others when somebody reads it.

use std::{borrow::Cow, collections::BTreeMap, sync::LazyLock};

use fluent_bundle::{FluentArgs, FluentResource, concurrent::FluentBundle};
use fluent_syntax::ast::Pattern;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

use crate::{language::Language, time::Time};

/// The sentences of one language.
pub type Bundle = FluentBundle<FluentResource>;

/// The sentences of the detectors and of reckonings, in the order of [`Language::ALL`].
pub const SENTENCES: [&str; 3] = [
    include_str!("../text/finding/en.ftl"),
    include_str!("../text/finding/fr.ftl"),
    include_str!("../text/finding/de.ftl"),
];

static ENGLISH: LazyLock<Bundle> = LazyLock::new(|| {
    let [english, ..] = SENTENCES;
    bundle(Language::English, [english])
});

/// Sentences inside sentences inside sentences: more is no sentence of ours.
const DEPTH_MAX: usize = 8;

/// The sentences of these files.
#[must_use]
pub fn bundle<'a>(language: Language, files: impl IntoIterator<Item = &'a str>) -> Bundle {
    let tag = language.to_string().parse().unwrap_or_default();
    let mut bundle = FluentBundle::new_concurrent(vec![tag]);
    // Names stand in sentences as they are, without marks that mail programs show as boxes.
    bundle.set_use_isolating(false);
    for sentences in files {
        // The files are part of the program, and tests read every sentence of them.
        let sentences = FluentResource::try_new(sentences.to_string());
        bundle.add_resource_overriding(sentences.unwrap_or_else(|(partly, _)| partly));
    }
    bundle
}

/// The sentence `id`, or `id.variant`.
#[must_use]
pub fn sentence<'a>(bundle: &'a Bundle, id: &str) -> Option<&'a Pattern<&'a str>> {
    let (id, variant) = id.split_once('.').map_or((id, None), |(id, own)| (id, Some(own)));
    let message = bundle.get_message(id)?;
    match variant {
        Some(variant) => Some(message.get_attribute(variant)?.value()),
        None => message.value(),
    }
}

/// What stands in a blank.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Blank {
    /// A number of bytes.
    Bytes(f64),
    /// A whole number, which may decide on a plural: `name` chooses, `name-digits` and `name-words`
    /// are written.
    Count(u64),
    /// A day.
    Day(Time),
    /// Sentences of which one holds, or names of things that are not there.
    Either(Vec<Saying>),
    /// An instant.
    Instant(Time),
    /// Sentences in a row.
    List(Vec<Saying>),
    /// Day and minute of an instant, in UTC, as the sentence around it says.
    Minute(Time),
    /// An instant to the minute.
    Moment(Time),
    /// An amount in a currency, by its code.
    Money(f64, String),
    /// Names that are told together.
    Names(Vec<String>),
    /// A number with so many digits after the point.
    Number(f64, usize),
    /// A length of time.
    Seconds(i64),
    /// A day of a year that stands beside it.
    ShortDay(Time),
    /// Other sentences, or none.
    Sayings(Vec<Saying>),
    /// A name, or what a log says, as it is in every language.
    Text(String),
}

/// A sentence with its blanks filled.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub struct Saying {
    /// The sentence's id in `text/`; empty where only the English words are known.
    id: Cow<'static, str>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    blanks: BTreeMap<Cow<'static, str>, Blank>,
}

impl Saying {
    /// The sentence with this id.
    #[must_use]
    pub const fn of(id: &'static str) -> Self {
        Self { id: Cow::Borrowed(id), blanks: BTreeMap::new() }
    }

    /// The sentence with an id that is put together.
    #[must_use]
    pub const fn named(id: String) -> Self {
        Self { id: Cow::Owned(id), blanks: BTreeMap::new() }
    }

    /// The sentence's id; empty where it says nothing.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Whether it says nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.id.is_empty()
    }

    /// Fills a blank.
    #[must_use]
    pub fn with(mut self, name: &'static str, blank: Blank) -> Self {
        self.blanks.insert(Cow::Borrowed(name), blank);
        self
    }

    /// Fills a blank with a name, or what a log says.
    #[must_use]
    pub fn text(self, name: &'static str, text: impl ToString) -> Self {
        self.with(name, Blank::Text(text.to_string()))
    }

    /// Fills a blank with a whole number.
    #[must_use]
    pub fn count(self, name: &'static str, count: usize) -> Self {
        self.with(name, Blank::Count(count as u64))
    }

    /// Fills a blank with a number with so many digits after the point.
    #[must_use]
    pub fn number(self, name: &'static str, number: f64, digits: usize) -> Self {
        // JSON has no infinity.
        if number.is_finite() {
            self.with(name, Blank::Number(number, digits))
        } else {
            self.text(name, number)
        }
    }

    /// Fills a blank with a number of bytes.
    #[must_use]
    pub fn bytes(self, name: &'static str, bytes: f64) -> Self {
        self.with(name, Blank::Bytes(if bytes.is_finite() { bytes } else { f64::MAX }))
    }

    /// Fills a blank with a length of time.
    #[must_use]
    pub fn seconds(self, name: &'static str, seconds: i64) -> Self {
        self.with(name, Blank::Seconds(seconds))
    }

    /// Fills a blank with another sentence, or with nothing.
    #[must_use]
    pub fn say(self, name: &'static str, saying: impl Into<Option<Self>>) -> Self {
        self.with(name, Blank::Sayings(saying.into().into_iter().collect()))
    }

    /// The sentence in English.
    #[must_use]
    pub fn english(&self) -> String {
        // A test makes every sentence; a finding with a hole is better than none.
        self.told(Language::English, &ENGLISH).unwrap_or_else(|| format!("[{}]", self.id))
    }

    /// The sentence in a language, if `bundle` has it and every blank is filled.
    #[must_use]
    pub fn told(&self, language: Language, bundle: &Bundle) -> Option<String> {
        self.told_within(language, bundle, DEPTH_MAX)
    }

    fn told_within(&self, language: Language, bundle: &Bundle, depth: usize) -> Option<String> {
        let depth = depth.checked_sub(1)?;
        let mut arguments = FluentArgs::with_capacity(self.blanks.len());
        for (name, blank) in &self.blanks {
            if let Blank::Count(count) = blank {
                arguments.set(name.as_ref(), *count);
                arguments.set(format!("{name}-digits"), language.number(*count as f64, 0));
                arguments.set(format!("{name}-words"), language.count(*count));
            } else {
                arguments.set(name.as_ref(), blank.written(language, bundle, depth)?);
            }
        }
        let mut errors = Vec::new();
        let pattern = sentence(bundle, &self.id)?;
        let told = bundle.format_pattern(pattern, Some(&arguments), &mut errors);
        errors.is_empty().then(|| told.into_owned())
    }
}

impl Blank {
    fn written(&self, language: Language, bundle: &Bundle, depth: usize) -> Option<String> {
        Some(match self {
            Self::Bytes(bytes) => language.bytes(*bytes),
            Self::Count(count) => language.count(*count),
            Self::Day(time) => language.day(*time),
            Self::Either(all) => language.alternatives(&all_told(all, language, bundle, depth)?),
            Self::Instant(time) => language.instant(*time),
            Self::List(all) => all_told(all, language, bundle, depth)?.join(", "),
            Self::Minute(time) => language.minute(*time),
            Self::Moment(time) => language.moment(*time),
            Self::Money(amount, currency) => language.money(*amount, currency),
            Self::Names(names) => language.joined(names),
            Self::Number(number, digits) => language.number(*number, *digits),
            Self::Seconds(seconds) => language.duration(*seconds),
            Self::ShortDay(time) => language.short_day(*time),
            Self::Sayings(all) => {
                all_told(all, language, bundle, depth)?.join(language.between_clauses())
            }
            Self::Text(text) => text.clone(),
        })
    }
}

fn all_told(
    all: &[Saying],
    language: Language,
    bundle: &Bundle,
    depth: usize,
) -> Option<Vec<String>> {
    all.iter().map(|one| one.told_within(language, bundle, depth)).collect()
}

/// Writes what was said as its English words.
///
/// # Errors
/// When the serializer has one.
pub fn in_english<S: Serializer>(said: &Option<Saying>, serializer: S) -> Result<S::Ok, S::Error> {
    said.as_ref().map(Saying::english).serialize(serializer)
}

/// Reads a saying of a stored judgement; one of another version counts as none.
///
/// # Errors
/// When the input is no JSON at all.
pub fn leniently<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Saying, D::Error> {
    Value::deserialize(deserializer).map(|value| Saying::read(&value))
}

impl Saying {
    /// Reads one from JSON; what is none is empty.
    #[must_use]
    pub fn read(json: &Value) -> Self {
        Self::deserialize(json).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_stored_says_the_same() {
        let said = Saying::of("found-lookup")
            .count("names", 3)
            .text("first", "{ $names } pool.example")
            .say("often", Saying::of("found-lookup.often").number("questions", 5.0, 0))
            .say("blocked", None);
        let english = "asked for 3 pool names, { $names } pool.example among them, 5 times";
        assert_eq!(said.english(), english);
        let json = serde_json::to_value(&said).expect("JSON");
        let read = Saying::read(&json);
        assert_eq!(read, said);
        let [_, _, german] = SENTENCES;
        let german = read.told(Language::German, &bundle(Language::German, [german]));
        assert_eq!(
            german.as_deref(),
            Some("hat 3 Pool-Namen abgefragt, darunter { $names } pool.example, 5-mal")
        );
    }

    #[test]
    fn what_is_unknown_or_not_filled_says_nothing() {
        for json in ["null", "7", "{}", r#"{"id": "x", "blanks": {"a": {"colour": 1}}}"#] {
            let said = Saying::read(&serde_json::from_str(json).expect("JSON"));
            assert!(said.is_empty() && said.told(Language::English, &ENGLISH).is_none(), "{json}");
        }
        assert_eq!(Saying::of("found-lookup").told(Language::English, &ENGLISH), None);
        let mut deep = Saying::of("found-hijack.somebody");
        for _ in 0..2 * DEPTH_MAX {
            deep = Saying::of("point-more").count("count", 1).say("group", deep);
        }
        assert_eq!(deep.told(Language::English, &ENGLISH), None);
    }
}
