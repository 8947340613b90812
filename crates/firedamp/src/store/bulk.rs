//! The same done to many cases.

/// Cases that are acted on at once, each of them chosen.
pub const BULK_MAX: usize = 200;
/// Cases that are acted on at once, of all that a filter finds.
pub const FOUND_MAX: usize = 1000;
