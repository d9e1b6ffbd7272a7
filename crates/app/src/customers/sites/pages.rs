//! Pages of sites.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::Path;
use axum::response::Response;
use db::Tx;
use jiff::tz::TimeZone;
use maud::{Markup, html};
use rules::access::{Permission, perm};
use rules::customers::{SiteForm, shown_degrees};
use rules::ids::{CustomerId, SiteId};

use super::store::{self, ListedSite, SiteFilter, SiteRow};
use super::{change, duty_log};
use crate::App;
use crate::customers::contacts::pages::contact_ways;
use crate::customers::contacts::store::{self as contacts, ContactFilter, ListedContact};
use crate::customers::store::{self as customers, CustomerRow};
use crate::customers::{pages as customer_pages, tabs_of};
use crate::kernel::actor::Actor;
use crate::kernel::errors::Failure;
use crate::kernel::form::{Form, Search};
use crate::kernel::notice::{Notice, go};
use crate::layout::components::*;
use crate::layout::icons::Icon;
use crate::layout::l10n::L10n;
use crate::layout::page::{Page, Section};
use crate::lookup::{Chosen, Match};
use crate::records::edit::{EditPage, archive_act, archived_notice, seen_version};
use crate::records::history::{self, Told};
use crate::records::list::{self, ListPage, archived_mark, or_dash};
use crate::records::open_tickets::{self, Around, OpenTicket};
use crate::records::owed::{self, Owed};
use crate::records::{id_of, saved};

/// Lines that a look-up field offers.
const OFFERED_MOST: i64 = 10;
/// Contacts of a site that its page shows.
const CONTACTS_MOST: i64 = 12;

/// The address of a site.
pub fn path(id: SiteId) -> String {
    format!("/sites/{id}")
}

/// The customers that a list is narrowed to, as a filter with their names.
pub fn customer_filter(l: &L10n, names: &BTreeMap<i64, String>) -> Filter {
    Filter {
        name: "customer",
        label: l.t("label-customer").into_owned(),
        options: names.iter().map(|(id, name)| (id.to_string(), name.clone())).collect(),
    }
}

/// The names of the customers that the address of a list names.
pub fn customer_names(tx: &mut Tx, ids: &[CustomerId]) -> Result<BTreeMap<i64, String>, Failure> {
    let mut names = BTreeMap::new();
    for id in ids {
        if let Some(row) = customers::find(tx, *id)? {
            names.insert(id.get(), row.name);
        }
    }
    Ok(names)
}

/// GET /sites
pub async fn index(app: App, actor: Actor<perm::ViewRegistry>, query: Search) -> Result<Response, Failure> {
    let filter = SiteFilter {
        text: query.get("q").to_owned(),
        shown: list::shown(&query),
        customers: query.all("customer").filter_map(id_of).collect(),
    };
    let (after, person) = (list::after(&query), actor.person.id);
    let (rows, saved, names) = app
        .read(move |tx| {
            let rows = store::list(tx, &filter, after, list::ROWS + 1)?;
            Ok((rows, saved::of(tx, store::NOUN, person)?, customer_names(tx, &filter.customers)?))
        })
        .await?;
    let l = &actor.l;
    let (rows, next) = list::cut(rows, |row| row.id.get());
    let page = ListPage {
        noun: store::NOUN,
        path: "/sites",
        query: &query,
        tabs: tabs_of(l, "/sites"),
        filters: vec![customer_filter(l, &names), list::shown_filter(l)],
        saved,
        placeholder: "site-search",
        columns: vec![
            Column::new(l.t("label-name")),
            Column::wide(l.t("label-code")),
            Column::new(l.t("label-customer")),
            Column::main(l.t("label-address")),
            Column::wide(l.t("label-zone")),
        ],
        rows: html! { @for row in &rows { (line(l, row)) } },
        is_empty: rows.is_empty(),
        next,
        nothing_yet: empty(Icon::Site, l.t("sites-empty"), l.t("sites-empty-words"), None),
    };
    let acts = list::list_acts(&actor, "site", "/sites", Permission::EditCustomers, &l.t("site-new"));
    Ok(Page::new(&actor, Section::Customers, l.t("sites-title")).wide().actions(acts).body(page.body(&actor)))
}

fn line(l: &L10n, row: &ListedSite) -> Markup {
    html! {
        tr data-href=(path(row.id)) {
            td { a href=(path(row.id)) { (row.name) } (archived_mark(l, row.archived_at.is_some())) }
            td class="wide nowrap" { code { (row.code) } }
            td { a href=(customer_pages::path(row.customer_id)) { (row.customer_name) } }
            td { (or_dash(row.address.as_deref())) }
            td class="wide nowrap" { (row.zone) }
        }
    }
}

