//! The pulse: what holds for every series, and what is measured on real and drawn ones. The tables of
//! `docs/pulse.md` are written by `benches/pulse.rs`.

mod connections;
mod draw;
mod figures;
mod groups;
mod laws;
mod real;
mod scenes;
mod spread;
