//! The pages of a change of many tickets: choose, see what will happen, do, see what became of it, undo.

use axum::extract::Path;
use axum::response::{IntoResponse, Redirect, Response};
use db::Tx;
use jiff::Timestamp;
use maud::{Markup, html};
use rules::Invalid;
use rules::access::perm;
use rules::ids::*;
use rules::tickets::State;
use rules::tickets::number::TicketNumber;
use serde_json::json;

use super::store::{self, BulkRow, ItemRow, Said, outcome};
use super::{BulkVerb, Input, TICKETS_MOST, UNDO};
use crate::kernel::actor::Actor;
use crate::kernel::errors::Failure;
use crate::kernel::form::{Form, Search};
use crate::kernel::notice::said_words;
use crate::kernel::state::App;
use crate::layout::components::*;
use crate::layout::icons::{Icon, icon};
use crate::layout::l10n::L10n;
use crate::layout::page::{Page, Section};
use crate::queue::store::{QueueRow, by_ids};
use crate::tickets::store as tickets;
use crate::tickets::words;

type Doer = Actor<perm::ChangeTicketsInBulk>;

/// Tickets that one step does.
const STEP: usize = 20;

/// A ticket and what would become of it.
struct Foreseen {
    row: QueueRow,
    refusal: Option<Said>,
}

/// GET /queue/bulk/new: what was chosen, and what will become of each ticket.
pub async fn new(app: App, actor: Doer, search: Search) -> Result<Response, Failure> {
    let verb = BulkVerb::parse(search.get("verb")).ok_or(Failure::NotFound)?;
    may(&actor, verb)?;
    let ids: Vec<TicketId> =
        search.all("ticket").filter_map(|id| id.parse().ok()).take(TICKETS_MOST + 1).collect();
    let (me, now) = (actor.person.id, actor.l.now);
    let input = chosen(verb, &search, me);
    let wanted = ids.clone();
    let (foreseen, people, teams) = app
        .read(move |tx| {
            let mut foreseen = Vec::new();
            for row in by_ids(tx, &wanted[..wanted.len().min(TICKETS_MOST)])? {
                let refusal = match &input {
                    Some(input) => why_not(super::foresee(tx, *input, row.id, now))?,
                    None => None,
                };
                foreseen.push(Foreseen { row, refusal });
            }
            Ok((foreseen, tickets::colleagues(tx)?, tickets::teams(tx)?))
        })
        .await?;
    let l = &actor.l;
    let page = Page::new(&actor, Section::Queue, l.t(verb.label())).crumb(back(&search), l.t("queue-title"));
    if foreseen.is_empty() {
        let act = link_button("/queue", Icon::Queue, l.t("queue-title"), false);
        return Ok(page.body(empty(Icon::Check, l.t("bulk-none"), l.t("bulk-none-how"), Some(act))));
    }
    let named = Names { people: &people, teams: &teams };
    Ok(page.body(html! {
        @if ids.len() > TICKETS_MOST {
            (notice(Tone::Risk, l.ta("bulk-too-many", &[("most", l.number(TICKETS_MOST as i64).into())])))
        }
        (choose(l, verb, &search, &foreseen, &named))
        @if let Some(input) = input { (preview(l, input, &search, &foreseen, &named)) }
    }))
}

/// Those who can be chosen, by name.
struct Names<'a> {
    people: &'a [(i64, String)],
    teams: &'a [(i64, String)],
}

impl Names<'_> {
    fn person(&self, l: &L10n, id: Option<UserId>) -> String {
        name(self.people, id.map(UserId::get)).unwrap_or_else(|| l.t("queue-nobody").into_owned())
    }

    fn team(&self, l: &L10n, id: Option<TeamId>) -> String {
        name(self.teams, id.map(TeamId::get)).unwrap_or_else(|| l.t("queue-no-team").into_owned())
    }
}

fn name(list: &[(i64, String)], id: Option<i64>) -> Option<String> {
    let id = id?;
    list.iter().find(|(each, _)| *each == id).map(|(_, name)| name.clone())
}

fn may(actor: &Doer, verb: BulkVerb) -> Result<(), Failure> {
    if actor.may(verb.permission()) { Ok(()) } else { Err(Failure::Forbidden(verb.permission())) }
}

