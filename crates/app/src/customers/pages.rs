//! Pages of customers.

use axum::Json;
use axum::extract::Path;
use axum::response::Response;
use db::Tx;
use maud::{Markup, html};
use rules::access::{Permission, perm};
use rules::customers::CustomerForm;
use rules::ids::CustomerId;

use super::around::{self, ContractLine, CustomerPage, SHOWN_MOST};
use super::contacts::pages::contact_ways;
use super::store::{self, CustomerFilter, CustomerRow, ListedCustomer, SITES_COUNTED_MOST};
use super::{change, tabs_of};
use crate::App;
use crate::kernel::actor::Actor;
use crate::kernel::errors::Failure;
use crate::kernel::form::{Form, Search};
use crate::kernel::notice::{Notice, go};
use crate::layout::components::*;
use crate::layout::icons::Icon;
use crate::layout::l10n::L10n;
use crate::layout::page::{Page, Section, Viewer};
use crate::lookup::{Chosen, Match};
use crate::records::edit::{EditPage, archive_act, archived_notice, seen_version};
use crate::records::list::{self, ListPage, archived_mark, or_dash};
use crate::records::{history, open_tickets, saved, today};

/// Lines that a look-up field offers.
const OFFERED_MOST: i64 = 10;

/// The address of a customer.
pub fn path(id: CustomerId) -> String {
    format!("/customers/{id}")
}

/// GET /customers
pub async fn index(app: App, actor: Actor<perm::ViewRegistry>, query: Search) -> Result<Response, Failure> {
    let filter = CustomerFilter { text: query.get("q").to_owned(), shown: list::shown(&query) };
    let (after, person) = (list::after(&query), actor.person.id);
    let (rows, saved) = app
        .read(move |tx| {
            let rows = store::list(tx, &filter, after, list::ROWS + 1)?;
            Ok((rows, saved::of(tx, store::NOUN, person)?))
        })
        .await?;
    let l = &actor.l;
    let (rows, next) = list::cut(rows, |row| row.id.get());
    let page = ListPage {
        noun: store::NOUN,
        path: "/customers",
        query: &query,
        tabs: tabs_of(l, "/customers"),
        filters: vec![list::shown_filter(l)],
        saved,
        placeholder: "customer-search",
        columns: vec![
            Column::new(l.t("label-name")),
            Column::new(l.t("label-code")),
            Column::wide(l.t("label-short-name")),
            Column::figures(l.t("customer-site-count")),
        ],
        rows: html! { @for row in &rows { (line(l, row)) } },
        is_empty: rows.is_empty(),
        next,
        nothing_yet: nothing_yet(&actor),
    };
    let acts =
        list::list_acts(&actor, "customer", "/customers", Permission::EditCustomers, &l.t("customer-new"));
    Ok(Page::new(&actor, Section::Customers, l.t("customers-title"))
        .wide()
        .actions(acts)
        .body(page.body(&actor)))
}

fn line(l: &L10n, row: &ListedCustomer) -> Markup {
    let count = match row.site_count {
        more if more > SITES_COUNTED_MOST => format!("{SITES_COUNTED_MOST}+"),
        count => l.number(count),
    };
    html! {
        tr data-href=(path(row.id)) {
            td { a href=(path(row.id)) { (row.name) } (archived_mark(l, row.archived_at.is_some())) }
            td class="nowrap" { code { (row.code) } }
            td class="wide" { (or_dash(row.short_name.as_deref())) }
            td class="figures" { a href={ "/sites?customer=" (row.id) } { (count) } }
        }
    }
}

fn nothing_yet(viewer: &Viewer) -> Markup {
    let l = &viewer.l;
    let may = viewer.person.as_ref().is_some_and(|person| person.may(Permission::EditCustomers));
    let act = may.then(|| {
        html! {
            p class="actions" {
                (link_button("/customers/new", Icon::Add, l.t("customer-new"), true))
                (link_button("/imports/new?noun=customer", Icon::Import, l.t("records-import"), false))
            }
        }
    });
    empty(Icon::Customers, l.t("customers-empty"), l.t("customers-empty-words"), act)
}

