//! What sensors on machines write: started programs, in the form of one of five products. An account
//! has one product; which of its hosts have it was drawn with them. No sensor knows its cloud's
//! account: whoever collects the files does, by the folder.
//!
//! Falco writes what its rules say and nothing else: of programs, those that name a pool's protocol.

use std::fmt::Write as _;

use firedamp_core::{id::Provider, time::Time};
use serde_json::json;

use crate::simulate::{
    estate::{Estate, Host},
    program::Start,
};

#[derive(Clone, Copy)]
enum Product {
    Auditd,
    Falco,
    Osquery,
    Sysmon,
    Tetragon,
}

const PRODUCTS: [Product; 5] =
    [Product::Auditd, Product::Falco, Product::Osquery, Product::Sysmon, Product::Tetragon];
/// What Falco's rule for miners looks for in a command line.
const FALCO_LOOKS_FOR: [&str; 3] = ["stratum+tcp", "stratum2+tcp", "stratum+ssl"];
/// Where sensors send what they saw, on their own machine's behalf: a connection of which they tell.
const COLLECTOR: (&str, u16) = ("198.18.0.8", 443);

/// The file of the account's sensors, by its name; nothing where no host has one.
pub(super) fn starts(estate: &Estate) -> (&'static str, Vec<u8>) {
    let product = estate.dice("sensors", 0).pick(&PRODUCTS).copied().unwrap_or(Product::Auditd);
    let mut starts: Vec<&Start> = estate.starts.iter().collect();
    starts.sort_by(|one, other| one.second.total_cmp(&other.second));
    let mut text = String::new();
    for (serial, start) in starts.into_iter().enumerate() {
        let host = estate.hosts.get(start.host).filter(|host| host.sensor);
        let is_seen = start.second >= 0.0 && start.second < estate.window.seconds();
        let Some(host) = host.filter(|_| is_seen) else { continue };
        let seen = Seen { estate, host, start, serial };
        match product {
            Product::Auditd => seen.auditd(&mut text),
            Product::Falco => seen.falco(&mut text),
            Product::Osquery => seen.osquery(&mut text),
            Product::Sysmon => seen.sysmon(&mut text),
            Product::Tetragon => seen.tetragon(&mut text),
        }
    }
    let name = match product {
        Product::Auditd => "audit.log",
        Product::Falco => "falco.jsonl",
        Product::Osquery => "osquery.jsonl",
        Product::Sysmon => "sysmon.xml",
        Product::Tetragon => "tetragon.jsonl",
    };
    (name, text.into_bytes())
}

/// One start as a sensor sees it.
struct Seen<'a> {
    estate: &'a Estate,
    host: &'a Host,
    start: &'a Start,
    serial: usize,
}

