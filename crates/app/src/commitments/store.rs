//! Published versions of commitment files, and what binds contracts to them.

use std::collections::BTreeMap;

use db::{Error, Tx, row, statements};
use jiff::Timestamp;
use jiff::civil::Date;
use rules::contracts::{Binding, commitment_on};
use rules::ids::{CommitmentId, ContractId, UserId};

row! {
    /// A version as a list shows it.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct ListedCommitment {
        pub id: CommitmentId as int,
        pub name: String,
        pub version: String,
        /// By language tag.
        pub title: BTreeMap<String, String> as json,
        pub sha256: String,
        pub effective_on: Option<Date>,
        pub published_at: Timestamp,
    }
}

row! {
    /// A version with its text and that of its calendars.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct CommitmentRow {
        pub id: CommitmentId as int,
        pub name: String,
        pub version: String,
        /// By language tag.
        pub title: BTreeMap<String, String> as json,
        pub sha256: String,
        pub text: String,
        /// The text of each calendar by its file name.
        pub calendars: BTreeMap<String, String> as json,
        pub effective_on: Option<Date>,
        pub published_at: Timestamp,
        pub published_by: Option<UserId> as maybe_int,
    }
}

row! {
    /// A binding of a contract as its page shows it.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct BindingRow {
        pub commitment_id: CommitmentId as int,
        pub name: String,
        pub version: String,
        pub title: BTreeMap<String, String> as json,
        pub effective_on: Date,
        pub bound_at: Timestamp,
    }
}

row! {
    /// A contract that was bound to a version.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct BoundContract {
        pub id: ContractId as int,
        pub number: String,
        pub title: String,
        pub customer: String,
        /// From when it was bound.
        pub effective_on: Date,
        /// The version that holds for it on the day asked for.
        pub current_id: Option<CommitmentId> as maybe_int,
    }
}

/// A version that is about to be published.
#[derive(Debug, Clone)]
pub struct NewCommitment {
    /// The id that the file gives itself.
    pub name: String,
    /// The version that the file gives itself.
    pub version: String,
    /// By language tag.
    pub title: BTreeMap<String, String>,
    /// Of text and calendars, in hexadecimal.
    pub sha256: String,
    /// The file.
    pub text: String,
    /// The text of each calendar by its file name.
    pub calendars: BTreeMap<String, String>,
    /// From when the file says that it holds.
    pub effective_on: Option<Date>,
}

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT m.id, m.name, m.version, m.title, m.sha256, m.text, m.calendars, m.effective_on, m.published_at,
                m.published_by
             FROM commitment m ",
            $rest
        )
    };
}

macro_rules! bound {
    ($rest:literal) => {
        concat!(
            "SELECT c.id, c.number, c.title, k.name AS customer, b.effective_on,
                (SELECT x.commitment_id FROM commitment_binding x WHERE x.contract_id = c.id AND x.effective_on <= ?2
                 ORDER BY x.effective_on DESC, x.id DESC LIMIT 1) AS current_id
             FROM commitment_binding b JOIN contract c ON c.id = b.contract_id JOIN customer k ON k.id = c.customer_id
             WHERE b.commitment_id = ?1 ",
            $rest
        )
    };
}

statements! {
    static BOUND: (i64, Date, i64) => BoundContract = bound!("ORDER BY b.contract_id, b.id LIMIT ?3");
    static BOUND_ONE: (i64, Date, i64) => BoundContract = bound!("AND b.contract_id = ?3 ORDER BY b.id DESC LIMIT 1");
    static VERSIONS: (String, i64) => ListedCommitment =
        "SELECT m.id, m.name, m.version, m.title, m.sha256, m.effective_on, m.published_at
         FROM commitment m WHERE m.name = ?1 ORDER BY m.id DESC LIMIT ?2";
    static FIND: (i64,) => CommitmentRow = select!("WHERE m.id = ?1");
    static BY_VERSION: (String, String) => CommitmentRow = select!("WHERE m.name = ?1 AND m.version = ?2");
    static ALL: (i64,) => ListedCommitment =
        "SELECT m.id, m.name, m.version, m.title, m.sha256, m.effective_on, m.published_at
         FROM commitment m ORDER BY m.id DESC LIMIT ?1";
    static ADD: (
        String, String, String, String, String, String, Option<Date>, Timestamp, Option<i64>,
    ) => (i64,) =
        "INSERT INTO commitment (name, version, title, sha256, text, calendars, effective_on, published_at,
            published_by)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) RETURNING id";
    static BIND: (i64, i64, Date, Timestamp, Option<i64>) => () =
        "INSERT INTO commitment_binding (contract_id, commitment_id, effective_on, bound_at, bound_by)
         VALUES (?1, ?2, ?3, ?4, ?5)";
    static BINDINGS: (i64,) => BindingRow =
        "SELECT b.commitment_id, m.name, m.version, m.title, b.effective_on, b.bound_at
         FROM commitment_binding b JOIN commitment m ON m.id = b.commitment_id
         WHERE b.contract_id = ?1 ORDER BY b.effective_on, b.id";
    static BINDING_DAYS: (i64,) => (i64, Date) =
        "SELECT b.commitment_id, b.effective_on FROM commitment_binding b
         WHERE b.contract_id = ?1 ORDER BY b.effective_on, b.id";
    static BOUND_CONTRACTS: (i64, i64) => (i64,) =
        "SELECT COUNT(*) FROM
            (SELECT DISTINCT b.contract_id FROM commitment_binding b WHERE b.commitment_id = ?1 LIMIT ?2) AS counted";
}

