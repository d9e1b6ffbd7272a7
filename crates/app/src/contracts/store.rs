//! Contracts as they are stored.

use db::{Error, Tx, row, statements};
use jiff::Timestamp;
use jiff::civil::Date;
use rules::contracts::{Contract, ContractForm, Dedication, Particulars, Period, cover};
use rules::ids::{AssetId, ContractId, CustomerId, SiteId, UserId};
use rules::text::Text;

use crate::lookup::{self, Look, Shown};

/// The noun under which contracts are looked up.
pub const NOUN: &str = "contract";
/// The most contracts of one customer that are weighed when one is looked for; older ones are not.
const OF_CUSTOMER_MOST: i64 = 1_000;

row! {
    /// A contract with what can be edited and where it stands.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct ContractRow {
        pub id: ContractId as int,
        pub customer_id: CustomerId as int,
        pub number: String,
        pub title: String,
        pub from_on: Date,
        pub to_on: Option<Date>,
        pub ended_on: Option<Date>,
        pub engineer_id: Option<UserId> as maybe_int,
        pub remark: Option<String>,
        pub version: i64,
        pub created_at: Timestamp,
        pub archived_at: Option<Timestamp>,
    }
}

row! {
    /// A contract as a list shows it.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct ListedContract {
        pub id: ContractId as int,
        pub customer_id: CustomerId as int,
        pub customer_code: String,
        pub customer_name: String,
        pub number: String,
        pub title: String,
        pub from_on: Date,
        pub to_on: Option<Date>,
        pub ended_on: Option<Date>,
        pub engineer_id: Option<UserId> as maybe_int,
        pub version: i64,
        pub archived_at: Option<Timestamp>,
    }
}

row! {
    /// A site that a contract names.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct CoveredSite {
        pub id: SiteId as int,
        pub code: String,
        pub name: String,
        pub zone: String,
    }
}

row! {
    /// The acceptance of a site under a contract.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct AcceptanceRow {
        pub contract_id: ContractId as int,
        pub site_id: SiteId as int,
        pub site_code: String,
        pub site_name: String,
        pub signed_on: Date,
        pub signed_by: Option<String>,
    }
}

row! {
    struct CoverRow {
        id: ContractId as int,
        number: String,
        from_on: Date,
        to_on: Option<Date>,
        ended_on: Option<Date>,
        site: Option<SiteId> as maybe_int,
    }
}

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT k.id, k.customer_id, k.number, k.title, k.from_on, k.to_on, k.ended_on, k.engineer_id, k.remark,
                k.version, k.created_at, k.archived_at
             FROM contract k ",
            $rest
        )
    };
}

