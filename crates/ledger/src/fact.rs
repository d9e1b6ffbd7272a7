//! Facts: only ever added, read by subject.

use crate::ahead;
use db::{Error, Tx, row, statements};
use jiff::Timestamp;
use promise::{About, Data, Fact, Name};
use sha2::{Digest, Sha256};
use std::borrow::Cow;
use std::fmt;

/// Whose story a fact belongs to, and whose obligations it moves: a noun and an id, as `ticket 104217`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Subject {
    pub kind: Cow<'static, str>,
    pub id: i64,
}

impl Subject {
    /// Makes a subject of its noun and id.
    pub fn new(kind: impl Into<Cow<'static, str>>, id: i64) -> Subject {
        Subject { kind: kind.into(), id }
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.kind, self.id)
    }
}

/// What is known of persons beside a fact: erasable, and proven by a salted hash only.
pub type Personal = serde_json::Map<String, serde_json::Value>;

/// A fact that is about to be recorded.
#[derive(Debug, Clone)]
pub struct NewFact {
    pub subject: Subject,
    pub name: Name,
    /// When it happened.
    pub at: Timestamp,
    /// When we learnt of it.
    pub learned_at: Timestamp,
    /// Who said so, as `user:3`.
    pub by: String,
    pub about: About,
    pub data: Data,
    pub personal: Option<Personal>,
}

impl NewFact {
    /// A fact that is learnt of as it happens, about its subject alone, without details.
    pub fn new(subject: Subject, name: &str, at: Timestamp) -> NewFact {
        let about = About::new().with(&subject.kind, subject.id);
        NewFact {
            subject,
            name: Name::new(name),
            at,
            learned_at: at,
            by: String::new(),
            about,
            data: Data::new(),
            personal: None,
        }
    }
}

row! {
    /// A fact as it is stored, word for word.
    #[derive(Debug, Clone, PartialEq)]
    pub struct StoredFact {
        pub seq: i64,
        pub subject_kind: String,
        pub subject_id: i64,
        pub name: String,
        pub happened_at: Timestamp,
        pub learned_at: Timestamp,
        pub said_by: String,
        pub about: String,
        pub data: String,
        pub personal_hash: Option<Vec<u8>>,
        pub leaf: Option<i64>,
    }
}

impl StoredFact {
    /// The fact as the engine reads it. Errors: [`Error::Corrupt`].
    pub fn to_fact(&self) -> Result<Fact, Error> {
        let corrupt = |error: serde_json::Error| Error::Corrupt(format!("fact {}: {error}", self.seq));
        Ok(Fact {
            seq: self.seq as u64,
            name: Name::new(&self.name),
            at: self.happened_at,
            learned_at: self.learned_at,
            by: self.said_by.clone(),
            about: serde_json::from_str(&self.about).map_err(corrupt)?,
            data: serde_json::from_str(&self.data).map_err(corrupt)?,
        })
    }

    /// The subject it belongs to.
    pub fn subject(&self) -> Subject {
        Subject::new(self.subject_kind.clone(), self.subject_id)
    }
}

type NewRow = (
    String,
    i64,
    String,
    Timestamp,
    Timestamp,
    String,
    String,
    String,
    Option<String>,
    Option<Vec<u8>>,
    Option<Vec<u8>>,
);

statements! {
    static ADD: NewRow => (i64,) =
        "INSERT INTO fact (subject_kind, subject_id, name, happened_at, learned_at, said_by, about, data,
            personal, personal_salt, personal_hash)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11) RETURNING seq";
    static OF_SUBJECT: (String, i64) => StoredFact =
        "SELECT seq, subject_kind, subject_id, name, happened_at, learned_at, said_by, about, data,
            personal_hash, leaf
         FROM fact WHERE subject_kind = ?1 AND subject_id = ?2 ORDER BY seq";
    static OF_SUBJECT_BEFORE: (String, i64, i64) => StoredFact =
        "SELECT seq, subject_kind, subject_id, name, happened_at, learned_at, said_by, about, data,
            personal_hash, leaf
         FROM fact WHERE subject_kind = ?1 AND subject_id = ?2 AND seq < ?3 ORDER BY seq";
    static PERSONAL: (i64,) => (Option<String>,) = "SELECT personal FROM fact WHERE seq = ?1";
    static ERASE: (i64,) => () = "UPDATE fact SET personal = NULL, personal_salt = NULL WHERE seq = ?1";
}

/// Units: bytes of salt, enough that a short personal text cannot be guessed from its hash.
const SALT_BYTES: usize = 16;

/// Adds facts in the order given. Returns them as the engine reads them, with their sequence numbers.
///
/// Units: instants are cut to the microsecond.
pub fn append(tx: &mut Tx, facts: Vec<NewFact>) -> Result<Vec<Fact>, Error> {
    append_of(tx, facts, Ok)
}

