//! A letter, read whole.

use jiff::Timestamp;
use mail_parser::DateTime;

use crate::address::{self, Address};
use crate::header::Headers;
use crate::mime::{self, Leaf, Limits, TooMuch};
use crate::{html, tnef};

/// A piece of what the letter says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Body {
    pub text: String,
    pub is_html: bool,
    /// Which choice between alternatives it belongs to; none where it stands for itself.
    pub alternative: Option<usize>,
}

/// What an attachment is to the reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    File,
    /// A picture that the HTML shows by its content id.
    Inline,
    /// An invitation (RFC 5545).
    Calendar,
    /// Another letter, whole; [`Letter::parse`] opens it.
    Letter,
    /// Fields for machines: a delivery status or a feedback report.
    Report,
}

/// A file that came with a letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attachment {
    /// The name that the sender gave, else one made from what it is; never a path.
    pub name: String,
    pub media_type: String,
    pub kind: Kind,
    /// Without angle brackets.
    pub content_id: Option<String>,
    pub bytes: Vec<u8>,
}

/// A letter with everything that it holds.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Letter {
    pub headers: Headers,
    pub from: Vec<Address>,
    pub sender: Vec<Address>,
    pub reply_to: Vec<Address>,
    pub to: Vec<Address>,
    pub cc: Vec<Address>,
    pub subject: String,
    pub date: Option<Timestamp>,
    /// Ids stand without angle brackets.
    pub message_id: Option<String>,
    pub in_reply_to: Vec<String>,
    pub references: Vec<String>,
    pub bodies: Vec<Body>,
    pub attachments: Vec<Attachment>,
    /// `multipart/report; report-type=` of the whole, in lower case; empty where it is none.
    pub report_type: String,
    pub content_type: String,
}

impl Letter {
    /// Reads a letter. Never fails for what it holds, only for what it would cost.
    ///
    /// Errors: [`TooMuch`]; nothing was opened then.
    pub fn parse(bytes: &[u8], limits: &Limits) -> Result<Letter, TooMuch> {
        let bytes = mime::with_line_feeds(bytes);
        let walked = mime::walk(&bytes, limits)?;
        let mut letter = Letter::from_headers(walked.headers);
        let mut unpacked = 0;
        for leaf in &walked.leaves {
            letter.take(leaf, limits, &mut unpacked);
        }
        letter.name_the_nameless();
        Ok(letter)
    }

    /// Reads only the headers; cheap whatever follows.
    pub fn parse_headers(bytes: &[u8]) -> Letter {
        let head = &bytes[..bytes.len().min(HEAD_BYTES)];
        Letter::from_headers(Headers::read(&mime::with_line_feeds(head)).0)
    }

    fn from_headers(headers: Headers) -> Letter {
        let list = |name: &str| {
            headers
                .0
                .iter()
                .filter(|field| field.name.eq_ignore_ascii_case(name))
                .flat_map(|field| address::read_list(&field.raw))
                .collect::<Vec<_>>()
        };
        let content_type =
            headers.raw("content-type").map(crate::header::Parameters::read).unwrap_or_default();
        let report_type = if content_type.value == "multipart/report" {
            content_type.get("report-type").unwrap_or_default().to_ascii_lowercase()
        } else {
            String::new()
        };
        Letter {
            from: list("from"),
            sender: list("sender"),
            reply_to: list("reply-to"),
            to: list("to"),
            cc: list("cc"),
            subject: headers.text("subject").unwrap_or_default(),
            date: headers.text("date").and_then(|text| read_date(&text)),
            message_id: headers.text("message-id").and_then(|text| read_ids(&text).into_iter().next()),
            in_reply_to: headers.text("in-reply-to").map(|text| read_ids(&text)).unwrap_or_default(),
            references: headers.text("references").map(|text| read_ids(&text)).unwrap_or_default(),
            report_type,
            content_type: content_type.value,
            headers,
            ..Letter::default()
        }
    }

