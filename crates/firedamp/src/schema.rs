//! How values look in the description of the API, where their own type does not say.

use firedamp_core::{
    id::Provider,
    life::{Reason, Status},
};
use utoipa::openapi::{
    Object, ObjectBuilder,
    schema::{SchemaType, Type},
};

use crate::web::access::Role;

/// Where a case stands.
#[must_use]
pub fn status() -> Object {
    one_of(&Status::ALL.map(Status::id))
}

/// Why a case was resolved.
#[must_use]
pub fn reason() -> Object {
    one_of(&Reason::ALL.map(Reason::id))
}

/// Why a case was resolved, if it was.
#[must_use]
pub fn maybe_reason() -> Object {
    maybe_one_of(&Reason::ALL.map(Reason::id))
}

/// What somebody may do.
#[must_use]
pub fn role() -> Object {
    one_of(&Role::ALL.map(Role::id))
}

/// The language that somebody is written to in.
#[must_use]
pub fn language() -> Object {
    one_of(&["en", "fr", "de"])
}

/// How much there is at stake.
#[must_use]
pub fn severity() -> Object {
    one_of(&["low", "medium", "high"])
}

/// A cloud.
#[must_use]
pub fn provider() -> Object {
    one_of(&Provider::ALL.map(Provider::id))
}

/// The language that somebody is written to in, where one is known.
#[must_use]
pub fn maybe_language() -> Object {
    maybe_one_of(&["en", "fr", "de"])
}

fn one_of(ids: &[&str]) -> Object {
    ObjectBuilder::new()
        .schema_type(SchemaType::Type(Type::String))
        .enum_values(Some(ids.iter().copied()))
        .build()
}

fn maybe_one_of(ids: &[&str]) -> Object {
    let values = ids.iter().map(|id| Some((*id).to_string())).chain([None]);
    ObjectBuilder::new()
        .schema_type(SchemaType::from_iter([Type::String, Type::Null]))
        .enum_values(Some(values))
        .build()
}
