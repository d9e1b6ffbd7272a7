//! The program killed in the middle of a mailbox, over TLS from a real Dovecot: each letter is stored once.

use std::path::Path;
use std::process::{Child, Command, Stdio};

use app::kernel::secret::Secrets;
use app::mailboxes::reader::PURPOSE;
use app::mailboxes::store::{self, Typed};
use app::testing::mail_servers::{Dovecot, PASSWORD, wait_until};
use db::testing::TestDatabase;
use db::{Database, Dialect};

const DESK: &str = "desk@house.test";
const LETTERS: usize = 240;

/// The program while it runs; killed without a word when it is dropped.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn serve(data: &Path, url: &str, authority: &Path) -> Running {
    let child = Command::new(env!("CARGO_BIN_EXE_aftercare"))
        .args(["serve", "--listen", "127.0.0.1:0", "--data"])
        .arg(data)
        .args(["--database", url])
        .env("SSL_CERT_FILE", authority)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn();
    Running(child.unwrap())
}

fn count(database: &Database, sql: &'static str) -> usize {
    let counted = database.write_now::<_, db::Error>(move |tx| Ok(tx.adhoc::<(i64,)>(sql, &[])?[0].0));
    usize::try_from(counted.unwrap()).unwrap()
}

#[test]
fn a_program_that_is_killed_while_it_reads_takes_each_letter_once() {
    let Some(server) = Dovecot::open(&[DESK]) else { return };
    for number in 0..LETTERS {
        let letter = format!(
            "From: wang@lib.example.cn\r\nMessage-ID: <{number}@lib>\r\nSubject: {number}\r\n\r\nIt beeps."
        );
        server.deliver(DESK, letter.as_bytes());
    }
    let TestDatabase { database, url, .. } = &db::testing::fresh(Dialect::Sqlite, app::MIGRATIONS);
    let data = tempfile::tempdir().unwrap();
    let secrets = Secrets::load_or_create(&data.path().join("secret.key")).unwrap();
    let typed = Typed {
        name: "Service".to_owned(),
        host: "localhost".to_owned(),
        port: server.imaps,
        security: "tls".to_owned(),
        user_name: DESK.to_owned(),
        password: secrets.seal(PURPOSE, PASSWORD),
        folder: "INBOX".to_owned(),
        moved_to: None,
        from_start: true,
    };
    let now = jiff::Timestamp::now();
    database.write_now::<_, db::Error>(move |tx| store::add(tx, &typed, now)).unwrap();

    let stored = || count(database, "SELECT COUNT(*) FROM message");
    for part in 1..=4 {
        let running = serve(data.path(), url, &server.authority());
        wait_until("the next letters", || stored() >= part * LETTERS / 5);
        drop(running);
    }
    let running = serve(data.path(), url, &server.authority());
    wait_until("all letters", || server.counts(DESK, "INBOX") == (0, LETTERS));
    drop(running);
    assert_eq!(stored(), LETTERS);
    assert_eq!(count(database, "SELECT COUNT(DISTINCT sha256) FROM message"), LETTERS);
}
