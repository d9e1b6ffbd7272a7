//! What failed, said by the machine that gave up: by the standard (RFC 3464) or in its own words.

use super::has_empty_return_path;
use super::notice;
use super::reason::{self, Reason};
use crate::address::read_list;
use crate::header::Headers;
use crate::letter::{Kind, Letter, read_ids};
use crate::mime::Limits;

/// A notice that a letter did not arrive.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Bounce {
    pub failures: Vec<Failure>,
    /// The id of the letter that failed, where the notice brings it back.
    pub message_id: Option<String>,
    /// The subject of that letter.
    pub subject: Option<String>,
    /// Only late so far; it is tried again.
    pub is_delay: bool,
}

/// One address that a letter did not reach.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// Empty where the notice names none.
    pub address: String,
    /// The enhanced status (RFC 3463), as `5.1.1`; none where the notice has none.
    pub status: Option<String>,
    /// The reply of SMTP, as 550.
    pub reply_code: Option<u16>,
    pub reason: Reason,
    /// The address or its host is no more; nothing should be sent to it again.
    pub is_dead: bool,
    /// What the notice says, in its own words.
    pub diagnosis: String,
}

impl Failure {
    /// Takes what a wider reading of the notice knows better.
    fn mended_by(self, whole: Option<Failure>) -> Failure {
        match whole {
            Some(whole) if self.reason == Reason::Unknown => whole,
            Some(whole) => Failure {
                status: self.status.or(whole.status),
                reply_code: self.reply_code.or(whole.reply_code),
                ..self
            },
            None => self,
        }
    }
}

/// How much of a notice's text is looked at.
const TEXT_BYTES: usize = 64 * 1024;
/// How many failed addresses of one notice are listed.
const FAILURES: usize = 100;
/// How much of what the notice says is kept with a failure.
const DIAGNOSIS_CHARS: usize = 1_000;

/// Reads a notice of failure; none where the letter is none.
pub(super) fn read(letter: &Letter) -> Option<Bounce> {
    read_at(letter, true)
}

/// A notice may come round inside another that says nothing itself; one level is looked into.
fn read_at(letter: &Letter, may_open: bool) -> Option<Bounce> {
    let mut report = Report::gather(letter);
    if report.points(letter) < 3 || !report.is_by_machine(letter) {
        return None;
    }
    let mut bounce = Bounce {
        message_id: report.original.text("message-id").and_then(|id| read_ids(&id).into_iter().next()),
        subject: report.original.text("subject"),
        ..Bounce::default()
    };
    report.own = letter.to.iter().chain(&letter.from).map(|a| a.address.to_lowercase()).collect();
    let fields = report.status_fields();
    bounce.is_delay = !fields.is_empty() && fields.iter().all(|f| f.action.starts_with("delay"))
        || fields.is_empty() && notice::is_delay_only(&report.text, &letter.subject);
    if !fields.is_empty()
        && fields.iter().all(|f| matches!(f.action.as_str(), "delivered" | "relayed" | "expanded"))
    {
        // A receipt: it did arrive.
        return None;
    }
    let spoken = report.spoken_failures();
    let mut failures: Vec<Failure> = Vec::new();
    for field in fields.iter().filter(|f| !matches!(f.action.as_str(), "delivered" | "relayed" | "expanded"))
    {
        let said = spoken.iter().find(|(address, _)| field.names(address)).map(|(_, text)| text.as_str());
        let said = match said {
            Some(said) => said.to_string(),
            None if fields.len() == 1 => report.text.clone(),
            None => String::new(),
        };
        let failure = judge(&field.address, Some(field), &said);
        let is_poor = failure.reason == Reason::Unknown || failure.reply_code.is_none();
        let whole = (fields.len() == 1 && is_poor).then(|| judge(&field.address, Some(field), &report.text));
        failures.push(failure.mended_by(whole));
    }
    if failures.is_empty() {
        for (address, text) in &spoken {
            let failure = judge(address, None, text);
            // What is said once for all may stand before the first address.
            let is_poor =
                failure.reason == Reason::Unknown || failure.status.is_none() && failure.reply_code.is_none();
            let whole = (spoken.len() == 1 && is_poor).then(|| judge(address, None, &report.text));
            failures.push(failure.mended_by(whole));
        }
    }
    if failures.is_empty() && may_open {
        let inner = letter.attachments.iter().filter(|a| a.kind == Kind::Letter).find_map(|attachment| {
            let inner = Letter::parse(&attachment.bytes, &Limits::default()).ok()?;
            read_at(&inner, false)
        });
        if inner.is_some() {
            return inner;
        }
    }
    if failures.is_empty() {
        let address = report.original.raw("to").map(read_list).and_then(|l| l.into_iter().next());
        failures.push(judge(&address.map(|a| a.address).unwrap_or_default(), None, &report.text));
    }
    failures.truncate(FAILURES);
    bounce.failures = failures;
    Some(bounce)
}

