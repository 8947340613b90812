//! The world half of Firedamp: files, threads, the terminal. What is mining and why is decided in
//! `firedamp-core`; nothing here judges.

pub mod backtest;
pub mod cli;
pub mod evaluate;
pub mod object;
pub mod pipeline;
pub mod progress;
mod quiet;
pub mod report;
pub mod simulate;
pub mod source;
pub mod store;
pub mod summary;
