//! The inbox, and the page of a message.

use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use mail::quotes::Kind as Piece;
use maud::{Markup, html};
use rules::Refusal;
use rules::access::{Permission, perm};
use rules::channels::Fate;
use rules::ids::*;
use rules::tickets::Channel;
use rules::tickets::number::TicketNumber;

use super::duty::{self, Words};
use super::fax;
use super::letters::{self, Opened};
use crate::attachments::media;
use crate::attachments::store::NewAttachment;
use crate::kernel::actor::Actor;
use crate::kernel::door::Change;
use crate::kernel::errors::bytes_words;
use crate::kernel::form::{Form, Search, encode};
use crate::kernel::notice::{Notice, go};
use crate::layout::components::*;
use crate::layout::icons::{Icon, icon};
use crate::layout::l10n::L10n;
use crate::layout::page::{Page, Section};
use crate::messages::card::{fate_chip, sender_words};
use crate::messages::store::{self, Decided, MessageRow};
use crate::messages::{fax as fax_pages, sign};
use crate::records::list::{ROWS, after, cut};
use crate::tickets::change::path as ticket_path;
use crate::tickets::intake::Named;
use crate::{App, Failure, attachments, tickets};

/// The fates that the inbox has a tab for; the first is what a person has to do.
const TABS: [(&str, &str); 3] =
    [("unsorted", "messages-to-sort"), ("set-aside", "messages-set-aside"), ("all", "messages-all")];

/// GET /messages
pub async fn index(app: App, actor: Actor<perm::ViewTickets>, query: Search) -> Result<Response, Failure> {
    let l = &actor.l;
    let wanted = query.some("fate").unwrap_or(TABS[0].0).to_owned();
    let fate: Option<Fate> = wanted.parse().ok();
    let from = after(&query);
    let (rows, alarm) = app
        .read(move |tx| Ok((store::list(tx, fate, from, ROWS + 1)?, store::has(tx, Fate::SetAside)?)))
        .await?;
    let (rows, next) = cut(rows, |row| row.id.get());
    let tabs_row: Vec<Tab> = TABS
        .iter()
        .map(|(code, label)| Tab {
            href: format!("/messages?fate={code}"),
            label: l.t(label).into_owned(),
            count: None,
            current: *code == wanted,
        })
        .collect();
    let columns = [
        Column::new(l.t("messages-subject")),
        Column::new(l.t("messages-sender")),
        Column::wide(l.t("messages-mailbox")),
        Column::new(l.t("records-state")),
        Column::new(l.t("messages-received-at")),
    ];
    let body = html! {
        (tabs(l, &tabs_row))
        @if alarm && wanted != "set-aside" {
            (notice(Tone::Bad, html! { (l.t("messages-alarm")) " " a href="/messages?fate=set-aside" { (l.t("messages-alarm-open")) } }))
        }
        div id="message-list" data-live=(duty::TOPIC) {
            @if rows.is_empty() {
                (empty(Icon::Check, l.t("messages-empty"), l.t("messages-empty-words"), None))
            } @else {
                (table(l.t("messages-title"), &columns, html! { @for row in &rows { (line(l, row)) } }))
                (pagination(l, "/messages", &query, next.as_deref()))
            }
        }
    };
    Ok(Page::new(&actor, Section::Messages, l.t("messages-title")).wide().live(duty::TOPIC).body(body))
}

fn line(l: &L10n, row: &MessageRow) -> Markup {
    let href = format!("/messages/{}", row.id);
    html! {
        tr data-href=(href) {
            td { a href=(href) { @if row.subject.is_empty() { (l.t("messages-no-subject")) } @else { (row.subject) } } }
            td { (sender_words(row)) }
            td class="wide" { (row.mailbox) }
            td { (fate_chip(l, row.fate)) }
            td { (when(l, row.received_at)) }
        }
    }
}

async fn found(app: &App, id: i64) -> Result<MessageRow, Failure> {
    app.read(move |tx| store::find(tx, MessageId(id))?.ok_or(Failure::NotFound)).await
}

/// The row and the letter; the letter is none where it cannot be opened.
async fn opened(app: &App, id: i64) -> Result<(MessageRow, Option<Opened>), Failure> {
    let row = found(app, id).await?;
    let bytes = letters::raw(app, &row.sha256).await?;
    let opened = match row.channel {
        // A fax says nothing that could be read.
        Channel::Fax => None,
        _ => letters::open(bytes, sign::signer(app)?).await.ok(),
    };
    Ok((row, opened))
}

