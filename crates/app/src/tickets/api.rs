//! Tickets for programs: an intake is one `POST` that returns the number and the deadlines; every verb is a
//! `POST` to its resource. The same decisions as on the pages, the same refusals.

use axum::Json;
use axum::extract::{Path, Request};
use axum::response::{IntoResponse, Response};
use db::Query;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use rules::access::{Permission, perm};
use rules::ids::*;
use rules::text::Reason;
use rules::tickets::Relation;
use rules::tickets::intake::ReportForm;
use rules::tickets::number::TicketNumber;
use rules::tickets::verb::{Verb, VerbName};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::{OpenApi, ToSchema};

use super::change;
use super::intake::{self, Named};
use super::page::Whole;
use super::store::{self, TicketRow};
use super::{edit, files, new, terms, words};
use crate::api::{Body, IfMatch, Listed, Paging, PagingParams, created};
use crate::kernel::actor::Actor;
use crate::kernel::errors::Failure;
use crate::kernel::form::Form;
use crate::kernel::state::App;

/// A report of a customer.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct NewTicketBody {
    /// Whose matter it is; follows from the asset, contact or site where one is given.
    customer: Option<i64>,
    /// Where.
    site: Option<i64>,
    /// Who reports.
    contact: Option<i64>,
    /// Which unit.
    asset: Option<i64>,
    /// `fault` (the default), `consultation`, `change-request`, `third-party-work`, `complaint`.
    #[schema(example = "fault")]
    kind: String,
    /// In one line, what is the matter.
    #[schema(example = "Core switch on floor 3 is offline")]
    title: String,
    /// What exactly.
    description: String,
    /// How it came; `api` by default.
    channel: String,
    /// What it does to the service, needed for a fault: `message-only`, `disrupted`, `total-outage`.
    #[schema(example = "disrupted")]
    impact: String,
    /// `level1`, `level2`, `level3` or `emergency`; empty takes the proposed one.
    severity: String,
    /// Why not the proposed one.
    severity_reason: String,
    /// The caller's name, where no contact is given.
    caller_name: String,
    /// The caller's telephone number.
    caller_phone: String,
    /// Whether the customer wants an engineer on site.
    onsite: bool,
    /// When it was reported, if not now.
    #[schema(value_type = Option<String>, format = DateTime)]
    reported_at: Option<Timestamp>,
    /// The number at another desk; unique.
    external_ref: String,
}

/// A ticket.
#[derive(Debug, Serialize, ToSchema)]
pub struct TicketBody {
    /// The number (故障号码): digits, the last a check digit.
    #[schema(example = "100014")]
    number: String,
    /// Counts the changes; send it back as `version` or `If-Match` to be told of others' changes.
    version: i64,
    kind: String,
    state: String,
    severity: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    proposed_severity: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    impact: Option<String>,
    channel: String,
    title: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    customer: i64,
    site: Option<i64>,
    contact: Option<i64>,
    contract: Option<i64>,
    asset: Option<i64>,
    caller_name: Option<String>,
    caller_phone: Option<String>,
    /// The zone in which its days count.
    zone: String,
    team: Option<i64>,
    assignee: Option<i64>,
    #[schema(value_type = String, format = DateTime)]
    reported_at: Timestamp,
    #[schema(value_type = Option<String>, format = DateTime)]
    handled_at: Option<Timestamp>,
    waiting: Option<WaitingBody>,
    #[schema(value_type = Option<String>, format = DateTime)]
    restored_at: Option<Timestamp>,
    #[schema(value_type = Option<String>, format = DateTime)]
    resolved_at: Option<Timestamp>,
    #[schema(value_type = Option<String>, format = DateTime)]
    closed_at: Option<Timestamp>,
    cause: Option<String>,
    /// The number of the ticket in which it lives on.
    merged_into: Option<String>,
    external_ref: Option<String>,
    /// The deadline that runs out first.
    #[schema(value_type = Option<String>, format = DateTime)]
    next_due_at: Option<Timestamp>,
    next_promise: Option<String>,
    /// Everything that is or was owed; absent in lists.
    #[serde(skip_serializing_if = "Option::is_none")]
    obligations: Option<Vec<ObligationBody>>,
}

