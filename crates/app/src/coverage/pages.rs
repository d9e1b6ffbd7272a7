//! The page that says who pays for a unit, and why.

use std::collections::BTreeMap;

use axum::extract::Path;
use axum::response::Response;
use http::StatusCode;
use jiff::civil::Date;
use maud::{Markup, html};
use promise::Terms;
use promise::coverage::{Answer, Impossible, Ledger, PeriodStanding, Phase, Verdict, What};
use rules::access::{Permission, perm};
use rules::coverage::{UnitEventForm, UnitEventKind};
use rules::ids::AssetId;

use super::{Cover, Covers, change};
use crate::App;
use crate::commitments::plain::{attribute_name, attribute_value, period_name, price_words};
use crate::commitments::words;
use crate::kernel::actor::Actor;
use crate::kernel::errors::Failure;
use crate::kernel::form::{Form, Search};
use crate::kernel::notice::{Notice, go};
use crate::layout::components::*;
use crate::layout::icons::Icon;
use crate::layout::l10n::L10n;
use crate::layout::page::{Page, Section, Viewer};
use crate::records::owed::promise_title;

/// The names of the page's own fields; every other one is an attribute of the work.
const DAY: &str = "on";
/// The attribute that says what is done.
const WORK: &str = "work";

/// The address of the page of a unit.
pub fn path(id: AssetId) -> String {
    format!("/assets/{id}/coverage")
}

/// GET /assets/{id}/coverage
pub async fn show(
    app: App,
    actor: Actor<perm::ViewRegistry>,
    Path(id): Path<AssetId>,
    search: Search,
) -> Result<Response, Failure> {
    let may = actor.may(Permission::EditAssets);
    draw(&app, &actor, may, id, &search, &Form::default()).await
}

/// POST /assets/{id}/coverage: something happened that moves the warranty.
pub async fn record(
    app: App,
    actor: Actor<perm::EditAssets>,
    Path(id): Path<AssetId>,
    form: Form,
) -> Result<Response, Failure> {
    let typed = UnitEventForm {
        kind: form.get("kind").to_owned(),
        on: form.get("on").to_owned(),
        reason: form.get("reason").to_owned(),
        replaced: form.get("replaced").to_owned(),
        until: form.get("until").to_owned(),
    };
    let library = app.clone();
    match app.change(&actor, move |c| change::record(c, &library.library, id, &typed)).await {
        Ok(()) => Ok(go(&path(id), Notice::new("notice-unit-event"))),
        Err(Failure::Invalid(problems)) => {
            draw(&app, &actor, true, id, &Search::default(), &form.with(problems)).await
        }
        Err(other) => Err(other),
    }
}

/// The attributes of the work among what was asked.
pub fn attributes(search: &Search) -> BTreeMap<String, String> {
    let asked = search.others(std::iter::once(DAY)).into_iter().filter(|(_, value)| !value.is_empty());
    asked.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

/// The work that is asked about where nothing was said: the first that the contract names.
fn usual_work(cover: &Cover) -> Option<(String, String)> {
    let terms = cover.under.terms.as_ref()?.coverage_terms()?;
    let first = (*terms.attributes().get(WORK)?.first()?).to_owned();
    Some((WORK.to_owned(), first))
}

async fn draw(
    app: &App,
    viewer: &Viewer,
    may: bool,
    id: AssetId,
    search: &Search,
    form: &Form,
) -> Result<Response, Failure> {
    let (l, now) = (&viewer.l, viewer.l.now);
    let on: Option<Date> = search.some(DAY).and_then(|text| text.parse().ok());
    let library = app.clone();
    let cover = app.read(move |tx| Covers::new(&library.library, now).of(tx, id, on)).await?;
    let mut asked = attributes(search);
    if asked.is_empty() && on.is_none() {
        asked.extend(usual_work(&cover));
    }
    let answer = cover.answer(asked.clone());
    let contract = cover.under.contract.map(|id| format!("/contracts/{id}"));
    let acts = html! {
        @if let Some(contract) = &contract { (link_button(contract, Icon::Contract, l.t("coverage-contract"), false)) }
        @if let Some(id) = cover.under.commitment { (link_button(&format!("/commitments/{id}"), Icon::Promise, l.t("coverage-commitment"), false)) }
    };
    let unit = &cover.unit;
    let may = may && !unit.archived && cover.under.terms.is_some();
    let body = html! {
        div class="columns" {
            div {
                @match (&cover.under.terms, &answer) {
                    (Some(terms), Some(Ok(answer))) => {
                        (card(l.t("coverage-who-pays"), html! { (question(l, terms, &cover, &asked)) (verdicts(l, terms, answer, &asked)) }))
                        (card(l.t("coverage-periods"), periods(l, &answer.periods, cover.on)))
                    }
                    (_, Some(Err(wrong))) => (notice(Tone::Bad, impossible(l, wrong))),
                    (Some(_), None) => (empty(Icon::Promise, l.t("coverage-nothing-said"), l.t("coverage-nothing-said-words"), None)),
                    (None, _) => (empty(Icon::Contract, l.t("coverage-no-contract"), l.t("coverage-no-contract-words"), None))
                }
            }
            @if may { div { (card(l.t("coverage-record"), event_form(l, &cover, form))) } }
        }
    };
    Ok(Page::new(viewer, Section::Assets, l.t("coverage-title"))
        .status(if form.problems().is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY })
        .crumb("/assets", l.t("assets-title"))
        .crumb(format!("/assets/{id}"), unit.called().to_owned())
        .lead(l.t("coverage-lead"))
        .actions(acts)
        .body(body))
}

