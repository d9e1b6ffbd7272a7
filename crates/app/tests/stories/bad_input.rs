//! What comes in wrong is refused with the field and the mend, in the reader's language, and nothing of it stays.

use std::collections::BTreeSet;

use app::testing::{ATTACHMENT_LIMIT_BYTES, Answer, TestApp, each_app};
use http::{Method, Request, header};
use rules::access::{Permission, Role};
use rules::ids::TicketId;
use rules::tickets::number::TicketNumber;
use serde_json::{Value, json};

const LANGUAGES: [&str; 3] = ["zh-Hans", "zh-Hant", "en"];

/// A customer with a site and a ticket; returns the number of the ticket.
async fn a_ticket(t: &TestApp, token: &str) -> String {
    let post = async |path: &str, body| t.api(Method::POST, path, token, body).await.has_status(201).json();
    let bank = post("/api/v1/customers", json!({ "code": "BANK", "name": "Capital Bank" })).await;
    let report = json!({ "customer": bank["id"], "title": "Switch down", "impact": "disrupted" });
    post("/api/v1/tickets", report).await["number"].as_str().unwrap().to_owned()
}

/// Sends a request in each language. Returns the words of each, which must be three different ones without a key
/// in them.
async fn in_each_language(
    t: &TestApp,
    method: Method,
    path: &str,
    token: &str,
    body: Value,
    words: impl Fn(Answer) -> String,
) -> Vec<String> {
    let mut told = Vec::new();
    for language in LANGUAGES {
        let headers = [("accept-language", language)];
        told.push(words(t.api_with(method.clone(), path, token, body.clone(), &headers).await));
    }
    assert_eq!(told.iter().collect::<BTreeSet<_>>().len(), LANGUAGES.len(), "{path}: {told:?}");
    assert!(told.iter().all(|words| !words.contains("error-") && !words.is_empty()), "{told:?}");
    told
}

/// The words beside a field of a problem document.
fn at_field(field: &'static str) -> impl Fn(Answer) -> String {
    move |answer| {
        let problem = answer.has_status(422).json();
        let errors = problem["errors"].as_array().expect("errors");
        let error = errors.iter().find(|error| error["field"] == field);
        error.unwrap_or_else(|| panic!("no {field} in {problem}"))["detail"].as_str().unwrap().to_owned()
    }
}

fn detail(status: u16) -> impl Fn(Answer) -> String {
    move |answer| answer.has_status(status).json()["detail"].as_str().unwrap().to_owned()
}

#[test]
fn what_is_wrong_is_named_with_its_mend_in_the_readers_language() {
    each_app(async |t| {
        let id = t.sign_in(Role::Administrator).await;
        let token = t.token(id, Permission::ALL).await;
        let number = a_ticket(t, &token).await;
        let post =
            async |path: &str, body| t.api(Method::POST, path, &token, body).await.has_status(201).json();
        let school = post("/api/v1/customers", json!({ "code": "SCHOOL", "name": "School" })).await;
        let product = post("/api/v1/products", json!({ "manufacturer": "Acme", "model": "S1" })).await;
        let unit = json!({ "customer": 1, "product": product["id"], "serial": "SN-1" });
        post("/api/v1/assets", unit).await;

        // An unknown token, which is also told apart from one without the right scope.
        let told =
            in_each_language(t, Method::GET, "/api/v1/tickets", "no-such-token", json!(null), detail(401))
                .await;
        assert!(told.iter().all(|words| words.contains("Authorization")), "{told:?}");

        // A serial number that is another customer's.
        let stolen = json!({ "customer": school["id"], "product": product["id"], "serial": "sn 1" });
        let told =
            in_each_language(t, Method::POST, "/api/v1/assets", &token, stolen, at_field("serial")).await;
        assert!(told.iter().all(|words| words.contains("Capital Bank")), "{told:?}");

        // A day that does not exist.
        let never = json!({ "customer": 1, "product": product["id"], "serial": "SN-2", "installed_on": "2026-02-30" });
        let told =
            in_each_language(t, Method::POST, "/api/v1/assets", &token, never, at_field("installed_on"))
                .await;
        assert!(told.iter().all(|words| words.contains("2026-02-30")), "{told:?}");

        // A key of a commitment file that nobody knows.
        let text = include_str!("../../../../commitments/standard.toml").replacen("title", "titel", 1);
        let file = json!({ "text": text });
        let told =
            in_each_language(t, Method::POST, "/api/v1/commitments", &token, file, at_field("text")).await;
        assert!(told.iter().all(|words| words.contains("titel") && words.contains("title")), "{told:?}");
        assert!(told[0].contains("不认识的键“titel”") && told[0].contains("是不是“title”"), "{told:?}");

        // A number with one wrong digit, and one with two neighbours swapped.
        for slip in [wrong_digit(&number), swapped(&number)] {
            let path = format!("/api/v1/tickets/{slip}");
            let right = TicketNumber::parse(&number).unwrap().grouped();
            let told = in_each_language(t, Method::GET, &path, &token, json!(null), at_field("number")).await;
            assert!(told.iter().all(|words| words.contains('[') && words.contains(&right)), "{told:?}");
        }
        let link = json!({ "other": wrong_digit(&number), "relation": "related" });
        let path = format!("/api/v1/tickets/{}/links", TicketNumber::of(TicketId(1)));
        in_each_language(t, Method::POST, &path, &token, link, at_field("other")).await;

        // Two who change one ticket: the second sees that it is not what they looked at.
        let stale = json!({ "version": 99, "addressee": "customer", "question": "Which floor?" });
        let path = format!("/api/v1/tickets/{number}/waiting");
        in_each_language(t, Method::POST, &path, &token, stale, detail(409)).await;

        let counts = t
            .app
            .read(|tx| {
                Ok(tx.adhoc::<(i64, i64)>(
                    "SELECT (SELECT COUNT(*) FROM asset), (SELECT COUNT(*) FROM commitment)",
                    &[],
                )?)
            })
            .await
            .unwrap();
        assert_eq!(counts, [(1, 0)], "nothing of all this was stored");
    });
}

