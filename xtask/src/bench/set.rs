//! The sets that are measured: the day in each form, the list, and what is to be found.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result};
use clap::ValueEnum;

use super::{
    answer, azure, gzip, vpc,
    world::{EDITION, World},
};
use crate::shell;

const WRITE_PARQUET: &str = include_str!("write_parquet.py");
/// The Azure set has a tuple for so many lines of the text.
const AZURE_ONE_IN: u64 = 10;

/// A form in which the day is written.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd, ValueEnum)]
pub(crate) enum Form {
    /// One text file.
    Text,
    /// 64 gzip files.
    Gzip,
    /// One Parquet file.
    Parquet,
    /// Azure blobs, a tenth of the lines.
    Azure,
}

impl Form {
    /// Every form.
    pub(crate) const ALL: [Self; 4] = [Self::Text, Self::Gzip, Self::Parquet, Self::Azure];

    /// How it is called in the report and on the command line.
    pub(crate) const fn id(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Gzip => "gzip",
            Self::Parquet => "parquet",
            Self::Azure => "azure",
        }
    }
}

/// One day of so many lines, in a folder of its own.
pub(crate) struct Set {
    folder: PathBuf,
    /// Its lines (the Azure form has a tenth).
    pub(crate) lines: u64,
}

impl Set {
    /// The set of so many lines; makes the forms that are missing.
    pub(crate) fn make(bench: &Path, lines: u64, forms: &[Form], python: &Path) -> Result<Self> {
        let set = Self { folder: bench.join(format!("day-{EDITION}-{lines}")), lines };
        fs::create_dir_all(&set.folder)?;
        set.text()?;
        for form in forms {
            let path = set.input(*form);
            if path.exists() {
                continue;
            }
            println!("writing {lines} lines as {}", form.id());
            let part = set.folder.join("part");
            set.clear(&part)?;
            set.write(*form, &part, python)?;
            fs::rename(&part, &path).context("naming a finished set")?;
        }
        Ok(set)
    }

    /// The text comes first: the gzip and Parquet forms are made from it.
    fn text(&self) -> Result<()> {
        let path = self.input(Form::Text);
        if path.exists() {
            return Ok(());
        }
        println!("writing {} lines as text", self.lines);
        let part = self.folder.join("part");
        self.clear(&part)?;
        let truth = vpc::write(&part, self.lines)?;
        answer::store(&self.truth(Form::Text), &truth)?;
        fs::write(self.listed(), World::new().listed().join("\n") + "\n")?;
        fs::rename(&part, &path).context("naming a finished set")
    }

    fn write(&self, form: Form, part: &Path, python: &Path) -> Result<()> {
        let text = self.input(Form::Text);
        match form {
            Form::Text => Ok(()),
            Form::Gzip => gzip::split(&text, vpc::HEADER, part),
            Form::Parquet => {
                let mut command = Command::new(python);
                shell::run(command.args(["-c", WRITE_PARQUET]).args([&text, part]))
            }
            Form::Azure => {
                let truth = azure::write(part, self.lines / AZURE_ONE_IN)?;
                answer::store(&self.truth(Form::Azure), &truth)
            }
        }
    }

    fn clear(&self, part: &Path) -> Result<()> {
        if part.is_dir() {
            fs::remove_dir_all(part)?;
        }
        Ok(())
    }

    /// The file or folder that a program reads.
    pub(crate) fn input(&self, form: Form) -> PathBuf {
        self.folder.join(match form {
            Form::Text => "vpc.log",
            Form::Gzip => "gzip",
            Form::Parquet => "vpc.parquet",
            Form::Azure => "azure",
        })
    }

    /// The list of addresses.
    pub(crate) fn listed(&self) -> PathBuf {
        self.folder.join("listed.txt")
    }

    /// What is to be found in a form.
    pub(crate) fn truth(&self, form: Form) -> PathBuf {
        self.folder.join(if form == Form::Azure { "azure.truth.json" } else { "truth.json" })
    }

    /// The records of a form.
    pub(crate) const fn records(&self, form: Form) -> u64 {
        if matches!(form, Form::Azure) { self.lines / AZURE_ONE_IN } else { self.lines }
    }

    /// The bytes that a form stands for: those of the text for all forms of the VPC flow log, so
    /// that speeds compare; its own for Azure.
    pub(crate) fn plain_bytes(&self, form: Form) -> Result<u64> {
        bytes(&self.input(if form == Form::Azure { form } else { Form::Text }))
    }

    /// Deletes the set.
    pub(crate) fn delete(self) -> Result<()> {
        fs::remove_dir_all(self.folder).context("deleting the set")
    }
}

/// The size of a file, or of all files under a folder.
pub(crate) fn bytes(path: &Path) -> Result<u64> {
    if path.is_dir() {
        return fs::read_dir(path)?.map(|entry| bytes(&entry?.path())).sum();
    }
    Ok(fs::metadata(path)?.len())
}
