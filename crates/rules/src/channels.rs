//! Channels: how messages come and go, and what becomes of a letter (C7.2, C7.7).

use crate::ids::*;

codes! {
    /// Whether a message came to us or went from us.
    pub enum Direction("message-direction") {
        /// It came.
        In = "in",
        /// It went.
        Out = "out",
    }
}

codes! {
    /// What became of a message.
    pub enum Fate("message-fate") {
        /// Stored, and not looked at yet.
        Kept = "kept",
        /// A person has to say whose matter it is.
        Unsorted = "unsorted",
        /// A new ticket was made from it.
        Opened = "opened",
        /// It stands on the timeline of a ticket.
        OnTicket = "on-ticket",
        /// It says that a letter of ours did not arrive.
        Bounced = "bounced",
        /// A machine answered, or a list wrote: recorded, and nothing else.
        Machine = "machine",
        /// The same letter had come before.
        Duplicate = "duplicate",
        /// It could not be taken in; a person has to look.
        SetAside = "set-aside",
        /// A person decided that it is no matter of ours.
        Dismissed = "dismissed",
        /// It was sent.
        Sent = "sent",
    }
}

impl Fate {
    /// Whether a person may still make a ticket of it, or put it away.
    pub const fn is_to_do(self) -> bool {
        match self {
            Fate::Unsorted | Fate::SetAside => true,
            Fate::Kept
            | Fate::Opened
            | Fate::OnTicket
            | Fate::Bounced
            | Fate::Machine
            | Fate::Duplicate
            | Fate::Dismissed
            | Fate::Sent => false,
        }
    }
}

/// Who sent a letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Writer {
    /// A person, who waits for an answer.
    Person,
    /// A letter of ours came back.
    Bounce,
    /// Another machine: out of office, a list, our own letter come round.
    Machine,
}

/// How a letter names the ticket that it belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sign {
    /// By a mark that only we could make, or by the id of a letter that it answers.
    Ours,
    /// By a number in the subject, which anybody can write.
    Number,
}

/// A ticket that a letter names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Thread {
    /// The ticket.
    pub ticket: TicketId,
    /// Whose it is.
    pub customer: CustomerId,
    /// How the letter names it.
    pub sign: Sign,
}

/// A letter, as far as the decision needs it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arrived {
    /// Who sent it.
    pub writer: Writer,
    /// Whether the same letter came before.
    pub is_repeated: bool,
    /// The tickets that it names, the surest first.
    pub threads: Vec<Thread>,
    /// Whose contact the sender is, or whose domain the letter is from; none where that is not clear.
    pub customer: Option<CustomerId>,
}

/// What is to be done with a letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Plan {
    /// Put it on the timeline of the ticket.
    Note(TicketId),
    /// Make a ticket for the customer.
    Open(CustomerId),
    /// Ask a person whose matter it is.
    Ask,
    /// Show it on the ticket where it names one; it opens nothing and is never answered.
    Record(Fate, Option<TicketId>),
}

/// Decides what is to be done with a letter.
///
/// Source: C7.2, one record holds every channel. A machine's letter opens nothing, or two machines would write to
/// each other for ever. A number in the subject is believed only from the customer whose ticket it is.
pub fn plan(arrived: &Arrived) -> Plan {
    if arrived.is_repeated {
        return Plan::Record(Fate::Duplicate, None);
    }
    let thread = arrived.threads.iter().find(|thread| match thread.sign {
        Sign::Ours => true,
        Sign::Number => arrived.customer == Some(thread.customer),
    });
    let ticket = thread.map(|thread| thread.ticket);
    match (arrived.writer, ticket, arrived.customer) {
        (Writer::Bounce, ticket, _) => Plan::Record(Fate::Bounced, ticket),
        (Writer::Machine, ticket, _) => Plan::Record(Fate::Machine, ticket),
        (Writer::Person, Some(ticket), _) => Plan::Note(ticket),
        (Writer::Person, None, Some(customer)) => Plan::Open(customer),
        (Writer::Person, None, None) => Plan::Ask,
    }
}

