//! Who is told what, by which way: stories over real sockets with the clock of the story.

use app::kernel::actor::By;
use app::testing::world::{Gateway, MailServer};
use app::testing::{TestApp, each_app};
use http::Method;
use rules::access::{Permission, Role};
use rules::customers::{ContactForm, CustomerForm};
use rules::ids::UserId;
use serde_json::json;

async fn set_up_mail(t: &TestApp) -> MailServer {
    let server = MailServer::open().await;
    t.sign_in(Role::Administrator).await;
    let port = server.port.to_string();
    let form = [
        ("host", "127.0.0.1"),
        ("port", port.as_str()),
        ("security", "none"),
        ("from", "service@desk.test"),
        ("signed_replies", "yes"),
    ];
    t.post_form("/settings/mail", &form).await.goes_to("/settings/mail");
    server
}

/// A person of ours with an address and a number.
async fn person(t: &TestApp, name: &str, role: Role, phone: &str) -> UserId {
    let id = t.add_person(name, role).await;
    let (mail, phone) = (format!("{name}@desk.test"), phone.to_owned());
    t.app
        .change(By::System("story"), move |c| {
            let account = rules::people::Account {
                login: mail.split('@').next().unwrap_or_default().to_owned(),
                name: mail.split('@').next().unwrap_or_default().to_owned(),
                email: Some(mail),
                phone: Some(phone),
                role,
            };
            app::people::store::save(c.tx, id, 1, &account, c.now)?;
            Ok(())
        })
        .await
        .unwrap();
    id
}

/// A customer with a contact who has an address.
async fn customer(t: &TestApp) {
    t.app
        .change(By::System("story"), |c| {
            let form = CustomerForm { code: "ACME".into(), name: "Acme".into(), ..CustomerForm::default() };
            let customer = app::customers::store::add(c.tx, &form.read()?, c.now)?;
            let form = ContactForm {
                name: "Li Ming".into(),
                mail: "li@customer.test".into(),
                phone: "13800000001".into(),
                ..ContactForm::default()
            };
            app::customers::contacts::store::add(c.tx, customer, None, &form.read()?, c.now)?;
            Ok(())
        })
        .await
        .unwrap();
}

/// Reports a ticket; the answer is its number.
async fn report(t: &TestApp, token: &str, severity: &str) -> String {
    let body = json!({
        "kind": "fault", "title": "Core switch", "channel": "phone", "impact": "disrupted", "customer": 1,
        "contact": 1, "severity": severity, "severity_reason": "told so",
    });
    let answer = t.api(Method::POST, "/api/v1/tickets", token, body).await.has_status(201);
    answer.json()["number"].as_str().unwrap().to_owned()
}

async fn token(t: &TestApp, id: UserId) -> String {
    t.token(id, Permission::ALL).await
}

#[test]
fn the_customer_is_told_the_number_and_the_answer_in_one_thread() {
    each_app(async |t| {
        let server = set_up_mail(t).await;
        customer(t).await;
        let hotline = t.sign_in(Role::Hotline).await;
        let token = token(t, hotline).await;
        let number = report(t, &token, "level2").await;
        t.work().await;
        let path = format!("/tickets/{number}");
        let note = [("visibility", "public"), ("text", "We look into it."), ("mail", "yes")];
        t.post_form(&format!("{path}/note"), &note).await.goes_to(&path);
        let inside = [("visibility", "internal"), ("text", "He is angry."), ("mail", "yes")];
        t.post_form(&format!("{path}/note"), &inside).await.goes_to(&path);
        t.work().await;
        let letters = server.letters();
        assert_eq!(letters.len(), 2, "{letters:#?}");
        assert!(letters.iter().all(|letter| letter.to == "li@customer.test"));
        assert!(letters[1].header("References").contains(&letters[0].header("Message-ID")), "{letters:#?}");
        let signer = app::messages::sign::signer(&t.app).unwrap();
        let id = rules::tickets::number::TicketNumber::parse(&number).unwrap().ticket().to_string();
        assert_eq!(signer.verify(&letters[1].header("X-Aftercare-Ticket")), Some(id.clone()));
        assert_eq!(signer.of_address(letters[1].header("Reply-To").trim_matches(['<', '>'])), Some(id));
        assert!(letters[1].text().contains("We look into it."), "{}", letters[1].text());
        assert!(!letters[1].text().contains("angry"));
        // What went out stands on the timeline.
        t.get(&path).await.ok().sees("li@customer.test").sees("We look into it.");
        t.get(&format!("/deliveries?ticket={number}")).await.ok().sees("li@customer.test");
    });
}

