//! Tagging, ticking off, noting time, and letting those that are part of a ticket follow it.

use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use maud::{Markup, html};
use rules::access::perm;
use rules::event::Happening;
use rules::ids::*;
use rules::text::Line;
use rules::tickets::Cause;
use rules::tickets::extras::{self, read_spent, read_tag};
use rules::tickets::life::Ticket;
use rules::tickets::verb::{Verb, VerbName};

use super::show::follows;
use super::store;
use crate::kernel::actor::Actor;
use crate::kernel::door::Change;
use crate::kernel::errors::Failure;
use crate::kernel::form::{Form, Search};
use crate::kernel::notice::{Notice, go};
use crate::kernel::state::App;
use crate::layout::components::*;
use crate::layout::l10n::L10n;
use crate::layout::page::{Page, Section};
use crate::tickets::change::{self, number, path};
use crate::tickets::why;

/// Tells what happened to a ticket whose row does not change by it.
fn tell(change: &mut Change<'_>, id: TicketId, happening: Happening) {
    change.happen(happening);
    change.nudge(format!("ticket:{id}"));
}

fn ticket(change: &mut Change<'_>, id: TicketId) -> Result<Ticket, Failure> {
    Ok(change::load(change, id, None)?.ticket())
}

/// POST /tickets/{number}/tags
pub async fn tag(
    app: App,
    actor: Actor<perm::WorkTicket>,
    Path(text): Path<String>,
    form: Form,
) -> Result<Response, Failure> {
    let id = number(&text)?;
    let name = read_tag("tag", form.get("tag"))?;
    app.change(&actor, move |c| {
        let ticket = ticket(c, id)?;
        let tag = store::tag(c.tx, &name, c.now)?;
        let already = store::tags_of(c.tx, id)?.iter().any(|(own, _)| *own == tag);
        let happening = extras::tag(&ticket, &name, true, already, c.now)?;
        store::bear(c.tx, id, tag)?;
        c.nudge("queue");
        tell(c, id, happening);
        Ok(())
    })
    .await?;
    Ok(go(&path(id), Notice::new("notice-tagged")))
}

/// POST /tickets/{number}/tags/{id}/removal
pub async fn untag(
    app: App,
    actor: Actor<perm::WorkTicket>,
    Path((text, tag)): Path<(String, i64)>,
) -> Result<Response, Failure> {
    let id = number(&text)?;
    app.change(&actor, move |c| {
        let ticket = ticket(c, id)?;
        let name = store::tag_name(c.tx, tag)?.ok_or(Failure::NotFound)?;
        let already = store::tags_of(c.tx, id)?.iter().any(|(own, _)| *own == tag);
        let happening = extras::tag(&ticket, &name, false, already, c.now)?;
        store::shed(c.tx, id, tag)?;
        c.nudge("queue");
        tell(c, id, happening);
        Ok(())
    })
    .await?;
    Ok(go(&path(id), Notice::new("notice-untagged")))
}

/// POST /tickets/{number}/time
pub async fn spend(
    app: App,
    actor: Actor<perm::WorkTicket>,
    Path(text): Path<String>,
    form: Form,
) -> Result<Response, Failure> {
    let (id, user) = (number(&text)?, actor.person.id);
    let minutes = read_spent("spent", form.get("spent"))?;
    let note = Line::parse_optional("note", form.get("note"))?;
    app.change(&actor, move |c| {
        let ticket = ticket(c, id)?;
        let happening = extras::spend(&ticket, minutes, user, note.as_ref(), c.now)?;
        store::spend(c.tx, id, user, minutes, note.as_ref().map(Line::as_str), c.now)?;
        tell(c, id, happening);
        Ok(())
    })
    .await?;
    Ok(go(&path(id), Notice::new("notice-time-spent")))
}

/// POST /tickets/{number}/steps
pub async fn add_step(
    app: App,
    actor: Actor<perm::WorkTicket>,
    Path(text): Path<String>,
    form: Form,
) -> Result<Response, Failure> {
    let id = number(&text)?;
    let words = Line::parse("text", form.get("text"))?;
    app.change(&actor, move |c| {
        let ticket = ticket(c, id)?;
        let step = store::add_step(c.tx, id, words.as_str())?;
        let happening = extras::add_step(&ticket, step, &words, c.now)?;
        tell(c, id, happening);
        Ok(())
    })
    .await?;
    Ok(go(&path(id), Notice::new("notice-step-added")))
}