    /// Who wrote it: the first address of `From`, else of `Sender` or `Reply-To`.
    pub fn writer(&self) -> Address {
        let of = |list: &[Address]| list.iter().find(|a| !a.address.is_empty()).cloned();
        of(&self.from)
            .or_else(|| of(&self.sender))
            .or_else(|| of(&self.reply_to))
            .or_else(|| self.from.first().cloned())
            .unwrap_or_default()
    }

    /// The text to read: the plain one, else the HTML without its tags.
    pub fn text(&self) -> String {
        let mut out = String::new();
        for body in &self.bodies {
            if body.is_html && self.has_sibling(body, false) {
                continue;
            }
            if !out.is_empty() && !out.ends_with('\n') {
                out.push('\n');
            }
            if body.is_html { out.push_str(&html::to_text(&body.text)) } else { out.push_str(&body.text) }
        }
        out
    }

    /// The HTML to show; none where the letter has none.
    pub fn html(&self) -> Option<String> {
        if !self.bodies.iter().any(|body| body.is_html) {
            return None;
        }
        let mut out = String::new();
        for body in &self.bodies {
            if body.is_html {
                out.push_str(&body.text);
            } else if !self.has_sibling(body, true) && !body.text.trim().is_empty() {
                out.push_str("<div>");
                out.push_str(&html::from_text(&body.text));
                out.push_str("</div>");
            }
        }
        Some(out)
    }

    /// Whether the same choice offers the other form too.
    fn has_sibling(&self, body: &Body, is_html: bool) -> bool {
        body.alternative.is_some()
            && self.bodies.iter().any(|other| {
                other.is_html == is_html
                    && other.alternative == body.alternative
                    && !other.text.trim().is_empty()
            })
    }

    fn take(&mut self, leaf: &Leaf<'_>, limits: &Limits, unpacked: &mut usize) {
        let value = leaf.content_type.value.as_str();
        let name = leaf.name();
        let is_body = !leaf.is_attachment()
            && match value {
                "text/plain" | "text/html" => {
                    name.is_none() || (leaf.is_first && leaf.disposition.value != "inline")
                }
                "text/enriched" | "text/richtext" | "text/markdown" | "text" => name.is_none(),
                _ => false,
            };
        if is_body {
            let text = leaf.text();
            if text.trim().is_empty() && leaf.parent != "alternative" && !self.bodies.is_empty() {
                return;
            }
            self.bodies.push(Body { text, is_html: value == "text/html", alternative: leaf.alternative });
            return;
        }
        let bytes = leaf.bytes();
        let is_tnef = matches!(value, "application/ms-tnef" | "application/vnd.ms-tnef")
            || name.as_deref().is_some_and(|name| name.eq_ignore_ascii_case("winmail.dat"));
        if is_tnef && let Some(opened) = tnef::open(&bytes, limits.unpacked_bytes.saturating_sub(*unpacked)) {
            *unpacked += opened.attachments.iter().map(|a| a.bytes.len()).sum::<usize>();
            self.take_tnef(opened, leaf.alternative);
            return;
        }
        let content_id = leaf
            .headers
            .text("content-id")
            .map(|id| id.trim_matches(['<', '>', ' ']).to_string())
            .filter(|id| !id.is_empty());
        let kind = match value {
            "text/calendar" | "application/ics" => Kind::Calendar,
            "message/rfc822" | "message/global" => Kind::Letter,
            "message/delivery-status"
            | "message/global-delivery-status"
            | "message/feedback-report"
            | "message/disposition-notification"
            | "text/rfc822-headers"
            | "message/delivery-report" => Kind::Report,
            _ if value.starts_with("image/") && content_id.is_some() && !leaf.is_attachment() => Kind::Inline,
            _ => Kind::File,
        };
        let name = name.map(|name| without_path(&name)).filter(|name| !name.is_empty());
        self.attachments.push(Attachment {
            name: name.unwrap_or_default(),
            media_type: value.to_string(),
            kind,
            content_id,
            bytes,
        });
    }

