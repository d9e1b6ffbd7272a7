//! The support database of the demo company, with what it did for tickets and what was not found in it.

use app::articles::{change as articles, store};
use app::kernel::actor::By;
use app::kernel::door::Change;
use app::{App, Failure, tickets};
use db::Query;
use jiff::{SignedDuration, Timestamp};
use rules::articles::{Affected, ArticleForm, ArticleState, question_key, write_affected};
use rules::event::{Event, Happening};
use rules::ids::*;

use super::cast::Article;
use super::registry::{Colleague, Registry};

/// Tickets of the past year that one article is linked with, and how many answers it has on the portal.
const TICKETS_MOST: i64 = 14;
const ANSWERS_MOST: usize = 9;
/// Open tickets that were found to be known faults just now.
const OPEN_LINKED_MOST: usize = 3;

/// What was asked for and is not there.
const GAPS: [(&str, i64); 6] = [
    ("指静脉设备如何登记", 7),
    ("双屏终端副屏不亮", 5),
    ("视频会议没有声音", 4),
    ("门禁卡批量导入模板", 3),
    ("票据打印机驱动 麒麟系统", 2),
    ("机房温湿度记录表", 1),
];

/// Writes the articles, links them with the tickets that they explain, and keeps some questions.
///
/// Errors: those of the door.
pub fn fill(app: &App, all: &[Article], registry: &Registry, now: Timestamp) -> Result<(), Failure> {
    let people = registry.colleagues.clone();
    let contacts: Vec<ContactId> =
        registry.places.iter().flat_map(|place| place.contacts.iter().copied()).take(ANSWERS_MOST).collect();
    let all = all.to_vec();
    let zone = app.config.time_zone();
    app.change_now(By::System("demo"), move |c| {
        let today = now.to_zoned(zone).date();
        let mut open_linked = 0;
        for (place, article) in all.iter().enumerate() {
            let owner = owner(&people, &article.owner)?;
            let id = write(c, article, owner, today, now)?;
            let Some(about) = &article.about else { continue };
            for ticket in with_title(c, about, true)? {
                lived(c, id, ticket, owner)?;
            }
            if !article.draft
                && open_linked < OPEN_LINKED_MOST
                && let Some(ticket) = with_title(c, about, false)?.into_iter().next()
            {
                tickets::articles::link(c, ticket, id, Some(owner))?;
                open_linked += 1;
            }
            if article.public {
                for (nth, contact) in contacts.iter().enumerate().take(2 + place % (ANSWERS_MOST - 2)) {
                    store::answer(c.tx, id, *contact, (nth + place) % 5 != 0, now)?;
                }
            }
        }
        for (question, count) in GAPS {
            for nth in 0..count {
                let at = now - SignedDuration::from_hours(31 * (nth + 1));
                store::asked(c.tx, question, &question_key(question), at)?;
            }
        }
        Ok(())
    })
}

/// Somebody of a role.
pub(super) fn owner(people: &[Colleague], role: &str) -> Result<UserId, Failure> {
    let found = people.iter().find(|one| one.role.code() == role);
    found.map(|one| one.id).ok_or_else(|| Failure::broke(format!("nobody is {role}")))
}

fn write(
    c: &mut Change<'_>,
    article: &Article,
    owner: UserId,
    today: jiff::civil::Date,
    now: Timestamp,
) -> Result<ArticleId, Failure> {
    let then = now - SignedDuration::from_hours(24 * article.age_days);
    let affected: Vec<Affected> = article
        .affected
        .iter()
        .map(|line| {
            let (model, versions) = line.split_once(": ").unwrap_or((line, ""));
            Affected { model: model.to_owned(), versions: versions.to_owned() }
        })
        .collect();
    let review_on = today.saturating_add(jiff::Span::new().days(article.review_days));
    let form = ArticleForm {
        kind: article.kind.clone(),
        title: article.title.clone(),
        visibility: if article.public { "public" } else { "internal" }.to_owned(),
        symptom: article.symptom.clone(),
        affected: write_affected(&affected),
        cause: article.cause.clone(),
        solution: article.solution.clone(),
        workaround: article.workaround.clone(),
        owner: owner.to_string(),
        review_on: review_on.to_string(),
    };
    let read = form.read()?;
    let id = store::add(c.tx, &read, Some(owner), then)?;
    let about = articles::about(id);
    let event =
        Event::ArticleWritten { kind: read.kind, visibility: read.visibility, title: article.title.clone() };
    c.happen_then(Happening { at: then, about, event }, By::User(owner), then);
    if !article.draft {
        let row = store::find(c.tx, id)?.ok_or(Failure::NotFound)?;
        let at = then + SignedDuration::from_hours(5);
        store::set_state(c.tx, &row, ArticleState::Published, Some(review_on), Some(at))?;
        let event = Event::ArticlePublished { edition: 1, visibility: read.visibility, review_on };
        c.happen_then(Happening { at, about, event }, By::User(owner), at);
    }
    Ok(id)
}

/// Tickets with this title, the newest first: those that are over, or those that wait for help.
pub(super) fn with_title(c: &mut Change<'_>, title: &str, over: bool) -> Result<Vec<TicketId>, Failure> {
    let states = if over { ["resolved", "closed"] } else { ["reported", "in-handling"] };
    let query = Query::new::<(i64,)>("SELECT t.id FROM ticket t")
        .and("t.title = ?", title.to_owned())
        .and_in("t.state", &states)
        .order("t.id DESC")
        .limit(TICKETS_MOST);
    Ok(c.tx.list(&query)?.into_iter().map(|(id,)| TicketId(id)).collect())
}

/// A ticket of the past that was solved by an article: linked when it was resolved.
fn lived(c: &mut Change<'_>, id: ArticleId, ticket: TicketId, by: UserId) -> Result<(), Failure> {
    let row = tickets::store::find(c.tx, ticket)?.ok_or(Failure::NotFound)?;
    let at = row.resolved_at.unwrap_or(row.reported_at);
    tickets::articles::link_lived(c.tx, id, ticket, by, at)?;
    let event = Event::TicketArticleLinked { article: id };
    c.happen_then(Happening { at, about: row.ticket().about(), event }, By::User(by), at);
    Ok(())
}
