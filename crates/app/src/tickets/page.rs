//! The page of a ticket: the deadline that runs out first as the largest thing, what can be done now, all
//! promises, and everything that happened.

use std::sync::Arc;

use axum::extract::Path;
use axum::response::{IntoResponse, Redirect, Response};
use db::Tx;
use jiff::tz::TimeZone;
use ledger::StoredObligation;
use maud::{Markup, html};
use promise::Terms;
use rules::access::{Permission, perm};
use rules::ids::*;
use rules::tickets::custom_fields::Asker;
use rules::tickets::number::TicketNumber;
use rules::tickets::verb::{VerbName, possible};
use rules::tickets::{Relation, State};

use super::change::{lives_on_in, path};
use super::store::{self, Brief, FactRow, LinkRow, Names, TicketRow};
use super::words::{self, Said};
use super::{
    articles, composer, custom_fields, documents, family, proposals, steps, tags, terms, time_spent, why,
};
use crate::attachments;
use crate::customers::contacts::{self, failing};
use crate::escalations;
use crate::kernel::actor::Actor;
use crate::kernel::errors::Failure;
use crate::kernel::form::Search;
use crate::kernel::state::App;
use crate::layout::components::*;
use crate::layout::icons::{Icon, icon};
use crate::layout::l10n::L10n;
use crate::layout::page::{Page, Section};
use crate::messages;
use crate::remote_access;

/// Everything that the page shows, read in one snapshot.
pub struct Whole {
    pub row: TicketRow,
    pub names: Names,
    pub facts: Vec<FactRow>,
    pub said: Said,
    pub obligations: Vec<StoredObligation>,
    pub terms: Option<Arc<Terms>>,
    pub links: Vec<(LinkRow, Brief)>,
    pub absorbed: Vec<Brief>,
    pub watchers: Vec<(UserId, String)>,
    /// The emergency that is being called out.
    pub calling: Option<escalations::store::Escalation>,
    pub files: Vec<attachments::store::Attachment>,
    pub remote: remote_access::panel::Panel,
    pub proposals: Vec<proposals::store::ProposalRow>,
    pub contacts: Vec<(i64, String, Option<String>)>,
    pub messages: Vec<messages::store::MessageRow>,
    pub parts: Vec<family::store::PartRow>,
    pub custom: custom_fields::values::Card,
    pub tags: tags::acts::Card,
    pub steps: steps::acts::Card,
    pub time: time_spent::acts::Card,
    pub articles: Vec<articles::ArticleOnTicket>,
    pub documents: Vec<documents::DocumentRow>,
    /// The article whose way out stands in the reply already.
    pub replying: Option<articles::ArticleOnTicket>,
    /// The address of its contact, where letters to it come back.
    pub failing: Option<failing::FailingAddress>,
    pub zone: TimeZone,
    pub limit_bytes: u64,
}

