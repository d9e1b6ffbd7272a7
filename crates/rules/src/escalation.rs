//! Who is called for an emergency, and who next, until somebody acknowledges (C2.8).

use jiff::{SignedDuration, Timestamp};

use crate::ids::UserId;

codes! {
    /// Whom a step of an escalation calls.
    pub enum Whom("escalation-whom") {
        /// Who has the ticket; the whole team where nobody has it.
        Assignee = "assignee",
        /// Everybody in the team.
        Team = "team",
        /// One person.
        Person = "person",
        /// The managers.
        Managers = "managers",
    }
}

/// A step of the chain of a team.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Step {
    /// Whom it calls.
    pub whom: Whom,
    /// The person, where one is called.
    pub person: Option<UserId>,
    /// How long it waits for somebody to acknowledge before the next step. Units: minutes.
    pub wait_min: u16,
}

/// Steps that a chain can have.
pub const STEPS_MOST: usize = 6;
/// The longest wait of a step. Units: minutes.
pub const WAIT_MOST_MIN: u16 = 240;

/// The chain of a team that has set none: who has it at once, the team after 5 minutes, the managers after 10.
pub fn usual() -> Vec<Step> {
    let step = |whom, wait_min| Step { whom, person: None, wait_min };
    vec![step(Whom::Assignee, 5), step(Whom::Team, 5), step(Whom::Managers, 10)]
}

/// Where an escalation stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// The step that is next, counted from 0.
    pub place: usize,
    /// How often the whole chain was gone through before.
    pub rounds: i64,
}

/// The step that is to be taken, and where the escalation stands afterwards.
///
/// After the last step it begins anew: it ends when somebody acknowledges, and not before.
/// Errors: `None` for a chain without steps.
pub fn next(steps: &[Step], at: Standing, now: Timestamp) -> Option<(Step, Standing, Timestamp)> {
    let place = at.place.min(steps.len().checked_sub(1)?);
    let step = *steps.get(place)?;
    let wait = SignedDuration::from_mins(i64::from(step.wait_min.clamp(1, WAIT_MOST_MIN)));
    let after = if place + 1 < steps.len() {
        Standing { place: place + 1, rounds: at.rounds }
    } else {
        Standing { place: 0, rounds: at.rounds + 1 }
    };
    Some((step, after, now + wait))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chain_goes_on_until_somebody_acknowledges() {
        let mut now: Timestamp = "2026-01-05T19:00:00Z".parse().unwrap();
        let mut at = Standing { place: 0, rounds: 0 };
        let mut called = Vec::new();
        for _ in 0..5 {
            let (step, after, next_at) = next(&usual(), at, now).unwrap();
            called.push(format!("{} {} {}", now.strftime("%H:%M"), step.whom, at.rounds));
            (at, now) = (after, next_at);
        }
        assert_eq!(
            called,
            ["19:00 assignee 0", "19:05 team 0", "19:10 managers 0", "19:20 assignee 1", "19:25 team 1"]
        );
        assert_eq!(next(&[], at, now), None);
        let short = [Step { whom: Whom::Person, person: Some(UserId(3)), wait_min: 0 }];
        let (_, after, next_at) = next(&short, Standing { place: 4, rounds: 2 }, now).unwrap();
        assert_eq!((after, next_at), (Standing { place: 0, rounds: 3 }, now + SignedDuration::from_mins(1)));
    }
}
