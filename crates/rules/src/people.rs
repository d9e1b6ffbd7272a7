//! People of the company: what an account says, and what must stay true of all of them together.

use crate::access::Role;
use crate::customers::{Mail, Phone};
use crate::event::{Event, FieldChange, changed_fields, changes};
use crate::ids::UserId;
use crate::refusal::{Invalid, Refusal};
use crate::text::Line;

/// Fewest and most characters of a login.
const LOGIN_CHARS: std::ops::RangeInclusive<usize> = 2..=64;

/// What somebody types to say who they are: small letters, digits and `. _ - @`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Login(String);

impl Login {
    /// Reads a login; capitals become small.
    ///
    /// Errors: [`Invalid`] when it is missing, too short or long, or has another character.
    pub fn parse(field: &'static str, given: &str) -> Result<Self, Invalid> {
        let login = given.trim().to_lowercase();
        if login.is_empty() {
            return Err(Invalid::required(field));
        }
        let allowed = |found: char| found.is_alphanumeric() || matches!(found, '.' | '_' | '-' | '@');
        if LOGIN_CHARS.contains(&login.chars().count()) && login.chars().all(allowed) {
            Ok(Login(login))
        } else {
            Err(Invalid::new(field, "error-login").with("given", login))
        }
    }

    /// The login.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// An account as its form says it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    pub login: String,
    pub name: String,
    pub email: Option<String>,
    pub phone: Option<String>,
    pub role: Role,
}

/// The form of an account, as it was typed.
#[derive(Debug, Clone, Copy)]
pub struct AccountForm<'a> {
    pub login: &'a str,
    pub name: &'a str,
    pub email: &'a str,
    pub phone: &'a str,
    pub role: &'a str,
}

impl AccountForm<'_> {
    /// Reads the form.
    ///
    /// Errors: every field that cannot be accepted.
    pub fn read(&self) -> Result<Account, Vec<Invalid>> {
        let login = Login::parse("login", self.login);
        let name = Line::parse("name", self.name);
        let email = Mail::parse_optional("email", self.email);
        let phone = Phone::parse_optional("phone", self.phone);
        let role = match self.role {
            "" => Err(Invalid::required("role")),
            code => code.parse::<Role>().map_err(|_| Invalid::unknown("role", code)),
        };
        match (login, name, email, phone, role) {
            (Ok(login), Ok(name), Ok(email), Ok(phone), Ok(role)) => Ok(Account {
                login: login.0,
                name: name.into(),
                email: email.map(|email| email.as_str().to_owned()),
                phone: phone.map(|phone| phone.shown),
                role,
            }),
            (login, name, email, phone, role) => {
                let all = [login.err(), name.err(), email.err(), phone.err(), role.err()];
                Err(all.into_iter().flatten().collect())
            }
        }
    }
}

/// Decides on an edit: what happened, in order; nothing when the form says what is stored.
///
/// Errors: [`Refusal::LastAdministrator`] when nobody could administer afterwards.
pub fn edit(
    stored: &Account,
    typed: &Account,
    id: UserId,
    administrators: &[UserId],
) -> Result<Vec<Event>, Refusal> {
    let mut events = Vec::new();
    let differences: Vec<FieldChange> = changes(&[
        ("login", Some(&stored.login), Some(&typed.login)),
        ("name", Some(&stored.name), Some(&typed.name)),
        ("email", stored.email.as_deref(), typed.email.as_deref()),
        ("phone", stored.phone.as_deref(), typed.phone.as_deref()),
    ]);
    if !differences.is_empty() {
        events.push(Event::UserEdited { fields: changed_fields(&differences), changes: differences });
    }
    if stored.role != typed.role {
        if is_last(id, administrators) {
            return Err(Refusal::LastAdministrator);
        }
        events.push(Event::UserRoleChanged { from: stored.role, to: typed.role });
    }
    Ok(events)
}

/// Decides whether an account may be switched off by somebody.
///
/// Errors: [`Refusal::OwnAccount`], [`Refusal::LastAdministrator`], [`Refusal::AlreadySo`].
pub fn deactivate(
    id: UserId,
    active: bool,
    by: UserId,
    administrators: &[UserId],
    reason: Option<String>,
) -> Result<Event, Refusal> {
    if !active {
        return Err(Refusal::AlreadySo);
    }
    if id == by {
        return Err(Refusal::OwnAccount);
    }
    if is_last(id, administrators) {
        return Err(Refusal::LastAdministrator);
    }
    Ok(Event::UserDeactivated { reason })
}

fn is_last(id: UserId, administrators: &[UserId]) -> bool {
    administrators.contains(&id) && administrators.iter().all(|other| *other == id)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(role: &str) -> Result<Account, Vec<Invalid>> {
        let form = AccountForm { login: " Li.Ming ", name: "Li Ming", email: "li@desk.cn", phone: "", role };
        form.read()
    }

    #[test]
    fn a_form_is_read_whole_or_says_all_that_is_wrong() {
        assert_eq!(form("hotline").unwrap().login, "li.ming");
        let bad = AccountForm { login: "a b", name: " ", email: "x", phone: "12", role: "root" };
        let fields: Vec<_> = bad.read().unwrap_err().into_iter().map(|problem| problem.field).collect();
        assert_eq!(fields, ["login", "name", "email", "phone", "role"]);
    }

    #[test]
    fn somebody_can_always_administer() {
        let (one, two) = (UserId(1), UserId(2));
        let administrator = form("administrator").unwrap();
        let engineer = form("engineer").unwrap();
        assert_eq!(edit(&administrator, &engineer, one, &[one]), Err(Refusal::LastAdministrator));
        assert_eq!(edit(&administrator, &engineer, one, &[one, two]).unwrap().len(), 1);
        assert_eq!(edit(&engineer, &engineer, two, &[one]), Ok(Vec::new()));
        assert_eq!(deactivate(one, true, two, &[one], None), Err(Refusal::LastAdministrator));
        assert_eq!(deactivate(one, true, one, &[one, two], None), Err(Refusal::OwnAccount));
        assert_eq!(deactivate(two, false, one, &[one], None), Err(Refusal::AlreadySo));
        assert!(deactivate(two, true, one, &[one], None).is_ok());
    }

    #[test]
    fn an_edit_tells_only_what_differs() {
        let stored = form("engineer").unwrap();
        let typed = Account { name: "Li M.".into(), role: Role::Dispatcher, ..stored.clone() };
        let names: Vec<_> = edit(&stored, &typed, UserId(2), &[]).unwrap().iter().map(Event::name).collect();
        assert_eq!(names, ["user.edited", "user.role_changed"]);
    }
}