/// A question that is out.
#[derive(Debug, Serialize, ToSchema)]
pub struct WaitingBody {
    /// `customer`, `manufacturer`, `third-party` or `ourselves`.
    addressee: String,
    question: String,
    #[schema(value_type = String, format = DateTime)]
    since_at: Timestamp,
}

/// Something owed under a promise.
#[derive(Debug, Serialize, ToSchema)]
pub struct ObligationBody {
    /// The promise's id in the commitment file.
    #[schema(example = "respond")]
    promise: String,
    /// Its name in the language of `Accept-Language`.
    title: String,
    #[schema(example = "C7.5")]
    clause: String,
    /// The commitment and its version.
    #[schema(example = "standard@1")]
    terms: String,
    cycle: u32,
    /// `running`, `paused`, `met`, `late`, `breached`, `waived`, `void`.
    state: String,
    /// `provider`, `customer`, `manufacturer`, `third_party`.
    debtor: String,
    #[schema(value_type = String, format = DateTime)]
    started_at: Timestamp,
    #[schema(value_type = Option<String>, format = DateTime)]
    due_at: Option<Timestamp>,
    /// What the terms alone give, without agreements.
    #[schema(value_type = Option<String>, format = DateTime)]
    original_due_at: Option<Timestamp>,
    #[schema(value_type = Option<String>, format = DateTime)]
    ended_at: Option<Timestamp>,
    /// Whether both sides agreed to another deadline.
    amended: bool,
    /// The facts that show it, by sequence number.
    evidence: Vec<u64>,
}

/// Something that happened with a ticket.
#[derive(Debug, Serialize, ToSchema)]
pub struct FactBody {
    seq: i64,
    #[schema(example = "ticket.reported")]
    name: String,
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    learned_at: Timestamp,
    #[schema(example = "user:3")]
    by: String,
    #[schema(value_type = Object)]
    data: Map<String, Value>,
    /// Its place in the history tree, once it is sealed.
    leaf: Option<i64>,
}

/// What is said with a verb. Which fields a verb takes is told at each; `version` is the one that was seen.
#[derive(Debug, Default, Deserialize, Serialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct VerbBody {
    /// The version that was seen; with another one stored, nothing is done (409).
    #[serde(skip_serializing)]
    version: Option<i64>,
    /// When it happened, if not now; without an offset, in the ticket's zone.
    at: Option<String>,
    note: Option<String>,
    reason: Option<String>,
    addressee: Option<String>,
    addressee_name: Option<String>,
    question: Option<String>,
    answer: Option<String>,
    cause: Option<String>,
    solution: Option<String>,
    contact: Option<i64>,
    severity: Option<String>,
    team: Option<i64>,
    assignee: Option<i64>,
    engineer: Option<i64>,
    position: Option<String>,
    document: Option<String>,
    text: Option<String>,
    visibility: Option<String>,
    promise: Option<String>,
    due_at: Option<String>,
}

/// Particulars to correct; what is left out stays.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct EditBody {
    title: Option<String>,
    description: Option<String>,
    site: Option<i64>,
    contact: Option<i64>,
    asset: Option<i64>,
    caller_name: Option<String>,
    caller_phone: Option<String>,
}

/// Another ticket.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LinkBody {
    /// Its number.
    other: String,
    /// `related`, `caused-by` or `duplicate`.
    relation: String,
}

/// The ticket to merge into.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MergeBody {
    /// Its number.
    into: String,
    #[serde(default)]
    reason: String,
    #[serde(default)]
    version: Option<i64>,
}

/// Whether to watch.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WatchBody {
    watch: bool,
}

/// Files that were added.
#[derive(Debug, Serialize, ToSchema)]
pub struct FilesBody {
    /// The ids, in the order in which the files were sent.
    ids: Vec<i64>,
}

