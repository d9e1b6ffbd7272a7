//! Pages of units: the list and the forms.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::Path;
use axum::response::Response;
use db::Tx;
use maud::{Markup, html};
use rules::access::{Permission, perm};
use rules::ids::{AssetId, CustomerId, ProductId, SiteId};
use rules::installed_base::AssetForm;
use rules::tickets::severity::Use;

use super::change;
use super::store::{self, AssetFilter, AssetRow, ListedAsset, Placed};
use crate::App;
use crate::customers::pages as customer_pages;
use crate::customers::sites::pages::{self as site_pages, customer_filter, customer_names};
use crate::customers::sites::store::{self as sites, SiteRow};
use crate::customers::store::{self as customers, CustomerRow};
use crate::installed_base::products::pages as product_pages;
use crate::installed_base::products::store::{self as products, ProductRow};
use crate::installed_base::tabs_of;
use crate::kernel::actor::Actor;
use crate::kernel::errors::Failure;
use crate::kernel::form::{Form, Search};
use crate::kernel::notice::{Notice, go};
use crate::layout::components::*;
use crate::layout::icons::Icon;
use crate::layout::l10n::L10n;
use crate::layout::page::{Page, Section};
use crate::lookup::{Chosen, Match};
use crate::records::edit::{EditPage, seen_version};
use crate::records::list::{self, ListPage, archived_mark, or_dash};
use crate::records::{id_of, saved};

/// Lines that a look-up field offers.
const OFFERED_MOST: i64 = 10;

/// The address of a unit.
pub fn path(id: AssetId) -> String {
    format!("/assets/{id}")
}

/// What a unit is called: its name, or its serial number, or what it is one of.
pub fn called<'a>(name: Option<&'a str>, serial: Option<&'a str>, model: &'a str) -> &'a str {
    name.or(serial).unwrap_or(model)
}

/// GET /assets
pub async fn index(app: App, actor: Actor<perm::ViewRegistry>, query: Search) -> Result<Response, Failure> {
    let filter = AssetFilter {
        text: query.get("q").to_owned(),
        shown: list::shown(&query),
        customers: query.all("customer").filter_map(id_of).collect(),
        site: query.some("site").and_then(id_of),
        products: query.all("product").filter_map(id_of).collect(),
        usage: query.some("usage").and_then(|code| code.parse().ok()),
    };
    let (after, person) = (list::after(&query), actor.person.id);
    let (rows, saved, customers, places, models) = app
        .read(move |tx| {
            let rows = store::list(tx, &filter, after, list::ROWS + 1)?;
            let mut places = BTreeMap::new();
            if let Some(site) = filter.site.map(|id| sites::find(tx, id)).transpose()?.flatten() {
                places.insert(site.id.get(), site.name);
            }
            let mut models = BTreeMap::new();
            for id in &filter.products {
                if let Some(row) = products::find(tx, *id)? {
                    models.insert(id.get(), format!("{} {}", row.manufacturer, row.model));
                }
            }
            let customers = customer_names(tx, &filter.customers)?;
            Ok((rows, saved::of(tx, store::NOUN, person)?, customers, places, models))
        })
        .await?;
    let l = &actor.l;
    let (rows, next) = list::cut(rows, |row| row.id.get());
    let known = |name: &'static str, key: &str, words: BTreeMap<i64, String>| Filter {
        name,
        label: l.t(key).into_owned(),
        options: words.into_iter().map(|(id, word)| (id.to_string(), word)).collect(),
    };
    let usage = Filter {
        name: "usage",
        label: l.t("label-usage").into_owned(),
        options: Use::ALL
            .iter()
            .map(|usage| (usage.code().to_owned(), l.t(usage.label()).into_owned()))
            .collect(),
    };
    let page = ListPage {
        noun: store::NOUN,
        path: "/assets",
        query: &query,
        tabs: tabs_of(l, "/assets"),
        filters: [
            customer_filter(l, &customers),
            known("site", "label-site", places),
            known("product", "label-product", models),
            usage,
            list::shown_filter(l),
        ]
        .into_iter()
        .filter(|filter| !filter.options.is_empty())
        .collect(),
        saved,
        placeholder: "asset-search",
        columns: vec![
            Column::new(l.t("label-serial")),
            Column::new(l.t("label-product")),
            Column::new(l.t("label-customer")),
            Column::new(l.t("asset-place")),
            Column::wide(l.t("label-usage")),
            Column::wide(l.t("label-software-version")),
        ],
        rows: html! { @for row in &rows { (line(l, row)) } },
        is_empty: rows.is_empty(),
        next,
        nothing_yet: empty(Icon::Asset, l.t("assets-empty"), l.t("assets-empty-words"), None),
    };
    let acts = list::list_acts(&actor, "asset", "/assets", Permission::EditAssets, &l.t("asset-new"));
    let title = l.t("assets-title");
    Ok(Page::new(&actor, Section::Assets, title).wide().actions(acts).body(page.body(&actor)))
}

