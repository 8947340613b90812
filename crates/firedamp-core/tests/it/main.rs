//! The core's integration tests, one binary.

mod alerts;
mod authorisations;
mod bills;
mod captures;
mod casebook;
mod context;
mod floods;
mod formats;
mod loads;
mod miner;
mod properties;
mod pulse;
mod recorder;
mod times;
