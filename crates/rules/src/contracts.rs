//! Contracts (合同): what was signed with a customer, for which sites and days, under which commitment.
//!
//! Serves every clause: the contract that covers a site on a day says which version of which commitment
//! file is in force there. Also C2.6 (the dedicated engineer is never vacant) and C3.1 (the acceptance
//! signature, from which the warranty counts).

use std::collections::BTreeMap;

use jiff::civil::Date;

use crate::{
    event::Event,
    ids::{CommitmentId, ContractId, CustomerId, SiteId, UserId},
    refusal::{Invalid, Refusal},
    text::{Line, Reading, Text, parse_date, parse_optional_date},
};

/// The days on which a contract is in force, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    /// The first day.
    pub from_on: Date,
    /// The last day; none where it runs until it is ended.
    pub to_on: Option<Date>,
}

impl Period {
    /// Tells whether a day lies in the period.
    pub fn contains(&self, on: Date) -> bool {
        self.from_on <= on && self.to_on.is_none_or(|to_on| on <= to_on)
    }

    /// The first day that two periods share.
    pub fn first_shared(&self, other: &Period) -> Option<Date> {
        let on = self.from_on.max(other.from_on);
        (self.contains(on) && other.contains(on)).then_some(on)
    }
}

/// A contract as typed. Customer, sites and engineer are chosen, not typed.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct ContractForm {
    /// The number on the paper.
    pub number: String,
    /// What it is called.
    pub title: String,
    /// The first day.
    pub from_on: String,
    /// The last day.
    pub to_on: String,
    /// Anything else.
    pub remark: String,
}

/// A contract's particulars.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Particulars {
    /// The number on the paper; imports match by it.
    pub number: Line,
    /// What it is called.
    pub title: Line,
    /// When it is in force.
    pub period: Period,
    /// Anything else.
    pub remark: Option<Text>,
}

impl ContractForm {
    /// Reads the form.
    ///
    /// Errors: every field that is wrong; the last day may not lie before the first.
    pub fn read(&self) -> Result<Particulars, Vec<Invalid>> {
        let mut form = Reading::new();
        let number = form.field(Line::parse("number", &self.number));
        let title = form.field(Line::parse("title", &self.title));
        let from_on = form.field(parse_date("from_on", &self.from_on));
        let to_on = form.field(parse_optional_date("to_on", &self.to_on));
        let remark = form.field(Text::parse_optional("remark", &self.remark));
        if let (Some(from_on), Some(Some(to_on))) = (from_on, to_on)
            && to_on < from_on
        {
            form.problem(Invalid::new("to_on", "error-ends-before-it-begins").with("from", from_on));
        }
        form.finish((|| {
            let period = Period { from_on: from_on?, to_on: to_on? };
            Some(Particulars { number: number?, title: title?, period, remark: remark? })
        })())
    }
}

impl Particulars {
    /// The form as it would be typed.
    pub fn form(&self) -> ContractForm {
        ContractForm {
            number: self.number.to_string(),
            title: self.title.to_string(),
            from_on: self.period.from_on.to_string(),
            to_on: self.period.to_on.map(|on| on.to_string()).unwrap_or_default(),
            remark: self.remark.as_ref().map(Text::to_string).unwrap_or_default(),
        }
    }
}

/// A contract, as far as the question of cover needs it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contract {
    /// The contract.
    pub id: ContractId,
    /// The number on the paper.
    pub number: String,
    /// With whom.
    pub customer: CustomerId,
    /// When it is in force.
    pub period: Period,
    /// The day on which it ended before its time.
    pub ended_on: Option<Date>,
    /// The sites that it names; none means all sites of the customer.
    pub sites: Vec<SiteId>,
}

impl Contract {
    /// The days on which it really is in force; `None` where it ended before it began.
    pub fn in_force(&self) -> Option<Period> {
        let to_on = match (self.period.to_on, self.ended_on) {
            (Some(to_on), Some(ended_on)) => Some(to_on.min(ended_on)),
            (planned, ended) => planned.or(ended),
        };
        let period = Period { from_on: self.period.from_on, to_on };
        period.contains(period.from_on).then_some(period)
    }

    /// Tells whether it covers a site on a day. Without a site, only a contract for all sites does.
    fn covers(&self, customer: CustomerId, site: Option<SiteId>, on: Date) -> bool {
        self.customer == customer
            && self.in_force().is_some_and(|period| period.contains(on))
            && (self.sites.is_empty() || site.is_some_and(|site| self.sites.contains(&site)))
    }
}

