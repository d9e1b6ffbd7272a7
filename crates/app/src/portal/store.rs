//! What a guest sees, in the database. Every statement is narrowed by customer and sites, but for the last few, by
//! which nobody is shown anything.

use db::{Error, Tx, row, statements};
use jiff::Timestamp;
use jiff::civil::Date;
use rules::ids::*;
use rules::tickets::severity::{Severity, Use};
use rules::tickets::{Kind, State};

use crate::kernel::errors::Failure;
use crate::kernel::guest::Scope;

/// Open tickets that the first page shows at most.
const OPEN_MOST: i64 = 50;
/// Sites that a form offers at most.
const SITES_MOST: i64 = 300;

row! {
    /// A ticket in a list of the portal.
    #[derive(Clone, Debug, PartialEq)]
    pub struct SeenTicket {
        pub id: TicketId as int,
        pub kind: Kind as text,
        pub state: State as text,
        pub severity: Severity as text,
        pub title: String,
        pub site_name: Option<String>,
        pub zone: String,
        pub reported_at: Timestamp,
        pub commitment_id: Option<CommitmentId> as maybe_int,
        pub next_due_at: Option<Timestamp>,
        pub next_promise: Option<String>,
        pub waits_for: Option<String>,
    }
}

row! {
    /// A unit as the portal shows it.
    #[derive(Clone, Debug, PartialEq)]
    pub struct SeenAsset {
        pub id: AssetId as int,
        pub name: Option<String>,
        pub serial: Option<String>,
        pub position: Option<String>,
        pub usage: Use as text,
        pub installed_on: Option<Date>,
        pub site_id: Option<SiteId> as maybe_int,
        pub site_name: Option<String>,
        pub zone: Option<String>,
        pub manufacturer: String,
        pub model: String,
        pub accepted_on: Option<Date>,
    }
}

row! {
    /// A site as the portal shows it.
    #[derive(Clone, Debug, PartialEq)]
    pub struct SeenSite {
        pub id: SiteId as int,
        pub name: String,
        pub zone: String,
    }
}

/// Whether a ticket `t` is seen: `?1` customer, `?2` 1 for all sites, `?3` access, `?4` contact. A matter without
/// a site is seen by whoever raised it.
macro_rules! seen_ticket {
    () => {
        "t.customer_id = ?1 AND (CAST(?2 AS BIGINT) = 1 OR t.site_id IN
            (SELECT x.site_id FROM portal_access_site x WHERE x.access_id = ?3)
            OR (t.site_id IS NULL AND t.contact_id = ?4))"
    };
}

/// Whether something at a site is seen: `?1` customer, `?2` 1 for all sites, `?3` access.
macro_rules! seen_site {
    ($customer:literal, $site:literal) => {
        concat!(
            $customer,
            " = ?1 AND (CAST(?2 AS BIGINT) = 1 OR ",
            $site,
            " IN (SELECT x.site_id FROM portal_access_site x WHERE x.access_id = ?3))"
        )
    };
}

macro_rules! tickets {
    ($rest:expr) => {
        concat!(
            "SELECT t.id, t.kind, t.state, t.severity, t.title, s.name AS site_name, t.zone, t.reported_at,
                t.commitment_id, t.next_due_at, t.next_promise, t.waiting_addressee AS waits_for
             FROM ticket t LEFT JOIN site s ON s.id = t.site_id WHERE ",
            seen_ticket!(),
            $rest
        )
    };
}

macro_rules! assets {
    ($rest:expr) => {
        concat!(
            "SELECT a.id, a.name, a.serial, a.position, a.usage, a.installed_on, a.site_id, s.name AS site_name,
                s.zone, p.manufacturer, p.model,
                (SELECT MAX(y.signed_on) FROM acceptance y WHERE y.site_id = a.site_id) AS accepted_on
             FROM asset a JOIN product p ON p.id = a.product_id LEFT JOIN site s ON s.id = a.site_id
             WHERE a.archived_at IS NULL AND ",
            seen_site!("a.customer_id", "a.site_id"),
            $rest
        )
    };
}

