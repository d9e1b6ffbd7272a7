//! Letters through the door for mail servers, to the ticket, on both databases.

use std::net::SocketAddr;

use app::channels::listener;
use app::customers::{contacts, store as customers};
use app::kernel::actor::By;
use app::testing::world::{hand_over, say};
use app::testing::{TestApp, each_app, on};
use db::Dialect;
use http::Method;
use rules::access::{Permission, Role};
use rules::customers::{ContactForm, CustomerForm};
use rules::ids::*;
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

pub async fn door(t: &TestApp) -> SocketAddr {
    let listener = listener::bind("127.0.0.1:0".parse().unwrap()).await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(listener::run(t.app.clone(), listener));
    address
}

pub async fn send(door: SocketAddr, from: &str, letter: &[u8]) {
    hand_over(door, from, letter).await;
}

pub async fn known_customer(t: &TestApp) -> CustomerId {
    let now = t.now();
    let made = t.app.change(By::System("story"), move |c| {
        let form =
            CustomerForm { code: "LIB".into(), name: "市图书馆".into(), ..CustomerForm::default() };
        let customer = customers::add(c.tx, &form.read()?, now)?;
        let form =
            ContactForm {
                name: "王工".into(), mail: "Wang@lib.example.cn".into(), ..ContactForm::default()
            };
        contacts::store::add(c.tx, customer, None, &form.read()?, now)?;
        Ok(customer)
    });
    made.await.unwrap()
}

pub async fn messages(t: &TestApp) -> Vec<Value> {
    let id = t.sign_in(Role::Hotline).await;
    let token = t.token(id, Permission::ALL).await;
    let listed = t.api(Method::GET, "/api/v1/messages", &token, Value::Null).await.ok().json();
    let mut items = listed["items"].as_array().unwrap().clone();
    items.reverse();
    items
}

