//! A ticket by its number without an account: a link goes to the address that is known on the ticket, and shows
//! its public state for half an hour (C7.2, 以便用户查询). What is answered never tells whether the number or
//! the address is known.

use axum::extract::Path;
use axum::response::Response;
use db::{Error, Tx};
use http::StatusCode;
use jiff::SignedDuration;
use maud::html;
use rules::Invalid;
use rules::access::perm;
use rules::customers::{Mail, Phone};
use rules::ids::TicketId;
use rules::tickets::number::TicketNumber;
use serde_json::json;

use super::life::Public;
use super::store;
use super::ticket::{head, next_promise};
use crate::customers::contacts::access::company;
use crate::kernel::actor::{Actor, Address, By, Visitor};
use crate::kernel::form::{Form, Search};
use crate::kernel::outgoing;
use crate::layout::components::*;
use crate::layout::icons::{Icon, icon};
use crate::layout::page::{Page, Section, Viewer};
use crate::layout::portal::PortalPage;
use crate::people::guests;
use crate::people::password::new_token;
use crate::tickets::change;
use crate::{App, Failure};

/// How long a link to the public state works.
const STATUS_LIVES: SignedDuration = SignedDuration::from_mins(30);

/// Where a link may go: by mail or by text message.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Way {
    Mail(String),
    Text(String),
}

/// The ways to whoever knows the ticket under what was typed; none for a stranger.
fn ways(tx: &mut Tx, id: TicketId, mail: Option<&Mail>, phone: Option<&Phone>) -> Result<Vec<Way>, Error> {
    let Some((own_mail, mail_key, phone_key, caller)) = store::known_of(tx, id)? else {
        return Ok(Vec::new());
    };
    let mut ways = Vec::new();
    if let (Some(mail), Some(own)) = (mail, &own_mail)
        && mail_key == Some(mail.key())
    {
        ways.push(Way::Mail(own.clone()));
    }
    if let Some(phone) = phone {
        let caller = caller.and_then(|text| Phone::parse_optional("phone", &text).ok().flatten());
        let known =
            phone_key.as_ref() == Some(&phone.key) || caller.is_some_and(|caller| caller.key == phone.key);
        if known {
            ways.push(Way::Text(phone.shown.clone()));
        }
        // A contact who is known by this number reads mail too.
        if let (true, Some(own)) = (phone_key.as_ref() == Some(&phone.key), own_mail) {
            ways.push(Way::Mail(own));
        }
    }
    Ok(ways)
}

/// GET /lookup
pub async fn page(visitor: Visitor, search: Search) -> Response {
    shown(&visitor, &Form::of([("number", search.get("number"))]), StatusCode::OK)
}

fn shown(viewer: &Viewer, form: &Form, status: StatusCode) -> Response {
    let l = &viewer.l;
    PortalPage::new(viewer, l.t("lookup-title")).lead(l.t("lookup-lead")).status(status).body(html! {
        form class="card form" method="post" action="/lookup" {
            (error_summary(form, l))
            (Field::text("number", l.t("ticket-number")).inputmode("numeric").autocomplete("off").required().autofocus()
                .hint(l.t("find-hint")).of(form, l))
            (Field::text("known", l.t("lookup-known")).required().autocomplete("email").hint(l.t("lookup-known-hint")).of(form, l))
            button class="button primary" type="submit" { (icon(Icon::Search)) span { (l.t("lookup-do")) } }
        }
        p class="portal-aside" { a href="/portal/sign-in" { (l.t("portal-sign-in")) } }
    })
}

