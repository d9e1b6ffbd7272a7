//! Making and changing contracts: the same way for page, API and import.

use jiff::ToSpan;
use jiff::civil::Date;
use rules::contracts::{
    Contract, Dedication, Particulars, Period, appointments, end as may_end, must_not_overlap, service,
    sign_acceptance,
};
use rules::customers::archive as may_archive;
use rules::event::{About, Event, changed_fields};
use rules::ids::{CommitmentId, ContractId, CustomerId, SiteId, UserId};
use rules::text::Line;
use rules::{Invalid, Refusal};

use super::store::{self, ContractRow};
use crate::commitments::store as commitments;
use crate::customers::sites::store as sites;
use crate::customers::store as customers;
use crate::kernel::door::Change;
use crate::kernel::errors::Failure;
use crate::records::open_tickets::{self, Around};
use crate::records::{differences, must_be_current, must_be_in_use, must_be_written, unless_taken};

/// What a contract's facts are about.
pub fn about(id: ContractId, customer: CustomerId) -> About {
    About { contract: Some(id), customer: Some(customer), ..About::default() }
}

/// Registers a contract with a customer. It covers all sites of the customer until some are named.
///
/// Errors: as for [`create_for`].
pub fn create(
    change: &mut Change<'_>,
    customer: CustomerId,
    contract: &Particulars,
) -> Result<ContractId, Failure> {
    create_for(change, customer, contract, &[])
}

/// Registers a contract with a customer for some sites; for none it covers all of them.
///
/// Errors: [`Failure::Invalid`] on `customer` or `site` when there is none, on `number` when it is taken;
/// [`Refusal::CoverOverlaps`] when another contract covers the same on a day.
pub fn create_for(
    change: &mut Change<'_>,
    customer: CustomerId,
    contract: &Particulars,
    sites: &[SiteId],
) -> Result<ContractId, Failure> {
    let owner = customers::find(change.tx, customer)?;
    let owner = owner.ok_or_else(|| Failure::field("customer", "error-not-there"))?;
    must_be_in_use(owner.archived_at)?;
    free_number(change, None, contract.number.as_str())?;
    let added = store::add(change.tx, customer, contract, change.now);
    let id = unless_taken(added, "number", taken(contract.number.as_str(), ""))?;
    let row = store::find(change.tx, id)?.ok_or(Failure::NotFound)?;
    for site in sites {
        own_site(change, &row, *site)?;
        store::add_site(change.tx, id, *site, change.now)?;
    }
    must_fit(change, customer, id)?;
    let (number, period) = (contract.number.to_string(), contract.period);
    let event = Event::ContractCreated { number, from_on: period.from_on, to_on: period.to_on };
    change.record(about(id, customer), event);
    for site in sites {
        let about = About { site: Some(*site), ..about(id, customer) };
        change.record(about, Event::ContractSiteAdded { covered_site: *site });
    }
    Ok(id)
}

/// Edits a contract's particulars. Where nothing differs nothing happens. Tells whether something did.
///
/// Errors: [`Failure::NotFound`]; [`Failure::Refused`] when it changed meanwhile, was put away, or would cover
/// what another covers; [`Failure::Invalid`] on `number` when it is taken.
pub fn edit(
    change: &mut Change<'_>,
    id: ContractId,
    seen: Option<i64>,
    contract: &Particulars,
) -> Result<bool, Failure> {
    let row = current(change, id, seen)?;
    free_number(change, Some(id), contract.number.as_str())?;
    let changes = differences(&row.form(), &contract.form());
    if changes.is_empty() {
        return Ok(false);
    }
    let saved = store::save(change.tx, id, row.version, contract);
    must_be_written(unless_taken(saved, "number", taken(contract.number.as_str(), ""))?, row.version)?;
    must_fit(change, row.customer_id, id)?;
    let event = Event::ContractEdited { fields: changed_fields(&changes), changes };
    change.record(about(id, row.customer_id), event);
    Ok(true)
}