/// What was chosen with the verb; none where that is still to be done.
fn chosen(verb: BulkVerb, search: &Search, me: UserId) -> Option<Input> {
    let person = |name: &str| match search.get(name) {
        "me" => Some(me),
        id => id.parse().ok(),
    };
    match verb {
        BulkVerb::Assign if search.get("assignee") == "none" => Some(Input::Assign { assignee: None }),
        BulkVerb::Assign => person("assignee").map(|id| Input::Assign { assignee: Some(id) }),
        BulkVerb::Team if search.get("team") == "none" => Some(Input::Team { team: None }),
        BulkVerb::Team => search.get("team").parse().ok().map(|id| Input::Team { team: Some(id) }),
        BulkVerb::Handle => Some(Input::Handle),
        BulkVerb::Watch => Some(Input::Watch { person: person("person").unwrap_or(me) }),
        BulkVerb::Unwatch => Some(Input::Unwatch { person: person("person").unwrap_or(me) }),
        BulkVerb::Close => Some(Input::Close),
    }
}

fn back(search: &Search) -> String {
    // Only a path of our own queue; anything else would lead away.
    let from = search.get("from");
    if from.starts_with("/queue") { from.to_owned() } else { "/queue".to_owned() }
}

/// A refusal as it is kept; what broke is passed on.
fn why_not(result: Result<(), Failure>) -> Result<Option<Said>, Failure> {
    match result {
        Ok(()) => Ok(None),
        Err(Failure::Refused(refusal)) => {
            let args = refusal.args().into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
            Ok(Some(Said { code: refusal.code().to_owned(), args }))
        }
        Err(Failure::Invalid(problems)) => Ok(problems.first().map(said_of_field)),
        Err(Failure::NotFound) => Ok(Some(Said { code: "failure-not-found".to_owned(), args: Vec::new() })),
        Err(failure) => Err(failure),
    }
}

fn said_of_field(problem: &Invalid) -> Said {
    let args = problem.args.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
    Said { code: problem.code.to_owned(), args }
}

/// The form in which a person or a team is chosen; sending it shows the preview anew.
fn choose(l: &L10n, verb: BulkVerb, search: &Search, foreseen: &[Foreseen], names: &Names<'_>) -> Markup {
    let list = |first: (&str, &str), list: &[(i64, String)]| {
        let first = (first.0.to_owned(), l.t(first.1).into_owned());
        std::iter::once(first)
            .chain(list.iter().map(|(id, name)| (id.to_string(), name.clone())))
            .collect::<Vec<_>>()
    };
    let field = match verb {
        BulkVerb::Assign => {
            let mut people = list(("me", "queue-me"), names.people);
            people.push(("none".to_owned(), l.t("queue-nobody").into_owned()));
            Select::new("assignee", l.t("bulk-assign-to"), people)
        }
        BulkVerb::Team => {
            Select::new("team", l.t("bulk-team-to"), list(("none", "queue-no-team"), names.teams))
        }
        BulkVerb::Watch | BulkVerb::Unwatch => {
            Select::new("person", l.t("bulk-watcher"), list(("me", "queue-me"), names.people))
        }
        BulkVerb::Handle | BulkVerb::Close => return html! {},
    };
    let asked = ["assignee", "team", "person"]
        .into_iter()
        .find_map(|name| search.some(name).map(|value| (name, value)));
    let form = Form::of(asked);
    html! {
        form class="form bulk-choose" method="get" action="/queue/bulk/new" data-autosubmit {
            @for one in foreseen { input type="hidden" name="ticket" value=(one.row.id); }
            input type="hidden" name="verb" value=(verb.code());
            input type="hidden" name="from" value=(back(search));
            (field.empty(l.t("bulk-choose")).of(&form, l))
            noscript { button class="button" type="submit" { (l.t("bulk-preview")) } }
        }
    }
}

