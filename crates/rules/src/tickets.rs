//! Tickets: any matter that a customer raises, from the report to the close (C7).

pub mod severity;

pub mod number;

pub mod intake;
pub mod life;
pub mod verb;
pub mod document;

pub mod custom_fields;
pub mod family;
pub mod steps;
pub mod tags;
pub mod time_spent;

codes! {
    /// What a customer wants of us.
    pub enum Kind("ticket-kind") {
        /// Something does not work as it should (故障).
        Fault = "fault",
        /// A question (咨询).
        Consultation = "consultation",
        /// Something shall work differently (变更请求, C2.4).
        ChangeRequest = "change-request",
        /// Work together with a third party (第三方配合, C5.5).
        ThirdPartyWork = "third-party-work",
        /// The customer is not content with the service (投诉).
        Complaint = "complaint",
    }
}

codes! {
    /// How a report or message came or went (C7.2).
    pub enum Channel("channel") {
        /// Telephone.
        Phone = "phone",
        /// E-mail.
        Mail = "mail",
        /// The web: portal or form.
        Web = "web",
        /// Fax.
        Fax = "fax",
        /// A chat program.
        Chat = "chat",
        /// A person told a person.
        InPerson = "in-person",
        /// A program over the API.
        Api = "api",
        /// A history taken over from another desk.
        Import = "import",
    }
}

codes! {
    /// Where a ticket stands in its life.
    pub enum State("ticket-state") {
        /// Somebody reported it; nobody handles it yet.
        Reported = "reported",
        /// Somebody handles it.
        InHandling = "in-handling",
        /// It waits for an answer from somebody else.
        Waiting = "waiting",
        /// The customer can work again; the cause may still be open.
        Restored = "restored",
        /// The cause is dealt with.
        Resolved = "resolved",
        /// Done, and the customer knows.
        Closed = "closed",
        /// It came back after it was resolved or closed.
        Reopened = "reopened",
        /// The customer withdrew it.
        Cancelled = "cancelled",
        /// It lives on in another ticket; its number still leads there.
        Merged = "merged",
    }
}

codes! {
    /// Who shall answer while a ticket waits.
    pub enum Addressee("addressee") {
        /// The customer.
        Customer = "customer",
        /// The manufacturer of the product.
        Manufacturer = "manufacturer",
        /// Another company that works for the customer.
        ThirdParty = "third-party",
        /// A colleague of ours. Our own waiting does not stop a promise.
        Ourselves = "ourselves",
    }
}

codes! {
    /// Who can read a note.
    pub enum Visibility("note") {
        /// Only our people.
        Internal = "internal",
        /// The customer too.
        Public = "public",
    }
}

codes! {
    /// Why two tickets belong together.
    pub enum Relation("ticket-relation") {
        /// They concern each other.
        Related = "related",
        /// The other is the cause of this one.
        CausedBy = "caused-by",
        /// The same was reported twice.
        Duplicate = "duplicate",
        /// This one is part of the other, a fault that many report.
        PartOf = "part-of",
    }
}

codes! {
    /// What was at fault, as found when the ticket was resolved (C2.5, C2.7).
    pub enum Cause("cause") {
        /// The equipment itself.
        Equipment = "equipment",
        /// A program.
        Software = "software",
        /// How it was installed.
        Installation = "installation",
        /// How it was maintained; counts for the irregular visits of C2.7.
        Maintenance = "maintenance",
        /// How it was operated.
        Operation = "operation",
        /// Something outside: power, line, building, weather.
        External = "external",
        /// Nothing was wrong.
        NoFault = "no-fault",
        /// It could not be found out.
        Unknown = "unknown",
    }
}

impl State {
    /// Tells whether somebody still has to do something.
    pub const fn is_open(self) -> bool {
        match self {
            State::Reported
            | State::InHandling
            | State::Waiting
            | State::Restored
            | State::Resolved
            | State::Reopened => true,
            State::Closed | State::Cancelled | State::Merged => false,
        }
    }
}
