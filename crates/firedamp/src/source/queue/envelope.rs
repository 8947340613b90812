//! What a message says: which objects are new. Messages are written by whoever may write to the
//! queue; they name objects, nothing more, and only objects below a watched prefix are ever fetched.

use serde_json::Value;
use url::form_urlencoded;

use crate::source::Storage;

/// Envelopes within envelopes.
const DEPTH_MAX: usize = 4;
/// Bytes of a message; SQS carries at most a mebibyte.
const MESSAGE_BYTES_MAX: usize = 1 << 20;
/// Objects that one message tells of.
const OBJECTS_MAX: usize = 1000;

/// What a message tells.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Told {
    /// Objects were written, by their addresses.
    Objects(Vec<String>),
    /// Something else that is known: a trial, or that an object was deleted.
    Nothing,
    /// It is not understood.
    Unknown,
}

/// Reads a message: S3 events, plain or through SNS or `EventBridge`; Event Grid's `BlobCreated`, in its
/// own or the `CloudEvents` schema; Cloud Storage's notifications, by their attributes.
#[must_use]
pub fn read(body: &str) -> Told {
    if body.len() > MESSAGE_BYTES_MAX {
        return Told::Unknown;
    }
    serde_json::from_str(body).map_or(Told::Unknown, |value| told(&value, DEPTH_MAX))
}

fn told(value: &Value, depth: usize) -> Told {
    let text = |name: &str| value.get(name).and_then(Value::as_str);
    if depth == 0 {
        return Told::Unknown;
    }
    if let Value::Array(all) = value {
        return joined(all.iter().map(|one| told(one, depth - 1)));
    }
    if let Some(Value::Array(records)) = value.get("Records") {
        return joined(records.iter().map(record));
    }
    if text("Event") == Some("s3:TestEvent") {
        return Told::Nothing;
    }
    if text("Type") == Some("Notification") {
        let inner = text("Message").and_then(|inner| serde_json::from_str::<Value>(inner).ok());
        return inner.map_or(Told::Unknown, |inner| told(&inner, depth - 1));
    }
    if let Some(attributes) = value.get("attributes") {
        return notification(attributes);
    }
    if text("source") == Some("aws.s3") {
        return bridged(value);
    }
    match text("eventType").or_else(|| text("type")) {
        Some("Microsoft.Storage.BlobCreated") => blob(text("subject")),
        Some(other) if other.starts_with("Microsoft.Storage.") => Told::Nothing,
        Some("Microsoft.EventGrid.SubscriptionValidationEvent") => Told::Nothing,
        _ => Told::Unknown,
    }
}

fn joined(all: impl Iterator<Item = Told>) -> Told {
    let (mut objects, mut is_known) = (Vec::new(), false);
    for one in all {
        is_known |= one != Told::Unknown;
        if let Told::Objects(more) = one {
            objects.extend(more);
        }
        if objects.len() > OBJECTS_MAX {
            return Told::Unknown;
        }
    }
    match (objects.is_empty(), is_known) {
        (false, _) => Told::Objects(objects),
        (true, true) => Told::Nothing,
        (true, false) => Told::Unknown,
    }
}

fn string<'a>(value: &'a Value, path: &str) -> Option<&'a str> {
    value.pointer(path).and_then(Value::as_str)
}

fn object(storage: Storage, bucket: &str, key: &str) -> Told {
    Told::Objects(vec![format!("{}://{bucket}/{key}", storage.scheme())])
}

/// One record of an S3 event; its keys are written as in a form.
fn record(record: &Value) -> Told {
    let named = (string(record, "/s3/bucket/name"), string(record, "/s3/object/key"));
    match (string(record, "/eventName"), named) {
        (Some(event), (Some(bucket), Some(key))) => {
            let event = event.strip_prefix("s3:").unwrap_or(event);
            if !event.starts_with("ObjectCreated:") {
                return Told::Nothing;
            }
            let form = format!("k={key}");
            let key =
                form_urlencoded::parse(form.as_bytes()).next().map(|(_, key)| key.into_owned());
            object(Storage::S3, bucket, &key.unwrap_or_default())
        }
        _ => Told::Unknown,
    }
}

/// An S3 event of `EventBridge`; its keys are written as they are.
fn bridged(value: &Value) -> Told {
    let named = (string(value, "/detail/bucket/name"), string(value, "/detail/object/key"));
    match (string(value, "/detail-type"), named) {
        (Some("Object Created"), (Some(bucket), Some(key))) => object(Storage::S3, bucket, key),
        (Some(_), _) => Told::Nothing,
        (None, _) => Told::Unknown,
    }
}

