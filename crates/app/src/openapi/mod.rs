//! The description of the API, generated from the endpoints: `GET /api/v1/openapi.json`.
//!
//! Each noun describes its endpoints in a `Doc` of its own; [`DOCS`] lists them.

pub mod viewer;

use std::sync::LazyLock;

use axum::response::{IntoResponse, Response};
use http::header;
use rules::access::Permission;
use utoipa::openapi::path::{Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::schema::Type;
use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityScheme};
use utoipa::openapi::{
    ContentBuilder, ObjectBuilder, OpenApi as Document, Ref, Required, ResponseBuilder, SecurityRequirement,
};
use utoipa::{Modify, OpenApi};

use crate::api::{FieldProblem, Problem};

/// Where the document is served.
pub const PATH: &str = "/api/v1/openapi.json";

/// The description of each noun's endpoints.
const DOCS: &[fn() -> Document] = &[
    Own::openapi,
    crate::queue::api::Doc::openapi,
    crate::tickets::api::Doc::openapi,
    crate::tickets::custom_fields::definitions::Doc::openapi,
    crate::tickets::custom_fields::values::Doc::openapi,
    crate::tickets::tags::acts::Doc::openapi,
    crate::tickets::time_spent::acts::Doc::openapi,
    crate::tickets::steps::acts::Doc::openapi,
    crate::replies::pages::Doc::openapi,
    crate::articles::api::Doc::openapi,
    crate::escalations::api::Doc::openapi,
    crate::calls::api::Doc::openapi,
    crate::search::everything::Doc::openapi,
    crate::queue::views::api::Doc::openapi,
    crate::channels::api::Doc::openapi,
    crate::company::pages::Doc::openapi,
    crate::channels::fax::Doc::openapi,
    crate::customers::api::Doc::openapi,
    crate::customers::sites::api::Doc::openapi,
    crate::customers::contacts::api::Doc::openapi,
    crate::contact_history::api::Doc::openapi,
    crate::customers::contacts::access_api::Doc::openapi,
    crate::customers::sites::duty_log_api::Doc::openapi,
    crate::remote_access::api::Doc::openapi,
    crate::commitments::api::Doc::openapi,
    crate::contracts::api::Doc::openapi,
    crate::installed_base::products::api::Doc::openapi,
    crate::installed_base::assets::api::Doc::openapi,
    crate::coverage::api::Doc::openapi,
];

#[derive(OpenApi)]
#[openapi(
    info(title = "Aftercare", description = "After-sales service: every signed promise executable, watched, evidenced and provable. How to use this API: docs/api.md."),
    paths(document),
    components(schemas(Problem, FieldProblem)),
    modifiers(&Security)
)]
struct Own;

/// Every endpoint takes a bearer token, or the session of a signed-in browser.
struct Security;

impl Modify for Security {
    fn modify(&self, document: &mut Document) {
        let scopes: Vec<&str> = Permission::ALL.iter().map(|permission| permission.code()).collect();
        let mut scheme = Http::new(HttpAuthScheme::Bearer);
        scheme.description =
            Some(format!("A token from one's own account page. Scopes: {}.", scopes.join(", ")));
        let components = document.components.get_or_insert_default();
        components.add_security_scheme("token", SecurityScheme::Http(scheme));
        let requirement = SecurityRequirement::new::<_, [&str; 0], &str>("token", []);
        document.security = Some(vec![requirement]);
    }
}

/// The whole document. What holds for every endpoint is added here: the problem that any of them may
/// answer with, and the key that any `POST` may carry.
pub fn whole() -> Document {
    let mut all = Own::openapi();
    for doc in &DOCS[1..] {
        all.merge(doc());
    }
    for item in all.paths.paths.values_mut() {
        if let Some(post) = &mut item.post {
            post.parameters.get_or_insert_default().push(key_parameter().into());
        }
        let operations = [&mut item.get, &mut item.post, &mut item.put, &mut item.patch, &mut item.delete];
        for operation in operations.into_iter().flatten() {
            operation.responses.responses.entry("default".to_owned()).or_insert_with(|| problem().into());
        }
    }
    all
}

fn problem() -> utoipa::openapi::Response {
    let body = ContentBuilder::new().schema(Some(Ref::from_schema_name("Problem"))).build();
    let why = "Why it was not done; every type is in docs/errors.md";
    ResponseBuilder::new().description(why).content("application/problem+json", body).build()
}

fn key_parameter() -> Parameter {
    ParameterBuilder::new()
        .name("Idempotency-Key")
        .parameter_in(ParameterIn::Header)
        .required(Required::False)
        .description(Some(
            "A repeated request with the same key is done once and answered alike for 24 hours.",
        ))
        .schema(Some(ObjectBuilder::new().schema_type(Type::String).max_length(Some(200))))
        .build()
}

static TEXT: LazyLock<String> = LazyLock::new(|| whole().to_json().expect("a description is plain JSON"));

/// The description of this API (OpenAPI 3.1).
#[utoipa::path(
    get,
    path = "/api/v1/openapi.json",
    tag = "API",
    security(()),
    responses((status = 200, description = "This document", content_type = "application/json"))
)]
pub async fn document() -> Response {
    ([(header::CONTENT_TYPE, "application/json"), (header::CACHE_CONTROL, "no-cache")], TEXT.as_str())
        .into_response()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn the_description_and_the_router_name_the_same_endpoints() {
        let routed: BTreeSet<(String, String)> = crate::router::routes()
            .into_iter()
            .filter(|route| route.path.starts_with("/api/v1/"))
            .map(|route| (route.method.to_string(), route.path.replace("{*", "{")))
            .collect();
        let mut described = BTreeSet::new();
        for (path, item) in &whole().paths.paths {
            let methods = [
                ("GET", &item.get),
                ("POST", &item.post),
                ("PUT", &item.put),
                ("PATCH", &item.patch),
                ("DELETE", &item.delete),
            ];
            for (method, operation) in methods {
                if operation.is_some() {
                    described.insert((method.to_owned(), path.clone()));
                }
            }
        }
        let undescribed: Vec<_> = routed.difference(&described).collect();
        assert!(undescribed.is_empty(), "in the router and not in the document: {undescribed:?}");
        let unrouted: Vec<_> = described.difference(&routed).collect();
        assert!(unrouted.is_empty(), "in the document and not in the router: {unrouted:?}");
    }

    #[test]
    fn every_reference_leads_somewhere() {
        let document: serde_json::Value = serde_json::from_str(&TEXT).unwrap();
        let mut references = Vec::new();
        gather(&document, &mut references);
        assert!(references.contains(&"#/components/schemas/Problem".to_owned()));
        for reference in references {
            let pointer = reference.strip_prefix('#').unwrap();
            assert!(document.pointer(pointer).is_some(), "{reference}");
        }
    }

    fn gather(value: &serde_json::Value, found: &mut Vec<String>) {
        match value {
            serde_json::Value::Object(map) => {
                found.extend(map.get("$ref").and_then(|at| at.as_str()).map(str::to_owned));
                map.values().for_each(|inner| gather(inner, found));
            }
            serde_json::Value::Array(list) => list.iter().for_each(|inner| gather(inner, found)),
            _ => {}
        }
    }
}