fn line(l: &L10n, row: &ListedAsset) -> Markup {
    let called = called(row.serial.as_deref(), row.name.as_deref(), &row.model);
    html! {
        tr data-href=(path(row.id)) {
            td {
                a href=(path(row.id)) { (called) } (archived_mark(l, row.archived_at.is_some()))
                @if row.serial.is_some() { @if let Some(name) = &row.name { small { (name) } } }
            }
            td { (row.model) small { (row.manufacturer) } }
            td { a href=(customer_pages::path(row.customer_id)) { (row.customer_name) } }
            td {
                (or_dash(row.site_name.as_deref()))
                @if let Some(position) = &row.position { small { (position) } }
            }
            td class="wide nowrap" { (l.t(row.usage.label())) }
            td class="wide" { (or_dash(row.software_version.as_deref())) }
        }
    }
}

/// The form of a unit as typed.
pub fn typed(form: &Form) -> AssetForm {
    let text = |name: &str| form.get(name).to_owned();
    AssetForm {
        name: text("name"),
        serial: text("serial"),
        position: text("position"),
        usage: text("usage"),
        software_version: text("software_version"),
        installed_on: text("installed_on"),
        remark: text("remark"),
    }
}

/// A unit with what it is one of and where it stands.
pub struct Known {
    pub asset: AssetRow,
    pub product: ProductRow,
    pub customer: CustomerRow,
    pub site: Option<SiteRow>,
}

/// Reads a unit with what it is one of and where it stands.
///
/// Errors: [`Failure::NotFound`].
pub fn known(tx: &mut Tx, id: AssetId) -> Result<Known, Failure> {
    let asset = store::find(tx, id)?.ok_or(Failure::NotFound)?;
    Ok(Known {
        product: products::find(tx, asset.product_id)?.ok_or(Failure::NotFound)?,
        customer: customers::find(tx, asset.customer_id)?.ok_or(Failure::NotFound)?,
        site: asset.site_id.map(|site| sites::find(tx, site)).transpose()?.flatten(),
        asset,
    })
}

fn stored(known: &Known) -> Form {
    let AssetForm { name, serial, position, usage, software_version, installed_on, remark } =
        known.asset.form();
    let mut form = Form::of([
        ("name", name),
        ("serial", serial),
        ("position", position),
        ("usage", usage),
        ("software_version", software_version),
        ("installed_on", installed_on),
        ("remark", remark),
        ("version", known.asset.version.to_string()),
    ]);
    set_placed(&mut form, Some(&known.customer), known.site.as_ref(), Some(&known.product));
    form
}

fn set_placed(
    form: &mut Form,
    customer: Option<&CustomerRow>,
    site: Option<&SiteRow>,
    product: Option<&ProductRow>,
) {
    let mut set = |name: &str, value: Option<(i64, String)>| {
        if let Some((id, text)) = value {
            form.set(name, id.to_string());
            form.set(&format!("{name}_text"), text);
        }
    };
    set("customer", customer.map(|row| (row.id.get(), row.name.clone())));
    set("site", site.map(|row| (row.id.get(), row.name.clone())));
    set("product", product.map(|row| (row.id.get(), format!("{} {}", row.manufacturer, row.model))));
}

