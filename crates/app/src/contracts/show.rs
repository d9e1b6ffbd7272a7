//! The page of one contract.

use axum::extract::Path;
use axum::response::Response;
use http::StatusCode;
use jiff::civil::Date;
use maud::{Markup, html};
use rules::access::{Permission, perm};
use rules::ids::ContractId;

use super::pages::path;
use super::store::{self, AcceptanceRow, ContractRow, CoveredSite};
use crate::App;
use crate::commitments::store::{self as commitments, BindingRow};
use crate::customers::pages as customer_pages;
use crate::customers::sites::pages as site_pages;
use crate::customers::store::{self as customers, CustomerRow};
use crate::kernel::actor::Actor;
use crate::kernel::errors::Failure;
use crate::kernel::form::Form;
use crate::kernel::notice::refusal_words;
use crate::layout::components::*;
use crate::layout::icons::{Icon, icon};
use crate::layout::l10n::L10n;
use crate::layout::page::{Page, Section, Viewer};
use crate::records::edit::{archive_act, archived_notice};
use crate::records::history::{self, Told};
use crate::records::open_tickets::{self, Around, OpenTicket};
use crate::records::owed::{self, Owed};
use crate::records::today;

struct ContractPage {
    contract: ContractRow,
    customer: CustomerRow,
    engineer: Option<String>,
    sites: Vec<CoveredSite>,
    acceptances: Vec<AcceptanceRow>,
    bindings: Vec<BindingRow>,
    tickets: Vec<OpenTicket>,
    owed: Vec<Owed>,
    history: Vec<Told>,
}

/// From when to when, an open end in words.
pub fn period(l: &L10n, from_on: Date, to_on: Option<Date>) -> Markup {
    html! { (from_on) " \u{2013} " @if let Some(on) = to_on { (on) } @else { (l.t("contract-open-end")) } }
}

/// Whether a contract is in force today.
pub fn state_chip(l: &L10n, from_on: Date, to_on: Option<Date>, ended_on: Option<Date>) -> Markup {
    let today = today(l);
    let last_on = match (to_on, ended_on) {
        (Some(to_on), Some(ended_on)) => Some(to_on.min(ended_on)),
        (planned, ended) => planned.or(ended),
    };
    if last_on.is_some_and(|on| on < today) {
        chip(Tone::Void, Icon::Void, l.t("contract-over"))
    } else if from_on > today {
        chip(Tone::Info, Icon::Clock, l.t("contract-not-yet"))
    } else {
        chip(Tone::Met, Icon::OnTime, l.t("contract-in-force"))
    }
}

/// GET /contracts/{id}
pub async fn show(
    app: App,
    actor: Actor<perm::ViewRegistry>,
    Path(id): Path<ContractId>,
) -> Result<Response, Failure> {
    let page = read(&app, id).await?;
    let may_edit = actor.may(Permission::EditContracts);
    Ok(draw(&actor, &page, &Form::default(), may_edit, StatusCode::OK, html! {}))
}

/// The page again after an act that failed, with what was typed.
///
/// Errors: the failure itself where the page cannot help.
pub(super) async fn again(
    app: App,
    actor: &Actor<perm::EditContracts>,
    id: ContractId,
    form: Form,
    failure: Failure,
) -> Result<Response, Failure> {
    let l = &actor.l;
    let (form, status, above) = match failure {
        Failure::Invalid(problems) => {
            let form = form.with(problems);
            let above = error_summary(&form, l);
            (form, StatusCode::UNPROCESSABLE_ENTITY, above)
        }
        Failure::Refused(refusal) => {
            (form, StatusCode::CONFLICT, notice(Tone::Risk, refusal_words(&refusal, l)))
        }
        other => return Err(other),
    };
    let page = read(&app, id).await?;
    Ok(draw(actor, &page, &form, true, status, above))
}

async fn read(app: &App, id: ContractId) -> Result<ContractPage, Failure> {
    let library = app.clone();
    app.read(move |tx| {
        let contract = store::find(tx, id)?.ok_or(Failure::NotFound)?;
        let customer = customers::find(tx, contract.customer_id)?.ok_or(Failure::NotFound)?;
        Ok(ContractPage {
            engineer: contract.engineer_id.map(|id| store::engineer_name(tx, id)).transpose()?.flatten(),
            sites: store::sites(tx, id)?,
            acceptances: store::acceptances(tx, id)?,
            bindings: commitments::bindings(tx, id)?,
            tickets: open_tickets::of(
                tx,
                Around::Contract { contract: id.get(), customer: customer.id.get() },
            )?,
            owed: owed::of(tx, &library.library, "contract", id.get())?,
            history: history::of(tx, "contract", id.get())?,
            contract,
            customer,
        })
    })
    .await
}