/// The version with this id.
pub fn find(tx: &mut Tx, id: CommitmentId) -> Result<Option<CommitmentRow>, Error> {
    tx.maybe(&FIND, (id.get(),))
}

/// The version by the names that its file gives itself.
pub fn by_version(tx: &mut Tx, name: &str, version: &str) -> Result<Option<CommitmentRow>, Error> {
    tx.maybe(&BY_VERSION, (name, version))
}

/// The versions, newest first, at most `most`.
pub fn all(tx: &mut Tx, most: i64) -> Result<Vec<ListedCommitment>, Error> {
    tx.all(&ALL, (most,))
}

/// Adds a version. Errors: [`Error::UniqueViolation`] when this version of this name is published already.
pub fn add(
    tx: &mut Tx,
    new: &NewCommitment,
    by: Option<UserId>,
    now: Timestamp,
) -> Result<CommitmentId, Error> {
    let json = |map: &BTreeMap<String, String>| serde_json::to_string(map).expect("a map of texts is JSON");
    let (id,) = tx.one(
        &ADD,
        (
            &new.name,
            &new.version,
            json(&new.title),
            &new.sha256,
            &new.text,
            json(&new.calendars),
            new.effective_on,
            now,
            by.map(UserId::get),
        ),
    )?;
    Ok(CommitmentId(id))
}

/// Binds a contract to a version from a day on.
pub fn bind(
    tx: &mut Tx,
    contract: ContractId,
    commitment: CommitmentId,
    effective_on: Date,
    by: Option<UserId>,
    now: Timestamp,
) -> Result<(), Error> {
    tx.run(&BIND, (contract.get(), commitment.get(), effective_on, now, by.map(UserId::get)))?;
    Ok(())
}

/// The bindings of a contract in the order of their days.
pub fn bindings(tx: &mut Tx, contract: ContractId) -> Result<Vec<BindingRow>, Error> {
    tx.all(&BINDINGS, (contract.get(),))
}

/// The version that holds for a contract on a day, in the site's time zone.
pub fn on_day(tx: &mut Tx, contract: ContractId, on: Date) -> Result<Option<CommitmentId>, Error> {
    let days = tx.all(&BINDING_DAYS, (contract.get(),))?;
    let bindings: Vec<Binding> = days
        .into_iter()
        .map(|(commitment, effective_on)| Binding { commitment: CommitmentId(commitment), effective_on })
        .collect();
    Ok(commitment_on(&bindings, on))
}

/// How many contracts a version was ever bound to, counted up to `most`.
pub fn contract_count(tx: &mut Tx, id: CommitmentId, most: i64) -> Result<i64, Error> {
    Ok(tx.one(&BOUND_CONTRACTS, (id.get(), most))?.0)
}

/// Contracts that were ever bound to a version, at most `most`, each with the version that holds for it on `day`.
pub fn bound_contracts(
    tx: &mut Tx,
    id: CommitmentId,
    day: Date,
    most: i64,
) -> Result<Vec<BoundContract>, Error> {
    tx.all(&BOUND, (id.get(), day, most))
}

/// One contract that was bound to a version; none where it never was.
pub fn bound_contract(
    tx: &mut Tx,
    id: CommitmentId,
    contract: ContractId,
    day: Date,
) -> Result<Option<BoundContract>, Error> {
    tx.maybe(&BOUND_ONE, (id.get(), day, contract.get()))
}

/// The versions that go by one name, newest first, at most `most`.
pub fn versions(tx: &mut Tx, name: &str, most: i64) -> Result<Vec<ListedCommitment>, Error> {
    tx.all(&VERSIONS, (name, most))
}
