//! Letters out: the mail server that the administrator named, and a message in its thread.

use std::time::{Duration, SystemTime};

use jiff::Timestamp;
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Mailbox, MessageBuilder, MultiPart, SinglePart};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Tls, TlsParameters};
use lettre::{Address, AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use mail::threads::Signer;
use rules::notifications::Failed;
use rules::tickets::number::TicketNumber;
use serde::{Deserialize, Serialize};

use super::compose;
use super::store::Delivery;
use crate::kernel::outside::chain;
use crate::kernel::secret::Secrets;
use crate::messages::sign::OWN_HEADER;

/// The name under which the mail server is set.
pub const SETTING: &str = "mail.out";
/// How long the mail server may take for one step.
const STEP_MOST: Duration = Duration::from_secs(30);
/// How long a whole letter may take.
const LETTER_MOST: Duration = Duration::from_secs(120);

/// How the connection to the mail server is kept secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Security {
    /// TLS from the beginning.
    Tls,
    /// TLS after a greeting in the clear; refused where the server offers none.
    Starttls,
    /// In the clear: to this machine only.
    None,
}

impl Security {
    /// All, the safest first.
    pub const ALL: [Security; 3] = [Security::Tls, Security::Starttls, Security::None];

    /// The stored code.
    pub fn code(self) -> &'static str {
        match self {
            Security::Tls => "tls",
            Security::Starttls => "starttls",
            Security::None => "none",
        }
    }

    /// The key of the word in the locales.
    pub fn label(self) -> &'static str {
        match self {
            Security::Tls => "mail-security-tls",
            Security::Starttls => "mail-security-starttls",
            Security::None => "mail-security-none",
        }
    }

    /// Reads a stored code; none for a code that is not one.
    pub fn parse(code: &str) -> Option<Security> {
        Security::ALL.into_iter().find(|security| security.code() == code)
    }
}

/// The mail server that takes our letters.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailOut {
    pub host: String,
    pub port: u16,
    pub security: Security,
    /// None where the server asks for no name.
    pub user: Option<String>,
    /// The password, sealed.
    pub password: Option<String>,
    /// The address that letters come from.
    pub from: String,
    pub from_name: Option<String>,
    /// Whether answers to a customer's letter come to an address that names the ticket, signed: `service+t.42.x7…@`.
    /// Off where the server delivers no `+` addresses.
    #[serde(default = "yes")]
    pub signed_replies: bool,
}

fn yes() -> bool {
    true
}

impl MailOut {
    /// The part of the sender's address after `@`: what message ids end with.
    pub fn domain(&self) -> &str {
        self.from.rsplit_once('@').map_or("localhost", |(_, domain)| domain)
    }

    /// The transport to this server.
    ///
    /// Errors: in the words of the library, for a host or a secret that cannot be used.
    pub fn transport(&self, secrets: &Secrets) -> Result<AsyncSmtpTransport<Tokio1Executor>, String> {
        let parameters = || TlsParameters::new(self.host.clone()).map_err(|error| error.to_string());
        let tls = match self.security {
            Security::Tls => Tls::Wrapper(parameters()?),
            Security::Starttls => Tls::Required(parameters()?),
            Security::None => Tls::None,
        };
        let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&self.host)
            .port(self.port)
            .tls(tls)
            .timeout(Some(STEP_MOST));
        if let (Some(user), Some(sealed)) = (&self.user, &self.password) {
            let password = secrets
                .open(SETTING, sealed)
                .ok_or("the password was sealed with another secret.key; type it again")?;
            builder = builder.credentials(Credentials::new(user.clone(), password));
        }
        Ok(builder.build())
    }
}

/// A try that failed, with the other side's words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trouble {
    pub failed: Failed,
    pub words: String,
    /// Whether it was the way itself that failed, so that what waits behind it would fail as well.
    pub of_the_way: bool,
}

impl Trouble {
    /// The way itself does not work now.
    pub fn of_the_way(words: impl Into<String>) -> Trouble {
        Trouble { failed: Failed::ForNow, words: words.into(), of_the_way: true }
    }

    /// This message will never be taken.
    pub fn for_good(words: impl Into<String>) -> Trouble {
        Trouble { failed: Failed::ForGood, words: words.into(), of_the_way: false }
    }
}

/// The root of a ticket's thread: no letter has this id, and every letter of the ticket refers to it.
pub fn thread_root(number: TicketNumber, domain: &str) -> String {
    format!("<ticket.{number}@{domain}>")
}

