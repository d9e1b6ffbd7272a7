//! Who is told, and how they want to be told.

use std::collections::BTreeMap;

use db::{Error, Query, Tx, row, statements};
use jiff::Timestamp;
use jiff::civil::Time;
use jiff::tz::TimeZone;
use rules::access::Role;
use rules::ids::{ContactId, TeamId, UserId};
use rules::notifications::{Notice, PERSONAL, Quiet, Way};

use crate::layout::l10n::Locale;

row! {
    /// A person of ours, with what they chose.
    #[derive(Clone, Debug)]
    pub struct Reader {
        pub id: UserId as int,
        pub name: String,
        pub email: Option<String>,
        pub phone: Option<String>,
        pub role: Role as text,
        pub locale: Option<String>,
        pub zone: Option<String>,
        pub choices: Option<BTreeMap<String, Vec<Way>>> as maybe_json,
        pub quiet_from: Option<String>,
        pub quiet_to: Option<String>,
    }
}

impl Reader {
    /// The ways in which this person is told of something.
    pub fn ways(&self, notice: Notice) -> Vec<Way> {
        let chosen = self.choices.as_ref().and_then(|all| all.get(notice.code()));
        chosen.cloned().unwrap_or_else(|| notice.usual(self.role))
    }

    /// The hours in which this person is not to be disturbed.
    pub fn quiet(&self) -> Option<Quiet> {
        let time = |text: &Option<String>| text.as_ref()?.parse::<Time>().ok();
        Some(Quiet { from: time(&self.quiet_from)?, to: time(&self.quiet_to)? })
    }

    /// Their language.
    pub fn locale(&self) -> Locale {
        self.locale.as_deref().and_then(Locale::parse).unwrap_or_default()
    }

    /// Their time zone.
    pub fn zone(&self, house: &TimeZone) -> TimeZone {
        self.zone.as_deref().and_then(|name| TimeZone::get(name).ok()).unwrap_or_else(|| house.clone())
    }
}

row! {
    /// A person at the customer.
    #[derive(Clone, Debug)]
    pub struct Contact {
        pub id: ContactId as int,
        pub name: String,
        pub mail: Option<String>,
        pub phone: Option<String>,
        pub fax: Option<String>,
    }
}

/// People whom one notice reaches.
const READERS_MAX: i64 = 200;

statements! {
    static READERS: () => Reader =
        "SELECT a.id, a.name, a.email, a.phone, a.role, a.locale, a.zone, c.choices, c.quiet_from, c.quiet_to
         FROM account a LEFT JOIN notice_choice c ON c.account_id = a.id";
    static CONTACT: (i64,) => Contact =
        "SELECT id, name, mail, phone, fax FROM contact WHERE id = ?1 AND archived_at IS NULL";
    static CHOOSE: (i64, String, Option<String>, Option<String>, Timestamp) => () =
        "INSERT INTO notice_choice (account_id, choices, quiet_from, quiet_to, changed_at) \
         VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (account_id) DO UPDATE SET choices = excluded.choices, \
         quiet_from = excluded.quiet_from, quiet_to = excluded.quiet_to, changed_at = excluded.changed_at";
}

fn active() -> Query<Reader> {
    Query::of(&READERS).and("a.deactivated_at IS NULL", ()).limit(READERS_MAX)
}

/// A person, if they can sign in.
pub fn person(tx: &mut Tx, id: UserId) -> Result<Option<Reader>, Error> {
    Ok(tx.list(&active().and("a.id = ?", id.get()))?.pop())
}

/// The members of a team.
pub fn team(tx: &mut Tx, id: TeamId) -> Result<Vec<Reader>, Error> {
    let members = "a.id IN (SELECT m.account_id FROM team_member m WHERE m.team_id = ?)";
    tx.list(&active().and(members, id.get()))
}

/// Everybody with one of these roles.
pub fn with_roles(tx: &mut Tx, roles: &[Role]) -> Result<Vec<Reader>, Error> {
    let codes: Vec<String> = roles.iter().map(|role| role.code().to_owned()).collect();
    tx.list(&active().and_in("a.role", &codes))
}

/// The people with these logins.
pub fn named(tx: &mut Tx, logins: &[String]) -> Result<Vec<Reader>, Error> {
    if logins.is_empty() {
        return Ok(Vec::new());
    }
    tx.list(&active().and_in("a.login", logins))
}

/// A contact in use.
pub fn contact(tx: &mut Tx, id: ContactId) -> Result<Option<Contact>, Error> {
    tx.maybe(&CONTACT, (id.get(),))
}

/// Keeps what a person chose.
pub fn choose(
    tx: &mut Tx,
    id: UserId,
    choices: &BTreeMap<String, Vec<Way>>,
    quiet: Option<Quiet>,
    now: Timestamp,
) -> Result<(), Error> {
    let time = |time: Time| time.strftime("%H:%M").to_string();
    let kept: BTreeMap<&String, Vec<&Way>> = choices
        .iter()
        .map(|(notice, ways)| (notice, ways.iter().filter(|way| PERSONAL.contains(way)).collect()))
        .collect();
    let kept = serde_json::to_string(&kept).expect("choices are plain data");
    let (from, to) = (quiet.map(|quiet| time(quiet.from)), quiet.map(|quiet| time(quiet.to)));
    tx.run(&CHOOSE, (id.get(), kept, from, to, now)).map(drop)
}
