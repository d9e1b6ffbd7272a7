//! Header fields: split, found by name, and their parameters (RFC 2045, 2231, and what is really sent).

use crate::{charset, words};

/// One field, as it stood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    pub name: String,
    pub raw: Vec<u8>,
}

/// The fields of a letter or of a part, in their order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Headers(pub Vec<Field>);

impl Headers {
    /// Reads fields up to the empty line; also tells how many bytes they took, that line included.
    ///
    /// A line that is neither a field nor a continuation ends the headers too, so that no text is lost.
    pub fn read(bytes: &[u8]) -> (Headers, usize) {
        let mut fields: Vec<Field> = Vec::new();
        let mut at = 0;
        while at < bytes.len() {
            let end = bytes[at..].iter().position(|b| *b == b'\n').map_or(bytes.len(), |i| at + i + 1);
            let line = &bytes[at..end];
            let bare = trim_break(line);
            if bare.is_empty() {
                return (Headers(fields), end);
            }
            if matches!(bare[0], b' ' | b'\t') {
                match fields.last_mut() {
                    Some(field) => field.raw.extend_from_slice(line),
                    None if bare.iter().all(u8::is_ascii_whitespace) => return (Headers(fields), end),
                    None => {}
                }
            } else if let Some((name, value)) = split_field(bare) {
                let mut raw = value.to_vec();
                raw.extend_from_slice(&line[bare.len()..]);
                fields.push(Field { name, raw });
            } else if fields.is_empty() && bare.starts_with(b"From ") {
                // The envelope line of a mailbox file.
            } else if fields.is_empty() && bare.starts_with(b">From ") {
            } else if !fields.is_empty() && is_well_known(&bytes[end..]) {
                // Debris between fields: kept without a name.
                fields.push(Field { name: String::new(), raw: bare.to_vec() });
            } else {
                return (Headers(fields), at);
            }
            at = end;
        }
        (Headers(fields), bytes.len())
    }

    /// The raw value of the first field of that name; names are compared without case.
    pub fn raw(&self, name: &str) -> Option<&[u8]> {
        self.0.iter().find(|field| field.name.eq_ignore_ascii_case(name)).map(|field| field.raw.as_slice())
    }

    /// The decoded value of the first field of that name.
    pub fn text(&self, name: &str) -> Option<String> {
        self.raw(name).map(words::decode)
    }

    /// All decoded values of that name.
    pub fn all(&self, name: &str) -> Vec<String> {
        self.0
            .iter()
            .filter(|field| field.name.eq_ignore_ascii_case(name))
            .map(|field| words::decode(&field.raw))
            .collect()
    }
}

/// Whether a field that every letter has begins here.
fn is_well_known(bytes: &[u8]) -> bool {
    let head = bytes[..bytes.len().min(32)].to_ascii_lowercase();
    [
        "from:",
        "to:",
        "subject:",
        "date:",
        "message-id:",
        "mime-version:",
        "content-type:",
        "received:",
        "return-path:",
    ]
    .iter()
    .any(|name| head.starts_with(name.as_bytes()))
}

pub(crate) fn trim_break(line: &[u8]) -> &[u8] {
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    line.strip_suffix(b"\r").unwrap_or(line)
}

fn split_field(line: &[u8]) -> Option<(String, &[u8])> {
    let colon = line.iter().position(|b| *b == b':')?;
    let name = line[..colon].trim_ascii_end();
    let is_name = !name.is_empty() && name.iter().all(|b| (0x21..=0x7e).contains(b));
    is_name.then(|| (String::from_utf8_lossy(name).into_owned(), line[colon + 1..].trim_ascii_start()))
}

/// A value with parameters: a content type or a disposition.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Parameters {
    /// The part before the first semicolon, in lower case: `text/plain`.
    pub value: String,
    pub list: Vec<(String, String)>,
}

impl Parameters {
    pub fn read(raw: &[u8]) -> Parameters {
        let raw = words::unfold(raw);
        let mut pieces = split_outside_quotes(&raw).into_iter();
        let first = pieces.next().unwrap_or_default();
        let value = String::from_utf8_lossy(strip_comments(first).trim_ascii()).to_ascii_lowercase();
        let value = value.split_whitespace().next().unwrap_or_default().to_string();
        let mut plain: Vec<(String, Vec<u8>)> = Vec::new();
        let mut pieces_of: Vec<Piece> = Vec::new();
        for piece in pieces {
            let Some(equals) = piece.iter().position(|b| *b == b'=') else { continue };
            let name = String::from_utf8_lossy(piece[..equals].trim_ascii()).to_ascii_lowercase();
            let value = unquote(piece[equals + 1..].trim_ascii());
            match Piece::read(&name, value) {
                Ok(piece) => pieces_of.push(piece),
                Err(value) => plain.push((name, value)),
            }
        }
        let mut list: Vec<(String, String)> = Vec::new();
        let mut names: Vec<String> = pieces_of.iter().map(|piece| piece.name.clone()).collect();
        names.dedup();
        for name in names {
            if list.iter().any(|(known, _)| *known == name) {
                continue;
            }
            let mut of_name: Vec<&Piece> = pieces_of.iter().filter(|piece| piece.name == name).collect();
            of_name.sort_by_key(|piece| piece.index);
            list.push((name, join(&of_name)));
        }
        for (name, value) in plain {
            if !list.iter().any(|(known, _)| *known == name) {
                list.push((name, words::decode(&value)));
            }
        }
        Parameters { value, list }
    }