impl Whole {
    /// Reads a ticket with everything around it.
    pub fn read(app: &App, tx: &mut Tx, id: TicketId) -> Result<Whole, Failure> {
        let row = store::find(tx, id)?.ok_or(Failure::NotFound)?;
        let facts = store::story(tx, id)?;
        let mut said = Said::of(tx, &facts)?;
        let files = attachments::store::of_ticket(tx, id)?;
        said.show(&files);
        let mut links = Vec::new();
        for link in store::links(tx, id)? {
            // Its parts have a card of their own.
            if link.relation == Relation::PartOf && link.other_id == id {
                continue;
            }
            let other = if link.ticket_id == id { link.other_id } else { link.ticket_id };
            if let Some(brief) = store::brief(tx, other)? {
                links.push((link, brief));
            }
        }
        let contact = row.contact_id.map(|id| contacts::store::find(tx, id)).transpose()?.flatten();
        let mail = contact.filter(|_| row.state.is_open()).and_then(|contact| contact.mail);
        let failing = mail.map(|mail| failing::find(tx, &mail)).transpose()?.flatten();
        let terms = row.commitment_id.map(|commitment| app.library.terms(tx, commitment)).transpose()?;
        Ok(Whole {
            names: store::names(tx, id)?,
            obligations: terms::obligations(tx, id)?,
            absorbed: store::merged_into(tx, id)?,
            watchers: store::watchers(tx, id)?,
            calling: escalations::store::open_of(tx, id)?,
            files,
            remote: remote_access::panel::Panel::read(tx, id, row.asset_id)?,
            proposals: proposals::store::of_ticket(tx, id)?,
            contacts: store::contacts(tx, row.customer_id)?,
            messages: messages::store::of_ticket(tx, id)?,
            parts: family::store::parts(tx, id)?,
            custom: custom_fields::values::Card::read(tx, id, row.kind, Asker::Desk)?,
            tags: tags::acts::Card::read(tx, id)?,
            steps: steps::acts::Card::read(tx, &row)?,
            time: time_spent::acts::Card::read(tx, id)?,
            articles: articles::of_ticket(tx, id)?,
            documents: documents::of_ticket(tx, id)?,
            replying: None,
            failing,
            zone: TimeZone::get(&row.zone).unwrap_or(TimeZone::UTC),
            limit_bytes: app.config.attachment_limit_bytes,
            row,
            facts,
            said,
            terms,
            links,
        })
    }

    /// The last fact that the reader has seen: what is newer came meanwhile.
    pub fn last_seq(&self) -> i64 {
        self.facts.iter().map(|fact| fact.seq).max().unwrap_or(0)
    }

    fn topic(&self) -> String {
        format!("ticket:{}", self.row.id)
    }
}

/// GET /tickets/{number}
pub async fn show(
    app: App,
    actor: Actor<perm::ViewTickets>,
    Path(number): Path<String>,
    search: Search,
) -> Result<Response, Failure> {
    let id = match TicketNumber::parse(&number) {
        // One address for each ticket, however the number was written.
        Ok(right) if right.to_string() != number => {
            return Ok(Redirect::to(&path(right.ticket())).into_response());
        }
        Ok(right) => right.ticket(),
        Err(_) => {
            return Ok(Redirect::to(&Search::default().with("number", &number).address("/tickets/find"))
                .into_response());
        }
    };
    let shared = app.clone();
    let stay = search.get("stay") == "yes";
    let solution = search.some("solution").and_then(|id| id.parse().ok()).map(ArticleId);
    let (whole, went) = app
        .read(move |tx| {
            let row = store::find(tx, id)?.ok_or(Failure::NotFound)?;
            let target = if stay { id } else { lives_on_in(tx, row)?.id };
            let mut whole = Whole::read(&shared, tx, target)?;
            whole.replying = solution.map(|id| articles::article(tx, id)).transpose()?.flatten();
            Ok((whole, (target != id).then_some(id)))
        })
        .await?;
    Ok(page(&actor, &whole, went))
}

