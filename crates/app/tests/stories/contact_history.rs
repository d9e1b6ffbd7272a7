//! Everything that we had to do with a contact, in one order, page by page.

use app::kernel::actor::By;
use app::testing::{TestApp, each_app};
use http::Method;
use rules::access::{Permission, Role};
use rules::customers::{ContactForm, CustomerForm};
use rules::ids::ContactId;
use rules::portal::GuestRole;
use serde_json::{Value, json};

async fn contact(t: &TestApp, name: &'static str) -> ContactId {
    let made = t.app.change(By::System("story"), move |c| {
        let form = CustomerForm { code: name.into(), name: name.into(), ..CustomerForm::default() };
        let customer = app::customers::store::add(c.tx, &form.read()?, c.now)?;
        let phone = if name == "Li" { "13800138000" } else { "13900139000" };
        let form = ContactForm { name: name.into(), phone: phone.into(), ..ContactForm::default() };
        Ok(app::customers::contacts::store::add(c.tx, customer, None, &form.read()?, c.now)?)
    });
    made.await.unwrap()
}

fn kinds(answer: &Value) -> Vec<&str> {
    answer["items"].as_array().unwrap().iter().map(|line| line["kind"].as_str().unwrap()).collect()
}

#[test]
fn reports_calls_and_portal_acts_stand_in_one_order() {
    each_app(async |t| {
        let (li, wang) = (contact(t, "Li").await, contact(t, "Wang").await);
        let hotline = t.sign_in(Role::Hotline).await;
        t.add_person("boss", Role::Manager).await;
        let token = t.token(hotline, Permission::ALL).await;
        let path = format!("/contacts/{li}/history");
        t.get(&path).await.ok().lacks("timeline-body");
        t.get("/contacts/999/history").await.has_status(404);
        let report = async |contact: ContactId, title: &str| {
            let body = json!({ "title": title, "contact": contact.get(), "impact": "disrupted" });
            let made = t.api(Method::POST, "/api/v1/tickets", &token, body).await.has_status(201).json();
            made["number"].as_str().unwrap().to_owned()
        };
        // Several things of one moment, then others later; the other contact's are not among them.
        let first = report(li, "First").await;
        report(li, "Second").await;
        report(wang, "Not hers").await;
        t.post_form("/calls", &[("direction", "in"), ("phone", "13800138000")]).await.has_status(303);
        t.advance("1h");
        t.visit_as(li, GuestRole::Manager, &[]).await;
        let reply = [("text", "It is worse now.")];
        t.post_files(&format!("/portal/tickets/{first}/reply"), &reply, &[]).await.has_status(303);
        t.sign_in_as(hotline).await;
        let api = format!("/api/v1{path}");
        let whole = t.api(Method::GET, &api, &token, json!(null)).await.ok().json();
        assert_eq!(kinds(&whole), ["acts", "tickets", "tickets", "calls"], "{whole}");
        assert_eq!((&whole["items"][1]["title"], &whole["next"]), (&json!("Second"), &json!(null)));
        assert_eq!(whole["items"][0]["ticket"], json!(first));
        // Page by page the same lines in the same order, also where several are of one moment.
        let (mut paged, mut after) = (Vec::new(), String::new());
        loop {
            let page = t.api(Method::GET, &format!("{api}?limit=1&after={after}"), &token, json!(null)).await;
            let page = page.ok().json();
            paged.extend(page["items"].as_array().unwrap().clone());
            match page["next"].as_str() {
                Some(next) => after = next.to_owned(),
                None => break,
            }
        }
        assert_eq!(json!(paged), whole["items"]);
        let calls = t.api(Method::GET, &format!("{api}?kind=calls"), &token, json!(null)).await.ok().json();
        assert_eq!(kinds(&calls), ["calls"]);
        t.get(&path).await.ok().sees("First").sees("Second").sees("It is worse now.").lacks("Not hers");
        t.get(&format!("{path}?kind=tickets")).await.ok().sees("First").lacks("It is worse now.");
        t.get(&format!("/contacts/{li}")).await.ok().sees(&format!("data-fetched=\"{path}?part=yes\""));
        t.get(&format!("{path}?part=yes")).await.ok().sees("First").lacks("<html");
    });
}
