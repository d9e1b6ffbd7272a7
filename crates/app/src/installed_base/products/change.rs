//! Making, editing and putting away products: the same way for page, API and import.

use rules::customers::archive as may_archive;
use rules::event::{About, Event, changed_fields};
use rules::ids::ProductId;
use rules::installed_base::Product;
use rules::{Invalid, Refusal};

use super::store::{self, ProductRow};
use crate::kernel::door::Change;
use crate::kernel::errors::Failure;
use crate::records::{differences, must_be_current, must_be_in_use, must_be_written, unless_taken};

/// What a product's facts are about.
pub fn about(id: ProductId) -> About {
    About { product: Some(id), ..About::default() }
}

/// Adds a product to the catalogue.
///
/// Errors: [`Failure::Invalid`] on `model` when the manufacturer has it already.
pub fn create(change: &mut Change<'_>, product: &Product) -> Result<ProductId, Failure> {
    free_key(change, None, product)?;
    let id = unless_taken(store::add(change.tx, product, change.now), "product_key", taken(product))?;
    let event = Event::ProductCreated {
        model: product.model.to_string(),
        manufacturer: product.manufacturer.to_string(),
        class: product.class.as_ref().map(ToString::to_string),
    };
    change.record(about(id), event);
    Ok(id)
}

/// Edits a product. Where nothing differs nothing happens. Tells whether something did.
///
/// Errors: [`Failure::NotFound`]; [`Failure::Refused`] when it changed meanwhile or was put away;
/// [`Failure::Invalid`] on `model` when the manufacturer has it already.
pub fn edit(
    change: &mut Change<'_>,
    id: ProductId,
    seen: Option<i64>,
    product: &Product,
) -> Result<bool, Failure> {
    let row = current(change, id, seen)?;
    must_be_in_use(row.archived_at)?;
    free_key(change, Some(id), product)?;
    let changes = differences(&row.form(), &product.form());
    if changes.is_empty() {
        return Ok(false);
    }
    let saved = store::save(change.tx, id, row.version, product);
    must_be_written(unless_taken(saved, "product_key", taken(product))?, row.version)?;
    change.record(about(id), Event::ProductEdited { fields: changed_fields(&changes), changes });
    Ok(true)
}

/// Puts a product away.
///
/// Errors: [`Refusal::StillInUse`] while units of it are in use.
pub fn archive(change: &mut Change<'_>, id: ProductId, seen: Option<i64>) -> Result<(), Failure> {
    let row = current(change, id, seen)?;
    if row.archived_at.is_some() {
        return Err(Refusal::AlreadySo.into());
    }
    may_archive(store::units_in_use(change.tx, id)?)?;
    must_be_written(store::set_archived(change.tx, id, row.version, Some(change.now))?, row.version)?;
    change.record(about(id), Event::ProductArchived { reason: None });
    Ok(())
}

/// Brings a product back.
pub fn restore(change: &mut Change<'_>, id: ProductId, seen: Option<i64>) -> Result<(), Failure> {
    let row = current(change, id, seen)?;
    if row.archived_at.is_none() {
        return Err(Refusal::AlreadySo.into());
    }
    must_be_written(store::set_archived(change.tx, id, row.version, None)?, row.version)?;
    change.record(about(id), Event::ProductRestored {});
    Ok(())
}

fn current(change: &mut Change<'_>, id: ProductId, seen: Option<i64>) -> Result<ProductRow, Failure> {
    let row = store::find(change.tx, id)?.ok_or(Failure::NotFound)?;
    must_be_current(seen, row.version)?;
    Ok(row)
}

fn free_key(change: &mut Change<'_>, own: Option<ProductId>, product: &Product) -> Result<(), Failure> {
    match store::by_key(change.tx, &product.key())? {
        Some(other) if Some(other.id) != own => Err(taken(product).into()),
        Some(_) | None => Ok(()),
    }
}

fn taken(product: &Product) -> Invalid {
    Invalid::new("model", "error-model-taken")
        .with("manufacturer", &product.manufacturer)
        .with("model", &product.model)
}
