//! The answers of the clouds' own tools, one JSON document after the other.

use anyhow::{Context, Result, bail};
use serde_json::Value;

/// Bytes of an inventory.
const BYTES_MAX: usize = 64 << 20;
/// Documents in it.
const DOCUMENTS_MAX: usize = 10_000;

/// What an operator's tools told.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Inventory(Vec<Value>);

impl Inventory {
    /// Reads answers, one after the other.
    ///
    /// # Errors
    /// When they are no JSON, or too many.
    pub fn read(text: &str) -> Result<Self> {
        if text.len() > BYTES_MAX {
            bail!("more than {BYTES_MAX} bytes; give the answers of fewer accounts");
        }
        let mut documents = Vec::new();
        for document in serde_json::Deserializer::from_str(text).into_iter::<Value>() {
            let number = documents.len() + 1;
            documents.push(document.with_context(|| format!("document {number} is no JSON"))?);
            if documents.len() > DOCUMENTS_MAX {
                bail!("more than {DOCUMENTS_MAX} documents; give the answers of fewer accounts");
            }
        }
        Ok(Self(documents))
    }

    /// Whether any answer has a list of this name.
    pub(super) fn has(&self, name: &str) -> bool {
        self.0.iter().any(|document| document.get(name).is_some())
    }

    /// The members of all lists of this name.
    pub(super) fn list(&self, name: &str) -> impl Iterator<Item = &Value> {
        self.0.iter().filter_map(move |one| one.get(name)?.as_array()).flatten()
    }

    /// The texts of this name that stand in answers by themselves.
    pub(super) fn single(&self, name: &str) -> impl Iterator<Item = String> {
        self.0.iter().filter_map(move |one| Some(one.get(name)?.as_str()?.to_string()))
    }

    /// The members of answers that are lists themselves, or that have one named `value`.
    pub(super) fn all<'a>(&'a self) -> impl Iterator<Item = &'a Value> {
        let list = |one: &'a Value| one.as_array().or_else(|| one.get("value")?.as_array());
        self.0.iter().filter_map(list).flatten()
    }
}

/// A text in a document.
pub(super) fn text<'a>(value: &'a Value, path: &str) -> &'a str {
    value.pointer(path).and_then(Value::as_str).unwrap_or_default()
}
