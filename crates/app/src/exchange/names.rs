//! What the names in an export mean here: looked up once each, added where the mapping file allows it.

use std::collections::HashMap;

use db::{Error, Tx, row, statements};
use rules::access::Role;
use rules::contracts::{Binding, Contract, ContractForm, Period};
use rules::customers::{Belongs, Code, Contact, ContactForm, CustomerForm, SiteForm, Zone, name_key};
use rules::event::{About, Event};
use rules::exchange::case::{Case, Step};
use rules::exchange::history::Holder;
use rules::exchange::map::{Map, NewContract};
use rules::exchange::{Fault, Problem};
use rules::ids::*;
use rules::installed_base::serial_key;
use rules::tickets::intake::{Around, AssetKnown, SiteKnown};
use rules::tickets::severity::Use;

use super::outcome::Added;
use crate::kernel::door::Change;
use crate::kernel::errors::Failure;
use crate::{commitments, contracts, customers, people, teams, tickets};

/// A commitment that new contracts are bound to.
#[derive(Debug, Clone)]
pub(super) struct Commitment {
    pub id: CommitmentId,
    pub name: String,
    pub version: String,
}

/// Writes, or only looks.
pub(super) enum Hand<'a, 'c> {
    Writing(&'a mut Change<'c>),
    Looking(&'a mut Tx),
}

impl Hand<'_, '_> {
    pub fn tx(&mut self) -> &mut Tx {
        match self {
            Hand::Writing(change) => change.tx,
            Hand::Looking(tx) => tx,
        }
    }
}

/// Why a case cannot be taken: the fault and the field, or the database failed.
pub(super) enum Unknown {
    Fault(Fault),
    Failed(Failure),
}

impl From<Fault> for Unknown {
    fn from(fault: Fault) -> Unknown {
        Unknown::Fault(fault)
    }
}

impl From<Failure> for Unknown {
    fn from(failure: Failure) -> Unknown {
        Unknown::Failed(failure)
    }
}

impl From<Error> for Unknown {
    fn from(error: Error) -> Unknown {
        Unknown::Failed(error.into())
    }
}

type Found<T> = Result<T, Unknown>;

row! {
    struct AssetRow {
        id: AssetId as int,
        customer_id: CustomerId as int,
        site_id: Option<SiteId> as maybe_int,
        usage: Use as text,
        class: Option<String>,
    }
}

statements! {
    static SITES: (i64, String) => (i64, String) =
        "SELECT s.id, s.zone FROM site s WHERE s.customer_id = ?1 AND s.name = ?2 ORDER BY s.id LIMIT 2";
    static SITE: (i64,) => (i64, String) = "SELECT s.customer_id, s.zone FROM site s WHERE s.id = ?1";
    static ASSETS: (String,) => AssetRow =
        "SELECT a.id, a.customer_id, a.site_id, a.usage, p.class FROM asset a JOIN product p ON p.id = a.product_id
         WHERE a.serial_key = ?1 ORDER BY a.id LIMIT 3";
    static TEAM: (String,) => (i64,) = "SELECT t.id FROM team t WHERE t.name = ?1";
    static PEOPLE: (String,) => (i64,) =
        "SELECT a.id FROM account a WHERE a.name = ?1 OR a.login = LOWER(?1) ORDER BY a.id LIMIT 2";
}

#[derive(Clone)]
struct KnownCustomer {
    id: CustomerId,
    is_archived: bool,
    contracts: Vec<(Contract, Vec<Binding>)>,
}

/// The names met so far.
pub(super) struct Names {
    house_zone: Zone,
    commitment: Option<Commitment>,
    customers: HashMap<String, KnownCustomer>,
    sites: HashMap<(CustomerId, String), SiteKnown>,
    sites_by_id: HashMap<SiteId, SiteKnown>,
    contacts: HashMap<(CustomerId, String), Option<ContactId>>,
    assets: HashMap<String, (AssetKnown, Option<SiteId>)>,
    teams: HashMap<String, TeamId>,
    people: HashMap<String, UserId>,
    /// Stands for ids that a dry run cannot have.
    next_unreal: i64,
    pub added: Added,
}

impl Names {
    pub fn new(house_zone: Zone, commitment: Option<Commitment>) -> Names {
        Names {
            house_zone,
            commitment,
            customers: HashMap::new(),
            sites: HashMap::new(),
            sites_by_id: HashMap::new(),
            contacts: HashMap::new(),
            assets: HashMap::new(),
            teams: HashMap::new(),
            people: HashMap::new(),
            next_unreal: -1,
            added: Added::default(),
        }
    }

