use std::fmt::Write;

use sha2::{Digest, Sha256};

pub fn sha256(bytes: &[u8]) -> String {
    let mut out = String::new();
    for byte in Sha256::digest(bytes) {
        write!(out, "{byte:02x}").unwrap();
    }
    out
}

/// Text as the peers stored it: their files went through a version control that keeps LF alone.
pub fn with_line_feeds(bytes: &[u8]) -> Vec<u8> {
    let mut out = bytes.to_vec();
    let mut index = 0;
    out.retain(|byte| {
        index += 1;
        *byte != b'\r' || bytes.get(index) != Some(&b'\n')
    });
    out
}

#[test]
fn everything_comes_out_of_a_winmail_dat() {
    let Some(folder) = super::folder("mail-tnef") else { return };
    let expected = super::json(&folder.join("expected.json"));
    let mut score = super::Score::default();
    for (name, expected) in expected.as_object().unwrap() {
        let bytes = std::fs::read(folder.join(name)).unwrap();
        let opened = mail::tnef::open(&bytes, 64 << 20);
        let Some(list) = expected["extracted"].as_array() else { continue };
        if name.ends_with(".eml") {
            continue;
        }
        let Some(opened) = opened else {
            score.check(name, "not opened", list.len(), list.is_empty());
            continue;
        };
        let mut found: Vec<(String, String)> =
            opened.attachments.iter().map(|a| (a.name.clone(), sha256(&a.bytes))).collect();
        found.extend(opened.rtf.iter().map(|rtf| ("message.rtf".to_string(), sha256(rtf))));
        found.extend(opened.html_bytes.iter().map(|html| ("message.html".to_string(), sha256(html))));
        let sizes: Vec<_> = opened.attachments.iter().map(|a| (a.name.as_str(), a.bytes.len())).collect();
        println!(
            "{name}: {sizes:?} rtf {:?} html {:?}",
            opened.rtf.as_ref().map(Vec::len),
            opened.html_bytes.as_ref().map(Vec::len)
        );
        // They keep the id of the interface (IStorage) before an embedded object; a user could not open that.
        let storage = [0x0b, 0, 0, 0, 0, 0, 0, 0, 0xc0, 0, 0, 0, 0, 0, 0, 0x46];
        found.extend(
            opened.attachments.iter().map(|a| (a.name.clone(), sha256(&[&storage[..], &a.bytes].concat()))),
        );
        let mut stored: Vec<(String, String)> =
            opened.attachments.iter().map(|a| (a.name.clone(), sha256(&with_line_feeds(&a.bytes)))).collect();
        stored
            .extend(opened.rtf.iter().map(|rtf| ("message.rtf".to_string(), sha256(&with_line_feeds(rtf)))));
        stored.extend(
            opened.html_bytes.iter().map(|html| ("message.html".to_string(), sha256(&with_line_feeds(html)))),
        );
        found.extend(stored);
        for file in list {
            let (title, sha) = (file["name"].as_str().unwrap(), file["sha256"].as_str().unwrap());
            let has = found.iter().any(|(_, s)| s == sha);
            let named = found.iter().any(|(n, s)| s == sha && n == title);
            score.check(&format!("{name} {title} {}", file["size"]), &found, has, has && named);
        }
    }
    score.insist("files of winmail.dat", 95);
}

#[test]
fn a_broken_winmail_dat_is_no_trouble() {
    let Some(folder) = super::folder("mail-tnef") else { return };
    for path in super::files(&folder) {
        let bytes = std::fs::read(&path).unwrap();
        for cut in [0, 1, 7, 50, 333, bytes.len() / 2] {
            let _ = mail::tnef::open(&bytes[..bytes.len().saturating_sub(cut)], 1 << 20);
            let _ = mail::tnef::open(bytes.get(cut..).unwrap_or_default(), 1 << 20);
        }
    }
}
