//! Amazon VPC Flow Logs: text, a record a line, fields separated by spaces.
//!
//! One record is one direction of one connection in one window at one interface. The header line
//! that S3 objects begin with is the only statement of the order of the fields; without one, the
//! default order of version 2 is meant, perhaps behind the time that `CloudWatch` exports put
//! before each line. Files put one behind the other state theirs again, and it holds from there on.
//! Behind a NAT gateway the interface's own address stands in `srcaddr` and
//! `dstaddr`, and the machine's only in `pkt-srcaddr` and `pkt-dstaddr`.
//!
//! This is the hottest path of the program: it finds the separators sixty-four bytes at a time,
//! looks at the two addresses, and leaves a line that concerns nobody after some fifty nanoseconds.

mod columns;
mod line;
mod tally;

pub use columns::Columns;

pub use super::window::is_window;
use super::{
    BACKWARD, Doc, Example, IMPLAUSIBLE_TIME, LONG_WINDOW, LineDecoder, LineFormat, NO_ADDRESS,
    NO_TIME, OTHER_UNIT, window,
};
use crate::{
    event::{Counters, Endpoint, Event, Flow, Phase, Resource, Side},
    format::aws_vpc_flow::{columns::Field, line::Line, tally::Tally},
    id::{AccountRef, Provider},
    simd::{self, BLOCK, Block},
    sink::{Gate, Reason, Sink},
    time::{Span, Time},
};

/// The format.
pub struct AwsVpcFlow;

/// The reason for a line with more or fewer fields than the header names.
const FIELD_COUNT: Reason = "wrong number of fields";
/// The reason for counters or ports that are no numbers.
const NO_COUNTERS: Reason = "unreadable port or counter";

static DOC: Doc = Doc {
    id: "aws_vpc_flow",
    title: "Amazon VPC Flow Logs",
    reads: "Text with a header (any order, versions 2 to 8) or without (version 2), and Parquet.",
    specification: "https://docs.aws.amazon.com/vpc/latest/userguide/flow-log-records.html",
    rejects: &[
        FIELD_COUNT,
        NO_ADDRESS,
        NO_COUNTERS,
        NO_TIME,
        IMPLAUSIBLE_TIME,
        OTHER_UNIT,
        BACKWARD,
        LONG_WINDOW,
    ],
    examples: &[
        Example {
            title: "the default order",
            input: "2 111122223333 eni-0abc 10.0.0.4 203.0.113.9 49152 3333 6 10 840 \
                    1772359200 1772359260 ACCEPT OK\n",
            events: &["flow aws:111122223333 eni-0abc 10.0.0.4:49152>203.0.113.9:3333 protocol 6 \
                       accepted 2026-03-01T10:00:00Z..2026-03-01T10:01:00Z window sent 10/840"],
        },
        Example {
            title: "a NAT gateway passes the traffic of 10.0.1.5 on",
            input: "interface-id srcaddr dstaddr srcport dstport pkt-srcaddr pkt-dstaddr protocol \
                    bytes packets start end action account-id\n\
                    eni-0nat 10.0.1.5 10.0.0.220 49152 443 10.0.1.5 203.0.113.9 6 840 10 \
                    1772359200 1772359260 ACCEPT 111122223333\n",
            events: &["flow aws:111122223333 eni-0nat 10.0.1.5:49152>203.0.113.9:443 protocol 6 \
                       accepted 2026-03-01T10:00:00Z..2026-03-01T10:01:00Z window sent 10/840 \
                       transit"],
        },
    ],
};

impl LineFormat for AwsVpcFlow {
    fn doc(&self) -> &'static Doc {
        &DOC
    }

    fn open(&self, head: &[u8]) -> Option<Box<dyn LineDecoder>> {
        let head = head.trim_ascii_start();
        // JSON is told by its first byte, and no line of a flow log is longer.
        let head = head.get(..LINE_BYTES_LIKELY_MAX).unwrap_or(head);
        if matches!(head.first(), Some(b'{' | b'[')) {
            return None;
        }
        let first = head.get(..memchr::memchr(b'\n', head).unwrap_or(head.len()))?;
        let columns = Columns::of_line(std::str::from_utf8(first.trim_ascii()).ok()?)?;
        Some(Box::new(Decoder { columns }))
    }
}

/// A header with every field of version 8 has some 700 bytes.
const LINE_BYTES_LIKELY_MAX: usize = 4096;

struct Decoder {
    columns: Columns,
}

/// The most fields that a line is looked at for; version 8 has 40.
const FIELDS_MAX: usize = 64;

