//! A MISP event, an answer of its API, or an array of events or attributes.
//! Specification: MISP core format (draft-dulaunoy-misp-core-format), sections 2.4 to 2.6.
//!
//! Attributes that their author did not mark for detection (`to_ids`) or has deleted are rejected.
//! In an object, a destination port belongs to the object's hosts.

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::{Collector, ImportError, json, json::Lines, token};
use crate::indicator::Indicator;

/// Reads a JSON object.
pub(super) fn read(
    text: &str,
    lines: &mut Lines<'_>,
    collector: &mut Collector,
) -> Result<(), ImportError> {
    let whole: &RawValue = json::parse(text)?;
    match serde_json::from_str::<Part<'_>>(whole.get()) {
        Ok(part) if part.is_known() => read_parts(&[whole], lines, collector),
        _ => Err(ImportError::UnknownShape),
    }
}

/// Reads events, answers or attributes.
pub(super) fn read_parts(
    parts: &[&RawValue],
    lines: &mut Lines<'_>,
    collector: &mut Collector,
) -> Result<(), ImportError> {
    // A stack with a depth, because hostile input may nest as deep as it is long.
    let mut open: Vec<(&RawValue, usize)> = parts.iter().rev().map(|part| (*part, 0)).collect();
    while let Some((raw, depth)) = open.pop() {
        let line = lines.of(raw);
        match serde_json::from_str::<Part<'_>>(raw.get()) {
            Ok(part) if part.is_known() && depth < DEPTH_MAX => {
                open.extend(part.inside().into_iter().rev().map(|inner| (inner, depth + 1)));
                part.read(raw, lines, collector)?;
            }
            _ => collector.reject(line, "neither a MISP event nor an attribute", raw.get())?,
        }
    }
    Ok(())
}

/// Anything that holds attributes, or is one.
#[derive(Deserialize)]
struct Part<'a> {
    #[serde(borrow, rename = "Event")]
    event: Option<&'a RawValue>,
    #[serde(borrow)]
    response: Option<&'a RawValue>,
    #[serde(borrow, default, rename = "Attribute")]
    attributes: Option<Vec<&'a RawValue>>,
    #[serde(borrow, default, rename = "Object")]
    objects: Option<Vec<&'a RawValue>>,
    #[serde(borrow)]
    value: Option<&'a RawValue>,
}

impl<'a> Part<'a> {
    fn is_known(&self) -> bool {
        self.event.is_some()
            || self.response.is_some()
            || self.attributes.is_some()
            || self.objects.is_some()
            || self.value.is_some()
    }

    /// The parts inside: an event, or the one or many of an answer.
    fn inside(&self) -> Vec<&'a RawValue> {
        let response = self.response.map(|raw| match serde_json::from_str(raw.get()) {
            Ok(many) => many,
            Err(_) => vec![raw],
        });
        self.event.into_iter().chain(response.into_iter().flatten()).collect()
    }

    fn read(
        &self,
        raw: &RawValue,
        lines: &mut Lines<'_>,
        collector: &mut Collector,
    ) -> Result<(), ImportError> {
        if self.value.is_some() {
            read_attributes(&[raw], lines, collector)?;
        }
        read_attributes(self.attributes.as_deref().unwrap_or_default(), lines, collector)?;
        for object in self.objects.iter().flatten() {
            read_object(object, lines, collector)?;
        }
        Ok(())
    }
}

#[derive(Deserialize)]
struct Attribute<'a> {
    #[serde(borrow, rename = "type")]
    kind: Cow<'a, str>,
    #[serde(borrow)]
    value: Cow<'a, str>,
    #[serde(borrow)]
    comment: Option<Cow<'a, str>>,
    #[serde(borrow)]
    to_ids: Option<&'a RawValue>,
    #[serde(borrow)]
    deleted: Option<&'a RawValue>,
    #[serde(borrow)]
    object_relation: Option<Cow<'a, str>>,
    #[serde(default, rename = "Tag")]
    tags: Vec<Tag>,
}

