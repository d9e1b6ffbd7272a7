//! Encoded words of headers (RFC 2047), as they are really written.

use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use crate::charset;

const LOOSE: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// Decodes the value of a header: encoded words, raw 8-bit text of an unknown set, folded lines.
///
/// Neighbouring words of one set are joined before they are decoded, since a character may be cut between
/// them. The white space between two encoded words is dropped, as the standard says.
pub fn decode(raw: &[u8]) -> String {
    let raw = unfold(raw);
    let mut out = String::with_capacity(raw.len());
    let mut plain: Vec<u8> = Vec::new();
    let mut held: Option<(String, Vec<u8>)> = None;
    let mut index = 0;
    while index < raw.len() {
        if raw[index] == b'='
            && let Some(word) = word_at(&raw[index..])
        {
            if held.is_some() && !plain.iter().all(u8::is_ascii_whitespace) {
                flush(&mut out, &mut held);
            }
            if held.is_none() {
                out.push_str(&charset::decode(&plain, None));
            }
            plain.clear();
            match &mut held {
                Some((label, bytes)) if label.eq_ignore_ascii_case(word.label) => bytes.extend(word.bytes),
                Some(_) | None => {
                    flush(&mut out, &mut held);
                    held = Some((word.label.to_string(), word.bytes));
                }
            }
            index += word.length;
        } else {
            if held.is_some() && !raw[index].is_ascii_whitespace() {
                flush(&mut out, &mut held);
            }
            plain.push(raw[index]);
            index += 1;
        }
    }
    flush(&mut out, &mut held);
    out.push_str(&charset::decode(&plain, None));
    out.retain(|c| !c.is_control() || c == '\t');
    out.trim().to_string()
}

fn flush(out: &mut String, held: &mut Option<(String, Vec<u8>)>) {
    if let Some((label, bytes)) = held.take() {
        out.push_str(&charset::decode(&bytes, Some(&label)));
    }
}

struct Word<'a> {
    label: &'a str,
    bytes: Vec<u8>,
    length: usize,
}

/// The longest encoded word that is looked for; the standard allows 75.
const WORD_BYTES: usize = 4 * 1024;

fn word_at(raw: &[u8]) -> Option<Word<'_>> {
    let raw = &raw[..raw.len().min(WORD_BYTES)];
    let rest = raw.strip_prefix(b"=?")?;
    let label_end = rest.iter().take(64).position(|b| *b == b'?')?;
    let label = std::str::from_utf8(&rest[..label_end]).ok()?;
    if label.is_empty() || label.contains(char::is_whitespace) {
        return None;
    }
    let kind = rest.get(label_end + 1)?.to_ascii_lowercase();
    if !matches!(kind, b'q' | b'b') || rest.get(label_end + 2) != Some(&b'?') {
        return None;
    }
    let text = &rest[label_end + 3..];
    let end = end_of_word(text, kind);
    let (body, tail) = match end {
        Some(end) => (&text[..end], 2),
        // Cut short by a careless writer: it ends where the white space begins, or with the header.
        None => {
            let end = text.iter().position(u8::is_ascii_whitespace).unwrap_or(text.len());
            (
                text[..end].strip_suffix(b"?").unwrap_or(&text[..end]),
                end - text[..end].strip_suffix(b"?").map_or(end, <[u8]>::len),
            )
        }
    };
    let bytes = if kind == b'b' { base64_loose(body) } else { q(body) };
    Some(Word { label, bytes, length: 2 + label_end + 3 + body.len() + tail })
}

/// Where `?=` ends the word; `?` may stand inside a quoted text that was not quoted well.
fn end_of_word(text: &[u8], kind: u8) -> Option<usize> {
    let mut index = 0;
    while index + 1 < text.len() {
        if text[index] == b'?' && text[index + 1] == b'=' {
            let begins_escape = kind == b'q'
                && text.get(index + 2).is_some_and(u8::is_ascii_hexdigit)
                && text.get(index + 3).is_some_and(u8::is_ascii_hexdigit);
            if !begins_escape {
                return Some(index);
            }
        }
        if text[index] == b'=' && text[index + 1] == b'?' && text.get(index + 2) != Some(&b'=') {
            // The next word begins; looking on would cost the square of the length.
            return None;
        }
        index += 1;
    }
    None
}

