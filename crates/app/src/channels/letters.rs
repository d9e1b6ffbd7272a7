//! A stored letter, read again: for the duty, for the pages, for its files.

use std::panic::{AssertUnwindSafe, catch_unwind};

use mail::threads::{Candidate, Signer};
use mail::{Attachment, Letter, Limits, gate, html, quotes};
use rules::channels::Writer;
use rules::text::TEXT_MOST_CHARS;
use rules::tickets::number::TicketNumber;
use sha2::{Digest, Sha256};

use crate::App;
use crate::Failure;
use crate::attachments::keep::{self, Arriving};
use crate::attachments::media::plain_name;
use crate::attachments::store::NewAttachment;
use crate::messages::sign::OWN_HEADER;
use crate::messages::store::ReadMessage;

/// Files of one letter that are kept with a ticket; the raw letter has them all.
const FILES_MOST: usize = 100;
/// The longest name of a sender or subject that is kept with a row.
const SHOWN_CHARS: usize = 200;

/// Why a letter cannot be opened.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unopened {
    /// It would cost too much.
    #[error("{0}")]
    TooMuch(#[from] mail::TooMuch),
    /// Reading it broke; a defect of ours that must not stop other letters.
    #[error("reading the letter broke: {0}")]
    Broke(String),
}

/// A letter that was read, with everything that the decision asks.
#[derive(Clone, Debug)]
pub struct Opened {
    pub letter: Letter,
    pub writer: Writer,
    pub read: ReadMessage,
    pub candidates: Vec<Candidate>,
    /// What the writer wrote now, without what is quoted.
    pub new_text: String,
    /// What the notice says, where a letter of ours came back or is late.
    pub bounce: Option<gate::Bounce>,
}

/// Reads the stored bytes of a letter.
///
/// Errors: [`Failure::Error`] where the file is gone.
pub async fn raw(app: &App, sha256: &str) -> Result<Vec<u8>, Failure> {
    let place = keep::place(&app.config.data, sha256);
    tokio::fs::read(&place).await.map_err(|error| Failure::broke(format!("the letter {sha256}: {error}")))
}

/// Opens a letter on a thread of its own, since a large one takes a while.
///
/// Errors: [`Unopened`].
pub async fn open(bytes: Vec<u8>, signer: Signer) -> Result<Opened, Unopened> {
    let task = tokio::task::spawn_blocking(move || {
        catch_unwind(AssertUnwindSafe(|| read(&bytes, &signer)))
            .unwrap_or_else(|_| Err(Unopened::Broke("a panic".to_owned())))
    });
    task.await.unwrap_or_else(|error| Err(Unopened::Broke(error.to_string())))
}

fn read(bytes: &[u8], signer: &Signer) -> Result<Opened, Unopened> {
    let letter = Letter::parse(bytes, &Limits::default())?;
    let sender = gate::sender(&letter, None);
    let (writer, bounce) = match &sender {
        gate::Sender::Person if is_ours(&letter, signer) => (Writer::Machine, None),
        gate::Sender::Person => (Writer::Person, None),
        // What is only late is still on its way.
        gate::Sender::Bounce(bounce) if bounce.is_delay => (Writer::Machine, Some(bounce.clone())),
        gate::Sender::Bounce(bounce) => (Writer::Bounce, Some(bounce.clone())),
        gate::Sender::FeedbackReport | gate::Sender::AutoReply | gate::Sender::Bulk | gate::Sender::Loop => {
            (Writer::Machine, None)
        }
    };
    let mut candidates =
        mail::threads::candidates(&letter, signer, OWN_HEADER, |word| TicketNumber::parse(word).is_ok());
    if let Some(id) = bounce.as_ref().and_then(|bounce| bounce.message_id.as_ref()) {
        if let Some(ticket) = signer.of_message_id(id) {
            candidates.insert(0, Candidate::Header(ticket));
        }
        candidates.push(Candidate::Reference(id.clone()));
    }
    let from = letter.writer();
    let text = letter.text();
    let has_plain = letter.bodies.iter().any(|body| !body.is_html && !body.text.trim().is_empty());
    let new = match letter.html().filter(|_| !has_plain) {
        Some(page) => html::to_text(&quotes::fold_html(&page).new_html),
        None => quotes::fold(&text).joined(|kind| kind != quotes::Kind::Quote),
    };
    // A letter that only quotes is shown whole: what is quoted is what it says.
    let new_text = if new.trim().is_empty() { text.trim().to_owned() } else { new };
    let read = ReadMessage {
        sender_name: cut(&from.name),
        sender: cut(&from.address),
        subject: cut(&letter.subject),
        message_id: letter.message_id.clone().map(|id| id.chars().take(998).collect()),
        content_key: Some(content_key(&letter)),
        sent_at: letter.date,
    };
    Ok(Opened { writer, candidates, new_text, bounce, read, letter })
}