fn judge(address: &str, field: Option<&StatusField>, said: &str) -> Failure {
    let diagnostic = field.map(|f| f.diagnostic.as_str()).unwrap_or_default();
    let in_diagnostic = reason::codes(diagnostic);
    let in_text = reason::codes(said);
    let field_status = field.and_then(|f| reason::codes(&f.status).status);
    let is_exact = |status: &String| !status.ends_with(".0.0");
    let status = in_diagnostic
        .status
        .clone()
        .filter(is_exact)
        .or_else(|| field_status.clone().filter(is_exact))
        .or_else(|| in_text.status.clone().filter(is_exact))
        .or(in_diagnostic.status)
        .or(field_status)
        .or(in_text.status);
    let reply_code =
        in_diagnostic.reply.or_else(|| field.and_then(|f| reason::codes(&f.status).reply)).or(in_text.reply);
    let reason = reason::find(diagnostic, said, status.as_deref(), reply_code);
    let told = if diagnostic.trim().is_empty() { said } else { diagnostic };
    Failure {
        address: address.to_string(),
        is_dead: reason.is_dead(),
        status,
        reply_code,
        reason,
        diagnosis: told
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ")
            .chars()
            .take(DIAGNOSIS_CHARS)
            .collect(),
    }
}

#[derive(Default)]
struct Report {
    /// What the machine says, without the letter that it brings back.
    text: String,
    status: String,
    original: Headers,
    has_original: bool,
    has_status: bool,
    failed_header: Vec<String>,
    own: Vec<String>,
}

/// One group of fields about one address.
#[derive(Debug, Default)]
struct StatusField {
    address: String,
    original: String,
    action: String,
    status: String,
    diagnostic: String,
}

impl StatusField {
    fn names(&self, address: &str) -> bool {
        self.address.eq_ignore_ascii_case(address) || self.original.eq_ignore_ascii_case(address)
    }
}

impl Report {
    fn gather(letter: &Letter) -> Report {
        let mut report = Report::default();
        let mut text = String::new();
        for body in letter.bodies.iter().filter(|body| !body.is_html) {
            push_bounded(&mut text, &body.text);
        }
        if text.trim().is_empty() {
            push_bounded(&mut text, &letter.text());
        }
        for attachment in &letter.attachments {
            match (attachment.kind, attachment.media_type.as_str()) {
                (Kind::Report, "text/rfc822-headers") | (Kind::Letter, _) => {
                    report.take_original(Headers::read(&attachment.bytes).0);
                }
                (Kind::Report, _) => {
                    report.has_status = true;
                    push_bounded(&mut report.status, &String::from_utf8_lossy(&attachment.bytes));
                }
                (Kind::File, "text/plain" | "text/html") => {
                    push_bounded(&mut text, &crate::charset::decode(&attachment.bytes, None));
                }
                (Kind::File | Kind::Inline | Kind::Calendar, _) => {}
            }
        }
        let text = text.replace("\r\n", "\n");
        let (said, rest) = cut_original(&text);
        report.text = said.to_string();
        if let Some(rest) = rest {
            report.take_original(Headers::read(rest.trim_start().as_bytes()).0);
        }
        for value in letter.headers.all("x-failed-recipients") {
            report.failed_header.extend(read_list(value.as_bytes()).into_iter().map(|a| a.address));
        }
        report
    }

    fn take_original(&mut self, headers: Headers) {
        self.has_original = true;
        if self.original.0.is_empty() {
            self.original = headers;
        }
    }

    /// People write of failed letters too, and send notices on; then the letter itself is theirs.
    fn is_by_machine(&self, letter: &Letter) -> bool {
        self.has_status && letter.report_type == "delivery-status"
            || !self.failed_header.is_empty()
            || is_daemon(letter)
            || has_empty_return_path(letter)
            || letter.headers.text("auto-submitted").is_some_and(|value| value.to_lowercase() != "no")
    }