/// POST /lookup
pub async fn create(app: App, visitor: Visitor, address: Address, form: Form) -> Result<Response, Failure> {
    let mut problems = Vec::new();
    let number = TicketNumber::parse(form.get("number"));
    if number.is_err() {
        problems.push(Invalid::new("number", "error-ticket-number").with("given", form.get("number")));
    }
    let known = form.get("known");
    let (mail, phone) = match known.contains('@') {
        true => (Mail::parse_optional("known", known), Ok(None)),
        false => (Ok(None), Phone::parse_optional("known", known)),
    };
    let (mail, phone) = match (mail, phone) {
        (Ok(None), Ok(None)) => {
            problems.push(Invalid::required("known"));
            (None, None)
        }
        (mail, phone) => {
            problems.extend(mail.as_ref().err().cloned().into_iter().chain(phone.as_ref().err().cloned()));
            (mail.ok().flatten(), phone.ok().flatten())
        }
    };
    let Ok(number) = number else {
        return Ok(shown(&visitor, &form.with(problems), StatusCode::UNPROCESSABLE_ENTITY));
    };
    if !problems.is_empty() {
        return Ok(shown(&visitor, &form.with(problems), StatusCode::UNPROCESSABLE_ENTITY));
    }
    let (address, now) = (address.0.to_string(), app.clock.now());
    let limited = format!("lookup:{number}");
    app.limiter.check(&limited, &address, now)?;
    app.limiter.failed(&limited, &address, now);
    let (l, url, company) = (visitor.l.clone(), app.config.public_url.clone(), company(&app, &visitor.l));
    app.change(By::System("portal"), move |change| {
        let id = number.ticket();
        for way in ways(change.tx, id, mail.as_ref(), phone.as_ref())? {
            let token = new_token();
            guests::add_status_link(change.tx, &token, id, change.now, change.now + STATUS_LIVES)?;
            let link = format!("{url}/status/{token}");
            let args = [
                ("number", number.grouped().into()),
                ("company", company.as_str().into()),
                ("link", link.as_str().into()),
                ("minutes", STATUS_LIVES.as_mins().into()),
            ];
            match way {
                Way::Mail(to) => {
                    let letter = outgoing::Mail {
                        to,
                        subject: l.ta("lookup-letter-subject", &args).into_owned(),
                        text: l.ta("lookup-letter", &args).into_owned(),
                        locale: l.locale.tag().to_owned(),
                        ticket: Some(id),
                        ..outgoing::Mail::default()
                    };
                    change.send_mail(&letter)?;
                }
                Way::Text(to) => {
                    let text = l.ta("lookup-text", &args);
                    let payload =
                        json!({ "to": to, "text": text, "locale": l.locale.tag(), "ticket": id.get() });
                    change.send("sms.send", &payload)?;
                }
            }
        }
        Ok(())
    })
    .await?;
    let l = &visitor.l;
    Ok(PortalPage::new(&visitor, l.t("lookup-sent")).body(html! {
        (notice(Tone::Info, l.ta("lookup-sent-words", &[("minutes", STATUS_LIVES.as_mins().into())])))
        p class="actions" { (link_button("/lookup", Icon::Back, l.t("failure-back"), false)) }
    }))
}

/// GET /status/{token}: the public state of a ticket, for half an hour; nothing of what was said.
pub async fn status(app: App, visitor: Visitor, Path(token): Path<String>) -> Result<Response, Failure> {
    let (shared, now) = (app.clone(), app.clock.now());
    let found = app
        .read(move |tx| {
            let Some((id, until)) = guests::status_link(tx, &token, now)? else { return Ok(None) };
            let row = crate::tickets::store::find(tx, id)?.ok_or(Failure::Gone)?;
            let id = change::lives_on_in(tx, row)?.id;
            Ok(Some((Public::read(&shared, tx, id)?, until)))
        })
        .await?;
    let (public, until) = found.ok_or(Failure::Gone)?;
    let l = &visitor.l;
    Ok(PortalPage::new(&visitor, l.t("lookup-state")).body(html! {
        (head(l, &public))
        (next_promise(l, &public))
        @if public.question().is_some() { p class="portal-calm" { (l.t("lookup-asked")) } }
        @if !public.promises.is_empty() { (card(l.t("portal-promises"), public.promise_list(l))) }
        p class="portal-aside" { (l.t("lookup-until")) " " (time_in(l, until, &public.zone)) }
        p class="portal-aside" { a href="/portal/sign-in" { (l.t("lookup-more")) } }
    }))
}

/// POST /tickets/{number}/public-link: a link to the public state, for staff to hand over.
pub async fn hand_over(
    app: App,
    actor: Actor<perm::WorkTicket>,
    Path(text): Path<String>,
) -> Result<Response, Failure> {
    let id = change::number(&text)?;
    let token = new_token();
    let kept = token.clone();
    app.change(&actor, move |c| {
        crate::tickets::store::find(c.tx, id)?.ok_or(Failure::NotFound)?;
        Ok(guests::add_status_link(c.tx, &kept, id, c.now, c.now + STATUS_LIVES)?)
    })
    .await?;
    let l = &actor.l;
    let link = format!("{}/status/{token}", app.config.public_url);
    Ok(Page::new(&actor, Section::Tickets, l.t("lookup-link"))
        .crumb("/tickets", l.t("tickets-title"))
        .crumb(change::path(id), TicketNumber::of(id).grouped())
        .body(html! {
            p { (l.ta("lookup-link-words", &[("minutes", STATUS_LIVES.as_mins().into())])) }
            p class="token" { (link) }
            p class="actions" {
                button class="button primary" type="button" data-copy=(link) { (icon(Icon::Copy)) span { (l.t("portal-copy-link")) } }
                (link_button(&change::path(id), Icon::Back, l.t("lookup-back"), false))
            }
        }))
}
