//! What is told to whom, by which way, and how long it is tried (C7.2, C7.8).

use jiff::civil::Time;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use crate::access::Role;
use crate::event::Event;
use crate::tickets::Addressee;
use crate::tickets::severity::Severity;

codes! {
    /// How a notice reaches its reader.
    pub enum Way("way") {
        /// A letter by e-mail.
        Mail = "mail",
        /// A short message to a phone.
        Sms = "sms",
        /// A fax, for a contact who has nothing else.
        Fax = "fax",
        /// The robot of a chat group.
        Chat = "chat",
        /// A program that listens.
        Webhook = "webhook",
        /// A notice on the pages of a person.
        Page = "page",
    }
}

codes! {
    /// Where a delivery stands.
    pub enum DeliveryState("delivery-state") {
        /// It is still to be sent, or to be tried again.
        Waiting = "waiting",
        /// The other side took it.
        Sent = "sent",
        /// It was tried long enough; somebody has to look.
        GivenUp = "given-up",
        /// The other side took it and sent it back.
        Returned = "returned",
    }
}

/// The wait after the first failure; it doubles with each further one.
const FIRST_WAIT: SignedDuration = SignedDuration::from_secs(30);
/// The longest wait between two tries.
const LONGEST_WAIT: SignedDuration = SignedDuration::from_mins(30);
/// How long a delivery is tried.
pub const TRIED_FOR: SignedDuration = SignedDuration::from_hours(72);

/// What a failed try was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failed {
    /// It may work later: nobody answered, the other side is ill or busy.
    ForNow,
    /// The other side said that it will never take this.
    ForGood,
}

/// What follows after a failed try.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Then {
    /// It is tried again at this moment.
    TryAt(Timestamp),
    /// It is tried no more.
    GiveUp,
}

/// Decides whether a delivery is tried again.
///
/// Units: `attempts` counts the tries that were made, this one included; `since` is when the first could be.
pub fn after_failure(failed: Failed, attempts: i64, since: Timestamp, now: Timestamp) -> Then {
    let doubled = u32::try_from(attempts.clamp(1, 16) - 1).unwrap_or(0);
    let wait = (FIRST_WAIT * 2_i32.pow(doubled)).min(LONGEST_WAIT);
    match failed {
        Failed::ForGood => Then::GiveUp,
        Failed::ForNow if now + wait > since + TRIED_FOR => Then::GiveUp,
        Failed::ForNow => Then::TryAt(now + wait),
    }
}

codes! {
    /// Something that somebody is told.
    pub enum Notice("told") {
        /// To the customer: the ticket, its number, its deadlines, the hotline (C7.2, C7.8).
        Received = "received",
        /// To the customer: a question that holds up the work.
        Question = "question",
        /// To the customer: what was written to them.
        Answer = "answer",
        /// To the customer: when who comes, and how (C4.6).
        Dispatched = "dispatched",
        /// To the customer: they can work again.
        Restored = "restored",
        /// To the customer: the cause is dealt with; please confirm.
        Resolved = "resolved",
        /// To the customer: it is done.
        Closed = "closed",
        /// To the customer: another deadline was agreed.
        DeadlineAgreed = "deadline-agreed",
        /// To the customer: what the analysis found, and how it is treated (C7.4).
        Diagnosis = "diagnosis",
        /// To the customer: how their emergency is treated (C7.4).
        Plan = "plan",
        /// To the customer: a known fault is solved, and how (C7.4).
        KnownSolved = "known-solved",
        /// To staff: an emergency that somebody must take up now (C2.8).
        Emergency = "emergency",
        /// To staff: a ticket was given to them.
        Assigned = "assigned",
        /// To staff: a colleague named them.
        Mentioned = "mentioned",
        /// To staff: a deadline comes near.
        Warning = "warning",
        /// To staff: a deadline passed.
        Overdue = "overdue",
        /// To staff: a call of their team ended unsolved (C4.3).
        CallReported = "call-reported",
        /// To staff: something could not be delivered.
        Undelivered = "undelivered",
        /// To staff: a letter that came could not be taken in.
        SetAside = "set-aside",
        /// To staff: a channel is silent or ill (C7.7).
        ChannelDown = "channel-down",
        /// To staff: articles of theirs are to be looked at again (C7.4).
        ReviewDue = "review-due",
    }
}

impl Notice {
    /// What a person of ours can choose to be told of.
    pub const STAFF: [Notice; 10] = [
        Notice::Emergency,
        Notice::Assigned,
        Notice::Mentioned,
        Notice::Warning,
        Notice::Overdue,
        Notice::CallReported,
        Notice::Undelivered,
        Notice::SetAside,
        Notice::ChannelDown,
        Notice::ReviewDue,
    ];
    /// What a customer is told.
    pub const CUSTOMER: [Notice; 11] = [
        Notice::Received,
        Notice::Question,
        Notice::Answer,
        Notice::Dispatched,
        Notice::Restored,
        Notice::Resolved,
        Notice::Closed,
        Notice::DeadlineAgreed,
        Notice::Diagnosis,
        Notice::Plan,
        Notice::KnownSolved,
    ];

