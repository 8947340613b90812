//! What happened to the case, and what people wrote down.

use askama::Template;
use firedamp_core::redact::redacted;

use super::{
    super::{
        filters,
        view::{minute, say},
    },
    Opened, written,
};
use crate::{report, store::Entry, web::Problem};

struct EntryLine {
    at: String,
    actor: String,
    kind: String,
    text: String,
    /// The program wrote it, and it is not told in the reader's language. In which language people write
    /// is not known.
    is_english: bool,
}

impl EntryLine {
    fn of(entry: &Entry) -> Self {
        Self {
            at: minute(entry.at),
            actor: report::shown(&entry.actor),
            kind: kind(&entry.kind),
            is_english: !entry.said.is_empty() && entry.retold(&say()).is_none(),
            text: redacted(&entry.told(&say())),
        }
    }
}

/// What was done: programs of other versions may have written kinds that have no sentence.
pub(in crate::page) fn kind(id: &str) -> String {
    let own = say().word(&format!("log-kind-{}", id.replace([' ', '_'], "-")));
    own.unwrap_or_else(|| report::shown(id))
}

#[derive(Template)]
#[template(path = "page/case/log.html")]
struct Log {
    id: i64,
    revision: i64,
    may_act: bool,
    entries: Vec<EntryLine>,
}

pub(super) async fn show(opened: &Opened<'_>) -> Result<String, Problem> {
    let row = &opened.file.row;
    let entries = opened.app.store.activity(row.id).await?;
    written(&Log {
        id: row.id,
        revision: row.revision,
        may_act: opened.may_act(),
        entries: entries.iter().rev().map(EntryLine::of).collect(),
    })
}
