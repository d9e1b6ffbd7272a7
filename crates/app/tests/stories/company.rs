//! The company's own particulars: set on a page, seen everywhere at once (C7.8).

use app::kernel::actor::By;
use app::testing::world::{Letter, MailServer};
use app::testing::{HOTLINE, each_app};
use http::Method;
use rules::access::{Permission, Role};
use rules::customers::{ContactForm, CustomerForm};
use serde_json::json;

#[test]
fn a_hotline_that_is_set_stands_on_every_page_from_then_on() {
    each_app(async |t| {
        // Until somebody sets it, it is what the configuration says.
        t.get("/sign-in").await.ok().sees(HOTLINE);
        let admin = t.sign_in(Role::Administrator).await;
        t.get("/settings/company").await.ok().sees(HOTLINE);
        let set = [
            ("name", "Anxin Networks"),
            ("hotline", "400-820-0001"),
            ("mark", "AX"),
            ("address", "1 Harbour Road"),
            ("supervisor_mail", "lead@desk.test"),
        ];
        t.post_form("/settings/company", &set).await.goes_to("/settings/company");
        t.get("/settings/company").await.ok().sees("lead@desk.test").sees("400-820-0001").lacks(HOTLINE);
        t.get("/portal/sign-in")
            .await
            .ok()
            .sees("400-820-0001")
            .sees("Anxin Networks")
            .sees("1 Harbour Road");
        // What is wrong is said beside its field, and nothing changes.
        let wrong = [("name", ""), ("hotline", "call us"), ("mark", "ABCDE"), ("supervisor_mail", "nobody")];
        let said = t.post_form("/settings/company", &wrong).await.has_status(422);
        assert_eq!(said.text().matches("aria-invalid=\"true\"").count(), 4);
        // The same again tells nothing; a change tells what differs, and the hotline is proven word for word.
        t.post_form("/settings/company", &set).await.goes_to("/settings/company");
        let token = t.token(admin, &[Permission::ManageSystem, Permission::ViewTickets]).await;
        let body = json!({ "name": "Anxin Networks", "hotline": "400-820-0002" });
        let after = t.api(Method::PUT, "/api/v1/company", &token, body).await.ok().json();
        assert_eq!((after["hotline"].as_str(), after["mark"].as_str()), (Some("400-820-0002"), Some("")));
        let told = t.facts_named("company.edited").await;
        let fields: Vec<_> = told.iter().map(|data| data["fields"].as_str().unwrap()).collect();
        assert_eq!(
            fields,
            ["name,hotline,address,mark,supervisor_mail", "hotline,address,mark,supervisor_mail"]
        );
        assert_eq!(told[1]["hotline"], "400-820-0002");
        t.sign_in(Role::Manager).await;
        t.get("/settings/company").await.has_status(403);
        t.get("/settings").await.goes_to("/replies");
    });
}

/// Whom a letter went to, and its words.
fn letter<'a>(letters: &'a [Letter], to: &str) -> &'a Letter {
    letters.iter().find(|letter| letter.to == to).unwrap_or_else(|| panic!("no letter to {to}: {letters:#?}"))
}

#[test]
fn a_dispatch_is_told_to_the_customer_and_the_call_to_the_supervisor() {
    each_app(async |t| {
        let server = MailServer::open().await;
        t.sign_in(Role::Administrator).await;
        let port = server.port.to_string();
        let mail =
            [("host", "127.0.0.1"), ("port", &port), ("security", "none"), ("from", "service@desk.test")];
        t.post_form("/settings/mail", &mail).await.goes_to("/settings/mail");
        let company = [("name", "Anxin"), ("hotline", "400-820-0001"), ("supervisor_mail", "lead@desk.test")];
        t.post_form("/settings/company", &company).await.goes_to("/settings/company");
        let boss = t.add_person("boss", Role::Manager).await;
        let engineer = t.add_person("zhou", Role::Engineer).await;
        let made = t.app.change(By::System("story"), |c| {
            let form = CustomerForm { code: "ACME".into(), name: "Acme".into(), ..CustomerForm::default() };
            let customer = app::customers::store::add(c.tx, &form.read()?, c.now)?;
            let form =
                ContactForm { name: "Li".into(), mail: "li@acme.test".into(), ..ContactForm::default() };
            Ok(app::customers::contacts::store::add(c.tx, customer, None, &form.read()?, c.now)?)
        });
        let contact = made.await.unwrap().to_string();
        t.sign_in(Role::Hotline).await;
        let begun = t.post_form("/calls", &[("direction", "in"), ("phone", "13800138000")]).await.location();
        let call = begun.rsplit('=').next().unwrap().to_owned();
        let engineer = engineer.to_string();
        let closing = [
            ("customer", "1"),
            ("contact", contact.as_str()),
            ("kind", "fault"),
            ("title", "No power in the machine room"),
            ("impact", "total-outage"),
            ("outcome", "dispatch"),
            ("arrives_in", "90"),
            ("engineer", engineer.as_str()),
            ("transport", "taxi"),
            ("call_note", "The generator does not start."),
        ];
        t.post_form(&format!("/console/{call}"), &closing).await.goes_to("/console");
        t.work().await;
        let letters = server.letters();
        let notice =
            letters.iter().find(|letter| letter.to == "li@acme.test" && letter.text().contains("zhou"));
        let notice = notice.unwrap_or_else(|| panic!("{letters:#?}"));
        assert!(notice.text().contains("400-820-0001"), "the hotline that was set: {}", notice.text());
        let report = letter(&letters, "lead@desk.test");
        assert!(report.text().contains("The generator does not start."), "{}", report.text());
        assert!(report.text().contains("400-820-0001"), "{}", report.text());
        t.sign_in_as(boss).await;
        t.get("/notices").await.ok().sees("No power in the machine room");
        // All of it stands in the history of the contact, in one order.
        t.get(&format!("/contacts/{contact}/history"))
            .await
            .ok()
            .sees("No power")
            .sees("/deliveries/")
            .sees("/calls/");
    });
}
