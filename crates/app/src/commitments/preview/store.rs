//! Which tickets a preview looks at, and the facts of each.

use db::{Error, Tx, row, statements};
use jiff::Timestamp;
use ledger::Subject;
use promise::Fact;
use rules::ids::ContractId;

row! {
    /// A ticket that is judged anew: where the next piece begins after it.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub struct Case {
        pub id: i64,
        pub reported_at: Timestamp,
    }
}

/// The tickets that are looked at: reported in a time, under any version of a commitment.
#[derive(Debug, Clone)]
pub struct Wanted {
    /// The name that the versions go by.
    pub name: String,
    pub from: Timestamp,
    /// The first moment after the time.
    pub until: Timestamp,
    /// One contract; none: every one.
    pub contract: Option<ContractId>,
}

macro_rules! cases {
    ($rest:literal) => {
        concat!(
            "SELECT t.id, t.reported_at FROM ticket t JOIN commitment m ON m.id = t.commitment_id
             WHERE (t.reported_at > ?1 OR (t.reported_at = ?1 AND t.id > ?2)) AND t.reported_at < ?3 AND m.name = ?4 ",
            $rest,
            " ORDER BY t.reported_at, t.id LIMIT ?5"
        )
    };
}

statements! {
    static CASES: (Timestamp, i64, Timestamp, String, i64) => Case = cases!("");
    static CASES_OF: (Timestamp, i64, Timestamp, String, i64, i64) => Case = cases!("AND t.contract_id = ?6");
}

/// The next tickets after one, in the order in which they were reported.
pub fn cases(tx: &mut Tx, wanted: &Wanted, after: Case, most: i64) -> Result<Vec<Case>, Error> {
    let (from, until, name) = (after.reported_at, wanted.until, wanted.name.as_str());
    match wanted.contract {
        None => tx.all(&CASES, (from, after.id, until, name, most)),
        Some(contract) => tx.all(&CASES_OF, (from, after.id, until, name, most, contract.get())),
    }
}

/// The facts of a ticket.
pub fn facts(tx: &mut Tx, case: Case) -> Result<Vec<Fact>, Error> {
    ledger::facts_of(tx, &Subject::new("ticket", case.id))
}