fn draw(
    viewer: &Viewer,
    page: &ContractPage,
    form: &Form,
    may_edit: bool,
    status: StatusCode,
    above: Markup,
) -> Response {
    let l = &viewer.l;
    let contract = &page.contract;
    let own = path(contract.id);
    let editable = may_edit && contract.archived_at.is_none();
    let acts = html! {
        @if editable { (link_button(&format!("{own}/edit"), Icon::Edit, l.t("records-edit"), false)) }
        @if may_edit { (archive_act(l, &own, contract.version, contract.archived_at.is_some())) }
    };
    let body = html! {
        (above)
        (archived_notice(l, contract.archived_at))
        div class="columns" {
            div {
                (commitment_card(l, page, form, editable))
                (open_tickets::panel(
                    l,
                    &page.tickets,
                    &format!("/queue?customer={}", contract.customer_id),
                    &format!("/tickets?customer={}", contract.customer_id),
                ))
                (sites_card(l, page, form, editable))
                (acceptances_card(l, page, form, editable))
            }
            div {
                (card(l.t("records-particulars"), particulars(l, page)))
                (engineer_card(l, page, form, editable))
                @if editable && contract.ended_on.is_none() { (end_card(l, contract, form)) }
                (owed::panel(l, &page.owed, &l.zone))
                (history::panel(l, &page.history))
            }
        }
    };
    Page::new(viewer, Section::Contracts, format!("{} {}", contract.number, contract.title))
        .status(status)
        .crumb("/contracts", l.t("contracts-title"))
        .crumb(customer_pages::path(page.customer.id), page.customer.name.clone())
        .actions(acts)
        .body(body)
}

fn particulars(l: &L10n, page: &ContractPage) -> Markup {
    let contract = &page.contract;
    let words: Vec<_> = [
        "label-customer",
        "label-number",
        "contract-period",
        "records-state",
        "contract-ended-on",
        "label-remark",
    ]
    .iter()
    .map(|key| l.t(key))
    .collect();
    let mut pairs = vec![
        (&*words[0], html! { a href=(customer_pages::path(page.customer.id)) { (page.customer.name) } }),
        (&*words[1], html! { code { (contract.number) } }),
        (&*words[2], period(l, contract.from_on, contract.to_on)),
        (&*words[3], state_chip(l, contract.from_on, contract.to_on, contract.ended_on)),
    ];
    if let Some(on) = contract.ended_on {
        pairs.push((&*words[4], html! { (on) }));
    }
    if let Some(text) = &contract.remark {
        pairs.push((&*words[5], html! { div class="prose" { (text) } }));
    }
    definitions(&pairs)
}

/// A small form under a heading that opens; it is open when what was sent through it came back.
fn small_form(l: &L10n, contract: &ContractRow, act: &str, word: &str, open: bool, fields: Markup) -> Markup {
    html! {
        details class="unfold" open[open] {
            summary { (icon(Icon::Edit)) " " (word) }
            form class="form" method="post" action={ (path(contract.id)) "/" (act) } {
                input type="hidden" name="version" value=(contract.version);
                (fields)
                div class="form-foot" { (submit(l.t("form-save"))) }
            }
        }
    }
}

fn commitment_card(l: &L10n, page: &ContractPage, form: &Form, editable: bool) -> Markup {
    let today = today(l);
    let current =
        page.bindings.iter().rev().find(|binding| binding.effective_on <= today).or(page.bindings.first());
    let open = form.problem("commitment").is_some() || form.problem("effective_on").is_some();
    let mut filled = form.clone();
    if filled.get("effective_on").is_empty() {
        filled.set("effective_on", today.to_string());
    }
    card(
        l.t("label-commitment"),
        html! {
            @if page.bindings.is_empty() {
                (notice(Tone::Risk, l.t("contract-no-commitment")))
            } @else {
                ul class="lines" { @for binding in page.bindings.iter().rev() {
                    @let is_current = current.is_some_and(|current| current == binding);
                    li {
                        a href={ "/commitments/" (binding.commitment_id) } {
                            (crate::commitments::title(l, &binding.title, &binding.name, &binding.version))
                        }
                        small { (l.ta("contract-bound-from", &[("on", binding.effective_on.to_string().into())])) }
                        @if is_current { (chip(Tone::Met, Icon::Promise, l.t("contract-binding-current"))) }
                    }
                } }
            }
            @if editable {
                (small_form(l, &page.contract, "commitment", &l.t("contract-bind"), open, html! {
                    (Combobox::new("commitment", l.t("label-commitment"), "/lookup/commitments").required().of(&filled, l))
                    (Field::text("effective_on", l.t("label-effective-on")).kind("date").required()
                        .hint(l.t("contract-bind-hint")).of(&filled, l))
                }))
            }
        },
    )
}

