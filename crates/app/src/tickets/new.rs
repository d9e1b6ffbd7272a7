//! Reporting a ticket while the customer is on the phone: one page, by keyboard alone, in under a minute;
//! then the number, large, to be said (C7.2, C7.3).

use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use db::Tx;
use http::StatusCode;
use jiff::tz::TimeZone;
use maud::{Markup, html};
use promise::Obligation;
use rules::access::perm;
use rules::customers::Zone;
use rules::ids::*;
use rules::tickets::custom_fields::{Asker, CustomField};
use rules::tickets::intake::{NewTicket, NotTaken, ReportForm, take};
use rules::tickets::number::TicketNumber;
use rules::tickets::severity::{Impact, Severity};
use rules::tickets::verb::parse_moment;
use rules::tickets::{Channel, Kind};

use super::change::{self, number, path};
use super::custom_fields::store as custom;
use super::custom_fields::values::{Typed, inputs};
use super::intake::{self, Named};
use super::store::{self, Brief};
use super::{ahead, articles, terms, words};
use crate::kernel::actor::Actor;
use crate::kernel::door;
use crate::kernel::errors::Failure;
use crate::kernel::form::{Form, Search};
use crate::kernel::notice::refusal_words;
use crate::kernel::state::App;
use crate::layout::components::*;
use crate::layout::icons::{Icon, icon};
use crate::layout::l10n::L10n;
use crate::layout::page::{Page, Section, Viewer};

/// Open tickets of the same customer that are shown while a report is typed.
const ALREADY_OPEN_MOST: i64 = 5;

/// The fields that name a thing of the registry.
const NAMED: [&str; 4] = ["customer", "site", "contact", "asset"];

/// GET /tickets/new
pub async fn form(app: App, actor: Actor<perm::ReportTicket>, search: Search) -> Result<Response, Failure> {
    let mut form = Form::of([("kind", Kind::Fault.code()), ("channel", Channel::Phone.code())]);
    for field in ["title", "description", "kind", "channel", "split"] {
        if let Some(value) = search.some(field) {
            form.set(field, value);
        }
    }
    let named = Named {
        customer: search.get("customer").parse().ok(),
        site: search.get("site").parse().ok(),
        contact: search.get("contact").parse().ok(),
        asset: search.get("asset").parse().ok(),
    };
    let (form, fields) = app.read(move |tx| Ok((filled(tx, form, named)?, custom::in_use(tx)?))).await?;
    Ok(page(&actor, &form, &fields, StatusCode::OK, None))
}

/// The form with the words of those whom an address names by id.
pub fn filled(tx: &mut Tx, mut form: Form, named: Named) -> Result<Form, Failure> {
    use crate::customers::{contacts, sites, store as customers};
    use crate::installed_base::assets;
    let mut customer = named.customer;
    let put = |form: &mut Form, field: &str, id: i64, words: &str| {
        form.set(field, id.to_string());
        form.set(&format!("{field}_text"), words);
    };
    if let Some(row) = named.asset.map(|id| assets::store::find(tx, id)).transpose()?.flatten() {
        put(&mut form, "asset", row.id.get(), row.name.as_deref().or(row.serial.as_deref()).unwrap_or(""));
        customer = customer.or(Some(row.customer_id));
    }
    if let Some(row) = named.contact.map(|id| contacts::store::find(tx, id)).transpose()?.flatten() {
        put(&mut form, "contact", row.id.get(), &row.name);
        customer = customer.or(Some(row.customer_id));
    }
    if let Some(row) = named.site.map(|id| sites::store::find(tx, id)).transpose()?.flatten() {
        put(&mut form, "site", row.id.get(), &row.name);
        customer = customer.or(Some(row.customer_id));
    }
    if let Some(row) = customer.map(|id| customers::find(tx, id)).transpose()?.flatten() {
        put(&mut form, "customer", row.id.get(), &row.name);
    }
    Ok(form)
}

