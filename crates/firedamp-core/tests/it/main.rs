//! The core's integration tests, one binary.

mod alerts;
mod casebook;
mod context;
mod formats;
mod loads;
mod properties;
mod pulse;
mod recorder;
