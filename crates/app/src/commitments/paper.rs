//! The commitment on paper, for the customer to sign: the clauses, beside each what is executed in plain words,
//! what was agreed, the calendars, the digest of the file, and where both sides sign (C7.8).

use axum::extract::Path;
use axum::response::Response;
use ledger::checkpoint::{self, StoredCheckpoint};
use promise::checker::{self, Finding};
use promise::{Calendar, Terms};
use rules::access::perm;
use rules::ids::{CommitmentId, ContractId};
use serde_json::{Map, Value, json};

use super::plain;
use super::show::said;
use super::store::{self, BoundContract, CommitmentRow};
use super::{title, words};
use crate::App;
use crate::kernel::actor::Actor;
use crate::kernel::errors::Failure;
use crate::kernel::form::Search;
use crate::layout::l10n::L10n;
use crate::layout::paper::Sheet;

const TEMPLATE: &str = include_str!("commitment.typ");

/// GET /commitments/{id}/paper.pdf: of a contract that it binds, with `?contract=`.
pub async fn show(
    app: App,
    actor: Actor<perm::ViewPromises>,
    Path(id): Path<CommitmentId>,
    search: Search,
) -> Result<Response, Failure> {
    let contract: Option<ContractId> = search.get("contract").parse().ok();
    let (shared, today) = (app.clone(), actor.l.now.to_zoned(app.config.time_zone()).date());
    let (row, terms, contract, sealed) = app
        .read(move |tx| {
            let row = store::find(tx, id)?.ok_or(Failure::NotFound)?;
            let terms = shared.library.terms(tx, id)?;
            let contract = match contract {
                Some(contract) => {
                    Some(store::bound_contract(tx, id, contract, today)?.ok_or(Failure::NotFound)?)
                }
                None => None,
            };
            Ok((row, terms, contract, checkpoint::latest(tx)?))
        })
        .await?;
    let name = format!("{}-{}", row.name, row.version);
    let house = app.house();
    sheet(&actor.l, &row, &terms, contract.as_ref(), sealed.as_ref(), house.name.as_deref())
        .answer(&app, &name)
        .await
}

/// The document of a version; with the parties filled in where it is of one contract.
pub fn sheet(
    l: &L10n,
    row: &CommitmentRow,
    terms: &Terms,
    contract: Option<&BoundContract>,
    sealed: Option<&StoredCheckpoint>,
    company: Option<&str>,
) -> Sheet {
    let name = title(l, &row.title, &row.name, &row.version);
    let findings = checker::check(terms);
    let mut data = Map::new();
    data.insert("title".into(), json!(words(l, &row.title).unwrap_or(&row.name)));
    data.insert("words".into(), fixed_words(l));
    data.insert("particulars".into(), particulars(l, row, contract));
    data.insert("clauses".into(), clauses(l, terms));
    data.insert("readings".into(), readings(l, terms));
    data.insert("open".into(), open(l, &findings));
    data.insert("calendars".into(), calendars(l, terms));
    data.insert("digest".into(), json!(row.sha256));
    data.insert("checkpoint".into(), sealed.map_or(Value::Null, |sealed| proof(l, sealed)));
    let blanks = |keys: [&str; 4]| keys.map(|key| l.t(key).into_owned());
    let to_fill =
        blanks(["paper-blank-seal", "paper-blank-representative", "paper-blank-post", "paper-blank-date"]);
    let customer = contract.map(|contract| contract.customer.as_str());
    data.insert(
        "customer".into(),
        json!({ "title": l.t("paper-party-customer"), "name": customer, "blanks": to_fill }),
    );
    data.insert(
        "provider".into(),
        json!({ "title": l.t("paper-party-provider"), "name": company, "blanks": to_fill }),
    );
    Sheet::new(l, TEMPLATE, name.clone(), data).running(name)
}

fn fixed_words(l: &L10n) -> Value {
    json!({
        "lead": l.t("paper-lead"),
        "clauses": l.t("commitment-clauses"),
        "signed": l.t("paper-as-signed"),
        "executed": l.t("paper-as-executed"),
        "none": l.t("commitment-clause-no-promise"),
        "readings": l.t("paper-readings"),
        "readings_lead": l.t("paper-readings-lead"),
        "open": l.t("paper-open"),
        "open_lead": l.t("paper-open-lead"),
        "calendars": l.t("paper-calendars"),
        "proof": l.t("paper-proof"),
        "proof_lead": l.t("paper-proof-lead"),
        "digest": l.t("paper-digest"),
        "signatures": l.t("paper-signatures"),
        "signatures_lead": l.t("paper-signatures-lead"),
    })
}

