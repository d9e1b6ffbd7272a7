//! Canned replies in the database: each statement once.

use db::{Error, Tx, row, statements};
use jiff::Timestamp;
use rules::ids::*;
use rules::replies::{Reply, ReplyForm};
use rules::text::Text;
use rules::tickets::Kind;

/// Replies that a house keeps at most.
pub const REPLIES_MOST: i64 = 500;

row! {
    /// A reply as it is stored.
    #[derive(Clone, Debug, PartialEq)]
    pub struct ReplyRow {
        pub id: ReplyId as int,
        pub title: String,
        pub text_hans: Option<String>,
        pub text_hant: Option<String>,
        pub text_en: Option<String>,
        pub kind: Option<Kind> as maybe_text,
        pub team_id: Option<TeamId> as maybe_int,
        pub team: Option<String>,
        pub version: i64,
    }
}

macro_rules! replies {
    ($rest:literal) => {
        concat!(
            "SELECT r.id, r.title, r.text_hans, r.text_hant, r.text_en, r.kind, r.team_id, m.name AS team, r.version
             FROM canned_reply r LEFT JOIN team m ON m.id = r.team_id WHERE r.archived_at IS NULL ",
            $rest
        )
    };
}

type Written =
    (String, Option<String>, Option<String>, Option<String>, Option<String>, Option<i64>, i64, Timestamp);

statements! {
    static LIST: (i64,) => ReplyRow = replies!("ORDER BY r.title, r.id LIMIT ?1");
    static FOR: (Option<String>, i64, i64) => ReplyRow = replies!(
        "AND (r.kind IS NULL OR r.kind = ?1) AND (r.team_id IS NULL OR EXISTS
            (SELECT 1 FROM team_member t WHERE t.team_id = r.team_id AND t.account_id = ?2))
         ORDER BY r.title, r.id LIMIT ?3"
    );
    static FIND: (i64,) => ReplyRow = replies!("AND r.id = ?1");
    static ADD: Written => (i64,) =
        "INSERT INTO canned_reply (title, text_hans, text_hant, text_en, kind, team_id, version, created_by, created_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, 1, ?7, ?8) RETURNING id";
    static SAVE: (i64, i64, String, Option<String>, Option<String>, Option<String>, Option<String>, Option<i64>) => () =
        "UPDATE canned_reply SET title = ?3, text_hans = ?4, text_hant = ?5, text_en = ?6, kind = ?7, team_id = ?8,
            version = version + 1
         WHERE id = ?1 AND version = ?2 AND archived_at IS NULL";
    static ARCHIVE: (i64, Option<Timestamp>) => () =
        "UPDATE canned_reply SET archived_at = ?2 WHERE id = ?1 AND archived_at IS NULL";
    static LANGUAGE_OF_CONTACT: (i64,) => (Option<String>,) = "SELECT locale FROM portal_access WHERE contact_id = ?1";
}

impl ReplyRow {
    /// The row as its form shows it.
    pub fn form(&self) -> ReplyForm {
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        ReplyForm {
            title: self.title.clone(),
            texts: [text(&self.text_hans), text(&self.text_hant), text(&self.text_en)],
            kind: self.kind.map(|kind| kind.code().to_owned()).unwrap_or_default(),
            team: self.team_id.map(|team| team.to_string()).unwrap_or_default(),
        }
    }

    /// The text in each language.
    pub fn texts(&self) -> [Option<&str>; 3] {
        [self.text_hans.as_deref(), self.text_hant.as_deref(), self.text_en.as_deref()]
    }
}

/// Every reply, by title.
pub fn list(tx: &mut Tx) -> Result<Vec<ReplyRow>, Error> {
    tx.all(&LIST, (REPLIES_MOST,))
}

/// The replies for a kind of ticket that a person may use, by title.
pub fn for_ticket(tx: &mut Tx, kind: Kind, user: UserId) -> Result<Vec<ReplyRow>, Error> {
    tx.all(&FOR, (Some(kind.code()), user.get(), REPLIES_MOST))
}

/// The reply with this id.
pub fn find(tx: &mut Tx, id: ReplyId) -> Result<Option<ReplyRow>, Error> {
    tx.maybe(&FIND, (id.get(),))
}

/// Adds a reply.
pub fn add(tx: &mut Tx, reply: &Reply, by: UserId, now: Timestamp) -> Result<ReplyId, Error> {
    let [hans, hant, en] = reply.texts.each_ref().map(|text| text.as_ref().map(Text::as_str));
    let (kind, team) = (reply.kind.map(Kind::code), reply.team.map(TeamId::get));
    Ok(ReplyId(tx.one(&ADD, (reply.title.as_str(), hans, hant, en, kind, team, by.get(), now))?.0))
}

/// Saves a reply that was opened with a version. Tells whether it still had it.
pub fn save(tx: &mut Tx, id: ReplyId, seen: i64, reply: &Reply) -> Result<bool, Error> {
    let [hans, hant, en] = reply.texts.each_ref().map(|text| text.as_ref().map(Text::as_str));
    let (kind, team) = (reply.kind.map(Kind::code), reply.team.map(TeamId::get));
    Ok(tx.run(&SAVE, (id.get(), seen, reply.title.as_str(), hans, hant, en, kind, team))? > 0)
}

/// Puts a reply away. Tells whether it was there.
pub fn archive(tx: &mut Tx, id: ReplyId, now: Timestamp) -> Result<bool, Error> {
    Ok(tx.run(&ARCHIVE, (id.get(), Some(now)))? > 0)
}

/// The language that a contact chose on the portal, as a tag.
pub fn language_of(tx: &mut Tx, contact: ContactId) -> Result<Option<String>, Error> {
    Ok(tx.maybe(&LANGUAGE_OF_CONTACT, (contact.get(),))?.and_then(|(locale,)| locale))
}