/// Decides whether an address is no more, by a notice about a letter to it.
///
/// `refused` are the addresses that the notice names, empty where it names none, each with whether it says that the
/// address is dead. A notice about another address, as behind a forwarding, says nothing of this one.
pub fn is_address_dead(recipient: &str, refused: &[(&str, bool)]) -> bool {
    refused.iter().any(|(address, is_dead)| {
        *is_dead && (address.is_empty() || address.trim().eq_ignore_ascii_case(recipient.trim()))
    })
}

/// Whether a domain is one that everybody has an address of, so that it says nothing of the customer.
pub fn is_public_domain(domain: &str) -> bool {
    const PUBLIC: &[&str] = &[
        "qq.com",
        "vip.qq.com",
        "foxmail.com",
        "163.com",
        "vip.163.com",
        "126.com",
        "yeah.net",
        "188.com",
        "sina.com",
        "sina.cn",
        "vip.sina.com",
        "sohu.com",
        "139.com",
        "189.cn",
        "wo.cn",
        "aliyun.com",
        "tom.com",
        "21cn.com",
        "gmail.com",
        "googlemail.com",
        "outlook.com",
        "hotmail.com",
        "live.com",
        "live.cn",
        "msn.com",
        "yahoo.com",
        "yahoo.com.cn",
        "yahoo.com.hk",
        "yahoo.com.tw",
        "icloud.com",
        "me.com",
        "mac.com",
        "aol.com",
        "gmx.com",
        "gmx.de",
        "web.de",
        "mail.ru",
        "yandex.ru",
        "proton.me",
        "protonmail.com",
        "hinet.net",
        "pchome.com.tw",
        "naver.com",
        "daum.net",
        "zoho.com",
        "mail.com",
    ];
    let domain = domain.to_lowercase();
    PUBLIC.contains(&domain.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_letter_finds_its_place() {
        let thread = |ticket, customer, sign| Thread {
            ticket: TicketId(ticket),
            customer: CustomerId(customer),
            sign,
        };
        let ours = thread(1, 7, Sign::Ours);
        let number = thread(2, 7, Sign::Number);
        let new = Plan::Open(CustomerId(7));
        for (what, writer, threads, customer, wanted) in [
            ("a known customer", Writer::Person, vec![], Some(7), new),
            ("a stranger", Writer::Person, vec![], None, Plan::Ask),
            ("an answer", Writer::Person, vec![ours], None, Plan::Note(TicketId(1))),
            ("the surest sign counts", Writer::Person, vec![ours, number], Some(7), Plan::Note(TicketId(1))),
            ("a number of one's own", Writer::Person, vec![number], Some(7), Plan::Note(TicketId(2))),
            ("a number of somebody else", Writer::Person, vec![number], Some(8), Plan::Open(CustomerId(8))),
            ("a number from nobody known", Writer::Person, vec![number], None, Plan::Ask),
            (
                "a bounce of our letter",
                Writer::Bounce,
                vec![ours],
                None,
                Plan::Record(Fate::Bounced, Some(TicketId(1))),
            ),
            ("out of office", Writer::Machine, vec![], Some(7), Plan::Record(Fate::Machine, None)),
        ] {
            let customer = customer.map(CustomerId);
            let arrived = Arrived { writer, is_repeated: false, threads, customer };
            assert_eq!(plan(&arrived), wanted, "{what}");
            let again = Arrived { is_repeated: true, ..arrived };
            assert_eq!(plan(&again), Plan::Record(Fate::Duplicate, None), "{what}, twice");
        }
        for (refused, wanted) in [
            (&[("li@lib.cn", true)][..], true),
            (&[("LI@lib.CN", true)], true),
            (&[("li@lib.cn", false)], false),
            (&[("", true)], true),
            (&[("elsewhere@lib.cn", true)], false),
            (&[("elsewhere@lib.cn", true), ("li@lib.cn", false)], false),
            (&[], false),
        ] {
            assert_eq!(is_address_dead("li@lib.cn", refused), wanted, "{refused:?}");
        }
        assert!(is_public_domain("QQ.com") && !is_public_domain("bank.example.cn"));
    }
}
