//! Reads every mailbox: one task for each, and one that looks after them.

use std::collections::BTreeMap;
use std::time::Duration;

use db::Dialect;
use jiff::SignedDuration;
use mail::Letter;
use rules::channels::{Direction, Fate};
use rules::ids::MessageId;
use rules::mailboxes::{TRIES_MOST, go_on, wait_after};
use rules::tickets::Channel;
use tokio::task::JoinHandle;

use super::imap::{Address, Folder, MARKED_MOST, PIECE_BYTES, Step, Trouble};
use super::store::{self, Mailbox};
use crate::attachments::keep::{Arriving, Kept};
use crate::channels::{duty, intake};
use crate::kernel::actor::By;
use crate::messages::store::{self as messages, NewMessage, Origin};
use crate::notifications::mail::Security;
use crate::{App, Failure, health};

/// For which use the password of a mailbox is sealed.
pub const PURPOSE: &str = "mailbox";
/// How long a mailbox is one process's beyond its last sign of life.
const LEASE: SignedDuration = SignedDuration::from_mins(2);
/// How long one waits for a letter before the next sign of life.
const ROUND: Duration = Duration::from_secs(60);
/// How often it is looked whether there are other mailboxes: another process may have changed them.
const LOOK_AGAIN: Duration = Duration::from_secs(15);
/// How long a mailbox may be silent before that is an alarm (C7.7).
const SILENT_MOST: SignedDuration = SignedDuration::from_mins(10);

/// Why reading ended.
#[derive(Debug)]
enum Ended {
    /// The server, or the way there.
    There(Trouble),
    /// Our own house: database or disk.
    Here(Failure),
    /// It is another process's, or paused.
    NotOurs,
}

impl From<Trouble> for Ended {
    fn from(trouble: Trouble) -> Ended {
        Ended::There(trouble)
    }
}

impl From<Failure> for Ended {
    fn from(failure: Failure) -> Ended {
        Ended::Here(failure)
    }
}

/// Who reads a mailbox in its version; dropped, it reads no more.
struct Reader {
    version: i64,
    task: JoinHandle<()>,
}