/// GET /messages/{id}
pub async fn show(
    app: App,
    actor: Actor<perm::ViewTickets>,
    Path(id): Path<i64>,
) -> Result<Response, Failure> {
    message_page(&app, &actor, id, &Form::default(), StatusCode::OK).await
}

async fn message_page(
    app: &App,
    actor: &crate::layout::page::Viewer,
    id: i64,
    form: &Form,
    status: StatusCode,
) -> Result<Response, Failure> {
    let (row, opened) = opened(app, id).await?;
    let l = &actor.l;
    let may = |permission| actor.person.as_ref().is_some_and(|person| person.may(permission));
    let title =
        if row.subject.is_empty() { l.t("messages-no-subject").into_owned() } else { row.subject.clone() };
    let title = if row.channel == Channel::Fax { fax_title(l, &row) } else { title };
    let pages = app.read(move |tx| Ok(fax_pages::of(tx, MessageId(id))?)).await?;
    let has_page = opened.as_ref().is_some_and(|opened| opened.letter.bodies.iter().any(|body| body.is_html));
    let acts = html! {
        @if has_page { (link_button(&format!("/messages/{id}/page"), Icon::Eye, l.t("messages-as-page"), false)) }
        (link_button(&format!("/messages/{id}/raw"), Icon::Export, l.t("messages-raw"), false))
    };
    Ok(Page::new(actor, Section::Messages, title)
        .crumb("/messages", l.t("messages-title"))
        .actions(acts)
        .status(status)
        .body(html! {
            @if row.fate.is_to_do() && may(Permission::ReportTicket) { (sort_card(l, &row, form, opened.is_some() || row.channel == Channel::Fax)) }
            @if let Some(problem) = &row.problem {
                (notice(if row.fate == Fate::SetAside { Tone::Bad } else { Tone::Risk }, html! { pre class="words" { (problem) } }))
            }
            (card(l.t("messages-letter"), html! { (head(l, &row, opened.as_ref())) @if let Some(opened) = &opened { (text(l, opened)) } }))
            @if let Some(opened) = &opened { (files(l, id, opened)) }
            @for page in &pages {
                figure class="fax-page" {
                    img src={ "/messages/" (id) "/pages/" (page.place) } loading="lazy"
                        alt=(l.ta("messages-fax-page", &[("page", page.place.into())]));
                }
            }
        }))
}

/// What a fax is called: who sent it, as far as that is known.
fn fax_title(l: &L10n, row: &MessageRow) -> String {
    let name = if row.sender_name.is_empty() { &row.sender } else { &row.sender_name };
    let key = if name.is_empty() { "messages-fax-unknown" } else { "messages-fax-title" };
    l.ta(key, &[("from", name.as_str().into())]).into_owned()
}

/// GET /messages/{id}/pages/{place}: a page of a fax.
pub async fn fax_page(
    app: App,
    _actor: Actor<perm::ViewTickets>,
    Path((id, place)): Path<(i64, i64)>,
) -> Result<Response, Failure> {
    let pages = app.read(move |tx| Ok(fax_pages::of(tx, MessageId(id))?)).await?;
    let page = pages.into_iter().find(|page| page.place == place).ok_or(Failure::NotFound)?;
    attachments::page::hand_out(&app, &page.sha256, "image/png", &format!("fax-{place}.png"), page.bytes)
        .await
}

fn head(l: &L10n, row: &MessageRow, opened: Option<&Opened>) -> Markup {
    let people = |list: &[mail::Address]| {
        list.iter()
            .map(|one| {
                if one.name.is_empty() {
                    one.address.clone()
                } else {
                    format!("{} <{}>", one.name, one.address)
                }
            })
            .collect::<Vec<_>>()
            .join(", ")
    };
    let (from, to, state) = (l.t("messages-sender"), l.t("messages-to"), l.t("records-state"));
    let (cc, came, ticket, first) = (
        l.t("messages-cc"),
        l.t("messages-received-at"),
        l.t("messages-ticket"),
        l.t("messages-first-sender"),
    );
    let direction = l.t(row.direction.label());
    let mut pairs: Vec<(&str, Markup)> =
        vec![(&state, html! { (fate_chip(l, row.fate)) " " (badge(direction)) })];
    pairs.push((&from, html! { (sender_words(row)) }));
    pairs.push((&to, html! { (row.mailbox) }));
    if let Some(opened) = opened {
        if !opened.letter.cc.is_empty() {
            pairs.push((&cc, html! { (people(&opened.letter.cc)) }));
        }
        if let Some(sender) = mail::quotes::first_sender(&opened.letter.text(), &opened.letter.subject) {
            pairs.push((&first, html! { (people(&[sender])) }));
        }
    }
    pairs.push((&came, time(l, row.received_at)));
    if let Some(id) = row.ticket_id {
        pairs.push((&ticket, html! { a href=(ticket_path(id)) { (TicketNumber::of(id).grouped()) } }));
    }
    definitions(&pairs)
}