fn page(
    viewer: &Viewer,
    form: &Form,
    custom: &[CustomField],
    status: StatusCode,
    before: Option<Markup>,
) -> Response {
    let l = &viewer.l;
    let title = if form.some("split").is_some() { "ticket-split-title" } else { "ticket-new-title" };
    Page::new(viewer, Section::Tickets, l.t(title))
        .crumb("/tickets", l.t("tickets-title"))
        .lead(l.t("ticket-new-lead"))
        .status(status)
        .wide()
        .body(html! {
            @if let Some(before) = before { (before) }
            (fields(l, form, custom))
        })
}

fn fields(l: &L10n, form: &Form, custom: &[CustomField]) -> Markup {
    let send = html! {
        div class="actions intake-send" {
            button class="button primary" type="submit" { (icon(Icon::Check)) span { (l.t("intake-send")) } kbd { "Ctrl \u{21b5}" } }
        }
    };
    html! {
        form class="intake" method="post" action="/tickets" data-intake="/tickets/proposal" data-keep data-draft="ticket:new" {
            (error_summary(form, l))
            @if let Some(split) = form.some("split") { input type="hidden" name="split" value=(split); }
            (sections(l, form, custom, "/tickets/ahead/all", send))
        }
    }
}

/// The parts of the report's form; `who` is where callers are looked up, `acts` stands below the fields.
pub fn sections(l: &L10n, form: &Form, custom: &[CustomField], who: &'static str, acts: Markup) -> Markup {
    let kinds = Kind::ALL.iter().map(|one| (one.code(), l.t(one.label()).into_owned()));
    let impacts = || Impact::ALL.iter().map(|one| (one.code(), l.t(one.label()).into_owned()));
    let means = Impact::ALL.iter().map(|one| l.t(&format!("{}-means", one.label())).into_owned());
    let channels = Channel::ALL.iter().filter(|one| !matches!(one, Channel::Import | Channel::Api));
    let channels = channels.map(|one| (one.code(), l.t(one.label()).into_owned()));
    let severities = Severity::ALL.iter().map(|one| (one.code(), l.t(one.label()).into_owned()));
    html! {
            div class="intake-fields" {
                fieldset class="intake-who" {
                    legend { (l.t("intake-who")) }
                    div class="intake-caller" data-fills {
                        (Combobox::new("caller", l.t("intake-caller"), who)
                            .placeholder(l.t("intake-caller-hint")).autofocus().of(form, l))
                    }
                    div class="row two" {
                        (Combobox::new("customer", l.t("field-customer"), "/tickets/ahead/customer").required().of(form, l))
                        (Combobox::new("site", l.t("field-site"), "/tickets/ahead/site").depends_on("customer").of(form, l))
                        (Combobox::new("contact", l.t("field-contact"), "/tickets/ahead/contact").depends_on("customer").of(form, l))
                        (Combobox::new("asset", l.t("field-asset"), "/tickets/ahead/asset").depends_on("customer").of(form, l))
                    }
                    details class="intake-more" open[form.some("caller_name").is_some() || form.some("caller_phone").is_some()] {
                        summary { (l.t("intake-unknown-caller")) }
                        div class="row two" {
                            (Field::text("caller_name", l.t("field-caller-name")).of(form, l))
                            (Field::text("caller_phone", l.t("field-caller-phone")).kind("tel").of(form, l))
                        }
                    }
                }
                fieldset class="intake-what" {
                    legend { (l.t("intake-what")) }
                    (Field::text("title", l.t("field-title")).required().placeholder(l.t("intake-title-hint")).of(form, l))
                    (Choice::one("kind", l.t("field-kind"), kinds).required().of(form, l))
                    div data-faults-only {
                        (Choice::one("impact", l.t("field-impact"), impacts()).unmarked().explained(means).hint(l.t("intake-impact-hint")).of(form, l))
                    }
                    (TextArea::new("description", l.t("field-description")).rows(2).of(form, l))
                    (inputs(l, custom, form))
                    (Check::new("onsite", l.t("intake-onsite")).hint(l.t("intake-onsite-hint")).of(form, l))
                    details class="intake-more" open[form.some("severity").is_some() || form.some("reported_at").is_some()] {
                        summary { (l.t("intake-more")) }
                        div class="row two" {
                            (Select::new("severity", l.t("field-severity"), severities).empty(l.t("intake-severity-proposed")).of(form, l))
                            (Field::text("severity_reason", l.t("field-severity-reason")).of(form, l))
                            (Select::new("channel", l.t("field-channel"), channels).of(form, l))
                            (Field::text("reported_at", l.t("field-reported-at")).kind("datetime-local")
                                .hint(l.t("intake-reported-at-hint")).of(form, l))
                        }
                    }
                }
                (acts)
            }
            aside class="intake-aside" {
                div id="proposal" aria-live="polite" data-proposal {
                    p class="quiet" { (l.t("intake-proposal-empty")) }
                }
                div aria-live="polite" data-like="/search/like" {}
            }
    }
}

