//! Making, editing and putting away contacts: the same way for page, API and import.

use rules::Invalid;
use rules::Refusal;
use rules::customers::Contact;
use rules::event::{About, Event, changed_fields};
use rules::ids::{ContactId, CustomerId, SiteId};

use super::store::{self, ContactRow};
use crate::customers::sites::store as sites;
use crate::customers::store as customers;
use crate::kernel::door::Change;
use crate::kernel::errors::Failure;
use crate::records::{differences, must_be_current, must_be_in_use, must_be_written};

/// What a contact's facts are about.
pub fn about(id: ContactId, customer: CustomerId, site: Option<SiteId>) -> About {
    About { contact: Some(id), customer: Some(customer), site, ..About::default() }
}

/// Registers a contact of a customer.
///
/// Errors: [`Failure::Invalid`] on `customer` or `site` when there is none, or the site is another customer's.
pub fn create(
    change: &mut Change<'_>,
    customer: CustomerId,
    site: Option<SiteId>,
    contact: &Contact,
) -> Result<ContactId, Failure> {
    let owner = customers::find(change.tx, customer)?;
    let owner = owner.ok_or_else(|| Failure::field("customer", "error-not-there"))?;
    must_be_in_use(owner.archived_at)?;
    site_of(change, customer, site)?;
    let id = store::add(change.tx, customer, site, contact, change.now)?;
    let event = Event::ContactCreated {
        name: contact.name.to_string(),
        phone: contact.phone.as_ref().map(|phone| phone.shown.clone()),
        mail: contact.mail.as_ref().map(|mail| mail.as_str().to_owned()),
    };
    change.record(about(id, customer, site), event);
    Ok(id)
}

/// Edits a contact. Where nothing differs nothing happens. Tells whether something did.
///
/// Errors: [`Failure::NotFound`]; [`Failure::Refused`] when it changed meanwhile or was put away;
/// [`Failure::Invalid`] on `site` when it is another customer's.
pub fn edit(
    change: &mut Change<'_>,
    id: ContactId,
    seen: Option<i64>,
    site: Option<SiteId>,
    contact: &Contact,
) -> Result<bool, Failure> {
    let row = current(change, id, seen)?;
    must_be_in_use(row.archived_at)?;
    if site != row.site_id {
        site_of(change, row.customer_id, site)?;
    }
    let mut changes = differences(&row.form(), &contact.form());
    if site != row.site_id {
        let (from, to) = (site_name(change, row.site_id)?, site_name(change, site)?);
        changes.push(rules::event::FieldChange { field: "site".to_owned(), from, to });
    }
    if changes.is_empty() {
        return Ok(false);
    }
    must_be_written(store::save(change.tx, id, row.version, site, contact)?, row.version)?;
    let event = Event::ContactEdited { fields: changed_fields(&changes), changes };
    change.record(about(id, row.customer_id, site), event);
    Ok(true)
}

/// Puts a contact away: they no longer speak for the customer.
pub fn archive(change: &mut Change<'_>, id: ContactId, seen: Option<i64>) -> Result<(), Failure> {
    let row = current(change, id, seen)?;
    if row.archived_at.is_some() {
        return Err(Refusal::AlreadySo.into());
    }
    must_be_written(store::set_archived(change.tx, id, row.version, Some(change.now))?, row.version)?;
    change.record(about(id, row.customer_id, row.site_id), Event::ContactArchived { reason: None });
    Ok(())
}

/// Brings a contact back.
pub fn restore(change: &mut Change<'_>, id: ContactId, seen: Option<i64>) -> Result<(), Failure> {
    let row = current(change, id, seen)?;
    if row.archived_at.is_none() {
        return Err(Refusal::AlreadySo.into());
    }
    must_be_written(store::set_archived(change.tx, id, row.version, None)?, row.version)?;
    change.record(about(id, row.customer_id, row.site_id), Event::ContactRestored {});
    Ok(())
}

fn current(change: &mut Change<'_>, id: ContactId, seen: Option<i64>) -> Result<ContactRow, Failure> {
    let row = store::find(change.tx, id)?.ok_or(Failure::NotFound)?;
    must_be_current(seen, row.version)?;
    Ok(row)
}

fn site_of(change: &mut Change<'_>, customer: CustomerId, site: Option<SiteId>) -> Result<(), Failure> {
    let Some(site) = site else { return Ok(()) };
    match sites::find(change.tx, site)? {
        None => Err(Failure::field("site", "error-not-there")),
        Some(row) if row.customer_id != customer => {
            Err(Invalid::new("site", "error-site-of-another-customer").with("site", row.name).into())
        }
        Some(_) => Ok(()),
    }
}

fn site_name(change: &mut Change<'_>, site: Option<SiteId>) -> Result<Option<String>, Failure> {
    let Some(site) = site else { return Ok(None) };
    Ok(sites::find(change.tx, site)?.map(|row| row.name))
}