fn page(actor: &Actor<perm::ViewTickets>, whole: &Whole, came_from: Option<TicketId>) -> Response {
    let l = &actor.l;
    let row = &whole.row;
    let topic = whole.topic();
    let number = TicketNumber::of(row.id);
    let takes_files = actor.may(Permission::WorkTicket) && row.state != State::Merged;
    Page::new(actor, Section::Tickets, row.title.clone())
        .crumb("/tickets", l.t("tickets-title"))
        .live(topic.clone())
        .wide()
        .body(html! {
            @if let Some(old) = came_from { (came_here(l, old)) }
            div id="ticket-calling" data-live=(topic) {
                @if let Some(open) = &whole.calling { (escalations::pages::banner(l, open, actor.may(Permission::WorkTicket))) }
            }
            div id="ticket-unreachable" data-live=(topic) {
                @if let Some(fails) = &whole.failing {
                    (failing::warning(l, fails, row.contact_id.filter(|_| actor.may(Permission::EditCustomers))))
                }
            }
            div class="ticket" data-ticket=(number) {
                section id="ticket-hero" class="hero" data-live=(topic) aria-label=(l.t("ticket-hero")) {
                    (identity(l, row)) (next_deadline(l, whole))
                }
                p class="writing" data-writers=(topic) hidden {}
                div id="ticket-acts" data-live=(topic) { (acts(actor, whole)) }
                div class="ticket-columns" {
                    div class="ticket-main" {
                        div id="ticket-asked" data-live=(topic) { (asked(l, whole)) }
                        @if let Some(text) = &row.description {
                            (card(l.t("ticket-description"), html! { p class="words" { (text) } }))
                        }
                        @if actor.may(Permission::WorkTicket) && row.state != State::Merged {
                            (composer::form(actor, row, whole.parts.len(), whole.replying.as_ref()))
                            div class="like-reply" data-like-reply="/search/like" data-ticket=(TicketNumber::of(row.id)) data-title=(l.t("like-title")) aria-live="polite" {}
                        }
                        (attachments::page::card(l, &format!("{}/attachments", path(row.id)), &whole.files, whole.limit_bytes, takes_files))
                        div id="ticket-letters" data-live=(topic) { (messages::card::card(l, &whole.messages)) }
                        section class="card" id="ticket-story" data-live=(topic) {
                            h2 { (l.t("ticket-timeline")) }
                            (story(l, whole))
                        }
                    }
                    aside class="ticket-side" {
                        section class="card" id="ticket-promises" data-live=(topic) {
                            h2 { (l.t("ticket-promises")) }
                            (promises(l, whole))
                        }
                        section class="card" id="ticket-particulars" data-live=(topic) {
                            h2 { (l.t("ticket-particulars")) }
                            (particulars(actor, whole))
                        }
                        section class="card only-if-any" id="ticket-documents" data-live=(topic) {
                            @let owed = documents::owed(whole.terms.as_deref(), &whole.obligations);
                            (documents::panel(l, row.id, &whole.documents, &owed, &whole.zone, actor.may(Permission::WorkTicket)))
                        }
                        section class="card" id="ticket-articles" data-live=(topic) {
                            (articles::panel(l, row, &whole.articles, actor.may(Permission::WorkTicket), actor.may(Permission::WriteArticles)))
                        }
                        section class="card" id="ticket-proposals" data-live=(topic) {
                            (proposed(actor, whole))
                        }
                        section class="card" id="ticket-remote" data-live=(topic) {
                            (remote(actor, whole))
                        }
                        section class="card" id="ticket-people" data-live=(topic) {
                            h2 { (l.t("ticket-people")) }
                            (people(actor, whole))
                        }
                        section class="card" id="ticket-links" data-live=(topic) {
                            h2 { (l.t("ticket-links")) }
                            (links(actor, whole))
                        }
                        (comfort(actor, whole, &topic))
                    }
                }
                dialog class="dialog" id="act-dialog" data-act-dialog {}
            }
        })
}

