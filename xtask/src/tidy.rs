//! `cargo xtask tidy`: what a compiler can't check. Each check looks at the tree of files and gives
//! problems with place and remedy; exceptions stand in `xtask/tidy.toml`, each with its reason.

mod clean;
mod complete;
mod direction;
mod links;
mod settings;
mod size;
mod tree;

use anyhow::{Result, ensure};

use self::{settings::Settings, tree::Tree};
use crate::shell;

/// A place that breaks a rule, and what to do about it.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
struct Problem {
    path: String,
    line: usize,
    what: String,
}

impl Problem {
    /// A problem at a line, counted from one.
    fn new(path: &str, line: usize, what: impl Into<String>) -> Self {
        Self { path: path.to_owned(), line, what: what.into() }
    }
}

/// A named check.
type Check = (&'static str, fn(&Tree, &Settings) -> Vec<Problem>);

const CHECKS: &[Check] = &[
    ("clean", clean::check),
    ("complete", complete::check),
    ("direction", direction::check),
    ("links", links::check),
    ("size", size::check),
];

/// Runs every check on the working tree; fails when there is a problem.
pub(crate) fn run() -> Result<()> {
    let tree = Tree::read(&shell::root())?;
    let settings = Settings::parse(tree.text("xtask/tidy.toml").unwrap_or_default())?;
    let problems = problems(&tree, &settings);
    problems.iter().for_each(|problem| {
        println!("{}:{}: {}", problem.path, problem.line, problem.what);
    });
    ensure!(problems.is_empty(), "{} problems", problems.len());
    println!("{} files are tidy", tree.files().count());
    Ok(())
}

/// What the checks find and no exception covers, and the exceptions that cover nothing.
fn problems(tree: &Tree, settings: &Settings) -> Vec<Problem> {
    let mut used = vec![false; settings.exceptions.len()];
    let mut problems = Vec::new();
    for (name, check) in CHECKS {
        for problem in check(tree, settings) {
            match settings.exceptions.iter().position(|known| known.covers(name, &problem)) {
                Some(place) => used[place] = true,
                None => {
                    problems.push(Problem { what: format!("{} [{name}]", problem.what), ..problem })
                }
            }
        }
    }
    let idle = settings.exceptions.iter().zip(used).filter(|(_, used)| !used);
    problems.extend(idle.map(|(known, _)| {
        let what = format!("the exception for `{}` covers nothing: delete it", known.path);
        Problem::new("xtask/tidy.toml", 1, what)
    }));
    problems.sort();
    problems
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_exception_covers_its_problem_and_must_cover_one() {
        let settings = "[[exception]]\ncheck = 'links'\npath = 'README.md'\nreason = 'soon'";
        let settings = Settings::parse(settings).expect("settings");
        let broken = Tree::of(&[("README.md", "[a](docs/a.md)")]);
        assert_eq!(problems(&broken, &settings), []);
        let found = problems(&Tree::of(&[("README.md", "text")]), &settings);
        assert!(found[0].what.contains("covers nothing"), "{found:?}");
    }
}
