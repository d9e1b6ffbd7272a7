//! What all endpoints of the API share, through the front door.

use app::kernel::actor::Actor;
use app::kernel::once;
use app::router::entrance;
use app::testing::{TestApp, each_app, on};
use app::{App, Failure};
use axum::Router;
use axum::body::Body;
use axum::middleware::from_fn_with_state;
use axum::routing::post;
use http::{Method, Request, StatusCode};
use http_body_util::BodyExt;
use jiff::SignedDuration;
use rules::access::{Permission, Role, perm};
use serde_json::{Value, json};
use tower::ServiceExt;

/// An endpoint whose change can be counted; it refuses an empty name before and `taken` inside the change.
async fn add_view(
    app: App,
    actor: Actor<perm::ShareViews>,
    app::api::Body(body): app::api::Body<Value>,
) -> Result<axum::response::Response, Failure> {
    let name = body["name"].as_str().unwrap_or_default().to_owned();
    if name.is_empty() {
        return Err(Failure::field("name", "error-required"));
    }
    let owner = actor.person.id.get();
    let made = app.change(&actor, move |c| {
        if name == "taken" {
            return Err(rules::Refusal::AlreadySo.into());
        }
        let values = [db::Value::Int(owner), db::Value::OwnedText(name)];
        let row: Vec<(i64,)> = c.tx.adhoc(
            "INSERT INTO saved_view (owner_id, name, query, shared, created_at) VALUES (?1, ?2, '', FALSE, 0) RETURNING id",
            &values,
        )?;
        Ok(row[0].0)
    });
    let id = made.await?;
    app::api::created(&format!("/views/{id}"), &json!({ "id": id }))
}

fn service(t: &TestApp) -> Router {
    Router::new()
        .route("/api/v1/views-of-a-test", post(add_view))
        .layer(from_fn_with_state(t.app.clone(), entrance))
        .with_state(t.app.clone())
}

struct Sent {
    status: StatusCode,
    replayed: bool,
    location: Option<String>,
    body: Value,
}

async fn send(service: &Router, token: &str, key: &str, name: &str) -> Sent {
    let request = Request::builder()
        .method(Method::POST)
        .uri("/api/v1/views-of-a-test")
        .header("authorization", format!("Bearer {token}"))
        .header("content-type", "application/json")
        .header("accept-language", "en")
        .header("idempotency-key", key)
        .body(Body::from(json!({ "name": name }).to_string()))
        .unwrap();
    let (parts, body) = service.clone().oneshot(request).await.unwrap().into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    Sent {
        status: parts.status,
        replayed: parts.headers.contains_key("idempotency-replayed"),
        location: parts.headers.get("location").map(|value| value.to_str().unwrap().to_owned()),
        body: serde_json::from_slice(&body).unwrap(),
    }
}

#[test]
fn a_request_that_is_sent_twice_is_done_once() {
    each_app(async |t| {
        let id = t.add_person("program", Role::Manager).await;
        let token = t.token(id, &[Permission::ShareViews]).await;
        let service = service(t);
        let first = send(&service, &token, "k1", "night").await;
        assert_eq!((first.status.as_u16(), first.replayed), (201, false));
        let again = send(&service, &token, "k1", "night").await;
        assert_eq!((again.status.as_u16(), again.replayed), (201, true));
        assert_eq!((again.location, again.body), (first.location, first.body));
        let other_body = send(&service, &token, "k1", "day").await;
        assert_eq!(other_body.status.as_u16(), 422);
        assert_eq!(other_body.body["type"], "urn:aftercare:problem:key-reused");
        assert!(other_body.body["detail"].as_str().unwrap().contains("Idempotency-Key"));
        let other_key = send(&service, &token, "k2", "day").await;
        assert_eq!((other_key.status.as_u16(), other_key.replayed), (201, false));
        assert_eq!(views(t).await, ["day", "night"]);
    });
}

