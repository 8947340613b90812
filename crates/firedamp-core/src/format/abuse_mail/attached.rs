//! Mails that lie in a mail: what people forward "as attachment".
//!
//! The parser takes a mail within a mail apart by itself, as deep as its writer wants; a few megabytes of
//! nothing but beginnings are deeper than any stack. So it is shown such parts under names that it does
//! not know, takes them for files, and they are read here, some levels deep and some of them.

use std::ops::Range;

use mail_parser::{Message, MessageParser, MessagePart, MimeHeaders, PartType};

/// How deep mails are read that lie in each other.
const DEPTH_MAX: usize = 3;
/// Mails that are read of one document.
const MAILS_MAX: usize = 16;

/// A header that says of what kind a part is, without blanks and in small letters.
const KIND: &[u8] = b"content-type:";
/// The kind of a part that is a mail, as it is shown to the parser.
const MAIL: &str = "x-mail";
/// What the parser takes apart, and a name of the same length that it does not know.
const RENAMED: [(&[u8; 6], &[u8; 6]); 3] =
    [(b"rfc822", b"x-mail"), (b"global", b"x-mail"), (b"digest", b"x-list")];
const NAME_BYTES: usize = 6;

/// Reads a mail, and then those that lie in it, each with how deep.
pub(super) fn each(document: &[u8], read: &mut dyn FnMut(&Message<'_>, usize)) {
    let mut left = MAILS_MAX;
    within(document, 0, &mut left, read);
}

fn within(mail: &[u8], depth: usize, left: &mut usize, read: &mut dyn FnMut(&Message<'_>, usize)) {
    let Some(fewer) = left.checked_sub(1).filter(|_| depth <= DEPTH_MAX) else {
        return;
    };
    let flat = flat(mail);
    let Some(message) = MessageParser::default().parse(&flat) else {
        return;
    };
    *left = fewer;
    read(&message, depth);
    for inner in message.parts.iter().filter_map(attached) {
        within(inner, depth + 1, left, read);
    }
}

/// The mail that a part is.
fn attached<'a>(part: &'a MessagePart<'_>) -> Option<&'a [u8]> {
    let is_mail = part
        .content_type()
        .is_some_and(|kind| kind.ctype() == "message" && kind.subtype() == Some(MAIL));
    // Some programs do not say what the file is that they forward.
    let is_file = || {
        let name = part.attachment_name().map(str::to_ascii_lowercase);
        name.is_some_and(|name| name.ends_with(".eml"))
    };
    if !is_mail && !is_file() {
        return None;
    }
    match &part.body {
        PartType::Binary(bytes) | PartType::InlineBinary(bytes) => Some(bytes.as_ref()),
        PartType::Text(text) | PartType::Html(text) => Some(text.as_bytes()),
        PartType::Message(_) | PartType::Multipart(_) => None,
    }
}

/// The mail with other names for what the parser would take apart.
fn flat(mail: &[u8]) -> Vec<u8> {
    let mut flat = mail.to_vec();
    for header in kinds(mail) {
        if let Some(header) = flat.get_mut(header) {
            rename(header);
        }
    }
    flat
}

/// Where lines stand that say of what kind a part is, or that seem to, with those that go on from them.
fn kinds(mail: &[u8]) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    let mut at = 0;
    for line in mail.split_inclusive(|byte| *byte == b'\n') {
        let end = at + line.len();
        let is_folded = line.first().is_some_and(|first| matches!(first, b' ' | b'\t'));
        let before = found.last_mut().filter(|before| is_folded && before.end == at);
        if tells_kind(line) {
            found.push(at..end);
        } else if let Some(before) = before {
            before.end = end;
        }
        at = end;
    }
    found
}

/// Whether a line tells of a kind, wherever in it: the parser passes blanks over, and goes on in the middle
/// of a line behind what parts two parts.
fn tells_kind(line: &[u8]) -> bool {
    line.contains(&b':') && squeezed(line).windows(KIND.len()).any(|text| text == KIND)
}

fn squeezed(line: &[u8]) -> Vec<u8> {
    let letters = line.iter().filter(|byte| !byte.is_ascii_whitespace());
    letters.map(u8::to_ascii_lowercase).collect()
}

/// Renames the kind. What stands behind it is left, for what parts the parts may have such a name in it;
/// but not in a line that is written to be misread.
fn rename(header: &mut [u8]) {
    let text = squeezed(header);
    let told = text.windows(KIND.len()).filter(|text| *text == KIND).count();
    let is_plain = told == 1 && text.starts_with(KIND) && !header.contains(&b'(');
    let end = header.iter().position(|byte| *byte == b';').filter(|_| is_plain);
    let end = end.unwrap_or(header.len());
    for at in 0..end {
        let Some(name) = header.get_mut(at..at + NAME_BYTES) else {
            return;
        };
        let known = RENAMED.iter().find(|(known, _)| name.eq_ignore_ascii_case(known.as_slice()));
        if let Some((_, unknown)) = known {
            name.copy_from_slice(unknown.as_slice());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn flattened(mail: &str) -> String {
        String::from_utf8(flat(mail.as_bytes())).expect("text")
    }

    #[test]
    fn kinds_are_renamed_and_nothing_else() {
        for (mail, wanted) in [
            ("Content-Type: message/rfc822\n", "Content-Type: message/x-mail\n"),
            ("content-type : MESSAGE/RFC822;\n", "content-type : MESSAGE/x-mail;\n"),
            ("C ontent-Type: message/\n\tglobal\n", "C ontent-Type: message/\n\tx-mail\n"),
            ("--bContent-Type: message/rfc822\n", "--bContent-Type: message/x-mail\n"),
            ("Content-Type: (;) message/rfc822\n", "Content-Type: (;) message/x-mail\n"),
            (
                "Content-Type: a; b=--c\n Content-Type: message/rfc822\n",
                "Content-Type: a; b=--c\n Content-Type: message/x-mail\n",
            ),
        ] {
            assert_eq!(flattened(mail), wanted);
        }
        for mail in [
            "Subject: global rfc822\n\nContent-Type is no kind: digest\n",
            "Content-Type: multipart/mixed; boundary=\"digest-rfc822\"\n\nmessage/rfc822\n",
            "Content-Type: multipart/mixed;\n boundary=\"global\"\n",
            "",
        ] {
            assert_eq!(flattened(mail), mail);
        }
    }
}
