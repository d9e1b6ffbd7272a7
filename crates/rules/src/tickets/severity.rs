//! How bad a fault is, following C7.3: from the use of the equipment and the impact, never by feeling.
//!
//! 一级 is the mildest and 紧急 the worst: the reverse of P1 to P4.

use crate::refusal::Invalid;

codes! {
    /// The level of a fault. The order of the cases is the order of badness.
    pub enum Severity("severity") {
        /// 一级: abnormal messages, service not affected.
        Level1 = "level1",
        /// 二级: rarely used equipment is abnormal or interrupted.
        Level2 = "level2",
        /// 三级: commonly used equipment is abnormal or interrupted.
        Level3 = "level3",
        /// 紧急: the system is down, all service to the outside is interrupted.
        Emergency = "emergency",
    }
}

codes! {
    /// What the fault does to the customer's service, as the person who reports it can tell.
    pub enum Impact("impact") {
        /// There are abnormal messages; the service works.
        MessageOnly = "message-only",
        /// Equipment is abnormal or interrupted.
        Disrupted = "disrupted",
        /// Everything is down.
        TotalOutage = "total-outage",
    }
}

codes! {
    /// How much an asset is used.
    pub enum Use("use") {
        /// In daily use (常用).
        Common = "common",
        /// Seldom needed (不常用).
        Rare = "rare",
    }
}

/// Proposes the severity.
///
/// Equipment whose use is not known counts as common: a proposal never plays a fault down.
///
/// Source: C7.3.
pub const fn propose(usage: Option<Use>, impact: Impact) -> Severity {
    match (impact, usage) {
        (Impact::MessageOnly, _) => Severity::Level1,
        (Impact::Disrupted, Some(Use::Rare)) => Severity::Level2,
        (Impact::Disrupted, Some(Use::Common) | None) => Severity::Level3,
        (Impact::TotalOutage, _) => Severity::Emergency,
    }
}

/// Decides whether a severity other than the proposed one may stand.
///
/// Source: C7.3, changed only with a reason.
/// Errors: [`Invalid`] on `severity_reason` when the choice differs and no reason is given.
pub fn confirm(
    proposed: Option<Severity>,
    chosen: Severity,
    reason: Option<&str>,
) -> Result<(Severity, Option<String>), Invalid> {
    let reason = reason.map(str::trim).filter(|text| !text.is_empty());
    match proposed {
        Some(proposed) if proposed != chosen => match reason {
            Some(reason) => Ok((chosen, Some(reason.to_owned()))),
            None => Err(Invalid::new("severity_reason", "error-severity-reason-required")
                .with("proposed", proposed)
                .with("chosen", chosen)),
        },
        Some(_) | None => Ok((chosen, reason.map(str::to_owned))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn severity_follows_from_use_and_impact() {
        use {Impact::*, Severity::*, Use::*};
        let table = [
            (Some(Common), MessageOnly, Level1),
            (Some(Rare), MessageOnly, Level1),
            (None, MessageOnly, Level1),
            (Some(Rare), Disrupted, Level2),
            (Some(Common), Disrupted, Level3),
            (None, Disrupted, Level3),
            (Some(Rare), TotalOutage, Emergency),
            (Some(Common), TotalOutage, Emergency),
            (None, TotalOutage, Emergency),
        ];
        for (usage, impact, expected) in table {
            assert_eq!(propose(usage, impact), expected, "{usage:?} {impact:?}");
        }
    }

    #[test]
    fn another_choice_needs_a_reason() {
        use Severity::*;
        assert_eq!(confirm(Some(Level3), Level3, None), Ok((Level3, None)));
        assert_eq!(
            confirm(Some(Level3), Level2, Some(" 备机已顶上 ")),
            Ok((Level2, Some("备机已顶上".into())))
        );
        for reason in [None, Some(""), Some("  \u{3000}")] {
            let invalid = confirm(Some(Level3), Level2, reason).unwrap_err();
            assert_eq!(invalid.field, "severity_reason");
        }
        assert_eq!(confirm(None, Level1, None), Ok((Level1, None)), "a consultation proposes nothing");
    }

    #[test]
    fn the_first_level_is_the_mildest() {
        assert!(Severity::Level1 < Severity::Level2);
        assert!(Severity::Level3 < Severity::Emergency);
    }
}
