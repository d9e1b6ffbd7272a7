//! What stands around a customer on its page: the first sites, contacts and contracts.

use db::{Error, Tx, row, statements};
use jiff::civil::Date;
use rules::ids::{ContractId, CustomerId};

use super::contacts::store::{self as contacts, ContactFilter, ListedContact};
use super::sites::store::{self as sites, ListedSite, SiteFilter};
use super::store::{self, CustomerRow};
use crate::records::history::{self, Told};
use crate::records::open_tickets::{self, Around, OpenTicket};

/// How many of each a customer's page shows; the lists have them all.
pub const SHOWN_MOST: i64 = 12;

row! {
    /// A contract as its customer's page shows it.
    #[derive(Debug, Clone)]
    pub struct ContractLine {
        pub id: ContractId as int,
        pub number: String,
        pub title: String,
        pub from_on: Date,
        pub to_on: Option<Date>,
        pub ended_on: Option<Date>,
        pub engineer: Option<String>,
    }
}

statements! {
    static CONTRACTS: (i64, i64) => ContractLine =
        "SELECT k.id, k.number, k.title, k.from_on, k.to_on, k.ended_on, e.name AS engineer
         FROM contract k LEFT JOIN account e ON e.id = k.engineer_id
         WHERE k.customer_id = ?1 AND k.archived_at IS NULL ORDER BY k.id DESC LIMIT ?2";
}

/// A customer with what stands around it.
#[derive(Debug)]
pub struct CustomerPage {
    pub customer: CustomerRow,
    pub tickets: Vec<OpenTicket>,
    pub contracts: Vec<ContractLine>,
    pub sites: Vec<ListedSite>,
    pub contacts: Vec<ListedContact>,
    pub history: Vec<Told>,
}

/// Reads all that a customer's page shows.
pub fn page(tx: &mut Tx, id: CustomerId) -> Result<Option<CustomerPage>, Error> {
    let Some(customer) = store::find(tx, id)? else { return Ok(None) };
    let of_it = vec![id];
    let site_filter = SiteFilter { customers: of_it.clone(), ..SiteFilter::default() };
    let contact_filter = ContactFilter { customers: of_it, ..ContactFilter::default() };
    Ok(Some(CustomerPage {
        tickets: open_tickets::of(tx, Around::Customer(id.get()))?,
        contracts: tx.all(&CONTRACTS, (id.get(), SHOWN_MOST + 1))?,
        sites: sites::list(tx, &site_filter, None, SHOWN_MOST + 1)?,
        contacts: contacts::list(tx, &contact_filter, None, SHOWN_MOST + 1)?,
        history: history::of(tx, "customer", id.get())?,
        customer,
    }))
}
