//! Customers (客户), their sites (网点) and contacts (联系人): whom we serve, and where.
//!
//! Serves every clause that names a place or a person; the site's time zone decides what "a day" is
//! (C3.1), its coordinates how far an engineer has to go (C2.8, C7.6).

use jiff::tz::TimeZone;

use crate::{
    ids::{ContactId, CustomerId, SiteId},
    refusal::{Invalid, Refusal},
    text::{Line, Reading, Text, fold, half_width},
};

/// Digits of the shortest telephone number that is stored: a hotline such as 12345.
const PHONE_FEWEST_DIGITS: usize = 5;
/// Digits of the longest, extension included.
const PHONE_MOST_DIGITS: usize = 22;
/// The longest code, in characters.
const CODE_MOST_CHARS: usize = 40;

/// A short code by which people and imports name a customer or a site.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Code(String);

impl Code {
    /// Reads a code: letters, digits and `- _ . /` without spaces; capitals and full width make no difference.
    ///
    /// Errors: [`Invalid`] when it is empty, too long or holds another character.
    pub fn parse(field: &'static str, given: &str) -> Result<Self, Invalid> {
        let code = half_width(given).trim().to_uppercase();
        if code.is_empty() {
            return Err(Invalid::required(field));
        }
        if code.chars().count() > CODE_MOST_CHARS {
            return Err(Invalid::too_long(field, CODE_MOST_CHARS));
        }
        let strange = |found: &char| !(found.is_alphanumeric() || matches!(found, '-' | '_' | '.' | '/'));
        match code.chars().find(strange) {
            Some(found) => Err(Invalid::new(field, "error-code-character").with("found", found)),
            None => Ok(Code(code)),
        }
    }

    /// The code.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A telephone number as it was written, and its digits to find it by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Phone {
    /// As written, tidied.
    pub shown: String,
    /// `+` and digits; an extension follows `;`.
    pub key: String,
}

impl Phone {
    /// Reads a telephone number that may be left out.
    ///
    /// Errors: [`Invalid`] when it has letters, or too few or too many digits.
    pub fn parse_optional(field: &'static str, given: &str) -> Result<Option<Self>, Invalid> {
        let shown = half_width(given).trim().to_owned();
        if shown.is_empty() {
            return Ok(None);
        }
        let wrong = || Invalid::new(field, "error-phone").with("given", &shown);
        let mut key = String::new();
        let mut extension = false;
        for (place, found) in shown.char_indices() {
            match found {
                '0'..='9' => key.push(found),
                '+' if place == 0 => key.push('+'),
                ' ' | '-' | '(' | ')' | '.' | '\u{a0}' | '\u{2010}'..='\u{2015}' => {}
                '转' | '轉' | 'x' | 'X' | '#' | ',' | ';' if !extension && !key.is_empty() => {
                    extension = true;
                    key.push(';');
                }
                _ => return Err(wrong()),
            }
        }
        let digits_count = key.bytes().filter(u8::is_ascii_digit).count();
        if !(PHONE_FEWEST_DIGITS..=PHONE_MOST_DIGITS).contains(&digits_count) {
            return Err(wrong());
        }
        Ok(Some(Phone { key: plain_country(key), shown }))
    }
}

/// A mainland number with and without its country code is one number.
fn plain_country(key: String) -> String {
    let bare = key.strip_prefix("+86").or_else(|| key.strip_prefix("0086"));
    // A mobile number has 11 digits and begins with 1, as does the area code of Beijing without its 0.
    let is_mobile =
        |bare: &str| bare.starts_with('1') && bare.split(';').next().is_some_and(|own| own.len() == 11);
    bare.map_or(key.clone(), |bare| if is_mobile(bare) { bare.to_owned() } else { format!("0{bare}") })
}

/// The digits that a person typed to find a caller by number, if the text looks like one.
pub fn phone_search_key(typed: &str) -> Option<String> {
    let narrow = half_width(typed);
    let only =
        narrow.chars().all(|found| found.is_ascii_digit() || matches!(found, ' ' | '-' | '+' | '(' | ')'));
    let digits: String = narrow.chars().filter(char::is_ascii_digit).collect();
    (only && digits.len() >= 3).then(|| {
        digits.strip_prefix("86").filter(|rest| rest.len() == 11).map_or(digits.clone(), str::to_owned)
    })
}

/// An address for electronic mail.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Mail(String);

