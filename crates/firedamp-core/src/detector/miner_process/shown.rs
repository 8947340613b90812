//! Command lines as people may see them: without secrets, and not too long.

use crate::text;

/// Bytes shown of a command line.
const SHOWN_BYTES_MAX: usize = 300;
/// Bytes looked at of one.
const LOOKED_BYTES_MAX: usize = 2000;
/// What stands in place of a secret.
const HIDDEN: &str = "***";

/// Options with a secret behind them.
const SECRET_OPTIONS: [&str; 12] = [
    "-p",
    "--api-key",
    "--auth",
    "--http-access-token",
    "--key",
    "--pass",
    "--passphrase",
    "--password",
    "--pwd",
    "--secret",
    "--token",
    "-pass",
];
/// What stands in the names of things that are secret.
const SECRET_NAMES: [&str; 8] =
    ["access_key", "apikey", "api_key", "credential", "passwd", "password", "secret", "token"];

/// A command line to be shown.
pub(super) fn shown(command: &str) -> String {
    let command = text::truncated(command, LOOKED_BYTES_MAX);
    let mut line = String::new();
    let mut hide_next: usize = 0;
    for word in command.split_whitespace() {
        let lower = word.to_ascii_lowercase();
        let is_hidden = hide_next > 0;
        hide_next = usize::from(SECRET_OPTIONS.contains(&lower.as_str()))
            .max(hide_next.saturating_sub(1))
            .max(header(&lower));
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(&if is_hidden { HIDDEN.to_string() } else { without_secret(word, &lower) });
        if line.len() > SHOWN_BYTES_MAX {
            break;
        }
    }
    let shown = text::printable(&line);
    let short = text::truncated(&shown, SHOWN_BYTES_MAX);
    if short.len() < shown.len() { format!("{short}…") } else { shown }
}

/// How many words behind this one are secret: `Authorization: Bearer …` has two, a password one.
fn header(lower: &str) -> usize {
    if lower.ends_with("authorization:") {
        2
    } else {
        usize::from(lower.ends_with(':') && is_secret(lower))
    }
}

fn is_secret(name: &str) -> bool {
    SECRET_NAMES.iter().any(|secret| name.contains(secret))
}

/// `NAME=secret`, `user:secret@host`.
fn without_secret(word: &str, lower: &str) -> String {
    if let Some((name, _)) = word.split_once('=') {
        let lower_name = lower.split('=').next().unwrap_or_default();
        if is_secret(lower_name) || SECRET_OPTIONS.contains(&lower_name) {
            return format!("{name}={HIDDEN}");
        }
    }
    let (scheme, rest) = word.split_once("://").map_or(("", word), |(scheme, rest)| (scheme, rest));
    let user = rest.split('/').next().and_then(|host| host.rsplit_once('@'));
    match user.and_then(|(user, _)| user.split_once(':')) {
        Some((name, secret)) if !scheme.is_empty() => {
            word.replacen(&format!("{name}:{secret}@"), &format!("{name}:{HIDDEN}@"), 1)
        }
        _ => word.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_left_out() {
        for (command, expected) in [
            ("a -p hunter2 -o x", "a -p *** -o x"),
            ("a --password=hunter2", "a --password=***"),
            ("AWS_SECRET_ACCESS_KEY=abc a", "AWS_SECRET_ACCESS_KEY=*** a"),
            ("curl -H 'Authorization: Bearer abc' b", "curl -H 'Authorization: *** *** b"),
            ("a stratum+tcp://w:abc@pool.example:1", "a stratum+tcp://w:***@pool.example:1"),
            ("a\u{1b}[2J b", "a?[2J b"),
        ] {
            assert_eq!(shown(command), expected);
        }
    }

    #[test]
    fn long_lines_are_cut() {
        let long = shown(&"abcdefgh ".repeat(500));
        assert!(long.len() <= SHOWN_BYTES_MAX + 4 && long.ends_with('…'), "{}", long.len());
        assert!(shown(&"é".repeat(5000)).len() <= SHOWN_BYTES_MAX + 4);
    }
}
