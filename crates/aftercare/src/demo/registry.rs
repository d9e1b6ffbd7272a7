//! The registry of the demo company: people, products, customers, sites, contacts, contracts, units.

use std::collections::BTreeMap;

use app::kernel::actor::By;
use app::kernel::door::Change;
use app::people::password::hash_now;
use app::{App, Failure, commitments, contracts, customers, installed_base, people, teams};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan};
use rules::access::Role;
use rules::contracts::{Binding, Contract, ContractForm, Dedication, appointments};
use rules::customers::{Belongs, ContactForm, CustomerForm, SiteForm, Zone};
use rules::event::{About, Event, Happening};
use rules::ids::*;
use rules::installed_base::{AssetForm, ProductForm};
use rules::tickets::intake::{AssetKnown, SiteKnown};

use super::cast::{self, Cast};
use super::dice::Dice;

/// As whom the registry is filled.
const BY: By = By::System("demo");

/// A site and all that stands there.
pub struct Place {
    pub customer: CustomerId,
    pub site: SiteKnown,
    pub contacts: Vec<ContactId>,
    pub assets: Vec<(AssetKnown, String)>,
    pub contracts: Vec<(Contract, Vec<Binding>)>,
}

/// Somebody of the company.
#[derive(Clone)]
pub struct Colleague {
    pub id: UserId,
    pub name: String,
    pub role: Role,
    pub team: Option<TeamId>,
}

/// Everything that tickets refer to.
pub struct Registry {
    pub places: Vec<Place>,
    pub colleagues: Vec<Colleague>,
    pub teams: BTreeMap<String, TeamId>,
    /// The name of each contact.
    pub contact_names: BTreeMap<ContactId, String>,
}

/// Fills the registry; each customer is one change.
pub fn fill(
    app: &App,
    cast: &Cast,
    now: Timestamp,
    password: &str,
    progress: &mut dyn FnMut(u64),
) -> Result<Registry, Failure> {
    let commitment = commitments::publish::publish_shipped(app)?;
    let zone = TimeZone::get(&cast.company.zone).map_err(Failure::broke)?;
    let today = now.to_zoned(zone).date();
    let founded = now - SignedDuration::from_hours(24 * 1_100);
    let (teams, colleagues) = people_of(app, &cast.company, founded, password)?;
    let products = products_of(app, &cast.company, founded)?;
    let mut registry = Registry { places: Vec::new(), colleagues, teams, contact_names: BTreeMap::new() };
    let mut dice = Dice::new(2024);
    for (place, customer) in cast.customers.customer.iter().enumerate() {
        let mut filler = Filler {
            cities: cast.customers.city.iter().map(|city| (city.name.clone(), CityKnown::of(city))).collect(),
            kit: cast.customers.kit[&customer.kit].clone(),
            names: (cast.matters.names.surnames.clone(), cast.matters.names.given.clone()),
            duties: cast.matters.names.duties.clone(),
            products: products.clone(),
            customer: CustomerPlan::of(customer),
            engineer: engineer_of(&registry.colleagues, place),
            commitment,
            number: place as i64 + 1,
            today,
            dice: Dice::new(dice.between(0, i64::MAX - 1) as u64),
            house_zone: cast.company.zone.clone(),
        };
        let (places, contact_names) = app.change_now(BY, move |change| filler.fill(change))?;
        registry.places.extend(places);
        registry.contact_names.extend(contact_names);
        progress(place as u64 + 1);
    }
    Ok(registry)
}

/// The dedicated engineers take turns.
fn engineer_of(colleagues: &[Colleague], place: usize) -> UserId {
    let engineers: Vec<&Colleague> =
        colleagues.iter().filter(|colleague| colleague.role == Role::Engineer).collect();
    engineers[place % engineers.len()].id
}

type People = (BTreeMap<String, TeamId>, Vec<Colleague>);

