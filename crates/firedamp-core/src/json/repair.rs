//! Mends JSON that is broken in the ways in which vendors' own documentation breaks it: a comma
//! forgotten between two members on two lines, a comma too many before a closing bracket, raw line
//! breaks inside texts, an array pasted unescaped between the quotes of a text, and objects listed
//! between braces where brackets belong.
//!
//! Only a record that does not parse is mended, and only when the mended record parses; a record
//! that parses is never touched.

use serde_json::Value;

/// Records longer than this are rejected rather than mended.
const RECORD_BYTES_MAX: usize = 1 << 20;

/// Parses `record`, mending it when that helps.
#[must_use]
pub fn parse(record: &[u8]) -> Option<Value> {
    serde_json::from_slice(record).ok().or_else(|| {
        let text =
            std::str::from_utf8(record).ok().filter(|text| text.len() <= RECORD_BYTES_MAX)?;
        serde_json::from_str(&mended(text)).ok()
    })
}

/// The mended text, whether or not it parses then.
#[must_use]
pub fn mended(text: &str) -> String {
    let text = unquote_arrays(text);
    let mut mender = Mender { out: String::with_capacity(text.len() + 16), ..Mender::default() };
    text.chars().for_each(|letter| mender.take(letter));
    mender.out
}

/// Removes the quotes around an array of objects that was pasted into a text without escapes:
/// `"[ { "a": 1 } ]"` becomes `[ { "a": 1 } ]`.
fn unquote_arrays(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    // Beyond the last end there is none to be found, and looking for it again at each beginning
    // would take quadratic time.
    let last_end = text.rfind("]\"").unwrap_or_default();
    while let Some(at) = rest.find("\"[") {
        if text.len() - rest.len() + at > last_end {
            break;
        }
        let (before, quoted) = rest.split_at(at);
        out.push_str(before);
        match pasted_array(quoted) {
            Some((array, after)) => {
                out.push_str(array);
                rest = after;
            }
            None => {
                out.push_str("\"[");
                rest = quoted.strip_prefix("\"[").unwrap_or_default();
            }
        }
    }
    out + rest
}

/// Splits `"[ { "… ]"…` into the array and what follows the closing quote.
fn pasted_array(quoted: &str) -> Option<(&str, &str)> {
    let array = quoted.strip_prefix('"')?;
    let first_member = array.strip_prefix('[')?.trim_start().strip_prefix('{')?.trim_start();
    if !first_member.starts_with('"') {
        return None;
    }
    let end = array
        .match_indices(']')
        .map(|(at, bracket)| at + bracket.len())
        .find(|end| array.get(*end..).is_some_and(|after| after.starts_with('"')))?;
    let (array, after) = array.split_at_checked(end)?;
    Some((array, after.strip_prefix('"')?))
}

/// Copies JSON letter by letter and mends what it can see from the last significant letter.
#[derive(Default)]
struct Mender {
    out: String,
    in_text: bool,
    escaped: bool,
    last: Option<char>,
    open: Vec<Opened>,
}

/// A bracket that has not been closed.
struct Opened {
    /// Where in the output it stands.
    at: usize,
    /// It was a brace around bare objects, and is a bracket in the output.
    mended: bool,
}

impl Mender {
    fn take(&mut self, letter: char) {
        if self.in_text {
            self.take_in_text(letter);
        } else {
            self.take_outside(letter);
        }
    }

    fn take_in_text(&mut self, letter: char) {
        match letter {
            '\n' => self.out.push_str("\\n"),
            '\r' => self.out.push_str("\\r"),
            '\t' => self.out.push_str("\\t"),
            _ => self.out.push(letter),
        }
        let closes = letter == '"' && !self.escaped;
        self.escaped = letter == '\\' && !self.escaped;
        if closes {
            self.in_text = false;
            self.last = Some('"');
        }
    }

    fn take_outside(&mut self, letter: char) {
        if letter.is_whitespace() {
            self.out.push(letter);
            return;
        }
        let letter = match letter {
            '{' | '[' => self.opened(letter),
            '}' | ']' => self.closed(letter),
            '"' => {
                self.separate();
                letter
            }
            _ => letter,
        };
        self.in_text = letter == '"';
        self.last = Some(letter);
        self.out.push(letter);
    }

    /// Writes the comma that is missing between two values or members.
    fn separate(&mut self) {
        if matches!(self.last, Some('"' | '}' | ']')) {
            self.out.push(',');
        }
    }

    fn opened(&mut self, letter: char) -> char {
        self.separate();
        // No object begins with an object: the brace before it stands for a bracket.
        if let (Some('{'), '{', Some(outer)) = (self.last, letter, self.open.last_mut()) {
            outer.mended = true;
            self.out.replace_range(outer.at..=outer.at, "[");
        }
        self.open.push(Opened { at: self.out.len(), mended: false });
        letter
    }

    fn closed(&mut self, letter: char) -> char {
        if self.last == Some(',') {
            self.drop_comma();
        }
        match self.open.pop() {
            Some(opened) if opened.mended => ']',
            _ => letter,
        }
    }

    fn drop_comma(&mut self) {
        if let Some(at) = self.out.rfind(',') {
            self.out.remove(at);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mends_what_documentation_breaks() {
        let broken = "{ \"by\": \"\"\n \"log\": \"[\n { \"from\": \"a\" } ]\",\n \"n\": [1, 2,], }";
        let value = parse(broken.as_bytes()).expect("mended");
        assert_eq!(value["by"], "");
        assert_eq!(value["log"][0]["from"], "a");
        assert_eq!(value["n"][1], 2);
    }

    #[test]
    fn makes_a_list_of_objects_between_braces() {
        let broken = r#"{"log": { {"a": 1}, {"a": {"b": [2]}} }, "c": {}}"#;
        let value = parse(broken.as_bytes()).expect("mended");
        assert_eq!(value["log"][1]["a"]["b"][0], 2);
        assert!(value["c"].is_object());
    }

    #[test]
    fn beginnings_without_end_cost_linear_time() {
        assert_eq!(parse("{\"[{\"".repeat(200_000).as_bytes()), None);
        assert_eq!(parse(("\"[a".repeat(300_000) + "]\"").as_bytes()), None);
    }

    #[test]
    fn leaves_alone_what_parses() {
        let valid = r#"{"a":"[ {\"b\": 1} ]","c":", ]"}"#;
        assert_eq!(parse(valid.as_bytes()).expect("valid")["a"], "[ {\"b\": 1} ]");
    }

    #[test]
    fn gives_up_on_junk() {
        assert_eq!(parse(b"{\"a\": }"), None);
        assert_eq!(parse(b"\xff\xfe"), None);
    }
}
