//! Acknowledging an emergency, by button, link or program; and the chain of a team.

use axum::extract::Path;
use axum::response::Response;
use http::StatusCode;
use maud::{Markup, html};
use rules::access::perm;
use rules::escalation::{STEPS_MOST, Step, WAIT_MOST_MIN, Whom};
use rules::event::Event;
use rules::ids::{TeamId, TicketId, UserId};
use rules::tickets::number::TicketNumber;
use rules::{Invalid, Refusal};

use super::store::{self, Escalation};
use super::{PURPOSE, acknowledge, path};
use crate::kernel::actor::{Actor, By, Visitor};
use crate::kernel::form::Form;
use crate::kernel::notice::{Notice, go};
use crate::layout::components::*;
use crate::layout::icons::{Icon, icon};
use crate::layout::l10n::L10n;
use crate::layout::page::{Page, Section};
use crate::{App, Failure, people, teams};

/// What stands above a ticket that is being called out: a button for whoever takes it up.
pub fn banner(l: &L10n, open: &Escalation, may: bool) -> Markup {
    html! {
        div class="notice bad escalation" role="alert" {
            (icon(Icon::Emergency))
            div {
                strong { (l.t("escalation-open")) }
                " " (l.t("escalation-next")) " " (when(l, open.next_at))
                @if may {
                    form class="inline" method="post" action={ (path(open.ticket_id)) "/acknowledgement" } {
                        button class="button primary" type="submit" { (icon(Icon::Check)) span { (l.t("escalation-take")) } }
                    }
                }
            }
        }
    }
}

pub(super) fn number(text: &str) -> Result<TicketId, Failure> {
    TicketNumber::parse(text).map(TicketNumber::ticket).map_err(|_| Failure::NotFound)
}

pub(super) async fn take(
    app: &App,
    by: impl Into<By>,
    ticket: TicketId,
    person: UserId,
) -> Result<(), Failure> {
    app.change(by, move |change| {
        let about = store::about(change.tx, ticket)?.ok_or(Failure::NotFound)?;
        if acknowledge(change, about, person)? { Ok(()) } else { Err(Refusal::AlreadySo.into()) }
    })
    .await
}

/// POST /tickets/{number}/acknowledgement
pub async fn by_button(
    app: App,
    actor: Actor<perm::WorkTicket>,
    Path(text): Path<String>,
) -> Result<Response, Failure> {
    let ticket = number(&text)?;
    take(&app, &actor, ticket, actor.person.id).await?;
    Ok(go(&path(ticket), Notice::new("notice-escalation-taken")))
}

type Link = Path<(i64, i64, String)>;

/// Whom a link is for, and the ticket; an older or forged link is gone.
async fn followed(app: &App, id: i64, person: i64, signature: &str) -> Result<(Escalation, UserId), Failure> {
    if !app.secrets()?.signed(PURPOSE, &format!("{id}:{person}"), signature) {
        return Err(Failure::Gone);
    }
    let person = UserId(person);
    let (found, account) =
        app.read(move |tx| Ok((store::find(tx, id)?, people::store::find(tx, person)?))).await?;
    let active = account.is_some_and(|account| account.deactivated_at.is_none());
    found.filter(|_| active).map(|found| (found, person)).ok_or(Failure::Gone)
}

/// GET /acknowledge/{id}/{person}/{signature}: asks; a program that only looks at links takes nothing up.
pub async fn link(
    app: App,
    visitor: Visitor,
    Path((id, person, signature)): Link,
) -> Result<Response, Failure> {
    let (found, _) = followed(&app, id, person, &signature).await?;
    let l = &visitor.l;
    let number = TicketNumber::of(found.ticket_id);
    let taken = found.acknowledged_at;
    Ok(Page::new(
        &visitor,
        Section::Tickets,
        l.ta("escalation-title", &[("number", number.grouped().into())]),
    )
    .body(html! {
        @if let Some(at) = taken {
            (notice(Tone::Met, html! { (l.t("escalation-was-taken")) " " (time(l, at)) }))
        } @else {
            p { (l.t("escalation-ask")) }
            form class="form" method="post" action={ "/acknowledge/" (id) "/" (person) "/" (signature) } {
                (actions(submit(l.t("escalation-take"))))
            }
        }
        p { a href=(path(found.ticket_id)) { (l.t("escalation-see")) } }
    }))
}

/// POST /acknowledge/{id}/{person}/{signature}
pub async fn by_link(app: App, Path((id, person, signature)): Link) -> Result<Response, Failure> {
    let (found, who) = followed(&app, id, person, &signature).await?;
    match take(&app, By::User(who), found.ticket_id, who).await {
        Ok(()) | Err(Failure::Refused(Refusal::AlreadySo)) => {}
        Err(failure) => return Err(failure),
    }
    Ok(go(&format!("/acknowledge/{id}/{person}/{signature}"), Notice::new("notice-escalation-taken")))
}

type Keeper = Actor<perm::ManageNotices>;

/// Names of the fields of each step; the form has as many rows as a chain can have steps.
const FIELDS: [(&str, &str, &str); STEPS_MOST] = [
    ("whom_1", "person_1", "wait_1"),
    ("whom_2", "person_2", "wait_2"),
    ("whom_3", "person_3", "wait_3"),
    ("whom_4", "person_4", "wait_4"),
    ("whom_5", "person_5", "wait_5"),
    ("whom_6", "person_6", "wait_6"),
];

