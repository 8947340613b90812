//! The core's integration tests, one binary.

mod alerts;
mod casebook;
mod formats;
mod properties;
mod recorder;
