//! Linux audit logs: lines of `type=… msg=audit(seconds.millis:serial): name=value …`.
//!
//! The kernel writes several lines for one event, which may interleave with other events' and come
//! out of order. Every line is read by itself, because the lines of one event may stand in pieces
//! that are read apart and in any order: `EXECVE` gives the arguments, `PROCTITLE` the command line
//! (of any call, not of `execve` alone), `SYSCALL` of an `execve` the program's path. What belongs
//! together has the same machine and time. Arguments beyond some 7,500 bytes stand in several
//! `EXECVE` lines, the later ones without `argc`: each is told of as a part of its event, and whoever
//! keeps state puts them together.
//!
//! Texts stand in quotes, or in hexadecimal when they hold blanks, quotes or control letters; a long
//! argument comes in pieces (`a8[0]=`, `a8[1]=`), many arguments in several lines, each with its own
//! share. Enriched logs add fields behind a byte 0x1D (`…\x1dARCH=x86_64 UID="root"`), upper case.

use std::{borrow::Cow, collections::BTreeMap};

use super::{Doc, Example, LineDecoder, LineFormat, NO_TIME, host};
use crate::{
    event::{Event, Part, ProcessStart},
    json::fields,
    sink::{Reason, Sink},
    time::Time,
};

/// The format.
pub struct Auditd;

/// Where the kernel's fields end and those of the enrichment begin.
const ENRICHED: u8 = 0x1d;
/// The reason for a line that is no record of the audit log.
const NO_RECORD: Reason = "no audit record";
/// `execve` and `execveat` in the tables of system calls of x86-64, x86 and ARM64.
const EXEC_CALLS: [(&str, &str); 6] = [
    ("c000003e", "59"),
    ("c000003e", "322"),
    ("40000003", "11"),
    ("40000003", "358"),
    ("c00000b7", "221"),
    ("c00000b7", "281"),
];

static DOC: Doc = Doc {
    id: "auditd",
    title: "Linux audit log",
    reads: "EXECVE, PROCTITLE, and SYSCALL of execve and execveat that succeeded; raw and enriched \
            lines, with or without node=. Arguments in several lines are put together.",
    specification: "https://github.com/linux-audit/audit-documentation/wiki/SPEC-Audit-Record-Syntax",
    rejects: &[NO_RECORD, NO_TIME],
    examples: &[Example {
        title: "the lines of one start",
        input: concat!(
            "node=host-1 type=SYSCALL msg=audit(1772359200.250:479): arch=c000003e syscall=59 ",
            "success=yes exit=0 ppid=7 pid=8 auid=4294967295 uid=0 comm=\"upd\" exe=\"/tmp/upd\" ",
            "key=(null)\n",
            "node=host-1 type=EXECVE msg=audit(1772359200.250:479): argc=3 a0=\"./upd\" a1=\"-o\" ",
            "a2=706F6F6C2E6578616D706C653A34343320\n",
            "node=host-1 type=PROCTITLE msg=audit(1772359200.250:479): ",
            "proctitle=2E2F757064002D6B\n"
        ),
        events: &[
            "process unknown: host-1 2026-03-01T10:00:00.25Z /tmp/upd \"upd\" user 0",
            "process unknown: host-1 2026-03-01T10:00:00.25Z ./upd \"./upd -o pool.example:443 \"",
            "process unknown: host-1 2026-03-01T10:00:00.25Z ./upd \"./upd -k\"",
        ],
    }],
};

impl LineFormat for Auditd {
    fn doc(&self) -> &'static Doc {
        &DOC
    }

    fn open(&self, head: &[u8]) -> Option<Box<dyn LineDecoder>> {
        let mut lines = head.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii);
        let first = lines.find(|line| !line.is_empty())?;
        let line = Line::parse(first)?;
        line.time().map(|_| Box::new(Decoder) as _)
    }
}

struct Decoder;

impl LineDecoder for Decoder {
    fn decode(&self, lines: &[u8], first_record: u64, sink: &mut dyn Sink) {
        for (number, line) in (first_record..).zip(whole_lines(lines)) {
            let line = line.trim_ascii();
            if line.is_empty() {
                continue;
            }
            if let Err(reason) = decode(line, number, sink) {
                sink.reject(number, reason, line);
            }
        }
    }
}

/// Lines without their breaks.
fn whole_lines(lines: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut start = 0;
    let ends = memchr::memchr_iter(b'\n', lines).chain(std::iter::once(lines.len()));
    ends.map(move |end| {
        let line = lines.get(start..end).unwrap_or_default();
        start = end + 1;
        line
    })
}

