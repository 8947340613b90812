//! Tracee events: JSON, one object an event, in two schemas.
//!
//! The older one is flat, with `args` as a list of names and values and a time in nanoseconds; the
//! newer (`v1beta1`) has `workload`, `data` with a member for each type, and a time in seconds and
//! nanoseconds, both perhaps as text. `processName` has fifteen letters at most and is that of the
//! program before: what was started stands in the arguments.

use std::borrow::Cow;

use super::{BROKEN_JSON, Doc, Example, Fault, NO_TIME, RecordFormat, host};
use crate::{
    event::{DnsOutcome, Event, ProcessStart, Resource},
    json::{Head, fields::Fields},
    sink::{Reason, Sink},
    time::Time,
};

/// The format.
pub struct Tracee;

/// Questions of one event that are read.
const QUESTIONS_MAX: usize = 16;

static DOC: Doc = Doc {
    id: "tracee",
    title: "Tracee events",
    reads: "Started programs (sched_process_exec, execve, execveat), opened connections \
            (security_socket_connect, net_tcp_connect) and DNS questions, in both schemas.",
    specification: "https://aquasecurity.github.io/tracee/latest/docs/outputs/event-structure/",
    rejects: &[BROKEN_JSON, NO_TIME],
    examples: &[
        Example {
            title: "a program, in the older schema",
            input: concat!(
                r#"{"timestamp":1772359200123456789,"processName":"sh","hostName":"node-1","userId":0,"#,
                r#""containerId":"0abc","container":{"id":"0abc","image":"web:1"},"#,
                r#""kubernetes":{"podName":"web-1","podNamespace":"shop"},"#,
                r#""eventName":"sched_process_exec","argsNum":2,"returnValue":0,"args":["#,
                r#"{"name":"pathname","type":"const char*","value":"/tmp/upd"},"#,
                r#"{"name":"argv","type":"const char**","value":["./upd","-o","pool.example:443"]}]}"#
            ),
            events: &["process unknown: node-1 2026-03-01T10:00:00.123Z /tmp/upd \
                 \"./upd -o pool.example:443\" parent sh user 0 container shop/web-1 image web:1"],
        },
        Example {
            title: "the same in the newer one",
            input: concat!(
                r#"{"timestamp":{"seconds":"1772359200","nanos":500000000},"name":"sched_process_exec","#,
                r#""workload":{"process":{"thread":{"name":"sh"},"real_user":{"id":{"value":0}}},"#,
                r#""k8s":{"pod":{"name":"web-1"},"namespace":{"name":"shop"}}},"data":["#,
                r#"{"name":"pathname","str":"/tmp/upd"},"#,
                r#"{"name":"argv","str_array":{"value":["./upd","-k"]}}]}"#
            ),
            events: &["process unknown: shop/web-1 2026-03-01T10:00:00.5Z /tmp/upd \"./upd -k\" \
                 parent sh user 0 container shop/web-1"],
        },
    ],
};

impl RecordFormat for Tracee {
    fn doc(&self) -> &'static Doc {
        &DOC
    }

    fn recognises(&self, head: &Head<'_>) -> bool {
        head.has_all(&["timestamp", "eventName", "processName", "args"])
            || head.has_all(&["timestamp", "name", "workload", "data"])
    }

    fn decode(&self, record: &[u8], number: u64, sink: &mut dyn Sink) -> Result<(), Fault> {
        host::decode(self, record, number, sink, events)
    }
}

fn events(fields: Fields<'_>, send: &mut dyn FnMut(&Event<'_>)) -> Result<(), Reason> {
    let event = Record { fields };
    let time = event.time().ok_or(NO_TIME)?;
    let container = event.container();
    let resource = host::machine(fields.text("hostName").or(container.as_deref()));
    match event.name() {
        "sched_process_exec" | "execve" | "execveat" => {
            event.started(resource, time, container.as_deref(), send);
        }
        "security_socket_connect" | "connect" => {
            let remote = event.argument("remote_addr").or_else(|| event.argument("addr"));
            let remote = remote.and_then(|remote| {
                host::endpoint(remote, "sin_addr", "sin_port")
                    .or_else(|| host::endpoint(remote, "sin6_addr", "sin6_port"))
            });
            if let Some(remote) = remote {
                send(&host::connection(resource, time, None, remote, None));
            }
        }
        "net_tcp_connect" => event.connected(resource, time, send),
        "net_packet_dns_request" => event.asked(resource, time, send),
        _ => {}
    }
    Ok(())
}

