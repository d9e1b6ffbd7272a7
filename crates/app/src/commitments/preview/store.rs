//! Which tickets and other nouns a preview looks at, and the facts of each.

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

/// The nouns beside tickets that a commitment promises something about, in the order in which they are looked at.
pub const LONG_LIVED: [&str; 5] = ["contract", "site", "asset", "call", "channel"];

macro_rules! bound {
    ($id:literal, $from:literal, $rest:literal) => {
        concat!(
            "SELECT DISTINCT ",
            $id,
            " FROM commitment m JOIN commitment_binding b ON b.commitment_id = m.id
                JOIN contract_site s ON s.contract_id = b.contract_id ",
            $from,
            " WHERE m.name = ?1 AND ",
            $id,
            " > ?2 ",
            $rest,
            " ORDER BY ",
            $id,
            " LIMIT ?3"
        )
    };
}

macro_rules! nouns {
    ($all:ident, $of:ident, $id:literal, $from:literal) => {
        statements! {
            static $all: (String, i64, i64) => (i64,) = bound!($id, $from, "");
            static $of: (String, i64, i64, i64) => (i64,) = bound!($id, $from, "AND b.contract_id = ?4");
        }
    };
}

nouns!(CONTRACTS, CONTRACTS_OF, "b.contract_id", "");
nouns!(SITES, SITES_OF, "s.site_id", "");
nouns!(ASSETS, ASSETS_OF, "a.id", "JOIN asset a ON a.site_id = s.site_id");
nouns!(CALLS, CALLS_OF, "c.id", "JOIN call c ON c.site_id = s.site_id");

statements! {
    // A channel is the house's: it serves every contract of the commitment under which it was judged.
    static CHANNELS: (String, i64, i64) => (i64,) =
        "SELECT d.noun_id FROM docket d JOIN commitment m ON m.id = d.commitment_id
         WHERE d.noun = 'channel' AND m.name = ?1 AND d.noun_id > ?2 ORDER BY d.noun_id LIMIT ?3";
    static CHANNELS_OF: (String, i64, i64, i64) => (i64,) =
        "SELECT d.noun_id FROM docket d JOIN commitment m ON m.id = d.commitment_id
         WHERE d.noun = 'channel' AND m.name = ?1 AND d.noun_id > ?2 AND EXISTS
            (SELECT 1 FROM commitment_binding b JOIN commitment bm ON bm.id = b.commitment_id
             WHERE b.contract_id = ?4 AND bm.name = ?1)
         ORDER BY d.noun_id LIMIT ?3";
    static TICKETS_OF_CONTRACT: (i64,) => (i64,) =
        "SELECT t.id FROM contract_site s JOIN ticket t ON t.site_id = s.site_id AND t.contract_id = s.contract_id
         WHERE s.contract_id = ?1";
    static TICKETS_OF_SITE: (i64,) => (i64,) = "SELECT id FROM ticket WHERE site_id = ?1";
    static TICKETS_OF_ASSET: (i64,) => (i64,) = "SELECT id FROM ticket WHERE asset_id = ?1";
    static TICKETS_OF_CALL: (i64,) => (i64,) = "SELECT ticket_id FROM call_ticket WHERE call_id = ?1";
}

/// The next nouns of a kind after one, among those that any version of the commitment was ever bound for.
pub fn nouns(tx: &mut Tx, wanted: &Wanted, noun: &str, after: i64, most: i64) -> Result<Vec<i64>, Error> {
    let (all, of) = match noun {
        "contract" => (&CONTRACTS, &CONTRACTS_OF),
        "site" => (&SITES, &SITES_OF),
        "asset" => (&ASSETS, &ASSETS_OF),
        "call" => (&CALLS, &CALLS_OF),
        _ => (&CHANNELS, &CHANNELS_OF),
    };
    let name = wanted.name.as_str();
    let ids = match wanted.contract {
        None => tx.all(all, (name, after, most))?,
        Some(contract) => tx.all(of, (name, after, most, contract.get()))?,
    };
    Ok(ids.into_iter().map(|(id,)| id).collect())
}

/// Every fact about a noun, of whichever story: its own, those of its tickets, and those that it heeded.
///
/// A promise that is new may heed what none did before, so what was heeded is not enough.
pub fn facts_about(tx: &mut Tx, noun: &'static str, id: i64) -> Result<Vec<Fact>, Error> {
    let subject = Subject::new(noun, id);
    let mut facts = ledger::facts_of(tx, &subject)?;
    facts.extend(ledger::facts_heeded(tx, &subject)?);
    let tickets = match noun {
        "contract" => Some(&TICKETS_OF_CONTRACT),
        "site" => Some(&TICKETS_OF_SITE),
        "asset" => Some(&TICKETS_OF_ASSET),
        "call" => Some(&TICKETS_OF_CALL),
        _ => None,
    };
    let tickets = tickets.map(|of| tx.all(of, (id,))).transpose()?.unwrap_or_default();
    for (ticket,) in tickets {
        facts.extend(ledger::facts_of(tx, &Subject::new("ticket", ticket))?);
    }
    facts.sort_by_key(|fact| fact.seq);
    facts.dedup_by_key(|fact| fact.seq);
    Ok(facts)
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