statements! {
    static FIND: (i64,) => ContractRow = select!("WHERE k.id = ?1");
    static BY_NUMBER: (String,) => ContractRow = select!("WHERE k.number = ?1");
    static LISTED: () => ListedContract =
        "SELECT k.id, k.customer_id, c.code AS customer_code, c.name AS customer_name, k.number, k.title,
            k.from_on, k.to_on, k.ended_on, k.engineer_id, k.version, k.archived_at
         FROM contract k JOIN customer c ON c.id = k.customer_id";
    static ADD: (i64, String, String, Date, Option<Date>, Option<String>, Timestamp) => (i64,) =
        "INSERT INTO contract (customer_id, number, title, from_on, to_on, remark, version, created_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, 1, ?7) RETURNING id";
    static SAVE: (i64, i64, String, String, Date, Option<Date>, Option<String>) => () =
        "UPDATE contract SET number = ?3, title = ?4, from_on = ?5, to_on = ?6, remark = ?7, version = version + 1
         WHERE id = ?1 AND version = ?2";
    static SET_ARCHIVED: (i64, i64, Option<Timestamp>) => () =
        "UPDATE contract SET archived_at = ?3, version = version + 1 WHERE id = ?1 AND version = ?2";
    static SET_ENDED: (i64, i64, Date) => () =
        "UPDATE contract SET ended_on = ?3, version = version + 1 WHERE id = ?1 AND version = ?2";
    static TOUCH: (i64, i64) => () = "UPDATE contract SET version = version + 1 WHERE id = ?1 AND version = ?2";
    static SET_ENGINEER: (i64, Option<i64>) => () = "UPDATE contract SET engineer_id = ?2 WHERE id = ?1";
    static DEDICATE: (i64, Option<i64>, Date, Timestamp) => () =
        "INSERT INTO dedication (contract_id, engineer_id, from_on, named_at) VALUES (?1, ?2, ?3, ?4)";
    static DEDICATIONS: (i64,) => (Option<i64>, Date) =
        "SELECT engineer_id, from_on FROM dedication WHERE contract_id = ?1 ORDER BY from_on, id";
    static ENGINEER_NAME: (i64,) => (String,) =
        "SELECT name FROM account WHERE id = ?1 AND deactivated_at IS NULL";
    static PEOPLE: (String, i64) => (i64, String, String) =
        "SELECT id, name, role FROM account
         WHERE deactivated_at IS NULL AND (?1 = '' OR LOWER(name) LIKE ?1 OR LOWER(login) LIKE ?1)
         ORDER BY name, id LIMIT ?2";
    static PERSON_CALLED: (String,) => (i64,) =
        "SELECT id FROM account WHERE deactivated_at IS NULL AND (login = ?1 OR name = ?1) ORDER BY id LIMIT 2";
    static ADD_SITE: (i64, i64, Timestamp) => () =
        "INSERT INTO contract_site (contract_id, site_id, added_at) VALUES (?1, ?2, ?3)
         ON CONFLICT (contract_id, site_id) DO NOTHING";
    static REMOVE_SITE: (i64, i64) => () = "DELETE FROM contract_site WHERE contract_id = ?1 AND site_id = ?2";
    static SITES: (i64,) => CoveredSite =
        "SELECT s.id, s.code, s.name, s.zone FROM contract_site x JOIN site s ON s.id = x.site_id
         WHERE x.contract_id = ?1 ORDER BY s.code";
    static COVER: (i64, i64) => CoverRow =
        "SELECT k.id, k.number, k.from_on, k.to_on, k.ended_on, x.site_id AS site
         FROM (SELECT i.id, i.number, i.from_on, i.to_on, i.ended_on FROM contract i
               WHERE i.customer_id = ?1 AND i.archived_at IS NULL ORDER BY i.id DESC LIMIT ?2) k
         LEFT JOIN contract_site x ON x.contract_id = k.id
         ORDER BY k.id";
    static ACCEPT: (i64, i64, Date, Option<String>, Timestamp) => () =
        "INSERT INTO acceptance (contract_id, site_id, signed_on, signed_by, recorded_at)
         VALUES (?1, ?2, ?3, ?4, ?5)";
    static ACCEPTED_ON: (i64, i64) => (Date,) =
        "SELECT signed_on FROM acceptance WHERE contract_id = ?1 AND site_id = ?2";
    static UNITS_AT: (i64, i64) => (i64, Option<i64>) =
        "SELECT a.id, p.warranty_months FROM asset a JOIN product p ON p.id = a.product_id
         WHERE a.site_id = ?1 AND a.archived_at IS NULL ORDER BY a.id LIMIT ?2";
    static ACCEPTANCES: (i64,) => AcceptanceRow =
        "SELECT y.contract_id, y.site_id, s.code AS site_code, s.name AS site_name, y.signed_on, y.signed_by
         FROM acceptance y JOIN site s ON s.id = y.site_id WHERE y.contract_id = ?1 ORDER BY s.code";
    static ACCEPTANCES_OF_SITE: (i64,) => AcceptanceRow =
        "SELECT y.contract_id, y.site_id, s.code AS site_code, s.name AS site_name, y.signed_on, y.signed_by
         FROM acceptance y JOIN site s ON s.id = y.site_id WHERE y.site_id = ?1 ORDER BY y.signed_on";
}

impl ContractRow {
    /// The row as its form shows it.
    pub fn form(&self) -> ContractForm {
        ContractForm {
            number: self.number.clone(),
            title: self.title.clone(),
            from_on: self.from_on.to_string(),
            to_on: self.to_on.map(|on| on.to_string()).unwrap_or_default(),
            remark: self.remark.clone().unwrap_or_default(),
        }
    }

    /// The contract as the rules weigh it.
    pub fn with_sites(&self, sites: Vec<SiteId>) -> Contract {
        Contract {
            id: self.id,
            number: self.number.clone(),
            customer: self.customer_id,
            period: Period { from_on: self.from_on, to_on: self.to_on },
            ended_on: self.ended_on,
            sites,
        }
    }
}

/// What a list of contracts is narrowed to.
#[derive(Debug, Clone, Default)]
pub struct ContractFilter {
    /// Any part of number or title.
    pub text: String,
    /// In use, put away, or both.
    pub shown: Shown,
    /// With these customers; with all where there is none.
    pub customers: Vec<CustomerId>,
    /// With this dedicated engineer.
    pub engineer: Option<UserId>,
    /// Running out on one of these days, both included.
    pub running_out: Option<(Date, Date)>,
}

