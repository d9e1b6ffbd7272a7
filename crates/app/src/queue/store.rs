//! The queue in the database: what is due next, first (C7.5, C7.6).
//!
//! The queue is read in the order of (`queue_at`, id) from one of a few narrow indexes over open tickets.
//! Filters that an index knows (assignee, team, customer, missed) choose where to read; the others are
//! asked of what is read, a window at a time and [`WINDOWS`] at most. So a page costs no more than a bounded
//! walk, whatever is stored and however rare what was asked for is; where the walk ends before the page is
//! full, the page says up to where it looked and goes on from there.

use db::{Error, Query, Row, Tx, row, statements};
use jiff::Timestamp;
use rules::ids::*;
use rules::tickets::severity::Severity;
use rules::tickets::{Addressee, Kind, State};
use serde::{Deserialize, Serialize};

use super::filter::{Holder, Urgency, Wanted};
use crate::tickets::store::END_OF_TIME;

/// Tickets that are looked at in one step, one step after the other, until the page is full.
pub const WINDOWS: [i64; 3] = [500, 2_000, 7_500];
/// Streams that one page is merged from at most: values of the filter that an index knows.
const STREAMS_MOST: usize = 20;

row! {
    /// A line of the queue.
    #[derive(Clone, Debug, PartialEq)]
    pub struct QueueRow {
        pub id: TicketId as int,
        pub version: i64,
        pub queue_at: Timestamp,
        pub kind: Kind as text,
        pub state: State as text,
        pub severity: Severity as text,
        pub title: String,
        pub customer_id: CustomerId as int,
        pub customer: String,
        pub site: Option<String>,
        pub product: Option<String>,
        pub asset: Option<String>,
        pub position: Option<String>,
        pub team_id: Option<TeamId> as maybe_int,
        pub team: Option<String>,
        pub assignee_id: Option<UserId> as maybe_int,
        pub assignee: Option<String>,
        pub waiting_addressee: Option<Addressee> as maybe_text,
        pub waiting_question: Option<String>,
        pub reported_at: Timestamp,
        pub commitment_id: Option<CommitmentId> as maybe_int,
        pub next_due_at: Option<Timestamp>,
        pub next_warn_at: Option<Timestamp>,
        pub next_promise: Option<String>,
        pub next_clause: Option<String>,
        pub missed_count: i64,
    }
}

row! {
    /// A customer with tickets in the queue.
    #[derive(Clone, Debug, PartialEq)]
    pub struct ByCustomer {
        pub id: CustomerId as int,
        pub name: String,
        pub open: i64,
        pub first_due_at: Option<Timestamp>,
        pub first_warn_at: Option<Timestamp>,
        pub overdue: i64,
        pub at_risk: i64,
    }
}

impl QueueRow {
    /// The place in the queue.
    pub fn key(&self) -> Key {
        Key { at: self.queue_at, id: self.id }
    }
}

/// A place in the queue; a page goes on after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Key {
    pub at: Timestamp,
    pub id: TicketId,
}

impl Key {
    /// Before every ticket.
    const START: Key = Key { at: Timestamp::UNIX_EPOCH, id: TicketId(0) };

    /// After every ticket that is due at `at` or before.
    fn after(at: Timestamp) -> Key {
        Key { at, id: TicketId(i64::MAX) }
    }
}

/// Some lines of the queue, and where it goes on.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Slice {
    pub rows: Vec<QueueRow>,
    /// The place after which to go on; none at the end.
    pub next: Option<Key>,
    /// The walk ended before the page was full; `next` is how far it came.
    pub cut: bool,
}

/// A number that is not counted further than it is needed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    pub n: i64,
    /// There are more, or may be.
    pub more: bool,
}

/// What an index knows: where to read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Lead {
    All,
    Assignee(Holder<UserId>),
    Team(Holder<TeamId>),
    Customer(CustomerId),
    Missed,
}

/// A stretch of an index, in the order of the queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Stream {
    lead: Lead,
    /// Goes on after this place.
    from: Key,
    /// Ends with tickets due at this moment.
    to: Option<Timestamp>,
    /// Only tickets whose warning is past at this moment.
    warned: Option<Timestamp>,
}

