//! `--sigma`: an operator's own Sigma rules, from files and folders.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail};
use firedamp_core::sigma::{RULE_BYTES_MAX, RuleSet, SigmaError};

/// How deep folders are followed.
const DEPTH_MAX: usize = 16;
/// Warnings that are shown; the others are counted.
const WARNINGS_MAX: usize = 5;

/// Reads every rule under `paths`, and says on standard error what of it could not be used. Rules
/// over other logs are many in any collection: they are counted only.
pub(super) fn rules(paths: &[PathBuf]) -> Result<RuleSet> {
    let mut rules = RuleSet::default();
    let mut refused = Vec::new();
    let mut other_source = 0_usize;
    for path in files(paths)? {
        for error in read(&path, &mut rules)? {
            match error {
                SigmaError::OtherSource(_) => other_source += 1,
                error => refused.push(format!("{}: {error}", path.display())),
            }
        }
    }
    for warning in refused.iter().take(WARNINGS_MAX) {
        warn(warning);
    }
    if refused.len() > WARNINGS_MAX {
        warn(&format!("{} more rules could not be read", refused.len() - WARNINGS_MAX));
    }
    if other_source > 0 {
        warn(&format!("{other_source} Sigma rules are about other logs"));
    }
    if rules.is_empty() && !paths.is_empty() {
        bail!("no Sigma rule that can be asked of started programs or calls");
    }
    Ok(rules)
}

fn warn(what: &str) {
    let (warning, plain) = (crate::summary::WARNING, crate::summary::PLAIN);
    anstream::eprintln!("{warning}warning:{plain} {what}");
}

fn read(path: &Path, rules: &mut RuleSet) -> Result<Vec<SigmaError>> {
    let name = path.display();
    let length = fs::metadata(path).with_context(|| format!("cannot read `{name}`"))?.len();
    if length > RULE_BYTES_MAX as u64 {
        return Ok(vec![SigmaError::TooLong]);
    }
    let bytes = fs::read(path).with_context(|| format!("cannot read `{name}`"))?;
    Ok(match String::from_utf8(bytes) {
        Ok(text) => rules.add_file(&text),
        Err(_) => vec![SigmaError::Unreadable("not UTF-8".to_string())],
    })
}

/// The files under `paths`, each once, in the order of their names; of folders the YAML alone.
fn files(paths: &[PathBuf]) -> Result<BTreeSet<PathBuf>> {
    let mut found = BTreeSet::new();
    let mut open: Vec<(PathBuf, usize)> = paths.iter().map(|path| (path.clone(), 0)).collect();
    while let Some((path, depth)) = open.pop() {
        let context = || format!("cannot read `{}`", path.display());
        if !fs::metadata(&path).with_context(context)?.is_dir() {
            let is_yaml = path.extension().is_some_and(|it| it == "yml" || it == "yaml");
            if is_yaml || depth == 0 {
                found.insert(path);
            }
        } else if depth < DEPTH_MAX {
            for entry in fs::read_dir(&path).with_context(context)? {
                open.push((entry.with_context(context)?.path(), depth + 1));
            }
        }
    }
    Ok(found)
}