#[derive(Deserialize)]
struct Tag {
    name: String,
}

impl Attribute<'_> {
    /// The rows that the attribute stands for.
    fn rows(&self) -> Result<Vec<Indicator>, &'static str> {
        if self.deleted.is_some_and(is_true) {
            return Err("deleted by its author");
        }
        if self.to_ids.is_some_and(is_false) {
            return Err("not marked for detection (`to_ids`)");
        }
        let values = match &*self.kind {
            "domain|ip" => self.value.split('|').collect(),
            "domain" | "hostname" | "ip-dst" | "ip-src" | "url" | "ip-dst|port" | "ip-src|port"
            | "hostname|port" => vec![&*self.value],
            "port" => return token::port_row(&self.value).map(|row| vec![self.fill(row)]),
            _ => return Err("the attribute's type names no endpoint"),
        };
        values.into_iter().map(|value| Ok(self.fill(token::read(value)?))).collect()
    }

    fn fill(&self, mut row: Indicator) -> Indicator {
        row.pool = super::short(self.comment.as_deref().unwrap_or_default());
        self.tags.iter().for_each(|tag| json::apply_label(&mut row, &tag.name));
        row
    }

    /// In an object: the port that its hosts listen on.
    fn is_destination_port(&self) -> bool {
        self.kind == "port" && self.object_relation.as_deref() == Some("dst-port")
    }

    /// In an object: describes the connection and not the pool.
    fn is_context(&self) -> bool {
        matches!(&*self.kind, "port" | "ip-src" | "ip-src|port")
    }
}

fn read_attributes(
    attributes: &[&RawValue],
    lines: &mut Lines<'_>,
    collector: &mut Collector,
) -> Result<(), ImportError> {
    for raw in attributes {
        let line = lines.of(raw);
        match serde_json::from_str::<Attribute<'_>>(raw.get()) {
            Ok(attribute) => take(line, &attribute, &[], collector)?,
            Err(error) => collector.reject(line, "cannot read it", &error.to_string())?,
        }
    }
    Ok(())
}

#[derive(Deserialize)]
struct Object<'a> {
    #[serde(borrow, default, rename = "Attribute")]
    attributes: Vec<Attribute<'a>>,
}

fn read_object(
    raw: &RawValue,
    lines: &mut Lines<'_>,
    collector: &mut Collector,
) -> Result<(), ImportError> {
    let line = lines.of(raw);
    let object = match serde_json::from_str::<Object<'_>>(raw.get()) {
        Ok(object) => object,
        Err(error) => return collector.reject(line, "cannot read it", &error.to_string()),
    };
    let ports = object.attributes.iter().filter(|attribute| attribute.is_destination_port());
    let ports: Vec<u16> = ports.filter_map(|port| port.value.parse().ok()).collect();
    for attribute in object.attributes.iter().filter(|attribute| !attribute.is_context()) {
        take(line, attribute, &ports, collector)?;
    }
    Ok(())
}

/// Takes an attribute's rows, on each of `ports` if there are any.
fn take(
    line: usize,
    attribute: &Attribute<'_>,
    ports: &[u16],
    collector: &mut Collector,
) -> Result<(), ImportError> {
    let rows = match attribute.rows() {
        Ok(rows) => rows,
        Err(reason) => return collector.reject(line, reason, &attribute.value),
    };
    for row in rows {
        if ports.is_empty() {
            collector.add(row)?;
            continue;
        }
        for port in ports {
            collector.add(row.clone().on_port(*port))?;
        }
    }
    Ok(())
}

fn is_true(flag: &RawValue) -> bool {
    matches!(flag.get(), "true" | "1" | "\"1\"")
}

fn is_false(flag: &RawValue) -> bool {
    matches!(flag.get(), "false" | "0" | "\"0\"")
}

/// Answer, event, attributes: no honest file nests deeper.
const DEPTH_MAX: usize = 4;
