//! Faxes: handed over, found in a directory, brought by a gateway; sorted onto a ticket; and one sent.

use std::time::{Duration, SystemTime};

use crate::letters::{door, known_customer, messages, send};
use app::kernel::actor::By;
use app::testing::world::MailServer;
use app::testing::{TestApp, each_app, on};
use base64::Engine;
use db::Dialect;
use http::{Method, Request, header};
use rules::access::{Permission, Role};
use rules::customers::ContactForm;

/// A TIFF of one page in CCITT Group 4: eight dots by two.
fn tiff(mark: u8) -> Vec<u8> {
    let mut out = b"II*\0\x10\0\0\0\x31\xc6\0\x20\0\0\0".to_vec();
    out.push(mark);
    let fields: [(u16, u32); 7] = [(256, 8), (257, 2), (258, 1), (259, 4), (262, 0), (273, 8), (279, 4)];
    out.extend_from_slice(&(fields.len() as u16).to_le_bytes());
    for (tag, value) in fields {
        out.extend_from_slice(&tag.to_le_bytes());
        out.extend_from_slice(&[4, 0, 1, 0, 0, 0]);
        out.extend_from_slice(&value.to_le_bytes());
    }
    out.extend_from_slice(&[0; 4]);
    out
}

async fn contact(t: &TestApp, form: ContactForm) {
    t.app
        .change(By::System("story"), move |c| {
            app::customers::contacts::store::add(
                c.tx,
                rules::ids::CustomerId(1),
                None,
                &form.read()?,
                c.now,
            )?;
            Ok(())
        })
        .await
        .unwrap();
}

async fn hand_over(t: &TestApp, token: &str, file: &[u8], fields: &[(&str, &str)]) -> app::testing::Answer {
    let mut body = Vec::new();
    for (name, value) in fields {
        body.extend_from_slice(
            format!("--b\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n").as_bytes(),
        );
    }
    body.extend_from_slice(
        b"--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"fax1.tif\"\r\n\r\n",
    );
    body.extend_from_slice(file);
    body.extend_from_slice(b"\r\n--b--\r\n");
    let request = Request::builder()
        .method(Method::POST)
        .uri("/api/v1/faxes")
        .header(header::AUTHORIZATION, format!("Bearer {token}"))
        .header(header::CONTENT_TYPE, "multipart/form-data; boundary=b");
    t.send(request.body(body.into()).unwrap()).await
}

#[test]
fn a_fax_is_handed_over_once_and_goes_onto_a_ticket_with_its_pages() {
    each_app(async |t| {
        known_customer(t).await;
        contact(t, ContactForm { name: "赵工".into(), fax: "010-12345678".into(), ..ContactForm::default() })
            .await;
        let id = t.sign_in(Role::Hotline).await;
        let token = t.token(id, Permission::ALL).await;
        let fields = [("number", "+86 10 1234 5678"), ("line", "ttyS0"), ("id", "000000007")];
        hand_over(t, &token, &tiff(1), &fields).await.has_status(201);
        hand_over(t, &token, &tiff(1), &fields).await.has_status(200);
        hand_over(t, &token, b"hello", &fields).await.has_status(422);
        hand_over(t, "wrong", &tiff(1), &fields).await.has_status(401);
        hand_over(t, &token, b"II*\0nonsense", &[("id", "9")]).await.has_status(201);
        t.work().await;
        let all = messages(t).await;
        assert_eq!(all.len(), 2);
        assert_eq!((&all[0]["fate"], &all[0]["channel"]), (&"unsorted".into(), &"fax".into()), "{all:?}");
        assert_eq!(all[0]["sender_name"], "赵工");
        assert_eq!(all[1]["fate"], "set-aside");
        t.get("/messages/1").await.ok().sees("/messages/1/pages/1");
        let page = t.get("/messages/1/pages/1").await.ok();
        assert!(page.body.starts_with(b"\x89PNG"));
        t.get("/messages/1/pages/2").await.has_status(404);

        let made = t.post_form("/messages/1/ticket", &[("customer", "1")]).await.location();
        let ticket = t.get(&made).await.ok();
        ticket.sees("赵工").sees("fax-1.png").sees("fax.tif").sees("fact-picture");
        // A second one is put on the same ticket by its number.
        let number = made.rsplit('/').next().unwrap().to_owned();
        hand_over(t, &token, &tiff(2), &[("number", "01099999999"), ("id", "10")]).await.has_status(201);
        t.work().await;
        t.post_form("/messages/3/note", &[("number", "1-1")]).await.has_status(422);
        t.post_form("/messages/3/note", &[("number", &number)]).await.goes_to(&made);
        t.get(&made).await.ok().sees("01099999999");
        t.post_form("/messages/3/note", &[("number", &number)]).await.has_status(409);
    });
}