macro_rules! columns {
    () => {
        "t.id, t.version, t.queue_at, t.kind, t.state, t.severity, t.title, t.customer_id, c.name AS customer, \
         s.name AS site, p.model AS product, a.name AS asset, a.position, t.team_id, m.name AS team, t.assignee_id, \
         u.name AS assignee, t.waiting_addressee, t.waiting_question, t.reported_at, t.commitment_id, \
         t.next_due_at, t.next_warn_at, t.next_promise, t.next_clause, t.missed_count"
    };
}

macro_rules! names {
    () => {
        "JOIN customer c ON c.id = t.customer_id LEFT JOIN site s ON s.id = t.site_id \
         LEFT JOIN asset a ON a.id = t.asset_id LEFT JOIN product p ON p.id = a.product_id \
         LEFT JOIN team m ON m.id = t.team_id LEFT JOIN account u ON u.id = t.assignee_id"
    };
}

/// What a window carries; long texts stay where they are.
macro_rules! window {
    () => {
        "SELECT id, version, queue_at, kind, state, severity, channel, title, customer_id, site_id, asset_id, team_id, \
         assignee_id, waiting_addressee, waiting_question, reported_at, commitment_id, next_due_at, next_warn_at, \
         next_promise, next_clause, missed_count FROM ticket"
    };
}

statements! {
    // The whole queue without filters; the other lists are put together from the same parts.
    static WHOLE: (Timestamp, i64, i64) => QueueRow = concat!(
        "SELECT ", columns!(), " FROM (", window!(), " WHERE closed_at IS NULL AND (queue_at, id) > (?1, ?2) \
         ORDER BY queue_at, id LIMIT ?3) t ", names!(), " ORDER BY t.queue_at, t.id"
    );
    static CUSTOMER_NAME: (i64,) => (String,) = "SELECT name FROM customer WHERE id = ?1";
    static SITE_NAME: (i64,) => (String,) = "SELECT name FROM site WHERE id = ?1";
    static BY_CUSTOMER: (Timestamp, i64) => ByCustomer =
        "SELECT t.customer_id AS id, c.name, COUNT(*) AS open, MIN(t.next_due_at) AS first_due_at,
            MIN(t.next_warn_at) AS first_warn_at,
            CAST(SUM(CASE WHEN t.queue_at <= ?1 THEN 1 ELSE 0 END) AS BIGINT) AS overdue,
            CAST(SUM(CASE WHEN t.queue_at > ?1 AND t.next_warn_at <= ?1 THEN 1 ELSE 0 END) AS BIGINT) AS at_risk
         FROM (SELECT id, customer_id, queue_at, next_due_at, next_warn_at FROM ticket WHERE closed_at IS NULL
               ORDER BY queue_at, id LIMIT ?2) t
         JOIN customer c ON c.id = t.customer_id GROUP BY t.customer_id, c.name ORDER BY MIN(t.queue_at), t.customer_id";
    static TEAMS_OF: (i64,) => (i64,) =
        "SELECT team_id FROM team_member WHERE account_id = ?1 ORDER BY team_id LIMIT 20";
}

/// The most urgent tickets that the queue by customer is made of.
pub const BY_CUSTOMER_MOST: i64 = 5_000;

/// The customers of the most urgent tickets, and whether there are more tickets than were looked at.
pub fn by_customer(tx: &mut Tx, now: Timestamp) -> Result<(Vec<ByCustomer>, bool), Error> {
    let customers = tx.all(&BY_CUSTOMER, (now, BY_CUSTOMER_MOST))?;
    let seen: i64 = customers.iter().map(|one| one.open).sum();
    Ok((customers, seen >= BY_CUSTOMER_MOST))
}

/// The name of a customer.
pub fn customer_name(tx: &mut Tx, id: CustomerId) -> Result<Option<String>, Error> {
    Ok(tx.maybe(&CUSTOMER_NAME, (id.get(),))?.map(|(name,)| name))
}

/// The name of a site.
pub fn site_name(tx: &mut Tx, id: SiteId) -> Result<Option<String>, Error> {
    Ok(tx.maybe(&SITE_NAME, (id.get(),))?.map(|(name,)| name))
}

/// The teams of a person.
pub fn teams_of(tx: &mut Tx, id: UserId) -> Result<Vec<TeamId>, Error> {
    Ok(tx.all(&TEAMS_OF, (id.get(),))?.into_iter().map(|(team,)| TeamId(team)).collect())
}