fn people_of(
    app: &App,
    company: &cast::Company,
    founded: Timestamp,
    password: &str,
) -> Result<People, Failure> {
    // One hash for all of them: the password is printed on the screen anyway.
    let hash = hash_now(password)?;
    let teams: Vec<String> = company.team.iter().map(|team| team.name.clone()).collect();
    let persons: Vec<(String, String, Role, Option<String>)> = company
        .person
        .iter()
        .map(|person| (person.login.clone(), person.name.clone(), person.role, person.team.clone()))
        .collect();
    app.change_now(BY, move |change| {
        let mut ids = BTreeMap::new();
        for name in teams {
            let id = teams::store::add(change.tx, &name, None, founded)?;
            let about = About { team: Some(id), ..About::default() };
            happened(change, founded, about, Event::TeamCreated { name: name.clone() });
            ids.insert(name, id);
        }
        let mut colleagues = Vec::new();
        for (login, name, role, team) in persons {
            let particulars = rules::people::Account {
                login: login.clone(),
                name: name.clone(),
                email: Some(format!("{login}@lanbai.example")),
                phone: None,
                role,
            };
            let id = people::store::add(change.tx, &particulars, founded)?;
            people::store::set_password(change.tx, id, &hash, founded)?;
            let about = About { user: Some(id), ..About::default() };
            happened(change, founded, about, Event::UserCreated { role, login, name: name.clone() });
            let team = team.and_then(|team| ids.get(&team).copied());
            if let Some(team) = team {
                teams::store::add_member(change.tx, team, id, founded)?;
                let about = About { team: Some(team), ..About::default() };
                happened(change, founded, about, Event::TeamMemberAdded { member: id });
            }
            colleagues.push(Colleague { id, name, role, team });
        }
        Ok((ids, colleagues))
    })
}

/// A product, as the units of it need it.
#[derive(Clone)]
struct ProductKnown {
    id: ProductId,
    name: String,
    class: String,
    usage: rules::tickets::severity::Use,
    model: String,
}

fn products_of(
    app: &App,
    company: &cast::Company,
    founded: Timestamp,
) -> Result<BTreeMap<String, ProductKnown>, Failure> {
    let mut forms = Vec::new();
    for product in &company.product {
        let form = ProductForm {
            manufacturer: product.manufacturer.clone(),
            model: product.model.clone(),
            name: product.name.clone(),
            class: product.class.clone(),
            warranty_months: product.warranty_months.to_string(),
            ..ProductForm::default()
        };
        forms.push((form.read()?, product.usage));
    }
    app.change_now(BY, move |change| {
        let mut known = BTreeMap::new();
        for (product, usage) in forms {
            let id = installed_base::products::store::add(change.tx, &product, founded)?;
            let about = About { product: Some(id), ..About::default() };
            let class = product.class.as_ref().map(ToString::to_string);
            let (model, manufacturer) = (product.model.to_string(), product.manufacturer.to_string());
            let created = Event::ProductCreated { model: model.clone(), manufacturer, class: class.clone() };
            happened(change, founded, about, created);
            let name = product.name.as_ref().map(ToString::to_string).unwrap_or_default();
            let product =
                ProductKnown { id, name, class: class.unwrap_or_default(), usage, model: model.clone() };
            known.insert(model, product);
        }
        Ok(known)
    })
}

fn happened(change: &mut Change<'_>, at: Timestamp, about: About, event: Event) {
    change.happen_then(Happening { at, about, event }, BY, at);
}

#[derive(Clone)]
struct CityKnown {
    latitude: f64,
    longitude: f64,
    zone: Option<String>,
    streets: Vec<String>,
}

impl CityKnown {
    fn of(city: &cast::City) -> CityKnown {
        let cast::City { latitude, longitude, zone, streets, .. } = city;
        CityKnown { latitude: *latitude, longitude: *longitude, zone: zone.clone(), streets: streets.clone() }
    }
}

struct CustomerPlan {
    code: String,
    name: String,
    suffix: String,
    sites: BTreeMap<String, Vec<String>>,
}

impl CustomerPlan {
    fn of(customer: &cast::Customer) -> CustomerPlan {
        let cast::Customer { code, name, suffix, sites, .. } = customer;
        CustomerPlan { code: code.clone(), name: name.clone(), suffix: suffix.clone(), sites: sites.clone() }
    }
}

/// Fills in one customer.
struct Filler {
    customer: CustomerPlan,
    cities: BTreeMap<String, CityKnown>,
    kit: BTreeMap<String, u32>,
    names: (Vec<String>, Vec<String>),
    duties: Vec<String>,
    products: BTreeMap<String, ProductKnown>,
    engineer: UserId,
    commitment: CommitmentId,
    number: i64,
    today: Date,
    dice: Dice,
    house_zone: String,
}

type Filled = (Vec<Place>, Vec<(ContactId, String)>);

