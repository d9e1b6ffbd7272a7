//! Letters out of the house, over real sockets: once, in their thread, and through an hour of trouble.

use app::kernel::actor::By;
use app::kernel::outgoing::Mail;
use app::notifications::store;
use app::testing::world::MailServer;
use app::testing::{TestApp, each_app};
use app::worker::Duty;
use rules::access::Role;
use rules::notifications::DeliveryState;

async fn set_up(t: &TestApp, server: &MailServer) {
    t.sign_in(Role::Administrator).await;
    let port = server.port.to_string();
    let form = [
        ("host", "127.0.0.1"),
        ("port", port.as_str()),
        ("security", "none"),
        ("from", "service@desk.test"),
        ("from_name", "After-sales"),
    ];
    t.post_form("/settings/mail", &form).await.goes_to("/settings/mail");
}

async fn send(t: &TestApp, mail: Mail) {
    t.app.change(By::System("story"), move |change| change.send_mail(&mail)).await.unwrap();
}

fn to_li(text: &str) -> Mail {
    Mail {
        to: "li@customer.test".into(),
        to_name: Some("\u{674e}\u{660e}".into()),
        subject: "Line\r\nBcc: thief@evil.test".into(),
        text: text.into(),
        locale: "en".into(),
        ..Mail::default()
    }
}

#[test]
fn a_letter_leaves_once_with_both_texts_and_honest_headers() {
    each_app(async |t| {
        let server = MailServer::open().await;
        set_up(t, &server).await;
        send(t, to_li("See https://desk.test/x\n\nBye <now>")).await;
        t.work().await;
        t.work().await;
        let letters = server.letters();
        assert_eq!(letters.len(), 1, "{letters:#?}");
        let letter = &letters[0];
        assert_eq!(letter.to, "li@customer.test");
        assert_eq!(letter.header("Auto-Submitted"), "auto-generated");
        assert_eq!(letter.header("Bcc"), "", "no header is smuggled in");
        assert_eq!(letter.header("Subject"), "Line Bcc: thief@evil.test");
        assert!(letter.header("Message-ID").ends_with("@desk.test>"), "{}", letter.raw);
        assert!(letter.raw.contains("text/plain") && letter.raw.contains("text/html"), "{}", letter.raw);
        assert!(letter.raw.contains("Bye &lt;now&gt;"), "{}", letter.raw);
        t.get("/deliveries").await.ok().sees("li@customer.test");
        t.get("/deliveries?state=waiting").await.ok().lacks("li@customer.test");
    });
}

#[test]
fn nobody_smuggles_a_header_or_a_reader_into_a_letter() {
    each_app(async |t| {
        let server = MailServer::open().await;
        set_up(t, &server).await;
        let name = Mail { to_name: Some("Li\r\nBcc: thief@evil.test\r\n\r\nx".into()), ..to_li("one") };
        send(t, name).await;
        for to in [
            "li@customer.test\r\nBcc: thief@evil.test",
            "li@customer.test, thief@evil.test",
            "a b@c.test",
            "<li@customer.test>",
        ] {
            send(t, Mail { to: to.into(), ..to_li("two") }).await;
        }
        t.work().await;
        let letters = server.letters();
        assert_eq!(letters.len(), 1, "{letters:#?}");
        assert_eq!(letters[0].to, "li@customer.test");
        assert_eq!(letters[0].header("Bcc"), "");
        let given_up = t.get("/deliveries?state=given-up").await.ok();
        assert_eq!(given_up.text().matches("data-href=\"/deliveries/").count(), 4);
    });
}

