//! The duty log of a site (值班记录, C3.6): kept by the customer's people on the portal, or noted by ours from
//! paper; read at the monthly inspection. An entry is never changed; a further one corrects it.

use axum::extract::Path;
use axum::response::Response;
use db::{Error, Tx, row, statements};
use jiff::Timestamp;
use jiff::civil::Date;
use maud::{Markup, html};
use rules::Invalid;
use rules::access::perm;
use rules::event::{About, Event};
use rules::ids::*;
use rules::text::{Line, Reading, Text, parse_date};

use super::store as sites;
use crate::attachments::page::hand_out;
use crate::attachments::store::NewAttachment;
use crate::kernel::actor::Actor;
use crate::kernel::door::Change;
use crate::kernel::errors::Failure;
use crate::kernel::form::{Search, encode};
use crate::kernel::state::App;
use crate::layout::components::*;
use crate::layout::icons::Icon;
use crate::layout::l10n::L10n;
use crate::layout::page::{Page, Section};

/// Entries on a page of the log.
pub const ROWS: i64 = 30;
/// Entries that the page of a site shows.
const LATEST: i64 = 5;
/// Photographs of one entry at most.
pub const PHOTOS_MOST: usize = 10;

row! {
    /// An entry.
    #[derive(Clone, Debug, PartialEq)]
    pub struct EntryRow {
        pub id: DutyEntryId as int,
        pub site_id: SiteId as int,
        pub duty_on: Date,
        pub shift: String,
        pub person: String,
        pub text: String,
        pub contact_id: Option<ContactId> as maybe_int,
        pub writer: Option<String>,
        pub written_at: Timestamp,
    }
}

row! {
    /// A photograph of an entry.
    #[derive(Clone, Debug, PartialEq)]
    pub struct PhotoRow {
        pub id: i64,
        pub entry_id: DutyEntryId as int,
        pub site_id: SiteId as int,
        pub sha256: String,
        pub bytes: i64,
        pub media_type: String,
        pub file_name: String,
    }
}

statements! {
    static OF_SITE: (i64, i64, i64) => EntryRow =
        "SELECT e.id, e.site_id, e.duty_on, e.shift, e.person, e.text, e.contact_id,
            COALESCE(k.name, a.name) AS writer, e.written_at
         FROM duty_entry e LEFT JOIN contact k ON k.id = e.contact_id LEFT JOIN account a ON a.id = e.account_id
         WHERE e.site_id = ?1 AND e.id < ?2 ORDER BY e.id DESC LIMIT ?3";
    static PHOTOS: (i64,) => PhotoRow =
        "SELECT f.id, f.entry_id, e.site_id, f.sha256, f.bytes, f.media_type, f.file_name
         FROM duty_photo f JOIN duty_entry e ON e.id = f.entry_id WHERE f.entry_id = ?1 ORDER BY f.id";
    static PHOTO: (i64,) => PhotoRow =
        "SELECT f.id, f.entry_id, e.site_id, f.sha256, f.bytes, f.media_type, f.file_name
         FROM duty_photo f JOIN duty_entry e ON e.id = f.entry_id WHERE f.id = ?1";
    static ADD: (i64, Date, String, String, String, Option<i64>, Option<i64>, Timestamp) => (i64,) =
        "INSERT INTO duty_entry (site_id, duty_on, shift, person, text, contact_id, account_id, written_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) RETURNING id";
    static ADD_PHOTO: (i64, String, i64, String, String) => () =
        "INSERT INTO duty_photo (entry_id, sha256, bytes, media_type, file_name) VALUES (?1, ?2, ?3, ?4, ?5)";
}

/// An entry as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EntryForm<'a> {
    pub duty_on: &'a str,
    pub shift: &'a str,
    pub person: &'a str,
    pub text: &'a str,
}

/// An entry that makes sense.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    pub duty_on: Date,
    pub shift: Line,
    pub person: Line,
    pub text: Text,
}

impl EntryForm<'_> {
    /// Reads the form; `today` is the day at the site.
    ///
    /// Errors: every field that is wrong; a day that has not come.
    pub fn read(&self, today: Date) -> Result<Entry, Vec<Invalid>> {
        let mut form = Reading::new();
        let duty_on = form.field(match parse_date("duty_on", self.duty_on) {
            Ok(on) if on > today => Err(Invalid::new("duty_on", "error-duty-in-the-future")),
            read => read,
        });
        let shift = form.field(Line::parse("shift", self.shift));
        let person = form.field(Line::parse("person", self.person));
        let text = form.field(Text::parse("text", self.text));
        form.finish((|| Some(Entry { duty_on: duty_on?, shift: shift?, person: person?, text: text? }))())
    }
}

/// Who writes an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Writer {
    Contact(ContactId),
    User(UserId),
}

/// An entry with its photographs.
pub type Shown = (EntryRow, Vec<PhotoRow>);

/// The entries of a site, newest first, beginning behind `after`.
pub fn list(tx: &mut Tx, site: SiteId, after: Option<i64>, most: i64) -> Result<Vec<Shown>, Error> {
    let rows = tx.all(&OF_SITE, (site.get(), after.unwrap_or(i64::MAX), most))?;
    rows.into_iter()
        .map(|row| Ok((tx.all(&PHOTOS, (row.id.get(),))?, row)))
        .map(|both| both.map(|(p, r)| (r, p)))
        .collect()
}

/// A photograph.
pub fn photo(tx: &mut Tx, id: i64) -> Result<Option<PhotoRow>, Error> {
    tx.maybe(&PHOTO, (id,))
}