    fn unreal(&mut self) -> i64 {
        self.next_unreal -= 1;
        self.next_unreal
    }

    /// What the registry knows of those whom a case names.
    pub fn around(&mut self, hand: &mut Hand<'_, '_>, map: &Map, case: &Case) -> Found<Around> {
        let report = &case.report;
        let customer = self.customer(hand, map, &report.customer)?;
        let asset = match &report.asset {
            Some(serial) => Some(self.asset(hand, customer.id, serial)?),
            None => None,
        };
        let site = match &report.site {
            Some(name) => Some(self.site(hand, map, customer.id, name)?),
            None => match asset.as_ref().and_then(|(_, site)| *site) {
                Some(id) => Some(self.site_by_id(hand, id)?),
                None => None,
            },
        };
        let contact = match &report.contact_name {
            Some(name) => {
                let phone = report.contact_phone.as_deref().unwrap_or("");
                self.contact(hand, map, customer.id, site.as_ref().map(|site| site.belongs.id), name, phone)?
            }
            None => None,
        };
        Ok(Around {
            customer: customer.id,
            customer_archived: customer.is_archived,
            site,
            contact: contact.map(|id| Belongs { id, customer: customer.id }),
            asset: asset.map(|(asset, _)| asset),
            contracts: customer.contracts,
            house_zone: self.house_zone.clone(),
        })
    }

    /// Who had the ticket at a step.
    pub fn holder(&mut self, hand: &mut Hand<'_, '_>, map: &Map, step: &Step) -> Found<Holder> {
        let team = match &step.team {
            Some(name) => Some(self.team(hand, map, name)?),
            None => None,
        };
        let assignee = match &step.assignee {
            Some(name) => self.person(hand, map, name)?,
            None => None,
        };
        Ok(Holder { team, assignee })
    }

    /// Whether a case names somebody around it who was not met yet and whom the import may add.
    pub fn may_add_around(&self, map: &Map, case: &Case) -> bool {
        let (report, create) = (&case.report, &map.create);
        let site = report.site.as_ref().filter(|_| create.sites);
        let contact = report.contact_name.as_ref().filter(|_| create.contacts);
        let Some(customer) = self.customers.get(&name_key(&report.customer)) else {
            return create.customers || site.is_some() || contact.is_some();
        };
        let phone = report.contact_phone.as_deref().unwrap_or("");
        site.is_some_and(|name| !self.sites.contains_key(&(customer.id, name.clone())))
            || contact.is_some_and(|name| !self.contacts.contains_key(&contact_key(customer.id, name, phone)))
    }

    /// Whether a step names somebody who was not met yet and whom the import may add.
    pub fn may_add_holder(&self, map: &Map, step: &Step) -> bool {
        let (team, person) = (step.team.as_ref(), step.assignee.as_ref());
        team.is_some_and(|name| map.create.teams && !self.teams.contains_key(name))
            || person.is_some_and(|name| map.create.people && !self.people.contains_key(name))
    }

    fn customer(&mut self, hand: &mut Hand<'_, '_>, map: &Map, name: &str) -> Found<KnownCustomer> {
        let key = name_key(name);
        if let Some(known) = self.customers.get(&key) {
            return Ok(known.clone());
        }
        let by_code = match Code::parse("code", name) {
            Ok(code) => customers::store::by_code(hand.tx(), code.as_str())?,
            Err(_) => None,
        };
        let found = match by_code {
            Some(row) => Some(row),
            None => {
                let mut rows = customers::store::by_name(hand.tx(), name)?;
                if rows.len() > 1 {
                    return Err(Fault::AmbiguousName { noun: "customer", given: name.to_owned() }.into());
                }
                rows.pop()
            }
        };
        let known = match found {
            Some(row) => KnownCustomer {
                id: row.id,
                is_archived: row.archived_at.is_some(),
                contracts: tickets::intake::contracts_of(hand.tx(), row.id)?,
            },
            None if map.create.customers => self.add_customer(hand, map, name)?,
            None => return Err(Fault::UnknownName { noun: "customer", given: name.to_owned() }.into()),
        };
        self.customers.insert(key, known.clone());
        Ok(known)
    }

