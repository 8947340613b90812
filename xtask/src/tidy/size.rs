//! Sizes: no file grows past what a reader takes in at once.

use super::{
    Problem,
    settings::Settings,
    tree::{File, Tree, is_test, production},
};

const PRODUCTION_LINES_MAX: usize = 400;
const FILE_LINES_MAX: usize = 600;
const ARCHITECTURE_LINES_MAX: usize = 200;
const BYTES_MAX: u64 = 1 << 20;

/// Checks every file.
pub(super) fn check(tree: &Tree, _: &Settings) -> Vec<Problem> {
    tree.files().flat_map(|(path, file)| file_problems(path, file)).collect()
}

fn file_problems(path: &str, file: &File) -> Vec<Problem> {
    let mut problems = Vec::new();
    if file.bytes > BYTES_MAX {
        let what = format!("{} bytes: generate it, or store it elsewhere", file.bytes);
        problems.push(Problem::new(path, 1, what));
    }
    let Some(text) = &file.text else { return problems };
    let mut limit = |lines: usize, max: usize, remedy: &str| {
        if lines > max {
            problems.push(Problem::new(path, max + 1, format!("{lines} lines of {max}: {remedy}")));
        }
    };
    if path == "ARCHITECTURE.md" {
        limit(text.lines().count(), ARCHITECTURE_LINES_MAX, "a map fits into ten minutes");
    }
    if path.ends_with(".rs") {
        limit(
            text.lines().count(),
            FILE_LINES_MAX,
            "move the tests to `tests.rs`, or cut the file",
        );
    }
    if path.ends_with(".rs") && !is_test(path) {
        let lines = production(text).lines().count();
        limit(lines, PRODUCTION_LINES_MAX, "move one of its subjects to a module of its own");
    }
    problems
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_production_and_tests_apart() {
        let tests =
            format!("{}#[cfg(test)]\nmod tests {{\n{}}}\n", "a\n".repeat(300), "b\n".repeat(200));
        let long = "a\n".repeat(401);
        let tree = Tree::of(&[("a.rs", &tests), ("b.rs", &long), ("x/tests.rs", &long)]);
        let found = check(&tree, &Settings::default());
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!((found[0].path.as_str(), found[0].line), ("b.rs", 401));
    }

    #[test]
    fn a_file_with_its_tests_and_the_map_have_limits_too() {
        let whole = format!("#[cfg(test)]\nmod tests {{\n{}", "b\n".repeat(600));
        let map = "a\n".repeat(201);
        let found =
            check(&Tree::of(&[("a.rs", &whole), ("ARCHITECTURE.md", &map)]), &Settings::default());
        assert_eq!(found.len(), 2, "{found:?}");
    }
}
