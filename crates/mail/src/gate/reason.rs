//! Why a letter did not arrive, from codes and from words.
//!
//! Words are asked first, since hosts use codes loosely; then the enhanced status (RFC 3463), then the reply.

use super::phrases::{PHRASES, Words};

/// Why a letter did not arrive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Reason {
    NoSuchAddress,
    /// The host is not known, or takes no mail at all.
    NoSuchHost,
    Moved,
    MailboxFull,
    /// The account is there and locked.
    Suspended,
    TooLarge,
    /// The host does not trust the sending host or address: reputation, missing names, signatures, relaying.
    SenderRefused,
    /// Spam, a virus, a forbidden kind of file.
    ContentRefused,
    /// The reader's own filter.
    RecipientRefused,
    TooFast,
    /// Tried for long enough, or not reached at all.
    Unreachable,
    /// Something is broken on the way.
    Trouble,
    Unknown,
}

impl Reason {
    /// Nothing should be sent to the address again.
    pub fn is_dead(self) -> bool {
        matches!(self, Reason::NoSuchAddress | Reason::NoSuchHost | Reason::Moved)
    }
}

/// The codes that stand in a text.
#[derive(Debug, Default)]
pub(super) struct Codes {
    pub reply: Option<u16>,
    pub status: Option<String>,
}

/// Finds the first reply code and the most telling enhanced status.
pub(super) fn codes(text: &str) -> Codes {
    let bytes = text.as_bytes();
    let mut found = Codes::default();
    let mut weak_status: Option<String> = None;
    let mut index = 0;
    while index < bytes.len() {
        if !bytes[index].is_ascii_digit() {
            index += 1;
            continue;
        }
        let start = index;
        while index < bytes.len() && (bytes[index].is_ascii_digit() || bytes[index] == b'.') {
            index += 1;
        }
        let run = text[start..index].trim_end_matches('.');
        let before = if start == 0 { b' ' } else { bytes[start - 1] };
        let after = bytes.get(start + run.len()).copied().unwrap_or(b' ');
        if !before.is_ascii_whitespace() && !b";:(<[\"'#->,=".contains(&before) {
            continue;
        }
        if is_status(run) && !matches!(after, b'-' | b'_' | b'/') || is_status(run) && before == b'#' {
            if run.ends_with(".0.0")
                || run.ends_with(".0") && run.len() == 5 && weak_status.is_none() && run.ends_with(".0.0")
            {
                weak_status.get_or_insert_with(|| run.to_string());
            } else if found.status.is_none() {
                found.status = Some(run.to_string());
            }
        } else if found.reply.is_none()
            && run.len() == 3
            && matches!(bytes[start], b'4' | b'5')
            && matches!(bytes[start + 1], b'0'..=b'5' | b'7' | b'9')
            && !matches!(before, b'=' | b'<' | b',' | b'-')
            && (after.is_ascii_whitespace()
                || matches!(after, b'-' | b',' | b':' | b'.' | b'_' | b')' | b'>' | b'/' | b'"' | b'\'')
                || start + 3 == bytes.len())
            && !is_measure(&text[start + 3..])
        {
            found.reply = run.parse().ok();
        }
    }
    found.status = found.status.or(weak_status);
    found
}

/// `550 bytes`, `421 seconds`: no reply.
fn is_measure(rest: &str) -> bool {
    let word: String = rest.trim_start().chars().take_while(|c| c.is_ascii_alphabetic()).collect();
    matches!(
        word.to_lowercase().as_str(),
        "bytes" | "kb" | "mb" | "second" | "seconds" | "minutes" | "hours" | "days" | "octets"
    )
}

fn is_status(run: &str) -> bool {
    let mut parts = run.split('.');
    let (Some(class), Some(subject), Some(detail), None) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return false;
    };
    matches!(class, "4" | "5")
        && subject.len() == 1
        && (1..=3).contains(&detail.len())
        && matches!(subject.as_bytes()[0], b'0'..=b'7')
}

/// Finds the reason: a code that leaves no doubt, then what the remote host said, then what the notice says
/// around it, then codes that hosts use loosely.
pub(super) fn find(diagnostic: &str, said: &str, status: Option<&str>, reply: Option<u16>) -> Reason {
    // Exchange Online says so of an address that its directory does not hold.
    if flat(if diagnostic.is_empty() { said } else { diagnostic })
        .contains("recipient address rejected: access denied")
    {
        return Reason::NoSuchAddress;
    }
    let whole = flat(if diagnostic.len() > 30 { diagnostic } else { said });
    let found = found_in(&essence(diagnostic), &essence(said), status, reply);
    // What is refused before any reader was named is the sender.
    let is_early =
        ["after mail from", "in reply to mail from", "did not like our mail from", "unknown sender"]
            .iter()
            .any(|phrase| whole.contains(phrase));
    match found {
        Reason::NoSuchAddress | Reason::NoSuchHost | Reason::Unknown | Reason::RecipientRefused
            if is_early =>
        {
            Reason::SenderRefused
        }
        found => found,
    }
}