/// Writes an entry.
///
/// Errors: [`Failure::NotFound`] without such a site.
pub fn write(
    change: &mut Change<'_>,
    site: SiteId,
    entry: &Entry,
    photos: &[NewAttachment],
    writer: Writer,
) -> Result<DutyEntryId, Failure> {
    let row = sites::find(change.tx, site)?.ok_or(Failure::NotFound)?;
    let (contact, user) = match writer {
        Writer::Contact(id) => (Some(id), None),
        Writer::User(id) => (None, Some(id)),
    };
    let values = (
        site.get(),
        entry.duty_on,
        entry.shift.as_str(),
        entry.person.as_str(),
        entry.text.as_str(),
        contact.map(ContactId::get),
        user.map(UserId::get),
        change.now,
    );
    let id = DutyEntryId(change.tx.one(&ADD, values)?.0);
    for photo in photos {
        let values =
            (id.get(), photo.sha256.as_str(), photo.bytes, photo.media_type, photo.file_name.as_str());
        change.tx.run(&ADD_PHOTO, values)?;
    }
    let about = About { site: Some(site), customer: Some(row.customer_id), contact, ..About::default() };
    let event = Event::SiteDutyLogged {
        entry: id,
        on: entry.duty_on,
        shift: entry.shift.to_string(),
        photos: i64::try_from(photos.len()).unwrap_or(i64::MAX),
        person_name: entry.person.to_string(),
        text: entry.text.to_string(),
    };
    change.record(about, event);
    Ok(id)
}

/// Entries as a list; `photos` is the address below which their photographs are handed out.
pub fn lines(l: &L10n, entries: &[Shown], photos: &str) -> Markup {
    html! {
        ul class="portal-lines" { @for (entry, pictures) in entries {
            li {
                p class="head" {
                    strong { (entry.duty_on) " · " (entry.shift) " · " (entry.person) }
                    small { @if let Some(writer) = &entry.writer { (writer) " · " } (when(l, entry.written_at)) }
                }
                p class="words" { (entry.text) }
                @if !pictures.is_empty() {
                    p class="portal-photos" { @for picture in pictures {
                        @let address = format!("{photos}/{}/{}", picture.id, encode(&picture.file_name).replace('+', "%20"));
                        a href=(address) {
                            @if crate::attachments::media::is_picture(&picture.media_type) { img src=(address) alt=(picture.file_name) loading="lazy"; }
                            @else { (picture.file_name) }
                        }
                    } }
                }
            }
        } }
    }
}

/// The last entries, as a card on the page of a site.
pub fn card_of(l: &L10n, site: SiteId, entries: &[Shown]) -> Markup {
    card(
        l.t("duty-log"),
        html! {
            @if entries.is_empty() { p class="muted" { (l.t("duty-log-none")) } }
            @else {
                (lines(l, entries, "/duty-photos"))
                p class="more" { a href={ "/sites/" (site) "/duty-log" } { (l.t("duty-log-all")) } }
            }
        },
    )
}

/// The last entries of a site, for its page.
pub fn latest(tx: &mut Tx, site: SiteId) -> Result<Vec<Shown>, Error> {
    list(tx, site, None, LATEST)
}

/// GET /sites/{id}/duty-log
pub async fn page(
    app: App,
    actor: Actor<perm::ViewRegistry>,
    Path(id): Path<SiteId>,
    search: Search,
) -> Result<Response, Failure> {
    let after = search.get("after").parse().ok();
    let (site, entries) = app
        .read(move |tx| {
            let site = sites::find(tx, id)?.ok_or(Failure::NotFound)?;
            Ok((site, list(tx, id, after, ROWS + 1)?))
        })
        .await?;
    let l = &actor.l;
    let shown = &entries[..entries.len().min(ROWS as usize)];
    let next = (entries.len() > shown.len()).then(|| shown.last().map(|(entry, _)| entry.id.to_string()));
    let own = format!("/sites/{id}/duty-log");
    Ok(Page::new(&actor, Section::Customers, l.t("duty-log"))
        .crumb("/sites", l.t("sites-title"))
        .crumb(format!("/sites/{id}"), site.name)
        .body(html! {
            @if shown.is_empty() { (empty(Icon::Note, l.t("duty-log-none"), l.t("duty-log-none-words"), None)) }
            (lines(l, shown, "/duty-photos"))
            (pagination(l, &own, &search, next.flatten().as_deref()))
        }))
}

/// GET /duty-photos/{id}/{name}
pub async fn picture(
    app: App,
    _: Actor<perm::ViewRegistry>,
    Path((id, _)): Path<(i64, String)>,
) -> Result<Response, Failure> {
    let photo = app.read(move |tx| photo(tx, id)?.ok_or(Failure::NotFound)).await?;
    hand_out(&app, &photo.sha256, &photo.media_type, &photo.file_name, photo.bytes).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_says_who_was_on_duty_when() {
        let today: Date = "2026-01-05".parse().unwrap();
        let good =
            EntryForm { duty_on: "2026-01-05", shift: "夜班", person: "老周", text: "一切正常" };
        assert_eq!(good.read(today).unwrap().duty_on, today);
        let early = EntryForm { duty_on: "2026-01-06", ..good.clone() };
        assert_eq!(early.read(today).unwrap_err()[0].code, "error-duty-in-the-future");
        let fields: Vec<_> =
            EntryForm::default().read(today).unwrap_err().iter().map(|one| one.field).collect();
        assert_eq!(fields, ["duty_on", "shift", "person", "text"]);
    }
}