/// What makes the work easier and no promise asks for.
fn comfort(actor: &Actor<perm::ViewTickets>, whole: &Whole, topic: &str) -> Markup {
    let (l, row) = (&actor.l, &whole.row);
    let may = actor.may(Permission::WorkTicket) && row.state != State::Merged;
    let may_all = may && actor.may(Permission::ChangeTicketsInBulk);
    html! {
        @if !whole.parts.is_empty() {
            section class="card" id="ticket-parts" data-live=(topic) {
                h2 { (l.t("parts-title")) }
                (family::acts::card(l, row.id, &whole.parts, may_all))
            }
        }
        @if !whole.custom.is_empty() {
            section class="card" id="ticket-fields" data-live=(topic) {
                h2 { (l.t("custom-title")) }
                (whole.custom.shown(l))
                @if may && whole.custom.can_be_set() {
                    p class="actions" {
                        a class="button" href={ (path(row.id)) "/fields" } data-act { (icon(Icon::Edit)) span { (l.t("custom-set")) } }
                    }
                }
            }
        }
        section class="card" id="ticket-steps" data-live=(topic) {
            h2 { (l.t("steps-title")) }
            (whole.steps.shown(l, row.id, may))
        }
        section class="card" id="ticket-tags" data-live=(topic) {
            h2 { (l.t("tags-title")) }
            (whole.tags.shown(l, row.id, may))
        }
        section class="card" id="ticket-time" data-live=(topic) {
            h2 { (l.t("time-title")) }
            (whole.time.shown(l, row.id, may.then_some(actor.person.id)))
        }
        @if may && row.state.is_open() {
            section class="card" id="ticket-alike" data-fetched={ (path(row.id)) "/alike" } hidden {}
        }
    }
}

fn came_here(l: &L10n, old: TicketId) -> Markup {
    let number = TicketNumber::of(old).grouped();
    notice(
        Tone::Info,
        html! {
            (l.ta("ticket-came-from-merged", &[("number", number.into())])) " "
            a href={ (path(old)) "?stay=yes" } { (l.t("ticket-show-merged")) }
        },
    )
}

fn identity(l: &L10n, row: &TicketRow) -> Markup {
    let number = TicketNumber::of(row.id);
    html! {
        div class="hero-identity" {
            p class="hero-label" { (l.t("ticket-number")) }
            p class="hero-number" {
                span { (number.grouped()) }
                button class="button quiet" type="button" data-copy=(number) { (icon(Icon::Copy)) span class="unseen" { (l.t("ticket-copy-number")) } }
            }
            p class="hero-chips" {
                (words::severity(l, row.severity)) (words::state(l, row.state)) (badge(l.t(row.kind.label())))
                @if let Some(external) = &row.external_ref { (badge(external)) }
            }
            p class="hero-reported" {
                (l.t(row.channel.label())) " · " (l.t("ticket-reported-at")) " " (when(l, row.reported_at))
            }
        }
    }
}

/// The deadline that runs out first, or why none runs.
fn next_deadline(l: &L10n, whole: &Whole) -> Markup {
    let row = &whole.row;
    let next = whole
        .obligations
        .iter()
        .map(|stored| &stored.body)
        .filter(|body| {
            body.debtor == promise::Party::Provider && matches!(body.state, promise::State::Running)
        })
        .find(|body| body.due_at.is_some());
    html! {
        div class="hero-due" {
            @if let Some((body, due_at)) = next.and_then(|body| Some((body, body.due_at?))) {
                p class="hero-label" { (l.t("ticket-next-deadline")) }
                p class="hero-promise" {
                    strong { (terms::title(l, whole.terms.as_deref(), body)) }
                    span class="clause" { (body.clause) }
                    @if body.is_amended() { (chip(Tone::Info, Icon::Agreed, l.t("obligation-amended"))) }
                }
                (countdown_large(l, due_at, body.warn_at.first().copied()))
                p class="hero-at" {
                    (words::in_zone(l, due_at, &whole.zone)) " · "
                    a href=(why::path(row.id, body)) data-act { (l.t("ticket-why")) }
                }
            } @else {
                p class="hero-label" { (l.t("ticket-next-deadline")) }
                p class="hero-none" { (l.t(no_deadline(whole))) }
            }
        }
    }
}

fn no_deadline(whole: &Whole) -> &'static str {
    let paused = whole.obligations.iter().any(|stored| matches!(stored.body.state, promise::State::Paused));
    match (whole.row.state.is_open(), paused, whole.row.commitment_id) {
        (false, _, _) => "ticket-no-deadline-ended",
        (true, true, _) => "ticket-no-deadline-paused",
        (true, false, None) => "ticket-no-deadline-no-contract",
        (true, false, Some(_)) => "ticket-no-deadline-done",
    }
}

