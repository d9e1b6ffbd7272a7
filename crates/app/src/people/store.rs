//! Accounts, their credentials and one-time links in the database.

use db::{Error, Query, Tx, row, statements};
use jiff::Timestamp;
use rules::access::Role;
use rules::ids::{TeamId, UserId};

use crate::kernel::actor::{Theme, token_hash};

/// The kind of credential that a password is.
const PASSWORD: &str = "password";

row! {
    /// An account.
    #[derive(Clone, Debug)]
    pub struct Account {
        pub id: UserId as int,
        pub login: String,
        pub name: String,
        pub email: Option<String>,
        pub phone: Option<String>,
        pub role: Role as text,
        pub locale: Option<String>,
        pub zone: Option<String>,
        pub theme: String,
        pub version: i64,
        pub created_at: Timestamp,
        pub updated_at: Timestamp,
        pub deactivated_at: Option<Timestamp>,
    }
}

row! {
    /// An account as the list shows it.
    #[derive(Clone, Debug)]
    pub struct Listed {
        pub id: UserId as int,
        pub login: String,
        pub name: String,
        pub email: Option<String>,
        pub phone: Option<String>,
        pub role: Role as text,
        pub created_at: Timestamp,
        pub deactivated_at: Option<Timestamp>,
        pub seen_at: Option<Timestamp>,
    }
}

row! {
    /// What a sign-in needs to know of an account.
    #[derive(Clone, Debug)]
    pub struct Lock {
        pub id: UserId as int,
        pub secret: Option<String>,
        pub deactivated_at: Option<Timestamp>,
    }
}

/// What a one-time link is good for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// To make the first administrator.
    SetUp,
    /// To set a password.
    Password,
}

impl Purpose {
    fn code(self) -> &'static str {
        match self {
            Purpose::SetUp => "set-up",
            Purpose::Password => "password",
        }
    }
}

statements! {
    static ANY: () => (i64,) = "SELECT id FROM account ORDER BY id LIMIT 1";
    static FIND: (i64,) => Account =
        "SELECT id, login, name, email, phone, role, locale, zone, theme, version, created_at, updated_at, \
         deactivated_at FROM account WHERE id = ?1";
    static NAME: (i64,) => (String,) = "SELECT name FROM account WHERE id = ?1";
    static CONTACT: (i64,) => (String,) = "SELECT name FROM contact WHERE id = ?1";
    static TOKEN_OWNER: (i64,) => (String, String) =
        "SELECT a.name, t.name FROM api_token t JOIN account a ON a.id = t.account_id WHERE t.id = ?1";
    static ADD: (String, String, Option<String>, Option<String>, String, String, Timestamp) => (i64,) =
        "INSERT INTO account (login, name, email, phone, role, theme, version, created_at, updated_at) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, 1, ?7, ?7) RETURNING id";
    static SAVE: (i64, i64, String, String, Option<String>, Option<String>, String, Timestamp) => () =
        "UPDATE account SET login = ?3, name = ?4, email = ?5, phone = ?6, role = ?7, updated_at = ?8, \
         version = version + 1 WHERE id = ?1 AND version = ?2";
    static SAVE_SETTINGS: (i64, Option<String>, Option<String>, String, Timestamp) => () =
        "UPDATE account SET locale = ?2, zone = ?3, theme = ?4, updated_at = ?5, version = version + 1 \
         WHERE id = ?1";
    static SAVE_THEME: (i64, String) => () = "UPDATE account SET theme = ?2 WHERE id = ?1";
    static SET_ACTIVE: (i64, Option<Timestamp>, Timestamp) => () =
        "UPDATE account SET deactivated_at = ?2, updated_at = ?3, version = version + 1 WHERE id = ?1";
    static ADMINISTRATORS: () => (i64,) =
        "SELECT id FROM account WHERE role = 'administrator' AND deactivated_at IS NULL ORDER BY id {lock}";
    static LIST: () => Listed =
        "SELECT a.id, a.login, a.name, a.email, a.phone, a.role, a.created_at, a.deactivated_at, \
         (SELECT MAX(s.seen_at) FROM session s WHERE s.account_id = a.id) AS seen_at FROM account a";
    static TEAMS: (i64,) => (i64, String) =
        "SELECT t.id, t.name FROM team t JOIN team_member m ON m.team_id = t.id \
         WHERE m.account_id = ?1 AND t.archived_at IS NULL ORDER BY t.name, t.id LIMIT 50";
    static LOCK: (String,) => Lock =
        "SELECT a.id, c.secret, a.deactivated_at FROM account a \
         LEFT JOIN credential c ON c.account_id = a.id AND c.kind = 'password' WHERE a.login = ?1";
    static SECRET: (i64, String) => (String,) =
        "SELECT secret FROM credential WHERE account_id = ?1 AND kind = ?2";
    static SET_SECRET: (i64, String, String, Timestamp) => () =
        "INSERT INTO credential (account_id, kind, label, secret, created_at) VALUES (?1, ?2, '', ?3, ?4) \
         ON CONFLICT (account_id, kind, label) DO UPDATE SET secret = excluded.secret, \
         created_at = excluded.created_at";
    static ADD_LINK: (Vec<u8>, String, Option<i64>, Timestamp, Timestamp) => () =
        "INSERT INTO one_time_link (token_hash, purpose, account_id, created_at, expires_at) \
         VALUES (?1, ?2, ?3, ?4, ?5)";
    static LINK: (Vec<u8>, String, Timestamp) => (i64, Option<i64>) =
        "SELECT id, account_id FROM one_time_link WHERE token_hash = ?1 AND purpose = ?2 AND expires_at > ?3";
    static USE_LINK: (Vec<u8>, String, Timestamp) => (i64, Option<i64>) =
        "DELETE FROM one_time_link WHERE token_hash = ?1 AND purpose = ?2 AND expires_at > ?3 \
         RETURNING id, account_id";
    static DROP_LINKS: (String, Option<i64>) => () =
        "DELETE FROM one_time_link WHERE purpose = ?1 AND (account_id = ?2 OR account_id IS NULL)";
}

