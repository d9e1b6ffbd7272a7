//! One row of a file becomes a record, or what is wrong with its cells.

use std::collections::HashMap;

use rules::contracts::ContractForm;
use rules::customers::{ContactForm, CustomerForm, SiteForm};
use rules::ids::{CommitmentId, CustomerId, ProductId, SiteId, UserId};
use rules::installed_base::{AssetForm, Match, ProductForm, match_serial, product_key};
use rules::{Invalid, Refusal};
use sheet::Row;

use super::columns::Noun;
use crate::commitments::store as commitments;
use crate::contracts::{change as contract_change, store as contracts};
use crate::customers::contacts::{change as contact_change, store as contacts};
use crate::customers::sites::{change as site_change, store as sites};
use crate::customers::{change as customer_change, store as customers};
use crate::installed_base::assets::store::Placed;
use crate::installed_base::assets::{change as asset_change, store as assets};
use crate::installed_base::products::{change as product_change, store as products};
use crate::kernel::door::Change;
use crate::kernel::errors::Failure;

/// Commitment versions that a name is looked for in.
const COMMITMENTS_MOST: i64 = 200;

/// What became of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Became {
    Created,
    Updated,
    /// The record was so already.
    Same,
}

/// Where the fields stand in a row, and what holds where a file says nothing.
#[derive(Clone, Debug)]
pub struct Plan {
    pub noun: Noun,
    /// Field and column.
    pub places: Vec<(&'static str, usize)>,
    /// The zone of a site whose zone is not given.
    pub house_zone: String,
    /// Who imports.
    pub user: UserId,
}

/// Customers, sites and products that rows of one batch named, by what they were called.
#[derive(Default)]
pub struct Named {
    customers: HashMap<String, CustomerId>,
    sites: HashMap<(CustomerId, String), SiteId>,
    products: HashMap<String, ProductId>,
}

/// The cells of a row by their fields.
struct Cells<'a> {
    plan: &'a Plan,
    row: &'a Row,
}

impl<'a> Cells<'a> {
    /// The text of a field; nothing where no column was chosen for it.
    fn get(&self, field: &str) -> Option<&'a str> {
        let place = self.plan.places.iter().find(|(name, _)| *name == field)?.1;
        Some(self.row.cell(place))
    }

    fn text(&self, field: &str) -> &'a str {
        self.get(field).unwrap_or_default()
    }

    /// Puts a field where a column was chosen for it; otherwise what stands there stays.
    fn put(&self, field: &str, into: &mut String) {
        if let Some(text) = self.get(field) {
            into.clear();
            into.push_str(text);
        }
    }
}

/// Imports one row.
///
/// Errors: [`Failure::Invalid`] with the fields that are wrong, [`Failure::Refused`] where a rule says no; any
/// other is of the database.
pub fn row(change: &mut Change<'_>, plan: &Plan, named: &mut Named, row: &Row) -> Result<Became, Failure> {
    let garbled = row.garbled().and_then(|place| plan.places.iter().find(|(_, own)| *own == place));
    if let Some((field, _)) = garbled {
        return Err(Failure::field(field, "error-garbled"));
    }
    let cells = Cells { plan, row };
    match plan.noun {
        Noun::Customer => customer(change, &cells),
        Noun::Site => site(change, named, &cells),
        Noun::Contact => contact(change, named, &cells),
        Noun::Contract => contract(change, named, &cells),
        Noun::Product => product(change, &cells),
        Noun::Asset => asset(change, named, &cells),
    }
}

fn updated(differs: bool) -> Became {
    if differs { Became::Updated } else { Became::Same }
}

fn customer(change: &mut Change<'_>, cells: &Cells<'_>) -> Result<Became, Failure> {
    let code = rules::customers::Code::parse("code", cells.text("code"));
    let known = match &code {
        Ok(code) => customers::by_code(change.tx, code.as_str())?,
        Err(_) => None,
    };
    let mut form = known.as_ref().map_or_else(CustomerForm::default, customers::CustomerRow::form);
    cells.put("code", &mut form.code);
    cells.put("name", &mut form.name);
    cells.put("short_name", &mut form.short_name);
    cells.put("remark", &mut form.remark);
    let read = form.read()?;
    match known {
        Some(row) => Ok(updated(customer_change::edit(change, row.id, None, &read)?)),
        None => customer_change::create(change, &read).map(|_| Became::Created),
    }
}