/// The text, with what is old folded and nothing left out.
fn text(l: &L10n, opened: &Opened) -> Markup {
    let folded = letters::folded(&opened.letter);
    html! {
        @for piece in &folded.pieces {
            @match piece.kind {
                Piece::New => @if !piece.text.trim().is_empty() { p class="words" { (piece.text.trim_matches('\n')) } },
                Piece::Quote => details class="unfold" { summary { (l.t("messages-quote")) } p class="words" { (piece.text) } },
                Piece::Signature => details class="unfold" { summary { (l.t("messages-signature")) } p class="words" { (piece.text) } },
            }
        }
    }
}

fn files(l: &L10n, id: i64, opened: &Opened) -> Markup {
    let files = &opened.letter.attachments;
    html! {
        @if !files.is_empty() {
            (card(l.t("messages-files"), html! {
                ul class="lines" {
                    @for (place, file) in files.iter().enumerate() {
                        li {
                            (icon(Icon::Attach)) " "
                            a href={ "/messages/" (id) "/parts/" (place) } { (file.name) }
                            small { (bytes_words(l, file.bytes.len() as u64)) }
                        }
                    }
                }
            }))
        }
    }
}

/// Whose matter is it: a customer is chosen, Enter makes the ticket.
fn sort_card(l: &L10n, row: &MessageRow, form: &Form, is_open: bool) -> Markup {
    let base = format!("/messages/{}", row.id);
    card(
        l.t("messages-sort"),
        html! {
            (error_summary(form, l))
            @if is_open {
                form class="form" method="post" action={ (base) "/ticket" } {
                    (Combobox::new("customer", l.t("messages-customer"), "/lookup/customers").required().autofocus()
                        .hint(l.t("messages-sort-hint")).of(form, l))
                    (actions(submit(l.t("messages-open-ticket"))))
                }
                form class="form" method="post" action={ (base) "/note" } {
                    (Field::text("number", l.t("messages-ticket-number")).short().required()
                        .hint(l.t("messages-ticket-number-hint")).of(form, l))
                    (actions(submit(l.t("messages-put-on-ticket"))))
                }
            }
            div class="form-foot" {
                @if row.fate == Fate::SetAside && row.missing_bytes.is_none() { (action(&format!("{base}/retry"), Icon::Refresh, l.t("messages-retry"))) }
                (action(&format!("{base}/dismissal"), Icon::Archive, l.t("messages-dismiss")))
            }
        },
    )
}

/// POST /messages/{id}/ticket
pub async fn open_ticket(
    app: App,
    actor: Actor<perm::ReportTicket>,
    Path(id): Path<i64>,
    form: Form,
) -> Result<Response, Failure> {
    let made = match form.get("customer").trim().parse::<CustomerId>() {
        Ok(customer) => make_ticket(&app, &actor, id, customer).await,
        Err(_) => Err(Failure::field("customer", "error-required")),
    };
    match made {
        Ok(ticket) => Ok(go(&ticket_path(ticket), Notice::new("notice-message-opened"))),
        Err(Failure::Invalid(problems)) => {
            message_page(&app, &actor, id, &form.with(problems), StatusCode::UNPROCESSABLE_ENTITY).await
        }
        Err(failure) => Err(failure),
    }
}

/// Makes the ticket of a customer from a message that waits for a person.
///
/// Errors: [`Refusal::AlreadySo`] where the message is no longer to be sorted.
pub async fn make_ticket(
    app: &App,
    actor: &Actor<perm::ReportTicket>,
    id: i64,
    customer: CustomerId,
) -> Result<TicketId, Failure> {
    let Taken { words, files, read } = taken(app, &actor.l, id).await?;
    let (shared, user) = (app.clone(), actor.person.id);
    app.change(actor, move |change| {
        let row = to_sort(change, id)?;
        if let Some(read) = &read {
            store::save_read(change.tx, row.id, read)?;
        }
        // The contact that the sender was found to be, where it is one of this customer's.
        let contact = row.contact_id.filter(|_| row.customer_id == Some(customer));
        let named = Named { customer: Some(customer), contact, ..Named::default() };
        let ticket = duty::open(&shared, change, &row, &words, &files, named, Some(user))?;
        let decided = Decided {
            ticket: Some(ticket),
            customer: Some(customer),
            contact,
            ..Decided::only(Fate::Opened)
        };
        store::decide(change.tx, row.id, &decided)?;
        change.nudge(duty::TOPIC);
        Ok(ticket)
    })
    .await
}

