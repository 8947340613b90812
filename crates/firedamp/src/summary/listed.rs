//! What an object is, and what of a record was rejected, in words.

use fluent_bundle::FluentArgs;

use crate::{language::Sentences, report::shown};

/// The beginning of a record that was rejected.
#[derive(Debug)]
pub(super) struct Excerpt {
    pub(super) name: String,
    pub(super) record: u64,
    pub(super) reason: &'static str,
    pub(super) text: String,
}

impl Excerpt {
    pub(super) fn told(&self, say: Sentences) -> String {
        let (record, text) = (self.record.to_string(), shown(&self.text));
        say.say(
            "scan-excerpt",
            &[("name", &self.name), ("record", &record), ("reason", self.reason), ("text", &text)],
        )
    }
}

/// What an object is.
#[derive(Debug)]
pub(super) enum Listed {
    Empty,
    Foreign,
    Formats(Vec<(&'static str, u64)>),
    Same,
    Unreadable(String),
}

impl Listed {
    pub(super) fn told(&self, name: &str, say: Sentences) -> String {
        let of = |id: &str| say.say(id, &[("name", name)]);
        match self {
            Self::Empty => of("scan-listed-empty"),
            Self::Foreign => of("scan-listed-foreign"),
            Self::Same => of("scan-listed-same"),
            Self::Unreadable(why) => {
                say.say("scan-listed-unreadable", &[("name", name), ("why", why)])
            }
            Self::Formats(formats) => {
                let format = |(id, records): &(&str, u64)| {
                    format!("{id} ({})", counted(*records, "scan-records", say))
                };
                let formats: Vec<String> = formats.iter().map(format).collect();
                say.say("scan-listed", &[("name", name), ("formats", &formats.join(", "))])
            }
        }
    }
}

/// A number of things; `what` is the sentence that has them in one and in many.
pub(super) fn counted(count: u64, what: &str, say: Sentences) -> String {
    let mut blanks = FluentArgs::new();
    blanks.set("count", count);
    blanks.set("written", say.language().counted(count));
    say.fill(what, &blanks)
}
