//! Custom fields (自定义字段): what a house wants to know of its tickets beyond what everybody does. No clause is
//! judged by them.

use jiff::{Timestamp, civil::Date};

use super::{Kind, intake::choice, life::Ticket};
use crate::{
    event::{Event, FieldChange, Happening},
    ids::CustomFieldId,
    refusal::{Invalid, Refusal},
    text::{Line, Reading, half_width, parse_optional_date},
};

/// Choices of one field at most.
const CHOICES_MOST: usize = 50;
/// Digits of a number at most, before and behind the point.
const DIGITS_MOST: usize = 15;

macro_rules! names {
    ($($number:literal)+) => {
        /// The names of the fields in a form, `custom_1` for the field with id 1. A house has at most as many as
        /// there are names, also those that it put away, so that a name means one thing for ever.
        pub const NAMES: &[&str] = &[$(concat!("custom_", $number)),+];
    };
}

names! {
    1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30
    31 32 33 34 35 36 37 38 39 40 41 42 43 44 45 46 47 48 49 50 51 52 53 54 55 56 57 58 59 60
}

codes! {
    /// What a field holds.
    pub enum Shape("custom-shape") {
        /// One line of text.
        Text = "text",
        /// A number, with a point where it has one.
        Number = "number",
        /// A civil date.
        Date = "date",
        /// One of a few.
        Choice = "choice",
    }
}

/// A field as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CustomFieldForm {
    pub label: String,
    pub hint: String,
    pub shape: String,
    /// One choice a line; for a choice.
    pub choices: String,
    /// Codes of [`Kind`]; none is every kind.
    pub kinds: Vec<String>,
    pub required: bool,
    pub in_portal: bool,
}

/// What a field is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Definition {
    pub label: Line,
    pub hint: Option<Line>,
    pub shape: Shape,
    /// What can be chosen; empty for other shapes.
    pub choices: Vec<Line>,
    /// The kinds of ticket that have it; none is every kind.
    pub kinds: Vec<Kind>,
    /// Whether a report needs it.
    pub required: bool,
    /// Whether customers see it and are asked for it.
    pub in_portal: bool,
}

/// A field with its id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CustomField {
    pub id: CustomFieldId,
    pub is: Definition,
}

impl CustomFieldForm {
    /// Reads the form.
    ///
    /// Errors: every field that is wrong. A choice needs at least two, each once.
    pub fn read(&self) -> Result<Definition, Vec<Invalid>> {
        let mut form = Reading::new();
        let label = form.field(Line::parse("label", &self.label));
        let hint = form.field(Line::parse_optional("hint", &self.hint));
        let shape = form.field(
            choice("shape", &self.shape).and_then(|found| found.ok_or_else(|| Invalid::required("shape"))),
        );
        let choices = match shape {
            Some(Shape::Choice) => form.field(read_choices(&self.choices)),
            Some(Shape::Text | Shape::Number | Shape::Date) | None => Some(Vec::new()),
        };
        let kinds = self.kinds.iter().map(|code| code.parse().map_err(|_| Invalid::unknown("kinds", code)));
        let kinds = form.field(kinds.collect::<Result<Vec<Kind>, Invalid>>());
        let (required, in_portal) = (self.required, self.in_portal);
        form.finish((|| {
            let (label, hint, shape) = (label?, hint?, shape?);
            Some(Definition { label, hint, shape, choices: choices?, kinds: kinds?, required, in_portal })
        })())
    }
}

fn read_choices(given: &str) -> Result<Vec<Line>, Invalid> {
    let mut choices: Vec<Line> = Vec::new();
    for line in given.lines().filter(|line| !line.trim().is_empty()) {
        let line = Line::parse("choices", line)?;
        if !choices.contains(&line) {
            choices.push(line);
        }
    }
    match choices.len() {
        0 | 1 => Err(Invalid::new("choices", "error-custom-choices")),
        2..=CHOICES_MOST => Ok(choices),
        _ => Err(Invalid::new("choices", "error-custom-choices-many").with("most", CHOICES_MOST)),
    }
}

/// Whether one more field may be made. `there` are those that the house has, also put away.
///
/// Errors: a refusal where every name is taken.
pub fn may_add(there: usize) -> Result<(), Refusal> {
    if there < NAMES.len() {
        return Ok(());
    }
    let args = vec![("most", NAMES.len().to_string())];
    Err(Refusal::Other { code: "refusal-too-many-custom-fields", args })
}

/// Decides that a field becomes something else. What it holds stays: a text does not become a date.
///
/// Errors: a refusal where the shape differs.
pub fn may_become(before: Shape, after: Shape) -> Result<(), Refusal> {
    if before == after { Ok(()) } else { Err(Refusal::other("refusal-custom-shape")) }
}

