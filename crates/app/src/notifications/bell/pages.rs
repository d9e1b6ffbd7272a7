//! The list under the bell.

use axum::Json;
use axum::extract::Path;
use axum::response::{IntoResponse, Redirect, Response};
use maud::html;
use rules::access::perm;
use rules::notifications::Notice;

use super::store;
use super::topic;
use crate::kernel::actor::Actor;
use crate::kernel::form::Search;
use crate::kernel::live::Nudge;
use crate::kernel::notice::{Notice as Said, go};
use crate::layout::components::*;
use crate::layout::icons::{Icon, icon};
use crate::layout::page::{Page, Section};
use crate::records::list;
use crate::{App, Failure, tickets};

type Mine = Actor<perm::UseOwnAccount>;

/// GET /notices
pub async fn index(app: App, actor: Mine, query: Search) -> Result<Response, Failure> {
    let (l, me, before) = (&actor.l, actor.person.id, list::after(&query));
    let rows = app.read(move |tx| Ok(store::list(tx, me, before, list::ROWS + 1)?)).await?;
    let (rows, next) = list::cut(rows, |row| row.id);
    let unread = rows.iter().any(|row| row.read_at.is_none());
    let acts = html! {
        (link_button("/account/notices", Icon::Settings, l.t("choices-title"), false))
        @if unread { (action("/notices/read", Icon::Check, l.t("bell-read-all"))) }
    };
    Ok(Page::new(&actor, Section::Account, l.t("bell-title")).live(topic(me)).actions(acts).body(html! {
        div id="notices" data-live=(topic(me)) {
            @if rows.is_empty() {
                (empty(Icon::Emergency, l.t("bell-none"), l.t("bell-none-lead"), None))
            } @else {
                ul class="notices" {
                    @for row in &rows {
                        li class=[row.read_at.is_none().then_some("unread")] {
                            a href={ "/notices/" (row.id) } {
                                (icon(drawing(row.notice)))
                                span { strong { (row.subject) } small { (l.t(row.notice.label())) " · " (when(l, row.created_at)) } }
                                @if row.read_at.is_none() { span class="badge" { (l.t("bell-new")) } }
                            }
                        }
                    }
                }
                (pagination(l, "/notices", &query, next.as_deref()))
            }
        }
    }))
}

fn drawing(notice: Notice) -> Icon {
    match notice {
        Notice::Emergency => Icon::Emergency,
        Notice::Assigned => Icon::Assign,
        Notice::Mentioned => Icon::Note,
        Notice::Warning => Icon::Risk,
        Notice::Overdue => Icon::Late,
        Notice::CallReported => Icon::Phone,
        Notice::Undelivered | Notice::SetAside => Icon::Mail,
        Notice::ChannelDown => Icon::Breach,
        Notice::ReviewDue => Icon::Article,
        Notice::Received
        | Notice::Question
        | Notice::Answer
        | Notice::Dispatched
        | Notice::Restored
        | Notice::Resolved
        | Notice::Closed
        | Notice::DeadlineAgreed
        | Notice::Diagnosis
        | Notice::Plan
        | Notice::KnownSolved => Icon::Ticket,
    }
}

/// Where what a notice without a ticket tells of is seen.
pub fn place(notice: Notice) -> &'static str {
    match notice {
        Notice::ChannelDown => "/health",
        Notice::SetAside => "/messages?fate=set-aside",
        Notice::ReviewDue => "/articles?review=overdue",
        _ => "/deliveries?state=given-up",
    }
}

/// GET /notices/count: how many are unread, for the bell.
pub async fn count(app: App, actor: Mine) -> Result<Response, Failure> {
    let me = actor.person.id;
    let unread = app.read(move |tx| Ok(store::unread(tx, me)?)).await?;
    let most = usize::try_from(store::COUNTED_MOST).unwrap_or_default();
    let shown = match unread {
        0 => String::new(),
        few if few <= most => few.to_string(),
        _ => format!("{most}+"),
    };
    Ok(Json(serde_json::json!({ "shown": shown })).into_response())
}

/// GET /notices/{id}: marks it as read and leads to what it is about.
pub async fn open(app: App, actor: Mine, Path(id): Path<i64>) -> Result<Response, Failure> {
    let (me, now) = (actor.person.id, app.clock.now());
    let found = app
        .touch(move |tx| {
            let found = store::find(tx, id, me)?.ok_or(Failure::NotFound)?;
            store::read(tx, id, me, now)?;
            Ok(found)
        })
        .await?;
    app.tell(Nudge { topic: topic(me), writer: None });
    let path = found.ticket_id.map_or_else(|| place(found.notice).to_owned(), tickets::change::path);
    Ok(Redirect::to(&path).into_response())
}

/// POST /notices/read
pub async fn read_all(app: App, actor: Mine) -> Result<Response, Failure> {
    let (me, now) = (actor.person.id, app.clock.now());
    app.touch(move |tx| Ok(store::read_all(tx, me, now)?)).await?;
    app.tell(Nudge { topic: topic(me), writer: None });
    Ok(go("/notices", Said::new("notice-bell-read")))
}
