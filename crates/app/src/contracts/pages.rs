//! Pages of contracts: the list, the forms, and what is done to one.

use axum::Json;
use axum::extract::Path;
use axum::response::Response;
use db::Tx;
use maud::{Markup, html};
use rules::Invalid;
use rules::access::{Permission, perm};
use rules::contracts::ContractForm;
use rules::ids::{CommitmentId, ContractId, CustomerId, SiteId, UserId};
use rules::text::{Line, parse_date};

use super::store::{self, ContractFilter, ContractRow, ListedContract};
use super::{change, show, tabs_of};
use crate::App;
use crate::customers::pages as customer_pages;
use crate::customers::sites::pages::{customer_filter, customer_names};
use crate::customers::store::{self as customers, CustomerRow};
use crate::kernel::actor::Actor;
use crate::kernel::door::Change;
use crate::kernel::errors::Failure;
use crate::kernel::form::{Form, Search};
use crate::kernel::notice::{Notice, go};
use crate::layout::components::*;
use crate::layout::icons::Icon;
use crate::layout::l10n::L10n;
use crate::layout::page::{Page, Section};
use crate::lookup::{Chosen, Match};
use crate::records::edit::{EditPage, seen_version};
use crate::records::list::{self, ListPage, archived_mark};
use crate::records::{id_of, saved, today};

/// Lines that a look-up field offers.
const OFFERED_MOST: i64 = 10;
/// How far ahead "runs out soon" looks.
const SOON_DAYS: i64 = 90;

/// The address of a contract.
pub fn path(id: ContractId) -> String {
    format!("/contracts/{id}")
}

/// GET /contracts
pub async fn index(app: App, actor: Actor<perm::ViewRegistry>, query: Search) -> Result<Response, Failure> {
    let l = &actor.l;
    let today = today(l);
    let soon = jiff::Span::new().days(SOON_DAYS);
    let filter = ContractFilter {
        text: query.get("q").to_owned(),
        shown: list::shown(&query),
        customers: query.all("customer").filter_map(id_of).collect(),
        engineer: query.some("engineer").and_then(id_of),
        running_out: (query.get("ends") == "soon").then(|| (today, today.checked_add(soon).unwrap_or(today))),
    };
    let (after, person) = (list::after(&query), actor.person.id);
    let (rows, saved, names) = app
        .read(move |tx| {
            let rows = store::list(tx, &filter, after, list::ROWS + 1)?;
            Ok((rows, saved::of(tx, store::NOUN, person)?, customer_names(tx, &filter.customers)?))
        })
        .await?;
    let (rows, next) = list::cut(rows, |row| row.id.get());
    let ends = Filter {
        name: "ends",
        label: l.t("contract-ends").into_owned(),
        options: vec![(
            "soon".to_owned(),
            l.ta("contract-ends-soon", &[("days", SOON_DAYS.into())]).into_owned(),
        )],
    };
    let page = ListPage {
        noun: store::NOUN,
        path: "/contracts",
        query: &query,
        tabs: tabs_of(l, "/contracts"),
        filters: vec![customer_filter(l, &names), ends, list::shown_filter(l)],
        saved,
        placeholder: "contract-search",
        columns: vec![
            Column::new(l.t("label-number")),
            Column::main(l.t("label-contract-title")),
            Column::new(l.t("label-customer")),
            Column::new(l.t("contract-period")),
            Column::state(l.t("records-state")),
        ],
        rows: html! { @for row in &rows { (line(l, row)) } },
        is_empty: rows.is_empty(),
        next,
        nothing_yet: empty(Icon::Contract, l.t("contracts-empty"), l.t("contracts-empty-words"), None),
    };
    let acts =
        list::list_acts(&actor, "contract", "/contracts", Permission::EditContracts, &l.t("contract-new"));
    let title = l.t("contracts-title");
    Ok(Page::new(&actor, Section::Contracts, title).wide().actions(acts).body(page.body(&actor)))
}

fn line(l: &L10n, row: &ListedContract) -> Markup {
    html! {
        tr data-href=(path(row.id)) {
            td class="nowrap" { a href=(path(row.id)) { (row.number) } (archived_mark(l, row.archived_at.is_some())) }
            td { (row.title) }
            td { a href=(customer_pages::path(row.customer_id)) { (row.customer_name) } }
            td class="nowrap" { (show::period(l, row.from_on, row.ended_on.or(row.to_on))) }
            td { (show::state_chip(l, row.from_on, row.to_on, row.ended_on)) }
        }
    }
}

