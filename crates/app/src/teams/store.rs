//! Teams and their members in the database.

use db::{Error, Tx, row, statements};
use jiff::Timestamp;
use rules::access::Role;
use rules::ids::{TeamId, UserId};

row! {
    /// A team.
    #[derive(Clone, Debug)]
    pub struct Team {
        pub id: TeamId as int,
        pub name: String,
        pub note: Option<String>,
        pub version: i64,
        pub created_at: Timestamp,
        pub archived_at: Option<Timestamp>,
    }
}

row! {
    /// A team as the list shows it.
    #[derive(Clone, Debug)]
    pub struct Listed {
        pub id: TeamId as int,
        pub name: String,
        pub note: Option<String>,
        pub members: i64,
        pub archived_at: Option<Timestamp>,
    }
}

row! {
    /// A member of a team.
    #[derive(Clone, Debug)]
    pub struct Member {
        pub id: UserId as int,
        pub name: String,
        pub role: Role as text,
        pub phone: Option<String>,
        pub added_at: Timestamp,
    }
}

statements! {
    static FIND: (i64,) => Team =
        "SELECT id, name, note, version, created_at, archived_at FROM team WHERE id = ?1";
    static LIST: (i64,) => Listed =
        "SELECT t.id, t.name, t.note, (SELECT COUNT(*) FROM team_member m WHERE m.team_id = t.id) AS members, \
         t.archived_at FROM team t ORDER BY t.archived_at IS NOT NULL, t.name, t.id LIMIT ?1";
    static MEMBERS: (i64,) => Member =
        "SELECT a.id, a.name, a.role, a.phone, m.added_at FROM team_member m \
         JOIN account a ON a.id = m.account_id WHERE m.team_id = ?1 ORDER BY a.name, a.id LIMIT 500";
    static ADD: (String, Option<String>, Timestamp) => (i64,) =
        "INSERT INTO team (name, note, version, created_at) VALUES (?1, ?2, 1, ?3) RETURNING id";
    static SAVE: (i64, i64, String, Option<String>) => () =
        "UPDATE team SET name = ?3, note = ?4, version = version + 1 WHERE id = ?1 AND version = ?2";
    static ARCHIVE: (i64, Option<Timestamp>) => () =
        "UPDATE team SET archived_at = ?2, version = version + 1 WHERE id = ?1";
    static ADD_MEMBER: (i64, i64, Timestamp) => () =
        "INSERT INTO team_member (team_id, account_id, added_at) VALUES (?1, ?2, ?3) \
         ON CONFLICT (team_id, account_id) DO NOTHING";
    static REMOVE_MEMBER: (i64, i64) => () = "DELETE FROM team_member WHERE team_id = ?1 AND account_id = ?2";
}

/// A team by id.
pub fn find(tx: &mut Tx, id: TeamId) -> Result<Option<Team>, Error> {
    tx.maybe(&FIND, (id.get(),))
}

/// Teams by name, those put away last, at most `most`.
pub fn list(tx: &mut Tx, most: i64) -> Result<Vec<Listed>, Error> {
    tx.all(&LIST, (most,))
}

/// The members of a team by name.
pub fn members(tx: &mut Tx, id: TeamId) -> Result<Vec<Member>, Error> {
    tx.all(&MEMBERS, (id.get(),))
}

/// Adds a team.
///
/// Errors: [`Error::UniqueViolation`] on `team.name`.
pub fn add(tx: &mut Tx, name: &str, note: Option<&str>, now: Timestamp) -> Result<TeamId, Error> {
    Ok(TeamId(tx.one(&ADD, (name, note.map(str::to_owned), now))?.0))
}

/// Saves a team that nobody changed since `version`. Returns whether it was saved.
///
/// Errors: [`Error::UniqueViolation`] on `team.name`.
pub fn save(tx: &mut Tx, id: TeamId, version: i64, name: &str, note: Option<&str>) -> Result<bool, Error> {
    Ok(tx.run(&SAVE, (id.get(), version, name, note.map(str::to_owned)))? > 0)
}

/// Puts a team away at a moment, or brings it back with none.
pub fn archive(tx: &mut Tx, id: TeamId, archived_at: Option<Timestamp>) -> Result<(), Error> {
    tx.run(&ARCHIVE, (id.get(), archived_at))?;
    Ok(())
}

/// Adds a member. Returns whether the person was none before.
pub fn add_member(tx: &mut Tx, id: TeamId, person: UserId, now: Timestamp) -> Result<bool, Error> {
    Ok(tx.run(&ADD_MEMBER, (id.get(), person.get(), now))? > 0)
}

/// Removes a member. Returns whether the person was one.
pub fn remove_member(tx: &mut Tx, id: TeamId, person: UserId) -> Result<bool, Error> {
    Ok(tx.run(&REMOVE_MEMBER, (id.get(), person.get()))? > 0)
}