/// GET /teams/{id}/escalation
pub async fn chain(app: App, actor: Keeper, Path(id): Path<i64>) -> Result<Response, Failure> {
    let steps = app.read(move |tx| Ok(store::chain(tx, Some(TeamId(id)))?)).await?;
    let mut form = Form::default();
    for (step, (whom, person, wait)) in steps.iter().zip(FIELDS) {
        form.set(whom, step.whom.code());
        form.set(person, step.person.map(|id| id.to_string()).unwrap_or_default());
        form.set(wait, step.wait_min.to_string());
    }
    chain_page(&app, &actor, TeamId(id), &form, StatusCode::OK).await
}

async fn chain_page(
    app: &App,
    actor: &Keeper,
    id: TeamId,
    form: &Form,
    status: StatusCode,
) -> Result<Response, Failure> {
    let l = &actor.l;
    let (team, members, own) = app
        .read(move |tx| {
            let team = teams::store::find(tx, id)?.ok_or(Failure::NotFound)?;
            Ok((team, teams::store::members(tx, id)?, store::own_chain(tx, Some(id))?.is_some()))
        })
        .await?;
    let people: Vec<(String, String)> =
        members.into_iter().map(|member| (member.id.to_string(), member.name)).collect();
    let whom: Vec<(&str, String)> =
        Whom::ALL.iter().map(|one| (one.code(), l.t(one.label()).into_owned())).collect();
    Ok(Page::new(actor, Section::Teams, l.t("escalation-chain"))
        .crumb("/teams", l.t("nav-teams"))
        .crumb(format!("/teams/{id}"), team.name)
        .lead(l.t("escalation-chain-lead"))
        .status(status)
        .body(html! {
            @if !own { (notice(Tone::Info, l.t("escalation-usual"))) }
            (error_summary(form, l))
            form class="form card" method="post" action={ "/teams/" (id) "/escalation" } {
                ol class="chain" {
                    @for (who, person, wait) in FIELDS {
                        li {
                            (Select::new(who, l.t("escalation-whom"), whom.clone()).empty(l.t("escalation-nobody")).of(form, l))
                            (Select::new(person, l.t("escalation-person"), people.clone()).empty("\u{2013}").of(form, l))
                            (Field::text(wait, l.t("escalation-wait")).kind("number").inputmode("numeric").short().of(form, l))
                        }
                    }
                }
                (actions(html! {
                    (submit(l.t("form-save")))
                    button class="button quiet" type="submit" name="usual" value="yes" formnovalidate { (l.t("escalation-back")) }
                }))
            }
        }))
}

fn read(form: &Form) -> Result<Vec<Step>, Vec<Invalid>> {
    let (mut steps, mut problems) = (Vec::new(), Vec::new());
    for (who, person, wait) in FIELDS {
        if form.get(who).is_empty() {
            continue;
        }
        let whom = form.get(who).parse::<Whom>().map_err(|_| Invalid::unknown(who, form.get(who)));
        let id = form.some(person).and_then(|id| id.parse().ok()).map(UserId);
        let minutes =
            form.get(wait).parse::<u16>().ok().filter(|minutes| (1..=WAIT_MOST_MIN).contains(minutes));
        match (whom, minutes) {
            (Ok(Whom::Person), Some(_)) if id.is_none() => problems.push(Invalid::required(person)),
            (Ok(whom), Some(wait_min)) => {
                steps.push(Step { whom, person: id.filter(|_| whom == Whom::Person), wait_min });
            }
            (whom, minutes) => {
                problems.extend(whom.err());
                if minutes.is_none() {
                    problems.push(Invalid::new(wait, "error-minutes").with("most", WAIT_MOST_MIN));
                }
            }
        }
    }
    if steps.is_empty() && problems.is_empty() {
        problems.push(Invalid::required("whom_1"));
    }
    if problems.is_empty() { Ok(steps) } else { Err(problems) }
}

/// POST /teams/{id}/escalation
pub async fn save_chain(
    app: App,
    actor: Keeper,
    Path(id): Path<i64>,
    form: Form,
) -> Result<Response, Failure> {
    let id = TeamId(id);
    let steps = if form.get("usual") == "yes" { Ok(Vec::new()) } else { read(&form) };
    match steps {
        Ok(steps) => {
            app.change(&actor, move |change| {
                teams::store::find(change.tx, id)?.ok_or(Failure::NotFound)?;
                store::save_chain(change.tx, id, &steps, change.now)?;
                let about = rules::event::About { team: Some(id), ..Default::default() };
                change.record(
                    about,
                    Event::TeamEscalationSet { steps: i64::try_from(steps.len()).unwrap_or(0) },
                );
                Ok(())
            })
            .await?;
            Ok(go(&format!("/teams/{id}/escalation"), Notice::new("notice-team-saved")))
        }
        Err(problems) => {
            chain_page(&app, &actor, id, &form.with(problems), StatusCode::UNPROCESSABLE_ENTITY).await
        }
    }
}
