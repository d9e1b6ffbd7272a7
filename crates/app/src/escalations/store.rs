//! Chains and escalations in the database.

use db::{Error, Tx, row, statements};
use jiff::Timestamp;
use rules::escalation::{Standing, Step, usual};
use rules::event::About;
use rules::ids::*;

row! {
    /// An emergency that is being called out.
    #[derive(Clone, Debug)]
    pub struct Escalation {
        pub id: i64,
        pub ticket_id: TicketId as int,
        pub started_at: Timestamp,
        pub place: i64,
        pub rounds: i64,
        pub next_at: Timestamp,
        pub acknowledged_at: Option<Timestamp>,
        pub acknowledged_by: Option<UserId> as maybe_int,
    }
}

row! {
    /// Whose a ticket is, for the facts of its escalation.
    #[derive(Clone, Debug)]
    pub struct Whose {
        pub customer_id: CustomerId as int,
        pub site_id: Option<SiteId> as maybe_int,
        pub contract_id: Option<ContractId> as maybe_int,
        pub commitment_id: Option<CommitmentId> as maybe_int,
        pub asset_id: Option<AssetId> as maybe_int,
    }
}

row! {
    struct StepsRow {
        steps: Vec<Step> as json,
    }
}

statements! {
    static CHAIN: (i64,) => StepsRow = "SELECT steps FROM escalation_chain WHERE team_id = ?1";
    static SAVE_CHAIN: (i64, String, Timestamp) => () =
        "INSERT INTO escalation_chain (team_id, steps, changed_at) VALUES (?1, ?2, ?3) \
         ON CONFLICT (team_id) DO UPDATE SET steps = excluded.steps, changed_at = excluded.changed_at";
    static DROP_CHAIN: (i64,) => () = "DELETE FROM escalation_chain WHERE team_id = ?1";
    static BEGIN: (i64, Timestamp) => () =
        "INSERT INTO escalation (ticket_id, started_at, place, rounds, next_at) VALUES (?1, ?2, 0, 0, ?2) \
         ON CONFLICT (ticket_id) WHERE ended_at IS NULL DO NOTHING";
    static OPEN_OF: (i64,) => Escalation =
        "SELECT id, ticket_id, started_at, place, rounds, next_at, acknowledged_at, acknowledged_by \
         FROM escalation WHERE ticket_id = ?1 AND ended_at IS NULL";
    static FIND: (i64,) => Escalation =
        "SELECT id, ticket_id, started_at, place, rounds, next_at, acknowledged_at, acknowledged_by \
         FROM escalation WHERE id = ?1";
    static LATEST: (i64,) => Escalation =
        "SELECT id, ticket_id, started_at, place, rounds, next_at, acknowledged_at, acknowledged_by \
         FROM escalation WHERE ticket_id = ?1 ORDER BY id DESC LIMIT 1";
    static DUE: (Timestamp, i64) => Escalation =
        "SELECT id, ticket_id, started_at, place, rounds, next_at, acknowledged_at, acknowledged_by \
         FROM escalation WHERE ended_at IS NULL AND next_at <= ?1 ORDER BY next_at, id LIMIT ?2 {skip_locked}";
    static NEXT: () => (Timestamp,) =
        "SELECT next_at FROM escalation WHERE ended_at IS NULL ORDER BY next_at LIMIT 1";
    static STEP: (i64, i64, i64, Timestamp) => () =
        "UPDATE escalation SET place = ?2, rounds = ?3, next_at = ?4 WHERE id = ?1";
    static ACKNOWLEDGE: (i64, i64, Timestamp) => () =
        "UPDATE escalation SET acknowledged_at = ?3, acknowledged_by = ?2, ended_at = ?3 WHERE id = ?1";
    static END: (i64, Timestamp) => () = "UPDATE escalation SET ended_at = ?2 WHERE id = ?1 AND ended_at IS NULL";
    static WHOSE: (i64,) => Whose =
        "SELECT customer_id, site_id, contract_id, commitment_id, asset_id FROM ticket WHERE id = ?1";
}

