//! Mailboxes in the database.

use db::{Error, Tx, row, statements};
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use rules::mailboxes::Place;

row! {
    /// A mailbox and how far it was read.
    #[derive(Clone, Debug)]
    pub struct Mailbox {
        pub id: i64,
        pub name: String,
        pub host: String,
        pub port: i64,
        pub security: String,
        pub user_name: String,
        /// Sealed.
        pub password: String,
        pub folder: String,
        pub moved_to: Option<String>,
        pub from_start: bool,
        pub version: i64,
        pub created_at: Timestamp,
        pub paused_at: Option<Timestamp>,
        pub read_at: Option<Timestamp>,
        pub uid_validity: Option<i64>,
        pub since_on: Option<String>,
        pub taken_uid: i64,
        pub settled_uid: i64,
        pub stuck_uid: i64,
        pub stuck_tries: i64,
    }
}

impl Mailbox {
    /// How far it was read.
    pub fn place(&self) -> Place {
        Place {
            uid_validity: self.uid_validity,
            taken_uid: self.taken_uid,
            settled_uid: self.settled_uid,
            since_on: self.since_on.as_ref().and_then(|day| day.parse::<Date>().ok()),
        }
    }

    /// Under which code its health is known.
    pub fn channel(&self) -> String {
        channel(self.id)
    }

    /// Which of our addresses its letters came to.
    pub fn address(&self) -> &str {
        if self.user_name.contains('@') { &self.user_name } else { &self.name }
    }
}

/// Under which code the health of a mailbox is known.
pub fn channel(id: i64) -> String {
    format!("mailbox:{id}")
}

/// Mailboxes that a house can have.
pub const MAILBOXES_MAX: i64 = 100;

macro_rules! columns {
    () => {
        "id, name, host, port, security, user_name, password, folder, moved_to, from_start, version, created_at, \
         paused_at, read_at, uid_validity, since_on, taken_uid, settled_uid, stuck_uid, stuck_tries"
    };
}

statements! {
    static ALL: (i64,) => Mailbox = concat!("SELECT ", columns!(), " FROM mailbox ORDER BY name, id LIMIT ?1");
    static FIND: (i64,) => Mailbox = concat!("SELECT ", columns!(), " FROM mailbox WHERE id = ?1");
    static ADD: (String, String, i64, String, String, String, String, Option<String>, bool, Timestamp) => (i64,) =
        "INSERT INTO mailbox (name, host, port, security, user_name, password, folder, moved_to, from_start, version, \
         created_at, taken_uid, settled_uid, stuck_uid, stuck_tries, read_until) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, 1, ?10, 0, 0, 0, 0, 0) RETURNING id";
    static SAVE: (i64, String, String, i64, String, String, String, String, Option<String>, bool) => () =
        "UPDATE mailbox SET name = ?2, host = ?3, port = ?4, security = ?5, user_name = ?6, password = ?7, \
         folder = ?8, moved_to = ?9, from_start = ?10, version = version + 1 WHERE id = ?1";
    static BEGIN_ANEW: (i64,) => () =
        "UPDATE mailbox SET uid_validity = NULL, since_on = NULL, read_at = NULL, taken_uid = 0, settled_uid = 0, \
         stuck_uid = 0, stuck_tries = 0 WHERE id = ?1";
    static PAUSE: (i64, Option<Timestamp>) => () =
        "UPDATE mailbox SET paused_at = ?2, version = version + 1 WHERE id = ?1";
    static CLAIM: (i64, Option<String>, Timestamp, Timestamp) => Mailbox =
        concat!("UPDATE mailbox SET reader = ?2, read_until = ?4 \
         WHERE id = ?1 AND paused_at IS NULL AND (reader = ?2 OR read_until <= ?3) RETURNING ", columns!());
    static LET_GO: (i64, Option<String>) => () =
        "UPDATE mailbox SET reader = NULL, read_until = 0 WHERE id = ?1 AND reader = ?2";
    static OPENED: (i64, Option<i64>, i64, i64, Option<String>) => () =
        "UPDATE mailbox SET uid_validity = ?2, taken_uid = ?3, settled_uid = ?4, since_on = ?5, stuck_uid = 0, \
         stuck_tries = 0 WHERE id = ?1";
    static TAKEN: (i64, Option<i64>, i64) => () =
        "UPDATE mailbox SET taken_uid = ?3, stuck_uid = 0, stuck_tries = 0 \
         WHERE id = ?1 AND uid_validity = ?2 AND taken_uid < ?3";
    static STUCK: (i64, i64) => (i64,) =
        "UPDATE mailbox SET stuck_tries = CASE WHEN stuck_uid = ?2 THEN stuck_tries + 1 ELSE 1 END, stuck_uid = ?2 \
         WHERE id = ?1 RETURNING stuck_tries";
    static SETTLED: (i64, Option<i64>, i64) => () =
        "UPDATE mailbox SET settled_uid = ?3 WHERE id = ?1 AND uid_validity = ?2 AND settled_uid < ?3";
    static READ: (i64, Timestamp) => () = "UPDATE mailbox SET read_at = ?2 WHERE id = ?1";
    static UNSETTLED: (Option<i64>, Option<i64>, i64, i64) => (Option<i64>,) =
        "SELECT uid FROM message WHERE mailbox_id = ?1 AND uid_validity = ?2 AND uid > ?3 \
         AND missing_bytes IS NULL ORDER BY uid LIMIT ?4";
}