impl Filler {
    fn fill(&mut self, change: &mut Change<'_>) -> Result<Filled, Failure> {
        let signed_on = self.today.saturating_sub(self.dice.between(400, 1_000).days());
        let signed_at = self.morning(signed_on)?;
        let (code, name) = (self.customer.code.clone(), self.customer.name.clone());
        let form = CustomerForm { code: code.clone(), name: name.clone(), ..CustomerForm::default() };
        let customer = customers::store::add(change.tx, &form.read()?, signed_at)?;
        let about = About { customer: Some(customer), ..About::default() };
        happened(change, signed_at, about, Event::CustomerCreated { code, name });
        let (contract, bound) = self.contract(change, customer, signed_on, signed_at)?;
        let mut filled: Filled = (Vec::new(), Vec::new());
        let mut serial = 0;
        for (city, sites) in self.customer.sites.clone() {
            for name in sites {
                let number = filled.0.len() as i64 + 1;
                let (site, site_about) = self.site(change, about, &city, &name, number, signed_at)?;
                let accepted_on = signed_on.saturating_add(self.dice.between(20, 90).days());
                self.accept(change, site_about, contract.id, accepted_on, site.zone.as_str())?;
                let contacts = self.contacts(change, site_about, signed_at)?;
                let assets = self.assets(change, site_about, accepted_on, &mut serial)?;
                let place = Place {
                    customer,
                    site,
                    contacts: contacts.iter().map(|(id, _)| *id).collect(),
                    assets,
                    contracts: vec![(contract.clone(), vec![bound])],
                };
                filled.0.push(place);
                filled.1.extend(contacts);
            }
        }
        Ok(filled)
    }

    fn morning(&self, on: Date) -> Result<Timestamp, Failure> {
        let zone = TimeZone::get(&self.house_zone).map_err(Failure::broke)?;
        on.at(9, 30, 0, 0).to_zoned(zone).map(|zoned| zoned.timestamp()).map_err(Failure::broke)
    }

    fn contract(
        &mut self,
        change: &mut Change<'_>,
        customer: CustomerId,
        signed_on: Date,
        signed_at: Timestamp,
    ) -> Result<(Contract, Binding), Failure> {
        let to_on = signed_on.saturating_add(1_095.days()).saturating_sub(1.day());
        let form = ContractForm {
            number: format!("LB-{}-{:03}", signed_on.year(), self.number),
            title: format!("{}系统集成与售后服务合同", self.customer.name),
            from_on: signed_on.to_string(),
            to_on: to_on.to_string(),
            ..ContractForm::default()
        };
        let particulars = form.read()?;
        let id = contracts::store::add(change.tx, customer, &particulars, signed_at)?;
        let about = About { customer: Some(customer), contract: Some(id), ..About::default() };
        let number = particulars.number.to_string();
        let created =
            Event::ContractCreated { number: number.clone(), from_on: signed_on, to_on: Some(to_on) };
        happened(change, signed_at, about, created);
        commitments::store::bind(change.tx, id, self.commitment, signed_on, None, signed_at)?;
        let bound = Event::ContractCommitmentBound {
            commitment: self.commitment,
            name: "standard".to_owned(),
            version: "1".to_owned(),
            effective_on: signed_on,
        };
        let promised = About { commitment: Some(self.commitment), ..about };
        happened(change, signed_at, promised, bound);
        let started = Event::ContractStarted { from: signed_on, until: to_on.tomorrow().ok() };
        happened(change, signed_at, promised, started);
        contracts::store::dedicate(change.tx, id, Some(self.engineer), signed_on, signed_at)?;
        let named = Event::ContractEngineerNamed { engineer: Some(self.engineer), from_on: signed_on };
        happened(change, signed_at, promised, named);
        let dedicated = [Dedication { engineer: Some(self.engineer), from_on: signed_on }];
        for appointed in appointments(&[], &dedicated) {
            happened(change, signed_at, promised, appointed);
        }
        let contract =
            Contract { id, number, customer, period: particulars.period, ended_on: None, sites: Vec::new() };
        Ok((contract, Binding { commitment: self.commitment, effective_on: signed_on }))
    }

    fn site(
        &mut self,
        change: &mut Change<'_>,
        about: About,
        city: &str,
        name: &str,
        number: i64,
        at: Timestamp,
    ) -> Result<(SiteKnown, About), Failure> {
        let known = self.cities[city].clone();
        let zone = known.zone.unwrap_or_else(|| self.house_zone.clone());
        let street = self.dice.pick(&known.streets).clone();
        let customer = about.customer.unwrap_or(CustomerId(0));
        let form = SiteForm {
            code: format!("{}-{number:02}", self.customer.code),
            name: format!("{city}{name}{}", self.customer.suffix),
            address: format!("{city}市{street}{}号", self.dice.between(1, 388)),
            zone: zone.clone(),
            latitude: format!("{:.4}", known.latitude + (self.dice.share() - 0.5) * 0.16),
            longitude: format!("{:.4}", known.longitude + (self.dice.share() - 0.5) * 0.16),
            ..SiteForm::default()
        };
        let id = customers::sites::store::add(change.tx, customer, &form.read()?, at)?;
        let about = About { site: Some(id), ..about };
        let created = Event::SiteCreated {
            code: form.code,
            name: form.name,
            zone: zone.clone(),
            address: Some(form.address),
        };
        happened(change, at, about, created);
        let zone = Zone::parse("zone", &zone)?;
        Ok((SiteKnown { belongs: Belongs { id, customer }, zone }, about))
    }

