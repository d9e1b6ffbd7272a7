//! A year of tickets: mostly kept promises, some late, and enough open ones that every state can be seen.

use app::Failure;
use jiff::civil::Weekday;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan};
use rules::access::Role;
use rules::customers::Zone;
use rules::ids::*;
use rules::text::{Line, Text};
use rules::tickets::intake::{Around, NewTicket, Report, take};
use rules::tickets::severity::{Impact, Severity};
use rules::tickets::{Addressee, Cause, Channel, Kind, State, Visibility};

use super::cast::{Cast, Fault, Matter};
use super::dice::Dice;
use super::registry::{Colleague, Place, Registry};
use super::story::Story;

/// Tickets of the year before now.
pub const YEAR_TICKETS: usize = 5_000;

/// Makes stories from the cast and the registry.
pub struct Year<'a> {
    cast: &'a Cast,
    registry: &'a Registry,
    house_zone: Zone,
    now: Timestamp,
    dice: Dice,
}

/// Where a ticket that is open now has got to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Open {
    /// Nobody has looked at it yet.
    Untouched,
    /// A team has it, nobody in person.
    WithTeam,
    Handled,
    WaitingFor(Addressee),
    OnsiteRequested,
    Analysed,
    Restored,
    Resolved,
    Reopened,
    /// An engineer is asked for, and both sides agreed on a later hour.
    Agreed,
}

/// Tickets that are open now: severity, minutes since the report, where they have got to.
///
/// Level 1 is to be handled in 12 h, level 2 in 8 h, level 3 in 4 h, an emergency at once; an engineer is to
/// be on site in 4 h, a diagnosis given in 24 h.
const OPEN: [(Severity, i64, Open); 60] = {
    use Addressee::{Customer, Manufacturer, ThirdParty};
    use Open::*;
    use Severity::{Emergency, Level1, Level2, Level3};
    [
        // Overdue.
        (Level3, 262, Untouched),
        (Level3, 318, WithTeam),
        (Level2, 541, Untouched),
        (Level1, 760, WithTeam),
        (Level3, 300, OnsiteRequested),
        (Level2, 1_640, Analysed),
        // At risk.
        (Level3, 221, Untouched),
        (Level3, 231, WithTeam),
        (Level2, 437, WithTeam),
        (Level2, 466, Untouched),
        (Level1, 655, WithTeam),
        (Level2, 251, OnsiteRequested),
        (Level1, 240, OnsiteRequested),
        (Level3, 1_420, Analysed),
        // Due before long.
        (Level3, 130, WithTeam),
        (Level3, 96, WithTeam),
        (Level2, 250, WithTeam),
        (Level2, 190, Untouched),
        (Level1, 310, WithTeam),
        (Level2, 170, OnsiteRequested),
        (Level3, 120, OnsiteRequested),
        (Level1, 800, Analysed),
        // New.
        (Level3, 4, Untouched),
        (Level2, 9, Untouched),
        (Level1, 14, Untouched),
        (Level2, 22, WithTeam),
        (Level3, 35, WithTeam),
        (Level1, 47, Untouched),
        // Emergencies.
        (Emergency, 9, Untouched),
        (Emergency, 150, Handled),
        (Emergency, 225, Handled),
        // Waiting.
        (Level2, 1_500, WaitingFor(Customer)),
        (Level1, 2_900, WaitingFor(Customer)),
        (Level3, 420, WaitingFor(Customer)),
        (Level2, 6_300, WaitingFor(Manufacturer)),
        (Level3, 3_100, WaitingFor(Manufacturer)),
        (Level2, 4_200, WaitingFor(Manufacturer)),
        (Level3, 900, WaitingFor(ThirdParty)),
        (Level1, 5_000, WaitingFor(ThirdParty)),
        (Level2, 700, WaitingFor(Customer)),
        // In work.
        (Level1, 480, Handled),
        (Level1, 1_900, Handled),
        (Level2, 260, Handled),
        (Level2, 640, Handled),
        (Level2, 1_100, Handled),
        (Level3, 75, Handled),
        (Level3, 160, Handled),
        (Level3, 380, Handled),
        (Level1, 2_400, Handled),
        (Level2, 2_050, Handled),
        // Nearly done, or back again.
        (Level3, 520, Restored),
        (Level2, 890, Restored),
        (Level3, 1_300, Restored),
        (Level2, 1_700, Resolved),
        (Level1, 2_600, Resolved),
        (Level3, 990, Resolved),
        (Level2, 4_400, Reopened),
        (Level3, 5_200, Reopened),
        // Agreed otherwise.
        (Level2, 330, Agreed),
        (Level3, 410, Agreed),
    ]
};

