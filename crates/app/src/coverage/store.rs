//! What the registry knows of a unit that decides who pays for it.

use db::{Error, Tx, row, statements};
use jiff::civil::Date;
use rules::ids::{AssetId, CustomerId, SiteId};

row! {
    /// A unit, its place and its model.
    #[derive(Clone, Debug, PartialEq)]
    pub struct Unit {
        pub id: AssetId as int,
        pub name: Option<String>,
        pub serial: Option<String>,
        pub model: String,
        pub customer_id: CustomerId as int,
        pub customer_name: String,
        pub site_id: Option<SiteId> as maybe_int,
        /// The zone of its site.
        pub zone: Option<String>,
        pub installed_on: Option<Date>,
        /// How long the manufacturer gives for the model.
        pub warranty_months: Option<i64>,
        pub archived: bool,
    }
}

statements! {
    static UNIT: (i64,) => Unit =
        "SELECT a.id, a.name, a.serial, p.model, a.customer_id, c.name AS customer_name, a.site_id, s.zone,
            a.installed_on, p.warranty_months, a.archived_at IS NOT NULL AS archived
         FROM asset a JOIN product p ON p.id = a.product_id JOIN customer c ON c.id = a.customer_id
            LEFT JOIN site s ON s.id = a.site_id
         WHERE a.id = ?1";
}

/// A unit by its id.
pub fn unit(tx: &mut Tx, id: AssetId) -> Result<Option<Unit>, Error> {
    tx.maybe(&UNIT, (id.get(),))
}

impl Unit {
    /// What people call it.
    pub fn called(&self) -> &str {
        self.name.as_deref().or(self.serial.as_deref()).unwrap_or(&self.model)
    }
}
