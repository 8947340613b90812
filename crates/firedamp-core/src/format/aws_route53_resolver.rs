//! Amazon Route 53 Resolver query logs: JSON, one object a question.
//!
//! The resolver logs a question once per time to live: counts are a lower bound. Behind a resolver
//! endpoint the asking machine is not known.

use std::net::IpAddr;

use serde::Deserialize;

use super::{BROKEN_JSON, Doc, Example, Fault, NO_TIME, RecordFormat};
use crate::{
    event::{DnsOutcome, DnsQuery, Event, Resource},
    id::{AccountRef, Provider},
    json::{Head, Text},
    net,
    sink::Sink,
    time::Time,
};

/// The format.
pub struct AwsRoute53Resolver;

static DOC: Doc = Doc {
    id: "aws_route53_resolver",
    title: "Route 53 Resolver query logs",
    reads: "JSON lines from S3, CloudWatch Logs or Firehose; answers as list or object.",
    specification: "https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resolver-query-logs-format.html",
    rejects: &[BROKEN_JSON, NO_TIME],
    examples: &[Example {
        title: "a name, its alias and its address",
        input: concat!(
            r#"{"version":"1.100000","account_id":"111122223333","region":"us-east-1","#,
            r#""vpc_id":"vpc-0abc","query_timestamp":"2026-03-01T10:00:00Z","#,
            r#""query_name":"pool.example.","query_type":"A","query_class":"IN","#,
            r#""rcode":"NOERROR","answers":[{"Rdata":"eu.pool.example.","Type":"CNAME","#,
            r#""Class":"IN"},{"Rdata":"203.0.113.9","Type":"A","Class":"IN"}],"#,
            r#""srcaddr":"10.0.0.4","srcport":"48701","transport":"UDP","#,
            r#""srcids":{"instance":"i-0abc"}}"#
        ),
        events: &["dns aws:111122223333 i-0abc,10.0.0.4,vpc-0abc 2026-03-01T10:00:00Z \
             pool.example. answered 203.0.113.9 eu.pool.example."],
    }],
};

#[derive(Deserialize)]
struct Record<'a> {
    #[serde(borrow)]
    query_name: Option<Text<'a>>,
    #[serde(borrow)]
    query_timestamp: Option<Text<'a>>,
    #[serde(borrow, default)]
    account_id: Text<'a>,
    #[serde(borrow, default)]
    vpc_id: Text<'a>,
    #[serde(borrow, default)]
    rcode: Text<'a>,
    #[serde(borrow, default)]
    srcaddr: Text<'a>,
    #[serde(borrow, default)]
    srcids: Sources<'a>,
    #[serde(borrow, default)]
    answers: Answers<'a>,
    #[serde(borrow, default)]
    firewall_rule_action: Text<'a>,
}

#[derive(Default, Deserialize)]
struct Sources<'a> {
    #[serde(borrow, default)]
    instance: Text<'a>,
}

/// A list, or in derived data one object.
#[derive(Deserialize)]
#[serde(untagged)]
enum Answers<'a> {
    #[serde(borrow)]
    Many(Vec<Answer<'a>>),
    #[serde(borrow)]
    One(Answer<'a>),
}

impl Default for Answers<'_> {
    fn default() -> Self {
        Self::Many(Vec::new())
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Answer<'a> {
    #[serde(borrow, default)]
    rdata: Text<'a>,
    #[serde(borrow, default)]
    r#type: Text<'a>,
}

impl RecordFormat for AwsRoute53Resolver {
    fn doc(&self) -> &'static Doc {
        &DOC
    }

    fn recognises(&self, head: &Head<'_>) -> bool {
        head.has_all(&["query_name", "query_timestamp", "rcode"])
    }

    fn decode(&self, record: &[u8], number: u64, sink: &mut dyn Sink) -> Result<(), Fault> {
        let record: Record<'_> =
            serde_json::from_slice(record).map_err(|_| Fault::Rejected(BROKEN_JSON))?;
        let (Some(name), Some(time)) = (&record.query_name, &record.query_timestamp) else {
            return Err(Fault::Foreign);
        };
        let answers = match &record.answers {
            Answers::Many(answers) => answers.as_slice(),
            Answers::One(answer) => std::slice::from_ref(answer),
        };
        let addresses: Vec<IpAddr> =
            answers.iter().filter_map(|answer| net::parse_address(&answer.rdata)).collect();
        let aliases: Vec<&str> = answers
            .iter()
            .filter(|answer| answer.r#type.eq_ignore_ascii_case("CNAME"))
            .map(|answer| &*answer.rdata)
            .collect();
        let query = DnsQuery {
            account: AccountRef::new(Provider::Aws, record.account_id.known().unwrap_or_default()),
            client: record.client(),
            time: Time::parse(time).ok_or(Fault::Rejected(NO_TIME))?,
            name,
            outcome: record.outcome(),
            addresses: &addresses,
            aliases: &aliases,
        };
        sink.event(number, &Event::Dns(query));
        Ok(())
    }
}

impl Record<'_> {
    fn client(&self) -> Resource<'_> {
        Resource {
            instance: self.srcids.instance.known(),
            interface: None,
            address: net::parse_address(&self.srcaddr),
            network: self.vpc_id.known(),
        }
    }

    fn outcome(&self) -> DnsOutcome {
        if self.firewall_rule_action.eq_ignore_ascii_case("BLOCK") {
            DnsOutcome::Blocked
        } else if self.rcode.eq_ignore_ascii_case("NOERROR") {
            DnsOutcome::Answered
        } else {
            DnsOutcome::Failed
        }
    }
}