/// What is asked: the day, and every attribute that the contract looks at.
fn question(l: &L10n, terms: &Terms, cover: &Cover, asked: &BTreeMap<String, String>) -> Markup {
    let Some(coverage) = terms.coverage_terms() else { return html! {} };
    html! {
        form class="form coverage-question" method="get" action=(path(cover.unit.id)) data-autosubmit {
            div class="coverage-asked" {
                @for (name, values) in coverage.attributes() {
                    @let chosen = asked.get(name).map_or("", String::as_str);
                    div class="field" {
                        label for={ "ask-" (name) } { (attribute_name(l, name)) }
                        @if values.is_empty() {
                            input class="input" id={ "ask-" (name) } name=(name) value=(chosen) inputmode="numeric";
                        } @else {
                            select class="input" id={ "ask-" (name) } name=(name) {
                                option value="" { (l.t("coverage-not-said")) }
                                @for value in values { option value=(value) selected[value == chosen] { (attribute_value(l, terms, name, value)) } }
                            }
                        }
                    }
                }
                div class="field" {
                    label for="ask-on" { (l.t("coverage-on")) }
                    input class="input" id="ask-on" name=(DAY) type="date" value=(cover.on);
                }
            }
            (submit(l.t("coverage-ask")))
        }
    }
}

/// The three lines of the answer, each with its clause.
fn verdicts(l: &L10n, terms: &Terms, answer: &Answer, asked: &BTreeMap<String, String>) -> Markup {
    let columns = [
        Column::new(l.t("coverage-line")),
        Column::state(l.t("coverage-price")),
        Column::new(l.t("coverage-payer")),
        Column::main(l.t("coverage-because")),
    ];
    let lines = [("labour", &answer.labour), ("parts", &answer.parts), ("travel", &answer.travel)];
    html! {
        @if asked.is_empty() { p class="muted" { (l.t("coverage-ask-hint")) } }
        (table(l.t("coverage-who-pays"), &columns, html! { @for (line, verdict) in lines {
            tr {
                td { strong { (l.t(&format!("line-{line}"))) } }
                @match verdict {
                    Some(verdict) => { (line_of(l, terms, verdict)) }
                    None => {
                        td { (chip(Tone::Risk, Icon::Risk, l.t("coverage-undecided"))) }
                        td { "–" }
                        td { (l.t("coverage-undecided-words")) }
                    }
                }
            }
        } }))
        (clauses(l, terms, answer))
    }
}

