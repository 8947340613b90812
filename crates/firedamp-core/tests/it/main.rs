//! The core's integration tests, one binary.

mod casebook;
mod formats;
mod properties;
mod recorder;