struct SitePage {
    site: SiteRow,
    customer: CustomerRow,
    tickets: Vec<OpenTicket>,
    contacts: Vec<ListedContact>,
    owed: Vec<Owed>,
    duty: Vec<duty_log::Shown>,
    history: Vec<Told>,
}

/// GET /sites/{id}
pub async fn show(
    app: App,
    actor: Actor<perm::ViewRegistry>,
    Path(id): Path<SiteId>,
) -> Result<Response, Failure> {
    let library = app.clone();
    let page = app
        .read(move |tx| {
            let (site, customer) = found(tx, id)?;
            let filter =
                ContactFilter { customers: vec![customer.id], site: Some(id), ..ContactFilter::default() };
            Ok(SitePage {
                tickets: open_tickets::of(tx, Around::Site(id.get()))?,
                contacts: contacts::list(tx, &filter, None, CONTACTS_MOST)?,
                owed: owed::of(tx, &library.library, "site", id.get())?,
                duty: duty_log::latest(tx, id)?,
                history: history::of(tx, "site", id.get())?,
                site,
                customer,
            })
        })
        .await?;
    let SitePage { site, customer, tickets, contacts, owed, duty, history } = &page;
    let zone = jiff::tz::TimeZone::get(&site.zone).unwrap_or(jiff::tz::TimeZone::UTC);
    let (l, own) = (&actor.l, path(id));
    let in_use = site.archived_at.is_none();
    let acts = html! {
        @if actor.may(Permission::ReportTicket) && in_use {
            (link_button(&format!("/tickets/new?customer={}&site={id}", customer.id), Icon::Ticket, l.t("records-report-ticket"), true))
        }
        @if actor.may(Permission::EditCustomers) {
            @if in_use { (link_button(&format!("{own}/edit"), Icon::Edit, l.t("records-edit"), false)) }
            (archive_act(l, &own, site.version, !in_use))
        }
    };
    let body = html! {
        (archived_notice(l, site.archived_at))
        div class="columns" {
            div {
                (open_tickets::panel(l, tickets, &format!("/queue?site={id}"), &format!("/tickets?site={id}")))
                (card(l.t("contacts-title"), html! {
                    @if contacts.is_empty() { p class="muted" { (l.t("site-no-contact")) } }
                    @else { ul class="lines" { @for contact in contacts { li {
                        a href={ "/contacts/" (contact.id) } { (contact.name) }
                        small {
                            @if let Some(title) = &contact.title { (title) " · " }
                            (contact_ways(contact.phone.as_deref(), contact.mail.as_deref()))
                        }
                    } } } }
                    @if actor.may(Permission::EditCustomers) && in_use {
                        p class="more" { a href={ "/contacts/new?customer=" (customer.id) "&site=" (id) } { (l.t("contact-new")) } }
                    }
                }))
                (card(l.t("site-installed"), html! {
                    p { a href={ "/assets?site=" (id) } { (l.t("site-installed-all")) } " · " a href={ "/labels?site=" (id) } { (l.t("labels-title")) } }
                }))
                (duty_log::card_of(l, id, duty))
            }
            div {
                (card(l.t("records-particulars"), particulars(l, site, customer)))
                (owed::panel(l, owed, &zone))
                p class="more" { a href={ "/sites/" (id) "/service" } { (l.t("service-records")) } }
                (history::panel(l, history))
            }
        }
    };
    let page = Page::new(&actor, Section::Customers, site.name.clone())
        .crumb("/customers", l.t("customers-title"))
        .crumb(customer_pages::path(customer.id), customer.name.clone());
    Ok(page.actions(acts).body(body))
}