/// Whether there is an account at all; without one the house is not set up.
pub fn any_account(tx: &mut Tx) -> Result<bool, Error> {
    Ok(tx.maybe(&ANY, ())?.is_some())
}

/// An account by id.
pub fn find(tx: &mut Tx, id: UserId) -> Result<Option<Account>, Error> {
    tx.maybe(&FIND, (id.get(),))
}

/// The name behind a fact's `by`: a person, the owner of a token with the token's name, or nothing for the
/// program itself.
pub fn name_of(tx: &mut Tx, by: &str) -> Result<Option<String>, Error> {
    let id = |text: &str| text.parse::<i64>().ok();
    match by.split_once(':') {
        Some(("user", text)) => match id(text) {
            Some(id) => Ok(tx.maybe(&NAME, (id,))?.map(|(name,)| name)),
            None => Ok(None),
        },
        Some(("token", text)) => match id(text) {
            Some(id) => Ok(tx.maybe(&TOKEN_OWNER, (id,))?.map(|(owner, token)| format!("{owner} ({token})"))),
            None => Ok(None),
        },
        Some(("contact", text)) => match id(text) {
            Some(id) => Ok(tx.maybe(&CONTACT, (id,))?.map(|(name,)| name)),
            None => Ok(None),
        },
        _ => Ok(None),
    }
}

/// Adds an account.
///
/// Errors: [`Error::UniqueViolation`] on `account.login`.
pub fn add(tx: &mut Tx, account: &rules::people::Account, now: Timestamp) -> Result<UserId, Error> {
    let rules::people::Account { login, name, email, phone, role } = account;
    let theme = Theme::default().code();
    let values = (login.as_str(), name.as_str(), email.clone(), phone.clone(), role.code(), theme, now);
    Ok(UserId(tx.one(&ADD, values)?.0))
}

/// Saves an account that nobody changed since `version`. Returns whether it was saved.
///
/// Errors: [`Error::UniqueViolation`] on `account.login`.
pub fn save(
    tx: &mut Tx,
    id: UserId,
    version: i64,
    account: &rules::people::Account,
    now: Timestamp,
) -> Result<bool, Error> {
    let rules::people::Account { login, name, email, phone, role } = account;
    let values =
        (id.get(), version, login.as_str(), name.as_str(), email.clone(), phone.clone(), role.code(), now);
    Ok(tx.run(&SAVE, values)? > 0)
}

/// Saves language, zone and colours.
pub fn save_settings(
    tx: &mut Tx,
    id: UserId,
    locale: Option<&str>,
    zone: Option<&str>,
    theme: Theme,
    now: Timestamp,
) -> Result<(), Error> {
    tx.run(
        &SAVE_SETTINGS,
        (id.get(), locale.map(str::to_owned), zone.map(str::to_owned), theme.code(), now),
    )?;
    Ok(())
}

/// Saves the colours alone.
pub fn save_theme(tx: &mut Tx, id: UserId, theme: Theme) -> Result<(), Error> {
    tx.run(&SAVE_THEME, (id.get(), theme.code()))?;
    Ok(())
}

/// Switches an account off at a moment, or on again with none.
pub fn set_deactivated(
    tx: &mut Tx,
    id: UserId,
    deactivated_at: Option<Timestamp>,
    now: Timestamp,
) -> Result<(), Error> {
    tx.run(&SET_ACTIVE, (id.get(), deactivated_at, now))?;
    Ok(())
}

