//! Intake: what a customer reports becomes a ticket with a number, a severity and a contract (C7.2, C7.3).
//!
//! The person who reports may not know everything; what is missing stays open, and nothing that is known
//! is asked twice: the unit says where it stands, the site in which zone, the contract which commitment.

use jiff::{Timestamp, tz::TimeZone};
use promise::fact::to_microsecond;

use super::{
    Channel, Kind, State,
    life::Ticket,
    number::TicketNumber,
    severity::{self, Impact, Severity, Use},
};
use crate::{
    contracts::{self, Binding, Contract},
    customers::{Belongs, Phone, Zone},
    event::{Event, Happening},
    ids::*,
    refusal::{Invalid, Refusal},
    text::{Line, Reading, Reason, Text},
};

/// A report as it was typed, said or sent. Ids were chosen from lists.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ReportForm {
    /// What the customer wants: a code of [`Kind`].
    pub kind: String,
    /// In one line, what is the matter.
    pub title: String,
    /// What exactly, in the customer's words.
    pub description: String,
    /// How it came: a code of [`Channel`].
    pub channel: String,
    /// What it does to the service: a code of [`Impact`]; needed for a fault.
    pub impact: String,
    /// The severity that was chosen; empty takes the proposed one.
    pub severity: String,
    /// Why not the proposed one.
    pub severity_reason: String,
    /// The caller's name, where no contact was chosen.
    pub caller_name: String,
    /// The caller's telephone number.
    pub caller_phone: String,
    /// Whether the customer wants an engineer on site (C7.6).
    pub onsite: bool,
    /// When it was reported, if not now.
    pub reported_at: Option<Timestamp>,
    /// The number at another desk.
    pub external_ref: String,
}

/// A report that makes sense by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// What the customer wants.
    pub kind: Kind,
    /// In one line.
    pub title: Line,
    /// What exactly.
    pub description: Option<Text>,
    /// How it came.
    pub channel: Channel,
    /// What it does to the service; there for every fault.
    pub impact: Option<Impact>,
    /// The severity that was chosen.
    pub severity: Option<Severity>,
    /// Why not the proposed one.
    pub severity_reason: Option<Reason>,
    /// The caller.
    pub caller_name: Option<Line>,
    /// The caller's telephone number.
    pub caller_phone: Option<Phone>,
    /// Whether an engineer is wanted on site.
    pub onsite: bool,
    /// When it was reported, if not now.
    pub reported_at: Option<Timestamp>,
    /// The number at another desk.
    pub external_ref: Option<Line>,
}

impl ReportForm {
    /// Reads the form.
    ///
    /// Errors: every field that is wrong.
    pub fn read(&self) -> Result<Report, Vec<Invalid>> {
        let mut form = Reading::new();
        let kind = form.field(choice("kind", &self.kind)).map(|kind| kind.unwrap_or(Kind::Fault));
        let title = form.field(Line::parse("title", &self.title));
        let description = form.field(Text::parse_optional("description", &self.description));
        let channel =
            form.field(choice("channel", &self.channel)).map(|found| found.unwrap_or(Channel::Phone));
        let impact = form.field(choice("impact", &self.impact));
        let severity = form.field(choice("severity", &self.severity));
        let severity_reason = form.field(Reason::parse_optional("severity_reason", &self.severity_reason));
        let caller_name = form.field(Line::parse_optional("caller_name", &self.caller_name));
        let caller_phone = form.field(Phone::parse_optional("caller_phone", &self.caller_phone));
        let external_ref = form.field(Line::parse_optional("external_ref", &self.external_ref));
        if let (Some(Kind::Fault), Some(None)) = (kind, impact) {
            form.problem(Invalid::required("impact"));
        }
        form.finish((|| {
            Some(Report {
                kind: kind?,
                title: title?,
                description: description?,
                channel: channel?,
                impact: impact?.filter(|_| kind == Some(Kind::Fault)),
                severity: severity?,
                severity_reason: severity_reason?,
                caller_name: caller_name?,
                caller_phone: caller_phone?,
                onsite: self.onsite,
                reported_at: self.reported_at,
                external_ref: external_ref?,
            })
        })())
    }
}

/// Reads a code that may be left out.
pub fn choice<T: std::str::FromStr>(field: &'static str, given: &str) -> Result<Option<T>, Invalid> {
    match given.trim() {
        "" => Ok(None),
        code => code.parse().map(Some).map_err(|_| Invalid::unknown(field, code)),
    }
}

