//! Texts in Markdown, shown safely inside a page, or as plain words where there is no page.

use std::borrow::Cow;
use std::collections::HashSet;

use ammonia::{Builder, UrlRelative};
use maud::{Markup, PreEscaped, html};
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

/// Where files of articles lie for our own people; a text names its pictures by this address.
pub const FILES: &str = "/article-files/";

fn options() -> Options {
    Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH
}

/// A text as part of a page. HTML in it is cleaned; pictures are shown only where they are files of ours, which the
/// reader finds below `files`.
pub fn shown(text: &str, files: &str) -> Markup {
    let mut page = String::with_capacity(text.len() * 2);
    pulldown_cmark::html::push_html(&mut page, Parser::new_ext(text, options()));
    let files = files.to_owned();
    let clean = Builder::default()
        .url_schemes(HashSet::from(["http", "https", "mailto", "tel"]))
        .url_relative(UrlRelative::PassThrough)
        .link_rel(Some("noopener noreferrer"))
        .set_tag_attribute_value("img", "loading", "lazy")
        .attribute_filter(move |element, attribute, value| match (element, attribute) {
            ("img", "src") => value.strip_prefix(FILES).map(|rest| Cow::Owned(format!("{files}{rest}"))),
            ("a", "href") => match value.strip_prefix(FILES) {
                Some(rest) => Some(Cow::Owned(format!("{files}{rest}"))),
                None => Some(Cow::Borrowed(value)),
            },
            _ => Some(Cow::Borrowed(value)),
        })
        .clean(&page)
        .to_string();
    html! { div class="markdown" { (PreEscaped(clean)) } }
}

/// A text without its signs, for letters and notes: a line for each line, a dash or a number before what is listed.
pub fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut lists: Vec<Option<u64>> = Vec::new();
    let mut in_picture = false;
    let line = |out: &mut String| {
        if !out.is_empty() && !out.ends_with('\n') {
            out.push('\n');
        }
    };
    for event in Parser::new_ext(text, options()) {
        match event {
            Event::Start(Tag::List(first)) => {
                line(&mut out);
                lists.push(first);
            }
            Event::End(TagEnd::List(_)) => {
                lists.pop();
                if lists.is_empty() {
                    line(&mut out);
                    out.push('\n');
                }
            }
            Event::Start(Tag::Item) => {
                line(&mut out);
                out.push_str(&"  ".repeat(lists.len().saturating_sub(1)));
                match lists.last_mut() {
                    Some(Some(number)) => {
                        out.push_str(&format!("{number}. "));
                        *number += 1;
                    }
                    _ => out.push_str("- "),
                }
            }
            Event::Start(Tag::Image { .. }) => in_picture = true,
            Event::End(TagEnd::Image) => in_picture = false,
            Event::End(TagEnd::Paragraph | TagEnd::Heading(_) | TagEnd::CodeBlock | TagEnd::Table) => {
                line(&mut out);
                if lists.is_empty() {
                    out.push('\n');
                }
            }
            Event::End(TagEnd::TableRow | TagEnd::TableHead) => line(&mut out),
            Event::End(TagEnd::TableCell) => out.push_str("  "),
            Event::Text(words) | Event::Code(words) if !in_picture => out.push_str(&words),
            Event::SoftBreak | Event::HardBreak => out.push('\n'),
            _ => {}
        }
    }
    let lines: Vec<&str> = out.lines().map(str::trim_end).collect();
    lines.join("\n").trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_text_can_act() {
        let cases = [
            ("**粗** `code`", "<strong>粗</strong> <code>code</code>"),
            ("<script>alert(1)</script>好", "好"),
            ("<img src=x onerror=alert(1)>", "<img"),
            ("[a](javascript:alert(1))", ">a</a>"),
            ("![p](/article-files/7/a.png)", "src=\"/portal/article-files/7/a.png\""),
            ("|a|b|\n|-|-|\n|1|2|", "<td>1</td>"),
        ];
        for (text, expected) in cases {
            let page = shown(text, "/portal/article-files/").into_string();
            assert!(page.contains(expected), "{text}: {page}");
            for forbidden in ["<script", "onerror", "javascript:", "src=\"x\""] {
                assert!(!page.contains(forbidden), "{text}: {page}");
            }
        }
        let elsewhere = shown("![p](https://spy.example/x.png)", FILES).into_string();
        assert!(!elsewhere.contains("spy.example"), "{elsewhere}");
    }

    #[test]
    fn plain_words_keep_lines_and_numbers() {
        let text =
            "## 步骤\n\n1. 登录\n2. 执行 `reset`\n   - 等待\n\n完成。![图](/article-files/1/a.png)\n第二行";
        assert_eq!(plain(text), "步骤\n\n1. 登录\n2. 执行 reset\n  - 等待\n\n完成。\n第二行");
    }
}
