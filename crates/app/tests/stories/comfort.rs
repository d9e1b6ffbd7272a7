//! What makes the desk's day easier: canned replies, tags, steps, time, and one word for a fault that many report.

use app::kernel::actor::By;
use app::testing::world::MailServer;
use app::testing::{TestApp, each_app};
use http::Method;
use rules::access::{Permission, Role};
use rules::customers::{ContactForm, CustomerForm};
use rules::ids::ContactId;
use rules::portal::GuestRole;
use serde_json::{Value, json};

/// A customer with a contact who has an address; the contact's id.
async fn customer(t: &TestApp, code: &str) -> ContactId {
    let code = code.to_owned();
    let made = t.app.change(By::System("story"), move |c| {
        let form =
            CustomerForm { code: code.clone(), name: format!("{code} Ltd"), ..CustomerForm::default() };
        let customer = app::customers::store::add(c.tx, &form.read()?, c.now)?;
        let form = ContactForm {
            name: format!("Li of {code}"),
            mail: format!("li@{}.test", code.to_lowercase()),
            ..ContactForm::default()
        };
        Ok(app::customers::contacts::store::add(c.tx, customer, None, &form.read()?, c.now)?)
    });
    made.await.unwrap()
}

/// Reports a ticket of the customer whose contact is told; the answer is its number.
async fn report(t: &TestApp, token: &str, contact: ContactId, title: &str) -> String {
    let body = json!({
        "kind": "fault", "title": title, "channel": "phone", "impact": "disrupted", "contact": contact.get(),
        "severity": "level2", "severity_reason": "told so",
    });
    let answer = t.api(Method::POST, "/api/v1/tickets", token, body).await.has_status(201);
    answer.json()["number"].as_str().unwrap().to_owned()
}

async fn ticket(t: &TestApp, token: &str, number: &str) -> Value {
    t.api(Method::GET, &format!("/api/v1/tickets/{number}"), token, json!(null)).await.ok().json()
}