/// What the registry knows of those whom a report names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Around {
    /// Whose matter it is.
    pub customer: CustomerId,
    /// Whether the customer was put away.
    pub customer_archived: bool,
    /// Where.
    pub site: Option<SiteKnown>,
    /// Who reports.
    pub contact: Option<Belongs<ContactId>>,
    /// Which unit.
    pub asset: Option<AssetKnown>,
    /// The customer's contracts with the commitments that are bound to each.
    pub contracts: Vec<(Contract, Vec<Binding>)>,
    /// The zone where no site says one.
    pub house_zone: Zone,
}

/// A site, as far as intake needs it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SiteKnown {
    /// Which, and whose.
    pub belongs: Belongs<SiteId>,
    /// Its time zone.
    pub zone: Zone,
}

/// A unit, as far as intake needs it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AssetKnown {
    /// Which, and whose.
    pub belongs: Belongs<AssetId>,
    /// How much it is used.
    pub usage: Use,
    /// What kind of thing it is.
    pub class: Option<String>,
}

/// A ticket that lacks only its id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewTicket {
    /// What was reported.
    pub report: Report,
    /// What C7.3 proposed; none for other kinds than faults.
    pub proposed: Option<Severity>,
    /// The severity.
    pub severity: Severity,
    /// Whose matter it is.
    pub customer: CustomerId,
    /// Where.
    pub site: Option<SiteId>,
    /// Who reports.
    pub contact: Option<ContactId>,
    /// Which unit.
    pub asset: Option<AssetId>,
    /// How much the unit is used.
    pub usage: Option<Use>,
    /// What kind of thing the unit is.
    pub asset_class: Option<String>,
    /// Which contract covers it.
    pub contract: Option<ContractId>,
    /// Which version of the commitment judges it.
    pub commitment: Option<CommitmentId>,
    /// In which zone its days count.
    pub zone: Zone,
    /// When it was reported.
    pub reported_at: Timestamp,
}

/// Why a report does not become a ticket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotTaken {
    /// A field has to be mended.
    Invalid(Invalid),
    /// A rule says no.
    Refused(Refusal),
}

impl From<Invalid> for NotTaken {
    fn from(invalid: Invalid) -> Self {
        NotTaken::Invalid(invalid)
    }
}

impl From<Refusal> for NotTaken {
    fn from(refusal: Refusal) -> Self {
        NotTaken::Refused(refusal)
    }
}

/// Takes a report in.
///
/// Source: C7.2 a number at once; C7.3 the severity follows from use and impact; lifetime maintenance
/// (C3.2) means that a report is never refused for want of a contract: it then has no promises.
/// Errors: [`NotTaken`] for things of another customer, a moment in the future, a severity without reason.
pub fn take(report: Report, around: &Around, now: Timestamp) -> Result<NewTicket, NotTaken> {
    if around.customer_archived {
        return Err(Refusal::Archived.into());
    }
    let customer = around.customer;
    if around.site.as_ref().is_some_and(|site| site.belongs.customer != customer) {
        return Err(Refusal::SiteOfAnotherCustomer.into());
    }
    if around.asset.as_ref().is_some_and(|asset| asset.belongs.customer != customer) {
        return Err(Refusal::AssetOfAnotherCustomer.into());
    }
    if around.contact.is_some_and(|contact| contact.customer != customer) {
        return Err(Refusal::ContactOfAnotherCustomer.into());
    }
    // As everything is kept and compared.
    let reported_at = to_microsecond(report.reported_at.unwrap_or(now));
    if reported_at > now {
        return Err(Refusal::InTheFuture { at: reported_at }.into());
    }
    let usage = around.asset.as_ref().map(|asset| asset.usage);
    let proposed = report.impact.map(|impact| severity::propose(usage, impact));
    let chosen = report.severity.or(proposed).unwrap_or(Severity::Level1);
    let reason = report.severity_reason.as_ref().map(Reason::as_str);
    let (severity, _) = severity::confirm(proposed, chosen, reason)?;
    let site = around.site.as_ref().map(|site| site.belongs.id);
    let zone = around.site.as_ref().map_or(&around.house_zone, |site| &site.zone).clone();
    let (contract, commitment) = covering(around, site, &zone, reported_at);
    Ok(NewTicket {
        report,
        proposed,
        severity,
        customer,
        site,
        contact: around.contact.map(|contact| contact.id),
        asset: around.asset.as_ref().map(|asset| asset.belongs.id),
        usage,
        asset_class: around.asset.as_ref().and_then(|asset| asset.class.clone()),
        contract,
        commitment,
        zone,
        reported_at,
    })
}

