//! Tetragon events: JSON, one object an event, whose one member names its kind.
//!
//! `arguments` is one text, and cut when it is long. `auid` is 4294967295 when nobody logged in. Of
//! `process_kprobe` the arguments are typed objects; a `sock_arg` of `tcp_connect` is a connection.
//! Exits and other kinds are read for nothing.

use std::borrow::Cow;

use super::{BROKEN_JSON, Doc, Example, Fault, NO_TIME, RecordFormat, host};
use crate::{
    event::{Event, ProcessStart, Resource},
    json::{Head, fields::Fields},
    sink::{Reason, Sink},
    time::Time,
};

/// The format.
pub struct Tetragon;

/// The kinds of events, each the name of the member that holds it.
const KINDS: [&str; 13] = [
    "process_accept",
    "process_close",
    "process_connect",
    "process_dns",
    "process_exec",
    "process_exit",
    "process_kprobe",
    "process_listen",
    "process_loader",
    "process_lsm",
    "process_throttle",
    "process_tracepoint",
    "process_uprobe",
];

static DOC: Doc = Doc {
    id: "tetragon",
    title: "Tetragon events",
    reads: "Started programs (process_exec) and opened connections (process_kprobe of tcp_connect, \
            process_connect).",
    specification: "https://tetragon.io/docs/reference/grpc-api/",
    rejects: &[BROKEN_JSON, NO_TIME],
    examples: &[
        Example {
            title: "a program in a pod",
            input: concat!(
                r#"{"process_exec":{"process":{"binary":"/tmp/upd","arguments":"-o pool.example:443","#,
                r#""uid":0,"start_time":"2026-03-01T10:00:00.1Z","auid":4294967295,"pod":{"#,
                r#""namespace":"shop","name":"web-1","container":{"id":"containerd://0abc","#,
                r#""image":{"name":"web:1"}}}},"parent":{"binary":"/bin/sh","arguments":"-c x"}},"#,
                r#""node_name":"node-1","time":"2026-03-01T10:00:00.2Z"}"#
            ),
            events: &["process unknown: node-1 2026-03-01T10:00:00.2Z /tmp/upd \
                 \"/tmp/upd -o pool.example:443\" parent /bin/sh -c x user 0 \
                 container shop/web-1 image web:1"],
        },
        Example {
            title: "a connection",
            input: concat!(
                r#"{"process_kprobe":{"process":{"binary":"/tmp/upd"},"function_name":"tcp_connect","#,
                r#""args":[{"sock_arg":{"family":"AF_INET","protocol":"IPPROTO_TCP","saddr":"10.0.0.4","#,
                r#""daddr":"203.0.113.9","sport":40000,"dport":3333}}]},"#,
                r#""node_name":"node-1","time":"2026-03-01T10:00:00Z"}"#
            ),
            events: &["flow unknown: node-1 10.0.0.4:40000>203.0.113.9:3333 protocol 6 accepted \
                 2026-03-01T10:00:00Z begin sent 0/0 opened by Source"],
        },
    ],
};

impl RecordFormat for Tetragon {
    fn doc(&self) -> &'static Doc {
        &DOC
    }

    fn recognises(&self, head: &Head<'_>) -> bool {
        KINDS.iter().any(|kind| head.object(kind).is_some_and(|inner| inner.has("process")))
    }

    fn decode(&self, record: &[u8], number: u64, sink: &mut dyn Sink) -> Result<(), Fault> {
        host::decode(self, record, number, sink, events)
    }
}

fn events(fields: Fields<'_>, send: &mut dyn FnMut(&Event<'_>)) -> Result<(), Reason> {
    let known = KINDS.iter().find_map(|kind| Some((*kind, fields.at(kind)?)));
    let Some((kind, body)) = known else {
        return Ok(());
    };
    let time =
        fields.time(&["time"]).or_else(|| body.time(&["process.start_time"])).ok_or(NO_TIME)?;
    let pod = host::pod(body.text("process.pod.namespace"), body.text("process.pod.name"));
    let resource = host::machine(fields.text("node_name").or(pod.as_deref()));
    match kind {
        "process_exec" => started(body, pod.as_deref(), resource, time, send),
        "process_connect" => {
            let local = host::endpoint(body, "source_ip", "source_port");
            let remote = host::endpoint(body, "destination_ip", "destination_port");
            let is_tcp = body.text("protocol").is_none_or(|name| name == "TCP");
            if let Some(remote) = remote.filter(|_| is_tcp) {
                let names = body.elements("destination_names").next();
                let name = names.and_then(|name| name.0.as_str());
                send(&host::connection(resource, time, local, remote, name));
            }
        }
        "process_kprobe" if body.text("function_name") == Some("tcp_connect") => {
            let socket = body.elements("args").find_map(|argument| argument.at("sock_arg"));
            let remote = socket.and_then(|socket| host::endpoint(socket, "daddr", "dport"));
            if let (Some(socket), Some(remote)) = (socket, remote) {
                let local = host::endpoint(socket, "saddr", "sport");
                send(&host::connection(resource, time, local, remote, None));
            }
        }
        _ => {}
    }
    Ok(())
}

fn started(
    body: Fields<'_>,
    pod: Option<&str>,
    resource: Resource<'_>,
    time: Time,
    send: &mut dyn FnMut(&Event<'_>),
) {
    let Some(binary) = body.text("process.binary") else {
        return;
    };
    let parent = body.text("parent.binary");
    let parent = parent.map(|binary| host::command_line(binary, body.text("parent.arguments")));
    let container = pod.or_else(|| body.text("process.docker"));
    send(&Event::Process(ProcessStart {
        executable: binary.into(),
        command_line: host::command_line(binary, body.text("process.arguments")),
        parent,
        user: body.scalar("process.uid").map(Cow::from),
        container: container.map(Cow::from),
        image: body.text("process.pod.container.image.name").map(Cow::from),
        ..host::process(resource, time)
    }));
}
