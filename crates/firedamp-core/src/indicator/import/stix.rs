//! A STIX 2.1 bundle: its indicators' patterns. Other objects are context and passed over.
//! Specification: OASIS STIX 2.1, sections 4.7 (indicator) and 9 (patterning).

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::{Collector, ImportError, json, pattern};
use crate::indicator::Indicator;

/// Reads the `objects` of a bundle.
pub(super) fn read(
    objects: &[&RawValue],
    lines: &mut json::Lines<'_>,
    collector: &mut Collector,
) -> Result<(), ImportError> {
    for object in objects {
        let line = lines.of(object);
        match serde_json::from_str::<Object<'_>>(object.get()) {
            Ok(object) => read_object(line, &object, collector)?,
            Err(error) => collector.reject(line, "cannot read the object", &error.to_string())?,
        }
    }
    Ok(())
}

#[derive(Deserialize)]
struct Object<'a> {
    #[serde(borrow, rename = "type")]
    kind: Cow<'a, str>,
    #[serde(borrow)]
    pattern: Option<Cow<'a, str>>,
    #[serde(borrow)]
    pattern_type: Option<Cow<'a, str>>,
    #[serde(borrow)]
    name: Option<Cow<'a, str>>,
    #[serde(default)]
    labels: Vec<String>,
    #[serde(default)]
    revoked: bool,
}

fn read_object(
    line: usize,
    object: &Object<'_>,
    collector: &mut Collector,
) -> Result<(), ImportError> {
    if object.kind != "indicator" {
        return Ok(());
    }
    let text = object.pattern.as_deref().unwrap_or_default();
    if object.revoked {
        return collector.reject(line, "revoked by its author", text);
    }
    if object.pattern_type.as_deref().is_some_and(|kind| kind != "stix") {
        return collector.reject(line, "the pattern is not in the STIX language", text);
    }
    match pattern::read(text) {
        Ok(rows) => rows.into_iter().try_for_each(|row| collector.add(fill(row, object))),
        Err(reason) => collector.reject(line, reason, text),
    }
}

fn fill(mut row: Indicator, object: &Object<'_>) -> Indicator {
    row.pool = super::short(object.name.as_deref().unwrap_or_default());
    object.labels.iter().for_each(|label| json::apply_label(&mut row, label));
    row
}