/// The contract that covers the site on the day of the report, and its commitment on that day.
pub fn covering(
    around: &Around,
    site: Option<SiteId>,
    zone: &Zone,
    reported_at: Timestamp,
) -> (Option<ContractId>, Option<CommitmentId>) {
    let zone = TimeZone::get(zone.as_str()).unwrap_or(TimeZone::UTC);
    let on = reported_at.to_zoned(zone).date();
    let all: Vec<Contract> = around.contracts.iter().map(|(contract, _)| contract.clone()).collect();
    let contract = contracts::cover(&all, around.customer, site, on);
    let bindings = around.contracts.iter().find(|(each, _)| Some(each.id) == contract);
    (contract, bindings.and_then(|(_, bindings)| contracts::commitment_on(bindings, on)))
}

impl NewTicket {
    /// The ticket, once it has its id.
    pub fn ticket(&self, id: TicketId) -> Ticket {
        Ticket {
            id,
            version: 0,
            kind: self.report.kind,
            state: State::Reported,
            severity: self.severity,
            customer: self.customer,
            site: self.site,
            contact: self.contact,
            contract: self.contract,
            commitment: self.commitment,
            asset: self.asset,
            team: None,
            assignee: None,
            reported_at: self.reported_at,
            handled_at: None,
            waiting: None,
            onsite_requested_at: None,
            restored_at: None,
            resolved_at: None,
            closed_at: None,
            cause: None,
            merged_into: None,
        }
    }

