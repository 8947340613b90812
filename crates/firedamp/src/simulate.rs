//! Made-up worlds: accounts in several clouds whose miners and innocents are known beforehand.

pub mod truth;
