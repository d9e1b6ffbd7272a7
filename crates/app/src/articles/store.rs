//! Articles as they are stored.

use db::{Error, Tx, row, statements};
use jiff::Timestamp;
use jiff::civil::Date;
use rules::articles::{
    Affected, Article, ArticleForm, ArticleKind, ArticleState, Standing, parse_affected, write_affected,
};
use rules::ids::*;
use rules::text::Text;
use rules::tickets::{State, Visibility};

use crate::attachments::store::NewAttachment;
use crate::lookup::{self, Look};

/// The noun under which articles are looked up.
pub const NOUN: &str = "article";

/// Tickets, files, editions and answers of one article that its page shows or counts.
const TICKETS_MOST: i64 = 100;
const FILES_MOST: i64 = 200;
const EDITIONS_MOST: i64 = 200;
const COUNTED_MOST: i64 = 10_000;
/// Questions without an answer that are kept; the oldest beyond them are forgotten, some at a time.
const GAPS_MOST: i64 = 2_000;
const GAPS_FORGOTTEN_AT_ONCE: i64 = 50;

row! {
    /// An article with what can be edited and where it stands.
    #[derive(Clone, Debug, PartialEq)]
    pub struct ArticleRow {
        pub id: ArticleId as int,
        pub kind: ArticleKind as text,
        pub state: ArticleState as text,
        pub visibility: Visibility as text,
        pub title: String,
        pub symptom: Option<String>,
        pub cause: Option<String>,
        pub solution: Option<String>,
        pub workaround: Option<String>,
        pub affected: Option<String>,
        pub owner_id: Option<UserId> as maybe_int,
        pub owner: Option<String>,
        pub review_on: Option<Date>,
        pub edition: i64,
        pub version: i64,
        pub created_at: Timestamp,
        pub updated_at: Timestamp,
        pub published_at: Option<Timestamp>,
        pub used_count: i64,
        pub yes_count: i64,
        pub no_count: i64,
    }
}

row! {
    /// An article in a list.
    #[derive(Clone, Debug, PartialEq)]
    pub struct ArticleBrief {
        pub id: ArticleId as int,
        pub kind: ArticleKind as text,
        pub state: ArticleState as text,
        pub visibility: Visibility as text,
        pub title: String,
        pub owner: Option<String>,
        pub review_on: Option<Date>,
        pub updated_at: Timestamp,
        pub used_count: i64,
        pub yes_count: i64,
        pub no_count: i64,
    }
}

row! {
    /// A ticket that an article is linked with.
    #[derive(Clone, Debug, PartialEq)]
    pub struct LinkedTicket {
        pub id: TicketId as int,
        pub title: String,
        pub state: State as text,
        pub customer: String,
        pub linked_at: Timestamp,
        pub sent_at: Option<Timestamp>,
    }
}

row! {
    /// A text that an article had.
    #[derive(Clone, Debug, PartialEq)]
    pub struct EditionRow {
        pub edition: i64,
        pub form: String,
        pub editor: Option<String>,
        pub edited_at: Timestamp,
    }
}

row! {
    /// A file of an article.
    #[derive(Clone, Debug, PartialEq)]
    pub struct FileRow {
        pub id: i64,
        pub article_id: ArticleId as int,
        pub sha256: String,
        pub bytes: i64,
        pub media_type: String,
        pub file_name: String,
        pub added_at: Timestamp,
    }
}

row! {
    /// A question that found nothing.
    #[derive(Clone, Debug, PartialEq)]
    pub struct GapRow {
        pub id: i64,
        pub question: String,
        pub asked_count: i64,
        pub first_at: Timestamp,
        pub last_at: Timestamp,
    }
}

row! {
    /// An article that is to be looked at again.
    #[derive(Clone, Debug)]
    pub struct ToReview {
        pub id: ArticleId as int,
        pub title: String,
        pub owner_id: Option<UserId> as maybe_int,
    }
}

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT a.id, a.kind, a.state, a.visibility, a.title, a.symptom, a.cause, a.solution, a.workaround,
                a.affected, a.owner_id, u.name AS owner, a.review_on, a.edition, a.version, a.created_at,
                a.updated_at, a.published_at, a.used_count, a.yes_count, a.no_count
             FROM article a LEFT JOIN account u ON u.id = a.owner_id",
            $rest
        )
    };
}

