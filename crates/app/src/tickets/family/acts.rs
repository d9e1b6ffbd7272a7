//! What was done to the parent of a widespread fault is done to its parts: a note for their contacts, restored,
//! resolved. One that cannot follow stays as it is, and is named.

use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use jiff::tz::TimeZone;
use maud::{Markup, html};
use rules::Refusal;
use rules::access::perm;
use rules::ids::*;
use rules::tickets::Cause;
use rules::tickets::family::follows;
use rules::tickets::number::TicketNumber;
use rules::tickets::verb::{Verb, VerbName};

use super::store::{self, PartRow};
use crate::kernel::actor::Actor;
use crate::kernel::door::Change;
use crate::kernel::errors::Failure;
use crate::kernel::form::{Form, Search};
use crate::kernel::notice::{Notice, go, refusal_words};
use crate::kernel::state::App;
use crate::layout::components::*;
use crate::layout::icons::{Icon, icon};
use crate::layout::l10n::L10n;
use crate::layout::page::{Page, Section};
use crate::tickets::change::{self, number, path};
use crate::tickets::{why, words};

/// Parts in sight on the parent's page; the others are folded.
const IN_SIGHT: usize = 10;

/// What became of the parts.
#[derive(Debug, Default)]
pub struct Followed {
    pub done: i64,
    /// Those that could not follow, and why.
    pub left: Vec<(TicketId, Refusal)>,
}

/// Does to the parts of a ticket what was done to it, as far as each can: one that refuses does not stop the rest.
///
/// `mail` sends a public note to their contacts as well.
///
/// Errors: those of the database.
pub fn follow(
    change: &mut Change<'_>,
    parent: TicketId,
    (name, verb): (VerbName, &Verb),
    user: UserId,
    mail: bool,
) -> Result<Followed, Failure> {
    let mut followed = Followed::default();
    for part in store::parts(change.tx, parent)? {
        let Some(row) = crate::tickets::store::find(change.tx, part.id)? else { continue };
        if !follows(&row.ticket(), name) {
            continue;
        }
        let done = change.attempt(|c| {
            change::act(c, part.id, None, verb.clone(), user)?;
            if mail {
                change::by_mail(c, part.id, verb)?;
            }
            Ok(())
        });
        match done {
            Ok(()) => followed.done += 1,
            Err(Failure::Refused(refusal)) => followed.left.push((part.id, refusal)),
            Err(failure) => return Err(failure),
        }
    }
    Ok(followed)
}

/// The parts that could do a verb now.
pub fn able(tx: &mut db::Tx, parent: TicketId, verb: VerbName) -> Result<usize, Failure> {
    let mut able = 0;
    for part in store::parts(tx, parent)? {
        let row = crate::tickets::store::find(tx, part.id)?;
        able += usize::from(row.is_some_and(|row| follows(&row.ticket(), verb)));
    }
    Ok(able)
}

/// Where the act leads: the parent's page, which says how many followed, or a page that names those that did not.
pub fn told<P>(actor: &Actor<P>, id: TicketId, followed: &Followed) -> Response {
    let l = &actor.l;
    if followed.left.is_empty() {
        return go(&path(id), Notice::new("notice-parts-followed").with("n", followed.done.to_string()));
    }
    Page::new(actor, Section::Tickets, l.t("parts-left-title"))
        .crumb("/tickets", l.t("tickets-title"))
        .crumb(path(id), TicketNumber::of(id).grouped())
        .lead(l.ta("notice-parts-followed", &[("n", followed.done.into())]))
        .body(html! {
            ul class="ticket-links" {
                @for (part, refusal) in &followed.left {
                    li { (words::number_link(*part)) " " (refusal_words(refusal, l)) }
                }
            }
            p class="actions" { (link_button(&path(id), Icon::Back, l.t("parts-back"), true)) }
        })
}

/// The card of a parent: how many are part of it, how each stands, and what can be done to all.
pub fn card(l: &L10n, id: TicketId, parts: &[PartRow], may_all: bool) -> Markup {
    let open = parts.iter().filter(|part| part.state.is_open()).count();
    let (first, rest) = parts.split_at(parts.len().min(IN_SIGHT));
    html! {
        p { (l.ta("parts-count", &[("n", parts.len().into()), ("open", open.into())])) }
        ul class="ticket-links" { @for part in first { (line(l, id, part)) } }
        @if !rest.is_empty() {
            details { summary { (l.ta("parts-more", &[("n", rest.len().into())])) }
                ul class="ticket-links" { @for part in rest { (line(l, id, part)) } } }
        }
        @if may_all && open > 0 {
            p class="hint" { (l.t("parts-hint")) }
            div class="actions" {
                a class="button" href={ (path(id)) "/parts/restoration" } data-act { (icon(Icon::Refresh)) span { (l.t("parts-restore")) } }
                a class="button" href={ (path(id)) "/parts/resolution" } data-act { (icon(Icon::Check)) span { (l.t("parts-resolve")) } }
            }
        }
    }
}

