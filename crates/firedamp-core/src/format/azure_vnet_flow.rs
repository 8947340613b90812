//! Azure virtual network flow logs (version 4): JSON, one record a minute and network card.
//!
//! A tuple has thirteen fields like the older logs' but they mean other things: milliseconds,
//! protocol numbers, denial as a state, and an encryption field in between. Counters are what was
//! sent since the tuple before. The blob grows for an hour and may be read before its end is there.

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
pub struct AzureVnetFlow;

static DOC: Doc = Doc {
    id: "azure_vnet_flow",
    title: "Azure virtual network flow logs",
    reads: "PT1H.json blobs, whole or still growing, and records one by one.",
    specification: "https://learn.microsoft.com/azure/network-watcher/vnet-flow-logs-overview",
    rejects: TUPLE_REJECTS,
    examples: &[Example {
        title: "a connection goes on",
        input: concat!(
            r#"{"records":[{"time":"2026-03-01T10:01:00Z","flowLogVersion":4,"#,
            r#""macAddress":"00224871C205","category":"FlowLogFlowEvent","#,
            r#""flowLogResourceID":"/SUBSCRIPTIONS/00000000-0000-0000-0000-00000000000A/X","#,
            r#""targetResourceID":"/subscriptions/00000000-0000-0000-0000-00000000000a/"#,
            r#"resourceGroups/g/providers/Microsoft.Network/virtualNetworks/v","#,
            r#""flowRecords":{"flows":[{"aclID":"a","flowGroups":[{"rule":"r","flowTuples":["#,
            r#""1772359262447,10.0.0.4,203.0.113.9,49152,3333,6,O,C,NX,8,1057,5,760"]}]}]}}]}"#
        ),
        events: &["flow azure:00000000-0000-0000-0000-00000000000a 00224871C205,10.0.0.4,\
             /subscriptions/00000000-0000-0000-0000-00000000000a/resourceGroups/g/providers/\
             Microsoft.Network/virtualNetworks/v 10.0.0.4:49152>203.0.113.9:3333 protocol 6 \
             accepted 2026-03-01T10:01:02.447Z continue sent 8/1057 returned 5/760 opened by Source"],
    }],
};

#[derive(Deserialize)]
struct Record<'a> {
    #[serde(borrow)]
    category: Option<Text<'a>>,
    #[serde(borrow, default, rename = "macAddress")]
    mac: Text<'a>,
    #[serde(borrow, default, rename = "flowLogResourceID")]
    log: Text<'a>,
    #[serde(borrow, default, rename = "targetResourceID")]
    target: Text<'a>,
    #[serde(borrow, default, rename = "flowRecords")]
    records: Records<'a>,
}

#[derive(Default, Deserialize)]
struct Records<'a> {
    #[serde(borrow, default)]
    flows: Vec<Flows<'a>>,
}

#[derive(Deserialize)]
struct Flows<'a> {
    #[serde(borrow, default, rename = "flowGroups")]
    groups: Vec<Group<'a>>,
}

#[derive(Deserialize)]
struct Group<'a> {
    #[serde(borrow, default, rename = "flowTuples")]
    tuples: Tuples<'a>,
}

impl RecordFormat for AzureVnetFlow {
    fn doc(&self) -> &'static Doc {
        &DOC
    }

    fn recognises(&self, head: &Head<'_>) -> bool {
        head.is("category", "FlowLogFlowEvent") || head.has_all(&["flowRecords", "flowLogVersion"])
    }

    fn decode(&self, record: &[u8], number: u64, sink: &mut dyn Sink) -> Result<(), Fault> {
        // Checked once, not text by text.
        let text = std::str::from_utf8(record).map_err(|_| Fault::Rejected(BROKEN_JSON))?;
        let record: Record<'_> =
            serde_json::from_str(text).map_err(|_| Fault::Rejected(BROKEN_JSON))?;
        let other = |category: &Text<'_>| !category.eq_ignore_ascii_case("FlowLogFlowEvent");
        if record.category.as_ref().is_some_and(other)
            || record.records.flows.is_empty() && record.category.is_none()
        {
            return Err(Fault::Foreign);
        }
        let account = match account_of(&record.target) {
            unknown if unknown.id.is_empty() => account_of(&record.log),
            known => known,
        };
        let gate = sink.gate();
        let interface = record.interface();
        let mut reader = TupleReader::new(account, interface, Generation::Network, number, &gate);
        reader.network = record.network();
        for tuple in record.tuples() {
            reader.take(tuple, sink);
        }
        reader.finish(sink);
        Ok(())
    }
}

impl Record<'_> {
    fn tuples(&self) -> impl Iterator<Item = &str> {
        let groups = self.records.flows.iter().flat_map(|flows| &flows.groups);
        groups.flat_map(|group| &group.tuples.0).map(|tuple| &**tuple)
    }

    /// The network card: its id where the log is of one card, else its MAC address.
    fn interface(&self) -> Option<&str> {
        let card = contains(&self.target, "/networkinterfaces/").then_some(&*self.target);
        card.or_else(|| self.mac.known())
    }

    /// The id of the virtual network, where the log is of one or of a subnet in it.
    fn network(&self) -> Option<&str> {
        let at = self.target.to_ascii_lowercase().find("/virtualnetworks/")?;
        let name = at + "/virtualnetworks/".len();
        let rest = self.target.get(name..)?;
        let end = rest.find('/').map_or(self.target.len(), |end| name + end);
        self.target.get(..end)
    }
}

fn contains(text: &str, lower: &str) -> bool {
    text.to_ascii_lowercase().contains(lower)
}
