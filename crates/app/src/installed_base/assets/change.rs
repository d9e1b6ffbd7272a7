//! Registering, editing, moving and putting away units: the same way for page, API and import.

use rules::customers::archive as may_archive;
use rules::event::{About, Event, FieldChange, changed_fields};
use rules::ids::{AssetId, CustomerId};
use rules::installed_base::{Asset, take_serial};
use rules::{Invalid, Refusal};

use super::store::{self, AssetRow, Placed};
use crate::customers::sites::store as sites;
use crate::customers::store as customers;
use crate::installed_base::products::store as products;
use crate::kernel::door::Change;
use crate::kernel::errors::Failure;
use crate::records::open_tickets::{self, Around};
use crate::records::{differences, must_be_current, must_be_in_use, must_be_written, unless_taken};

/// What a unit's facts are about.
pub fn about(id: AssetId, customer: CustomerId, placed: Placed) -> About {
    About {
        asset: Some(id),
        customer: Some(customer),
        site: placed.site,
        product: Some(placed.product),
        ..About::default()
    }
}

/// Registers a unit of a customer.
///
/// Errors: [`Failure::Invalid`] on `customer`, `site` or `product` when there is none or it is another
/// customer's, on `serial` when another unit of the product carries it.
pub fn create(
    change: &mut Change<'_>,
    customer: CustomerId,
    placed: Placed,
    asset: &Asset,
) -> Result<AssetId, Failure> {
    let owner = customers::find(change.tx, customer)?;
    let owner = owner.ok_or_else(|| Failure::field("customer", "error-not-there"))?;
    must_be_in_use(owner.archived_at)?;
    must_stand(change, customer, placed)?;
    free_serial(change, None, customer, placed, asset)?;
    let added = store::add(change.tx, customer, placed, asset, change.now);
    let id = unless_taken(added, "serial", taken(asset, ""))?;
    let event = Event::AssetCreated {
        serial: asset.serial.as_ref().map(|serial| serial.shown.clone()),
        usage: asset.usage,
        installed_on: asset.installed_on,
    };
    change.record(about(id, customer, placed), event);
    Ok(id)
}

/// Edits a unit; another site or position is a move. Where nothing differs nothing happens. Tells whether
/// something did.
///
/// Errors: [`Failure::NotFound`]; [`Failure::Refused`] when it changed meanwhile or was put away;
/// [`Failure::Invalid`] as for [`create`].
pub fn edit(
    change: &mut Change<'_>,
    id: AssetId,
    seen: Option<i64>,
    placed: Placed,
    asset: &Asset,
) -> Result<bool, Failure> {
    let row = current(change, id, seen)?;
    must_be_in_use(row.archived_at)?;
    let before = Placed { product: row.product_id, site: row.site_id };
    if placed != before {
        must_stand(change, row.customer_id, placed)?;
    }
    free_serial(change, Some(id), row.customer_id, placed, asset)?;
    let mut changes = differences(&row.form(), &asset.form());
    if placed.product != before.product {
        let (from, to) = (model(change, before)?, model(change, placed)?);
        changes.push(FieldChange { field: "product".to_owned(), from, to });
    }
    let moved = placed.site != before.site || changes.iter().any(|change| change.field == "position");
    changes.retain(|change| change.field != "position");
    if !moved && changes.is_empty() {
        return Ok(false);
    }
    let saved = store::save(change.tx, id, row.version, placed, asset);
    must_be_written(unless_taken(saved, "serial", taken(asset, ""))?, row.version)?;
    let about = about(id, row.customer_id, placed);
    if moved {
        let position = asset.position.as_ref().map(ToString::to_string);
        change.record(about, Event::AssetMoved { from_site: before.site, to_site: placed.site, position });
    }
    if !changes.is_empty() {
        change.record(about, Event::AssetEdited { fields: changed_fields(&changes), changes });
    }
    Ok(true)
}

/// Puts a unit away.
///
/// Errors: [`Refusal::StillInUse`] while it has open tickets.
pub fn archive(change: &mut Change<'_>, id: AssetId, seen: Option<i64>) -> Result<(), Failure> {
    let row = current(change, id, seen)?;
    if row.archived_at.is_some() {
        return Err(Refusal::AlreadySo.into());
    }
    may_archive(open_tickets::count(change.tx, Around::Asset(id.get()))?)?;
    must_be_written(store::set_archived(change.tx, id, row.version, Some(change.now))?, row.version)?;
    change.record(own_about(&row), Event::AssetArchived { reason: None });
    Ok(())
}

/// Brings a unit back.
pub fn restore(change: &mut Change<'_>, id: AssetId, seen: Option<i64>) -> Result<(), Failure> {
    let row = current(change, id, seen)?;
    if row.archived_at.is_none() {
        return Err(Refusal::AlreadySo.into());
    }
    must_be_written(store::set_archived(change.tx, id, row.version, None)?, row.version)?;
    change.record(own_about(&row), Event::AssetRestored {});
    Ok(())
}

fn own_about(row: &AssetRow) -> About {
    about(row.id, row.customer_id, Placed { product: row.product_id, site: row.site_id })
}

fn current(change: &mut Change<'_>, id: AssetId, seen: Option<i64>) -> Result<AssetRow, Failure> {
    let row = store::find(change.tx, id)?.ok_or(Failure::NotFound)?;
    must_be_current(seen, row.version)?;
    Ok(row)
}

/// The product is in the catalogue, and the site is one of the customer's.
fn must_stand(change: &mut Change<'_>, customer: CustomerId, placed: Placed) -> Result<(), Failure> {
    if products::find(change.tx, placed.product)?.is_none() {
        return Err(Failure::field("product", "error-not-there"));
    }
    let Some(site) = placed.site else { return Ok(()) };
    match sites::find(change.tx, site)? {
        None => Err(Failure::field("site", "error-not-there")),
        Some(row) if row.customer_id != customer => {
            Err(Invalid::new("site", "error-site-of-another-customer").with("site", row.name).into())
        }
        Some(_) => Ok(()),
    }
}

/// Says beside the field whose unit carries the serial number already.
fn free_serial(
    change: &mut Change<'_>,
    own: Option<AssetId>,
    customer: CustomerId,
    placed: Placed,
    asset: &Asset,
) -> Result<(), Failure> {
    let Some(serial) = &asset.serial else { return Ok(()) };
    let holder = store::holder(change.tx, &serial.key, placed.product)?;
    match (take_serial(own, placed.product, serial, holder.as_ref()), holder) {
        (Err(Refusal::SerialTaken { .. }), Some(holder)) if holder.customer == customer => {
            Err(taken(asset, "").into())
        }
        (Err(Refusal::SerialTaken { customer, .. }), _) => Err(taken(asset, &customer).into()),
        (Err(refusal), _) => Err(refusal.into()),
        (Ok(()), _) => Ok(()),
    }
}

fn taken(asset: &Asset, customer: &str) -> Invalid {
    let serial = asset.serial.as_ref().map_or("", |serial| serial.shown.as_str());
    match customer {
        "" => Invalid::new("serial", "error-serial-taken").with("serial", serial),
        other => Invalid::new("serial", "error-serial-of-another-customer")
            .with("serial", serial)
            .with("customer", other),
    }
}

fn model(change: &mut Change<'_>, placed: Placed) -> Result<Option<String>, Failure> {
    let row = products::find(change.tx, placed.product)?;
    Ok(row.map(|row| format!("{} {}", row.manufacturer, row.model)))
}
