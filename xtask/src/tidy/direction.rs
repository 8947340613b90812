//! Direction: what may know what. The core touches nothing outside; formats and detectors know
//! neither each other nor what is built on them.

use super::{
    Problem,
    settings::Settings,
    tree::{Tree, is_test, production},
};

const CORE: &str = "crates/firedamp-core/";
/// What the pure core must not reach for.
const IMPURE: &[&str] = &[
    "fastrand",
    "getrandom",
    "rand",
    "std::env",
    "std::fs",
    "std::net::Tcp",
    "std::net::ToSocketAddrs",
    "std::net::Udp",
    "std::os",
    "std::process",
    "std::thread",
    "std::time::Instant",
    "std::time::SystemTime",
];
/// Crates that the core must not link: runtimes, HTTP, databases, dice.
const FOREIGN: &[&str] = &[
    "actix-web",
    "async-std",
    "axum",
    "diesel",
    "duckdb",
    "fastrand",
    "getrandom",
    "hyper",
    "libsql",
    "mio",
    "object_store",
    "postgres",
    "rand",
    "rayon",
    "redis",
    "reqwest",
    "rusqlite",
    "smol",
    "sqlx",
    "tokio",
    "tokio-postgres",
    "tonic",
    "tower",
    "ureq",
    "warp",
];

/// A folder of plug-ins and what they must not know.
struct Plugins<'a> {
    name: &'static str,
    forbidden: &'static [&'static str],
    helpers: &'a [String],
}

/// Checks the core's manifest and each of its files.
pub(super) fn check(tree: &Tree, settings: &Settings) -> Vec<Problem> {
    let manifest = format!("{CORE}Cargo.toml");
    let mut problems = manifest_problems(&manifest, tree.text(&manifest).unwrap_or_default());
    let kinds = [
        Plugins {
            name: "format",
            forbidden: &["crate::detector", "crate::case"],
            helpers: &settings.format_helpers,
        },
        Plugins {
            name: "detector",
            forbidden: &["crate::format", "crate::case"],
            helpers: &settings.detector_helpers,
        },
    ];
    let source = format!("{CORE}src/");
    let files = tree.texts().filter(|(path, _)| path.starts_with(&source) && path.ends_with(".rs"));
    for (path, text) in files.filter(|(path, _)| !is_test(path)) {
        let paths = paths(production(text));
        problems.extend(impure(path, &paths));
        for kind in &kinds {
            problems.extend(plugin_problems(tree, kind, path, &paths));
        }
    }
    problems
}

fn manifest_problems(path: &str, text: &str) -> Vec<Problem> {
    let table: toml::Table = match toml::from_str(text) {
        Ok(table) => table,
        Err(error) => return vec![Problem::new(path, 1, error.message())],
    };
    let names = table.get("dependencies").and_then(toml::Value::as_table).into_iter().flatten();
    names
        .filter(|(name, _)| FOREIGN.contains(&name.as_str()))
        .map(|(name, _)| {
            let line = text.lines().position(|line| line.starts_with(name.as_str())).unwrap_or(0);
            let what = format!("the core must not depend on `{name}`: let `firedamp` do it");
            Problem::new(path, line + 1, what)
        })
        .collect()
}

fn impure(path: &str, paths: &[(usize, String)]) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (line, name) in paths {
        if let Some(forbidden) = IMPURE.iter().find(|forbidden| reaches(name, forbidden)) {
            let what = format!("the core is pure, no `{forbidden}`: take the value as an argument");
            problems.push(Problem::new(path, *line, what));
        }
    }
    problems
}

/// True when the path is `forbidden` or below it; `std::net::Tcp` also covers `std::net::TcpStream`.
fn reaches(path: &str, forbidden: &str) -> bool {
    let partial = forbidden.ends_with("Tcp") || forbidden.ends_with("Udp");
    path.strip_prefix(forbidden)
        .is_some_and(|rest| partial || rest.is_empty() || rest.starts_with("::"))
}

fn plugin_problems(
    tree: &Tree,
    kind: &Plugins<'_>,
    path: &str,
    paths: &[(usize, String)],
) -> Vec<Problem> {
    let folder = format!("{CORE}src/{}", kind.name);
    let Some(rest) = path.strip_prefix(&folder).and_then(|rest| rest.strip_prefix('/')) else {
        return Vec::new();
    };
    let own = rest.split(['/', '.']).next().unwrap_or(rest);
    let others = tree.modules(&folder).into_iter().filter(|name| name != own);
    let strangers: Vec<String> = others
        .filter(|name| !kind.helpers.contains(name))
        .flat_map(|name| [format!("crate::{}::{name}", kind.name), format!("super::{name}")])
        .collect();
    let forbidden = kind.forbidden.iter().map(|path| (*path).to_owned()).chain(strangers);
    let forbidden: Vec<String> = forbidden.collect();
    let hits = paths.iter().filter_map(|(line, name)| {
        let found = forbidden.iter().find(|forbidden| reaches(name, forbidden))?;
        let what = format!("a {} must not know `{found}`: move what both need below", kind.name);
        Some(Problem::new(path, *line, what))
    });
    hits.collect()
}

