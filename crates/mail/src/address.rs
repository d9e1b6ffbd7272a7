//! Addresses with display names (RFC 5322, and what is really sent).

use crate::{charset, words};

/// Somebody who writes or is written to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Address {
    /// The display name, decoded; empty where there is none.
    pub name: String,
    /// The address as it stood, without brackets; empty where only a name was written.
    pub address: String,
}

impl Address {
    /// The part after the last `@`, in lower case; none where there is none.
    pub fn domain(&self) -> Option<String> {
        let (_, domain) = self.address.rsplit_once('@')?;
        (!domain.is_empty()).then(|| domain.to_lowercase())
    }
}

/// How many addresses of one header are read; the rest stays in the raw letter.
const ADDRESSES: usize = 1_000;

/// Reads the addresses of a header; those of groups stand among the others.
pub fn read_list(raw: &[u8]) -> Vec<Address> {
    let text = charset_of_raw(raw);
    let chars: Vec<char> = text.chars().collect();
    let mut out = Vec::new();
    let mut one = Pieces::default();
    let (mut index, mut may_quote) = (0, true);
    while index < chars.len() && out.len() < ADDRESSES {
        match chars[index] {
            '"' if may_quote => {
                let Some((inner, next)) = quoted(&chars, index) else {
                    // Never closed: then it was no quote, nor is any after it.
                    may_quote = false;
                    continue;
                };
                one.push_quoted(&inner);
                index = next;
                continue;
            }
            '(' => {
                let (inner, next) = comment(&chars, index);
                one.comments.push(inner);
                index = next;
                continue;
            }
            '<' => {
                let (inner, next) = angle(&chars, index);
                one.open_angle(inner);
                index = next;
                continue;
            }
            '=' if chars.get(index + 1) == Some(&'?') => {
                let end = end_of_encoded(&chars, index);
                one.text.extend(&chars[index..end]);
                index = end;
                continue;
            }
            ',' | ';' => one.finish(&mut out),
            ':' if !one.text.is_empty()
                && one.address.is_none()
                && !one.text.contains('@')
                && one.has_group(&chars[index..]) =>
            {
                one = Pieces::default();
            }
            c => one.text.push(c),
        }
        index += 1;
    }
    one.finish(&mut out);
    out
}

/// The header with raw 8-bit text made readable and encoded words left in place.
fn charset_of_raw(raw: &[u8]) -> String {
    charset::decode(&words::unfold(raw), None)
}

#[derive(Default)]
struct Pieces {
    text: String,
    quoted: Vec<(usize, String)>,
    comments: Vec<String>,
    address: Option<String>,
}

impl Pieces {
    /// A quoted piece keeps its place by a mark, since its text must not be read for addresses.
    fn push_quoted(&mut self, inner: &str) {
        if self.address.is_none() && self.text.ends_with('@') {
            self.text.push_str(inner);
            return;
        }
        self.quoted.push((self.text.len(), inner.to_string()));
    }

    fn open_angle(&mut self, inner: String) {
        match &self.address {
            // Two in a row: the first that looks like an address stays.
            Some(known) if known.contains('@') => {}
            Some(_) | None => self.address = Some(inner),
        }
    }

    fn has_group(&self, rest: &[char]) -> bool {
        let until = rest.iter().position(|c| *c == ';');
        until.is_some() || rest.contains(&'<')
    }

    fn name(&self) -> String {
        let mut out = String::new();
        let mut at = 0;
        let mut pieces = Vec::new();
        for (place, inner) in &self.quoted {
            pieces.push(self.text[at..*place].to_string());
            pieces.push(inner.clone());
            at = *place;
        }
        pieces.push(self.text[at..].to_string());
        for (number, piece) in pieces.iter().enumerate() {
            let decoded = words::decode(piece.as_bytes());
            let decoded = if number % 2 == 0 { decoded.trim().to_string() } else { decoded };
            if decoded.is_empty() {
                continue;
            }
            let touches = pieces.get(number.wrapping_sub(1)).is_some_and(|before| {
                !before.ends_with(char::is_whitespace) && !piece.starts_with(char::is_whitespace)
            });
            if !out.is_empty() && (!touches || number % 2 == 0 || out.ends_with(' ')) {
                out.push(' ');
            }
            out.push_str(&decoded);
        }
        let clean = out.split_whitespace().collect::<Vec<_>>().join(" ");
        clean.trim_matches('"').trim_matches('\'').trim().to_string()
    }