impl LineDecoder for Decoder {
    fn decode(&self, lines: &[u8], first_record: u64, sink: &mut dyn Sink) {
        let (gate, span) = (sink.gate(), sink.window());
        let mut run = Run {
            columns: self.columns,
            gate: &gate,
            sink,
            tally: Tally::new(span),
            record: first_record,
        };
        run.lines(lines);
        let Run { tally, sink, .. } = run;
        tally.flush(sink);
    }

    fn behind(&self, lines: &[u8]) -> Option<Box<dyn LineDecoder>> {
        let columns = Columns::last_stated(lines).filter(|columns| *columns != self.columns)?;
        Some(Box::new(Self { columns }))
    }
}

/// The decoding of one run of lines.
struct Run<'a> {
    columns: Columns,
    gate: &'a Gate,
    sink: &'a mut dyn Sink,
    tally: Tally,
    record: u64,
}

/// The line that is being read: where it begins, and where its fields end.
struct Marks {
    start: usize,
    count: usize,
    ends: [u32; FIELDS_MAX],
}

impl Marks {
    /// Adds the positions of the set bits. Fields beyond [`FIELDS_MAX`] are counted only.
    #[inline]
    fn add(&mut self, mut marks: u64, origin: usize) {
        while marks != 0 {
            if let Some(end) = self.ends.get_mut(self.count) {
                *end = origin as u32 + marks.trailing_zeros();
            }
            self.count += 1;
            marks &= marks.wrapping_sub(1);
        }
    }
}