impl Mail {
    /// The part after `@`, in lower case: a letter from it is a letter of the customer, unless it is a domain that
    /// everybody uses ([`crate::channels::is_public_domain`]).
    pub fn domain(&self) -> Option<String> {
        let (_, domain) = self.0.rsplit_once('@')?;
        Some(domain.to_lowercase())
    }

    /// Reads a mail address that may be left out.
    ///
    /// Errors: [`Invalid`] when it cannot be one. Whether somebody reads it, only a mail can tell.
    pub fn parse_optional(field: &'static str, given: &str) -> Result<Option<Self>, Invalid> {
        let mail = half_width(given).trim().to_owned();
        if mail.is_empty() {
            return Ok(None);
        }
        let plausible = mail.rsplit_once('@').is_some_and(|(local, domain)| {
            !local.is_empty()
                && local.len() <= 64
                && !domain.is_empty()
                && domain.split('.').all(|label| {
                    !label.is_empty()
                        && !label.starts_with('-')
                        && !label.ends_with('-')
                        && label.chars().all(|found| found.is_alphanumeric() || found == '-')
                })
                && !mail
                    .chars()
                    .any(|found| found.is_whitespace() || matches!(found, '<' | '>' | ',' | ';' | '"'))
                && mail.len() <= 254
                && !local.contains('@')
        });
        if plausible {
            Ok(Some(Mail(mail)))
        } else {
            Err(Invalid::new(field, "error-mail").with("given", mail))
        }
    }

    /// The address.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The address to compare by: domains, and in practice names, know no capitals.
    pub fn key(&self) -> String {
        self.0.to_lowercase()
    }
}

/// The name of a time zone that exists.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Zone(String);

impl Zone {
    /// Reads a zone's name, such as `Asia/Shanghai`.
    ///
    /// Errors: [`Invalid`] for a name that the zone database does not know.
    pub fn parse(field: &'static str, given: &str) -> Result<Self, Invalid> {
        let name = given.trim();
        if name.is_empty() {
            return Err(Invalid::required(field));
        }
        let zone = TimeZone::get(name).map_err(|_| Invalid::new(field, "error-zone").with("given", name))?;
        Ok(Zone(zone.iana_name().unwrap_or(name).to_owned()))
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Where on Earth.
///
/// Units: millionths of a degree, north and east positive; about eleven centimetres.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Coordinates {
    /// North of the equator.
    pub latitude_microdeg: i64,
    /// East of Greenwich.
    pub longitude_microdeg: i64,
}

impl Coordinates {
    /// Reads latitude and longitude in decimal degrees; both or neither.
    ///
    /// Errors: [`Invalid`] when one is missing, no number or out of range.
    pub fn parse_optional(latitude: &str, longitude: &str) -> Result<Option<Self>, Invalid> {
        let (latitude, longitude) = (latitude.trim(), longitude.trim());
        match (latitude.is_empty(), longitude.is_empty()) {
            (true, true) => Ok(None),
            (true, false) => Err(Invalid::required("latitude")),
            (false, true) => Err(Invalid::required("longitude")),
            (false, false) => Ok(Some(Coordinates {
                latitude_microdeg: microdeg("latitude", latitude, 90)?,
                longitude_microdeg: microdeg("longitude", longitude, 180)?,
            })),
        }
    }
}

fn microdeg(field: &'static str, given: &str, most_deg: i64) -> Result<i64, Invalid> {
    let wrong = || Invalid::new(field, "error-coordinate").with("given", given).with("most", most_deg);
    let degrees: f64 = half_width(given).parse().map_err(|_| wrong())?;
    let micro = degrees * 1e6;
    // A NaN is inside no range.
    if (-1e6 * most_deg as f64..=1e6 * most_deg as f64).contains(&micro) {
        Ok(micro.round() as i64)
    } else {
        Err(wrong())
    }
}

/// A customer as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct CustomerForm {
    /// The code.
    pub code: String,
    /// The full name.
    pub name: String,
    /// How we call it among us.
    pub short_name: String,
    /// Anything else.
    pub remark: String,
}

/// A customer's particulars.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Customer {
    /// The code; imports match by it.
    pub code: Code,
    /// The full name.
    pub name: Line,
    /// How we call it among us.
    pub short_name: Option<Line>,
    /// Anything else.
    pub remark: Option<Text>,
}