/// A letter with our own mark that no bounce brought has come round: a forwarding leads back to us.
fn is_ours(letter: &Letter, signer: &Signer) -> bool {
    letter.headers.all(OWN_HEADER).iter().any(|value| signer.verify(value.trim()).is_some())
}

/// What a notice of failure says, in its own words.
pub fn bounce_words(bounce: &gate::Bounce) -> String {
    let lines = bounce.failures.iter().take(20).map(|failure| {
        let code =
            failure.status.clone().or(failure.reply_code.map(|code| code.to_string())).unwrap_or_default();
        format!("{} {code} {}", failure.address, failure.diagnosis.chars().take(300).collect::<String>())
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// The same for the same letter, by whatever way it came: hosts on the way add fields, and never touch these.
fn content_key(letter: &Letter) -> String {
    let mut hasher = Sha256::new();
    let mut add = |part: &str| {
        hasher.update((part.len() as u64).to_le_bytes());
        hasher.update(part.as_bytes());
    };
    add(letter.message_id.as_deref().unwrap_or_default());
    add(&letter.writer().address);
    add(&letter.subject);
    add(&letter.headers.text("date").unwrap_or_default());
    for body in &letter.bodies {
        add(&body.text);
    }
    for attachment in &letter.attachments {
        add(&attachment.name);
        add(&hex(&Sha256::digest(&attachment.bytes)));
    }
    hex(&hasher.finalize())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn cut(text: &str) -> String {
    let line: String = text.chars().filter(|c| !c.is_control()).take(SHOWN_CHARS).collect();
    line.trim().to_owned()
}

/// A text as a note or a description takes it; the raw letter has the rest.
pub fn bounded(text: &str) -> String {
    text.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')).take(TEXT_MOST_CHARS - 1).collect()
}

/// The files that belong with a ticket: all but the fields that machines write for machines.
pub fn files(letter: &Letter) -> impl Iterator<Item = &Attachment> {
    letter
        .attachments
        .iter()
        .filter(|file| file.kind != mail::Kind::Report && !file.bytes.is_empty())
        .take(FILES_MOST)
}

/// Puts the files of a letter on the disk.
///
/// Errors: [`Failure::DiskFull`], [`Failure::Error`].
pub async fn store_files(app: &App, letter: &Letter) -> Result<Vec<NewAttachment>, Failure> {
    store_all(app, files(letter)).await
}

/// The same for those that can be a fax.
///
/// Errors: [`Failure::DiskFull`], [`Failure::Error`].
pub async fn store_faxes(app: &App, letter: &Letter) -> Result<Vec<NewAttachment>, Failure> {
    store_all(app, files(letter).filter(|file| fax::Kind::of(&file.bytes).is_some())).await
}

async fn store_all(
    app: &App,
    files: impl Iterator<Item = &Attachment>,
) -> Result<Vec<NewAttachment>, Failure> {
    let mut stored = Vec::new();
    for file in files {
        let mut arriving = Arriving::begin(&app.config.data, app.config.attachment_limit_bytes).await?;
        arriving.write(&file.bytes).await?;
        let kept = arriving.finish().await?;
        stored.push(NewAttachment {
            sha256: kept.sha256,
            bytes: i64::try_from(kept.bytes).map_err(Failure::broke)?,
            media_type: kept.media_type,
            file_name: plain_name(&file.name),
        });
    }
    Ok(stored)
}

/// The letter as text, for a page: the new text, and what is folded.
pub fn folded(letter: &Letter) -> quotes::Folded {
    quotes::fold(&letter.text())
}

/// The HTML of a letter, cleaned; none where it has none. Pictures of the letter lead to its parts.
pub fn page(
    letter: &Letter,
    with_remote_images: bool,
    part: &dyn Fn(usize) -> String,
) -> Option<mail::clean::Clean> {
    let page = letter.html()?;
    Some(mail::clean::clean(&page, with_remote_images, &|id| {
        let place = letter.attachments.iter().position(|file| {
            file.content_id.as_deref().is_some_and(|known| known.eq_ignore_ascii_case(id))
        })?;
        Some(part(place))
    }))
}