/// GET /customers/{id}
pub async fn show(
    app: App,
    actor: Actor<perm::ViewRegistry>,
    Path(id): Path<CustomerId>,
) -> Result<Response, Failure> {
    let page = app.read(move |tx| Ok(around::page(tx, id)?)).await?.ok_or(Failure::NotFound)?;
    let CustomerPage { customer, tickets, contracts, sites, contacts, history } = &page;
    let l = &actor.l;
    let may_edit = actor.may(Permission::EditCustomers);
    let own = path(id);
    let acts = html! {
        @if actor.may(Permission::ReportTicket) && customer.archived_at.is_none() {
            (link_button(&format!("/tickets/new?customer={id}"), Icon::Ticket, l.t("records-report-ticket"), true))
        }
        @if may_edit {
            @if customer.archived_at.is_none() {
                (link_button(&format!("{own}/edit"), Icon::Edit, l.t("records-edit"), false))
            }
            (archive_act(l, &own, customer.version, customer.archived_at.is_some()))
        }
    };
    let body = html! {
        (archived_notice(l, customer.archived_at))
        div class="columns" {
            div {
                (open_tickets::panel(l, tickets, &format!("/queue?customer={id}"), &format!("/tickets?customer={id}")))
                (contracts_card(&actor, id, contracts))
                (sites_card(&actor, id, sites, may_edit))
                (contacts_card(&actor, id, contacts, may_edit))
            }
            div {
                (card(l.t("records-particulars"), particulars(l, customer)))
                (history::panel(l, history))
            }
        }
    };
    let page = Page::new(&actor, Section::Customers, customer.name.clone());
    Ok(page.crumb("/customers", l.t("customers-title")).actions(acts).body(body))
}

fn particulars(l: &L10n, customer: &CustomerRow) -> Markup {
    let (code, short, since, remark) =
        (l.t("label-code"), l.t("label-short-name"), l.t("records-since"), l.t("label-remark"));
    let mut pairs = vec![
        (&*code, html! { code { (customer.code) } }),
        (&*short, or_dash(customer.short_name.as_deref())),
        (&*since, time(l, customer.created_at)),
    ];
    if let Some(text) = &customer.remark {
        pairs.push((&*remark, html! { div class="prose" { (text) } }));
    }
    definitions(&pairs)
}

fn more(l: &L10n, count: usize, href: &str) -> Markup {
    html! {
        @if count > usize::try_from(SHOWN_MOST).unwrap_or_default() {
            p class="more" { a href=(href) { (l.t("records-all")) } }
        }
    }
}

fn contracts_card(actor: &Actor<perm::ViewRegistry>, id: CustomerId, contracts: &[ContractLine]) -> Markup {
    let l = &actor.l;
    let today = today(l);
    let shown = usize::try_from(SHOWN_MOST).unwrap_or_default();
    card(
        html! {
            (l.t("contracts-title"))
            @if actor.may(Permission::EditContracts) {
                " " a class="button small quiet" href={ "/contracts/new?customer=" (id) } { (l.t("contract-new")) }
            }
        },
        html! {
            @if contracts.is_empty() { p class="muted" { (l.t("customer-no-contract")) } }
            @else {
                ul class="lines" { @for contract in contracts.iter().take(shown) {
                    @let over = contract.ended_on.or(contract.to_on).is_some_and(|on| on < today);
                    li {
                        a href={ "/contracts/" (contract.id) } { (contract.number) " " (contract.title) }
                        small {
                            (contract.from_on) " \u{2013} "
                            @if let Some(on) = contract.ended_on.or(contract.to_on) { (on) } @else { (l.t("contract-open-end")) }
                            @if let Some(engineer) = &contract.engineer { " · " (engineer) }
                        }
                        @if over { (chip(Tone::Void, Icon::Void, l.t("contract-over"))) }
                        @else if contract.from_on > today { (chip(Tone::Info, Icon::Clock, l.t("contract-not-yet"))) }
                        @else { (chip(Tone::Met, Icon::OnTime, l.t("contract-in-force"))) }
                    }
                } }
                (more(l, contracts.len(), &format!("/contracts?customer={id}")))
            }
        },
    )
}

