//! Pages of contacts.

use axum::Json;
use axum::extract::Path;
use axum::response::Response;
use db::Tx;
use maud::{Markup, html};
use rules::access::{Permission, perm};
use rules::customers::ContactForm;
use rules::ids::{ContactId, CustomerId, SiteId};

use super::store::{self, ContactFilter, ContactRow, ListedContact};
use super::{access, change, failing};
use crate::App;
use crate::customers::sites::pages::{self as site_pages, customer_filter, customer_names};
use crate::customers::sites::store::{self as sites, SiteRow};
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
use crate::records::list::{self, ListPage, archived_mark, or_dash};
use crate::records::{history, id_of, saved};

/// Lines that a look-up field offers.
const OFFERED_MOST: i64 = 10;

/// The address of a contact.
pub fn path(id: ContactId) -> String {
    format!("/contacts/{id}")
}

/// How a contact is reached: a number to call, an address to write to.
pub fn contact_ways(phone: Option<&str>, mail: Option<&str>) -> Markup {
    let dialled = |phone: &str| phone.chars().filter(|c| c.is_ascii_digit() || *c == '+').collect::<String>();
    html! {
        @if let Some(phone) = phone { a class="nowrap" href={ "tel:" (dialled(phone)) } { (phone) } }
        @if phone.is_some() && mail.is_some() { " · " }
        @if let Some(mail) = mail { a href={ "mailto:" (mail) } { (mail) } }
    }
}

/// GET /contacts
pub async fn index(app: App, actor: Actor<perm::ViewRegistry>, query: Search) -> Result<Response, Failure> {
    let filter = ContactFilter {
        text: query.get("q").to_owned(),
        shown: list::shown(&query),
        customers: query.all("customer").filter_map(id_of).collect(),
        site: query.some("site").and_then(id_of),
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
        path: "/contacts",
        query: &query,
        tabs: tabs_of(l, "/contacts"),
        filters: vec![customer_filter(l, &names), list::shown_filter(l)],
        saved,
        placeholder: "contact-search",
        columns: vec![
            Column::new(l.t("label-name")),
            Column::state(l.t("label-contact-title")),
            Column::new(l.t("label-customer")),
            Column::new(l.t("label-site")),
            Column::main(l.t("contact-ways")),
        ],
        rows: html! { @for row in &rows { (line(l, row)) } },
        is_empty: rows.is_empty(),
        next,
        nothing_yet: empty(Icon::Contact, l.t("contacts-empty"), l.t("contacts-empty-words"), None),
    };
    let acts =
        list::list_acts(&actor, "contact", "/contacts", Permission::EditCustomers, &l.t("contact-new"));
    let title = l.t("contacts-title");
    Ok(Page::new(&actor, Section::Customers, title).wide().actions(acts).body(page.body(&actor)))
}

fn line(l: &L10n, row: &ListedContact) -> Markup {
    html! {
        tr data-href=(path(row.id)) {
            td { a href=(path(row.id)) { (row.name) } (archived_mark(l, row.archived_at.is_some())) }
            td { (or_dash(row.title.as_deref())) }
            td { a href=(customer_pages::path(row.customer_id)) { (row.customer_name) } }
            td { (or_dash(row.site_name.as_deref())) }
            td { (contact_ways(row.phone.as_deref(), row.mail.as_deref())) }
        }
    }
}

/// A contact with whom it belongs to.
type Found = (ContactRow, CustomerRow, Option<SiteRow>);