    /// How much speaks for a notice of failure.
    fn points(&self, letter: &Letter) -> u32 {
        let mut points = 0;
        let status = self.status.to_lowercase();
        if self.has_status
            && (status.contains("final-recipient")
                || status.contains("original-recipient")
                || status.contains("action:"))
        {
            points += 3;
        }
        if letter.report_type == "delivery-status" {
            points += 2;
        }
        if !self.failed_header.is_empty() || letter.headers.raw("x-failed-recipients").is_some() {
            points += 3;
        }
        if is_daemon(letter) {
            points += 1;
        }
        if has_empty_return_path(letter) {
            points += 1;
        }
        if notice::is_failure_subject(&letter.subject) {
            points += 1;
        }
        if notice::says_failure(&self.text) {
            points += 1;
        }
        if self.has_original && self.original.raw("message-id").is_some()
            || self.original.raw("from").is_some()
        {
            points += 1;
        }
        if notice::says_failure(&self.text) && reason::codes(&self.text).reply.is_some() {
            points += 1;
        }
        let answers =
            letter.headers.text("auto-submitted").is_some_and(|v| v.to_lowercase().contains("replied"));
        if points == 2 && answers && notice::says_failure(&self.text) {
            points += 1;
        }
        points
    }

    /// The groups of a delivery status, in its own part or written into the text.
    fn status_fields(&self) -> Vec<StatusField> {
        let mut out: Vec<StatusField> = Vec::new();
        for source in [self.status.as_str(), self.text.as_str()] {
            if !source.to_lowercase().contains("-recipient:") {
                continue;
            }
            let unfolded = unfold(source);
            for group in unfolded.split("\n\n") {
                let mut field = StatusField::default();
                for line in group.lines() {
                    let Some((name, value)) = line.trim_start().split_once(':') else { continue };
                    let value = value.trim();
                    match name.trim().to_lowercase().as_str() {
                        "final-recipient" => field.address = address_of(value),
                        "original-recipient" => field.original = address_of(value),
                        "x-actual-recipient" if field.address.is_empty() => field.address = address_of(value),
                        "action" => {
                            field.action = value.split([' ', '(']).next().unwrap_or_default().to_lowercase()
                        }
                        "status" => field.status = value.to_string(),
                        "diagnostic-code" | "x-display-name" if field.diagnostic.is_empty() => {
                            field.diagnostic = strip_kind(value).to_string();
                        }
                        "diagnostic-code" => {
                            field.diagnostic.push(' ');
                            field.diagnostic.push_str(strip_kind(value));
                        }
                        _ => {}
                    }
                }
                if field.address.is_empty() {
                    field.address = field.original.clone();
                }
                let is_known = out.iter().any(|f| !f.address.is_empty() && f.address == field.address);
                if (!field.address.is_empty() || !field.diagnostic.is_empty())
                    && !is_known
                    && out.len() < FAILURES
                {
                    out.push(field);
                }
            }
            if !out.is_empty() {
                break;
            }
        }
        out
    }

    /// The failed addresses that the text names, each with what is said of it: each line belongs to the address
    /// that was named last.
    fn spoken_failures(&self) -> Vec<(String, String)> {
        let mut found: Vec<(String, String)> = Vec::new();
        let mut current: Option<usize> = None;
        let listed: Vec<String> = self.failed_header.iter().map(|a| a.to_lowercase()).collect();
        for line in self.text.split_inclusive('\n') {
            let named = if speaks_of_sender(line) { Vec::new() } else { addresses_in(line) };
            for address in named {
                let low = address.to_lowercase();
                if !listed.contains(&low)
                    && (!listed.is_empty() || self.own.contains(&low) || is_office(&low))
                {
                    continue;
                }
                current =
                    found.iter().position(|(known, _)| known.eq_ignore_ascii_case(&address)).or_else(|| {
                        (found.len() < FAILURES).then(|| {
                            found.push((address, String::new()));
                            found.len() - 1
                        })
                    });
            }
            if let Some(current) = current {
                found[current].1.push_str(line);
            }
        }
        for address in &self.failed_header {
            if !found.iter().any(|(known, _)| known.eq_ignore_ascii_case(address)) && found.len() < FAILURES {
                let said = if found.is_empty() { self.text.clone() } else { String::new() };
                found.push((address.clone(), said));
            }
        }
        found
    }
}

/// A line whose addresses are no failed ones.
fn speaks_of_sender(line: &str) -> bool {
    let lower = line.trim_start().to_lowercase();
    ["from:", "to:", ">>> mail from", "mail from", "reply-to", "from ", "received:", "message-id", "sender:"]
        .iter()
        .any(|beginning| lower.starts_with(beginning))
        || ["contact", "further assistance", "mailto:", "generated from", "expanded from", "envelope-from"]
            .iter()
            .any(|word| lower.contains(word))
            && !lower.contains("rcpt")
}

fn push_bounded(out: &mut String, text: &str) {
    let room = TEXT_BYTES.saturating_sub(out.len());
    let mut end = text.len().min(room);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    out.push_str(&text[..end]);
    if !out.ends_with('\n') {
        out.push('\n');
    }
}