fn ticket_body(row: &TicketRow) -> TicketBody {
    let code = |text: &str| text.to_owned();
    let waiting = row.ticket().waiting.map(|waiting| WaitingBody {
        addressee: code(waiting.addressee.code()),
        question: waiting.question,
        since_at: waiting.since_at,
    });
    TicketBody {
        number: TicketNumber::of(row.id).to_string(),
        version: row.version,
        kind: code(row.kind.code()),
        state: code(row.state.code()),
        severity: code(row.severity.code()),
        proposed_severity: row.proposed_severity.map(|one| code(one.code())),
        impact: row.impact.map(|one| code(one.code())),
        channel: code(row.channel.code()),
        title: row.title.clone(),
        description: row.description.clone(),
        customer: row.customer_id.get(),
        site: row.site_id.map(SiteId::get),
        contact: row.contact_id.map(ContactId::get),
        contract: row.contract_id.map(ContractId::get),
        asset: row.asset_id.map(AssetId::get),
        caller_name: row.caller_name.clone(),
        caller_phone: row.caller_phone.clone(),
        zone: row.zone.clone(),
        team: row.team_id.map(TeamId::get),
        assignee: row.assignee_id.map(UserId::get),
        reported_at: row.reported_at,
        handled_at: row.handled_at,
        waiting,
        restored_at: row.restored_at,
        resolved_at: row.resolved_at,
        closed_at: row.closed_at,
        cause: row.cause.map(|one| code(one.code())),
        merged_into: row.merged_into_id.map(|id| TicketNumber::of(id).to_string()),
        external_ref: row.external_ref.clone(),
        next_due_at: row.next_due_at,
        next_promise: row.next_promise.clone(),
        obligations: None,
    }
}

/// The ticket with everything that is owed, as it stands now.
async fn whole<P>(app: &App, actor: &Actor<P>, id: TicketId) -> Result<TicketBody, Failure> {
    let shared = app.clone();
    let l = actor.l.clone();
    app.read(move |tx| {
        let row = store::find(tx, id)?.ok_or(Failure::NotFound)?;
        let read = row.commitment_id.map(|commitment| shared.library.terms(tx, commitment)).transpose()?;
        let owed = terms::obligations(tx, id)?.into_iter().map(|stored| {
            let title = terms::title(&l, read.as_deref(), &stored.body);
            let body = stored.body;
            ObligationBody {
                promise: body.promise.as_str().to_owned(),
                title,
                clause: body.clause.to_string(),
                terms: body.terms.to_string(),
                cycle: body.cycle,
                state: body.state.as_str().to_owned(),
                debtor: body.debtor.as_str().to_owned(),
                started_at: body.started_at,
                due_at: body.due_at,
                original_due_at: body.original_due_at,
                ended_at: body.state.ended_at(),
                amended: body.is_amended(),
                evidence: body.evidence,
            }
        });
        Ok(TicketBody { obligations: Some(owed.collect()), ..ticket_body(&row) })
    })
    .await
}

fn address(id: TicketId) -> String {
    format!("/api/v1/tickets/{}", TicketNumber::of(id))
}

/// Report a ticket: the answer has the number and the deadlines.
#[utoipa::path(post, path = "/api/v1/tickets", tag = "Tickets", request_body = NewTicketBody,
    responses((status = 201, description = "The ticket", body = TicketBody)))]
pub async fn create(
    app: App,
    actor: Actor<perm::ReportTicket>,
    Body(body): Body<NewTicketBody>,
) -> Result<Response, Failure> {
    let named = Named {
        customer: body.customer.map(CustomerId),
        site: body.site.map(SiteId),
        contact: body.contact.map(ContactId),
        asset: body.asset.map(AssetId),
    };
    let form = ReportForm {
        kind: body.kind,
        title: body.title,
        description: body.description,
        channel: if body.channel.is_empty() { "api".to_owned() } else { body.channel },
        impact: body.impact,
        severity: body.severity,
        severity_reason: body.severity_reason,
        caller_name: body.caller_name,
        caller_phone: body.caller_phone,
        onsite: body.onsite,
        reported_at: body.reported_at,
        external_ref: body.external_ref,
    };
    let report = form.read()?;
    let (user, house) = (actor.person.id, new::house_zone(&app));
    let id =
        app.change(&actor, move |c| Ok(intake::report(c, report, named, Some(user), &house)?.id)).await?;
    created(&address(id), &whole(&app, &actor, id).await?)
}

