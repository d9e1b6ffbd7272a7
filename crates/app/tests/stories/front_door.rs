//! Who may open which door: every route is walked by nobody, and by each role.

use std::collections::BTreeSet;

use app::Failure;
use app::router::routes;
use app::testing::{TestApp, each_app, on};
use http::Method;
use rules::access::Role;
use rules::customers::{ContactForm, CustomerForm};
use rules::ids::ContactId;
use rules::portal::{GuestRole, Right};

/// An address of a route with `1` or `x` in place of what it is about.
fn address(path: &str) -> String {
    let parts = path.split('/').map(|part| if part.starts_with('{') { "1" } else { part });
    parts.collect::<Vec<_>>().join("/")
}

#[test]
fn every_route_that_is_not_public_names_a_permission() {
    on(db::Dialect::Sqlite, async |t| {
        for route in routes().into_iter().filter(|route| !route.public) {
            let request = http::Request::builder()
                .method(route.method.clone())
                .uri(address(route.path))
                .header("sec-fetch-site", "same-origin")
                .body(axum::body::Body::empty())
                .unwrap();
            let answer = t.send(request).await;
            let asked = matches!(answer.failure.as_deref(), Some(Failure::SignIn));
            assert!(asked, "{} {} lets nobody in: {:?}", route.method, route.path, answer.status);
        }
    });
}

#[test]
fn each_role_gets_in_where_it_may_and_nowhere_else() {
    on(db::Dialect::Sqlite, async |t| {
        for role in Role::ALL {
            let id = t.sign_in(*role).await;
            for route in routes().into_iter().filter(|route| !route.public && !route.guest) {
                // A token without any scope is refused by name, and nothing is done.
                let token = t.token(id, &[]).await;
                let path = address(route.path);
                let answer = t.api(route.method.clone(), &path, &token, serde_json::Value::Null).await;
                let Some(Failure::Forbidden(permission)) = answer.failure.as_deref() else {
                    panic!("{} {} names no permission: {:?}", route.method, route.path, answer.status);
                };
                if role.may(*permission) {
                    continue;
                }
                let everything = t.token(id, rules::access::Permission::ALL).await;
                let answer = t.api(route.method.clone(), &path, &everything, serde_json::Value::Null).await;
                assert_eq!(answer.status.as_u16(), 403, "{role} {} {}", route.method, route.path);
            }
        }
    });
}

/// A right of each of the portal's routes, asked for by name; and no person of ours passes for a guest, nor a guest
/// for one of ours.
#[test]
fn each_guest_gets_in_where_they_may_and_nowhere_else() {
    on(db::Dialect::Sqlite, async |t| {
        let contact = contact(t).await;
        t.sign_in(Role::Administrator).await;
        for route in routes().into_iter().filter(|route| route.guest) {
            let answer = ask(t, &route.method, route.path).await;
            let asked = matches!(answer.failure.as_deref(), Some(Failure::SignIn));
            assert!(asked, "{} {} lets our people in: {:?}", route.method, route.path, answer.status);
        }
        t.forget_cookies();
        for role in GuestRole::ALL {
            let mut refused = BTreeSet::new();
            // A browser sends nothing else.
            let asked = |route: &app::router::Route| [Method::GET, Method::POST].contains(&route.method);
            for route in routes().into_iter().filter(|route| !route.public && asked(route)) {
                if route.path == "/portal/sign-out" {
                    continue;
                }
                t.visit_as(contact, *role, &[]).await;
                let answer = ask(t, &route.method, route.path).await;
                match answer.failure.as_deref() {
                    Some(Failure::NoRight(right)) => {
                        assert!(!role.may(*right), "{role} {}", route.path);
                        refused.insert(*right);
                    }
                    Some(Failure::SignIn) => assert!(!route.guest, "{role} {}", route.path),
                    _ => assert!(route.guest, "{role} gets in at {}: {:?}", route.path, answer.status),
                }
            }
            let missing = Right::ALL.iter().copied().filter(|right| !role.may(*right));
            assert_eq!(refused, missing.collect(), "each right that {role} lacks is asked for somewhere");
        }
    });
}

async fn ask(t: &TestApp, method: &Method, path: &str) -> app::testing::Answer {
    if *method == Method::GET { t.get(&address(path)).await } else { t.post_form(&address(path), &[]).await }
}

/// A contact of a customer, to be let onto the portal.
async fn contact(t: &TestApp) -> ContactId {
    let now = t.now();
    t.app
        .change(app::kernel::actor::By::System("story"), move |c| {
            let form = CustomerForm { code: "A".into(), name: "A".into(), ..CustomerForm::default() };
            let customer = app::customers::store::add(c.tx, &form.read()?, now)?;
            let form = ContactForm { name: "B".into(), mail: "b@a.example".into(), ..ContactForm::default() };
            Ok(app::customers::contacts::store::add(c.tx, customer, None, &form.read()?, now)?)
        })
        .await
        .unwrap()
}

#[test]
fn a_page_of_another_site_changes_nothing() {
    each_app(async |t| {
        t.sign_in(Role::Administrator).await;
        let request = http::Request::builder()
            .method(Method::POST)
            .uri("/theme")
            .header("sec-fetch-site", "cross-site")
            .body(axum::body::Body::empty())
            .unwrap();
        let answer = t.send(request).await.has_status(403);
        assert!(matches!(answer.failure.as_deref(), Some(Failure::CrossSite)));
    });
}

#[test]
fn answers_keep_to_themselves() {
    on(db::Dialect::Sqlite, async |t| {
        let answer = t.get("/sign-in").await.ok();
        let header = |name: &str| answer.headers.get(name).map(|value| value.to_str().unwrap().to_owned());
        assert!(header("content-security-policy").unwrap().contains("script-src 'self'"));
        assert_eq!(header("x-content-type-options").as_deref(), Some("nosniff"));
        assert_eq!(header("cache-control").as_deref(), Some("no-store"));
        t.get("/nowhere").await.has_status(404);
        t.get("/api/v1/nowhere").await.has_status(404).sees("urn:aftercare:problem:not-found");
    });
}

#[test]
fn every_statement_fits_both_databases() {
    each_app(async |t| {
        let problems = db::testing::check_statements(&t.app.database);
        assert!(problems.is_empty(), "{:?}:\n{}", t.dialect, problems.join("\n"));
    });
}
