//! The registry's stores on both databases, and what a lookup finds and costs.

use db::testing::each_database;
use db::{Dialect, Tx};
use jiff::Timestamp;
use jiff::civil::date;
use rules::contracts::ContractForm;
use rules::customers::{ContactForm, CustomerForm, SiteForm};
use rules::ids::{CommitmentId, CustomerId, SiteId};
use rules::installed_base::{AssetForm, ProductForm, serial_key};

use app::commitments::store::{self as commitments, NewCommitment};
use app::contracts::store::{self as contracts, ContractFilter};
use app::customers::contacts::store::{self as contacts, ContactFilter};
use app::customers::sites::store::{self as sites, SiteFilter};
use app::customers::store::{self as customers, CustomerFilter};
use app::installed_base::assets::store::{self as assets, AssetFilter, Placed};
use app::installed_base::products::store as products;
use app::lookup::Shown;

const NOW: Timestamp = Timestamp::UNIX_EPOCH;

fn customer(tx: &mut Tx, code: &str, name: &str) -> CustomerId {
    let form = CustomerForm { code: code.into(), name: name.into(), ..CustomerForm::default() };
    customers::add(tx, &form.read().unwrap(), NOW).unwrap()
}

fn site(tx: &mut Tx, customer: CustomerId, code: &str, name: &str, address: &str) -> SiteId {
    let form = SiteForm {
        code: code.into(),
        name: name.into(),
        address: address.into(),
        zone: "Asia/Shanghai".into(),
        latitude: "39.9".into(),
        longitude: "116.4".into(),
        ..SiteForm::default()
    };
    sites::add(tx, customer, &form.read().unwrap(), NOW).unwrap()
}

#[test]
fn customers_are_found_by_any_part_and_leave_the_list_when_put_away() {
    each_database(app::MIGRATIONS, |database| {
        database
            .write_now(|tx| {
                let bank = customer(tx, "BANK", "\u{5317}\u{4eac}\u{94f6}\u{884c}");
                let school = customer(tx, "school-2", "\u{4e0a}\u{6d77}\u{5b66}\u{6821}");
                let found = |tx: &mut Tx, text: &str, shown: Shown| -> Vec<CustomerId> {
                    let filter = CustomerFilter { text: text.into(), shown };
                    customers::list(tx, &filter, None, 50).unwrap().into_iter().map(|row| row.id).collect()
                };
                assert_eq!(found(tx, "", Shown::InUse), [school, bank], "newest first");
                assert_eq!(found(tx, "\u{94f6}\u{884c}", Shown::InUse), [bank]);
                assert_eq!(found(tx, "SCHOOL", Shown::InUse), [school]);
                assert_eq!(found(tx, "hool2", Shown::InUse), [school]);
                assert_eq!(found(tx, "\u{884c}\u{94f6}", Shown::InUse), []);

                let row = customers::find(tx, bank)?.unwrap();
                assert_eq!((row.version, row.code.as_str()), (1, "BANK"));
                let form = CustomerForm { name: "\u{5357}\u{4eac}\u{94f6}\u{884c}".into(), ..row.form() };
                let edited = form.read().unwrap();
                assert!(customers::save(tx, bank, 1, &edited)?);
                assert!(!customers::save(tx, bank, 1, &edited)?, "the version that was edited is gone");
                assert_eq!(found(tx, "\u{5317}\u{4eac}", Shown::InUse), [], "the old name finds nothing");
                assert_eq!(found(tx, "\u{5357}\u{4eac}", Shown::InUse), [bank]);

                assert!(customers::set_archived(tx, bank, 2, Some(NOW))?);
                assert_eq!(found(tx, "", Shown::InUse), [school]);
                assert_eq!(found(tx, "", Shown::Archived), [bank]);
                assert_eq!(found(tx, "\u{94f6}", Shown::All), [bank]);

                let taken = CustomerForm { code: "bank".into(), name: "x".into(), ..CustomerForm::default() };
                let again = tx.attempt(|tx| customers::add(tx, &taken.read().unwrap(), NOW));
                assert!(again.is_err_and(|error| error.is_unique_on("code")));
                Ok::<_, db::Error>(())
            })
            .unwrap();
    });
}

