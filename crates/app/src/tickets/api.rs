//! Tickets for programs: an intake is one `POST` that returns the number and the deadlines; every verb is a
//! `POST` to its resource. The same decisions as on the pages, the same refusals.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, Request};
use axum::response::{IntoResponse, Response};
use db::{Query, Tx};
use jiff::tz::TimeZone;
use promise::{Obligation, Terms};
use rules::access::{Permission, perm};
use rules::ids::*;
use rules::text::Reason;
use rules::tickets::Relation;
use rules::tickets::custom_fields::Asker;
use rules::tickets::intake::ReportForm;
use rules::tickets::number::TicketNumber;
use rules::tickets::verb::{Verb, VerbName};
use serde_json::Value;
use utoipa::OpenApi;

use super::bodies::*;
use super::change;
use super::custom_fields::values::{Card, Typed};
use super::intake::{self, Named};
use super::page::Whole;
use super::store::{self, TicketRow};
use super::{edit, family, files, find, new, tags, terms, time_spent, words};
use crate::api::{Body, IfMatch, Listed, Paging, PagingParams, created};
use crate::kernel::actor::Actor;
use crate::kernel::errors::Failure;
use crate::kernel::form::Form;
use crate::kernel::state::App;
use crate::layout::l10n::L10n;

/// Tags that one list narrows by.
const TAGS_MOST: usize = 5;
/// Read by the tag, so that the cost follows what bears it.
const BEARS: &str = "id IN (SELECT ticket_id FROM ticket_tag WHERE tag_id = ?)";

/// The ticket with everything that is owed and all that stands beside it, as it stands now.
async fn whole<P>(app: &App, actor: &Actor<P>, id: TicketId) -> Result<TicketBody, Failure> {
    let (l, shared) = (actor.l.clone(), app.clone());
    app.read(move |tx| {
        let number = |id: TicketId| TicketNumber::of(id).to_string();
        let tags = tags::store::of(tx, id)?.into_iter().map(|(_, name)| name).collect();
        Ok(TicketBody {
            tags: Some(tags),
            spent_min: Some(time_spent::store::sum(tx, id)?),
            part_of: family::store::parent(tx, id)?.map(number),
            parts: Some(family::store::parts(tx, id)?.iter().map(|part| number(part.id)).collect()),
            ..owing(&shared, &l, tx, id)?
        })
    })
    .await
}

/// The ticket as its report made it, from what its change came to: no tag, no time and no part can stand beside it yet.
fn reported(l: &L10n, row: &TicketRow, beside: &Beside, owed: Vec<Obligation>) -> TicketBody {
    let owed = terms::sorted(owed, |obligation| obligation);
    TicketBody {
        tags: Some(Vec::new()),
        fields: Some(beside.card.bodies()),
        spent_min: Some(0),
        parts: Some(Vec::new()),
        obligations: Some(
            owed.into_iter().map(|body| obligation(l, beside.terms.as_deref(), body)).collect(),
        ),
        ..ticket_body(row)
    }
}

/// What stands beside a ticket that was just reported.
struct Beside {
    card: Card,
    terms: Option<Arc<Terms>>,
}

/// The ticket with its fields and everything that is owed.
fn owing(app: &App, l: &L10n, tx: &mut Tx, id: TicketId) -> Result<TicketBody, Failure> {
    let row = store::find(tx, id)?.ok_or(Failure::NotFound)?;
    let read = row.commitment_id.map(|commitment| app.library.terms(tx, commitment)).transpose()?;
    let owed =
        terms::obligations(tx, id)?.into_iter().map(|stored| obligation(l, read.as_deref(), stored.body));
    Ok(TicketBody {
        fields: Some(Card::read(tx, id, row.kind, Asker::Desk)?.bodies()),
        obligations: Some(owed.collect()),
        ..ticket_body(&row)
    })
}

fn obligation(l: &L10n, terms: Option<&Terms>, body: Obligation) -> ObligationBody {
    ObligationBody {
        title: terms::title(l, terms, &body),
        promise: body.promise.as_str().to_owned(),
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
    let typed = Typed::by_id(&body.fields)?;
    let (user, house, read) = (actor.person.id, new::house_zone(&app), form.read());
    let ((taken, beside), mut owed) = app
        .change_judged(&actor, move |c| {
            let report = intake::with_custom(c.tx, &form.kind, read, &typed)?;
            let taken = intake::report(c, report, named, Some(user), &house, &typed)?;
            let card = Card::read(c.tx, taken.id(), taken.row.kind, Asker::Desk)?;
            let terms = taken.row.commitment_id.map(|commitment| c.terms(commitment)).transpose()?;
            Ok((taken, Beside { card, terms }))
        })
        .await?;
    let id = taken.id();
    let body = match taken.ticket.version == taken.row.version {
        true => reported(&actor.l, &taken.row, &beside, owed.remove(&id).unwrap_or_default()),
        false => whole(&app, &actor, id).await?,
    };
    created(&address(id), &body)
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
        ("tag" = Option<Vec<String>>, Query, description = "Bears all of these tags"),
        ("assignee" = Option<i64>, Query, description = "Given to this person"),
        ("external_ref" = Option<String>, Query, description = "With this number at another desk")),
    responses((status = 200, description = "A page of tickets", body = Listed<TicketBody>)))]
