//! HTML from strangers, safe to show inside a page of ours.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use ammonia::{Builder, UrlRelative};

/// What became of the pictures of a page.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Clean {
    pub html: String,
    /// Pictures that would be fetched from elsewhere and are not shown; a reader may ask for them.
    pub hidden_images: usize,
}

/// The longest HTML that is cleaned; the raw letter keeps the rest.
pub const HTML_BYTES: usize = 2 << 20;

/// Cleans HTML: no scripts, styles, forms, frames, SVG or MathML; links open outside and tell nothing of us;
/// pictures that came with the letter (`cid:`) point to where `picture` says, others are taken out unless
/// `with_remote_images`.
pub fn clean(html: &str, with_remote_images: bool, picture: &dyn Fn(&str) -> Option<String>) -> Clean {
    let mut end = html.len().min(HTML_BYTES);
    while !html.is_char_boundary(end) {
        end -= 1;
    }
    let hidden = Arc::new(AtomicUsize::new(0));
    let seen = Arc::clone(&hidden);
    // The addresses of the pictures are found first: the cleaner asks without being able to borrow.
    let pictures: HashMap<String, String> = content_ids(&html[..end])
        .into_iter()
        .filter_map(|id| Some((id.to_lowercase(), picture(&id)?)))
        .collect();
    let cleaned = {
        let mut builder = Builder::default();
        builder
            .rm_tags(["svg", "math", "map", "area"])
            .add_tags(["font", "center", "u", "s"])
            .add_tag_attributes("font", ["color", "size"])
            .add_tag_attributes("td", ["bgcolor", "valign", "width"])
            .add_tag_attributes("table", ["border", "cellpadding", "cellspacing", "width"])
            .clean_content_tags(HashSet::from([
                "script", "style", "title", "template", "noscript", "iframe", "object", "xml",
            ]))
            .url_schemes(HashSet::from(["http", "https", "mailto", "tel", "cid", "data"]))
            .url_relative(UrlRelative::PassThrough)
            .link_rel(Some("noopener noreferrer nofollow"))
            .set_tag_attribute_value("a", "target", "_blank")
            .set_tag_attribute_value("img", "loading", "lazy")
            .set_tag_attribute_value("img", "referrerpolicy", "no-referrer")
            .strip_comments(true)
            .attribute_filter(move |element, attribute, value| match (element, attribute) {
                ("img", "src") => {
                    let lower = value.trim().to_lowercase();
                    if let Some(id) = lower.strip_prefix("cid:") {
                        let id = percent(id.trim_matches(['<', '>', ' ']));
                        return pictures.get(&id).map(|url| url.clone().into());
                    }
                    if is_picture_data(&lower) {
                        return Some(value.into());
                    }
                    let is_remote = lower.starts_with("http://") || lower.starts_with("https://");
                    if is_remote && with_remote_images {
                        return Some(value.into());
                    }
                    if is_remote {
                        seen.fetch_add(1, Ordering::Relaxed);
                    }
                    None
                }
                // A relative link would lead into our own pages.
                (_, "href" | "src" | "cite") => {
                    let lower = value.trim().to_lowercase();
                    ["http://", "https://", "mailto:", "tel:"]
                        .iter()
                        .any(|scheme| lower.starts_with(scheme))
                        .then(|| value.into())
                }
                (_, "background" | "srcset" | "style" | "id" | "name") => None,
                _ => Some(value.into()),
            });
        let cleaned = builder.clean(&shallow(&html[..end])).to_string();
        cleaned.replace(AMPERSAND, "&amp;").replace(LESS, "&lt;")
    };
    Clean { html: cleaned, hidden_images: hidden.load(Ordering::Relaxed) }
}

/// How deep elements may stand in each other. Real letters stay below fifty; a page that goes on costs the
/// cleaner the square of its length.
const DEPTH: usize = 200;

/// They stand for `&` and `<` of the text on their way through the cleaner, which takes the square of the time for
/// many references in one text. They are no characters (Unicode keeps them free), and are taken from the letter.
const AMPERSAND: char = '\u{fdd0}';
const LESS: char = '\u{fdd1}';

