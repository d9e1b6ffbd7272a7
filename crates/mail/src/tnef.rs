//! `winmail.dat`: the container in which Outlook wraps what it could have sent as MIME (MS-OXTNEF).

use crate::letter::{Attachment, Kind, without_path};
use crate::{charset, rtf};

/// What a container held.
#[derive(Debug, Clone, Default)]
pub struct Opened {
    pub subject: Option<String>,
    pub text: Option<String>,
    /// The HTML body, also where it was hidden inside the rich text.
    pub html: Option<String>,
    /// The HTML body as bytes, where it stood on its own.
    pub html_bytes: Option<Vec<u8>>,
    /// The rich text, uncompressed.
    pub rtf: Option<Vec<u8>>,
    pub attachments: Vec<Attachment>,
}

const SIGNATURE: u32 = 0x223e_9f78;
/// How deep containers inside containers are opened.
const DEPTH: usize = 5;
/// How many attachments of one container are taken.
const ATTACHMENTS: usize = 1_000;

/// Opens a container; none where the bytes are none. What is broken or cut ends the reading, and what was
/// found before it stays.
pub fn open(bytes: &[u8], unpacked_limit: usize) -> Option<Opened> {
    open_at(bytes, unpacked_limit, DEPTH)
}

fn open_at(bytes: &[u8], unpacked_limit: usize, depth: usize) -> Option<Opened> {
    let mut reader = Reader { bytes, at: 0 };
    if reader.u32()? != SIGNATURE {
        return None;
    }
    reader.u16()?;
    let mut store = Store { limit: unpacked_limit, depth, ..Store::default() };
    while let Some(attribute) = reader.attribute() {
        store.take(attribute);
    }
    store.close_attachment();
    Some(store.finish())
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

struct Attribute<'a> {
    level: u8,
    id: u16,
    data: &'a [u8],
}

impl<'a> Reader<'a> {
    fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let end = self.at.checked_add(length)?;
        let taken = self.bytes.get(self.at..end)?;
        self.at = end;
        Some(taken)
    }

    fn u16(&mut self) -> Option<u16> {
        Some(u16::from_le_bytes(self.take(2)?.try_into().ok()?))
    }

    fn u32(&mut self) -> Option<u32> {
        Some(u32::from_le_bytes(self.take(4)?.try_into().ok()?))
    }

    /// The next attribute; a wrong checksum is no reason to lose what it guards.
    fn attribute(&mut self) -> Option<Attribute<'a>> {
        let level = *self.take(1)?.first()?;
        if level != 1 && level != 2 {
            return None;
        }
        let id = self.u32()?;
        let length = self.u32()? as usize;
        let data = match self.take(length) {
            Some(data) => data,
            // Cut short on the way: the rest is what there is.
            None => {
                let data = &self.bytes[self.at.min(self.bytes.len())..];
                self.at = self.bytes.len();
                data
            }
        };
        let _ = self.u16();
        Some(Attribute { level, id: (id & 0xffff) as u16, data })
    }
}

#[derive(Default)]
struct Store {
    limit: usize,
    depth: usize,
    codepage: Option<u32>,
    subject: Option<Vec<u8>>,
    body: Option<Vec<u8>>,
    properties: Vec<Property>,
    current: Option<Raw>,
    opened: Opened,
}

/// An attachment while its attributes come in, in any order.
#[derive(Default)]
struct Raw {
    title: Option<Vec<u8>>,
    data: Option<Vec<u8>>,
    properties: Vec<Property>,
}

struct Property {
    id: u16,
    kind: u16,
    value: Vec<u8>,
}

impl Store {
    fn take(&mut self, attribute: Attribute<'_>) {
        let Attribute { level, id, data } = attribute;
        if level == 1 {
            match id {
                0x8004 => self.subject = Some(data.to_vec()),
                0x800c => self.body = Some(data.to_vec()),
                0x9003 => self.properties = read_properties(data),
                0x9007 => {
                    self.codepage = data.get(..4).and_then(|b| b.try_into().ok()).map(u32::from_le_bytes)
                }
                _ => {}
            }
            return;
        }
        match id {
            0x9002 => {
                self.close_attachment();
                self.current = Some(Raw::default());
            }
            0x8010 => self.current.get_or_insert_default().title = Some(data.to_vec()),
            0x800f => self.current.get_or_insert_default().data = Some(data.to_vec()),
            0x9005 => self.current.get_or_insert_default().properties = read_properties(data),
            _ => {}
        }
    }

