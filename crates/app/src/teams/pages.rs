//! Pages about teams.

use axum::extract::Path;
use axum::response::Response;
use http::StatusCode;
use maud::{Markup, html};
use rules::access::{Permission, perm};
use rules::event::{About, Event, changed_fields, changes};
use rules::ids::{TeamId, UserId};
use rules::text::Line;
use rules::{Invalid, Refusal};

use super::store::{self, Member, Team};
use crate::kernel::actor::Actor;
use crate::kernel::form::Form;
use crate::kernel::notice::{Notice, go};
use crate::layout::components::*;
use crate::layout::icons::Icon;
use crate::layout::l10n::L10n;
use crate::layout::page::{Page, Section, Viewer};
use crate::people;
use crate::{App, Failure};

/// Teams that the list shows.
const TEAMS_MAX: i64 = 500;

type Keeper = Actor<perm::ManageTeams>;

/// GET /teams
pub async fn list(app: App, actor: Actor<perm::ViewPeople>) -> Result<Response, Failure> {
    let l = &actor.l;
    let teams = app.read(|tx| Ok(store::list(tx, TEAMS_MAX)?)).await?;
    let add = actor
        .may(Permission::ManageTeams)
        .then(|| link_button("/teams/new", Icon::Add, l.t("teams-new"), true));
    let columns = [
        Column::new(l.t("teams-name")),
        Column::wide(l.t("teams-note")),
        Column::figures(l.t("teams-members")),
        Column::state(l.t("people-state")),
    ];
    Ok(Page::new(&actor, Section::Teams, l.t("nav-teams"))
        .actions(html! { @if let Some(add) = &add { (add) } })
        .body(html! {
            @if teams.is_empty() {
                (empty(Icon::Team, l.t("teams-none"), l.t("teams-none-lead"), add))
            } @else {
                (table(l.t("nav-teams"), &columns, html! {
                    @for team in &teams {
                        tr data-href={ "/teams/" (team.id) } {
                            td { a href={ "/teams/" (team.id) } { (team.name) } }
                            td class="wide" { (team.note.as_deref().unwrap_or_default()) }
                            td class="figures" { (l.number(team.members)) }
                            td { (state_chip(team.archived_at.is_none(), l)) }
                        }
                    }
                }))
            }
        }))
}

fn state_chip(active: bool, l: &L10n) -> Markup {
    if active {
        chip(Tone::Met, Icon::Check, l.t("teams-active"))
    } else {
        chip(Tone::Void, Icon::Archive, l.t("teams-archived"))
    }
}

/// GET /teams/new
pub async fn new(actor: Keeper) -> Response {
    new_page(&actor, &Form::default(), StatusCode::OK)
}

fn new_page(viewer: &Viewer, form: &Form, status: StatusCode) -> Response {
    let l = &viewer.l;
    Page::new(viewer, Section::Teams, l.t("teams-new"))
        .crumb("/teams", l.t("nav-teams"))
        .lead(l.t("teams-none-lead"))
        .status(status)
        .body(html! {
            (error_summary(form, l))
            form class="form card" method="post" action="/teams" { (fields(form, l)) (actions(submit(l.t("teams-create")))) }
        })
}

fn fields(form: &Form, l: &L10n) -> Markup {
    html! {
        (Field::text("name", l.t("teams-name")).required().of(form, l))
        (Field::text("note", l.t("teams-note")).hint(l.t("teams-note-hint")).of(form, l))
    }
}

fn typed(form: &Form) -> Result<(String, Option<String>), Vec<Invalid>> {
    match (Line::parse("name", form.get("name")), Line::parse_optional("note", form.get("note"))) {
        (Ok(name), Ok(note)) => Ok((name.into(), note.map(String::from))),
        (name, note) => Err([name.err(), note.err()].into_iter().flatten().collect()),
    }
}

fn name_taken(error: db::Error) -> Failure {
    if error.is_unique_on("team.name") { Failure::field("name", "error-name-taken") } else { error.into() }
}

/// POST /teams
pub async fn create(app: App, actor: Keeper, form: Form) -> Result<Response, Failure> {
    let added = match typed(&form) {
        Ok((name, note)) => {
            app.change(&actor, move |change| {
                let id = store::add(change.tx, &name, note.as_deref(), change.now).map_err(name_taken)?;
                change.record(About { team: Some(id), ..About::default() }, Event::TeamCreated { name });
                Ok(id)
            })
            .await
        }
        Err(problems) => Err(Failure::Invalid(problems)),
    };
    match added {
        Ok(id) => Ok(go(&format!("/teams/{id}"), Notice::new("notice-team-saved"))),
        Err(Failure::Invalid(problems)) => {
            Ok(new_page(&actor, &form.with(problems), StatusCode::UNPROCESSABLE_ENTITY))
        }
        Err(failure) => Err(failure),
    }
}