/// GET /contacts/{id}
pub async fn show(
    app: App,
    actor: Actor<perm::ViewRegistry>,
    Path(id): Path<ContactId>,
) -> Result<Response, Failure> {
    let ((contact, customer, site), access, history, fails) = app
        .read(move |tx| {
            let known = found(tx, id)?;
            let access = access::Shown::read(tx, &known.0)?;
            let fails = known.0.mail.as_ref().map(|mail| failing::find(tx, mail)).transpose()?.flatten();
            Ok((known, access, history::of(tx, "contact", id.get())?, fails))
        })
        .await?;
    let (l, own) = (&actor.l, path(id));
    let in_use = contact.archived_at.is_none();
    let acts = html! {
        @if actor.may(Permission::ReportTicket) && in_use {
            (link_button(&format!("/tickets/new?customer={}&contact={id}", customer.id), Icon::Ticket, l.t("records-report-ticket"), true))
        }
        @if actor.may(Permission::ViewTickets) {
            (link_button(&format!("{own}/history"), Icon::Clock, l.t("contact-history"), false))
        }
        @if actor.may(Permission::EditCustomers) {
            @if in_use { (link_button(&format!("{own}/edit"), Icon::Edit, l.t("records-edit"), false)) }
            (archive_act(l, &own, contact.version, !in_use))
        }
    };
    let words: Vec<_> = ["customer", "site", "contact-title", "phone", "mail", "remark", "fax"]
        .iter()
        .map(|name| l.t(&format!("label-{name}")))
        .collect();
    let site_link = match &site {
        Some(site) => html! { a href=(site_pages::path(site.id)) { (site.name) } },
        None => or_dash(None),
    };
    let mut pairs = vec![
        (&*words[0], html! { a href=(customer_pages::path(customer.id)) { (customer.name) } }),
        (&*words[1], site_link),
        (&*words[2], or_dash(contact.title.as_deref())),
        (&*words[3], contact_ways(contact.phone.as_deref(), None)),
        (&*words[4], contact_ways(None, contact.mail.as_deref())),
    ];
    if let Some(number) = &contact.fax {
        pairs.push((&*words[6], html! { span class="nowrap" { (number) } }));
    }
    if let Some(text) = &contact.remark {
        pairs.push((&*words[5], html! { div class="prose" { (text) } }));
    }
    let body = html! {
        (archived_notice(l, contact.archived_at))
        @if let Some(fails) = &fails { (failing::warning(l, fails, actor.may(Permission::EditCustomers).then_some(id))) }
        (card(l.t("records-particulars"), definitions(&pairs)))
        (access.card(l, &contact, actor.may(Permission::EditCustomers)))
        @if actor.may(Permission::ViewTickets) {
            section class="card" data-fetched={ (own) "/history?part=yes" } hidden {}
        }
        (history::panel(l, &history))
    };
    let page = Page::new(&actor, Section::Customers, contact.name.clone())
        .crumb("/customers", l.t("customers-title"))
        .crumb(customer_pages::path(customer.id), customer.name.clone());
    Ok(page.actions(acts).body(body))
}

/// The form of a contact as typed.
pub fn typed(form: &Form) -> ContactForm {
    let text = |name: &str| form.get(name).to_owned();
    ContactForm {
        name: text("name"),
        title: text("title"),
        phone: text("phone"),
        mail: text("mail"),
        fax: text("fax"),
        remark: text("remark"),
    }
}

fn stored((row, customer, site): &Found) -> Form {
    let ContactForm { name, title, phone, mail, fax, remark } = row.form();
    let mut form = Form::of([
        ("name", name),
        ("title", title),
        ("phone", phone),
        ("mail", mail),
        ("fax", fax),
        ("remark", remark),
        ("customer", customer.id.to_string()),
        ("version", row.version.to_string()),
    ]);
    form.set("site", site.as_ref().map(|site| site.id.to_string()).unwrap_or_default());
    form.set("site_text", site.as_ref().map(|site| site.name.clone()).unwrap_or_default());
    form
}

fn person_fields(form: &Form, l: &L10n) -> Markup {
    html! {
        div class="row" {
            (Field::text("name", l.t("label-name")).required().autocomplete("off").of(form, l))
            (Field::text("title", l.t("label-contact-title")).hint(l.t("contact-title-hint")).of(form, l))
        }
        div class="row" {
            (Field::text("phone", l.t("label-phone")).kind("tel").hint(l.t("contact-phone-hint")).autocomplete("off").of(form, l))
            (Field::text("mail", l.t("label-mail")).kind("email").autocomplete("off").of(form, l))
        }
        (Field::text("fax", l.t("label-fax")).kind("tel").hint(l.t("contact-fax-hint")).autocomplete("off").of(form, l))
        (Combobox::new("site", l.t("label-site"), "/lookup/sites").depends_on("customer").hint(l.t("contact-site-hint")).of(form, l))
        (TextArea::new("remark", l.t("label-remark")).of(form, l))
    }
}

fn new_fields(form: &Form, l: &L10n) -> Markup {
    html! {
        (Combobox::new("customer", l.t("label-customer"), "/lookup/customers").required().autofocus().of(form, l))
        (person_fields(form, l))
    }
}

fn edit_fields(form: &Form, l: &L10n) -> Markup {
    html! {
        input type="hidden" name="customer" value=(form.get("customer"));
        (person_fields(form, l))
    }
}

fn new_page(l: &L10n) -> EditPage<'static> {
    EditPage {
        noun: store::NOUN,
        section: Section::Customers,
        title: l.t("contact-new").into_owned(),
        crumbs: vec![("/contacts".to_owned(), l.t("contacts-title").into_owned())],
        action: "/contacts".to_owned(),
        cancel: "/contacts".to_owned(),
        fields: &new_fields,
    }
}

fn edit_page(l: &L10n, (row, customer, _): &Found) -> EditPage<'static> {
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
        fields: &edit_fields,
    }
}

/// GET /contacts/new
pub async fn new(app: App, actor: Actor<perm::EditCustomers>, query: Search) -> Result<Response, Failure> {
    let (customer, site) =
        (query.some("customer").and_then(id_of::<CustomerId>), query.some("site").and_then(id_of::<SiteId>));
    let (customer, site) = app
        .read(move |tx| {
            let site = site.map(|id| sites::find(tx, id)).transpose()?.flatten();
            let customer = customer.or(site.as_ref().map(|site| site.customer_id));
            Ok((customer.map(|id| customers::find(tx, id)).transpose()?.flatten(), site))
        })
        .await?;
    let mut form = Form::default();
    if let Some(customer) = customer {
        form.set("customer", customer.id.to_string());
        form.set("customer_text", customer.name);
    }
    if let Some(site) = site {
        form.set("site", site.id.to_string());
        form.set("site_text", site.name);
    }
    Ok(new_page(&actor.l).show(&actor, &form))
}

