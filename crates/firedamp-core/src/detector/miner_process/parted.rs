//! Command lines that a sensor wrote in several records, put together however they come.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Start, What};
use crate::{
    event::{Part, ProcessStart, Resource},
    id::{AccountRef, ObjectId, Place, Provider},
    indicator::IndicatorSet,
    text,
    time::Time,
};

/// Starts in several records that are kept for one resource; the kernel writes so what is longer
/// than 7,500 bytes, which few programs are.
pub(super) const PARTED_MAX: usize = 64;
/// Bytes of one command line that are kept: its beginning.
const BYTES_MAX: usize = 64 << 10;
/// Bytes of one piece: the kernel's own limit for a record.
const PIECE_BYTES_MAX: usize = 8 << 10;
/// What an argument costs besides its text, so that empty ones are bounded as well.
const PIECE_BYTES: usize = 16;

/// The arguments of one start that have come so far.
///
/// The first ones are kept, as many as fit: whatever is beyond the limit among some of the pieces is
/// beyond it among all of them, so the order in which they come does not matter.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub(super) struct Parted {
    first: (Time, Place),
    last: (Time, Place),
    /// By number of argument and piece.
    pieces: BTreeMap<(u32, u32), String>,
}

impl Parted {
    pub(super) const fn new(at: (Time, Place)) -> Self {
        Self { first: at, last: at, pieces: BTreeMap::new() }
    }

    pub(super) fn add(&mut self, at: (Time, Place), part: &Part<'_>) {
        self.first = self.first.min(at);
        self.last = self.last.max(at);
        for (argument, piece, text) in &part.arguments {
            let text = text::truncated(text, PIECE_BYTES_MAX).to_string();
            self.insert((*argument, *piece), text);
        }
        self.shed();
    }

    /// Two texts for one piece are two machines' or a forgery; the greater is kept, in any order.
    fn insert(&mut self, at: (u32, u32), text: String) {
        let known = self.pieces.entry(at).or_default();
        if *known < text {
            *known = text;
        }
    }

    fn shed(&mut self) {
        let mut bytes = 0;
        self.pieces.retain(|_, text| {
            bytes += text.len() + PIECE_BYTES;
            bytes <= BYTES_MAX
        });
    }

    pub(super) fn merge(mut self, other: Self) -> Self {
        self.first = self.first.min(other.first);
        self.last = self.last.max(other.last);
        for (at, text) in other.pieces {
            self.insert(at, text);
        }
        self.shed();
        self
    }

    pub(super) fn seal(&mut self, object: ObjectId) {
        self.first.1.seal(object);
        self.last.1.seal(object);
    }

    /// The start that the parts tell of together, if there is any sign about it.
    pub(super) fn start(&self, indicators: &IndicatorSet) -> Option<Start> {
        let arguments = self.arguments();
        let nobody = AccountRef::new(Provider::Unknown, "");
        let process = ProcessStart {
            executable: arguments.first().cloned().unwrap_or_default().into(),
            command_line: arguments.join(" ").into(),
            ..ProcessStart::new(nobody, Resource::default(), self.first.0)
        };
        let what = What::started(&process, indicators)?;
        Some(Start { first: self.first, last: self.last, what })
    }

    fn arguments(&self) -> Vec<String> {
        let mut arguments: Vec<(u32, String)> = Vec::new();
        for ((argument, _), text) in &self.pieces {
            match arguments.last_mut() {
                Some((last, whole)) if last == argument => whole.push_str(text),
                _ => arguments.push((*argument, text.clone())),
            }
        }
        arguments.into_iter().map(|(_, whole)| whole).collect()
    }
}