/// Reads the form as far as it goes: what was chosen, and the report.
pub fn read(tx: &mut Tx, form: &Form, house: &Zone) -> Result<(Named, ReportForm), Failure> {
    let named = named(tx, form)?;
    let zone = zone_of(tx, named, house)?;
    let reported_at = parse_moment("reported_at", form.get("reported_at"), &zone)?;
    let text = |name: &str| form.get(name).to_owned();
    let report = ReportForm {
        kind: text("kind"),
        title: text("title"),
        description: text("description"),
        channel: text("channel"),
        impact: text("impact"),
        severity: text("severity"),
        severity_reason: text("severity_reason"),
        caller_name: text("caller_name"),
        caller_phone: text("caller_phone"),
        onsite: form.get("onsite") == "yes",
        reported_at,
        external_ref: String::new(),
    };
    Ok((named, report))
}

/// The things of the registry that the form names, by id, or by words where there was no script.
pub fn named(tx: &mut Tx, form: &Form) -> Result<Named, Failure> {
    let mut ids = [None; 4];
    for (place, field) in NAMED.into_iter().enumerate() {
        let text = form.get(&format!("{field}_text")).to_owned();
        ids[place] = match form.get(field).parse::<i64>() {
            Ok(id) => Some(id),
            Err(_) if text.is_empty() => None,
            Err(_) => Some(ahead::by_words(tx, field, &text, ids[0].map(CustomerId).into_iter().collect())?),
        };
    }
    let [customer, site, contact, asset] = ids;
    Ok(Named {
        customer: customer.map(CustomerId),
        site: site.map(SiteId),
        contact: contact.map(ContactId),
        asset: asset.map(AssetId),
    })
}

/// The zone in which the form's moments are told: the site's.
fn zone_of(tx: &mut Tx, named: Named, house: &Zone) -> Result<TimeZone, Failure> {
    let zone = match intake::around(tx, named, house) {
        Ok(around) => around.site.map_or_else(|| house.clone(), |site| site.zone),
        Err(_) => house.clone(),
    };
    Ok(TimeZone::get(zone.as_str()).unwrap_or(TimeZone::UTC))
}

/// The zone of things for which none was chosen.
pub fn house_zone(app: &App) -> Zone {
    let utc = || Zone::parse("zone", "UTC").expect("UTC is a zone");
    Zone::parse("zone", &app.config.zone).unwrap_or_else(|_| utc())
}