/// Finds the contract that covers a site of a customer on a day.
///
/// One that names the site goes before one for all sites; then the one that began last. A caller of
/// whom only the customer is known is covered by the customer's only contract, if there is just one.
///
/// Units: `on` is a day in the site's time zone.
pub fn cover(
    contracts: &[Contract],
    customer: CustomerId,
    site: Option<SiteId>,
    on: Date,
) -> Option<ContractId> {
    let best = contracts
        .iter()
        .filter(|contract| contract.covers(customer, site, on))
        .max_by_key(|contract| (!contract.sites.is_empty(), contract.period.from_on, contract.id));
    if best.is_some() || site.is_some() {
        return best.map(|contract| contract.id);
    }
    let mut in_force = contracts.iter().filter(|contract| {
        contract.customer == customer && contract.in_force().is_some_and(|period| period.contains(on))
    });
    match (in_force.next(), in_force.next()) {
        (Some(only), None) => Some(only.id),
        (_, _) => None,
    }
}

/// Refuses a contract that would cover a site on a day on which another names it too.
///
/// A contract for all sites may lie under one that names some: the narrower one goes first.
///
/// Errors: [`Refusal::CoverOverlaps`] with the first day that both cover.
pub fn must_not_overlap(contract: &Contract, others: &[Contract]) -> Result<(), Refusal> {
    let Some(period) = contract.in_force() else {
        return Ok(());
    };
    for other in others.iter().filter(|other| other.id != contract.id && other.customer == contract.customer)
    {
        let both_for_all = contract.sites.is_empty() && other.sites.is_empty();
        let share_a_site = contract.sites.iter().any(|site| other.sites.contains(site));
        let shared = other.in_force().and_then(|theirs| period.first_shared(&theirs));
        if let Some(on) = shared.filter(|_| both_for_all || share_a_site) {
            return Err(Refusal::CoverOverlaps { contract: other.number.clone(), on });
        }
    }
    Ok(())
}

/// Decides whether a contract may end on a day before its time.
///
/// Errors: [`Refusal`] where it is over already or would end before it began.
pub fn end(contract: &Contract, ended_on: Date) -> Result<(), Refusal> {
    let begins_on = contract.period.from_on;
    match contract.in_force() {
        None => Err(Refusal::AlreadySo),
        Some(period) if period.to_on.is_some_and(|to_on| to_on <= ended_on) => Err(Refusal::AlreadySo),
        Some(_) if ended_on < begins_on => Err(Refusal::Other {
            code: "refusal-ends-before-it-begins",
            args: vec![("from", begins_on.to_string())],
        }),
        Some(_) => Ok(()),
    }
}

/// A commitment version and the day from which it holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Binding {
    /// The stored version.
    pub commitment: CommitmentId,
    /// The first day.
    pub effective_on: Date,
}

/// The commitment that holds on a day: the one that took effect last. Before the first binding took
/// effect the first one holds, so that no ticket of a contract is without promises.
pub fn commitment_on(bindings: &[Binding], on: Date) -> Option<CommitmentId> {
    let in_effect = bindings.iter().enumerate().filter(|(_, binding)| binding.effective_on <= on);
    in_effect
        .max_by_key(|(order, binding)| (binding.effective_on, *order))
        .map(|(_, binding)| binding)
        .or_else(|| bindings.iter().min_by_key(|binding| binding.effective_on))
        .map(|binding| binding.commitment)
}

/// A dedicated engineer and the day from which they are it; none is a vacancy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dedication {
    /// Who.
    pub engineer: Option<UserId>,
    /// From which day.
    pub from_on: Date,
}

/// What is to be told of a contract's dedicated engineer when its dedications change from `before` to `after`, each
/// in order of their days. An appointment is known by its first day.
///
/// Source: C2.6. Who was already dedicated stays so until the day on which the next is.
pub fn appointments(before: &[Dedication], after: &[Dedication]) -> Vec<Event> {
    let (before, after) = (appointed(before), appointed(after));
    let gone = before.iter().filter(|(from_on, _)| !after.contains_key(from_on));
    let released = gone.map(|(from_on, _)| Event::EngineerReleased { duty: from_on.to_string() });
    let new = after.iter().filter(|(from_on, told)| before.get(from_on) != Some(told));
    let appointed = new.map(|(from_on, (engineer, to_on))| Event::EngineerAppointed {
        duty: from_on.to_string(),
        person: format!("user:{engineer}"),
        from: *from_on,
        to: *to_on,
    });
    released.chain(appointed).collect()
}

