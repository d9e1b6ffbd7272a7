//! Letters through a real Postfix, both ways: out to a customer on Dovecot, back to us, and what nobody takes.

use std::time::Duration;

use crate::letters::{door, known_customer, messages};
use app::testing::mail_servers::{Dovecot, Postfix};
use app::testing::{TestApp, on};
use db::Dialect;
use rules::access::Role;

const WANG: &str = "wang@lib.example.cn";
const PATIENCE: Duration = Duration::from_secs(30);

/// Does the work that is due until the last of so many messages is sorted.
async fn until_sorted(t: &TestApp, wanted: usize) -> serde_json::Value {
    let waiting = async {
        loop {
            t.work().await;
            let all = messages(t).await;
            if all.len() >= wanted && all.iter().all(|one| one["fate"] != "kept") {
                return all.last().unwrap().clone();
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(PATIENCE, waiting).await.unwrap_or_else(|_| panic!("{wanted} letters did not come"))
}

#[test]
fn a_customer_on_another_server_writes_is_told_answers_and_moves_away() {
    let Some(theirs) = Dovecot::open(&[WANG]) else { return };
    on(Dialect::Sqlite, async |t| {
        known_customer(t).await;
        let door = door(t).await;
        let Some(server) = Postfix::open(&[("desk.test", door.port()), ("lib.example.cn", theirs.lmtp)])
        else {
            return;
        };
        t.sign_in(Role::Administrator).await;
        let port = server.smtp.to_string();
        let form = [
            ("host", "127.0.0.1"),
            ("port", port.as_str()),
            ("security", "none"),
            ("from", "service@desk.test"),
            ("from_name", "\u{552e}\u{540e}"),
            ("signed_replies", "yes"),
        ];
        t.post_form("/settings/mail", &form).await.goes_to("/settings/mail");
        let letter = format!(
            "From: {WANG}\r\nTo: service@desk.test\r\nMessage-ID: <1@lib>\r\nSubject: printer\r\n\r\nIt beeps."
        );
        let answer = server.send(WANG, "service@desk.test", &letter);
        assert!(answer.starts_with("250"), "{answer}");
        let first = until_sorted(t, 1).await;
        assert_eq!(first["fate"], "opened", "{}", server.log());
        let page = format!("/tickets/{}", first["ticket"].as_str().unwrap());

        // Our letter is in the customer's mailbox; the answer goes to the address that it names.
        let letters = || theirs.counts(WANG, "INBOX").1;
        app::testing::mail_servers::wait_until("our letter", || letters() == 1);
        let head =
            theirs.ask(WANG, &["SELECT INBOX", "FETCH 1 BODY.PEEK[HEADER.FIELDS (REPLY-TO REFERENCES)]"]);
        assert!(head.contains("<1@lib>"), "{head}");
        let address = head.split("service+t.").nth(1).unwrap().split(['>', '\r', ' ']).next().unwrap();
        let address = format!("service+t.{address}");
        let letter = "From: me@home.test\r\nSubject: hi\r\nMessage-ID: <2@home>\r\n\r\nIt still beeps.";
        server.send("me@home.test", &address, letter);
        assert_eq!(until_sorted(t, 2).await["fate"], "on-ticket");
        t.get(&page).await.ok().sees("It still beeps.");

        // The customer's mailbox is no more: their server says so, ours brings the letter back.
        t.sign_in(Role::Administrator).await;
        theirs.remove(WANG);
        let note = [("visibility", "public"), ("text", "We are on it."), ("mail", "yes")];
        t.post_form(&format!("{page}/note"), &note).await.goes_to(&page);
        let back = until_sorted(t, 3).await;
        assert_eq!(back["fate"], "bounced", "{back} {}", server.log());
        t.sign_in(Role::Administrator).await;
        t.get("/deliveries?state=returned").await.ok().sees("Wang@lib.example.cn");
        t.get(&page).await.ok().sees("/contacts/1/mail-mended");
    });
}
