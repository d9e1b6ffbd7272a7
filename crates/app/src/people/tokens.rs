//! Tokens of the API: made by their owner, good for some permissions, shown once, revoked at any time.

use axum::extract::Path;
use axum::response::Response;
use jiff::SignedDuration;
use maud::{Markup, html};
use rules::Invalid;
use rules::access::{Permission, perm};
use rules::event::{About, Event};
use rules::ids::TokenId;
use rules::text::Line;

use super::account::with_token_form;
use super::passes::{self, Token};
use super::password::new_token;
use crate::kernel::actor::Actor;
use crate::kernel::form::Form;
use crate::kernel::notice::{Notice, go};
use crate::layout::components::*;
use crate::layout::icons::{Icon, icon};
use crate::layout::page::{Page, Section};
use crate::{App, Failure};

/// How long a token may live, in days; none is for ever.
const LIVES_DAYS: [(&str, Option<i64>); 4] =
    [("30", Some(30)), ("90", Some(90)), ("365", Some(365)), ("", None)];

type Mine = Actor<perm::UseOwnAccount>;

/// The part of the account page about tokens.
pub fn part(actor: &Mine, tokens: &[Token], form: &Form) -> Markup {
    let l = &actor.l;
    let columns = [
        Column::new(l.t("tokens-name")),
        Column::wide(l.t("tokens-scopes")),
        Column::wide(l.t("tokens-expires")),
        Column::labelled(l.t("tokens-used")),
        Column::unseen(l.t("tokens-revoke")),
    ];
    html! {
        p class="hint" { (l.t("tokens-lead")) " " a href="/api/docs" { (l.t("tokens-docs")) } }
        @if !tokens.is_empty() {
            (table(l.t("tokens-title"), &columns, html! {
                @for token in tokens {
                    @let scopes: Vec<&str> = token.scopes.split(' ').collect();
                    tr {
                        td { (token.name) }
                        td class="wide" {
                            @for scope in scopes.iter().take(3) { (badge(l.t(&format!("permission-{scope}")))) " " }
                            @if scopes.len() > 3 { (badge(format!("+{}", scopes.len() - 3))) }
                        }
                        td class="wide" { @match token.expires_at { Some(at) => (when(l, at)), None => (l.t("tokens-never-expires")) } }
                        td { @match token.used_at { Some(at) => (when(l, at)), None => (l.t("people-never")) } }
                        td class="figures" {
                            (action(&format!("/account/tokens/{}/revoke", token.id), Icon::Cross, l.t("tokens-revoke")))
                        }
                    }
                }
            }))
        }
        details open[!form.problems().is_empty()] {
            summary class="button" { (icon(Icon::Add)) span { (l.t("tokens-new")) } }
            (token_form(actor, form))
        }
    }
}

fn token_form(actor: &Mine, form: &Form) -> Markup {
    let l = &actor.l;
    let mine = Permission::ALL.iter().filter(|permission| actor.may(**permission));
    let scopes = mine.map(|permission| (permission.code(), l.t(permission.label()).into_owned()));
    let lives = LIVES_DAYS.map(|(value, days)| {
        let word = match days {
            Some(days) => l.ta("duration-days", &[("n", days.into())]),
            None => l.t("tokens-never-expires"),
        };
        (value.to_owned(), word.into_owned())
    });
    html! {
        form class="form" method="post" action="/account/tokens" {
            (error_summary(form, l))
            div class="row" {
                (Field::text("name", l.t("tokens-name")).required().hint(l.t("tokens-name-hint")).of(form, l))
                (Select::new("days", l.t("tokens-expires"), lives).required().of(form, l))
            }
            (Choice::several("scopes", l.t("tokens-scopes"), scopes).of(form, l))
            (actions(submit(l.t("tokens-make"))))
        }
    }
}

/// POST /account/tokens: makes a token and shows it, this once.
pub async fn create(app: App, actor: Mine, form: Form) -> Result<Response, Failure> {
    let name = Line::parse("name", form.get("name"));
    let scopes: Vec<Permission> = form.all("scopes").filter_map(|code| code.parse().ok()).collect();
    let some = if scopes.is_empty() { Some(Invalid::new("scopes", "error-scopes")) } else { None };
    let days = LIVES_DAYS.into_iter().find(|(value, _)| *value == form.get("days"));
    let (name, days) = match (name, some, days) {
        (Ok(name), None, Some((_, days))) => (String::from(name), days),
        (name, some, days) => {
            let unknown = days.is_none().then(|| Invalid::unknown("days", form.get("days")));
            let problems = [name.err(), some, unknown].into_iter().flatten().collect();
            return with_token_form(&app, &actor, form.with(problems)).await;
        }
    };
    // Nobody hands on more than they have.
    if let Some(beyond) = scopes.iter().find(|scope| !actor.may(**scope)) {
        return Err(Failure::Forbidden(*beyond));
    }
    let token = new_token();
    let (id, kept, named) = (actor.person.id, token.clone(), name.clone());
    let codes = scopes.iter().map(|scope| scope.code()).collect::<Vec<_>>().join(" ");
    app.change(&actor, move |change| {
        let expires_at = days.map(|days| change.now + SignedDuration::from_hours(24 * days));
        let token = passes::add_token(change.tx, id, &name, &kept, &codes, change.now, expires_at)?;
        let about = About { user: Some(id), ..About::default() };
        change.record(about, Event::TokenCreated { token, scopes: codes, expires_at, name });
        Ok(())
    })
    .await?;
    let l = &actor.l;
    Ok(Page::new(&actor, Section::Account, l.t("tokens-made"))
        .crumb("/account", l.t("account-settings"))
        .body(html! {
            (notice(Tone::Risk, l.t("tokens-once")))
            (card(named, html! {
                p { code class="token" { (token) } }
                (actions(html! {
                    button class="button primary" type="button" data-copy=(token) { (icon(Icon::Copy)) span { (l.t("copy")) } }
                    (link_button("/account", Icon::Back, l.t("account-settings"), false))
                }))
                p class="hint" { (l.t("tokens-use")) }
                pre { "curl -H \"Authorization: Bearer …\" " (app.config.public_url) "/api/v1/tickets" }
            }))
        }))
}

/// POST /account/tokens/{id}/revoke
pub async fn revoke(app: App, actor: Mine, Path(token): Path<i64>) -> Result<Response, Failure> {
    let (id, token) = (actor.person.id, TokenId(token));
    let revoked = app
        .change(&actor, move |change| {
            let revoked = passes::revoke_token(change.tx, id, token, change.now)?;
            if revoked {
                change.record(About { user: Some(id), ..About::default() }, Event::TokenRevoked { token });
            }
            Ok(revoked)
        })
        .await?;
    app.tell_passes();
    if revoked { Ok(go("/account", Notice::new("notice-token-revoked"))) } else { Err(Failure::NotFound) }
}
