//! A disk without room, through the front door: it is said, and nothing is half written.
//!
//! Two ways to fill it that need no root: SQLite is allowed no further page, and the process is allowed no
//! larger file (as `ulimit -f` does), which a write meets as it meets a full disk. The second holds for the whole
//! process, so this file has one test.

use std::process::Command;

use app::testing::{TestApp, on};
use db::Dialect;
use http::Method;
use rules::access::{Permission, Role};
use serde_json::{Value, json};

/// Everything that an intake writes.
const COUNTS: &str = "SELECT (SELECT COUNT(*) FROM ticket), (SELECT COUNT(*) FROM fact), \
    (SELECT COUNT(*) FROM obligation), (SELECT COUNT(*) FROM outbox), (SELECT COUNT(*) FROM attachment)";

async fn counts(t: &TestApp) -> (i64, i64, i64, i64, i64) {
    t.app.read(|tx| Ok(tx.adhoc(COUNTS, &[])?)).await.unwrap()[0]
}

fn pages_at_most(t: &TestApp, most: u32) {
    let set = format!("PRAGMA max_page_count = {most}");
    t.app.database.write_now::<_, db::Error>(move |tx| tx.batch(&set)).unwrap();
}

/// Lets no file of this process grow beyond so many bytes.
fn largest_file(bytes: &str) {
    let pid = std::process::id().to_string();
    // The hard limit stays, so that the soft one can be lifted again without root.
    let limit = format!("--fsize={bytes}:");
    let done = Command::new("prlimit").args(["--pid", &pid, &limit]).status().expect("prlimit of util-linux");
    assert!(done.success());
}

#[test]
fn a_full_disk_is_said_and_nothing_is_half_written() {
    on(Dialect::Sqlite, async |t| {
        // A write beyond the limit also raises this signal, which ends a process that does not hear it.
        let _heard = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::from_raw(25)).unwrap();
        let id = t.sign_in(Role::Manager).await;
        let token = t.token(id, Permission::ALL).await;
        let post = async |path: &str, body: Value| t.api(Method::POST, path, &token, body).await;
        let bank =
            post("/api/v1/customers", json!({ "code": "BANK", "name": "Bank" })).await.has_status(201).json();
        let report = json!({ "customer": bank["id"], "title": "Switch down", "impact": "disrupted",
            "description": "x".repeat(20_000) });
        let number = post("/api/v1/tickets", report.clone()).await.has_status(201).json()["number"].clone();
        let number = number.as_str().unwrap();

        // The database has no room: calls come in until one does not fit, and that one leaves nothing.
        pages_at_most(t, 1);
        let mut stored = counts(t).await;
        let mut refused = None;
        for _ in 0..20 {
            let answer = post("/api/v1/tickets", report.clone()).await;
            if answer.status == 507 {
                refused = Some(answer);
                break;
            }
            answer.has_status(201);
            stored = counts(t).await;
        }
        let refused = refused.expect("the database fills");
        assert_eq!(refused.json()["type"], "urn:aftercare:problem:disk-full");
        refused.sees("磁盘空间不足").sees("没有保存任何内容");
        assert_eq!(counts(t).await, stored, "nothing of the one that was refused is there");
        let form = [
            ("customer", "1"),
            ("title", "Another"),
            ("impact", "disrupted"),
            ("description", &"y".repeat(50_000)),
        ];
        t.post_form("/tickets", &form).await.has_status(507).sees("磁盘空间不足");
        assert_eq!(counts(t).await, stored);
        // People can still look.
        t.get("/queue").await.ok();
        t.get(&format!("/tickets/{number}")).await.ok();
        pages_at_most(t, 1_000_000);
        post("/api/v1/tickets", report.clone()).await.has_status(201);

        // The directory of attachments has no room.
        let (stored, files) = (counts(t).await, t.files());
        largest_file("8388608");
        let path = format!("/tickets/{number}/attachments");
        let (answer, _) = t.post_endless_file(&path, 12 << 20, true).await;
        largest_file("unlimited");
        answer.has_status(507).sees("磁盘空间不足");
        assert_eq!((counts(t).await, t.files()), (stored, files));
        t.get(&format!("/tickets/{number}")).await.ok().lacks("dump.bin");
        let (answer, _) = t.post_endless_file(&path, 12 << 20, true).await;
        answer.has_status(303);
    });
}
