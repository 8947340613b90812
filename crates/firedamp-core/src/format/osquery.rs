//! osquery result logs: JSON, one object a row, a snapshot of rows, or a batch of both.
//!
//! What a query is called is the operator's choice, so that rows are told by their columns, every
//! one of which is a text. `unixTime` is when the result was logged; rows of event tables have their
//! own `time`. Rows that were removed tell of an end. A program with `on_disk` 0 was deleted.

use std::borrow::Cow;

use super::{BROKEN_JSON, Doc, Example, Fault, NO_TIME, RecordFormat, host};
use crate::{
    event::{Event, ProcessStart, Resource},
    json::{Head, fields::Fields},
    sink::{Reason, Sink},
    time::Time,
};

/// The format.
pub struct Osquery;

/// Rows of one result that are read: a machine's processes are some thousand.
const ROWS_MAX: usize = 100_000;

static DOC: Doc = Doc {
    id: "osquery",
    title: "osquery result logs",
    reads: "Rows of process_events, es_process_events, bpf_process_events and processes (those with \
            a cmdline), and of socket_events and process_open_sockets (those with a remote_address): \
            differential, snapshot and batch.",
    specification: "https://osquery.readthedocs.io/en/stable/deployment/logging/",
    rejects: &[BROKEN_JSON, NO_TIME],
    examples: &[
        Example {
            title: "a row that was added",
            input: concat!(
                r#"{"name":"pack_linux_process_events","hostIdentifier":"host-1","action":"added","#,
                r#""calendarTime":"Sun Mar  1 10:00:05 2026 UTC","unixTime":"1772359205","columns":{"#,
                r#""path":"\/tmp\/upd","cmdline":".\/upd -o pool.example:443","pid":"7","uid":"0","#,
                r#""time":"1772359200"}}"#
            ),
            events: &["process unknown: host-1 2026-03-01T10:00:00Z /tmp/upd \
                 \"./upd -o pool.example:443\" user 0"],
        },
        Example {
            title: "a snapshot of programs and sockets",
            input: concat!(
                r#"{"snapshot":[{"name":"upd","path":"/tmp/upd","cmdline":"upd -k","on_disk":"0"},"#,
                r#"{"pid":"7","remote_address":"203.0.113.9","remote_port":"3333","protocol":"6","#,
                r#""local_address":"10.0.0.4","local_port":"40000"}],"action":"snapshot","#,
                r#""name":"mine","hostIdentifier":"host-1","unixTime":1772359200}"#
            ),
            events: &[
                "process unknown: host-1 2026-03-01T10:00:00Z /tmp/upd (deleted) \"upd -k\"",
                "flow unknown: host-1 10.0.0.4:40000>203.0.113.9:3333 protocol 6 accepted \
                 2026-03-01T10:00:00Z begin sent 0/0 opened by Source",
            ],
        },
    ],
};

impl RecordFormat for Osquery {
    fn doc(&self) -> &'static Doc {
        &DOC
    }

    fn recognises(&self, head: &Head<'_>) -> bool {
        let rows = ["columns", "snapshot", "diffResults"];
        head.has_all(&["name", "hostIdentifier"]) && rows.iter().any(|name| head.has(name))
    }

    fn decode(&self, record: &[u8], number: u64, sink: &mut dyn Sink) -> Result<(), Fault> {
        host::decode(self, record, number, sink, events)
    }
}

fn events(fields: Fields<'_>, send: &mut dyn FnMut(&Event<'_>)) -> Result<(), Reason> {
    let logged = seconds(fields, "unixTime").ok_or(NO_TIME)?;
    let resource = host::machine(fields.text("hostIdentifier"));
    let is_gone = fields.text("action") == Some("removed");
    let row = fields.at("columns").filter(|_| !is_gone);
    let lists = fields.elements("snapshot").chain(fields.elements("diffResults.added"));
    for row in row.into_iter().chain(lists).take(ROWS_MAX) {
        let time = seconds(row, "time").unwrap_or(logged);
        started(row, resource, time, send);
        connected(row, resource, time, send);
    }
    Ok(())
}

fn started(row: Fields<'_>, resource: Resource<'_>, time: Time, send: &mut dyn FnMut(&Event<'_>)) {
    let line = row.text("cmdline");
    let Some(executable) = row.first_text(&["path", "name"]).or(line).filter(|_| line.is_some())
    else {
        return;
    };
    let is_deleted = row.text("on_disk") == Some("0");
    send(&Event::Process(ProcessStart {
        executable: if is_deleted {
            format!("{executable} (deleted)").into()
        } else {
            executable.into()
        },
        command_line: line.unwrap_or(executable).into(),
        parent: row.first_text(&["parent_cmdline", "parent_path"]).map(Cow::from),
        user: row.first_text(&["username", "uid"]).map(Cow::from),
        container: row.first_text(&["container_id", "docker_container_id"]).map(Cow::from),
        hashes: host::hashes(row, &["md5", "sha1", "sha256"]),
        ..host::process(resource, time)
    }));
}

fn connected(
    row: Fields<'_>,
    resource: Resource<'_>,
    time: Time,
    send: &mut dyn FnMut(&Event<'_>),
) {
    let is_tcp = row.text("protocol").is_none_or(|number| number == "6");
    let opens = row.text("action").is_none_or(|action| action == "connect");
    let remote = host::endpoint(row, "remote_address", "remote_port");
    if let Some(remote) = remote.filter(|_| is_tcp && opens) {
        let local = host::endpoint(row, "local_address", "local_port");
        send(&host::connection(resource, time, local, remote, None));
    }
}

/// A time in whole seconds, mostly as text; 0 means "unknown".
fn seconds(fields: Fields<'_>, name: &str) -> Option<Time> {
    let seconds: i64 = fields.scalar(name)?.parse().ok()?;
    (seconds > 0).then(|| Time::from_seconds(seconds))
}
