//! HTML of letters: a flat reading of its tags, and its text.
//!
//! This is no parser of pages: what is shown goes through [`crate::clean`]. Here the tags are only walked, once
//! from front to back, to find the text and the places where a quote begins.

use mail_parser::decoders::html::add_html_token;

/// A piece of HTML with its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Token<'a> {
    Text(&'a str),
    Open {
        name: &'a str,
        rest: &'a str,
    },
    Close {
        name: &'a str,
    },
    /// Comments, declarations, what scripts and styles hold.
    Silent,
}

/// Walks HTML from front to back; each byte belongs to exactly one token.
pub(crate) struct Tokens<'a> {
    html: &'a str,
    at: usize,
    /// The element whose content is not text.
    raw_until: Option<&'static str>,
}

const RAW: &[&str] = &["script", "style", "template", "xml", "title"];

pub(crate) fn tokens(html: &str) -> Tokens<'_> {
    Tokens { html, at: 0, raw_until: None }
}

impl<'a> Iterator for Tokens<'a> {
    /// The token, where it begins and where it ends.
    type Item = (Token<'a>, usize, usize);

    fn next(&mut self) -> Option<Self::Item> {
        let start = self.at;
        let rest = self.html.get(start..).filter(|rest| !rest.is_empty())?;
        let (token, length) = self.read(rest);
        self.at = start + length;
        Some((token, start, self.at))
    }
}

impl<'a> Tokens<'a> {
    fn read(&mut self, rest: &'a str) -> (Token<'a>, usize) {
        if let Some(name) = self.raw_until.take() {
            let end = find_close(rest, name).unwrap_or(rest.len());
            if end > 0 {
                return (Token::Silent, end);
            }
        }
        if !rest.starts_with('<') {
            let end = rest.find('<').unwrap_or(rest.len());
            return (Token::Text(&rest[..end]), end);
        }
        if let Some(comment) = rest.strip_prefix("<!--") {
            // Conditional comments of Outlook that other readers are meant to see (`<!--[if !mso]><!-->`).
            let end = comment.find("-->").map_or(rest.len(), |end| end + 7);
            return (Token::Silent, end);
        }
        let after = &rest[1..];
        let is_close = after.starts_with('/');
        let named = if is_close { &after[1..] } else { after };
        if !named.starts_with(|c: char| c.is_ascii_alphabetic()) {
            if after.starts_with(['!', '?']) {
                return (Token::Silent, rest.find('>').map_or(rest.len(), |end| end + 1));
            }
            let end = after.find('<').map_or(rest.len(), |end| end + 1);
            return (Token::Text(&rest[..end]), end);
        }
        let end = tag_end(rest);
        let inner = named[..(end - (rest.len() - named.len())).min(named.len())].trim_end_matches('>');
        let name_end =
            inner.find(|c: char| c.is_ascii_whitespace() || c == '/' || c == '>').unwrap_or(inner.len());
        let (name, attributes) = inner.split_at(name_end);
        if is_close {
            return (Token::Close { name }, end);
        }
        if !attributes.ends_with('/') {
            self.raw_until = RAW.iter().find(|raw| raw.eq_ignore_ascii_case(name)).copied();
        }
        (Token::Open { name, rest: attributes }, end)
    }
}

fn tag_end(rest: &str) -> usize {
    let mut quote = None;
    let mut previous = b' ';
    for (index, byte) in rest.bytes().enumerate() {
        match (quote, byte) {
            (Some(open), byte) if byte == open => quote = None,
            (Some(_), _) => {}
            (None, b'"' | b'\'') if previous == b'=' => quote = Some(byte),
            (None, b'>') => return index + 1,
            (None, _) => {}
        }
        if !byte.is_ascii_whitespace() {
            previous = byte;
        }
    }
    // A quote that is never closed hides no more than its own tag.
    rest.find('>').map_or(rest.len(), |end| end + 1)
}

fn find_close(rest: &str, name: &str) -> Option<usize> {
    let bytes = rest.as_bytes();
    let mut at = 0;
    while let Some(offset) = rest[at..].find("</") {
        let found = at + offset;
        let after = bytes.get(found + 2..found + 2 + name.len());
        if after.is_some_and(|after| after.eq_ignore_ascii_case(name.as_bytes())) {
            return Some(found);
        }
        at = found + 2;
    }
    None
}

/// The value of an attribute in what follows the name of a tag.
pub(crate) fn attribute(rest: &str, wanted: &str) -> Option<String> {
    let mut text = rest;
    for _ in 0..ATTRIBUTES {
        text = text.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == '/');
        let end = text.find(|c: char| c.is_ascii_whitespace() || c == '=' || c == '/')?;
        let name = &text[..end.max(1).min(text.len())];
        text = text[end.max(1)..].trim_start();
        let mut value = "";
        if let Some(after) = text.strip_prefix('=') {
            let after = after.trim_start();
            let quote = after.chars().next().filter(|c| *c == '"' || *c == '\'');
            match quote {
                Some(quote) => {
                    let inner = &after[1..];
                    let end = inner.find(quote).unwrap_or(inner.len());
                    value = &inner[..end];
                    text = inner.get(end + 1..).unwrap_or_default();
                }
                None => {
                    let end = after.find(|c: char| c.is_ascii_whitespace()).unwrap_or(after.len());
                    value = &after[..end];
                    text = &after[end..];
                }
            }
        }
        if name.eq_ignore_ascii_case(wanted) {
            return Some(decode_entities(value));
        }
        if text.is_empty() {
            return None;
        }
    }
    None
}

/// How many attributes of a tag are looked at.
const ATTRIBUTES: usize = 50;