fn site(change: &mut Change<'_>, named: &mut Named, cells: &Cells<'_>) -> Result<Became, Failure> {
    let owner = named.customer(change, cells.text("customer"));
    let code = rules::customers::Code::parse("code", cells.text("code"));
    let known = match (&owner, &code) {
        (Ok(owner), Ok(code)) => sites::by_code(change.tx, *owner, code.as_str())?,
        (_, _) => None,
    };
    let mut form = known.as_ref().map_or_else(
        || SiteForm { zone: cells.plan.house_zone.clone(), ..SiteForm::default() },
        sites::SiteRow::form,
    );
    cells.put("code", &mut form.code);
    cells.put("name", &mut form.name);
    cells.put("address", &mut form.address);
    cells.put("latitude", &mut form.latitude);
    cells.put("longitude", &mut form.longitude);
    cells.put("remark", &mut form.remark);
    if !cells.text("zone").is_empty() {
        cells.put("zone", &mut form.zone);
    }
    let (owner, read) = crate::records::api::both(owner, form.read())?;
    match known {
        Some(row) => Ok(updated(site_change::edit(change, row.id, None, &read)?)),
        None => site_change::create(change, owner, &read).map(|_| Became::Created),
    }
}

fn contact(change: &mut Change<'_>, named: &mut Named, cells: &Cells<'_>) -> Result<Became, Failure> {
    let owner = named.customer(change, cells.text("customer"));
    let mut typed = ContactForm::default();
    cells.put("name", &mut typed.name);
    cells.put("title", &mut typed.title);
    cells.put("phone", &mut typed.phone);
    cells.put("mail", &mut typed.mail);
    cells.put("remark", &mut typed.remark);
    let (owner, read) = crate::records::api::both(owner, typed.read())?;
    let mut known = None;
    for key in read.keys() {
        // A key that two contacts share tells nothing.
        if let [one] = contacts::by_key(change.tx, owner, &key)?.as_slice() {
            known = Some(one.clone());
            break;
        }
    }
    let site = match cells.get("site") {
        Some("") => None,
        Some(site) => Some(named.site(change, owner, site)?),
        None => known.as_ref().and_then(|row| row.site_id),
    };
    let Some(row) = known else {
        return contact_change::create(change, owner, site, &read).map(|_| Became::Created);
    };
    let mut form = row.form();
    cells.put("name", &mut form.name);
    cells.put("title", &mut form.title);
    cells.put("phone", &mut form.phone);
    cells.put("mail", &mut form.mail);
    cells.put("remark", &mut form.remark);
    Ok(updated(contact_change::edit(change, row.id, None, site, &form.read()?)?))
}

fn contract(change: &mut Change<'_>, named: &mut Named, cells: &Cells<'_>) -> Result<Became, Failure> {
    let owner = named.customer(change, cells.text("customer"));
    let known = match cells.text("number") {
        "" => None,
        number => contracts::by_number(change.tx, number)?,
    };
    let mut form = known.as_ref().map_or_else(ContractForm::default, contracts::ContractRow::form);
    cells.put("number", &mut form.number);
    cells.put("title", &mut form.title);
    cells.put("from_on", &mut form.from_on);
    cells.put("to_on", &mut form.to_on);
    cells.put("remark", &mut form.remark);
    let (owner, read) = crate::records::api::both(owner, form.read())?;
    let commitment = commitment(change, cells.text("commitment"))?;
    let engineer = engineer(change, cells.text("engineer"))?;
    let mut covered = Vec::new();
    let separators = [';', ',', '|', '\u{ff1b}', '\u{ff0c}', '\u{3001}'];
    for site in cells.text("sites").split(separators).map(str::trim).filter(|site| !site.is_empty()) {
        let site = named.site(change, owner, site).map_err(|failure| in_field(failure, "sites"))?;
        covered.push(site);
    }
    let Some(row) = known else {
        let id = contract_change::create_for(change, owner, &read, &covered)?;
        let from_on = read.period.from_on;
        if let Some(commitment) = commitment {
            contract_change::bind(change, id, None, commitment, from_on, Some(cells.plan.user))?;
        }
        if engineer.is_some() {
            contract_change::dedicate(change, id, None, engineer, from_on)?;
        }
        return Ok(Became::Created);
    };
    if row.customer_id != owner {
        return Err(Invalid::new("number", "refusal-contract-of-another-customer").into());
    }
    let mut differs = contract_change::edit(change, row.id, None, &read)?;
    let listed = contracts::sites(change.tx, row.id)?;
    for site in covered.into_iter().filter(|site| listed.iter().all(|named| named.id != *site)) {
        contract_change::add_site(change, row.id, None, site)?;
        differs = true;
    }
    let bound = commitments::bindings(change.tx, row.id)?;
    if let Some(commitment) = commitment
        && bound.iter().all(|binding| binding.commitment_id != commitment)
    {
        let from_on = read.period.from_on;
        contract_change::bind(change, row.id, None, commitment, from_on, Some(cells.plan.user))?;
        differs = true;
    }
    if engineer.is_some() && engineer != row.engineer_id {
        let today = change.now.to_zoned(jiff::tz::TimeZone::UTC).date();
        contract_change::dedicate(change, row.id, None, engineer, today.max(read.period.from_on))?;
        differs = true;
    }
    Ok(updated(differs))
}