/// Binds a contract to a version of a commitment from a day on.
///
/// Errors: [`Failure::Invalid`] on `commitment` when there is none; [`Refusal::AlreadySo`].
pub fn bind(
    change: &mut Change<'_>,
    id: ContractId,
    seen: Option<i64>,
    commitment: CommitmentId,
    effective_on: Date,
    by: Option<UserId>,
) -> Result<(), Failure> {
    let row = current(change, id, seen)?;
    let version = commitments::find(change.tx, commitment)?;
    let version = version.ok_or_else(|| Failure::field("commitment", "error-not-there"))?;
    let bound = commitments::bindings(change.tx, id)?;
    if bound.iter().any(|old| old.commitment_id == commitment && old.effective_on == effective_on) {
        return Err(Refusal::AlreadySo.into());
    }
    must_be_written(store::touch(change.tx, id, row.version)?, row.version)?;
    commitments::bind(change.tx, id, commitment, effective_on, by, change.now)?;
    let event = Event::ContractCommitmentBound {
        commitment,
        name: version.name,
        version: version.version,
        effective_on,
    };
    let about = About { commitment: Some(commitment), ..about(id, row.customer_id) };
    change.record(about, event);
    if bound.is_empty() {
        // What has passed before the promises were known here is not judged.
        let from = row.from_on.max(effective_on).max(change.now.to_zoned(jiff::tz::TimeZone::UTC).date());
        let until = row.to_on.and_then(|on| on.tomorrow().ok());
        change.record(about, Event::ContractStarted { from, until });
        tell_appointments(change, about, &[])?;
        for acceptance in store::acceptances(change.tx, id)? {
            tell_service(change, about, &row, effective_on, acceptance.site_id, acceptance.signed_on)?;
        }
    }
    Ok(())
}

/// Units of one site whose warranty one acceptance begins.
const UNITS_MOST: i64 = 2_000;
/// An acceptance older than this when it is told is history: what it brought within weeks cannot be judged any more.
const ACCEPTANCE_MOST_DAYS: i64 = 365;

/// Tells what the acceptance of a site brings under promises: its training, its visits, the warranty of its units.
fn tell_service(
    change: &mut Change<'_>,
    about: About,
    row: &ContractRow,
    bound_on: Date,
    site: SiteId,
    signed_on: Date,
) -> Result<(), Failure> {
    let Some(place) = sites::find(change.tx, site)? else { return Ok(()) };
    let zone = jiff::tz::TimeZone::get(&place.zone).map_err(Failure::broke)?;
    let today = change.now.to_zoned(zone).date();
    let about = About { site: Some(site), ..about };
    let is_recent = signed_on.checked_add(ACCEPTANCE_MOST_DAYS.days()).is_ok_and(|last| today <= last);
    if is_recent {
        change.record(about, Event::SiteAccepted { from: signed_on, zone: place.zone.clone() });
    }
    let period = Period { from_on: row.from_on, to_on: row.to_on };
    if let Some(days) = service(period, row.ended_on, bound_on, signed_on, today) {
        let (from, until) = (days.from_on, days.to_on);
        change.record(about, Event::SiteServiceStarted { from, until, zone: place.zone });
    }
    for (asset, months) in store::units_at(change.tx, site, UNITS_MOST)? {
        let about = About { asset: Some(asset), ..about };
        if months.is_some() {
            change.record(about, Event::AssetManufacturerWarrantySet { months, until: None });
        }
        change.record(about, Event::AssetAccepted { on: signed_on });
    }
    Ok(())
}

/// Tells that the service of an accepted site ended with a day.
fn tell_service_end(change: &mut Change<'_>, about: About, site: SiteId, until: Date) -> Result<(), Failure> {
    let Some(place) = sites::find(change.tx, site)? else { return Ok(()) };
    let about = About { site: Some(site), ..about };
    change.record(about, Event::SiteServiceEnded { until, zone: place.zone });
    Ok(())
}

/// Tells who is dedicated to a contract since its dedications were as `before`.
fn tell_appointments(change: &mut Change<'_>, about: About, before: &[Dedication]) -> Result<(), Failure> {
    let Some(contract) = about.contract else { return Ok(()) };
    let after = store::dedications(change.tx, contract)?;
    for event in appointments(before, &after) {
        change.record(about, event);
    }
    Ok(())
}

/// What a contract's facts are about, with the commitment that holds now; without one nothing is promised.
fn promised(change: &mut Change<'_>, id: ContractId, customer: CustomerId) -> Result<About, Failure> {
    let today = change.now.to_zoned(jiff::tz::TimeZone::UTC).date();
    let commitment = commitments::on_day(change.tx, id, today)?;
    Ok(About { commitment, ..about(id, customer) })
}

