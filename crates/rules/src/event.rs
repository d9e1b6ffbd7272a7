//! Everything that can happen, one variant each.
//!
//! A decision answers with [`Happening`]s; the one door of the application appends each as a fact. An
//! event has two parts: its *data*, which the promise engine reads and the history tree proves word for
//! word, and what stands *beside* it (names, numbers of people, free text), of which the tree holds a
//! salted hash only, so that it can be erased without breaking the proof.
//!
//! Serves all clauses: an obligation begins and ends with one of these. `docs/facts.md` lists them.

mod about;

use jiff::{Timestamp, civil::Date};
use serde_json::{Map, Value};

use crate::{
    access::Role,
    articles::ArticleKind,
    calls::{Answer, Attempt, Direction, EndedBy, Missed, Outcome, Transport},
    ids::*,
    portal::GuestRole,
    remote_access::{ConsentEnd, ConsentWay},
    tickets::{
        Addressee, Cause, Channel, Kind, Relation, Visibility,
        custom_fields::Shape,
        severity::{Impact, Severity, Use},
        time_spent::Work,
    },
};

pub use about::{About, Subject};

/// An event with the time when it happened and what it is about.
#[derive(Debug, Clone, PartialEq)]
pub struct Happening {
    /// When it happened; may lie before the moment at which we learn of it.
    pub at: Timestamp,
    /// What it is about.
    pub about: About,
    /// What happened.
    pub event: Event,
}

impl Happening {
    /// The noun and the id of the story that this belongs to; the house has id 0.
    ///
    /// `None` when `about` lacks the very noun that the event is a story of, which is a defect of the
    /// decision that made it.
    pub fn subject(&self) -> Option<(Subject, i64)> {
        let subject = self.event.subject();
        if subject == Subject::House {
            return Some((subject, 0));
        }
        let found = self.about.pairs().into_iter().find(|(noun, _)| *noun == subject.code());
        found.map(|(_, id)| (subject, id))
    }
}

/// One field that an edit changed.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct FieldChange {
    /// The field's name.
    pub field: String,
    /// What stood there.
    pub from: Option<String>,
    /// What stands there now.
    pub to: Option<String>,
}

/// Lists the fields that differ between two readings of the same form.
pub fn changes(pairs: &[(&str, Option<&str>, Option<&str>)]) -> Vec<FieldChange> {
    let differs = |(_, from, to): &&(&str, Option<&str>, Option<&str>)| from != to;
    pairs
        .iter()
        .filter(differs)
        .map(|(field, from, to)| FieldChange {
            field: (*field).to_owned(),
            from: from.map(str::to_owned),
            to: to.map(str::to_owned),
        })
        .collect()
}

/// Names of the changed fields, as the data of an edit holds them: `address,zone`.
pub fn changed_fields(changes: &[FieldChange]) -> String {
    changes.iter().map(|change| change.field.as_str()).collect::<Vec<_>>().join(",")
}

/// A value that a fact can hold.
trait Datum {
    fn datum(&self) -> Option<Value>;
}

impl<T: Datum> Datum for Option<T> {
    fn datum(&self) -> Option<Value> {
        self.as_ref().and_then(Datum::datum)
    }
}

macro_rules! datum {
    (as is: $($plain:ty),+; as text: $($text:ty),+; as number: $($id:ty),+ $(,)?) => {
        $(impl Datum for $plain {
            fn datum(&self) -> Option<Value> {
                Some(Value::from(self.clone()))
            }
        })+
        $(impl Datum for $text {
            fn datum(&self) -> Option<Value> {
                Some(Value::from(self.to_string()))
            }
        })+
        $(impl Datum for $id {
            fn datum(&self) -> Option<Value> {
                Some(Value::from(self.get()))
            }
        })+
    };
}

datum! {
    as is: String, i64, bool;
    as text: Timestamp, Date, Role, Kind, Channel, Addressee, Visibility, Relation, Cause, Severity, Impact, Use,
        Direction, EndedBy, Outcome, Missed, Transport, Attempt, Answer, GuestRole, ConsentWay, ConsentEnd,
        Work, Shape, ArticleKind;
    as number: UserId, TeamId, SessionId, TokenId, CustomerId, SiteId, ContactId, ContractId, CommitmentId,
        ProductId, AssetId, TicketId, NoteId, AttachmentId, CallId, AccessId, DutyEntryId, ConsentId,
        RemoteSessionId, ProposalId, ReplyId, ChecklistId, CustomFieldId, ArticleId, DocumentId,
}