/// The engineer from each day on, and the day before which it ends.
fn appointed(dedications: &[Dedication]) -> BTreeMap<Date, (UserId, Option<Date>)> {
    let mut from: BTreeMap<Date, Option<UserId>> = BTreeMap::new();
    for dedication in dedications {
        from.insert(dedication.from_on, dedication.engineer);
    }
    let next = from.keys().skip(1).copied().map(Some).chain([None]);
    from.iter()
        .zip(next)
        .filter_map(|((from_on, engineer), to_on)| Some((*from_on, ((*engineer)?, to_on))))
        .collect()
}

/// The days of a contract on which it has no dedicated engineer, up to `until_on`.
///
/// `dedications` are in order of their days.
///
/// Source: C2.6, never vacant: each gap is a breach.
pub fn vacancies(period: Period, dedications: &[Dedication], until_on: Date) -> Vec<Period> {
    let last_on = period.to_on.map_or(until_on, |to_on| to_on.min(until_on));
    let mut gaps = Vec::new();
    let mut vacant_from = Some(period.from_on);
    for dedication in dedications {
        let from_on = dedication.from_on.max(period.from_on);
        match (vacant_from, dedication.engineer) {
            (Some(since_on), Some(_)) => {
                push_gap(&mut gaps, since_on, from_on.yesterday().unwrap_or(from_on).min(last_on));
                vacant_from = None;
            }
            (None, None) => vacant_from = Some(from_on),
            (Some(_), None) | (None, Some(_)) => {}
        }
    }
    if let Some(since_on) = vacant_from {
        push_gap(&mut gaps, since_on, last_on);
    }
    gaps
}

fn push_gap(gaps: &mut Vec<Period>, from_on: Date, to_on: Date) {
    if from_on <= to_on {
        gaps.push(Period { from_on, to_on: Some(to_on) });
    }
}

/// Decides whether the acceptance of a site may be recorded.
///
/// Source: C3.1; the warranty counts from this date, in the site's time zone.
/// Errors: [`Refusal::AlreadySo`] when it is signed; a date in the future is no signature.
pub fn sign_acceptance(signed_before_on: Option<Date>, signed_on: Date, today: Date) -> Result<(), Refusal> {
    if signed_before_on.is_some() {
        return Err(Refusal::AlreadySo);
    }
    if signed_on > today {
        let args = vec![("on", signed_on.to_string())];
        return Err(Refusal::Other { code: "refusal-signed-in-the-future", args });
    }
    Ok(())
}

