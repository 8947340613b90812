//! Bad days: what the table "When things go wrong" of docs/operating.md promises, each line shown.
//!
//! | what | where it is shown |
//! | --- | --- |
//! | a full disk, a folder that can't be written | [`disk`] |
//! | a damaged page of the database, no database at all | [`damage`] |
//! | a clock that is set back | [`clock`] |
//! | a mail server that hangs, a webhook that answers 200 MB | [`peers`] |
//! | a bucket of very many keys | [`listing`] |
//! | two desks on one folder | `service::a_folder_has_one_desk` |
//! | killed at any call of the store | `desk::killed_at_every_call_of_the_store_it_loses_and_doubles_nothing` |
//! | killed at random, many times | `desk::killed::killed_at_random_it_has_each_miner_in_one_case_and_tells_of_it` |

mod clock;
mod damage;
mod disk;
mod listing;
mod peers;
