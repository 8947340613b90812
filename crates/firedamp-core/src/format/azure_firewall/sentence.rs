//! The sentences of the older categories.

use super::Said;

/// Reads a sentence such as
/// `TCP request from 10.0.0.4:50000 to 203.0.113.9:3333. Action: Deny. Reason: …` or
/// `DNS Request: 10.0.0.4:61248 - 6513 A IN pool.example. udp 43 false 512 NXDOMAIN qr,rd,ra …`.
/// `None` when it is neither.
pub(super) fn read(sentence: &str) -> Option<Said<'_>> {
    match sentence.trim().strip_prefix("DNS Request: ") {
        Some(question) => read_question(question),
        None => read_connection(sentence.trim()),
    }
}

fn read_question(text: &str) -> Option<Said<'_>> {
    let mut words = text.split_ascii_whitespace();
    let client = words.next()?;
    // A dash, the question's number, type and class.
    let name = words.nth(4)?;
    // Transport, size, a flag and a buffer size.
    let code = words.nth(4)?;
    Some(Said::Question { client, name, code })
}

fn read_connection(text: &str) -> Option<Said<'_>> {
    let (kind, rest) = text.split_once(" request from ")?;
    let (from, rest) = rest.split_once(" to ")?;
    let end = rest.find(". ").unwrap_or(rest.len());
    let (target, rest) = rest.split_at_checked(end)?;
    let target = target.split_ascii_whitespace().next()?.trim_end_matches('.');
    let allowed = !rest.contains("Action: Deny");
    let Some((name, port)) = target.rsplit_once(':') else {
        return Some(Said::Nothing);
    };
    let to = (name.trim_matches(['[', ']']), port.parse().ok()?);
    Some(Said::Connection { from: from.trim(), to, protocol: protocol(kind), allowed })
}

/// The IANA number of a protocol's name; HTTP and HTTPS run over TCP.
pub(super) fn protocol(name: &str) -> u8 {
    match name.split([' ', ':']).next().unwrap_or_default().to_ascii_uppercase().as_str() {
        "UDP" => 17,
        "ICMP" => 1,
        _ => 6,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_the_rules_write() {
        let connection = |allowed| Said::Connection {
            from: "10.0.0.4:50000",
            to: ("203.0.113.9", 3333),
            protocol: 6,
            allowed,
        };
        let prefix = "TCP request from 10.0.0.4:50000 to 203.0.113.9:3333";
        for (rest, allowed) in [
            (". Action: Allow", true),
            (". Action: Allow. ", true),
            (". Action: Deny. Reason: no rule matched", false),
            (" was DNAT'ed to 10.0.0.5:3333. Action: Allow", true),
        ] {
            assert_eq!(read(&format!("{prefix}{rest}")), Some(connection(allowed)), "{rest}");
        }
        let ping = "ICMP Type=8 request from 10.0.0.4 to 203.0.113.9. Action: Allow";
        assert_eq!(read(ping), Some(Said::Nothing));
    }

    #[test]
    fn reads_questions() {
        let text = "DNS Request: 10.0.0.4:61248 - 6513 A IN pool.example. udp 43 false 512 NXDOMAIN \
                    qr,rd,ra 145 0.002846368s";
        let question =
            Said::Question { client: "10.0.0.4:61248", name: "pool.example.", code: "NXDOMAIN" };
        assert_eq!(read(text), Some(question));
        for junk in ["", "DNS Request: ", "request from", "hello"] {
            assert_eq!(read(junk), None, "{junk}");
        }
    }
}