/// Every ticket, newest first.
#[utoipa::path(get, path = "/api/v1/tickets", tag = "Tickets",
    params(PagingParams,
        ("state" = Option<Vec<String>>, Query, description = "Any of these states"),
        ("severity" = Option<Vec<String>>, Query, description = "Any of these severities"),
        ("kind" = Option<Vec<String>>, Query, description = "Any of these kinds"),
        ("customer" = Option<i64>, Query, description = "Of this customer"),
        ("site" = Option<i64>, Query, description = "At this site"),
        ("asset" = Option<i64>, Query, description = "Of this asset"),
        ("assignee" = Option<i64>, Query, description = "Given to this person"),
        ("external_ref" = Option<String>, Query, description = "With this number at another desk")),
    responses((status = 200, description = "A page of tickets", body = Listed<TicketBody>)))]
pub async fn list(app: App, _: Actor<perm::ViewTickets>, paging: Paging) -> Result<Response, Failure> {
    let after: Option<i64> = paging.after()?;
    let search = paging.search();
    let mut query = Query::of(&store::ROWS).and_some("id < ?", after);
    for name in ["customer", "site", "asset", "assignee"] {
        let Some(text) = search.some(name) else { continue };
        let id: i64 = text.parse().map_err(|_| Failure::field("id", "error-unknown-choice"))?;
        query = query.and(&format!("{name}_id = ?"), id);
    }
    for name in ["state", "severity", "kind"] {
        let chosen: Vec<String> = search.all(name).map(str::to_owned).collect();
        if !chosen.is_empty() {
            query = query.and_in(name, &chosen);
        }
    }
    let query =
        query.and_some("external_ref = ?", search.some("external_ref")).order("id DESC").limit(paging.rows());
    let rows = app.read(move |tx| Ok(tx.list(&query)?)).await?;
    paging.answer(rows, |row: &TicketRow| row.id.get(), |row| ticket_body(&row))
}

/// One ticket with everything that is owed.
#[utoipa::path(get, path = "/api/v1/tickets/{number}", tag = "Tickets",
    params(("number" = String, Path, description = "The ticket number")),
    responses((status = 200, description = "The ticket", body = TicketBody)))]
pub async fn show(
    app: App,
    actor: Actor<perm::ViewTickets>,
    Path(text): Path<String>,
) -> Result<Json<TicketBody>, Failure> {
    Ok(Json(whole(&app, &actor, change::number(&text)?).await?))
}

/// Everything that happened with a ticket, in order.
#[utoipa::path(get, path = "/api/v1/tickets/{number}/facts", tag = "Tickets",
    params(("number" = String, Path, description = "The ticket number")),
    responses((status = 200, description = "The facts", body = Listed<FactBody>)))]
pub async fn facts(
    app: App,
    _: Actor<perm::ViewTickets>,
    Path(text): Path<String>,
) -> Result<Json<Listed<FactBody>>, Failure> {
    let id = change::number(&text)?;
    let facts = app
        .read(move |tx| {
            store::find(tx, id)?.ok_or(Failure::NotFound)?;
            Ok(store::story(tx, id)?)
        })
        .await?;
    let items = facts.into_iter().map(|fact| FactBody {
        data: words::merged(&fact),
        seq: fact.seq,
        name: fact.name,
        at: fact.happened_at,
        learned_at: fact.learned_at,
        by: fact.said_by,
        leaf: fact.leaf,
    });
    Ok(Json(Listed { items: items.collect(), next: None }))
}

/// Why a deadline is this minute: each interval that counted or did not, each fact that moved it.
#[utoipa::path(get, path = "/api/v1/tickets/{number}/obligations/{promise}/{cycle}/explanation", tag = "Tickets",
    params(("number" = String, Path, description = "The ticket number"),
        ("promise" = String, Path, description = "The promise's id"),
        ("cycle" = i64, Path, description = "The cycle, from 1")),
    responses((status = 200, description = "The explanation", body = Value)))]
pub async fn explanation(
    app: App,
    actor: Actor<perm::ViewTickets>,
    Path((text, promise, cycle)): Path<(String, String, i64)>,
) -> Result<Json<Value>, Failure> {
    let id = change::number(&text)?;
    let shared = app.clone();
    let whole = app.read(move |tx| Whole::read(&shared, tx, id)).await?;
    let stored = whole.obligations.iter().find(|row| row.promise == promise && row.cycle == cycle);
    let (Some(stored), Some(terms)) = (stored, whole.terms.as_deref()) else { return Err(Failure::NotFound) };
    Ok(Json(serde_json::to_value(promise::explain(terms, &stored.body, actor.l.now))?))
}