/// POST /tickets: takes the report in; the answer is the number.
pub async fn create(app: App, actor: Actor<perm::ReportTicket>, form: Form) -> Result<Response, Failure> {
    let house = house_zone(&app);
    let user = actor.person.id;
    let (kept, split) = (form.clone(), form.some("split").map(str::to_owned));
    let from = split.as_deref().map(number).transpose()?;
    let taken = app
        .change(&actor, move |c| {
            let (named, report) = read(c.tx, &form, &house)?;
            let typed = Typed::of(&form, Asker::Desk);
            let report = intake::read(c.tx, &report, &typed)?;
            let reported = intake::report(c, report, named, Some(user), &house, &typed)?;
            if let Some(from) = from {
                change::split_from(c, &reported, from)?;
            }
            articles::of_report(c, reported.id(), &form, user)?;
            Ok(reported.number())
        })
        .await;
    let (form, status, before) = match taken {
        Ok(number) => {
            return Ok(axum::response::Redirect::to(&format!("/tickets/{number}/receipt")).into_response());
        }
        Err(Failure::Invalid(problems)) => (kept.with(problems), StatusCode::UNPROCESSABLE_ENTITY, None),
        Err(Failure::Refused(refusal)) => {
            (kept, StatusCode::CONFLICT, Some(notice(Tone::Risk, refusal_words(&refusal, &actor.l))))
        }
        Err(failure) => return Err(failure),
    };
    let fields = app.read(|tx| Ok(custom::in_use(tx)?)).await?;
    Ok(page(&actor, &form, &fields, status, before))
}

/// What would become of the report as far as it is typed.
struct Foreseen {
    new: Result<NewTicket, NotTaken>,
    obligations: Vec<Obligation>,
    terms: Option<std::sync::Arc<promise::Terms>>,
    contract: Option<String>,
    open: Vec<Brief>,
}

fn foresee(app: &App, tx: &mut Tx, form: &Form, now: jiff::Timestamp) -> Result<Option<Foreseen>, Failure> {
    let house = house_zone(app);
    // A title is not needed to foresee; everything else counts as far as it is there.
    let mut probe = form.clone();
    if probe.some("title").is_none() {
        probe.set("title", "?");
    }
    let Ok((named, report)) = read(tx, &probe, &house) else { return Ok(None) };
    let Ok(around) = intake::around(tx, named, &house) else { return Ok(None) };
    let Ok(report) = report.read() else { return Ok(None) };
    let new = match take(report.clone(), &around, now) {
        // Shown with what is proposed until the reason is typed.
        Err(NotTaken::Invalid(_)) => {
            let kept = rules::tickets::intake::Report {
                severity_reason: rules::text::Reason::parse("reason", "?").ok(),
                ..report
            };
            take(kept, &around, now)
        }
        other => other,
    };
    let commitment = new.as_ref().ok().and_then(|new| new.commitment);
    let terms = commitment.map(|id| app.library.terms(tx, id)).transpose()?;
    let obligations = match (&new, &terms) {
        (Ok(new), Some(terms)) => door::foresee(terms, new.happened(TicketId(0)))?,
        _ => Vec::new(),
    };
    let contract_id = new.as_ref().ok().and_then(|new| new.contract);
    let contract = around.contracts.iter().find(|(contract, _)| Some(contract.id) == contract_id);
    let contract = contract.map(|(contract, _)| contract.number.clone());
    let open = store::open_of_customer(tx, around.customer, ALREADY_OPEN_MOST)?;
    Ok(Some(Foreseen { new, obligations, terms, contract, open }))
}

/// GET /tickets/proposal: severity, contract and deadlines of the report as it is typed so far.
pub async fn proposal(app: App, actor: Actor<perm::ReportTicket>, search: Search) -> Result<Markup, Failure> {
    let form = Form::of(
        search
            .others(std::iter::empty())
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value.to_owned())),
    );
    let (shared, now) = (app.clone(), actor.l.now);
    let foreseen = app.read(move |tx| foresee(&shared, tx, &form, now)).await?;
    let l = &actor.l;
    let Some(foreseen) = foreseen else {
        return Ok(html! { p class="quiet" { (l.t("intake-proposal-empty")) } });
    };
    Ok(html! {
        @match &foreseen.new {
            Ok(new) => {
                h2 { (l.t("intake-proposal")) }
                p class="proposal-severity" {
                    (words::severity(l, new.severity))
                    @if new.proposed.is_some_and(|proposed| proposed != new.severity) { " " (badge(l.t("intake-changed"))) }
                }
                @if let Some(proposed) = new.proposed { p class="hint" { (l.t(&format!("{}-means", proposed.label()))) } }
                p { (icon(Icon::Contract)) " "
                    @match &foreseen.contract {
                        Some(number) => (l.ta("intake-contract", &[("number", number.clone().into())])),
                        None => (l.t("ticket-no-contract")),
                    }
                }
                (deadlines(l, &foreseen.obligations, foreseen.terms.as_deref(), new.zone.as_str()))
            }
            Err(NotTaken::Refused(refusal)) => (notice(Tone::Risk, refusal_words(refusal, l))),
            Err(NotTaken::Invalid(_)) => {}
        }
        @if !foreseen.open.is_empty() {
            h3 { (l.t("intake-already-open")) }
            ul class="brief-tickets" { @for brief in &foreseen.open { li { (brief_line(l, brief)) } } }
        }
    })
}