fn preview(l: &L10n, input: Input, search: &Search, foreseen: &[Foreseen], names: &Names<'_>) -> Markup {
    let will = foreseen.iter().filter(|one| one.refusal.is_none()).count();
    let refused = foreseen.len() - will;
    let verb = input.verb();
    html! {
        form method="post" action="/queue/bulk" {
            input type="hidden" name="verb" value=(verb.code());
            input type="hidden" name="from" value=(back(search));
            @for name in ["assignee", "team", "person"] {
                @if let Some(value) = search.some(name) { input type="hidden" name=(name) value=(value); }
            }
            @for one in foreseen.iter().filter(|one| one.refusal.is_none()) {
                input type="hidden" name="ticket" value={ (one.row.id) "@" (one.row.version) };
            }
            p class="bulk-sum" {
                strong { (l.ta("bulk-will", &[("n", will.into())])) }
                @if refused > 0 { " " span class="bulk-refused" { (l.ta("bulk-will-not", &[("n", refused.into())])) } }
            }
            (table(l.t("bulk-preview"), &columns(l), html! {
                @for one in foreseen {
                    (row(l, &one.row, match &one.refusal {
                        Some(said) => refused_words(l, said),
                        None => becomes(l, input, &one.row, names),
                    }))
                }
            }))
            div class="actions bulk-foot" {
                @if will > 0 {
                    button class="button primary" type="submit" {
                        (icon(verb.icon())) span { (l.ta("bulk-do", &[("n", will.into())])) }
                    }
                }
                a class="button" href=(back(search)) { (l.t("form-cancel")) }
                span class="muted" { @if verb.can_be_undone() { (l.t("bulk-undoable")) } @else { (l.t("bulk-final")) } }
            }
        }
    }
}

fn columns(l: &L10n) -> [Column; 3] {
    [
        Column::new(l.t("queue-column-ticket")),
        Column::main(l.t("queue-column-matter")),
        Column::main(l.t("bulk-column-outcome")),
    ]
}

fn row(l: &L10n, row: &QueueRow, then: Markup) -> Markup {
    let number = TicketNumber::of(row.id);
    html! {
        tr {
            td { a class="ticket-number" href={ "/tickets/" (number) } { (number.grouped()) } " " (words::severity(l, row.severity)) }
            td { (row.title) " " span class="muted" { (row.customer) } }
            td { (then) }
        }
    }
}

fn refused_words(l: &L10n, said: &Said) -> Markup {
    chip_line(Tone::Bad, Icon::Void, &said_words(&said.code, &said.args, l))
}

fn chip_line(tone: Tone, drawing: Icon, words: &str) -> Markup {
    html! { span class={ "bulk-outcome " (tone.class()) } { (icon(drawing)) span { (words) } } }
}

fn becomes(l: &L10n, input: Input, row: &QueueRow, names: &Names<'_>) -> Markup {
    let arrow =
        |from: String, to: String| html! { span { (from) } " " (icon(Icon::Next)) " " strong { (to) } };
    let nobody = || l.t("queue-nobody").into_owned();
    match input {
        Input::Assign { assignee } => {
            arrow(row.assignee.clone().unwrap_or_else(nobody), names.person(l, assignee))
        }
        Input::Team { team } => {
            arrow(row.team.clone().unwrap_or_else(|| l.t("queue-no-team").into_owned()), names.team(l, team))
        }
        Input::Handle => {
            arrow(l.t(row.state.label()).into_owned(), l.t(State::InHandling.label()).into_owned())
        }
        Input::Close => arrow(l.t(row.state.label()).into_owned(), l.t(State::Closed.label()).into_owned()),
        Input::Watch { person } => {
            html! { (l.ta("bulk-becomes-watched", &[("who", names.person(l, Some(person)).into())])) }
        }
        Input::Unwatch { person } => {
            html! { (l.ta("bulk-becomes-unwatched", &[("who", names.person(l, Some(person)).into())])) }
        }
    }
}

/// POST /queue/bulk: notes the change; its page does it step by step.
pub async fn create(app: App, actor: Doer, form: Form) -> Result<Response, Failure> {
    let verb = BulkVerb::parse(form.get("verb")).ok_or_else(|| Failure::field("verb", "error-required"))?;
    may(&actor, verb)?;
    let me = actor.person.id;
    let asked = ["assignee", "team", "person", "from"]
        .into_iter()
        .fold(Search::default(), |search, name| search.and(name, form.get(name)));
    let input = chosen(verb, &asked, me).ok_or_else(|| Failure::field("verb", "error-required"))?;
    let chosen: Vec<(TicketId, i64)> = form
        .all("ticket")
        .take(TICKETS_MOST)
        .filter_map(|text| text.split_once('@'))
        .filter_map(|(id, version)| Some((id.parse().ok()?, version.parse().ok()?)))
        .collect();
    if chosen.is_empty() {
        return Err(Failure::field("ticket", "error-required"));
    }
    let from = back(&asked);
    let id = app
        .change(&actor, move |change| Ok(store::add(change.tx, me, input, &from, &chosen, change.now)?))
        .await?;
    Ok(Redirect::to(&format!("/queue/bulk/{id}")).into_response())
}

