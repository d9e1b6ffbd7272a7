//! What was done for a site that its promises count: visits of three kinds, and administrators trained.
//!
//! Serves C2.6 (the adviser's visit), C2.7 (periodic maintenance), C3.6 (inspection, with the duty log reviewed) and
//! C6.2 (administrators, for a week).

use jiff::civil::Date;

use crate::{
    refusal::Invalid,
    text::{Line, Reading, parse_date},
};

codes! {
    /// What was done.
    pub enum ServiceKind("service-kind") {
        /// Periodic maintenance.
        Maintenance = "maintenance",
        /// The monthly inspection.
        Inspection = "inspection",
        /// A visit of the dedicated engineer.
        Advice = "advice",
        /// An administrator was trained.
        Training = "training",
    }
}

/// The longest training that can be told. Units: days.
pub const DAYS_MOST: i64 = 60;

/// A record as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ServiceForm {
    /// The kind's code.
    pub kind: String,
    /// The date at the site.
    pub done_on: String,
    /// Whether the customer's duty log was read.
    pub duty_log_reviewed: bool,
    /// Who was trained.
    pub trainee: String,
    /// For how many days.
    pub days: String,
    /// A remark.
    pub remark: String,
}

/// A record that makes sense.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceRecord {
    /// What was done.
    pub kind: ServiceKind,
    /// When, as a date at the site.
    pub done_on: Date,
    /// Whether the duty log was read; never for a training.
    pub duty_log_reviewed: bool,
    /// Who was trained, and for how many days; only for a training.
    pub training: Option<(Line, i64)>,
    /// A remark.
    pub remark: Option<Line>,
}

impl ServiceForm {
    /// Reads the form; `today` is the day at the site.
    ///
    /// Errors: every field that is wrong; a day that has not come; a training without a name or its days.
    pub fn read(&self, today: Date) -> Result<ServiceRecord, Vec<Invalid>> {
        let mut form = Reading::new();
        let kind = form.field(match self.kind.trim() {
            "" => Err(Invalid::required("kind")),
            code => code.parse().map_err(|_| Invalid::unknown("kind", code)),
        });
        let done_on = form.field(match parse_date("done_on", &self.done_on) {
            Ok(on) if on > today => Err(Invalid::new("done_on", "error-done-in-the-future")),
            read => read,
        });
        let trains = kind == Some(ServiceKind::Training);
        let trainee = trains.then(|| form.field(Line::parse("trainee", &self.trainee))).flatten();
        let days = trains.then(|| form.field(parse_days(&self.days))).flatten();
        let remark = form.field(Line::parse_optional("remark", &self.remark));
        form.finish((|| {
            let training = if trains { Some((trainee?, days?)) } else { None };
            let duty_log_reviewed = self.duty_log_reviewed && !trains;
            Some(ServiceRecord {
                kind: kind?,
                done_on: done_on?,
                duty_log_reviewed,
                training,
                remark: remark?,
            })
        })())
    }
}

fn parse_days(text: &str) -> Result<i64, Invalid> {
    match text.trim() {
        "" => Err(Invalid::required("days")),
        text => match text.parse() {
            Ok(days @ 1..=DAYS_MOST) => Ok(days),
            Ok(_) | Err(_) => {
                Err(Invalid::new("days", "error-training-days").with("most", DAYS_MOST.to_string()))
            }
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrong(form: &ServiceForm) -> Vec<&'static str> {
        let today = "2026-11-27".parse().unwrap();
        form.read(today).err().unwrap_or_default().iter().map(|one| one.field).collect()
    }

    #[test]
    fn a_record_says_what_was_done_when() {
        let visit = ServiceForm {
            kind: "inspection".into(),
            done_on: "2026-11-27".into(),
            duty_log_reviewed: true,
            ..ServiceForm::default()
        };
        assert!(wrong(&visit).is_empty());
        assert_eq!(wrong(&ServiceForm::default()), ["kind", "done_on"]);
        assert_eq!(wrong(&ServiceForm { done_on: "2026-11-28".into(), ..visit.clone() }), ["done_on"]);
        let training = ServiceForm { kind: "training".into(), ..visit };
        assert_eq!(wrong(&training), ["trainee", "days"]);
        let named = ServiceForm { trainee: "李敏".into(), days: "5".into(), ..training };
        assert!(wrong(&named).is_empty());
        assert_eq!(wrong(&ServiceForm { days: "0".into(), ..named }), ["days"]);
    }
}
