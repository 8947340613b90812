//! Google Cloud's billing export: JSON lines out of `BigQuery`, a line a project, SKU and hour.
//!
//! Both tables are read; the detailed one names resources. Integers may be texts, nothing may be
//! `null`, and projects are `null` for what the billing account pays for as a whole. Late lines come
//! for days. Credits are lists of their own, which are added up without being kept.

use std::{borrow::Cow, fmt};

use serde::{
    Deserialize, Deserializer,
    de::{SeqAccess, Visitor},
};
use serde_json::value::RawValue;

use super::{
    BROKEN_JSON, Doc, Example, Fault, NO_TIME, RecordFormat,
    bill::NO_AMOUNT,
    gcp_bill::{Credits, Line, SIZE_LABEL},
};
use crate::{
    event::Event,
    json::{Head, Text, fields},
    sink::Sink,
};

/// The format.
pub struct GcpBilling;

static DOC: Doc = Doc {
    id: "gcp_billing",
    title: "Google Cloud billing export (JSON)",
    reads: "Lines of the standard and the detailed usage cost table, as BigQuery exports them. The \
            cost without what credits of any type give back.",
    specification: "https://cloud.google.com/billing/docs/how-to/export-data-bigquery-tables",
    rejects: &[BROKEN_JSON, NO_TIME, NO_AMOUNT],
    examples: &[Example {
        title: "processors by the second, memory by the gibibyte, a GPU that is committed to, one \
                that a promotion pays half of",
        input: concat!(
            r#"{"billing_account_id":"000000-000000-00000A","service":{"id":"6F81-5844-456A","#,
            r#""description":"Compute Engine"},"sku":{"id":"0000-0000-0001","#,
            r#""description":"N1 Predefined Instance Core running in Zurich"},"#,
            r#""usage_start_time":"2026-03-01 10:00:00 UTC","#,
            r#""usage_end_time":"2026-03-01 11:00:00 UTC","#,
            r#""project":{"id":"a-project","number":"123456789012"},"#,
            r#""system_labels":[{"key":"compute.googleapis.com/machine_spec","#,
            r#""value":"n1-standard-96"}],"location":{"location":"europe-west6","#,
            r#""country":"CH","region":"europe-west6","zone":"europe-west6-a"},"#,
            r#""resource":{"name":"vm-1","global_name":null},"cost":4.25,"currency":"CHF","#,
            r#""usage":{"amount":"345600","unit":"seconds","amount_in_pricing_units":96.0,"#,
            r#""pricing_unit":"hour"},"credits":[],"invoice":{"month":"202603"},"#,
            r#""cost_type":"regular"}"#,
            "\n",
            r#"{"billing_account_id":"000000-000000-00000A","service":{"description":"#,
            r#""Compute Engine"},"sku":{"description":"N1 Predefined Instance Ram running"},"#,
            r#""usage_start_time":"2026-03-01T10:00:00Z","#,
            r#""usage_end_time":"2026-03-01T11:00:00Z","project":{"id":"a-project"},"#,
            r#""location":{"location":"us-east1","region":"us-east1"},"cost":1.5,"#,
            r#""currency":"USD","usage":{"amount":1391569403904000,"unit":"byte-seconds","#,
            r#""amount_in_pricing_units":"360","pricing_unit":"gibibyte hour"},"#,
            r#""credits":null,"cost_type":"regular"}"#,
            "\n",
            r#"{"billing_account_id":"000000-000000-00000A","service":{"description":"#,
            r#""Compute Engine"},"sku":{"description":"Nvidia Tesla T4 GPU running in Iowa"},"#,
            r#""usage_start_time":"2026-03-01T10:00:00Z","#,
            r#""usage_end_time":"2026-03-01T11:00:00Z","project":{"id":"a-project"},"#,
            r#""location":{"location":"us-central1","region":"us-central1"},"cost":0.35,"#,
            r#""currency":"USD","usage":{"amount":3600,"unit":"seconds"},"credits":[{"#,
            r#""name":"a plan","amount":-0.35,"type":"COMMITTED_USAGE_DISCOUNT"}],"#,
            r#""cost_type":"regular"}"#,
            "\n",
            r#"{"billing_account_id":"000000-000000-00000A","service":{"description":"#,
            r#""Compute Engine"},"sku":{"description":"Nvidia Tesla T4 GPU running in Iowa"},"#,
            r#""usage_start_time":"2026-03-01T11:00:00Z","#,
            r#""usage_end_time":"2026-03-01T12:00:00Z","project":{"id":"a-project"},"#,
            r#""location":{"location":"us-central1","region":"us-central1"},"cost":0.35,"#,
            r#""currency":"USD","usage":{"amount":3600,"unit":"seconds"},"credits":[{"#,
            r#""name":"a trial","amount":-0.175,"type":"PROMOTION"}],"cost_type":"regular"}"#,
            "\n",
        ),
        events: &[
            "usage gcp:a-project 2026-03-01T10:00:00Z..2026-03-01T11:00:00Z \"Compute \
             Engine\" \"N1 Predefined Instance Core running in Zurich\" Compute Usage \
             96000000u \"hours\" costs 4250000u CHF in europe-west6 on vm-1",
            "usage gcp:a-project 2026-03-01T10:00:00Z..2026-03-01T11:00:00Z \"Compute \
             Engine\" \"N1 Predefined Instance Ram running\" Compute Usage 360000000u \
             \"gb-hours\" costs 1500000u USD in us-east1",
            "usage gcp:a-project 2026-03-01T10:00:00Z..2026-03-01T11:00:00Z \"Compute \
             Engine\" \"Nvidia Tesla T4 GPU running in Iowa\" Accelerator Covered \
             1000000u \"hours\" costs 0u USD in us-central1",
            "usage gcp:a-project 2026-03-01T11:00:00Z..2026-03-01T12:00:00Z \"Compute \
             Engine\" \"Nvidia Tesla T4 GPU running in Iowa\" Accelerator Usage \
             1000000u \"hours\" costs 175000u USD in us-central1",
        ],
    }],
};