fn sites_card(
    viewer: &Viewer,
    id: CustomerId,
    sites: &[super::sites::store::ListedSite],
    may_edit: bool,
) -> Markup {
    let l = &viewer.l;
    let shown = usize::try_from(SHOWN_MOST).unwrap_or_default();
    card(
        html! {
            (l.t("sites-title"))
            @if may_edit { " " a class="button small quiet" href={ "/sites/new?customer=" (id) } { (l.t("site-new")) } }
        },
        html! {
            @if sites.is_empty() { p class="muted" { (l.t("customer-no-site")) } }
            @else {
                ul class="lines" { @for site in sites.iter().take(shown) { li {
                    a href={ "/sites/" (site.id) } { (site.name) }
                    small { code { (site.code) } @if let Some(address) = &site.address { " · " (address) } }
                } } }
                (more(l, sites.len(), &format!("/sites?customer={id}")))
            }
        },
    )
}

fn contacts_card(
    viewer: &Viewer,
    id: CustomerId,
    contacts: &[super::contacts::store::ListedContact],
    may_edit: bool,
) -> Markup {
    let l = &viewer.l;
    let shown = usize::try_from(SHOWN_MOST).unwrap_or_default();
    card(
        html! {
            (l.t("contacts-title"))
            @if may_edit { " " a class="button small quiet" href={ "/contacts/new?customer=" (id) } { (l.t("contact-new")) } }
        },
        html! {
            @if contacts.is_empty() { p class="muted" { (l.t("customer-no-contact")) } }
            @else {
                ul class="lines" { @for contact in contacts.iter().take(shown) { li {
                    a href={ "/contacts/" (contact.id) } { (contact.name) }
                    small {
                        @if let Some(title) = &contact.title { (title) " · " }
                        @if let Some(site) = &contact.site_name { (site) " · " }
                        (contact_ways(contact.phone.as_deref(), contact.mail.as_deref()))
                    }
                } } }
                (more(l, contacts.len(), &format!("/contacts?customer={id}")))
            }
        },
    )
}

/// The form of a customer as typed.
pub fn typed(form: &Form) -> CustomerForm {
    let text = |name: &str| form.get(name).to_owned();
    CustomerForm {
        code: text("code"),
        name: text("name"),
        short_name: text("short_name"),
        remark: text("remark"),
    }
}

fn stored(row: &CustomerRow) -> Form {
    let CustomerForm { code, name, short_name, remark } = row.form();
    Form::of([
        ("code", code),
        ("name", name),
        ("short_name", short_name),
        ("remark", remark),
        ("version", row.version.to_string()),
    ])
}

fn fields(form: &Form, l: &L10n) -> Markup {
    html! {
        (Field::text("name", l.t("label-name")).required().autofocus().of(form, l))
        div class="row" {
            (Field::text("code", l.t("label-code")).required().hint(l.t("customer-code-hint")).of(form, l))
            (Field::text("short_name", l.t("label-short-name")).hint(l.t("customer-short-name-hint")).of(form, l))
        }
        (TextArea::new("remark", l.t("label-remark")).of(form, l))
    }
}

fn new_page(l: &L10n) -> EditPage<'static> {
    EditPage {
        noun: store::NOUN,
        section: Section::Customers,
        title: l.t("customer-new").into_owned(),
        crumbs: vec![("/customers".to_owned(), l.t("customers-title").into_owned())],
        action: "/customers".to_owned(),
        cancel: "/customers".to_owned(),
        fields: &fields,
    }
}

fn edit_page(l: &L10n, row: &CustomerRow) -> EditPage<'static> {
    EditPage {
        noun: store::NOUN,
        section: Section::Customers,
        title: l.ta("records-edit-title", &[("name", row.name.clone().into())]).into_owned(),
        crumbs: vec![
            ("/customers".to_owned(), l.t("customers-title").into_owned()),
            (path(row.id), row.name.clone()),
        ],
        action: path(row.id),
        cancel: path(row.id),
        fields: &fields,
    }
}

/// GET /customers/new
pub async fn new(actor: Actor<perm::EditCustomers>) -> Response {
    new_page(&actor.l).show(&actor, &Form::default())
}