#[test]
fn a_key_is_not_used_up_by_a_request_that_changed_nothing() {
    each_app(async |t| {
        let id = t.add_person("program", Role::Manager).await;
        let token = t.token(id, &[Permission::ShareViews]).await;
        let service = service(t);
        let invalid = send(&service, &token, "k1", "").await;
        assert_eq!(invalid.status.as_u16(), 422);
        assert_eq!(invalid.body["errors"][0]["field"], "name");
        let refused = send(&service, &token, "k1", "taken").await;
        assert_eq!(refused.status.as_u16(), 409);
        assert_eq!(refused.body["type"], "urn:aftercare:problem:refused");
        let mended = send(&service, &token, "k1", "free").await;
        assert_eq!((mended.status.as_u16(), mended.replayed), (201, false));
        let unusable = send(&service, &token, &"k".repeat(201), "long").await;
        assert_eq!(unusable.body["errors"][0]["field"], "Idempotency-Key");
        assert_eq!(views(t).await, ["free"]);
    });
}

#[test]
fn many_at_once_with_one_key_are_done_once() {
    each_app(async |t| {
        let id = t.add_person("program", Role::Manager).await;
        let token = t.token(id, &[Permission::ShareViews]).await;
        let service = service(t);
        let sending = (0..8).map(|_| {
            let (service, token) = (service.clone(), token.clone());
            tokio::spawn(async move { send(&service, &token, "k1", "night").await })
        });
        let mut statuses = Vec::new();
        for sent in sending.collect::<Vec<_>>() {
            statuses.push(sent.await.unwrap().status.as_u16());
        }
        assert!(statuses.contains(&201), "{statuses:?}");
        assert!(statuses.iter().all(|status| [201, 409].contains(status)), "{statuses:?}");
        assert_eq!(views(t).await, ["night"]);
        assert_eq!(send(&service, &token, "k1", "night").await.status.as_u16(), 201);
    });
}

#[test]
fn a_key_is_forgotten_after_a_day_and_is_its_senders_alone() {
    each_app(async |t| {
        let id = t.add_person("program", Role::Manager).await;
        let (one, two) =
            (t.token(id, &[Permission::ShareViews]).await, t.token(id, &[Permission::ShareViews]).await);
        let service = service(t);
        assert!(!send(&service, &one, "k1", "a").await.replayed);
        assert!(!send(&service, &two, "k1", "b").await.replayed);
        t.app.clock.advance(SignedDuration::from_hours(23));
        assert!(send(&service, &one, "k1", "a").await.replayed);
        t.app.clock.advance(SignedDuration::from_hours(2));
        assert!(!send(&service, &one, "k1", "c").await.replayed);
        let now = t.now();
        let forgotten = t.app.database.write(move |tx| once::forget(tx, now)).await.unwrap();
        assert_eq!(forgotten, 1, "the key of the other token");
        assert_eq!(views(t).await, ["a", "b", "c"]);
    });
}

async fn views(t: &TestApp) -> Vec<String> {
    let read = t.app.read(|tx| Ok(tx.adhoc::<(String,)>("SELECT name FROM saved_view ORDER BY name", &[])?));
    read.await.unwrap().into_iter().map(|(name,)| name).collect()
}

#[test]
fn a_token_opens_what_its_scopes_say_and_an_unknown_one_nothing() {
    on(db::Dialect::Sqlite, async |t| {
        let id = t.add_person("program", Role::Manager).await;
        let service = service(t);
        let unknown = send(&service, "no-such-token", "k1", "x").await;
        assert_eq!(unknown.status.as_u16(), 401);
        assert_eq!(unknown.body["type"], "urn:aftercare:problem:sign-in");
        let narrow = t.token(id, &[Permission::ViewTickets]).await;
        let refused = send(&service, &narrow, "k1", "x").await;
        assert_eq!(refused.status.as_u16(), 403);
        assert_eq!(refused.body["permission"], "share-views");
    });
}

#[test]
fn the_description_is_served_with_a_viewer_that_needs_no_network() {
    on(db::Dialect::Sqlite, async |t| {
        let document = t.get("/api/v1/openapi.json").await.ok().json();
        assert!(document["openapi"].as_str().unwrap().starts_with("3.1"));
        assert!(document["paths"]["/api/v1/openapi.json"]["get"]["responses"]["default"].is_object());
        t.get("/api/docs/").await.goes_to("/sign-in?next=%2Fapi%2Fdocs%2F");
        t.sign_in(Role::ReadOnly).await;
        let page = t.get("/api/docs/").await.ok();
        assert!(!page.text().contains("https://"), "{}", page.text());
        t.get("/api/docs/swagger-initializer.js").await.ok().sees("/api/v1/openapi.json");
        t.get("/api/docs/swagger-ui-bundle.js").await.ok();
        t.get("/api/docs/nothing.js").await.has_status(404);
    });
}
