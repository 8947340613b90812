//! Forms with a file in them (RFC 7578): parts between boundaries. What is malformed has no parts.

use memchr::memmem;

/// Parts of one form at most.
const PARTS_MAX: usize = 64;
/// Letters of a boundary (RFC 2046, 5.1.1).
const BOUNDARY_MAX: usize = 70;

/// A field of a form.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Part<'a> {
    /// What the field is called.
    pub(crate) name: String,
    /// What was put into it.
    pub(crate) bytes: &'a [u8],
}

/// The fields of a form, or nothing where it is none.
pub(crate) fn parts<'a>(content_type: &str, body: &'a [u8]) -> Option<Vec<Part<'a>>> {
    let (kind, parameters) = content_type.split_once(';')?;
    if !kind.trim().eq_ignore_ascii_case("multipart/form-data") {
        return None;
    }
    let boundary = parameter(parameters, "boundary")?;
    if boundary.is_empty() || boundary.len() > BOUNDARY_MAX {
        return None;
    }
    let line = format!("\r\n--{boundary}");
    let mut rest = body.strip_prefix(line.get(2..)?.as_bytes())?;
    let mut parts = Vec::new();
    loop {
        if rest.starts_with(b"--") {
            return Some(parts);
        }
        if parts.len() >= PARTS_MAX {
            return None;
        }
        rest = rest.strip_prefix(b"\r\n")?;
        let end = memmem::find(rest, line.as_bytes())?;
        let (part, tail) = rest.split_at_checked(end)?;
        rest = tail.get(line.len()..)?;
        let head_end = memmem::find(part, b"\r\n\r\n")?;
        let (head, bytes) = part.split_at_checked(head_end)?;
        parts.push(Part { name: name(head)?, bytes: bytes.get(4..)? });
    }
}

/// The name in a part's `Content-Disposition`.
fn name(head: &[u8]) -> Option<String> {
    let head = std::str::from_utf8(head).ok()?;
    let disposition = head.split("\r\n").find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-disposition").then_some(value)
    })?;
    let (_, parameters) = disposition.split_once(';')?;
    parameter(parameters, "name").map(str::to_string)
}

fn parameter<'a>(text: &'a str, wanted: &str) -> Option<&'a str> {
    text.split(';').find_map(|one| {
        let (name, value) = one.trim().split_once('=')?;
        name.eq_ignore_ascii_case(wanted).then(|| value.trim_matches('"'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const KIND: &str = "multipart/form-data; boundary=\"x y\"";

    fn read(body: &str) -> Option<Vec<(String, &[u8])>> {
        let parts = parts(KIND, body.as_bytes())?;
        Some(parts.into_iter().map(|part| (part.name, part.bytes)).collect())
    }

    #[test]
    fn fields_and_files_are_taken_byte_by_byte() {
        let body = "--x y\r\nContent-Disposition: form-data; name=\"customer\"\r\n\r\na\r\n\
                    --x y\r\nContent-Type: application/pdf\r\n\
                    content-disposition: form-data; name=\"document\"; filename=\"a.pdf\"\r\n\r\n\
                    \r\n--x\r\n\r\n\r\n--x y--\r\n";
        let read = read(body).expect("a form");
        assert_eq!(read[0], ("customer".to_string(), b"a".as_slice()));
        assert_eq!(read[1], ("document".to_string(), b"\r\n--x\r\n\r\n".as_slice()));
    }

    #[test]
    fn what_is_no_form_has_no_parts() {
        for body in
            ["", "--x y", "--x y\r\n", "--x y\r\nno head\r\n--x y--", "--x y\r\n\r\n\r\n--x y"]
        {
            assert_eq!(read(body), None, "{body:?}");
        }
        assert!(read("--x y--").is_some_and(|parts| parts.is_empty()));
        assert!(parts("text/plain; boundary=x", b"--x--").is_none());
        assert!(parts("multipart/form-data", b"--x--").is_none());
        let many = "--x y\r\nContent-Disposition: form-data; name=a\r\n\r\n\r\n".repeat(65);
        assert_eq!(read(&(many + "--x y--")), None);
    }
}