impl Seen<'_> {
    /// What the machine calls itself: on EC2 its address, elsewhere its name.
    fn machine(&self) -> String {
        match self.estate.provider {
            Provider::Aws => format!("ip-{}", self.host.address.to_string().replace('.', "-")),
            _ => self.host.name.clone(),
        }
    }

    fn time(&self) -> Time {
        Time::from_millis(self.estate.window.start * 1000 + (self.start.second * 1000.0) as i64)
    }

    fn arguments(&self) -> &str {
        self.start.command.split_once(' ').map_or("", |(_, arguments)| arguments)
    }

    /// The lines of one `execve`: arguments that hold more than letters stand in hexadecimal.
    fn auditd(&self, text: &mut String) {
        let millis = self.time().seconds();
        let part = ((self.start.second * 1000.0) as i64).rem_euclid(1000);
        let head = format!("msg=audit({millis}.{part:03}:{}):", self.serial + 100);
        let (machine, path) = (self.machine(), &self.start.path);
        let name = path.rsplit('/').next().unwrap_or(path);
        let words: Vec<&str> = self.start.command.split_whitespace().collect();
        let mut arguments = String::new();
        for (number, word) in words.iter().enumerate() {
            // A String takes whatever is written to it.
            let _written = write!(arguments, " a{number}={}", quoted(word));
        }
        let _written = writeln!(
            text,
            "node={machine} type=SYSCALL {head} arch=c000003e syscall=59 success=yes exit=0 \
             ppid=700 pid={} auid=4294967295 uid=0 comm={} exe={} key=(null)\n\
             node={machine} type=EXECVE {head} argc={}{arguments}",
            1000 + self.serial,
            quoted(name),
            quoted(path),
            words.len()
        );
    }

    fn falco(&self, text: &mut String) {
        let command = &self.start.command;
        if !FALCO_LOOKS_FOR.iter().any(|scheme| command.contains(scheme)) {
            return;
        }
        let line = json!({
            "hostname": self.machine(),
            "priority": "Critical",
            "rule": "Detect crypto miners using the Stratum protocol",
            "source": "syscall",
            "time": self.time().to_string(),
            "output": "Possible miner running",
            "output_fields": {
                "container.id": "host",
                "proc.cmdline": command,
                "proc.exepath": self.start.path,
                "proc.pcmdline": self.start.parent,
                "user.name": self.start.user,
            },
        });
        push(text, &line);
    }

    fn osquery(&self, text: &mut String) {
        let seconds = self.time().seconds().to_string();
        let row = |name: &str, columns: serde_json::Value| {
            json!({
                "name": name,
                "hostIdentifier": self.machine(),
                "action": "added",
                "unixTime": seconds,
                "columns": columns,
            })
        };
        let columns = json!({
            "path": self.start.path, "cmdline": self.start.command, "pid": "7", "uid": "0",
            "time": seconds,
        });
        push(text, &row("process_events", columns));
        let (remote, port) = COLLECTOR;
        let columns = json!({
            "pid": "9", "remote_address": remote, "remote_port": port.to_string(),
            "protocol": "6", "local_address": self.host.address.to_string(),
            "local_port": "50000", "time": seconds,
        });
        push(text, &row("socket_events", columns));
    }

    fn sysmon(&self, text: &mut String) {
        let machine = self.machine();
        let time = self.time().to_string().replace('T', " ").replace('Z', "");
        let own = self.host.address;
        let [path, command, parent] =
            [&self.start.path, &self.start.command, &self.start.parent].map(|it| escaped(it));
        let (remote, port) = COLLECTOR;
        let head = |id: u32| {
            format!(
                "<Event><System><Provider Name=\"Linux-Sysmon\"/><EventID>{id}</EventID>\
                 <Computer>{machine}</Computer></System><EventData>\
                 <Data Name=\"UtcTime\">{time}</Data>"
            )
        };
        // A String takes whatever is written to it.
        let _written = writeln!(
            text,
            "{}<Data Name=\"Image\">{path}</Data><Data Name=\"CommandLine\">{command}</Data>\
             <Data Name=\"ParentCommandLine\">{parent}</Data><Data Name=\"User\">{}</Data>\
             </EventData></Event>\n\
             {}<Data Name=\"Image\">/opt/sysmon/sysmon</Data><Data Name=\"Protocol\">tcp</Data>\
             <Data Name=\"Initiated\">true</Data><Data Name=\"SourceIp\">{own}</Data>\
             <Data Name=\"SourcePort\">50000</Data><Data Name=\"DestinationIp\">{remote}</Data>\
             <Data Name=\"DestinationPort\">{port}</Data></EventData></Event>",
            head(1),
            self.start.user,
            head(3),
        );
    }

    fn tetragon(&self, text: &mut String) {
        let (machine, time) = (self.machine(), self.time().to_string());
        let parent = self.start.parent.split_once(' ').unwrap_or((&self.start.parent, ""));
        let process = json!({
            "process": {
                "binary": self.start.path, "arguments": self.arguments(), "uid": 0,
                "start_time": time, "auid": 4_294_967_295_u32,
            },
            "parent": {"binary": parent.0, "arguments": parent.1},
        });
        push(text, &json!({"process_exec": process, "node_name": machine, "time": time}));
        let (remote, port) = COLLECTOR;
        let call = json!({
            "process": {"binary": "/usr/bin/tetragon"},
            "function_name": "tcp_connect",
            "args": [{"sock_arg": {
                "family": "AF_INET", "protocol": "IPPROTO_TCP",
                "saddr": self.host.address.to_string(), "daddr": remote,
                "sport": 50_000, "dport": port,
            }}],
        });
        push(text, &json!({"process_kprobe": call, "node_name": machine, "time": time}));
    }
}

fn push(text: &mut String, line: &serde_json::Value) {
    text.push_str(&line.to_string());
    text.push('\n');
}

/// As the kernel writes texts: in quotes, or in hexadecimal.
fn quoted(word: &str) -> String {
    let is_plain = |byte: u8| byte.is_ascii_graphic() && byte != b'"';
    if word.bytes().all(is_plain) {
        return format!("\"{word}\"");
    }
    word.bytes().fold(String::new(), |mut text, byte| {
        // A String takes whatever is written to it.
        let _written = write!(text, "{byte:02X}");
        text
    })
}

/// A text as XML holds it.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