    fn finish(&mut self, out: &mut Vec<Address>) {
        let taken = std::mem::take(self);
        let comment = taken.comments.iter().map(|c| words::decode(c.as_bytes())).find(|c| !c.is_empty());
        match &taken.address {
            Some(address) => {
                let address = clean_address(address);
                let mut name = taken.name();
                if name.is_empty() {
                    name = comment.unwrap_or_default();
                }
                if !address.is_empty() || !name.is_empty() {
                    out.push(Address { name, address });
                }
            }
            None if taken.text.trim().is_empty() && taken.quoted.is_empty() => {}
            None => {
                // A bare address, or a local part in quotes before `@`.
                let mut whole = String::new();
                let mut at = 0;
                for (place, inner) in &taken.quoted {
                    whole.push_str(&taken.text[at..*place]);
                    whole.push_str(inner);
                    at = *place;
                }
                whole.push_str(&taken.text[at..]);
                let whole = words::decode(whole.as_bytes());
                let address = whole
                    .split_whitespace()
                    .find(|word| word.contains('@'))
                    .or_else(|| (!whole.contains(char::is_whitespace)).then_some(whole.as_str()));
                match address {
                    Some(word) => {
                        let name =
                            whole.replacen(word, "", 1).split_whitespace().collect::<Vec<_>>().join(" ");
                        let name = if name.is_empty() { comment.unwrap_or_default() } else { name };
                        out.push(Address { name, address: clean_address(word) });
                    }
                    None => out.push(Address { name: whole, address: String::new() }),
                }
            }
        }
    }
}

fn clean_address(address: &str) -> String {
    let decoded = words::decode(address.as_bytes());
    let trimmed = decoded.trim_matches(|c: char| c.is_whitespace() || "<>\"',;[]".contains(c));
    let trimmed = trimmed.strip_prefix("mailto:").unwrap_or(trimmed);
    // A route before the address (`@a,@b:user@c`) is obsolete and says nothing.
    let trimmed = match trimmed.rsplit_once(':') {
        Some((route, rest)) if route.starts_with('@') && rest.contains('@') => rest,
        Some(_) | None => trimmed,
    };
    trimmed.chars().filter(|c| !c.is_whitespace() && !c.is_control()).collect()
}

fn quoted(chars: &[char], start: usize) -> Option<(String, usize)> {
    let mut out = String::new();
    let mut index = start + 1;
    while index < chars.len() {
        match chars[index] {
            '"' => return Some((out, index + 1)),
            '\\' if index + 1 < chars.len() => {
                out.push(chars[index + 1]);
                index += 1;
            }
            c => out.push(c),
        }
        index += 1;
    }
    None
}

fn comment(chars: &[char], start: usize) -> (String, usize) {
    let (mut out, mut depth, mut index) = (String::new(), 0, start);
    while index < chars.len() {
        match chars[index] {
            '(' => {
                if depth > 0 {
                    out.push('(');
                }
                depth += 1;
            }
            ')' => {
                depth -= 1;
                if depth == 0 {
                    return (out, index + 1);
                }
                out.push(')');
            }
            '\\' if index + 1 < chars.len() => {
                out.push(chars[index + 1]);
                index += 1;
            }
            c => out.push(c),
        }
        index += 1;
    }
    (out, chars.len())
}

fn angle(chars: &[char], start: usize) -> (String, usize) {
    let mut index = start + 1;
    while index < chars.len() && !matches!(chars[index], '>' | '<') {
        index += 1;
    }
    let inner: String = chars[start + 1..index].iter().collect();
    // `<a@b> <c@d>`: the closing bracket may be missing.
    (inner, if chars.get(index) == Some(&'>') { index + 1 } else { index })
}

fn end_of_encoded(chars: &[char], start: usize) -> usize {
    let mut index = start + 2;
    let mut marks = 0;
    while index < chars.len() {
        if chars[index] == '?' {
            marks += 1;
            if marks >= 3 && chars.get(index + 1) == Some(&'=') {
                return index + 2;
            }
        }
        if chars[index].is_whitespace() || chars[index] == '<' {
            return index;
        }
        index += 1;
    }
    chars.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_come_out_of_what_people_write() {
        let cases: &[(&[u8], &str)] = &[
            (b"a@b.cn", "|a@b.cn"),
            (b"Name <user@domain>", "Name|user@domain"),
            (b"John \"Q. Public\" <JQB@bar.com>", "John Q. Public|JQB@bar.com"),
            (b"\"Giant; \\\"Big\\\" Box\" <s@e.net>", "Giant; \"Big\" Box|s@e.net"),
            (b"\"\" <e@e.com>", "|e@e.com"),
            (b"MAILER-DAEMON (Mail Delivery System)", "Mail Delivery System|MAILER-DAEMON"),
            (b"=?gb2312?B?1tDOxA==?= <z@q.cn>, b@q.cn", "中文|z@q.cn & |b@q.cn"),
            (b"=?utf-8?q?a,b?= <z@q.cn>", "a,b|z@q.cn"),
            (b"undisclosed-recipients:;", ""),
            (b"Team: A <a@x>, b@x;", "A|a@x & |b@x"),
            (b"\xd6\xd0\xce\xc4\xd6\xd0 <z@q.cn>", "中文中|z@q.cn"),
            (b"Smith, Bob <b@x.org>", "|Smith & Bob|b@x.org"),
            (b"<broken@x.org", "|broken@x.org"),
        ];
        for (raw, told) in cases {
            let found: Vec<String> =
                read_list(raw).iter().map(|a| format!("{}|{}", a.name, a.address)).collect();
            assert_eq!(found.join(" & "), *told, "{}", String::from_utf8_lossy(raw));
        }
    }
}