/// The icon of a verb.
pub fn verb_icon(verb: VerbName) -> Icon {
    match verb {
        VerbName::Handle => Icon::Ticket,
        VerbName::Wait => Icon::Pause,
        VerbName::Answer | VerbName::Reopen => Icon::Undo,
        VerbName::Restore => Icon::Refresh,
        VerbName::Resolve => Icon::Check,
        VerbName::Close => Icon::Lock,
        VerbName::Cancel | VerbName::WithdrawOnsite => Icon::Void,
        VerbName::ChangeSeverity => Icon::Risk,
        VerbName::Assign => Icon::Assign,
        VerbName::RequestOnsite => Icon::Site,
        VerbName::Arrive => Icon::Arrive,
        VerbName::Analyse => Icon::Search,
        VerbName::Diagnose | VerbName::Plan | VerbName::Note => Icon::Note,
        VerbName::AgreeDeadline => Icon::Agreed,
        VerbName::WaivePromise => Icon::Waived,
    }
}

/// The key that does a verb on the page.
const fn verb_key(verb: VerbName) -> Option<&'static str> {
    match verb {
        VerbName::Handle => Some("h"),
        VerbName::Wait | VerbName::Answer => Some("w"),
        VerbName::Restore => Some("r"),
        VerbName::Resolve => Some("s"),
        VerbName::Close => Some("c"),
        VerbName::Assign => Some("a"),
        VerbName::ChangeSeverity => Some("v"),
        VerbName::RequestOnsite => Some("o"),
        VerbName::Arrive => Some("i"),
        _ => None,
    }
}

/// Verbs in sight, by what usually comes next; the others are in the menu.
fn in_sight(state: State) -> &'static [VerbName] {
    match state {
        State::Reported | State::Reopened => &[VerbName::Handle, VerbName::Assign, VerbName::Wait],
        State::InHandling => &[VerbName::Restore, VerbName::Wait, VerbName::Resolve, VerbName::Assign],
        State::Waiting => &[VerbName::Answer, VerbName::Assign],
        State::Restored => &[VerbName::Resolve, VerbName::Wait],
        State::Resolved => &[VerbName::Close, VerbName::Reopen],
        State::Closed | State::Cancelled => &[VerbName::Reopen],
        State::Merged => &[],
    }
}

