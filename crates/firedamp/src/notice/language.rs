//! The languages of notices: sentences from Fluent files, and how numbers are written.

use std::{fmt, sync::LazyLock};

use fluent_bundle::{FluentArgs, FluentResource, concurrent::FluentBundle};
use serde::{Deserialize, Serialize};

/// A language that notices are written in.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub enum Language {
    /// English.
    #[default]
    #[serde(rename = "en")]
    English,
    /// French.
    #[serde(rename = "fr")]
    French,
    /// German.
    #[serde(rename = "de")]
    German,
}

type Bundle = FluentBundle<FluentResource>;

static ENGLISH: LazyLock<Bundle> =
    LazyLock::new(|| bundle(Language::English, include_str!("../../text/en.ftl")));
static FRENCH: LazyLock<Bundle> =
    LazyLock::new(|| bundle(Language::French, include_str!("../../text/fr.ftl")));
static GERMAN: LazyLock<Bundle> =
    LazyLock::new(|| bundle(Language::German, include_str!("../../text/de.ftl")));

fn bundle(language: Language, sentences: &str) -> Bundle {
    let tag = language.to_string().parse().unwrap_or_default();
    let mut bundle = FluentBundle::new_concurrent(vec![tag]);
    // Names stand in sentences as they are, without marks that mail programs show as boxes.
    bundle.set_use_isolating(false);
    // The files are part of the program, and tests read every sentence of them.
    let sentences = FluentResource::try_new(sentences.to_string());
    bundle.add_resource_overriding(sentences.unwrap_or_else(|(partly, _)| partly));
    bundle
}

impl fmt::Display for Language {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::English => "en",
            Self::French => "fr",
            Self::German => "de",
        })
    }
}

impl Language {
    /// Every language.
    pub const ALL: [Self; 3] = [Self::English, Self::French, Self::German];

    /// A probability. Certainty is not to be had.
    pub(super) fn percent(self, probability: f64) -> String {
        // A no-break space, as all three languages set it but English.
        let percent = crate::report::percent(probability);
        match self {
            Self::English => percent.replace(' ', "\u{a0}").replace("\u{a0}%", "%"),
            Self::French | Self::German => percent.replace(' ', "\u{a0}"),
        }
    }

    /// An amount of money, with two decimals and its currency's code behind it.
    pub(super) fn money(self, amount: f64, currency: &str) -> String {
        let (thousands, decimal) = match self {
            Self::English => (",", "."),
            Self::French => ("\u{202f}", ","),
            Self::German => (".", ","),
        };
        let cents = format!("{:.2}", amount.abs());
        let (whole, fraction) = cents.split_once('.').unwrap_or((&cents, "00"));
        let mut written = String::new();
        for (index, digit) in whole.chars().enumerate() {
            if index > 0 && (whole.len() - index).is_multiple_of(3) {
                written.push_str(thousands);
            }
            written.push(digit);
        }
        let sign = if amount < 0.0 { "-" } else { "" };
        format!("{sign}{written}{decimal}{fraction}\u{a0}{currency}")
    }
}

/// The sentences of one language.
pub(super) struct Sentences(&'static Bundle);

impl Sentences {
    pub(super) fn of(language: Language) -> Self {
        Self(match language {
            Language::English => &ENGLISH,
            Language::French => &FRENCH,
            Language::German => &GERMAN,
        })
    }

    /// The sentence `id`, or `id.variant`, with its blanks filled.
    pub(super) fn say(&self, id: &str, blanks: &[(&str, &str)]) -> String {
        let (id, variant) = id.split_once('.').map_or((id, None), |(id, own)| (id, Some(own)));
        let message = self.0.get_message(id);
        let pattern = message.and_then(|message| match variant {
            Some(variant) => message.get_attribute(variant).map(|attribute| attribute.value()),
            None => message.value(),
        });
        let Some(pattern) = pattern else {
            // Held by a test for all ids; a notice with a hole is better than none.
            return format!("[{id}]");
        };
        let mut arguments = FluentArgs::new();
        for (name, value) in blanks {
            arguments.set(*name, *value);
        }
        self.0.format_pattern(pattern, Some(&arguments), &mut Vec::new()).into_owned()
    }
}