/// A body as the form that the pages send.
fn form_of(body: &VerbBody) -> Result<Form, Failure> {
    let Value::Object(map) = serde_json::to_value(body)? else { return Err(Failure::Unreadable) };
    let text = |value: Value| match value {
        Value::String(text) => Some(text),
        Value::Null => None,
        other => Some(other.to_string()),
    };
    Ok(Form::of(map.into_iter().filter_map(|(name, value)| Some((name, text(value)?)))))
}

async fn act<P>(
    app: App,
    actor: Actor<P>,
    verb: VerbName,
    text: String,
    IfMatch(matched): IfMatch,
    body: VerbBody,
) -> Result<Json<TicketBody>, Failure> {
    let id = change::number(&text)?;
    let form = form_of(&body)?;
    let zone = app.read(move |tx| Ok(store::find(tx, id)?.ok_or(Failure::NotFound)?.zone)).await?;
    let zone = TimeZone::get(&zone).unwrap_or(TimeZone::UTC);
    let read = Verb::read(verb, &form, &zone)?;
    let (seen, user) = (body.version.or(matched), actor.person.id);
    app.change(&actor, move |c| change::act(c, id, seen, read, user)).await?;
    Ok(Json(whole(&app, &actor, id).await?))
}

macro_rules! verbs {
    ($($handler:ident: $permission:ident, $verb:ident, $path:literal, $doc:literal;)+) => {
        $(
            #[doc = $doc]
            #[utoipa::path(post, path = $path, tag = "Tickets", request_body = VerbBody,
                params(("number" = String, Path, description = "The ticket number")),
                responses((status = 200, description = "The ticket as it is now", body = TicketBody)))]
            pub async fn $handler(
                app: App,
                actor: Actor<perm::$permission>,
                Path(text): Path<String>,
                matched: IfMatch,
                Body(body): Body<VerbBody>,
            ) -> Result<Json<TicketBody>, Failure> {
                act(app, actor, VerbName::$verb, text, matched, body).await
            }
        )+

        /// Each verb with the permission that its endpoint asks for; a test compares them with the rule.
        pub const HANDLED: &[(VerbName, Permission)] = &[$((VerbName::$verb, Permission::$permission)),+];
    };
}

verbs! {
    handle: WorkTicket, Handle, "/api/v1/tickets/{number}/handling", "Begin to handle it. Takes `at`, `note`.";
    wait: WorkTicket, Wait, "/api/v1/tickets/{number}/waiting", "Put a question and wait. Takes `addressee`, `question`, `addressee_name`, `reason`.";
    answer: WorkTicket, Answer, "/api/v1/tickets/{number}/answer", "Take the answer in. Takes `answer`, `at`.";
    restore: WorkTicket, Restore, "/api/v1/tickets/{number}/restoration", "The customer can work again. Takes `at`, `note`.";
    resolve: WorkTicket, Resolve, "/api/v1/tickets/{number}/resolution", "The cause is dealt with. Takes `cause`, `solution`, `at`.";
    close: CloseTicket, Close, "/api/v1/tickets/{number}/closure", "Done, and the customer knows. Takes `contact`, `note`.";
    reopen: CloseTicket, Reopen, "/api/v1/tickets/{number}/reopening", "It came back. Takes `reason`.";
    cancel: CloseTicket, Cancel, "/api/v1/tickets/{number}/cancellation", "The customer withdraws it. Takes `reason`, `contact`.";
    change_severity: ChangeSeverity, ChangeSeverity, "/api/v1/tickets/{number}/severity", "Change the severity. Takes `severity`, `reason`.";
    assign: AssignTicket, Assign, "/api/v1/tickets/{number}/assignment", "Give it to a team and a person. Takes `team`, `assignee`.";
    request_onsite: WorkTicket, RequestOnsite, "/api/v1/tickets/{number}/onsite-request", "The customer wants an engineer on site. Takes `at`, `contact`, `note`.";
    withdraw_onsite: WorkTicket, WithdrawOnsite, "/api/v1/tickets/{number}/onsite-withdrawal", "The customer no longer wants one. Takes `reason`, `contact`.";
    arrive: WorkTicket, Arrive, "/api/v1/tickets/{number}/arrival", "An engineer arrived. Takes `engineer`, `at`, `contact`, `position`.";
    analyse: WorkTicket, Analyse, "/api/v1/tickets/{number}/remote-analysis", "Remote analysis begins. Takes `note`.";
    diagnose: WorkTicket, Diagnose, "/api/v1/tickets/{number}/diagnosis", "The diagnosis was delivered. Takes `document`, `text`, `contact`, `at`.";
    plan: WorkTicket, Plan, "/api/v1/tickets/{number}/plan", "The plan was delivered. Takes `document`, `text`, `contact`, `at`.";
    agree: AgreeDeadline, AgreeDeadline, "/api/v1/tickets/{number}/agreement", "Another deadline was agreed. Takes `promise`, `due_at`, `contact`, `reason`.";
    waive: WaivePromise, WaivePromise, "/api/v1/tickets/{number}/waiver", "The customer waived a promise. Takes `promise`, `contact`, `reason`.";
    note: WorkTicket, Note, "/api/v1/tickets/{number}/note", "Write a note. Takes `text`, `visibility` (`internal` or `public`).";
}