#[test]
fn quiet_hours_hold_back_an_assignment_and_never_an_emergency() {
    each_app(async |t| {
        let server = set_up_mail(t).await;
        customer(t).await;
        let wang = person(t, "wang", Role::Engineer, "13900000002").await;
        t.sign_in_as(wang).await;
        // The story begins at 9 in Shanghai.
        let quiet = [
            ("assigned", "mail"),
            ("emergency", "mail"),
            ("emergency", "page"),
            ("quiet_from", "08:00"),
            ("quiet_to", "12:00"),
        ];
        t.post_form("/account/notices", &quiet).await.goes_to("/account/notices");
        t.get("/account/notices").await.ok().sees("08:00");
        t.post_form("/account/notices", &[("quiet_from", "25:00")]).await.has_status(422);
        let hotline = t.sign_in(Role::Hotline).await;
        let token = token(t, hotline).await;
        let calm = report(t, &token, "level3").await;
        let assign = |number: &str| format!("/tickets/{number}/assignment");
        t.post_form(&assign(&calm), &[("assignee", &wang.to_string())]).await;
        t.work().await;
        let to_wang = || server.letters().into_iter().filter(|letter| letter.to == "wang@desk.test").count();
        assert_eq!(to_wang(), 0, "it waits for noon");
        let urgent = report(t, &token, "emergency").await;
        t.post_form(&assign(&urgent), &[("assignee", &wang.to_string())]).await;
        t.work().await;
        assert_eq!(to_wang(), 1, "an emergency wakes");
        t.advance("3h");
        t.work().await;
        assert!(to_wang() >= 3, "the assignments leave when the quiet hours end: {}", to_wang());
    });
}

#[test]
fn an_emergency_reaches_the_third_person_and_stops_when_acknowledged() {
    each_app(async |t| {
        let server = set_up_mail(t).await;
        customer(t).await;
        let first = person(t, "first", Role::Engineer, "13900000001").await;
        let second = person(t, "second", Role::Engineer, "13900000002").await;
        let third = person(t, "third", Role::Engineer, "13900000003").await;
        t.sign_in(Role::Administrator).await;
        t.post_form("/teams", &[("name", "North")]).await.goes_to("/teams/1");
        for id in [first, second, third] {
            t.post_form("/teams/1/members", &[("person", &id.to_string())]).await.goes_to("/teams/1");
        }
        let (one, two, three) = (first.to_string(), second.to_string(), third.to_string());
        let chain = [
            ("whom_1", "person"),
            ("person_1", one.as_str()),
            ("wait_1", "5"),
            ("whom_2", "person"),
            ("person_2", two.as_str()),
            ("wait_2", "5"),
            ("whom_3", "person"),
            ("person_3", three.as_str()),
            ("wait_3", "5"),
        ];
        t.post_form("/teams/1/escalation", &chain).await.goes_to("/teams/1/escalation");
        t.post_form("/teams/1/escalation", &[("whom_1", "person"), ("wait_1", "5")]).await.has_status(422);
        let hotline = t.sign_in(Role::Hotline).await;
        let token = token(t, hotline).await;
        let number = report(t, &token, "emergency").await;
        t.post_form(&format!("/tickets/{number}/assignment"), &[("team", "1")]).await;
        let called = || {
            let letters = server.letters();
            let of_desk = letters.iter().filter(|letter| letter.to.ends_with("@desk.test"));
            let names: Vec<String> = of_desk.map(|letter| letter.to.replace("@desk.test", "")).collect();
            names
                .into_iter()
                .filter(|name| ["first", "second", "third"].contains(&name.as_str()))
                .collect::<Vec<_>>()
        };
        t.work().await;
        assert_eq!(called(), ["first"]);
        t.advance("4m");
        t.work().await;
        assert_eq!(called(), ["first"]);
        t.advance("1m");
        t.work().await;
        t.advance("5m");
        t.work().await;
        assert_eq!(called(), ["first", "second", "third"]);
        t.get(&format!("/tickets/{number}")).await.ok().sees("/acknowledgement");

        // The link of the third person asks first: a program that looks at links takes nothing up.
        let letter = server.letters().into_iter().find(|letter| letter.to == "third@desk.test").unwrap();
        let words = letter.text();
        let link = words.split("/acknowledge/").nth(1).unwrap_or_else(|| panic!("{words}"));
        let link: String =
            link.chars().take_while(|found| found.is_alphanumeric() || "/-_".contains(*found)).collect();
        let link = format!("/acknowledge/{link}");
        t.forget_cookies();
        t.get(&link).await.ok();
        t.get(&format!("{link}x")).await.has_status(410);
        t.advance("5m");
        t.work().await;
        assert_eq!(called().len(), 4, "looking is not taking up");
        t.post_form(&link, &[]).await.goes_to(&link);
        t.advance("2h");
        t.work().await;
        assert_eq!(called().len(), 4, "nobody is called any more");
        let facts =
            t.api(Method::GET, &format!("/api/v1/tickets/{number}/facts"), &token, json!(null)).await.ok();
        facts.sees("ticket.paged").sees("ticket.page_acknowledged");
        let again = format!("/api/v1/tickets/{number}/acknowledgement");
        t.api(Method::POST, &again, &token, json!({})).await.has_status(409);
    });
}