macro_rules! brief {
    ($rest:literal) => {
        concat!(
            "SELECT a.id, a.kind, a.state, a.visibility, a.title, u.name AS owner, a.review_on, a.updated_at,
                a.used_count, a.yes_count, a.no_count
             FROM article a LEFT JOIN account u ON u.id = a.owner_id",
            $rest
        )
    };
}

type Added = (
    String,
    String,
    String,
    Option<String>,
    Option<String>,
    Option<String>,
    Option<String>,
    Option<String>,
    Option<i64>,
    Option<Date>,
    Option<i64>,
    Timestamp,
);
type Saved = (
    i64,
    i64,
    String,
    String,
    String,
    Option<String>,
    Option<String>,
    Option<String>,
    Option<String>,
    Option<String>,
    Option<i64>,
    Option<Date>,
    i64,
    Timestamp,
);

statements! {
    static FIND: (i64,) => ArticleRow = select!(" WHERE a.id = ?1");
    static LISTED: () => ArticleBrief = brief!("");
    static FOR_CUSTOMERS: (i64, i64) => ArticleBrief =
        brief!(" WHERE a.state = 'published' AND a.visibility = 'public' AND a.id < ?1 ORDER BY a.id DESC LIMIT ?2");
    static ADD: Added => (i64,) =
        "INSERT INTO article (kind, state, visibility, title, symptom, cause, solution, workaround, affected,
            owner_id, review_on, edition, version, created_by, created_at, updated_at, used_count, yes_count, no_count)
         VALUES (?1, 'draft', ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, 1, 1, ?11, ?12, ?12, 0, 0, 0) RETURNING id";
    static SAVE: Saved => () =
        "UPDATE article SET kind = ?3, visibility = ?4, title = ?5, symptom = ?6, cause = ?7, solution = ?8,
            workaround = ?9, affected = ?10, owner_id = ?11, review_on = ?12, edition = ?13, updated_at = ?14,
            review_told_at = CASE WHEN review_on = ?12 THEN review_told_at END, version = version + 1
         WHERE id = ?1 AND version = ?2";
    static SET_STATE: (i64, i64, String, Option<Date>, Option<Timestamp>) => () =
        "UPDATE article SET state = ?3, review_on = ?4, published_at = ?5, review_told_at = NULL, version = version + 1
         WHERE id = ?1 AND version = ?2";
    static TO_REVIEW: (Date, i64) => ToReview =
        "SELECT id, title, owner_id FROM article
         WHERE state = 'published' AND review_told_at IS NULL AND review_on < ?1 ORDER BY review_on, id LIMIT ?2";
    static REVIEW_TOLD: (i64, Timestamp) => () = "UPDATE article SET review_told_at = ?2 WHERE id = ?1";
    static FORGET_PRODUCTS: (i64,) => () = "DELETE FROM article_product WHERE article_id = ?1";
    static NAME_PRODUCT: (i64, String) => () =
        "INSERT INTO article_product (article_id, product_id) SELECT CAST(?1 AS BIGINT), p.id FROM product p
         WHERE p.model = ?2 ON CONFLICT (article_id, product_id) DO NOTHING";

    static ADD_EDITION: (i64, i64, String, Option<i64>, Timestamp) => () =
        "INSERT INTO article_edition (article_id, edition, form, edited_by, edited_at) VALUES (?1, ?2, ?3, ?4, ?5)";
    static EDITIONS: (i64, i64) => EditionRow =
        "SELECT e.edition, e.form, u.name AS editor, e.edited_at FROM article_edition e
         LEFT JOIN account u ON u.id = e.edited_by WHERE e.article_id = ?1 ORDER BY e.edition DESC LIMIT ?2";
    static EDITION: (i64, i64) => EditionRow =
        "SELECT e.edition, e.form, u.name AS editor, e.edited_at FROM article_edition e
         LEFT JOIN account u ON u.id = e.edited_by WHERE e.article_id = ?1 AND e.edition = ?2";

    static TICKETS: (i64, i64) => LinkedTicket =
        "SELECT t.id, t.title, t.state, c.name AS customer, x.linked_at, x.sent_at
         FROM article_ticket x JOIN ticket t ON t.id = x.ticket_id JOIN customer c ON c.id = t.customer_id
         WHERE x.article_id = ?1 ORDER BY x.ticket_id DESC LIMIT ?2";
    // Resolved and not reopened: a ticket that came back is in another state.
    static HELPED: (i64, i64) => (i64,) =
        "SELECT COUNT(*) FROM (SELECT 1 FROM article_ticket x JOIN ticket t ON t.id = x.ticket_id
         WHERE x.article_id = ?1 AND t.state IN ('resolved', 'closed') AND t.resolved_at IS NOT NULL LIMIT ?2) AS counted";

    static FILES: (i64, i64) => FileRow =
        "SELECT f.id, f.article_id, f.sha256, f.bytes, f.media_type, f.file_name, f.added_at FROM article_file f
         WHERE f.article_id = ?1 AND f.removed_at IS NULL ORDER BY f.id LIMIT ?2";
    static FILE: (i64,) => FileRow =
        "SELECT f.id, f.article_id, f.sha256, f.bytes, f.media_type, f.file_name, f.added_at FROM article_file f
         WHERE f.id = ?1 AND f.removed_at IS NULL";
    static ADD_FILE: (i64, String, i64, String, String, Option<i64>, Timestamp) => (i64,) =
        "INSERT INTO article_file (article_id, sha256, bytes, media_type, file_name, added_by, added_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) RETURNING id";
    static REMOVE_FILE: (i64, Option<Timestamp>) => () =
        "UPDATE article_file SET removed_at = ?2 WHERE id = ?1 AND removed_at IS NULL";

    static ANSWERED: (i64, i64) => (bool,) =
        "SELECT helped FROM article_answer WHERE article_id = ?1 AND contact_id = ?2";
    static ANSWER: (i64, i64, bool, Timestamp) => () =
        "INSERT INTO article_answer (article_id, contact_id, helped, answered_at) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT (article_id, contact_id) DO UPDATE SET helped = excluded.helped, answered_at = excluded.answered_at";
    static COUNT_ANSWER: (i64, i64, i64) => () =
        "UPDATE article SET yes_count = yes_count + ?2, no_count = no_count + ?3 WHERE id = ?1";

    static GAPS: (i64, i64, i64) => GapRow =
        "SELECT g.id, g.question, g.asked_count, g.first_at, g.last_at FROM article_gap g
         WHERE g.asked_count < ?1 OR (g.asked_count = ?1 AND g.id < ?2)
         ORDER BY g.asked_count DESC, g.id DESC LIMIT ?3";
    static GAP: (i64,) => GapRow =
        "SELECT g.id, g.question, g.asked_count, g.first_at, g.last_at FROM article_gap g WHERE g.id = ?1";
    static ASKED_AGAIN: (String, Timestamp) => () =
        "UPDATE article_gap SET asked_count = asked_count + 1, last_at = ?2 WHERE question_key = ?1";
    static ASKED_FIRST: (String, String, Timestamp) => () =
        "INSERT INTO article_gap (question, question_key, asked_count, first_at, last_at) VALUES (?1, ?2, 1, ?3, ?3)
         ON CONFLICT (question_key) DO NOTHING";
    static FORGET_OLD: (i64, i64) => () =
        "DELETE FROM article_gap WHERE id IN (SELECT g.id FROM article_gap g ORDER BY g.last_at DESC LIMIT ?1 OFFSET ?2)";
    static FORGET_GAP: (i64,) => () = "DELETE FROM article_gap WHERE id = ?1";
}

