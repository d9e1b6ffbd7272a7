//! What staff may not read of a letter: links that let whoever has them in as somebody else.

/// Where the secret of a link begins.
const SECRETS: [&str; 6] =
    ["/portal/in/", "/portal/invitation/", "/password/", "/set-up/", "/status/", "/acknowledge/"];
/// What stands in place of a secret.
const VEIL: &str = "\u{2026}";

/// A text whose links no longer open anything.
pub fn veiled(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((at, mark)) =
        SECRETS.iter().filter_map(|mark| rest.find(mark).map(|at| (at, *mark))).min_by_key(|(at, _)| *at)
    {
        let begins = at + mark.len();
        out.push_str(&rest[..begins]);
        let secret = &rest[begins..];
        let stops =
            |found: char| found.is_whitespace() || matches!(found, '<' | '>' | '"' | '\'' | '\u{3002}');
        let ends = secret.find(stops).unwrap_or(secret.len());
        if ends > 0 {
            out.push_str(VEIL);
        }
        rest = &secret[ends..];
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_that_lets_in_is_not_shown() {
        let cases = [
            ("See https://d.cn/portal/in/s3cret?next=/x now", "See https://d.cn/portal/in/\u{2026} now"),
            (
                "https://d.cn/acknowledge/3/7/abc\nhttps://d.cn/status/xyz",
                "https://d.cn/acknowledge/\u{2026}\nhttps://d.cn/status/\u{2026}",
            ),
            ("https://d.cn/tickets/104-217-6", "https://d.cn/tickets/104-217-6"),
            ("the page /password/ is empty", "the page /password/ is empty"),
            ("<a href=\"https://d.cn/set-up/t\">", "<a href=\"https://d.cn/set-up/\u{2026}\">"),
        ];
        for (text, expected) in cases {
            assert_eq!(veiled(text), expected);
        }
    }
}
