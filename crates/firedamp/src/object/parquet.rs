//! placeholder
use std::{fs::File, io};

use firedamp_core::fold::Partial;

use super::Outcome;

pub(super) fn read(_file: File, _partial: &mut Partial) -> io::Result<Outcome> {
    Ok(Outcome::default())
}