    fn label(&self) -> String {
        let by_property = self
            .properties
            .iter()
            .find(|p| p.id == 0x3fde || p.id == 0x3ffd)
            .and_then(|p| p.value.get(..4))
            .and_then(|b| b.try_into().ok())
            .map(u32::from_le_bytes);
        page_label(self.codepage.filter(|page| *page != 0).or(by_property))
    }

    fn close_attachment(&mut self) {
        let Some(raw) = self.current.take() else { return };
        if self.opened.attachments.len() >= ATTACHMENTS {
            return;
        }
        let label = self.label();
        let text = |id: u16| {
            raw.properties.iter().find(|p| p.id == id).map(|p| p.text(&label)).filter(|t| !t.is_empty())
        };
        let title = raw.title.as_deref().map(|title| charset::decode(until_nul(title), Some(&label)));
        let name = text(0x3707)
            .or_else(|| text(0x3704))
            .or_else(|| title.filter(|title| !title.is_empty()))
            .or_else(|| text(0x3001))
            .map(|name| without_path(&name))
            .filter(|name| !name.is_empty())
            .unwrap_or_else(|| NAMELESS.to_string());
        let object = raw.properties.iter().find(|p| p.id == 0x3701);
        let bytes = match (object, raw.data) {
            (Some(object), None) => object.object().to_vec(),
            (Some(object), Some(data)) if data.is_empty() => object.object().to_vec(),
            (_, data) => data.unwrap_or_default(),
        };
        if bytes.len() > self.limit {
            return;
        }
        self.limit -= bytes.len();
        let inner = if self.depth > 0 { open_at(&bytes, self.limit, self.depth - 1) } else { None };
        let content_id = text(0x3712).map(|id| id.trim_matches(['<', '>']).to_string());
        let media_type = text(0x370e).unwrap_or_else(|| "application/octet-stream".to_string());
        let kind =
            if content_id.is_some() && media_type.starts_with("image/") { Kind::Inline } else { Kind::File };
        self.opened.attachments.push(Attachment { name, media_type, kind, content_id, bytes });
        if let Some(inner) = inner {
            self.take_inner(inner);
        }
    }

    /// A letter inside the letter: its text becomes a file beside its files, so that nothing is hidden.
    fn take_inner(&mut self, inner: Opened) {
        let subject = inner.subject.map(|s| without_path(&s)).filter(|s| !s.is_empty());
        let base = subject.unwrap_or_else(|| "message".to_string());
        if let Some(html) = inner.html {
            self.opened.attachments.push(file(format!("{base}.html"), "text/html", html.into_bytes()));
        } else if let Some(text) = inner.text {
            self.opened.attachments.push(file(format!("{base}.txt"), "text/plain", text.into_bytes()));
        }
        self.opened.attachments.extend(inner.attachments);
    }

    fn finish(mut self) -> Opened {
        let label = self.label();
        let text = |id: u16| {
            self.properties.iter().find(|p| p.id == id).map(|p| p.text(&label)).filter(|t| !t.is_empty())
        };
        self.opened.subject = text(0x0037)
            .or_else(|| self.subject.as_deref().map(|s| charset::decode(until_nul(s), Some(&label))))
            .filter(|subject| !subject.is_empty());
        let html = self.properties.iter().find(|p| p.id == 0x1013);
        self.opened.html_bytes = html.map(|p| p.value.clone());
        self.opened.html = html.map(|p| match p.kind & 0xfff {
            0x1f => p.text(&label),
            _ => charset::decode(until_nul(&p.value), Some(&label)),
        });
        self.opened.rtf = self
            .properties
            .iter()
            .find(|p| p.id == 0x1009)
            .and_then(|p| rtf::decompress(&p.value, self.limit));
        let read = self.opened.rtf.as_deref().map(rtf::read);
        if self.opened.html.is_none() {
            self.opened.html = read.as_ref().and_then(|read| read.html.clone());
        }
        self.opened.text = text(0x1000)
            .or_else(|| self.body.as_deref().map(|body| charset::decode(until_nul(body), Some(&label))))
            .or_else(|| read.map(|read| read.text))
            .filter(|text| !text.trim().is_empty());
        self.opened
    }
}

