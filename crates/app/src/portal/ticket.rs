//! A ticket as the customer sees it: its number and state, what is promised next, what is asked of them, and
//! its public life.

use axum::extract::Path;
use axum::response::Response;
use maud::{Markup, html};
use rules::ids::*;
use rules::portal::{Right, right};
use rules::tickets::State;
use rules::tickets::custom_fields::Asker;
use rules::tickets::number::TicketNumber;

use super::agree::{proposals_card, remote_card};
use super::life::{self, Public};
use super::store;
use crate::attachments::page::hand_out;
use crate::attachments::{media, store as attachments};
use crate::customers::contacts::access::company;
use crate::kernel::errors::bytes_words;
use crate::kernel::form::{Form, encode};
use crate::kernel::guest::Guest;
use crate::layout::components::*;
use crate::layout::icons::{Icon, icon};
use crate::layout::l10n::L10n;
use crate::layout::portal::{PortalPage, Spot};
use crate::remote_access::panel::Panel;
use crate::tickets::articles::{self, ArticleOnTicket};
use crate::tickets::custom_fields::values::Card;
use crate::tickets::documents::{self, DocumentRow};
use crate::tickets::{change, proposals, words};
use crate::{App, Failure};

/// The address of a ticket on the portal.
pub fn path(id: TicketId) -> String {
    format!("/portal/tickets/{}", TicketNumber::of(id))
}

/// GET /portal/tickets/{number}
pub async fn show(
    app: App,
    guest: Guest<right::Follow>,
    Path(text): Path<String>,
) -> Result<Response, Failure> {
    let id = change::number(&text)?;
    let (shared, scope) = (app.clone(), guest.scope());
    let (public, remote, proposed, custom, articles, documents) = app
        .read(move |tx| {
            let id = store::ticket(tx, scope, id)?;
            let mut articles = articles::of_ticket(tx, id)?;
            articles.retain(|article| article.standing().is_for_customers());
            let public = Public::read(&shared, tx, id)?;
            let custom = Card::read(tx, id, public.row.kind, Asker::Portal)?;
            let (remote, proposed) = (Panel::read(tx, id, None)?, proposals::store::of_ticket(tx, id)?);
            Ok((public, remote, proposed, custom, articles, documents::of_ticket(tx, id)?))
        })
        .await?;
    if documents.iter().any(|document| document.read_at.is_none()) {
        receipt(&app, &guest, public.row.id).await?;
    }
    let l = &guest.l;
    let target = public.names.asset.as_ref().or(public.names.product.as_ref());
    let target = target.map(String::as_str).unwrap_or_default();
    let company = company(&app, l);
    let own = path(public.row.id);
    Ok(PortalPage::new(&guest, public.row.title.clone())
        .at(Spot::Tickets)
        .back("/portal/tickets", l.t("portal-nav-tickets"))
        .body(html! {
            (head(l, &public))
            (next_promise(l, &public))
            @if guest.may(Right::Report) {
                (question(l, &public, &own))
                (confirmation(l, &public, &own))
            }
            @if guest.may(Right::Agree) { (proposals_card(l, &own, &proposed, public.terms.as_deref(), &public.zone)) }
            @if !public.promises.is_empty() {
                (card(l.t("portal-promises"), public.promise_list(l)))
            }
            @if guest.may(Right::Report) && public.row.state != State::Merged { (reply(l, &own)) }
            @if !custom.is_empty() { (card(l.t("custom-title"), custom.shown(l))) }
            (written(l, &public, &documents))
            (known(l, &articles))
            (files(l, &public))
            (remote_card(l, &own, &remote, target, &public.zone, public.row.state.is_open(), guest.may(Right::Consent)))
            section class="card" {
                h2 { (l.t("ticket-timeline")) }
                (timeline(l, &public.zone, &public.moments(l, &company)))
            }
            @if public.question().is_none() && guest.may(Right::Report) { (not_solved(l, &public, &own)) }
        }))
}

/// The number, the state, the place.
pub fn head(l: &L10n, public: &Public) -> Markup {
    let number = TicketNumber::of(public.row.id);
    html! {
        div class="portal-head" {
            p class="portal-number" {
                span class="unseen" { (l.t("ticket-number")) } (number.grouped())
                button class="button quiet" type="button" data-copy=(number) { (icon(Icon::Copy)) span class="unseen" { (l.t("ticket-copy-number")) } }
            }
            p class="portal-chips" {
                (life::state(l, &public.row)) (words::severity(l, public.row.severity)) (badge(l.t(public.row.kind.label())))
            }
            p class="portal-where" {
                @if let Some(site) = &public.names.site { (icon(Icon::Site)) " " (site) }
                @if let Some(asset) = public.names.asset.as_ref().or(public.names.product.as_ref()) {
                    " · " (asset) @if let Some(serial) = &public.names.serial { " " code { (serial) } }
                }
            }
        }
    }
}

/// What is promised next, as the largest words of the page.
pub fn next_promise(l: &L10n, public: &Public) -> Markup {
    html! {
        @match public.next() {
            Some((body, due_at)) => {
                @let late = due_at <= l.now;
                div class={ "portal-next " @if late { "bad" } @else { "on-time" } } {
                    p class="portal-next-label" { (l.t("portal-next")) }
                    p class="portal-next-words" {
                        (life::next_words(l, public.terms.as_deref(), body.promise.as_str(), due_at, &public.zone))
                    }
                    (countdown(l, due_at, body.warn_at.first().copied()))
                    @if body.is_amended() { " " (chip(Tone::Info, Icon::Agreed, l.t("obligation-amended"))) }
                }
            }
            None => @if public.row.state.is_open() && public.question().is_none() {
                p class="portal-calm" { (l.t(calm(public))) }
            }
        }
    }
}