#[test]
fn a_gateways_letter_becomes_a_fax() {
    on(Dialect::Sqlite, async |t| {
        known_customer(t).await;
        let door = door(t).await;
        t.sign_in(Role::Administrator).await;
        t.post_form("/settings/fax", &[("gateways", "nonsense"), ("out", "x")]).await.has_status(422);
        t.post_form("/settings/fax", &[("gateways", "@fax.example")]).await.goes_to("/settings/fax");
        let file = base64::engine::general_purpose::STANDARD.encode(tiff(3));
        let letter = format!(
            "From: 01012345678@fax.example\r\nAuto-Submitted: auto-generated\r\nMessage-ID: <f1@fax>\r\nSubject: Fax\r\n\
             Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nA fax.\r\n--b\r\nContent-Type: image/tiff; name=a.tif\r\n\
             Content-Transfer-Encoding: base64\r\n\r\n{file}\r\n--b--\r\n"
        );
        send(door, "x@fax.example", letter.as_bytes()).await;
        t.work().await;
        let all = messages(t).await;
        let told: Vec<_> =
            all.iter().map(|one| (one["channel"].as_str().unwrap(), one["fate"].as_str().unwrap())).collect();
        assert_eq!(told, [("mail", "machine"), ("fax", "unsorted")]);
        assert_eq!(all[1]["sender"], "01012345678");
    });
}

#[test]
fn a_file_in_the_directory_is_taken_once_it_is_whole() {
    on(Dialect::Sqlite, async |t| {
        let folder = t.app.config.data.join("faxes");
        let look = async || {
            app::channels::fax::look_into(&t.app, folder.clone()).await.unwrap();
            t.work().await;
        };
        look().await;
        t.sign_in(Role::Administrator).await;
        t.get("/health").await.ok().sees("No such file");
        std::fs::create_dir_all(&folder).unwrap();
        let put = |name: &str, age_s: u64| {
            let path = folder.join(name);
            std::fs::write(&path, tiff(4)).unwrap();
            let at = SystemTime::now() - Duration::from_secs(age_s);
            std::fs::File::options().write(true).open(&path).unwrap().set_modified(at).unwrap();
        };
        put("01012345678_fax7.TIF", 60);
        put("young.tif", 0);
        put(".hidden.tif", 60);
        put("notes.txt", 60);
        look().await;
        t.get("/health").await.ok().lacks("No such file");
        let all = messages(t).await;
        assert_eq!(all.len(), 1, "{all:?}");
        assert_eq!((&all[0]["sender"], &all[0]["fate"]), (&"01012345678".into(), &"unsorted".into()));
        assert!(folder.join("taken/01012345678_fax7.TIF").exists() && folder.join("young.tif").exists());
        // One that was noted and not moved, as after a crash, is known again.
        std::fs::rename(folder.join("taken/01012345678_fax7.TIF"), folder.join("01012345678_fax7.TIF"))
            .unwrap();
        look().await;
        assert_eq!(messages(t).await.len(), 1);
        assert!(folder.join("taken/01012345678_fax7.TIF").exists());
    });
}

#[test]
fn a_contact_with_a_fax_number_only_is_told_by_fax() {
    each_app(async |t| {
        let server = MailServer::open().await;
        known_customer(t).await;
        contact(
            t,
            ContactForm { name: "赵工".into(), fax: "(010) 1234-5678".into(), ..ContactForm::default() },
        )
        .await;
        t.sign_in(Role::Administrator).await;
        let port = server.port.to_string();
        let form = [
            ("host", "127.0.0.1"),
            ("port", port.as_str()),
            ("security", "none"),
            ("from", "service@desk.test"),
        ];
        t.post_form("/settings/mail", &form).await.goes_to("/settings/mail");
        t.post_form("/settings/fax", &[("out", "{number}@fax.example")]).await.goes_to("/settings/fax");
        let id = t.sign_in(Role::Hotline).await;
        let token = t.token(id, Permission::ALL).await;
        let body = serde_json::json!({
            "kind": "fault", "title": "Core switch", "channel": "phone", "impact": "disrupted", "customer": 1, "contact": 2,
        });
        let number =
            t.api(Method::POST, "/api/v1/tickets", &token, body).await.has_status(201).json()["number"]
                .clone();
        t.work().await;
        let letters = server.letters();
        assert_eq!(letters.len(), 1, "{letters:#?}");
        assert_eq!(letters[0].to, "01012345678@fax.example");
        assert!(letters[0].raw.contains("application/pdf"));
        t.get(&format!("/tickets/{}", number.as_str().unwrap())).await.ok().sees("(010) 1234-5678");
        t.sign_in(Role::Administrator).await;
        t.get("/deliveries?way=fax").await.ok().sees("(010) 1234-5678");
    });
}