/// The change with this id, if it is this person's.
fn own(tx: &mut Tx, id: i64, account: UserId) -> Result<BulkRow, Failure> {
    store::find(tx, id)?.filter(|row| row.account_id == account).ok_or(Failure::NotFound)
}

/// GET /queue/bulk/{id}: how far it is, and what became of each ticket.
pub async fn show(app: App, actor: Doer, Path(id): Path<i64>) -> Result<Response, Failure> {
    let me = actor.person.id;
    let (bulk, items, rows) = app
        .read(move |tx| {
            let bulk = own(tx, id, me)?;
            let items = store::items(tx, id)?;
            let ids: Vec<TicketId> = items.iter().map(|item| item.ticket_id).collect();
            Ok((bulk, items, by_ids(tx, &ids)?))
        })
        .await?;
    let l = &actor.l;
    let verb = bulk.input.verb();
    let count = |wanted: &str| items.iter().filter(|item| item.outcome == wanted).count();
    let (left, done) = (count(outcome::WAITING), items.len() - count(outcome::WAITING));
    let undo_until = undo_until(&bulk).filter(|until| *until > l.now && count(outcome::DONE) > 0);
    Ok(Page::new(&actor, Section::Queue, l.t(verb.label()))
        .crumb(bulk.come_from.clone(), l.t("queue-title"))
        .script("queue.js")
        .body(html! {
            div class="bulk-progress" data-bulk-run=[(left > 0).then(|| format!("/queue/bulk/{id}/step"))] {
                progress value=(done) max=(items.len()) aria-label=(l.t("bulk-progress")) {}
                p data-bulk-said role="status" {
                    @if left > 0 { (l.ta("bulk-doing", &[("done", done.into()), ("n", items.len().into())])) }
                    @else { (summary(l, &items)) }
                }
                @if left > 0 {
                    noscript { form method="post" action={ "/queue/bulk/" (id) "/run" } { (submit(l.t("bulk-go-on"))) } }
                }
            }
            @if let Some(until) = undo_until {
                form class="bulk-undo" method="post" action={ "/queue/bulk/" (id) "/undo" } data-until=(until) {
                    button class="button" type="submit" { (icon(Icon::Undo)) span { (l.t("bulk-undo")) } }
                    span class="muted" { (l.t("bulk-undo-until")) " " time datetime=(until) { (until.to_zoned(l.zone.clone()).strftime("%H:%M:%S").to_string()) } }
                }
            }
            (table(l.t(verb.label()), &columns(l), html! {
                @for item in &items {
                    @if let Some(ticket) = rows.iter().find(|row| row.id == item.ticket_id) {
                        (row(l, ticket, outcome_words(l, item)))
                    }
                }
            }))
            div class="actions bulk-foot" { (link_button(&bulk.come_from, Icon::Back, l.t("bulk-back"), false)) }
        }))
}

/// Until when a change can be undone; none where it cannot.
fn undo_until(bulk: &BulkRow) -> Option<Timestamp> {
    let finished_at =
        bulk.finished_at.filter(|_| bulk.undone_at.is_none() && bulk.input.verb().can_be_undone())?;
    Some(finished_at + UNDO)
}

fn summary(l: &L10n, items: &[ItemRow]) -> String {
    let count = |wanted: &str| items.iter().filter(|item| item.outcome == wanted).count();
    let parts = [
        ("bulk-sum-done", count(outcome::DONE)),
        ("bulk-sum-refused", count(outcome::REFUSED)),
        ("bulk-sum-undone", count(outcome::UNDONE)),
        ("bulk-sum-kept", count(outcome::KEPT)),
    ];
    let said =
        parts.into_iter().filter(|(_, n)| *n > 0).map(|(key, n)| l.ta(key, &[("n", n.into())]).into_owned());
    said.collect::<Vec<_>>().join(" · ")
}

fn outcome_words(l: &L10n, item: &ItemRow) -> Markup {
    match item.outcome.as_str() {
        outcome::DONE => chip_line(Tone::Met, Icon::Check, &l.t("bulk-outcome-done")),
        outcome::UNDONE => chip_line(Tone::Void, Icon::Undo, &l.t("bulk-outcome-undone")),
        outcome::WAITING => chip_line(Tone::Plain, Icon::Clock, &l.t("bulk-outcome-waiting")),
        _ => match &item.refusal {
            Some(said) => refused_words(l, said),
            None => chip_line(Tone::Bad, Icon::Void, &l.t("bulk-outcome-refused")),
        },
    }
}