/// A ticket in one line, opened in a new tab while a report is being typed.
fn brief_line(l: &L10n, brief: &Brief) -> Markup {
    html! {
        a class="ticket-number" href=(path(brief.id)) target="_blank" { (TicketNumber::of(brief.id).grouped()) }
        " " (words::state(l, brief.state)) " " span { (brief.title) } " " (when(l, brief.reported_at))
    }
}

/// Deadlines as one says them: what, by when, how long from now.
pub fn deadlines(l: &L10n, obligations: &[Obligation], terms: Option<&promise::Terms>, zone: &str) -> Markup {
    let zone = TimeZone::get(zone).unwrap_or(TimeZone::UTC);
    let mut owed: Vec<&Obligation> = obligations.iter().filter(|one| one.state.is_open()).collect();
    owed.sort_by_key(|one| (one.due_at.is_none(), one.due_at));
    html! {
        @if !owed.is_empty() {
            table class="deadlines" {
                caption class="unseen" { (l.t("ticket-promises")) }
                @for one in owed {
                    tr {
                        th scope="row" { (terms::title(l, terms, one)) " " span class="clause" { (one.clause) } }
                        td { @if let Some(due_at) = one.due_at { (words::in_zone(l, due_at, &zone)) } @else { "—" } }
                        td { @if let Some(due_at) = one.due_at { (countdown(l, due_at, one.warn_at.first().copied())) } }
                    }
                }
            }
        }
    }
}

/// GET /tickets/{number}/receipt: the number, large, and the deadlines, to be said to the customer.
pub async fn receipt(
    app: App,
    actor: Actor<perm::ReportTicket>,
    Path(text): Path<String>,
) -> Result<Response, Failure> {
    let id = number(&text)?;
    let shared = app.clone();
    let whole = app.read(move |tx| super::page::Whole::read(&shared, tx, id)).await?;
    let l = &actor.l;
    let shown = TicketNumber::of(id);
    let obligations: Vec<Obligation> = whole.obligations.iter().map(|stored| stored.body.clone()).collect();
    Ok(Page::new(&actor, Section::Tickets, l.t("receipt-title")).crumb("/tickets", l.t("tickets-title")).body(html! {
        div class="receipt" {
            p class="receipt-label" { (l.t("ticket-number")) }
            p class="receipt-number" { (shown.grouped()) }
            p class="actions" {
                button class="button" type="button" data-copy=(shown) { (icon(Icon::Copy)) span { (l.t("ticket-copy-number")) } }
            }
            p class="receipt-say" { (l.ta("receipt-say", &[("number", shown.grouped().into()), ("customer", whole.names.customer.clone().into())])) }
            p { strong { (whole.row.title) } " " (words::severity(l, whole.row.severity)) }
            (deadlines(l, &obligations, whole.terms.as_deref(), &whole.row.zone))
            @if obligations.is_empty() { p class="quiet" { (l.t("ticket-no-contract")) } }
            div class="actions" {
                (link_button(&format!("{}/receipt.pdf", path(id)), Icon::Export, l.t("receipt-paper"), false))
                a class="button primary" href=(path(id)) autofocus { (icon(Icon::Ticket)) span { (l.t("receipt-open")) } }
                a class="button" href="/tickets/new" data-key="n" data-key-label=(l.t("receipt-another")) { (icon(Icon::Add)) span { (l.t("receipt-another")) } }
            }
        }
    }))
}