/// The contract with this id.
pub fn find(tx: &mut Tx, id: ContractId) -> Result<Option<ContractRow>, Error> {
    tx.maybe(&FIND, (id.get(),))
}

/// The contract with this number, which is unique.
pub fn by_number(tx: &mut Tx, number: &str) -> Result<Option<ContractRow>, Error> {
    tx.maybe(&BY_NUMBER, (number,))
}

/// The contracts that the filter leaves, newest first, beginning behind `after`.
pub fn list(
    tx: &mut Tx,
    filter: &ContractFilter,
    after: Option<i64>,
    limit: i64,
) -> Result<Vec<ListedContract>, Error> {
    let query = Look::typed(tx, NOUN, &filter.text)?.query(&LISTED, "contract k", after);
    let query = lookup::of_any(query, "k.customer_id", &filter.customers)
        .and_some("k.engineer_id = ?", filter.engineer.map(UserId::get))
        .and_some("k.to_on BETWEEN ? AND ?", filter.running_out);
    tx.list(&filter.shown.narrow(query, "k").limit(limit))
}

/// Adds a contract. Errors: [`Error::UniqueViolation`] when its number is taken.
pub fn add(
    tx: &mut Tx,
    customer: CustomerId,
    contract: &Particulars,
    now: Timestamp,
) -> Result<ContractId, Error> {
    let Particulars { number, title, period, remark } = contract;
    let (id,) = tx.one(
        &ADD,
        (
            customer.get(),
            number.as_str(),
            title.as_str(),
            period.from_on,
            period.to_on,
            remark.as_ref().map(Text::as_str),
            now,
        ),
    )?;
    remember(tx, id, contract)?;
    Ok(ContractId(id))
}

/// Saves what was edited. Tells whether the row still had the version that was edited.
pub fn save(tx: &mut Tx, id: ContractId, version: i64, contract: &Particulars) -> Result<bool, Error> {
    let Particulars { number, title, period, remark } = contract;
    let saved = tx.run(
        &SAVE,
        (
            id.get(),
            version,
            number.as_str(),
            title.as_str(),
            period.from_on,
            period.to_on,
            remark.as_ref().map(Text::as_str),
        ),
    )?;
    if saved == 1 {
        remember(tx, id.get(), contract)?;
    }
    Ok(saved == 1)
}

/// Puts a contract away, or brings it back (`None`). Tells whether the row still had this version.
pub fn set_archived(tx: &mut Tx, id: ContractId, version: i64, at: Option<Timestamp>) -> Result<bool, Error> {
    Ok(tx.run(&SET_ARCHIVED, (id.get(), version, at))? == 1)
}

/// Ends a contract before its time. Tells whether the row still had this version.
pub fn set_ended(tx: &mut Tx, id: ContractId, version: i64, on: Date) -> Result<bool, Error> {
    Ok(tx.run(&SET_ENDED, (id.get(), version, on))? == 1)
}

/// Counts a change of what belongs to a contract (its sites, its bindings). Tells whether the row still had
/// this version.
pub fn touch(tx: &mut Tx, id: ContractId, version: i64) -> Result<bool, Error> {
    Ok(tx.run(&TOUCH, (id.get(), version))? == 1)
}

/// Names the dedicated engineer from a day on, or a vacancy.
pub fn dedicate(
    tx: &mut Tx,
    id: ContractId,
    engineer: Option<UserId>,
    from_on: Date,
    now: Timestamp,
) -> Result<(), Error> {
    tx.run(&DEDICATE, (id.get(), engineer.map(UserId::get), from_on, now))?;
    tx.run(&SET_ENGINEER, (id.get(), engineer.map(UserId::get)))?;
    Ok(())
}

/// Who was the dedicated engineer, in the order of the days.
pub fn dedications(tx: &mut Tx, id: ContractId) -> Result<Vec<Dedication>, Error> {
    let rows = tx.all(&DEDICATIONS, (id.get(),))?;
    Ok(rows
        .into_iter()
        .map(|(engineer, from_on)| Dedication { engineer: engineer.map(UserId), from_on })
        .collect())
}

/// The name of a person whose account is in use.
pub fn engineer_name(tx: &mut Tx, id: UserId) -> Result<Option<String>, Error> {
    Ok(tx.maybe(&ENGINEER_NAME, (id.get(),))?.map(|(name,)| name))
}