fn particulars(l: &L10n, site: &SiteRow, customer: &CustomerRow) -> Markup {
    let words: Vec<_> = ["customer", "code", "address", "zone", "local-time", "coordinates", "remark"]
        .iter()
        .map(|name| l.t(&format!("label-{name}")))
        .collect();
    let local = TimeZone::get(&site.zone).map(|zone| l.datetime_in(l.now, &zone)).unwrap_or_default();
    let coordinates = site
        .latitude_microdeg
        .zip(site.longitude_microdeg)
        .map(|(latitude, longitude)| (shown_degrees(latitude), shown_degrees(longitude)));
    let mut pairs = vec![
        (&*words[0], html! { a href=(customer_pages::path(customer.id)) { (customer.name) } }),
        (&*words[1], html! { code { (site.code) } }),
        (&*words[2], or_dash(site.address.as_deref())),
        (&*words[3], html! { (site.zone) }),
        (&*words[4], html! { (local) }),
    ];
    if let Some((latitude, longitude)) = coordinates {
        let words_of_place =
            html! { a href={ "geo:" (latitude) "," (longitude) } { (latitude) ", " (longitude) } };
        pairs.push((&*words[5], words_of_place));
    }
    if let Some(text) = &site.remark {
        pairs.push((&*words[6], html! { div class="prose" { (text) } }));
    }
    definitions(&pairs)
}

/// The form of a site as typed.
pub fn typed(form: &Form) -> SiteForm {
    let text = |name: &str| form.get(name).to_owned();
    SiteForm {
        code: text("code"),
        name: text("name"),
        address: text("address"),
        zone: text("zone"),
        latitude: text("latitude"),
        longitude: text("longitude"),
        remark: text("remark"),
    }
}

fn stored(row: &SiteRow) -> Form {
    let SiteForm { code, name, address, zone, latitude, longitude, remark } = row.form();
    Form::of([
        ("code", code),
        ("name", name),
        ("address", address),
        ("zone", zone),
        ("latitude", latitude),
        ("longitude", longitude),
        ("remark", remark),
        ("version", row.version.to_string()),
    ])
}

fn fields(form: &Form, l: &L10n) -> Markup {
    html! {
        (Field::text("name", l.t("label-name")).required().of(form, l))
        div class="row" {
            (Field::text("code", l.t("label-code")).required().hint(l.t("site-code-hint")).of(form, l))
            (Field::text("zone", l.t("label-zone")).required().list("zones").hint(l.t("site-zone-hint")).of(form, l))
        }
        (Field::text("address", l.t("label-address")).autocomplete("off").of(form, l))
        div class="row" {
            (Field::text("latitude", l.t("label-latitude")).inputmode("decimal").hint(l.t("site-latitude-hint")).of(form, l))
            (Field::text("longitude", l.t("label-longitude")).inputmode("decimal").hint(l.t("site-longitude-hint")).of(form, l))
        }
        (TextArea::new("remark", l.t("label-remark")).hint(l.t("site-remark-hint")).of(form, l))
        datalist id="zones" { @for zone in jiff::tz::db().available() { option value=(zone.as_str()) {} } }
    }
}

fn new_fields(form: &Form, l: &L10n) -> Markup {
    html! {
        (Combobox::new("customer", l.t("label-customer"), "/lookup/customers").required().autofocus().of(form, l))
        (fields(form, l))
    }
}

fn new_page(l: &L10n) -> EditPage<'static> {
    EditPage {
        noun: store::NOUN,
        section: Section::Customers,
        title: l.t("site-new").into_owned(),
        crumbs: vec![("/sites".to_owned(), l.t("sites-title").into_owned())],
        action: "/sites".to_owned(),
        cancel: "/sites".to_owned(),
        fields: &new_fields,
    }
}

fn edit_page(l: &L10n, row: &SiteRow, customer: &CustomerRow) -> EditPage<'static> {
    EditPage {
        noun: store::NOUN,
        section: Section::Customers,
        title: l.ta("records-edit-title", &[("name", row.name.clone().into())]).into_owned(),
        crumbs: vec![
            (customer_pages::path(customer.id), customer.name.clone()),
            (path(row.id), row.name.clone()),
        ],
        action: path(row.id),
        cancel: path(row.id),
        fields: &fields,
    }
}

/// GET /sites/new
pub async fn new(app: App, actor: Actor<perm::EditCustomers>, query: Search) -> Result<Response, Failure> {
    let zone = app.config.time_zone().iana_name().unwrap_or("Asia/Shanghai").to_owned();
    let mut form = Form::of([("zone", zone)]);
    if let Some(id) = query.some("customer").and_then(id_of::<CustomerId>) {
        let customer = app.read(move |tx| customers::find(tx, id).map_err(Failure::from)).await?;
        if let Some(customer) = customer {
            form.set("customer", customer.id.to_string());
            form.set("customer_text", customer.name);
        }
    }
    Ok(new_page(&actor.l).show(&actor, &form))
}