/// What of a message goes onto a ticket: its words, its files, what a letter says of itself.
struct Taken {
    words: Words,
    files: Vec<NewAttachment>,
    read: Option<store::ReadMessage>,
}

async fn taken(app: &App, l: &L10n, id: i64) -> Result<Taken, Failure> {
    let (row, opened) = opened(app, id).await?;
    if !row.fate.is_to_do() {
        return Err(Refusal::AlreadySo.into());
    }
    if row.channel == Channel::Fax {
        let title = fax_title(l, &row);
        let kind = ::fax::Kind::of(&letters::raw(app, &row.sha256).await?);
        let caller = if row.sender_name.is_empty() { row.sender.clone() } else { row.sender_name.clone() };
        let files = app.read(move |tx| fax::files(tx, &row, kind)).await?;
        let words = Words { text: title.clone(), title, caller, channel: Channel::Fax };
        return Ok(Taken { words, files, read: None });
    }
    let opened = opened.ok_or_else(|| Failure::from(Refusal::AlreadySo))?;
    let files = letters::store_files(app, &opened.letter).await?;
    Ok(Taken { words: Words::of(&opened), files, read: Some(opened.read) })
}

/// The message, held until the end of the change, if a person may still sort it.
fn to_sort(change: &mut Change<'_>, id: i64) -> Result<MessageRow, Failure> {
    let row = store::find_to_change(change.tx, MessageId(id))?.ok_or(Failure::NotFound)?;
    if row.fate.is_to_do() { Ok(row) } else { Err(Refusal::AlreadySo.into()) }
}

/// POST /messages/{id}/note: puts a message on a ticket by its number.
pub async fn put_on_ticket(
    app: App,
    actor: Actor<perm::ReportTicket>,
    Path(id): Path<i64>,
    form: Form,
) -> Result<Response, Failure> {
    let put = put(&app, &actor, id, form.get("number")).await;
    match put {
        Ok(ticket) => Ok(go(&ticket_path(ticket), Notice::new("notice-message-put"))),
        Err(Failure::Invalid(problems)) => {
            message_page(&app, &actor, id, &form.with(problems), StatusCode::UNPROCESSABLE_ENTITY).await
        }
        Err(failure) => Err(failure),
    }
}

async fn put(
    app: &App,
    actor: &Actor<perm::ReportTicket>,
    id: i64,
    number: &str,
) -> Result<TicketId, Failure> {
    let given = number.to_owned();
    let number = TicketNumber::parse(number);
    let Ok(number) = number else {
        return Err(rules::Invalid::new("number", "error-no-ticket").with("given", given).into());
    };
    let Taken { words, files, read } = taken(app, &actor.l, id).await?;
    app.change(actor, move |change| {
        let row = to_sort(change, id)?;
        let found = tickets::store::find(change.tx, number.ticket())?;
        let found =
            found.ok_or_else(|| rules::Invalid::new("number", "error-no-ticket").with("given", given))?;
        let ticket = tickets::change::lives_on_in(change.tx, found)?;
        if let Some(read) = &read {
            store::save_read(change.tx, row.id, read)?;
        }
        let note = duty::note(change, ticket.id, &words.text, &files)?;
        let decided = Decided {
            ticket: Some(ticket.id),
            note: Some(note),
            customer: Some(ticket.customer_id),
            contact: row.contact_id.filter(|_| row.customer_id == Some(ticket.customer_id)),
            ..Decided::only(Fate::OnTicket)
        };
        store::decide(change.tx, row.id, &decided)?;
        change.nudge(duty::TOPIC);
        Ok(ticket.id)
    })
    .await
}

/// POST /messages/{id}/retry
pub async fn retry(
    app: App,
    actor: Actor<perm::ReportTicket>,
    Path(id): Path<i64>,
) -> Result<Response, Failure> {
    app.change(&actor, move |change| {
        let row = store::find_to_change(change.tx, MessageId(id))?.ok_or(Failure::NotFound)?;
        if row.fate != Fate::SetAside || row.missing_bytes.is_some() {
            return Err(Refusal::AlreadySo.into());
        }
        store::try_again(change.tx, row.id)?;
        change.nudge(duty::TOPIC);
        Ok(())
    })
    .await?;
    Ok(go("/messages", Notice::new("notice-message-retried")))
}

