//! Completeness: every format has its registration, its pairs and its fuzz target; every detector
//! has its registration and its page in the casebook.

use super::{Problem, settings::Settings, tree::Tree};

const SOURCE: &str = "crates/firedamp-core/src/";
const FIXTURES: &str = "fixtures/format";
const FUZZ: &str = "fuzz/fuzz_targets/";
/// What makes a fuzz target reach all formats.
const ALL_FORMATS: &str = "FORMATS";
/// A page of the casebook tells at least these.
const SECTIONS: [&str; 4] = ["hit", "near-miss", "evasion", "quiet day"];

/// Checks every format and every detector.
pub(super) fn check(tree: &Tree, settings: &Settings) -> Vec<Problem> {
    let plugins = |folder: &str, helpers: &[String]| -> Vec<String> {
        let names = tree.modules(&format!("{SOURCE}{folder}")).into_iter();
        names.filter(|name| !helpers.contains(name)).collect()
    };
    let formats = plugins("format", &settings.format_helpers);
    let detectors = plugins("detector", &settings.detector_helpers);
    let mut problems = Vec::new();
    for id in &formats {
        problems.extend(unregistered(tree, "format", id));
        problems.extend(without_pair(tree, id));
        problems.extend(unfuzzed(tree, id));
    }
    problems.extend(strays(tree, &formats));
    problems.extend(half_pairs(tree));
    for id in &detectors {
        problems.extend(unregistered(tree, "detector", id));
        problems.extend(casebook_page(tree, id));
    }
    problems
}

/// The module must be declared, and mentioned once more where the slice is.
fn unregistered(tree: &Tree, kind: &str, id: &str) -> Option<Problem> {
    let registry = format!("{SOURCE}{kind}.rs");
    let text = tree.text(&registry).unwrap_or_default();
    let declared = text.lines().any(|line| line.trim_end().ends_with(&format!("mod {id};")));
    let path = format!("{id}::");
    let listed = text
        .match_indices(&path)
        .any(|(at, _)| !text[..at].ends_with(|c: char| c.is_ascii_alphanumeric() || c == '_'));
    let slice = format!("{}S", kind.to_uppercase());
    let what = format!("`{id}` isn't registered: declare `mod {id};` and name it in `{slice}`");
    (!declared || !listed).then(|| Problem::new(&registry, 1, what))
}

fn without_pair(tree: &Tree, id: &str) -> Option<Problem> {
    let folder = format!("{FIXTURES}/{id}/");
    let inputs = tree.below(&folder).filter_map(|path| path.strip_suffix(".in"));
    let pairs = inputs.filter(|stem| tree.has(&format!("{stem}.out"))).count();
    let what = format!("no pair: write `{folder}<what it shows>.in`, then `cargo xtask bless`");
    (pairs == 0).then(|| Problem::new(&format!("{SOURCE}format/{id}.rs"), 1, what))
}

fn unfuzzed(tree: &Tree, id: &str) -> Option<Problem> {
    let mut targets = tree.below(FUZZ).filter_map(|path| tree.text(path));
    let reached = targets.any(|text| text.contains(ALL_FORMATS) || text.contains(id));
    let what = format!("no fuzz target reaches `{id}`: go over `{ALL_FORMATS}` in {FUZZ}");
    (!reached).then(|| Problem::new(&format!("{SOURCE}format/{id}.rs"), 1, what))
}

/// Folders of fixtures whose format is gone or has another name.
fn strays(tree: &Tree, formats: &[String]) -> Vec<Problem> {
    let folders = tree.modules(FIXTURES).into_iter().filter(|name| !formats.contains(name));
    folders
        .map(|name| {
            let folder = format!("{FIXTURES}/{name}");
            Problem::new(&folder, 1, "no format has this name: rename or delete the folder")
        })
        .collect()
}

fn half_pairs(tree: &Tree) -> Vec<Problem> {
    let lonely = |path: &&str| {
        let other = path.strip_suffix(".in").map(|stem| format!("{stem}.out"));
        let other = other.or_else(|| path.strip_suffix(".out").map(|stem| format!("{stem}.in")));
        other.is_some_and(|other| !tree.has(&other))
    };
    let files = tree.below("fixtures/format/").filter(lonely);
    files.map(|path| Problem::new(path, 1, "half a pair: add the other, or delete it")).collect()
}

fn casebook_page(tree: &Tree, id: &str) -> Vec<Problem> {
    let path = format!("casebook/{id}.md");
    let Some(text) = tree.text(&path) else {
        return vec![Problem::new(
            &path,
            1,
            format!("`{id}` has no page in the casebook: write it"),
        )];
    };
    let headings: Vec<String> =
        text.lines().filter(|line| line.starts_with('#')).map(words).collect();
    let missing = SECTIONS.iter().filter(|section| {
        let section = words(section);
        // A near-miss isn't a hit, and a word within another word is no word.
        !headings.iter().any(|heading| format!(" {heading} ").contains(&format!(" {section} ")))
    });
    missing
        .map(|section| {
            Problem::new(&path, 1, format!("no heading says `{section}`: add the section"))
        })
        .collect()
}

/// Lower-case words with one space between them; `Near-misses` is `near miss`.
fn words(text: &str) -> String {
    let lower = text.to_lowercase();
    let parts = lower.split(|c: char| !c.is_alphanumeric()).filter(|part| !part.is_empty());
    parts.map(singular).collect::<Vec<_>>().join(" ")
}

fn singular(word: &str) -> &str {
    match word {
        "days" => "day",
        "evasions" => "evasion",
        "hits" => "hit",
        "misses" => "miss",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(files: &[(&str, &str)]) -> Vec<String> {
        let problems = check(&Tree::of(files), &Settings::default());
        problems.into_iter().map(|problem| problem.what).collect()
    }

    #[test]
    fn a_whole_format_is_complete() {
        let files = [
            ("crates/firedamp-core/src/format.rs", "mod zeek_dns;\n[&zeek_dns::ZeekDns]"),
            ("crates/firedamp-core/src/format/zeek_dns.rs", ""),
            ("fixtures/format/zeek_dns/a.in", ""),
            ("fixtures/format/zeek_dns/a.out", ""),
            ("fuzz/fuzz_targets/formats.rs", "for format in FORMATS {}"),
        ];
        assert_eq!(found(&files), Vec::<String>::new());
        assert_eq!(found(&files[1..2]).len(), 3);
        let half = found(&files[..3]);
        assert_eq!(half.len(), 3, "{half:?}");
    }

    #[test]
    fn a_page_has_four_sections() {
        let registry = ("crates/firedamp-core/src/detector.rs", "pub mod flat;\n&flat::Flat");
        let detector = ("crates/firedamp-core/src/detector/flat.rs", "");
        let page = "# A\n## Hit: all day\n## Near-misses\n## Evasion\n## A Quiet Day\n";
        assert_eq!(found(&[registry, detector, ("casebook/flat.md", page)]), Vec::<String>::new());
        let poor = found(&[registry, detector, ("casebook/flat.md", "## White\n## Near-miss\n")]);
        assert_eq!(poor.len(), 3, "{poor:?}");
        assert_eq!(found(&[registry, detector]).len(), 1);
    }

    #[test]
    fn a_folder_without_format_is_a_stray() {
        let files = [("fixtures/format/gone/a.in", ""), ("fixtures/format/gone/a.out", "")];
        assert_eq!(found(&files).len(), 1);
    }
}
