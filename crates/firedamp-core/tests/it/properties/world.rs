//! Made-up telemetry: few accounts, machines and addresses, so that they meet often.

use proptest::prelude::*;

/// 2026-03-01T10:00:00Z.
pub(super) const START: i64 = 1_772_359_200;

/// The operator's list: names, an endpoint, an address and a shared one.
pub(super) const LIST: &str = "indicator,tier,freshness,flags\n\
    pool.example,A,fresh,\npages.example,B,maintained,web\n\
    203.0.113.10:3333,B,fresh,\n203.0.113.11,B,maintained,\n203.0.113.12,A,stale,\n\
    203.0.113.14,B,fresh,shared\n2001:db8::9,A,fresh,\n";

const HEADER: &str = "version account-id interface-id instance-id srcaddr dstaddr srcport dstport \
    pkt-srcaddr pkt-dstaddr protocol packets bytes start end action tcp-flags log-status";

/// Records by how they are written; each list is cut into objects.
#[derive(Clone, Debug, Default)]
pub(super) struct World {
    /// Lines in the default order.
    plain: Vec<Vec<String>>,
    /// Lines in the order of [`HEADER`].
    rich: Vec<Vec<String>>,
    /// Questions.
    dns: Vec<Vec<String>>,
}

impl World {
    /// The objects as they would be delivered.
    pub(super) fn objects(&self) -> Vec<String> {
        let text = |lines: &Vec<String>| lines.concat();
        let rich = self.rich.iter().map(|lines| format!("{HEADER}\n{}", lines.concat()));
        self.plain.iter().map(text).chain(rich).chain(self.dns.iter().map(text)).collect()
    }

    /// The same records in other objects.
    pub(super) fn split(&self, splits: &[usize]) -> Self {
        let again = |objects: &[Vec<String>]| {
            let mut split = vec![Vec::new(); 5];
            let lines = objects.iter().flatten();
            for (line, at) in lines.zip(splits.iter().cycle()) {
                split[*at].push(line.clone());
            }
            split
        };
        Self { plain: again(&self.plain), rich: again(&self.rich), dns: again(&self.dns) }
    }

    /// More of everything than is kept.
    pub(super) fn beyond_bounds() -> Self {
        let line = |at: i64, remote: &str, port: i64| {
            let begin = START + at * 60;
            format!(
                "2 111122223333 eni-0a 10.0.0.4 {remote} 40000 {port} 6 8 {} {begin} {} ACCEPT OK\n",
                900 + at % 7,
                begin + 60
            )
        };
        let records = (0..1700).map(|at| line(at, "203.0.113.11", 3333));
        let ports = (0..150).map(|at| line(at, "203.0.113.11", 1000 + at));
        let answered =
            (0..300).map(|at| line(at, &format!("198.51.{}.{}", 100 + at / 200, at % 200), 443));
        let question = |at: i64| {
            let answer = format!("198.51.{}.{}", 100 + at / 200, at % 200);
            question(
                ("i-0a", "10.0.0.4"),
                START + at,
                "eu.pool.example.",
                "NOERROR",
                &[&answer],
                None,
            )
        };
        Self {
            plain: vec![records.collect(), ports.collect(), answered.collect()],
            rich: Vec::new(),
            dns: vec![(0..300).map(question).collect()],
        }
    }
}

pub(super) fn any() -> impl Strategy<Value = World> {
    let objects = |talk: BoxedStrategy<Vec<String>>| {
        let lines = prop::collection::vec(talk, 0..6).prop_map(|talks| talks.concat());
        prop::collection::vec(lines, 0..4)
    };
    (objects(talk(false).boxed()), objects(talk(true).boxed()), objects(questions().boxed()))
        .prop_map(|(plain, rich, dns)| World { plain, rich, dns })
}

fn one_of(choices: &'static [&'static str]) -> impl Strategy<Value = &'static str> + Clone {
    prop::sample::select(choices)
}

const ACCOUNTS: &[&str] = &["111122223333", "000011112222", "-"];
const LOCALS: &[&str] = &["10.0.0.4", "10.0.0.5", "10.0.0.220", "2001:db8::4"];
const REMOTES: &[&str] = &[
    "203.0.113.9",
    "203.0.113.10",
    "203.0.113.11",
    "203.0.113.12",
    "203.0.113.14",
    "198.51.100.7",
    "10.0.0.220",
    "2001:db8::9",
    "::ffff:203.0.113.9",
];
const REMOTE_PORTS: &[&str] = &["3333", "443", "8333", "51000", "22"];
const LOCAL_PORTS: &[&str] = &["40000", "40001", "40002", "443"];