/// The clauses that the answer rests on, as they were signed; each once.
fn clauses(l: &L10n, terms: &Terms, answer: &Answer) -> Markup {
    let lines = [&answer.labour, &answer.parts, &answer.travel].into_iter().flatten();
    let mut ids: Vec<&str> = lines.map(|verdict| verdict.clause.as_str()).collect();
    ids.sort_unstable();
    ids.dedup();
    html! { @for clause in ids.into_iter().filter_map(|id| terms.clause(id)) {
        @if let Some(text) = words(l, &clause.text) {
            blockquote class="signed" { span class="clause" { (clause.id) } " " (text) }
        }
    } }
}

fn line_of(l: &L10n, terms: &Terms, verdict: &Verdict) -> Markup {
    use promise::coverage::{Payer, Price};
    let free = matches!(verdict.price, Price::Free);
    let (tone, drawing) = if free { (Tone::Met, Icon::OnTime) } else { (Tone::Info, Icon::Info) };
    let payer = match verdict.payer {
        Payer::Provider => "coverage-we-pay",
        Payer::Customer => "coverage-customer-pays",
    };
    html! {
        td { (chip(tone, drawing, price_words(l, verdict.price))) }
        td { (l.t(payer)) }
        td {
            span class="clause" { (verdict.clause) } " " (promise_title(l, Some(terms), &verdict.entry))
            @if !verdict.contradicted_by.is_empty() {
                (notice(Tone::Bad, l.ta("coverage-contradicted", &[("by", titles(l, terms, &verdict.contradicted_by).into())])))
            }
            @if !verdict.set_aside.is_empty() {
                small { (l.ta("coverage-set-aside", &[("entries", titles(l, terms, &verdict.set_aside).into())])) }
            }
        }
    }
}

fn titles(l: &L10n, terms: &Terms, ids: &[String]) -> String {
    let titles: Vec<_> = ids.iter().map(|id| promise_title(l, Some(terms), id)).collect();
    titles.join(&l.t("words-between"))
}

fn periods(l: &L10n, periods: &[PeriodStanding], on: Date) -> Markup {
    html! { @for period in periods {
        section class="coverage-period" {
            h3 { (period_name(l, &period.name)) " " (phase(l, period.phase)) }
            @match &period.ledger {
                Some(ledger) => { (bar(l, ledger, on)) (lines(l, ledger)) }
                None => p class="muted" { (l.t("coverage-not-begun")) }
            }
        }
    } }
}

fn phase(l: &L10n, phase: Phase) -> Markup {
    match phase {
        Phase::Before => chip(Tone::Plain, Icon::Clock, l.t("coverage-before")),
        Phase::During => chip(Tone::Met, Icon::OnTime, l.t("coverage-during")),
        Phase::After => chip(Tone::Void, Icon::Void, l.t("coverage-after")),
    }
}

/// The period as a bar from its first day to its last, what lengthened it in another colour, the day as a mark.
fn bar(l: &L10n, ledger: &Ledger, on: Date) -> Markup {
    const WIDTH: f64 = 400.0;
    let (from, original, to) = (ledger.started_on, ledger.original_end_on(), ledger.end_on());
    let days = |until: Date| f64::from(from.until(until).map_or(0, |span| span.get_days()));
    let last = if on > to { on } else { to };
    let whole = days(last).max(1.0);
    let x = |day: Date| (days(day) / whole * WIDTH).clamp(0.0, WIDTH);
    let said = l.ta(
        "coverage-bar-said",
        &[("from", l.date(from).into()), ("to", l.date(to).into()), ("on", l.date(on).into())],
    );
    html! {
        svg class="coverage-bar" viewBox="0 0 400 26" role="img" aria-label=(said) preserveAspectRatio="none" {
            rect class="bar-all" x="0" y="8" width="400" height="10" rx="2" {}
            rect class="plot-met" x="0" y="8" width=(format!("{:.1}", x(original))) height="10" rx="2" {}
            rect class="plot-open" x=(format!("{:.1}", x(original))) y="8" width=(format!("{:.1}", x(to) - x(original))) height="10" {}
            @if on >= from { rect class="bar-mark" x=(format!("{:.1}", (x(on) - 1.0).max(0.0))) y="2" width="2" height="22" {} }
        }
        p class="coverage-ends" { span { (l.date(from)) } span { (l.date(to)) } }
    }
}

