//! Correcting the particulars of a ticket, also when somebody else corrects them at the same time.

use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use db::Tx;
use http::StatusCode;
use maud::{Markup, html};
use rules::Refusal;
use rules::access::perm;
use rules::customers::Phone;
use rules::event::{FieldChange, changes};
use rules::ids::*;
use rules::refusal::Invalid;
use rules::text::{Line, Reading, Text};
use rules::tickets::life;
use rules::tickets::number::TicketNumber;

use super::acts::News;
use super::change::{self, number, path};
use super::intake::{self, Named};
use super::store::{self, TicketRow};
use super::{ahead, new, why, words};
use crate::kernel::actor::Actor;
use crate::kernel::door::Change;
use crate::kernel::errors::Failure;
use crate::kernel::form::{Form, Search};
use crate::kernel::notice::{Notice, go, refusal_words};
use crate::kernel::state::App;
use crate::layout::components::*;
use crate::layout::icons::{Icon, icon};
use crate::layout::l10n::L10n;
use crate::layout::page::{Page, Section, Viewer};

/// The fields that can be corrected.
const FIELDS: [&str; 7] = ["title", "description", "site", "contact", "asset", "caller_name", "caller_phone"];

/// Particulars as they were corrected.
pub struct Particulars {
    pub title: Line,
    pub description: Option<Text>,
    pub site: Option<SiteId>,
    pub contact: Option<ContactId>,
    pub asset: Option<AssetId>,
    pub caller_name: Option<Line>,
    pub caller_phone: Option<Phone>,
}