#[test]
fn contracts_cover_sites_and_commitments_hold_from_their_day() {
    each_database(app::MIGRATIONS, |database| {
        database
            .write_now(|tx| {
                let bank = customer(tx, "BANK", "Bank");
                let (hall, vault) = (site(tx, bank, "1", "Hall", "x"), site(tx, bank, "2", "Vault", "y"));
                assert_eq!(sites::by_code(tx, bank, "2")?.unwrap().id, vault);
                assert_eq!(sites::find(tx, hall)?.unwrap().form().latitude, "39.9");
                let add = |tx: &mut Tx, number: &str, from: &str, to: &str| {
                    let form = ContractForm {
                        number: number.into(),
                        title: "Care".into(),
                        from_on: from.into(),
                        to_on: to.into(),
                        ..ContractForm::default()
                    };
                    contracts::add(tx, bank, &form.read().unwrap(), NOW)
                };
                let wide = add(tx, "K-1", "2026-01-01", "2026-12-31")?;
                let narrow = add(tx, "K-2", "2026-06-01", "")?;
                contracts::add_site(tx, narrow, vault, NOW)?;
                let covering = |tx: &mut Tx, site, on| contracts::covering(tx, bank, Some(site), on);
                assert_eq!(covering(tx, hall, date(2026, 7, 1))?, Some(wide));
                assert_eq!(covering(tx, vault, date(2026, 5, 31))?, Some(wide));
                assert_eq!(covering(tx, vault, date(2026, 7, 1))?, Some(narrow));
                assert_eq!(covering(tx, hall, date(2027, 1, 1))?, None);
                contracts::set_ended(tx, narrow, 1, date(2026, 6, 30))?;
                assert_eq!(covering(tx, vault, date(2026, 7, 1))?, Some(wide));

                let version = |tx: &mut Tx, version: &str| -> CommitmentId {
                    let new = NewCommitment {
                        name: "standard".into(),
                        version: version.into(),
                        title: [("en".to_owned(), "Standard".to_owned())].into(),
                        sha256: "00".into(),
                        text: "id = 'standard'".into(),
                        calendars: [].into(),
                        effective_on: None,
                    };
                    commitments::add(tx, &new, None, NOW).unwrap()
                };
                let (one, two) = (version(tx, "1"), version(tx, "2"));
                commitments::bind(tx, wide, one, date(2026, 1, 1), None, NOW)?;
                commitments::bind(tx, wide, two, date(2026, 9, 1), None, NOW)?;
                assert_eq!(commitments::on_day(tx, wide, date(2026, 8, 31))?, Some(one));
                assert_eq!(commitments::on_day(tx, wide, date(2026, 9, 1))?, Some(two));
                assert_eq!(commitments::on_day(tx, narrow, date(2026, 9, 1))?, None);
                assert_eq!(commitments::contract_count(tx, one, 10)?, 1);
                assert_eq!(commitments::find(tx, two)?.unwrap().title["en"], "Standard");

                contracts::accept(tx, wide, hall, date(2026, 2, 1), Some("Li"), NOW)?;
                assert_eq!(contracts::accepted_on(tx, wide, hall)?, Some(date(2026, 2, 1)));
                assert_eq!(contracts::acceptances_of_site(tx, hall)?.len(), 1);

                let soon = ContractFilter {
                    running_out: Some((date(2026, 12, 1), date(2026, 12, 31))),
                    ..ContractFilter::default()
                };
                let soon: Vec<_> =
                    contracts::list(tx, &soon, None, 9)?.into_iter().map(|row| row.id).collect();
                assert_eq!(soon, [wide]);
                Ok::<_, db::Error>(())
            })
            .unwrap();
    });
}

