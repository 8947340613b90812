//! The core's integration tests, one binary.

mod alerts;
mod casebook;
mod formats;
mod loads;
mod properties;
mod recorder;
