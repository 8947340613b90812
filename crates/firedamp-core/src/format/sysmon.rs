//! Sysmon events in JSON, as the tools write them that read Windows' event log.
//!
//! Three shapes: Winlogbeat's (`winlog.event_data`), the log's own XML turned into JSON (`Event.System`
//! and `Event.EventData`, a map or a list of names and texts), and flat ones (`NXLog`, `SourceName`).
//! `EventID` is a number, a text, or an object with `#text`. `UtcTime` has no zone and means UTC.

use std::borrow::Cow;

use serde_json::Value;

use super::{
    BROKEN_JSON, Doc, Example, Fault, NO_TIME, RecordFormat, host,
    sysmon_event::{PROVIDER, Record, TEXTS_MAX},
};
use crate::{
    json::{Head, fields::Fields},
    sink::{Reason, Sink},
};

/// The format.
pub struct Sysmon;

static DOC: Doc = Doc {
    id: "sysmon",
    title: "Sysmon events (JSON)",
    reads: "Events 1 (a program was started), 3 (a connection was opened) and 22 (a DNS question), \
            from Winlogbeat, from XML turned into JSON, and flat.",
    specification: "https://learn.microsoft.com/sysinternals/downloads/sysmon",
    rejects: &[BROKEN_JSON, NO_TIME],
    examples: &[
        Example {
            title: "a program, by Winlogbeat",
            input: concat!(
                r#"{"@timestamp":"2026-03-01T10:00:01Z","host":{"name":"vm-1"},"winlog":{"event_id":1,"#,
                r#""provider_name":"Microsoft-Windows-Sysmon","computer_name":"vm-1.corp.example","#,
                r#""event_data":{"UtcTime":"2026-03-01 10:00:00.250","Image":"C:\\Temp\\upd.exe","#,
                r#""CommandLine":"upd.exe -o pool.example:443","User":"CORP\\alice","#,
                r#""ParentImage":"C:\\Windows\\System32\\cmd.exe","RuleName":"-","#,
                r#""Hashes":"MD5=00112233445566778899AABBCCDDEEFF,IMPHASH=0"}}}"#
            ),
            events: &[
                "process unknown: vm-1.corp.example 2026-03-01T10:00:00.25Z C:\\Temp\\upd.exe \
                 \"upd.exe -o pool.example:443\" parent C:\\Windows\\System32\\cmd.exe \
                 user CORP\\alice hash 00112233445566778899aabbccddeeff",
            ],
        },
        Example {
            title: "a question, from XML",
            input: concat!(
                r#"{"Event":{"System":{"Provider":{"#,
                r##""#attributes":{"Name":"Microsoft-Windows-Sysmon"}},"EventID":{"#text":"22"},"##,
                r#""Computer":"vm-1"},"EventData":{"Data":["#,
                r##"{"@Name":"UtcTime","#text":"2026-03-01 10:00:00.000"},"##,
                r##"{"@Name":"QueryName","#text":"pool.example"},{"@Name":"QueryStatus","#text":"0"},"##,
                r##"{"@Name":"QueryResults","#text":"type:  5 eu.pool.example;::ffff:203.0.113.9;"}]}}}"##
            ),
            events: &["dns unknown: vm-1 2026-03-01T10:00:00Z pool.example answered 203.0.113.9 \
                 eu.pool.example"],
        },
    ],
};

impl RecordFormat for Sysmon {
    fn doc(&self) -> &'static Doc {
        &DOC
    }

    fn recognises(&self, head: &Head<'_>) -> bool {
        let names = |head: &Head<'_>| {
            let places =
                ["provider_name", "ProviderName", "Provider_Name", "SourceName", "Channel"];
            places.iter().any(|name| head.text(name).is_some_and(|it| it.contains(PROVIDER)))
        };
        if let Some(winlog) = head.object("winlog") {
            return names(&winlog);
        }
        if let Some(event) = head.object("Event") {
            return event.has("EventData")
                && event.raw("System").is_some_and(|raw| raw.get().contains(PROVIDER));
        }
        names(head) && (head.has("EventID") || head.has("event_id"))
    }

    fn decode(&self, record: &[u8], number: u64, sink: &mut dyn Sink) -> Result<(), Fault> {
        host::decode(self, record, number, sink, events)
    }
}

fn events(fields: Fields<'_>, send: &mut host::Send<'_>) -> Result<(), Reason> {
    let data = ["winlog.event_data", "Event.EventData"].iter().find_map(|path| fields.at(path));
    let ids = ["winlog.event_id", "Event.System.EventID.#text", "Event.System.EventID", "EventID"];
    let computers =
        ["winlog.computer_name", "Event.System.Computer", "Computer", "Hostname", "host.name"];
    let times = [
        "Event.System.TimeCreated.#attributes.SystemTime",
        "Event.System.TimeCreated.@SystemTime",
        "Event.System.TimeCreated.SystemTime",
        "@timestamp",
        "EventTime",
    ];
    let record = Record {
        id: ids
            .iter()
            .chain(&["event_id"])
            .find_map(|path| fields.scalar(path))
            .unwrap_or_default(),
        computer: fields.first_text(&computers),
        logged: fields.time(&times),
        texts: texts(data.unwrap_or(fields)),
    };
    record.events(send)
}

/// Names and texts, of a map or of a list.
fn texts(data: Fields<'_>) -> Vec<(Cow<'_, str>, Cow<'_, str>)> {
    if let Some(list) = data.at("Data").and_then(|data| data.0.as_array()) {
        let pair = |item| {
            let item = Fields(item);
            let name = item.first_text(&["@Name", "Name", "#attributes.Name"])?;
            Some((name.into(), item.first_text(&["#text", "$", "content", "value"])?.into()))
        };
        return list.iter().take(TEXTS_MAX).filter_map(pair).collect();
    }
    let pair = |(name, value): (&'_ String, &'_ Value)| -> Option<(String, String)> {
        let text = match value {
            Value::String(text) => text.clone(),
            Value::Number(number) => number.to_string(),
            Value::Bool(flag) => flag.to_string(),
            _ => return None,
        };
        Some((name.clone(), text))
    };
    let all = data.0.as_object().into_iter().flatten().take(TEXTS_MAX).filter_map(pair);
    all.map(|(name, text)| (name.into(), text.into())).collect()
}