/// POST /messages/{id}/dismissal
pub async fn dismiss(
    app: App,
    actor: Actor<perm::ReportTicket>,
    Path(id): Path<i64>,
) -> Result<Response, Failure> {
    app.change(&actor, move |change| {
        let row = store::find_to_change(change.tx, MessageId(id))?.ok_or(Failure::NotFound)?;
        if !row.fate.is_to_do() {
            return Err(Refusal::AlreadySo.into());
        }
        store::decide(
            change.tx,
            row.id,
            &Decided { problem: row.problem.as_deref(), ..Decided::only(Fate::Dismissed) },
        )?;
        change.nudge(duty::TOPIC);
        Ok(())
    })
    .await?;
    Ok(go("/messages", Notice::new("notice-message-dismissed")))
}

/// A page of a stranger: no script, no form, no frame, and pictures from elsewhere only where they were asked for.
fn policy(with_remote_images: bool) -> HeaderValue {
    HeaderValue::from_static(if with_remote_images {
        "default-src 'none'; img-src 'self' data: http: https:; style-src 'unsafe-inline'; sandbox allow-popups"
    } else {
        "default-src 'none'; img-src 'self' data:; style-src 'unsafe-inline'; sandbox allow-popups"
    })
}

/// GET /messages/{id}/page: the HTML of a letter, cleaned.
pub async fn page(
    app: App,
    actor: Actor<perm::ViewTickets>,
    Path(id): Path<i64>,
    query: Search,
) -> Result<Response, Failure> {
    let (_, opened) = opened(&app, id).await?;
    let opened = opened.ok_or(Failure::NotFound)?;
    let with_images = query.get("images") == "yes";
    let part = |place: usize| format!("/messages/{id}/parts/{place}");
    let clean = letters::page(&opened.letter, with_images, &part).ok_or(Failure::NotFound)?;
    let l = &actor.l;
    let body = html! {
        (maud::DOCTYPE)
        html {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light";
                title { (opened.read.subject) }
                style { "body{font:16px/1.5 system-ui,sans-serif;margin:1rem;overflow-wrap:anywhere}img{max-width:100%;height:auto}.bar{border-bottom:1px solid #ccc;padding-bottom:.5rem;margin-bottom:1rem}" }
            }
            body {
                @if clean.hidden_images > 0 {
                    p class="bar" {
                        (l.ta("messages-images-hidden", &[("count", clean.hidden_images.into())])) " "
                        a href={ "/messages/" (id) "/page?images=yes" } { (l.t("messages-images-show")) }
                    }
                }
                (maud::PreEscaped(&clean.html))
            }
        }
    };
    let mut response = body.into_response();
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy(with_images));
    response.headers_mut().insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    Ok(response)
}

/// GET /messages/{id}/parts/{place}: a file of a letter.
pub async fn part(
    app: App,
    _actor: Actor<perm::ViewTickets>,
    Path((id, place)): Path<(i64, usize)>,
) -> Result<Response, Failure> {
    let (_, opened) = opened(&app, id).await?;
    let mut files = opened.ok_or(Failure::NotFound)?.letter.attachments;
    if place >= files.len() {
        return Err(Failure::NotFound);
    }
    let file = files.swap_remove(place);
    let head = &file.bytes[..file.bytes.len().min(media::HEAD_BYTES)];
    hand_out(media::sniff(head), &media::plain_name(&file.name), file.bytes)
}

/// GET /messages/{id}/raw
pub async fn raw(
    app: App,
    _actor: Actor<perm::ViewTickets>,
    Path(id): Path<i64>,
) -> Result<Response, Failure> {
    let row = found(&app, id).await?;
    let bytes = letters::raw(&app, &row.sha256).await?;
    let ending = match (row.channel, ::fax::Kind::of(&bytes)) {
        (Channel::Fax, Some(::fax::Kind::Pdf)) => "pdf",
        (Channel::Fax, _) => "tif",
        _ => "eml",
    };
    hand_out("application/octet-stream", &format!("message-{id}.{ending}"), bytes)
}

fn hand_out(kind: &'static str, name: &str, bytes: Vec<u8>) -> Result<Response, Failure> {
    let shown = media::is_picture(kind);
    let kind = if shown { kind } else { "application/octet-stream" };
    let name = encode(name).replace('+', "%20");
    let disposition = format!("{}; filename*=UTF-8''{name}", if shown { "inline" } else { "attachment" });
    Response::builder()
        .header(header::CONTENT_TYPE, kind)
        .header(header::CONTENT_DISPOSITION, disposition)
        .header(header::CACHE_CONTROL, "private, no-store")
        .header(header::CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox")
        .body(bytes.into())
        .map_err(Failure::broke)
}