/// Correct particulars; what is left out stays.
#[utoipa::path(patch, path = "/api/v1/tickets/{number}", tag = "Tickets", request_body = EditBody,
    params(("number" = String, Path, description = "The ticket number"),
        ("If-Match" = Option<String>, Header, description = "The version that was seen")),
    responses((status = 200, description = "The ticket as it is now", body = TicketBody)))]
pub async fn update(
    app: App,
    actor: Actor<perm::WorkTicket>,
    Path(text): Path<String>,
    IfMatch(seen): IfMatch,
    Body(body): Body<EditBody>,
) -> Result<Json<TicketBody>, Failure> {
    let id = change::number(&text)?;
    let shared = app.clone();
    app.change(&actor, move |c| {
        let row = store::find(c.tx, id)?.ok_or(Failure::NotFound)?;
        let wanted = edit::Particulars::with(&row, &body.into_fields())?;
        edit::save(c, id, seen, &wanted, &shared)
    })
    .await?;
    Ok(Json(whole(&app, &actor, id).await?))
}

impl EditBody {
    /// The fields that were given, by name.
    fn into_fields(self) -> Vec<(&'static str, String)> {
        let id = |id: Option<i64>| id.map(|id| id.to_string());
        [
            ("title", self.title),
            ("description", self.description),
            ("site", id(self.site)),
            ("contact", id(self.contact)),
            ("asset", id(self.asset)),
            ("caller_name", self.caller_name),
            ("caller_phone", self.caller_phone),
        ]
        .into_iter()
        .filter_map(|(name, value)| Some((name, value?)))
        .collect()
    }
}

fn other(field: &'static str, text: &str) -> Result<TicketId, Failure> {
    let wrong = |_| rules::Invalid::new(field, "error-ticket-number").with("given", text);
    Ok(TicketNumber::parse(text).map(TicketNumber::ticket).map_err(wrong)?)
}

fn relation(text: &str) -> Result<Relation, Failure> {
    Ok(text.parse().map_err(|_| rules::Invalid::unknown("relation", text))?)
}

/// Link two tickets.
#[utoipa::path(post, path = "/api/v1/tickets/{number}/links", tag = "Tickets", request_body = LinkBody,
    params(("number" = String, Path, description = "The ticket number")),
    responses((status = 200, description = "The ticket as it is now", body = TicketBody)))]
pub async fn link(
    app: App,
    actor: Actor<perm::WorkTicket>,
    Path(text): Path<String>,
    Body(body): Body<LinkBody>,
) -> Result<Json<TicketBody>, Failure> {
    let id = change::number(&text)?;
    let (other, relation) = (other("other", &body.other)?, relation(&body.relation)?);
    app.change(&actor, move |c| change::link(c, id, other, relation)).await?;
    Ok(Json(whole(&app, &actor, id).await?))
}

/// Take a link away.
#[utoipa::path(delete, path = "/api/v1/tickets/{number}/links/{other}/{relation}", tag = "Tickets",
    params(("number" = String, Path, description = "The ticket number"),
        ("other" = String, Path, description = "The other ticket's number"),
        ("relation" = String, Path, description = "`related`, `caused-by` or `duplicate`")),
    responses((status = 200, description = "The ticket as it is now", body = TicketBody)))]