/// Names the dedicated engineer from a day on (C2.6), or a vacancy.
///
/// Errors: [`Failure::Invalid`] on `engineer` when there is no such account; [`Refusal::AlreadySo`].
pub fn dedicate(
    change: &mut Change<'_>,
    id: ContractId,
    seen: Option<i64>,
    engineer: Option<UserId>,
    from_on: Date,
) -> Result<(), Failure> {
    let row = current(change, id, seen)?;
    if let Some(engineer) = engineer
        && store::engineer_name(change.tx, engineer)?.is_none()
    {
        return Err(Failure::field("engineer", "error-not-there"));
    }
    if row.engineer_id == engineer {
        return Err(Refusal::AlreadySo.into());
    }
    must_be_written(store::touch(change.tx, id, row.version)?, row.version)?;
    let before = store::dedications(change.tx, id)?;
    store::dedicate(change.tx, id, engineer, from_on, change.now)?;
    let about = promised(change, id, row.customer_id)?;
    change.record(About { user: engineer, ..about }, Event::ContractEngineerNamed { engineer, from_on });
    if about.commitment.is_some() {
        tell_appointments(change, about, &before)?;
    }
    Ok(())
}

/// Names a site in a contract; from the first on it covers only those it names.
///
/// Errors: [`Failure::Invalid`] on `site` when it is not one of the customer's; [`Refusal::CoverOverlaps`].
pub fn add_site(
    change: &mut Change<'_>,
    id: ContractId,
    seen: Option<i64>,
    site: SiteId,
) -> Result<(), Failure> {
    let row = current(change, id, seen)?;
    own_site(change, &row, site)?;
    if store::sites(change.tx, id)?.iter().any(|named| named.id == site) {
        return Err(Refusal::AlreadySo.into());
    }
    must_be_written(store::touch(change.tx, id, row.version)?, row.version)?;
    store::add_site(change.tx, id, site, change.now)?;
    must_fit(change, row.customer_id, id)?;
    let about = About { site: Some(site), ..about(id, row.customer_id) };
    change.record(about, Event::ContractSiteAdded { covered_site: site });
    Ok(())
}

/// Takes a site out of a contract.
///
/// Errors: [`Failure::NotFound`] when the contract does not name it; [`Refusal::CoverOverlaps`] when the contract
/// would then cover all sites and another does so already.
pub fn remove_site(
    change: &mut Change<'_>,
    id: ContractId,
    seen: Option<i64>,
    site: SiteId,
) -> Result<(), Failure> {
    let row = current(change, id, seen)?;
    if !store::sites(change.tx, id)?.iter().any(|named| named.id == site) {
        return Err(Failure::NotFound);
    }
    must_be_written(store::touch(change.tx, id, row.version)?, row.version)?;
    store::remove_site(change.tx, id, site)?;
    must_fit(change, row.customer_id, id)?;
    let own = About { site: Some(site), ..about(id, row.customer_id) };
    change.record(own, Event::ContractSiteRemoved { covered_site: site });
    let about = promised(change, id, row.customer_id)?;
    if about.commitment.is_some() && store::accepted_on(change.tx, id, site)?.is_some() {
        let today = change.now.to_zoned(jiff::tz::TimeZone::UTC).date();
        tell_service_end(change, about, site, today)?;
    }
    Ok(())
}

/// Records that the acceptance of a site was signed (C3.1). `today` is the day at the site.
///
/// Errors: [`Failure::Invalid`] on `site`; [`Refusal`] when it is recorded already, lies in the future, or the
/// contract does not cover the site.
pub fn accept(
    change: &mut Change<'_>,
    id: ContractId,
    seen: Option<i64>,
    site: SiteId,
    signed_on: Date,
    signed_by: Option<&Line>,
) -> Result<(), Failure> {
    let row = current(change, id, seen)?;
    let place = own_site(change, &row, site)?;
    let named = store::sites(change.tx, id)?;
    if !named.is_empty() && !named.iter().any(|named| named.id == site) {
        return Err(Invalid::new("site", "error-site-not-covered").with("site", place.name).into());
    }
    let zone = jiff::tz::TimeZone::get(&place.zone).map_err(Failure::broke)?;
    let today = change.now.to_zoned(zone).date();
    sign_acceptance(store::accepted_on(change.tx, id, site)?, signed_on, today)?;
    must_be_written(store::touch(change.tx, id, row.version)?, row.version)?;
    store::accept(change.tx, id, site, signed_on, signed_by.map(Line::as_str), change.now)?;
    let event = Event::AcceptanceSigned {
        accepted_site: site,
        signed_on,
        zone: place.zone,
        signed_by: signed_by.map(ToString::to_string),
    };
    let about = About { site: Some(site), ..about(id, row.customer_id) };
    change.record(about, event);
    let promised = promised(change, id, row.customer_id)?;
    let bound = commitments::bindings(change.tx, id)?;
    if let Some(first) = bound.first().filter(|_| promised.commitment.is_some()) {
        tell_service(change, promised, &row, first.effective_on, site, signed_on)?;
    }
    Ok(())
}

