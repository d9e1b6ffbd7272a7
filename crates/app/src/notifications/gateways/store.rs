//! Gateways in the database.

use db::{Error, Tx, row, statements};
use jiff::Timestamp;
use rules::ids::TeamId;
use rules::notifications::{GatewayKind, Way};
use serde::{Deserialize, Serialize};

row! {
    /// A place outside to which notices go.
    #[derive(Clone, Debug)]
    pub struct Gateway {
        pub id: i64,
        pub kind: GatewayKind as text,
        pub name: String,
        pub address: String,
        /// Sealed.
        pub secret: Option<String>,
        /// The secret before, sealed; it signs beside the new one until `old_until_at`.
        pub old_secret: Option<String>,
        pub old_until_at: Option<Timestamp>,
        pub team_id: Option<TeamId> as maybe_int,
        /// What it is told of: names of facts for a webhook, codes of notices for a chat group.
        pub events: String,
        pub request: Request as json,
        pub version: i64,
        pub created_at: Timestamp,
        pub paused_at: Option<Timestamp>,
    }
}

/// How a gateway for short messages is asked; the others have a way of their own.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Request {
    /// `POST`, `PUT` or `GET`.
    pub method: String,
    /// One header in each line, `Name: value`.
    pub headers: String,
    /// The body, in which `{to}` and `{text}` are put.
    pub body: String,
    /// What the answer must contain; a status of 2xx is enough where this is empty.
    pub success: String,
}

impl Gateway {
    /// Whether it wants to hear of something.
    pub fn hears(&self, event: &str) -> bool {
        self.events.split_whitespace().any(|each| each == event || each == "*")
    }
}

/// Gateways that a house can have.
pub const GATEWAYS_MAX: i64 = 200;

macro_rules! columns {
    () => {
        "id, kind, name, address, secret, old_secret, old_until_at, team_id, events, request, version, \
         created_at, paused_at"
    };
}

statements! {
    static ALL: (i64,) => Gateway = concat!("SELECT ", columns!(), " FROM gateway ORDER BY name, id LIMIT ?1");
    static FIND: (i64,) => Gateway = concat!("SELECT ", columns!(), " FROM gateway WHERE id = ?1");
    static ADD: (String, String, String, Option<String>, Option<i64>, String, String, Timestamp) => (i64,) =
        "INSERT INTO gateway (kind, name, address, secret, team_id, events, request, version, created_at) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 1, ?8) RETURNING id";
    static SAVE: (i64, String, String, Option<String>, Option<i64>, String, String) => () =
        "UPDATE gateway SET name = ?2, address = ?3, secret = ?4, team_id = ?5, events = ?6, request = ?7, \
         version = version + 1 WHERE id = ?1";
    static ROTATE: (i64, String, Option<String>, Timestamp) => () =
        "UPDATE gateway SET secret = ?2, old_secret = ?3, old_until_at = ?4, version = version + 1 WHERE id = ?1";
    static PAUSE: (i64, Option<Timestamp>) => () =
        "UPDATE gateway SET paused_at = ?2, version = version + 1 WHERE id = ?1";
    static TEAM_IS: (i64, i64) => (i64,) =
        "SELECT account_id FROM team_member WHERE team_id = ?1 AND account_id = ?2";
}

/// All gateways by name.
pub fn all(tx: &mut Tx) -> Result<Vec<Gateway>, Error> {
    tx.all(&ALL, (GATEWAYS_MAX,))
}

/// A gateway by id.
pub fn find(tx: &mut Tx, id: i64) -> Result<Option<Gateway>, Error> {
    tx.maybe(&FIND, (id,))
}

/// A gateway as its form says it.
#[derive(Clone, Debug)]
pub struct Typed {
    pub kind: GatewayKind,
    pub name: String,
    pub address: String,
    pub secret: Option<String>,
    pub team: Option<TeamId>,
    pub events: String,
    pub request: Request,
}

fn json(request: &Request) -> String {
    serde_json::to_string(request).expect("a request is plain data")
}

/// Adds a gateway.
///
/// Errors: [`Error::UniqueViolation`] on `gateway.name`.
pub fn add(tx: &mut Tx, new: &Typed, now: Timestamp) -> Result<i64, Error> {
    let Typed { kind, name, address, secret, team, events, request } = new;
    let team = team.map(i64::from);
    let values = (
        kind.code(),
        name.as_str(),
        address.as_str(),
        secret.clone(),
        team,
        events.as_str(),
        json(request),
        now,
    );
    Ok(tx.one(&ADD, values)?.0)
}

/// Saves a gateway; its kind stays.
///
/// Errors: [`Error::UniqueViolation`] on `gateway.name`.
pub fn save(tx: &mut Tx, id: i64, new: &Typed) -> Result<(), Error> {
    let Typed { name, address, secret, team, events, request, .. } = new;
    let team = team.map(i64::from);
    let values = (id, name.as_str(), address.as_str(), secret.clone(), team, events.as_str(), json(request));
    tx.run(&SAVE, values).map(drop)
}

/// Puts a new secret in place; the old one counts until `until_at`.
pub fn rotate(tx: &mut Tx, id: i64, new: &str, old: Option<&str>, until_at: Timestamp) -> Result<(), Error> {
    tx.run(&ROTATE, (id, new, old.map(str::to_owned), until_at)).map(drop)
}

/// Stops a gateway, or lets it go on with none.
pub fn pause(tx: &mut Tx, id: i64, paused_at: Option<Timestamp>) -> Result<(), Error> {
    tx.run(&PAUSE, (id, paused_at)).map(drop)
}

/// The gateway that leads to a person by a way: that of their team first, then one that serves all.
pub fn for_person(
    tx: &mut Tx,
    gateways: &[Gateway],
    way: Way,
    person: rules::ids::UserId,
) -> Result<Option<i64>, Error> {
    let fits = |gateway: &&Gateway| gateway.kind.way() == way && gateway.paused_at.is_none();
    for gateway in gateways.iter().filter(fits) {
        if let Some(team) = gateway.team_id
            && tx.maybe(&TEAM_IS, (team.get(), person.get()))?.is_some()
        {
            return Ok(Some(gateway.id));
        }
    }
    Ok(gateways.iter().filter(fits).find(|gateway| gateway.team_id.is_none()).map(|gateway| gateway.id))
}
