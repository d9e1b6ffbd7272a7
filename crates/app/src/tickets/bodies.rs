//! What the API of tickets takes and gives, as JSON.

use std::collections::BTreeMap;

use jiff::Timestamp;
use rules::ids::*;
use rules::tickets::number::TicketNumber;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::custom_fields::values::FieldValueBody;
use super::store::TicketRow;

/// A report of a customer.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct NewTicketBody {
    /// Whose matter it is; follows from the asset, contact or site where one is given.
    pub customer: Option<i64>,
    /// Where.
    pub site: Option<i64>,
    /// Who reports.
    pub contact: Option<i64>,
    /// Which unit.
    pub asset: Option<i64>,
    /// `fault` (the default), `consultation`, `change-request`, `third-party-work`, `complaint`.
    #[schema(example = "fault")]
    pub kind: String,
    /// In one line, what is the matter.
    #[schema(example = "Core switch on floor 3 is offline")]
    pub title: String,
    /// What exactly.
    pub description: String,
    /// How it came; `api` by default.
    pub channel: String,
    /// What it does to the service, needed for a fault: `message-only`, `disrupted`, `total-outage`.
    #[schema(example = "disrupted")]
    pub impact: String,
    /// `level1`, `level2`, `level3` or `emergency`; empty takes the proposed one.
    pub severity: String,
    /// Why not the proposed one.
    pub severity_reason: String,
    /// The caller's name, where no contact is given.
    pub caller_name: String,
    /// The caller's telephone number.
    pub caller_phone: String,
    /// Whether the customer wants an engineer on site.
    pub onsite: bool,
    /// When it was reported, if not now.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub reported_at: Option<Timestamp>,
    /// The number at another desk; unique.
    pub external_ref: String,
    /// Values of custom fields by the fields' ids.
    pub fields: BTreeMap<String, String>,
}

/// A ticket.
#[derive(Debug, Serialize, ToSchema)]
pub struct TicketBody {
    /// The number (故障号码): digits, the last a check digit.
    #[schema(example = "100014")]
    pub number: String,
    /// Counts the changes; send it back as `version` or `If-Match` to be told of others' changes.
    pub version: i64,
    pub kind: String,
    pub state: String,
    pub severity: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub proposed_severity: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub impact: Option<String>,
    pub channel: String,
    pub title: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    pub customer: i64,
    pub site: Option<i64>,
    pub contact: Option<i64>,
    pub contract: Option<i64>,
    pub asset: Option<i64>,
    pub caller_name: Option<String>,
    pub caller_phone: Option<String>,
    /// The zone in which its days count.
    pub zone: String,
    pub team: Option<i64>,
    pub assignee: Option<i64>,
    #[schema(value_type = String, format = DateTime)]
    pub reported_at: Timestamp,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub handled_at: Option<Timestamp>,
    pub waiting: Option<WaitingBody>,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub restored_at: Option<Timestamp>,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub resolved_at: Option<Timestamp>,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub closed_at: Option<Timestamp>,
    pub cause: Option<String>,
    /// The number of the ticket in which it lives on.
    pub merged_into: Option<String>,
    pub external_ref: Option<String>,
    /// The deadline that runs out first.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub next_due_at: Option<Timestamp>,
    pub next_promise: Option<String>,
    /// The tags that it bears; absent in lists.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tags: Option<Vec<String>>,
    /// What stands in its custom fields; absent in lists.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fields: Option<Vec<FieldValueBody>>,
    /// All time spent on it, absent in lists. Units: minutes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub spent_min: Option<i64>,
    /// The number of the ticket that it is part of; absent in lists.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub part_of: Option<String>,
    /// The numbers of those that are part of it; absent in lists.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parts: Option<Vec<String>>,
    /// Everything that is or was owed; absent in lists.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub obligations: Option<Vec<ObligationBody>>,
}

/// A question that is out.
#[derive(Debug, Serialize, ToSchema)]
pub struct WaitingBody {
    /// `customer`, `manufacturer`, `third-party` or `ourselves`.
    pub addressee: String,
    pub question: String,
    #[schema(value_type = String, format = DateTime)]
    pub since_at: Timestamp,
}

/// Something owed under a promise.
#[derive(Debug, Serialize, ToSchema)]
pub struct ObligationBody {
    /// The promise's id in the commitment file.
    #[schema(example = "respond")]
    pub promise: String,
    /// Its name in the language of `Accept-Language`.
    pub title: String,
    #[schema(example = "C7.5")]
    pub clause: String,
    /// The commitment and its version.
    #[schema(example = "standard@1")]
    pub terms: String,
    pub cycle: u32,
    /// `running`, `paused`, `met`, `late`, `breached`, `waived`, `void`.
    pub state: String,
    /// `provider`, `customer`, `manufacturer`, `third_party`.
    pub debtor: String,
    #[schema(value_type = String, format = DateTime)]
    pub started_at: Timestamp,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub due_at: Option<Timestamp>,
    /// What the terms alone give, without agreements.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub original_due_at: Option<Timestamp>,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub ended_at: Option<Timestamp>,
    /// Whether both sides agreed to another deadline.
    pub amended: bool,
    /// The facts that show it, by sequence number.
    pub evidence: Vec<u64>,
}

