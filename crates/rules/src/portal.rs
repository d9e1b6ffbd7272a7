//! The customer's people on the portal: what each may do there, and at which sites (C4.1, C7.2).
//!
//! A *guest* is a contact with an access. Their rights are apart from those of our own people: no permission
//! of the house is ever given to a guest, and no right of a guest to one of ours.

use crate::ids::SiteId;
use crate::refusal::{Invalid, Refusal};

codes! {
    /// What a guest is at the customer.
    pub enum GuestRole("guest-role") {
        /// Reports faults and follows them, at named sites.
        Reporter = "reporter",
        /// Speaks for the whole customer, at all its sites.
        Manager = "manager",
        /// Keeps the duty log, and reports, at named sites.
        Duty = "duty",
    }
}

codes! {
    /// One thing that a guest may or may not do.
    pub enum Right("guest-right") {
        /// See the tickets, assets and sites of the access; keep one's own access.
        Follow = "follow",
        /// Report a fault, reply, answer, add photographs, confirm or reopen.
        Report = "report",
        /// Accept or decline another deadline or a waiver.
        Agree = "agree",
        /// Allow remote access and withdraw it (C4.7).
        Consent = "consent",
        /// See contracts and their commitment.
        SeeContracts = "see-contracts",
        /// Keep the duty log (C3.6).
        KeepDutyLog = "keep-duty-log",
    }
}

/// A right as a type: what an extractor of the web layer names.
pub trait Granted: Send + Sync + 'static {
    /// The right that it stands for.
    const RIGHT: Right;
}

macro_rules! rights {
    ($($name:ident),+) => {
        /// Each right as a type, for `Guest<right::Report>`.
        pub mod right {
            $(
                #[doc = concat!("See `Right::", stringify!($name), "`.")]
                #[derive(Debug, Clone, Copy)]
                pub struct $name;

                impl super::Granted for $name {
                    const RIGHT: super::Right = super::Right::$name;
                }
            )+
        }
    };
}

rights!(Follow, Report, Agree, Consent, SeeContracts, KeepDutyLog);

impl GuestRole {
    /// Tells whether this role has this right.
    pub const fn may(self, right: Right) -> bool {
        match right {
            Right::Follow | Right::Report | Right::KeepDutyLog => true,
            Right::Agree | Right::Consent => matches!(self, GuestRole::Manager | GuestRole::Reporter),
            Right::SeeContracts => matches!(self, GuestRole::Manager),
        }
    }

    /// Whether it sees all sites of the customer, those that come later too.
    pub const fn sees_all_sites(self) -> bool {
        matches!(self, GuestRole::Manager)
    }
}

/// What staff say of an access.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Access {
    /// What the guest is.
    pub role: GuestRole,
    /// The sites that they see; empty for one who sees all.
    pub sites: Vec<SiteId>,
}

impl Access {
    /// Reads the form of an access.
    ///
    /// Errors: [`Invalid`] on `role`, and on `sites` where the role needs one and none is named.
    pub fn read(role: &str, sites: Vec<SiteId>) -> Result<Access, Vec<Invalid>> {
        let role = match role.trim() {
            "" => return Err(vec![Invalid::required("role")]),
            code => code.parse().map_err(|_| vec![Invalid::unknown("role", code)])?,
        };
        let sites = if GuestRole::sees_all_sites(role) { Vec::new() } else { sites };
        if sites.is_empty() && !GuestRole::sees_all_sites(role) {
            return Err(vec![Invalid::new("sites", "error-guest-sites")]);
        }
        Ok(Access { role, sites })
    }
}

/// Whether a contact can be let in: they need an address to which a link can be sent.
///
/// Errors: [`Refusal::Archived`] for a contact who was put away; a refusal without an address.
pub fn admit(archived: bool, mail: Option<&str>) -> Result<(), Refusal> {
    if archived {
        return Err(Refusal::Archived);
    }
    if mail.is_none() {
        return Err(Refusal::other("refusal-guest-without-mail"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_may_what() {
        let table = [
            (Right::Follow, "reporter manager duty"),
            (Right::Report, "reporter manager duty"),
            (Right::Agree, "reporter manager"),
            (Right::Consent, "reporter manager"),
            (Right::SeeContracts, "manager"),
            (Right::KeepDutyLog, "reporter manager duty"),
        ];
        assert_eq!(table.len(), Right::ALL.len());
        for (right, expected) in table {
            let roles: Vec<&str> =
                GuestRole::ALL.iter().filter(|role| role.may(right)).map(|role| role.code()).collect();
            assert_eq!(roles.join(" "), expected, "{right}");
        }
    }

    #[test]
    fn only_a_manager_needs_no_site() {
        assert_eq!(
            Access::read("manager", vec![SiteId(1)]),
            Ok(Access { role: GuestRole::Manager, sites: vec![] })
        );
        assert_eq!(Access::read("reporter", vec![]).unwrap_err()[0].field, "sites");
        assert_eq!(Access::read("duty", vec![SiteId(2)]).unwrap().sites, [SiteId(2)]);
        assert_eq!(Access::read("chief", vec![SiteId(2)]).unwrap_err()[0].field, "role");
    }

    #[test]
    fn a_link_needs_somewhere_to_go() {
        assert_eq!(admit(false, Some("li@lib.example")), Ok(()));
        assert_eq!(admit(true, Some("li@lib.example")), Err(Refusal::Archived));
        assert_eq!(admit(false, None).unwrap_err().code(), "refusal-guest-without-mail");
    }
}