/// POST /tickets/{number}/steps/{id}
pub async fn tick(
    app: App,
    actor: Actor<perm::WorkTicket>,
    Path((text, step)): Path<(String, i64)>,
    form: Form,
) -> Result<Response, Failure> {
    let (id, user) = (number(&text)?, actor.person.id);
    let done = form.get("done") == "yes";
    app.change(&actor, move |c| {
        let ticket = ticket(c, id)?;
        let steps = store::steps(c.tx, id)?;
        let stored = steps.iter().find(|one| one.id == step).ok_or(Failure::NotFound)?;
        let happening = extras::tick(&ticket, step, &stored.text, done, stored.done_at.is_some(), c.now)?;
        store::tick(c.tx, id, step, done.then_some((c.now, user)))?;
        tell(c, id, happening);
        Ok(())
    })
    .await?;
    Ok(go(&path(id), Notice::new("notice-step-ticked")))
}

fn verb_of(text: &str) -> Result<VerbName, Failure> {
    match text.parse() {
        Ok(verb @ (VerbName::Restore | VerbName::Resolve)) => Ok(verb),
        _ => Err(Failure::NotFound),
    }
}

fn follow_form(l: &L10n, id: TicketId, verb: VerbName, form: &Form, count: usize) -> Markup {
    let causes = Cause::ALL.iter().map(|one| (one.code(), l.t(one.label()).into_owned()));
    html! {
        p { (l.ta("children-count", &[("n", count.into())])) }
        form class="act-form" method="post" action={ (path(id)) "/children/" (verb) } {
            (error_summary(form, l))
            @if verb == VerbName::Resolve {
                (Select::new("cause", l.t("field-cause"), causes).required().empty("\u{2013}").of(form, l))
                (TextArea::new("solution", l.t("field-solution")).rows(3).required().of(form, l))
            } @else {
                (TextArea::new("note", l.t("field-note")).rows(2).of(form, l))
            }
            (submit(l.t(if verb == VerbName::Resolve { "children-resolve" } else { "children-restore" })))
        }
    }
}

/// GET /tickets/{number}/children/{verb}
pub async fn follow_page(
    app: App,
    actor: Actor<perm::WorkTicket>,
    Path((text, verb)): Path<(String, String)>,
    search: Search,
) -> Result<Response, Failure> {
    let (id, verb) = (number(&text)?, verb_of(&verb)?);
    let count = app.read(move |tx| Ok(store::children(tx, id)?.len())).await?;
    let l = &actor.l;
    let shown = follow_form(l, id, verb, &Form::default(), count);
    if search.get("part") == "yes" {
        return Ok(why::part(&l.t("children-title"), shown).into_response());
    }
    Ok(Page::new(&actor, Section::Tickets, l.t("children-title"))
        .crumb(path(id), l.t("tickets-title"))
        .body(shown))
}

/// POST /tickets/{number}/children/{verb}: those that are part of a ticket do what it did, as far as each can.
pub async fn follow(
    app: App,
    actor: Actor<perm::WorkTicket>,
    Path((text, verb)): Path<(String, String)>,
    form: Form,
) -> Result<Response, Failure> {
    let (id, name, user) = (number(&text)?, verb_of(&verb)?, actor.person.id);
    let verb = match Verb::read(name, &form, &actor.l.zone) {
        Ok(verb) => verb,
        Err(problems) => {
            let count = app.read(move |tx| Ok(store::children(tx, id)?.len())).await?;
            let shown = follow_form(&actor.l, id, name, &form.with(problems), count);
            return Ok(Page::new(&actor, Section::Tickets, actor.l.t("children-title"))
                .crumb(path(id), actor.l.t("tickets-title"))
                .status(StatusCode::UNPROCESSABLE_ENTITY)
                .body(shown));
        }
    };
    let done = app
        .change(&actor, move |c| {
            let mut done = 0;
            for child in store::children(c.tx, id)? {
                let Some(row) = crate::tickets::store::find(c.tx, child)? else { continue };
                if follows(&row, name) {
                    c.attempt(|part| change::act(part, child, None, verb.clone(), user))?;
                    done += 1;
                }
            }
            Ok(done)
        })
        .await?;
    Ok(go(&path(id), Notice::new("notice-children-followed").with("n", done)))
}