impl ArticleRow {
    /// The row as its form shows it.
    pub fn form(&self) -> ArticleForm {
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        ArticleForm {
            kind: self.kind.to_string(),
            title: self.title.clone(),
            visibility: self.visibility.to_string(),
            symptom: text(&self.symptom),
            affected: text(&self.affected),
            cause: text(&self.cause),
            solution: text(&self.solution),
            workaround: text(&self.workaround),
            owner: self.owner_id.map(|owner| owner.to_string()).unwrap_or_default(),
            review_on: self.review_on.map(|on| on.to_string()).unwrap_or_default(),
        }
    }

    /// The article as decisions need it.
    pub fn standing(&self) -> Standing {
        Standing {
            id: self.id,
            state: self.state,
            visibility: self.visibility,
            has_solution: self.solution.is_some(),
            has_workaround: self.workaround.is_some(),
            has_words: self.symptom.is_some() || self.solution.is_some() || self.workaround.is_some(),
            review_on: self.review_on,
        }
    }

    /// The products that it names, and which versions of them.
    pub fn affected(&self) -> Vec<Affected> {
        parse_affected(self.affected.as_deref().unwrap_or_default()).unwrap_or_default()
    }

    /// Whether somebody should look at it again.
    pub fn is_overdue(&self, today: Date) -> bool {
        is_overdue(self.state, self.review_on, today)
    }
}

