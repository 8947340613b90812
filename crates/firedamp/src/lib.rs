//! The world half of Firedamp: files, threads, the terminal. What is mining and why is decided in
//! `firedamp-core`; nothing here judges.

pub mod api;
pub mod authorisation;
pub mod backtest;
pub mod casework;
pub mod channel;
pub mod cleanup;
pub mod cli;
pub mod client;
pub mod connect;
pub mod delivery;
pub mod desk;
pub mod evaluate;
pub mod heartbeat;
pub mod knowledge;
pub mod language;
pub mod notice;
pub mod object;
pub mod observe;
pub mod pack;
pub mod page;
pub mod partner;
pub mod pipeline;
mod private;
pub mod progress;
mod quiet;
pub mod report;
pub mod request;
pub mod retention;
pub mod schema;
pub mod service;
pub mod simulate;
pub mod source;
pub mod store;
pub mod summary;
pub mod tree;
pub mod web;