/// POST /sites
pub async fn create(app: App, actor: Actor<perm::EditCustomers>, form: Form) -> Result<Response, Failure> {
    let (read, owner) = (typed(&form).read(), Chosen::of(&form, "customer"));
    let made = app
        .change(&actor, move |c| {
            let customer = customer_pages::chosen(c.tx, &owner);
            // Both are told at once: whose site it is, and what is wrong with it.
            match (customer, read) {
                (Ok(customer), Ok(site)) => change::create(c, customer.id, &site),
                (Err(Failure::Invalid(mut problems)), Err(others)) => {
                    problems.extend(others);
                    Err(problems.into())
                }
                (Err(failure), _) => Err(failure),
                (Ok(_), Err(problems)) => Err(problems.into()),
            }
        })
        .await;
    match made {
        Ok(id) => Ok(go(&path(id), Notice::new("notice-record-created").with("name", form.get("name")))),
        Err(failure) => new_page(&actor.l).again(&actor, form, None, failure),
    }
}

/// GET /sites/{id}/edit
pub async fn edit(
    app: App,
    actor: Actor<perm::EditCustomers>,
    Path(id): Path<SiteId>,
) -> Result<Response, Failure> {
    let (row, customer) = app.read(move |tx| found(tx, id)).await?;
    Ok(edit_page(&actor.l, &row, &customer).show(&actor, &stored(&row)))
}

/// POST /sites/{id}
pub async fn update(
    app: App,
    actor: Actor<perm::EditCustomers>,
    Path(id): Path<SiteId>,
    form: Form,
) -> Result<Response, Failure> {
    let seen = seen_version(&form);
    let failure = match typed(&form).read() {
        Err(problems) => Failure::Invalid(problems),
        Ok(site) => match app.change(&actor, move |c| change::edit(c, id, seen, &site)).await {
            Ok(_) => return Ok(go(&path(id), Notice::new("notice-record-saved"))),
            Err(failure) => failure,
        },
    };
    let (row, customer) = app.read(move |tx| found(tx, id)).await?;
    edit_page(&actor.l, &row, &customer).again(&actor, form, Some(stored(&row)), failure)
}

/// POST /sites/{id}/archive
pub async fn archive(
    app: App,
    actor: Actor<perm::EditCustomers>,
    Path(id): Path<SiteId>,
    form: Form,
) -> Result<Response, Failure> {
    let seen = seen_version(&form);
    app.change(&actor, move |c| change::archive(c, id, seen)).await?;
    Ok(go(&path(id), Notice::new("notice-record-archived")))
}

/// POST /sites/{id}/restore
pub async fn restore(
    app: App,
    actor: Actor<perm::EditCustomers>,
    Path(id): Path<SiteId>,
    form: Form,
) -> Result<Response, Failure> {
    let seen = seen_version(&form);
    app.change(&actor, move |c| change::restore(c, id, seen)).await?;
    Ok(go(&path(id), Notice::new("notice-record-restored")))
}

/// GET /lookup/sites
pub async fn lookup(
    app: App,
    _: Actor<perm::ViewRegistry>,
    query: Search,
) -> Result<Json<Vec<Match>>, Failure> {
    let filter = SiteFilter {
        text: query.get("q").to_owned(),
        customers: query.some("customer").and_then(id_of).into_iter().collect(),
        ..SiteFilter::default()
    };
    let rows = app.read(move |tx| Ok(store::list(tx, &filter, None, OFFERED_MOST)?)).await?;
    let note = |row: &ListedSite| format!("{} · {}", row.customer_name, row.code);
    Ok(Json(rows.into_iter().map(|row| Match::new(row.id, row.name.clone(), note(&row))).collect()))
}

/// The site of a customer that a look-up field holds: chosen, or named by its code.
///
/// Errors: [`Failure::Invalid`] on `site`.
pub fn chosen(tx: &mut Tx, customer: CustomerId, chosen: &Chosen) -> Result<Option<SiteId>, Failure> {
    match chosen {
        Chosen::Nothing => Ok(None),
        Chosen::Id(id) => Ok(Some(SiteId(*id))),
        Chosen::Words(words) => match store::by_code(tx, customer, &words.to_uppercase())? {
            Some(row) => Ok(Some(row.id)),
            None => Err(Failure::field("site", "error-not-there")),
        },
    }
}

fn found(tx: &mut Tx, id: SiteId) -> Result<(SiteRow, CustomerRow), Failure> {
    let site = store::find(tx, id)?.ok_or(Failure::NotFound)?;
    let customer = customers::find(tx, site.customer_id)?.ok_or(Failure::NotFound)?;
    Ok((site, customer))
}
