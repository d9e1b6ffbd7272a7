//! The receipt of a report on paper: the number large, the deadlines with their clauses, the hotline, and a code
//! that opens the ticket (C7.2, C7.8).

use axum::extract::Path;
use axum::response::Response;
use promise::{Obligation, Terms};
use qrcode::QrCode;
use qrcode::render::svg;
use rules::access::perm;
use rules::tickets::number::TicketNumber;
use serde_json::{Map, Value, json};

use super::change::{number, path};
use super::page::Whole;
use super::terms;
use crate::commitments::plain;
use crate::kernel::actor::Actor;
use crate::kernel::errors::Failure;
use crate::kernel::state::App;
use crate::layout::l10n::L10n;
use crate::layout::paper::Sheet;

const TEMPLATE: &str = include_str!("receipt.typ");
/// The side of a module of the code, before the page scales it. Units: pixels.
const MODULE_PX: u32 = 4;

/// GET /tickets/{number}/receipt.pdf
pub async fn show(
    app: App,
    actor: Actor<perm::ReportTicket>,
    Path(text): Path<String>,
) -> Result<Response, Failure> {
    let id = number(&text)?;
    let shared = app.clone();
    let whole = app.read(move |tx| Whole::read(&shared, tx, id)).await?;
    let address = format!("{}{}", app.config.public_url, path(id));
    let name = TicketNumber::of(id).to_string();
    sheet(&actor.l, &whole, &address)?.answer(&app, &name).await
}

fn sheet(l: &L10n, whole: &Whole, address: &str) -> Result<Sheet, Failure> {
    let shown = TicketNumber::of(whole.row.id).grouped();
    let title = l.ta("receipt-paper-title", &[("number", shown.clone().into())]);
    let mut data = Map::new();
    data.insert("number".into(), json!(shown));
    data.insert("title".into(), json!(whole.row.title));
    data.insert("address".into(), json!(address));
    data.insert(
        "words".into(),
        json!({
            "number": l.t("ticket-number"),
            "scan": l.t("receipt-scan"),
            "promises": l.t("ticket-promises"),
            "none": l.t("ticket-no-contract"),
            "ask": l.t("receipt-ask"),
        }),
    );
    data.insert("particulars".into(), particulars(l, whole));
    let obligations: Vec<&Obligation> = whole.obligations.iter().map(|stored| &stored.body).collect();
    data.insert("promises".into(), promises(l, whole, &obligations));
    Ok(Sheet::new(l, TEMPLATE, title, data).size("a5").file("/code.svg", code(address)?))
}

fn particulars(l: &L10n, whole: &Whole) -> Value {
    let reported = l.datetime_in(whole.row.reported_at, &whole.zone);
    let severity = l.t(whole.row.severity.label()).into_owned();
    let pairs = [
        ("label-customer", Some(whole.names.customer.clone())),
        ("label-site", whole.names.site.clone()),
        ("ticket-reported-at", Some(reported)),
        ("field-severity", Some(severity)),
    ];
    json!(
        pairs
            .into_iter()
            .filter_map(|(key, value)| Some([l.t(key).into_owned(), value?]))
            .collect::<Vec<_>>()
    )
}

/// What is owed now, the nearest deadline first, each with what the clause says in plain words.
fn promises(l: &L10n, whole: &Whole, obligations: &[&Obligation]) -> Value {
    let mut owed: Vec<&&Obligation> = obligations.iter().filter(|one| one.state.is_open()).collect();
    owed.sort_by_key(|one| (one.due_at.is_none(), one.due_at));
    let terms: Option<&Terms> = whole.terms.as_deref();
    let told = |one: &&Obligation| {
        let promise = terms.and_then(|terms| Some((terms, terms.promise(one.promise.as_str())?)));
        let sentence = promise.map(|(terms, promise)| plain::say(l, terms, promise).sentence);
        let due = one.due_at.map_or_else(
            || {
                l.t(if one.state == promise::State::Paused {
                    "obligation-paused"
                } else {
                    "obligation-running"
                })
                .into_owned()
            },
            |due_at| l.datetime_in(due_at, &whole.zone),
        );
        json!({
            "title": terms::title(l, terms, one),
            "clause": one.clause,
            "due": due,
            "sentence": sentence.unwrap_or_default(),
        })
    };
    json!(owed.into_iter().map(told).collect::<Vec<_>>())
}

fn code(address: &str) -> Result<String, Failure> {
    let code = QrCode::new(address).map_err(Failure::broke)?;
    Ok(code.render::<svg::Color<'_>>().module_dimensions(MODULE_PX, MODULE_PX).quiet_zone(false).build())
}