/// Leaves out the tags that open deeper than the bound, and those that close them; the text stays.
fn shallow(html: &str) -> String {
    const END_THEMSELVES: &[&str] =
        &["p", "li", "td", "th", "tr", "dt", "dd", "br", "hr", "img", "input", "meta", "link", "col", "wbr"];
    let mut out = String::with_capacity(html.len());
    let (mut depth, mut left_out) = (0usize, 0usize);
    for (token, start, end) in crate::html::tokens(html) {
        let counts = |name: &str| !END_THEMSELVES.iter().any(|other| other.eq_ignore_ascii_case(name));
        match token {
            crate::html::Token::Open { name, .. } if counts(name) => {
                if depth == DEPTH {
                    left_out += 1;
                    continue;
                }
                depth += 1;
            }
            crate::html::Token::Close { name } if counts(name) => {
                if left_out > 0 {
                    left_out -= 1;
                    continue;
                }
                depth = depth.saturating_sub(1);
            }
            crate::html::Token::Text(text) => {
                for c in crate::html::decode_entities(text).chars() {
                    match c {
                        '&' => out.push(AMPERSAND),
                        '<' => out.push(LESS),
                        AMPERSAND | LESS | '\r' | '\0' => {}
                        c => out.push(c),
                    }
                }
                continue;
            }
            _ => {}
        }
        out.push_str(&html[start..end]);
    }
    out
}

/// Pictures inside the page, of kinds that hold no script.
fn is_picture_data(lower: &str) -> bool {
    ["data:image/png;base64,", "data:image/jpeg;base64,", "data:image/gif;base64,", "data:image/webp;base64,"]
        .iter()
        .any(|beginning| lower.starts_with(beginning))
}

/// How many pictures of one page are looked up.
const PICTURES: usize = 500;

fn content_ids(html: &str) -> Vec<String> {
    let mut out = Vec::new();
    for (token, _, _) in crate::html::tokens(html) {
        if let crate::html::Token::Open { name, rest } = token
            && name.eq_ignore_ascii_case("img")
            && let Some(source) = crate::html::attribute(rest, "src")
            && source.trim().to_lowercase().starts_with("cid:")
            && out.len() < PICTURES
        {
            out.push(percent(source.trim()[4..].trim_matches(['<', '>', ' '])));
        }
    }
    out
}

fn percent(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut index = 0;
    while index < bytes.len() {
        match crate::words::hex(bytes.get(index + 1), bytes.get(index + 2)) {
            Some(byte) if bytes[index] == b'%' => {
                out.push(byte);
                index += 3;
            }
            _ => {
                out.push(bytes[index]);
                index += 1;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_acts_or_calls_home_is_left() {
        let picture = |id: &str| (id == "a@b").then(|| "/attachments/7".to_string());
        for (html, has, lacks) in [
            ("<script>x</script><p onclick=x>t", "<p>t</p>", "script"),
            ("<svg><script>x</script></svg>t", "t", "svg"),
            ("<style>@import 'x'</style>t", "t", "import"),
            ("<p style=\"background:url(http://x)\">t</p>", "<p>t</p>", "url"),
            ("<a href=\"javascript:x\">t</a>", "t", "javascript"),
            ("<a href=\"http://x\">t</a>", "noopener", "javascript"),
            ("<img src=\"http://x/p.gif\">t", "t", "http"),
            ("<img src=\"cid:a@b\">", "/attachments/7", "cid"),
            ("<img src=\"data:image/svg+xml;base64,x\">t", "t", "data:"),
            ("<form action=x><input name=y></form>t", "t", "input"),
            ("<iframe src=x>y</iframe>t", "t", "iframe"),
            ("<math><mi xlink:href=\"data:x\">t</mi></math>", "", "math"),
            ("<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">", "", "onerror"),
            ("<p style=\"width:expression(alert(1));-moz-binding:url(x)\">t</p>", "<p>t</p>", "expression"),
            ("<link rel=stylesheet href=http://x/a.css>t", "t", "http"),
            ("<base href=http://x/>t", "t", "http"),
            ("<meta http-equiv=refresh content=\"0;url=http://x\">t", "t", "http"),
            ("<svg/onload=x>t", "t", "onload"),
            ("<svg><style>*{background:url(http://x)}</style></svg>t", "t", "http"),
            ("<a href=\"java\nscript:x\">t</a>", "t", "script"),
            ("<a href=\"&#106;avascript:x\">t</a>", "t", "avascript"),
            ("<div style=\"position:fixed;top:0\">t</div>", "t", "fixed"),
            ("<object data=x></object><embed src=x>t", "t", "embed"),
            ("<img srcset=\"http://x 1x\">t", "t", "http"),
            ("<table background=http://x><tr><td>t</td></tr></table>", "t", "http"),
        ] {
            let clean = clean(html, false, &picture);
            assert!(clean.html.contains(has), "{html} -> {}", clean.html);
            assert!(!clean.html.contains(lacks), "{html} -> {}", clean.html);
        }
        assert_eq!(clean("<img src=http://x/1><img src=https://x/2>", false, &picture).hidden_images, 2);
        assert!(clean("<img src=http://x/1>", true, &picture).html.contains("http://x/1"));
    }
}
