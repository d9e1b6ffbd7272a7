//! Recording what happens to a unit that moves its warranty.

use std::collections::BTreeMap;

use rules::Invalid;
use rules::coverage::{UnitEvent, UnitEventForm};
use rules::event::{About, Event};
use rules::ids::AssetId;

use super::{Cover, Covers};
use crate::kernel::door::Change;
use crate::kernel::errors::Failure;
use crate::kernel::terms::Library;

/// Records an event of a unit.
///
/// A unit that replaces another takes over each of its periods that has begun, one fact a period.
///
/// Errors: [`Failure::NotFound`]; [`Failure::Invalid`] for each field that is wrong, for a unit that no contract with
/// promises covers, and for a replaced unit of another customer or without a warranty.
pub fn record(
    change: &mut Change<'_>,
    library: &Library,
    asset: AssetId,
    form: &UnitEventForm,
) -> Result<(), Failure> {
    let mut covers = Covers::new(library, change.now);
    let cover = covers.of(change.tx, asset, None)?;
    let event = form.read(asset, cover.on, cover.out_since()).map_err(Failure::Invalid)?;
    let (Some(contract), Some(commitment)) = (cover.under.contract, cover.under.commitment) else {
        return Err(Failure::field("kind", "error-unit-not-covered"));
    };
    let about = About {
        asset: Some(asset),
        site: cover.unit.site_id,
        customer: Some(cover.unit.customer_id),
        contract: Some(contract),
        commitment: Some(commitment),
        ..About::default()
    };
    let told = match event {
        UnitEvent::OutOfService { on, reason } => Event::AssetOutOfService { on, reason: reason.to_string() },
        UnitEvent::BackInService { on } => Event::AssetBackInService { on },
        UnitEvent::ManufacturerWarranty { until } => {
            Event::AssetManufacturerWarrantySet { months: None, until: Some(until) }
        }
        UnitEvent::TrialStarted { on } => Event::AssetTrialStarted { on },
        UnitEvent::PutInOperation { on } => Event::AssetPutInOperation { on },
        UnitEvent::Replaces { on, replaced } => {
            let old = covers.of(change.tx, replaced, Some(on));
            let old = old.map_err(|_| Failure::Invalid(vec![Invalid::unknown("replaced", replaced)]))?;
            if old.unit.customer_id != cover.unit.customer_id {
                return Err(Failure::field("replaced", "error-replaced-of-another"));
            }
            return inherit(change, about, &old, on);
        }
    };
    change.record(about, told);
    Ok(())
}

fn inherit(change: &mut Change<'_>, about: About, old: &Cover, on: jiff::civil::Date) -> Result<(), Failure> {
    let periods = match old.answer(BTreeMap::new()) {
        Some(Ok(answer)) => answer.periods,
        _ => Vec::new(),
    };
    let begun: Vec<_> =
        periods.into_iter().filter_map(|period| Some((period.name.clone(), period.dates()?))).collect();
    if begun.is_empty() {
        return Err(Failure::field("replaced", "error-replaced-without-warranty"));
    }
    for (period, dates) in begun {
        let event = Event::AssetReplaces {
            on,
            replaced: old.unit.called().to_owned(),
            period,
            period_from: dates.first,
            period_to: dates.last,
        };
        change.record(about, event);
    }
    Ok(())
}