/// The chain of a team, or the usual one.
pub fn chain(tx: &mut Tx, team: Option<TeamId>) -> Result<Vec<Step>, Error> {
    Ok(own_chain(tx, team)?.unwrap_or_else(usual))
}

/// The chain that a team has set.
pub fn own_chain(tx: &mut Tx, team: Option<TeamId>) -> Result<Option<Vec<Step>>, Error> {
    let Some(team) = team else { return Ok(None) };
    Ok(tx.maybe(&CHAIN, (team.get(),))?.map(|row| row.steps).filter(|steps| !steps.is_empty()))
}

/// Sets the chain of a team; with no steps it has the usual one again.
pub fn save_chain(tx: &mut Tx, team: TeamId, steps: &[Step], now: Timestamp) -> Result<(), Error> {
    if steps.is_empty() {
        return tx.run(&DROP_CHAIN, (team.get(),)).map(drop);
    }
    let steps = serde_json::to_string(steps).expect("steps are plain data");
    tx.run(&SAVE_CHAIN, (team.get(), steps, now)).map(drop)
}

/// Begins to call out a ticket, unless that is under way.
pub fn begin(tx: &mut Tx, ticket: TicketId, now: Timestamp) -> Result<(), Error> {
    tx.run(&BEGIN, (ticket.get(), now)).map(drop)
}

/// The escalation of a ticket that is under way.
pub fn open_of(tx: &mut Tx, ticket: TicketId) -> Result<Option<Escalation>, Error> {
    tx.maybe(&OPEN_OF, (ticket.get(),))
}

/// The last escalation of a ticket, under way or ended.
pub fn latest_of(tx: &mut Tx, ticket: TicketId) -> Result<Option<Escalation>, Error> {
    tx.maybe(&LATEST, (ticket.get(),))
}

/// An escalation by id.
pub fn find(tx: &mut Tx, id: i64) -> Result<Option<Escalation>, Error> {
    tx.maybe(&FIND, (id,))
}

/// Escalations whose next step is due, at most `most`.
pub fn due(tx: &mut Tx, now: Timestamp, most: i64) -> Result<Vec<Escalation>, Error> {
    tx.all(&DUE, (now, most))
}

/// When the next step is due; `None` while nobody is called.
pub fn next_at(tx: &mut Tx) -> Result<Option<Timestamp>, Error> {
    Ok(tx.maybe(&NEXT, ())?.map(|row| row.0))
}

/// Keeps where an escalation stands.
pub fn step(tx: &mut Tx, id: i64, at: Standing, next_at: Timestamp) -> Result<(), Error> {
    let place = i64::try_from(at.place).unwrap_or_default();
    tx.run(&STEP, (id, place, at.rounds, next_at)).map(drop)
}

/// Ends an escalation: somebody takes it up.
pub fn acknowledge(tx: &mut Tx, id: i64, person: UserId, now: Timestamp) -> Result<(), Error> {
    tx.run(&ACKNOWLEDGE, (id, person.get(), now)).map(drop)
}

/// Ends an escalation that is no longer needed.
pub fn end(tx: &mut Tx, id: i64, now: Timestamp) -> Result<(), Error> {
    tx.run(&END, (id, now)).map(drop)
}

/// What the facts of a ticket's escalation are about.
pub fn about(tx: &mut Tx, ticket: TicketId) -> Result<Option<About>, Error> {
    let whose = tx.maybe(&WHOSE, (ticket.get(),))?;
    Ok(whose.map(|whose| About {
        ticket: Some(ticket),
        customer: Some(whose.customer_id),
        site: whose.site_id,
        contract: whose.contract_id,
        commitment: whose.commitment_id,
        asset: whose.asset_id,
        ..About::default()
    }))
}
