//! The core's integration tests, one binary.

mod alerts;
mod formats;
mod recorder;
