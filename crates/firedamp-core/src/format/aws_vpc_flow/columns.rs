//! The order of the fields, from a header line or from what the first record looks like.

use memchr::memmem;

use super::FIELDS_MAX;
use crate::time::Time;

/// The fields of version 2, in their default order.
const DEFAULT: &str = "version account-id interface-id srcaddr dstaddr srcport dstport protocol \
                       packets bytes start end action log-status";

/// What stands in every header, in small letters where it stands among other lines, and in no record.
const HEADER_MARK: &[u8] = b"srcaddr";

/// A field that Firedamp looks at.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Field {
    /// `action`.
    Action,
    /// `bytes`.
    Bytes,
    /// `dstport`.
    DestinationPort,
    /// `instance-id`.
    Instance,
    /// `interface-id`.
    Interface,
    /// `log-status`.
    LogStatus,
    /// `pkt-dstaddr`.
    PacketDestination,
    /// `pkt-srcaddr`.
    PacketSource,
    /// `packets`.
    Packets,
    /// `protocol`.
    Protocol,
    /// `srcport`.
    SourcePort,
    /// `tcp-flags`.
    TcpFlags,
    /// `vpc-id`.
    Vpc,
}

/// The names of the fields above, in the order of the enum.
const NAMES: [&str; 13] = [
    "action",
    "bytes",
    "dstport",
    "instance-id",
    "interface-id",
    "log-status",
    "pkt-dstaddr",
    "pkt-srcaddr",
    "packets",
    "protocol",
    "srcport",
    "tcp-flags",
    "vpc-id",
];

/// Where each field stands in a line.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Columns {
    /// How many fields a line has.
    pub count: usize,
    /// `srcaddr`, or `pkt-srcaddr` where there is no other.
    pub source: usize,
    /// `dstaddr`, or `pkt-dstaddr` where there is no other.
    pub destination: usize,
    /// `start`.
    pub start: usize,
    /// `end`.
    pub end: usize,
    /// `account-id`.
    pub account: Option<usize>,
    /// Whether packets may have other addresses than the interface saw.
    pub translated: bool,
    others: [Option<usize>; NAMES.len()],
}

impl Columns {
    /// The order that the first line of an object states or shows; `None` when it is no flow log.
    #[must_use]
    pub fn of_line(line: &str) -> Option<Self> {
        Self::of_header(line).or_else(|| Self::of_record(line))
    }

    /// The order that a header line states.
    #[must_use]
    pub fn of_header(line: &str) -> Option<Self> {
        let names: Vec<String> = line
            .split_ascii_whitespace()
            .map(|name| name.trim_matches(['$', '{', '}']).to_ascii_lowercase().replace('_', "-"))
            .collect();
        let at = |wanted: &str| names.iter().position(|name| name == wanted);
        let inner = |wanted: &str| at(wanted).filter(|_| at("srcaddr").is_some());
        Some(Self {
            count: names.len(),
            source: at("srcaddr").or_else(|| at("pkt-srcaddr"))?,
            destination: at("dstaddr").or_else(|| at("pkt-dstaddr"))?,
            start: at("start")?,
            end: at("end")?,
            account: at("account-id"),
            translated: inner("pkt-srcaddr").or_else(|| inner("pkt-dstaddr")).is_some(),
            others: NAMES.map(at),
        })
    }

    /// The default order, when a record without header fits it; `CloudWatch` exports put a time
    /// before it.
    fn of_record(line: &str) -> Option<Self> {
        let fields: Vec<&str> = line.split_ascii_whitespace().collect();
        let (header, record) = match fields.as_slice() {
            [time, record @ ..] if record.len() == 14 && Time::parse(time).is_some() => {
                (format!("time {DEFAULT}"), record)
            }
            record => (DEFAULT.to_string(), record),
        };
        let [version, account, interface, .., start, end, action, status] = record else {
            return None;
        };
        let numbers = [version, account, start, end]
            .into_iter()
            .all(|text| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()));
        let named = interface.contains('-') || *interface == "unknown";
        let action = matches!(*action, "ACCEPT" | "REJECT" | "-");
        let status = matches!(*status, "OK" | "NODATA" | "SKIPDATA" | "-");
        let fits = record.len() == 14 && numbers && named && action && status;
        fits.then(|| Self::of_header(&header))?
    }

    /// Where a field stands.
    #[must_use]
    pub const fn field(&self, field: Field) -> Option<usize> {
        self.others[field as usize]
    }

    /// The order that a line among others states, as in objects put one behind the other.
    #[must_use]
    pub fn stated(line: &[u8]) -> Option<Self> {
        memmem::find(line, HEADER_MARK)?;
        let columns = Self::of_header(std::str::from_utf8(line).ok()?)?;
        // Of longer lines the decoder knows only the beginning.
        (columns.count < FIELDS_MAX).then_some(columns)
    }

    /// The order that the last of `lines` to state one states.
    #[must_use]
    pub fn last_stated(lines: &[u8]) -> Option<Self> {
        let (mut last, mut seen) = (None, 0);
        for at in memmem::find_iter(lines, HEADER_MARK) {
            // A line is looked at once, however often the mark stands in it.
            if at >= seen {
                let start = memchr::memrchr(b'\n', lines.get(..at)?).map_or(0, |found| found + 1);
                seen = memchr::memchr(b'\n', lines.get(at..)?).map_or(lines.len(), |end| at + end);
                last = Self::stated(lines.get(start..seen)?.trim_ascii()).or(last);
            }
        }
        last
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_stands_at_its_field() {
        let columns = Columns::of_header(&(DEFAULT.to_string() + " vpc-id tcp-flags"));
        let columns = columns.expect("a header");
        assert_eq!(columns.field(Field::Action), Some(12));
        assert_eq!(columns.field(Field::Vpc), Some(14));
        assert_eq!(columns.field(Field::TcpFlags), Some(15));
        assert_eq!(columns.field(Field::PacketSource), None);
    }

    #[test]
    fn the_last_header_of_a_run_of_lines_counts() {
        let newer = "version srcaddr dstaddr start end";
        let record = "2 111122223333 eni-0srcaddr 10.0.0.4 203.0.113.9";
        let lines = format!("{DEFAULT}\n{record}\n{newer}\r\n{record}\n");
        assert_eq!(Columns::last_stated(lines.as_bytes()), Columns::of_header(newer));
        let lines = format!("{newer}\n{record}\n{DEFAULT}");
        assert_eq!(Columns::last_stated(lines.as_bytes()), Columns::of_header(DEFAULT));
        assert_eq!(Columns::last_stated(format!("{record}\n{record}").as_bytes()), None);
    }

    #[test]
    fn an_unknown_order_without_header_is_not_guessed() {
        assert_eq!(Columns::of_line("vpc-0abc 111122223333 eni-0abc 10.0.0.4 203.0.113.9 6"), None);
    }
}