statements! {
    static TICKET: (i64, i64, i64, Option<i64>, i64) => (i64, Option<i64>) =
        concat!("SELECT t.id, t.merged_into_id FROM ticket t WHERE ", seen_ticket!(), " AND t.id = ?5");
    static OPEN: (i64, i64, i64, Option<i64>, i64) => SeenTicket =
        tickets!(" AND t.closed_at IS NULL ORDER BY t.queue_at, t.id LIMIT ?5");
    static ALL: (i64, i64, i64, Option<i64>, i64, i64) => SeenTicket =
        tickets!(" AND t.id < ?5 ORDER BY t.id DESC LIMIT ?6");
    static OF_ASSET: (i64, i64, i64, Option<i64>, Option<i64>, i64) => SeenTicket =
        tickets!(" AND t.asset_id = ?5 ORDER BY t.id DESC LIMIT ?6");
    static ASSET: (i64, i64, i64, i64) => SeenAsset = assets!(" AND a.id = ?4");
    static ASSETS: (i64, i64, i64, i64, i64) => SeenAsset =
        assets!(" AND a.id < ?4 ORDER BY a.id DESC LIMIT ?5");
    static ASSETS_OF_SITE: (i64, i64, i64, Option<i64>, i64, i64) => SeenAsset =
        assets!(" AND a.site_id = ?4 AND a.id < ?5 ORDER BY a.id DESC LIMIT ?6");
    static SITES: (i64, i64, i64, i64) => SeenSite = concat!(
        "SELECT s.id, s.name, s.zone FROM site s WHERE s.archived_at IS NULL AND ",
        seen_site!("s.customer_id", "s.id"),
        " ORDER BY s.name, s.id LIMIT ?4"
    );
    static CONTRACT: (i64, i64) => (i64,) =
        "SELECT k.id FROM contract k WHERE k.customer_id = ?1 AND k.id = ?2 AND k.archived_at IS NULL";
    static SITE: (i64, i64, i64, i64) => SeenSite = concat!(
        "SELECT s.id, s.name, s.zone FROM site s WHERE s.archived_at IS NULL AND ",
        seen_site!("s.customer_id", "s.id"),
        " AND s.id = ?4"
    );
}

/// Merges that are followed from an old number; a longer chain is a defect.
const MERGES_MOST: usize = 100;

/// The ticket with this id, if the guest sees it; the one in which it lives on where it was merged.
///
/// Errors: [`Failure::NotFound`] also for a ticket of others.
pub fn ticket(tx: &mut Tx, scope: Scope, id: TicketId) -> Result<TicketId, Failure> {
    let mut id = id;
    for _ in 0..MERGES_MOST {
        let Scope { access, contact, customer, all_sites } = scope;
        let row = (customer.get(), all_sites, access.get(), Some(contact.get()), id.get());
        let (found, into) = tx.maybe(&TICKET, row)?.ok_or(Failure::NotFound)?;
        match into {
            Some(into) => id = TicketId(into),
            None => return Ok(TicketId(found)),
        }
    }
    Err(Failure::broke(format!("the merges of ticket {id} go round in a circle")))
}

/// Open tickets, what is promised next first.
pub fn open_tickets(tx: &mut Tx, scope: Scope) -> Result<Vec<SeenTicket>, Error> {
    let Scope { access, contact, customer, all_sites } = scope;
    tx.all(&OPEN, (customer.get(), all_sites, access.get(), Some(contact.get()), OPEN_MOST))
}

/// All tickets, newest first, beginning behind `after`.
pub fn tickets(tx: &mut Tx, scope: Scope, after: Option<i64>, most: i64) -> Result<Vec<SeenTicket>, Error> {
    let Scope { access, contact, customer, all_sites } = scope;
    let after = after.unwrap_or(i64::MAX);
    tx.all(&ALL, (customer.get(), all_sites, access.get(), Some(contact.get()), after, most))
}

/// Tickets of a unit, newest first.
pub fn tickets_of_asset(
    tx: &mut Tx,
    scope: Scope,
    asset: AssetId,
    most: i64,
) -> Result<Vec<SeenTicket>, Error> {
    let Scope { access, contact, customer, all_sites } = scope;
    let row = (customer.get(), all_sites, access.get(), Some(contact.get()), Some(asset.get()), most);
    tx.all(&OF_ASSET, row)
}

