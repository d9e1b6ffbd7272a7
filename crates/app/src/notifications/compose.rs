//! Words on their way into a letter: HTML beside the plain text, one line where there may be one only.

use std::fmt::Write;

/// A text without line ends and control characters, so that it can stand in a header.
pub fn one_line(text: &str) -> String {
    let plain = text.chars().map(|found| if found.is_control() { ' ' } else { found });
    plain.collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The plain words as HTML: paragraphs, line ends, and links where an address stands.
pub fn html(text: &str, lang: &str) -> String {
    let mut out = format!(
        "<!DOCTYPE html><html lang=\"{}\"><head><meta charset=\"utf-8\"></head>\
         <body style=\"font-family:sans-serif;line-height:1.6;max-width:40em\">",
        escape(lang)
    );
    for paragraph in text.split("\n\n").map(str::trim).filter(|paragraph| !paragraph.is_empty()) {
        out.push_str("<p>");
        for (index, line) in paragraph.lines().enumerate() {
            if index > 0 {
                out.push_str("<br>");
            }
            linked(line, &mut out);
        }
        out.push_str("</p>");
    }
    out.push_str("</body></html>");
    out
}

fn linked(line: &str, out: &mut String) {
    let mut rest = line;
    while let Some(at) = ["https://", "http://"].iter().filter_map(|start| rest.find(start)).min() {
        out.push_str(&escape(&rest[..at]));
        let tail = &rest[at..];
        let stops =
            |found: char| found.is_whitespace() || matches!(found, '<' | '>' | '"' | '\u{3002}' | '\u{ff0c}');
        let end = tail.find(stops).unwrap_or(tail.len());
        let address = tail[..end].trim_end_matches(['.', ',', ')', ';']);
        let shown = escape(address);
        let _ = write!(out, "<a href=\"{shown}\">{shown}</a>");
        rest = &tail[address.len()..];
        if address.is_empty() {
            break;
        }
    }
    out.push_str(&escape(rest));
}

fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for found in text.chars() {
        match found {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_become_html_and_nothing_else() {
        let cases = [
            ("a\nb\n\nc", "<p>a<br>b</p><p>c</p>"),
            ("<b> & \"x\"", "<p>&lt;b&gt; &amp; &quot;x&quot;</p>"),
            (
                "see https://desk.test/t/1?a=b&c=d. Bye",
                "<p>see <a href=\"https://desk.test/t/1?a=b&amp;c=d\">https://desk.test/t/1?a=b&amp;c=d</a>. Bye</p>",
            ),
            ("https://x\"onclick=y", "<p><a href=\"https://x\">https://x</a>&quot;onclick=y</p>"),
        ];
        for (text, expected) in cases {
            let html = html(text, "en");
            assert!(html.contains(expected), "{text:?}: {html}");
        }
    }

    #[test]
    fn a_header_holds_one_line() {
        assert_eq!(one_line("a\r\nBcc: x@y\t z"), "a Bcc: x@y z");
    }
}
