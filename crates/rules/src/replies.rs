//! Canned replies (常用回复): texts that are written once, with places for what differs.

use crate::{
    ids::TeamId,
    refusal::Invalid,
    text::{Line, Reading, Text},
    tickets::{Kind, intake::choice},
};

/// What a reply can have filled in: `{customer}` and so on.
pub const VARIABLES: [&str; 8] =
    ["customer", "contact", "site", "number", "title", "deadline", "hotline", "agent"];

/// The languages in which a reply can be written, as language tags.
pub const LANGUAGES: [&str; 3] = ["zh-Hans", "zh-Hant", "en"];

/// The fields of the texts in a form, in the order of [`LANGUAGES`].
pub const TEXT_FIELDS: [&str; 3] = ["text_hans", "text_hant", "text_en"];

/// A reply as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReplyForm {
    pub title: String,
    /// The text in each of [`LANGUAGES`]; empty where there is none.
    pub texts: [String; 3],
    /// The kind of ticket that it is for; empty for every kind.
    pub kind: String,
    /// The team that it is for; empty for everybody.
    pub team: String,
}

/// A reply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    pub title: Line,
    pub texts: [Option<Text>; 3],
    pub kind: Option<Kind>,
    pub team: Option<TeamId>,
}

impl ReplyForm {
    /// Reads the form.
    ///
    /// Errors: every field that is wrong; a variable that nothing fills in is one, because it would be sent as it
    /// stands. At least one language is needed.
    pub fn read(&self) -> Result<Reply, Vec<Invalid>> {
        let mut form = Reading::new();
        let title = form.field(Line::parse("title", &self.title));
        let [hans, hant, en] = &self.texts;
        let mut text = |place: usize, given: &str| form.field(written(TEXT_FIELDS[place], given));
        let (hans, hant, en) = (text(0, hans), text(1, hant), text(2, en));
        if let (Some(None), Some(None), Some(None)) = (&hans, &hant, &en) {
            form.problem(Invalid::required(TEXT_FIELDS[0]));
        }
        let kind = form.field(choice("kind", &self.kind));
        let team = form.field(choice("team", &self.team));
        form.finish((|| {
            Some(Reply { title: title?, texts: [hans?, hant?, en?], kind: kind?, team: team? })
        })())
    }
}

fn written(field: &'static str, given: &str) -> Result<Option<Text>, Invalid> {
    let text = Text::parse_optional(field, given)?;
    match text.as_ref().and_then(|text| unknown(text.as_str())) {
        Some(name) => Err(Invalid::new(field, "error-reply-variable").with("given", name)),
        None => Ok(text),
    }
}

/// The text for a reader of a language; where there is none, the next in the order of [`LANGUAGES`].
pub fn in_language<'a>(texts: [Option<&'a str>; 3], wanted: &str) -> Option<&'a str> {
    let own = LANGUAGES.iter().position(|language| *language == wanted).and_then(|place| texts[place]);
    own.or_else(|| texts.into_iter().flatten().next())
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

/// The text with its variables filled in; one without a value leaves nothing behind. What is filled in is not read
/// again, so that braces in a title stay braces.
pub fn filled(text: &str, value: impl Fn(&str) -> Option<String>) -> String {
    let filled = pieces(text).into_iter().map(|piece| match piece {
        Ok(words) => words.to_owned(),
        Err(name) => value(name).unwrap_or_default(),
    });
    filled.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_are_filled_in_and_unknown_ones_refused() {
        let value = |name: &str| match name {
            "customer" => Some("市图书馆".to_owned()),
            "number" => Some("10 00 14".to_owned()),
            "title" => Some("{agent} 掉线".to_owned()),
            _ => None,
        };
        let table = [
            ("{customer}您好，{ number }已受理。", "市图书馆您好，10 00 14已受理。"),
            ("到场时间：{deadline}。", "到场时间：。"),
            ("{title}", "{agent} 掉线"),
            ("{customer} { 不是变量", "市图书馆 { 不是变量"),
            ("", ""),
        ];
        for (text, expected) in table {
            assert_eq!(filled(text, value), expected);
        }
        let read = |text: &str| {
            let texts = [String::new(), String::new(), text.to_owned()];
            ReplyForm { title: "受理".into(), texts, kind: "fault".into(), team: "3".into() }.read()
        };
        let reply = read("{customer} {hotline}").unwrap();
        assert_eq!((reply.kind, reply.team), (Some(Kind::Fault), Some(TeamId(3))));
        let problem = read("{salary}").unwrap_err().remove(0);
        assert_eq!((problem.field, problem.args[0].1.as_str()), ("text_en", "salary"));
        let empty = ReplyForm { kind: "wish".into(), team: "x".into(), ..ReplyForm::default() };
        let fields: Vec<_> = empty.read().unwrap_err().iter().map(|one| one.field).collect();
        assert_eq!(fields, ["title", "text_hans", "kind", "team"]);
    }

    #[test]
    fn a_reader_gets_the_own_language_or_another() {
        let table = [
            ([Some("简"), Some("繁"), Some("en")], "zh-Hant", Some("繁")),
            ([Some("简"), None, Some("en")], "zh-Hant", Some("简")),
            ([None, None, Some("en")], "zh-Hans", Some("en")),
            ([None, None, None], "en", None),
        ];
        for (texts, wanted, expected) in table {
            assert_eq!(in_language(texts, wanted), expected, "{texts:?} {wanted}");
        }
    }
}