fn found_in(diagnostic: &str, said: &str, status: Option<&str>, reply: Option<u16>) -> Reason {
    by_plain_status(status)
        .or_else(|| by_words(diagnostic))
        .or_else(|| if diagnostic.len() > 30 { by_status(status) } else { None })
        .or_else(|| by_words(said))
        .or_else(|| by_status(status))
        .or_else(|| by_weak_words(diagnostic))
        .or_else(|| by_weak_words(said))
        .unwrap_or(match reply {
            Some(552) => Reason::MailboxFull,
            Some(421 | 450 | 451) => Reason::Unreachable,
            Some(_) | None => Reason::Unknown,
        })
}

pub(super) fn flat(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

/// What is told, in lower case, without addresses, links and the phrases that mail programs put around it.
fn essence(text: &str) -> String {
    const AROUND: Words = &[
        "recipient address rejected:",
        "sorry, ",
        "after mail from",
        "after rcpt to",
        "in reply to mail from",
        "in reply to rcpt to",
        "in reply to end of data",
        "did not like our rcpt to",
        "did not like our mail from",
        "does not like recipient",
        "mail delivery system",
        "mail delivery software",
        "this is a permanent error",
        "mail system at host",
        "for further assistance, please send mail to",
        "smtp error from remote mail server",
        "the mail system",
        ">>> mail from",
        ">>> rcpt to",
        "content-type",
        "mime-version",
    ];
    let mut out = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        let is_address = word.contains('@') && word.contains('.');
        if let Some((_, link)) = word.split_once("://") {
            // Of a link only its host may tell something: a list of blocked senders.
            out.push_str(&link.split(['/', '>', '?']).next().unwrap_or_default().to_lowercase());
            out.push(' ');
            continue;
        }
        if is_address {
            // What hangs on an address tells nothing, unless a word follows it without a blank.
            if let Some((_, rest)) = word.rsplit_once(">...") {
                out.push_str(&rest.to_lowercase());
            }
            out.push(' ');
            continue;
        }
        out.push_str(&word.to_lowercase());
        out.push(' ');
    }
    for phrase in AROUND {
        if out.contains(phrase) {
            out = out.replace(phrase, " ");
        }
    }
    flat(&out)
}

/// Codes that mean one thing wherever they are used.
fn by_plain_status(status: Option<&str>) -> Option<Reason> {
    let (_, rest) = status?.split_once('.')?;
    Some(match rest {
        "1.6" => Reason::Moved,
        "2.2" => Reason::MailboxFull,
        "3.4" => Reason::TooLarge,
        "7.13" => Reason::Suspended,
        "6.9" | "6.7" | "6.8" => Reason::ContentRefused,
        "7.20" | "7.21" | "7.22" | "7.23" | "7.24" | "7.25" | "7.26" | "7.27" => Reason::SenderRefused,
        _ => return None,
    })
}

fn by_status(status: Option<&str>) -> Option<Reason> {
    let status = status?;
    let (class, rest) = status.split_once('.')?;
    Some(match rest {
        "1.1" | "1.0" | "1.3" => Reason::NoSuchAddress,
        "1.2" | "1.10" => Reason::NoSuchHost,
        "1.6" => Reason::Moved,
        "2.1" if class == "5" => Reason::RecipientRefused,
        "2.1" => Reason::Suspended,
        "2.2" => Reason::MailboxFull,
        "2.3" | "3.4" => Reason::TooLarge,
        "1.7" | "1.8" | "7.1" | "7.20" | "7.21" | "7.22" | "7.23" | "7.24" | "7.25" | "7.26" | "7.27"
        | "7.7" | "7.8" | "7.9" => Reason::SenderRefused,
        "4.4" if class == "5" => Reason::Unreachable,
        "4.1" | "4.2" | "4.4" | "4.5" | "4.7" => Reason::Unreachable,
        "4.6" => Reason::Unreachable,
        "4.3" | "3.0" | "3.1" | "3.2" | "3.5" | "2.4" => Reason::Trouble,
        "6.0" | "6.1" | "6.2" | "6.3" | "6.5" => Reason::ContentRefused,
        _ => return None,
    })
}

fn by_words(text: &str) -> Option<Reason> {
    PHRASES
        .iter()
        .find(|(_, phrases)| phrases.iter().any(|phrase| text.contains(phrase)))
        .map(|(reason, _)| *reason)
}

fn by_weak_words(text: &str) -> Option<Reason> {
    const WEAK: &[(Reason, Words)] = &[
        (Reason::NoSuchAddress, &["invalid", "unknown"]),
        (Reason::SenderRefused, &["rejected", "refused", "denied", "blocked"]),
        (Reason::Unreachable, &["deferred", "warning"]),
    ];
    WEAK.iter()
        .find(|(_, phrases)| phrases.iter().any(|phrase| text.contains(phrase)))
        .map(|(reason, _)| *reason)
}