/// Lines of the queue after a place, at most `most`.
///
/// `now` tells what is overdue and at risk.
pub fn list(
    tx: &mut Tx,
    wanted: &Wanted,
    after: Option<Key>,
    most: usize,
    now: Timestamp,
) -> Result<Slice, Error> {
    let mut rows: Vec<QueueRow> = Vec::new();
    // Up to where every stream was read; a row beyond it might stand behind one that was not read.
    let mut horizon: Option<Key> = None;
    for stream in streams(wanted, now) {
        let stream = Stream { from: stream.from.max(after.unwrap_or(Key::START)), ..stream };
        let (found, end) = walk(tx, wanted, stream, most + 1)?;
        horizon = match (horizon, end) {
            (Some(one), Some(other)) => Some(one.min(other)),
            (one, other) => one.or(other),
        };
        rows.extend(found);
    }
    rows.sort_unstable_by_key(QueueRow::key);
    rows.dedup_by_key(|row| row.id);
    if let Some(horizon) = horizon {
        rows.retain(|row| row.key() <= horizon);
    }
    if rows.len() > most {
        rows.truncate(most);
        let next = rows.last().map(QueueRow::key);
        return Ok(Slice { rows, next, cut: false });
    }
    Ok(Slice { rows, next: horizon, cut: horizon.is_some() })
}

/// How many tickets there are, counted up to `most` and no further than the first windows reach.
pub fn count(tx: &mut Tx, wanted: &Wanted, most: i64, now: Timestamp) -> Result<Count, Error> {
    let mut total = Count::default();
    for stream in streams(wanted, now) {
        let residual = stream.warned.is_some() || narrows(wanted, stream.lead);
        let window = if residual { WINDOWS[0] } else { most + 1 };
        let query = if residual {
            filtered(Query::new::<(i64,)>("SELECT COUNT(*) FROM"), wanted, stream, window, "")
        } else {
            counted(stream, window)
        };
        total.n += tx.list_one(&query)?.0;
        if residual && !total.more {
            total.more = end_of(tx, stream, window)?.is_some();
        }
        if total.n > most {
            return Ok(Count { n: most, more: true });
        }
    }
    Ok(total)
}

/// A few tickets by id, as lines of the queue, whatever their state.
pub fn by_ids(tx: &mut Tx, ids: &[TicketId]) -> Result<Vec<QueueRow>, Error> {
    let ids: Vec<i64> = ids.iter().map(|id| id.get()).collect();
    let query = Query::new::<QueueRow>(concat!("SELECT ", columns!(), " FROM ticket t ", names!()))
        .and_in("t.id", &ids)
        .order("t.queue_at, t.id");
    tx.list(&query)
}

/// Where to read: one stream for each value of the filter that narrows most.
fn streams(wanted: &Wanted, now: Timestamp) -> Vec<Stream> {
    if wanted.nothing {
        return Vec::new();
    }
    let leads: Vec<Lead> = if !wanted.assignees.is_empty() {
        wanted.assignees.iter().map(|holder| Lead::Assignee(*holder)).collect()
    } else if !wanted.customers.is_empty() {
        wanted.customers.iter().map(|id| Lead::Customer(*id)).collect()
    } else if !wanted.teams.is_empty() {
        wanted.teams.iter().map(|holder| Lead::Team(*holder)).collect()
    } else {
        vec![Lead::All]
    };
    let whole = |lead| Stream { lead, from: Key::START, to: None, warned: None };
    let mut streams = Vec::new();
    for lead in leads.into_iter().take(STREAMS_MOST) {
        if wanted.urgency.is_empty() {
            streams.push(whole(lead));
        }
        for urgency in &wanted.urgency {
            match urgency {
                Urgency::Overdue => streams.push(Stream { to: Some(now), ..whole(lead) }),
                Urgency::AtRisk => {
                    let last = END_OF_TIME - jiff::SignedDuration::from_micros(1);
                    streams.push(Stream {
                        from: Key::after(now),
                        to: Some(last),
                        warned: Some(now),
                        ..whole(lead)
                    });
                }
                Urgency::Breached => {
                    streams.push(Stream { to: Some(now), ..whole(lead) });
                    let missed = if lead == Lead::All { Lead::Missed } else { lead };
                    streams.push(whole(missed));
                }
            }
        }
    }
    streams
}

