//! Who pays for a unit: its warranty with the arithmetic that led to its end, and labour, parts and travel by the
//! entries of the contract (C3.1–C3.5, C5.2–C5.4, C5.7).
//!
//! Nothing is kept here: the answer follows from the facts of the unit, the registry and the commitment in force.

pub mod api;
mod change;
pub mod pages;
mod store;

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use db::Tx;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use promise::coverage::promise::Standing;
use promise::coverage::{Answer, Impossible, Ledger, Manufacturer};
use promise::{Docket, Fact, Subject, Terms};
use rules::ids::{AssetId, CommitmentId, ContractId, CustomerId, SiteId};

use crate::commitments::store as commitments;
use crate::contracts::store as contracts;
use crate::kernel::errors::Failure;
use crate::kernel::terms::Library;

pub use store::Unit;

/// The fact that the acceptance of its site means for a unit.
const ACCEPTED: &str = "asset.accepted";

/// A unit with what decides who pays for it on a day.
#[derive(Debug, Clone)]
pub struct Cover {
    pub unit: Unit,
    /// The day that is asked about, at the site.
    pub on: Date,
    pub under: Under,
    standing: Standing,
}

/// The contract that covers a site on a day; all empty where none with promises does.
#[derive(Debug, Clone, Default)]
pub struct Under {
    pub contract: Option<ContractId>,
    pub commitment: Option<CommitmentId>,
    pub terms: Option<Arc<Terms>>,
    accepted_on: Option<Date>,
}

/// Looks up units one after the other; the contract of a site is looked up once.
pub struct Covers<'a> {
    library: &'a Library,
    now: Timestamp,
    sites: HashMap<(CustomerId, Option<SiteId>, Date), Under>,
}

impl<'a> Covers<'a> {
    pub fn new(library: &'a Library, now: Timestamp) -> Covers<'a> {
        Covers { library, now, sites: HashMap::new() }
    }

    /// What decides who pays for a unit; `on` is a day at its site, none today.
    ///
    /// Errors: [`Failure::NotFound`].
    pub fn of(&mut self, tx: &mut Tx, asset: AssetId, on: Option<Date>) -> Result<Cover, Failure> {
        let unit = store::unit(tx, asset)?.ok_or(Failure::NotFound)?;
        let zone = unit.zone.as_deref().and_then(|zone| TimeZone::get(zone).ok()).unwrap_or(TimeZone::UTC);
        let on = on.unwrap_or_else(|| self.now.to_zoned(zone).date());
        let key = (unit.customer_id, unit.site_id, on);
        let under = match self.sites.get(&key) {
            Some(under) => under.clone(),
            None => {
                let under = self.under(tx, key)?;
                self.sites.insert(key, under.clone());
                under
            }
        };
        let standing = match &under.terms {
            Some(terms) => {
                let facts = ledger::facts_of(tx, &ledger::Subject::new("asset", asset.get()))?;
                standing(terms, asset, facts)
            }
            None => Standing::default(),
        };
        Ok(Cover { unit, on, under, standing })
    }

    fn under(
        &self,
        tx: &mut Tx,
        (customer, site, on): (CustomerId, Option<SiteId>, Date),
    ) -> Result<Under, Failure> {
        let Some(contract) = contracts::covering(tx, customer, site, on)? else {
            return Ok(Under::default());
        };
        let commitment = commitments::on_day(tx, contract, on)?;
        let terms = commitment.map(|id| self.library.terms(tx, id)).transpose()?;
        let accepted_on = match site {
            Some(site) => contracts::accepted_on(tx, contract, site)?,
            None => None,
        };
        Ok(Under { contract: Some(contract), commitment, terms, accepted_on })
    }
}

/// What the facts of a unit come to under the terms that are asked about.
fn standing(terms: &Terms, asset: AssetId, mut facts: Vec<Fact>) -> Standing {
    facts.sort_by_key(Fact::order);
    let mut docket = Docket::of(Subject::new("asset", &asset.to_string()));
    for fact in facts.iter().filter(|fact| terms.heeds("asset", fact.name.as_str())) {
        // Sorted above, so no fact can lie before another.
        let _ = docket.fold(terms, fact);
    }
    docket.payment().cloned().unwrap_or_default()
}

impl Cover {
    /// Since when the unit does not work.
    pub fn out_since(&self) -> Option<Date> {
        self.standing.out_since()
    }

    /// Who pays labour, parts and travel for work that these attributes describe; none where nothing is promised.
    ///
    /// Errors: [`Impossible`] where the dates of the unit contradict themselves.
    pub fn answer(&self, attributes: BTreeMap<String, String>) -> Option<Result<Answer, Impossible>> {
        let file = self.under.terms.as_ref()?;
        let terms = file.coverage_terms()?;
        let mut question = self.standing.question(self.on, attributes);
        // A unit that came after the acceptance of its site has no acceptance of its own.
        if let Some(accepted_on) = self.under.accepted_on {
            let begins_on = self.unit.installed_on.map_or(accepted_on, |on| on.max(accepted_on));
            for period in file.periods_begun_by(ACCEPTED) {
                question.milestones.entry(period.to_owned()).or_insert(begins_on);
            }
        }
        let months = self.unit.warranty_months.and_then(|months| u32::try_from(months).ok());
        question.manufacturer = question.manufacturer.or(months.map(Manufacturer::Months));
        Some(terms.decide(&question))
    }

    /// The period that counts from the acceptance, as it stands; none where none is promised, or it has not begun.
    pub fn warranty(&self) -> Option<Ledger> {
        let named =
            self.under.terms.as_ref()?.periods_begun_by(ACCEPTED).first().map(|name| (*name).to_owned())?;
        let answer = self.answer(BTreeMap::new())?.ok()?;
        answer.periods.into_iter().find(|period| period.name == named)?.ledger
    }
}
