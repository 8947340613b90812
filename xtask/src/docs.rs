//! `cargo xtask docs`: documents that the program writes about itself.

use std::fs;

use anyhow::{Context, Result, ensure};
use clap::Args;

use crate::shell;

/// A generated document: the arguments that make `firedamp` print it, and where it lies.
const DOCUMENTS: &[(&[&str], &str)] = &[
    (&["formats", "--markdown"], "docs/formats.md"),
    (&["openapi"], "docs/openapi.json"),
    (&["policies", "--markdown"], "docs/policies.md"),
];

/// How to write the generated documents.
#[derive(Args)]
pub(crate) struct Options {
    /// Write nothing; fail when a document isn't what the program prints.
    #[arg(long)]
    pub(crate) check: bool,
}

/// Writes, or checks, every generated document.
pub(crate) fn run(options: &Options) -> Result<()> {
    for (arguments, path) in DOCUMENTS {
        let place = shell::root().join(path);
        let text = printed(arguments)?;
        if options.check {
            let stored = fs::read_to_string(&place).with_context(|| format!("reading `{path}`"))?;
            ensure!(stored == text, "`{path}` is stale: run `cargo xtask docs`");
        } else {
            fs::create_dir_all(place.parent().context("a document lies in a folder")?)?;
            fs::write(&place, text).with_context(|| format!("writing `{path}`"))?;
            println!("wrote {path}");
        }
    }
    Ok(())
}

fn printed(arguments: &[&str]) -> Result<String> {
    // Of the whole workspace: one package alone has other features, and builds everything anew.
    let mut command = shell::cargo(&["run", "--quiet", "--bin", "firedamp", "--"]);
    let output = shell::capture(command.args(arguments))?;
    let text = String::from_utf8(output.stdout).context("the document isn't UTF-8")?;
    ensure!(!text.trim().is_empty(), "`{}` printed nothing", shell::shown(&command));
    Ok(text)
}