/// A run of records of one connection, in either direction or both.
fn talk(rich: bool) -> impl Strategy<Value = Vec<String>> {
    // Without a header, an account must be there for the lines to be known for what they are.
    let accounts = if rich { ACCOUNTS } else { &ACCOUNTS[..2] };
    let ends = (
        one_of(accounts),
        one_of(&["eni-0a", "eni-0b", "eni-0nat"]),
        one_of(LOCALS),
        one_of(REMOTES),
        one_of(LOCAL_PORTS),
        one_of(REMOTE_PORTS),
    );
    let counters = (0_u32..20, prop_oneof![0_u32..4000, Just(400_000)]);
    let shape = (
        0_i64..60,
        prop_oneof![1_i64..3, 8_i64..40],
        prop_oneof![Just(60_i64), Just(300)],
        prop_oneof![Just("both"), Just("out"), Just("back")],
    );
    let flags = (
        one_of(&["6", "6", "6", "17"]),
        one_of(&["ACCEPT", "ACCEPT", "REJECT"]),
        one_of(&["0", "2", "18"]),
        one_of(&["-", "10.0.1.5", "203.0.113.9"]),
        one_of(&["-", "i-0a"]),
    );
    (ends, counters, shape, flags).prop_map(move |(ends, counters, shape, flags)| {
        let (account, interface, local, remote, local_port, remote_port) = ends;
        let (packets, bytes) = counters;
        let (first, minutes, every, directions) = shape;
        let (protocol, action, tcp_flags, inner, instance) = flags;
        let line = |begin: i64, from: (&str, &str), to: (&str, &str)| {
            let (source, source_port) = from;
            let (destination, destination_port) = to;
            let end = begin + every;
            if rich {
                format!(
                    "5 {account} {interface} {instance} {source} {destination} {source_port} \
                    {destination_port} {inner} - {protocol} {packets} {bytes} {begin} {end} \
                    {action} {tcp_flags} OK\n"
                )
            } else {
                format!(
                    "2 {account} {interface} {source} {destination} {source_port} \
                    {destination_port} {protocol} {packets} {bytes} {begin} {end} {action} OK\n"
                )
            }
        };
        let mut lines = Vec::new();
        for step in 0..minutes {
            let begin = START + first * 60 + step * every;
            if directions != "back" {
                lines.push(line(begin, (local, local_port), (remote, remote_port)));
            }
            if directions != "out" {
                lines.push(line(begin, (remote, remote_port), (local, local_port)));
            }
        }
        lines
    })
}

fn questions() -> impl Strategy<Value = Vec<String>> {
    let client =
        prop::sample::select(&[("i-0a", "10.0.0.4"), ("i-0b", "10.0.0.5"), ("", "10.0.0.53")][..]);
    let name = one_of(&[
        "eu.pool.example.",
        "EU.Pool.Example",
        "pool.example.",
        "pages.example.",
        "notpool.example.",
        "own.test.",
    ]);
    let answers = prop::collection::vec(
        one_of(&[
            "203.0.113.9",
            "198.51.100.7",
            "203.0.113.14",
            "10.0.0.220",
            "0.0.0.0",
            "2001:db8::9",
        ]),
        0..3,
    );
    let rcode = one_of(&["NOERROR", "NOERROR", "NXDOMAIN"]);
    let alias = prop::option::of(one_of(&["us.pool.example.", "cdn.test."]));
    (client, name, answers, rcode, alias, 0_i64..7200).prop_map(
        |(client, name, answers, rcode, alias, at)| {
            vec![question(client, START + at, name, rcode, &answers, alias)]
        },
    )
}

fn question(
    (instance, address): (&str, &str),
    seconds: i64,
    name: &str,
    rcode: &str,
    answers: &[&str],
    alias: Option<&str>,
) -> String {
    let time = firedamp_core::time::Time::from_seconds(seconds);
    let alias = alias.map(|alias| serde_json::json!({"Rdata": alias, "Type": "CNAME"}));
    let answers = answers.iter().map(|answer| serde_json::json!({"Rdata": answer, "Type": "A"}));
    let record = serde_json::json!({
        "account_id": "111122223333",
        "query_timestamp": time.to_string(),
        "query_name": name,
        "rcode": rcode,
        "srcaddr": address,
        "srcids": {"instance": instance},
        "answers": alias.into_iter().chain(answers).collect::<Vec<_>>(),
    });
    format!("{record}\n")
}