#[test]
fn a_webhook_is_signed_survives_an_hour_of_500_and_may_not_lead_home() {
    each_app(async |t| {
        customer(t).await;
        let gateway = Gateway::open().await;
        t.sign_in(Role::Manager).await;
        let url = gateway.url("/hook");
        let form =
            [("kind", "webhook"), ("name", "ERP"), ("address", url.as_str()), ("events", "ticket.reported")];
        let page = t.post_form("/gateways", &form).await.ok();
        let secret = page.between("<code>whsec_", "</code>");
        t.get("/gateways/1").await.ok().lacks(&secret);
        gateway.answers(500, "ill");
        let hotline = t.sign_in(Role::Hotline).await;
        let token = token(t, hotline).await;
        let number = report(t, &token, "level3").await;
        for _ in 0..6 {
            t.work().await;
            t.advance("10m");
        }
        t.sign_in(Role::Manager).await;
        t.get("/deliveries?way=webhook&state=waiting").await.ok().sees("ERP");
        t.get("/health").await.ok().sees("ERP");
        t.get("/healthz").await.ok().sees("down gateway:1 since");
        gateway.answers(200, "{}");
        t.advance("30m");
        t.work().await;
        let heard = gateway.heard();
        let last = heard.last().unwrap();
        assert!(heard.len() > 2);
        let ids: std::collections::BTreeSet<String> =
            heard.iter().map(|one| one.header("webhook-id")).collect();
        assert_eq!(ids.len(), 1, "every try is the same message");
        assert_eq!(last.json()["type"], "ticket.reported");
        assert_eq!(last.json()["data"]["ticket"], number.as_str());
        assert!(!last.body.contains("Core switch"), "what people wrote stays here: {}", last.body);
        assert!(last.header("webhook-signature").starts_with("v1,"));
        assert_eq!(last.header("webhook-signature").split(' ').count(), 1);
        t.get("/healthz").await.ok().lacks("down");

        // A new secret: for a day both sign.
        t.post_form("/gateways/1/secret", &[]).await.ok().sees("whsec_");
        t.post_form("/gateways/1/try", &[]).await.ok();
        assert_eq!(gateway.heard().last().unwrap().header("webhook-signature").split(' ').count(), 2);

        // Redirects are not followed, and a private address is refused.
        gateway.answers(302, "");
        t.post_form("/gateways/1/try", &[]).await.ok().sees("302");
        let home = format!("http://127.0.0.2:{}/", gateway.port);
        let form = [
            ("kind", "webhook"),
            ("name", "Home"),
            ("address", home.as_str()),
            ("events", "ticket.reported"),
        ];
        t.post_form("/gateways", &form).await.ok();
        let before = gateway.heard().len();
        t.post_form("/gateways/2/try", &[]).await.ok().sees("private address");
        assert_eq!(gateway.heard().len(), before);
    });
}

