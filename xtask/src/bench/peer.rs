//! The programs that are measured, and how each is started on each form of the day.

use std::{
    env,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};

use super::{
    set::{Form, Set},
    world::NOW,
};
use crate::shell;

pub(super) const JOIN_DUCKDB: &str = include_str!("join_duckdb.py");
const JOIN_POLARS: &str = include_str!("join_polars.py");

/// A program that is measured.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) enum Program {
    /// `wc -l`: what reading the text costs.
    Wc,
    /// libdeflate on one thread: what decompressing costs.
    Libdeflate,
    /// The release build, without the detectors that need every conversation: the join that peers do.
    Firedamp,
    /// The release build as it is, with every detector.
    FiredampWhole,
    /// The bare list join in `DuckDB`.
    DuckDb,
    /// The bare list join in Polars.
    Polars,
}

impl Program {
    /// How it is called in the report.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Wc => "wc -l",
            Self::Libdeflate => "libdeflate",
            Self::Firedamp => "firedamp",
            Self::FiredampWhole => "firedamp, every detector",
            Self::DuckDb => "duckdb",
            Self::Polars => "polars",
        }
    }

    /// The programs that read this form, in the order in which they run.
    pub(crate) const fn of(form: Form) -> &'static [Self] {
        match form {
            Form::Text => {
                &[Self::Wc, Self::Firedamp, Self::FiredampWhole, Self::DuckDb, Self::Polars]
            }
            Form::Gzip => &[Self::Libdeflate, Self::Firedamp, Self::DuckDb, Self::Polars],
            Form::Parquet => &[Self::Firedamp, Self::DuckDb, Self::Polars],
            Form::Azure => &[Self::Firedamp],
        }
    }

    /// True when its answer is a list of hits.
    pub(crate) const fn is_peer(self) -> bool {
        matches!(self, Self::DuckDb | Self::Polars)
    }

    /// The exit codes that mean success: Firedamp says with 1 that it found trouble.
    pub(crate) const fn codes(self) -> &'static [i32] {
        if matches!(self, Self::Firedamp | Self::FiredampWhole) { &[0, 1] } else { &[0] }
    }
}

/// The command line of a program on one form of a set.
pub(crate) fn command(
    program: Program,
    set: &Set,
    form: Form,
    python: &Path,
) -> Result<Vec<String>> {
    let input = text(set.input(form))?;
    let script = |code: &str| -> Result<Vec<String>> {
        let list = text(set.listed())?;
        let words = ["-c", code, form.id(), &input, &list].map(ToOwned::to_owned);
        Ok([vec![text(python.to_path_buf())?], words.to_vec()].concat())
    };
    match program {
        Program::Wc => Ok(vec!["wc".to_owned(), "-l".to_owned(), input]),
        Program::Libdeflate => {
            Ok(vec![text(env::current_exe()?)?, "bench".into(), "inflate".into(), input])
        }
        Program::Firedamp => firedamp(set, form, &[]),
        Program::FiredampWhole => scan(set, form, &[]),
        Program::DuckDb => script(JOIN_DUCKDB),
        Program::Polars => script(JOIN_POLARS),
    }
}

/// What needs every conversation, not those with listed addresses alone.
pub(super) const WITHOUT_LISTS: [&str; 8] = [
    "--without",
    "address_without_name",
    "--without",
    "block_pulse",
    "--without",
    "fleet_pulse",
    "--without",
    "stratum_profile",
];

/// The command line of Firedamp joining with the list, with more flags.
pub(crate) fn firedamp(set: &Set, form: Form, flags: &[&str]) -> Result<Vec<String>> {
    scan(set, form, &[&WITHOUT_LISTS, flags].concat())
}

fn scan(set: &Set, form: Form, flags: &[&str]) -> Result<Vec<String>> {
    let mut words = vec![text(shell::firedamp())?];
    words.extend(["scan", "--now", NOW, "--output", "json", "--indicators"].map(ToOwned::to_owned));
    words.push(text(set.listed())?);
    words.extend(flags.iter().map(|flag| (*flag).to_owned()));
    words.push(text(set.input(form))?);
    Ok(words)
}

pub(super) fn text(path: PathBuf) -> Result<String> {
    path.into_os_string().into_string().ok().context("a path that isn't UTF-8")
}
