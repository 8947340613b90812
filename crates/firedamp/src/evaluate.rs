//! How good the verdicts are: telemetry whose truth is known, judged, and what comes of it in
//! numbers.
//!
//! A miss is told before a hit. Every share has its interval; every mean has its worst cell beside
//! it; every false case has its name.

pub mod ablation;
pub mod calibration;
pub mod crossing;
pub mod fit;
pub mod folder;
pub mod measures;
pub mod page;
pub mod reading;
pub mod recapture;
pub mod statistics;
pub mod table;
pub mod text;
pub mod verdict;
pub mod wait;
pub mod worlds;

pub use measures::Evaluation;
pub use verdict::{Arm, Verdict};