/// The ledger line by line: what counted, and the end that it led to.
fn lines(l: &L10n, ledger: &Ledger) -> Markup {
    html! {
        ol class="lines" { @for line in &ledger.lines { li {
            span { (what(l, &line.what)) }
            small { (l.ta("coverage-until", &[("on", l.date(line.end_on).into())])) }
        } } }
    }
}

fn what(l: &L10n, what: &What) -> String {
    let day = |on: &Date| l.date(*on);
    match what {
        What::Ours { started_on, months } => {
            l.ta("coverage-ours", &[("on", day(started_on).into()), ("months", (*months).into())])
        }
        What::Known { started_on } => l.ta("coverage-known", &[("on", day(started_on).into())]),
        What::LongerByManufacturer { .. } => l.t("coverage-longer"),
        What::Extended { out_on, back_on, days, reason, .. } => l.ta(
            "coverage-extended",
            &[
                ("from", day(out_on).into()),
                ("to", day(back_on).into()),
                ("days", (*days).into()),
                ("reason", reason.as_str().into()),
            ],
        ),
        What::AfterTheEnd { out_on, reason } => {
            l.ta("coverage-out-after-end", &[("on", day(out_on).into()), ("reason", reason.as_str().into())])
        }
        What::Inherited { from, replaced_on } => {
            l.ta("coverage-inherited", &[("unit", from.as_str().into()), ("on", day(replaced_on).into())])
        }
    }
    .into_owned()
}

/// Why no answer can be given, and the mend.
pub fn impossible(l: &L10n, wrong: &Impossible) -> String {
    match wrong {
        Impossible::BackBeforeOut { out_on, back_on } => l
            .ta(
                "coverage-back-before-out",
                &[("out", l.date(*out_on).into()), ("back", l.date(*back_on).into())],
            )
            .into_owned(),
        Impossible::OutOfCalendar => l.t("coverage-out-of-calendar").into_owned(),
    }
}

fn event_form(l: &L10n, cover: &Cover, form: &Form) -> Markup {
    let kinds = UnitEventKind::ALL.iter().map(|kind| (kind.code(), l.t(kind.label()).into_owned()));
    let mut form = form.clone();
    if form.get("kind").is_empty() {
        let usual = if cover.out_since().is_some() {
            UnitEventKind::BackInService
        } else {
            UnitEventKind::OutOfService
        };
        form.set("kind", usual.code());
    }
    if form.get("on").is_empty() {
        form.set("on", cover.on.to_string());
    }
    let form = &form;
    html! {
        @if let Some(since) = cover.out_since() {
            (notice(Tone::Risk, l.ta("coverage-out-since", &[("on", l.date(since).into())])))
        }
        form class="form" method="post" action=(path(cover.unit.id)) data-keep {
            (error_summary(form, l))
            (Choice::one("kind", l.t("coverage-what-happened"), kinds).required().of(form, l))
            (Field::text("on", l.t("coverage-day")).kind("date").short().of(form, l))
            (Field::text("reason", l.t("coverage-reason")).hint(l.t("coverage-reason-hint")).of(form, l))
            (Combobox::new("replaced", l.t("coverage-replaced"), format!("/lookup/assets?customer={}", cover.unit.customer_id)).hint(l.t("coverage-replaced-hint")).of(form, l))
            (Field::text("until", l.t("coverage-manufacturer-until")).kind("date").short().hint(l.t("coverage-manufacturer-hint")).of(form, l))
            (submit(l.t("coverage-record-submit")))
        }
    }
}

/// The end of a warranty as a chip, for the page of a unit and for the desk.
pub fn warranty_chip(l: &L10n, cover: &Cover) -> Markup {
    let Some(ledger) = cover.warranty() else { return html! {} };
    let (end_on, is_over) = (ledger.end_on(), cover.on > ledger.end_on());
    let (tone, drawing, key) = if is_over {
        (Tone::Void, Icon::Void, "coverage-warranty-over")
    } else {
        (Tone::Met, Icon::Promise, "coverage-warranty-until")
    };
    chip(tone, drawing, l.ta(key, &[("on", l.date(end_on).into())]))
}
