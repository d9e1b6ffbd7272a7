//! Taking a report in: the same way for the page, the API, the import and the demo company (C7.2).

use db::{Error, Tx, row, statements};
use jiff::Timestamp;
use jiff::civil::Date;
use promise::Terms;
use rules::Invalid;
use rules::contracts::{Binding, Contract, Period};
use rules::customers::{Belongs, Zone};
use rules::event::Happening;
use rules::ids::*;
use rules::tickets::intake::{Around, AssetKnown, NewTicket, NotTaken, Report, ReportForm, SiteKnown, take};
use rules::tickets::life::Ticket;
use rules::tickets::number::TicketNumber;
use rules::tickets::severity::Use;

use super::custom_fields::values::{self, Typed};
use super::store::{self, Due, TicketRow};
use super::{due, steps};
use crate::kernel::door::{Change, foresee};
use crate::kernel::errors::Failure;

/// Whom and what a report names, as chosen from lists.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Named {
    pub customer: Option<CustomerId>,
    pub site: Option<SiteId>,
    pub contact: Option<ContactId>,
    pub asset: Option<AssetId>,
}

/// A ticket that was taken in.
#[derive(Clone, Debug)]
pub struct Reported {
    /// The row that was added.
    pub row: TicketRow,
    /// The ticket as it stands: checklists and custom fields may have come onto it since.
    pub ticket: Ticket,
}

impl Reported {
    pub fn id(&self) -> TicketId {
        self.row.id
    }

    pub fn number(&self) -> TicketNumber {
        TicketNumber::of(self.row.id)
    }
}

row! {
    struct SiteRow {
        customer_id: i64,
        zone: String,
    }
}

row! {
    struct AssetRow {
        customer_id: i64,
        site_id: Option<i64>,
        usage: Use as text,
        class: Option<String>,
    }
}

row! {
    /// A contract with one of the commitments bound to it, if there is any.
    struct ContractRow {
        id: i64,
        number: String,
        from_on: Date,
        to_on: Option<Date>,
        ended_on: Option<Date>,
        commitment_id: Option<i64>,
        effective_on: Option<Date>,
    }
}

statements! {
    static CUSTOMER: (i64,) => (bool,) =
        "SELECT CASE WHEN archived_at IS NULL THEN FALSE ELSE TRUE END FROM customer WHERE id = ?1";
    static SITE: (i64,) => SiteRow = "SELECT customer_id, zone FROM site WHERE id = ?1";
    static CONTACT: (i64,) => (i64, Option<i64>) = "SELECT customer_id, site_id FROM contact WHERE id = ?1";
    static ASSET: (i64,) => AssetRow =
        "SELECT a.customer_id, a.site_id, a.usage, p.class FROM asset a JOIN product p ON p.id = a.product_id
         WHERE a.id = ?1";
    static CONTRACTS: (i64,) => ContractRow =
        "SELECT c.id, c.number, c.from_on, c.to_on, c.ended_on, b.commitment_id, b.effective_on
         FROM contract c LEFT JOIN commitment_binding b ON b.contract_id = c.id
         WHERE c.customer_id = ?1 AND c.archived_at IS NULL ORDER BY c.id, b.effective_on, b.id";
    static CONTRACT_SITES: (i64,) => (i64, i64) =
        "SELECT s.contract_id, s.site_id FROM contract_site s JOIN contract c ON c.id = s.contract_id
         WHERE c.customer_id = ?1 AND c.archived_at IS NULL";
}

/// Looks up what the registry knows of those whom a report names. What is not named but follows (the
/// customer of a unit, the site where it stands) is filled in.
///
/// Errors: [`Failure::Invalid`] on the field whose thing does not exist, or on `customer` when nothing says
/// whose matter it is.
pub fn around(tx: &mut Tx, named: Named, house_zone: &Zone) -> Result<Around, Failure> {
    let asset = named.asset.map(|id| asset(tx, id)).transpose()?;
    let contact = named.contact.map(|id| contact(tx, id)).transpose()?;
    let site_id = named
        .site
        .or(asset.as_ref().and_then(|(_, site)| *site))
        .or(contact.as_ref().and_then(|(_, site)| *site));
    let site = site_id.map(|id| site(tx, id)).transpose()?;
    let customer = named
        .customer
        .or(asset.as_ref().map(|(asset, _)| asset.belongs.customer))
        .or(contact.as_ref().map(|(contact, _)| contact.customer))
        .or(site.as_ref().map(|site| site.belongs.customer))
        .ok_or_else(|| Failure::field("customer", "error-required"))?;
    let (customer_archived,) = tx
        .maybe(&CUSTOMER, (customer.get(),))?
        .ok_or_else(|| Failure::field("customer", "error-not-there"))?;
    Ok(Around {
        customer,
        customer_archived,
        site,
        contact: contact.map(|(contact, _)| contact),
        asset: asset.map(|(asset, _)| asset),
        contracts: contracts_of(tx, customer)?,
        house_zone: house_zone.clone(),
    })
}

fn site(tx: &mut Tx, id: SiteId) -> Result<SiteKnown, Failure> {
    let row = tx.maybe(&SITE, (id.get(),))?.ok_or_else(|| Failure::field("site", "error-not-there"))?;
    let zone = Zone::parse("site", &row.zone)
        .map_err(|_| Failure::broke(format!("site {id} has zone {}", row.zone)))?;
    Ok(SiteKnown { belongs: Belongs { id, customer: CustomerId(row.customer_id) }, zone })
}

