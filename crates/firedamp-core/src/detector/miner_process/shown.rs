//! Command lines as people may see them: without secrets, and not too long.

use crate::{redact, text};

/// Bytes shown of a command line.
const SHOWN_BYTES_MAX: usize = 300;
/// Bytes looked at of one.
const LOOKED_BYTES_MAX: usize = 2000;

/// A command line to be shown.
pub(super) fn shown(command: &str) -> String {
    let command = text::truncated(command, LOOKED_BYTES_MAX);
    // Between words stands one blank, whatever stood there.
    let words: Vec<&str> = command.split_whitespace().collect();
    let line = redact::redacted_command(&words.join(" "));
    let shown = text::printable(&line);
    let short = text::truncated(&shown, SHOWN_BYTES_MAX);
    if short.len() < shown.len() { format!("{short}…") } else { shown }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_left_out() {
        for (command, expected) in [
            ("a -p hunter2 -o x", "a -p … -o x"),
            ("a --password=hunter2", "a --password=…"),
            ("AWS_SECRET_ACCESS_KEY=abc a", "AWS_SECRET_ACCESS_KEY=… a"),
            ("curl -H 'Authorization: Bearer abc' b", "curl -H 'Authorization: Bearer … b"),
            ("a stratum+tcp://w:abc@pool.example:1", "a stratum+tcp://w:…@pool.example:1"),
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
