//! Recording what was done for a site.

use jiff::tz::TimeZone;
use rules::event::{About, Event};
use rules::ids::{SiteId, UserId};
use rules::service_records::{ServiceForm, ServiceKind};

use super::store;
use crate::commitments::store as commitments;
use crate::contracts::store as contracts;
use crate::customers::sites::store as sites;
use crate::kernel::door::Change;
use crate::kernel::errors::Failure;
use crate::records::must_be_in_use;

/// Records what was done for a site. Where a contract with promises covers it on that day, its quotas count it.
///
/// Errors: [`Failure::NotFound`]; [`Failure::Invalid`] for each field that is wrong.
pub fn record(
    change: &mut Change<'_>,
    site: SiteId,
    form: &ServiceForm,
    by: Option<UserId>,
) -> Result<(), Failure> {
    let place = sites::find(change.tx, site)?.ok_or(Failure::NotFound)?;
    must_be_in_use(place.archived_at)?;
    let zone = TimeZone::get(&place.zone).map_err(Failure::broke)?;
    let record = form.read(change.now.to_zoned(zone).date()).map_err(Failure::Invalid)?;
    let id = store::add(change.tx, site, &record, by, change.now)?;
    let contract = contracts::covering(change.tx, place.customer_id, Some(site), record.done_on)?;
    let commitment = match contract {
        Some(contract) => commitments::on_day(change.tx, contract, record.done_on)?,
        None => None,
    };
    let about = About {
        site: Some(site),
        customer: Some(place.customer_id),
        contract,
        commitment,
        ..About::default()
    };
    let remark = record.remark.as_ref().map(ToString::to_string);
    let event = match (record.kind, record.training) {
        (ServiceKind::Training, Some((name, days))) => Event::AdministratorTrained {
            administrator: id.to_string(),
            days,
            on: record.done_on,
            trainee_name: name.to_string(),
            remark,
        },
        (kind, _) => Event::VisitFinished {
            visit: id.to_string(),
            work: kind.code().to_owned(),
            on: record.done_on,
            engineer: by,
            duty_log_reviewed: record.duty_log_reviewed.then_some(true),
            remark,
        },
    };
    change.record(about, event);
    Ok(())
}