fn contact(tx: &mut Tx, id: ContactId) -> Result<(Belongs<ContactId>, Option<SiteId>), Failure> {
    let (customer, site) =
        tx.maybe(&CONTACT, (id.get(),))?.ok_or_else(|| Failure::field("contact", "error-not-there"))?;
    Ok((Belongs { id, customer: CustomerId(customer) }, site.map(SiteId)))
}

fn asset(tx: &mut Tx, id: AssetId) -> Result<(AssetKnown, Option<SiteId>), Failure> {
    let row = tx.maybe(&ASSET, (id.get(),))?.ok_or_else(|| Failure::field("asset", "error-not-there"))?;
    let belongs = Belongs { id, customer: CustomerId(row.customer_id) };
    Ok((AssetKnown { belongs, usage: row.usage, class: row.class }, row.site_id.map(SiteId)))
}

/// The customer's contracts, each with its sites and the commitments bound to it.
pub fn contracts_of(tx: &mut Tx, customer: CustomerId) -> Result<Vec<(Contract, Vec<Binding>)>, Error> {
    let rows = tx.all(&CONTRACTS, (customer.get(),))?;
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let sites = tx.all(&CONTRACT_SITES, (customer.get(),))?;
    let mut contracts: Vec<(Contract, Vec<Binding>)> = Vec::with_capacity(1);
    for row in rows {
        let id = ContractId(row.id);
        if contracts.last().is_none_or(|(contract, _)| contract.id != id) {
            let covered = sites.iter().filter(|(contract, _)| *contract == row.id);
            let contract = Contract {
                id,
                number: row.number,
                customer,
                period: Period { from_on: row.from_on, to_on: row.to_on },
                ended_on: row.ended_on,
                sites: covered.map(|(_, site)| SiteId(*site)).collect(),
            };
            contracts.push((contract, Vec::new()));
        }
        if let (Some((_, bound)), Some(commitment), Some(effective_on)) =
            (contracts.last_mut(), row.commitment_id, row.effective_on)
        {
            bound.push(Binding { commitment: CommitmentId(commitment), effective_on });
        }
    }
    Ok(contracts)
}

/// Takes a report in: the ticket, its facts, and through the door its obligations.
///
/// `user` is the person who wrote it down, `custom` what was typed into custom fields.
///
/// Errors: [`Failure::Invalid`] and [`Failure::Refused`] from [`take`].
pub fn report(
    change: &mut Change<'_>,
    report: Report,
    named: Named,
    user: Option<UserId>,
    house_zone: &Zone,
    custom: &Typed,
) -> Result<Reported, Failure> {
    let around = around(change.tx, named, house_zone)?;
    let row = take_in(change, report, &around, user)?;
    let mut ticket = row.ticket();
    for list in steps::store::by_themselves(change.tx, row.kind)? {
        ticket = steps::acts::take(change, ticket, &list)?;
    }
    let ticket = values::set(change, ticket, custom)?;
    Ok(Reported { row, ticket })
}

/// The same when it is known already what the registry knows.
fn take_in(
    change: &mut Change<'_>,
    report: Report,
    around: &Around,
    user: Option<UserId>,
) -> Result<TicketRow, Failure> {
    let new = take(report, around, change.now)?;
    let terms = new.commitment.map(|commitment| change.terms(commitment)).transpose()?;
    let mut ticket = new.ticket(TicketId(0));
    let happened = new.happened(ticket.id);
    happened.iter().for_each(|happening| ticket.apply(happening));
    let row = foreseen(&new, ticket, happened, terms.as_deref(), user, change.now)?;
    let row = TicketRow { id: store::add(change.tx, &row)?, ..row };
    new.happened(row.id).into_iter().for_each(|happening| change.happen(happening));
    change.nudge("queue");
    Ok(row)
}

/// The row of a ticket that has not got its id: after its life so far, with the deadlines that will follow from what
/// happened. So it is written once and enters each index in its place.
///
/// Errors: those of [`foresee`].
pub fn foreseen(
    new: &NewTicket,
    ticket: Ticket,
    happened: Vec<Happening>,
    terms: Option<&Terms>,
    by: Option<UserId>,
    now: Timestamp,
) -> Result<TicketRow, Failure> {
    let due = match terms {
        Some(terms) => due::of(&foresee(terms, happened)?),
        None => Due::default(),
    };
    Ok(TicketRow::of(new, ticket, due, by, now))
}

/// Reads a report with its custom fields, so that everything that is wrong is told at once.
///
/// Errors: [`Failure::Invalid`] with every field that is wrong.
pub fn read(tx: &mut Tx, form: &ReportForm, custom: &Typed) -> Result<Report, Failure> {
    with_custom(tx, &form.kind, form.read(), custom)
}

/// The same for a report that was read before its change began.
pub fn with_custom(
    tx: &mut Tx,
    kind: &str,
    read: Result<Report, Vec<Invalid>>,
    custom: &Typed,
) -> Result<Report, Failure> {
    let others = values::problems(tx, kind, custom)?;
    match read {
        Ok(report) if others.is_empty() => Ok(report),
        Ok(_) => Err(others.into()),
        Err(mut problems) => {
            problems.extend(others);
            Err(problems.into())
        }
    }
}

impl From<NotTaken> for Failure {
    fn from(not_taken: NotTaken) -> Failure {
        match not_taken {
            NotTaken::Invalid(invalid) => invalid.into(),
            NotTaken::Refused(refusal) => refusal.into(),
        }
    }
}
