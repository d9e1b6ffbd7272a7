use std::time::Instant;

use mail::{Letter, Limits};

#[test]
fn every_letter_is_read_and_read_alike_twice() {
    let Some(folder) = super::folder("mail-mime") else { return };
    let mut count = 0;
    for path in super::files(&folder) {
        if path.extension().is_some_and(|e| e == "json") {
            continue;
        }
        let bytes = std::fs::read(&path).unwrap();
        let started = Instant::now();
        let letter = Letter::parse(&bytes, &Limits::default()).unwrap();
        assert_eq!(letter, Letter::parse(&bytes, &Limits::default()).unwrap(), "{}", path.display());
        let took = started.elapsed();
        assert!(took.as_millis() < 4_000, "{}: {took:?}", path.display());
        assert!(!letter.text().contains('\0'), "{}", path.display());
        count += 1;
    }
    println!("{count} letters read");
    assert!(count > 0);
}

#[test]
fn facts_that_a_groupware_insists_on_agree() {
    let Some(folder) = super::folder("mail-mime") else { return };
    let mut score = super::Score::default();
    for name in ["kopano/expected.json", "kopano.expected.json"] {
        let path = folder.join(name);
        if !path.exists() {
            continue;
        }
        for (file, facts) in super::json(&path).as_object().unwrap() {
            let Ok(bytes) = std::fs::read(folder.join("kopano").join(file)) else { continue };
            let letter = Letter::parse(&bytes, &Limits::default()).unwrap();
            let said = format!(
                "{}\n{}",
                letter.text(),
                letter.html().map(|html| mail::html::to_text(&html)).unwrap_or_default()
            );
            let calendars = letter.attachments.iter().filter(|a| a.kind == mail::Kind::Calendar);
            let said = calendars.fold(said, |said, a| said + &mail::charset::decode(&a.bytes, None));
            if let Some(part) = facts["body_contains"].as_str() {
                let has = said.contains(part) || part.trim().is_empty();
                score.check(file, said.chars().take(200).collect::<String>(), part, has);
            }
            if let Some(subject) = facts["subject"].as_str() {
                // What cannot be read is `?` there and U+FFFD here.
                let ours = letter.subject.replace('\u{fffd}', "?");
                score.check(
                    file,
                    &ours,
                    subject,
                    ours == subject || ours.replace('?', "") == subject.replace('?', ""),
                );
            }
        }
    }
    score.insist("facts of a groupware", 80);
}

#[test]
fn facts_read_in_the_tests_of_another_parser_agree() {
    let Some(folder) = super::folder("mail-mime") else { return };
    let mut score = super::Score::default();
    for path in super::files(&folder.join("stalwart")) {
        let name = path.to_string_lossy().into_owned();
        let Some(base) = name.strip_suffix(".eml").or_else(|| name.strip_suffix(".txt")) else { continue };
        let expected_path = format!("{base}.json");
        if !std::path::Path::new(&expected_path).exists() {
            continue;
        }
        let expected = super::json(std::path::Path::new(&expected_path));
        let bytes = std::fs::read(&path).unwrap();
        let letter = Letter::parse(&bytes, &Limits::default()).unwrap();
        let short = path.strip_prefix(&folder).unwrap().display().to_string();
        let Some(parts) = expected["parts"].as_array() else { continue };
        let headers = parts[0]["headers"].as_array().cloned().unwrap_or_default();
        let find =
            |wanted: &str| headers.iter().rev().find(|h| h["name"] == wanted).map(|h| h["value"].clone());
        if let Some(subject) = find("subject").and_then(|v| v["Text"].as_str().map(str::to_string)) {
            let bare = |s: &str| s.split_whitespace().collect::<String>();
            score.equal(&format!("{short} subject"), bare(&letter.subject), bare(&subject));
        }
        if let Some(from) = find("from") {
            let first =
                from["Address"]["List"].as_array().and_then(|l| l.first()).cloned().unwrap_or_default();
            if let Some(theirs) = first["address"].as_str() {
                let ours = letter
                    .from
                    .iter()
                    .find(|a| !a.address.is_empty())
                    .map(|a| a.address.clone())
                    .unwrap_or_default();
                score.equal(&format!("{short} from"), ours, theirs.trim().to_string());
            }
        }
        for part in parts {
            let text = part["body"]["Text"].as_str().or_else(|| part["body"]["Html"].as_str());
            if let Some(text) = text {
                let bare =
                    |s: &str| s.chars().filter(|c| !c.is_whitespace() && *c != '\0').collect::<String>();
                let theirs = bare(text);
                let has = letter.bodies.iter().any(|b| bare(&b.text) == theirs)
                    || letter
                        .attachments
                        .iter()
                        .any(|a| bare(&mail::charset::decode(&a.bytes, None)) == theirs)
                    || theirs.is_empty();
                let ours: Vec<String> = letter
                    .bodies
                    .iter()
                    .map(|b| b.text.chars().take(60).collect())
                    .chain(letter.attachments.iter().map(|a| format!("{} {}", a.name, a.media_type)))
                    .collect();
                score.check(&format!("{short} text"), ours, theirs.chars().take(60).collect::<String>(), has);
            }
        }
    }
    score.insist("facts of another parser", 88);
}