fn q(body: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(body.len());
    let mut index = 0;
    while index < body.len() {
        match body[index] {
            b'_' => out.push(b' '),
            b'=' => {
                if let Some(byte) = hex(body.get(index + 1), body.get(index + 2)) {
                    out.push(byte);
                    index += 2;
                } else {
                    out.push(b'=');
                }
            }
            byte => out.push(byte),
        }
        index += 1;
    }
    out
}

pub(crate) fn hex(high: Option<&u8>, low: Option<&u8>) -> Option<u8> {
    let digit = |byte: &u8| (*byte as char).to_digit(16);
    Some((digit(high?)? * 16 + digit(low?)?) as u8)
}

/// Decodes base64 that strangers wrote: other characters are skipped, padding may stand anywhere.
pub(crate) fn base64_loose(body: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(body.len() / 4 * 3);
    let mut clean = Vec::with_capacity(body.len().min(64 * 1024));
    let mut flush = |clean: &mut Vec<u8>| {
        // One character alone holds no byte.
        if clean.len() % 4 == 1 {
            clean.pop();
        }
        if let Ok(bytes) = LOOSE.decode(&*clean) {
            out.extend(bytes);
        }
        clean.clear();
    };
    for byte in body {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'+' | b'/' => clean.push(*byte),
            b'-' => clean.push(b'+'),
            b'_' => clean.push(b'/'),
            b'=' if clean.len() % 4 != 0 => flush(&mut clean),
            _ => {}
        }
        if clean.len() == 64 * 1024 {
            flush(&mut clean);
        }
    }
    flush(&mut clean);
    out
}

/// Joins folded lines; a line break inside a value is no text.
pub(crate) fn unfold(raw: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(raw.len());
    let mut index = 0;
    while index < raw.len() {
        match raw[index] {
            b'\r' | b'\n' => {
                let next = raw[index + 1..].iter().position(|b| !matches!(b, b'\r' | b'\n'));
                let next = next.map_or(raw.len(), |offset| index + 1 + offset);
                if next < raw.len() && matches!(raw[next], b' ' | b'\t') {
                    // The white space that follows stands for the break; several make one.
                    let end = raw[next..].iter().position(|b| !matches!(b, b' ' | b'\t'));
                    index = end.map_or(raw.len(), |offset| next + offset);
                    if !out.last().is_some_and(u8::is_ascii_whitespace) {
                        out.push(b' ');
                    }
                    continue;
                }
                index = next;
                continue;
            }
            byte => out.push(byte),
        }
        index += 1;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_joined_mended_and_left_alone_where_they_are_none() {
        let cases: &[(&[u8], &str)] = &[
            (b"plain text", "plain text"),
            (b"=?UTF-8?B?8J+S?= =?UTF-8?Q?=a9?=", "💩"),
            (b"=?iso-8859-1?q?a?= b =?utf-8?q?c?=", "a b c"),
            (b"=?utf-8?q?a?=\r\n =?iso-8859-1?q?=E4?=", "aä"),
            (b"=?utf-8?Q?what?=20now?= x", "what? now x"),
            (b"=?utf-8?Q?two words?=", "two words"),
            (b"=?gb2312?B?1tDOxA==?=", "中文"),
            (b"=?no-such?Q?=D6=D0=CE=C4=D6=D0?=", "中文中"),
            (b"=?x?y", "=?x?y"),
            (b"\xd6\xd0\xce\xc4\xd6\xd0", "中文中"),
        ];
        for (raw, text) in cases {
            assert_eq!(decode(raw), *text, "{}", String::from_utf8_lossy(raw));
        }
    }
}