/// GET /teams/{id}
pub async fn show(
    app: App,
    actor: Actor<perm::ViewPeople>,
    Path(id): Path<i64>,
) -> Result<Response, Failure> {
    team_page(&app, &actor, TeamId(id), None, StatusCode::OK).await
}

async fn team_page(
    app: &App,
    viewer: &Viewer,
    id: TeamId,
    form: Option<Form>,
    status: StatusCode,
) -> Result<Response, Failure> {
    let l = &viewer.l;
    let (team, members) = app
        .read(move |tx| Ok((store::find(tx, id)?.ok_or(Failure::NotFound)?, store::members(tx, id)?)))
        .await?;
    let manages = viewer.person.as_ref().is_some_and(|person| person.may(Permission::ManageTeams));
    let active = team.archived_at.is_none();
    let form = form.unwrap_or_else(|| {
        Form::of([
            ("name", team.name.clone()),
            ("note", team.note.clone().unwrap_or_default()),
            ("version", team.version.to_string()),
        ])
    });
    Ok(Page::new(viewer, Section::Teams, team.name.clone())
        .crumb("/teams", l.t("nav-teams"))
        .status(status)
        .actions(html! {
            (state_chip(active, l))
            @if manages { (link_button(&format!("/teams/{id}/escalation"), Icon::Emergency, l.t("escalation-chain"), false)) }
        })
        .body(html! {
            (card(l.t("teams-members"), html! {
                @if members.is_empty() { p class="muted" { (l.t("teams-no-members")) } } @else { (member_table(id, &members, manages, l)) }
                @if manages && active { (add_member_form(id, &form, l)) }
            }))
            @if manages {
                (card(l.t("teams-particulars"), html! {
                    (error_summary(&form, l))
                    form class="form" method="post" action={ "/teams/" (id) } data-keep {
                        input type="hidden" name="version" value=(form.get("version"));
                        (fields(&form, l))
                        (actions(submit(l.t("form-save"))))
                    }
                }))
                div class="form-foot" {
                    @if active { (action(&format!("/teams/{id}/archive"), Icon::Archive, l.t("teams-archive"))) }
                    @else { (action(&format!("/teams/{id}/restore"), Icon::Undo, l.t("teams-restore"))) }
                }
            } @else if let Some(note) = &team.note { (card(l.t("teams-note"), html! { p { (note) } })) }
        }))
}

fn member_table(id: TeamId, members: &[Member], manages: bool, l: &L10n) -> Markup {
    let columns = [
        Column::new(l.t("people-name")),
        Column::new(l.t("people-role")),
        Column::wide(l.t("people-phone")),
        Column::unseen(l.t("teams-remove")),
    ];
    table(
        l.t("teams-members"),
        &columns,
        html! {
            @for member in members {
                tr data-href={ "/people/" (member.id) } {
                    td { a href={ "/people/" (member.id) } { (member.name) } }
                    td { (l.t(member.role.label())) }
                    td class="wide" { (member.phone.as_deref().unwrap_or_default()) }
                    td class="figures" {
                        @if manages { (action(&format!("/teams/{id}/members/{}/remove", member.id), Icon::Cross, l.t("teams-remove"))) }
                    }
                }
            }
        },
    )
}

fn add_member_form(id: TeamId, form: &Form, l: &L10n) -> Markup {
    html! {
        form class="form" method="post" action={ "/teams/" (id) "/members" } {
            div class="row" {
                (Combobox::new("person", l.t("teams-add-member"), "/people/lookup").required()
                    .placeholder(l.t("people-search")).of(form, l))
            }
            (actions(submit(l.t("teams-add"))))
        }
    }
}

/// POST /teams/{id}
pub async fn save(app: App, actor: Keeper, Path(id): Path<i64>, form: Form) -> Result<Response, Failure> {
    let id = TeamId(id);
    let saved = match typed(&form) {
        Ok(typed) => save_team(&app, &actor, id, form.get("version").parse().unwrap_or(0), typed).await,
        Err(problems) => Err(Failure::Invalid(problems)),
    };
    match saved {
        Ok(()) => Ok(go(&format!("/teams/{id}"), Notice::new("notice-team-saved"))),
        Err(Failure::Invalid(problems)) => {
            team_page(&app, &actor, id, Some(form.with(problems)), StatusCode::UNPROCESSABLE_ENTITY).await
        }
        Err(failure) => Err(failure),
    }
}