/// Something that happened with a ticket.
#[derive(Debug, Serialize, ToSchema)]
pub struct FactBody {
    pub seq: i64,
    #[schema(example = "ticket.reported")]
    pub name: String,
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    pub learned_at: Timestamp,
    #[schema(example = "user:3")]
    pub by: String,
    #[schema(value_type = Object)]
    pub data: Map<String, Value>,
    /// Its place in the history tree, once it is sealed.
    pub leaf: Option<i64>,
}

/// What is said with a verb. Which fields a verb takes is told at each; `version` is the one that was seen.
#[derive(Debug, Default, Deserialize, Serialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct VerbBody {
    /// The version that was seen; with another one stored, nothing is done (409).
    #[serde(skip_serializing)]
    pub version: Option<i64>,
    /// Whether those that are part of the ticket follow, as far as each can; for `restoration`, `resolution` and
    /// `note`. Takes `change-tickets-in-bulk`.
    #[serde(skip_serializing)]
    pub parts: bool,
    /// Whether a public `note` is sent to the contact as well, and to those of the parts that follow.
    #[serde(skip_serializing)]
    pub mail: bool,
    /// When it happened, if not now; without an offset, in the ticket's zone.
    pub at: Option<String>,
    pub note: Option<String>,
    pub reason: Option<String>,
    pub addressee: Option<String>,
    pub addressee_name: Option<String>,
    pub question: Option<String>,
    pub answer: Option<String>,
    pub cause: Option<String>,
    pub solution: Option<String>,
    pub contact: Option<i64>,
    pub severity: Option<String>,
    pub team: Option<i64>,
    pub assignee: Option<i64>,
    pub engineer: Option<i64>,
    pub position: Option<String>,
    pub document: Option<String>,
    pub text: Option<String>,
    pub visibility: Option<String>,
    pub promise: Option<String>,
    pub due_at: Option<String>,
}

/// Particulars to correct; what is left out stays.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct EditBody {
    pub title: Option<String>,
    pub description: Option<String>,
    pub site: Option<i64>,
    pub contact: Option<i64>,
    pub asset: Option<i64>,
    pub caller_name: Option<String>,
    pub caller_phone: Option<String>,
}

/// Another ticket.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LinkBody {
    /// Its number.
    pub other: String,
    /// `related`, `caused-by` or `duplicate`.
    pub relation: String,
}

/// The ticket to merge into.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MergeBody {
    /// Its number.
    pub into: String,
    #[serde(default)]
    pub reason: String,
    #[serde(default)]
    pub version: Option<i64>,
}

/// Whether to watch.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WatchBody {
    pub watch: bool,
}

/// Files that were added.
#[derive(Debug, Serialize, ToSchema)]
pub struct FilesBody {
    /// The ids, in the order in which the files were sent.
    pub ids: Vec<i64>,
}

/// A ticket as programs see it, without what is owed.
pub fn ticket_body(row: &TicketRow) -> TicketBody {
    let code = |text: &str| text.to_owned();
    let waiting = row.ticket().waiting.map(|waiting| WaitingBody {
        addressee: code(waiting.addressee.code()),
        question: waiting.question,
        since_at: waiting.since_at,
    });
    TicketBody {
        number: TicketNumber::of(row.id).to_string(),
        version: row.version,
        kind: code(row.kind.code()),
        state: code(row.state.code()),
        severity: code(row.severity.code()),
        proposed_severity: row.proposed_severity.map(|one| code(one.code())),
        impact: row.impact.map(|one| code(one.code())),
        channel: code(row.channel.code()),
        title: row.title.clone(),
        description: row.description.clone(),
        customer: row.customer_id.get(),
        site: row.site_id.map(SiteId::get),
        contact: row.contact_id.map(ContactId::get),
        contract: row.contract_id.map(ContractId::get),
        asset: row.asset_id.map(AssetId::get),
        caller_name: row.caller_name.clone(),
        caller_phone: row.caller_phone.clone(),
        zone: row.zone.clone(),
        team: row.team_id.map(TeamId::get),
        assignee: row.assignee_id.map(UserId::get),
        reported_at: row.reported_at,
        handled_at: row.handled_at,
        waiting,
        restored_at: row.restored_at,
        resolved_at: row.resolved_at,
        closed_at: row.closed_at,
        cause: row.cause.map(|one| code(one.code())),
        merged_into: row.merged_into_id.map(|id| TicketNumber::of(id).to_string()),
        external_ref: row.external_ref.clone(),
        next_due_at: row.next_due_at,
        next_promise: row.next_promise.clone(),
        tags: None,
        fields: None,
        spent_min: None,
        part_of: None,
        parts: None,
        obligations: None,
    }
}

impl EditBody {
    /// The fields that were given, by name.
    pub fn into_fields(self) -> Vec<(&'static str, String)> {
        let id = |id: Option<i64>| id.map(|id| id.to_string());
        [
            ("title", self.title),
            ("description", self.description),
            ("site", id(self.site)),
            ("contact", id(self.contact)),
            ("asset", id(self.asset)),
            ("caller_name", self.caller_name),
            ("caller_phone", self.caller_phone),
        ]
        .into_iter()
        .filter_map(|(name, value)| Some((name, value?)))
        .collect()
    }
}
