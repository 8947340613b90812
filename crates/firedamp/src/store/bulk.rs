//! The same done to many cases.

/// Cases that are acted on at once.
pub const BULK_MAX: usize = 200;
