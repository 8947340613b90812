//! What audit logs share: what a call asked for and got differs from API to API, but the same things
//! go by few names. So they are looked for by name, wherever they stand.

use std::borrow::Cow;

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Value, value::RawValue};

use crate::{
    event::{Compute, ComputeKind, Resource},
    json::fields,
    machine, net,
};

/// How deep the values of a call are looked into.
const DEPTH_MAX: usize = 12;
/// Resources of one call.
const RESOURCES_MAX: usize = 1000;
/// Texts of one call, and bytes of one.
const TEXTS_MAX: usize = 20;
const TEXT_BYTES_MAX: usize = 16 << 10;
/// Values of one call that are looked at.
const VALUES_MAX: usize = 20_000;

/// The names by which a cloud's APIs call things.
pub(super) struct Keys {
    /// A machine's id; the object that holds it may hold its other names.
    pub(super) instance: &'static [&'static str],
    /// Its address.
    pub(super) address: &'static str,
    /// Its network interface.
    pub(super) interface: &'static str,
    /// Its network.
    pub(super) network: &'static str,
    /// Ids of other compute.
    pub(super) names: &'static [&'static str],
    /// The size of machines.
    pub(super) size: &'static [&'static str],
    /// How many.
    pub(super) count: &'static [&'static str],
    /// Images.
    pub(super) image: &'static [&'static str],
    /// Scripts and command lines.
    pub(super) texts: &'static [&'static str],
    /// Values that mean "can be taken back".
    pub(super) spot: &'static [&'static str],
}

/// A value that was not parsed with its record; null where there is none, or where it is broken.
pub(super) fn parse(raw: Option<&RawValue>) -> Value {
    raw.and_then(|raw| serde_json::from_str(raw.get()).ok()).unwrap_or_default()
}

/// What a call asked for and got.
#[derive(Default)]
pub(super) struct Details<'a> {
    pub(super) resources: Vec<Resource<'a>>,
    pub(super) texts: Vec<Cow<'a, str>>,
    size: Option<&'a str>,
    image: Option<&'a str>,
    count: u64,
    spot: bool,
}

impl<'a> Details<'a> {
    /// Looks through the request for what was asked, and through the response for what was made;
    /// where the response names nothing, through the request for that too.
    pub(super) fn of(request: &'a Value, response: &'a Value, keys: &Keys) -> Self {
        let mut details = Self::default();
        let mut left = VALUES_MAX;
        walk(request, "", DEPTH_MAX, &mut left, &mut |name, value| details.ask(name, value, keys));
        walk(response, "", DEPTH_MAX, &mut left, &mut |name, value| details.got(name, value, keys));
        if details.resources.is_empty() {
            walk(request, "", DEPTH_MAX, &mut left, &mut |name, value| {
                details.got(name, value, keys);
            });
        }
        details
    }

    /// The compute that was asked for.
    pub(super) fn compute(&self, kind: ComputeKind) -> Compute<'a> {
        Compute {
            kind,
            size: self.size.map(Cow::Borrowed),
            count: self.count.max(1),
            image: self.image.map(Cow::Borrowed),
            spot: self.spot,
            is_there: false,
        }
    }

    fn ask(&mut self, name: &str, value: &'a Value, keys: &Keys) {
        let is = |names: &[&str]| names.iter().any(|own| own.eq_ignore_ascii_case(name));
        if is(keys.size) {
            self.size = better_size(self.size, first_text(value), name);
        } else if is(keys.image) {
            self.image = self.image.or_else(|| first_text(value));
        } else if is(keys.count) {
            self.count = self.count.max(number(value).unwrap_or(0));
        }
        if is(keys.texts) {
            self.texts.extend(text(value).filter(|_| self.texts.len() < TEXTS_MAX));
        }
        self.spot |= value.as_str().is_some_and(|text| keys.spot.contains(&text));
    }

    fn got(&mut self, name: &str, value: &'a Value, keys: &Keys) {
        if self.resources.len() >= RESOURCES_MAX {
            return;
        }
        if let Some(resource) = machine(value, keys) {
            self.resources.push(resource);
        } else if keys.names.iter().any(|own| own.eq_ignore_ascii_case(name)) {
            let names = value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice);
            let names = names.iter().filter_map(|value| fields::known(value.as_str()?));
            let named = |name| Resource { instance: Some(name), ..Resource::default() };
            self.resources.extend(names.map(named));
        }
    }
}

/// The first size that is known as one; `name` alone names anything.
fn better_size<'a>(own: Option<&'a str>, other: Option<&'a str>, key: &str) -> Option<&'a str> {
    let is_known = |size: &&str| machine::size(size).is_some();
    let may = |size: &&str| is_known(size) || (own.is_none() && key != "name");
    own.filter(is_known).or_else(|| other.filter(may)).or(own)
}

