//! What a house wants to know beyond what everybody does: defined once, asked on every report, found by.

use app::kernel::actor::By;
use app::testing::{TestApp, each_app};
use http::Method;
use rules::access::{Permission, Role};
use rules::customers::{ContactForm, CustomerForm};
use rules::ids::ContactId;
use rules::portal::GuestRole;
use serde_json::{Value, json};

async fn contact(t: &TestApp) -> ContactId {
    let made = t.app.change(By::System("story"), |c| {
        let form = CustomerForm { code: "ACME".into(), name: "Acme".into(), ..CustomerForm::default() };
        let customer = app::customers::store::add(c.tx, &form.read()?, c.now)?;
        let form = ContactForm { name: "Li".into(), phone: "13800000001".into(), ..ContactForm::default() };
        Ok(app::customers::contacts::store::add(c.tx, customer, None, &form.read()?, c.now)?)
    });
    made.await.unwrap()
}

async fn define(t: &TestApp, fields: &[(&str, &str)]) {
    t.post_form("/settings/fields", fields).await.goes_to("/settings/fields");
}

fn report(fields: Value) -> Value {
    json!({ "title": "Line", "customer": 1, "impact": "disrupted", "fields": fields })
}

#[test]
fn a_field_is_asked_shown_found_by_and_put_away() {
    each_app(async |t| {
        contact(t).await;
        let admin = t.sign_in(Role::Administrator).await;
        let token = t.token(admin, Permission::ALL).await;
        t.get("/settings/fields").await.ok();
        let region = [
            ("label", "Region"),
            ("shape", "choice"),
            ("choices", "East\nWest"),
            ("required", "yes"),
            ("kinds", "fault"),
        ];
        define(t, &region).await;
        define(t, &[("label", "Line number"), ("shape", "number")]).await;
        t.post_form("/settings/fields", &[("label", "Empty"), ("shape", "choice")]).await.has_status(422);
        // Needed for a fault, and not for a question.
        let post = async |body: Value| t.api(Method::POST, "/api/v1/tickets", &token, body).await;
        post(report(json!({}))).await.has_status(422).sees("custom_1");
        post(report(json!({ "1": "North" }))).await.has_status(422);
        post(report(json!({ "9x": "x" }))).await.has_status(422);
        post(json!({ "title": "How?", "customer": 1, "kind": "consultation" })).await.has_status(201);
        let made = post(report(json!({ "1": "East", "2": "1,200" }))).await.has_status(201).json();
        let number = made["number"].as_str().unwrap().to_owned();
        assert_eq!(made["fields"][1], json!({ "id": 2, "label": "Line number", "value": "1200" }));
        // The desk's form asks for it and says what is wrong beside it.
        t.get("/tickets/new").await.ok().sees("name=\"custom_1\"").sees("data-kinds=\"fault\"");
        let form = [
            ("customer", "1"),
            ("kind", "fault"),
            ("impact", "disrupted"),
            ("title", "Line"),
            ("custom_1", ""),
        ];
        t.post_form("/tickets", &form).await.has_status(422).sees("custom_1");
        // Both problems at once.
        let empty =
            t.post_form("/tickets", &[("customer", "1"), ("kind", "fault"), ("impact", "disrupted")]).await;
        assert_eq!(empty.has_status(422).text().matches("aria-invalid=\"true\"").count(), 2);
        let path = format!("/tickets/{number}");
        t.get(&path).await.ok().sees("Region").sees("East").sees("1200");
        t.get("/queue?custom_1=East").await.ok().sees(&number).sees("Region");
        t.get("/queue?custom_1=West").await.ok().lacks(&number);
        // Set anew: what differs is told, and the same again is not.
        t.get(&format!("{path}/fields?part=yes")).await.ok().sees("value=\"1200\"");
        let set = [("custom_1", "West"), ("custom_2", "")];
        t.post_form(&format!("{path}/fields"), &set).await.goes_to(&path);
        t.post_form(&format!("{path}/fields"), &set).await.goes_to(&path);
        t.post_form(&format!("{path}/fields"), &[("custom_1", "")]).await.has_status(422);
        t.get("/queue?custom_1=East&custom_1=West").await.ok().sees(&number);
        let told = t.facts_named("ticket.fields_set").await;
        let fields: Vec<_> = told.iter().map(|data| data["fields"].as_str().unwrap()).collect();
        assert_eq!(fields, ["1,2", "1,2"]);
        t.get(&path).await.ok().sees("<del>East</del>").sees("<ins>West</ins>");
        let api = format!("/api/v1{path}/fields");
        let after = t.api(Method::PATCH, &api, &token, json!({ "fields": { "2": "7" } })).await.ok().json();
        assert_eq!(after["fields"][0]["value"], "West", "what is left out stays");
        // What it holds never changes, and a choice that is taken out stays where it stands.
        let other = [("version", "1"), ("label", "Region"), ("shape", "text")];
        t.post_form("/settings/fields/1", &other).await.has_status(409);
        let fewer = [
            ("version", "1"),
            ("label", "Area"),
            ("shape", "choice"),
            ("choices", "East\nNorth"),
            ("required", "yes"),
        ];
        t.post_form("/settings/fields/1", &fewer).await.goes_to("/settings/fields");
        t.post_form("/settings/fields/1", &fewer).await.has_status(409);
        t.post_form(&format!("{path}/fields"), &[("custom_1", "West"), ("custom_2", "8")])
            .await
            .goes_to(&path);
        // Put away, it is asked no more and read for ever.
        t.post_form("/settings/fields/1/archive", &[]).await.goes_to("/settings/fields");
        t.post_form("/settings/fields/1/archive", &[]).await.has_status(409);
        t.get(&path).await.ok().sees("Area").sees("West");
        post(report(json!({}))).await.has_status(201);
        t.get("/tickets/new").await.ok().lacks("name=\"custom_1\"");
        let listed = t.api(Method::GET, "/api/v1/custom-fields", &token, json!(null)).await.ok().json();
        assert_eq!(
            (&listed["items"][0]["archived"], &listed["items"][0]["label"]),
            (&json!(true), &json!("Area"))
        );
        t.post_form("/settings/fields/1/restoration", &[]).await.goes_to("/settings/fields");
        post(report(json!({}))).await.has_status(422);
        t.sign_in(Role::Manager).await;
        t.get("/settings/fields").await.has_status(403);
    });
}