/// The names of the facts of a ticket, in order.
async fn facts(t: &TestApp, token: &str, number: &str) -> Vec<String> {
    let path = format!("/api/v1/tickets/{number}/facts");
    let found = t.api(Method::GET, &path, token, json!(null)).await.ok().json();
    found["items"].as_array().unwrap().iter().map(|fact| fact["name"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_tag_is_put_on_found_by_and_taken_off() {
    each_app(async |t| {
        let hotline = t.sign_in(Role::Hotline).await;
        let token = t.token(hotline, Permission::ALL).await;
        let contact = customer(t, "ACME").await;
        let (one, other) =
            (report(t, &token, contact, "Switch").await, report(t, &token, contact, "Router").await);
        let path = format!("/tickets/{one}");
        t.post_form(&format!("{path}/tags"), &[("tag", " Power  CUT ")]).await.goes_to(&path);
        let page = t.get(&path).await.ok().sees("power cut");
        let tag = page.between("/queue?tag=", "\"");
        for list in ["/queue", "/tickets"] {
            t.get(&format!("{list}?tag={tag}")).await.ok().sees(&one).lacks(&other).sees("power cut");
        }
        let listed =
            t.api(Method::GET, "/api/v1/tickets?tag=power%20cut", &token, json!(null)).await.ok().json();
        assert_eq!(listed["items"].as_array().unwrap().len(), 1);
        let none = t.api(Method::GET, "/api/v1/tickets?tag=unheard", &token, json!(null)).await.ok().json();
        assert_eq!(none["items"], json!([]));
        assert_eq!(ticket(t, &token, &one).await["tags"], json!(["power cut"]));
        // The same tag twice, a tag of nothing, a reader who only looks.
        t.post_form(&format!("{path}/tags"), &[("tag", "POWER CUT")]).await.has_status(409);
        t.post_form(&format!("{path}/tags"), &[("tag", " ")]).await.has_status(422);
        let gone =
            t.api(Method::DELETE, &format!("/api/v1{path}/tags/power%20cut"), &token, json!(null)).await;
        assert_eq!(gone.ok().json()["tags"], json!([]));
        t.get(&format!("/queue?tag={tag}")).await.ok().lacks(&one);
        let told = facts(t, &token, &one).await;
        assert_eq!(told, ["ticket.reported", "ticket.tagged", "ticket.untagged"]);
        t.sign_in(Role::ReadOnly).await;
        t.post_form(&format!("{path}/tags"), &[("tag", "x")]).await.has_status(403);
        t.get(&path).await.ok().lacks("name=\"tag\"");
    });
}

#[test]
fn time_is_noted_summed_and_taken_back_by_who_noted_it() {
    each_app(async |t| {
        let hotline = t.sign_in(Role::Hotline).await;
        let token = t.token(hotline, Permission::ALL).await;
        let contact = customer(t, "ACME").await;
        let number = report(t, &token, contact, "Switch").await;
        let path = format!("/tickets/{number}");
        let time = [("spent", "1h30"), ("work", "on-site"), ("note", "changed the optics")];
        t.post_form(&format!("{path}/time"), &time).await.goes_to(&path);
        t.post_form(&format!("{path}/time"), &[("spent", "soon")]).await.has_status(422);
        let api = format!("/api/v1{path}/time");
        let slip =
            t.api(Method::POST, &api, &token, json!({ "spent": "20", "work": "talk" })).await.ok().json();
        assert_eq!(
            (slip["sum_min"].as_i64(), slip["entries"][0]["work"].as_str()),
            (Some(110), Some("talk"))
        );
        let entry = slip["entries"][0]["id"].as_i64().unwrap();
        let back = format!("{path}/time/{entry}/withdrawal");
        t.sign_in(Role::Engineer).await;
        t.post_form(&back, &[]).await.has_status(409);
        t.sign_in_as(hotline).await;
        t.post_form(&back, &[]).await.goes_to(&path);
        t.post_form(&back, &[]).await.has_status(409);
        assert_eq!(ticket(t, &token, &number).await["spent_min"], json!(90));
        t.get(&path).await.ok().sees("changed the optics");
    });
}

#[test]
fn a_checklist_goes_onto_tickets_of_its_kind_and_is_ticked_off() {
    each_app(async |t| {
        let hotline = t.sign_in(Role::Hotline).await;
        let token = t.token(hotline, Permission::ALL).await;
        let contact = customer(t, "ACME").await;
        t.get("/checklists").await.ok();
        let list =
            [("title", "Line down"), ("kind", "fault"), ("steps", "- Power\n- Cable"), ("by_itself", "yes")];
        t.post_form("/checklists", &list).await.goes_to("/checklists");
        t.post_form("/checklists", &[("title", "Empty"), ("steps", "\n")]).await.has_status(422);
        t.post_form("/checklists", &[("title", "By hand"), ("steps", "Ask\nWrite")])
            .await
            .goes_to("/checklists");
        let onsite = json!({
            "kind": "fault", "title": "Link", "impact": "disrupted", "contact": contact.get(), "onsite": true,
            "reported_at": "2026-01-05T00:59:59.123456789Z",
        });
        let answer = t.api(Method::POST, "/api/v1/tickets", &token, onsite).await.has_status(201).json();
        let asked = answer["number"].as_str().unwrap();
        assert_eq!(answer, ticket(t, &token, asked).await, "the answer is the ticket as it stands");
        let withdrawn = json!({ "reason": "It came up", "contact": contact.get() });
        let place = format!("/api/v1/tickets/{asked}/onsite-withdrawal");
        t.api(Method::POST, &place, &token, withdrawn).await.ok();

        let number = report(t, &token, contact, "Line").await;
        let path = format!("/tickets/{number}");
        let api = format!("/api/v1{path}/steps");
        let steps = t.api(Method::GET, &api, &token, json!(null)).await.ok().json();
        let texts = |steps: &Value| -> Vec<String> {
            let all = steps["items"].as_array().unwrap().iter();
            all.map(|step| step["text"].as_str().unwrap().to_owned()).collect()
        };
        assert_eq!(texts(&steps), ["Power", "Cable"]);
        let (first, by_hand) = (steps["items"][0]["id"].as_i64().unwrap(), "2");
        t.post_form(&format!("{path}/steps"), &[("checklist", by_hand)]).await.goes_to(&path);
        let steps = t.api(Method::POST, &api, &token, json!({ "text": "Call back" })).await.ok().json();
        assert_eq!(texts(&steps), ["Power", "Cable", "Ask", "Write", "Call back"]);
        let tick = format!("{path}/steps/{first}");
        t.post_form(&tick, &[("done", "yes")]).await.goes_to(&path);
        t.post_form(&tick, &[("done", "yes")]).await.has_status(409);
        t.get(&path).await.ok().sees("aria-checked=\"true\"");
        t.post_form(&tick, &[("done", "no")]).await.goes_to(&path);
        t.post_form(&format!("{path}/steps/999"), &[("done", "yes")]).await.has_status(404);
        // Put away, it goes onto no new ticket, and its steps stay where they stand.
        t.post_form("/checklists/1/archive", &[]).await.goes_to("/checklists");
        t.get("/checklists").await.ok().lacks("Line down").sees("By hand");
        let later = report(t, &token, contact, "Another line").await;
        let none = t.api(Method::GET, &format!("/api/v1/tickets/{later}/steps"), &token, json!(null)).await;
        assert_eq!(texts(&none.ok().json()), [] as [&str; 0]);
        t.get(&path).await.ok().sees("Cable");
    });
}

#[test]
fn a_canned_reply_is_filled_in_for_the_ticket_and_its_contact() {
    each_app(async |t| {
        let contact = customer(t, "ACME").await;
        t.sign_in(Role::Manager).await;
        t.post_form("/teams", &[("name", "Night shift")]).await;
        let hotline = t.sign_in(Role::Hotline).await;
        let token = t.token(hotline, Permission::ALL).await;
        let all = [
            ("title", "Receipt"),
            ("text_hans", "{contact}您好，{number}已受理。"),
            ("text_en", "Dear {contact}, {number} is in hand. {hotline} {agent}"),
        ];
        t.post_form("/replies", &all).await.goes_to("/replies");
        let night = [("title", "Night"), ("text_en", "Until the morning."), ("team", "1")];
        t.post_form("/replies", &night).await.goes_to("/replies");
        t.post_form("/replies", &[("title", "Wish"), ("text_en", "x"), ("kind", "complaint")]).await;
        // A variable that nothing fills in would be sent as it stands.
        let wrong = [("title", "Pay"), ("text_en", "{salary}")];
        t.post_form("/replies", &wrong).await.has_status(422).sees("salary");
        let number = report(t, &token, contact, "Switch").await;
        let api = format!("/api/v1/tickets/{number}/replies");
        let replies = t.api(Method::GET, &api, &token, json!(null)).await.ok().json();
        let titles: Vec<_> = replies.as_array().unwrap().iter().map(|one| one["title"].clone()).collect();
        assert_eq!(titles, ["Receipt"], "neither of another team nor for another kind");
        // The language is the reader's, until the contact has chosen one.
        let text = replies[0]["text"].as_str().unwrap().to_owned();
        assert!(text.starts_with("Li of ACME\u{60a8}\u{597d}"), "{text}");
        t.visit_as(contact, GuestRole::Manager, &[]).await;
        let chosen = [("locale", "en"), ("theme", "auto")];
        t.post_form("/portal/account", &chosen).await.goes_to("/portal/account");
        let replies = t.api(Method::GET, &api, &token, json!(null)).await.ok().json();
        let text = replies[0]["text"].as_str().unwrap();
        assert!(text.starts_with("Dear Li of ACME, ") && !text.contains('{'), "{text}");
        // Two who edit at once, and one that is put away.
        t.sign_in_as(hotline).await;
        let seen = [("version", "1"), ("title", "Receipt"), ("text_en", "Short.")];
        t.post_form("/replies/1", &seen).await.goes_to("/replies");
        t.post_form("/replies/1", &seen).await.has_status(409);
        t.post_form("/replies/1/archive", &[]).await.goes_to("/replies");
        let replies = t.api(Method::GET, &api, &token, json!(null)).await.ok().json();
        assert_eq!(replies, json!([]));
        t.sign_in(Role::Engineer).await;
        t.get("/replies").await.has_status(403);
    });
}

#[test]
fn what_is_part_of_a_widespread_fault_is_told_and_ended_with_it() {
    each_app(async |t| {
        let server = MailServer::open().await;
        t.sign_in(Role::Administrator).await;
        let port = server.port.to_string();
        let mail =
            [("host", "127.0.0.1"), ("port", &port), ("security", "none"), ("from", "service@desk.test")];
        t.post_form("/settings/mail", &mail).await.goes_to("/settings/mail");
        let hotline = t.sign_in(Role::Hotline).await;
        let token = t.token(hotline, Permission::ALL).await;
        let (acme, beta) = (customer(t, "ACME").await, customer(t, "BETA").await);
        let parent = report(t, &token, acme, "Line cut").await;
        t.advance("2m");
        let (one, two) =
            (report(t, &token, beta, "No line").await, report(t, &token, acme, "No phone").await);
        let link = |number: &str| {
            (
                format!("/tickets/{number}/links"),
                [("other", parent.clone()), ("relation", "part-of".to_owned())],
            )
        };
        for number in [&one, &two] {
            let (path, form) = link(number);
            let form = form.each_ref().map(|(name, value)| (*name, value.as_str()));
            t.post_form(&path, &form).await.goes_to(&format!("/tickets/{number}"));
        }
        // Two generations, and no circle.
        let other = report(t, &token, acme, "Third").await;
        let grandchild = [("other", one.as_str()), ("relation", "part-of")];
        t.post_form(&format!("/tickets/{other}/links"), &grandchild).await.has_status(409);
        t.post_form(&format!("/tickets/{parent}/links"), &grandchild).await.has_status(409);
        assert_eq!(ticket(t, &token, &parent).await["parts"], json!([one, two]));
        assert_eq!(ticket(t, &token, &one).await["part_of"], json!(parent));
        t.work().await;
        let before = server.letters().len();
        // One public word reaches the contact of each.
        let path = format!("/tickets/{parent}");
        t.get(&path).await.ok().sees("name=\"parts\"").sees("BETA Ltd");
        let word = [
            ("visibility", "public"),
            ("text", "The cable is being spliced."),
            ("mail", "yes"),
            ("parts", "yes"),
        ];
        t.post_form(&format!("{path}/note"), &word).await.goes_to(&path);
        t.work().await;
        let told = |before: usize| {
            let mut told: Vec<String> =
                server.letters()[before..].iter().map(|letter| letter.to.clone()).collect();
            told.sort();
            told
        };
        assert_eq!(told(before), ["li@acme.test", "li@acme.test", "li@beta.test"]);
        // A program says a word in the same way, to one or to all.
        let before = server.letters().len();
        let word = json!({ "visibility": "public", "text": "Nearly done.", "mail": true, "parts": true });
        t.api(Method::POST, &format!("/api/v1/tickets/{parent}/note"), &token, word).await.ok();
        t.work().await;
        assert_eq!(told(before), ["li@acme.test", "li@acme.test", "li@beta.test"]);
        let before = server.letters().len();
        let word = json!({ "visibility": "public", "text": "Your line is back." });
        t.api(Method::POST, &format!("/api/v1/tickets/{one}/note"), &token, word).await.ok();
        t.work().await;
        assert_eq!(told(before), [""; 0]);
        assert!(facts(t, &token, &one).await.contains(&"ticket.note_added".to_owned()));
        // One of them is done already; the rest follow, and what cannot is left as it is.
        t.advance("10m");
        let solved = [("cause", "external"), ("solution", "Spliced."), ("parts", "yes")];
        t.post_form(&format!("/tickets/{two}/resolution"), &solved[..2])
            .await
            .goes_to(&format!("/tickets/{two}"));
        t.get(&format!("{path}/act/resolve")).await.has_status(404);
        t.get(&format!("{path}/act/resolution")).await.ok().sees("name=\"parts\"");
        t.post_form(&format!("{path}/resolution"), &solved).await.goes_to(&path);
        for number in [&parent, &one, &two] {
            assert_eq!(ticket(t, &token, number).await["state"], "resolved", "{number}");
        }
        // Restored before it was reported: the moment of the parent does not fit, and the page says so.
        let late = report(t, &token, beta, "Again").await;
        let (again, form) = link(&late);
        let form = form.each_ref().map(|(name, value)| (*name, value.as_str()));
        t.post_form(&again, &form).await.goes_to(&format!("/tickets/{late}"));
        t.get(&format!("{path}/parts/restoration?part=yes")).await.ok();
        t.post_form(&format!("{path}/parts/restoration"), &[("at", "2000-01-01T00:00")])
            .await
            .ok()
            .sees(&format!("/tickets/{late}"));
        assert_eq!(ticket(t, &token, &late).await["state"], "reported");
        t.post_form(&format!("{path}/parts/restoration"), &[]).await.goes_to(&path);
        assert_eq!(ticket(t, &token, &late).await["state"], "restored");
        // Many at once takes its own permission.
        t.sign_in(Role::Engineer).await;
        t.get(&path).await.ok().lacks("name=\"parts\"");
        t.get(&format!("{path}/parts/restoration")).await.has_status(403);
    });
}

#[test]
fn open_tickets_that_are_alike_are_shown_beside_one() {
    each_app(async |t| {
        let hotline = t.sign_in(Role::Hotline).await;
        let token = t.token(hotline, Permission::ALL).await;
        let (acme, beta) = (customer(t, "ACME").await, customer(t, "BETA").await);
        let one = report(t, &token, acme, "\u{6253}\u{5370}\u{673a}\u{5361}\u{7eb8}").await;
        let same = report(t, &token, acme, "\u{6253}\u{5370}\u{673a}\u{53c8}\u{5361}\u{7eb8}").await;
        let many = report(t, &token, beta, "\u{6253}\u{5370}\u{673a}\u{5361}\u{7eb8}\u{4e86}").await;
        let other = report(t, &token, beta, "\u{7535}\u{8bdd}\u{4e0d}\u{901a}").await;
        app::search::follow::open(&t.app).unwrap();
        t.work().await;
        let path = format!("/tickets/{one}");
        t.get(&path).await.ok().sees(&format!("data-fetched=\"{path}/alike\""));
        let part = t.get(&format!("{path}/alike")).await.ok();
        let part = part.sees(&same).sees(&many).lacks(&other).lacks(&format!("href=\"{path}\""));
        // Only one of the same customer can be merged; the form comes filled in.
        assert_eq!(part.text().matches("/merge?into=").count(), 1);
        t.get(&format!("{path}/merge?into={same}&part=yes")).await.ok().sees(&format!("value=\"{same}\""));
        let link = [("other", same.as_str()), ("relation", "duplicate")];
        t.post_form(&format!("{path}/links"), &link).await.goes_to(&path);
        t.get(&format!("{path}/alike")).await.ok().lacks(&same).sees(&many);
    });
}
