//! What stands at the customers' sites: products (型号), and assets (设备) with serial number and position.
//!
//! Serves C7.3 (the use of a unit), C3.1 and C3.2 (when it was accepted, and whose warranty is longer).

use jiff::civil::Date;

use crate::{
    ids::{AssetId, CustomerId, ProductId, SiteId},
    refusal::{Invalid, Refusal},
    text::{Line, Reading, Text, fold, half_width, parse_optional_date},
    tickets::severity::Use,
};

/// The longest serial number, in characters.
const SERIAL_MOST_CHARS: usize = 80;
/// The longest warranty of a manufacturer that is believed, in months.
const WARRANTY_MOST_MONTHS: i64 = 600;

/// A serial number as the label shows it, and the key to find it by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Serial {
    /// As on the label.
    pub shown: String,
    /// Capitals and digits only.
    pub key: String,
}

impl Serial {
    /// Reads a serial number that may be left out.
    ///
    /// Spaces, dashes, capitals and full width make no difference to what it finds.
    ///
    /// Errors: [`Invalid`] when nothing but signs is left, or it is too long.
    pub fn parse_optional(field: &'static str, given: &str) -> Result<Option<Self>, Invalid> {
        let shown = half_width(given).trim().to_owned();
        if shown.is_empty() {
            return Ok(None);
        }
        if shown.chars().count() > SERIAL_MOST_CHARS {
            return Err(Invalid::too_long(field, SERIAL_MOST_CHARS));
        }
        let key = serial_key(&shown);
        if key.is_empty() {
            return Err(Invalid::new(field, "error-serial").with("given", shown));
        }
        Ok(Some(Serial { shown, key }))
    }
}

/// The key of a serial number, also of one that is half typed.
pub fn serial_key(typed: &str) -> String {
    half_width(typed).to_uppercase().chars().filter(|found| found.is_alphanumeric()).collect()
}

/// A product as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct ProductForm {
    /// Who makes it.
    pub manufacturer: String,
    /// The model.
    pub model: String,
    /// What it is called.
    pub name: String,
    /// What kind of thing it is: switch, cable, server, terminal, software.
    pub class: String,
    /// Months of the manufacturer's own warranty.
    pub warranty_months: String,
    /// Anything else.
    pub remark: String,
}

/// A product's particulars.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Product {
    /// Who makes it.
    pub manufacturer: Line,
    /// The model.
    pub model: Line,
    /// What it is called.
    pub name: Option<Line>,
    /// What kind of thing it is; promises can ask for it.
    pub class: Option<Line>,
    /// Months of the manufacturer's own warranty (C3.2).
    pub warranty_months: Option<i64>,
    /// Anything else.
    pub remark: Option<Text>,
}

impl ProductForm {
    /// Reads the form.
    ///
    /// Errors: every field that is wrong.
    pub fn read(&self) -> Result<Product, Vec<Invalid>> {
        let mut form = Reading::new();
        let manufacturer = form.field(Line::parse("manufacturer", &self.manufacturer));
        let model = form.field(Line::parse("model", &self.model));
        let name = form.field(Line::parse_optional("name", &self.name));
        let class = form.field(Line::parse_optional("class", &self.class));
        let warranty_months = form.field(parse_months("warranty_months", &self.warranty_months));
        let remark = form.field(Text::parse_optional("remark", &self.remark));
        form.finish((|| {
            let (manufacturer, model, name, class) = (manufacturer?, model?, name?, class?);
            let (warranty_months, remark) = (warranty_months?, remark?);
            Some(Product { manufacturer, model, name, class, warranty_months, remark })
        })())
    }
}

impl Product {
    /// The form as it would be typed.
    pub fn form(&self) -> ProductForm {
        ProductForm {
            manufacturer: self.manufacturer.to_string(),
            model: self.model.to_string(),
            name: typed(&self.name),
            class: typed(&self.class),
            warranty_months: typed(&self.warranty_months),
            remark: typed(&self.remark),
        }
    }

    /// The key by which an import finds this product: manufacturer and model, folded.
    pub fn key(&self) -> String {
        product_key(self.manufacturer.as_str(), self.model.as_str())
    }
}

/// An optional value as its field shows it.
fn typed<T: std::fmt::Display>(value: &Option<T>) -> String {
    value.as_ref().map(T::to_string).unwrap_or_default()
}

/// The key of a product.
pub fn product_key(manufacturer: &str, model: &str) -> String {
    let plain = |text: &str| fold(text).replace([' ', '-'], "");
    format!("{}|{}", plain(manufacturer), plain(model))
}

fn parse_months(field: &'static str, given: &str) -> Result<Option<i64>, Invalid> {
    let text = half_width(given);
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    match text.parse::<i64>() {
        Ok(months) if (0..=WARRANTY_MOST_MONTHS).contains(&months) => Ok(Some(months)),
        Ok(_) | Err(_) => {
            Err(Invalid::new(field, "error-months").with("given", text).with("most", WARRANTY_MOST_MONTHS))
        }
    }
}