#[derive(Deserialize)]
struct Record<'a> {
    #[serde(borrow)]
    billing_account_id: Option<Text<'a>>,
    #[serde(borrow)]
    service: Option<Described<'a>>,
    #[serde(borrow)]
    sku: Option<Described<'a>>,
    #[serde(borrow)]
    usage_start_time: Option<Text<'a>>,
    #[serde(borrow, default)]
    usage_end_time: Text<'a>,
    #[serde(borrow)]
    project: Option<Project<'a>>,
    #[serde(borrow)]
    location: Option<Location<'a>>,
    #[serde(borrow)]
    resource: Option<Named<'a>>,
    #[serde(borrow)]
    system_labels: Option<Vec<Label<'a>>>,
    #[serde(borrow)]
    usage: Option<Amount<'a>>,
    #[serde(default, deserialize_with = "credits")]
    credits: Credits,
    #[serde(borrow, default)]
    cost: Text<'a>,
    #[serde(borrow, default)]
    currency: Text<'a>,
    #[serde(borrow, default)]
    cost_type: Text<'a>,
    #[serde(borrow, default)]
    export_time: Text<'a>,
}

#[derive(Deserialize)]
struct Described<'a> {
    #[serde(borrow, default)]
    description: Text<'a>,
}

#[derive(Deserialize)]
struct Project<'a> {
    #[serde(borrow, default)]
    id: Text<'a>,
}

#[derive(Deserialize)]
struct Location<'a> {
    #[serde(borrow, default)]
    location: Text<'a>,
    #[serde(borrow, default)]
    region: Text<'a>,
}

#[derive(Deserialize)]
struct Named<'a> {
    #[serde(borrow, default)]
    name: Text<'a>,
    #[serde(borrow, default)]
    global_name: Text<'a>,
}

#[derive(Deserialize)]
struct Label<'a> {
    #[serde(borrow, default)]
    key: Text<'a>,
    #[serde(borrow, default)]
    value: Text<'a>,
}