/// The ids of the administrators who can sign in; they stay as they are until the transaction ends.
pub fn administrators(tx: &mut Tx) -> Result<Vec<UserId>, Error> {
    Ok(tx.all(&ADMINISTRATORS, ())?.into_iter().map(|(id,)| UserId(id)).collect())
}

/// Which accounts a list shows.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// Part of a name, login, e-mail or phone.
    pub text: String,
    pub roles: Vec<Role>,
    /// Whether accounts that are switched off are wanted, and whether those that are on.
    pub inactive: bool,
    pub active: bool,
    /// The name and id after which the page begins.
    pub after: Option<(String, i64)>,
}

/// Accounts by name, at most `most`.
pub fn list(tx: &mut Tx, wanted: &Wanted, most: i64) -> Result<Vec<Listed>, Error> {
    let mut query = Query::of(&LIST);
    if !wanted.text.is_empty() {
        let like = format!("%{}%", wanted.text.to_lowercase());
        query = query.and(
            "LOWER(a.name) LIKE ? OR a.login LIKE ? OR LOWER(COALESCE(a.email, '')) LIKE ? OR COALESCE(a.phone, '') LIKE ?",
            (like.clone(), like.clone(), like.clone(), like),
        );
    }
    if !wanted.roles.is_empty() {
        let codes: Vec<String> = wanted.roles.iter().map(|role| role.code().to_owned()).collect();
        query = query.and_in("a.role", &codes);
    }
    match (wanted.active, wanted.inactive) {
        (true, false) => query = query.and("a.deactivated_at IS NULL", ()),
        (false, true) => query = query.and("a.deactivated_at IS NOT NULL", ()),
        (true, true) | (false, false) => {}
    }
    if let Some((name, id)) = &wanted.after {
        query = query.and("(a.name, a.id) > (?, ?)", (name.clone(), *id));
    }
    tx.list(&query.order("a.name, a.id").limit(most))
}

/// The teams in use that a person is a member of, with their names.
pub fn teams(tx: &mut Tx, id: UserId) -> Result<Vec<(TeamId, String)>, Error> {
    Ok(tx.all(&TEAMS, (id.get(),))?.into_iter().map(|(id, name)| (TeamId(id), name)).collect())
}

/// Accounts that can sign in whose name or login holds a text, at most `most`: for look-up fields.
pub fn lookup(tx: &mut Tx, text: &str, most: i64) -> Result<Vec<Listed>, Error> {
    list(tx, &Wanted { text: text.to_owned(), active: true, ..Wanted::default() }, most)
}

/// What a sign-in with this login needs to know.
pub fn lock(tx: &mut Tx, login: &str) -> Result<Option<Lock>, Error> {
    tx.maybe(&LOCK, (login,))
}

/// The hash of a person's password; none when none was set.
pub fn password(tx: &mut Tx, id: UserId) -> Result<Option<String>, Error> {
    Ok(tx.maybe(&SECRET, (id.get(), PASSWORD))?.map(|(secret,)| secret))
}

/// Sets the hash of a person's password.
pub fn set_password(tx: &mut Tx, id: UserId, hash: &str, now: Timestamp) -> Result<(), Error> {
    tx.run(&SET_SECRET, (id.get(), PASSWORD, hash, now))?;
    Ok(())
}

/// Keeps a one-time link in place of earlier ones for the same purpose and person.
pub fn add_link(
    tx: &mut Tx,
    token: &str,
    purpose: Purpose,
    id: Option<UserId>,
    now: Timestamp,
    expires_at: Timestamp,
) -> Result<(), Error> {
    let id = id.map(UserId::get);
    tx.run(&DROP_LINKS, (purpose.code(), id))?;
    tx.run(&ADD_LINK, (token_hash(token), purpose.code(), id, now, expires_at))?;
    Ok(())
}

/// Whether a link would work now; the inner value is the account that it is for.
pub fn link(
    tx: &mut Tx,
    token: &str,
    purpose: Purpose,
    now: Timestamp,
) -> Result<Option<Option<UserId>>, Error> {
    let row = tx.maybe(&LINK, (token_hash(token), purpose.code(), now))?;
    Ok(row.map(|(_, id)| id.map(UserId)))
}

/// Uses a link up; the inner value is the account that it is for.
pub fn use_link(
    tx: &mut Tx,
    token: &str,
    purpose: Purpose,
    now: Timestamp,
) -> Result<Option<Option<UserId>>, Error> {
    let row = tx.maybe(&USE_LINK, (token_hash(token), purpose.code(), now))?;
    Ok(row.map(|(_, id)| id.map(UserId)))
}