/// Adds what tells of facts, in the order given, as [`append`] does. Many are made and written out [`ahead`].
///
/// Errors: those of `fact`, and [`Error`] of the database; nothing of what was added then stays.
pub fn append_of<T: Send, E: From<Error> + Send>(
    tx: &mut Tx,
    things: Vec<T>,
    fact: impl Fn(T) -> Result<NewFact, E> + Send,
) -> Result<Vec<Fact>, E> {
    let write = move |thing| Ok::<_, E>(Written::of(fact(thing)?)?);
    ahead(things, write, |written| written.map(|written| Ok(written?.add(tx)?)).collect())
}

/// A fact, and its texts.
struct Written {
    new: NewFact,
    about: String,
    data: String,
    personal: Option<String>,
    salt: Option<[u8; SALT_BYTES]>,
    hash: Option<[u8; 32]>,
}

impl Written {
    fn of(new: NewFact) -> Result<Written, Error> {
        let text = |json: Result<String, serde_json::Error>| {
            json.map_err(|error| Error::Corrupt(format!("{} cannot be written: {error}", new.name)))
        };
        let about = text(serde_json::to_string(&new.about))?;
        let data = text(serde_json::to_string(&new.data))?;
        let personal = new.personal.as_ref().filter(|personal| !personal.is_empty());
        let personal = personal.map(|personal| text(serde_json::to_string(personal))).transpose()?;
        let salt = personal.as_ref().map(|_| rand::random::<[u8; SALT_BYTES]>());
        let hash = personal.as_ref().zip(salt.as_ref()).map(|(text, salt)| personal_hash(salt, text));
        Ok(Written { new, about, data, personal, salt, hash })
    }

    fn add(self, tx: &mut Tx) -> Result<Fact, Error> {
        let Written { new, about, data, personal, salt, hash } = self;
        let row = (
            &*new.subject.kind,
            new.subject.id,
            new.name.as_str(),
            new.at,
            new.learned_at,
            &new.by,
            about,
            data,
            personal,
            salt,
            hash,
        );
        let (seq,) = tx.one(&ADD, row)?;
        Ok(Fact {
            seq: seq as u64,
            name: new.name,
            at: promise::fact::to_microsecond(new.at),
            learned_at: promise::fact::to_microsecond(new.learned_at),
            by: new.by,
            about: new.about,
            data: new.data,
        })
    }
}

/// What stands in the leaf for the personal part of a fact.
pub(crate) fn personal_hash(salt: &[u8], personal: &str) -> [u8; 32] {
    Sha256::new().chain_update(salt).chain_update(personal.as_bytes()).finalize().into()
}

/// All facts of a subject as the engine reads them, in the order they were recorded.
pub fn facts_of(tx: &mut Tx, subject: &Subject) -> Result<Vec<Fact>, Error> {
    let mut facts = Vec::new();
    tx.each(&OF_SUBJECT, (&*subject.kind, subject.id), |row: StoredFact| {
        facts.push(row.to_fact()?);
        Ok::<(), Error>(())
    })?;
    Ok(facts)
}

/// The facts of a subject that were recorded before `seq`.
pub(crate) fn facts_before(tx: &mut Tx, subject: &Subject, seq: u64) -> Result<Vec<Fact>, Error> {
    let mut facts = Vec::new();
    tx.each(&OF_SUBJECT_BEFORE, (&*subject.kind, subject.id, seq as i64), |row: StoredFact| {
        facts.push(row.to_fact()?);
        Ok::<(), Error>(())
    })?;
    Ok(facts)
}

/// All facts of a subject as they are stored, with their places in the history tree.
pub fn story_of(tx: &mut Tx, subject: &Subject) -> Result<Vec<StoredFact>, Error> {
    tx.all(&OF_SUBJECT, (&*subject.kind, subject.id))
}

/// The personal part of a fact; `None` where it had none or it was erased.
pub fn personal_of(tx: &mut Tx, seq: u64) -> Result<Option<Personal>, Error> {
    let Some((text,)) = tx.maybe(&PERSONAL, (seq as i64,))? else {
        return Ok(None);
    };
    let corrupt = |error| Error::Corrupt(format!("personal part of fact {seq}: {error}"));
    text.map(|text| serde_json::from_str(&text).map_err(corrupt)).transpose()
}

/// Erases the personal part of a fact and its salt. The leaf of the history tree stays provable.
pub fn erase_personal(tx: &mut Tx, seq: u64) -> Result<(), Error> {
    tx.run(&ERASE, (seq as i64,))?;
    Ok(())
}