    fn add_customer(&mut self, hand: &mut Hand<'_, '_>, map: &Map, name: &str) -> Found<KnownCustomer> {
        self.added.customers += 1;
        self.added.contracts += u64::from(map.contract.is_some());
        let Hand::Writing(change) = hand else {
            return Ok(KnownCustomer {
                id: CustomerId(self.unreal()),
                is_archived: false,
                contracts: Vec::new(),
            });
        };
        let code = free_code(name, |code| Ok(customers::store::by_code(change.tx, code)?.is_some()))?;
        let form = CustomerForm { code, name: name.to_owned(), ..CustomerForm::default() };
        let customer = form.read().map_err(Failure::Invalid)?;
        let id = customers::store::add(change.tx, &customer, change.now)?;
        let about = About { customer: Some(id), ..About::default() };
        let (code, name) = (customer.code.as_str().to_owned(), customer.name.to_string());
        change.record(about, Event::CustomerCreated { code: code.clone(), name });
        let contract = match (&map.contract, self.commitment.clone()) {
            (Some(new), Some(commitment)) => Some(add_contract(change, map, new, commitment, id, &code)?),
            _ => None,
        };
        Ok(KnownCustomer { id, is_archived: false, contracts: contract.into_iter().collect() })
    }

    fn site(
        &mut self,
        hand: &mut Hand<'_, '_>,
        map: &Map,
        customer: CustomerId,
        name: &str,
    ) -> Found<SiteKnown> {
        let key = (customer, name.to_owned());
        if let Some(known) = self.sites.get(&key) {
            return Ok(known.clone());
        }
        let mut rows = Vec::new();
        if customer.get() > 0 {
            rows = hand.tx().all(&SITES, (customer.get(), name))?;
            if let (true, Ok(code)) = (rows.is_empty(), Code::parse("code", name)) {
                let row = customers::sites::store::by_code(hand.tx(), customer, code.as_str())?;
                rows = row.into_iter().map(|row| (row.id.get(), row.zone)).collect();
            }
        }
        let known = match rows.as_slice() {
            [(id, zone)] => site_known(SiteId(*id), customer, zone)?,
            [] if map.create.sites => self.add_site(hand, map, customer, name)?,
            [] => return Err(Fault::UnknownName { noun: "site", given: name.to_owned() }.into()),
            _ => return Err(Fault::AmbiguousName { noun: "site", given: name.to_owned() }.into()),
        };
        self.sites.insert(key, known.clone());
        Ok(known)
    }

    fn add_site(
        &mut self,
        hand: &mut Hand<'_, '_>,
        map: &Map,
        customer: CustomerId,
        name: &str,
    ) -> Found<SiteKnown> {
        self.added.sites += 1;
        let Hand::Writing(change) = hand else {
            return site_known(SiteId(self.unreal()), customer, &map.zone);
        };
        let code = free_code(name, |code| {
            Ok(customers::sites::store::by_code(change.tx, customer, code)?.is_some())
        })?;
        let form = SiteForm { code, name: name.to_owned(), zone: map.zone.clone(), ..SiteForm::default() };
        let site = form.read().map_err(Failure::Invalid)?;
        let id = customers::sites::store::add(change.tx, customer, &site, change.now)?;
        let about = About { customer: Some(customer), site: Some(id), ..About::default() };
        let event = Event::SiteCreated {
            code: site.code.as_str().to_owned(),
            name: site.name.to_string(),
            zone: site.zone.as_str().to_owned(),
            address: None,
        };
        change.record(about, event);
        site_known(id, customer, &map.zone)
    }

    fn site_by_id(&mut self, hand: &mut Hand<'_, '_>, id: SiteId) -> Found<SiteKnown> {
        if let Some(known) = self.sites_by_id.get(&id) {
            return Ok(known.clone());
        }
        let (customer, zone) = hand.tx().one(&SITE, (id.get(),))?;
        let known = site_known(id, CustomerId(customer), &zone)?;
        self.sites_by_id.insert(id, known.clone());
        Ok(known)
    }

