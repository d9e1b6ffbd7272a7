//! Mailboxes read from a real Dovecot: each letter once, through restarts and deaths, on both databases.

use std::time::Duration;

use crate::letters::{known_customer, messages};
use app::mailboxes;
use app::testing::mail_servers::{Dovecot, PASSWORD};
use app::testing::{TestApp, each_app, on};
use db::Dialect;
use rules::access::Role;
use tokio::task::JoinHandle;

const DESK: &str = "desk@house.test";
/// How long a story waits for the reader.
const PATIENCE: Duration = Duration::from_secs(30);

fn form<'a>(server: &'a str, password: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![
        ("name", "Service"),
        ("host", "127.0.0.1"),
        ("port", server),
        ("security", "none"),
        ("user", DESK),
        ("password", password),
        ("folder", "INBOX"),
        ("after", "seen"),
        ("from_start", "yes"),
    ]
}

/// Adds the mailbox; nobody reads it yet.
async fn set_up(t: &TestApp, server: &Dovecot, more: &[(&str, &str)]) {
    t.sign_in(Role::Administrator).await;
    let port = server.imap.to_string();
    let mut fields = form(&port, PASSWORD);
    fields.retain(|(name, _)| !more.iter().any(|(other, _)| other == name));
    fields.extend_from_slice(more);
    t.post_form("/mailboxes", &fields).await.goes_to("/mailboxes/1");
}

/// Reads mailboxes until it is dropped, which is as good as a crash.
struct Reading(JoinHandle<()>);

impl Reading {
    fn of(t: &TestApp) -> Reading {
        Reading(tokio::spawn(mailboxes::run(t.app.clone())))
    }
}

impl Drop for Reading {
    fn drop(&mut self) {
        self.0.abort();
    }
}

async fn stored(t: &TestApp) -> usize {
    let sql = "SELECT COUNT(*) FROM message";
    let counted = t.app.read(move |tx| Ok(tx.adhoc::<(i64,)>(sql, &[])?[0].0)).await.unwrap();
    usize::try_from(counted).unwrap()
}

