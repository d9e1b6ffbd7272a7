//! Keeping a letter: its bytes on the disk, then its row; only then may the sender forget it.

use jiff::Timestamp;
use rules::channels::{Direction, Fate};
use rules::ids::MessageId;
use rules::tickets::Channel;

use crate::App;
use crate::Failure;
use crate::attachments::keep::{Arriving, Kept};
use crate::messages::store::{self, NewMessage};

/// The largest letter that is taken. Units: bytes.
pub const LETTER_LIMIT_BYTES: u64 = 64 << 20;
/// The longest address that is kept with a letter; the raw letter has the rest.
const ADDRESS_CHARS: usize = 320;

/// Begins to take a letter.
///
/// Errors: [`Failure::DiskFull`], [`Failure::Error`].
pub async fn begin(app: &App) -> Result<Arriving, Failure> {
    // One byte more than is taken, so that the reader learns of a letter that is too long.
    Arriving::begin(&app.config.data, LETTER_LIMIT_BYTES + 1).await
}

/// Notes a letter whose bytes are on the disk for good. It is stored when this returns.
///
/// Errors: [`Failure::Unavailable`] and [`Failure::DiskFull`] of the database.
pub async fn keep(app: &App, kept: Kept, from: &str, mailbox: &str) -> Result<MessageId, Failure> {
    let cut = |text: &str| text.chars().take(ADDRESS_CHARS).collect::<String>();
    let new = NewMessage {
        direction: Direction::In,
        channel: Channel::Mail,
        fate: Fate::Kept,
        sha256: kept.sha256,
        bytes: i64::try_from(kept.bytes).map_err(Failure::broke)?,
        mailbox: cut(mailbox),
        sender_name: String::new(),
        sender: cut(from),
        subject: String::new(),
    };
    let now: Timestamp = app.clock.now();
    let id = app.touch(move |tx| Ok(store::add(tx, &new, now)?)).await?;
    app.wake.notify_one();
    Ok(id)
}
