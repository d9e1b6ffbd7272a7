//! Mail bombs, torn letters and noise: refused with a reason or read as far as they go, never a panic, and
//! never more time or memory than the bytes are worth.

use std::time::{Duration, Instant};

use mail::{Letter, Limits, TooMuch, clean, gate, html, quotes, tnef};
use proptest::prelude::*;

/// Generous for a debug build on a busy machine; what is quadratic takes minutes.
const PATIENCE: Duration = Duration::from_secs(10);

/// Does everything that is done with a letter.
fn use_all(bytes: &[u8]) -> Result<Letter, TooMuch> {
    let letter = Letter::parse(bytes, &Limits::default())?;
    let _ = gate::sender(&letter, Some(("X-Ours", "1")));
    let text = letter.text();
    let _ = quotes::fold(&text);
    let _ = quotes::first_sender(&text, &letter.subject);
    if let Some(page) = letter.html() {
        let folded = quotes::fold_html(&page);
        let _ = clean::clean(&folded.new_html, false, &|_| None);
    }
    Ok(letter)
}

#[test]
fn a_bomb_is_refused_with_its_limit() {
    let limits = Limits::default();
    let parts = "--b\nContent-Type: text/plain\n\nx\n".repeat(10_000);
    let bomb = format!("Content-Type: multipart/mixed; boundary=b\n\n{parts}--b--\n");
    assert_eq!(Letter::parse(bomb.as_bytes(), &limits), Err(TooMuch::Parts { limit: 1_000 }));
    let header = format!("Subject: {}\n\nx", "a".repeat(5 << 20));
    assert_eq!(Letter::parse(header.as_bytes(), &limits), Err(TooMuch::Headers { limit: 4 << 20 }));
    let small = Limits { letter_bytes: 1_000, ..limits };
    assert_eq!(Letter::parse(&[b'A'; 2_000], &small), Err(TooMuch::Bytes { bytes: 2_000, limit: 1_000 }));
}

#[test]
fn an_archive_stays_closed_and_a_header_of_a_megabyte_is_read() {
    // The beginning of an archive in an archive; what is inside never comes out by itself.
    let archive = [b"PK\x03\x04\x14\0\0\0\x08\0".as_slice(), &b"PK\x03\x04".repeat(1_000)].concat();
    let packed = {
        use base64::Engine;
        base64::engine::general_purpose::STANDARD.encode(&archive)
    };
    let letter = format!(
        "Subject: {}\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nhi\n--b\n\
         Content-Type: application/zip; name=a.zip\nContent-Transfer-Encoding: base64\n\n{packed}\n--b--\n",
        "s".repeat(1 << 20)
    );
    let read = use_all(letter.as_bytes()).unwrap();
    assert_eq!(read.attachments.len(), 1);
    assert_eq!(read.attachments[0].bytes, archive);
    assert_eq!(read.subject.len(), 1 << 20);
}

#[test]
fn what_is_nested_too_deep_stays_whole() {
    let mut letter = String::new();
    for level in 0..5_000 {
        letter.push_str(&format!("Content-Type: multipart/mixed; boundary=b{level}\n\n--b{level}\n"));
    }
    letter.push_str("Content-Type: text/plain\n\nthe heart");
    let read = use_all(letter.as_bytes()).unwrap();
    let held: Vec<u8> = read
        .bodies
        .iter()
        .flat_map(|b| b.text.bytes())
        .chain(read.attachments.iter().flat_map(|a| a.bytes.clone()))
        .collect();
    assert!(String::from_utf8_lossy(&held).contains("the heart"), "nothing is lost");
    let nested = "Content-Type: message/rfc822\n\n".repeat(20_000);
    assert_eq!(use_all(nested.as_bytes()).unwrap().attachments.len(), 1);
}