fn calm(public: &Public) -> &'static str {
    match public.row.state {
        State::Resolved => "portal-calm-resolved",
        State::Restored => "portal-calm-restored",
        State::Waiting => "portal-calm-waiting",
        _ if public.row.commitment_id.is_none() => "portal-calm-no-contract",
        _ => "portal-calm-working",
    }
}

fn question(l: &L10n, public: &Public, own: &str) -> Markup {
    html! {
        @if let Some(question) = public.question() {
            section class="card portal-ask" id="question" {
                h2 { (icon(Icon::Pause)) " " (l.t("portal-we-ask")) }
                blockquote { (question) }
                p class="hint" { (l.t("portal-answer-hint")) }
                form class="form" method="post" action={ (own) "/answer" } {
                    (TextArea::new("answer", l.t("field-answer")).rows(3).required().of(&Form::default(), l))
                    (submit(l.t("portal-answer")))
                }
            }
        }
    }
}

fn confirmation(l: &L10n, public: &Public, own: &str) -> Markup {
    html! {
        @if public.row.state == State::Resolved {
            section class="card portal-ask" id="confirm" {
                h2 { (icon(Icon::Check)) " " (l.t("portal-is-it-solved")) }
                p { (l.t("portal-is-it-solved-words")) }
                form class="inline" method="post" action={ (own) "/confirmation" } {
                    button class="button primary" type="submit" { (icon(Icon::Check)) span { (l.t("portal-confirm")) } }
                }
            }
        }
    }
}

/// "It is not solved": opens it again, with what is still wrong.
fn not_solved(l: &L10n, public: &Public, own: &str) -> Markup {
    let ended =
        matches!(public.row.state, State::Restored | State::Resolved | State::Closed | State::Cancelled);
    html! {
        @if ended {
            details class="card" id="not-solved" {
                summary { (icon(Icon::Undo)) " " (l.t("portal-not-solved")) }
                form class="form" method="post" action={ (own) "/reopening" } {
                    (TextArea::new("reason", l.t("portal-still-wrong")).rows(3).required().of(&Form::default(), l))
                    (submit(l.t("portal-reopen")))
                }
            }
        }
    }
}

fn reply(l: &L10n, own: &str) -> Markup {
    html! {
        details class="card" id="reply" {
            summary { (icon(Icon::Mail)) " " (l.t("portal-reply")) }
            form class="form portal-form" method="post" action={ (own) "/reply" } enctype="multipart/form-data" data-progress {
                (TextArea::new("text", l.t("portal-reply-text")).rows(3).of(&Form::default(), l))
                (FileDrop::new("files", l.t("portal-photos")).several().accept("image/*,video/*,.pdf,.txt,.log").of(&Form::default(), l))
                (submit(l.t("portal-send")))
            }
        }
    }
}

/// The guest has the documents before their eyes: that is their receipt.
async fn receipt(app: &App, guest: &Guest<right::Follow>, id: TicketId) -> Result<(), Failure> {
    let contact = guest.visiting.contact;
    app.change(guest, move |c| {
        let ticket = change::load(c, id, None)?.ticket();
        documents::read(c, &ticket, contact)
    })
    .await
}

/// The diagnosis and the plan, as they were delivered.
fn written(l: &L10n, public: &Public, documents: &[DocumentRow]) -> Markup {
    html! {
        @for document in documents {
            section class="card portal-document" id={ "document-" (document.id) } {
                h2 { (icon(Icon::Note)) " " (document.title) }
                p class="muted" { (l.t("documents-delivered")) " " (words::in_zone(l, document.delivered_at, &public.zone)) }
                p class="words" { (document.text) }
            }
        }
    }
}

/// Articles that have to do with it and that the customer may read.
fn known(l: &L10n, articles: &[ArticleOnTicket]) -> Markup {
    html! {
        @if !articles.is_empty() {
            section class="card" id="articles" {
                h2 { (l.t("portal-known")) }
                ul class="lines" { @for article in articles {
                    li { a href={ "/portal/articles/" (article.id) } { (article.title) } }
                } }
            }
        }
    }
}

fn files(l: &L10n, public: &Public) -> Markup {
    html! {
        @if !public.files.is_empty() {
            section class="card" {
                h2 { (l.t("attachments-title")) }
                ul class="files" { @for file in &public.files { li {
                    @let address = format!("/portal/attachments/{}/{}", file.id, encode(&file.file_name).replace('+', "%20"));
                    a class="file" href=(address) {
                        @if media::is_picture(&file.media_type) { img src=(address) alt="" loading="lazy" width="48" height="48"; }
                        @else { (icon(Icon::Attach)) }
                        span class="file-name" { (file.file_name) }
                        span class="quiet" { (bytes_words(l, file.bytes.unsigned_abs())) " · " (when(l, file.added_at)) }
                    }
                } } }
            }
        }
    }
}

/// GET /portal/attachments/{id}/{name}: a file that was shared with the customer.
pub async fn attachment(
    app: App,
    guest: Guest<right::Follow>,
    Path((id, _)): Path<(i64, String)>,
) -> Result<Response, Failure> {
    let scope = guest.scope();
    let file = app
        .read(move |tx| {
            let file = attachments::find(tx, AttachmentId(id))?.ok_or(Failure::NotFound)?;
            store::ticket(tx, scope, file.ticket_id)?;
            let shared = file.visibility == rules::tickets::Visibility::Public && file.removed_at.is_none();
            if shared { Ok(file) } else { Err(Failure::NotFound) }
        })
        .await?;
    hand_out(&app, &file.sha256, &file.media_type, &file.file_name, file.bytes).await
}
