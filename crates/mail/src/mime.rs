//! The parts of a letter, found in one pass over each level of nesting.
//!
//! The structure is walked here and not by `mail-parser`, because a letter from a stranger must be refused
//! before it costs memory or time: parts are counted, depth is bounded, and each level looks at its own lines
//! once. What is deeper than the bound stays whole, as one attachment.

use thiserror::Error;

use crate::charset;
use crate::header::{Headers, Parameters, trim_break};
use crate::words::{base64_loose, hex};

/// What a letter may cost. A letter over a bound is refused whole; its raw bytes are the caller's to keep.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    pub letter_bytes: usize,
    pub header_bytes: usize,
    pub parts: usize,
    /// Deeper levels are kept as they stand.
    pub depth: usize,
    /// What all opened containers together may unpack to.
    pub unpacked_bytes: usize,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            letter_bytes: 64 << 20,
            header_bytes: 4 << 20,
            parts: 1_000,
            depth: 30,
            unpacked_bytes: 128 << 20,
        }
    }
}

/// Why a letter is not opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum TooMuch {
    #[error("the letter has {bytes} bytes; at most {limit} are taken")]
    Bytes { bytes: usize, limit: usize },
    #[error("the headers have more than {limit} bytes")]
    Headers { limit: usize },
    #[error("the letter has more than {limit} parts")]
    Parts { limit: usize },
}

/// One part that holds no further parts.
#[derive(Debug, Clone)]
pub(crate) struct Leaf<'a> {
    pub headers: Headers,
    pub content_type: Parameters,
    pub disposition: Parameters,
    /// The bytes as they stood, still encoded for transport.
    pub raw: &'a [u8],
    /// The nearest multipart around it: `alternative`, `mixed`, empty at the top.
    pub parent: String,
    /// Counts the alternatives around it, so that the parts of one can be told from those of another.
    pub alternative: Option<usize>,
    /// Whether it is the first part of what is around it.
    pub is_first: bool,
}

impl Leaf<'_> {
    /// The bytes without the encoding for transport.
    pub fn bytes(&self) -> Vec<u8> {
        let encoding =
            self.headers.text("content-transfer-encoding").unwrap_or_default().to_ascii_lowercase();
        let encoding = encoding.trim_matches(|c: char| !c.is_ascii_alphanumeric());
        match encoding {
            "base64" | "b" => base64_loose(self.raw),
            "quoted-printable" | "quotedprintable" | "qp" => quoted_printable(self.raw),
            "x-uuencode" | "uuencode" | "x-uue" | "uue" => uudecode(self.raw),
            _ => self.raw.to_vec(),
        }
    }

    /// The text of a text part, by its charset or by what a page says of itself.
    pub fn text(&self) -> String {
        let bytes = self.bytes();
        let label = self.content_type.get("charset").map(str::to_string);
        let label = match label {
            Some(label) if charset::is_known(&label) => Some(label),
            unknown if self.content_type.value == "text/html" => meta_charset(&bytes).or(unknown),
            unknown => unknown,
        };
        let mut text = charset::decode(&bytes, label.as_deref());
        if text.contains('\0') {
            text.retain(|c| c != '\0');
        }
        text
    }

    pub fn is_attachment(&self) -> bool {
        self.disposition.value == "attachment"
    }

    /// The name that the sender gave to the part.
    pub fn name(&self) -> Option<String> {
        let name = self.disposition.get("filename").or_else(|| self.content_type.get("name"))?;
        let name: String = name.chars().filter(|c| !c.is_control()).collect();
        let name = name.trim();
        (!name.is_empty()).then(|| name.to_string())
    }
}

/// The whole letter: its own headers and its leaves in order.
pub(crate) struct Walked<'a> {
    pub headers: Headers,
    pub leaves: Vec<Leaf<'a>>,
}

pub(crate) fn walk<'a>(bytes: &'a [u8], limits: &Limits) -> Result<Walked<'a>, TooMuch> {
    if bytes.len() > limits.letter_bytes {
        return Err(TooMuch::Bytes { bytes: bytes.len(), limit: limits.letter_bytes });
    }
    let mut walk = Walk { limits, leaves: Vec::new(), parts: 0, alternatives: 0 };
    let (headers, length) = read_headers(bytes, limits)?;
    let kept = headers.clone();
    walk.entity(
        headers,
        &bytes[length..],
        Around { depth: 0, parent: "", alternative: None, is_first: true },
    )?;
    Ok(Walked { headers: kept, leaves: walk.leaves })
}

