use std::collections::HashSet;

use mail::{Letter, Limits, html};

use super::tnef::sha256;

/// Words only: tags, breaks and the policy of a cleaner are not what is compared.
fn words(text: &str) -> String {
    let plain: String = html::to_text(&text.replace("<br>", "\n"))
        .chars()
        .filter(|c| !c.is_whitespace() && *c != '\u{200b}')
        .collect();
    plain
}

/// The addresses of a header as its text shows them, without quotes and brackets.
fn header(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace() && !"\"'<>,;\\".contains(*c)).collect()
}

#[test]
fn letters_are_read_as_another_desk_reads_them() {
    let Some(folder) = super::folder("mail-zammad") else { return };
    let mut score = super::Score::default();
    for path in super::files(&folder) {
        let Some(name) = path.to_str().and_then(|p| p.strip_suffix(".box")) else { continue };
        let expected_path = format!("{name}.expected.json");
        if !std::path::Path::new(&expected_path).exists() {
            continue;
        }
        let expected = super::json(std::path::Path::new(&expected_path));
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        let bytes = std::fs::read(&path).unwrap();
        let letter = Letter::parse(&bytes, &Limits::default()).unwrap();
        let text = |key: &str| expected[key].as_str().map(str::to_string);
        let writer = letter.writer();
        if let Some(email) = text("from_email") {
            score.equal(&format!("{name} from"), writer.address.to_lowercase(), email.to_lowercase());
        }
        if let Some(shown) = text("from_display_name") {
            score.equal(&format!("{name} display"), writer.name.clone(), shown);
        }
        if let Some(subject) = text("subject") {
            let squeeze = |s: &str| s.split_whitespace().collect::<Vec<_>>().join(" ");
            score.equal(&format!("{name} subject"), squeeze(&letter.subject), squeeze(&subject));
        }
        for (key, list) in [("to", &letter.to), ("cc", &letter.cc), ("reply-to", &letter.reply_to)] {
            if let Some(theirs) = text(key) {
                let ours: String = list.iter().map(|a| format!("{}{}", a.name, a.address)).collect();
                score.equal(&format!("{name} {key}"), header(&ours), header(&theirs));
            }
        }
        if let Some(body) = text("body") {
            let is_html = expected["content_type"] == "text/html";
            let ours = match letter.html() {
                Some(html) if is_html => html::to_text(&html),
                Some(_) | None => letter.text(),
            };
            let (ours, theirs) = if is_html {
                (words(&html::from_text(&ours)), words(&body))
            } else {
                let bare = |s: &str| s.chars().filter(|c| !c.is_whitespace()).collect::<String>();
                (bare(&ours), bare(&body))
            };
            // They show the title of a page as its first line, and file pages that follow the first away.
            let theirs = if theirs == "novisiblecontent" { String::new() } else { theirs };
            let theirs = theirs.replace('\u{3008}', "\u{27e8}").replace('\u{3009}', "\u{27e9}");
            let same = ours == theirs
                || (is_html
                    && !ours.is_empty()
                    && !theirs.is_empty()
                    && (theirs.ends_with(&ours) || ours.starts_with(&theirs)));
            let cut = |s: &str, other: &str| {
                let at = s.chars().zip(other.chars()).take_while(|(a, b)| a == b).count();
                s.chars().skip(at.saturating_sub(20)).take(100).collect::<String>()
            };
            score.check(&format!("{name} body"), cut(&ours, &theirs), cut(&theirs, &ours), same);
        }
        let mut found: HashSet<String> = letter.attachments.iter().map(|a| sha256(&a.bytes)).collect();
        found.extend(letter.attachments.iter().map(|a| sha256(&super::tnef::with_line_feeds(&a.bytes))));
        for body in &letter.bodies {
            found.insert(sha256(body.text.as_bytes()));
            found.insert(sha256(body.text.replace("\r\n", "\n").as_bytes()));
        }
        // Their list of files has the first HTML part as a file too; our bodies stand for it.
        for file in expected["attachments"].as_array().into_iter().flatten() {
            let sha = file["sha256"].as_str().unwrap_or_default();
            let is_body = file["preferences"]["content-alternative"] == true;
            let size = file["size"].as_u64().unwrap_or_default();
            let near = letter
                .bodies
                .iter()
                .any(|b| b.is_html && b.text.len() as u64 + 4 > size && b.text.len() as u64 <= size + 4096);
            let ours: Vec<String> = letter
                .attachments
                .iter()
                .map(|a| format!("{} {} {}", a.name, a.media_type, a.bytes.len()))
                .collect();
            let bodies: Vec<_> = letter.bodies.iter().map(|b| (b.is_html, b.text.len())).collect();
            score.check(
                &format!("{name} file {} {size}", file["filename"]),
                (ours, bodies),
                sha,
                found.contains(sha) || (is_body && near),
            );
        }
    }
    score.insist("fields of letters", 95);
}