impl Particulars {
    /// The ticket's particulars with some of them given anew, as a program sends them.
    ///
    /// Errors: every field that is wrong.
    pub fn with(row: &TicketRow, given: &[(&'static str, String)]) -> Result<Particulars, Vec<Invalid>> {
        let stored = |text: &Option<String>| text.clone().unwrap_or_default();
        let id = |id: Option<i64>| id.map(|id| id.to_string()).unwrap_or_default();
        let text = |name: &str, stored: String| {
            given.iter().find(|(field, _)| *field == name).map_or(stored, |(_, value)| value.clone())
        };
        let mut reading = Reading::new();
        let title = reading.field(Line::parse("title", &text("title", row.title.clone())));
        let description = reading
            .field(Text::parse_optional("description", &text("description", stored(&row.description))));
        let caller_name = reading
            .field(Line::parse_optional("caller_name", &text("caller_name", stored(&row.caller_name))));
        let caller_phone = reading
            .field(Phone::parse_optional("caller_phone", &text("caller_phone", stored(&row.caller_phone))));
        let whole = (|| {
            Some(Particulars {
                title: title?,
                description: description?,
                site: text("site", id(row.site_id.map(SiteId::get))).parse().ok(),
                contact: text("contact", id(row.contact_id.map(ContactId::get))).parse().ok(),
                asset: text("asset", id(row.asset_id.map(AssetId::get))).parse().ok(),
                caller_name: caller_name?,
                caller_phone: caller_phone?,
            })
        })();
        reading.finish(whole)
    }
}

/// The form with the words of those whom the ticket names.
fn begun(tx: &mut Tx, id: TicketId) -> Result<(TicketRow, Form, i64), Failure> {
    let row = store::find(tx, id)?.ok_or(Failure::NotFound)?;
    let names = store::names(tx, id)?;
    let id_of = |id: Option<i64>| id.map(|id| id.to_string()).unwrap_or_default();
    let form = Form::of([
        ("title", row.title.clone()),
        ("description", row.description.clone().unwrap_or_default()),
        ("customer", row.customer_id.to_string()),
        ("site", id_of(row.site_id.map(SiteId::get))),
        ("site_text", names.site.unwrap_or_default()),
        ("contact", id_of(row.contact_id.map(ContactId::get))),
        ("contact_text", names.contact.unwrap_or_default()),
        ("asset", id_of(row.asset_id.map(AssetId::get))),
        ("asset_text", names.asset.or(names.product).unwrap_or_default()),
        ("caller_name", row.caller_name.clone().unwrap_or_default()),
        ("caller_phone", row.caller_phone.clone().unwrap_or_default()),
    ]);
    let last_seq = store::last_seq(tx, id)?;
    Ok((row, form, last_seq))
}

/// GET /tickets/{number}/edit
pub async fn form(
    app: App,
    actor: Actor<perm::WorkTicket>,
    Path(text): Path<String>,
    search: Search,
) -> Result<Response, Failure> {
    let id = number(&text)?;
    let (row, form, last_seq) = app.read(move |tx| begun(tx, id)).await?;
    if search.get("part") == "yes" {
        return Ok(
            why::part(&actor.l.t("ticket-verb-edit"), shown(&actor.l, &row, &form, last_seq)).into_response()
        );
    }
    Ok(page(&actor, &row, &form, last_seq, StatusCode::OK, None))
}

fn page(
    viewer: &Viewer,
    row: &TicketRow,
    form: &Form,
    last_seq: i64,
    status: StatusCode,
    before: Option<Markup>,
) -> Response {
    let l = &viewer.l;
    Page::new(viewer, Section::Tickets, l.t("ticket-verb-edit"))
        .crumb("/tickets", l.t("tickets-title"))
        .crumb(path(row.id), TicketNumber::of(row.id).grouped())
        .status(status)
        .body(html! { @if let Some(before) = before { (before) } (shown(l, row, form, last_seq)) })
}

fn shown(l: &L10n, row: &TicketRow, form: &Form, last_seq: i64) -> Markup {
    html! {
        form class="act-form" method="post" action={ (path(row.id)) "/edit" } data-writing={ "ticket:" (row.id) } {
            (error_summary(form, l))
            input type="hidden" name="version" value=(row.version);
            input type="hidden" name="seen" value=(last_seq);
            input type="hidden" name="customer" value=(row.customer_id);
            (Field::text("title", l.t("field-title")).required().of(form, l))
            (TextArea::new("description", l.t("field-description")).rows(4).of(form, l))
            (Combobox::new("site", l.t("field-site"), "/tickets/ahead/site").depends_on("customer").of(form, l))
            (Combobox::new("contact", l.t("field-contact"), "/tickets/ahead/contact").depends_on("customer").of(form, l))
            (Combobox::new("asset", l.t("field-asset"), "/tickets/ahead/asset").depends_on("customer").of(form, l))
            div class="row two" {
                (Field::text("caller_name", l.t("field-caller-name")).of(form, l))
                (Field::text("caller_phone", l.t("field-caller-phone")).kind("tel").of(form, l))
            }
            div class="actions" {
                button class="button primary" type="submit" { (icon(Icon::Check)) span { (l.t("ticket-verb-edit-do")) } }
                a class="button" href=(path(row.id)) data-close { span { (l.t("act-not")) } }
            }
        }
    }
}

fn read(tx: &mut Tx, form: &Form, customer: CustomerId) -> Result<Particulars, Failure> {
    let mut reading = Reading::new();
    let title = reading.field(Line::parse("title", form.get("title")));
    let description = reading.field(Text::parse_optional("description", form.get("description")));
    let caller_name = reading.field(Line::parse_optional("caller_name", form.get("caller_name")));
    let caller_phone = reading.field(Phone::parse_optional("caller_phone", form.get("caller_phone")));
    let mut id_of = |field: &'static str| -> Option<Option<i64>> {
        let text = form.get(&format!("{field}_text")).to_owned();
        match form.get(field).parse::<i64>() {
            // A field whose words were taken out is emptied.
            Ok(id) if !text.is_empty() || form.all(&format!("{field}_text")).next().is_none() => {
                Some(Some(id))
            }
            Ok(_) => Some(None),
            Err(_) if text.is_empty() => Some(None),
            Err(_) => match ahead::by_words(tx, field, &text, vec![customer]) {
                Ok(id) => Some(Some(id)),
                Err(_) => {
                    reading
                        .problem(Invalid::new(field, "error-which-one").with("given", text).with("count", 0));
                    None
                }
            },
        }
    };
    let (site, contact, asset) = (id_of("site"), id_of("contact"), id_of("asset"));
    let whole = (|| {
        Some(Particulars {
            title: title?,
            description: description?,
            site: site?.map(SiteId),
            contact: contact?.map(ContactId),
            asset: asset?.map(AssetId),
            caller_name: caller_name?,
            caller_phone: caller_phone?,
        })
    })();
    Ok(reading.finish(whole)?)
}

/// Corrects the particulars. Another site may come under another contract; the commitment that judges the
/// ticket stays what it was at the report, so that no deadline moves by a correction.
pub fn save(
    change: &mut Change<'_>,
    id: TicketId,
    seen: Option<i64>,
    wanted: &Particulars,
    app: &App,
) -> Result<(), Failure> {
    let row = change::load(change, id, seen)?;
    let named = Named {
        customer: Some(row.customer_id),
        site: wanted.site,
        contact: wanted.contact,
        asset: wanted.asset,
    };
    let around = intake::around(change.tx, named, &new::house_zone(app))?;
    if around.site.as_ref().is_some_and(|site| site.belongs.customer != row.customer_id) {
        return Err(Refusal::SiteOfAnotherCustomer.into());
    }
    if around.contact.is_some_and(|contact| contact.customer != row.customer_id) {
        return Err(Refusal::ContactOfAnotherCustomer.into());
    }
    if around.asset.as_ref().is_some_and(|asset| asset.belongs.customer != row.customer_id) {
        return Err(Refusal::AssetOfAnotherCustomer.into());
    }
    let mut edited = row.clone();
    edited.title = wanted.title.to_string();
    edited.description = wanted.description.as_ref().map(Text::to_string);
    edited.site_id = wanted.site;
    edited.contact_id = wanted.contact;
    edited.asset_id = wanted.asset;
    edited.caller_name = wanted.caller_name.as_ref().map(Line::to_string);
    edited.caller_phone = wanted.caller_phone.as_ref().map(|phone| phone.shown.clone());
    let before = store::names(change.tx, id)?;
    store::save_particulars(change.tx, &edited)?;
    let after = store::names(change.tx, id)?;
    let changed = differences((&row, &before), (&edited, &after));
    let happened = life::edit(&row.ticket(), changed, change.now)?;
    change::save(change, edited.ticket(), happened).map(drop)
}

/// What differs, in the words that people read; ids would say nothing on a timeline.
fn differences(from: (&TicketRow, &store::Names), to: (&TicketRow, &store::Names)) -> Vec<FieldChange> {
    changes(&[
        ("title", Some(&from.0.title), Some(&to.0.title)),
        ("description", from.0.description.as_deref(), to.0.description.as_deref()),
        ("site", from.1.site.as_deref(), to.1.site.as_deref()),
        ("contact", from.1.contact.as_deref(), to.1.contact.as_deref()),
        ("asset", unit(from.1).as_deref(), unit(to.1).as_deref()),
        ("caller_name", from.0.caller_name.as_deref(), to.0.caller_name.as_deref()),
        ("caller_phone", from.0.caller_phone.as_deref(), to.0.caller_phone.as_deref()),
    ])
}

fn unit(names: &store::Names) -> Option<String> {
    let parts: Vec<&str> =
        [&names.asset, &names.product, &names.serial].into_iter().flatten().map(String::as_str).collect();
    (!parts.is_empty()).then(|| parts.join(" · "))
}

/// POST /tickets/{number}/edit
pub async fn update(
    app: App,
    actor: Actor<perm::WorkTicket>,
    Path(text): Path<String>,
    form: Form,
) -> Result<Response, Failure> {
    let id = number(&text)?;
    let seen = change::seen(form.get("version"));
    let (shared, typed) = (app.clone(), form.clone());
    let done = app
        .change(&actor, move |c| {
            let row = store::find(c.tx, id)?.ok_or(Failure::NotFound)?;
            let wanted = read(c.tx, &typed, row.customer_id)?;
            save(c, id, seen, &wanted, &shared)
        })
        .await;
    let l = &actor.l;
    match done {
        Ok(()) => Ok(go(&path(id), Notice::new("notice-ticket-edited"))),
        Err(Failure::Invalid(problems)) => {
            let (row, _, last_seq) = app.read(move |tx| begun(tx, id)).await?;
            Ok(page(&actor, &row, &form.with(problems), last_seq, StatusCode::UNPROCESSABLE_ENTITY, None))
        }
        Err(Failure::Refused(Refusal::ChangedMeanwhile { .. })) => {
            let after = change::seen(form.get("seen")).unwrap_or(0);
            let ((row, theirs, last_seq), news) =
                app.read(move |tx| Ok((begun(tx, id)?, News::since(tx, id, after)?))).await?;
            let before = html! { (news.shown(l, &row)) (both(l, &theirs, &form)) };
            Ok(page(&actor, &row, &form, last_seq, StatusCode::CONFLICT, Some(before)))
        }
        Err(Failure::Refused(refusal)) => {
            let (row, _, last_seq) = app.read(move |tx| begun(tx, id)).await?;
            let said = notice(Tone::Risk, refusal_words(&refusal, l));
            Ok(page(&actor, &row, &form, last_seq, StatusCode::CONFLICT, Some(said)))
        }
        Err(failure) => Err(failure),
    }
}

/// What is stored beside what was typed, field by field where they differ.
fn both(l: &L10n, theirs: &Form, mine: &Form) -> Markup {
    let shown = |form: &Form, field: &str| {
        let text = form.get(&format!("{field}_text"));
        if text.is_empty() { form.get(field).to_owned() } else { text.to_owned() }
    };
    let differing = FIELDS.into_iter().filter(|field| shown(theirs, field) != shown(mine, field));
    html! {
        table class="both" {
            thead { tr {
                th scope="col" { (l.t("conflict-field")) }
                th scope="col" { (l.t("conflict-stored")) }
                th scope="col" { (l.t("conflict-typed")) }
            } }
            tbody {
                @for field in differing {
                    tr {
                        th scope="row" { (words::field_word(l, field)) }
                        td { (shown(theirs, field)) }
                        td { (shown(mine, field)) }
                    }
                }
            }
        }
    }
}