/// The form of a contract as typed.
pub fn typed(form: &Form) -> ContractForm {
    let text = |name: &str| form.get(name).to_owned();
    ContractForm {
        number: text("number"),
        title: text("title"),
        from_on: text("from_on"),
        to_on: text("to_on"),
        remark: text("remark"),
    }
}

fn stored(row: &ContractRow) -> Form {
    let ContractForm { number, title, from_on, to_on, remark } = row.form();
    Form::of([
        ("number", number),
        ("title", title),
        ("from_on", from_on),
        ("to_on", to_on),
        ("remark", remark),
        ("version", row.version.to_string()),
    ])
}

fn fields(form: &Form, l: &L10n) -> Markup {
    html! {
        div class="row" {
            (Field::text("number", l.t("label-number")).required().hint(l.t("contract-number-hint")).of(form, l))
            (Field::text("title", l.t("label-contract-title")).required().of(form, l))
        }
        div class="row" {
            (Field::text("from_on", l.t("label-from-on")).kind("date").required().of(form, l))
            (Field::text("to_on", l.t("label-to-on")).kind("date").hint(l.t("contract-to-hint")).of(form, l))
        }
        (TextArea::new("remark", l.t("label-remark")).of(form, l))
    }
}

fn new_fields(form: &Form, l: &L10n) -> Markup {
    html! {
        (Combobox::new("customer", l.t("label-customer"), "/lookup/customers").required().autofocus().of(form, l))
        (fields(form, l))
        (Combobox::new("commitment", l.t("label-commitment"), "/lookup/commitments").hint(l.t("contract-commitment-hint")).of(form, l))
        (Combobox::new("engineer", l.t("label-engineer"), "/lookup/people").hint(l.t("contract-engineer-hint")).of(form, l))
    }
}

fn new_page(l: &L10n) -> EditPage<'static> {
    EditPage {
        noun: store::NOUN,
        section: Section::Contracts,
        title: l.t("contract-new").into_owned(),
        crumbs: vec![("/contracts".to_owned(), l.t("contracts-title").into_owned())],
        action: "/contracts".to_owned(),
        cancel: "/contracts".to_owned(),
        fields: &new_fields,
    }
}

fn edit_page(l: &L10n, row: &ContractRow) -> EditPage<'static> {
    EditPage {
        noun: store::NOUN,
        section: Section::Contracts,
        title: l.ta("records-edit-title", &[("name", row.number.clone().into())]).into_owned(),
        crumbs: vec![
            ("/contracts".to_owned(), l.t("contracts-title").into_owned()),
            (path(row.id), row.number.clone()),
        ],
        action: path(row.id),
        cancel: path(row.id),
        fields: &fields,
    }
}

/// GET /contracts/new
pub async fn new(app: App, actor: Actor<perm::EditContracts>, query: Search) -> Result<Response, Failure> {
    let customer = query.some("customer").and_then(id_of::<CustomerId>);
    let (customer, standard) = app
        .read(move |tx| {
            let customer = customer.map(|id| customers::find(tx, id)).transpose()?.flatten();
            Ok((customer, crate::commitments::store::all(tx, 1)?.into_iter().next()))
        })
        .await?;
    let mut form = Form::of([("from_on", today(&actor.l).to_string())]);
    if let Some(CustomerRow { id, name, .. }) = customer {
        form.set("customer", id.to_string());
        form.set("customer_text", name);
    }
    if let Some(version) = standard {
        form.set("commitment", version.id.to_string());
        form.set(
            "commitment_text",
            crate::commitments::title(&actor.l, &version.title, &version.name, &version.version),
        );
    }
    Ok(new_page(&actor.l).show(&actor, &form))
}