/// All mailboxes by name.
pub fn all(tx: &mut Tx) -> Result<Vec<Mailbox>, Error> {
    tx.all(&ALL, (MAILBOXES_MAX,))
}

/// A mailbox by id.
pub fn find(tx: &mut Tx, id: i64) -> Result<Option<Mailbox>, Error> {
    tx.maybe(&FIND, (id,))
}

/// A mailbox as its form says it; the password is sealed.
#[derive(Clone, Debug)]
pub struct Typed {
    pub name: String,
    pub host: String,
    pub port: u16,
    pub security: String,
    pub user_name: String,
    pub password: String,
    pub folder: String,
    pub moved_to: Option<String>,
    pub from_start: bool,
}

/// Adds a mailbox.
///
/// Errors: [`Error::UniqueViolation`] on `mailbox.name`.
pub fn add(tx: &mut Tx, new: &Typed, now: Timestamp) -> Result<i64, Error> {
    let values = (
        new.name.as_str(),
        new.host.as_str(),
        i64::from(new.port),
        new.security.as_str(),
        new.user_name.as_str(),
        new.password.as_str(),
        new.folder.as_str(),
        new.moved_to.as_deref(),
        new.from_start,
        now,
    );
    Ok(tx.one(&ADD, values)?.0)
}

/// Saves a mailbox; how far it was read stays.
///
/// Errors: [`Error::UniqueViolation`] on `mailbox.name`.
pub fn save(tx: &mut Tx, id: i64, new: &Typed) -> Result<(), Error> {
    let values = (
        id,
        new.name.as_str(),
        new.host.as_str(),
        i64::from(new.port),
        new.security.as_str(),
        new.user_name.as_str(),
        new.password.as_str(),
        new.folder.as_str(),
        new.moved_to.as_deref(),
        new.from_start,
    );
    tx.run(&SAVE, values).map(drop)
}

/// Forgets how far a mailbox was read: it is another one now.
pub fn begin_anew(tx: &mut Tx, id: i64) -> Result<(), Error> {
    tx.run(&BEGIN_ANEW, (id,)).map(drop)
}

/// Stops a mailbox, or lets it go on with none.
pub fn pause(tx: &mut Tx, id: i64, paused_at: Option<Timestamp>) -> Result<(), Error> {
    tx.run(&PAUSE, (id, paused_at)).map(drop)
}

/// Makes a mailbox one reader's for the time of `lease`, or longer; none where it is another's, or paused.
pub fn claim(
    tx: &mut Tx,
    id: i64,
    reader: &str,
    now: Timestamp,
    lease: SignedDuration,
) -> Result<Option<Mailbox>, Error> {
    tx.maybe(&CLAIM, (id, Some(reader), now, now + lease))
}

/// Gives a mailbox back, so that another reader need not wait.
pub fn let_go(tx: &mut Tx, id: i64, reader: &str) -> Result<(), Error> {
    tx.run(&LET_GO, (id, Some(reader))).map(drop)
}

/// Notes where reading begins in a numbering.
pub fn opened(tx: &mut Tx, id: i64, place: &Place) -> Result<(), Error> {
    let since_on = place.since_on.map(|day| day.to_string());
    tx.run(&OPENED, (id, place.uid_validity, place.taken_uid, place.settled_uid, since_on)).map(drop)
}

/// Notes that everything up to a letter is stored.
pub fn taken(tx: &mut Tx, id: i64, uid_validity: i64, uid: i64) -> Result<(), Error> {
    tx.run(&TAKEN, (id, Some(uid_validity), uid)).map(drop)
}

/// Notes that a letter could not be fetched. Returns how often that was so.
pub fn stuck(tx: &mut Tx, id: i64, uid: i64) -> Result<i64, Error> {
    Ok(tx.maybe(&STUCK, (id, uid))?.map_or(0, |(tries,)| tries))
}

/// Notes that everything up to a letter is marked or moved.
pub fn settled(tx: &mut Tx, id: i64, uid_validity: i64, uid: i64) -> Result<(), Error> {
    tx.run(&SETTLED, (id, Some(uid_validity), uid)).map(drop)
}

/// Notes that a mailbox was read to its end.
pub fn read(tx: &mut Tx, id: i64, now: Timestamp) -> Result<(), Error> {
    tx.run(&READ, (id, now)).map(drop)
}

/// Letters behind `settled` that are stored whole and still to be marked or moved.
pub fn unsettled(
    tx: &mut Tx,
    id: i64,
    uid_validity: i64,
    settled: i64,
    limit: i64,
) -> Result<Vec<i64>, Error> {
    let rows = tx.all(&UNSETTLED, (Some(id), Some(uid_validity), settled, limit))?;
    Ok(rows.into_iter().filter_map(|(uid,)| uid).collect())
}
