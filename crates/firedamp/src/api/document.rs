//! The description of the API (`OpenAPI` 3.1), made from the handlers themselves.

use axum::{
    http::header,
    response::{IntoResponse, Response},
};
use utoipa::{
    Modify, OpenApi,
    openapi::{
        Content, Ref, RefOr, ResponseBuilder,
        header::HeaderBuilder,
        path::{Operation, ParameterBuilder, ParameterIn},
        schema::{ObjectBuilder, SchemaType, Type},
        security::{Http, HttpAuthScheme, SecurityScheme},
    },
};

use super::routes;
use crate::web::{
    Body as ProblemBody,
    answers::{KEY_LETTERS_MAX, is_secret},
};

/// Where every path begins.
pub(super) const ROOT: &str = "/api/v1";

/// What does not come from handlers.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Firedamp",
        description = "Cases of cryptocurrency mining, and everything that is done to them. What goes wrong is told as `application/problem+json` with a stable `code` (docs/api.md).",
    ),
    components(schemas(ProblemBody)),
    security(("token" = [])),
    modifiers(&Common),
    tags(
        (name = "authorisations", description = "Who may mine, and by whose leave"),
        (name = "cases", description = "What was found, and what is done about it"),
        (name = "clean-up", description = "Plans, proofs, evidence, and what may be had back"),
        (name = "customers", description = "Whose the accounts are"),
        (name = "notices", description = "What people were told"),
        (name = "people", description = "Who may come in"),
        (name = "telemetry", description = "What is read"),
    ),
)]
struct Base;

/// What every operation has in common.
struct Common;

impl Modify for Common {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let components = document.components.get_or_insert_default();
        let token = Http::builder()
            .scheme(HttpAuthScheme::Bearer)
            .description(Some("A token, as `firedamp token add` prints it"))
            .build();
        components.add_security_scheme("token", SecurityScheme::Http(token));
        components.responses.insert("Problem".to_string(), RefOr::T(problem()));
    }
}

fn problem() -> utoipa::openapi::Response {
    let body = Content::new(Some(Ref::from_schema_name("Problem")));
    ResponseBuilder::new()
        .description("What went wrong")
        .content("application/problem+json", body)
        .build()
}

/// The whole description.
#[must_use]
pub fn document() -> utoipa::openapi::OpenApi {
    let mut document = Base::openapi();
    let (_, described) = routes().split_for_parts();
    document.merge(described);
    let paths = std::mem::take(&mut document.paths.paths);
    for (path, mut item) in paths {
        let operations =
            [&mut item.get, &mut item.put, &mut item.post, &mut item.patch, &mut item.delete];
        operations.into_iter().flatten().for_each(complete);
        item.post.iter_mut().filter(|_| !is_secret(&path)).for_each(take_key);
        document.paths.paths.insert(format!("{ROOT}{path}"), item);
    }
    document
}

/// Every operation may fail, and says so in one way.
fn complete(operation: &mut Operation) {
    let problem = || RefOr::Ref(Ref::from_response_name("Problem"));
    operation.responses.responses.insert("401".to_string(), problem());
    operation.responses.responses.insert("default".to_string(), problem());
}

/// Whatever is posted may be sent twice.
fn take_key(operation: &mut Operation) {
    let text = || SchemaType::Type(Type::String);
    let key = ObjectBuilder::new()
        .schema_type(text())
        .min_length(Some(1))
        .max_length(Some(KEY_LETTERS_MAX))
        .pattern(Some("^[!-~]+$"));
    let key = ParameterBuilder::new()
        .name("Idempotency-Key")
        .parameter_in(ParameterIn::Header)
        .description(Some(
            "The same key within a day gives the first answer again, and nothing is done twice",
        ))
        .schema(Some(key))
        .build();
    operation.parameters.get_or_insert_default().push(RefOr::T(key));
    let replayed = ObjectBuilder::new().schema_type(text()).enum_values(Some(["true"]));
    let header = HeaderBuilder::new()
        .schema(Some(replayed))
        .description(Some("The answer was given before, to the same key"))
        .build();
    for response in operation.responses.responses.values_mut() {
        if let RefOr::T(response) = response {
            response.headers.insert("Idempotent-Replayed".to_string(), RefOr::T(header.clone()));
        }
    }
}

/// The description as text, as `docs/openapi.json` holds it.
///
/// # Errors
/// When it can't be written as JSON.
pub fn text() -> serde_json::Result<String> {
    document().to_pretty_json().map(|text| text + "\n")
}

/// This description.
#[utoipa::path(get, path = "/openapi.json", tag = "telemetry", responses((status = 200, description = "OpenAPI 3.1", body = Object)))]
pub(super) async fn show() -> Response {
    match text() {
        Ok(text) => ([(header::CONTENT_TYPE, "application/json")], text).into_response(),
        Err(error) => crate::web::Problem::broken(&error).into_response(),
    }
}