pub async fn unlink(
    app: App,
    actor: Actor<perm::WorkTicket>,
    Path((text, with, kind)): Path<(String, String, String)>,
) -> Result<Json<TicketBody>, Failure> {
    let id = change::number(&text)?;
    let (other, relation) = (other("other", &with)?, relation(&kind)?);
    app.change(&actor, move |c| change::unlink(c, id, other, relation)).await?;
    Ok(Json(whole(&app, &actor, id).await?))
}

/// Merge into another ticket; the answer is the other.
#[utoipa::path(post, path = "/api/v1/tickets/{number}/merge", tag = "Tickets", request_body = MergeBody,
    params(("number" = String, Path, description = "The ticket number")),
    responses((status = 200, description = "The ticket in which it lives on", body = TicketBody)))]
pub async fn merge(
    app: App,
    actor: Actor<perm::MergeTickets>,
    Path(text): Path<String>,
    Body(body): Body<MergeBody>,
) -> Result<Json<TicketBody>, Failure> {
    let id = change::number(&text)?;
    let into = other("into", &body.into)?;
    let reason = Reason::parse_optional("reason", &body.reason)?;
    let seen = body.version;
    app.change(&actor, move |c| change::merge(c, id, seen, into, reason)).await?;
    Ok(Json(whole(&app, &actor, into).await?))
}

/// Watch a ticket, or cease to.
#[utoipa::path(post, path = "/api/v1/tickets/{number}/watch", tag = "Tickets", request_body = WatchBody,
    params(("number" = String, Path, description = "The ticket number")),
    responses((status = 200, description = "The ticket", body = TicketBody)))]
pub async fn watch(
    app: App,
    actor: Actor<perm::ViewTickets>,
    Path(text): Path<String>,
    Body(body): Body<WatchBody>,
) -> Result<Json<TicketBody>, Failure> {
    let id = change::number(&text)?;
    change::watch(&app, &actor, id, body.watch).await?;
    Ok(Json(whole(&app, &actor, id).await?))
}

/// Add files: `multipart/form-data`, each part with a file name.
#[utoipa::path(post, path = "/api/v1/tickets/{number}/attachments", tag = "Tickets",
    params(("number" = String, Path, description = "The ticket number")),
    request_body(content = String, content_type = "multipart/form-data", description = "One or more files"),
    responses((status = 201, description = "The files are kept", body = FilesBody)))]
pub async fn attach(
    app: App,
    actor: Actor<perm::WorkTicket>,
    Path(text): Path<String>,
    request: Request,
) -> Result<Response, Failure> {
    let id = change::number(&text)?;
    let ids = files::add(&app, &actor, id, request).await?;
    let body = FilesBody { ids: ids.into_iter().map(AttachmentId::get).collect() };
    Ok((http::StatusCode::CREATED, Json(body)).into_response())
}

/// The description of these endpoints.
#[derive(OpenApi)]
#[openapi(
    paths(
        create,
        list,
        show,
        facts,
        explanation,
        handle,
        wait,
        answer,
        restore,
        resolve,
        close,
        reopen,
        cancel,
        change_severity,
        assign,
        request_onsite,
        withdraw_onsite,
        arrive,
        analyse,
        diagnose,
        plan,
        agree,
        waive,
        note,
        update,
        link,
        unlink,
        merge,
        watch,
        attach
    ),
    components(schemas(
        NewTicketBody,
        TicketBody,
        WaitingBody,
        ObligationBody,
        FactBody,
        VerbBody,
        EditBody,
        LinkBody,
        MergeBody,
        WatchBody,
        FilesBody
    ))
)]
pub struct Doc;

#[cfg(test)]
mod tests {
    use http::Method;

    use super::*;

    #[test]
    fn every_verb_has_an_endpoint_that_asks_for_its_permission() {
        for verb in VerbName::ALL {
            let asked =
                HANDLED.iter().find(|(handled, _)| handled == verb).map(|(_, permission)| *permission);
            assert_eq!(asked, Some(verb.permission()), "{verb}");
            let path = format!("/api/v1/tickets/{{number}}/{verb}");
            let routed = crate::router::routes();
            assert!(routed.iter().any(|route| route.path == path && route.method == Method::POST), "{path}");
        }
    }
}