impl CustomerForm {
    /// Reads the form.
    ///
    /// Errors: every field that is wrong.
    pub fn read(&self) -> Result<Customer, Vec<Invalid>> {
        let mut form = Reading::new();
        let code = form.field(Code::parse("code", &self.code));
        let name = form.field(Line::parse("name", &self.name));
        let short_name = form.field(Line::parse_optional("short_name", &self.short_name));
        let remark = form.field(Text::parse_optional("remark", &self.remark));
        form.finish((|| {
            Some(Customer { code: code?, name: name?, short_name: short_name?, remark: remark? })
        })())
    }
}

impl Customer {
    /// The form as it would be typed.
    pub fn form(&self) -> CustomerForm {
        CustomerForm {
            code: self.code.as_str().to_owned(),
            name: self.name.to_string(),
            short_name: typed(&self.short_name),
            remark: typed(&self.remark),
        }
    }
}

/// An optional value as its field shows it.
fn typed<T: std::fmt::Display>(value: &Option<T>) -> String {
    value.as_ref().map(T::to_string).unwrap_or_default()
}

/// A site as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct SiteForm {
    /// The code, unique within the customer.
    pub code: String,
    /// The name.
    pub name: String,
    /// The address.
    pub address: String,
    /// The time zone's name.
    pub zone: String,
    /// Decimal degrees.
    pub latitude: String,
    /// Decimal degrees.
    pub longitude: String,
    /// How to get in, whom to ask.
    pub remark: String,
}

/// A site's particulars.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Site {
    /// The code; imports match by customer and code.
    pub code: Code,
    /// The name.
    pub name: Line,
    /// The address.
    pub address: Option<Line>,
    /// The time zone.
    pub zone: Zone,
    /// Where on Earth.
    pub coordinates: Option<Coordinates>,
    /// How to get in, whom to ask.
    pub remark: Option<Text>,
}

impl SiteForm {
    /// Reads the form.
    ///
    /// Errors: every field that is wrong.
    pub fn read(&self) -> Result<Site, Vec<Invalid>> {
        let mut form = Reading::new();
        let code = form.field(Code::parse("code", &self.code));
        let name = form.field(Line::parse("name", &self.name));
        let address = form.field(Line::parse_optional("address", &self.address));
        let zone = form.field(Zone::parse("zone", &self.zone));
        let coordinates = form.field(Coordinates::parse_optional(&self.latitude, &self.longitude));
        let remark = form.field(Text::parse_optional("remark", &self.remark));
        form.finish((|| {
            let (code, name, address, zone) = (code?, name?, address?, zone?);
            Some(Site { code, name, address, zone, coordinates: coordinates?, remark: remark? })
        })())
    }
}

impl Site {
    /// The form as it would be typed.
    pub fn form(&self) -> SiteForm {
        let degrees =
            |of: fn(Coordinates) -> i64| self.coordinates.map(of).map(shown_degrees).unwrap_or_default();
        SiteForm {
            code: self.code.as_str().to_owned(),
            name: self.name.to_string(),
            address: typed(&self.address),
            zone: self.zone.as_str().to_owned(),
            latitude: degrees(|place| place.latitude_microdeg),
            longitude: degrees(|place| place.longitude_microdeg),
            remark: typed(&self.remark),
        }
    }
}

/// Decimal degrees without needless zeros, as a map gives them: `39.9042`.
pub fn shown_degrees(microdeg: i64) -> String {
    let (sign, size) = (if microdeg < 0 { "-" } else { "" }, microdeg.unsigned_abs());
    let text = format!("{sign}{}.{:06}", size / 1_000_000, size % 1_000_000);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// A contact as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct ContactForm {
    /// The name.
    pub name: String,
    /// What they do there.
    pub title: String,
    /// The telephone number.
    pub phone: String,
    /// The mail address.
    pub mail: String,
    /// The number for faxes.
    pub fax: String,
    /// Anything else.
    pub remark: String,
}

/// A contact's particulars.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contact {
    /// The name.
    pub name: Line,
    /// What they do there.
    pub title: Option<Line>,
    /// The telephone number.
    pub phone: Option<Phone>,
    /// The mail address.
    pub mail: Option<Mail>,
    /// The number for faxes.
    pub fax: Option<Phone>,
    /// Anything else.
    pub remark: Option<Text>,
}