pub async fn list(app: App, _: Actor<perm::ViewTickets>, paging: Paging) -> Result<Response, Failure> {
    let after: Option<i64> = paging.after()?;
    let search = paging.search();
    let mut query = Query::of(&store::ROWS).and_some("id < ?", after);
    for name in ["customer", "site", "asset", "assignee"] {
        let Some(text) = search.some(name) else { continue };
        let id: i64 = text.parse().map_err(|_| Failure::field(name, "error-unknown-choice"))?;
        query = query.and(&format!("{name}_id = ?"), id);
    }
    for name in ["state", "severity", "kind"] {
        let chosen: Vec<String> = search.all(name).map(str::to_owned).collect();
        if !chosen.is_empty() {
            query = query.and_in(name, &chosen);
        }
    }
    let query = query.and_some("external_ref = ?", search.some("external_ref")).limit(paging.rows());
    let wanted: Vec<String> = search.all("tag").take(TAGS_MOST).map(str::to_owned).collect();
    let rows = app
        .read(move |tx| {
            let mut query = query;
            for name in &wanted {
                // A tag that nothing bears has no number, and so no ticket.
                let tag = tags::store::named(tx, name)?.unwrap_or(0);
                query = query.and(BEARS, tag);
            }
            Ok(tx.list(&query.order("id DESC"))?)
        })
        .await?;
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
    Ok(Json(whole(&app, &actor, find::given(&app, "number", &text).await?).await?))
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
    let id = find::given(&app, "number", &text).await?;
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
    let id = find::given(&app, "number", &text).await?;
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
    let id = find::given(&app, "number", &text).await?;
    let form = form_of(&body)?;
    let zone = app.read(move |tx| Ok(store::find(tx, id)?.ok_or(Failure::NotFound)?.zone)).await?;
    let zone = TimeZone::get(&zone).unwrap_or(TimeZone::UTC);
    let read = Verb::read(verb, &form, &zone)?;
    let (seen, user) = (body.version.or(matched), actor.person.id);
    if body.parts && !actor.may(Permission::ChangeTicketsInBulk) {
        return Err(Failure::Forbidden(Permission::ChangeTicketsInBulk));
    }
    app.change(&actor, move |c| {
        change::act(c, id, seen, read.clone(), user)?;
        if body.mail {
            change::by_mail(c, id, &read)?;
        }
        if body.parts {
            family::acts::follow(c, id, (verb, &read), user, body.mail)?;
        }
        Ok(())
    })
    .await?;
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
    note: WorkTicket, Note, "/api/v1/tickets/{number}/note", "Write a note. Takes `text`, `visibility` (`internal` or `public`), `mail`.";
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
    let id = find::given(&app, "number", &text).await?;
    let shared = app.clone();
    app.change(&actor, move |c| {
        let row = store::find(c.tx, id)?.ok_or(Failure::NotFound)?;
        let wanted = edit::Particulars::with(&row, &body.into_fields())?;
        edit::save(c, id, seen, &wanted, &shared)
    })
    .await?;
    Ok(Json(whole(&app, &actor, id).await?))
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
    let id = find::given(&app, "number", &text).await?;
    let (other, relation) = (find::given(&app, "other", &body.other).await?, relation(&body.relation)?);
    app.change(&actor, move |c| change::link(c, id, other, relation)).await?;
    Ok(Json(whole(&app, &actor, id).await?))
}

/// Take a link away.
#[utoipa::path(delete, path = "/api/v1/tickets/{number}/links/{other}/{relation}", tag = "Tickets",
    params(("number" = String, Path, description = "The ticket number"),
        ("other" = String, Path, description = "The other ticket's number"),
        ("relation" = String, Path, description = "`related`, `caused-by`, `duplicate` or `part-of`")),
    responses((status = 200, description = "The ticket as it is now", body = TicketBody)))]
pub async fn unlink(
    app: App,
    actor: Actor<perm::WorkTicket>,
    Path((text, with, kind)): Path<(String, String, String)>,
) -> Result<Json<TicketBody>, Failure> {
    let id = find::given(&app, "number", &text).await?;
    let (other, relation) = (find::given(&app, "other", &with).await?, relation(&kind)?);
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
    let id = find::given(&app, "number", &text).await?;
    let into = find::given(&app, "into", &body.into).await?;
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
    let id = find::given(&app, "number", &text).await?;
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
    let id = find::given(&app, "number", &text).await?;
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
