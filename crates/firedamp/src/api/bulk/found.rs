//! The same done to all that a filter finds. Who asks for it says how many they were told of.

use std::collections::BTreeSet;

use axum::{Extension, Json, extract::State, http::StatusCode};
use firedamp_core::{id::Provider, life::Status};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::super::cases::{self, Wanted};
use crate::{
    casework::{Found, Outcome, Refusal, act_on_found, find},
    schema,
    store::{CaseRow, FOUND_MAX},
    web::{
        App, Problem,
        access::{Caller, Role},
        extract::Body,
    },
};

/// Of so many cases the answer tells more than the number.
const FIRST_MAX: usize = 5;
/// Letters of what tells cases from others.
const WHICH_LETTERS: usize = 16;

/// Which cases, as the list of cases finds them; all that the caller sees where nothing is said.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = CaseFilter)]
struct Which {
    /// Only with this status.
    #[schema(schema_with = schema::maybe_status)]
    status: Option<Status>,
    /// Only of this cloud.
    #[schema(schema_with = schema::maybe_provider)]
    provider: Option<Provider>,
    /// Only of this severity.
    #[schema(schema_with = schema::maybe_severity)]
    severity: Option<String>,
    /// Only those that are not resolved and sleep.
    asleep: Option<bool>,
    /// Only those that a provider waits for an answer to, the most urgent first.
    answer_due: Option<bool>,
    /// Only those that were opened since.
    #[schema(format = DateTime)]
    opened_since: Option<String>,
    /// Only from this probability on.
    #[schema(minimum = 0, maximum = 1)]
    min_probability: Option<f64>,
    /// Only this person's.
    assignee: Option<String>,
    /// Only with this label.
    label: Option<String>,
    /// Only accounts whose name, or whose customer's name, holds this text.
    account: Option<String>,
    /// Only of this customer or reseller and of those below it.
    customer: Option<String>,
}

impl From<Which> for cases::Asked {
    fn from(which: Which) -> Self {
        Self {
            status: which.status,
            provider: which.provider,
            severity: which.severity,
            asleep: which.asleep,
            answer_due: which.answer_due,
            opened_since: which.opened_since,
            min_probability: which.min_probability,
            assignee: which.assignee,
            label: which.label,
            account: which.account,
            customer: which.customer,
            limit: None,
            cursor: None,
        }
    }
}

/// What is to be done, and to all that this filter finds.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = FoundAction)]
pub(in super::super) struct Asked {
    filter: Which,
    action: Wanted,
    /// How many cases it finds, as you were told. Without it nothing is done: the answer says what it
    /// would be done to.
    #[schema(minimum = 1, maximum = 1000)]
    expected: Option<u32>,
    /// What told these cases from others. Where the filter finds others by now, be they as many, or evidence
    /// or people changed one of them, nothing is done.
    #[schema(pattern = "^[0-9a-f]{16}$")]
    which: Option<String>,
}

impl Asked {
    fn expected(&self) -> Result<Option<usize>, Problem> {
        let expected = self.expected.map(|number| number as usize);
        if expected.is_some_and(|number| !(1..=FOUND_MAX).contains(&number)) {
            return Err(Problem::invalid(format!(
                "this is done to 1 to {FOUND_MAX} cases at once"
            )));
        }
        Ok(expected)
    }
}

/// Cases to which nothing was done for one reason.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = FoundRefusal)]
struct Refused {
    /// As in a problem.
    code: &'static str,
    detail: String,
    /// Their numbers.
    cases: Vec<i64>,
}

impl From<Refusal> for Refused {
    fn from(refusal: Refusal) -> Self {
        let Refusal { code, detail, cases } = refusal;
        Self { code, detail, cases }
    }
}

/// What the filter finds, and what became of it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = FoundResult)]
pub(in super::super) struct Told {
    /// How many cases it finds, of those that something is done to at once.
    found: usize,
    /// Whether it finds more than that: ask again for the rest.
    is_more: bool,
    /// Tells these cases, as they are, from others: say it with `expected`.
    which: String,
    /// The first of them, as they were.
    first: Vec<CaseRow>,
    /// Numbers of cases to which it was done.
    done: Vec<i64>,
    /// Numbers of cases that were so already; their logs have no entry.
    unchanged: Vec<i64>,
    /// Cases to which it was not done, by the reason.
    refused: Vec<Refused>,
}

/// Does one thing to all cases that a filter finds, each by itself; one that fails stops none of the
/// others. First ask without `expected`: nothing is done, and the answer says how many there are.
#[utoipa::path(post, path = "/bulk-actions/found", tag = "cases", request_body = Asked,
    responses((status = 200, description = "What it finds, and what became of it", body = Told),
        (status = 412, description = "It finds another number of cases than was expected, or others", body = inline(crate::web::Body), content_type = "application/problem+json")))]
pub(in super::super) async fn act(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
    asked: Result<Body<Asked>, Problem>,
) -> Result<Json<Told>, Problem> {
    caller.must_be(Role::Analyst)?;
    let Body(asked) = asked?;
    let expected = asked.expected()?;
    let Asked { filter, action, which: told, .. } = asked;
    let filter = cases::filter(&app, &caller, filter.into()).await?;
    let why = action.why();
    let action = action.action()?;
    app.must_be_known(&caller, &action).await?;
    let Found { cases, is_more } = find(&app, &filter, FOUND_MAX).await?;
    let (found, which) = (cases.len(), which(&cases));
    let outcome = match expected {
        None => Outcome::default(),
        Some(expected) if expected != found => return Err(changed(found, expected)),
        Some(_) if told.as_ref().is_some_and(|told| *told != which) => return Err(others()),
        Some(_) => {
            let cases = cases.iter().map(|case| (case.id, None)).collect();
            act_on_found(&app, &caller, cases, (action, why)).await?
        }
    };
    let Outcome { done, unchanged, refused } = outcome;
    let refused = refused.into_iter().map(Refused::from).collect();
    let first = cases.into_iter().take(FIRST_MAX).collect();
    Ok(Json(Told { found, is_more, which, first, done, unchanged, refused }))
}

/// Tells cases as they are from others, in whatever order they come.
fn which(cases: &[CaseRow]) -> String {
    let mut hasher = blake3::Hasher::new();
    let cases: BTreeSet<(i64, i64)> = cases.iter().map(|case| (case.id, case.revision)).collect();
    for (id, revision) in cases {
        hasher.update(&id.to_le_bytes()).update(&revision.to_le_bytes());
    }
    hasher.finalize().to_hex().chars().take(WHICH_LETTERS).collect()
}

fn others() -> Problem {
    let detail =
        "the filter finds other cases now than those that you were told of, or changed ones";
    Problem::new(StatusCode::PRECONDITION_FAILED, "changed", detail)
}

fn changed(found: usize, expected: usize) -> Problem {
    let detail = format!("the filter finds {found} cases now, and {expected} were expected");
    Problem::new(StatusCode::PRECONDITION_FAILED, "changed", detail)
}