/// Reads a stream until there are `most` rows or the last window is read. The key is how far it was read;
/// none where it was read to its end.
fn walk(
    tx: &mut Tx,
    wanted: &Wanted,
    stream: Stream,
    most: usize,
) -> Result<(Vec<QueueRow>, Option<Key>), Error> {
    let mut rows = Vec::new();
    let mut stream = stream;
    let narrow = stream.warned.is_some() || narrows(wanted, stream.lead);
    let windows: &[i64] = if narrow { &WINDOWS } else { &[i64::MAX] };
    for window in windows {
        let missing = most - rows.len();
        let window = if narrow { *window } else { i64::try_from(missing).unwrap_or(i64::MAX) };
        let found = page(tx, wanted, stream, window, missing)?;
        let full = found.len() == missing;
        rows.extend(found);
        if full {
            return Ok((rows.clone(), rows.last().map(QueueRow::key)));
        }
        if !narrow {
            return Ok((rows, None));
        }
        match end_of(tx, stream, window)? {
            None => return Ok((rows, None)),
            Some(end) => stream.from = end,
        }
    }
    Ok((rows, Some(stream.from)))
}

fn page(
    tx: &mut Tx,
    wanted: &Wanted,
    stream: Stream,
    window: i64,
    most: usize,
) -> Result<Vec<QueueRow>, Error> {
    if *wanted == Wanted::default() && stream.lead == Lead::All && stream.to.is_none() {
        return tx.all(&WHOLE, (stream.from.at, stream.from.id.get(), window));
    }
    let query = filtered(
        Query::new::<QueueRow>(concat!("SELECT ", columns!(), " FROM")),
        wanted,
        stream,
        window,
        names!(),
    );
    tx.list(&query.order("t.queue_at, t.id").limit(i64::try_from(most).unwrap_or(i64::MAX)))
}

/// Whether filters are left to ask of each row that the stream reads.
fn narrows(wanted: &Wanted, lead: Lead) -> bool {
    let led = match lead {
        Lead::Assignee(_) => Wanted { assignees: Vec::new(), ..wanted.clone() },
        Lead::Team(_) => Wanted { teams: Vec::new(), ..wanted.clone() },
        Lead::Customer(_) => Wanted { customers: Vec::new(), ..wanted.clone() },
        Lead::Missed | Lead::All => wanted.clone(),
    };
    // A breached one that is read by another index than the missed one's asks for it itself.
    let missed = wanted.urgency.contains(&Urgency::Breached) && !matches!(lead, Lead::Missed | Lead::All);
    missed || Wanted { urgency: Vec::new(), ..led } != Wanted::default()
}

/// Puts a window of the stream after `FROM`, then `joins`, then the filters.
fn filtered<R: Row>(query: Query<R>, wanted: &Wanted, stream: Stream, window: i64, joins: &str) -> Query<R> {
    let mut query = within(query, window!(), stream)
        .join(&format!("ORDER BY {} LIMIT ?) t", order(stream.lead)), window)
        .join(joins, ());
    if wanted.text.is_some() && joins.is_empty() {
        query = query.join("JOIN customer c ON c.id = t.customer_id", ());
    }
    query = of_holders(query, "t.assignee_id", &wanted.assignees);
    query = of_holders(query, "t.team_id", &wanted.teams);
    query = of_any(query, "t.customer_id", &ids(&wanted.customers));
    query = of_any(query, "t.site_id", &ids(&wanted.sites));
    query = of_any(query, "t.state", &codes(&wanted.states, State::code));
    query = of_any(query, "t.severity", &codes(&wanted.severities, Severity::code));
    query = of_any(query, "t.kind", &codes(&wanted.kinds, Kind::code));
    query = of_any(query, "t.channel", &codes(&wanted.channels, rules::tickets::Channel::code));
    query = of_any(query, "t.next_promise", &wanted.promises);
    for tag in &wanted.tags {
        query =
            query.and("EXISTS (SELECT 1 FROM ticket_tag g WHERE g.ticket_id = t.id AND g.tag_id = ?)", *tag);
    }
    for (field, values) in &wanted.custom {
        // The number of a field that has a name; nothing that was typed gets here.
        let stands =
            format!("(SELECT v.value FROM custom_value v WHERE v.ticket_id = t.id AND v.field_id = {field})");
        query = of_any(query, &stands, values);
    }
    if let Some(now) = stream.warned {
        query = query.and("t.next_warn_at <= ?", now);
    } else if wanted.urgency.contains(&Urgency::Breached) && stream.to.is_none() {
        query = query.and("t.missed_count > 0", ());
    }
    if let Some(text) = &wanted.text {
        let like = format!("%{}%", text.to_lowercase().replace(['%', '_', '\\'], ""));
        query = query.and("LOWER(t.title) LIKE ? OR LOWER(c.name) LIKE ?", (like.clone(), like));
    }
    query
}