/// Every path that the code mentions, with its line; `use` trees are written out.
fn paths(code: &str) -> Vec<(usize, String)> {
    let mut paths = Vec::new();
    let mut tree: Option<(usize, String)> = None;
    for (index, line) in code.lines().enumerate() {
        let line = line.split("//").next().unwrap_or_default().trim();
        if let Some(rest) = used(line).filter(|_| tree.is_none()) {
            tree = Some((index + 1, rest.to_owned()));
        } else if let Some((_, text)) = &mut tree {
            text.push_str(line);
        } else {
            paths.extend(mentions(line).map(|path| (index + 1, path)));
        }
        if line.ends_with(';')
            && let Some((start, text)) = tree.take()
        {
            let text = text.trim_end_matches(';').replace(' ', "");
            paths.extend(expand(&text).into_iter().map(|path| (start, path)));
        }
    }
    paths
}

/// The tree of a `use` declaration.
fn used(line: &str) -> Option<&str> {
    let line = line.strip_prefix("pub").map_or(line, |rest| {
        let rest = rest.strip_prefix('(').and_then(|r| r.split_once(')')).map_or(rest, |(_, r)| r);
        rest.trim_start()
    });
    line.strip_prefix("use ")
}

/// The paths with `::` in a line of code.
fn mentions(line: &str) -> impl Iterator<Item = String> {
    let words = line.split(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '_' | ':')));
    words.filter(|word| word.contains("::")).map(|word| word.trim_matches(':').to_owned())
}

/// Writes out a `use` tree: `a::{b, c::{d}}` is `a::b` and `a::c::d`.
fn expand(tree: &str) -> Vec<String> {
    let Some((prefix, rest)) = tree.split_once('{') else {
        return vec![tree.trim_start_matches("::").to_owned()];
    };
    let inner = rest.strip_suffix('}').unwrap_or(rest);
    branches(inner)
        .into_iter()
        .flat_map(expand)
        .map(|path| {
            if path == "self" {
                prefix.trim_end_matches(':').to_owned()
            } else {
                format!("{prefix}{path}")
            }
        })
        .collect()
}

/// Cuts at the commas that no brace encloses.
fn branches(inner: &str) -> Vec<&str> {
    let mut depth = 0;
    let outer = |c: char| {
        depth += i32::from(c == '{') - i32::from(c == '}');
        c == ',' && depth == 0
    };
    inner.split(outer).filter(|branch| !branch.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(files: &[(&str, &str)]) -> Vec<Problem> {
        let settings =
            Settings { format_helpers: vec!["shared".to_owned()], ..Settings::default() };
        check(&Tree::of(files), &settings)
    }

    #[test]
    fn sees_through_use_trees() {
        let code = "use std::{\n    fmt,\n    fs::{self, File},\n    time::SystemTime,\n};\n";
        let lines: Vec<String> = paths(code).into_iter().map(|(_, path)| path).collect();
        assert_eq!(lines, ["std::fmt", "std::fs", "std::fs::File", "std::time::SystemTime"]);
        assert_eq!(found(&[("crates/firedamp-core/src/a.rs", code)]).len(), 3);
    }

    #[test]
    fn the_core_is_pure_outside_of_its_tests() {
        let code = "use std::net::{IpAddr, TcpStream};\nlet a = std::env::var(b);\n// std::fs::read\n\
                    operand::new();\n#[cfg(test)]\nmod tests {\nuse std::fs;\n}\n";
        let lines: Vec<usize> =
            found(&[("crates/firedamp-core/src/a.rs", code)]).iter().map(|p| p.line).collect();
        assert_eq!(lines, [1, 2]);
    }

    #[test]
    fn formats_know_helpers_only() {
        let code = "use super::shared::X;\nuse crate::format::{Format, aws, shared};\n\
                    use crate::case::Case;\nuse crate::format::own::y;\n";
        let folder = "crates/firedamp-core/src/format/";
        let files = [("own.rs", code), ("aws.rs", ""), ("shared.rs", "")]
            .map(|(name, text)| (format!("{folder}{name}"), text));
        let files: Vec<(&str, &str)> =
            files.iter().map(|(path, text)| (path.as_str(), *text)).collect();
        let lines: Vec<usize> = found(&files).iter().map(|problem| problem.line).collect();
        assert_eq!(lines, [2, 3]);
    }

    #[test]
    fn the_core_links_no_runtime() {
        let manifest = "[dependencies]\nserde = '1'\ntokio = '1'\n[dev-dependencies]\nrand = '1'\n";
        let problems = found(&[("crates/firedamp-core/Cargo.toml", manifest)]);
        assert_eq!(problems.len(), 1, "{problems:?}");
        assert_eq!(problems[0].line, 3);
    }
}