/// The unit with this id, if the guest sees it.
///
/// Errors: [`Failure::NotFound`].
pub fn asset(tx: &mut Tx, scope: Scope, id: AssetId) -> Result<SeenAsset, Failure> {
    let Scope { access, customer, all_sites, .. } = scope;
    tx.maybe(&ASSET, (customer.get(), all_sites, access.get(), id.get()))?.ok_or(Failure::NotFound)
}

/// Units, newest first, beginning behind `after`; of one site where it is named.
pub fn assets(
    tx: &mut Tx,
    scope: Scope,
    site: Option<SiteId>,
    after: Option<i64>,
    most: i64,
) -> Result<Vec<SeenAsset>, Error> {
    let Scope { access, customer, all_sites, .. } = scope;
    let after = after.unwrap_or(i64::MAX);
    let (customer, access) = (customer.get(), access.get());
    match site {
        Some(site) => tx.all(&ASSETS_OF_SITE, (customer, all_sites, access, Some(site.get()), after, most)),
        None => tx.all(&ASSETS, (customer, all_sites, access, after, most)),
    }
}

/// The sites that the guest sees.
pub fn sites(tx: &mut Tx, scope: Scope) -> Result<Vec<SeenSite>, Error> {
    let Scope { access, customer, all_sites, .. } = scope;
    tx.all(&SITES, (customer.get(), all_sites, access.get(), SITES_MOST))
}

/// The site with this id, if the guest sees it.
///
/// Errors: [`Failure::NotFound`].
pub fn site(tx: &mut Tx, scope: Scope, id: SiteId) -> Result<SeenSite, Failure> {
    let Scope { access, customer, all_sites, .. } = scope;
    tx.maybe(&SITE, (customer.get(), all_sites, access.get(), id.get()))?.ok_or(Failure::NotFound)
}

/// The contract with this id, if it is the guest's customer's; only who speaks for the whole customer asks.
///
/// Errors: [`Failure::NotFound`].
pub fn contract(tx: &mut Tx, scope: Scope, id: ContractId) -> Result<ContractId, Failure> {
    let found = tx.maybe(&CONTRACT, (scope.customer.get(), id.get()))?;
    found.map(|(id,)| ContractId(id)).ok_or(Failure::NotFound)
}

impl SeenAsset {
    /// What the unit is called.
    pub fn called(&self) -> String {
        self.name.clone().unwrap_or_else(|| format!("{} {}", self.manufacturer, self.model))
    }
}

/// A contact's address, the keys of address and number, and the number of a caller who is no contact.
type Known = (Option<String>, Option<String>, Option<String>, Option<String>);

statements! {
    static KNOWN: (i64,) => (Option<String>, Option<String>, Option<String>, Option<String>) =
        "SELECT k.mail, k.mail_key, k.phone_key, t.caller_phone FROM ticket t
         LEFT JOIN contact k ON k.id = t.contact_id AND k.archived_at IS NULL WHERE t.id = ?1";
    static SECRET: (String,) => (Vec<u8>,) = "SELECT secret FROM house_secret WHERE name = ?1";
    static KEEP_SECRET: (String, Vec<u8>, Timestamp) => () =
        "INSERT INTO house_secret (name, secret, created_at) VALUES (?1, ?2, ?3) ON CONFLICT (name) DO NOTHING";
}

/// Under what a ticket's reporter is known. For the look-up by number, which shows nothing of it.
pub fn known_of(tx: &mut Tx, id: TicketId) -> Result<Option<Known>, Error> {
    tx.maybe(&KNOWN, (id.get(),))
}

/// A secret of the house, once it was made.
pub fn secret(tx: &mut Tx, name: &str) -> Result<Option<Vec<u8>>, Error> {
    Ok(tx.maybe(&SECRET, (name,))?.map(|(secret,)| secret))
}

/// Keeps a secret unless there is one; the answer is the one that holds.
pub fn keep_secret(tx: &mut Tx, name: &str, fresh: &[u8], now: Timestamp) -> Result<Vec<u8>, Error> {
    tx.run(&KEEP_SECRET, (name, fresh.to_vec(), now))?;
    Ok(tx.one(&SECRET, (name,))?.0)
}