    /// Whether nobody's quiet hours hold it back.
    pub const fn wakes(self) -> bool {
        matches!(self, Notice::Emergency | Notice::ChannelDown)
    }

    /// The ways in which a person with this role is told, unless they chose others.
    pub fn usual(self, role: Role) -> Vec<Way> {
        let leads = matches!(role, Role::Manager | Role::Administrator);
        match self {
            Notice::Emergency => vec![Way::Page, Way::Mail, Way::Sms, Way::Chat],
            Notice::Assigned | Notice::Mentioned | Notice::CallReported => vec![Way::Page, Way::Mail],
            Notice::Warning | Notice::ReviewDue => vec![Way::Page],
            Notice::Overdue if leads => vec![Way::Page],
            Notice::Overdue => vec![Way::Page, Way::Mail],
            // A notice that a letter failed must not itself be a letter.
            Notice::Undelivered | Notice::SetAside => vec![Way::Page],
            Notice::ChannelDown => vec![Way::Page, Way::Mail, Way::Sms],
            _ => Vec::new(),
        }
    }
}

/// The ways that a person can choose.
pub const PERSONAL: [Way; 4] = [Way::Page, Way::Mail, Way::Chat, Way::Sms];

/// Whom and what a fact is told to; empty for most.
///
/// A public note is told only when its writer asks for it, so it is not here.
pub fn of(event: &Event) -> Vec<Notice> {
    match event {
        Event::TicketReported { emergency, .. } => {
            let mut all = vec![Notice::Received];
            if *emergency {
                all.push(Notice::Emergency);
            }
            all
        }
        Event::TicketSeverityChanged { from, emergency: true, .. } if *from != Severity::Emergency => {
            vec![Notice::Emergency]
        }
        Event::TicketWaitingStarted { addressee: Addressee::Customer, .. } => vec![Notice::Question],
        Event::TicketRestored { .. } => vec![Notice::Restored],
        Event::TicketResolved { .. } => vec![Notice::Resolved],
        Event::TicketClosed { .. } => vec![Notice::Closed],
        Event::TicketDeadlineAgreed { .. } => vec![Notice::DeadlineAgreed],
        Event::TicketDiagnosisDelivered { .. } => vec![Notice::Diagnosis],
        Event::TicketPlanDelivered { .. } => vec![Notice::Plan],
        Event::TicketAssigned { assignee: Some(_), .. } => vec![Notice::Assigned],
        Event::TicketNoteAdded { text, .. } if text.contains('@') => vec![Notice::Mentioned],
        _ => Vec::new(),
    }
}

/// Whether programs that listen hear of a fact: those that tell how a ticket fares.
pub fn is_heard(event: &Event) -> bool {
    HEARD.contains(&event.name())
}

/// The facts that programs can listen for.
pub const HEARD: [&str; 15] = [
    "ticket.reported",
    "ticket.severity_changed",
    "ticket.handling_started",
    "ticket.waiting_started",
    "ticket.waiting_ended",
    "ticket.onsite_requested",
    "ticket.engineer_arrived",
    "ticket.restored",
    "ticket.resolved",
    "ticket.closed",
    "ticket.reopened",
    "ticket.cancelled",
    "ticket.assigned",
    "ticket.deadline_agreed",
    "ticket.solution_sent",
];

/// The logins that a text names after `@`.
pub fn mentions(text: &str) -> Vec<String> {
    let allowed = |found: char| found.is_alphanumeric() || matches!(found, '.' | '_' | '-');
    let mut found: Vec<String> = Vec::new();
    for (at, _) in text.match_indices('@') {
        // In `li@example.com` nobody is named.
        if text[..at].chars().next_back().is_some_and(char::is_alphanumeric) {
            continue;
        }
        let name: String = text[at + 1..].chars().take_while(|found| allowed(*found)).collect();
        let name = name.trim_end_matches(['.', '-']).to_lowercase();
        if !name.is_empty() && !found.contains(&name) && found.len() < MENTIONS_MOST {
            found.push(name);
        }
    }
    found
}

/// People whom one text can call.
const MENTIONS_MOST: usize = 20;

/// Hours in which a person is not to be disturbed; over midnight where `from` is later than `to`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quiet {
    pub from: Time,
    pub to: Time,
}

/// Decides when a notice may leave: now, or at the end of the reader's quiet hours.
pub fn leaves_at(notice: Notice, quiet: Option<Quiet>, zone: &TimeZone, now: Timestamp) -> Timestamp {
    let Some(quiet) = quiet.filter(|quiet| quiet.from != quiet.to && !notice.wakes()) else { return now };
    let local = now.to_zoned(zone.clone());
    let time = local.time();
    let over_midnight = quiet.from > quiet.to;
    let inside = if over_midnight {
        time >= quiet.from || time < quiet.to
    } else {
        time >= quiet.from && time < quiet.to
    };
    if !inside {
        return now;
    }
    let ends_tomorrow = over_midnight && time >= quiet.from;
    let on = if ends_tomorrow { local.date().tomorrow().unwrap_or(local.date()) } else { local.date() };
    on.to_datetime(quiet.to).to_zoned(zone.clone()).map_or(now, |end| end.timestamp().max(now))
}