/// Waits for as many letters, and not one more.
async fn until_stored(t: &TestApp, wanted: usize) {
    let waiting = async {
        while stored(t).await < wanted {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(PATIENCE, waiting)
        .await
        .unwrap_or_else(|_| panic!("only some of {wanted} letters came"));
}

/// Waits until the server says so.
async fn until(server: &Dovecot, folder: &str, wanted: (usize, usize)) {
    let waiting = async {
        while server.counts(DESK, folder) != wanted {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    let told = tokio::time::timeout(PATIENCE, waiting).await;
    assert!(told.is_ok(), "{folder}: {:?}, not {wanted:?}", server.counts(DESK, folder));
}

fn letter(number: usize) -> String {
    format!(
        "From: wang@lib.example.cn\r\nMessage-ID: <{number}@lib>\r\nSubject: letter {number}\r\n\r\nWords of {number}."
    )
}

#[test]
fn a_mailbox_is_set_up_tried_and_read_as_soon_as_a_letter_comes() {
    let Some(server) = Dovecot::open(&[DESK]) else { return };
    on(Dialect::Sqlite, async |t| {
        known_customer(t).await;
        t.sign_in(Role::Manager).await;
        t.get("/mailboxes").await.has_status(403);
        t.sign_in(Role::Administrator).await;
        t.get("/mailboxes").await.ok().sees("/mailboxes/new");
        let port = server.imap.to_string();
        t.post_form("/mailboxes", &form(&port, "")).await.has_status(422);
        let mut far = form(&port, "x");
        far[1] = ("host", "imap.example.com");
        t.post_form("/mailboxes", &far).await.has_status(422);
        t.post_form("/mailboxes", &form(&port, "wrong")).await.goes_to("/mailboxes/1");
        t.post_form("/mailboxes", &form(&port, "wrong")).await.has_status(422);
        t.post_form("/mailboxes/1/try", &[]).await.ok().sees("AUTHENTICATIONFAILED").lacks("wrong");
        t.post_form("/mailboxes/1", &form(&port, PASSWORD)).await.goes_to("/mailboxes/1");
        t.post_form("/mailboxes/1/try", &[]).await.ok().sees("INBOX").lacks("s3cret");
        let mut missing = form(&port, "");
        missing[6] = ("folder", "nowhere");
        t.post_form("/mailboxes/1", &missing).await.goes_to("/mailboxes/1");
        t.post_form("/mailboxes/1/try", &[]).await.ok().sees("nowhere");
        t.post_form("/mailboxes/1", &form(&port, "")).await.goes_to("/mailboxes/1");

        let _reading = Reading::of(t);
        until(&server, "INBOX", (0, 0)).await;
        server.deliver(DESK, letter(1).as_bytes());
        until_stored(t, 1).await;
        until(&server, "INBOX", (0, 1)).await;
        // The reader waits; from here on the server tells.
        let begun = std::time::Instant::now();
        server.deliver(DESK, letter(2).as_bytes());
        until_stored(t, 2).await;
        assert!(begun.elapsed() < Duration::from_secs(2), "{:?}", begun.elapsed());
        t.work().await;
        let taken = messages(t).await;
        assert_eq!(taken[0]["fate"], "opened", "{taken:?}");
        assert_eq!(taken[0]["mailbox"], DESK);
        t.get("/messages/1/raw").await.ok().sees("Words of 1.").sees("Delivered-To");
        t.sign_in(Role::Administrator).await;
        t.get("/health").await.ok().sees("Service");
        // Paused, nothing is read and nobody waits for it.
        t.post_form("/mailboxes/1/pause", &[]).await.goes_to("/mailboxes/1");
        t.get("/health").await.ok().lacks("Service");
        t.post_form("/mailboxes/1/pause", &[]).await.has_status(409);
    });
}

#[test]
fn each_letter_is_taken_once_through_restarts_of_the_server_and_deaths_of_the_reader() {
    const LETTERS: usize = 60;
    let Some(mut server) = Dovecot::open(&[DESK, "cold@house.test"]) else { return };
    for dialect in [Dialect::Sqlite, Dialect::Postgres] {
        let user = if dialect == Dialect::Sqlite { DESK } else { "cold@house.test" };
        for number in 0..LETTERS {
            server.deliver(user, letter(number).as_bytes());
        }
        let server = tokio::sync::Mutex::new(&mut server);
        on(dialect, async |t| {
            let mut server = server.lock().await;
            set_up(
                t,
                &server,
                &[("user", user), ("after", "moved"), ("moved_to", "\u{5df2}\u{5904}\u{7406}")],
            )
            .await;
            for part in 1..=4 {
                let reading = Reading::of(t);
                until_stored(t, part * 10).await;
                if part % 2 == 0 {
                    server.stop();
                    server.start();
                }
                drop(reading);
                // Nobody else may read until the dead one's lease has run out.
                t.advance("3m");
            }
            let _reading = Reading::of(t);
            until_stored(t, LETTERS).await;
            let waiting = async {
                while server.counts(user, "&XfJZBHQG-").1 < LETTERS {
                    tokio::time::sleep(Duration::from_millis(20)).await;
                }
            };
            tokio::time::timeout(PATIENCE, waiting).await.expect("all letters moved");
            assert_eq!(server.counts(user, "INBOX").1, 0);
            t.work().await;
            assert_eq!(stored(t).await, LETTERS);
            let sql = "SELECT DISTINCT message_id FROM message WHERE fate <> 'duplicate'";
            let ids = t.app.read(move |tx| Ok(tx.adhoc::<(String,)>(sql, &[])?)).await.unwrap();
            assert_eq!(ids.len(), LETTERS, "none twice, none missing");
        });
    }
}

#[test]
fn a_letter_that_is_too_large_stays_with_an_alarm_and_stops_no_other() {
    let Some(mut server) = Dovecot::open(&[DESK]) else { return };
    server.deliver(DESK, letter(1).as_bytes());
    let line = format!("{}\r\n", "QUJD".repeat(19));
    let large = format!(
        "From: big@lib.example.cn\r\nSubject: my large film\r\nContent-Transfer-Encoding: base64\r\n\r\n{}",
        line.repeat((66 << 20) / line.len())
    );
    server.deliver(DESK, large.as_bytes());
    drop(large);
    server.deliver(DESK, letter(2).as_bytes());
    let server_ = tokio::sync::Mutex::new(&mut server);
    on(Dialect::Sqlite, async |t| {
        let mut server = server_.lock().await;
        set_up(t, &server, &[]).await;
        let reading = Reading::of(t);
        until_stored(t, 3).await;
        // What was taken is marked; what was left is as it was.
        until(&server, "INBOX", (1, 3)).await;
        t.work().await;
        let fates: Vec<String> =
            messages(t).await.iter().map(|one| one["fate"].as_str().unwrap().into()).collect();
        assert_eq!(fates, ["unsorted", "set-aside", "unsorted"]);
        t.get("/messages/2").await.ok().sees("my large film").lacks("/messages/2/retry");
        t.post_form("/messages/2/retry", &[]).await.has_status(409);
        t.sign_in(Role::Administrator).await;
        t.get("/notices").await.ok().sees("big@lib.example.cn");
        drop(reading);

        // A server that numbers its letters anew shows all of them again: what was taken is known.
        server.renumber(DESK);
        let _reading = Reading::of(t);
        until_stored(t, 6).await;
        t.work().await;
        let fates: Vec<String> =
            messages(t).await.iter().map(|one| one["fate"].as_str().unwrap().into()).collect();
        assert_eq!(fates[3..], ["duplicate", "set-aside", "duplicate"]);
    });
}

#[test]
fn a_mailbox_that_cannot_be_read_is_ill_and_then_down() {
    each_app(async |t| {
        t.sign_in(Role::Administrator).await;
        // Nobody listens there.
        t.post_form("/mailboxes", &form("1", "x")).await.goes_to("/mailboxes/1");
        t.post_form("/mailboxes/1/try", &[]).await.ok().sees("refused");
        let _reading = Reading::of(t);
        let ill = async {
            while !t.get("/health").await.ok().text().contains("refused") {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        tokio::time::timeout(PATIENCE, ill).await.expect("an ill channel");
        t.advance("6m");
        t.work().await;
        t.get("/healthz").await.ok().sees("down mailbox:1");
        t.get("/mailboxes").await.ok().sees("Service");
    });
}
