//! The core's integration tests, one binary.

mod formats;
mod recorder;
