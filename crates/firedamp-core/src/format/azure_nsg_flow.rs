//! Azure network security group flow logs, versions 1 and 2: JSON, one record a minute and card.
//!
//! Version 1 has neither state nor counters. In version 2 the counters of a connection that begins,
//! and of a denied one, are blank; later ones are what was sent since the tuple before. The logs end
//! in 2027 in favor of virtual network flow logs.

use serde::Deserialize;

use super::{
    BROKEN_JSON, Doc, Example, Fault, RecordFormat,
    azure::{Generation, TUPLE_REJECTS, TupleReader, Tuples, account_of},
};
use crate::{
    json::{Head, Text},
    sink::Sink,
};

/// The format.
pub struct AzureNsgFlow;

const CATEGORY: &str = "NetworkSecurityGroupFlowEvent";

static DOC: Doc = Doc {
    id: "azure_nsg_flow",
    title: "Azure network security group flow logs",
    reads: "PT1H.json blobs of versions 1 and 2, whole or still growing, and records one by one.",
    specification: "https://learn.microsoft.com/azure/network-watcher/nsg-flow-logs-overview",
    rejects: TUPLE_REJECTS,
    examples: &[Example {
        title: "a connection begins",
        input: concat!(
            r#"{"records":[{"time":"2026-03-01T10:01:00Z","macAddress":"00224871C205","#,
            r#""category":"NetworkSecurityGroupFlowEvent","#,
            r#""resourceId":"/SUBSCRIPTIONS/00000000-0000-0000-0000-00000000000A/X","#,
            r#""properties":{"Version":2,"flows":[{"rule":"r","flows":[{"mac":"00224871C205","#,
            r#""flowTuples":["1772359262,10.0.0.4,203.0.113.9,49152,3333,T,O,A,B,,,,"]}]}]}}]}"#
        ),
        events: &["flow azure:00000000-0000-0000-0000-00000000000A 00224871C205,10.0.0.4 \
             10.0.0.4:49152>203.0.113.9:3333 protocol 6 accepted 2026-03-01T10:01:02Z begin \
             sent 0/0 opened by Source"],
    }],
};

#[derive(Deserialize)]
struct Record<'a> {
    #[serde(borrow)]
    category: Option<Text<'a>>,
    #[serde(borrow, default, rename = "resourceId")]
    resource: Text<'a>,
    #[serde(borrow, default)]
    properties: Properties<'a>,
}

#[derive(Default, Deserialize)]
struct Properties<'a> {
    #[serde(borrow, default, rename = "Version", alias = "version")]
    version: Text<'a>,
    #[serde(borrow, default)]
    flows: Vec<Rule<'a>>,
}

#[derive(Deserialize)]
struct Rule<'a> {
    #[serde(borrow, default)]
    flows: Vec<Card<'a>>,
}

#[derive(Deserialize)]
struct Card<'a> {
    #[serde(borrow, default)]
    mac: Text<'a>,
    #[serde(borrow, default, rename = "flowTuples")]
    tuples: Tuples<'a>,
}

impl RecordFormat for AzureNsgFlow {
    fn doc(&self) -> &'static Doc {
        &DOC
    }

    fn recognises(&self, head: &Head<'_>) -> bool {
        head.is("category", CATEGORY)
    }

    fn decode(&self, record: &[u8], number: u64, sink: &mut dyn Sink) -> Result<(), Fault> {
        // Checked once, not text by text.
        let text = std::str::from_utf8(record).map_err(|_| Fault::Rejected(BROKEN_JSON))?;
        let record: Record<'_> =
            serde_json::from_str(text).map_err(|_| Fault::Rejected(BROKEN_JSON))?;
        if !record.category.as_ref().is_some_and(|category| category.eq_ignore_ascii_case(CATEGORY))
        {
            return Err(Fault::Foreign);
        }
        let generation = match &*record.properties.version {
            "1" => Generation::Group1,
            _ => Generation::Group2,
        };
        let gate = sink.gate();
        let account = account_of(&record.resource);
        for card in record.properties.flows.iter().flat_map(|rule| &rule.flows) {
            let mut reader = TupleReader::new(account, card.mac.known(), generation, number, &gate);
            card.tuples.0.iter().for_each(|tuple| reader.take(tuple, sink));
            reader.finish(sink);
        }
        Ok(())
    }
}
