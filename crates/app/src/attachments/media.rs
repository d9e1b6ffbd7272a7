//! What kind of file it is, found by its first bytes; what its name or its sender claims does not count.

/// Bytes that are looked at.
pub const HEAD_BYTES: usize = 4_096;

/// The media type by the first bytes of a file.
pub fn sniff(head: &[u8]) -> &'static str {
    const MARKS: [(&[u8], &str); 12] = [
        (b"\x89PNG\r\n\x1a\n", "image/png"),
        (b"\xff\xd8\xff", "image/jpeg"),
        (b"GIF87a", "image/gif"),
        (b"GIF89a", "image/gif"),
        (b"%PDF-", "application/pdf"),
        (b"PK\x03\x04", "application/zip"),
        (b"\x1f\x8b", "application/gzip"),
        (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
        (b"Rar!\x1a\x07", "application/vnd.rar"),
        (b"OggS", "audio/ogg"),
        (b"ID3", "audio/mpeg"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),
    ];
    if let Some((_, kind)) = MARKS.iter().find(|(mark, _)| head.starts_with(mark)) {
        return kind;
    }
    match (head.get(..4), head.get(4..8), head.get(8..12)) {
        (Some(b"RIFF"), _, Some(b"WEBP")) => "image/webp",
        (Some(b"RIFF"), _, Some(b"WAVE")) => "audio/wav",
        (_, Some(b"ftyp"), Some(b"heic" | b"heix" | b"mif1")) => "image/heic",
        (_, Some(b"ftyp"), _) => "video/mp4",
        _ if is_text(head) => "text/plain",
        _ => "application/octet-stream",
    }
}

/// Text is UTF-8 without control characters, but for a character that the end of the look cuts.
fn is_text(head: &[u8]) -> bool {
    let text = match std::str::from_utf8(head) {
        Ok(text) => text,
        Err(error) if error.error_len().is_none() && head.len() >= HEAD_BYTES => {
            std::str::from_utf8(&head[..error.valid_up_to()]).unwrap_or("\0")
        }
        Err(_) => return false,
    };
    !head.is_empty()
        && !text.chars().any(|found| found.is_control() && !matches!(found, '\n' | '\r' | '\t' | '\u{c}'))
}

/// Whether a browser may show it in place. Everything else is handed out as a file to save: a page, a drawing
/// with scripts in it or a document could act in our name.
pub fn is_shown(media_type: &str) -> bool {
    matches!(media_type, "image/png" | "image/jpeg" | "image/gif" | "image/webp" | "text/plain")
}

/// Whether a small picture of it stands in the list.
pub fn is_picture(media_type: &str) -> bool {
    matches!(media_type, "image/png" | "image/jpeg" | "image/gif" | "image/webp")
}

/// The name of a file without anything that a file system or a header could take for more than a name.
pub fn plain_name(given: &str) -> String {
    const NAME_MOST_CHARS: usize = 150;
    let last = given.rsplit(['/', '\\']).next().unwrap_or_default();
    let plain: String = last
        .chars()
        .filter(|found| {
            !found.is_control() && !matches!(found, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}')
        })
        .collect();
    let plain = plain.trim().trim_start_matches('.');
    let count = plain.chars().count();
    if plain.is_empty() {
        "file".to_owned()
    } else if count > NAME_MOST_CHARS {
        // The end tells the kind of file.
        plain.chars().skip(count - NAME_MOST_CHARS).collect()
    } else {
        plain.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_what_its_bytes_say() {
        let table: [(&[u8], &str); 11] = [
            (b"\x89PNG\r\n\x1a\n....", "image/png"),
            (b"\xff\xd8\xff\xe0", "image/jpeg"),
            (b"RIFF\0\0\0\0WEBPVP8 ", "image/webp"),
            (b"%PDF-1.7", "application/pdf"),
            (b"\0\0\0\x20ftypisom", "video/mp4"),
            (b"\0\0\0\x20ftypheic", "image/heic"),
            (b"hello\nworld\t!", "text/plain"),
            ("日志".as_bytes(), "text/plain"),
            (b"<svg onload=alert(1)>", "text/plain"),
            (b"a\0b", "application/octet-stream"),
            (b"", "application/octet-stream"),
        ];
        for (head, kind) in table {
            assert_eq!(sniff(head), kind, "{head:?}");
        }
        let mut long = "交".repeat(HEAD_BYTES).into_bytes();
        long.truncate(HEAD_BYTES);
        assert_eq!(sniff(&long), "text/plain", "a character that is cut is no sign of anything else");
    }

    #[test]
    fn a_name_is_only_a_name() {
        let long = format!("{}.png", "长".repeat(400));
        let table = [
            ("../../etc/passwd", "passwd"),
            ("C:\\photos\\机房.jpg", "机房.jpg"),
            ("a\r\nb\u{202e}gpj.exe", "abgpj.exe"),
            ("...", "file"),
            ("", "file"),
        ];
        for (given, plain) in table {
            assert_eq!(plain_name(given), plain);
        }
        assert!(plain_name(&long).ends_with(".png") && plain_name(&long).chars().count() == 150);
    }
}
