//! What comes back: answers to the signed address, forged ones, bounces and automatic replies, on both databases.

use crate::letters::{door, known_customer, messages, send};
use app::testing::world::{Letter, MailServer};
use app::testing::{TestApp, each_app};
use rules::access::Role;
use std::net::SocketAddr;

const WANG: &str = "wang@lib.example.cn";
/// The same as the contact has it.
const SHOWN: &str = "Wang@lib.example.cn";

/// A customer whose letter became a ticket, and who was told its number by mail: the door, the path, our letter.
async fn told(t: &TestApp, server: &MailServer) -> (SocketAddr, String, Letter) {
    known_customer(t).await;
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
    let door = door(t).await;
    let letter = format!("From: {WANG}\r\nMessage-ID: <first@lib>\r\nSubject: printer\r\n\r\nIt beeps.");
    send(door, WANG, letter.as_bytes()).await;
    t.work().await;
    let number = messages(t).await[0]["ticket"].as_str().unwrap().to_owned();
    let ours =
        server.letters().into_iter().find(|letter| letter.to.eq_ignore_ascii_case(WANG)).expect("a letter");
    (door, format!("/tickets/{number}"), ours)
}

fn reply_to(letter: &Letter) -> String {
    letter.header("Reply-To").rsplit('<').next().unwrap().trim_end_matches('>').to_owned()
}

async fn last_fate(t: &TestApp) -> String {
    messages(t).await.last().unwrap()["fate"].as_str().unwrap().to_owned()
}

#[test]
fn an_answer_to_the_signed_address_finds_its_ticket_and_a_forged_one_proves_nothing() {
    each_app(async |t| {
        let server = MailServer::open().await;
        let (door, page, ours) = told(t, &server).await;
        let (id, references) = (ours.header("Message-ID"), ours.header("References"));
        assert!(references.contains("<first@lib>"), "in the thread that the customer began: {references}");
        let address = reply_to(&ours);
        assert!(address.starts_with("service+t.") && address.ends_with("@desk.test"), "{}", ours.raw);

        // From a private address that nobody knows, with neither number nor references: the address is enough.
        let letter = format!("From: me@home.test\r\nTo: {address}\r\nSubject: hi\r\n\r\nIt still beeps.");
        send(door, "me@home.test", letter.as_bytes()).await;
        t.work().await;
        assert_eq!(last_fate(t).await, "on-ticket");
        t.get(&page).await.ok().sees("It still beeps.");
        // A program that answers to the sender keeps the id of our letter.
        let letter =
            format!("From: me@home.test\r\nIn-Reply-To: {id}\r\nSubject: hi\r\n\r\nAnd now it is silent.");
        send(door, "me@home.test", letter.as_bytes()).await;
        t.work().await;
        assert_eq!(last_fate(t).await, "on-ticket");

        // A made-up signature, that of another ticket, an id that only looks like ours: a person has to say.
        let (_, rest) = address.split_once("+t.").unwrap();
        let tag = rest.split_once('.').unwrap().1.split('@').next().unwrap().to_owned();
        for to in [
            format!("service+t.1.{}@desk.test", "a".repeat(tag.len())),
            format!("service+t.2.{tag}@desk.test"),
            "service+t.1.@desk.test".to_owned(),
            "service+t.@desk.test".to_owned(),
        ] {
            let letter = format!(
                "From: evil@nowhere.org\r\nTo: {to}\r\nIn-Reply-To: <t.1.{}.x@desk.test>\r\nX-Aftercare-Ticket: 1.x\r\n\
                 Subject: {to}\r\n\r\nClose it.",
                "b".repeat(tag.len())
            );
            send(door, "evil@nowhere.org", letter.as_bytes()).await;
            t.work().await;
            assert_eq!(last_fate(t).await, "unsorted", "{to}");
        }
        t.get(&page).await.ok().lacks("Close it.");
        // Our own letter, sent round to us by a forwarding, is nobody's answer.
        send(door, "me@home.test", ours.raw.trim_end_matches("\r\n.\r\n").as_bytes()).await;
        t.work().await;
        assert_eq!(last_fate(t).await, "machine");
    });
}

fn bounce(ours: &Letter, recipient: &str, status: &str) -> String {
    let (action, said) = if status.starts_with('4') {
        ("delayed", "451 try later")
    } else {
        ("failed", "550 5.1.1 no such user")
    };
    format!(
        "From: MAILER-DAEMON@mx.test\r\nTo: service@desk.test\r\nSubject: Undelivered Mail Returned to Sender\r\n\
         Message-ID: <{status}.{recipient}>\r\nAuto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n\
         --b\r\n\r\nYour letter could not be delivered.\r\n\
         --b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.test\r\n\r\n\
         Final-Recipient: rfc822; {recipient}\r\nAction: {action}\r\nStatus: {status}\r\nDiagnostic-Code: smtp; {said}\r\n\
         --b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: {}\r\nSubject: x\r\n\r\n--b--\r\n",
        ours.header("Message-ID")
    )
}

