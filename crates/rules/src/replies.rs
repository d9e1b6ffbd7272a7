//! Canned replies (常用回复): texts that are written once, with places for what differs; and who is meant by `@`.

use crate::{
    refusal::Invalid,
    text::{Line, Reading, Text},
    tickets::{Kind, intake::choice},
};

/// What a reply can have filled in: `{customer}` and so on.
pub const VARIABLES: [&str; 7] = ["customer", "contact", "number", "title", "deadline", "hotline", "agent"];

/// A reply as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReplyForm {
    pub title: String,
    pub text: String,
    /// The kind of ticket that it is for; empty for every kind.
    pub kind: String,
}

/// A reply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    pub title: Line,
    pub text: Text,
    pub kind: Option<Kind>,
}

impl ReplyForm {
    /// Reads the form.
    ///
    /// Errors: every field that is wrong; a variable that nothing fills in is one, because it would be sent as it
    /// stands.
    pub fn read(&self) -> Result<Reply, Vec<Invalid>> {
        let mut form = Reading::new();
        let title = form.field(Line::parse("title", &self.title));
        let text =
            form.field(Text::parse("text", &self.text).and_then(|text| match unknown(text.as_str()) {
                Some(name) => Err(Invalid::new("text", "error-reply-variable").with("given", name)),
                None => Ok(text),
            }));
        let kind = form.field(choice("kind", &self.kind));
        form.finish((|| Some(Reply { title: title?, text: text?, kind: kind? }))())
    }
}

/// The pieces of a text: plain words, or the name of a variable.
fn pieces(text: &str) -> Vec<Result<&str, &str>> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        let Some((name, behind)) = after.split_once('}') else { break };
        found.push(Ok(before));
        found.push(Err(name.trim()));
        rest = behind;
    }
    found.push(Ok(rest));
    found
}

fn unknown(text: &str) -> Option<&str> {
    pieces(text).into_iter().find_map(|piece| piece.err().filter(|name| !VARIABLES.contains(name)))
}

/// The text with its variables filled in; one without a value leaves nothing behind.
pub fn filled(text: &str, value: impl Fn(&str) -> Option<String>) -> String {
    let filled = pieces(text).into_iter().map(|piece| match piece {
        Ok(words) => words.to_owned(),
        Err(name) => value(name).unwrap_or_default(),
    });
    filled.collect()
}

/// People that one note can call.
const MENTIONS_MOST: usize = 20;

/// Those whom a note calls by `@`: the letters and digits that follow it, each once.
pub fn mentions(text: &str) -> Vec<&str> {
    let mut found: Vec<&str> = Vec::new();
    for (at, _) in text.match_indices(['@', '\u{ff20}']) {
        // An address for mail is nobody's call.
        let before = text[..at].chars().next_back();
        if before.is_some_and(|one| one.is_ascii_alphanumeric()) {
            continue;
        }
        let rest = text[at..].trim_start_matches(['@', '\u{ff20}']);
        let end = rest
            .find(|one: char| !(one.is_alphanumeric() || matches!(one, '.' | '_' | '-')))
            .unwrap_or(rest.len());
        let name = rest[..end].trim_end_matches('.');
        if !name.is_empty() && !found.contains(&name) && found.len() < MENTIONS_MOST {
            found.push(name);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_are_filled_in_and_unknown_ones_refused() {
        let value = |name: &str| match name {
            "customer" => Some("市图书馆".to_owned()),
            "number" => Some("10 00 14".to_owned()),
            _ => None,
        };
        let table = [
            ("{customer}您好，{ number }已受理。", "市图书馆您好，10 00 14已受理。"),
            ("到场时间：{deadline}。", "到场时间：。"),
            ("{ 不是变量", "{ 不是变量"),
            ("", ""),
        ];
        for (text, expected) in table {
            assert_eq!(filled(text, value), expected);
        }
        let read =
            |text: &str| ReplyForm { title: "受理".into(), text: text.into(), kind: "fault".into() }.read();
        assert!(read("{customer} {hotline}").is_ok());
        let problem = read("{salary}").unwrap_err().remove(0);
        assert_eq!((problem.field, problem.args[0].1.as_str()), ("text", "salary"));
        let empty = ReplyForm { kind: "wish".into(), ..ReplyForm::default() };
        let fields: Vec<_> = empty.read().unwrap_err().iter().map(|one| one.field).collect();
        assert_eq!(fields, ["title", "text", "kind"]);
    }

    #[test]
    fn a_note_calls_people_and_not_mail_addresses() {
        let table = [
            ("@zhou 请看一下", vec!["zhou"]),
            ("请\u{ff20}周工、@li.ming.看", vec!["周工", "li.ming"]),
            ("写给 li@desk.cn", vec![]),
            ("@zhou @zhou @", vec!["zhou"]),
            ("", vec![]),
        ];
        for (text, expected) in table {
            assert_eq!(mentions(text), expected, "{text}");
        }
    }
}