impl CustomField {
    /// Its name in a form.
    pub fn name(&self) -> &'static str {
        let place = usize::try_from(self.id.get()).unwrap_or(0).wrapping_sub(1);
        NAMES.get(place).copied().unwrap_or("custom")
    }

    /// Whether tickets of a kind have it.
    pub fn is_for(&self, kind: Kind) -> bool {
        self.is.kinds.is_empty() || self.is.kinds.contains(&kind)
    }

    /// Reads a value as it was typed. `before` is what stands there: a choice that is no longer offered may stay.
    ///
    /// Errors: [`Invalid`] on the field's name.
    fn read(&self, given: &str, before: Option<&str>) -> Result<Option<String>, Invalid> {
        let name = self.name();
        let value = match self.is.shape {
            Shape::Text => Line::parse_optional(name, given)?.map(String::from),
            Shape::Number => read_number(name, given)?,
            Shape::Date => parse_optional_date(name, given)?.map(|date: Date| date.to_string()),
            Shape::Choice => {
                let wanted = Line::parse_optional(name, given)?;
                match wanted {
                    Some(wanted) if before != Some(wanted.as_str()) && !self.is.choices.contains(&wanted) => {
                        return Err(Invalid::unknown(name, wanted));
                    }
                    wanted => wanted.map(String::from),
                }
            }
        };
        if self.is.required && value.is_none() {
            return Err(Invalid::required(name));
        }
        Ok(value)
    }
}

/// Reads a number as people write it: `1,200.50` in full width too. It is kept as typed but for signs that group.
fn read_number(field: &'static str, given: &str) -> Result<Option<String>, Invalid> {
    let text: String =
        half_width(given).chars().filter(|found| !matches!(found, ',' | ' ' | '\u{a0}')).collect();
    if text.is_empty() {
        return Ok(None);
    }
    let wrong = || Invalid::new(field, "error-custom-number").with("given", given.trim());
    let digits = text.strip_prefix('-').unwrap_or(&text);
    let (whole, rest) = digits.split_once('.').unwrap_or((digits, "0"));
    let fits = |part: &str| {
        (1..=DIGITS_MOST).contains(&part.len()) && part.bytes().all(|found| found.is_ascii_digit())
    };
    if fits(whole) && fits(rest) { Ok(Some(text)) } else { Err(wrong()) }
}

/// Whose form it is: customers are asked only for what they see.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asker {
    /// Our people, and programs.
    Desk,
    /// The customer's people, on the portal.
    Portal,
    /// Nobody: a letter says what it says, and becomes a ticket all the same.
    Letter,
}

impl Asker {
    /// Whether they see a field, and are asked for it.
    pub fn sees(self, field: &CustomField) -> bool {
        match self {
            Asker::Desk => true,
            Asker::Portal => field.is.in_portal,
            Asker::Letter => false,
        }
    }
}

/// Values of a ticket: the field and what stands in it.
pub type Values = Vec<(CustomFieldId, String)>;

/// What becomes of a ticket's values.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filled {
    /// What stands there from now on; none empties the field.
    pub changed: Vec<(CustomFieldId, Option<String>)>,
    /// The same in the words that people read.
    pub changes: Vec<FieldChange>,
}