    fn take_tnef(&mut self, opened: tnef::Opened, alternative: Option<usize>) {
        let says_nothing = self.bodies.iter().all(|body| body.text.trim().is_empty());
        if says_nothing {
            if let Some(text) = opened.html.as_ref() {
                self.bodies.push(Body { text: text.clone(), is_html: true, alternative });
            } else if let Some(text) = opened.text {
                self.bodies.push(Body { text, is_html: false, alternative });
            }
        }
        if self.subject.is_empty()
            && let Some(subject) = opened.subject
        {
            self.subject = subject;
        }
        if let Some(rtf) = opened.rtf.filter(|_| opened.html.is_none()) {
            self.attachments.push(Attachment {
                name: "message.rtf".to_string(),
                media_type: "application/rtf".to_string(),
                kind: Kind::File,
                content_id: None,
                bytes: rtf,
            });
        }
        self.attachments.extend(opened.attachments);
    }

    /// Files without a name get one from what they are, numbered where several are alike.
    fn name_the_nameless(&mut self) {
        for number in 0..self.attachments.len() {
            if self.attachments[number].name.is_empty() {
                let attachment = &self.attachments[number];
                let made = match attachment.kind {
                    Kind::Letter => {
                        let subject = Letter::parse_headers(&attachment.bytes).subject;
                        let subject: String = without_path(&subject).chars().take(80).collect();
                        if subject.is_empty() { "message.eml".to_string() } else { format!("{subject}.eml") }
                    }
                    Kind::Calendar => "invitation.ics".to_string(),
                    Kind::Report => match attachment.media_type.as_str() {
                        "text/rfc822-headers" => "headers.txt".to_string(),
                        _ => "report.txt".to_string(),
                    },
                    Kind::File | Kind::Inline => {
                        format!("file.{}", ending_of(&attachment.media_type))
                    }
                };
                self.attachments[number].name = made;
            }
        }
    }
}

/// How much is read where only headers are asked for.
const HEAD_BYTES: usize = 256 * 1024;

fn ending_of(media_type: &str) -> &str {
    match media_type {
        "text/plain" => "txt",
        "text/html" => "html",
        "image/jpeg" | "image/jpg" | "image/pjpeg" => "jpg",
        "image/png" | "image/x-png" => "png",
        "image/gif" => "gif",
        "image/tiff" => "tif",
        "image/svg+xml" => "svg",
        "application/pdf" => "pdf",
        "application/zip" | "application/x-zip-compressed" => "zip",
        "application/pgp-signature" => "asc",
        "application/pkcs7-signature" | "application/x-pkcs7-signature" => "p7s",
        "application/pkcs7-mime" | "application/x-pkcs7-mime" => "p7m",
        "audio/mpeg" => "mp3",
        "video/mp4" => "mp4",
        "video/quicktime" => "mov",
        "text/csv" => "csv",
        "text/vcard" | "text/x-vcard" => "vcf",
        _ => "bin",
    }
}

/// A name for a file, without folders and without characters that a shell or a disk would trip over.
pub(crate) fn without_path(name: &str) -> String {
    let last = if name.contains(":\\") || name.starts_with("\\\\") || name.starts_with('/') {
        name.rsplit(['/', '\\']).next().unwrap_or(name)
    } else {
        name
    };
    let clean: String = last
        .chars()
        .filter(|c| !c.is_control() && !matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'))
        .map(|c| if matches!(c, '/' | '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|') { '_' } else { c })
        .collect();
    clean.trim().trim_start_matches("..").to_string()
}

/// Reads the date of a header; years that cannot be are none.
pub fn read_date(text: &str) -> Option<Timestamp> {
    let date = DateTime::parse_rfc822(&format!("{}\n", text.trim()))?;
    if !date.is_valid() || date.year < 1970 {
        return None;
    }
    Timestamp::from_second(date.to_timestamp()).ok()
}

/// The ids of a header, without brackets.
pub fn read_ids(text: &str) -> Vec<String> {
    let mut out = Vec::new();
    if text.contains('<') {
        for piece in text.split('<').skip(1) {
            let id: String = piece.split('>').next().unwrap_or_default().split_whitespace().collect();
            if !id.is_empty() && out.len() < IDS {
                out.push(id);
            }
        }
    } else {
        out.extend(text.split([' ', '\t', ',']).filter(|id| id.contains('@')).take(IDS).map(str::to_string));
    }
    out
}

/// How many ids of one header are looked at.
const IDS: usize = 200;
