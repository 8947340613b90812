//! Falco alerts: JSON, one object a line.
//!
//! Which members `output_fields` has hangs on the rule that fired: any may be missing, `null` or
//! `<NA>`. Their names hold dots (`proc.cmdline`). `evt.time` counts nanoseconds. `container.id` is
//! `host` outside containers. Older versions write neither `hostname` nor `source`. Rules over other
//! sources (`k8s_audit`, `aws_cloudtrail`) tell of no program and give no event.

use std::borrow::Cow;

use serde_json::Value;

use super::{BROKEN_JSON, Doc, Example, Fault, NO_TIME, RecordFormat, host};
use crate::{
    event::{Endpoint, Event, ProcessStart},
    json::{
        Head,
        fields::{self, Fields},
    },
    net,
    sink::{Reason, Sink},
    time::Time,
};

/// The format.
pub struct Falco;

static DOC: Doc = Doc {
    id: "falco",
    title: "Falco alerts",
    reads: "Alerts of system call rules in JSON, as Falco and Falcosidekick write them: the program, \
            its container, the rule, and the connection when there is one.",
    specification: "https://falco.org/docs/concepts/outputs/formatting/",
    rejects: &[BROKEN_JSON, NO_TIME],
    examples: &[
        Example {
            title: "a program in a pod",
            input: concat!(
                r#"{"hostname":"node-1","priority":"Critical","rule":"Detect crypto miners","#,
                r#""source":"syscall","time":"2026-03-01T10:00:00.123456789Z","output":"…","#,
                r#""output_fields":{"container.id":"0abc","container.image.repository":"web","#,
                r#""container.image.tag":"1","evt.time":1772359200123456789,"#,
                r#""k8s.ns.name":"shop","k8s.pod.name":"web-1","proc.cmdline":"upd -o pool.example:443","#,
                r#""proc.exepath":"/tmp/upd","proc.name":"upd","proc.pname":"<NA>","user.name":"root"}}"#
            ),
            events: &["process unknown: node-1 2026-03-01T10:00:00.123Z /tmp/upd \
                 \"upd -o pool.example:443\" user root container shop/web-1 image web:1 \
                 rule Detect crypto miners"],
        },
        Example {
            title: "a connection",
            input: concat!(
                r#"{"hostname":"node-1","priority":"Notice","rule":"Outbound connection","output":"…","#,
                r#""time":"2026-03-01T10:00:00Z","output_fields":{"fd.rip":"203.0.113.9","fd.rport":3333,"#,
                r#""fd.lip":"10.0.0.4","fd.lport":40000,"fd.l4proto":"tcp","proc.name":"upd","#,
                r#""proc.cmdline":"upd -k"}}"#
            ),
            events: &[
                "process unknown: node-1 2026-03-01T10:00:00Z upd \"upd -k\" rule Outbound connection",
                "flow unknown: node-1 10.0.0.4:40000>203.0.113.9:3333 protocol 6 accepted \
                 2026-03-01T10:00:00Z begin sent 0/0 opened by Source",
            ],
        },
    ],
};

impl RecordFormat for Falco {
    fn doc(&self) -> &'static Doc {
        &DOC
    }

    fn recognises(&self, head: &Head<'_>) -> bool {
        let is_text = |name| head.raw(name).is_some_and(|raw| raw.get().starts_with('"'));
        ["output", "priority", "rule"].into_iter().all(is_text)
            && (head.has("output_fields") || head.has("time"))
    }

    fn decode(&self, record: &[u8], number: u64, sink: &mut dyn Sink) -> Result<(), Fault> {
        host::decode(self, record, number, sink, events)
    }
}

fn events(fields: Fields<'_>, send: &mut dyn FnMut(&Event<'_>)) -> Result<(), Reason> {
    let Some(output) = fields.at("output_fields").map(Output) else {
        return Ok(());
    };
    let time = fields.time(&["time"]).or_else(|| output.time()).ok_or(NO_TIME)?;
    let pod = host::pod(output.text("k8s.ns.name"), output.text("k8s.pod.name"));
    let inside = output.text("container.id").filter(|id| *id != "host");
    let name = fields.text("hostname").or_else(|| output.text("k8s.node.name"));
    let name = name.or_else(|| output.text("evt.hostname")).or(pod.as_deref()).or(inside);
    let resource = host::machine(name);
    let program = output.text("proc.exepath").or_else(|| output.text("proc.name"));
    let command = output.text("proc.cmdline");
    if let Some(executable) = program.or(command) {
        let image = output.image();
        send(&Event::Process(ProcessStart {
            executable: executable.into(),
            command_line: command.unwrap_or(executable).into(),
            parent: output
                .text("proc.pcmdline")
                .or_else(|| output.text("proc.pname"))
                .map(Cow::from),
            user: output.text("user.name").map(Cow::from),
            container: pod.as_deref().or(inside).map(Cow::from),
            image: image.map(Cow::from),
            rule: fields.text("rule").map(Cow::from),
            ..host::process(resource, time)
        }));
    }
    let is_tcp = output.text("fd.l4proto").is_none_or(|name| name == "tcp");
    if let Some(remote) = output.endpoint("fd.rip", "fd.rport").filter(|_| is_tcp) {
        let local = output.endpoint("fd.lip", "fd.lport");
        send(&host::connection(resource, time, local, remote, output.text("fd.rip.name")));
    }
    Ok(())
}

/// The members of `output_fields`: their names hold dots, and are no paths.
#[derive(Clone, Copy)]
struct Output<'a>(Fields<'a>);

impl<'a> Output<'a> {
    fn value(self, name: &str) -> Option<&'a Value> {
        self.0.0.as_object()?.get(name)
    }

    fn text(self, name: &str) -> Option<&'a str> {
        fields::known(self.value(name)?.as_str()?)
    }

    fn time(self) -> Option<Time> {
        let value = self.value("evt.time").or_else(|| self.value("evt.time.iso8601"))?;
        host::nanoseconds(Fields(value)).or_else(|| Time::parse(value.as_str()?))
    }

    fn image(self) -> Option<String> {
        let repository = self.text("container.image.repository");
        match (repository, self.text("container.image.tag")) {
            (Some(repository), Some(tag)) => Some(format!("{repository}:{tag}")),
            (repository, _) => {
                repository.or_else(|| self.text("container.image")).map(String::from)
            }
        }
    }

    fn endpoint(self, address: &str, port: &str) -> Option<Endpoint> {
        let address = net::parse_address(self.text(address)?)?;
        let port = self.value(port)?;
        let port = port.as_u64().or_else(|| port.as_str()?.parse().ok())?;
        let port = u16::try_from(port).ok().filter(|port| *port > 0)?;
        (!address.is_unspecified()).then(|| Endpoint::new(address, port))
    }
}
