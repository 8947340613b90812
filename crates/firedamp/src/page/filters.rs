//! What templates say, in the language that their page is read in: `{{ "queue-title"|say }}`, with
//! `|with("name", …)` and `|count("name", …)` for what a sentence leaves open. The sentences stand in
//! `text/page` and `text/case`, or in any other subject.

#![expect(unreachable_pub, reason = "the macro that makes filters writes public items")]

use std::fmt::{self, Display};

use askama::{Values, filters::Safe};
use fluent_bundle::{FluentArgs, FluentValue};

use crate::language::{Language, Sentences};

/// What the language is called among the values of a template.
pub(super) const LANGUAGE: &str = "language";

/// A sentence that is still to be written.
pub(super) struct Said {
    language: Language,
    id: String,
    blanks: Vec<(String, Blank)>,
}

enum Blank {
    Text(String),
    /// A number, by which a sentence has its plural.
    Count(String),
}

impl Said {
    fn written(&self, escape: impl Fn(&str) -> String) -> String {
        let mut arguments = FluentArgs::new();
        for (name, blank) in &self.blanks {
            match blank {
                Blank::Text(text) => arguments.set(name.as_str(), escape(text)),
                Blank::Count(count) => {
                    arguments.set(name.as_str(), FluentValue::try_number(count));
                }
            }
        }
        Sentences::of(self.language).fill(&self.id, &arguments)
    }
}

impl Display for Said {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.written(str::to_string))
    }
}

/// The sentence of this id.
#[askama::filter_fn]
pub(super) fn say(id: impl Display, values: &dyn Values) -> askama::Result<Said> {
    let language = *askama::get_value::<Language>(values, LANGUAGE)?;
    Ok(Said { language, id: id.to_string(), blanks: Vec::new() })
}

/// The same with a text where it leaves a blank.
#[askama::filter_fn]
pub(super) fn with<T: Display>(
    mut said: Said,
    _: &dyn Values,
    name: &str,
    text: T,
) -> askama::Result<Said> {
    said.blanks.push((name.to_string(), Blank::Text(text.to_string())));
    Ok(said)
}

/// The same with a number, by which it has its plural.
#[askama::filter_fn]
pub(super) fn count<N: Display>(
    mut said: Said,
    _: &dyn Values,
    name: &str,
    number: N,
) -> askama::Result<Said> {
    said.blanks.push((name.to_string(), Blank::Count(number.to_string())));
    Ok(said)
}

/// The same where the sentence itself has marks in it, such as `<code>`: what fills its blanks has none.
#[askama::filter_fn]
pub(super) fn markup(said: Said, _: &dyn Values) -> askama::Result<Safe<String>> {
    Ok(Safe(said.written(escaped)))
}

fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' | '<' | '>' | '"' | '\'' => {
                escaped.push_str(&format!("&#{};", u32::from(letter)));
            }
            other => escaped.push(other),
        }
    }
    escaped
}

#[cfg(test)]
mod tests;