codes! {
    /// What stands at a place outside to which notices go.
    pub enum GatewayKind("gateway-kind") {
        /// The robot of a group in 企业微信.
        Wecom = "wecom",
        /// The robot of a group in 钉钉.
        Dingtalk = "dingtalk",
        /// The robot of a group in 飞书.
        Feishu = "feishu",
        /// A program that listens, after the Standard Webhooks.
        Webhook = "webhook",
        /// A sender of short messages.
        Sms = "sms",
    }
}

impl GatewayKind {
    /// The way that leads through it.
    pub const fn way(self) -> Way {
        match self {
            GatewayKind::Wecom | GatewayKind::Dingtalk | GatewayKind::Feishu => Way::Chat,
            GatewayKind::Webhook => Way::Webhook,
            GatewayKind::Sms => Way::Sms,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_waits_longer_each_time_and_not_for_ever() {
        let since: Timestamp = "2026-01-05T01:00:00Z".parse().unwrap();
        let cases = [
            (Failed::ForNow, 1, "0h", "30s"),
            (Failed::ForNow, 2, "30s", "60s"),
            (Failed::ForNow, 6, "1h", "16m"),
            (Failed::ForNow, 7, "1h", "30m"),
            (Failed::ForNow, 200, "71h", "30m"),
            (Failed::ForNow, 200, "71h 31m", "given up"),
            (Failed::ForGood, 1, "0h", "given up"),
        ];
        for (failed, attempts, passed, expected) in cases {
            let now = since + passed.parse::<SignedDuration>().unwrap();
            let then = match after_failure(failed, attempts, since, now) {
                Then::GiveUp => Err("given up"),
                Then::TryAt(at) => Ok(at.duration_since(now)),
            };
            let expected = expected.parse::<SignedDuration>().map_err(|_| expected);
            assert_eq!(then, expected, "{failed:?} {attempts} {passed}");
        }
    }

    #[test]
    fn quiet_hours_hold_back_all_but_what_must_wake() {
        let zone = TimeZone::get("Asia/Shanghai").unwrap();
        let night = Quiet { from: Time::constant(22, 0, 0, 0), to: Time::constant(7, 30, 0, 0) };
        let noon = Quiet { from: Time::constant(12, 0, 0, 0), to: Time::constant(14, 0, 0, 0) };
        let cases = [
            (Notice::Assigned, Some(night), "2026-01-05T23:00+08:00", "2026-01-06T07:30+08:00"),
            (Notice::Assigned, Some(night), "2026-01-05T03:00+08:00", "2026-01-05T07:30+08:00"),
            (Notice::Assigned, Some(night), "2026-01-05T07:30+08:00", "2026-01-05T07:30+08:00"),
            (Notice::Assigned, Some(noon), "2026-01-05T13:00+08:00", "2026-01-05T14:00+08:00"),
            (Notice::Assigned, Some(noon), "2026-01-05T14:00+08:00", "2026-01-05T14:00+08:00"),
            (Notice::Assigned, None, "2026-01-05T23:00+08:00", "2026-01-05T23:00+08:00"),
            (Notice::Emergency, Some(night), "2026-01-05T23:00+08:00", "2026-01-05T23:00+08:00"),
            (Notice::ChannelDown, Some(night), "2026-01-05T23:00+08:00", "2026-01-05T23:00+08:00"),
        ];
        for (notice, quiet, now, expected) in cases {
            let now: Timestamp = now.parse().unwrap();
            assert_eq!(leaves_at(notice, quiet, &zone, now), expected.parse().unwrap(), "{notice} at {now}");
        }
    }

    #[test]
    fn an_at_sign_names_a_colleague_but_not_in_an_address() {
        assert_eq!(mentions("@Li.Ming please, with @wang. Mail: a@b.cn @@x @"), ["li.ming", "wang", "x"]);
        assert_eq!(mentions("\u{8bf7}@\u{674e}\u{660e}"), [] as [&str; 0], "Han before the sign is a word");
        assert_eq!(mentions("\u{8bf7} @\u{674e}\u{660e}"), ["\u{674e}\u{660e}"]);
    }

    #[test]
    fn who_is_told_what_unless_they_chose() {
        for notice in Notice::STAFF {
            for role in Role::ALL {
                let ways = notice.usual(*role);
                assert!(ways.contains(&Way::Page), "{notice} {role}");
                assert!(ways.iter().all(|way| PERSONAL.contains(way)), "{notice} {role}");
            }
        }
        assert!(
            !Notice::Undelivered.usual(Role::Manager).contains(&Way::Mail),
            "or it would go round in a circle"
        );
    }
}
