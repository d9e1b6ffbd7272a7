//! Who pays for a unit, from its acceptance through an outage and a replacement, on both databases.

use app::testing::{Answer, TestApp, each_app};
use http::Method;
use rules::access::{Permission, Role};
use serde_json::{Value, json};

async fn made(t: &TestApp, token: &str, path: &str, body: Value) -> i64 {
    let answer = t.api(Method::POST, &format!("/api/v1/{path}"), token, body).await;
    answer.has_status(201).json()["id"].as_i64().unwrap()
}

async fn event(t: &TestApp, token: &str, unit: i64, body: Value) -> Answer {
    t.api(Method::POST, &format!("/api/v1/assets/{unit}/events"), token, body).await
}

/// The period of a unit: its first and last day, and what each line of the ledger says.
async fn warranty(t: &TestApp, token: &str, unit: i64) -> (String, String, Vec<String>) {
    let path = format!("/api/v1/assets/{unit}/coverage");
    let said = t.api(Method::GET, &path, token, Value::Null).await.ok().json();
    let period = said["periods"].as_array().unwrap().iter().find(|one| one["name"] == "warranty").unwrap();
    let day = |key: &str| period[key].as_str().unwrap_or_default().to_owned();
    let lines =
        period["lines"].as_array().unwrap().iter().map(|line| line["what"].as_str().unwrap().to_owned());
    (day("from"), day("until"), lines.collect())
}

#[test]
fn a_warranty_grows_by_its_outages_and_passes_to_the_unit_that_replaces() {
    each_app(async |t| {
        let manager = t.sign_in(Role::Administrator).await;
        let token = t.token(manager, Permission::ALL).await;
        let token = token.as_str();
        let text = include_str!("../../../../commitments/standard.toml");
        let commitment = made(t, token, "commitments", json!({ "text": text })).await;
        let customer = made(t, token, "customers", json!({ "code": "LIB", "name": "市图书馆" })).await;
        let site = json!({ "customer": customer, "code": "1", "name": "总馆", "zone": "Asia/Shanghai", "address": "1" });
        let site = made(t, token, "sites", site).await;
        let product =
            json!({ "manufacturer": "H3C", "model": "S7500", "name": "交换机", "warranty_months": 12 });
        let product = made(t, token, "products", product).await;
        let unit = |serial: &str| json!({ "customer": customer, "site": site, "product": product, "serial": serial, "usage": "common" });
        let old = made(t, token, "assets", unit("A-1")).await;
        let contract = json!({ "customer": customer, "number": "HT-1", "title": "Care", "from_on": "2025-12-01", "to_on": "2030-12-31" });
        let contract = made(t, token, "contracts", contract).await;

        // Without promises nothing can be said, and nothing is recorded.
        let page = format!("/assets/{old}/coverage");
        t.get(&page).await.ok().lacks("coverage-bar");
        let out = json!({ "kind": "out-of-service", "on": "2026-01-04", "reason": "电源损坏" });
        event(t, token, old, out.clone()).await.has_status(422);

        let bound = json!({ "commitment": commitment, "effective_on": "2025-12-01" });
        t.api(Method::POST, &format!("/api/v1/contracts/{contract}/commitments"), token, bound).await.ok();
        let signed = json!({ "site": site, "signed_on": "2025-12-15" });
        t.api(Method::POST, &format!("/api/v1/contracts/{contract}/acceptances"), token, signed).await.ok();

        // Three years from the signature: longer than the manufacturer's twelve months.
        let (from, until, lines) = warranty(t, token, old).await;
        assert_eq!((from.as_str(), until.as_str(), lines.len()), ("2025-12-15", "2028-12-15", 1));
        let asked = format!("/api/v1/assets/{old}/coverage?work=repair&cause=equipment");
        let said = t.api(Method::GET, &asked, token, Value::Null).await.ok().json();
        assert_eq!(
            (&said["parts"]["price"], &said["parts"]["payer"]),
            (&json!("free"), &json!("provider")),
            "{said}"
        );
        let misuse = format!("/api/v1/assets/{old}/coverage?work=repair&cause=operation");
        let said = t.api(Method::GET, &misuse, token, Value::Null).await.ok().json();
        assert_eq!(
            (&said["parts"]["price"], &said["labour"]["price"]),
            (&json!("cost"), &json!("free")),
            "{said}"
        );
        let later = format!("/api/v1/assets/{old}/coverage?work=repair&cause=equipment&on=2029-01-05");
        let said = t.api(Method::GET, &later, token, Value::Null).await.ok().json();
        assert_eq!(said["parts"]["clause"], "C3.5", "{said}");

        // Out from the 4th, back on the 6th: three days begun. It cannot be back before it went, nor go twice.
        event(t, token, old, json!({ "kind": "back-in-service", "on": "2026-01-04" })).await.has_status(422);
        event(t, token, old, json!({ "kind": "out-of-service", "on": "2026-01-04" })).await.has_status(422);
        event(t, token, old, out.clone()).await.ok();
        event(t, token, old, out).await.has_status(422);
        t.advance("48h");
        event(t, token, old, json!({ "kind": "back-in-service", "on": "2026-01-06" })).await.ok();
        let (_, until, lines) = warranty(t, token, old).await;
        assert_eq!((until.as_str(), lines.join(" ")), ("2028-12-18", "ours extended".to_owned()));
        t.get(&page).await.ok().sees("coverage-bar").sees("电源损坏").sees("C3.1");

        // The unit that takes its place keeps the end, not a warranty of its own; by the form of the page.
        let new = made(t, token, "assets", unit("A-2")).await;
        let fields = [("kind", "replaces"), ("on", "2026-01-06"), ("replaced", &*old.to_string())];
        t.post_form(&format!("/assets/{new}/coverage"), &fields)
            .await
            .goes_to(&format!("/assets/{new}/coverage"));
        let (from, until, lines) = warranty(t, token, new).await;
        assert_eq!((from.as_str(), until.as_str()), ("2025-12-15", "2028-12-18"), "{lines:?}");
        assert_eq!(lines.last().map(String::as_str), Some("inherited"));
        let itself = [("kind", "replaces"), ("on", "2026-01-06"), ("replaced", &*new.to_string())];
        t.post_form(&format!("/assets/{new}/coverage"), &itself)
            .await
            .has_status(422)
            .sees("f-replaced-error");
        t.get(&format!("/assets/{new}")).await.ok().sees("2028-12-18");
    });
}