fn unit_fields(form: &Form, l: &L10n) -> Markup {
    let usages = Use::ALL.iter().map(|usage| (usage.code(), l.t(usage.label()).into_owned()));
    html! {
        (Combobox::new("product", l.t("label-product"), "/lookup/products").required().hint(l.t("asset-product-hint")).of(form, l))
        div class="row" {
            (Field::text("serial", l.t("label-serial")).hint(l.t("asset-serial-hint")).autocomplete("off").of(form, l))
            (Field::text("name", l.t("label-name")).hint(l.t("asset-name-hint")).of(form, l))
        }
        div class="row" {
            (Combobox::new("site", l.t("label-site"), "/lookup/sites").depends_on("customer").of(form, l))
            (Field::text("position", l.t("label-position")).hint(l.t("asset-position-hint")).of(form, l))
        }
        (Choice::one("usage", l.t("label-usage"), usages).hint(l.t("asset-usage-hint")).required().of(form, l))
        div class="row" {
            (Field::text("software_version", l.t("label-software-version")).of(form, l))
            (Field::text("installed_on", l.t("label-installed-on")).kind("date").of(form, l))
        }
        (TextArea::new("remark", l.t("label-remark")).of(form, l))
    }
}

fn new_fields(form: &Form, l: &L10n) -> Markup {
    html! {
        (Combobox::new("customer", l.t("label-customer"), "/lookup/customers").required().autofocus().of(form, l))
        (unit_fields(form, l))
    }
}

fn edit_fields(form: &Form, l: &L10n) -> Markup {
    html! {
        input type="hidden" name="customer" value=(form.get("customer"));
        (unit_fields(form, l))
    }
}

fn new_page(l: &L10n) -> EditPage<'static> {
    EditPage {
        noun: store::NOUN,
        section: Section::Assets,
        title: l.t("asset-new").into_owned(),
        crumbs: vec![("/assets".to_owned(), l.t("assets-title").into_owned())],
        action: "/assets".to_owned(),
        cancel: "/assets".to_owned(),
        fields: &new_fields,
    }
}

fn edit_page(l: &L10n, known: &Known) -> EditPage<'static> {
    let asset = &known.asset;
    let name = called(asset.name.as_deref(), asset.serial.as_deref(), &known.product.model).to_owned();
    EditPage {
        noun: store::NOUN,
        section: Section::Assets,
        title: l.ta("records-edit-title", &[("name", name.clone().into())]).into_owned(),
        crumbs: vec![("/assets".to_owned(), l.t("assets-title").into_owned()), (path(asset.id), name)],
        action: path(asset.id),
        cancel: path(asset.id),
        fields: &edit_fields,
    }
}

/// GET /assets/new
pub async fn new(app: App, actor: Actor<perm::EditAssets>, query: Search) -> Result<Response, Failure> {
    let (customer, site, product) = (
        query.some("customer").and_then(id_of::<CustomerId>),
        query.some("site").and_then(id_of::<SiteId>),
        query.some("product").and_then(id_of::<ProductId>),
    );
    let (customer, site, product) = app
        .read(move |tx| {
            let site = site.map(|id| sites::find(tx, id)).transpose()?.flatten();
            let customer = customer.or(site.as_ref().map(|site| site.customer_id));
            let customer = customer.map(|id| customers::find(tx, id)).transpose()?.flatten();
            Ok((customer, site, product.map(|id| products::find(tx, id)).transpose()?.flatten()))
        })
        .await?;
    let mut form = Form::of([("usage", Use::Common.code())]);
    set_placed(&mut form, customer.as_ref(), site.as_ref(), product.as_ref());
    Ok(new_page(&actor.l).show(&actor, &form))
}

/// POST /assets
pub async fn create(app: App, actor: Actor<perm::EditAssets>, form: Form) -> Result<Response, Failure> {
    let read = typed(&form).read();
    let [owner, place, model] = ["customer", "site", "product"].map(|name| Chosen::of(&form, name));
    let made = app
        .change(&actor, move |c| {
            let customer = customer_pages::chosen(c.tx, &owner);
            let product = product_pages::chosen(c.tx, &model);
            let (customer, product, asset) = match (customer, product, read) {
                (Ok(customer), Ok(product), Ok(asset)) => (customer, product, asset),
                (customer, product, read) => {
                    return Err(all_wrong(customer.err(), product.err(), read.err()));
                }
            };
            let site = site_pages::chosen(c.tx, customer.id, &place)?;
            change::create(c, customer.id, Placed { product, site }, &asset)
        })
        .await;
    match made {
        Ok(id) => {
            let name = called(form.some("name"), form.some("serial"), "").to_owned();
            Ok(go(&path(id), Notice::new("notice-record-created").with("name", name)))
        }
        Err(failure) => new_page(&actor.l).again(&actor, form, None, failure),
    }
}