fn acts(actor: &Actor<perm::ViewTickets>, whole: &Whole) -> Markup {
    let l = &actor.l;
    let ticket = whole.row.ticket();
    let allowed: Vec<VerbName> = possible(&ticket)
        .into_iter()
        .filter(|verb| *verb != VerbName::Note && actor.may(verb.permission()))
        .collect();
    let owed = whole.obligations.iter().any(|stored| stored.body.state.is_open());
    let seen: Vec<VerbName> =
        in_sight(ticket.state).iter().copied().filter(|verb| allowed.contains(verb)).collect();
    let rest = allowed
        .iter()
        .copied()
        .filter(|verb| !seen.contains(verb))
        .filter(|verb| owed || !matches!(verb, VerbName::AgreeDeadline | VerbName::WaivePromise));
    let rest: Vec<VerbName> = rest.collect();
    let open = ticket.state.is_open();
    let base = path(ticket.id);
    let mine = ticket.assignee == Some(actor.person.id);
    html! {
        div class="acts actions" {
            @for (place, verb) in seen.iter().enumerate() {
                a class={ "button" @if place == 0 { " primary" } } href={ (base) "/act/" (verb) } data-act
                    data-key=[verb_key(*verb)] data-key-label=[verb_key(*verb).map(|_| l.t(verb.label()))] {
                    (icon(verb_icon(*verb))) span { (l.t(verb.label())) }
                }
            }
            @if open && !mine && actor.may(Permission::AssignTicket) {
                form class="inline" method="post" action={ (base) "/assignment" } {
                    input type="hidden" name="version" value=(ticket.version);
                    input type="hidden" name="team" value=(ticket.team.map(|team| team.to_string()).unwrap_or_default());
                    input type="hidden" name="assignee" value=(actor.person.id);
                    button class="button" type="submit" data-key="m" data-key-label=(l.t("ticket-take")) {
                        (icon(Icon::Assign)) span { (l.t("ticket-take")) }
                    }
                }
            }
            @if !rest.is_empty() || actor.may(Permission::WorkTicket) {
                (menu(Icon::More, l.t("ticket-more"), html! {
                    @for verb in &rest {
                        a href={ (base) "/act/" (verb) } data-act data-key=[verb_key(*verb)] data-key-label=[verb_key(*verb).map(|_| l.t(verb.label()))] {
                            (icon(verb_icon(*verb))) span { (l.t(verb.label())) }
                        }
                    }
                    @if ticket.state != State::Merged && actor.may(Permission::WorkTicket) {
                        a href={ (base) "/edit" } data-act data-key="e" data-key-label=(l.t("ticket-verb-edit")) {
                            (icon(Icon::Edit)) span { (l.t("ticket-verb-edit")) }
                        }
                        a href={ (base) "/link" } data-act { (icon(Icon::Link)) span { (l.t("ticket-verb-link")) } }
                        form method="post" action={ (base) "/public-link" } {
                            button type="submit" { (icon(Icon::Eye)) span { (l.t("lookup-link")) } }
                        }
                    }
                    @if actor.may(Permission::MergeTickets) && ticket.state != State::Merged {
                        @if open { a href={ (base) "/merge" } data-act { (icon(Icon::Merge)) span { (l.t("ticket-verb-merge")) } } }
                        a href={ (base) "/split" } { (icon(Icon::Split)) span { (l.t("ticket-verb-split")) } }
                    }
                }))
            }
        }
    }
}

/// The question that is out, with the button that takes its answer.
fn asked(l: &L10n, whole: &Whole) -> Markup {
    let waiting = whole.row.ticket().waiting;
    let runs_on = whole.obligations.iter().any(|stored| stored.body.state == promise::State::Running);
    html! {
        @if let Some(waiting) = waiting {
            div class="asked" {
                p class="asked-head" {
                    (icon(Icon::Pause))
                    strong { (l.ta("ticket-waiting-for", &[("addressee", words::addressee(l, waiting.addressee).into())])) }
                    (when(l, waiting.since_at))
                    @if runs_on { (badge(l.t("ticket-waiting-runs-on"))) }
                }
                blockquote { (waiting.question) }
                a class="button" href={ (path(whole.row.id)) "/act/answer" } data-act {
                    (icon(Icon::Undo)) span { (l.t("ticket-verb-answer")) }
                }
            }
        }
    }
}

fn story(l: &L10n, whole: &Whole) -> Markup {
    let moments: Vec<Moment> =
        whole.facts.iter().rev().map(|fact| words::moment(l, fact, &whole.said)).collect();
    timeline(l, &whole.zone, &moments)
}

fn promises(l: &L10n, whole: &Whole) -> Markup {
    html! {
        @if whole.obligations.is_empty() {
            p class="quiet" {
                (l.t(if whole.row.commitment_id.is_some() { "ticket-no-promise" } else { "ticket-no-contract" }))
            }
        } @else {
            ul class="obligations" {
                @for stored in &whole.obligations { li { (obligation(l, whole, stored)) } }
            }
        }
        @if let Some(terms) = &whole.terms {
            p class="quiet" { (icon(Icon::Promise)) " " (terms::commitment(l, terms)) }
        }
    }
}

