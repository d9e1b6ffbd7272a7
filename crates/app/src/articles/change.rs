//! Writing, editing, publishing, retiring and reviewing articles: the same way for page and API.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use rules::Refusal;
use rules::articles::{self, Article, ArticleState};
use rules::event::{About, Event, changed_fields};
use rules::ids::*;

use super::store::{self, ArticleRow};
use crate::attachments::store::NewAttachment;
use crate::kernel::door::Change;
use crate::kernel::errors::Failure;
use crate::records::{differences, must_be_current, must_be_written};
use crate::tickets;

/// What an article's facts are about.
pub fn about(id: ArticleId) -> About {
    About { article: Some(id), ..About::default() }
}

fn owner_must_exist(change: &mut Change<'_>, article: &Article) -> Result<(), Failure> {
    match article.owner {
        Some(owner) if tickets::store::active_name_of(change.tx, owner)?.is_none() => {
            Err(Failure::field("owner", "error-not-there"))
        }
        Some(_) | None => Ok(()),
    }
}

/// Begins an article as a draft.
///
/// Errors: [`Failure::Invalid`] on `owner` for a person who is not there.
pub fn create(change: &mut Change<'_>, article: &Article, by: Option<UserId>) -> Result<ArticleId, Failure> {
    owner_must_exist(change, article)?;
    let id = store::add(change.tx, article, by, change.now)?;
    let event = Event::ArticleWritten {
        kind: article.kind,
        visibility: article.visibility,
        title: article.title.to_string(),
    };
    change.record(about(id), event);
    Ok(id)
}

/// Edits an article; what it said before is kept. Where nothing differs nothing happens. A known fault that is solved
/// by it is told to the customers of its open tickets.
///
/// Errors: [`Failure::NotFound`]; [`Failure::Refused`] when it changed meanwhile; [`Failure::Invalid`] on `owner`.
pub fn edit(
    change: &mut Change<'_>,
    id: ArticleId,
    seen: Option<i64>,
    article: &Article,
    by: Option<UserId>,
) -> Result<bool, Failure> {
    let row = current(change, id, seen)?;
    let review_on = articles::review_after_edit(&row.standing(), article.review_on);
    let article = &Article { review_on, ..article.clone() };
    owner_must_exist(change, article)?;
    let changes = differences(&row.form(), &article.form());
    if changes.is_empty() {
        return Ok(false);
    }
    let edition = row.edition + 1;
    must_be_written(store::save(change.tx, &row, article, edition, by, change.now)?, row.version)?;
    change.record(about(id), Event::ArticleEdited { edition, fields: changed_fields(&changes) });
    changed(change, &row)?;
    Ok(true)
}

/// Offers an article from now on.
///
/// Errors: [`Failure::Refused`] for one that says nothing, is offered already, or whose review is past.
pub fn publish(
    change: &mut Change<'_>,
    id: ArticleId,
    seen: Option<i64>,
    today: Date,
) -> Result<(), Failure> {
    let row = current(change, id, seen)?;
    let review_on = articles::publish(&row.standing(), today)?;
    let now = Some(change.now);
    let written = store::set_state(change.tx, &row, ArticleState::Published, Some(review_on), now)?;
    must_be_written(written, row.version)?;
    let event = Event::ArticlePublished { edition: row.edition, visibility: row.visibility, review_on };
    change.record(about(id), event);
    changed(change, &row)
}

/// Offers an article no longer.
pub fn retire(change: &mut Change<'_>, id: ArticleId, seen: Option<i64>) -> Result<(), Failure> {
    let row = current(change, id, seen)?;
    articles::retire(&row.standing())?;
    let written = store::set_state(change.tx, &row, ArticleState::Retired, row.review_on, row.published_at)?;
    must_be_written(written, row.version)?;
    change.record(about(id), Event::ArticleRetired { reason: None });
    changed(change, &row)
}

/// Somebody looked at a published article, and it still holds.
///
/// Errors: [`Failure::Invalid`] for a day that is past; [`Failure::Refused`] for one that is not offered.
pub fn review(
    change: &mut Change<'_>,
    id: ArticleId,
    seen: Option<i64>,
    next: Option<Date>,
    today: Date,
) -> Result<(), Failure> {
    let row = current(change, id, seen)?;
    if row.state != ArticleState::Published {
        return Err(Refusal::other("refusal-article-not-published").into());
    }
    let review_on = articles::review(next, today)?;
    let written = store::set_state(change.tx, &row, row.state, Some(review_on), row.published_at)?;
    must_be_written(written, row.version)?;
    change.record(about(id), Event::ArticleReviewed { review_on });
    changed(change, &row)
}

/// Pages hear of it; a fault that is solved now is told.
fn changed(change: &mut Change<'_>, before: &ArticleRow) -> Result<(), Failure> {
    change.nudge(format!("article:{}", before.id));
    let after = store::find(change.tx, before.id)?.ok_or(Failure::NotFound)?;
    if articles::becomes_solved(&before.standing(), &after.standing()) {
        tickets::articles::tell_solved(change, before.id)?;
    }
    Ok(())
}

/// Notes files that are whole on the disk.
pub fn add_files(
    change: &mut Change<'_>,
    id: ArticleId,
    files: &[NewAttachment],
    by: Option<UserId>,
) -> Result<(), Failure> {
    store::find(change.tx, id)?.ok_or(Failure::NotFound)?;
    for file in files {
        store::add_file(change.tx, id, file, by, change.now)?;
        let event = Event::ArticleFileAdded {
            sha256: file.sha256.clone(),
            bytes: file.bytes,
            media_type: file.media_type.to_owned(),
            file_name: file.file_name.clone(),
        };
        change.record(about(id), event);
    }
    change.nudge(format!("article:{id}"));
    Ok(())
}

/// Takes a file away.
pub fn remove_file(change: &mut Change<'_>, id: ArticleId, file: i64) -> Result<(), Failure> {
    let row = store::file(change.tx, file)?.filter(|row| row.article_id == id).ok_or(Failure::NotFound)?;
    if !store::remove_file(change.tx, file, change.now)? {
        return Err(Refusal::AlreadySo.into());
    }
    change.record(about(id), Event::ArticleFileRemoved { sha256: row.sha256 });
    change.nudge(format!("article:{id}"));
    Ok(())
}

/// Today where the house stands: reviews are due by its calendar.
pub fn today(change: &Change<'_>, zone: &TimeZone) -> Date {
    change.now.to_zoned(zone.clone()).date()
}

fn current(change: &mut Change<'_>, id: ArticleId, seen: Option<i64>) -> Result<ArticleRow, Failure> {
    let row = store::find(change.tx, id)?.ok_or(Failure::NotFound)?;
    must_be_current(seen, row.version)?;
    Ok(row)
}
