//! Manifests of billing exports: what files an export is made of. They hold no usage, and are known
//! so that they are not taken for broken telemetry.
//!
//! Files are told apart by content, and which of them restates which is decided from their lines, so
//! a manifest is not needed. Partner Center's holds an access token, which nobody should look at.

use super::{Doc, Example, Fault, RecordFormat};
use crate::{json::Head, sink::Sink};

/// The format.
pub struct BillingManifest;

static DOC: Doc = Doc {
    id: "billing_manifest",
    title: "Manifests of billing exports",
    reads: "Nothing: manifests of AWS reports and data exports, Azure exports and Partner Center \
            exports are known, and passed over.",
    specification: "https://docs.aws.amazon.com/cur/latest/userguide/dataexports-export-delivery.html",
    rejects: &[],
    examples: &[
        Example {
            title: "of an AWS cost and usage report",
            input: concat!(
                r#"{"assemblyId":"00000000-0000-0000-0000-000000000001","account":"111122223333","#,
                r#""columns":[{"category":"identity","name":"LineItemId","type":"String"}],"#,
                r#""reportName":"report","reportKeys":["a/report/20260301/report-1.csv.gz"]}"#
            ),
            events: &[],
        },
        Example {
            title: "of an Azure export",
            input: concat!(
                r#"{"manifestVersion":"2024-04-01","blobCount":1,"exportConfig":{"#,
                r#""exportName":"daily"},"runInfo":{"runId":"x"},"#,
                r#""blobs":[{"blobName":"a/part_0_0001.csv","byteCount":10}]}"#
            ),
            events: &[],
        },
    ],
};

/// The members by which manifests are known: AWS reports, AWS data exports (two), Azure exports,
/// Partner Center exports.
const MANIFESTS: &[&[&str]] = &[
    &["assemblyId", "reportKeys"],
    &["dataFiles", "executionId"],
    &["columns", "dataFiles"],
    &["blobs", "exportConfig", "manifestVersion"],
    &["blobs", "partitionType", "rootDirectory"],
];

impl RecordFormat for BillingManifest {
    fn doc(&self) -> &'static Doc {
        &DOC
    }

    fn recognises(&self, head: &Head<'_>) -> bool {
        MANIFESTS.iter().any(|members| head.has_all(members))
    }

    fn decode(&self, record: &[u8], _number: u64, _sink: &mut dyn Sink) -> Result<(), Fault> {
        // A file of manifests and other records is unheard of, but costs nothing.
        let is_manifest = Head::parse(record).is_some_and(|head| self.recognises(&head));
        if is_manifest { Ok(()) } else { Err(Fault::Foreign) }
    }
}
