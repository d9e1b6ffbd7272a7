//! Remote access only while the customer allows it (C4.7).
//!
//! A consent says who of the customer allowed it, to what, from when to when and how it was told. Sessions
//! stand under a consent: none begins without one or after its end, and one that runs ends with it.

use jiff::{SignedDuration, Timestamp};

use crate::ids::{AssetId, ContactId};
use crate::refusal::{Invalid, Refusal};
use crate::text::{Line, Reading, Text};

/// The longest consent; whoever needs more asks again.
pub const CONSENT_MOST: SignedDuration = SignedDuration::from_hours(24 * 31);

codes! {
    /// How the customer said yes.
    pub enum ConsentWay("consent-way") {
        /// On the portal, by their own hand.
        Portal = "portal",
        /// By telephone, noted by us.
        Phone = "phone",
        /// By mail.
        Mail = "mail",
    }
}

codes! {
    /// Why a consent ended.
    pub enum ConsentEnd("consent-end") {
        /// Its time was over.
        Expired = "expired",
        /// The customer took it back.
        Withdrawn = "withdrawn",
    }
}

/// What was allowed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Consent {
    /// Who of the customer allowed it.
    pub contact: ContactId,
    /// The unit.
    pub asset: Option<AssetId>,
    /// The system, in the customer's words.
    pub target: Line,
    /// From when.
    pub from_at: Timestamp,
    /// Until when; not included.
    pub until_at: Timestamp,
    /// How it was told.
    pub way: ConsentWay,
    /// What was said.
    pub note: Option<Text>,
}

/// The form of a consent. Moments are read by the caller, who knows the zone.
#[derive(Debug, Clone, Default)]
pub struct ConsentForm<'a> {
    /// The system.
    pub target: &'a str,
    /// How it was told.
    pub way: &'a str,
    /// What was said.
    pub note: &'a str,
    /// From when; now where it is not given.
    pub from_at: Option<Timestamp>,
    /// Until when.
    pub until_at: Option<Timestamp>,
}

impl ConsentForm<'_> {
    /// Reads the form.
    ///
    /// Errors: every field that is wrong; a time that is over, turned round or longer than [`CONSENT_MOST`].
    pub fn read(
        &self,
        contact: ContactId,
        asset: Option<AssetId>,
        now: Timestamp,
    ) -> Result<Consent, Vec<Invalid>> {
        let mut form = Reading::new();
        let target = form.field(Line::parse("target", self.target));
        let way = form.field(
            self.way.trim().parse::<ConsentWay>().map_err(|_| Invalid::unknown("way", self.way.trim())),
        );
        let note = form.field(Text::parse_optional("note", self.note));
        let from_at = self.from_at.unwrap_or(now);
        let until_at = form.field(match self.until_at {
            None => Err(Invalid::required("until_at")),
            Some(until) if until <= from_at || until <= now => {
                Err(Invalid::new("until_at", "error-consent-over"))
            }
            Some(until) if until.duration_since(from_at) > CONSENT_MOST => {
                Err(Invalid::new("until_at", "error-consent-long").with("days", CONSENT_MOST.as_hours() / 24))
            }
            Some(until) => Ok(until),
        });
        form.finish((|| {
            Some(Consent {
                contact,
                asset,
                target: target?,
                from_at,
                until_at: until_at?,
                way: way?,
                note: note?,
            })
        })())
    }
}

/// A consent as it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// From when.
    pub from_at: Timestamp,
    /// Until when; not included.
    pub until_at: Timestamp,
    /// When it ended, for whatever reason.
    pub ended_at: Option<Timestamp>,
}

impl Standing {
    /// Whether it holds at a moment.
    pub fn holds(&self, at: Timestamp) -> bool {
        self.ended_at.is_none() && self.from_at <= at && at < self.until_at
    }

    /// Whether it still can come to hold.
    pub fn is_open(&self, now: Timestamp) -> bool {
        self.ended_at.is_none() && now < self.until_at
    }
}

/// Decides whether another consent may be given for a matter: one at a time, so that the end of one never
/// takes away another.
///
/// Errors: a refusal while one stands.
pub fn give(standing: &[Standing], now: Timestamp) -> Result<(), Refusal> {
    if standing.iter().any(|one| one.is_open(now)) {
        return Err(Refusal::other("refusal-consent-stands"));
    }
    Ok(())
}