impl ContactForm {
    /// Reads the form.
    ///
    /// Errors: every field that is wrong; a contact needs a telephone number, a mail address or a fax number.
    pub fn read(&self) -> Result<Contact, Vec<Invalid>> {
        let mut form = Reading::new();
        let name = form.field(Line::parse("name", &self.name));
        let title = form.field(Line::parse_optional("title", &self.title));
        let phone = form.field(Phone::parse_optional("phone", &self.phone));
        let mail = form.field(Mail::parse_optional("mail", &self.mail));
        let fax = form.field(Phone::parse_optional("fax", &self.fax));
        let remark = form.field(Text::parse_optional("remark", &self.remark));
        if let (Some(None), Some(None), Some(None)) = (&phone, &mail, &fax) {
            form.problem(Invalid::new("phone", "error-phone-or-mail"));
        }
        form.finish((|| {
            let (name, title, phone, mail) = (name?, title?, phone?, mail?);
            Some(Contact { name, title, phone, mail, fax: fax?, remark: remark? })
        })())
    }
}

impl Contact {
    /// The form as it would be typed.
    pub fn form(&self) -> ContactForm {
        ContactForm {
            name: self.name.to_string(),
            title: typed(&self.title),
            phone: self.phone.as_ref().map(|phone| phone.shown.clone()).unwrap_or_default(),
            mail: self.mail.as_ref().map(|mail| mail.as_str().to_owned()).unwrap_or_default(),
            fax: self.fax.as_ref().map(|fax| fax.shown.clone()).unwrap_or_default(),
            remark: typed(&self.remark),
        }
    }
}

/// The key by which an import finds a customer whose code it does not have.
pub fn name_key(name: &str) -> String {
    fold(name).replace(' ', "")
}

/// What an import can know a contact by, the surest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ContactKey {
    /// The telephone number's key.
    Phone(String),
    /// The mail address, small.
    Mail(String),
    /// The folded name.
    Name(String),
}

impl Contact {
    /// The keys by which an import looks for this contact within its customer, the surest first.
    pub fn keys(&self) -> Vec<ContactKey> {
        let phone = self.phone.as_ref().map(|phone| ContactKey::Phone(phone.key.clone()));
        let mail = self.mail.as_ref().map(|mail| ContactKey::Mail(mail.key()));
        let name = Some(ContactKey::Name(name_key(self.name.as_str())));
        phone.into_iter().chain(mail).chain(name).collect()
    }
}

/// Whose site or contact something is, as stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Belongs<T> {
    /// The thing.
    pub id: T,
    /// Its customer.
    pub customer: CustomerId,
}

/// Refuses a site of another customer.
pub fn site_of(site: Belongs<SiteId>, customer: CustomerId) -> Result<SiteId, Refusal> {
    if site.customer == customer { Ok(site.id) } else { Err(Refusal::SiteOfAnotherCustomer) }
}

/// Refuses a contact of another customer.
pub fn contact_of(contact: Belongs<ContactId>, customer: CustomerId) -> Result<ContactId, Refusal> {
    if contact.customer == customer { Ok(contact.id) } else { Err(Refusal::ContactOfAnotherCustomer) }
}