fn wrong_digit(number: &str) -> String {
    let mut digits = number.as_bytes().to_vec();
    digits[3] = if digits[3] == b'9' { b'0' } else { digits[3] + 1 };
    String::from_utf8(digits).unwrap()
}

/// Swaps the first two neighbours that differ.
fn swapped(number: &str) -> String {
    let mut digits = number.as_bytes().to_vec();
    let first = digits.windows(2).position(|pair| pair[0] != pair[1] && pair[1] != b'0').unwrap();
    digits.swap(first, first + 1);
    String::from_utf8(digits).unwrap()
}

#[test]
fn two_gigabytes_are_refused_with_the_limit_and_never_held() {
    const TWO_GB: u64 = 2_000_000_000;
    each_app(async |t| {
        let id = t.sign_in(Role::Administrator).await;
        let token = t.token(id, Permission::ALL).await;
        let number = a_ticket(t, &token).await;
        let page = format!("/tickets/{number}/attachments");
        let before = t.files();
        // A browser announces the length: it is refused before a byte of it is read.
        let (answer, read) = t.post_endless_file(&page, TWO_GB, true).await;
        answer.has_status(413).sees("16 MiB").sees("没有保存任何内容");
        assert_eq!(read, 0);
        // A stream that does not is cut at the limit; what had come is gone again.
        let (answer, read) = t.post_endless_file(&page, TWO_GB, false).await;
        answer.has_status(413).sees("16 MiB");
        // The reader of the form is some chunks ahead of the one that counts, by no more than a few MiB.
        assert!(read <= 4 * ATTACHMENT_LIMIT_BYTES, "{read} bytes were read");
        assert_eq!(t.files(), before);
        t.get(&format!("/tickets/{number}")).await.ok().lacks("dump.bin");
        // A program gets a problem document.
        let request = Request::builder()
            .method(Method::POST)
            .uri(format!("/api/v1{page}"))
            .header(header::AUTHORIZATION, format!("Bearer {token}"))
            .header(header::ACCEPT_LANGUAGE, "en")
            .header(header::CONTENT_TYPE, "multipart/form-data; boundary=x")
            .header(header::CONTENT_LENGTH, TWO_GB);
        let answer = t.send(request.body(axum::body::Body::empty()).unwrap()).await.has_status(413);
        assert!(answer.json()["detail"].as_str().unwrap().contains("16 MiB"));
        // The largest that may come, comes.
        let (answer, _) = t.post_endless_file(&page, ATTACHMENT_LIMIT_BYTES, true).await;
        answer.has_status(303);
        t.get(&format!("/tickets/{number}")).await.ok().sees("dump.bin");
    });
}