    /// What happened with the report: the ticket, and the request for an engineer on site.
    pub fn happened(&self, id: TicketId) -> Vec<Happening> {
        let Report { title, description, caller_name, caller_phone, severity_reason, .. } = &self.report;
        let caller_name = caller_name.as_ref().map(Line::to_string);
        let reported = Event::TicketReported {
            number: TicketNumber::of(id).to_string(),
            kind: self.report.kind,
            severity: self.severity,
            proposed: self.proposed,
            severity_reason: severity_reason.as_ref().map(Reason::to_string),
            impact: self.report.impact,
            usage: self.usage,
            channel: self.report.channel,
            zone: self.zone.as_str().to_owned(),
            asset_class: self.asset_class.clone(),
            emergency: self.severity == Severity::Emergency,
            title: title.to_string(),
            description: description.as_ref().map(Text::to_string),
            contact_name: caller_name.clone(),
            contact_phone: caller_phone.as_ref().map(|phone| phone.shown.clone()),
        };
        let about = self.ticket(id).about();
        let mut happened = vec![Happening { at: self.reported_at, about, event: reported }];
        if self.report.onsite {
            let event =
                Event::TicketOnsiteRequested { contact: self.contact, contact_name: caller_name, note: None };
            happened.push(Happening { at: self.reported_at, about, event });
        }
        happened
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::contracts::Period;

    const NOW: &str = "2026-05-01T01:00:00Z";

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn zone(name: &str) -> Zone {
        Zone::parse("zone", name).unwrap()
    }

    fn fault() -> ReportForm {
        ReportForm {
            title: "核心交换机掉线".into(), impact: "disrupted".into(), ..ReportForm::default()
        }
    }

    fn around() -> Around {
        let contract = |id, site: &[i64], from_on| Contract {
            id: ContractId(id),
            number: format!("HT-{id}"),
            customer: CustomerId(1),
            period: Period { from_on, to_on: None },
            ended_on: None,
            sites: site.iter().copied().map(SiteId).collect(),
        };
        let bound = |id, effective_on| vec![Binding { commitment: CommitmentId(id), effective_on }];
        Around {
            customer: CustomerId(1),
            customer_archived: false,
            site: Some(SiteKnown {
                belongs: Belongs { id: SiteId(2), customer: CustomerId(1) },
                zone: zone("Asia/Shanghai"),
            }),
            contact: Some(Belongs { id: ContactId(3), customer: CustomerId(1) }),
            asset: Some(AssetKnown {
                belongs: Belongs { id: AssetId(4), customer: CustomerId(1) },
                usage: Use::Rare,
                class: Some("打印机".into()),
            }),
            contracts: vec![
                (contract(10, &[], date(2025, 1, 1)), bound(100, date(2025, 1, 1))),
                (contract(11, &[2], date(2026, 5, 1)), bound(101, date(2026, 5, 1))),
            ],
            house_zone: zone("Asia/Urumqi"),
        }
    }

    fn taken(form: &ReportForm, around: &Around) -> Result<NewTicket, NotTaken> {
        take(form.read().unwrap(), around, at(NOW))
    }

    #[test]
    fn everything_that_is_known_is_filled_in() {
        let new = taken(&fault(), &around()).unwrap();
        assert_eq!(new.severity, Severity::Level2, "rarely used, interrupted");
        assert_eq!((new.contract, new.commitment), (Some(ContractId(11)), Some(CommitmentId(101))));
        assert_eq!(new.zone.as_str(), "Asia/Shanghai");
        let happened = new.happened(TicketId(1));
        assert_eq!(happened.len(), 1);
        assert_eq!(happened[0].about.commitment, Some(CommitmentId(101)));
        assert_eq!(happened[0].event.data()["number"], TicketNumber::of(TicketId(1)).to_string());
    }

    #[test]
    fn the_day_of_the_report_is_that_of_the_site() {
        // Half past eleven in the evening of 30 April in Shanghai: the new contract begins tomorrow.
        let evening = ReportForm { reported_at: Some(at("2026-04-30T15:30:00Z")), ..fault() };
        assert_eq!(taken(&evening, &around()).unwrap().contract, Some(ContractId(10)));
        let midnight = ReportForm { reported_at: Some(at("2026-04-30T16:00:00Z")), ..fault() };
        assert_eq!(taken(&midnight, &around()).unwrap().contract, Some(ContractId(11)));
    }

    #[test]
    fn without_a_contract_there_is_a_ticket_and_no_promise() {
        let bare = Around { contracts: Vec::new(), site: None, asset: None, contact: None, ..around() };
        let new = taken(&fault(), &bare).unwrap();
        assert_eq!((new.contract, new.commitment), (None, None));
        assert_eq!(new.zone.as_str(), "Asia/Urumqi");
        assert_eq!(new.severity, Severity::Level3, "nothing known of the unit is no reason to play it down");
    }

    #[test]
    fn another_severity_needs_a_reason() {
        let milder = ReportForm { severity: "level1".into(), ..fault() };
        assert!(
            matches!(taken(&milder, &around()), Err(NotTaken::Invalid(one)) if one.field == "severity_reason")
        );
        let told = ReportForm { severity_reason: "备机顶上".into(), ..milder };
        let new = taken(&told, &around()).unwrap();
        assert_eq!((new.severity, new.proposed), (Severity::Level1, Some(Severity::Level2)));
    }

    #[test]
    fn a_consultation_has_no_impact_and_no_proposal() {
        let form =
            ReportForm {
                kind: "consultation".into(), title: "如何改密码".into(), ..ReportForm::default()
            };
        let new = taken(&form, &around()).unwrap();
        assert_eq!((new.severity, new.proposed), (Severity::Level1, None));
        let mixed = ReportForm { impact: "total-outage".into(), ..form };
        assert_eq!(taken(&mixed, &around()).unwrap().severity, Severity::Level1, "an impact is a fault's");
    }

    #[test]
    fn what_belongs_to_another_customer_is_refused() {
        let stranger = CustomerId(9);
        let mut of_others = around();
        of_others.contact = Some(Belongs { id: ContactId(3), customer: stranger });
        assert_eq!(taken(&fault(), &of_others), Err(Refusal::ContactOfAnotherCustomer.into()));
        let all_others = Around { customer: stranger, ..around() };
        assert_eq!(taken(&fault(), &all_others), Err(Refusal::SiteOfAnotherCustomer.into()));
        let gone = Around { customer_archived: true, ..around() };
        assert_eq!(taken(&fault(), &gone), Err(Refusal::Archived.into()));
        let tomorrow = at("2026-05-02T01:00:00Z");
        let early = ReportForm { reported_at: Some(tomorrow), ..fault() };
        assert_eq!(taken(&early, &around()), Err(Refusal::InTheFuture { at: tomorrow }.into()));
    }

    #[test]
    fn an_engineer_on_site_is_asked_for_in_the_same_breath() {
        let form = ReportForm { onsite: true, ..fault() };
        let happened = taken(&form, &around()).unwrap().happened(TicketId(1));
        let names: Vec<_> = happened.iter().map(|one| one.event.name()).collect();
        assert_eq!(names, ["ticket.reported", "ticket.onsite_requested"]);
        assert_eq!(happened[1].at, happened[0].at);
    }

    #[test]
    fn the_form_tells_everything_that_is_wrong() {
        let form = ReportForm { kind: "wish".into(), channel: "pigeon".into(), ..ReportForm::default() };
        let fields: Vec<_> = form.read().unwrap_err().iter().map(|one| one.field).collect();
        assert_eq!(fields, ["kind", "title", "channel"]);
        let form = ReportForm { title: "x".into(), ..ReportForm::default() };
        assert_eq!(form.read().unwrap_err()[0], Invalid::required("impact"));
    }
}
