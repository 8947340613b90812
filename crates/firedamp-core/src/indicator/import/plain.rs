//! A plain list: one name per line, or hosts-file lines. `#` opens a comment.

use super::{Collector, ImportError, LINE_BYTES_MAX, token};

/// Reads every line of `text`.
pub(super) fn read(text: &str, collector: &mut Collector) -> Result<(), ImportError> {
    for (line, content) in (1..).zip(text.lines()) {
        if content.len() > LINE_BYTES_MAX {
            collector.reject(line, "too long", content)?;
            continue;
        }
        read_line(line, without_comment(content), collector)?;
    }
    Ok(())
}

fn read_line(line: usize, content: &str, collector: &mut Collector) -> Result<(), ImportError> {
    let mut words = content.split_whitespace();
    let Some(first) = words.next() else { return Ok(()) };
    let mut names: Vec<&str> = words.collect();
    if !names.is_empty() && !SINKS.contains(&first) {
        return collector.reject(line, "expected one name on a line", content);
    }
    if names.is_empty() {
        names.push(first);
    }
    for name in names {
        match token::read(name) {
            Ok(row) => collector.add(row)?,
            Err(reason) => collector.reject(line, reason, name)?,
        }
    }
    Ok(())
}

/// Cuts a comment off. Only after a blank: `#` may stand in a URL.
fn without_comment(line: &str) -> &str {
    let opens = |at: &usize| *at == 0 || line.as_bytes().get(at - 1).is_some_and(is_blank);
    let comment = memchr::memchr_iter(b'#', line.as_bytes()).find(opens);
    line.get(..comment.unwrap_or(line.len())).unwrap_or(line)
}

fn is_blank(byte: &u8) -> bool {
    byte.is_ascii_whitespace()
}

/// Where hosts files send the names that they block.
const SINKS: [&str; 5] = ["0.0.0.0", "127.0.0.1", "::", "::1", "255.255.255.255"];