/// An asset as typed. Customer, site and product are chosen, not typed.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct AssetForm {
    /// What people call it.
    pub name: String,
    /// The serial number.
    pub serial: String,
    /// Where at the site: room, rack, height unit.
    pub position: String,
    /// `common` or `rare`.
    pub usage: String,
    /// The software version that runs on it.
    pub software_version: String,
    /// When it was installed.
    pub installed_on: String,
    /// Anything else.
    pub remark: String,
}

/// An asset's particulars.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asset {
    /// What people call it.
    pub name: Option<Line>,
    /// The serial number; imports match by it.
    pub serial: Option<Serial>,
    /// Where at the site.
    pub position: Option<Line>,
    /// How much it is used.
    pub usage: Use,
    /// The software version that runs on it.
    pub software_version: Option<Line>,
    /// When it was installed.
    pub installed_on: Option<Date>,
    /// Anything else.
    pub remark: Option<Text>,
}

impl AssetForm {
    /// Reads the form. A unit whose use is not said counts as common (C7.3): never played down.
    ///
    /// Errors: every field that is wrong; a unit needs a serial number or a name.
    pub fn read(&self) -> Result<Asset, Vec<Invalid>> {
        let mut form = Reading::new();
        let name = form.field(Line::parse_optional("name", &self.name));
        let serial = form.field(Serial::parse_optional("serial", &self.serial));
        let position = form.field(Line::parse_optional("position", &self.position));
        let usage = form.field(parse_usage(&self.usage));
        let software_version = form.field(Line::parse_optional("software_version", &self.software_version));
        let installed_on = form.field(parse_optional_date("installed_on", &self.installed_on));
        let remark = form.field(Text::parse_optional("remark", &self.remark));
        if let (Some(None), Some(None)) = (&name, &serial) {
            form.problem(Invalid::new("serial", "error-serial-or-name"));
        }
        form.finish((|| {
            let (name, serial, position, usage) = (name?, serial?, position?, usage?);
            let (software_version, installed_on) = (software_version?, installed_on?);
            Some(Asset { name, serial, position, usage, software_version, installed_on, remark: remark? })
        })())
    }
}

impl Asset {
    /// The form as it would be typed.
    pub fn form(&self) -> AssetForm {
        AssetForm {
            name: typed(&self.name),
            serial: self.serial.as_ref().map(|serial| serial.shown.clone()).unwrap_or_default(),
            position: typed(&self.position),
            usage: self.usage.code().to_owned(),
            software_version: typed(&self.software_version),
            installed_on: typed(&self.installed_on),
            remark: typed(&self.remark),
        }
    }
}

/// Reads the use of a unit by its code, or as tables say it: 常用, 不常用, or 是 and 否 under "常用?".
fn parse_usage(given: &str) -> Result<Use, Invalid> {
    let text = half_width(given).trim().to_lowercase();
    match text.as_str() {
        "" | "common" | "常用" | "是" | "yes" => Ok(Use::Common),
        "rare" | "rarely" | "不常用" | "否" | "no" => Ok(Use::Rare),
        _ => Err(Invalid::new("usage", "error-usage").with("given", given.trim())),
    }
}

/// A unit that already has a serial number, as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holder {
    /// The unit.
    pub asset: AssetId,
    /// What it is one of.
    pub product: ProductId,
    /// Whose it is.
    pub customer: CustomerId,
    /// The customer's name, for the sentence.
    pub customer_name: String,
}

/// Decides whether a unit may carry a serial number.
///
/// `holder` is the unit that carries it now. Makers count for themselves: the same number on another
/// product is another unit.
///
/// Errors: [`Refusal::SerialTaken`].
pub fn take_serial(
    unit: Option<AssetId>,
    product: ProductId,
    serial: &Serial,
    holder: Option<&Holder>,
) -> Result<(), Refusal> {
    match holder {
        Some(holder) if Some(holder.asset) != unit && holder.product == product => {
            Err(Refusal::SerialTaken { serial: serial.shown.clone(), customer: holder.customer_name.clone() })
        }
        Some(_) | None => Ok(()),
    }
}

/// What an import does with a row whose serial number is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Match {
    /// No unit carries it: a new one.
    New,
    /// The customer's own unit: update it.
    Update(AssetId),
}

/// Matches a row of an import by serial number.
///
/// Errors: [`Refusal::SerialTaken`] when the unit is another customer's; an import never moves a unit
/// between customers.
pub fn match_serial(
    customer: CustomerId,
    serial: &Serial,
    holder: Option<&Holder>,
) -> Result<Match, Refusal> {
    match holder {
        None => Ok(Match::New),
        Some(holder) if holder.customer == customer => Ok(Match::Update(holder.asset)),
        Some(holder) => {
            Err(Refusal::SerialTaken { serial: serial.shown.clone(), customer: holder.customer_name.clone() })
        }
    }
}