/// A machine, from the object that names it.
fn machine<'a>(value: &'a Value, keys: &Keys) -> Option<Resource<'a>> {
    let object = value.as_object()?;
    let text = |name: &str| fields::known(object.get(name)?.as_str()?);
    let instance = keys.instance.iter().find_map(|name| text(name))?;
    let interface = text(keys.interface).or_else(|| {
        let mut found = None;
        let mut left = VALUES_MAX;
        walk(value, "", DEPTH_MAX, &mut left, &mut |name, value: &'a Value| {
            if name == keys.interface {
                found = found.or_else(|| fields::known(value.as_str()?));
            }
        });
        found
    });
    Some(Resource {
        instance: Some(instance),
        interface,
        address: text(keys.address).and_then(net::parse_address),
        network: text(keys.network),
    })
}

/// Shows every member, at any depth up to `depth`, to `see`; elements of arrays go by the array's
/// name.
fn walk<'a>(
    value: &'a Value,
    name: &str,
    depth: usize,
    left: &mut usize,
    see: &mut dyn FnMut(&str, &'a Value),
) {
    if *left == 0 || depth == 0 {
        return;
    }
    *left -= 1;
    see(name, value);
    match value {
        Value::Object(members) => {
            members.iter().for_each(|(name, value)| walk(value, name, depth - 1, left, see));
        }
        Value::Array(elements) => {
            let elements = elements.iter().filter(|value| value.is_object() || value.is_array());
            elements.for_each(|value| walk(value, name, depth - 1, left, see));
        }
        _ => {}
    }
}

/// A text, or the first of an array of texts.
fn first_text(value: &Value) -> Option<&str> {
    let value = value.as_array().map_or(Some(value), |elements| elements.first())?;
    fields::known(value.as_str()?)
}

fn number(value: &Value) -> Option<u64> {
    value.as_u64().or_else(|| value.as_str()?.parse().ok())
}

/// A script or a command line: a text, decoded where it is base64, or an array of words.
fn text(value: &Value) -> Option<Cow<'_, str>> {
    let text = match value {
        Value::String(text) => decoded(text).map_or(Cow::Borrowed(text.as_str()), Cow::Owned),
        Value::Array(words) => {
            let words: Vec<&str> = words.iter().filter_map(Value::as_str).collect();
            Cow::Owned(words.join(" "))
        }
        _ => return None,
    };
    (!text.trim().is_empty() && text.len() <= TEXT_BYTES_MAX).then_some(text)
}

fn decoded(text: &str) -> Option<String> {
    if text.len() < 16 || text.len() > TEXT_BYTES_MAX {
        return None;
    }
    String::from_utf8(STANDARD.decode(text.trim()).ok()?).ok()
}

/// A text, or the `value` of an object that holds one beside its translation.
pub(super) fn value_of(raw: &RawValue) -> Cow<'_, str> {
    #[derive(serde::Deserialize)]
    struct Named<'a> {
        #[serde(borrow, default)]
        value: crate::json::Text<'a>,
    }
    if raw.get().starts_with('{') {
        let named = serde_json::from_str::<Named<'_>>(raw.get());
        return named.map(|named| named.value.0).unwrap_or_default();
    }
    let text = serde_json::from_str::<crate::json::Text<'_>>(raw.get());
    text.map(|text| text.0).unwrap_or_default()
}

/// A value with the JSON in its texts parsed: properties that hold a request's body as a text.
pub(super) fn nested(raw: Option<&RawValue>) -> Value {
    let mut value = parse(raw);
    if let Some(inner) = value.as_str().and_then(embedded) {
        value = inner;
    }
    for member in value.as_object_mut().into_iter().flat_map(serde_json::Map::values_mut) {
        if let Some(inner) = member.as_str().and_then(embedded) {
            *member = inner;
        }
    }
    value
}

fn embedded(text: &str) -> Option<Value> {
    let is_json = text.trim_start().starts_with(['{', '[']);
    is_json.then(|| serde_json::from_str(text).ok())?
}

/// Whether a flag goes by a name, at any depth, and is set so; as itself or as a text.
pub(super) fn has_flag(value: &Value, wanted: &str, set: bool) -> bool {
    let mut found = false;
    let mut left = VALUES_MAX;
    walk(value, "", DEPTH_MAX, &mut left, &mut |name, value: &Value| {
        let flag = value.as_bool().or_else(|| value.as_str()?.to_ascii_lowercase().parse().ok());
        found |= name.eq_ignore_ascii_case(wanted) && flag == Some(set);
    });
    found
}

/// The first text that goes by a name, at any depth.
pub(super) fn find_text<'a>(value: &'a Value, wanted: &str) -> Option<&'a str> {
    let mut found = None;
    let mut left = VALUES_MAX;
    walk(value, "", DEPTH_MAX, &mut left, &mut |name, value: &'a Value| {
        if found.is_none() && name.eq_ignore_ascii_case(wanted) {
            found = value.as_str().and_then(fields::known);
        }
    });
    found
}
