//! Folding the quotes of HTML.

use super::{Kind, Line, decide};
use crate::html::{Token, attribute, decode_entities, is_block, tokens};

/// HTML with its quotes and signature taken out, and the same with nothing but them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FoldedPage {
    pub new_html: String,
    /// Empty where nothing was folded.
    pub folded_html: String,
}

/// A line of the page and where it stands in the source.
struct Place {
    line: Line,
    start: usize,
    end: usize,
}

/// Folds the quotes of a page; what is taken out of one text stands in the other.
pub fn fold_html(html: &str) -> FoldedPage {
    let places = read(html);
    let lines: Vec<Line> = places.iter().map(|place| place.line.clone()).collect();
    let kinds = decide(&lines);
    let mut cuts: Vec<(usize, usize)> = Vec::new();
    for (place, kind) in places.iter().zip(kinds) {
        if kind == Kind::New {
            continue;
        }
        match cuts.last_mut() {
            Some(last) if last.1 == place.start => last.1 = place.end,
            Some(_) | None => cuts.push((place.start, place.end)),
        }
    }
    let mut page = FoldedPage::default();
    let mut at = 0;
    for (start, end) in cuts {
        page.new_html.push_str(&html[at..start]);
        page.new_html.push_str(&loose_tags(&html[start..end]));
        page.folded_html.push_str(&html[start..end]);
        at = end;
    }
    page.new_html.push_str(&html[at..]);
    page
}

/// The tags of a cut whose partners stand outside it; without them the rest would be torn.
fn loose_tags(cut: &str) -> String {
    let mut out: Vec<(String, &str)> = Vec::new();
    for (token, start, end) in tokens(cut) {
        match token {
            Token::Open { name, .. } if !is_void(name) => out.push((name.to_lowercase(), &cut[start..end])),
            Token::Close { name } => {
                let name = name.to_lowercase();
                match out.last() {
                    Some((open, text)) if *open == name && !text.starts_with("</") => {
                        out.pop();
                    }
                    Some(_) | None => out.push((name, &cut[start..end])),
                }
            }
            Token::Open { .. } | Token::Text(_) | Token::Silent => {}
        }
    }
    out.into_iter().map(|(_, text)| text).collect()
}

fn is_void(name: &str) -> bool {
    ["br", "hr", "img", "input", "meta", "link", "col", "area", "base", "wbr"]
        .iter()
        .any(|void| void.eq_ignore_ascii_case(name))
}

/// How deep elements are followed.
const DEPTH: usize = 500;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Mark {
    None,
    Quote,
    Old,
}

/// Reads the page as lines. Every byte belongs to one line, so that a cut leaves nothing behind.
fn read(html: &str) -> Vec<Place> {
    let mut reader =
        Reader { places: Vec::new(), text: String::new(), start: 0, open: Vec::new(), old_from_here: false };
    for (token, start, end) in tokens(html) {
        match token {
            Token::Text(text) => reader.push_text(text),
            Token::Open { name, rest } => reader.open(name, rest, start, end),
            Token::Close { name } => reader.close(name, start, end),
            Token::Silent => {}
        }
    }
    reader.end_line(html.len());
    reader.places
}

struct Reader {
    places: Vec<Place>,
    text: String,
    start: usize,
    open: Vec<(String, Mark)>,
    old_from_here: bool,
}

impl Reader {
    fn push_text(&mut self, text: &str) {
        for word in decode_entities(text).split_whitespace() {
            if !self.text.is_empty() && !self.text.ends_with(' ') {
                self.text.push(' ');
            }
            self.text.push_str(word);
        }
        if text.ends_with(char::is_whitespace) && !self.text.is_empty() {
            self.text.push(' ');
        }
    }

    fn mark(&self) -> Mark {
        let old = self.old_from_here || self.open.iter().any(|(_, mark)| *mark == Mark::Old);
        if old {
            Mark::Old
        } else if self.open.iter().any(|(_, mark)| *mark == Mark::Quote) {
            Mark::Quote
        } else {
            Mark::None
        }
    }

    fn end_line(&mut self, at: usize) {
        if at > self.start {
            let mark = self.mark();
            let text = std::mem::take(&mut self.text).trim_end().to_string();
            let is_quoted = mark == Mark::Quote && !text.is_empty() || super::marks::is_quoted(&text);
            self.places.push(Place {
                line: Line { text, is_quoted, is_old: mark == Mark::Old },
                start: self.start,
                end: at,
            });
            self.start = at;
        }
        self.text.clear();
    }