fn unfold(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for line in text.lines() {
        if line.starts_with([' ', '\t'])
            && !line.trim().is_empty()
            && !out.ends_with("\n\n")
            && out.ends_with('\n')
            && !looks_like_field(line)
        {
            out.pop();
            out.push(' ');
            out.push_str(line.trim());
        } else {
            out.push_str(line.trim_end());
        }
        out.push('\n');
    }
    out
}

fn looks_like_field(line: &str) -> bool {
    let lower = line.trim_start().to_lowercase();
    ["final-recipient:", "original-recipient:", "action:", "status:", "diagnostic-code:"]
        .iter()
        .any(|name| lower.starts_with(name))
}

/// `smtp; 550 …` without what stands before the semicolon.
fn strip_kind(value: &str) -> &str {
    match value.split_once(';') {
        Some((kind, rest)) if kind.len() < 16 && !kind.contains(' ') => rest.trim(),
        Some(_) | None => value,
    }
}

fn address_of(value: &str) -> String {
    let value = strip_kind(value).trim();
    let inner = match (value.find('<'), value.rfind('>')) {
        (Some(open), Some(close)) if open < close => &value[open + 1..close],
        _ => value,
    };
    inner.trim().trim_matches(['"', '\'']).to_string()
}

fn is_office(address: &str) -> bool {
    let local = address.split('@').next().unwrap_or_default();
    ["postmaster", "mailer-daemon", "abuse", "helpdesk", "noreply", "no-reply", "support"].contains(&local)
}

fn is_daemon(letter: &Letter) -> bool {
    let writer = letter.from.first().cloned().unwrap_or_default();
    let text = format!("{} {}", writer.name, writer.address).to_lowercase();
    [
        "mailer-daemon",
        "mailerdaemon",
        "postmaster",
        "post_master",
        "mail-daemon",
        "mail delivery",
        "mail deliver",
        "maildelivery",
        "delivery subsystem",
        "mail administrator",
        "mail system",
        "system administrator",
        "microsoft outlook",
        "bounce",
        "postoffice",
        "mail router",
        "mail_daemon",
        "mail gateway",
        "mdaemon",
        "delivery system",
        "系统退信",
        "mailsystem",
        "nondelivery",
    ]
    .iter()
    .any(|word| text.contains(word))
        || letter
            .headers
            .raw("from")
            .is_some_and(|raw| raw.trim_ascii() == b"<>" || raw.trim_ascii_end().ends_with(b"<>"))
}

/// Addresses in running text: a local part, `@`, a host with a dot or nothing that could go on.
fn addresses_in(line: &str) -> Vec<String> {
    let mut out = Vec::new();
    let is_local = |c: char| c.is_alphanumeric() || "!#$%&'*+-/=?^_`{|}~.\"".contains(c);
    let is_host = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '.';
    for (at, _) in line.match_indices('@').take(20) {
        let local: String = {
            let mut taken: Vec<char> =
                line[..at].chars().rev().take(64).take_while(|c| is_local(*c)).collect();
            taken.reverse();
            taken.into_iter().collect()
        };
        let host: String = line[at + 1..].chars().take(255).take_while(|c| is_host(*c)).collect();
        let host = host.trim_end_matches(['.', '-']);
        let local = local.trim_start_matches(['.', '\'', '"', '=', '`', '/', '*']);
        if local.is_empty() || host.is_empty() || !host.chars().any(|c| c.is_ascii_alphabetic()) {
            continue;
        }
        // `<20100101.123@host>` behind a message id is none.
        let before = line[..at - local.len().min(at)].to_lowercase();
        if before.contains("message-id") || before.ends_with("id=<") {
            continue;
        }
        out.push(format!("{local}@{host}"));
    }
    out
}

/// Cuts what the machine says from the letter that it brings back.
fn cut_original(text: &str) -> (&str, Option<&str>) {
    let mut at = 0;
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    for (number, line) in lines.iter().enumerate() {
        if notice::begins_original(line) {
            return (&text[..at], Some(&text[at + line.len()..]));
        }
        // Headers that begin without a word of warning.
        let trimmed = line.trim_start_matches(['>', '|', ' ']);
        let is_header = |l: &str| {
            let lower = l.trim_start_matches(['>', '|', ' ', '\t']).to_lowercase();
            ["received: from", "received: by", "return-path: <", "from: ", "message-id: <", "date: "]
                .iter()
                .any(|h| lower.starts_with(h))
        };
        let lower = trimmed.to_lowercase();
        let starts = lower.starts_with("received: ") || lower.starts_with("return-path: <");
        if starts && number > 0 && lines.iter().skip(number + 1).take(12).any(|l| is_header(l)) {
            return (&text[..at], Some(&text[at..]));
        }
        at += line.len();
    }
    (text, None)
}