fn decode(line: &[u8], number: u64, sink: &mut dyn Sink) -> Result<(), Reason> {
    if is_passed_over(line) {
        return Ok(());
    }
    let line = Line::parse(line).ok_or(NO_RECORD)?;
    if !matches!(line.kind, "EXECVE" | "PROCTITLE" | "SYSCALL") {
        return Ok(());
    }
    let time = line.time().ok_or(NO_TIME)?;
    let start = host::process(host::machine(line.node), time);
    let start = match line.kind {
        "EXECVE" => line.execve(start),
        "PROCTITLE" => line.title(start),
        _ => match line.call(start) {
            Some(start) => start,
            None => return Ok(()),
        },
    };
    if !start.executable.is_empty() || !start.command_line.is_empty() {
        sink.event(number, &Event::Process(start));
    }
    Ok(())
}

/// The commonest lines that start no program, told by their beginning.
fn is_passed_over(line: &[u8]) -> bool {
    const KINDS: [&[u8]; 5] = [
        b"type=PATH msg=",
        b"type=CWD msg=",
        b"type=EOE msg=",
        b"type=SOCKADDR msg=",
        b"type=USER_",
    ];
    KINDS.iter().any(|kind| line.starts_with(kind))
}

/// One line, its fields unread.
struct Line<'a> {
    node: Option<&'a str>,
    kind: &'a str,
    /// `seconds.millis:serial`.
    stamp: &'a str,
    fields: &'a str,
}

impl<'a> Line<'a> {
    fn parse(line: &'a [u8]) -> Option<Self> {
        let end = memchr::memchr(ENRICHED, line).unwrap_or(line.len());
        let kernel = line.get(..end)?;
        let text = std::str::from_utf8(kernel).ok()?;
        let (node, text) = match text.strip_prefix("node=") {
            Some(rest) => rest.split_once(' ').map(|(node, rest)| (Some(node), rest))?,
            None => (None, text),
        };
        let (kind, rest) = text.strip_prefix("type=")?.split_once(' ')?;
        let (stamp, fields) = rest.trim_start().strip_prefix("msg=audit(")?.split_once("):")?;
        Some(Self { node, kind, stamp, fields: fields.trim() })
    }

    fn time(&self) -> Option<Time> {
        let (time, _serial) = self.stamp.split_once(':')?;
        let (seconds, millis) = time.split_once('.')?;
        let seconds: u32 = seconds.parse().ok()?;
        let millis: u16 = millis.parse().ok().filter(|millis| *millis < 1000)?;
        Some(Time::from_millis(i64::from(seconds) * 1000 + i64::from(millis)))
    }

    /// The fields: names and values as written. A value in quotes holds no quote.
    fn pairs(&self) -> impl Iterator<Item = (&'a str, &'a str)> {
        let mut rest = self.fields;
        // Fields are too short for a search by blocks to pay.
        let find = |byte: u8, text: &str| text.bytes().position(|own| own == byte);
        let next = move || {
            rest = rest.trim_ascii_start();
            let at = find(b'=', rest)?;
            let (name, after) = (rest.get(..at)?, rest.get(at + 1..)?);
            let end = match after.strip_prefix('"') {
                Some(quoted) => find(b'"', quoted).map_or(after.len(), |at| at + 2),
                None => find(b' ', after).unwrap_or(after.len()),
            };
            let (value, after) = after.split_at_checked(end)?;
            rest = after;
            let before = name.bytes().rposition(|byte| byte == b' ').map_or(0, |at| at + 1);
            Some((name.get(before..)?, value))
        };
        std::iter::from_fn(next).take(host::ARGUMENTS_MAX)
    }

    /// The values of these fields, found in one walk: lines are long, and most are not wanted.
    fn fields<const N: usize>(&self, names: [&str; N]) -> [Option<&'a str>; N] {
        let mut found = [None; N];
        for (name, value) in self.pairs() {
            let places = names.iter().zip(&mut found);
            if let Some((_, place)) = places.into_iter().find(|(own, _)| **own == name) {
                place.get_or_insert(value);
            }
        }
        found
    }