impl ArticleBrief {
    /// Whether somebody should look at it again.
    pub fn is_overdue(&self, today: Date) -> bool {
        is_overdue(self.state, self.review_on, today)
    }
}

fn is_overdue(state: ArticleState, review_on: Option<Date>, today: Date) -> bool {
    state == ArticleState::Published && review_on.is_some_and(|on| on < today)
}

/// The published articles whose day of review lies before `today` and of which nobody was told, the oldest first.
pub fn to_review(tx: &mut Tx, today: Date, limit: i64) -> Result<Vec<ToReview>, Error> {
    tx.all(&TO_REVIEW, (today, limit))
}

/// Its owner was told that it is to be looked at again.
pub fn review_told(tx: &mut Tx, id: ArticleId, now: Timestamp) -> Result<(), Error> {
    tx.run(&REVIEW_TOLD, (id.get(), now)).map(drop)
}

/// What a list of articles is narrowed to.
#[derive(Debug, Clone, Default)]
pub struct ArticleFilter {
    /// Any part of the title or of an affected product.
    pub text: String,
    /// In these states; without one, all but retired ones.
    pub states: Vec<ArticleState>,
    pub kinds: Vec<ArticleKind>,
    pub visibilities: Vec<Visibility>,
    /// Published ones whose review was due before this day.
    pub overdue: Option<Date>,
    /// That name this product.
    pub product: Option<ProductId>,
}

/// The article with this id.
pub fn find(tx: &mut Tx, id: ArticleId) -> Result<Option<ArticleRow>, Error> {
    tx.maybe(&FIND, (id.get(),))
}

/// The articles that the filter leaves, newest first, beginning behind `after`.
pub fn list(
    tx: &mut Tx,
    filter: &ArticleFilter,
    after: Option<i64>,
    limit: i64,
) -> Result<Vec<ArticleBrief>, Error> {
    let mut query = Look::typed(tx, NOUN, &filter.text)?.query(&LISTED, "article a", after);
    if let Some(today) = filter.overdue {
        query = query.and("a.state = 'published' AND a.review_on < ?", today);
    } else if filter.states.is_empty() {
        query = query.and("a.state <> 'retired'", ());
    } else {
        query = query.and_in("a.state", &codes(&filter.states, |one| one.code()));
    }
    if !filter.kinds.is_empty() {
        query = query.and_in("a.kind", &codes(&filter.kinds, |one| one.code()));
    }
    if !filter.visibilities.is_empty() {
        query = query.and_in("a.visibility", &codes(&filter.visibilities, |one| one.code()));
    }
    let named = "EXISTS (SELECT 1 FROM article_product p WHERE p.article_id = a.id AND p.product_id = ?)";
    query = query.and_some(named, filter.product.map(ProductId::get));
    tx.list(&query.limit(limit))
}