impl<'a> Year<'a> {
    pub fn new(cast: &'a Cast, registry: &'a Registry, house_zone: Zone, now: Timestamp) -> Year<'a> {
        Year { cast, registry, house_zone, now, dice: Dice::new(365) }
    }

    /// Every story of the year in the order of its report, those that are open now at the end.
    pub fn stories(mut self) -> Result<Vec<Story>, Failure> {
        let mut reports: Vec<Timestamp> =
            (0..YEAR_TICKETS).map(|_| self.moment()).collect::<Result<_, _>>()?;
        reports.sort();
        let mut stories = Vec::with_capacity(YEAR_TICKETS + OPEN.len());
        for at in reports {
            stories.push(self.past(at)?);
        }
        let mut open = OPEN;
        open.sort_by_key(|(_, age_min, _)| -age_min);
        for (severity, age_min, where_it_stands) in open {
            stories.push(self.open(severity, age_min, where_it_stands)?);
        }
        Ok(stories)
    }

    /// A moment of the last year at which people report: more by day than by night, more on working days.
    fn moment(&mut self) -> Result<Timestamp, Failure> {
        const BY_HOUR: [u32; 24] =
            [2, 1, 1, 1, 1, 2, 5, 14, 40, 52, 46, 34, 20, 26, 44, 48, 40, 28, 16, 11, 8, 6, 4, 3];
        // Nothing of the past is left open but what the list above wants: the last days are its own.
        const LAST_DAYS: i64 = 8;
        let zone = TimeZone::get(self.house_zone.as_str()).map_err(Failure::broke)?;
        let today = self.now.to_zoned(zone.clone()).date();
        loop {
            let on = today.saturating_sub(self.dice.between(LAST_DAYS, 365).days());
            let is_weekend = matches!(on.weekday(), Weekday::Saturday | Weekday::Sunday);
            if is_weekend && self.dice.chance(0.62) {
                continue;
            }
            let hours: Vec<usize> = (0..24).collect();
            let hour = *self.dice.weighted(&hours, |hour| BY_HOUR[*hour]);
            let (minute, second) = (self.dice.between(0, 59), self.dice.between(0, 59));
            let local = on.at(hour as i8, minute as i8, second as i8, 0);
            return local.to_zoned(zone).map(|zoned| zoned.timestamp()).map_err(Failure::broke);
        }
    }

    fn colleague(&mut self, role: Role, team: Option<TeamId>) -> &'a Colleague {
        let fitting: Vec<&Colleague> = self
            .registry
            .colleagues
            .iter()
            .filter(|colleague| colleague.role == role && (team.is_none() || colleague.team == team))
            .collect();
        self.dice.pick::<&Colleague>(&fitting)
    }

    /// A fault of some unit, and the team that knows it.
    fn fault(&mut self, severity: Option<Severity>) -> (&'a Place, usize, &'a Fault, TeamId) {
        loop {
            let place = self.dice.pick(&self.registry.places);
            let asset = self.dice.between(0, place.assets.len() as i64 - 1) as usize;
            let (known, model) = &place.assets[asset];
            let class = known.class.as_deref().unwrap_or("");
            let faults: Vec<&Fault> =
                self.cast.matters.fault.iter().filter(|fault| fault.class == class).collect();
            let fault = *self.dice.weighted(&faults, |fault| fault.weight);
            // A total outage is rare: it is drawn again three times of four.
            let proposed = rules::tickets::severity::propose(Some(known.usage), fault.impact);
            let fits = match severity {
                Some(severity) => proposed == severity,
                None => fault.impact != Impact::TotalOutage || self.dice.chance(0.25),
            };
            if !fits {
                continue;
            }
            let team = self.cast.company.product.iter().find(|product| product.model == *model);
            let team = team.and_then(|product| self.registry.teams.get(&product.team));
            if let Some(team) = team {
                return (place, asset, fault, *team);
            }
        }
    }

    fn new_ticket(
        &mut self,
        place: &Place,
        asset: Option<usize>,
        at: Timestamp,
        report: Report,
    ) -> Result<(NewTicket, Option<(ContactId, Line)>), Failure> {
        let contact = *self.dice.pick(&place.contacts);
        let customer = place.customer;
        let around = Around {
            customer,
            customer_archived: false,
            site: Some(place.site.clone()),
            contact: Some(rules::customers::Belongs { id: contact, customer }),
            asset: asset.map(|asset| place.assets[asset].0.clone()),
            contracts: place.contracts.clone(),
            house_zone: self.house_zone.clone(),
        };
        let report = Report { reported_at: Some(at), ..report };
        let new = take(report, &around, self.now)?;
        let name = self.registry.contact_names.get(&contact).map_or("", String::as_str);
        let contact = Line::parse_optional("contact", name)?.map(|name| (contact, name));
        Ok((new, contact))
    }

    fn channel(&mut self) -> Channel {
        const CHANNELS: [(Channel, u32); 5] = [
            (Channel::Phone, 62),
            (Channel::Web, 18),
            (Channel::Mail, 10),
            (Channel::Chat, 7),
            (Channel::Fax, 1),
        ];
        self.dice.weighted(&CHANNELS, |(_, weight)| *weight).0
    }

    fn fault_report(&mut self, fault: &Fault) -> Result<Report, Failure> {
        Ok(Report {
            kind: Kind::Fault,
            title: Line::parse("title", &fault.title)?,
            description: Text::parse_optional("description", &fault.description)?,
            channel: self.channel(),
            impact: Some(fault.impact),
            severity: None,
            severity_reason: None,
            caller_name: None,
            caller_phone: None,
            onsite: false,
            reported_at: None,
            external_ref: None,
        })
    }

    /// A ticket that is over, or would be if the year were.
    fn past(&mut self, at: Timestamp) -> Result<Story, Failure> {
        if self.dice.chance(0.74) { self.past_fault(at) } else { self.past_matter(at) }
    }

    fn past_matter(&mut self, at: Timestamp) -> Result<Story, Failure> {
        let place = self.dice.pick(&self.registry.places);
        let matter: &Matter = self.dice.weighted(&self.cast.matters.matter, |matter| matter.weight);
        let report = Report {
            kind: matter.kind,
            title: Line::parse("title", &matter.title)?,
            description: None,
            channel: self.channel(),
            impact: None,
            severity: None,
            severity_reason: None,
            caller_name: None,
            caller_phone: None,
            onsite: false,
            reported_at: None,
            external_ref: None,
        };
        let (new, contact) = self.new_ticket(place, None, at, report)?;
        let hotline = self.colleague(Role::Hotline, None);
        let engineer = self.colleague(Role::Engineer, None);
        let mut story = Story::begin(new, hotline.id, self.now);
        story.assign(self.dice.between(2, 20), hotline.id, engineer.team, Some(engineer.id))?;
        story.handle(self.dice.minutes_around(45.0), engineer.id)?;
        story.resolve(
            self.dice.minutes_around(matter.hours * 60.0),
            engineer.id,
            Cause::NoFault,
            &matter.solution,
        )?;
        story.close(self.dice.minutes_around(600.0), hotline.id, contact.map(|(id, _)| id))?;
        Ok(story)
    }

    fn past_fault(&mut self, at: Timestamp) -> Result<Story, Failure> {
        let (place, asset, fault, team) = self.fault(None);
        let report = self.fault_report(fault)?;
        let (new, contact) = self.new_ticket(place, Some(asset), at, report)?;
        let severity = new.severity;
        let (hotline, engineer) =
            (self.colleague(Role::Hotline, None), self.colleague(Role::Engineer, Some(team)));
        let mut story = Story::begin(new, hotline.id, self.now);
        if self.dice.chance(0.01) {
            let after = self.dice.between(5, 90);
            story.cancel(after, hotline.id, contact.map(|(id, _)| id))?;
            return Ok(story);
        }
        self.respond(&mut story, severity, hotline, engineer, team)?;
        self.work(&mut story, fault, severity, hotline, engineer, &contact)?;
        let close_after = self.dice.minutes_around(900.0);
        story.close(close_after, hotline.id, contact.as_ref().map(|(id, _)| *id))?;
        if story.state() == State::Closed && self.dice.chance(0.02) {
            let after = self.dice.between(1_500, 7_000);
            story.reopen(after, hotline.id, "同一故障再次出现。")?;
            story.handle(self.dice.between(10, 120), engineer.id)?;
            let again = self.dice.minutes_around(fault.hours * 40.0);
            story.resolve(again, engineer.id, fault.cause, &fault.solution)?;
            story.close(self.dice.minutes_around(700.0), hotline.id, contact.map(|(id, _)| id))?;
        }
        Ok(story)
    }

    /// From the report to the beginning of the work; one of twenty begins too late.
    fn respond(
        &mut self,
        story: &mut Story,
        severity: Severity,
        hotline: &Colleague,
        engineer: &Colleague,
        team: TeamId,
    ) -> Result<(), Failure> {
        let within_min = match severity {
            Severity::Level1 => 720.0,
            Severity::Level2 => 480.0,
            Severity::Level3 => 240.0,
            Severity::Emergency => 15.0,
        };
        let share = if self.dice.chance(0.05) {
            1.02 + self.dice.share() * 0.7
        } else {
            0.05 + self.dice.share().powi(2) * 0.75
        };
        let total = ((within_min * share) as i64).max(3);
        let to_team = self.dice.between(1, (total / 3).clamp(1, 15));
        let to_person = self.dice.between(1, (total / 3).clamp(1, 40));
        story.assign(to_team, hotline.id, Some(team), None)?;
        story.assign(to_person, hotline.id, Some(team), Some(engineer.id))?;
        story.handle((total - to_team - to_person).max(1), engineer.id)
    }

    fn work(
        &mut self,
        story: &mut Story,
        fault: &Fault,
        severity: Severity,
        hotline: &Colleague,
        engineer: &Colleague,
        contact: &Option<(ContactId, Line)>,
    ) -> Result<(), Failure> {
        let is_emergency = severity == Severity::Emergency;
        if self.dice.chance(0.4) {
            let text = self.dice.pick(&self.cast.matters.notes.internal);
            story.note(self.dice.between(4, 40), engineer.id, Visibility::Internal, text)?;
        }
        if !is_emergency && self.dice.chance(0.18) {
            story.analyse(self.dice.between(5, 60), engineer.id)?;
            let hours = if self.dice.chance(0.06) { 25.0 } else { 9.0 };
            let after =
                (self.dice.minutes_around(hours * 60.0)).min(if hours > 24.0 { 2_400 } else { 1_380 });
            let text = format!("经远程测试分析:{}", fault.solution);
            story.diagnose(after, engineer.id, &text)?;
        }
        if self.dice.chance(0.2) {
            self.ask(story, engineer)?;
        }
        if is_emergency || self.dice.chance(0.36) {
            if !is_emergency {
                story.request_onsite(self.dice.between(8, 50), hotline.id, contact.clone())?;
            }
            if let (false, true, Some(contact)) = (is_emergency, self.dice.chance(0.07), contact) {
                story.agree(self.dice.between(5, 40), hotline.id, "arrival", 8, contact.clone())?;
            }
            let late = self.dice.chance(0.05);
            let travel_min = if late { self.dice.between(245, 330) } else { self.dice.between(45, 205) };
            story.arrive(travel_min, engineer.id, &engineer.name, contact.clone())?;
        }
        if is_emergency {
            let text = format!("处理方案:{}", fault.solution);
            story.plan(self.dice.between(20, 200), engineer.id, &text)?;
        }
        if self.dice.chance(0.3) {
            let text = self.dice.pick(&self.cast.matters.notes.public);
            story.note(self.dice.between(5, 30), hotline.id, Visibility::Public, text)?;
        }
        let needed = self.dice.minutes_around(fault.hours * 60.0) - story.age_min();
        let rest = needed.max(self.dice.between(15, 90));
        story.restore(rest, engineer.id)?;
        let after = self.dice.between(3, 90);
        story.resolve(after, engineer.id, fault.cause, &fault.solution)
    }

    fn ask(&mut self, story: &mut Story, engineer: &Colleague) -> Result<(), Failure> {
        let questions = &self.cast.matters.questions;
        let addressees = [
            (Addressee::Customer, &questions.customer, 6),
            (Addressee::Manufacturer, &questions.manufacturer, 3),
            (Addressee::ThirdParty, &questions.third_party, 2),
        ];
        let (addressee, texts, _) = *self.dice.weighted(&addressees, |(_, _, weight)| *weight);
        let question = self.dice.pick(texts);
        story.ask(self.dice.between(5, 60), engineer.id, addressee, question)?;
        let answer = self.dice.pick(&questions.answers);
        story.answer(self.dice.minutes_around(420.0), engineer.id, answer)
    }

    /// A ticket that is open now.
    fn open(&mut self, severity: Severity, age_min: i64, stands: Open) -> Result<Story, Failure> {
        let (place, asset, fault, team) = self.fault(Some(severity));
        let at = self.now - SignedDuration::from_mins(age_min);
        let report = self.fault_report(fault)?;
        let (new, contact) = self.new_ticket(place, Some(asset), at, report)?;
        let (hotline, engineer) =
            (self.colleague(Role::Hotline, None), self.colleague(Role::Engineer, Some(team)));
        let mut story = Story::begin(new, hotline.id, self.now);
        if stands == Open::Untouched {
            return Ok(story);
        }
        // What was done was done early, so that it lies before the present.
        let early = (age_min / 12).clamp(1, 20);
        story.assign(early, hotline.id, Some(team), None)?;
        if stands == Open::WithTeam {
            return Ok(story);
        }
        story.assign(early, hotline.id, Some(team), Some(engineer.id))?;
        story.handle(early, engineer.id)?;
        let questions = &self.cast.matters.questions;
        match stands {
            Open::Untouched | Open::WithTeam | Open::Handled => {}
            Open::WaitingFor(addressee) => {
                let texts = match addressee {
                    Addressee::Manufacturer => &questions.manufacturer,
                    Addressee::ThirdParty => &questions.third_party,
                    Addressee::Customer | Addressee::Ourselves => &questions.customer,
                };
                let question: &String = self.dice.pick(texts);
                story.ask(early, engineer.id, addressee, question)?;
            }
            Open::OnsiteRequested => story.request_onsite(1, hotline.id, contact)?,
            Open::Analysed => story.analyse(1, engineer.id)?,
            Open::Restored => {
                let text: &String = self.dice.pick(&self.cast.matters.notes.internal);
                story.note(early, engineer.id, Visibility::Internal, text)?;
                story.restore(age_min / 2, engineer.id)?;
            }
            Open::Resolved => {
                story.restore(age_min / 3, engineer.id)?;
                story.resolve(age_min / 4, engineer.id, fault.cause, &fault.solution)?;
            }
            Open::Reopened => {
                story.restore(age_min / 8, engineer.id)?;
                story.resolve(early, engineer.id, fault.cause, &fault.solution)?;
                story.close(age_min / 8, hotline.id, None)?;
                let lies_back = age_min - story.age_min() - 100;
                story.reopen(lies_back.max(1), hotline.id, "同一故障再次出现。")?;
            }
            Open::Agreed => {
                story.request_onsite(early, hotline.id, contact.clone())?;
                if let Some(contact) = contact {
                    story.agree(early, hotline.id, "arrival", 16, contact)?;
                }
            }
        }
        Ok(story)
    }
}
