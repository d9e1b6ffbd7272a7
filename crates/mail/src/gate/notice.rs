//! How a notice of failure is known from other letters, and where the letter that failed begins in it.

use super::phrases::Words;

pub(super) fn is_failure_subject(subject: &str) -> bool {
    const WORDS: Words = &[
        "undeliver",
        "deliver",
        "returned mail",
        "failure notice",
        "mail failure",
        "non remis",
        "nondeliver",
        "non-deliver",
        "could not",
        "couldn't",
        "returned to sender",
        "returned message",
        "mail system error",
        "unable to",
        "unzustellbar",
        "não entregue",
        "退信",
        "无法投递",
        "未送达",
        "投递失败",
        "無法傳遞",
        "配信",
        "не доставлен",
        "недоставлен",
        "impossible de remettre",
        "no se puede entregar",
        "não foi possível",
        "message status",
        "warning",
        "bounce",
        "failed",
        "mail error",
        "error sending",
        "message not sent",
        "returning message",
        "nicht zugestellt",
        "notifica",
        "rejected",
        "delayed",
        "failure",
        "errors from",
        "user unknown",
        "エラー",
        "送信できません",
        "送達",
        "system error",
    ];
    let lower = subject.to_lowercase();
    WORDS.iter().any(|word| lower.contains(word))
}

pub(super) fn says_failure(text: &str) -> bool {
    const WORDS: Words = &[
        "could not be delivered",
        "couldn't be delivered",
        "cannot be delivered",
        "can't be delivered",
        "not delivered",
        "undeliver",
        "unable to deliver",
        "unable to send",
        "wasn't able to deliver",
        "was not able to deliver",
        "delivery to the following",
        "delivery failed",
        "delivery has failed",
        "failed to deliver",
        "not able to deliver",
        "delivery error",
        "following addresses",
        "following address",
        "following recipient",
        "failed recipient",
        "transcript of session",
        "permanent error",
        "fatal error",
        "delivery problem",
        "did not reach",
        "error delivering",
        "returned to sender",
        "has not been delivered",
        "was not delivered",
        "was undeliverable",
        "failure reasons",
        "delivery status",
        "could not deliver",
        "couldn't deliver",
        "error message below",
        "not be sent",
        "could not be sent",
        "rejected by",
        "server message",
        "mail could not",
        "has been rejected",
        "host unknown",
        "user unknown",
        "message wasn't delivered",
        "isn't able to deliver",
        "no such user",
        "не может быть доставлено",
        "konnte nicht zugestellt",
        "n'a pas pu être",
        "无法投递",
        "无法送达",
        "退回",
        "未能送达",
        "配信できません",
        "送信できません",
        "配送できません",
        "could not be processed",
        "mailbox full",
        "delivery attempt",
    ];
    let text = super::reason::flat(text);
    WORDS.iter().any(|word| text.contains(word))
}

pub(super) fn is_delay_only(text: &str, subject: &str) -> bool {
    let text = super::reason::flat(text);
    (text.contains("will continue")
        || text.contains("will keep trying")
        || text.contains("do not need to resend")
        || text.contains("no action is required"))
        || subject.to_lowercase().starts_with("warning") && text.contains("still trying")
}

/// Whether a line says that the letter which failed follows.
pub(super) fn begins_original(line: &str) -> bool {
    const WORDS: Words = &[
        "original message",
        "original mail",
        "unsent message",
        "copy of the message",
        "copy of your message",
        "message header",
        "returned message",
        "undelivered message",
        "message follows",
        "headers follow",
        "copy of message",
        "below this line",
        "original headers",
        "headers of the original",
        "your message follows",
        "returned mail follows",
        "returned content",
        "text of your message",
        "rejected message",
        "failed message",
        "begin message",
        "message text follows",
        "body of your message",
        "message you sent",
        "header of the original",
        "start of message",
        "original email",
        "received headers",
        "contents of the message",
        "start of returned message",
        "first part of message",
        "message details",
        "-- message",
        "message headers:",
        "your original",
        "the message that you sent",
        "received message",
    ];
    let lower = line.trim().to_lowercase();
    if lower.len() > 120 {
        return false;
    }
    let is_ruled = lower.starts_with("--")
        || lower.starts_with("==")
        || lower.starts_with("**")
        || lower.starts_with("__")
        || lower.ends_with("--")
        || lower.ends_with("==")
        || lower.starts_with("~~");
    let ends_so = lower.ends_with(':')
        || lower.ends_with("follow.")
        || lower.ends_with("follows.")
        || lower.ends_with("follows")
        || lower.ends_with("follow")
        || lower.ends_with("follows:");
    WORDS.iter().any(|word| lower.contains(word))
        && (is_ruled
            || ends_so
                && !lower.contains('@')
                && (lower.contains("follow")
                    || lower.contains("message") && lower.contains("header")
                    || lower.contains("copy of")))
}
