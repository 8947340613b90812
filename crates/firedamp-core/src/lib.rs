//! The pure half of Firedamp: bytes become events, detectors fold events into state, state
//! yields findings, findings are fused into cases.
//!
//! Nothing here reads a clock, a file, the network or the environment, starts a thread or draws a
//! random number. The same input gives the same cases, byte for byte, in any batch size, any order,
//! any number of workers, replayed any number of times, because every state is a join-semilattice:
//! its `merge` is associative, commutative and idempotent.
//!
//! ```
//! use std::sync::Arc;
//!
//! use firedamp_core::{
//!     indicator::{self, IndicatorSet},
//!     scan::{Options, scan},
//! };
//!
//! // A pool that the operator knows of, over the list that comes with the program.
//! let mut indicators = IndicatorSet::embedded();
//! indicators.layer(indicator::import("pool.example")?.indicators);
//!
//! // A machine asks for it …
//! let dns = br#"{"account_id": "111122223333", "query_timestamp": "2026-03-01T10:00:00Z",
//!     "query_name": "eu.pool.example.", "rcode": "NOERROR", "srcids": {"instance": "i-0abc"},
//!     "srcaddr": "10.0.0.4", "answers": [{"Rdata": "203.0.113.9", "Type": "A"}]}"#;
//!
//! // … and talks to the answer for two hours, a kilobyte each way in a minute.
//! let start = 1_772_359_200; // 2026-03-01T10:00:00Z
//! let mut flows = String::new();
//! for (begin, end) in (0..120).map(|minute| (start + 60 * minute, start + 60 * minute + 60)) {
//!     flows += &format!(
//!         "2 111122223333 eni-0abc 10.0.0.4 203.0.113.9 49152 443 6 8 1057 {begin} {end} ACCEPT OK\n\
//!          2 111122223333 eni-0abc 203.0.113.9 10.0.0.4 443 49152 6 6 760 {begin} {end} ACCEPT OK\n"
//!     );
//! }
//!
//! let cases = scan(&[dns, flows.as_bytes()], &Options::new(Arc::new(indicators)));
//!
//! assert_eq!(cases[0].id, "aws:111122223333");
//! assert!(cases[0].probability >= 0.95);
//! assert_eq!(cases[0].resources[0].id, "i-0abc");
//! # Ok::<(), indicator::ImportError>(())
//! ```

pub mod assess;
pub mod authorisation;
pub mod bill;
pub mod blocks;
mod by_resource;
pub mod case;
pub mod checklist;
pub mod compensation;
pub mod container;
pub mod conversation;
pub mod coverage;
pub mod detector;
pub mod event;
pub mod finding;
pub mod fold;
pub mod format;
pub mod grant;
pub mod id;
pub mod indicator;
pub mod json;
pub mod judged;
pub mod language;
pub mod life;
pub mod lookups;
pub mod machine;
mod memo;
pub mod money;
pub mod names;
pub mod net;
pub mod origin;
pub mod plan;
pub mod policy;
pub mod portal;
pub mod posture;
pub mod proof;
pub mod pulse;
pub mod redact;
pub mod saying;
pub mod scan;
pub mod sigma;
mod simd;
pub mod sink;
pub mod sketch;
pub mod standing;
mod stratum;
pub mod table;
pub mod text;
pub mod time;
pub mod weights;
