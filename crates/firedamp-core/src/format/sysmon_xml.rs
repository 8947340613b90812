//! Sysmon events in XML, on one line or indented over many: `wevtutil`'s, the event viewer's, and
//! Sysmon for Linux behind syslog's header.
//!
//! Names of elements are compared without their namespaces. Nothing outside the event is fetched or
//! expanded: the reader knows the five entities of XML and numbers, no others. What stands between
//! events (the list's own tags, other programs' lines in a syslog file) is passed over.

use std::borrow::Cow;

use quick_xml::{
    Reader, XmlVersion,
    escape::resolve_predefined_entity,
    events::{BytesStart, Event as Part},
};

use super::{Doc, ElementFormat, Example, NO_TIME, sysmon_event};
use crate::{
    sink::{Reason, Sink},
    time::Time,
};

/// The format.
pub struct SysmonXml;

/// The reason for an event that is no XML, or not all of it.
const BROKEN_XML: Reason = "broken XML";

static DOC: Doc = Doc {
    id: "sysmon_xml",
    title: "Sysmon events (XML)",
    reads: "Events 1, 3 and 22, on one line or over many, with or without syslog's header before them.",
    specification: "https://learn.microsoft.com/sysinternals/downloads/sysmon",
    rejects: &[BROKEN_XML, NO_TIME],
    examples: &[
        Example {
            title: "a program, on Linux",
            input: concat!(
                "Mar  1 10:00:00 vm-1 sysmon: <Event><System><Provider Name=\"Linux-Sysmon\" ",
                "Guid=\"{0}\"/><EventID>1</EventID><Computer>vm-1</Computer></System><EventData>",
                "<Data Name=\"RuleName\">-</Data><Data Name=\"UtcTime\">2026-03-01 10:00:00.250</Data>",
                "<Data Name=\"Image\">/tmp/upd</Data>",
                "<Data Name=\"CommandLine\">./upd -o pool.example:443 &gt; &quot;a&#x62;&quot;</Data>",
                "<Data Name=\"User\">root</Data></EventData></Event>"
            ),
            events: &["process unknown: vm-1 2026-03-01T10:00:00.25Z /tmp/upd \
             \"./upd -o pool.example:443 > \\\"ab\\\"\" user root"],
        },
        Example {
            title: "a program, indented",
            input: concat!(
                "<Events>\n  <Event xmlns=\"http://schemas.microsoft.com/win/2004/08/events/event\">\n",
                "    <System>\n      <Provider Name=\"Microsoft-Windows-Sysmon\"/>\n",
                "      <EventID>1</EventID>\n      <Computer>vm-2</Computer>\n    </System>\n",
                "    <EventData>\n      <Data Name=\"UtcTime\">2026-03-01 10:00:00.250</Data>\n",
                "      <Data Name=\"Image\">C:\\upd.exe</Data>\n",
                "      <Data Name=\"CommandLine\">upd -o pool.example:443</Data>\n",
                "    </EventData>\n  </Event>\n</Events>\n"
            ),
            events: &["process unknown: vm-2 2026-03-01T10:00:00.25Z C:\\upd.exe \
             \"upd -o pool.example:443\""],
        },
    ],
};

impl ElementFormat for SysmonXml {
    fn doc(&self) -> &'static Doc {
        &DOC
    }

    fn element(&self) -> &'static str {
        "Event"
    }

    fn recognises(&self, head: &[u8]) -> bool {
        let event = memchr::memmem::find(head, b"<Event");
        let rest = event.and_then(|at| head.get(at..)).unwrap_or_default();
        !matches!(head.trim_ascii_start().first(), Some(b'{' | b'['))
            && memchr::memmem::find(rest, sysmon_event::PROVIDER.as_bytes()).is_some()
            && memchr::memmem::find(rest, b"<System").is_some()
    }

    fn decode(&self, element: &str, number: u64, sink: &mut dyn Sink) -> Result<(), Reason> {
        let read = Read::of(element).ok_or(BROKEN_XML)?;
        if !read.provider.contains(sysmon_event::PROVIDER) {
            return Ok(());
        }
        let record = sysmon_event::Record {
            id: read.id,
            computer: Some(&read.computer),
            logged: Time::parse(&read.logged),
            texts: read.texts,
        };
        record.events(&mut |event| sink.event(number, event))
    }
}

/// What an event's XML says.
#[derive(Default)]
struct Read {
    provider: String,
    id: String,
    computer: String,
    logged: String,
    texts: Vec<(Cow<'static, str>, Cow<'static, str>)>,
}

impl Read {
    /// Reads up to the end of the event; `None` for broken XML.
    fn of(text: &str) -> Option<Self> {
        let mut reader = Reader::from_str(text);
        let mut read = Self::default();
        let mut name = String::new();
        let mut value = String::new();
        loop {
            match reader.read_event().ok()? {
                Part::Start(tag) => {
                    read.attributes(&tag);
                    name = tag.local_name().as_ref().to_string();
                    if let Some(own) = attribute(&tag, "Name") {
                        name = format!("{DATA}{own}");
                    }
                    value.clear();
                }
                Part::Empty(tag) => read.attributes(&tag),
                Part::Text(text) => value.push_str(&text.xml_content(XmlVersion::Implicit1_0)),
                Part::CData(text) => value.push_str(&text.xml_content(XmlVersion::Implicit1_0)),
                Part::GeneralRef(reference) => match reference.resolve_char_ref().ok()? {
                    Some(letter) => value.push(letter),
                    None => value.push_str(resolve_predefined_entity(&reference)?),
                },
                Part::End(tag) if tag.local_name().as_ref() == "Event" => return Some(read),
                Part::End(_) => {
                    read.element(&std::mem::take(&mut name), std::mem::take(&mut value))
                }
                Part::Eof => return None,
                Part::Comment(_) | Part::Decl(_) | Part::PI(_) | Part::DocType(_) => {}
            }
        }
    }

    fn attributes(&mut self, tag: &BytesStart<'_>) {
        match tag.local_name().as_ref() {
            "Provider" => self.provider = attribute(tag, "Name").unwrap_or_default(),
            "TimeCreated" => self.logged = attribute(tag, "SystemTime").unwrap_or_default(),
            _ => {}
        }
    }

    fn element(&mut self, name: &str, value: String) {
        match name {
            "EventID" => self.id = value.trim().to_string(),
            "Computer" => self.computer = value,
            _ => {
                let data =
                    name.strip_prefix(DATA).filter(|_| self.texts.len() < sysmon_event::TEXTS_MAX);
                if let Some(name) = data {
                    self.texts.push((name.to_string().into(), value.into()));
                }
            }
        }
    }
}

/// What stands before the name of a piece of data, to tell it from an element's own.
const DATA: &str = "Data ";

fn attribute(tag: &BytesStart<'_>, name: &str) -> Option<String> {
    let attribute = tag.try_get_attribute(name).ok()??;
    attribute.normalized_value(XmlVersion::Implicit1_0).ok().map(Cow::into_owned)
}