#[derive(Deserialize)]
struct Amount<'a> {
    #[serde(borrow, default)]
    amount: Text<'a>,
    #[serde(borrow, default)]
    unit: Text<'a>,
    #[serde(borrow, default)]
    amount_in_pricing_units: Text<'a>,
    #[serde(borrow, default)]
    pricing_unit: Text<'a>,
}

#[derive(Deserialize)]
struct Credit<'a> {
    #[serde(borrow, default, rename = "type")]
    kind: Text<'a>,
    #[serde(borrow)]
    amount: Option<&'a RawValue>,
}

/// Adds up the credits of a list.
fn credits<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Credits, D::Error> {
    struct Sum;
    impl<'de> Visitor<'de> for Sum {
        type Value = Credits;

        fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
            formatter.write_str("a list of credits")
        }

        fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
            let mut credits = Credits::default();
            while let Some(credit) = list.next_element::<Credit<'de>>()? {
                credits.add(&credit.kind, credit.amount.and_then(plain));
            }
            Ok(credits)
        }

        fn visit_unit<E>(self) -> Result<Self::Value, E> {
            Ok(Credits::default())
        }
    }
    deserializer.deserialize_any(Sum)
}

/// A number as it is written, also as a text.
fn plain(amount: &RawValue) -> Option<&str> {
    fields::known(amount.get().trim_matches('"'))
}

impl RecordFormat for GcpBilling {
    fn doc(&self) -> &'static Doc {
        &DOC
    }

    fn recognises(&self, head: &Head<'_>) -> bool {
        head.has_all(&["billing_account_id", "service", "sku", "usage_start_time"])
    }

    fn decode(&self, record: &[u8], number: u64, sink: &mut dyn Sink) -> Result<(), Fault> {
        let record: Record<'_> = serde_json::from_slice(record).map_err(|_| self.fault(record))?;
        if record.billing_account_id.is_none() || record.usage_start_time.is_none() {
            return Err(Fault::Foreign);
        }
        let usage = record.line().usage().map_err(Fault::Rejected)?;
        sink.event(number, &Event::Usage(usage));
        Ok(())
    }
}

impl GcpBilling {
    /// Why a record does not parse: it may be another format's.
    fn fault(&self, record: &[u8]) -> Fault {
        match Head::parse(record) {
            Some(head) if !self.recognises(&head) => Fault::Foreign,
            _ => Fault::Rejected(BROKEN_JSON),
        }
    }
}

impl Record<'_> {
    fn line(&self) -> Line<'_> {
        let place = self.location.as_ref();
        let place = place.and_then(|it| it.region.known().or_else(|| it.location.known()));
        let resource = self.resource.as_ref();
        let resource = resource.and_then(|it| it.name.known().or_else(|| it.global_name.known()));
        let usage = self.usage.as_ref();
        Line {
            project: self.project.as_ref().and_then(|project| project.id.known()),
            service: self.service.as_ref().and_then(|service| service.description.known()),
            sku: self.sku.as_ref().and_then(|sku| sku.description.known()),
            start: self.usage_start_time.as_deref(),
            end: self.usage_end_time.known(),
            region: place,
            resource,
            size: self.size(),
            amount: usage.and_then(|usage| usage.amount.known()),
            unit: usage.and_then(|usage| usage.unit.known()),
            pricing_amount: usage.and_then(|usage| usage.amount_in_pricing_units.known()),
            pricing_unit: usage.and_then(|usage| usage.pricing_unit.known()),
            cost: self.cost.known(),
            currency: self.currency.known(),
            cost_type: self.cost_type.known(),
            credits: self.credits,
            exported: self.export_time.known(),
        }
    }

    fn size(&self) -> Option<Cow<'_, str>> {
        let mut labels = self.system_labels.iter().flatten();
        let label = labels.find(|label| &*label.key == SIZE_LABEL)?;
        label.value.known().map(Cow::Borrowed)
    }
}
