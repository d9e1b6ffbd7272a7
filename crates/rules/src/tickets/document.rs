//! What is handed to the customer in writing: the diagnosis within 24 hours, the plan for an emergency within 24 hours
//! (C7.4). Each has sections that must be filled in, so that nothing goes out that answers nothing.

use super::verb::{Fields, VerbName};
use crate::{
    refusal::Invalid,
    text::{Reading, Text},
};

codes! {
    /// A document for the customer.
    pub enum DocumentKind("ticket-document") {
        /// What remote tests and analysis found, and how it is treated.
        Diagnosis = "diagnosis",
        /// How an emergency is treated.
        Plan = "plan",
    }
}

/// A section of a document: its field, and whether the document is none without it.
pub type Section = (&'static str, bool);

impl DocumentKind {
    /// The document that a verb delivers.
    pub const fn of(verb: VerbName) -> Option<DocumentKind> {
        match verb {
            VerbName::Diagnose => Some(DocumentKind::Diagnosis),
            VerbName::Plan => Some(DocumentKind::Plan),
            _ => None,
        }
    }

    /// The fact that tells of its delivery, for which promises wait.
    pub const fn fact(self) -> &'static str {
        match self {
            DocumentKind::Diagnosis => "ticket.diagnosis_delivered",
            DocumentKind::Plan => "ticket.plan_delivered",
        }
    }

    /// The verb that delivers it.
    pub const fn verb(self) -> VerbName {
        match self {
            DocumentKind::Diagnosis => VerbName::Diagnose,
            DocumentKind::Plan => VerbName::Plan,
        }
    }

    /// Its sections, in order.
    pub const fn sections(self) -> &'static [Section] {
        match self {
            DocumentKind::Diagnosis => {
                &[("findings", true), ("conclusion", true), ("treatment", true), ("outlook", false)]
            }
            DocumentKind::Plan => &[
                ("situation", true),
                ("steps", true),
                ("resources", true),
                ("schedule", true),
                ("fallback", false),
            ],
        }
    }

    /// Reads the sections.
    ///
    /// Errors: every section that is missing or too long.
    pub fn read(self, fields: &dyn Fields) -> Result<Vec<(&'static str, Text)>, Vec<Invalid>> {
        let mut form = Reading::new();
        let mut read = Vec::new();
        for (field, is_needed) in self.sections() {
            let given = fields.field(field);
            let text = match is_needed {
                true => Text::parse(field, given).map(Some),
                false => Text::parse_optional(field, given),
            };
            if let Some(Some(text)) = form.field(text) {
                read.push((*field, text));
            }
        }
        let needed = self.sections().iter().filter(|(_, is_needed)| *is_needed).count();
        let whole = (read.len() >= needed).then_some(read);
        form.finish(whole)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn check(kind: DocumentKind, given: &[&str], expected: &str) {
        let fields: BTreeMap<String, String> =
            given.iter().map(|field| ((*field).to_owned(), "x".to_owned())).collect();
        let said = match kind.read(&fields) {
            Ok(sections) => sections.iter().map(|(field, _)| *field).collect::<Vec<_>>().join(" "),
            Err(problems) => {
                let missing: Vec<&str> = problems.iter().map(|problem| problem.field).collect();
                format!("missing: {}", missing.join(" "))
            }
        };
        assert_eq!(said, expected, "{kind} {given:?}");
    }

    #[test]
    fn a_document_says_what_it_has_to_say() {
        use DocumentKind::{Diagnosis, Plan};
        check(Diagnosis, &[], "missing: findings conclusion treatment");
        check(Diagnosis, &["findings", "outlook"], "missing: conclusion treatment");
        check(Diagnosis, &["findings", "conclusion", "treatment"], "findings conclusion treatment");
        check(Plan, &["situation", "steps", "resources"], "missing: schedule");
        check(
            Plan,
            &["fallback", "situation", "steps", "resources", "schedule"],
            "situation steps resources schedule fallback",
        );
        for kind in DocumentKind::ALL {
            assert_eq!(DocumentKind::of(kind.verb()), Some(*kind));
        }
    }
}