#[test]
fn chat_groups_and_short_messages_are_asked_in_their_own_way() {
    each_app(async |t| {
        let gateway = Gateway::open().await;
        let manager = person(t, "boss", Role::Manager, "13900000009").await;
        t.sign_in_as(manager).await;
        let add = async |kind: &str, name: &str, path: &str, more: &[(&str, &str)]| {
            let url = gateway.url(path);
            let mut form = vec![("kind", kind), ("name", name), ("address", url.as_str())];
            form.extend_from_slice(more);
            t.post_form("/gateways", &form).await.has_status(303);
        };
        add("wecom", "W", "/w?key=k", &[]).await;
        add("dingtalk", "D", "/d?access_token=a", &[("secret", "SEC1")]).await;
        add("feishu", "F", "/f", &[("secret", "SEC2")]).await;
        let sms = [
            ("secret", "k\"1"),
            ("method", "POST"),
            ("headers", "Content-Type: application/json\nX-Key: {secret}"),
            ("body", "{\"to\":\"{to}\",\"text\":\"{text}\",\"k\":\"{secret}\"}"),
            ("success", "\"errcode\":0"),
        ];
        add("sms", "S", "/s", &sms).await;
        for id in 1..=4 {
            t.post_form(&format!("/gateways/{id}/try"), &[]).await.ok();
        }
        let heard = gateway.heard();
        assert_eq!(heard.len(), 4);
        assert_eq!(heard[0].json()["msgtype"], "text");
        assert_eq!(heard[0].json()["text"]["mentioned_mobile_list"], json!([]));
        assert!(
            heard[1].path.contains("access_token=a&timestamp=") && heard[1].path.contains("&sign="),
            "{}",
            heard[1].path
        );
        assert!(heard[2].json()["sign"].is_string() && heard[2].json()["timestamp"].is_string());
        assert_eq!(
            (heard[3].json()["to"].clone(), heard[3].json()["k"].clone()),
            (json!("13900000009"), json!("k\"1"))
        );
        assert!(!heard[3].header("idempotency-key").is_empty());
        // A status of 200 with a code of failure is a failure.
        gateway.answers(200, "{\"errcode\":93000,\"errmsg\":\"invalid webhook\",\"code\":19021}");
        for id in 1..=4 {
            t.post_form(&format!("/gateways/{id}/try"), &[]).await.ok().sees("93000");
        }
    });
}

#[test]
fn the_bell_tells_of_an_assignment_once_and_is_read() {
    each_app(async |t| {
        customer(t).await;
        let wang = person(t, "wang", Role::Engineer, "13900000002").await;
        let hotline = t.sign_in(Role::Hotline).await;
        let token = token(t, hotline).await;
        let number = report(t, &token, "level3").await;
        let form = [("assignee", wang.to_string())];
        let form: Vec<(&str, &str)> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
        t.post_form(&format!("/tickets/{number}/assignment"), &form).await;
        t.post_form(
            &format!("/tickets/{number}/note"),
            &[("visibility", "internal"), ("text", "@wang please")],
        )
        .await;
        t.work().await;
        t.work().await;
        t.sign_in_as(wang).await;
        assert_eq!(t.get("/notices/count").await.ok().json()["shown"], "2");
        t.get("/notices").await.ok().sees("Core switch");
        t.get("/notices/1").await.goes_to(&format!("/tickets/{number}"));
        assert_eq!(t.get("/notices/count").await.ok().json()["shown"], "1");
        t.post_form("/notices/read", &[]).await.goes_to("/notices");
        assert_eq!(t.get("/notices/count").await.ok().json()["shown"], "");
        t.sign_in(Role::Hotline).await;
        t.get("/notices/1").await.has_status(404);
    });
}