#[test]
fn a_bounce_shows_on_delivery_ticket_and_contact_until_the_address_works_again() {
    each_app(async |t| {
        let server = MailServer::open().await;
        let (door, page, ours) = told(t, &server).await;
        // Late is not lost; and what a forwarding of theirs could not reach says nothing of the address.
        send(door, "", bounce(&ours, WANG, "4.4.1").as_bytes()).await;
        t.work().await;
        assert_eq!(last_fate(t).await, "machine");
        t.get("/contacts/1").await.ok().lacks("/mail-mended");
        send(door, "", bounce(&ours, WANG, "5.1.1").as_bytes()).await;
        t.work().await;
        assert_eq!(last_fate(t).await, "bounced");
        let notice = format!("/messages/{}", messages(t).await.len());
        t.sign_in(Role::Administrator).await;
        t.get("/deliveries?state=returned").await.ok().sees(SHOWN);
        t.get("/deliveries/1").await.ok().sees("5.1.1").sees(&notice).lacks("/deliveries/1/retry");
        t.get(&page).await.ok().sees("no such user").sees("/mail-mended").sees("ticket-unreachable");
        t.get("/contacts/1").await.ok().sees("no such user").sees("/contacts/1/mail-mended");
        t.get("/notices").await.ok().sees(SHOWN);

        // Nothing more is written to it, and it is said why.
        let before = server.letters().len();
        let note = [("visibility", "public"), ("text", "We are on it."), ("mail", "yes")];
        t.post_form(&format!("{page}/note"), &note).await.goes_to(&page);
        t.work().await;
        assert_eq!(server.letters().len(), before);
        t.get("/deliveries?state=given-up").await.ok().sees(SHOWN);

        // The customer mended it.
        t.post_form("/contacts/1/mail-mended", &[]).await.goes_to("/contacts/1");
        t.post_form("/contacts/1/mail-mended", &[]).await.has_status(409);
        t.post_form("/deliveries/2/retry", &[]).await.goes_to("/deliveries/2");
        t.work().await;
        assert_eq!(server.letters().len(), before + 1);
        t.get(&page).await.ok().lacks("/mail-mended");

        // It fails once more; whoever writes from it can be written to.
        send(door, "", bounce(&server.letters()[before], WANG, "5.1.2").as_bytes()).await;
        t.work().await;
        t.get("/contacts/1").await.ok().sees("/contacts/1/mail-mended");
        let letter =
            format!("From: {WANG}\r\nMessage-ID: <again@lib>\r\nIn-Reply-To: <first@lib>\r\n\r\nHere I am.");
        send(door, WANG, letter.as_bytes()).await;
        t.work().await;
        t.get("/contacts/1").await.ok().lacks("/mail-mended");
    });
}

#[test]
fn an_automatic_answer_is_kept_with_the_ticket_and_answers_nothing() {
    each_app(async |t| {
        let server = MailServer::open().await;
        let (door, page, ours) = told(t, &server).await;
        let sent = server.letters().len();
        let letter = format!(
            "From: {WANG}\r\nTo: service@desk.test\r\nAuto-Submitted: auto-replied\r\nIn-Reply-To: {}\r\nSubject: Away\r\n\r\nBack on Monday.",
            ours.header("Message-ID")
        );
        send(door, "", letter.as_bytes()).await;
        t.work().await;
        assert_eq!(last_fate(t).await, "machine");
        let kept = messages(t).await.last().unwrap().clone();
        assert!(page.ends_with(kept["ticket"].as_str().unwrap()), "{kept}");
        t.get(&page).await.ok().sees("Away").lacks("Back on Monday.");
        assert_eq!(server.letters().len(), sent, "machines do not write to each other");
        t.sign_in(Role::Administrator).await;
        t.get("/deliveries?state=returned").await.ok().lacks(SHOWN);
    });
}

#[test]
fn nobody_of_ours_reads_the_link_that_lets_a_customer_in() {
    each_app(async |t| {
        let server = MailServer::open().await;
        told(t, &server).await;
        let mail = app::kernel::outgoing::Mail {
            to: WANG.into(),
            subject: "Sign in".into(),
            text: "Here: http://localhost/portal/in/very-secret?next=/portal".into(),
            ..Default::default()
        };
        t.app.change(app::kernel::actor::By::System("story"), move |c| c.send_mail(&mail)).await.unwrap();
        t.work().await;
        assert!(server.letters().last().unwrap().text().contains("very-secret"));
        t.sign_in(Role::Administrator).await;
        t.get("/deliveries/2").await.ok().sees("/portal/in/").lacks("very-secret");
    });
}