#[test]
fn an_hour_of_trouble_loses_nothing_and_a_refusal_is_told() {
    each_app(async |t| {
        let server = MailServer::open().await;
        set_up(t, &server).await;
        server.answers(451);
        send(t, to_li("one")).await;
        send(t, Mail { to: "wang@customer.test".into(), ..to_li("two") }).await;
        for _ in 0..6 {
            t.work().await;
            t.advance("10m");
        }
        assert_eq!(server.letters().len(), 0);
        t.get("/deliveries?state=waiting").await.ok().sees("wang@customer.test").sees("li@customer.test");
        server.answers(250);
        t.advance("30m");
        t.work().await;
        let mut to: Vec<String> = server.letters().into_iter().map(|letter| letter.to).collect();
        to.sort();
        assert_eq!(to, ["li@customer.test", "wang@customer.test"]);

        server.answers(550);
        send(t, Mail { to: "nobody@customer.test".into(), ..to_li("three") }).await;
        t.work().await;
        t.get("/deliveries?state=given-up").await.ok().sees("nobody@customer.test").lacks("wang@");
        t.get("/deliveries/3").await.ok().sees("(550): as you say");
        server.answers(250);
        t.post_form("/deliveries/3/retry", &[]).await.goes_to("/deliveries/3");
        t.work().await;
        assert_eq!(server.letters().len(), 3);
        t.post_form("/deliveries/3/retry", &[]).await.has_status(409);
    });
}

#[test]
fn a_sender_that_dies_after_sending_sends_the_same_message_again() {
    each_app(async |t| {
        let server = MailServer::open().await;
        set_up(t, &server).await;
        send(t, to_li("one")).await;
        Duty::ReadOutbox.turn(&t.app).await.unwrap();
        // The one that dies has claimed the delivery; until its claim runs out nobody else touches it.
        let now = t.now();
        let lease = jiff::SignedDuration::from_mins(10);
        let taken = t
            .app
            .database
            .write(move |tx| Ok::<_, app::Failure>(store::claim(tx, now, 9, lease)?))
            .await
            .unwrap();
        assert_eq!(taken.len(), 1);
        t.work().await;
        assert_eq!(server.letters().len(), 0);
        t.advance("10m");
        t.work().await;
        t.advance("10m");
        t.work().await;
        let letters = server.letters();
        assert_eq!(letters.len(), 1);
        assert_eq!(letters[0].header("Message-ID"), taken[0].message_id, "known to its reader as the same");
        // The same row of the outbox, read twice, makes no second delivery.
        let found = t.app.read(|tx| Ok(store::list(tx, &store::Wanted::default(), 9)?)).await.unwrap();
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].state, found[0].attempts), (DeliveryState::Sent, 2));
    });
}

#[test]
fn the_mail_server_is_set_by_the_administrator_and_its_password_is_never_shown() {
    each_app(async |t| {
        t.sign_in(Role::Manager).await;
        t.get("/settings/mail").await.has_status(403);
        let server = MailServer::open().await;
        t.sign_in(Role::Administrator).await;
        let port = server.port.to_string();
        let in_the_clear =
            [("host", "mail.example.com"), ("port", "25"), ("security", "none"), ("from", "a@b.cn")];
        t.post_form("/settings/mail", &in_the_clear).await.has_status(422);
        let form = [
            ("host", "127.0.0.1"),
            ("port", port.as_str()),
            ("security", "none"),
            ("from", "service@desk.test"),
            ("user", "desk"),
            ("password", "top-secret-7"),
        ];
        t.post_form("/settings/mail", &form).await.goes_to("/settings/mail");
        t.get("/settings/mail").await.ok().sees("127.0.0.1").lacks("top-secret-7");
        let stored = t
            .app
            .read(|tx| Ok(tx.adhoc::<(String,)>("SELECT value FROM setting", &[])?[0].0.clone()))
            .await
            .unwrap();
        assert!(!stored.contains("top-secret-7"), "{stored}");
        // The kept password goes to no other server.
        let elsewhere = [
            ("host", "localhost"),
            ("port", "2525"),
            ("security", "none"),
            ("from", "a@b.cn"),
            ("user", "desk"),
        ];
        t.post_form("/settings/mail", &elsewhere).await.has_status(422);
        set_up(t, &server).await;
        t.post_form("/settings/mail/try", &[("to", "me@desk.test")]).await.ok().sees("me@desk.test");
        assert_eq!(server.letters().len(), 1);
        server.answers(550);
        t.post_form("/settings/mail/try", &[("to", "me@desk.test")]).await.ok().sees("(550): as you say");
    });
}