    /// A contact that is not known and may not be added stays a name on the ticket.
    fn contact(
        &mut self,
        hand: &mut Hand<'_, '_>,
        map: &Map,
        customer: CustomerId,
        site: Option<SiteId>,
        name: &str,
        phone: &str,
    ) -> Found<Option<ContactId>> {
        let key = contact_key(customer, name, phone);
        if let Some(known) = self.contacts.get(&key) {
            return Ok(*known);
        }
        let form = ContactForm { name: name.to_owned(), phone: phone.to_owned(), ..ContactForm::default() };
        // A number that is none stays with the ticket's own check, which names the field.
        let Ok(contact) = form.read() else { return Ok(None) };
        let mut found = None;
        if customer.get() > 0 {
            for key in contact.keys() {
                let rows = customers::contacts::store::by_key(hand.tx(), customer, &key)?;
                if let [only] = rows.as_slice() {
                    found = Some(only.id);
                    break;
                }
            }
        }
        if found.is_none() && map.create.contacts {
            found = Some(self.add_contact(hand, customer, site, &contact)?);
        }
        self.contacts.insert(key, found);
        Ok(found)
    }

    fn add_contact(
        &mut self,
        hand: &mut Hand<'_, '_>,
        customer: CustomerId,
        site: Option<SiteId>,
        contact: &Contact,
    ) -> Found<ContactId> {
        self.added.contacts += 1;
        let Hand::Writing(change) = hand else { return Ok(ContactId(self.unreal())) };
        let id = customers::contacts::store::add(change.tx, customer, site, contact, change.now)?;
        let about = About { customer: Some(customer), site, contact: Some(id), ..About::default() };
        let phone = contact.phone.as_ref().map(|phone| phone.shown.clone());
        change.record(about, Event::ContactCreated { name: contact.name.to_string(), phone, mail: None });
        Ok(id)
    }

    fn asset(
        &mut self,
        hand: &mut Hand<'_, '_>,
        customer: CustomerId,
        serial: &str,
    ) -> Found<(AssetKnown, Option<SiteId>)> {
        let key = serial_key(serial);
        let known = match self.assets.get(&key) {
            Some(known) => known.clone(),
            None => {
                let rows = hand.tx().all(&ASSETS, (&key,))?;
                // Two makers may use one serial number: the customer's own unit is meant.
                let row = rows.iter().position(|row| row.customer_id == customer).unwrap_or(0);
                let row = rows.into_iter().nth(row);
                let row = row.ok_or(Fault::UnknownName { noun: "asset", given: serial.to_owned() })?;
                let known = AssetKnown {
                    belongs: Belongs { id: row.id, customer: row.customer_id },
                    usage: row.usage,
                    class: row.class,
                };
                self.assets.insert(key, (known.clone(), row.site_id));
                (known, row.site_id)
            }
        };
        if known.0.belongs.customer != customer {
            return Err(Fault::OtherCustomer { given: serial.to_owned() }.into());
        }
        Ok(known)
    }

    fn team(&mut self, hand: &mut Hand<'_, '_>, map: &Map, name: &str) -> Found<TeamId> {
        if let Some(known) = self.teams.get(name) {
            return Ok(*known);
        }
        let id = match hand.tx().maybe(&TEAM, (name,))? {
            Some((id,)) => TeamId(id),
            None if map.create.teams => {
                self.added.teams += 1;
                match hand {
                    Hand::Looking(_) => TeamId(self.unreal()),
                    Hand::Writing(change) => {
                        let id = teams::store::add(change.tx, name, None, change.now)?;
                        let about = About { team: Some(id), ..About::default() };
                        change.record(about, Event::TeamCreated { name: name.to_owned() });
                        id
                    }
                }
            }
            None => return Err(Fault::UnknownName { noun: "team", given: name.to_owned() }.into()),
        };
        self.teams.insert(name.to_owned(), id);
        Ok(id)
    }

    /// A person who is not known and may not be added is left out: the team still has the ticket.
    fn person(&mut self, hand: &mut Hand<'_, '_>, map: &Map, name: &str) -> Found<Option<UserId>> {
        if let Some(known) = self.people.get(name) {
            return Ok(Some(*known));
        }
        let rows = hand.tx().all(&PEOPLE, (name,))?;
        let id = match rows.as_slice() {
            [(id,)] => UserId(*id),
            [] if map.create.people => self.add_person(hand, name)?,
            [] => return Ok(None),
            _ => return Err(Fault::AmbiguousName { noun: "person", given: name.to_owned() }.into()),
        };
        self.people.insert(name.to_owned(), id);
        Ok(Some(id))
    }

