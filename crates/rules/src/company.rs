//! The company that gives the service: what stands about it on pages, notices and documents (C7.8).

use crate::{
    customers::{Mail, Phone},
    event::{FieldChange, changes},
    refusal::Invalid,
    text::{Line, Reading, Reason},
};

/// The longest text beside the name in a head, in characters.
const MARK_MOST_CHARS: usize = 4;

/// The particulars as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CompanyForm {
    pub name: String,
    /// The after-sales number.
    pub hotline: String,
    pub address: String,
    /// One to four characters that stand where a logo would.
    pub mark: String,
    /// Where unsolved calls are reported to beside the supervisor's own ways (C4.3).
    pub supervisor_mail: String,
}

/// The particulars.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Company {
    pub name: Line,
    pub hotline: Phone,
    pub address: Option<Reason>,
    pub mark: Option<Line>,
    pub supervisor_mail: Option<Mail>,
}

impl CompanyForm {
    /// Reads the form.
    ///
    /// Errors: every field that is wrong. Name and hotline are needed: a customer must know whom to call (C7.8).
    pub fn read(&self) -> Result<Company, Vec<Invalid>> {
        let mut form = Reading::new();
        let name = form.field(Line::parse("name", &self.name));
        let hotline = form.field(
            Phone::parse_optional("hotline", &self.hotline)
                .and_then(|phone| phone.ok_or_else(|| Invalid::required("hotline"))),
        );
        let address = form.field(Reason::parse_optional("address", &self.address));
        let mark = form.field(Line::parse_optional("mark", &self.mark).and_then(|mark| match mark {
            Some(mark) if mark.as_str().chars().count() > MARK_MOST_CHARS => {
                Err(Invalid::too_long("mark", MARK_MOST_CHARS))
            }
            mark => Ok(mark),
        }));
        let supervisor_mail = form.field(Mail::parse_optional("supervisor_mail", &self.supervisor_mail));
        form.finish((|| {
            Some(Company {
                name: name?,
                hotline: hotline?,
                address: address?,
                mark: mark?,
                supervisor_mail: supervisor_mail?,
            })
        })())
    }

    /// What differs from the particulars before; both as they are stored.
    pub fn changes_from(&self, before: &CompanyForm) -> Vec<FieldChange> {
        fn some(text: &str) -> Option<&str> {
            Some(text).filter(|text| !text.is_empty())
        }
        changes(&[
            ("name", some(&before.name), some(&self.name)),
            ("hotline", some(&before.hotline), some(&self.hotline)),
            ("address", some(&before.address), some(&self.address)),
            ("mark", some(&before.mark), some(&self.mark)),
            ("supervisor_mail", some(&before.supervisor_mail), some(&self.supervisor_mail)),
        ])
    }
}

impl From<&Company> for CompanyForm {
    fn from(company: &Company) -> CompanyForm {
        let text = |text: &Option<Line>| text.as_ref().map(Line::to_string).unwrap_or_default();
        CompanyForm {
            name: company.name.to_string(),
            hotline: company.hotline.shown.clone(),
            address: company.address.as_ref().map(Reason::to_string).unwrap_or_default(),
            mark: text(&company.mark),
            supervisor_mail: company
                .supervisor_mail
                .as_ref()
                .map(|mail| mail.as_str().to_owned())
                .unwrap_or_default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form() -> CompanyForm {
        CompanyForm { name: "安信网络".into(), hotline: "400-820-0000".into(), ..CompanyForm::default() }
    }

    #[test]
    fn whom_to_call_is_needed_and_the_rest_is_not() {
        assert!(form().read().is_ok());
        let fields = |form: CompanyForm| -> Vec<&'static str> {
            form.read().unwrap_err().iter().map(|problem| problem.field).collect()
        };
        assert_eq!(fields(CompanyForm::default()), ["name", "hotline"]);
        let wrong = CompanyForm {
            hotline: "call us".into(),
            mark: "五个字以上".into(),
            supervisor_mail: "nobody".into(),
            ..form()
        };
        assert_eq!(fields(wrong), ["hotline", "mark", "supervisor_mail"]);
    }

    #[test]
    fn a_change_names_what_differs() {
        let after = CompanyForm { hotline: "400-820-0001".into(), mark: "安".into(), ..form() };
        let named: Vec<_> = after.changes_from(&form()).into_iter().map(|one| (one.field, one.to)).collect();
        let expected = [("hotline", "400-820-0001"), ("mark", "安")];
        assert_eq!(named, expected.map(|(field, to)| (field.to_owned(), Some(to.to_owned()))));
        assert_eq!(form().changes_from(&form()), []);
    }
}