/// Refuses to move a unit to where it stands already, or to a site of another customer.
pub fn move_to(
    (from_site, from_position): (Option<SiteId>, Option<&str>),
    (to_site, to_position): (Option<SiteId>, Option<&str>),
    site_customer: Option<CustomerId>,
    customer: CustomerId,
) -> Result<(), Refusal> {
    if site_customer.is_some_and(|owner| owner != customer) {
        return Err(Refusal::SiteOfAnotherCustomer);
    }
    if (from_site, from_position) == (to_site, to_position) {
        return Err(Refusal::AlreadySo);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn serial(text: &str) -> Serial {
        Serial::parse_optional("serial", text).unwrap().unwrap()
    }

    #[test]
    fn serials_are_found_however_they_are_written() {
        for given in ["2102-35A bc", "210235ABC", " 210235abc ", "\u{ff12}10235ABC", "2102/35-A.BC"] {
            assert_eq!(serial(given).key, "210235ABC", "{given}");
        }
        assert_eq!(Serial::parse_optional("serial", ""), Ok(None));
        assert_eq!(Serial::parse_optional("serial", "--").unwrap_err().code, "error-serial");
        assert_eq!(Serial::parse_optional("serial", &"9".repeat(81)).unwrap_err().code, "error-too-long");
    }

    #[test]
    fn a_serial_that_belongs_to_another_unit_is_refused_by_name() {
        let holder = Holder {
            asset: AssetId(5),
            product: ProductId(1),
            customer: CustomerId(1),
            customer_name: "市图书馆".into(),
        };
        let sn = serial("X1");
        let taken = Err(Refusal::SerialTaken { serial: "X1".into(), customer: "市图书馆".into() });
        assert_eq!(take_serial(None, ProductId(1), &sn, None), Ok(()));
        assert_eq!(take_serial(Some(AssetId(5)), ProductId(1), &sn, Some(&holder)), Ok(()));
        assert_eq!(take_serial(Some(AssetId(6)), ProductId(1), &sn, Some(&holder)), taken);
        assert_eq!(take_serial(None, ProductId(1), &sn, Some(&holder)), taken);
        assert_eq!(take_serial(None, ProductId(2), &sn, Some(&holder)), Ok(()), "another maker's X1");

        assert_eq!(match_serial(CustomerId(1), &sn, None), Ok(Match::New));
        assert_eq!(match_serial(CustomerId(1), &sn, Some(&holder)), Ok(Match::Update(AssetId(5))));
        assert!(match_serial(CustomerId(2), &sn, Some(&holder)).is_err());
    }

    #[test]
    fn products_match_by_maker_and_model() {
        assert_eq!(product_key("华为", "S5735-L24T4X"), product_key(" 华为 ", "s5735 L24T4X"));
        assert_ne!(product_key("华为", "S5735"), product_key("新华三", "S5735"));
    }

    #[test]
    fn forms_tell_everything_that_is_wrong() {
        let fields =
            |problems: Vec<Invalid>| problems.iter().map(|one| one.field).collect::<Vec<_>>().join(" ");
        let product = ProductForm { warranty_months: "-1".into(), ..ProductForm::default() };
        assert_eq!(fields(product.read().unwrap_err()), "manufacturer model warranty_months");
        let asset =
            AssetForm { usage: "often".into(), installed_on: "2025-02-29".into(), ..AssetForm::default() };
        assert_eq!(fields(asset.read().unwrap_err()), "usage installed_on serial");
        let unsaid = AssetForm { serial: "X1".into(), ..AssetForm::default() };
        assert_eq!(unsaid.read().unwrap().usage, Use::Common);
        let rare =
            AssetForm { name: "备用打印机".into(), usage: "不常用".into(), ..AssetForm::default() };
        assert_eq!(rare.read().unwrap().usage, Use::Rare);
    }

    #[test]
    fn a_unit_moves_within_its_customer() {
        let hall = (Some(SiteId(1)), Some("大厅"));
        let room = (Some(SiteId(1)), Some("机房"));
        assert_eq!(move_to(hall, room, Some(CustomerId(1)), CustomerId(1)), Ok(()));
        assert_eq!(move_to(hall, hall, Some(CustomerId(1)), CustomerId(1)), Err(Refusal::AlreadySo));
        assert_eq!(
            move_to(hall, room, Some(CustomerId(2)), CustomerId(1)),
            Err(Refusal::SiteOfAnotherCustomer)
        );
        assert_eq!(move_to(hall, (None, None), None, CustomerId(1)), Ok(()));
    }
}