/// Cloud Storage's notification. Which generation of the object it tells of does not matter: the one
/// that is there now is read, so that notifications may come in any order.
fn notification(attributes: &Value) -> Told {
    let named = (string(attributes, "/bucketId"), string(attributes, "/objectId"));
    match (string(attributes, "/eventType"), named) {
        (Some("OBJECT_FINALIZE"), (Some(bucket), Some(key))) => {
            object(Storage::Google, bucket, key)
        }
        (Some(other), _) if other != "OBJECT_FINALIZE" && other.starts_with("OBJECT_") => {
            Told::Nothing
        }
        _ => Told::Unknown,
    }
}

/// `/blobServices/default/containers/<container>/blobs/<name>`.
fn blob(subject: Option<&str>) -> Told {
    let path = subject.and_then(|path| path.strip_prefix("/blobServices/default/containers/"));
    match path.and_then(|path| path.split_once("/blobs/")) {
        Some((container, name)) => object(Storage::Azure, container, name),
        None => Told::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn objects(addresses: &[&str]) -> Told {
        Told::Objects(addresses.iter().map(ToString::to_string).collect())
    }

    const S3: &str = r#"{"Records":[{"eventSource":"aws:s3","eventName":"ObjectCreated:Put",
        "s3":{"bucket":{"name":"logs"},"object":{"key":"a+b/c%3Dd.gz","size":3,"eTag":"x"}}},
        {"eventName":"ObjectRemoved:Delete","s3":{"bucket":{"name":"logs"},"object":{"key":"e"}}}]}"#;

    #[test]
    fn events_are_read_in_every_envelope() {
        let one = objects(&["s3://logs/a b/c=d.gz"]);
        assert_eq!(read(S3), one);
        let sns = serde_json::json!({"Type": "Notification", "Message": S3}).to_string();
        assert_eq!(read(&sns), one);
        let bridge = r#"{"source":"aws.s3","detail-type":"Object Created",
            "detail":{"bucket":{"name":"logs"},"object":{"key":"a b/c=d.gz"}}}"#;
        assert_eq!(read(bridge), one);
        let grid = r#"[{"eventType":"Microsoft.Storage.BlobCreated",
            "subject":"/blobServices/default/containers/flows/blobs/y=2026/PT1H.json"}]"#;
        assert_eq!(read(grid), objects(&["az://flows/y=2026/PT1H.json"]));
        let cloud = r#"{"type":"Microsoft.Storage.BlobCreated","specversion":"1.0",
            "subject":"/blobServices/default/containers/flows/blobs/x"}"#;
        assert_eq!(read(cloud), objects(&["az://flows/x"]));
        let google = r#"{"attributes":{"eventType":"OBJECT_FINALIZE","bucketId":"logs",
            "objectId":"a b/c=d+e.gz","objectGeneration":"1772359200000001"}}"#;
        assert_eq!(read(google), objects(&["gs://logs/a b/c=d+e.gz"]), "as they are written");
    }

    #[test]
    fn trials_and_deletions_tell_of_nothing() {
        for body in [
            r#"{"Service":"Amazon S3","Event":"s3:TestEvent","Bucket":"logs"}"#,
            r#"{"Records":[{"eventName":"ObjectRemoved:Delete","s3":{"bucket":{"name":"a"},"object":{"key":"b"}}}]}"#,
            r#"{"source":"aws.s3","detail-type":"Object Deleted","detail":{}}"#,
            r#"{"eventType":"Microsoft.Storage.BlobDeleted","subject":"x"}"#,
            r#"{"attributes":{"eventType":"OBJECT_DELETE","bucketId":"logs","objectId":"a"}}"#,
            r#"{"attributes":{"eventType":"OBJECT_METADATA_UPDATE"}}"#,
        ] {
            assert_eq!(read(body), Told::Nothing, "{body}");
        }
    }

    #[test]
    fn what_is_hostile_or_foreign_is_unknown() {
        let mut nested = S3.to_string();
        for _ in 0..6 {
            nested = serde_json::json!({"Type": "Notification", "Message": nested}).to_string();
        }
        let many = format!("{{\"Records\":[{}]}}", vec![&S3[12..S3.len() - 2]; 1001].join(","));
        let deep = "[".repeat(100_000);
        let wide = format!("{{\"a\":\"{}\"}}", "x".repeat(2 << 20));
        for body in
            ["", "null", "{}", "[]", "hello", r#"{"Records":[]}"#, r#"{"Records":[{}]}"#, &nested]
        {
            assert_eq!(read(body), Told::Unknown, "{body}");
        }
        for body in [
            r#"{"attributes":{}}"#,
            r#"{"attributes":[]}"#,
            r#"{"attributes":{"eventType":"OBJECT_FINALIZE","bucketId":"logs"}}"#,
            r#"{"attributes":{"eventType":"google.storage.object.finalize","bucketId":"a","objectId":"b"}}"#,
        ] {
            assert_eq!(read(body), Told::Unknown, "{body}");
        }
        for body in [many, deep, wide] {
            assert_eq!(read(&body), Told::Unknown);
        }
    }
}