async fn save_team(
    app: &App,
    actor: &Keeper,
    id: TeamId,
    seen: i64,
    (name, note): (String, Option<String>),
) -> Result<(), Failure> {
    app.change(actor, move |change| {
        let Team { name: old, note: noted, version: current, .. } =
            store::find(change.tx, id)?.ok_or(Failure::NotFound)?;
        let differences =
            changes(&[("name", Some(&old), Some(&name)), ("note", noted.as_deref(), note.as_deref())]);
        if !store::save(change.tx, id, seen, &name, note.as_deref()).map_err(name_taken)? {
            return Err(Refusal::ChangedMeanwhile { seen, current }.into());
        }
        if !differences.is_empty() {
            let event = Event::TeamEdited { fields: changed_fields(&differences), changes: differences };
            change.record(About { team: Some(id), ..About::default() }, event);
        }
        Ok(())
    })
    .await
}

/// POST /teams/{id}/members
pub async fn add_member(
    app: App,
    actor: Keeper,
    Path(id): Path<i64>,
    form: Form,
) -> Result<Response, Failure> {
    let id = TeamId(id);
    let chosen = form.some("person").and_then(|text| text.parse::<i64>().ok()).map(UserId);
    let words = form.get("person_text").to_owned();
    let added = app
        .change(&actor, move |change| {
            let found = match chosen {
                Some(person) => people::store::find(change.tx, person)?.map(|account| account.id),
                None if words.is_empty() => return Err(Invalid::required("person").into()),
                // Without a script only the words came: they must name exactly one person.
                None => match people::store::lookup(change.tx, &words, 2)?.as_slice() {
                    [only] => Some(only.id),
                    _ => None,
                },
            };
            let Some(member) = found else {
                return Err(Invalid::new("person", "error-not-there").with("given", words).into());
            };
            if store::add_member(change.tx, id, member, change.now)? {
                change
                    .record(About { team: Some(id), ..About::default() }, Event::TeamMemberAdded { member });
            }
            Ok(())
        })
        .await;
    match added {
        Ok(()) => Ok(go(&format!("/teams/{id}"), Notice::new("notice-team-saved"))),
        Err(Failure::Invalid(problems)) => {
            let team = app.read(move |tx| store::find(tx, id)?.ok_or(Failure::NotFound)).await?;
            let mut form = form.with(problems);
            form.set("name", team.name);
            form.set("note", team.note.unwrap_or_default());
            form.set("version", team.version.to_string());
            team_page(&app, &actor, id, Some(form), StatusCode::UNPROCESSABLE_ENTITY).await
        }
        Err(failure) => Err(failure),
    }
}

/// POST /teams/{id}/members/{person}/remove
pub async fn remove_member(
    app: App,
    actor: Keeper,
    Path((id, person)): Path<(i64, i64)>,
) -> Result<Response, Failure> {
    let (id, member) = (TeamId(id), UserId(person));
    app.change(&actor, move |change| {
        if !store::remove_member(change.tx, id, member)? {
            return Err(Failure::NotFound);
        }
        change.record(About { team: Some(id), ..About::default() }, Event::TeamMemberRemoved { member });
        Ok(())
    })
    .await?;
    Ok(go(&format!("/teams/{id}"), Notice::new("notice-team-saved")))
}

/// POST /teams/{id}/archive
pub async fn archive(app: App, actor: Keeper, Path(id): Path<i64>) -> Result<Response, Failure> {
    put_away(&app, &actor, TeamId(id), true).await
}

/// POST /teams/{id}/restore
pub async fn restore(app: App, actor: Keeper, Path(id): Path<i64>) -> Result<Response, Failure> {
    put_away(&app, &actor, TeamId(id), false).await
}

async fn put_away(app: &App, actor: &Keeper, id: TeamId, away: bool) -> Result<Response, Failure> {
    app.change(actor, move |change| {
        let team = store::find(change.tx, id)?.ok_or(Failure::NotFound)?;
        if team.archived_at.is_some() == away {
            return Err(Refusal::AlreadySo.into());
        }
        store::archive(change.tx, id, away.then_some(change.now))?;
        let about = About { team: Some(id), ..About::default() };
        let event = if away { Event::TeamArchived { reason: None } } else { Event::TeamRestored {} };
        change.record(about, event);
        Ok(())
    })
    .await?;
    Ok(go(&format!("/teams/{id}"), Notice::new("notice-team-saved")))
}