fn read_headers(bytes: &[u8], limits: &Limits) -> Result<(Headers, usize), TooMuch> {
    // The limit is looked for before anything is copied.
    let (headers, length) = Headers::read(&bytes[..bytes.len().min(limits.header_bytes + 1)]);
    if length > limits.header_bytes {
        return Err(TooMuch::Headers { limit: limits.header_bytes });
    }
    Ok((headers, length))
}

struct Walk<'a, 'l> {
    limits: &'l Limits,
    leaves: Vec<Leaf<'a>>,
    parts: usize,
    alternatives: usize,
}

#[derive(Clone, Copy)]
struct Around<'p> {
    depth: usize,
    parent: &'p str,
    alternative: Option<usize>,
    is_first: bool,
}

impl<'a> Walk<'a, '_> {
    fn entity(&mut self, headers: Headers, body: &'a [u8], around: Around<'_>) -> Result<(), TooMuch> {
        self.parts += 1;
        if self.parts > self.limits.parts {
            return Err(TooMuch::Parts { limit: self.limits.parts });
        }
        let mut content_type = headers.raw("content-type").map(Parameters::read).unwrap_or_default();
        if content_type.value.is_empty() || !content_type.value.contains('/') {
            content_type.value = match (around.parent, content_type.value.as_str()) {
                ("digest", "") => "message/rfc822",
                (_, "html") => "text/html",
                (_, _) => "text/plain",
            }
            .to_string();
        }
        if content_type.kind() == "multipart" && around.depth < self.limits.depth {
            let kind = content_type.value.split('/').nth(1).unwrap_or_default().to_string();
            if let Some(pieces) = split(body, content_type.get("boundary"), self.limits.parts)? {
                let alternative = if kind == "alternative" {
                    self.alternatives += 1;
                    Some(self.alternatives)
                } else {
                    around.alternative
                };
                for (number, piece) in pieces.into_iter().enumerate() {
                    let (inner, length) = read_headers(piece, self.limits)?;
                    let inside =
                        Around { depth: around.depth + 1, parent: &kind, alternative, is_first: number == 0 };
                    self.entity(inner, &piece[length..], inside)?;
                }
                return Ok(());
            }
            // Said to have parts and has none: then it is text.
            content_type.value = "text/plain".to_string();
        }
        let disposition = headers.raw("content-disposition").map(Parameters::read).unwrap_or_default();
        self.leaves.push(Leaf {
            headers,
            content_type,
            disposition,
            raw: body,
            parent: around.parent.to_string(),
            alternative: around.alternative,
            is_first: around.is_first,
        });
        Ok(())
    }
}

/// Cuts a body at its boundary lines; what stands before the first is dropped, as the standard says, unless
/// no line is found at all.
fn split<'a>(body: &'a [u8], boundary: Option<&str>, limit: usize) -> Result<Option<Vec<&'a [u8]>>, TooMuch> {
    let wanted = boundary.map(|b| b.trim_end().as_bytes().to_vec()).filter(|b| !b.is_empty());
    if let Some(boundary) = &wanted
        && let Some(pieces) = split_at(body, boundary, limit)?
    {
        return Ok(Some(pieces));
    }
    // The boundary that the header names is not there; the one that the body uses shows itself.
    match used_boundary(body) {
        Some(boundary) => split_at(body, boundary, limit),
        None => Ok(None),
    }
}

fn split_at<'a>(body: &'a [u8], boundary: &[u8], limit: usize) -> Result<Option<Vec<&'a [u8]>>, TooMuch> {
    let mut pieces = Vec::new();
    let mut start: Option<usize> = None;
    let mut at = 0;
    let mut is_closed = false;
    while at < body.len() {
        let end = line_end(body, at);
        let line = trim_break(&body[at..end]);
        if line.starts_with(b"--")
            && let Some(rest) = line[2..].strip_prefix(boundary)
        {
            let is_last = rest.starts_with(b"--");
            let tail = if is_last { &rest[2..] } else { rest };
            if tail.iter().all(u8::is_ascii_whitespace) {
                if let Some(start) = start {
                    pieces.push(before_break(body, start, at));
                    if pieces.len() > limit {
                        return Err(TooMuch::Parts { limit });
                    }
                }
                start = (!is_last).then_some(end);
                is_closed = is_last;
                // Some writers close and then go on with further parts.
            }
        }
        at = end;
    }
    if let Some(start) = start {
        pieces.push(&body[start.min(body.len())..]);
    } else if pieces.is_empty() && !is_closed {
        return Ok(None);
    }
    Ok(Some(pieces))
}

