//! Links between the Markdown files lead somewhere.

use super::{Problem, settings::Settings, tree::Tree};

/// Checks every relative link of every Markdown file.
pub(super) fn check(tree: &Tree, _: &Settings) -> Vec<Problem> {
    let pages = tree.texts().filter(|(path, _)| path.ends_with(".md"));
    pages.flat_map(|(path, text)| page(tree, path, text)).collect()
}

fn page(tree: &Tree, path: &str, text: &str) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut fenced = false;
    for (index, line) in text.lines().enumerate() {
        fenced ^= line.trim_start().starts_with("```");
        if fenced {
            continue;
        }
        let broken = targets(line).filter(|target| !leads_somewhere(tree, path, target));
        problems.extend(broken.map(|target| {
            let what = format!("`{target}` isn't there: correct the link or write the file");
            Problem::new(path, index + 1, what)
        }));
    }
    problems
}

/// The targets of `[text](target)` in a line, without those in code.
fn targets(line: &str) -> impl Iterator<Item = &str> {
    let prose = line.split('`').step_by(2);
    prose.flat_map(|part| {
        let links = part.split("](").skip(1);
        links.filter_map(|rest| rest.split([')', ' ']).next()).filter(|target| !target.is_empty())
    })
}

fn leads_somewhere(tree: &Tree, page: &str, target: &str) -> bool {
    let file = target.split(['#', '?']).next().unwrap_or_default();
    if file.is_empty() || target.contains("://") || target.starts_with("mailto:") {
        return true;
    }
    let folder = page.rsplit_once('/').map_or("", |(folder, _)| folder);
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    if file.starts_with('/') {
        parts.clear();
    }
    for part in file.split('/').filter(|part| !matches!(*part, "" | ".")) {
        match part {
            ".." if parts.pop().is_none() => return false,
            ".." => {}
            name => parts.push(name),
        }
    }
    parts.is_empty() || tree.has(&parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_broken_link_and_no_other() {
        let page = "[a](../README.md#x) [b](b.md)\n[c](https://c.example/) [d](#d) `[e](e.md)`\n\
                    ```\n[f](f.md)\n```\n[g](gone.md)\n[h](.)\n";
        let tree = Tree::of(&[("README.md", ""), ("docs/b.md", ""), ("docs/a.md", page)]);
        let found = check(&tree, &Settings::default());
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!(found[0].line, 6);
    }
}