/// An event in either schema.
#[derive(Clone, Copy)]
struct Record<'a> {
    fields: Fields<'a>,
}

impl<'a> Record<'a> {
    fn name(self) -> &'a str {
        self.fields.first_text(&["eventName", "name"]).unwrap_or_default()
    }

    fn time(self) -> Option<Time> {
        let value = self.fields.at("timestamp")?;
        if let Some(seconds) = value.number("seconds") {
            let nanos = value.number("nanos").unwrap_or_default();
            return Some(Time::from_millis(seconds as i64 * 1000 + nanos as i64 / 1_000_000));
        }
        host::nanoseconds(value).or_else(|| Time::parse(value.0.as_str()?))
    }

    /// The value of an argument, whatever its type.
    fn argument(self, name: &str) -> Option<Fields<'a>> {
        let mut all = self.fields.elements("args").chain(self.fields.elements("data"));
        let own = all.find(|own| own.text("name") == Some(name))?;
        let plain = ["value", "str", "str_array.value", "u_int32", "int32", "sockaddr"];
        plain.iter().find_map(|path| own.at(path))
    }

    fn text(self, name: &str) -> Option<&'a str> {
        self.argument(name)?.0.as_str().filter(|text| !text.is_empty())
    }

    /// The pod, else the container.
    fn container(self) -> Option<String> {
        let first = |paths: &[&str]| self.fields.first_text(paths);
        let namespace = first(&["kubernetes.podNamespace", "workload.k8s.namespace.name"]);
        let pod = first(&["kubernetes.podName", "workload.k8s.pod.name"]);
        let id = || first(&["containerId", "container.id", "workload.container.id"]);
        host::pod(namespace, pod).or_else(|| id().map(ToString::to_string))
    }

    fn started(
        self,
        resource: Resource<'_>,
        time: Time,
        container: Option<&str>,
        send: &mut dyn FnMut(&Event<'_>),
    ) {
        let path = self.text("pathname").or_else(|| self.text("cmdpath"));
        let line = self.argument("argv").and_then(host::joined);
        let Some(executable) = path.or(line.as_deref()) else {
            return;
        };
        let parent = self.fields.first_text(&["processName", "workload.process.thread.name"]);
        let image = ["container.image", "workload.container.image.name"];
        let user = ["userId", "workload.process.real_user.id.value"];
        let user = user.iter().find_map(|path| self.fields.scalar(path));
        send(&Event::Process(ProcessStart {
            executable: executable.into(),
            command_line: line.as_deref().unwrap_or(executable).into(),
            parent: parent.map(Cow::from),
            user: user.map(Cow::from),
            container: container.map(Cow::from),
            image: self.fields.first_text(&image).map(Cow::from),
            hashes: self.text("sha256").and_then(host::hash).into_iter().collect(),
            ..host::process(resource, time)
        }));
    }

    fn connected(self, resource: Resource<'_>, time: Time, send: &mut dyn FnMut(&Event<'_>)) {
        let address = self.text("dst").and_then(crate::net::parse_address);
        let port = self.argument("dst_port").and_then(|port| port.0.as_u64());
        let port = port.and_then(|port| u16::try_from(port).ok()).filter(|port| *port > 0);
        if let (Some(address), Some(port)) = (address, port) {
            let names = self.argument("dst_dns").and_then(|names| names.0.as_array());
            let name = names.and_then(|names| names.first()).and_then(|name| name.as_str());
            let remote = crate::event::Endpoint::new(address, port);
            send(&host::connection(resource, time, None, remote, name));
        }
    }

    fn asked(self, resource: Resource<'_>, time: Time, send: &mut dyn FnMut(&Event<'_>)) {
        let questions = self.argument("dns_questions").and_then(|all| all.0.as_array());
        for question in questions.into_iter().flatten().take(QUESTIONS_MAX) {
            if let Some(name) = Fields(question).text("query") {
                send(&host::question(resource, time, name, &[], DnsOutcome::Answered));
            }
        }
    }
}
