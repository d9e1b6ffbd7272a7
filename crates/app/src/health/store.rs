//! Channels in the database.

use db::{Error, Tx, row, statements};
use jiff::{SignedDuration, Timestamp};
use rules::health::Pulse;
use rules::ids::ChannelId;

row! {
    /// A channel and how it fares.
    #[derive(Clone, Debug)]
    pub struct Channel {
        pub id: ChannelId as int,
        pub code: String,
        pub name: String,
        pub silent_most_s: Option<i64>,
        pub opened_at: Timestamp,
        pub last_success_at: Option<Timestamp>,
        pub last_failure_at: Option<Timestamp>,
        pub failing_since_at: Option<Timestamp>,
        pub failure: Option<String>,
        pub down_since_at: Option<Timestamp>,
        pub downs_count: i64,
    }
}

impl Channel {
    /// What the rule looks at.
    pub fn pulse(&self) -> Pulse {
        Pulse {
            opened_at: self.opened_at,
            last_success_at: self.last_success_at,
            failing_since_at: self.failing_since_at,
            silent_most: self.silent_most_s.map(SignedDuration::from_secs),
        }
    }
}

/// Channels that a house can have.
const CHANNELS_MAX: i64 = 500;

macro_rules! columns {
    () => {
        "id, code, name, silent_most_s, opened_at, last_success_at, last_failure_at, failing_since_at, failure, \
         down_since_at, downs_count"
    };
}

statements! {
    static OPEN: () => Channel = concat!("SELECT ", columns!(), " FROM channel");
    static WELL: (String, String, Timestamp) => () =
        "INSERT INTO channel (code, name, opened_at, last_success_at, downs_count) VALUES (?1, ?2, ?3, ?3, 0) \
         ON CONFLICT (code) DO UPDATE SET name = excluded.name, last_success_at = excluded.last_success_at, \
         failing_since_at = NULL, failure = NULL, closed_at = NULL";
    static ILL: (String, String, Timestamp, String) => () =
        "INSERT INTO channel (code, name, opened_at, last_failure_at, failing_since_at, failure, downs_count) \
         VALUES (?1, ?2, ?3, ?3, ?3, ?4, 0) \
         ON CONFLICT (code) DO UPDATE SET name = excluded.name, last_failure_at = excluded.last_failure_at, \
         failing_since_at = COALESCE(channel.failing_since_at, excluded.failing_since_at), \
         failure = excluded.failure, closed_at = NULL";
    static LIMIT: (String, Option<i64>) => () = "UPDATE channel SET silent_most_s = ?2 WHERE code = ?1";
    static DOWN: (i64, Timestamp) => () =
        "UPDATE channel SET down_since_at = ?2, downs_count = downs_count + 1 WHERE id = ?1";
    static UP: (i64,) => () = "UPDATE channel SET down_since_at = NULL WHERE id = ?1";
    static CLOSE: (String, Timestamp) => () =
        "UPDATE channel SET closed_at = ?2, down_since_at = NULL, failing_since_at = NULL WHERE code = ?1";
    static SEEN: (i64,) => (i64,) =
        "SELECT seq FROM fact WHERE subject_kind = 'channel' AND subject_id = ?1 LIMIT 1";
}

/// The channels in use by name.
pub fn open(tx: &mut Tx) -> Result<Vec<Channel>, Error> {
    tx.list(&db::Query::of(&OPEN).and("closed_at IS NULL", ()).order("name, id").limit(CHANNELS_MAX))
}

/// Says that a channel worked; the first word opens it.
pub fn well(tx: &mut Tx, code: &str, name: &str, now: Timestamp) -> Result<(), Error> {
    tx.run(&WELL, (code, name, now)).map(drop)
}

/// Says that a channel failed; the first word opens it.
pub fn ill(tx: &mut Tx, code: &str, name: &str, failure: &str, now: Timestamp) -> Result<(), Error> {
    tx.run(&ILL, (code, name, now, failure)).map(drop)
}

/// Sets how long a channel may be silent.
pub fn limit_silence(tx: &mut Tx, code: &str, most: Option<SignedDuration>) -> Result<(), Error> {
    tx.run(&LIMIT, (code, most.map(|most| most.as_secs()))).map(drop)
}

/// Notes that a channel is down since a moment.
pub fn down(tx: &mut Tx, id: ChannelId, since: Timestamp) -> Result<(), Error> {
    tx.run(&DOWN, (id.get(), since)).map(drop)
}

/// Notes that a channel is back.
pub fn up(tx: &mut Tx, id: ChannelId) -> Result<(), Error> {
    tx.run(&UP, (id.get(),)).map(drop)
}

/// Takes a channel out of use: nobody waits for it any more.
pub fn close(tx: &mut Tx, code: &str, now: Timestamp) -> Result<(), Error> {
    tx.run(&CLOSE, (code, now)).map(drop)
}

/// Whether the ledger knows the channel.
pub fn is_known(tx: &mut Tx, id: ChannelId) -> Result<bool, Error> {
    Ok(tx.maybe(&SEEN, (id.get(),))?.is_some())
}
