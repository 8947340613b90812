//! The built program, one binary: what people type, and what is wrong with their files.

mod backup;
mod casework;
mod channel;
mod cleanup;
mod connect;
mod corpus;
mod delivery;
mod desk;
mod evaluate;
mod hostile;
mod measure;
mod migrate;
mod outside;
mod partner;
mod program;
mod retention;
mod scan;
mod service;
mod simulate;
mod source;
mod store;
mod stories;
mod trouble;
mod web;