fn codes<T: Copy>(all: &[T], code: impl Fn(T) -> &'static str) -> Vec<&'static str> {
    all.iter().map(|one| code(*one)).collect()
}

/// What the customer's people may read, newest first, beginning behind `after`.
pub fn for_customers(tx: &mut Tx, after: Option<i64>, limit: i64) -> Result<Vec<ArticleBrief>, Error> {
    tx.all(&FOR_CUSTOMERS, (after.unwrap_or(i64::MAX), limit))
}

fn text(text: &Option<Text>) -> Option<&str> {
    text.as_ref().map(Text::as_str)
}

fn affected(article: &Article) -> Option<String> {
    Some(write_affected(&article.affected)).filter(|lines| !lines.is_empty())
}

/// Adds an article as a draft, with its first edition.
pub fn add(tx: &mut Tx, article: &Article, by: Option<UserId>, now: Timestamp) -> Result<ArticleId, Error> {
    let row = (
        article.kind.code(),
        article.visibility.code(),
        article.title.as_str(),
        text(&article.symptom),
        text(&article.cause),
        text(&article.solution),
        text(&article.workaround),
        affected(article),
        article.owner.map(UserId::get),
        article.review_on,
        by.map(UserId::get),
        now,
    );
    let id = ArticleId(tx.one(&ADD, row)?.0);
    remember(tx, id, article)?;
    add_edition(tx, id, 1, article, by, now)?;
    Ok(id)
}

/// Saves what was edited, as the edition that is told. Says whether the row still had the version that was edited.
pub fn save(
    tx: &mut Tx,
    row: &ArticleRow,
    article: &Article,
    edition: i64,
    by: Option<UserId>,
    now: Timestamp,
) -> Result<bool, Error> {
    let values = (
        row.id.get(),
        row.version,
        article.kind.code(),
        article.visibility.code(),
        article.title.as_str(),
        text(&article.symptom),
        text(&article.cause),
        text(&article.solution),
        text(&article.workaround),
        affected(article),
        article.owner.map(UserId::get),
        article.review_on,
        edition,
        now,
    );
    if tx.run(&SAVE, values)? == 0 {
        return Ok(false);
    }
    remember(tx, row.id, article)?;
    add_edition(tx, row.id, edition, article, by, now)?;
    Ok(true)
}

fn add_edition(
    tx: &mut Tx,
    id: ArticleId,
    edition: i64,
    article: &Article,
    by: Option<UserId>,
    now: Timestamp,
) -> Result<(), Error> {
    let form = serde_json::to_string(&article.form()).map_err(|error| Error::Corrupt(error.to_string()))?;
    tx.run(&ADD_EDITION, (id.get(), edition, form, by.map(UserId::get), now)).map(drop)
}

/// What a list and a look-up find it by, and the products of the registry that it names.
fn remember(tx: &mut Tx, id: ArticleId, article: &Article) -> Result<(), Error> {
    let models: Vec<&str> = article.affected.iter().map(|one| one.model.as_str()).collect();
    let named = models.join(" ");
    lookup::remember(tx, NOUN, id.get(), &[article.title.as_str(), &named])?;
    tx.run(&FORGET_PRODUCTS, (id.get(),))?;
    for model in models {
        tx.run(&NAME_PRODUCT, (id.get(), model))?;
    }
    Ok(())
}

/// Saves where it stands. Says whether the row still had this version.
pub fn set_state(
    tx: &mut Tx,
    row: &ArticleRow,
    state: ArticleState,
    review_on: Option<Date>,
    published_at: Option<Timestamp>,
) -> Result<bool, Error> {
    Ok(tx.run(&SET_STATE, (row.id.get(), row.version, state.code(), review_on, published_at))? == 1)
}

/// The texts that it had, newest first.
pub fn editions(tx: &mut Tx, id: ArticleId) -> Result<Vec<EditionRow>, Error> {
    tx.all(&EDITIONS, (id.get(), EDITIONS_MOST))
}

/// One of the texts that it had.
pub fn edition(tx: &mut Tx, id: ArticleId, edition: i64) -> Result<Option<EditionRow>, Error> {
    tx.maybe(&EDITION, (id.get(), edition))
}

/// The tickets that it is linked with, newest first.
pub fn tickets(tx: &mut Tx, id: ArticleId) -> Result<Vec<LinkedTicket>, Error> {
    tx.all(&TICKETS, (id.get(), TICKETS_MOST))
}

/// How many of its tickets were resolved and did not come back.
pub fn helped(tx: &mut Tx, id: ArticleId) -> Result<i64, Error> {
    Ok(tx.one(&HELPED, (id.get(), COUNTED_MOST))?.0)
}

/// Its files.
pub fn files(tx: &mut Tx, id: ArticleId) -> Result<Vec<FileRow>, Error> {
    tx.all(&FILES, (id.get(), FILES_MOST))
}

/// A file that was not taken away.
pub fn file(tx: &mut Tx, id: i64) -> Result<Option<FileRow>, Error> {
    tx.maybe(&FILE, (id,))
}

/// Adds a file that is whole on the disk.
pub fn add_file(
    tx: &mut Tx,
    id: ArticleId,
    new: &NewAttachment,
    by: Option<UserId>,
    now: Timestamp,
) -> Result<i64, Error> {
    let row = (
        id.get(),
        new.sha256.as_str(),
        new.bytes,
        new.media_type,
        new.file_name.as_str(),
        by.map(UserId::get),
        now,
    );
    Ok(tx.one(&ADD_FILE, row)?.0)
}

/// Takes a file away. Says whether it was there.
pub fn remove_file(tx: &mut Tx, id: i64, now: Timestamp) -> Result<bool, Error> {
    Ok(tx.run(&REMOVE_FILE, (id, Some(now)))? > 0)
}

/// What a contact answered to "did this help?".
pub fn answered(tx: &mut Tx, id: ArticleId, contact: ContactId) -> Result<Option<bool>, Error> {
    Ok(tx.maybe(&ANSWERED, (id.get(), contact.get()))?.map(|(helped,)| helped))
}

/// Notes what a contact answered, in place of what they answered before.
pub fn answer(
    tx: &mut Tx,
    id: ArticleId,
    contact: ContactId,
    helped: bool,
    now: Timestamp,
) -> Result<(), Error> {
    let before = answered(tx, id, contact)?;
    if before == Some(helped) {
        return Ok(());
    }
    tx.run(&ANSWER, (id.get(), contact.get(), helped, now))?;
    let step = |which: bool| i64::from(helped == which) - i64::from(before == Some(which));
    tx.run(&COUNT_ANSWER, (id.get(), step(true), step(false))).map(drop)
}

/// Questions that found nothing, what was asked most often first, beginning behind a count and an id.
pub fn gaps(tx: &mut Tx, after: Option<(i64, i64)>, limit: i64) -> Result<Vec<GapRow>, Error> {
    let (count, id) = after.unwrap_or((i64::MAX, i64::MAX));
    tx.all(&GAPS, (count, id, limit))
}

/// One of them.
pub fn gap(tx: &mut Tx, id: i64) -> Result<Option<GapRow>, Error> {
    tx.maybe(&GAP, (id,))
}

/// Notes a question that found nothing; the same question is counted. How many are kept is bounded.
pub fn asked(tx: &mut Tx, question: &str, key: &str, now: Timestamp) -> Result<(), Error> {
    if tx.run(&ASKED_AGAIN, (key, now))? == 0 {
        tx.run(&ASKED_FIRST, (question, key, now))?;
        tx.run(&FORGET_OLD, (GAPS_FORGOTTEN_AT_ONCE, GAPS_MOST))?;
    }
    Ok(())
}

/// Forgets a question: it has its article, or needs none.
pub fn forget_gap(tx: &mut Tx, id: i64) -> Result<bool, Error> {
    Ok(tx.run(&FORGET_GAP, (id,))? > 0)
}