/// POST /contacts
pub async fn create(app: App, actor: Actor<perm::EditCustomers>, form: Form) -> Result<Response, Failure> {
    let read = typed(&form).read();
    let (owner, place) = (Chosen::of(&form, "customer"), Chosen::of(&form, "site"));
    let made = app
        .change(&actor, move |c| match (customer_pages::chosen(c.tx, &owner), read) {
            (Ok(customer), Ok(contact)) => {
                let site = site_pages::chosen(c.tx, customer.id, &place)?;
                change::create(c, customer.id, site, &contact)
            }
            (Err(Failure::Invalid(mut problems)), Err(others)) => {
                problems.extend(others);
                Err(problems.into())
            }
            (Err(failure), _) => Err(failure),
            (Ok(_), Err(problems)) => Err(problems.into()),
        })
        .await;
    match made {
        Ok(id) => Ok(go(&path(id), Notice::new("notice-record-created").with("name", form.get("name")))),
        Err(failure) => new_page(&actor.l).again(&actor, form, None, failure),
    }
}

/// GET /contacts/{id}/edit
pub async fn edit(
    app: App,
    actor: Actor<perm::EditCustomers>,
    Path(id): Path<ContactId>,
) -> Result<Response, Failure> {
    let known = app.read(move |tx| found(tx, id)).await?;
    Ok(edit_page(&actor.l, &known).show(&actor, &stored(&known)))
}

/// POST /contacts/{id}
pub async fn update(
    app: App,
    actor: Actor<perm::EditCustomers>,
    Path(id): Path<ContactId>,
    form: Form,
) -> Result<Response, Failure> {
    let (seen, place) = (seen_version(&form), Chosen::of(&form, "site"));
    let failure = match typed(&form).read() {
        Err(problems) => Failure::Invalid(problems),
        Ok(contact) => {
            let saved = app
                .change(&actor, move |c| {
                    let row = store::find(c.tx, id)?.ok_or(Failure::NotFound)?;
                    let site = site_pages::chosen(c.tx, row.customer_id, &place)?;
                    change::edit(c, id, seen, site, &contact)
                })
                .await;
            match saved {
                Ok(_) => return Ok(go(&path(id), Notice::new("notice-record-saved"))),
                Err(failure) => failure,
            }
        }
    };
    let known = app.read(move |tx| found(tx, id)).await?;
    edit_page(&actor.l, &known).again(&actor, form, Some(stored(&known)), failure)
}

/// POST /contacts/{id}/archive
pub async fn archive(
    app: App,
    actor: Actor<perm::EditCustomers>,
    Path(id): Path<ContactId>,
    form: Form,
) -> Result<Response, Failure> {
    let seen = seen_version(&form);
    app.change(&actor, move |c| change::archive(c, id, seen)).await?;
    Ok(go(&path(id), Notice::new("notice-record-archived")))
}

/// POST /contacts/{id}/restore
pub async fn restore(
    app: App,
    actor: Actor<perm::EditCustomers>,
    Path(id): Path<ContactId>,
    form: Form,
) -> Result<Response, Failure> {
    let seen = seen_version(&form);
    app.change(&actor, move |c| change::restore(c, id, seen)).await?;
    Ok(go(&path(id), Notice::new("notice-record-restored")))
}

/// GET /lookup/contacts
pub async fn lookup(
    app: App,
    _: Actor<perm::ViewRegistry>,
    query: Search,
) -> Result<Json<Vec<Match>>, Failure> {
    let filter = ContactFilter {
        text: query.get("q").to_owned(),
        customers: query.some("customer").and_then(id_of).into_iter().collect(),
        ..ContactFilter::default()
    };
    let rows = app.read(move |tx| Ok(store::list(tx, &filter, None, OFFERED_MOST)?)).await?;
    let note = |row: &ListedContact| {
        let way = row.phone.clone().or_else(|| row.mail.clone()).unwrap_or_default();
        format!("{way} · {}", row.customer_name)
    };
    Ok(Json(rows.into_iter().map(|row| Match::new(row.id, row.name.clone(), note(&row))).collect()))
}

fn found(tx: &mut Tx, id: ContactId) -> Result<Found, Failure> {
    let contact = store::find(tx, id)?.ok_or(Failure::NotFound)?;
    let customer = customers::find(tx, contact.customer_id)?.ok_or(Failure::NotFound)?;
    let site = contact.site_id.map(|site| sites::find(tx, site)).transpose()?.flatten();
    Ok((contact, customer, site))
}