/// The longest name of an entity, with its signs.
const ENTITY_BYTES: usize = 36;

/// Replaces `&amp;` and the like by what they stand for.
pub(crate) fn decode_entities(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let window = rest.as_bytes().iter().take(ENTITY_BYTES).position(|b| *b == b';');
        let known = window
            .filter(|end| *end > 1 && rest[1..*end].bytes().all(|b| b.is_ascii_alphanumeric() || b == b'#'));
        match known {
            Some(end) => {
                add_html_token(&mut out, &rest.as_bytes()[..=end], false);
                rest = &rest[end + 1..];
            }
            None => {
                out.push('&');
                rest = &rest[1..];
            }
        }
    }
    out.push_str(rest);
    out
}

pub(crate) fn is_block(name: &str) -> bool {
    const BLOCKS: &[&str] = &[
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "center",
        "dd",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "html",
        "li",
        "main",
        "nav",
        "ol",
        "p",
        "pre",
        "section",
        "table",
        "tbody",
        "thead",
        "tr",
        "ul",
    ];
    BLOCKS.iter().any(|block| block.eq_ignore_ascii_case(name))
}

/// The text of HTML as a reader sees it, with line breaks where blocks end.
pub fn to_text(html: &str) -> String {
    let mut out = Lines::default();
    let mut preformatted = 0usize;
    for (token, _, _) in tokens(html) {
        match token {
            Token::Text(text) => {
                let text = decode_entities(text);
                if preformatted > 0 { out.exactly(&text) } else { out.flowing(&text) }
            }
            Token::Open { name, .. } | Token::Close { name } if name.eq_ignore_ascii_case("br") => {
                out.end_line()
            }
            Token::Open { name, .. } if name.eq_ignore_ascii_case("pre") => {
                out.begin_block();
                preformatted += 1;
            }
            Token::Close { name } if name.eq_ignore_ascii_case("pre") => {
                out.begin_block();
                preformatted = preformatted.saturating_sub(1);
            }
            Token::Open { name, .. } | Token::Close { name }
                if name.eq_ignore_ascii_case("td") || name.eq_ignore_ascii_case("th") =>
            {
                out.flowing(" ");
            }
            Token::Open { name, .. } | Token::Close { name } if name.eq_ignore_ascii_case("p") => {
                out.begin_paragraph()
            }
            Token::Open { name, .. } if name.eq_ignore_ascii_case("li") => {
                out.begin_block();
                out.flowing("- ");
            }
            Token::Open { name, .. } | Token::Close { name } if is_block(name) => out.begin_block(),
            Token::Open { .. } | Token::Close { .. } | Token::Silent => {}
        }
    }
    out.finish()
}

#[derive(Default)]
struct Lines {
    text: String,
    owes_blank: bool,
}

impl Lines {
    fn flowing(&mut self, text: &str) {
        for c in text.chars() {
            if c.is_whitespace() && c != '\u{a0}' && c != '\u{3000}' {
                self.owes_blank = true;
            } else {
                if self.owes_blank && !self.text.is_empty() && !self.text.ends_with('\n') {
                    self.text.push(' ');
                }
                self.owes_blank = false;
                self.text.push(if c == '\u{a0}' { ' ' } else { c });
            }
        }
    }

    fn exactly(&mut self, text: &str) {
        self.owes_blank = false;
        self.text.push_str(text);
    }

    fn end_line(&mut self) {
        self.owes_blank = false;
        self.text.push('\n');
    }

    fn begin_block(&mut self) {
        self.owes_blank = false;
        if !self.text.is_empty() && !self.text.ends_with('\n') {
            self.text.push('\n');
        }
    }

    fn begin_paragraph(&mut self) {
        self.begin_block();
        if !self.text.is_empty() && !self.text.ends_with("\n\n") {
            self.text.push('\n');
        }
    }

    fn finish(self) -> String {
        let mut out = String::with_capacity(self.text.len());
        let mut blank_lines = 0;
        for line in self.text.lines() {
            let line = line.trim_end();
            if line.is_empty() {
                blank_lines += 1;
                continue;
            }
            if !out.is_empty() {
                out.push('\n');
                if blank_lines > 0 {
                    out.push('\n');
                }
            }
            blank_lines = 0;
            out.push_str(line);
        }
        out
    }
}

/// Text made safe inside HTML, with its line breaks.
pub fn from_text(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 32);
    for (number, line) in text.lines().enumerate() {
        if number > 0 {
            out.push_str("<br>");
        }
        for c in line.chars() {
            match c {
                '&' => out.push_str("&amp;"),
                '<' => out.push_str("&lt;"),
                '>' => out.push_str("&gt;"),
                '"' => out.push_str("&quot;"),
                c => out.push(c),
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_of_a_page_is_what_a_reader_sees() {
        for (html, text) in [
            ("<p>a</p><p>b &amp; c&nbsp;d</p>", "a\n\nb & c d"),
            ("<style>x{}</style><script>a<b</script>x<br>y", "x\ny"),
            ("<div>a<div>b</div></div>c", "a\nb\nc"),
            ("a <!-- b -- > --> c", "a c"),
            ("<a href=\"x>y\">t</a>", "t"),
            ("a < b and <b>c</b>", "a < b and c"),
            ("<pre>a\n  b</pre>", "a\n  b"),
            ("&#x4e2d;&#25991;&unknown;", "中文&unknown;"),
            ("<b", ""),
        ] {
            assert_eq!(to_text(html), text, "{html}");
        }
        assert_eq!(attribute(" class=\"a b\" id=x", "id").as_deref(), Some("x"));
        assert_eq!(attribute(" class=\"a b\" id=x", "class").as_deref(), Some("a b"));
    }
}