/// POST /contracts
pub async fn create(app: App, actor: Actor<perm::EditContracts>, form: Form) -> Result<Response, Failure> {
    let (read, owner) = (typed(&form).read(), Chosen::of(&form, "customer"));
    let (commitment, engineer) = (Chosen::of(&form, "commitment"), Chosen::of(&form, "engineer"));
    let user = actor.person.id;
    let made = app
        .change(&actor, move |c| match (customer_pages::chosen(c.tx, &owner), read) {
            (Ok(customer), Ok(contract)) => {
                let from_on = contract.period.from_on;
                let commitment = chosen_commitment(&commitment)?;
                let engineer = chosen_person(c.tx, &engineer)?;
                let id = change::create(c, customer.id, &contract)?;
                if let Some(commitment) = commitment {
                    change::bind(c, id, None, commitment, from_on, Some(user))?;
                }
                if engineer.is_some() {
                    change::dedicate(c, id, None, engineer, from_on)?;
                }
                Ok(id)
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
        Ok(id) => Ok(go(&path(id), Notice::new("notice-record-created").with("name", form.get("number")))),
        Err(failure) => new_page(&actor.l).again(&actor, form, None, failure),
    }
}

/// GET /contracts/{id}/edit
pub async fn edit(
    app: App,
    actor: Actor<perm::EditContracts>,
    Path(id): Path<ContractId>,
) -> Result<Response, Failure> {
    let row = app.read(move |tx| found(tx, id)).await?;
    Ok(edit_page(&actor.l, &row).show(&actor, &stored(&row)))
}

/// POST /contracts/{id}
pub async fn update(
    app: App,
    actor: Actor<perm::EditContracts>,
    Path(id): Path<ContractId>,
    form: Form,
) -> Result<Response, Failure> {
    let seen = seen_version(&form);
    let failure = match typed(&form).read() {
        Err(problems) => Failure::Invalid(problems),
        Ok(contract) => match app.change(&actor, move |c| change::edit(c, id, seen, &contract)).await {
            Ok(_) => return Ok(go(&path(id), Notice::new("notice-record-saved"))),
            Err(failure) => failure,
        },
    };
    let row = app.read(move |tx| found(tx, id)).await?;
    edit_page(&actor.l, &row).again(&actor, form, Some(stored(&row)), failure)
}

/// Does one of the small acts of a contract's page: where it is refused or a field is wrong, the page comes
/// back with what was typed.
async fn act(
    app: App,
    actor: Actor<perm::EditContracts>,
    id: ContractId,
    form: Form,
    said: &'static str,
    f: impl FnOnce(&mut Change<'_>, &Form) -> Result<(), Failure> + Send + 'static,
) -> Result<Response, Failure> {
    let sent = form.clone();
    match app.change(&actor, move |c| f(c, &sent)).await {
        Ok(()) => Ok(go(&path(id), Notice::new(said))),
        Err(failure) => show::again(app, &actor, id, form, failure).await,
    }
}

/// POST /contracts/{id}/commitment
pub async fn bind(
    app: App,
    actor: Actor<perm::EditContracts>,
    Path(id): Path<ContractId>,
    form: Form,
) -> Result<Response, Failure> {
    let user = actor.person.id;
    act(app, actor, id, form, "notice-commitment-bound", move |c, form| {
        let effective_on = parse_date("effective_on", form.get("effective_on"));
        let commitment = chosen_commitment(&Chosen::of(form, "commitment"))?
            .ok_or_else(|| Failure::field("commitment", "error-required"))?;
        change::bind(c, id, seen_version(form), commitment, effective_on?, Some(user))
    })
    .await
}

/// POST /contracts/{id}/engineer
pub async fn dedicate(
    app: App,
    actor: Actor<perm::EditContracts>,
    Path(id): Path<ContractId>,
    form: Form,
) -> Result<Response, Failure> {
    act(app, actor, id, form, "notice-engineer-named", move |c, form| {
        let from_on = parse_date("engineer_from_on", form.get("engineer_from_on"))?;
        let engineer = chosen_person(c.tx, &Chosen::of(form, "engineer"))?;
        change::dedicate(c, id, seen_version(form), engineer, from_on)
    })
    .await
}

/// POST /contracts/{id}/sites
pub async fn add_site(
    app: App,
    actor: Actor<perm::EditContracts>,
    Path(id): Path<ContractId>,
    form: Form,
) -> Result<Response, Failure> {
    act(app, actor, id, form, "notice-record-saved", move |c, form| {
        let site = chosen_site(c.tx, id, &Chosen::of(form, "covered"), "covered")?;
        change::add_site(c, id, seen_version(form), site)
    })
    .await
}

/// POST /contracts/{id}/sites/{site}/remove
pub async fn remove_site(
    app: App,
    actor: Actor<perm::EditContracts>,
    Path((id, site)): Path<(ContractId, SiteId)>,
    form: Form,
) -> Result<Response, Failure> {
    act(app, actor, id, form, "notice-record-saved", move |c, form| {
        change::remove_site(c, id, seen_version(form), site)
    })
    .await
}

/// POST /contracts/{id}/acceptances
pub async fn accept(
    app: App,
    actor: Actor<perm::EditContracts>,
    Path(id): Path<ContractId>,
    form: Form,
) -> Result<Response, Failure> {
    act(app, actor, id, form, "notice-acceptance-recorded", move |c, form| {
        let signed_on = parse_date("signed_on", form.get("signed_on"))?;
        let signed_by = Line::parse_optional("signed_by", form.get("signed_by"))?;
        let site = chosen_site(c.tx, id, &Chosen::of(form, "site"), "site")?;
        change::accept(c, id, seen_version(form), site, signed_on, signed_by.as_ref())
    })
    .await
}

/// POST /contracts/{id}/end
pub async fn end(
    app: App,
    actor: Actor<perm::EditContracts>,
    Path(id): Path<ContractId>,
    form: Form,
) -> Result<Response, Failure> {
    act(app, actor, id, form, "notice-contract-ended", move |c, form| {
        let ended_on = parse_date("ended_on", form.get("ended_on"));
        let reason = Line::parse("reason", form.get("reason"));
        let (ended_on, reason) = match (ended_on, reason) {
            (Ok(ended_on), Ok(reason)) => (ended_on, reason),
            (ended_on, reason) => {
                let problems: Vec<Invalid> = ended_on.err().into_iter().chain(reason.err()).collect();
                return Err(problems.into());
            }
        };
        change::end(c, id, seen_version(form), ended_on, &reason)
    })
    .await
}

/// POST /contracts/{id}/archive
pub async fn archive(
    app: App,
    actor: Actor<perm::EditContracts>,
    Path(id): Path<ContractId>,
    form: Form,
) -> Result<Response, Failure> {
    act(app, actor, id, form, "notice-record-archived", move |c, form| {
        change::archive(c, id, seen_version(form))
    })
    .await
}

/// POST /contracts/{id}/restore
pub async fn restore(
    app: App,
    actor: Actor<perm::EditContracts>,
    Path(id): Path<ContractId>,
    form: Form,
) -> Result<Response, Failure> {
    act(app, actor, id, form, "notice-record-restored", move |c, form| {
        change::restore(c, id, seen_version(form))
    })
    .await
}

/// GET /lookup/contracts
pub async fn lookup(
    app: App,
    _: Actor<perm::ViewRegistry>,
    query: Search,
) -> Result<Json<Vec<Match>>, Failure> {
    let filter = ContractFilter {
        text: query.get("q").to_owned(),
        customers: query.some("customer").and_then(id_of).into_iter().collect(),
        ..ContractFilter::default()
    };
    let rows = app.read(move |tx| Ok(store::list(tx, &filter, None, OFFERED_MOST)?)).await?;
    let offered =
        |row: ListedContract| Match::new(row.id, format!("{} {}", row.number, row.title), row.customer_name);
    Ok(Json(rows.into_iter().map(offered).collect()))
}

/// GET /lookup/people
pub async fn lookup_people(
    app: App,
    actor: Actor<perm::ViewPeople>,
    query: Search,
) -> Result<Json<Vec<Match>>, Failure> {
    let typed = query.get("q").to_owned();
    let rows = app.read(move |tx| Ok(store::people(tx, &typed, OFFERED_MOST)?)).await?;
    let role = |code: &str| actor.l.t(&format!("role-{code}")).into_owned();
    Ok(Json(rows.into_iter().map(|(id, name, code)| Match::new(id, name, role(&code))).collect()))
}

fn chosen_commitment(chosen: &Chosen) -> Result<Option<CommitmentId>, Failure> {
    match chosen {
        Chosen::Id(id) => Ok(Some(CommitmentId(*id))),
        Chosen::Nothing => Ok(None),
        Chosen::Words(words) => Err(Invalid::unknown("commitment", words).into()),
    }
}

fn chosen_person(tx: &mut Tx, chosen: &Chosen) -> Result<Option<UserId>, Failure> {
    match chosen {
        Chosen::Id(id) => Ok(Some(UserId(*id))),
        Chosen::Nothing => Ok(None),
        Chosen::Words(words) => match store::people(tx, words, 2)?.as_slice() {
            [(id, _, _)] => Ok(Some(UserId(*id))),
            _ => Err(Invalid::unknown("engineer", words).into()),
        },
    }
}

fn chosen_site(tx: &mut Tx, id: ContractId, chosen: &Chosen, field: &'static str) -> Result<SiteId, Failure> {
    let row = found(tx, id)?;
    let site = match chosen {
        Chosen::Id(site) => Some(SiteId(*site)),
        Chosen::Nothing => return Err(Failure::field(field, "error-required")),
        Chosen::Words(words) => {
            let site = crate::customers::sites::store::by_code(tx, row.customer_id, &words.to_uppercase())?;
            site.map(|site| site.id)
        }
    };
    site.ok_or_else(|| Failure::field(field, "error-not-there"))
}

fn found(tx: &mut Tx, id: ContractId) -> Result<ContractRow, Failure> {
    store::find(tx, id)?.ok_or(Failure::NotFound)
}