#[test]
fn nothing_takes_longer_than_its_length() {
    let long = |piece: &str| piece.repeat((48 << 10) / piece.len());
    for (what, letter) in [
        ("encoded words", format!("Subject: {}\n\n", long("=?a?q?x "))),
        ("quotes in addresses", format!("To: {}\n\n", long("\"\\"))),
        ("comments in addresses", format!("To: {}\n\n", long("(a"))),
        ("parameters", format!("Content-Type: text/plain; {}\n\n", long("a*1*=x;"))),
        ("one line", format!("Subject: x\n\n{}", long("x"))),
        ("announcements", format!("Subject: x\n\n{}", long("On Monday 10:00, <\n"))),
        ("quoted lines", format!("Subject: x\n\n{}", long("> a\nb\n"))),
        ("open tags", format!("Content-Type: text/html\n\n{}", long("<div><blockquote>"))),
        ("open quotes", format!("Content-Type: text/html\n\n{}", long("<a x=\"<a y='>"))),
        ("comments", format!("Content-Type: text/html\n\n{}", long("<!-- <style>"))),
        ("entities", format!("Content-Type: text/html\n\n{}", long("&&#x;&amp"))),
        ("boundaries", format!("Content-Type: multipart/mixed; boundary=b\n\n{}", long("--bb\n--\n"))),
        ("base64", format!("Content-Transfer-Encoding: base64\n\n{}", long("=A"))),
        (
            "a bounce",
            format!(
                "Return-Path: <>\nFrom: mailer-daemon@x\nSubject: undeliverable\n\nnot delivered\n{}",
                long("a@b.c 550 5.1.1 <a@b>\n")
            ),
        ),
    ] {
        let started = Instant::now();
        use_all(letter.as_bytes()).unwrap();
        println!("{what}: {:?}", started.elapsed());
        assert!(started.elapsed() < PATIENCE, "{what}: {:?}", started.elapsed());
    }
}

#[test]
fn torn_and_odd_letters_are_read_as_far_as_they_go() {
    let text = |letter: &str| use_all(letter.as_bytes()).unwrap().text();
    assert_eq!(text("Subject: a\rFrom: b@c\r\rhello\rworld\r"), "hello\nworld\n");
    assert_eq!(text("Subject: a\n\nnul\0 here"), "nul here");
    assert_eq!(text("no header at all"), "no header at all");
    assert_eq!(text(""), "");
    assert_eq!(text("Content-Type: multipart/mixed\n\n--x\nContent-Type: text/plain\n\nhi\n--x--\n"), "hi");
    assert_eq!(text("Content-Type: multipart/mixed; boundary=x\n\n--x\n\nnever closed"), "never closed");
    assert_eq!(
        text("Content-Type: multipart/mixed; boundary=x\n\nno boundary anywhere"),
        "no boundary anywhere"
    );
    let injected = Letter::parse(b"Subject: =?utf-8?q?a=0D=0ABcc:_x=40y?=\n\n", &Limits::default()).unwrap();
    assert!(!injected.subject.contains(['\r', '\n']), "a header cannot be broken open");
    let path = b"Content-Type: application/pdf; name=\"../../etc/passwd\"\n\nx";
    assert!(!Letter::parse(path, &Limits::default()).unwrap().attachments[0].name.contains('/'));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn noise_is_never_trouble(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
        let _ = use_all(&bytes);
        let _ = tnef::open(&bytes, 1 << 20);
        let mut container = vec![0x78, 0x9f, 0x3e, 0x22, 0, 0];
        container.extend(&bytes);
        let _ = tnef::open(&container, 1 << 20);
        let _ = html::to_text(&String::from_utf8_lossy(&bytes));
    }

    #[test]
    fn letters_of_odd_pieces_are_never_trouble(pieces in prop::collection::vec(prop::sample::select(vec![
        "Content-Type: multipart/mixed; boundary=b\n", "Content-Type: text/html\n", "\n", "--b\n", "--b--\n", "> ", "On 1.1.2020 10:00 ", "<a@b.c> wrote:\n",
        "From: =?gb2312?B?1tDOxA==?= <a@b.c>\n", "Subject: =?x?q?", "<div>", "</blockquote>", "<blockquote class='gmail_quote'>", "发件人: ", "-----原始邮件-----\n", "&nbsp;",
        "-- \n", "Content-Transfer-Encoding: base64\n", "=E4=B8", "550 5.1.1 ", "Final-Recipient: rfc822;x@y\n", "\r", "中文", "\u{feff}",
    ]), 0..60)) {
        let letter = pieces.concat();
        let _ = use_all(letter.as_bytes());
        let folded = quotes::fold(&letter);
        let whole: Vec<&str> = folded.pieces.iter().map(|piece| piece.text.as_str()).collect();
        prop_assert_eq!(whole.join("\n"), letter.replace("\r\n", "\n"));
        let page = quotes::fold_html(&letter);
        let _ = clean::clean(&page.new_html, true, &|_| None);
    }
}
