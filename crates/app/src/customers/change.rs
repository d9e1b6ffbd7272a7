//! Making, editing and putting away customers: the same way for page, API and import.

use jiff::civil::Date;
use rules::customers::{Customer, archive as may_archive};
use rules::event::{About, Event, changed_fields};
use rules::ids::CustomerId;
use rules::{Invalid, Refusal};

use super::store::{self, CustomerRow};
use crate::kernel::door::Change;
use crate::kernel::errors::Failure;
use crate::records::open_tickets::{self, Around};
use crate::records::{differences, must_be_current, must_be_in_use, must_be_written, unless_taken};

/// What a customer's facts are about.
pub fn about(id: CustomerId) -> About {
    About { customer: Some(id), ..About::default() }
}

/// Registers a customer.
///
/// Errors: [`Failure::Invalid`] on `code` when another customer has it.
pub fn create(change: &mut Change<'_>, customer: &Customer) -> Result<CustomerId, Failure> {
    let code = customer.code.as_str();
    free_code(change, None, code)?;
    let id = unless_taken(store::add(change.tx, customer, change.now), "code", taken(code, ""))?;
    let (code, name) = (code.to_owned(), customer.name.to_string());
    change.record(about(id), Event::CustomerCreated { code, name });
    Ok(id)
}

/// Edits a customer. Where nothing differs nothing happens. Tells whether something did.
///
/// Errors: [`Failure::NotFound`]; [`Failure::Refused`] when it changed meanwhile or was put away;
/// [`Failure::Invalid`] on `code` when another customer has it.
pub fn edit(
    change: &mut Change<'_>,
    id: CustomerId,
    seen: Option<i64>,
    customer: &Customer,
) -> Result<bool, Failure> {
    let row = current(change, id, seen)?;
    must_be_in_use(row.archived_at)?;
    let code = customer.code.as_str();
    free_code(change, Some(id), code)?;
    let changes = differences(&row.form(), &customer.form());
    if changes.is_empty() {
        return Ok(false);
    }
    let saved = store::save(change.tx, id, row.version, customer);
    must_be_written(unless_taken(saved, "code", taken(code, ""))?, row.version)?;
    change.record(about(id), Event::CustomerEdited { fields: changed_fields(&changes), changes });
    Ok(true)
}

/// Puts a customer away.
///
/// Errors: [`Refusal::StillInUse`] while it has open tickets or contracts in force on `today`.
pub fn archive(
    change: &mut Change<'_>,
    id: CustomerId,
    seen: Option<i64>,
    today: Date,
) -> Result<(), Failure> {
    let row = current(change, id, seen)?;
    if row.archived_at.is_some() {
        return Err(Refusal::AlreadySo.into());
    }
    let tickets = open_tickets::count(change.tx, Around::Customer(id.get()))?;
    may_archive(tickets + store::contracts_in_force(change.tx, id, today)?)?;
    must_be_written(store::set_archived(change.tx, id, row.version, Some(change.now))?, row.version)?;
    change.record(about(id), Event::CustomerArchived { reason: None });
    Ok(())
}

/// Brings a customer back.
pub fn restore(change: &mut Change<'_>, id: CustomerId, seen: Option<i64>) -> Result<(), Failure> {
    let row = current(change, id, seen)?;
    if row.archived_at.is_none() {
        return Err(Refusal::AlreadySo.into());
    }
    must_be_written(store::set_archived(change.tx, id, row.version, None)?, row.version)?;
    change.record(about(id), Event::CustomerRestored {});
    Ok(())
}

fn current(change: &mut Change<'_>, id: CustomerId, seen: Option<i64>) -> Result<CustomerRow, Failure> {
    let row = store::find(change.tx, id)?.ok_or(Failure::NotFound)?;
    must_be_current(seen, row.version)?;
    Ok(row)
}

fn free_code(change: &mut Change<'_>, own: Option<CustomerId>, code: &str) -> Result<(), Failure> {
    match store::by_code(change.tx, code)? {
        Some(other) if Some(other.id) != own => Err(taken(code, &other.name).into()),
        Some(_) | None => Ok(()),
    }
}

fn taken(code: &str, name: &str) -> Invalid {
    match name {
        "" => Invalid::new("code", "error-code-in-use").with("code", code),
        name => Invalid::new("code", "error-code-taken").with("code", code).with("name", name),
    }
}