fn line(l: &L10n, id: TicketId, part: &PartRow) -> Markup {
    html! {
        li {
            (words::number_link(part.id)) " " (part.customer) " " (words::state(l, part.state)) " "
            span class="quiet" { (part.title) }
            form class="inline" method="post" action={ (path(id)) "/unlink" } {
                input type="hidden" name="other" value=(TicketNumber::of(part.id));
                input type="hidden" name="relation" value="part-of";
                button class="button quiet small" type="submit" aria-label=(l.t("ticket-unlink")) { (icon(Icon::Cross)) }
            }
        }
    }
}

fn verb_of(text: &str) -> Result<VerbName, Failure> {
    match text.parse() {
        Ok(verb @ (VerbName::Restore | VerbName::Resolve)) => Ok(verb),
        _ => Err(Failure::NotFound),
    }
}

fn fields(l: &L10n, id: TicketId, verb: VerbName, form: &Form, able: usize) -> Markup {
    let causes = Cause::ALL.iter().map(|one| (one.code(), l.t(one.label()).into_owned()));
    let word = if verb == VerbName::Resolve { "parts-resolve" } else { "parts-restore" };
    html! {
        form class="act-form" method="post" action={ (path(id)) "/parts/" (verb) } {
            (error_summary(form, l))
            p class="hint" { (l.ta("parts-able", &[("n", able.into())])) }
            @if verb == VerbName::Resolve {
                (Select::new("cause", l.t("field-cause"), causes).required().empty(l.t("act-choose")).of(form, l))
                (TextArea::new("solution", l.t("field-solution")).rows(3).required().hint(l.t("act-solution-hint")).of(form, l))
            } @else {
                (TextArea::new("note", l.t("field-note")).rows(2).of(form, l))
            }
            div class="actions" {
                button class="button primary" type="submit" disabled[able == 0] { (icon(Icon::Check)) span { (l.t(word)) } }
                a class="button" href=(path(id)) data-close { span { (l.t("act-not")) } }
            }
        }
    }
}

/// GET /tickets/{number}/parts/{verb}
pub async fn form(
    app: App,
    actor: Actor<perm::ChangeTicketsInBulk>,
    Path((text, verb)): Path<(String, String)>,
    search: Search,
) -> Result<Response, Failure> {
    let (id, verb) = (number(&text)?, verb_of(&verb)?);
    let able = app.read(move |tx| able(tx, id, verb)).await?;
    let l = &actor.l;
    let shown = fields(l, id, verb, &Form::default(), able);
    if search.get("part") == "yes" {
        return Ok(why::part(&l.t("parts-title"), shown).into_response());
    }
    Ok(Page::new(&actor, Section::Tickets, l.t("parts-title"))
        .crumb(path(id), TicketNumber::of(id).grouped())
        .body(shown))
}

/// POST /tickets/{number}/parts/{verb}
pub async fn act(
    app: App,
    actor: Actor<perm::ChangeTicketsInBulk>,
    Path((text, verb)): Path<(String, String)>,
    form: Form,
) -> Result<Response, Failure> {
    let (id, name, user) = (number(&text)?, verb_of(&verb)?, actor.person.id);
    let zone =
        app.read(move |tx| Ok(crate::tickets::store::find(tx, id)?.ok_or(Failure::NotFound)?.zone)).await?;
    let zone = TimeZone::get(&zone).unwrap_or(TimeZone::UTC);
    let verb = match Verb::read(name, &form, &zone) {
        Ok(verb) => verb,
        Err(problems) => {
            let able = app.read(move |tx| able(tx, id, name)).await?;
            let l = &actor.l;
            return Ok(Page::new(&actor, Section::Tickets, l.t("parts-title"))
                .crumb(path(id), TicketNumber::of(id).grouped())
                .status(StatusCode::UNPROCESSABLE_ENTITY)
                .body(fields(l, id, name, &form.with(problems), able)));
        }
    };
    let followed = app.change(&actor, move |c| follow(c, id, (name, &verb), user, false)).await?;
    Ok(told(&actor, id, &followed))
}