/// Everything that is wrong at once; what broke goes before what is wrong.
fn all_wrong(
    customer: Option<Failure>,
    product: Option<Failure>,
    fields: Option<Vec<rules::Invalid>>,
) -> Failure {
    let mut problems = Vec::new();
    for failure in [customer, product].into_iter().flatten() {
        match failure {
            Failure::Invalid(found) => problems.extend(found),
            other => return other,
        }
    }
    problems.extend(fields.unwrap_or_default());
    Failure::Invalid(problems)
}

/// GET /assets/{id}/edit
pub async fn edit(
    app: App,
    actor: Actor<perm::EditAssets>,
    Path(id): Path<AssetId>,
) -> Result<Response, Failure> {
    let known = app.read(move |tx| known(tx, id)).await?;
    Ok(edit_page(&actor.l, &known).show(&actor, &stored(&known)))
}

/// POST /assets/{id}
pub async fn update(
    app: App,
    actor: Actor<perm::EditAssets>,
    Path(id): Path<AssetId>,
    form: Form,
) -> Result<Response, Failure> {
    let (seen, read) = (seen_version(&form), typed(&form).read());
    let [place, model] = ["site", "product"].map(|name| Chosen::of(&form, name));
    let saved = app
        .change(&actor, move |c| {
            let row = store::find(c.tx, id)?.ok_or(Failure::NotFound)?;
            let (product, asset) = match (product_pages::chosen(c.tx, &model), read) {
                (Ok(product), Ok(asset)) => (product, asset),
                (product, read) => return Err(all_wrong(None, product.err(), read.err())),
            };
            let site = site_pages::chosen(c.tx, row.customer_id, &place)?;
            change::edit(c, id, seen, Placed { product, site }, &asset)
        })
        .await;
    let failure = match saved {
        Ok(_) => return Ok(go(&path(id), Notice::new("notice-record-saved"))),
        Err(failure) => failure,
    };
    let known = app.read(move |tx| known(tx, id)).await?;
    edit_page(&actor.l, &known).again(&actor, form, Some(stored(&known)), failure)
}

/// POST /assets/{id}/archive
pub async fn archive(
    app: App,
    actor: Actor<perm::EditAssets>,
    Path(id): Path<AssetId>,
    form: Form,
) -> Result<Response, Failure> {
    let seen = seen_version(&form);
    app.change(&actor, move |c| change::archive(c, id, seen)).await?;
    Ok(go(&path(id), Notice::new("notice-record-archived")))
}

/// POST /assets/{id}/restore
pub async fn restore(
    app: App,
    actor: Actor<perm::EditAssets>,
    Path(id): Path<AssetId>,
    form: Form,
) -> Result<Response, Failure> {
    let seen = seen_version(&form);
    app.change(&actor, move |c| change::restore(c, id, seen)).await?;
    Ok(go(&path(id), Notice::new("notice-record-restored")))
}

/// GET /lookup/assets
pub async fn lookup(
    app: App,
    _: Actor<perm::ViewRegistry>,
    query: Search,
) -> Result<Json<Vec<Match>>, Failure> {
    let filter = AssetFilter {
        text: query.get("q").to_owned(),
        customers: query.some("customer").and_then(id_of).into_iter().collect(),
        site: query.some("site").and_then(id_of),
        ..AssetFilter::default()
    };
    let rows = app.read(move |tx| Ok(store::list(tx, &filter, None, OFFERED_MOST)?)).await?;
    let offered = |row: ListedAsset| {
        let text = called(row.serial.as_deref(), row.name.as_deref(), &row.model).to_owned();
        let place = row.site_name.unwrap_or(row.customer_name);
        Match::new(row.id, text, format!("{} {} · {place}", row.manufacturer, row.model))
    };
    Ok(Json(rows.into_iter().map(offered).collect()))
}