    /// Adds somebody who worked at the other desk: an account that is switched off.
    fn add_person(&mut self, hand: &mut Hand<'_, '_>, name: &str) -> Found<UserId> {
        self.added.people += 1;
        let Hand::Writing(change) = hand else { return Ok(UserId(self.unreal())) };
        let login =
            free_code(name, |login| Ok(people::store::lock(change.tx, &login.to_lowercase())?.is_some()))?
                .to_lowercase();
        let role = Role::ReadOnly;
        let particulars = rules::people::Account {
            login: login.clone(),
            name: name.to_owned(),
            email: None,
            phone: None,
            role,
        };
        let id = people::store::add(change.tx, &particulars, change.now)?;
        people::store::set_deactivated(change.tx, id, Some(change.now), change.now)?;
        let about = About { user: Some(id), ..About::default() };
        change.record(about, Event::UserCreated { role, login, name: name.to_owned() });
        change.record(about, Event::UserDeactivated { reason: None });
        Ok(id)
    }
}

fn add_contract(
    change: &mut Change<'_>,
    map: &Map,
    new: &NewContract,
    commitment: Commitment,
    customer: CustomerId,
    code: &str,
) -> Found<(Contract, Vec<Binding>)> {
    let number = format!("{}-{code}", map.source);
    let form = ContractForm {
        title: number.clone(),
        number: number.clone(),
        from_on: new.from_on.to_string(),
        ..ContractForm::default()
    };
    let particulars = form.read().map_err(Failure::Invalid)?;
    let id = contracts::store::add(change.tx, customer, &particulars, change.now)?;
    let about = About { customer: Some(customer), contract: Some(id), ..About::default() };
    change
        .record(about, Event::ContractCreated { number: number.clone(), from_on: new.from_on, to_on: None });
    commitments::store::bind(change.tx, id, commitment.id, new.from_on, None, change.now)?;
    let event = Event::ContractCommitmentBound {
        commitment: commitment.id,
        name: commitment.name,
        version: commitment.version,
        effective_on: new.from_on,
    };
    change.record(About { commitment: Some(commitment.id), ..about }, event);
    let contract = Contract {
        id,
        number,
        customer,
        period: Period { from_on: new.from_on, to_on: None },
        ended_on: None,
        sites: Vec::new(),
    };
    Ok((contract, vec![Binding { commitment: commitment.id, effective_on: new.from_on }]))
}

fn site_known(id: SiteId, customer: CustomerId, zone: &str) -> Found<SiteKnown> {
    let zone = Zone::parse("zone", zone)
        .map_err(|_| Failure::broke(format!("site {id} has the zone {zone}, which does not exist")))?;
    Ok(SiteKnown { belongs: Belongs { id, customer }, zone })
}

/// A code made of a name: its letters and digits, with a number behind where it is taken.
fn free_code(name: &str, mut is_taken: impl FnMut(&str) -> Found<bool>) -> Found<String> {
    /// Characters of the name that are kept, so that a number fits behind.
    const KEPT_CHARS: usize = 30;
    /// Numbers that are tried; more namesakes are a mistake in the file.
    const NUMBERS_MAX: u32 = 10_000;
    let kept = name.trim().chars().map(|c| if c.is_alphanumeric() { c } else { '-' }).take(KEPT_CHARS);
    let base: String = kept.collect::<String>().trim_matches('-').to_uppercase();
    let base = if base.is_empty() { "X".to_owned() } else { base };
    for number in 1..NUMBERS_MAX {
        let code = if number == 1 { base.clone() } else { format!("{base}-{number}") };
        if !is_taken(&code)? {
            return Ok(code);
        }
    }
    Err(Failure::broke(format!("no code is left for {name}")).into())
}

fn contact_key(customer: CustomerId, name: &str, phone: &str) -> (CustomerId, String) {
    (customer, format!("{name}\n{phone}"))
}

/// A fault of a case, told about its first row.
pub(super) fn problem(case: &Case, fault: Fault) -> Problem {
    Problem { row: case.row, column: None, fault }
}