    /// A program and its arguments, or those of them that stand in this line.
    fn execve(&self, start: ProcessStart<'a>) -> ProcessStart<'a> {
        let pieces = self.pieces();
        let arguments = joined(&pieces);
        let first = pieces.keys().next().is_some_and(|(argument, _)| *argument == 0);
        let executable = arguments.first().filter(|_| first).cloned().unwrap_or_default();
        let [count] = self.fields(["argc"]);
        let is_whole = count.and_then(|count| count.parse().ok()) == Some(arguments.len())
            && !self.has_lengths();
        let part = (!is_whole).then(|| Part {
            start: self.stamp,
            arguments: pieces
                .into_iter()
                .map(|((argument, piece), text)| (argument, piece, text))
                .collect(),
        });
        let command_line = arguments.join(" ").into();
        ProcessStart { executable: executable.into(), command_line, part, ..start }
    }

    /// Whether a field tells how long an argument is that stands in pieces.
    fn has_lengths(&self) -> bool {
        memchr::memmem::find(self.fields.as_bytes(), b"_len=").is_some()
            && self.pairs().any(|(name, _)| name.ends_with("_len"))
    }

    fn title(&self, start: ProcessStart<'a>) -> ProcessStart<'a> {
        let [title] = self.fields(["proctitle"]);
        let title = title.and_then(decoded).unwrap_or_default();
        let executable = title.split('\0').next().unwrap_or_default().to_string().into();
        ProcessStart { executable, command_line: title.replace('\0', " ").into(), ..start }
    }

    /// A program that was started, when that worked.
    fn call(&self, start: ProcessStart<'a>) -> Option<ProcessStart<'a>> {
        let [arch, call, success, executable, command, user] =
            self.fields(["arch", "syscall", "success", "exe", "comm", "uid"]);
        if !is_exec(arch, call) || success == Some("no") {
            return None;
        }
        let executable = executable.and_then(decoded).unwrap_or_default();
        let command_line = command.and_then(decoded).unwrap_or_else(|| executable.clone());
        let user = user.and_then(fields::known).map(Cow::from);
        Some(ProcessStart { executable, command_line, user, ..start })
    }

    /// The pieces of arguments that this line has, by number of argument and piece.
    fn pieces(&self) -> BTreeMap<(u32, u32), Cow<'a, str>> {
        let mut pieces = BTreeMap::new();
        let mut bytes = 0;
        for (name, value) in self.pairs() {
            let piece = index(name).zip(decoded(value).or(Some(Cow::Borrowed(""))));
            if let Some((index, text)) = piece {
                bytes += text.len();
                if bytes > host::COMMAND_BYTES_MAX {
                    break;
                }
                pieces.insert(index, text);
            }
        }
        pieces
    }
}

/// Whether a call of the kernel starts a program: by its number in an architecture, or by its name.
fn is_exec(arch: Option<&str>, call: Option<&str>) -> bool {
    EXEC_CALLS.iter().any(|(own, number)| arch == Some(own) && call == Some(number))
        || call.is_some_and(|call| call.starts_with("execve"))
}

/// Whole arguments, in their order, of their pieces.
fn joined(pieces: &BTreeMap<(u32, u32), Cow<'_, str>>) -> Vec<String> {
    let mut arguments: Vec<(u32, String)> = Vec::new();
    for ((argument, _), text) in pieces {
        match arguments.last_mut() {
            Some((last, whole)) if last == argument => whole.push_str(text),
            _ => arguments.push((*argument, text.to_string())),
        }
    }
    arguments.into_iter().map(|(_, whole)| whole).collect()
}

/// The number of an argument and of its piece: `a8`, `a8[1]`; not `a8_len`.
fn index(name: &str) -> Option<(u32, u32)> {
    let name = name.strip_prefix('a')?;
    match name.split_once('[') {
        Some((index, piece)) => Some((index.parse().ok()?, piece.strip_suffix(']')?.parse().ok()?)),
        None => Some((name.parse().ok()?, 0)),
    }
}

/// A value as text: in quotes, in hexadecimal, or as it is; `None` for `(null)`.
fn decoded(value: &str) -> Option<Cow<'_, str>> {
    if let Some(quoted) = value.strip_prefix('"') {
        return Some(Cow::Borrowed(quoted.strip_suffix('"').unwrap_or(quoted)));
    }
    let digits = value.as_bytes();
    let is_hex = digits.len() >= 2 && digits.len().is_multiple_of(2);
    let byte = |pair: &[u8]| {
        let text = std::str::from_utf8(pair).ok()?;
        let upper = |byte: &u8| byte.is_ascii_digit() || (b'A'..=b'F').contains(byte);
        pair.iter().all(upper).then(|| u8::from_str_radix(text, 16).ok())?
    };
    let bytes: Option<Vec<u8>> = is_hex.then(|| digits.chunks(2).map(byte).collect()).flatten();
    match bytes {
        Some(bytes) => Some(Cow::Owned(String::from_utf8_lossy(&bytes).into_owned())),
        None => fields::known(value).map(Cow::Borrowed),
    }
}