    fn accept(
        &mut self,
        change: &mut Change<'_>,
        about: About,
        contract: ContractId,
        on: Date,
        zone: &str,
    ) -> Result<(), Failure> {
        let Some(site) = about.site else { return Ok(()) };
        let at = self.morning(on)? + SignedDuration::from_hours(6);
        contracts::store::accept(change.tx, contract, site, on, None, at)?;
        let signed = Event::AcceptanceSigned {
            accepted_site: site,
            signed_on: on,
            zone: zone.to_owned(),
            signed_by: None,
        };
        let about = About { contract: Some(contract), ..about };
        happened(change, at, about, signed);
        // Visits are not part of the invented past, so those that are owed count from today on.
        let (now, place) = (change.now, jiff::tz::TimeZone::get(zone).map_err(Failure::broke)?);
        let from = now.to_zoned(place).date();
        let started = Event::SiteServiceStarted { from, until: None, zone: zone.to_owned() };
        happened(change, now, About { commitment: Some(self.commitment), ..about }, started);
        Ok(())
    }

    fn contacts(
        &mut self,
        change: &mut Change<'_>,
        about: About,
        at: Timestamp,
    ) -> Result<Vec<(ContactId, String)>, Failure> {
        let mut contacts = Vec::new();
        for _ in 0..self.dice.between(1, 2) {
            let (surnames, given) = &self.names;
            let name = format!("{}{}", self.dice.pick(surnames), self.dice.pick(given));
            // Numbers of this form are given to nobody.
            let phone = format!("1900000{:04}", self.dice.between(0, 9_999));
            let title = self.dice.pick(&self.duties).clone();
            let form = ContactForm { name: name.clone(), title, phone, ..ContactForm::default() };
            let contact = form.read()?;
            let customer = about.customer.unwrap_or(CustomerId(0));
            let id = customers::contacts::store::add(change.tx, customer, about.site, &contact, at)?;
            let phone = contact.phone.as_ref().map(|phone| phone.shown.clone());
            let created = Event::ContactCreated { name: name.clone(), phone, mail: None };
            happened(change, at, About { contact: Some(id), ..about }, created);
            contacts.push((id, name));
        }
        Ok(contacts)
    }

    fn assets(
        &mut self,
        change: &mut Change<'_>,
        about: About,
        accepted_on: Date,
        serial: &mut i64,
    ) -> Result<Vec<(AssetKnown, String)>, Failure> {
        const ROOMS: [&str; 6] = ["机房", "一层弱电间", "二层弱电间", "大厅", "值班室", "办公区"];
        let installed_on = accepted_on.saturating_sub(self.dice.between(3, 20).days());
        let at = self.morning(installed_on)?;
        let customer = about.customer.unwrap_or(CustomerId(0));
        let mut assets = Vec::new();
        for (model, count) in self.kit.clone() {
            let product = self.products[&model].clone();
            for nth in 1..=count {
                *serial += 1;
                let form = AssetForm {
                    name: if count > 1 { format!("{}{nth}", product.name) } else { product.name.clone() },
                    serial: format!("{}{}{:05}", product.model.replace('-', ""), self.customer.code, *serial),
                    position: (*self.dice.pick(&ROOMS)).to_owned(),
                    usage: product.usage.code().to_owned(),
                    installed_on: installed_on.to_string(),
                    ..AssetForm::default()
                };
                let asset = form.read()?;
                let placed = installed_base::assets::store::Placed { product: product.id, site: about.site };
                let id = installed_base::assets::store::add(change.tx, customer, placed, &asset, at)?;
                let about = About { asset: Some(id), product: Some(product.id), ..about };
                let created = Event::AssetCreated {
                    serial: Some(form.serial),
                    usage: product.usage,
                    installed_on: Some(installed_on),
                };
                happened(change, at, about, created);
                let belongs = Belongs { id, customer };
                let known = AssetKnown { belongs, usage: product.usage, class: Some(product.class.clone()) };
                assets.push((known, product.model.clone()));
            }
        }
        Ok(assets)
    }
}