/// The name of a file that came without one.
pub const NAMELESS: &str = "Untitled_Attachment";

fn file(name: String, media_type: &str, bytes: Vec<u8>) -> Attachment {
    Attachment { name, media_type: media_type.to_string(), kind: Kind::File, content_id: None, bytes }
}

impl Property {
    fn text(&self, label: &str) -> String {
        match self.kind & 0xfff {
            0x1f => {
                let text = charset::decode_utf16le(&self.value);
                text.split('\0').next().unwrap_or_default().to_string()
            }
            0x1e | 0x102 => charset::decode(until_nul(&self.value), Some(label)),
            _ => String::new(),
        }
    }

    /// An embedded object begins with the id of its interface.
    fn object(&self) -> &[u8] {
        if self.kind & 0xfff == 0x0d { self.value.get(16..).unwrap_or_default() } else { &self.value }
    }
}

fn until_nul(bytes: &[u8]) -> &[u8] {
    bytes.iter().position(|b| *b == 0).map_or(bytes, |at| &bytes[..at])
}

fn page_label(page: Option<u32>) -> String {
    match page {
        Some(65001) => "utf-8".to_string(),
        Some(936) => "gbk".to_string(),
        Some(950) => "big5".to_string(),
        Some(932) => "shift_jis".to_string(),
        Some(949) => "euc-kr".to_string(),
        Some(20127) => "us-ascii".to_string(),
        Some(28591) => "iso-8859-1".to_string(),
        Some(20936) => "gb2312".to_string(),
        Some(54936) => "gb18030".to_string(),
        Some(page) => format!("windows-{page}"),
        None => "windows-1252".to_string(),
    }
}

/// How many properties of one list are read.
const PROPERTIES: u32 = 10_000;

fn read_properties(data: &[u8]) -> Vec<Property> {
    let mut out = Vec::new();
    let mut reader = Reader { bytes: data, at: 0 };
    let count = reader.u32().unwrap_or(0).min(PROPERTIES);
    for _ in 0..count {
        let Some(property) = read_property(&mut reader) else { break };
        out.push(property);
    }
    out
}

fn read_property(reader: &mut Reader<'_>) -> Option<Property> {
    let kind = reader.u16()?;
    let id = reader.u16()?;
    if id >= 0x8000 {
        reader.take(16)?;
        if reader.u32()? == 0 {
            reader.u32()?;
        } else {
            let length = reader.u32()? as usize;
            reader.take(padded(length)?)?;
        }
    }
    let is_many = kind & 0x1000 != 0;
    let size = match kind & 0x0fff {
        0x00 | 0x01 => Some(0),
        0x02 | 0x03 | 0x04 | 0x0a | 0x0b => Some(4),
        0x05..=0x07 | 0x14 | 0x40 => Some(8),
        0x48 => Some(16),
        0x0d | 0x1e | 0x1f | 0x102 => None,
        _ => return None,
    };
    let count = if is_many || size.is_none() { reader.u32()? } else { 1 };
    let mut first: Option<Vec<u8>> = None;
    for _ in 0..count.min(PROPERTIES) {
        let value = match size {
            Some(size) => reader.take(size)?,
            None => {
                let length = reader.u32()? as usize;
                let start = reader.at;
                match reader.take(padded(length)?) {
                    Some(_) => &reader.bytes[start..start + length],
                    None => {
                        // The last value may lack its padding.
                        let value = reader.bytes.get(start..start.checked_add(length)?)?;
                        reader.at = reader.bytes.len();
                        value
                    }
                }
            }
        };
        first.get_or_insert_with(|| value.to_vec());
    }
    Some(Property { id, kind, value: first.unwrap_or_default() })
}

fn padded(length: usize) -> Option<usize> {
    length.checked_add(3).map(|length| length & !3)
}
