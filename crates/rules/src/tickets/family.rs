//! A widespread fault (大面积故障): one ticket is the parent, what others report of it is part of it and follows.
//!
//! A family has two generations: what is part of a ticket has no parts of its own, so that it is plain whom a word
//! about the parent reaches.

use super::{
    life::Ticket,
    number::TicketNumber,
    verb::{VerbName, possible},
};
use crate::{ids::TicketId, refusal::Refusal};

/// Tickets that are part of one at most; they are told and follow in one act.
pub const PARTS_MOST: usize = 200;

/// How two tickets stand in their families.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Families {
    /// What the ticket is part of already.
    pub parent: Option<TicketId>,
    /// Whether something is part of the ticket.
    pub has_parts: bool,
    /// What the other ticket is part of.
    pub parents_parent: Option<TicketId>,
    /// How many are part of the other ticket.
    pub siblings: usize,
}

/// Decides whether a ticket may become part of another.
///
/// Errors: a refusal where it is part of one, has parts, where the other is part of one itself or was merged, and
/// where the family is full.
pub fn may_join(ticket: &Ticket, parent: &Ticket, families: &Families) -> Result<(), Refusal> {
    let number = |id: TicketId| vec![("number", TicketNumber::of(id).grouped())];
    if ticket.id == parent.id {
        return Err(Refusal::SameTicket);
    }
    parent.must_live("ticket-verb-link")?;
    if let Some(id) = families.parent {
        return Err(Refusal::Other { code: "refusal-part-of-another", args: number(id) });
    }
    if families.has_parts {
        return Err(Refusal::other("refusal-has-parts"));
    }
    if let Some(id) = families.parents_parent {
        return Err(Refusal::Other { code: "refusal-parent-is-part", args: number(id) });
    }
    if families.siblings >= PARTS_MOST {
        let args = vec![("most", PARTS_MOST.to_string())];
        return Err(Refusal::Other { code: "refusal-too-many-parts", args });
    }
    Ok(())
}

/// Whether a part can do what its parent did: only what the parts of a fault have in common.
pub fn follows(part: &Ticket, verb: VerbName) -> bool {
    matches!(verb, VerbName::Restore | VerbName::Resolve | VerbName::Note) && possible(part).contains(&verb)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::CustomerId;
    use crate::tickets::{Kind, State, severity::Severity};

    fn ticket(id: i64, state: State) -> Ticket {
        Ticket {
            id: TicketId(id),
            version: 1,
            kind: Kind::Fault,
            state,
            severity: Severity::Level3,
            customer: CustomerId(id),
            site: None,
            contact: None,
            contract: None,
            commitment: None,
            asset: None,
            team: None,
            assignee: None,
            reported_at: jiff::Timestamp::UNIX_EPOCH,
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

    #[test]
    fn a_family_has_two_generations() {
        let (one, other) = (ticket(1, State::InHandling), ticket(2, State::InHandling));
        let merged = ticket(3, State::Merged);
        let none = Families::default();
        let id = Some(TicketId(9));
        let table = [
            (&one, &other, none, None),
            (&one, &one, none, Some("refusal-same-ticket")),
            (&one, &merged, none, Some("refusal-not-in-this-state")),
            (&one, &other, Families { parent: id, ..none }, Some("refusal-part-of-another")),
            (&one, &other, Families { has_parts: true, ..none }, Some("refusal-has-parts")),
            (&one, &other, Families { parents_parent: id, ..none }, Some("refusal-parent-is-part")),
            (&one, &other, Families { siblings: PARTS_MOST, ..none }, Some("refusal-too-many-parts")),
            (&one, &other, Families { siblings: PARTS_MOST - 1, ..none }, None),
        ];
        for (ticket, parent, families, expected) in table {
            let found = may_join(ticket, parent, &families).err().map(|refusal| refusal.code());
            assert_eq!(found, expected, "{families:?}");
        }
    }

    #[test]
    fn parts_follow_in_what_they_have_in_common() {
        let table = [
            (State::InHandling, VerbName::Restore, true),
            (State::InHandling, VerbName::Resolve, true),
            (State::Resolved, VerbName::Resolve, false),
            (State::Closed, VerbName::Restore, false),
            (State::InHandling, VerbName::Assign, false),
            (State::Merged, VerbName::Note, false),
        ];
        for (state, verb, expected) in table {
            assert_eq!(follows(&ticket(1, state), verb), expected, "{state} {verb}");
        }
    }
}
