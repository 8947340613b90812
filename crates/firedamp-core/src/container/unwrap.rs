//! The envelopes in which clouds deliver records: queues, streams, functions, event buses.

use std::{borrow::Cow, io::Read};

use base64::{Engine, engine::general_purpose::STANDARD};
use flate2::read::MultiGzDecoder;

use crate::json::{Head, repair};

/// The largest payload of one envelope, inflated. A queue's message has at most 1 MiB, a log
/// subscription's event about 6 MiB.
const PAYLOAD_BYTES_MAX: u64 = 16 << 20;

/// The first two bytes of gzip (RFC 1952, 2.3.1).
const GZIP: [u8; 2] = [0x1f, 0x8b];

/// What an envelope holds, likeliest first; nothing when it is none that Firedamp knows.
///
/// Known: `CloudWatch` Logs subscriptions (`awslogs.data`), Kinesis and Firehose records, Pub/Sub
/// messages, SNS and SQS, `EventBridge`, log events with a `message`, AKS records with
/// `properties.log`, Oracle's `logContent`, Azure's list replies in a `properties` or `body`.
pub(super) fn payloads<'a>(head: &Head<'a>) -> Vec<Cow<'a, [u8]>> {
    let wrapped = WRAPPED.iter().filter_map(|(outer, inner)| head.object(outer)?.text(inner));
    let own =
        ["data", "Message", "body", "message", "log"].iter().filter_map(|name| head.text(name));
    let log = head.object("properties").and_then(|inner| inner.text("log"));
    let texts = wrapped.chain(own).chain(log).map(decoded);
    let objects = ["detail", "logContent", "body", "jsonPayload"]
        .iter()
        .filter_map(|name| head.raw(name))
        .map(|raw| raw.get().as_bytes())
        .filter(|raw| raw.starts_with(b"{") || raw.starts_with(b"["))
        .map(Cow::Borrowed);
    texts.chain(objects).collect()
}

/// Members within members that hold a payload as text.
const WRAPPED: [(&str, &str); 4] =
    [("awslogs", "data"), ("kinesis", "data"), ("message", "data"), ("Sns", "Message")];

/// A text as bytes: base64 and gzip undone where they were used.
fn decoded(text: Cow<'_, str>) -> Cow<'_, [u8]> {
    let bytes = match STANDARD.decode(text.trim()) {
        Ok(bytes) => Cow::Owned(bytes),
        Err(_) => match text {
            Cow::Borrowed(text) => Cow::Borrowed(text.as_bytes()),
            Cow::Owned(text) => Cow::Owned(text.into_bytes()),
        },
    };
    if bytes.starts_with(&GZIP) { Cow::Owned(inflated(&bytes)) } else { bytes }
}

/// What could be inflated, up to the limit.
fn inflated(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    // An error leaves what was readable until then, which is what a careful reader wants.
    let _readable = MultiGzDecoder::new(bytes).take(PAYLOAD_BYTES_MAX).read_to_end(&mut out);
    out
}

/// The record with vendors' documentation errors mended, when that makes it parse.
pub(super) fn mended(record: &[u8]) -> Option<Vec<u8>> {
    serde_json::to_vec(&repair::parse(record).filter(serde_json::Value::is_object)?).ok()
}