/// Reads the values of a form for a ticket of a kind. `typed` tells what was typed under a name, and nothing where
/// the form did not ask.
///
/// Errors: every field that is wrong.
pub fn fill(
    fields: &[CustomField],
    kind: Kind,
    asker: Asker,
    typed: impl Fn(&'static str) -> Option<String>,
    before: &Values,
) -> Result<Filled, Vec<Invalid>> {
    let mut form = Reading::new();
    let mut filled = Filled::default();
    let asked = fields.iter().filter(|field| field.is_for(kind) && asker.sees(field));
    for field in asked {
        let stood = before.iter().find(|(id, _)| *id == field.id).map(|(_, value)| value.as_str());
        let given = typed(field.name()).unwrap_or_else(|| stood.unwrap_or_default().to_owned());
        let Some(value) = form.field(field.read(&given, stood)) else { continue };
        if value.as_deref() != stood {
            filled.changes.push(FieldChange {
                field: field.is.label.to_string(),
                from: stood.map(str::to_owned),
                to: value.clone(),
            });
            filled.changed.push((field.id, value));
        }
    }
    form.finish(Some(filled))
}

/// Tells of values that were set; nothing where none was.
pub fn set(ticket: &Ticket, filled: &Filled, now: Timestamp) -> Option<Happening> {
    if filled.changed.is_empty() {
        return None;
    }
    let fields = filled.changed.iter().map(|(id, _)| id.to_string()).collect::<Vec<_>>().join(",");
    Some(ticket.happened(now, Event::TicketFieldsSet { fields, changes: filled.changes.clone() }))
}

/// Refuses to set the values of a ticket that lives on in another.
pub fn may_set(ticket: &Ticket) -> Result<(), Refusal> {
    ticket.must_live("ticket-verb-fields")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(shape: &str, choices: &str) -> CustomFieldForm {
        let (label, shape, choices) = ("栏目".to_owned(), shape.to_owned(), choices.to_owned());
        CustomFieldForm { label, shape, choices, ..CustomFieldForm::default() }
    }

    fn field(id: i64, shape: &str, required: bool, kinds: &[Kind]) -> CustomField {
        let is = form(shape, "甲\n乙").read().unwrap();
        CustomField { id: CustomFieldId(id), is: Definition { required, kinds: kinds.to_vec(), ..is } }
    }

    #[test]
    fn a_definition_is_read_and_a_choice_needs_something_to_choose() {
        let table = [
            (form("text", ""), ""),
            (form("choice", "甲\n\n乙\n甲"), ""),
            (form("choice", "甲\n甲"), "choices"),
            (form("choice", &"x\ny\n".repeat(30)), ""),
            (form("colour", ""), "shape"),
            (CustomFieldForm { kinds: vec!["wish".into()], ..form("date", "") }, "kinds"),
            (CustomFieldForm::default(), "label shape"),
        ];
        for (form, expected) in table {
            let fields: Vec<_> =
                form.read().err().unwrap_or_default().iter().map(|problem| problem.field).collect();
            assert_eq!(fields.join(" "), expected, "{form:?}");
        }
        let many: String = (0..=CHOICES_MOST).map(|number| format!("{number}\n")).collect();
        assert_eq!(form("choice", &many).read().unwrap_err()[0].code, "error-custom-choices-many");
        assert!(may_add(NAMES.len() - 1).is_ok() && may_add(NAMES.len()).is_err());
    }

    #[test]
    fn values_are_read_by_their_shape() {
        let table = [
            ("text", " 三楼 ", Ok(Some("三楼"))),
            ("number", "１，200.50", Ok(Some("1200.50"))),
            ("number", "-3", Ok(Some("-3"))),
            ("number", "3.", Err("error-custom-number")),
            ("number", "1e9", Err("error-custom-number")),
            ("number", "1234567890123456", Err("error-custom-number")),
            ("date", "2026年1月5日", Ok(Some("2026-01-05"))),
            ("date", "2026-02-30", Err("error-no-such-time")),
            ("choice", "甲", Ok(Some("甲"))),
            ("choice", "丙", Err("error-unknown-choice")),
            ("choice", "", Ok(None)),
        ];
        for (shape, given, expected) in table {
            let read = field(1, shape, false, &[]).read(given, None);
            assert_eq!(
                read.as_ref().map(|one| one.as_deref()).map_err(|one| one.code),
                expected,
                "{shape} {given}"
            );
        }
        assert_eq!(field(1, "choice", false, &[]).read("丙", Some("丙")), Ok(Some("丙".to_owned())));
    }

    #[test]
    fn a_form_is_asked_for_what_its_kind_and_its_reader_have() {
        let mut for_faults = field(1, "text", true, &[Kind::Fault]);
        for_faults.is.in_portal = true;
        let fields = [for_faults, field(2, "number", true, &[]), field(3, "text", false, &[])];
        let ids = |result: Result<Filled, Vec<Invalid>>| match result {
            Ok(filled) => filled.changed.iter().map(|(id, _)| id.to_string()).collect::<Vec<_>>().join(","),
            Err(problems) => problems.iter().map(|problem| problem.field).collect::<Vec<_>>().join(" "),
        };
        let typed = |name: &'static str| Some(if name == "custom_3" { "x" } else { "7" }.to_owned());
        let nothing = |_: &'static str| None;
        let before = vec![(CustomFieldId(1), "7".to_owned()), (CustomFieldId(2), "8".to_owned())];
        let none = Values::new();
        assert_eq!(ids(fill(&fields, Kind::Fault, Asker::Desk, typed, &none)), "1,2,3");
        assert_eq!(ids(fill(&fields, Kind::Complaint, Asker::Desk, typed, &none)), "2,3");
        assert_eq!(ids(fill(&fields, Kind::Fault, Asker::Portal, typed, &none)), "1");
        assert_eq!(ids(fill(&fields, Kind::Fault, Asker::Desk, nothing, &none)), "custom_1 custom_2");
        assert_eq!(ids(fill(&fields, Kind::Fault, Asker::Desk, typed, &before)), "2,3");
        assert_eq!(
            ids(fill(&fields, Kind::Fault, Asker::Letter, typed, &none)),
            "",
            "a letter is never refused"
        );
        // What the form did not ask stays.
        assert_eq!(ids(fill(&fields, Kind::Fault, Asker::Desk, nothing, &before)), "");
    }
}