fn sites_card(l: &L10n, page: &ContractPage, form: &Form, editable: bool) -> Markup {
    let contract = &page.contract;
    card(
        l.t("sites-title"),
        html! {
            @if page.sites.is_empty() { p { (l.t("contract-all-sites")) } }
            @else {
                ul class="lines" { @for site in &page.sites { li {
                    a href=(site_pages::path(site.id)) { (site.name) }
                    small { code { (site.code) } " · " (site.zone) }
                    @if editable {
                        form class="inline" method="post" action={ (path(contract.id)) "/sites/" (site.id) "/remove" } {
                            input type="hidden" name="version" value=(contract.version);
                            button class="button quiet small" type="submit"
                                aria-label=(l.ta("contract-site-remove", &[("name", site.name.clone().into())])) {
                                (icon(Icon::Cross))
                            }
                        }
                    }
                } } }
            }
            @if editable {
                (small_form(l, contract, "sites", &l.t("contract-site-add"), form.problem("covered").is_some(), html! {
                    input type="hidden" name="customer" value=(contract.customer_id);
                    (Combobox::new("covered", l.t("label-site"), format!("/lookup/sites?customer={}", contract.customer_id))
                        .required().hint(l.t("contract-site-hint")).of(form, l))
                }))
            }
        },
    )
}

fn acceptances_card(l: &L10n, page: &ContractPage, form: &Form, editable: bool) -> Markup {
    let contract = &page.contract;
    let open = ["site", "signed_on", "signed_by"].iter().any(|field| form.problem(field).is_some());
    card(
        l.t("contract-acceptances"),
        html! {
            @if page.acceptances.is_empty() { p class="muted" { (l.t("contract-no-acceptance")) } }
            @else {
                ul class="lines" { @for acceptance in &page.acceptances { li {
                    a href=(site_pages::path(acceptance.site_id)) { (acceptance.site_name) }
                    small {
                        (l.ta("contract-signed-on", &[("on", acceptance.signed_on.to_string().into())]))
                        @if let Some(by) = &acceptance.signed_by { " · " (by) }
                    }
                } } }
            }
            @if editable {
                (small_form(l, contract, "acceptances", &l.t("contract-accept"), open, html! {
                    (Combobox::new("site", l.t("label-site"), format!("/lookup/sites?customer={}", contract.customer_id))
                        .required().of(form, l))
                    div class="row" {
                        (Field::text("signed_on", l.t("label-signed-on")).kind("date").required().hint(l.t("contract-signed-on-hint")).of(form, l))
                        (Field::text("signed_by", l.t("label-signed-by")).of(form, l))
                    }
                }))
            }
        },
    )
}

fn engineer_card(l: &L10n, page: &ContractPage, form: &Form, editable: bool) -> Markup {
    let open = form.problem("engineer").is_some() || form.problem("engineer_from_on").is_some();
    let mut filled = form.clone();
    if filled.get("engineer_from_on").is_empty() {
        filled.set("engineer_from_on", today(l).to_string());
    }
    card(
        l.t("label-engineer"),
        html! {
            @match &page.engineer {
                Some(name) => p { strong { (name) } },
                None => (notice(Tone::Risk, l.t("contract-no-engineer"))),
            }
            @if editable {
                (small_form(l, &page.contract, "engineer", &l.t("contract-name-engineer"), open, html! {
                    (Combobox::new("engineer", l.t("label-engineer"), "/lookup/people").hint(l.t("contract-vacancy-hint")).of(&filled, l))
                    (Field::text("engineer_from_on", l.t("label-engineer-from-on")).kind("date").required().of(&filled, l))
                }))
            }
        },
    )
}

fn end_card(l: &L10n, contract: &ContractRow, form: &Form) -> Markup {
    let open = form.problem("ended_on").is_some() || form.problem("reason").is_some();
    card(
        l.t("contract-end"),
        small_form(
            l,
            contract,
            "end",
            &l.t("contract-end-act"),
            open,
            html! {
                (Field::text("ended_on", l.t("label-ended-on")).kind("date").required().of(form, l))
                (Field::text("reason", l.t("label-reason")).required().of(form, l))
            },
        ),
    )
}