fn obligation(l: &L10n, whole: &Whole, stored: &StoredObligation) -> Markup {
    let body = &stored.body;
    let due_at = body.due_at.or(body.original_due_at);
    let running = matches!(body.state, promise::State::Running);
    html! {
        div class="obligation" {
            p class="obligation-head" {
                strong { (terms::title(l, whole.terms.as_deref(), body)) }
                span class="clause" { (body.clause) }
                @if body.cycle > 1 { (badge(l.ta("obligation-cycle", &[("n", i64::from(body.cycle).into())]))) }
            }
            p class="obligation-state" {
                @if let (true, Some(due_at)) = (running, body.due_at) {
                    (countdown(l, due_at, body.warn_at.first().copied()))
                } @else { (words::obligation_state(l, body)) }
                @if body.is_amended() { (chip(Tone::Info, Icon::Agreed, l.t("obligation-amended"))) }
            }
            p class="obligation-when" {
                @if let Some(due_at) = due_at {
                    span { (l.t("obligation-due")) " " (words::in_zone(l, due_at, &whole.zone)) }
                }
                @if let Some(ended_at) = body.state.ended_at() {
                    span { (l.t("obligation-ended")) " " (words::in_zone(l, ended_at, &whole.zone)) }
                }
                a href=(why::path(whole.row.id, body)) data-act { (l.t("ticket-why")) }
            }
        }
    }
}

fn particulars(actor: &Actor<perm::ViewTickets>, whole: &Whole) -> Markup {
    let (l, row, names) = (&actor.l, &whole.row, &whole.names);
    let registry = actor.may(Permission::ViewRegistry);
    let to =
        |href: String, words: &str| html! { @if registry { a href=(href) { (words) } } @else { (words) } };
    let mut pairs: Vec<(String, Markup)> = Vec::new();
    let mut add = |key: &str, value: Markup| pairs.push((l.t(key).into_owned(), value));
    add("field-customer", to(format!("/customers/{}", row.customer_id), &names.customer));
    if let (Some(id), Some(site)) = (row.site_id, &names.site) {
        add(
            "field-site",
            html! {
                (to(format!("/sites/{id}"), site))
                @if let Some(address) = &names.address { br; span class="quiet" { (address) } }
            },
        );
    }
    let caller = names.contact.as_ref().or(row.caller_name.as_ref());
    let phone = row.caller_phone.as_ref().or(names.contact_phone.as_ref());
    if caller.is_some() || phone.is_some() {
        add(
            "field-contact",
            html! {
                @if let Some(name) = caller { (name) }
                @if let Some(phone) = phone { " " a href={ "tel:" (phone) } class="phone" { (phone) } }
            },
        );
    }
    if let Some(id) = row.asset_id {
        let name = names.asset.as_deref().or(names.product.as_deref()).unwrap_or("");
        add(
            "field-asset",
            html! {
                (to(format!("/assets/{id}"), name))
                @if let (Some(_), Some(product)) = (&names.asset, &names.product) { " " span class="quiet" { (product) } }
                @if let Some(serial) = &names.serial { br; code { (serial) } }
                @if let Some(position) = &names.asset_position { br; span class="quiet" { (position) } }
                @if let Some(usage) = &names.asset_usage { " " (badge(l.t(&format!("use-{usage}")))) }
            },
        );
    }
    if let (Some(id), Some(number)) = (row.contract_id, &names.contract) {
        add(
            "field-contract",
            html! {
                (to(format!("/contracts/{id}"), number))
                @if let Some(title) = &names.contract_title { br; span class="quiet" { (title) } }
            },
        );
    } else {
        add("field-contract", html! { span class="quiet" { (l.t("ticket-no-contract-short")) } });
    }
    if let Some(impact) = row.impact {
        add("field-impact", html! { (l.t(impact.label())) });
    }
    if let Some(cause) = row.cause {
        add("field-cause", html! { (l.t(cause.label())) });
    }
    add("field-zone", html! { (row.zone) });
    html! {
        dl class="definitions" { @for (name, value) in pairs { div { dt { (name) } dd { (value) } } } }
    }
}

