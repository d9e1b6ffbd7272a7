//! A type for each kind of row, so that a site's id cannot be given where a contact's is asked.

/// Declares an id: a whole number that the database gave and never gives again.
macro_rules! ids {
    ($( $(#[$meta:meta])* $name:ident ),+ $(,)?) => {$(
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub i64);

        impl $name {
            /// The bare number, as the database keeps it.
            pub const fn get(self) -> i64 {
                self.0
            }
        }

        impl From<i64> for $name {
            fn from(number: i64) -> Self {
                $name(number)
            }
        }

        impl From<$name> for i64 {
            fn from(id: $name) -> i64 {
                id.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(out)
            }
        }

        impl std::str::FromStr for $name {
            type Err = std::num::ParseIntError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map($name)
            }
        }
    )+};
}

ids! {
    /// A person who signs in.
    UserId,
    /// A group of people who share a queue.
    TeamId,
    /// A session of a signed-in person.
    SessionId,
    /// A token for the API.
    TokenId,
    /// A customer (客户).
    CustomerId,
    /// A place of a customer (网点).
    SiteId,
    /// A person at a customer (联系人).
    ContactId,
    /// A message (往来消息).
    MessageId,
    /// A contract with a customer (合同).
    ContractId,
    /// A stored version of a commitment file (服务承诺).
    CommitmentId,
    /// A model that assets are made of (型号).
    ProductId,
    /// A unit with a serial number (设备).
    AssetId,
    /// A matter that a customer raised (服务单). Not its number: see `tickets::number`.
    TicketId,
    /// A note on a ticket.
    NoteId,
    /// A file kept with a ticket or another noun.
    AttachmentId,
    /// A way by which customers reach us, or we them (渠道).
    ChannelId,
    /// A saved view of the queue.
    ViewId,
    /// A telephone call (通话).
    CallId,
    /// Something that is owed to a caller: a call back, a confirmation (回电, 确认).
    CallTaskId,
    /// Work that goes to a colleague at shift change (交接).
    HandOverId,
    /// What lets a contact onto the portal.
    AccessId,
    /// An entry of a customer's duty log (值班记录).
    DutyEntryId,
    /// A consent to remote access.
    ConsentId,
    /// A session of remote access.
    RemoteSessionId,
    /// A proposal to the customer: another deadline, a waiver.
    ProposalId,
    /// A canned reply (常用回复).
    ReplyId,
    /// A checklist (检查单).
    ChecklistId,
    /// A custom field of tickets (自定义字段).
    CustomFieldId,
    /// An article of the support database (知识条目).
    ArticleId,
    /// A document for the customer on a ticket: a diagnosis, a plan.
    DocumentId,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn id_reads_back_what_it_writes() {
        for number in [1, 42, i64::MAX] {
            let id = TicketId(number);
            assert_eq!(id.to_string().parse(), Ok(id));
            assert_eq!(serde_json::to_string(&id).unwrap(), number.to_string());
        }
        assert!("12a".parse::<TicketId>().is_err());
        assert!("".parse::<TicketId>().is_err());
    }
}