async fn fates(t: &TestApp) -> Vec<String> {
    messages(t).await.iter().map(|message| message["fate"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_thread_in_gb18030_lives_on_one_ticket() {
    each_app(async |t| {
        known_customer(t).await;
        let door = door(t).await;
        let mut letter = b"From: =?gb18030?B?zfW5pA==?= <wang@lib.example.cn>\r\nTo: service@desk.cn\r\nMessage-ID: <1@lib>\r\n\
            Subject: =?gb2312?B?tPLTobv6sbuxqL6v?=\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\
            Content-Type: text/plain; charset=gb18030\r\n\r\n"
            .to_vec();
        // "打印机报警。" in GB 18030.
        letter.extend_from_slice(&[0xb4, 0xf2, 0xd3, 0xa1, 0xbb, 0xfa, 0xb1, 0xa8, 0xbe, 0xaf, 0xa1, 0xa3]);
        letter.extend_from_slice(
            b"\r\n--b\r\nContent-Type: image/png; name=photo.png\r\nContent-Transfer-Encoding: base64\r\n\r\niVBORw0KGgo=\r\n--b--",
        );
        send(door, "wang@lib.example.cn", &letter).await;
        // Delivered again by another way: nothing happens twice.
        let again = [b"Received: from elsewhere\r\n".as_slice(), &letter].concat();
        send(door, "wang@lib.example.cn", &again).await;
        t.work().await;
        assert_eq!(fates(t).await, ["opened", "duplicate"]);
        let number = messages(t).await[0]["ticket"].as_str().unwrap().to_owned();
        let page = format!("/tickets/{number}");
        t.get(&page).await.ok().sees("打印机报警。").sees("photo.png").sees("王工").sees("/messages/1");

        // The desk asks; the answer ends the waiting by itself.
        let version = t.get(&page).await.between("name=\"version\" value=\"", "\"");
        let question = [("addressee", "customer"), ("question", "重启过吗？"), ("version", version.as_str())];
        t.post_form(&format!("{page}/waiting"), &question).await.goes_to(&page);
        let answer = "From: wang@lib.example.cn\r\nMessage-ID: <2@lib>\r\nIn-Reply-To: <1@lib>\r\n\
            Content-Type: text/plain; charset=utf-8\r\nSubject: Re: x\r\n\r\n重启过了，还是报警。\r\n\r\n\
            在 2026-01-05 09:00:00，\"售后\" <service@desk.cn> 写道：\r\n> 重启过吗？\r\n";
        send(door, "wang@lib.example.cn", answer.as_bytes()).await;
        t.work().await;
        assert_eq!(fates(t).await, ["opened", "duplicate", "on-ticket"]);
        let id = t.sign_in(Role::Hotline).await;
        let token = t.token(id, Permission::ALL).await;
        let ticket =
            t.api(Method::GET, &format!("/api/v1/tickets/{number}"), &token, Value::Null).await.ok().json();
        assert_ne!(ticket["state"], "waiting", "{ticket}");
        t.get(&page).await.ok().sees("重启过了，还是报警。");
        t.get("/messages/3").await.ok().sees("<details").sees("重启过吗？");
    });
}

#[test]
fn a_stranger_waits_for_a_person_and_machines_open_nothing() {
    each_app(async |t| {
        let customer = known_customer(t).await;
        let door = door(t).await;
        let plain = |from: &str, more: &str| format!("From: {from}\r\n{more}Subject: hello\r\n\r\nHelp us.");
        send(door, "x@nowhere.org", plain("x@nowhere.org", "Message-ID: <1@n>\r\n").as_bytes()).await;
        // A colleague of a known contact: the domain is one customer's.
        send(door, "li@lib.example.cn", plain("li@lib.example.cn", "Message-ID: <2@n>\r\n").as_bytes()).await;
        send(
            door,
            "wang@lib.example.cn",
            plain("wang@lib.example.cn", "Auto-Submitted: auto-replied\r\n").as_bytes(),
        )
        .await;
        let bounce = "From: MAILER-DAEMON@lib.example.cn\r\nSubject: Undelivered Mail Returned to Sender\r\n\r\n\
            could not be delivered:\r\n<wang@lib.example.cn>: 550 5.1.1 User unknown\r\n";
        send(door, "", bounce.as_bytes()).await;
        let bomb = format!(
            "Content-Type: multipart/mixed; boundary=b\r\n\r\n{}--b--",
            "--b\r\n\r\nx\r\n".repeat(2_000)
        );
        send(door, "bomb@nowhere.org", bomb.as_bytes()).await;
        send(door, "y@nowhere.org", plain("y@nowhere.org", "Message-ID: <3@n>\r\n").as_bytes()).await;
        t.work().await;
        assert_eq!(fates(t).await, ["unsorted", "opened", "machine", "bounced", "set-aside", "unsorted"]);
        t.get("/messages/4").await.ok().sees("5.1.1");

        t.get("/messages").await.ok().sees("x@nowhere.org").sees("/messages?fate=set-aside");
        t.post_form("/messages/1/ticket", &[("customer", "")]).await.has_status(422);
        let id = customer.to_string();
        let made = t.post_form("/messages/1/ticket", &[("customer", &id)]).await;
        let ticket = made.location();
        t.get(&ticket).await.ok().sees("Help us.");
        t.post_form("/messages/1/ticket", &[("customer", &id)]).await.has_status(409);
        t.post_form("/messages/6/dismissal", &[]).await.goes_to("/messages");
        t.post_form("/messages/5/retry", &[]).await.goes_to("/messages");
        t.work().await;
        assert_eq!(fates(t).await, ["opened", "opened", "machine", "bounced", "set-aside", "dismissed"]);
        t.sign_in(Role::ReadOnly).await;
        t.post_form("/messages/5/retry", &[]).await.has_status(403);
    });
}

#[test]
fn a_page_from_a_stranger_does_nothing_and_calls_nobody() {
    on(Dialect::Sqlite, async |t| {
        let door = door(t).await;
        let letter = "From: x@nowhere.org\r\nSubject: page\r\nContent-Type: text/html\r\n\r\n\
            <p onclick=\"x()\">hi</p><script>x()</script><img src=\"https://evil.example/p.gif\">";
        send(door, "x@nowhere.org", letter.as_bytes()).await;
        t.work().await;
        t.sign_in(Role::Hotline).await;
        let page =
            t.get("/messages/1/page").await.ok().sees("<p>hi</p>").lacks("script").lacks("evil.example");
        let policy = page.headers["content-security-policy"].to_str().unwrap().to_owned();
        assert!(
            policy.contains("sandbox") && policy.contains("default-src 'none'") && !policy.contains("https:")
        );
        t.get("/messages/1/page?images=yes").await.ok().sees("evil.example");
        t.get("/messages/1/raw").await.ok().sees("Return-Path: <x@nowhere.org>");
    });
}

#[test]
fn a_client_without_manners_costs_nothing() {
    on(Dialect::Sqlite, async |t| {
        let door = door(t).await;
        let heard = say(door, &[b'A'; 100_000]).await;
        assert!(!heard.contains("250"), "a line that does not end is the end: {heard}");
        let heard = say(door, "NONSENSE\r\n".repeat(100).as_bytes()).await;
        assert!(heard.trim_end().ends_with("421 4.7.0 too many mistakes"), "{heard}");
        let heard = say(door, b"EHLO a\r\nMAIL FROM:<a@b> SIZE=999999999\r\nDATA\r\nQUIT\r\n").await;
        assert!(heard.contains("552 5.3.4") && heard.contains("503 5.5.1"), "{heard}");
        let many = format!("EHLO a\r\nMAIL FROM:<a@b>\r\n{}QUIT\r\n", "RCPT TO:<x@y>\r\n".repeat(110));
        assert!(say(door, many.as_bytes()).await.contains("452 4.5.3"));
        // Gone in the middle of a letter: as if it had never been.
        let mut stream = TcpStream::connect(door).await.unwrap();
        stream
            .write_all(b"LHLO a\r\nMAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nDATA\r\nSubject: half\r\n\r\nhal")
            .await
            .unwrap();
        stream.shutdown().await.unwrap();
        let mut heard = String::new();
        let _ = stream.read_to_string(&mut heard).await;
        assert!(heard.contains("354") && !heard.contains("stored"), "{heard}");
        // Larger than is taken, and not announced: read to its end, and refused; nothing of it is left.
        let mut large = b"LHLO a\r\nMAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nDATA\r\n".to_vec();
        let line = format!("{}\r\n", "QUJD".repeat(200));
        large.extend_from_slice(line.repeat((65 << 20) / line.len()).as_bytes());
        large.extend_from_slice(b".\r\nQUIT\r\n");
        assert!(say(door, &large).await.contains("552 5.3.4"));
        drop(large);
        assert!(messages(t).await.is_empty());
        let left: Vec<_> =
            t.files().into_iter().filter(|path| path.iter().any(|part| part == "attachments")).collect();
        assert!(left.is_empty(), "{left:?}");
        // A dot at the beginning of a line is doubled on the way, and comes out single; LMTP answers for each.
        let two = b"LHLO a\r\nMAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nRCPT TO:<e@f>\r\nDATA\r\nSubject: dots\r\n\r\n..one\r\n.\r\nQUIT\r\n";
        assert_eq!(say(door, two).await.matches("250 2.0.0 stored").count(), 2);
        t.get("/messages/1/raw").await.ok().sees("\r\n.one\r\n").sees("Delivered-To: e@f");
    });
}