fn product(change: &mut Change<'_>, cells: &Cells<'_>) -> Result<Became, Failure> {
    let key = product_key(cells.text("manufacturer"), cells.text("model"));
    let known = products::by_key(change.tx, &key)?;
    let mut form = known.as_ref().map_or_else(ProductForm::default, products::ProductRow::form);
    cells.put("manufacturer", &mut form.manufacturer);
    cells.put("model", &mut form.model);
    cells.put("name", &mut form.name);
    cells.put("class", &mut form.class);
    cells.put("warranty_months", &mut form.warranty_months);
    cells.put("remark", &mut form.remark);
    let read = form.read()?;
    match known {
        Some(row) => Ok(updated(product_change::edit(change, row.id, None, &read)?)),
        None => product_change::create(change, &read).map(|_| Became::Created),
    }
}

fn asset(change: &mut Change<'_>, named: &mut Named, cells: &Cells<'_>) -> Result<Became, Failure> {
    let owner = named.customer(change, cells.text("customer"));
    let product = named.product(change, cells.text("manufacturer"), cells.text("model"));
    let mut typed = AssetForm::default();
    put_unit(cells, &mut typed);
    let read = typed.read();
    let (owner, product, read) = match (owner, product, read) {
        (Ok(owner), Ok(product), Ok(read)) => (owner, product, read),
        (owner, product, read) => {
            let mut problems = Vec::new();
            for failure in [owner.err(), product.err()].into_iter().flatten() {
                match failure {
                    Failure::Invalid(found) => problems.extend(found),
                    other => return Err(other),
                }
            }
            problems.extend(read.err().unwrap_or_default());
            return Err(problems.into());
        }
    };
    let known = match &read.serial {
        Some(serial) => {
            let holder = assets::holder(change.tx, &serial.key, product)?;
            match match_serial(owner, serial, holder.as_ref()).map_err(unit_of_another)? {
                Match::New => None,
                Match::Update(id) => assets::find(change.tx, id)?,
            }
        }
        None => match &read.name {
            Some(name) => assets::by_name(change.tx, owner, name.as_str())?,
            None => None,
        },
    };
    let site = match cells.get("site") {
        Some("") => None,
        Some(site) => Some(named.site(change, owner, site)?),
        None => known.as_ref().and_then(|row| row.site_id),
    };
    let placed = Placed { product, site };
    let Some(row) = known else {
        return asset_change::create(change, owner, placed, &read).map(|_| Became::Created);
    };
    let mut form = row.form();
    put_unit(cells, &mut form);
    Ok(updated(asset_change::edit(change, row.id, None, placed, &form.read()?)?))
}

fn put_unit(cells: &Cells<'_>, form: &mut AssetForm) {
    cells.put("name", &mut form.name);
    cells.put("serial", &mut form.serial);
    cells.put("position", &mut form.position);
    cells.put("software_version", &mut form.software_version);
    cells.put("installed_on", &mut form.installed_on);
    cells.put("remark", &mut form.remark);
    // An empty cell says nothing about the use, and must not play a unit down.
    if !cells.text("usage").is_empty() {
        cells.put("usage", &mut form.usage);
    }
}