impl Run<'_> {
    fn lines(&mut self, bytes: &[u8]) {
        let (blocks, tail) = bytes.as_chunks::<BLOCK>();
        let mut marks = Marks { start: 0, count: 0, ends: [0; FIELDS_MAX] };
        for (index, block) in blocks.iter().enumerate() {
            self.block(bytes, index * BLOCK, block, &mut marks);
        }
        let mut last = [b'\n'; BLOCK];
        for (to, from) in last.iter_mut().zip(tail) {
            *to = *from;
        }
        self.block(bytes, blocks.len() * BLOCK, &last, &mut marks);
    }

    #[inline]
    fn block(&mut self, bytes: &[u8], origin: usize, block: &[u8; BLOCK], marks: &mut Marks) {
        let block = Block::load(block);
        let mut breaks = block.equal(b'\n');
        let mut all = breaks | block.equal(b' ');
        while breaks != 0 {
            let lowest = breaks & breaks.wrapping_neg();
            let own = all & (lowest | lowest.wrapping_sub(1));
            all ^= own;
            breaks ^= lowest;
            marks.add(own, origin);
            let at = origin + lowest.trailing_zeros() as usize;
            if marks.start < at && at <= bytes.len() {
                let ends = marks.ends.get(..marks.count).unwrap_or(&marks.ends);
                self.line(&Line { bytes, start: marks.start, ends });
            } else if at < bytes.len() {
                self.record += 1;
            }
            (marks.start, marks.count) = (at + 1, 0);
        }
        marks.add(all, origin);
    }

    #[inline]
    fn line(&mut self, line: &Line<'_>) {
        let record = self.record;
        self.record += 1;
        if line.ends.len() != self.columns.count {
            return self.odd(record, line, FIELD_COUNT);
        }
        let source = self.concerns(line, self.columns.source);
        let destination = self.concerns(line, self.columns.destination);
        let (Some(source), Some(destination)) = (source, destination) else {
            return self.odd(record, line, NO_ADDRESS);
        };
        let concerns = source | destination | self.columns.translated;
        let (start, end) = (line.number(self.columns.start), line.number(self.columns.end));
        let (Some(start), Some(end)) = (start, end) else {
            return self.odd(record, line, NO_TIME);
        };
        if !is_window(start, end) {
            return self.odd(record, line, window::of_seconds(start, end).err().unwrap_or(NO_TIME));
        }
        if concerns && self.keep(record, line, start, end) {
            return;
        }
        let account = self.columns.account.and_then(|account| line.word(account));
        self.tally.add(account.map_or(0, |(word, _)| word), start, end);
    }

    /// Whether an address passes the gate; `None` when it is no address.
    #[inline]
    fn concerns(&self, line: &Line<'_>, index: usize) -> Option<bool> {
        match line.word(index) {
            Some((word, length)) if simd::looks_like_v4(word, length) => {
                Some(self.gate.passes_text(word))
            }
            _ => Some(self.gate.passes(line::address(line.field(index))?)),
        }
    }

    /// A line that is no ordinary record: the header again, a gap, nothing, or junk.
    #[cold]
    fn odd(&mut self, record: u64, line: &Line<'_>, reason: Reason) {
        let text = line.whole();
        if text.trim_ascii().is_empty() {
            return;
        }
        if let Some(columns) = Columns::stated(text) {
            self.columns = columns;
            return;
        }
        let status = self.columns.field(Field::LogStatus).map_or(&[][..], |at| line.field(at));
        let lost = match status.trim_ascii_end() {
            b"SKIPDATA" if reason != FIELD_COUNT => true,
            b"NODATA" if reason != FIELD_COUNT => false,
            _ => return self.sink.reject(record, reason, text),
        };
        match self.window(line) {
            Ok(span) => self.sink.gap(self.account(line), span, lost),
            Err(reason) => self.sink.reject(record, reason, text),
        }
    }

    fn window(&self, line: &Line<'_>) -> Result<Span, Reason> {
        let number = |at| line.number(at).ok_or(NO_TIME);
        window::of_seconds(number(self.columns.start)?, number(self.columns.end)?)
    }

    fn account<'a>(&self, line: &Line<'a>) -> AccountRef<'a> {
        AccountRef::new(Provider::Aws, line.text(self.columns.account).unwrap_or_default())
    }

    /// Gives the whole record to the sink, if its real addresses pass the gate.
    fn keep(&mut self, record: u64, line: &Line<'_>, start: u64, end: u64) -> bool {
        match self.flow(line, span(start, end)) {
            Ok(flow) => {
                let passes = |end: Endpoint| self.gate.passes(end.address);
                let kept = passes(flow.source) || passes(flow.destination);
                if kept {
                    self.sink.event(record, &Event::Flow(flow));
                }
                kept
            }
            Err(reason) => {
                self.sink.reject(record, reason, line.whole());
                true
            }
        }
    }

    fn flow<'a>(&self, line: &Line<'a>, span: Span) -> Result<Flow<'a>, Reason> {
        let text = |field| line.text(self.columns.field(field));
        let number = |field| match self.columns.field(field) {
            Some(at) => line.number(at).map_or_else(|| unusual_number(line, at), Ok),
            None => Ok(0),
        };
        let port = |field| number(field)?.try_into().or(Err(NO_COUNTERS));
        let source = line.address(self.columns.source).ok_or(NO_ADDRESS)?;
        let destination = line.address(self.columns.destination).ok_or(NO_ADDRESS)?;
        let inner = |field, outer| text(field).and_then(crate::net::parse_address).unwrap_or(outer);
        let real_source = inner(Field::PacketSource, source);
        let real_destination = inner(Field::PacketDestination, destination);
        let protocol = match self.columns.field(Field::Protocol) {
            Some(_) => u8::try_from(number(Field::Protocol)?).or(Err(NO_COUNTERS))?,
            None => 6,
        };
        Ok(Flow {
            account: self.account(line),
            resource: Resource {
                instance: text(Field::Instance),
                interface: text(Field::Interface),
                address: None,
                network: text(Field::Vpc),
            },
            source: Endpoint::new(real_source, port(Field::SourcePort)?),
            destination: Endpoint::new(real_destination, port(Field::DestinationPort)?),
            protocol,
            span,
            phase: Phase::Window,
            sent: Counters { packets: number(Field::Packets)?, bytes: number(Field::Bytes)? },
            returned: Counters::default(),
            accepted: text(Field::Action) != Some("REJECT"),
            initiator: initiator(number(Field::TcpFlags)?),
            transit: real_source != source || real_destination != destination,
            name: None,
        })
    }
}

/// A number that is none, because there was nothing to count, or one of more digits than usual.
#[cold]
fn unusual_number(line: &Line<'_>, at: usize) -> Result<u64, Reason> {
    line.text(Some(at)).map_or(Ok(0), |text| text.parse::<u64>().or(Err(NO_COUNTERS)))
}

/// Who opened the connection, from the flags seen in the window: a SYN without ACK comes from the
/// one who did, a SYN with ACK from the other.
const fn initiator(tcp_flags: u64) -> Option<Side> {
    match tcp_flags & 0x12 {
        0x02 => Some(Side::Source),
        0x12 => Some(Side::Destination),
        _ => None,
    }
}

fn span(start: u64, end: u64) -> Span {
    let time = |seconds: u64| Time::from_seconds(seconds.cast_signed());
    Span { first: time(start), last: time(end) }
}