fn particulars(l: &L10n, row: &CommitmentRow, contract: Option<&BoundContract>) -> Value {
    let mut pairs = vec![
        (l.t("commitment-name"), format!("{} {}", row.name, row.version)),
        (
            l.t("label-effective-on"),
            row.effective_on.map_or_else(|| "\u{2013}".to_owned(), |on| on.to_string()),
        ),
        (l.t("commitment-published-at"), l.datetime(row.published_at)),
        (l.t("paper-printed-at"), l.datetime(l.now)),
    ];
    if let Some(contract) = contract {
        pairs.insert(0, (l.t("label-customer"), contract.customer.clone()));
        pairs.insert(1, (l.t("paper-contract"), format!("{} {}", contract.number, contract.title)));
    }
    json!(pairs.into_iter().map(|(name, value)| [name.into_owned(), value]).collect::<Vec<_>>())
}

fn clauses(l: &L10n, terms: &Terms) -> Value {
    let clause = |clause: &promise::terms::Clause| {
        let promises = terms.promises().iter().filter(|promise| promise.clause == clause.id).map(|promise| {
            let said = plain::say(l, terms, promise);
            json!({ "title": said.title, "kind": said.kind, "sentence": said.sentence, "rows": said.rows })
        });
        json!({
            "id": clause.id,
            "title": words(l, &clause.title),
            "text": words(l, &clause.text).unwrap_or_default(),
            "promises": promises.collect::<Vec<_>>(),
        })
    };
    json!(terms.clauses().iter().map(clause).collect::<Vec<_>>())
}

fn readings(l: &L10n, terms: &Terms) -> Value {
    let reading = |reading: &promise::terms::Reading| {
        json!({
            "clause": reading.clause,
            "agreed": words(l, &reading.agreed).unwrap_or_default(),
            "on": reading.agreed_on.map(|on| on.to_string()).unwrap_or_default(),
        })
    };
    json!(terms.readings().iter().map(reading).collect::<Vec<_>>())
}

/// What is not agreed yet: whoever signs is to know it.
fn open(l: &L10n, findings: &[Finding]) -> Value {
    let open = findings.iter().filter(|finding| finding.agreed.is_none() && finding.clause.is_some());
    json!(
        open.map(|finding| json!({ "clause": finding.clause, "message": said(l, finding) }))
            .collect::<Vec<_>>()
    )
}

fn calendars(l: &L10n, terms: &Terms) -> Value {
    let mut seen: Vec<&Calendar> = Vec::new();
    for calendar in terms.promises().iter().flat_map(|promise| promise.rule.calendars()) {
        if !seen.iter().any(|known| known.id() == calendar.id()) {
            seen.push(calendar);
        }
    }
    let told = |calendar: &&Calendar| {
        let hours = calendar.hours(None);
        let zone = if calendar.follows_site() {
            l.t("paper-zone-of-site").into_owned()
        } else {
            hours.zone_name().to_string()
        };
        let mut said = if hours.is_always_open() {
            l.t("paper-calendar-always").into_owned()
        } else {
            l.ta("paper-calendar-zone", &[("zone", zone.into())]).into_owned()
        };
        let exceptions = calendar.exceptions();
        let closed = exceptions.iter().filter(|(_, _, is_worked)| !is_worked).count();
        if !exceptions.is_empty() {
            let args = [("closed", closed.into()), ("worked", (exceptions.len() - closed).into())];
            said.push_str(&l.ta("paper-calendar-days", &args));
        }
        if let Some(until) = calendar.known_until() {
            said.push_str(&l.ta("paper-calendar-known", &[("on", until.to_string().into())]));
        }
        json!({
            "title": words(l, calendar.title()).unwrap_or(calendar.id()),
            "label": format!("{}@{}", calendar.id(), calendar.version()),
            "words": said,
        })
    };
    json!(seen.iter().map(told).collect::<Vec<_>>())
}

fn proof(l: &L10n, sealed: &StoredCheckpoint) -> Value {
    let args = [("size", l.number(sealed.size).into()), ("at", l.datetime(sealed.signed_at).into())];
    let note: Vec<&str> = sealed.note.lines().filter(|line| !line.is_empty()).collect();
    json!({ "words": l.ta("paper-checkpoint", &args), "note": note })
}
