//! What happens to a unit that decides who pays for it: its outages, its milestones, the unit that it replaces.
//!
//! Serves C3.1, C3.2 and C3.4 (warranty), C5.3 and C5.4 (upgrades from the trial run and from operation on).

use jiff::civil::Date;

use crate::ids::AssetId;
use crate::refusal::Invalid;
use crate::text::{Line, Reading, parse_date};

codes! {
    /// What happened to the unit.
    pub enum UnitEventKind("unit-event") {
        /// It does not work: the warranty grows by the days until it works again.
        OutOfService = "out-of-service",
        /// It, or one in its place, works again.
        BackInService = "back-in-service",
        /// It took the place of another and inherits its warranty.
        Replaces = "replaces",
        /// The manufacturer's own warranty is known to a day.
        ManufacturerWarranty = "manufacturer-warranty",
        /// The trial run began.
        TrialStarted = "trial-started",
        /// It was put in operation.
        PutInOperation = "put-in-operation",
    }
}

/// An event as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UnitEventForm {
    /// The kind's code.
    pub kind: String,
    /// The date at the site.
    pub on: String,
    /// Why it does not work, or the claim that it belongs to.
    pub reason: String,
    /// The id of the unit that it replaces.
    pub replaced: String,
    /// The last day of the manufacturer's warranty.
    pub until: String,
}

/// An event that makes sense by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UnitEvent {
    OutOfService { on: Date, reason: Line },
    BackInService { on: Date },
    Replaces { on: Date, replaced: AssetId },
    ManufacturerWarranty { until: Date },
    TrialStarted { on: Date },
    PutInOperation { on: Date },
}

impl UnitEventForm {
    /// Reads the form; `today` is the day at the site, `out_since` the day since which the unit does not work.
    ///
    /// Errors: every field that is wrong: a day that has not come, a unit that is out already, one that is not out
    /// or came back before it went, a unit that replaces itself.
    pub fn read(
        &self,
        unit: AssetId,
        today: Date,
        out_since: Option<Date>,
    ) -> Result<UnitEvent, Vec<Invalid>> {
        use UnitEventKind as Kind;
        let mut form = Reading::new();
        let kind = form.field(match self.kind.trim() {
            "" => Err(Invalid::required("kind")),
            code => code.parse::<Kind>().map_err(|_| Invalid::unknown("kind", code)),
        });
        if kind == Some(Kind::ManufacturerWarranty) {
            let until = form.field(parse_date("until", &self.until));
            return form.finish(until.map(|until| UnitEvent::ManufacturerWarranty { until }));
        }
        let on = form.field(match parse_date("on", &self.on) {
            Ok(on) if on > today => Err(Invalid::new("on", "error-done-in-the-future")),
            read => read,
        });
        let event = match kind {
            Some(Kind::OutOfService) => {
                if let Some(since) = out_since {
                    form.problem(Invalid::new("kind", "error-unit-out-already").with("on", since));
                }
                let reason = form.field(Line::parse("reason", &self.reason));
                on.zip(reason).map(|(on, reason)| UnitEvent::OutOfService { on, reason })
            }
            Some(Kind::BackInService) => {
                match (out_since, on) {
                    (None, _) => form.problem(Invalid::new("kind", "error-unit-not-out")),
                    (Some(since), Some(on)) if on < since => {
                        form.problem(Invalid::new("on", "error-unit-back-before-out").with("on", since));
                    }
                    (Some(_), _) => {}
                }
                on.map(|on| UnitEvent::BackInService { on })
            }
            Some(Kind::Replaces) => {
                let replaced = form.field(match self.replaced.trim() {
                    "" => Err(Invalid::required("replaced")),
                    text => match text.parse().map(AssetId) {
                        Ok(replaced) if replaced == unit => {
                            Err(Invalid::new("replaced", "error-replaces-itself"))
                        }
                        Ok(replaced) => Ok(replaced),
                        Err(_) => Err(Invalid::unknown("replaced", text)),
                    },
                });
                on.zip(replaced).map(|(on, replaced)| UnitEvent::Replaces { on, replaced })
            }
            Some(Kind::TrialStarted) => on.map(|on| UnitEvent::TrialStarted { on }),
            Some(Kind::PutInOperation) => on.map(|on| UnitEvent::PutInOperation { on }),
            Some(Kind::ManufacturerWarranty) | None => None,
        };
        form.finish(event)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_fits_what_the_unit_went_through() {
        let day = |text: &str| text.parse::<Date>().unwrap();
        let form = |kind: &str, on: &str, more: &str| UnitEventForm {
            kind: kind.into(),
            on: on.into(),
            reason: more.into(),
            replaced: more.into(),
            until: more.into(),
        };
        let out = Some("2026-03-10");
        for (form, out_since, wrong) in [
            (form("out-of-service", "2026-03-10", "电源损坏"), None, ""),
            (form("out-of-service", "2026-03-10", ""), None, "reason"),
            (form("out-of-service", "2026-03-11", "again"), out, "kind"),
            (form("back-in-service", "2026-03-12", ""), out, ""),
            (form("back-in-service", "2026-03-09", ""), out, "on"),
            (form("back-in-service", "2026-03-12", ""), None, "kind"),
            (form("replaces", "2026-03-12", "8"), None, ""),
            (form("replaces", "2026-03-12", "7"), None, "replaced"),
            (form("replaces", "2026-03-12", "old"), None, "replaced"),
            (form("manufacturer-warranty", "", "2031-01-01"), None, ""),
            (form("manufacturer-warranty", "", "soon"), None, "until"),
            (form("trial-started", "2026-03-15", ""), None, ""),
            (form("trial-started", "2026-03-16", ""), None, "on"),
            (form("lost", "2026-03-15", ""), None, "kind"),
        ] {
            let read = form.read(AssetId(7), day("2026-03-15"), out_since.map(day));
            let fields: Vec<_> = read.err().unwrap_or_default().iter().map(|one| one.field).collect();
            assert_eq!(fields.join(" "), wrong, "{form:?}");
        }
    }
}