impl Datum for Vec<FieldChange> {
    fn datum(&self) -> Option<Value> {
        serde_json::to_value(self).ok()
    }
}

/// What the documentation says of one event.
#[derive(Debug, Clone, Copy)]
pub struct Entry {
    /// The fact's name.
    pub name: &'static str,
    /// The noun whose story it belongs to.
    pub subject: Subject,
    /// What it means, in one sentence.
    pub doc: &'static str,
    /// The fields of its data and their types.
    pub data: &'static [(&'static str, &'static str)],
    /// The fields beside it and their types.
    pub beside: &'static [(&'static str, &'static str)],
}

macro_rules! events {
    ($(
        #[doc = $doc:literal]
        $variant:ident = $name:literal of $subject:ident
            { $($field:ident : $type:ty),* $(,)? } $( beside { $($personal:ident : $personal_type:ty),* $(,)? } )?
    );+ $(;)?) => {
        /// Everything that can happen.
        #[derive(Debug, Clone, PartialEq)]
        pub enum Event {$(
            #[doc = $doc]
            $variant {
                $(#[doc = concat!("Data: `", stringify!($field), "`.")] $field: $type,)*
                $($(#[doc = concat!("Beside: `", stringify!($personal), "`.")] $personal: $personal_type,)*)?
            }
        ),+}

        impl Event {
            /// The fact's name, such as `ticket.reported`.
            pub const fn name(&self) -> &'static str {
                match self { $(Event::$variant { .. } => $name),+ }
            }

            /// The noun whose story this belongs to.
            pub const fn subject(&self) -> Subject {
                match self { $(Event::$variant { .. } => Subject::$subject),+ }
            }

            /// What the promise engine reads and the history tree proves. Absent values are left out.
            #[allow(unused_mut, unused_variables)]
            pub fn data(&self) -> Map<String, Value> {
                let mut map = Map::new();
                match self {$(
                    Event::$variant { $($field,)* .. } => {
                        $(if let Some(value) = $field.datum() {
                            map.insert(stringify!($field).to_owned(), value);
                        })*
                    }
                )+}
                map
            }

            /// Names, numbers of people and free text that can be erased; `None` where there are none.
            #[allow(unused_mut, unused_variables)]
            pub fn beside(&self) -> Option<Map<String, Value>> {
                let mut map = Map::new();
                match self {$(
                    Event::$variant { $($($personal,)*)? .. } => {
                        $($(if let Some(value) = $personal.datum() {
                            map.insert(stringify!($personal).to_owned(), value);
                        })*)?
                    }
                )+}
                if map.is_empty() { None } else { Some(map) }
            }
        }

        /// Every event there is, in the order of this file.
        pub const CATALOGUE: &[Entry] = &[$(
            Entry {
                name: $name,
                subject: Subject::$subject,
                doc: $doc,
                data: &[$((stringify!($field), stringify!($type))),*],
                beside: &[$($((stringify!($personal), stringify!($personal_type))),*)?],
            }
        ),+];
    };
}

events! {
    // Tickets (C7, C2.8)
    /// A customer raised a matter; its number was given.
    TicketReported = "ticket.reported" of Ticket {
        number: String, kind: Kind, severity: Severity, proposed: Option<Severity>, severity_reason: Option<String>,
        impact: Option<Impact>, usage: Option<Use>, channel: Channel, zone: String, asset_class: Option<String>,
        emergency: bool,
    } beside { title: String, description: Option<String>, contact_name: Option<String>, contact_phone: Option<String> };
    /// The severity was changed, with the reason; deadlines follow from the original report.
    TicketSeverityChanged = "ticket.severity_changed" of Ticket {
        from: Severity, severity: Severity, reason: String, emergency: bool,
    };
    /// Somebody began to handle it.
    TicketHandlingStarted = "ticket.handling_started" of Ticket {} beside { note: Option<String> };
    /// A question went to somebody else, and the ticket waits for the answer.
    TicketWaitingStarted = "ticket.waiting_started" of Ticket {
        addressee: Addressee, question: String, reason: Option<String>, contact: Option<ContactId>,
    } beside { addressee_name: Option<String> };
    /// The answer came, or the question fell away.
    TicketWaitingEnded = "ticket.waiting_ended" of Ticket { addressee: Addressee, answered: bool } beside { answer: String };
    /// The customer wants an engineer on site.
    TicketOnsiteRequested = "ticket.onsite_requested" of Ticket { contact: Option<ContactId> }
        beside { contact_name: Option<String>, note: Option<String> };
    /// The customer no longer wants an engineer on site.
    TicketOnsiteWithdrawn = "ticket.onsite_withdrawn" of Ticket { reason: String, contact: Option<ContactId> };
    /// An engineer arrived at the customer's site.
    TicketEngineerArrived = "ticket.engineer_arrived" of Ticket { engineer: UserId, contact: Option<ContactId> }
        beside { engineer_name: String, contact_name: Option<String>, position: Option<String> };
    /// It needs to be tested and analysed remotely.
    TicketRemoteAnalysisStarted = "ticket.remote_analysis_started" of Ticket {} beside { note: Option<String> };
    /// The customer was told the diagnosis and how it will be treated.
    TicketDiagnosisDelivered = "ticket.diagnosis_delivered" of Ticket { document: String, contact: Option<ContactId> }
        beside { text: String };
    /// The customer was given the plan for an emergency.
    TicketPlanDelivered = "ticket.plan_delivered" of Ticket { document: String, contact: Option<ContactId> }
        beside { text: String };
    /// The customer can work again.
    TicketRestored = "ticket.restored" of Ticket {} beside { note: Option<String> };
    /// The cause was dealt with.
    TicketResolved = "ticket.resolved" of Ticket { cause: Cause } beside { solution: String };
    /// It is done and the customer knows.
    TicketClosed = "ticket.closed" of Ticket { confirmed_by: Option<ContactId> } beside { note: Option<String> };
    /// It came back.
    TicketReopened = "ticket.reopened" of Ticket { reason: String };
    /// The customer withdrew it.
    TicketCancelled = "ticket.cancelled" of Ticket { reason: String, contact: Option<ContactId> };
    /// Both sides agreed to another deadline.
    TicketDeadlineAgreed = "ticket.deadline_agreed" of Ticket {
        promise: String, due_at: Timestamp, contact: ContactId, reason: String,
    } beside { contact_name: String };
    /// The customer waived one promise for this ticket.
    TicketPromiseWaived = "ticket.promise_waived" of Ticket { promise: String, contact: ContactId, reason: String }
        beside { contact_name: String };
    /// It was given to a team or a person, or taken from them.
    TicketAssigned = "ticket.assigned" of Ticket { team: Option<TeamId>, assignee: Option<UserId> };
    /// Its description, contact, site, asset or kind was corrected.
    TicketEdited = "ticket.edited" of Ticket { fields: String } beside { changes: Vec<FieldChange> };
    /// A note was written on it.
    TicketNoteAdded = "ticket.note_added" of Ticket { note: NoteId, visibility: Visibility } beside { text: String };
    /// A message went to the customer.
    TicketMessageSent = "ticket.message_sent" of Ticket { channel: Channel } beside { to: String, text: String };
    /// A message came from the customer.
    TicketMessageReceived = "ticket.message_received" of Ticket { channel: Channel } beside { from: String, text: String };
    /// A message to the customer came back.
    TicketMessageReturned = "ticket.message_returned" of Ticket { channel: Channel } beside { to: String, text: String };
    /// A file was added to it.
    TicketAttachmentAdded = "ticket.attachment_added" of Ticket {
        attachment: AttachmentId, sha256: String, bytes: i64, media_type: String,
    } beside { file_name: String };
    /// A file was taken away; what it was stays known by its hash.
    TicketAttachmentRemoved = "ticket.attachment_removed" of Ticket {
        attachment: AttachmentId, sha256: String, reason: String,
    };
    /// A file of it was shown to the customer, or no longer is.
    TicketAttachmentShared = "ticket.attachment_shared" of Ticket { attachment: AttachmentId, visibility: Visibility };
    /// Another deadline was proposed to the customer; nothing changes until a contact accepts.
    TicketDeadlineProposed = "ticket.deadline_proposed" of Ticket {
        proposal: ProposalId, promise: String, due_at: Timestamp, reason: String,
    };
    /// The customer was asked to waive one promise for this ticket; nothing changes until a contact accepts.
    TicketWaiverProposed = "ticket.waiver_proposed" of Ticket { proposal: ProposalId, promise: String, reason: String };
    /// A contact declined what was proposed.
    TicketProposalDeclined = "ticket.proposal_declined" of Ticket { proposal: ProposalId, contact: ContactId }
        beside { text: Option<String> };
    /// We took a proposal back.
    TicketProposalWithdrawn = "ticket.proposal_withdrawn" of Ticket { proposal: ProposalId };
    /// It was linked with another ticket.
    TicketLinked = "ticket.linked" of Ticket { other: TicketId, relation: Relation };
    /// A link with another ticket was taken away.
    TicketUnlinked = "ticket.unlinked" of Ticket { other: TicketId, relation: Relation };
    /// It bears a tag.
    TicketTagged = "ticket.tagged" of Ticket { tag: String };
    /// It no longer bears a tag.
    TicketUntagged = "ticket.untagged" of Ticket { tag: String };
    /// Somebody spent time on it.
    TicketTimeSpent = "ticket.time_spent" of Ticket { entry: i64, minutes: i64, work: Work, agent: UserId }
        beside { note: Option<String> };
    /// An entry of time was a slip and counts no more.
    TicketTimeWithdrawn = "ticket.time_withdrawn" of Ticket { entry: i64, minutes: i64, agent: UserId };
    /// A step to be done was written down.
    TicketStepAdded = "ticket.step_added" of Ticket { step: i64 } beside { text: String };
    /// The steps of a checklist were put onto it.
    TicketChecklistAdded = "ticket.checklist_added" of Ticket { checklist: ChecklistId, steps: i64 }
        beside { title: String };
    /// What stands in its custom fields was set.
    TicketFieldsSet = "ticket.fields_set" of Ticket { fields: String } beside { changes: Vec<FieldChange> };
    /// A step was done.
    TicketStepDone = "ticket.step_done" of Ticket { step: i64 } beside { text: String };
    /// A step is to be done again.
    TicketStepUndone = "ticket.step_undone" of Ticket { step: i64 } beside { text: String };
    /// It lives on in another ticket.
    TicketMerged = "ticket.merged" of Ticket { into: TicketId, reason: Option<String> };
    /// Another ticket was merged into this one.
    TicketAbsorbed = "ticket.absorbed" of Ticket { other: TicketId };
    /// It was linked with an article of the support database.
    TicketArticleLinked = "ticket.article_linked" of Ticket { article: ArticleId };
    /// The link with an article was taken away.
    TicketArticleUnlinked = "ticket.article_unlinked" of Ticket { article: ArticleId };
    /// Its problem is in the support database, with a way out (C7.4).
    TicketKnownProblemFound = "ticket.known_problem_found" of Ticket { article: ArticleId };
    /// The customer was sent the way out that the support database knows (C7.4).
    TicketSolutionSent = "ticket.solution_sent" of Ticket { article: ArticleId, contact: Option<ContactId> };
    /// A contact opened a diagnosis or a plan that was delivered to them (C7.4).
    TicketDocumentRead = "ticket.document_read" of Ticket { document: DocumentId, contact: ContactId };
    /// Somebody was called for an emergency, by a step of the escalation (C2.8).
    TicketPaged = "ticket.paged" of Ticket { engineer: UserId, step: i64, round: i64 };
    /// Somebody took the emergency up; nobody else is called.
    TicketPageAcknowledged = "ticket.page_acknowledged" of Ticket { engineer: UserId, waited_s: i64 };
    /// It was taken out of another ticket as a matter of its own.
    TicketSplit = "ticket.split" of Ticket { from: TicketId };

    // Calls (C4, C7.2)
    /// A call began: it rang here, or we dialled.
    CallBegun = "call.begun" of Call { direction: Direction } beside { phone: Option<String>, caller_name: Option<String> };
    /// Somebody of ours took it.
    CallAnswered = "call.answered" of Call { agent: Option<UserId> };
    /// Nobody took it, or the queue was full; a call back is owed.
    CallMissed = "call.missed" of Call { missed: Missed };
    /// It was found out who calls.
    CallCallerNamed = "call.caller_named" of Call {} beside { caller_name: Option<String> };
    /// The call concerns a ticket.
    CallTicketLinked = "call.ticket_linked" of Call { number: String };
    /// It ended. An outcome that is told afterwards comes in a second fact, which says nothing of who ended it.
    CallEnded = "call.ended" of Call { ended_by: Option<EndedBy>, outcome: Option<Outcome> }
        beside { note: Option<String> };
    /// An unsolved call was recorded and reported to the supervisor (C4.3).
    CallFollowedUp = "call.followed_up" of Call { record: String, supervisor: UserId };
    /// The customer was told who comes, when and how, or that the second line takes over (C4.6).
    CallNoticeSent = "call.notice_sent" of Call {
        arrives_at: Option<Timestamp>, engineer: Option<UserId>, transport: Option<Transport>, team: Option<TeamId>,
        contact: Option<ContactId>,
    } beside { engineer_name: Option<String>, to: Option<String>, text: String };
    /// Somebody tried to reach the customer.
    CallAttempted = "call.attempted" of Call { result: Attempt, agent: UserId } beside { note: Option<String> };
    /// The customer said from when on they can be called.
    CallWindowAgreed = "call.window_agreed" of Call { from_at: Timestamp, until_at: Option<Timestamp> };
    /// We called back of our own accord and spoke with the customer (C4.4).
    CallCalledBack = "call.called_back" of Call { outcome: Answer, contact: Option<ContactId> } beside { note: Option<String> };
    /// We asked once more whether it works, and the customer said (C4.5).
    CallConfirmed = "call.confirmed" of Call { outcome: Answer, contact: Option<ContactId> } beside { note: Option<String> };
    /// What is owed to the caller was offered to a colleague at shift change.
    CallHandedOver = "call.handed_over" of Call { agent: UserId, assignee: UserId } beside { note: Option<String> };
    /// The colleague took it over.
    CallTakenOver = "call.taken_over" of Call { agent: UserId };
    /// The customer needs nothing more.
    CallWithdrawn = "call.withdrawn" of Call { reason: String };

    // Customers, sites, contacts
    /// A customer was registered.
    CustomerCreated = "customer.created" of Customer { code: String, name: String };
    /// A customer's particulars were changed.
    CustomerEdited = "customer.edited" of Customer { fields: String } beside { changes: Vec<FieldChange> };
    /// A customer was put away.
    CustomerArchived = "customer.archived" of Customer { reason: Option<String> };
    /// A customer was brought back.
    CustomerRestored = "customer.restored" of Customer {};
    /// A site was registered.
    SiteCreated = "site.created" of Site { code: String, name: String, zone: String } beside { address: Option<String> };
    /// A site's particulars were changed.
    SiteEdited = "site.edited" of Site { fields: String, zone: String } beside { changes: Vec<FieldChange> };
    /// A site was put away.
    SiteArchived = "site.archived" of Site { reason: Option<String> };
    /// A site was brought back.
    SiteRestored = "site.restored" of Site {};
    /// The works at a site were accepted under a contract that promises something for it (C6.2).
    SiteAccepted = "site.accepted" of Site { from: Date, zone: String };
    /// The service of a site began (C2.7, C3.6): what is owed in each month and quarter counts from here on.
    SiteServiceStarted = "site.service_started" of Site { from: Date, until: Option<Date>, zone: String };
    /// The service of a site ended; what is owed after that day falls away.
    SiteServiceEnded = "site.service_ended" of Site { until: Date, zone: String };
    /// A contact was registered.
    ContactCreated = "contact.created" of Contact {} beside { name: String, phone: Option<String>, mail: Option<String> };
    /// A contact's particulars were changed.
    ContactEdited = "contact.edited" of Contact { fields: String } beside { changes: Vec<FieldChange> };
    /// A contact was put away.
    ContactArchived = "contact.archived" of Contact { reason: Option<String> };
    /// A contact was brought back.
    ContactRestored = "contact.restored" of Contact {};
    /// A letter to a contact came back, and the address is said to be no more.
    ContactMailFailed = "contact.mail_failed" of Contact {} beside { mail: String, text: String };
    /// The address of a contact works again: a person says so, or wrote from it.
    ContactMailMended = "contact.mail_mended" of Contact {} beside { mail: String };

    // The portal (C4.1, C7.2) and the duty log (C3.6)
    /// A contact was let onto the portal.
    PortalAccessGiven = "contact.portal_access_given" of Contact { access: AccessId, role: GuestRole, sites: String };
    /// What a contact may do on the portal was changed.
    PortalAccessChanged = "contact.portal_access_changed" of Contact { access: AccessId, role: GuestRole, sites: String };
    /// A contact is no longer let onto the portal.
    PortalAccessEnded = "contact.portal_access_ended" of Contact { access: AccessId };
    /// A contact set their own password for the portal.
    PortalPasswordSet = "contact.portal_password_set" of Contact { access: AccessId };
    /// The customer's people wrote in the duty log of a site.
    SiteDutyLogged = "site.duty_logged" of Site { entry: DutyEntryId, on: Date, shift: String, photos: i64 }
        beside { person_name: String, text: String };

    // What was done for a site (C2.6, C2.7, C3.6, C6.2)
    /// A visit was finished; `work` says of which kind.
    VisitFinished = "visit.finished" of Site {
        visit: String, work: String, on: Date, engineer: Option<UserId>, duty_log_reviewed: Option<bool>,
    } beside { remark: Option<String> };
    /// An administrator of a site was trained.
    AdministratorTrained = "administrator.trained" of Site { administrator: String, days: i64, on: Date }
        beside { trainee_name: String, remark: Option<String> };

    // Remote access (C4.7)
    /// A contact allowed remote access from a later moment on.
    RemoteConsentAnnounced = "remote.consent_announced" of Ticket {
        consent: ConsentId, contact: ContactId, from: Timestamp, until: Timestamp, way: ConsentWay,
    } beside { target: String };
    /// Remote access is allowed from now on, until it ends.
    RemoteConsentGiven = "remote.consent_given" of Ticket {
        consent: ConsentId, contact: ContactId, until: Timestamp, way: ConsentWay,
    } beside { target: String, note: Option<String> };
    /// Remote access is no longer allowed.
    RemoteConsentEnded = "remote.consent_ended" of Ticket {
        consent: ConsentId, cause: ConsentEnd, contact: Option<ContactId>,
    };
    /// An engineer went into the customer's system.
    RemoteSessionStarted = "remote.session_started" of Ticket {
        session: RemoteSessionId, consent: ConsentId, engineer: UserId,
    } beside { target: String };
    /// An engineer left the customer's system.
    RemoteSessionEnded = "remote.session_ended" of Ticket {
        session: RemoteSessionId, consent: ConsentId, engineer: UserId,
    } beside { text: Option<String> };

    // The support database (C7.4)
    /// An article was begun.
    ArticleWritten = "article.written" of Article { kind: ArticleKind, visibility: Visibility } beside { title: String };
    /// An article was changed; each edition is kept.
    ArticleEdited = "article.edited" of Article { edition: i64, fields: String };
    /// An article is offered from now on.
    ArticlePublished = "article.published" of Article { edition: i64, visibility: Visibility, review_on: Date };
    /// An article is offered no longer.
    ArticleRetired = "article.retired" of Article { reason: Option<String> };
    /// Somebody looked at an article, and it still holds.
    ArticleReviewed = "article.reviewed" of Article { review_on: Date };
    /// A file was added to an article.
    ArticleFileAdded = "article.file_added" of Article { sha256: String, bytes: i64, media_type: String }
        beside { file_name: String };
    /// A file was taken away from an article.
    ArticleFileRemoved = "article.file_removed" of Article { sha256: String };

    // Contracts
    /// A contract was registered.
    ContractCreated = "contract.created" of Contract { number: String, from_on: Date, to_on: Option<Date> };
    /// A contract's particulars were changed.
    ContractEdited = "contract.edited" of Contract { fields: String } beside { changes: Vec<FieldChange> };
    /// A contract ended before its time.
    ContractEnded = "contract.ended" of Contract { ended_on: Date, until: Date, reason: String };
    /// A contract with promises came into force: from here on its dedicated engineer is never vacant (C2.6).
    ContractStarted = "contract.started" of Contract { from: Date, until: Option<Date> };
    /// Somebody is a contract's dedicated engineer for some days (C2.6); told again, the days are others.
    EngineerAppointed = "engineer.appointed" of Contract {
        duty: String, person: String, from: Date, to: Option<Date>,
    };
    /// An appointment of a contract's dedicated engineer was taken back.
    EngineerReleased = "engineer.released" of Contract { duty: String };
    /// A contract was put away.
    ContractArchived = "contract.archived" of Contract { reason: Option<String> };
    /// A contract was brought back.
    ContractRestored = "contract.restored" of Contract {};
    /// A version of a commitment file became this contract's commitment.
    ContractCommitmentBound = "contract.commitment_bound" of Contract {
        commitment: CommitmentId, name: String, version: String, effective_on: Date,
    };
    /// A contract's dedicated engineer was named (C2.6).
    ContractEngineerNamed = "contract.engineer_named" of Contract { engineer: Option<UserId>, from_on: Date };
    /// A site came under a contract.
    ContractSiteAdded = "contract.site_added" of Contract { covered_site: SiteId };
    /// A site left a contract.
    ContractSiteRemoved = "contract.site_removed" of Contract { covered_site: SiteId };
    /// The acceptance of a site was signed (C3.1): the warranty begins on that date.
    AcceptanceSigned = "acceptance.signed" of Contract { accepted_site: SiteId, signed_on: Date, zone: String }
        beside { signed_by: Option<String> };
    /// A version of a commitment file was published.
    CommitmentPublished = "commitment.published" of Commitment { name: String, version: String, sha256: String };

    // Products and assets
    /// A product was added to the catalogue.
    ProductCreated = "product.created" of Product { model: String, manufacturer: String, class: Option<String> };
    /// A product's particulars were changed.
    ProductEdited = "product.edited" of Product { fields: String } beside { changes: Vec<FieldChange> };
    /// A product was put away.
    ProductArchived = "product.archived" of Product { reason: Option<String> };
    /// A product was brought back.
    ProductRestored = "product.restored" of Product {};
    /// A unit was registered.
    AssetCreated = "asset.created" of Asset { serial: Option<String>, usage: Use, installed_on: Option<Date> };
    /// A unit's particulars were changed.
    AssetEdited = "asset.edited" of Asset { fields: String } beside { changes: Vec<FieldChange> };
    /// A unit went to another position or site.
    AssetMoved = "asset.moved" of Asset { from_site: Option<SiteId>, to_site: Option<SiteId>, position: Option<String> };
    /// The acceptance of the works that a unit is part of was signed: its warranty begins (C3.1).
    AssetAccepted = "asset.accepted" of Asset { on: Date };
    /// A unit does not work: its warranty grows by the days until it works again (C3.4).
    AssetOutOfService = "asset.out_of_service" of Asset { on: Date, reason: String };
    /// A unit, or one in its place, works again.
    AssetBackInService = "asset.back_in_service" of Asset { on: Date };
    /// A unit took the place of another: it inherits a period of its (C3.4).
    AssetReplaces = "asset.replaces" of Asset {
        on: Date, replaced: String, period: String, period_from: Date, period_to: Date,
    };
    /// The manufacturer's own warranty of a unit became known: in months from the same day as ours, or to a day (C3.2).
    AssetManufacturerWarrantySet = "asset.manufacturer_warranty_set" of Asset { months: Option<i64>, until: Option<Date> };
    /// The trial run of a unit began (C5.3).
    AssetTrialStarted = "asset.trial_started" of Asset { on: Date };
    /// A unit was put in operation (C5.4).
    AssetPutInOperation = "asset.put_in_operation" of Asset { on: Date };
    /// A unit was put away.
    AssetArchived = "asset.archived" of Asset { reason: Option<String> };
    /// A unit was brought back.
    AssetRestored = "asset.restored" of Asset {};

    // People
    /// An account was created.
    UserCreated = "user.created" of User { role: Role } beside { login: String, name: String };
    /// An account's particulars were changed.
    UserEdited = "user.edited" of User { fields: String } beside { changes: Vec<FieldChange> };
    /// A person got another role.
    UserRoleChanged = "user.role_changed" of User { from: Role, to: Role };
    /// An account was switched off.
    UserDeactivated = "user.deactivated" of User { reason: Option<String> };
    /// An account was switched on again.
    UserReactivated = "user.reactivated" of User {};
    /// A password was set by its owner.
    UserPasswordSet = "user.password_set" of User {};
    /// A one-time link to set a password was given out.
    UserPasswordLinkIssued = "user.password_link_issued" of User { expires_at: Timestamp };
    /// Sessions of a person were ended.
    UserSessionsEnded = "user.sessions_ended" of User { count: i64 };
    /// A token for the API was made.
    TokenCreated = "token.created" of User { token: TokenId, scopes: String, expires_at: Option<Timestamp> }
        beside { name: String };
    /// A token for the API was revoked.
    TokenRevoked = "token.revoked" of User { token: TokenId };
    /// A team was made.
    TeamCreated = "team.created" of Team { name: String };
    /// A team's particulars were changed.
    TeamEdited = "team.edited" of Team { fields: String } beside { changes: Vec<FieldChange> };
    /// A person joined a team.
    TeamMemberAdded = "team.member_added" of Team { member: UserId };
    /// A person left a team.
    TeamMemberRemoved = "team.member_removed" of Team { member: UserId };
    /// A team was put away.
    TeamArchived = "team.archived" of Team { reason: Option<String> };
    /// A team was brought back.
    TeamRestored = "team.restored" of Team {};

    /// The chain of a team for emergencies was set; none is the usual one.
    TeamEscalationSet = "team.escalation_set" of Team { steps: i64 };

    // Channels (C7.7)
    /// A channel came into use: from here on it is always open.
    ChannelOpened = "channel.opened" of Channel { code: String };
    /// A channel failed or was silent for too long.
    ChannelWentDown = "channel.went_down" of Channel { leave: i64, reason: String };
    /// A channel works again.
    ChannelCameBack = "channel.came_back" of Channel { leave: i64 };

    // The installation
    /// Nothing happened but time: a moment came at which a window closes or a gap begins, and somebody looked.
    TimePassed = "time.passed" of House {};
    /// An administrator set how the program reaches the world; the value itself is in no fact.
    SettingChanged = "setting.changed" of House { setting: String };
    /// The company's own particulars were changed; the hotline stands on every page (C7.8).
    CompanyEdited = "company.edited" of House { fields: String, hotline: Option<String> }
        beside { changes: Vec<FieldChange> };
    /// A canned reply was written or changed; its words are in no fact.
    ReplySaved = "reply.saved" of House { reply: ReplyId } beside { title: String };
    /// A canned reply was put away.
    ReplyArchived = "reply.archived" of House { reply: ReplyId };
    /// A checklist was written or changed.
    ChecklistSaved = "checklist.saved" of House { checklist: ChecklistId, steps: i64 } beside { title: String };
    /// A custom field of tickets was made or changed.
    CustomFieldSaved = "custom_field.saved" of House {
        custom_field: CustomFieldId, shape: Shape, kinds: String, required: bool, in_portal: bool,
    } beside { label: String };
    /// A custom field was put away; what stands in it stays.
    CustomFieldArchived = "custom_field.archived" of House { custom_field: CustomFieldId };
    /// A custom field was brought back.
    CustomFieldRestored = "custom_field.restored" of House { custom_field: CustomFieldId };
    /// A checklist was put away.
    ChecklistArchived = "checklist.archived" of House { checklist: ChecklistId };
    /// A file was imported.
    ImportFinished = "import.finished" of House {
        noun: String, sha256: String, rows: i64, created: i64, updated: i64, refused: i64,
    } beside { file_name: String };
}

#[cfg(test)]
mod tests;