/// POST /customers
pub async fn create(app: App, actor: Actor<perm::EditCustomers>, form: Form) -> Result<Response, Failure> {
    let customer = match typed(&form).read() {
        Ok(customer) => customer,
        Err(problems) => return new_page(&actor.l).again(&actor, form, None, problems.into()),
    };
    let said = Notice::new("notice-record-created").with("name", customer.name.as_str());
    match app.change(&actor, move |c| change::create(c, &customer)).await {
        Ok(id) => Ok(go(&path(id), said)),
        Err(failure) => new_page(&actor.l).again(&actor, form, None, failure),
    }
}

/// GET /customers/{id}/edit
pub async fn edit(
    app: App,
    actor: Actor<perm::EditCustomers>,
    Path(id): Path<CustomerId>,
) -> Result<Response, Failure> {
    let row = app.read(move |tx| found(tx, id)).await?;
    Ok(edit_page(&actor.l, &row).show(&actor, &stored(&row)))
}

/// POST /customers/{id}
pub async fn update(
    app: App,
    actor: Actor<perm::EditCustomers>,
    Path(id): Path<CustomerId>,
    form: Form,
) -> Result<Response, Failure> {
    let seen = seen_version(&form);
    let failure = match typed(&form).read() {
        Err(problems) => Failure::Invalid(problems),
        Ok(customer) => match app.change(&actor, move |c| change::edit(c, id, seen, &customer)).await {
            Ok(_) => return Ok(go(&path(id), Notice::new("notice-record-saved"))),
            Err(failure) => failure,
        },
    };
    let row = app.read(move |tx| found(tx, id)).await?;
    edit_page(&actor.l, &row).again(&actor, form, Some(stored(&row)), failure)
}

/// POST /customers/{id}/archive
pub async fn archive(
    app: App,
    actor: Actor<perm::EditCustomers>,
    Path(id): Path<CustomerId>,
    form: Form,
) -> Result<Response, Failure> {
    let (seen, today) = (seen_version(&form), today(&actor.l));
    app.change(&actor, move |c| change::archive(c, id, seen, today)).await?;
    Ok(go(&path(id), Notice::new("notice-record-archived")))
}

/// POST /customers/{id}/restore
pub async fn restore(
    app: App,
    actor: Actor<perm::EditCustomers>,
    Path(id): Path<CustomerId>,
    form: Form,
) -> Result<Response, Failure> {
    let seen = seen_version(&form);
    app.change(&actor, move |c| change::restore(c, id, seen)).await?;
    Ok(go(&path(id), Notice::new("notice-record-restored")))
}

/// GET /lookup/customers
pub async fn lookup(
    app: App,
    _: Actor<perm::ViewRegistry>,
    query: Search,
) -> Result<Json<Vec<Match>>, Failure> {
    let filter = CustomerFilter { text: query.get("q").to_owned(), ..CustomerFilter::default() };
    let rows = app.read(move |tx| Ok(store::list(tx, &filter, None, OFFERED_MOST)?)).await?;
    Ok(Json(rows.into_iter().map(|row| Match::new(row.id, row.name, row.code)).collect()))
}

/// The customer that a look-up field holds: chosen, or named by code or by a name that is unique.
///
/// Errors: [`Failure::Invalid`] on `customer`.
pub fn chosen(tx: &mut Tx, chosen: &Chosen) -> Result<CustomerRow, Failure> {
    let found = match chosen {
        Chosen::Nothing => return Err(Failure::field("customer", "error-required")),
        Chosen::Id(id) => store::find(tx, CustomerId(*id))?,
        Chosen::Words(words) => match store::by_code(tx, &words.to_uppercase())? {
            Some(row) => Some(row),
            None => match store::by_name(tx, words)?.as_slice() {
                [one] => Some(one.clone()),
                _ => None,
            },
        },
    };
    found.ok_or_else(|| Failure::field("customer", "error-not-there"))
}

fn found(tx: &mut Tx, id: CustomerId) -> Result<CustomerRow, Failure> {
    store::find(tx, id)?.ok_or(Failure::NotFound)
}
