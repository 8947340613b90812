//! The pure half of Firedamp: bytes become events, detectors fold events into state, state
//! yields findings, findings are fused into cases.
//!
//! Nothing here reads a clock, a file, the network or the environment, starts a thread or draws a
//! random number. The same input gives the same cases, byte for byte, in any batch size, any order,
//! any number of workers, replayed any number of times, because every state is a join-semilattice:
//! its `merge` is associative, commutative and idempotent.

pub mod assess;
pub mod case;
pub mod container;
pub mod coverage;
pub mod detector;
pub mod event;
pub mod finding;
pub mod fold;
pub mod format;
pub mod id;
pub mod indicator;
pub mod json;
pub mod lookups;
pub mod money;
pub mod names;
pub mod net;
mod simd;
pub mod sink;
pub mod sketch;
pub mod text;
pub mod time;
pub mod weights;
