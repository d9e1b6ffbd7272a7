//! How a person wants to be told what, and in which hours not.

use std::collections::BTreeMap;

use axum::response::Response;
use http::StatusCode;
use jiff::civil::Time;
use maud::{Markup, html};
use rules::Invalid;
use rules::access::perm;
use rules::notifications::{Notice, PERSONAL, Quiet, Way};

use super::readers::{self, Reader};
use crate::kernel::actor::Actor;
use crate::kernel::form::Form;
use crate::kernel::notice::{Notice as Said, go};
use crate::layout::components::*;
use crate::layout::l10n::L10n;
use crate::layout::page::{Page, Section};
use crate::{App, Failure};

type Mine = Actor<perm::UseOwnAccount>;

/// GET /account/notices
pub async fn page(app: App, actor: Mine) -> Result<Response, Failure> {
    let reader = mine(&app, &actor).await?;
    let form = stored(&reader);
    Ok(shown(&actor, &reader, &form, StatusCode::OK))
}

async fn mine(app: &App, actor: &Mine) -> Result<Reader, Failure> {
    let me = actor.person.id;
    app.read(move |tx| readers::person(tx, me)?.ok_or(Failure::NotFound)).await
}

fn stored(reader: &Reader) -> Form {
    let mut pairs: Vec<(String, String)> = Vec::new();
    for notice in Notice::STAFF {
        for way in reader.ways(notice) {
            pairs.push((notice.code().to_owned(), way.code().to_owned()));
        }
    }
    pairs.push(("quiet_from".to_owned(), reader.quiet_from.clone().unwrap_or_default()));
    pairs.push(("quiet_to".to_owned(), reader.quiet_to.clone().unwrap_or_default()));
    Form::of(pairs)
}

fn shown(actor: &Mine, reader: &Reader, form: &Form, status: StatusCode) -> Response {
    let l = &actor.l;
    let missing = [
        reader.email.is_none().then_some("choices-no-mail"),
        reader.phone.is_none().then_some("choices-no-phone"),
    ];
    Page::new(actor, Section::Account, l.t("choices-title"))
        .crumb("/account", l.t("account-settings"))
        .lead(l.t("choices-lead"))
        .status(status)
        .body(html! {
            (error_summary(form, l))
            @for key in missing.into_iter().flatten() { (notice(Tone::Info, l.t(key))) }
            form class="form card" method="post" action="/account/notices" {
                (matrix(form, l))
                fieldset class="field quiet-hours" {
                    legend class="label" { (l.t("choices-quiet")) }
                    p class="hint" { (l.t("choices-quiet-hint")) }
                    div class="pair" {
                        (Field::text("quiet_from", l.t("choices-quiet-from")).kind("time").short().of(form, l))
                        (Field::text("quiet_to", l.t("choices-quiet-to")).kind("time").short().of(form, l))
                    }
                }
                (actions(html! {
                    (submit(l.t("form-save")))
                    button class="button quiet" type="submit" name="usual" value="yes" formnovalidate { (l.t("choices-usual")) }
                }))
            }
        })
}

/// Events against ways. Each box has a label for those who do not see the table.
fn matrix(form: &Form, l: &L10n) -> Markup {
    html! {
        div class="table-frame" {
            table class="table matrix" {
                caption class="unseen" { (l.t("choices-title")) }
                thead { tr {
                    th scope="col" { (l.t("choices-event")) }
                    @for way in PERSONAL { th scope="col" class="centre" { (l.t(way.label())) } }
                } }
                tbody {
                    @for one in Notice::STAFF {
                        tr {
                            th scope="row" { (l.t(one.label())) }
                            @for way in PERSONAL {
                                td class="centre" {
                                    label class="box" {
                                        input type="checkbox" name=(one.code()) value=(way.code())
                                            checked[form.all(one.code()).any(|chosen| chosen == way.code())];
                                        span class="unseen" { (l.t(one.label())) ", " (l.t(way.label())) }
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn read(form: &Form) -> Result<(BTreeMap<String, Vec<Way>>, Option<Quiet>), Vec<Invalid>> {
    let ways = |notice: Notice| -> Vec<Way> {
        let typed: Vec<Way> = form.all(notice.code()).filter_map(|code| code.parse().ok()).collect();
        PERSONAL.into_iter().filter(|way| typed.contains(way)).collect()
    };
    let choices = Notice::STAFF.into_iter().map(|one| (one.code().to_owned(), ways(one))).collect();
    let time = |field: &'static str| match form.some(field) {
        None => Ok(None),
        Some(text) => match text.parse::<Time>() {
            Ok(time) => Ok(Some(time)),
            Err(_) => Err(Invalid::no_such_time(field, text)),
        },
    };
    match (time("quiet_from"), time("quiet_to")) {
        (Ok(Some(from)), Ok(Some(to))) => Ok((choices, Some(Quiet { from, to }))),
        (Ok(None), Ok(None)) => Ok((choices, None)),
        (Ok(None), Ok(Some(_))) => Err(vec![Invalid::required("quiet_from")]),
        (Ok(Some(_)), Ok(None)) => Err(vec![Invalid::required("quiet_to")]),
        (from, to) => Err([from.err(), to.err()].into_iter().flatten().collect()),
    }
}

/// POST /account/notices
pub async fn save(app: App, actor: Mine, form: Form) -> Result<Response, Failure> {
    let (me, now) = (actor.person.id, app.clock.now());
    let chosen = if form.get("usual") == "yes" { Ok((BTreeMap::new(), None)) } else { read(&form) };
    match chosen {
        Ok((choices, quiet)) => {
            app.touch(move |tx| Ok(readers::choose(tx, me, &choices, quiet, now)?)).await?;
            Ok(go("/account/notices", Said::new("notice-choices-saved")))
        }
        Err(problems) => {
            let reader = mine(&app, &actor).await?;
            Ok(shown(&actor, &reader, &form.with(problems), StatusCode::UNPROCESSABLE_ENTITY))
        }
    }
}
