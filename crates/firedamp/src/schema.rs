//! How values look in the description of the API, where their own type does not say.

use firedamp_core::{
    checklist::{Mark, Phase},
    id::Provider,
    life::{Reason, Status},
    plan::back::Stays,
};
use utoipa::{
    ToSchema,
    openapi::{
        Object, ObjectBuilder,
        schema::{SchemaType, Type},
    },
};

use crate::{
    store::{REQUEST_KINDS, REQUEST_STATES},
    web::access::Role,
};

/// Where a case stands.
#[must_use]
pub fn status() -> Object {
    one_of(&Status::ALL.map(Status::id))
}

/// Where a case stands, where that is asked for.
#[must_use]
pub fn maybe_status() -> Object {
    maybe_one_of(&Status::ALL.map(Status::id))
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

/// What came of a step.
#[must_use]
pub fn mark() -> Object {
    one_of(&Mark::ALL.map(Mark::id))
}

/// What came of a step, if it was taken.
#[must_use]
pub fn maybe_mark() -> Object {
    maybe_one_of(&Mark::ALL.map(Mark::id))
}

/// What a step is for.
#[must_use]
pub fn phase() -> Object {
    one_of(&Phase::ALL.map(Phase::id))
}

/// The last part of a plan that is carried out.
#[must_use]
pub fn until() -> Object {
    one_of(&["preserve", "contain", "remove"])
}

/// Why a step stays as it is, if it can't be undone.
#[must_use]
pub fn maybe_stays() -> Object {
    maybe_one_of(&Stays::ALL.map(Stays::id))
}

/// What the provider is asked for.
#[must_use]
pub fn request_kind() -> Object {
    one_of(&REQUEST_KINDS)
}

/// Where a request to the provider stands.
#[must_use]
pub fn request_state() -> Object {
    one_of(&REQUEST_STATES)
}

/// What somebody may do.
#[must_use]
pub fn role() -> Object {
    one_of(&Role::ALL.map(Role::id))
}

/// What somebody may do, where that is changed.
#[must_use]
pub fn maybe_role() -> Object {
    maybe_one_of(&Role::ALL.map(Role::id))
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

/// How much there is at stake, where that is asked for.
#[must_use]
pub fn maybe_severity() -> Object {
    maybe_one_of(&["low", "medium", "high"])
}

/// A cloud.
#[must_use]
pub fn provider() -> Object {
    one_of(&Provider::ALL.map(Provider::id))
}

/// A cloud, where one is asked for.
#[must_use]
pub fn maybe_provider() -> Object {
    maybe_one_of(&Provider::ALL.map(Provider::id))
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

/// One recorded approval to mine. The core's own type knows nothing of descriptions.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it describes another type, and is never made")]
pub struct Authorisation {
    /// Its number at the desk; what is proposed has none.
    #[schema(default = 0)]
    number: Option<i64>,
    /// The customer's id in the partner's tree.
    customer: String,
    /// Who asked for it.
    asked_by: String,
    /// Who approved it at the customer.
    approved_by: String,
    /// The provider's written approval, where there is one.
    approval: Option<Approval>,
    /// What it is for.
    purpose: Purpose,
    /// Whom it covers.
    covers: Option<Covers>,
    /// What may mine.
    scope: Option<Scope>,
    /// How far it may go.
    limits: Option<Limits>,
    /// From when on.
    #[schema(format = DateTime)]
    start: String,
    /// Until when, not included; two years later at most.
    #[schema(format = DateTime)]
    end: String,
}

/// What the mining is for.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
#[expect(dead_code, reason = "it describes another type, and is never made")]
enum Purpose {
    SecurityResearch,
    Business,
    Other,
}

/// Whom it covers.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
#[expect(dead_code, reason = "it describes another type, and is never made")]
enum Covers {
    Customer,
    CustomerAndUsers,
}

/// The provider's written approval.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it describes another type, and is never made")]
struct Approval {
    /// What the provider calls it.
    reference: String,
    /// SHA-256 of the document, in hexadecimal.
    document: Option<String>,
}

/// What may mine; an empty list stands for everything.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it describes another type, and is never made")]
struct Scope {
    /// `provider:account`.
    accounts: Option<Vec<String>>,
    /// Resources by id or by another of their names, and all that is below a path.
    resources: Option<Vec<String>>,
    /// Pools by name, by address, or as the list of endpoints calls them.
    pools: Option<Vec<String>>,
    /// Wallets that are paid.
    wallets: Option<Vec<String>>,
}

/// How far it may go.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it describes another type, and is never made")]
struct Limits {
    /// US dollars a day.
    usd_per_day: Option<f64>,
    /// Regions as the provider writes them; an empty list stands for all.
    regions: Option<Vec<String>>,
    /// Hours of the day.
    hours: Option<Hours>,
}

/// Hours of each day, UTC; over midnight when the end comes first.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it describes another type, and is never made")]
struct Hours {
    /// From the beginning of this hour.
    #[schema(maximum = 23)]
    from: u8,
    /// To the beginning of this one.
    #[schema(maximum = 24)]
    to: u8,
}
