//! No door without a guard: the table of who may do what names every route that the program has.

use std::{collections::BTreeSet, path::Path};

use walkdir::WalkDir;

use super::ROUTES;

/// Routes for those whom nobody knows yet.
const OPEN: [(&str, &str); 10] = [
    ("GET", "/assets/icon.svg"),
    ("GET", "/assets/style.css"),
    ("GET", "/health"),
    ("GET", "/password"),
    ("POST", "/password"),
    ("GET", "/ready"),
    ("GET", "/sign-in"),
    ("POST", "/sign-in"),
    ("GET", "/webhooks/v1/certificate.cer"),
    ("POST", "/webhooks/v1/partner-center"),
];
const METHODS: [&str; 5] = ["delete", "get", "patch", "post", "put"];

/// The text between an opening bracket, before which it begins, and its closing one.
fn within_brackets(text: &str) -> &str {
    let mut depth = 0;
    for (at, letter) in text.char_indices() {
        match letter {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => continue,
        }
        if depth == 0 {
            return &text[..at];
        }
    }
    text
}

/// The path that a module names as its own.
fn named(module: &str) -> String {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let files = WalkDir::new(source).into_iter().filter_map(Result::ok);
    let name = format!("{module}.rs");
    let mut own = files.filter(|file| file.file_name() == name.as_str());
    let text = std::fs::read_to_string(own.next().expect(module).path()).expect("a source");
    let (_, rest) = text.split_once("const PATH: &str").expect("a path");
    rest.split('"').nth(1).expect("a path").to_string()
}

/// Every route that is registered in a file.
fn registered(text: &str, prefix: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for (at, call) in text.match_indices(".route(") {
        let call = within_brackets(&text[at + call.len() - 1..]);
        let (path, handlers) = call.split_once(',').expect("a path and its handlers");
        let path = path.trim_matches(|letter: char| letter == '(' || letter.is_whitespace());
        let path = match path.strip_suffix("::PATH") {
            Some(module) => named(module),
            None => path.trim_matches('"').to_string(),
        };
        for method in METHODS {
            let is_used = handlers.match_indices(&format!("{method}(")).any(|(at, _)| {
                let before = handlers[..at].chars().next_back();
                !before.is_some_and(|letter| letter.is_alphanumeric() || letter == '_')
            });
            if is_used {
                found.push((method.to_uppercase(), format!("{prefix}{path}")));
            }
        }
    }
    found
}

fn in_the_program() -> BTreeSet<(String, String)> {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = BTreeSet::new();
    for file in WalkDir::new(&source).into_iter().filter_map(Result::ok) {
        let is_rust = file.path().extension().is_some_and(|end| end == "rs");
        if !is_rust {
            continue;
        }
        let text = std::fs::read_to_string(file.path()).expect("a source");
        let is_api = file.path().strip_prefix(&source).expect("below").starts_with("api")
            || file.path() == source.join("api.rs");
        found.extend(registered(&text, if is_api { "/api/v1" } else { "" }));
    }
    // Routes of the API are registered with their descriptions.
    found.extend(super::api::described());
    found
}

/// Whether an address is one that the pattern of a route stands for.
fn fits(pattern: &str, address: &str) -> bool {
    let address = address.split('?').next().unwrap_or_default();
    let (mut pattern, mut address) = (pattern.split('/'), address.split('/'));
    loop {
        match (pattern.next(), address.next()) {
            (None, None) => return true,
            (Some(one), Some(other)) if one == other || one.starts_with('{') => {}
            _ => return false,
        }
    }
}

#[test]
fn every_route_stands_in_the_table() {
    let routes = in_the_program();
    assert!(routes.len() > 30, "routes are found in the sources: {routes:?}");
    for (method, path) in &routes {
        let is_open = OPEN.contains(&(method, path));
        let is_listed =
            ROUTES.iter().any(|(own, address, ..)| own.as_str() == method && fits(path, address));
        assert!(
            is_open != is_listed,
            "{method} {path}: who may use it is not in the table, or it is open"
        );
    }
    for (method, address, ..) in ROUTES {
        let is_there =
            routes.iter().any(|(own, path)| own == method.as_str() && fits(path, address));
        assert!(is_there, "{method} {address} is in the table and not in the program");
    }
}

#[test]
fn routes_are_found_however_they_are_written() {
    let text = r#"
        .route("/one", get(a::show))
        .route("/two/{id}", post(a::forget(1)).put(b).layer(limit(2)))
        .route(
            "/three",
            delete(c::undelete),
        )"#;
    let found = registered(text, "/p");
    let expected = [
        ("GET", "/p/one"),
        ("POST", "/p/two/{id}"),
        ("PUT", "/p/two/{id}"),
        ("DELETE", "/p/three"),
    ];
    assert_eq!(found, expected.map(|(method, path)| (method.to_string(), path.to_string())));
    assert!(fits("/two/{id}/x", "/two/7/x") && !fits("/two/{id}", "/two/7/x") && !fits("/", "/a"));
}
