//! The clouds' own log files, written straight into memory.

mod aws;
mod order;

use firedamp_core::id::Provider;

use super::{Settings, estate::Estate, scenario::Plan};

/// The files of an account: where below the world's folder, and what is in them.
pub(super) fn files(_settings: &Settings, _plan: &Plan, estate: &Estate) -> Vec<(String, Vec<u8>)> {
    let folder = format!("{}/{}", estate.provider.id(), estate.id);
    match estate.provider {
        Provider::Aws => vec![(format!("{folder}/vpc-flow.log"), aws::flows(estate))],
        _ => Vec::new(),
    }
}

/// Appends a number.
fn digits(text: &mut Vec<u8>, number: u64) {
    text.extend_from_slice(itoa::Buffer::new().format(number).as_bytes());
}