    pub fn get(&self, name: &str) -> Option<&str> {
        self.list.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// `text` of `text/plain`.
    pub fn kind(&self) -> &str {
        self.value.split('/').next().unwrap_or_default()
    }
}

/// One piece of a parameter that was cut or marked with its set (RFC 2231).
struct Piece {
    name: String,
    index: u32,
    is_escaped: bool,
    value: Vec<u8>,
}

impl Piece {
    fn read(name: &str, value: Vec<u8>) -> Result<Piece, Vec<u8>> {
        let Some((base, rest)) = name.split_once('*') else { return Err(value) };
        let (number, is_escaped) = match rest.strip_suffix('*') {
            Some(number) => (number, true),
            None => (rest, rest.is_empty()),
        };
        let index = if number.is_empty() { 0 } else { number.parse().unwrap_or(u32::MAX) };
        Ok(Piece { name: base.to_string(), index, is_escaped, value })
    }
}

fn join(pieces: &[&Piece]) -> String {
    let mut label: Option<String> = None;
    let mut bytes: Vec<u8> = Vec::new();
    for (number, piece) in pieces.iter().enumerate() {
        let mut value = piece.value.as_slice();
        if piece.is_escaped && number == 0 {
            let mut quotes = value.iter().enumerate().filter(|(_, b)| **b == b'\'').map(|(i, _)| i);
            if let (Some(first), Some(second)) = (quotes.next(), quotes.next()) {
                label = Some(String::from_utf8_lossy(&value[..first]).into_owned());
                value = &value[second + 1..];
            }
        }
        if piece.is_escaped { bytes.extend(percent(value)) } else { bytes.extend_from_slice(value) }
    }
    match label {
        Some(label) if !label.is_empty() => charset::decode(&bytes, Some(&label)),
        Some(_) | None => words::decode(&bytes),
    }
}

fn percent(value: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(value.len());
    let mut index = 0;
    while index < value.len() {
        if value[index] == b'%'
            && let Some(byte) = words::hex(value.get(index + 1), value.get(index + 2))
        {
            out.push(byte);
            index += 3;
        } else {
            out.push(value[index]);
            index += 1;
        }
    }
    out
}

fn split_outside_quotes(raw: &[u8]) -> Vec<&[u8]> {
    let (mut out, mut start, mut is_quoted, mut index) = (Vec::new(), 0, false, 0);
    while index < raw.len() {
        match raw[index] {
            b'\\' if is_quoted => index += 1,
            // A quote opens a value only where one may begin, so that an odd one does not swallow the rest.
            b'"' if is_quoted => is_quoted = false,
            b'"' if raw[start..index].trim_ascii_end().ends_with(b"=") => is_quoted = true,
            b';' if !is_quoted => {
                out.push(&raw[start..index]);
                start = index + 1;
            }
            _ => {}
        }
        index += 1;
    }
    out.push(&raw[start.min(raw.len())..]);
    out
}

fn strip_comments(value: &[u8]) -> &[u8] {
    value.iter().position(|b| *b == b'(').map_or(value, |at| &value[..at])
}

fn unquote(value: &[u8]) -> Vec<u8> {
    let Some(inner) = value.strip_prefix(b"\"") else {
        return value.to_vec();
    };
    let mut out = Vec::with_capacity(inner.len());
    let mut index = 0;
    while index < inner.len() {
        match inner[index] {
            b'"' => break,
            b'\\' if matches!(inner.get(index + 1), Some(b'"' | b'\\')) => {
                out.push(inner[index + 1]);
                index += 1;
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
    fn names_of_files_come_out_however_they_were_written() {
        let cases: &[(&[u8], &str)] = &[
            (b"attachment; filename=\"a b.pdf\"", "a b.pdf"),
            (b"attachment; filename=Znuny GmbH .pdf", "Znuny GmbH .pdf"),
            (b"attachment; filename*=utf-8''%E4%B8%AD%E6%96%87.pdf", "中文.pdf"),
            (b"attachment; filename*=gb18030''%D6%D0%CE%C4.pdf; filename=\"x.pdf\"", "中文.pdf"),
            (b"attachment;\r\n filename*0*=utf-8''%E4%B8;\r\n filename*1*=%AD.pdf", "中.pdf"),
            (b"attachment; filename*1=b.txt; filename*0=a", "ab.txt"),
            (b"attachment; filename=\"=?gb2312?B?1tDOxA==?=.doc\"", "中文.doc"),
            (b"attachment; filename=\"\xd6\xd0\xce\xc4\xd6\xd0.doc\"", "中文中.doc"),
            (b"attachment; filename=\"a\\\"b.txt\"", "a\"b.txt"),
        ];
        for (raw, name) in cases {
            assert_eq!(Parameters::read(raw).get("filename"), Some(*name));
        }
        assert_eq!(Parameters::read(b"Text/Plain (said); charset=\"utf-8\"").value, "text/plain");
    }
}