    fn open(&mut self, name: &str, rest: &str, start: usize, end: usize) {
        let mark = mark_of(name, rest);
        if name.eq_ignore_ascii_case("br") {
            self.end_line(end);
        } else if is_block(name) || mark != Mark::None {
            self.end_line(start);
        }
        if name.eq_ignore_ascii_case("hr") {
            self.text.push_str("________");
            if mark == Mark::Old {
                self.old_from_here = true;
            }
            self.end_line(end);
        }
        if starts_old_letter(name, rest) {
            self.old_from_here = true;
        }
        if !is_void(name) && !rest.ends_with('/') && self.open.len() < DEPTH {
            self.open.push((name.to_lowercase(), mark));
        }
    }

    fn close(&mut self, name: &str, start: usize, end: usize) {
        let name = name.to_lowercase();
        let Some(at) = self.open.iter().rposition(|(open, _)| *open == name) else { return };
        let is_marked = self.open[at..].iter().any(|(_, mark)| *mark != Mark::None);
        if is_marked {
            // The closing tag belongs to what it closes.
            self.end_line(end);
        } else if is_block(&name) {
            self.end_line(start);
        }
        self.open.truncate(at);
    }
}

/// Elements in which mail programs put the old letter.
fn mark_of(name: &str, rest: &str) -> Mark {
    if name.eq_ignore_ascii_case("blockquote") {
        return Mark::Quote;
    }
    if name.eq_ignore_ascii_case("includetail") {
        return Mark::Old;
    }
    let class = attribute(rest, "class").unwrap_or_default().to_lowercase();
    let id = attribute(rest, "id").unwrap_or_default().to_lowercase();
    const CLASSES: &[&str] = &[
        "gmail_quote",
        "yahoo_quoted",
        "moz-cite-prefix",
        "protonmail_quote",
        "tutanota_quote",
        "zmail_extra",
        "ntes-mailmaster-quote",
        "reply-quote",
        "qmail-quote",
        "mail_quote",
        "foxmail_quote",
        "gmail_attr",
        "yahoo-quoted",
        "ms-outlook-mobile-reference-message",
        "qt_quote",
        "mimestream_quote",
    ];
    // A letter that was sent on stands in the same box; there the text decides.
    let is_quote_class = class.split_whitespace().any(|class| CLASSES.contains(&class));
    if is_quote_class && !class.contains("gmail_quote_container")
        || id == "isreplycontent"
        || id == "mail-editor-reference-message-container"
        || id.starts_with("isforwardcontent") && id.contains("reply")
    {
        return Mark::Old;
    }
    Mark::None
}

/// Elements behind which nothing new follows.
fn starts_old_letter(name: &str, rest: &str) -> bool {
    let id = attribute(rest, "id").unwrap_or_default().to_lowercase();
    if matches!(
        id.as_str(),
        "divrplyfwdmsg"
            | "olk_src_body_section"
            | "appendonsend"
            | "stopspelling"
            | "mail_quote_start"
            | "replysplit"
            | "lineseparator"
            | "origbody"
            | "x_divrplyfwdmsg"
    ) {
        return true;
    }
    if !name.eq_ignore_ascii_case("div") {
        return false;
    }
    let style: String = attribute(rest, "style")
        .unwrap_or_default()
        .to_lowercase()
        .chars()
        .filter(|c| !c.is_whitespace())
        .collect();
    style.starts_with("border:none;border-top:solid")
        && (style.contains("padding:3.0pt0") || style.contains("padding:3pt0"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::html::to_text;

    #[test]
    fn pages_lose_their_quotes_and_keep_their_shape() {
        for (html, new) in [
            ("<div>ok</div><blockquote>old</blockquote>", "ok"),
            ("<p>ok</p><div class=\"gmail_quote\">On x wrote:<blockquote>old</blockquote></div>", "ok"),
            (
                "<div>ok<br>On 11-Apr-2011, at 6:54 PM, Bob &lt;b@e.com&gt; wrote:</div><blockquote>old</blockquote>",
                "ok",
            ),
            (
                "<div>好<br></div><div style=\"font-size: 12px;\">------------------&nbsp;原始邮件&nbsp;------------------</div><div><b>发件人:</b>&nbsp;\"a\"</div><div>旧</div>",
                "好",
            ),
            ("<div>ok</div><hr id=\"stopSpelling\"><div>old</div>", "ok"),
            ("<b>only</b> new", "only new"),
        ] {
            let page = fold_html(html);
            assert_eq!(to_text(&page.new_html), new, "{html} -> {}", page.new_html);
        }
    }
}