fn used_boundary(body: &[u8]) -> Option<&[u8]> {
    let mut at = 0;
    while at < body.len() {
        let end = line_end(body, at);
        let line = trim_break(&body[at..end]).trim_ascii_end();
        if line.len() > 2 && line.starts_with(b"--") && !line.contains(&b' ') {
            // A boundary is followed by a field; a line of dashes in a text is not.
            let next = &body[end..line_end(body, end)];
            if next.to_ascii_lowercase().starts_with(b"content-") {
                return Some(&line[2..]);
            }
        }
        at = end;
    }
    None
}

fn line_end(body: &[u8], at: usize) -> usize {
    body[at.min(body.len())..].iter().position(|b| *b == b'\n').map_or(body.len(), |offset| at + offset + 1)
}

/// The break before a boundary belongs to the boundary.
fn before_break(body: &[u8], start: usize, end: usize) -> &[u8] {
    let piece = &body[start.min(end)..end];
    trim_break(piece)
}

fn quoted_printable(raw: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(raw.len());
    let mut index = 0;
    while index < raw.len() {
        let byte = raw[index];
        if byte == b'=' {
            if let Some(byte) = hex(raw.get(index + 1), raw.get(index + 2)) {
                out.push(byte);
                index += 3;
                continue;
            }
            let rest = &raw[index + 1..];
            let blank = rest.iter().take_while(|b| matches!(b, b' ' | b'\t')).count();
            match &rest[blank..] {
                [b'\r', b'\n', ..] => index += blank + 3,
                [b'\n', ..] | [b'\r', ..] => index += blank + 2,
                [] => index += blank + 1,
                _ => {
                    out.push(b'=');
                    index += 1;
                }
            }
            continue;
        }
        if byte == b' ' || byte == b'\t' {
            // Blanks at the end of a line were added on the way.
            let blank = raw[index..].iter().take_while(|b| matches!(b, b' ' | b'\t')).count();
            let next = raw.get(index + blank);
            if !matches!(next, Some(b'\r' | b'\n')) {
                out.extend_from_slice(&raw[index..index + blank]);
            }
            index += blank;
            continue;
        }
        out.push(byte);
        index += 1;
    }
    out
}

/// Reads `begin 644 name … end`.
fn uudecode(raw: &[u8]) -> Vec<u8> {
    let lines = raw.split(|b| *b == b'\n').map(|line| line.strip_suffix(b"\r").unwrap_or(line));
    // Some writers leave out the line that begins.
    let has_begin = raw.starts_with(b"begin ") || raw.windows(7).any(|w| w == b"\nbegin ");
    let mut lines = lines.skip_while(|line| has_begin && !line.starts_with(b"begin "));
    if has_begin {
        lines.next();
    }
    let mut out = Vec::new();
    for line in lines {
        let Some((length, data)) = line.split_first() else { continue };
        if line == b"end" {
            break;
        }
        let length = (length.wrapping_sub(0x20) & 0x3f) as usize;
        let start = out.len();
        for four in data.chunks(4) {
            let six = |i: usize| u32::from(four.get(i).copied().unwrap_or(0x20).wrapping_sub(0x20) & 0x3f);
            let word = six(0) << 18 | six(1) << 12 | six(2) << 6 | six(3);
            out.extend_from_slice(&word.to_be_bytes()[1..]);
        }
        out.truncate(start + length.min(out.len() - start));
    }
    out
}

/// What a page says of its own set, in its first bytes.
fn meta_charset(bytes: &[u8]) -> Option<String> {
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(2048)]).to_ascii_lowercase();
    let at = head.find("charset=")? + "charset=".len();
    let label: String = head[at..]
        .trim_start_matches(['"', '\''])
        .chars()
        .take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'))
        .collect();
    (!label.is_empty()).then_some(label)
}

/// Letters whose lines end in CR alone are read as if they ended in LF.
pub(crate) fn with_line_feeds(bytes: &[u8]) -> std::borrow::Cow<'_, [u8]> {
    let lone = |from: &[u8]| {
        from.iter().enumerate().filter(|(i, b)| **b == b'\r' && from.get(i + 1) != Some(&b'\n')).count()
    };
    let head = &bytes[..bytes.len().min(64 * 1024)];
    let feeds = head.iter().filter(|b| **b == b'\n').count();
    // A CR at the cut of the sample may have its LF behind it.
    if lone(head) <= feeds.max(1) {
        return std::borrow::Cow::Borrowed(bytes);
    }
    let mut out = Vec::with_capacity(bytes.len());
    for (index, byte) in bytes.iter().enumerate() {
        match byte {
            b'\r' if bytes.get(index + 1) == Some(&b'\n') => {}
            b'\r' => out.push(b'\n'),
            byte => out.push(*byte),
        }
    }
    std::borrow::Cow::Owned(out)
}