/// Writes a delivery as a letter.
///
/// Errors: an address that is none.
pub fn letter(out: &MailOut, signer: &Signer, delivery: &Delivery) -> Result<Message, String> {
    let mut builder = begun(out, delivery, &delivery.recipient, delivery.recipient_name.as_deref())?;
    if let Some(address) = reply_address(out, signer, delivery) {
        builder = builder.reply_to(mailbox(out.from_name.as_deref(), &address)?);
    }
    for (name, value) in headers(delivery, out, signer) {
        builder = builder.raw_header(HeaderValue::new(HeaderName::new_from_ascii_str(name), value));
    }
    let content = &delivery.content;
    let html = content.html.clone().unwrap_or_else(|| compose::html(&content.text, &delivery.locale));
    let parts = MultiPart::alternative()
        .singlepart(SinglePart::builder().header(ContentType::TEXT_PLAIN).body(content.text.clone()))
        .singlepart(SinglePart::builder().header(ContentType::TEXT_HTML).body(html));
    builder.multipart(parts).map_err(|error| error.to_string())
}

fn mailbox(name: Option<&str>, address: &str) -> Result<Mailbox, String> {
    let address: Address = address.parse().map_err(|error| format!("{address}: {error}"))?;
    Ok(Mailbox::new(name.map(compose::one_line).filter(|name| !name.is_empty()), address))
}

/// A letter's sender, reader, subject, date and id.
///
/// Errors: an address that is none.
pub fn begun(
    out: &MailOut,
    delivery: &Delivery,
    to: &str,
    to_name: Option<&str>,
) -> Result<MessageBuilder, String> {
    Ok(Message::builder()
        .from(mailbox(out.from_name.as_deref(), &out.from)?)
        .to(mailbox(to_name, to)?)
        .subject(compose::one_line(&delivery.subject))
        .date(SystemTime::from(Timestamp::max(delivery.created_at, Timestamp::UNIX_EPOCH)))
        .message_id(Some(delivery.message_id.clone())))
}

/// Where the answer to a customer's letter about a ticket goes. Our own people answer on the page of the ticket.
fn reply_address(out: &MailOut, signer: &Signer, delivery: &Delivery) -> Option<String> {
    let ticket = delivery.ticket_id.filter(|_| delivery.contact_id.is_some() && out.signed_replies)?;
    let address = signer.reply_address(&out.from, &ticket.to_string())?;
    // A local part of more than 64 characters is none (RFC 5321).
    address.rsplit_once('@').is_some_and(|(local, _)| local.len() <= 64).then_some(address)
}

/// The headers by which programs know the letter: that no person wrote it, which ticket it is of, its thread.
fn headers(delivery: &Delivery, out: &MailOut, signer: &Signer) -> Vec<(&'static str, String)> {
    let mut headers = vec![
        ("Auto-Submitted", "auto-generated".to_owned()),
        ("X-Auto-Response-Suppress", "All".to_owned()),
        ("Content-Language", delivery.locale.clone()),
        ("X-Aftercare-Delivery", delivery.id.to_string()),
    ];
    let mut references = delivery.content.references.clone();
    if let Some(ticket) = delivery.ticket_id {
        let number = TicketNumber::of(ticket);
        headers.push((OWN_HEADER, signer.token(&ticket.to_string())));
        references.insert(0, thread_root(number, out.domain()));
    }
    if let Some(last) = references.last() {
        headers.push(("In-Reply-To", last.clone()));
        headers.push(("References", references.join(" ")));
    }
    headers
}

/// Sends one delivery.
///
/// Errors: [`Trouble`], which says whether another try makes sense.
pub async fn send(
    out: &MailOut,
    signer: &Signer,
    transport: &AsyncSmtpTransport<Tokio1Executor>,
    delivery: &Delivery,
) -> Result<(), Trouble> {
    send_letter(transport, letter(out, signer, delivery).map_err(Trouble::for_good)?).await
}

/// Hands a letter to the server.
///
/// Errors: [`Trouble`], which says whether another try makes sense.
pub async fn send_letter(
    transport: &AsyncSmtpTransport<Tokio1Executor>,
    message: Message,
) -> Result<(), Trouble> {
    match tokio::time::timeout(LETTER_MOST, transport.send(message)).await {
        Ok(Ok(_)) => Ok(()),
        Ok(Err(error)) => {
            // A refused password or sender is of the server; a refused address is of the letter.
            let of_the_letter =
                error.is_permanent() && error.status().is_some_and(|code| of_letter(u16::from(code)));
            let words = chain(&error);
            Err(if of_the_letter { Trouble::for_good(words) } else { Trouble::of_the_way(words) })
        }
        Err(_) => Err(Trouble::of_the_way(format!("no answer within {} s", LETTER_MOST.as_secs()))),
    }
}

/// Whether an answer of the server is about this letter and will not change: no such mailbox, not allowed,
/// too large, refused for its content.
fn of_letter(code: u16) -> bool {
    (550..=556).contains(&code)
}