#[test]
fn assets_and_contacts_are_found_as_people_ask_for_them() {
    each_database(app::MIGRATIONS, |database| {
        database
            .write_now(|tx| {
                let bank = customer(tx, "BANK", "Bank");
                let hall = site(tx, bank, "1", "Hall", "x");
                let form = ProductForm {
                    manufacturer: "Acme".into(),
                    model: "S5735-L24".into(),
                    ..Default::default()
                };
                let product = products::add(tx, &form.read().unwrap(), NOW)?;
                let form = AssetForm {
                    serial: "2102-35AB C9".into(),
                    position: "Rack 3".into(),
                    ..Default::default()
                };
                let placed = Placed { product, site: Some(hall) };
                let switch = assets::add(tx, bank, placed, &form.read().unwrap(), NOW)?;
                for typed in ["210235", "2102-35ab", "abc9", "s5735", "rack 3", "Acme"] {
                    let filter = AssetFilter { text: typed.into(), ..AssetFilter::default() };
                    let found = assets::list(tx, &filter, None, 9)?;
                    assert_eq!(found.iter().map(|row| row.id).collect::<Vec<_>>(), [switch], "{typed}");
                }
                let holder = assets::holder(tx, &serial_key("210235abc9"), product)?.unwrap();
                assert_eq!((holder.asset, holder.customer), (switch, bank));
                let again = tx.attempt(|tx| assets::add(tx, bank, placed, &form.read().unwrap(), NOW));
                assert!(again.is_err_and(|error| error.is_unique_on("serial")));

                let form =
                    ContactForm { name: "Li Na".into(), phone: "138 0013-8000".into(), ..Default::default() };
                let contact = form.read().unwrap();
                let id = contacts::add(tx, bank, Some(hall), &contact, NOW)?;
                for key in contact.keys() {
                    assert_eq!(contacts::by_key(tx, bank, &key)?[0].id, id, "{key:?}");
                }
                for typed in ["8000", "13800138000", "138-0013", "li", "na"] {
                    let filter = ContactFilter { text: typed.into(), ..ContactFilter::default() };
                    assert_eq!(contacts::list(tx, &filter, None, 9)?.len(), 1, "{typed}");
                }
                let filter = SiteFilter { customers: vec![bank], ..SiteFilter::default() };
                assert_eq!(sites::list(tx, &filter, Some(hall.get()), 9)?, []);
                assert_eq!(sites::list(tx, &filter, None, 9)?[0].id, hall);
                Ok::<_, db::Error>(())
            })
            .unwrap();
    });
}

/// A search reads postings of the rarest gram, not the table: the plan begins there.
#[test]
fn a_search_begins_with_the_rarest_gram() {
    let database = db::testing::fresh(Dialect::Sqlite, app::MIGRATIONS);
    database
        .database
        .write_now(|tx| {
            for number in 0..2_000 {
                customer(tx, &format!("C{number}"), &format!("\u{516c}\u{53f8}{number}"));
            }
            let last = customers::list(tx, &CustomerFilter::default(), None, 1)?[0].id;
            let filter = |text: &str| CustomerFilter { text: text.into(), ..CustomerFilter::default() };
            let common = customers::list(tx, &filter("\u{516c}\u{53f8}"), None, 50)?;
            assert_eq!((common.len(), common[0].id), (50, last));
            let rare = customers::list(tx, &filter("\u{516c}\u{53f8} c1234"), None, 50)?;
            assert_eq!(rare.iter().map(|row| row.code.as_str()).collect::<Vec<_>>(), ["C1234"]);
            let behind = customers::list(tx, &filter("\u{516c}\u{53f8}"), Some(common[49].id.get()), 50)?;
            assert_eq!(behind[0].id.get(), common[49].id.get() - 1);
            Ok::<_, db::Error>(())
        })
        .unwrap();
}