/// Decides whether a session may begin under a consent.
///
/// Source: C4.7, 在用户许可的情况下.
/// Errors: a refusal without a consent, before it begins, and after its end.
pub fn start_session(consent: Option<&Standing>, now: Timestamp) -> Result<(), Refusal> {
    match consent {
        Some(consent) if consent.holds(now) => Ok(()),
        Some(consent) if consent.ended_at.is_none() && now < consent.from_at => Err(Refusal::Other {
            code: "refusal-consent-not-yet",
            args: vec![("from", consent.from_at.to_string())],
        }),
        Some(_) => Err(Refusal::other("refusal-consent-over")),
        None => Err(Refusal::other("refusal-consent-missing")),
    }
}

/// Decides whether a consent may be ended now.
///
/// Errors: [`Refusal::AlreadySo`] when it has ended.
pub fn withdraw(consent: &Standing) -> Result<(), Refusal> {
    if consent.ended_at.is_some() { Err(Refusal::AlreadySo) } else { Ok(()) }
}

/// Schemes of the links to a remote tool that are kept with a unit.
const SCHEMES: [&str; 7] = ["https://", "http://", "ssh://", "rustdesk://", "rdp://", "vnc://", "telnet://"];

/// Reads the address of a remote tool.
///
/// Errors: [`Invalid`] on `url` for anything that is no address of a known kind.
pub fn tool_link(given: &str) -> Result<String, Invalid> {
    let line = Line::parse("url", given)?;
    let url = line.as_str();
    let lower = url.to_lowercase();
    let known = SCHEMES.iter().any(|scheme| lower.starts_with(scheme) && lower.len() > scheme.len());
    if !known || url.chars().any(|found| found.is_whitespace() || matches!(found, '"' | '<' | '>' | '`')) {
        return Err(Invalid::new("url", "error-remote-link").with("given", url));
    }
    Ok(url.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn a_session_needs_a_consent_that_holds() {
        let from_at = at("2026-01-05T02:00:00Z");
        let until_at = at("2026-01-05T04:00:00Z");
        let open = Standing { from_at, until_at, ended_at: None };
        let ended = Standing { ended_at: Some(at("2026-01-05T03:00:00Z")), ..open };
        let table = [
            (None, "2026-01-05T03:00:00Z", "refusal-consent-missing"),
            (Some(open), "2026-01-05T01:59:59Z", "refusal-consent-not-yet"),
            (Some(open), "2026-01-05T02:00:00Z", "ok"),
            (Some(open), "2026-01-05T03:59:59Z", "ok"),
            (Some(open), "2026-01-05T04:00:00Z", "refusal-consent-over"),
            (Some(ended), "2026-01-05T03:30:00Z", "refusal-consent-over"),
        ];
        for (consent, now, expected) in table {
            let found = start_session(consent.as_ref(), at(now));
            assert_eq!(found.map_or_else(|refusal| refusal.code(), |()| "ok"), expected, "{now}");
        }
        assert!(give(&[open], at("2026-01-05T01:00:00Z")).is_err(), "one at a time");
        assert!(give(&[open], until_at).is_ok() && give(&[ended], from_at).is_ok());
        assert_eq!(withdraw(&ended), Err(Refusal::AlreadySo));
    }

    #[test]
    fn a_consent_has_an_end_that_lies_ahead() {
        let now = at("2026-01-05T02:00:00Z");
        let form = ConsentForm { target: "核心交换机", way: "phone", ..ConsentForm::default() };
        let table = [
            (None, "error-required"),
            (Some("2026-01-05T02:00:00Z"), "error-consent-over"),
            (Some("2026-01-05T04:00:00Z"), "ok"),
            (Some("2026-03-05T04:00:00Z"), "error-consent-long"),
        ];
        for (until, expected) in table {
            let form = ConsentForm { until_at: until.map(at), ..form.clone() };
            let found = form.read(ContactId(1), None, now);
            assert_eq!(found.map_or_else(|problems| problems[0].code, |_| "ok"), expected, "{until:?}");
        }
    }

    #[test]
    fn a_tool_is_a_link_that_opens_nothing_else() {
        for good in ["https://mesh.example/?node=1", "rustdesk://123456789", "SSH://ops@10.0.0.1:22"] {
            assert_eq!(tool_link(good).as_deref(), Ok(good));
        }
        for bad in ["", "javascript:alert(1)", "https://", "data:text/html,x", "https://a b", "file:///etc"] {
            assert!(tool_link(bad).is_err(), "{bad}");
        }
    }
}
