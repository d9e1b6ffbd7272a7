//! What a letter is before anybody reads it: written by a person, or sent by a machine.
//!
//! Nothing that a machine sent may open a matter or be answered, or two machines would write to each other for
//! ever. Bounces are read for what failed and why.

mod bounce;
mod notice;
mod phrases;
mod reason;

pub use bounce::{Bounce, Failure};
pub use reason::Reason;

use crate::letter::{Kind, Letter};

/// What sent the letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sender {
    Person,
    /// A letter of ours, or a delay or failure of one, came back.
    Bounce(Bounce),
    /// A complaint that a letter was unwanted (RFC 5965).
    FeedbackReport,
    /// Out of office, a receipt, an answering machine (RFC 3834).
    AutoReply,
    /// A list or a newsletter: many readers, no question to us.
    Bulk,
    /// Our own letter, come round.
    Loop,
}

impl Sender {
    /// Whether a person waits for an answer.
    pub fn is_person(&self) -> bool {
        matches!(self, Sender::Person)
    }
}

/// Tells what sent a letter. `own_header` is the name of a header that every letter of ours carries, with the
/// value that is ours; a letter that carries it and is no bounce has come round.
pub fn sender(letter: &Letter, own_header: Option<(&str, &str)>) -> Sender {
    if letter.report_type == "feedback-report" || has_part(letter, "message/feedback-report") {
        return Sender::FeedbackReport;
    }
    // The oldest of the feedback loops has no fields, only this subject and the letter itself.
    if letter.subject.to_lowercase().starts_with("complaint about message from")
        && letter.attachments.iter().any(|attachment| attachment.kind == Kind::Letter)
    {
        return Sender::FeedbackReport;
    }
    if letter.report_type == "disposition-notification"
        || has_part(letter, "message/disposition-notification")
    {
        return Sender::AutoReply;
    }
    if let Some(bounce) = bounce::read(letter) {
        return Sender::Bounce(bounce);
    }
    if let Some((name, value)) = own_header
        && letter.headers.all(name).iter().any(|found| found == value)
    {
        return Sender::Loop;
    }
    if is_auto_reply(letter) {
        return Sender::AutoReply;
    }
    if is_bulk(letter) {
        return Sender::Bulk;
    }
    Sender::Person
}

fn has_part(letter: &Letter, media_type: &str) -> bool {
    letter.attachments.iter().any(|attachment| attachment.media_type == media_type)
}

fn is_auto_reply(letter: &Letter) -> bool {
    let header = |name: &str| letter.headers.text(name).map(|value| value.to_lowercase());
    if let Some(value) = header("auto-submitted") {
        // `auto-generated` with `no` behind it, comments and parameters are all seen.
        let kind = value.split([';', ' ', '(']).next().unwrap_or_default().trim().to_string();
        return kind != "no" && !kind.is_empty();
    }
    let present =
        |name: &str| header(name).is_some_and(|value| !matches!(value.as_str(), "" | "no" | "false"));
    if [
        "x-autoreply",
        "x-autorespond",
        "x-auto-respond",
        "x-autoresponder",
        "x-autoreply-from",
        "x-mail-autoreply",
    ]
    .iter()
    .any(|name| present(name))
    {
        return true;
    }
    if header("x-auto-response-suppress")
        .is_some_and(|value| ["all", "oof", "autoreply"].iter().any(|word| value.contains(word)))
        && has_auto_subject(&letter.subject)
    {
        return true;
    }
    if header("precedence").is_some_and(|value| value.contains("auto_reply") || value.contains("auto-reply"))
        || header("preference").is_some_and(|value| value.contains("auto_reply"))
        || header("x-precedence").is_some_and(|value| value.contains("auto_reply"))
        || header("delivered-to").is_some_and(|value| value == "autoresponder")
        || header("x-apple-action").is_some_and(|value| value.contains("vacation"))
    {
        return true;
    }
    if has_empty_return_path(letter) && !letter.subject.is_empty() && is_reply(letter) {
        return true;
    }
    has_auto_subject(&letter.subject)
}

fn is_reply(letter: &Letter) -> bool {
    !letter.in_reply_to.is_empty() || !letter.references.is_empty() || has_auto_subject(&letter.subject)
}

pub(crate) fn has_empty_return_path(letter: &Letter) -> bool {
    letter
        .headers
        .raw("return-path")
        .is_some_and(|raw| matches!(raw.trim_ascii(), b"<>" | b"<MAILER-DAEMON>" | b"<mailer-daemon>"))
}

fn has_auto_subject(subject: &str) -> bool {
    const BEGINNINGS: &[&str] = &[
        "automatic reply",
        "auto reply",
        "auto-reply",
        "autoreply",
        "auto:",
        "auto response",
        "auto-response",
        "autoresponse",
        "automated reply",
        "automated response",
        "out of office",
        "out of the office",
        "out-of-office",
        "vacation",
        "on vacation",
        "away from",
        "i am away",
        "i'm away",
        "abwesenheit",
        "automatische antwort",
        "automatisch antwoord",
        "réponse automatique",
        "reponse automatique",
        "absence du bureau",
        "respuesta automática",
        "respuesta automatica",
        "fuera de la oficina",
        "risposta automatica",
        "fuori sede",
        "resposta automática",
        "ausência",
        "automatiskt svar",
        "automatisk svar",
        "autosvar",
        "frånvaro",
        "automaattinen vastaus",
        "odpowiedź automatyczna",
        "automatyczna odpowiedź",
        "nieobecność",
        "automatická odpověď",
        "автоматический ответ",
        "автоответ",
        "отсутствие на работе",
        "自动回复",
        "自動回覆",
        "自动答复",
        "自動回复",
        "外出",
        "自動応答",
        "自動返信",
        "不在",
        "休假",
        "부재중",
        "자동 회신",
    ];
    let mut rest = subject.trim().to_lowercase();
    for _ in 0..3 {
        let bare =
            ["re:", "aw:", "回复:", "回复：", "答复:", "答复："].iter().find_map(|p| rest.strip_prefix(p));
        match bare {
            Some(bare) => rest = bare.trim_start().to_string(),
            None => break,
        }
    }
    let rest = rest.trim_start_matches(['[', '(', '【', '*', ' ']);
    BEGINNINGS.iter().any(|beginning| rest.starts_with(beginning)) || rest.contains("out of office autoreply")
}

fn is_bulk(letter: &Letter) -> bool {
    let header = |name: &str| letter.headers.text(name).map(|value| value.to_lowercase());
    let precedence = header("precedence").unwrap_or_default();
    ["bulk", "list", "junk"].iter().any(|word| precedence.trim() == *word)
        || ["list-id", "list-post", "list-unsubscribe", "feedback-id", "x-mailing-list", "x-list-id"]
            .iter()
            .any(|name| header(name).is_some())
}