/// The place of the last ticket of a window; none where the stream ends before.
fn end_of(tx: &mut Tx, stream: Stream, window: i64) -> Result<Option<Key>, Error> {
    Ok(tx.list(&ending(stream, window))?.first().map(|(at, id)| Key { at: *at, id: TicketId(*id) }))
}

fn ending(stream: Stream, window: i64) -> Query<(Timestamp, i64)> {
    within(Query::new("SELECT queue_at, id FROM"), "SELECT queue_at, id FROM ticket", stream)
        .join(&format!("ORDER BY {} LIMIT 1 OFFSET ?) t", order(stream.lead)), window - 1)
}

fn counted(stream: Stream, most: i64) -> Query<(i64,)> {
    within(Query::new("SELECT COUNT(*) FROM"), "SELECT id FROM ticket", stream)
        .join(&format!("ORDER BY {} LIMIT ?) t", order(stream.lead)), most)
}

/// The order of the queue within an index. PostgreSQL reads an index in order behind `= ?` but not behind
/// `IS NULL`, unless that column is named too.
fn order(lead: Lead) -> &'static str {
    match lead {
        Lead::Assignee(Holder::Nobody) => "assignee_id, queue_at, id",
        Lead::Team(Holder::Nobody) => "team_id, queue_at, id",
        Lead::All | Lead::Assignee(_) | Lead::Team(_) | Lead::Customer(_) | Lead::Missed => "queue_at, id",
    }
}

/// `(select WHERE …` for a stretch of an index, left open for order and limit.
fn within<R: Row>(query: Query<R>, select: &str, stream: Stream) -> Query<R> {
    let mut query = query.join(&format!("({select} WHERE closed_at IS NULL"), ());
    query = match stream.lead {
        Lead::All => query,
        Lead::Assignee(Holder::Nobody) => query.join("AND assignee_id IS NULL", ()),
        Lead::Assignee(Holder::Is(id)) => query.join("AND assignee_id = ?", id.get()),
        Lead::Team(Holder::Nobody) => query.join("AND team_id IS NULL", ()),
        Lead::Team(Holder::Is(id)) => query.join("AND team_id = ?", id.get()),
        Lead::Customer(id) => query.join("AND customer_id = ?", id.get()),
        Lead::Missed => query.join("AND missed_count > 0", ()),
    };
    query = query.join("AND (queue_at, id) > (?, ?)", (stream.from.at, stream.from.id.get()));
    match stream.to {
        Some(to) => query.join("AND queue_at <= ?", to),
        None => query,
    }
}

fn of_any<R: Row, V: db::Values + Clone>(query: Query<R>, column: &str, values: &[V]) -> Query<R> {
    if values.is_empty() { query } else { query.and_in(column, values) }
}

fn of_holders<R: Row, T: Copy + Into<i64>>(query: Query<R>, column: &str, holders: &[Holder<T>]) -> Query<R> {
    let ids: Vec<i64> = holders
        .iter()
        .filter_map(|holder| match holder {
            Holder::Is(id) => Some((*id).into()),
            Holder::Nobody => None,
        })
        .collect();
    if holders.is_empty() {
        return query;
    }
    if ids.len() == holders.len() {
        return query.and_in(column, &ids);
    }
    if ids.is_empty() {
        return query.and(&format!("{column} IS NULL"), ());
    }
    // Numbers that were parsed; nothing that was typed gets here.
    let list = ids.iter().map(i64::to_string).collect::<Vec<_>>().join(", ");
    query.and(&format!("{column} IS NULL OR {column} IN ({list})"), ())
}

fn ids<T: Copy + Into<i64>>(ids: &[T]) -> Vec<i64> {
    ids.iter().map(|id| (*id).into()).collect()
}

fn codes<T: Copy>(cases: &[T], code: impl Fn(T) -> &'static str) -> Vec<&'static str> {
    cases.iter().map(|case| code(*case)).collect()
}

#[cfg(test)]
#[path = "store_tests.rs"]
mod tests;