/// People who may be named, by a part of name or login: id, name and role.
pub fn people(tx: &mut Tx, typed: &str, most: i64) -> Result<Vec<(i64, String, String)>, Error> {
    let plain: String = typed.trim().to_lowercase().chars().filter(|c| !matches!(c, '%' | '_')).collect();
    let pattern = if plain.is_empty() { plain } else { format!("%{plain}%") };
    tx.all(&PEOPLE, (pattern, most))
}

/// The people with this login or name, at most two.
pub fn person_called(tx: &mut Tx, called: &str) -> Result<Vec<UserId>, Error> {
    Ok(tx.all(&PERSON_CALLED, (called,))?.into_iter().map(|(id,)| UserId(id)).collect())
}

/// Names a site in a contract.
pub fn add_site(tx: &mut Tx, id: ContractId, site: SiteId, now: Timestamp) -> Result<(), Error> {
    tx.run(&ADD_SITE, (id.get(), site.get(), now))?;
    Ok(())
}

/// Takes a site out of a contract.
pub fn remove_site(tx: &mut Tx, id: ContractId, site: SiteId) -> Result<(), Error> {
    tx.run(&REMOVE_SITE, (id.get(), site.get()))?;
    Ok(())
}

/// The sites that a contract names; none when it covers all of its customer.
pub fn sites(tx: &mut Tx, id: ContractId) -> Result<Vec<CoveredSite>, Error> {
    tx.all(&SITES, (id.get(),))
}

/// The contracts of a customer that are in use, with their sites, as the rules weigh them.
pub fn of_customer(tx: &mut Tx, customer: CustomerId) -> Result<Vec<Contract>, Error> {
    let mut contracts: Vec<Contract> = Vec::new();
    for row in tx.all(&COVER, (customer.get(), OF_CUSTOMER_MOST))? {
        let CoverRow { id, number, from_on, to_on, ended_on, site } = row;
        match contracts.last_mut() {
            Some(last) if last.id == id => last.sites.extend(site),
            _ => contracts.push(Contract {
                id,
                number,
                customer,
                period: Period { from_on, to_on },
                ended_on,
                sites: site.into_iter().collect(),
            }),
        }
    }
    Ok(contracts)
}

/// The contract that covers a site of a customer on a day in the site's time zone.
pub fn covering(
    tx: &mut Tx,
    customer: CustomerId,
    site: Option<SiteId>,
    on: Date,
) -> Result<Option<ContractId>, Error> {
    Ok(cover(&of_customer(tx, customer)?, customer, site, on))
}

/// Records the signature of a site's acceptance. Errors: [`Error::UniqueViolation`] when it is recorded.
pub fn accept(
    tx: &mut Tx,
    id: ContractId,
    site: SiteId,
    signed_on: Date,
    signed_by: Option<&str>,
    now: Timestamp,
) -> Result<(), Error> {
    tx.run(&ACCEPT, (id.get(), site.get(), signed_on, signed_by, now))?;
    Ok(())
}

/// The day on which a site was accepted under a contract.
pub fn accepted_on(tx: &mut Tx, id: ContractId, site: SiteId) -> Result<Option<Date>, Error> {
    Ok(tx.maybe(&ACCEPTED_ON, (id.get(), site.get()))?.map(|(on,)| on))
}

/// The units that stand at a site, at most `most`, each with the months of its manufacturer's warranty.
pub fn units_at(tx: &mut Tx, site: SiteId, most: i64) -> Result<Vec<(AssetId, Option<i64>)>, Error> {
    Ok(tx.all(&UNITS_AT, (site.get(), most))?.into_iter().map(|(id, months)| (AssetId(id), months)).collect())
}

/// The acceptances under a contract, by site.
pub fn acceptances(tx: &mut Tx, id: ContractId) -> Result<Vec<AcceptanceRow>, Error> {
    tx.all(&ACCEPTANCES, (id.get(),))
}

/// The acceptances of a site under all contracts, in order of their days.
pub fn acceptances_of_site(tx: &mut Tx, site: SiteId) -> Result<Vec<AcceptanceRow>, Error> {
    tx.all(&ACCEPTANCES_OF_SITE, (site.get(),))
}

fn remember(tx: &mut Tx, id: i64, contract: &Particulars) -> Result<(), Error> {
    lookup::remember(tx, NOUN, id, &[contract.number.as_str(), contract.title.as_str()])
}