#[test]
fn customers_are_asked_for_what_they_see_and_for_nothing_else() {
    each_app(async |t| {
        let contact = contact(t).await;
        t.sign_in(Role::Administrator).await;
        define(t, &[("label", "Floor"), ("shape", "text"), ("required", "yes"), ("in_portal", "yes")]).await;
        define(t, &[("label", "Margin"), ("shape", "number"), ("required", "yes")]).await;
        t.visit_as(contact, GuestRole::Manager, &[]).await;
        t.get("/portal/report").await.ok().sees("Floor").lacks("Margin");
        let typed = [("title", "Down"), ("kind", "fault"), ("impact", "disrupted"), ("custom_2", "987654")];
        let post = async |floor: &str| {
            let mut fields = typed.to_vec();
            fields.push(("custom_1", floor));
            t.post_files("/portal/report", &fields, &[]).await
        };
        post("").await.has_status(422).sees("custom_1");
        let receipt = post("3rd").await.location();
        let own = receipt.trim_end_matches("/receipt").to_owned();
        t.get(&own).await.ok().sees("Floor").sees("3rd").lacks("Margin");
        // What a customer typed into a field that they do not see is nothing.
        t.sign_in(Role::Hotline).await;
        t.get(&own.replace("/portal", "")).await.ok().sees("Margin").lacks("987654");
    });
}