/// Decides whether a customer, site or contact may be put away.
///
/// Errors: [`Refusal::StillInUse`] while open tickets or contracts in force need it.
pub fn archive(uses: usize) -> Result<(), Refusal> {
    if uses == 0 { Ok(()) } else { Err(Refusal::StillInUse { uses }) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn degrees_are_written_as_a_map_gives_them() {
        let cases = [
            (39_904_200, "39.9042"),
            (-1, "-0.000001"),
            (0, "0"),
            (116_000_000, "116"),
            (-33_870_000, "-33.87"),
        ];
        for (microdeg, shown) in cases {
            assert_eq!(shown_degrees(microdeg), shown);
        }
    }

    #[test]
    fn a_form_reads_back_what_it_shows() {
        let site = SiteForm {
            code: "bj-1".into(),
            name: " 大厅 ".into(),
            zone: "Asia/Shanghai".into(),
            latitude: "39.904200".into(),
            longitude: "116.40".into(),
            ..SiteForm::default()
        };
        let read = site.read().unwrap();
        assert_eq!((read.form().code.as_str(), read.form().latitude.as_str()), ("BJ-1", "39.9042"));
        assert_eq!(read.form().read(), Ok(read));
        let contact =
            ContactForm { name: "李娜".into(), phone: "010-8888 转 12".into(), ..Default::default() };
        let read = contact.read().unwrap();
        assert_eq!(read.form().read(), Ok(read));
    }

    #[test]
    fn telephone_numbers_are_found_however_they_are_written() {
        let table = [
            ("13800138000", "13800138000"),
            ("138-0013-8000", "13800138000"),
            ("+86 138 0013 8000", "13800138000"),
            ("0086 13800138000", "13800138000"),
            ("(021) 5588-1234", "02155881234"),
            ("+86 21 5588 1234", "02155881234"),
            ("021-55881234转802", "02155881234;802"),
            ("\u{ff10}\u{ff12}\u{ff11}-55881234", "02155881234"),
            ("+852 2345 6789", "+85223456789"),
            ("12345", "12345"),
        ];
        for (given, key) in table {
            assert_eq!(Phone::parse_optional("phone", given).unwrap().unwrap().key, key, "{given}");
        }
        for given in ["1234", "call me", "138+0013", "转802", "1".repeat(30).as_str(), "021-55881234转8转9"]
        {
            assert_eq!(Phone::parse_optional("phone", given).unwrap_err().code, "error-phone", "{given}");
        }
        assert_eq!(Phone::parse_optional("phone", "  "), Ok(None));
        assert_eq!(phone_search_key("138 0013"), Some("1380013".into()));
        assert_eq!(phone_search_key("+86 13800138000"), Some("13800138000".into()));
        assert_eq!(phone_search_key("SN138"), None);
        assert_eq!(phone_search_key("13"), None);
    }

    #[test]
    fn mail_addresses_that_cannot_be() {
        for good in ["a@b.cn", "first.last+tag@sub.example.com", "王@例子.公司"] {
            assert!(Mail::parse_optional("mail", good).unwrap().is_some(), "{good}");
        }
        for bad in ["a", "@b.cn", "a@", "a@b..cn", "a b@c.cn", "a@-b.cn", "a@b@c.cn", "<a@b.cn>"] {
            assert!(Mail::parse_optional("mail", bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn zones_must_exist() {
        assert_eq!(Zone::parse("zone", " Asia/Shanghai ").unwrap().as_str(), "Asia/Shanghai");
        assert_eq!(Zone::parse("zone", "asia/urumqi").unwrap().as_str(), "Asia/Urumqi");
        assert_eq!(Zone::parse("zone", "Asia/Peking").unwrap_err().code, "error-zone");
        assert_eq!(Zone::parse("zone", "").unwrap_err().code, "error-required");
    }

    #[test]
    fn coordinates_come_in_pairs_and_in_range() {
        let shanghai = Coordinates { latitude_microdeg: 31_230_400, longitude_microdeg: 121_473_700 };
        assert_eq!(Coordinates::parse_optional("31.2304", " 121.4737"), Ok(Some(shanghai)));
        assert_eq!(Coordinates::parse_optional("", ""), Ok(None));
        for (latitude, longitude, field) in [
            ("31", "", "longitude"),
            ("", "121", "latitude"),
            ("90.1", "0", "latitude"),
            ("0", "-180.5", "longitude"),
            ("NaN", "0", "latitude"),
            ("north", "0", "latitude"),
        ] {
            assert_eq!(Coordinates::parse_optional(latitude, longitude).unwrap_err().field, field);
        }
    }

    #[test]
    fn forms_tell_everything_that_is_wrong() {
        let fields =
            |problems: Vec<Invalid>| problems.iter().map(|one| one.field).collect::<Vec<_>>().join(" ");
        assert_eq!(fields(CustomerForm::default().read().unwrap_err()), "code name");
        let odd = CustomerForm { code: "a b".into(), name: "甲".into(), ..CustomerForm::default() };
        assert_eq!(fields(odd.read().unwrap_err()), "code");
        assert_eq!(fields(SiteForm::default().read().unwrap_err()), "code name zone");
        let mute = ContactForm { name: "李主任".into(), ..ContactForm::default() };
        assert_eq!(fields(mute.read().unwrap_err()), "phone");
        let wrong = ContactForm { name: "李主任".into(), phone: "x".into(), ..ContactForm::default() };
        assert_eq!(fields(wrong.read().unwrap_err()), "phone");
        let good = ContactForm { name: "李主任".into(), phone: "12345".into(), ..ContactForm::default() };
        let keys = good.read().unwrap().keys();
        assert_eq!(keys, [ContactKey::Phone("12345".into()), ContactKey::Name("李主任".into())]);
    }

    #[test]
    fn nobody_gets_another_customers_site() {
        let site = Belongs { id: SiteId(1), customer: CustomerId(1) };
        assert_eq!(site_of(site, CustomerId(1)), Ok(SiteId(1)));
        assert_eq!(site_of(site, CustomerId(2)), Err(Refusal::SiteOfAnotherCustomer));
        assert_eq!(archive(0), Ok(()));
        assert_eq!(archive(3), Err(Refusal::StillInUse { uses: 3 }));
    }
}
