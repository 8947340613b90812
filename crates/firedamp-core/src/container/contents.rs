//! What was found in an object, in numbers.

use std::collections::BTreeMap;

/// What was found in an object.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Contents {
    /// Records read, by format id.
    pub formats: BTreeMap<&'static str, u64>,
    /// Records in all, rejected ones too.
    pub records: u64,
    /// A container that may hold telemetry, or nothing at all: without records it is empty, not
    /// foreign.
    pub is_container: bool,
}

impl Contents {
    /// Whether the object is no telemetry that any format knows.
    #[must_use]
    pub fn is_foreign(&self) -> bool {
        self.formats.is_empty() && (self.records > 0 || !self.is_container)
    }
}