/// The days of service of a site that was accepted under a contract with promises; none where it is over already.
///
/// `signed_on` is the acceptance, `bound_on` the first day for which the contract has a commitment, `today` the day at
/// the site. The service counts from when all of it is there, and never from before today: what was done before it was
/// kept here cannot be judged.
///
/// Source: C2.7 and C3.6, whose visits are owed for so long.
pub fn service(
    period: Period,
    ended_on: Option<Date>,
    bound_on: Date,
    signed_on: Date,
    today: Date,
) -> Option<Period> {
    let to_on = [period.to_on, ended_on].into_iter().flatten().min();
    let from_on = signed_on.max(bound_on).max(period.from_on).max(today);
    to_on.is_none_or(|to_on| from_on <= to_on).then_some(Period { from_on, to_on })
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn the_service_of_a_site_begins_when_all_of_it_is_there() {
        let until = date(2027, 12, 31);
        for (signed, bound, today, ended, from) in [
            ("2026-03-10", "2026-01-01", "2026-03-12", None, Some("2026-03-12")),
            ("2026-03-10", "2026-05-01", "2026-03-12", None, Some("2026-05-01")),
            ("2024-03-10", "2024-01-01", "2026-03-12", None, Some("2026-03-12")),
            ("2026-03-10", "2026-01-01", "2026-03-12", Some("2026-03-01"), None),
        ] {
            let day = |text: &str| text.parse::<Date>().unwrap();
            let period = Period { from_on: date(2024, 1, 1), to_on: Some(until) };
            let ended = ended.map(day);
            let found = service(period, ended, day(bound), day(signed), day(today));
            let expected = from.map(day).map(|from_on| Period { from_on, to_on: Some(until) });
            assert_eq!(found, expected, "{signed} {bound} {today}");
        }
    }

    /// `1: 2026-01-01..2026-12-31 at 5 6` or `2: 2026-01-01.. all`.
    fn contract(text: &str) -> Contract {
        let (id, rest) = text.split_once(": ").unwrap();
        let (days, sites) = rest.split_once(' ').unwrap();
        let (from, to) = days.split_once("..").unwrap();
        Contract {
            id: id.parse().unwrap(),
            number: format!("HT-{id}"),
            customer: CustomerId(1),
            period: Period { from_on: from.parse().unwrap(), to_on: to.parse().ok() },
            ended_on: None,
            sites: sites
                .strip_prefix("at ")
                .map_or(Vec::new(), |ids| ids.split(' ').map(|id| id.parse().unwrap()).collect()),
        }
    }

    #[test]
    fn which_contract_covers() {
        let contracts = [
            contract("1: 2026-01-01..2026-12-31 all"),
            contract("2: 2026-03-01..2026-06-30 at 5 6"),
            contract("3: 2027-01-01.. at 5"),
        ];
        let table = [
            (Some(5), "2026-02-28", Some(1)),
            (Some(5), "2026-03-01", Some(2)),
            (Some(5), "2026-06-30", Some(2)),
            (Some(5), "2026-07-01", Some(1)),
            (Some(7), "2026-03-01", Some(1)),
            (None, "2026-03-01", Some(1)),
            (Some(5), "2025-12-31", None),
            (Some(5), "2031-01-01", Some(3)),
            (Some(7), "2031-01-01", None),
            (None, "2031-01-01", Some(3)),
        ];
        for (site, on, expected) in table {
            let found = cover(&contracts, CustomerId(1), site.map(SiteId), on.parse().unwrap());
            assert_eq!(found, expected.map(ContractId), "{site:?} {on}");
        }
        assert_eq!(cover(&contracts, CustomerId(2), Some(SiteId(5)), date(2026, 3, 1)), None);
        let two = [contract("1: 2026-01-01.. at 5"), contract("2: 2026-01-01.. at 6")];
        assert_eq!(cover(&two, CustomerId(1), None, date(2026, 3, 1)), None, "which of the two?");
    }

    #[test]
    fn an_ended_contract_covers_no_more() {
        let ended =
            Contract { ended_on: Some(date(2026, 5, 1)), ..contract("1: 2026-01-01..2026-12-31 all") };
        let site = Some(SiteId(5));
        assert!(cover(std::slice::from_ref(&ended), CustomerId(1), site, date(2026, 5, 1)).is_some());
        assert!(cover(std::slice::from_ref(&ended), CustomerId(1), site, date(2026, 5, 2)).is_none());
        assert_eq!(end(&ended, date(2026, 5, 1)), Err(Refusal::AlreadySo));
        assert_eq!(end(&ended, date(2026, 4, 1)), Ok(()));
        assert_eq!(end(&ended, date(2025, 4, 1)).unwrap_err().code(), "refusal-ends-before-it-begins");
    }

    #[test]
    fn two_contracts_never_name_one_site_on_one_day() {
        let table = [
            ("2: 2026-06-01.. at 5", "1: 2026-01-01..2026-12-31 at 5", Some("2026-06-01")),
            ("2: 2027-01-01.. at 5", "1: 2026-01-01..2026-12-31 at 5", None),
            ("2: 2026-12-31.. at 5", "1: 2026-01-01..2026-12-31 at 5", Some("2026-12-31")),
            ("2: 2026-06-01.. at 6", "1: 2026-01-01..2026-12-31 at 5", None),
            ("2: 2026-06-01.. at 5", "1: 2026-01-01..2026-12-31 all", None),
            ("2: 2026-06-01.. all", "1: 2026-01-01.. all", Some("2026-06-01")),
        ];
        for (new, old, expected) in table {
            let shared = match must_not_overlap(&contract(new), &[contract(old)]) {
                Ok(()) => None,
                Err(Refusal::CoverOverlaps { on, .. }) => Some(on.to_string()),
                Err(other) => panic!("{other}"),
            };
            assert_eq!(shared.as_deref(), expected, "{new} / {old}");
        }
    }

    #[test]
    fn the_commitment_that_took_effect_last_holds() {
        let binding =
            |id, on: &str| Binding { commitment: CommitmentId(id), effective_on: on.parse().unwrap() };
        let bindings = [binding(1, "2026-01-01"), binding(2, "2026-07-01"), binding(3, "2026-07-01")];
        let on = |text: &str| commitment_on(&bindings, text.parse().unwrap()).map(CommitmentId::get);
        assert_eq!(on("2026-06-30"), Some(1));
        assert_eq!(on("2026-07-01"), Some(3), "bound later on the same day");
        assert_eq!(on("2025-01-01"), Some(1));
        assert_eq!(commitment_on(&[], date(2026, 1, 1)), None);
    }

    #[test]
    fn a_gap_between_two_engineers_is_seen() {
        let period = Period { from_on: date(2026, 1, 1), to_on: Some(date(2026, 12, 31)) };
        let dedication = |engineer: Option<i64>, on: &str| Dedication {
            engineer: engineer.map(UserId),
            from_on: on.parse().unwrap(),
        };
        let gaps = |dedications: &[Dedication], until: &str| {
            let gaps = vacancies(period, dedications, until.parse().unwrap());
            let said = gaps.iter().map(|gap| format!("{}..{}", gap.from_on, gap.to_on.unwrap()));
            said.collect::<Vec<_>>().join(" ")
        };
        assert_eq!(gaps(&[], "2026-01-31"), "2026-01-01..2026-01-31");
        assert_eq!(gaps(&[dedication(Some(1), "2026-01-01")], "2026-12-31"), "");
        assert_eq!(gaps(&[dedication(Some(1), "2025-06-01")], "2026-12-31"), "");
        let left = [
            dedication(Some(1), "2026-01-01"),
            dedication(None, "2026-03-01"),
            dedication(Some(2), "2026-03-10"),
        ];
        assert_eq!(gaps(&left, "2026-12-31"), "2026-03-01..2026-03-09");
        assert_eq!(gaps(&left, "2026-03-05"), "2026-03-01..2026-03-05");
        assert_eq!(gaps(&left[..2], "2027-12-31"), "2026-03-01..2026-12-31");
    }

    #[test]
    fn an_appointment_ends_as_the_next_begins() {
        let dedication = |engineer: i64, on: &str| Dedication {
            engineer: (engineer > 0).then_some(UserId(engineer)),
            from_on: on.parse().unwrap(),
        };
        let told = |before: &[Dedication], after: &[Dedication]| {
            let said = appointments(before, after).into_iter().map(|event| match event {
                Event::EngineerAppointed { duty, person, to, .. } => {
                    format!("{duty} {person} to {}", to.map_or("ever".to_owned(), |on| on.to_string()))
                }
                Event::EngineerReleased { duty } => format!("{duty} released"),
                other => panic!("{other:?}"),
            });
            said.collect::<Vec<_>>().join(", ")
        };
        let (first, next) = (dedication(1, "2026-01-01"), dedication(2, "2026-06-01"));
        let vacant = dedication(0, "2026-06-01");
        assert_eq!(told(&[], &[first]), "2026-01-01 user:1 to ever");
        assert_eq!(told(&[first], &[first]), "");
        assert_eq!(
            told(&[first], &[first, next]),
            "2026-01-01 user:1 to 2026-06-01, 2026-06-01 user:2 to ever"
        );
        assert_eq!(told(&[first], &[first, vacant]), "2026-01-01 user:1 to 2026-06-01");
        assert_eq!(told(&[first, next], &[first, next, vacant]), "2026-06-01 released");
    }

    #[test]
    fn an_acceptance_is_signed_once_and_not_tomorrow() {
        let today = date(2026, 5, 1);
        assert_eq!(sign_acceptance(None, today, today), Ok(()));
        assert_eq!(sign_acceptance(Some(today), today, today), Err(Refusal::AlreadySo));
        let tomorrow = today.tomorrow().unwrap();
        assert_eq!(
            sign_acceptance(None, tomorrow, today).unwrap_err().code(),
            "refusal-signed-in-the-future"
        );
    }

    #[test]
    fn the_form_tells_everything_that_is_wrong() {
        let form = ContractForm {
            number: "HT-1".into(),
            title: String::new(),
            from_on: "2026-05-01".into(),
            to_on: "2026-04-30".into(),
            remark: String::new(),
        };
        let problems = form.read().unwrap_err();
        assert_eq!(problems.iter().map(|one| one.field).collect::<Vec<_>>(), ["title", "to_on"]);
        let good = ContractForm { title: "维保".into(), to_on: "2026-05-01".into(), ..form };
        assert!(good.read().is_ok());
    }
}