fn people(actor: &Actor<perm::ViewTickets>, whole: &Whole) -> Markup {
    let (l, row, names) = (&actor.l, &whole.row, &whole.names);
    let watching = whole.watchers.iter().any(|(id, _)| *id == actor.person.id);
    let nobody = html! { span class="quiet" { (l.t("ticket-nobody")) } };
    html! {
        dl class="definitions" {
            div { dt { (l.t("field-team")) } dd { @match &names.team { Some(team) => (team), None => (nobody) } } }
            div { dt { (l.t("field-assignee")) } dd { @match &names.assignee { Some(name) => (name), None => (nobody) } } }
            div { dt { (l.t("ticket-watchers")) } dd {
                @if whole.watchers.is_empty() { (nobody) }
                @for (place, (_, name)) in whole.watchers.iter().enumerate() { @if place > 0 { ", " } (name) }
            } }
        }
        form class="inline" method="post" action={ (path(row.id)) "/watch" } {
            input type="hidden" name="watch" value=(if watching { "no" } else { "yes" });
            button class="button" type="submit" aria-pressed=(watching) {
                (icon(Icon::Eye)) span { (l.t(if watching { "ticket-unwatch" } else { "ticket-watch" })) }
            }
        }
    }
}

fn links(actor: &Actor<perm::ViewTickets>, whole: &Whole) -> Markup {
    let l = &actor.l;
    let base = path(whole.row.id);
    let may = actor.may(Permission::WorkTicket);
    html! {
        @if whole.links.is_empty() && whole.absorbed.is_empty() && whole.row.merged_into_id.is_none() {
            p class="quiet" { (l.t("ticket-no-links")) }
        }
        ul class="ticket-links" {
            @if let Some(into) = whole.row.merged_into_id {
                li { (badge(l.t("ticket-merged-into"))) " " (words::number_link(into)) }
            }
            @for brief in &whole.absorbed {
                li {
                    (badge(l.t("ticket-absorbed"))) " "
                    a class="ticket-number" href={ (path(brief.id)) "?stay=yes" } { (TicketNumber::of(brief.id).grouped()) }
                    " " (brief.title)
                }
            }
            @for (link, brief) in &whole.links {
                li {
                    (badge(l.t(words::relation(link, whole.row.id)))) " " (words::number_link(brief.id)) " " (brief.title) " "
                    (words::state(l, brief.state))
                    @if may {
                        form class="inline" method="post" action={ (base) "/unlink" } {
                            input type="hidden" name="other" value=(TicketNumber::of(brief.id));
                            input type="hidden" name="relation" value=(link.relation);
                            button class="button quiet" type="submit" {
                                (icon(Icon::Cross)) span class="unseen" { (l.t("ticket-unlink")) }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// What was proposed to the customer, to accept on the portal.
fn proposed(actor: &Actor<perm::ViewTickets>, whole: &Whole) -> Markup {
    let l = &actor.l;
    let owed = proposals::offered(l, whole.terms.as_deref(), &whole.obligations);
    let (agree, waive) = (actor.may(Permission::AgreeDeadline), actor.may(Permission::WaivePromise));
    proposals::panel(l, whole.row.id, &whole.proposals, &owed, &whole.zone, agree, waive)
}

/// Remote access under this ticket.
fn remote(actor: &Actor<perm::ViewTickets>, whole: &Whole) -> Markup {
    let row = &whole.row;
    let target = whole.names.asset.clone().or_else(|| whole.names.product.clone()).unwrap_or_default();
    let offer = remote_access::panel::Offer { contacts: &whole.contacts, contact: row.contact_id, target };
    let may = actor.may(Permission::WorkTicket) && row.state.is_open();
    whole.remote.desk(&actor.l, row.id, &whole.zone, actor.person.id, may.then_some(&offer))
}