impl Drop for Reader {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// The name under which this process reads. On SQLite there is no other, so one that comes after a crash need not
/// wait for the end of the lease.
fn name(app: &App) -> String {
    match app.database.dialect() {
        Dialect::Sqlite => "only".to_owned(),
        Dialect::Postgres => format!("{:016x}", rand::random::<u64>()),
    }
}

/// Reads every mailbox that is not paused until the application closes.
pub async fn run(app: App) {
    let reader = name(&app);
    let mut running: BTreeMap<i64, Reader> = BTreeMap::new();
    loop {
        match app.read(|tx| Ok(store::all(tx)?)).await {
            Ok(rows) => {
                let wanted: BTreeMap<i64, i64> = rows
                    .iter()
                    .filter(|row| row.paused_at.is_none())
                    .map(|row| (row.id, row.version))
                    .collect();
                // One that was changed begins anew; what it was doing is made up for.
                running.retain(|id, reader| {
                    wanted.get(id) == Some(&reader.version) && !reader.task.is_finished()
                });
                for (id, version) in wanted {
                    running.entry(id).or_insert_with(|| Reader {
                        version,
                        task: tokio::spawn(attend(app.clone(), id, reader.clone())),
                    });
                }
            }
            Err(failure) => tracing::error!(error = %failure, "the mailboxes cannot be listed"),
        }
        tokio::select! {
            () = app.closed() => break,
            () = app.mailboxes.notified() => {}
            () = tokio::time::sleep(LOOK_AGAIN) => {}
        }
    }
    for id in std::mem::take(&mut running).into_keys() {
        let reader = reader.clone();
        let _ = app.touch(move |tx| Ok(store::let_go(tx, id, &reader)?)).await;
    }
}

/// Reads one mailbox, again and again, ever more slowly while it fails.
async fn attend(app: App, id: i64, reader: String) {
    let mut failures = 0;
    loop {
        let ended = match read(&app, id, &reader, &mut failures).await {
            Ok(()) | Err(Ended::NotOurs) => return,
            Err(ended) => ended,
        };
        failures += 1;
        let words = match ended {
            Ended::There(trouble) => trouble.words,
            Ended::Here(failure) => failure.to_string(),
            Ended::NotOurs => return,
        };
        tracing::warn!(mailbox = id, failures, error = words, "a mailbox cannot be read");
        if let Err(failure) = tell(&app, id, Some(words)).await {
            tracing::error!(mailbox = id, error = %failure, "the health of a mailbox cannot be told");
        }
        let wait = Duration::try_from(wait_after(failures)).unwrap_or(ROUND);
        tokio::select! {
            () = app.closed() => return,
            () = tokio::time::sleep(wait) => {}
        }
    }
}

/// Says how a mailbox fares.
async fn tell(app: &App, id: i64, ill: Option<String>) -> Result<(), Failure> {
    let now = app.clock.now();
    app.touch(move |tx| {
        let Some(row) = store::find(tx, id)?.filter(|row| row.paused_at.is_none()) else { return Ok(()) };
        let code = row.channel();
        match ill {
            Some(words) => health::store::ill(tx, &code, &row.name, &words, now)?,
            None => {
                health::store::well(tx, &code, &row.name, now)?;
                store::read(tx, id, now)?;
            }
        }
        Ok(health::store::limit_silence(tx, &code, Some(SILENT_MOST))?)
    })
    .await?;
    app.wake.notify_one();
    Ok(())
}

/// The address of a mailbox, its password opened.
///
/// Errors: in words, where it was sealed with another key or its security is none that we know.
pub fn address(app: &App, row: &Mailbox) -> Result<Address, Failure> {
    let password = app.secrets()?.open(PURPOSE, &row.password);
    Ok(Address {
        host: row.host.clone(),
        port: u16::try_from(row.port).map_err(Failure::broke)?,
        security: Security::parse(&row.security).ok_or_else(|| Failure::broke("unknown security"))?,
        user: row.user_name.clone(),
        password: password.ok_or_else(|| {
            Failure::broke("the password was sealed with another secret.key; type it again")
        })?,
        folder: row.folder.clone(),
    })
}

async fn claim(app: &App, id: i64, reader: &str) -> Result<Mailbox, Ended> {
    let (now, reader) = (app.clock.now(), reader.to_owned());
    let claimed = app.touch(move |tx| Ok(store::claim(tx, id, &reader, now, LEASE)?)).await?;
    claimed.ok_or(Ended::NotOurs)
}

/// Opens the folder and takes what comes, until something fails or the application closes.
async fn read(app: &App, id: i64, reader: &str, failures: &mut u32) -> Result<(), Ended> {
    let row = claim(app, id, reader).await?;
    let mut folder = Folder::open(&address(app, &row)?).await?;
    let place = go_on(row.place(), row.read_at, row.from_start, folder.uid_validity, folder.uid_next);
    if place != row.place() {
        app.touch(move |tx| Ok(store::opened(tx, id, &place)?)).await?;
    }
    loop {
        // What came is taken first: a letter that cannot be marked or moved must not hold up the others.
        take_all(app, &mut folder, id, reader).await?;
        settle(app, &mut folder, &claim(app, id, reader).await?).await?;
        tell(app, id, None).await?;
        *failures = 0;
        if folder.can_idle {
            folder = folder.wait(ROUND, app.closed()).await?;
        } else {
            tokio::select! {
                () = app.closed() => {}
                () = tokio::time::sleep(ROUND) => {}
            }
            folder.noop().await?;
        }
        if app.is_closed() {
            folder.close().await;
            return Ok(());
        }
    }
}

/// Takes every letter that lies there and was not taken.
async fn take_all(app: &App, folder: &mut Folder, id: i64, reader: &str) -> Result<(), Ended> {
    let mut row = claim(app, id, reader).await?;
    let uids = folder.behind(row.taken_uid, row.place().since_on).await?;
    for batch in uids.chunks(usize::try_from(MARKED_MOST).unwrap_or(1)) {
        for uid in batch {
            take(app, folder, &row, *uid).await?;
        }
        row = claim(app, id, reader).await?;
    }
    Ok(())
}

/// How a letter was fetched.
enum Fetched {
    Whole(Box<Arriving>),
    /// It stays where it is.
    Left {
        why: String,
        bytes: u64,
    },
    Gone,
}

/// Takes one letter. One that cannot be fetched ends the conversation, and after some tries is left where it lies.
async fn take(app: &App, folder: &mut Folder, row: &Mailbox, uid: i64) -> Result<(), Ended> {
    let id = row.id;
    let fetched = if row.stuck_uid == uid && row.stuck_tries >= TRIES_MOST {
        Fetched::Left { why: "the server does not hand it out".to_owned(), bytes: 0 }
    } else {
        match fetch(app, folder, uid).await {
            Err(ended @ Ended::There(_)) => {
                app.touch(move |tx| Ok(store::stuck(tx, id, uid)?)).await?;
                return Err(ended);
            }
            fetched => fetched?,
        }
    };
    match fetched {
        Fetched::Gone => {
            let validity = folder.uid_validity;
            app.touch(move |tx| Ok(store::taken(tx, id, validity, uid)?)).await?;
        }
        Fetched::Whole(arriving) => {
            let kept = arriving.finish().await?;
            keep(app, row, folder.uid_validity, uid, kept, None).await?;
        }
        Fetched::Left { why, bytes } => {
            // Of what is left there, the head is kept, so that a person sees what it is.
            let head = if bytes == 0 { None } else { folder.head(uid).await? };
            let mut arriving = intake::begin(app).await?;
            arriving.write(&head.unwrap_or_default()).await?;
            let kept = arriving.finish().await?;
            keep(app, row, folder.uid_validity, uid, kept, Some((why, bytes))).await?;
        }
    }
    Ok(())
}

/// Fetches a letter, piece by piece, so that its size costs no memory.
async fn fetch(app: &App, folder: &mut Folder, uid: i64) -> Result<Fetched, Ended> {
    let mut arriving = intake::begin(app).await?;
    let (mut bytes, mut said) = (0, None);
    loop {
        let Some(piece) = folder.piece(uid, bytes).await? else { return Ok(Fetched::Gone) };
        bytes += piece.bytes.len() as u64;
        said = said.or(piece.whole);
        let least = bytes.max(said.unwrap_or(0));
        if least > intake::LETTER_LIMIT_BYTES {
            return Ok(Fetched::Left { why: format!("it is too large: {least} bytes"), bytes: least });
        }
        arriving.write(&piece.bytes).await?;
        // Some servers say a wrong size, so the end is where a piece is short.
        if piece.bytes.len() < PIECE_BYTES {
            break;
        }
    }
    if bytes == 0 && said.is_some_and(|said| said > 0) {
        let words = "the server hands out nothing of the letter".to_owned();
        return Err(Ended::There(Trouble { step: Step::Talk, words }));
    }
    Ok(Fetched::Whole(Box::new(arriving)))
}

/// Notes a letter and that it was taken, at once; whoever read it before has noted it.
async fn keep(
    app: &App,
    row: &Mailbox,
    uid_validity: i64,
    uid: i64,
    kept: Kept,
    left: Option<(String, u64)>,
) -> Result<(), Failure> {
    let head = match &left {
        Some(_) => {
            let raw = crate::channels::letters::raw(app, &kept.sha256).await?;
            Letter::parse_headers(&raw)
        }
        None => Letter::parse_headers(b""),
    };
    let cut = |text: &str| text.chars().filter(|c| !c.is_control()).take(200).collect::<String>();
    let writer = head.writer();
    let new = NewMessage {
        direction: Direction::In,
        channel: Channel::Mail,
        fate: Fate::Kept,
        sha256: kept.sha256,
        bytes: i64::try_from(kept.bytes).map_err(Failure::broke)?,
        mailbox: row.address().to_owned(),
        sender_name: cut(&writer.name),
        sender: cut(&writer.address),
        subject: cut(&head.subject),
    };
    let missing = left.as_ref().map(|(_, bytes)| bytes.saturating_sub(kept.bytes).max(1));
    let origin = Origin {
        mailbox: row.id,
        uid_validity,
        uid,
        missing_bytes: missing.map(i64::try_from).transpose().map_err(Failure::broke)?,
    };
    let id = row.id;
    app.change(By::System("mail"), move |change| {
        let added: Option<MessageId> = messages::add_from_mailbox(change.tx, &new, &origin, change.now)?;
        store::taken(change.tx, id, uid_validity, uid)?;
        if let (Some(message), Some((why, _))) = (added, &left) {
            duty::aside(change, message, &format!("{why}; it lies in the mailbox"))?;
        }
        Ok(())
    })
    .await?;
    app.wake.notify_one();
    Ok(())
}

/// Marks or moves what is stored and was not marked, also what a reader that died left behind.
async fn settle(app: &App, folder: &mut Folder, row: &Mailbox) -> Result<(), Ended> {
    let (id, validity) = (row.id, folder.uid_validity);
    let (mut from, to) = (row.settled_uid, row.taken_uid);
    while from < to {
        let uids = app.read(move |tx| Ok(store::unsettled(tx, id, validity, from, MARKED_MOST)?)).await?;
        from = if uids.len() as i64 == MARKED_MOST { *uids.last().unwrap_or(&to) } else { to };
        if !uids.is_empty() {
            folder.settle(&uids, row.moved_to.as_deref()).await?;
        }
        app.touch(move |tx| Ok(store::settled(tx, id, validity, from)?)).await?;
    }
    Ok(())
}