/// POST /queue/bulk/{id}/step: does the next tickets and says how far it is, for the script of the page.
pub async fn step(app: App, actor: Doer, Path(id): Path<i64>) -> Result<Response, Failure> {
    let (done, n) = go_on(&app, &actor, id, STEP).await?;
    let said = actor.l.ta("bulk-doing", &[("done", done.into()), ("n", n.into())]).into_owned();
    Ok(axum::Json(json!({ "done": done, "of": n, "said": said })).into_response())
}

/// POST /queue/bulk/{id}/run: does all that is left, where there is no script.
pub async fn run(app: App, actor: Doer, Path(id): Path<i64>) -> Result<Redirect, Failure> {
    go_on(&app, &actor, id, TICKETS_MOST).await?;
    Ok(Redirect::to(&format!("/queue/bulk/{id}")))
}

/// Does up to `most` of the tickets that are left. Returns how many are done, and of how many.
async fn go_on(app: &App, actor: &Doer, id: i64, most: usize) -> Result<(usize, usize), Failure> {
    let me = actor.person.id;
    let (bulk, items) = app.read(move |tx| Ok((own(tx, id, me)?, store::items(tx, id)?))).await?;
    may(actor, bulk.input.verb())?;
    let left: Vec<&ItemRow> = items.iter().filter(|item| item.outcome == outcome::WAITING).collect();
    for item in left.iter().take(most) {
        one(app, actor, &bulk, item.place).await?;
    }
    if left.len() <= most {
        app.change(actor, move |change| Ok(store::finish(change.tx, id, change.now)?)).await?;
    }
    Ok((items.len() - left.len().saturating_sub(most), items.len()))
}

/// Does one ticket in a change of its own; a refusal is noted and stops nothing.
async fn one(app: &App, actor: &Doer, bulk: &BulkRow, place: i64) -> Result<(), Failure> {
    let (id, input, me) = (bulk.id, bulk.input, actor.person.id);
    let done = app.change(actor, move |change| {
        let Some(mut item) =
            store::item(change.tx, id, place)?.filter(|item| item.outcome == outcome::WAITING)
        else {
            return Ok(());
        };
        let (prior, version) = super::act(change, input, item.ticket_id, item.version, me)?;
        (item.outcome, item.prior, item.version) = (outcome::DONE.to_owned(), Some(prior), version);
        Ok(store::note(change.tx, id, &item)?)
    });
    let Some(said) = why_not(done.await)? else { return Ok(()) };
    mark(app, actor, id, place, outcome::WAITING, outcome::REFUSED, Some(said)).await
}

/// Notes an outcome in place of another.
async fn mark(
    app: &App,
    actor: &Doer,
    id: i64,
    place: i64,
    from: &'static str,
    to: &'static str,
    said: Option<Said>,
) -> Result<(), Failure> {
    app.change(actor, move |change| {
        if let Some(mut item) = store::item(change.tx, id, place)?.filter(|item| item.outcome == from) {
            (item.outcome, item.refusal) = (to.to_owned(), said);
            store::note(change.tx, id, &item)?;
        }
        Ok(())
    })
    .await
}

/// POST /queue/bulk/{id}/undo: puts back what was, ticket by ticket, within the minute.
pub async fn undo(app: App, actor: Doer, Path(id): Path<i64>) -> Result<Redirect, Failure> {
    let me = actor.person.id;
    let (bulk, items) = app
        .change(&actor, move |change| {
            let bulk = own(change.tx, id, me)?;
            let in_time = undo_until(&bulk).is_some_and(|until| change.now <= until);
            if !in_time || !store::undo(change.tx, id, change.now)? {
                return Err(rules::Refusal::other("refusal-undo-too-late").into());
            }
            Ok((bulk, store::items(change.tx, id)?))
        })
        .await?;
    let input = bulk.input;
    for item in items.into_iter().filter(|item| item.outcome == outcome::DONE) {
        let Some(prior) = item.prior else { continue };
        let (ticket, version, place) = (item.ticket_id, item.version, item.place);
        let undone =
            app.change(&actor, move |change| super::undo(change, input, ticket, prior, version, me)).await;
        match why_not(undone)? {
            None => mark(&app, &actor, id, place, outcome::DONE, outcome::UNDONE, None).await?,
            Some(said) => mark(&app, &actor, id, place, outcome::DONE, outcome::KEPT, Some(said)).await?,
        }
    }
    Ok(Redirect::to(&format!("/queue/bulk/{id}")))
}