fn unit_of_another(refusal: Refusal) -> Failure {
    match refusal {
        Refusal::SerialTaken { serial, customer } => {
            let taken = Invalid::new("serial", "error-serial-of-another-customer");
            taken.with("serial", serial).with("customer", customer).into()
        }
        other => other.into(),
    }
}

fn in_field(failure: Failure, field: &'static str) -> Failure {
    match failure {
        Failure::Invalid(problems) => {
            let renamed = problems.into_iter().map(|problem| Invalid { field, ..problem });
            Failure::Invalid(renamed.collect())
        }
        other => other,
    }
}

/// A published version by `name@version`, `name version`, or its title in any language.
fn commitment(change: &mut Change<'_>, text: &str) -> Result<Option<CommitmentId>, Failure> {
    if text.is_empty() {
        return Ok(None);
    }
    let wanted = text.replace('@', " ").to_lowercase();
    let found = commitments::all(change.tx, COMMITMENTS_MOST)?.into_iter().find(|row| {
        let called = format!("{} {}", row.name, row.version).to_lowercase();
        called == wanted
            || row.name.to_lowercase() == wanted
            || row.title.values().any(|title| title.to_lowercase() == wanted)
    });
    match found {
        Some(row) => Ok(Some(row.id)),
        None => Err(Invalid::new("commitment", "error-import-unknown").with("given", text).into()),
    }
}

fn engineer(change: &mut Change<'_>, text: &str) -> Result<Option<UserId>, Failure> {
    if text.is_empty() {
        return Ok(None);
    }
    match contracts::person_called(change.tx, text)?.as_slice() {
        [one] => Ok(Some(*one)),
        [] => Err(Invalid::new("engineer", "error-import-unknown").with("given", text).into()),
        _ => Err(Invalid::new("engineer", "error-import-ambiguous").with("given", text).into()),
    }
}

impl Named {
    /// A customer by code, or by a name that only one has.
    fn customer(&mut self, change: &mut Change<'_>, text: &str) -> Result<CustomerId, Failure> {
        if text.is_empty() {
            return Err(Failure::field("customer", "error-required"));
        }
        if let Some(known) = self.customers.get(text) {
            return Ok(*known);
        }
        let found = match customers::by_code(change.tx, &text.to_uppercase())? {
            Some(row) => row.id,
            None => match customers::by_name(change.tx, text)?.as_slice() {
                [one] => one.id,
                [] => {
                    return Err(Invalid::new("customer", "error-import-unknown").with("given", text).into());
                }
                _ => {
                    return Err(Invalid::new("customer", "error-import-ambiguous")
                        .with("given", text)
                        .into());
                }
            },
        };
        self.customers.insert(text.to_owned(), found);
        Ok(found)
    }

    /// A site of a customer by its code, or by a name that only one of them has.
    fn site(&mut self, change: &mut Change<'_>, owner: CustomerId, text: &str) -> Result<SiteId, Failure> {
        let key = (owner, text.to_owned());
        if let Some(known) = self.sites.get(&key) {
            return Ok(*known);
        }
        let found = match sites::by_code(change.tx, owner, &text.to_uppercase())? {
            Some(row) => row.id,
            None => match sites::by_name(change.tx, owner, text)?.as_slice() {
                [one] => *one,
                [] => return Err(Invalid::new("site", "error-import-unknown").with("given", text).into()),
                _ => return Err(Invalid::new("site", "error-import-ambiguous").with("given", text).into()),
            },
        };
        self.sites.insert(key, found);
        Ok(found)
    }

    fn product(
        &mut self,
        change: &mut Change<'_>,
        manufacturer: &str,
        model: &str,
    ) -> Result<ProductId, Failure> {
        if model.is_empty() {
            return Err(Failure::field("model", "error-required"));
        }
        let key = product_key(manufacturer, model);
        if let Some(known) = self.products.get(&key) {
            return Ok(*known);
        }
        let row = products::by_key(change.tx, &key)?.ok_or_else(|| {
            Invalid::new("model", "error-import-no-product")
                .with("manufacturer", manufacturer)
                .with("model", model)
        })?;
        self.products.insert(key, row.id);
        Ok(row.id)
    }
}
