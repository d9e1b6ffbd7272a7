//! Making, editing and putting away sites: the same way for page, API and import.

use rules::customers::{Site, archive as may_archive};
use rules::event::{About, Event, changed_fields};
use rules::ids::{CustomerId, SiteId};
use rules::{Invalid, Refusal};

use super::store::{self, SiteRow};
use crate::customers::store as customers;
use crate::kernel::door::Change;
use crate::kernel::errors::Failure;
use crate::records::open_tickets::{self, Around};
use crate::records::{differences, must_be_current, must_be_in_use, must_be_written, unless_taken};

/// What a site's facts are about.
pub fn about(id: SiteId, customer: CustomerId) -> About {
    About { site: Some(id), customer: Some(customer), ..About::default() }
}

/// Registers a site of a customer.
///
/// Errors: [`Failure::Invalid`] on `customer` when there is none, on `code` when the customer has it already.
pub fn create(change: &mut Change<'_>, customer: CustomerId, site: &Site) -> Result<SiteId, Failure> {
    let owner = customers::find(change.tx, customer)?;
    let owner = owner.ok_or_else(|| Failure::field("customer", "error-not-there"))?;
    must_be_in_use(owner.archived_at)?;
    free_code(change, None, customer, site.code.as_str())?;
    let added = store::add(change.tx, customer, site, change.now);
    let id = unless_taken(added, "code", taken(site.code.as_str(), ""))?;
    let event = Event::SiteCreated {
        code: site.code.as_str().to_owned(),
        name: site.name.to_string(),
        zone: site.zone.as_str().to_owned(),
        address: site.address.as_ref().map(ToString::to_string),
    };
    change.record(about(id, customer), event);
    Ok(id)
}

/// Edits a site. Where nothing differs nothing happens. Tells whether something did.
///
/// Errors: [`Failure::NotFound`]; [`Failure::Refused`] when it changed meanwhile or was put away;
/// [`Failure::Invalid`] on `code` when the customer has it already.
pub fn edit(change: &mut Change<'_>, id: SiteId, seen: Option<i64>, site: &Site) -> Result<bool, Failure> {
    let row = current(change, id, seen)?;
    must_be_in_use(row.archived_at)?;
    free_code(change, Some(id), row.customer_id, site.code.as_str())?;
    let changes = differences(&row.form(), &site.form());
    if changes.is_empty() {
        return Ok(false);
    }
    let saved = store::save(change.tx, id, row.version, site);
    must_be_written(unless_taken(saved, "code", taken(site.code.as_str(), ""))?, row.version)?;
    let (fields, zone) = (changed_fields(&changes), site.zone.as_str().to_owned());
    change.record(about(id, row.customer_id), Event::SiteEdited { fields, zone, changes });
    Ok(true)
}

/// Puts a site away.
///
/// Errors: [`Refusal::StillInUse`] while it has open tickets.
pub fn archive(change: &mut Change<'_>, id: SiteId, seen: Option<i64>) -> Result<(), Failure> {
    let row = current(change, id, seen)?;
    if row.archived_at.is_some() {
        return Err(Refusal::AlreadySo.into());
    }
    may_archive(open_tickets::count(change.tx, Around::Site(id.get()))?)?;
    must_be_written(store::set_archived(change.tx, id, row.version, Some(change.now))?, row.version)?;
    change.record(about(id, row.customer_id), Event::SiteArchived { reason: None });
    Ok(())
}

/// Brings a site back.
pub fn restore(change: &mut Change<'_>, id: SiteId, seen: Option<i64>) -> Result<(), Failure> {
    let row = current(change, id, seen)?;
    if row.archived_at.is_none() {
        return Err(Refusal::AlreadySo.into());
    }
    must_be_written(store::set_archived(change.tx, id, row.version, None)?, row.version)?;
    change.record(about(id, row.customer_id), Event::SiteRestored {});
    Ok(())
}

fn current(change: &mut Change<'_>, id: SiteId, seen: Option<i64>) -> Result<SiteRow, Failure> {
    let row = store::find(change.tx, id)?.ok_or(Failure::NotFound)?;
    must_be_current(seen, row.version)?;
    Ok(row)
}

fn free_code(
    change: &mut Change<'_>,
    own: Option<SiteId>,
    customer: CustomerId,
    code: &str,
) -> Result<(), Failure> {
    match store::by_code(change.tx, customer, code)? {
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