/// Ends a contract before its time.
///
/// Errors: [`Refusal`] where it is over already or would end before it began.
pub fn end(
    change: &mut Change<'_>,
    id: ContractId,
    seen: Option<i64>,
    ended_on: Date,
    reason: &Line,
) -> Result<(), Failure> {
    let row = current(change, id, seen)?;
    may_end(&row.with_sites(Vec::new()), ended_on)?;
    must_be_written(store::set_ended(change.tx, id, row.version, ended_on)?, row.version)?;
    let about = promised(change, id, row.customer_id)?;
    let until = ended_on.tomorrow().unwrap_or(ended_on);
    change.record(about, Event::ContractEnded { ended_on, until, reason: reason.to_string() });
    if about.commitment.is_some() {
        for acceptance in store::acceptances(change.tx, id)? {
            tell_service_end(change, about, acceptance.site_id, ended_on)?;
        }
    }
    Ok(())
}

/// Puts a contract away: it covers nothing any more.
///
/// Errors: [`Refusal::StillInUse`] while tickets under it are open.
pub fn archive(change: &mut Change<'_>, id: ContractId, seen: Option<i64>) -> Result<(), Failure> {
    let row = found(change, id, seen)?;
    if row.archived_at.is_some() {
        return Err(Refusal::AlreadySo.into());
    }
    let around = Around::Contract { contract: id.get(), customer: row.customer_id.get() };
    may_archive(open_tickets::count(change.tx, around)?)?;
    must_be_written(store::set_archived(change.tx, id, row.version, Some(change.now))?, row.version)?;
    change.record(about(id, row.customer_id), Event::ContractArchived { reason: None });
    Ok(())
}

/// Brings a contract back.
///
/// Errors: [`Refusal::CoverOverlaps`] when another covers the same by now.
pub fn restore(change: &mut Change<'_>, id: ContractId, seen: Option<i64>) -> Result<(), Failure> {
    let row = found(change, id, seen)?;
    if row.archived_at.is_none() {
        return Err(Refusal::AlreadySo.into());
    }
    must_be_written(store::set_archived(change.tx, id, row.version, None)?, row.version)?;
    must_fit(change, row.customer_id, id)?;
    change.record(about(id, row.customer_id), Event::ContractRestored {});
    Ok(())
}

fn found(change: &mut Change<'_>, id: ContractId, seen: Option<i64>) -> Result<ContractRow, Failure> {
    let row = store::find(change.tx, id)?.ok_or(Failure::NotFound)?;
    must_be_current(seen, row.version)?;
    Ok(row)
}

/// The contract to change, which is not put away.
fn current(change: &mut Change<'_>, id: ContractId, seen: Option<i64>) -> Result<ContractRow, Failure> {
    let row = found(change, id, seen)?;
    must_be_in_use(row.archived_at)?;
    Ok(row)
}

/// Refuses what was just written where two contracts would cover one site on one day.
fn must_fit(change: &mut Change<'_>, customer: CustomerId, id: ContractId) -> Result<(), Failure> {
    let contracts: Vec<Contract> = store::of_customer(change.tx, customer)?;
    if let Some(own) = contracts.iter().find(|contract| contract.id == id) {
        must_not_overlap(own, &contracts)?;
    }
    Ok(())
}

fn own_site(change: &mut Change<'_>, row: &ContractRow, site: SiteId) -> Result<sites::SiteRow, Failure> {
    match sites::find(change.tx, site)? {
        None => Err(Failure::field("site", "error-not-there")),
        Some(place) if place.customer_id != row.customer_id => {
            Err(Invalid::new("site", "error-site-of-another-customer").with("site", place.name).into())
        }
        Some(place) => Ok(place),
    }
}

fn free_number(change: &mut Change<'_>, own: Option<ContractId>, number: &str) -> Result<(), Failure> {
    match store::by_number(change.tx, number)? {
        Some(other) if Some(other.id) != own => Err(taken(number, &other.title).into()),
        Some(_) | None => Ok(()),
    }
}

fn taken(number: &str, title: &str) -> Invalid {
    match title {
        "" => Invalid::new("number", "error-code-in-use").with("code", number),
        name => Invalid::new("number", "error-code-taken").with("code", number).with("name", name),
    }
}
