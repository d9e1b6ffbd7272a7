//! Calls for programs: what a telephone system tells, and the list.

use axum::Json;
use axum::response::{IntoResponse, Response};
use db::Query;
use jiff::{SignedDuration, Timestamp};
use rules::access::perm;
use rules::calls::line::{LineEvent, Seen};
use rules::calls::{CallState, Direction, EndedBy, Missed, Outcome};
use rules::customers::Phone;
use rules::text::Line;
use rules::tickets::number::TicketNumber;
use rules::{Invalid, Refusal};
use serde::{Deserialize, Serialize};
use utoipa::{OpenApi, ToSchema};

use super::change::{self, Begun};
use super::store::{self, CallLine, CallRow};
use crate::api::{Body, Listed, Paging, PagingParams};
use crate::kernel::actor::Actor;
use crate::kernel::errors::Failure;
use crate::kernel::state::App;
use crate::tickets::new::house_zone;

/// The description of the endpoints.
#[derive(OpenApi)]
#[openapi(paths(tell, list), components(schemas(CallEventBody, CallBody)))]
pub struct Doc;

/// How far a telephone system's clock may be ahead of ours.
const AHEAD_MOST: SignedDuration = SignedDuration::from_mins(5);

/// What a telephone system saw of a call.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CallEventBody {
    /// The call's id in the telephone system: the same for all events of one call.
    pub call: String,
    /// `ringing`, `answered`, `ended`, `missed`, `queue_full` or `recorded`.
    pub event: String,
    /// When it was; now, if it is not given.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub at: Option<Timestamp>,
    /// `in` (default) or `out`.
    #[serde(default)]
    pub direction: Option<String>,
    /// The other side's number.
    #[serde(default)]
    pub number: Option<String>,
    /// The name that the line shows.
    #[serde(default)]
    pub name: Option<String>,
    /// The login of the agent.
    #[serde(default)]
    pub agent: Option<String>,
    /// Who hung up: `agent`, `caller` or `line`.
    #[serde(default)]
    pub ended_by: Option<String>,
    /// Where the recording can be heard.
    #[serde(default)]
    pub recording: Option<String>,
}

/// A call.
#[derive(Debug, Serialize, ToSchema)]
pub struct CallBody {
    pub id: i64,
    /// The id in the telephone system.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub call: Option<String>,
    #[schema(value_type = String)]
    pub direction: Direction,
    #[schema(value_type = String)]
    pub state: CallState,
    pub number: Option<String>,
    pub customer: Option<i64>,
    pub agent: Option<i64>,
    pub ticket: Option<String>,
    #[schema(value_type = String)]
    pub began_at: Timestamp,
    #[schema(value_type = Option<String>)]
    pub answered_at: Option<Timestamp>,
    #[schema(value_type = Option<String>)]
    pub ended_at: Option<Timestamp>,
    #[schema(value_type = Option<String>)]
    pub ended_by: Option<EndedBy>,
    #[schema(value_type = Option<String>)]
    pub outcome: Option<Outcome>,
    #[schema(value_type = Option<String>)]
    pub missed: Option<Missed>,
}

impl CallBody {
    fn of_row(row: CallRow) -> CallBody {
        CallBody {
            id: row.id.get(),
            call: row.line_ref,
            direction: row.direction,
            state: row.state,
            number: row.phone,
            customer: row.customer_id.map(i64::from),
            agent: row.agent_id.map(i64::from),
            ticket: row.ticket_id.map(|id| TicketNumber::of(id).to_string()),
            began_at: row.began_at,
            answered_at: row.answered_at,
            ended_at: row.ended_at,
            ended_by: row.ended_by,
            outcome: row.outcome,
            missed: row.missed,
        }
    }

    fn of_line(line: CallLine) -> CallBody {
        CallBody {
            id: line.id.get(),
            call: None,
            direction: line.direction,
            state: line.state,
            number: line.phone,
            customer: line.customer_id.map(i64::from),
            agent: line.agent_id.map(i64::from),
            ticket: line.ticket_id.map(|id| TicketNumber::of(id).to_string()),
            began_at: line.began_at,
            answered_at: line.answered_at,
            ended_at: line.ended_at,
            ended_by: line.ended_by,
            outcome: line.outcome,
            missed: line.missed,
        }
    }
}

/// An event as read: what was seen, and whom the line shows.
struct Told {
    line_ref: String,
    event: LineEvent,
    at: Option<Timestamp>,
    direction: Option<Direction>,
    phone: Option<Phone>,
    caller_name: Option<Line>,
    agent: Option<String>,
    ended_by: Option<EndedBy>,
    recording: Option<String>,
}

fn read(body: CallEventBody) -> Result<Told, Vec<Invalid>> {
    let mut form = rules::text::Reading::new();
    let code = |field: &'static str, given: &Option<String>| given.clone().map(|text| (field, text));
    let line_ref = form.field(Line::parse("call", &body.call));
    let event: Option<LineEvent> =
        form.field(body.event.parse().map_err(|_| Invalid::unknown("event", &body.event)));
    let direction = form.field(choose(code("direction", &body.direction)));
    let ended_by = form.field(choose(code("ended_by", &body.ended_by)));
    // A withheld or internal number is no reason to lose the call.
    let phone = Phone::parse_optional("number", body.number.as_deref().unwrap_or("")).ok().flatten();
    let caller_name = form.field(Line::parse_optional("name", body.name.as_deref().unwrap_or("")));
    let recording = form.field(match body.recording {
        Some(link)
            if !(link.starts_with("https://") || link.starts_with("http://")) || link.len() > 2_000 =>
        {
            Err(Invalid::new("recording", "error-link").with("given", link))
        }
        other => Ok(other),
    });
    form.finish((|| {
        Some(Told {
            line_ref: line_ref?.to_string(),
            event: event?,
            at: body.at,
            direction: direction?,
            phone,
            caller_name: caller_name?,
            agent: body.agent,
            ended_by: ended_by?,
            recording: recording?,
        })
    })())
}

fn choose<T: std::str::FromStr>(given: Option<(&'static str, String)>) -> Result<Option<T>, Invalid> {
    match given {
        None => Ok(None),
        Some((field, text)) => text.parse().map(Some).map_err(|_| Invalid::unknown(field, text)),
    }
}

/// Tell what happens on the line. Events of one call may come in any order and several times.
#[utoipa::path(post, path = "/api/v1/calls/events", tag = "Calls", request_body = CallEventBody,
    responses((status = 200, description = "The call as it is known now", body = CallBody)))]
pub async fn tell(
    app: App,
    actor: Actor<perm::TellCallEvents>,
    Body(body): Body<CallEventBody>,
) -> Result<Response, Failure> {
    let told = read(body)?;
    let house = house_zone(&app);
    let row = app
        .change(&actor, move |c| {
            let at = told.at.unwrap_or(c.now);
            if at > c.now + AHEAD_MOST {
                return Err(Refusal::InTheFuture { at }.into());
            }
            // What a clock that runs ahead tells of now is now.
            let at = at.min(c.now);
            let agent = match &told.agent {
                Some(login) => store::by_login(c.tx, &login.trim().to_lowercase())?,
                None => None,
            };
            let mut row = match store::by_line(c.tx, &told.line_ref)? {
                Some(row) => row,
                None => {
                    let begun = Begun {
                        direction: told.direction,
                        line_ref: Some(told.line_ref.clone()),
                        phone: told.phone.clone(),
                        caller_name: told.caller_name.clone(),
                    };
                    change::begin(c, begun, at, &house)?
                }
            };
            change::fill_in(c, &mut row, told.phone, told.caller_name, told.recording, &house)?;
            change::saw(c, row, Seen { event: told.event, at, agent, ended_by: told.ended_by })
        })
        .await?;
    Ok(Json(CallBody::of_row(row)).into_response())
}

/// Calls, the newest first.
#[utoipa::path(get, path = "/api/v1/calls", tag = "Calls",
    params(PagingParams,
        ("customer" = Option<i64>, Query, description = "With this customer"),
        ("contact" = Option<i64>, Query, description = "With this contact"),
        ("agent" = Option<i64>, Query, description = "Taken by this person"),
        ("outcome" = Option<Vec<String>>, Query, description = "With any of these outcomes"),
        ("state" = Option<Vec<String>>, Query, description = "In any of these states")),
    responses((status = 200, description = "A page of calls", body = Listed<CallBody>)))]
pub async fn list(app: App, _: Actor<perm::ViewTickets>, paging: Paging) -> Result<Response, Failure> {
    let after: Option<i64> = paging.after()?;
    let search = paging.search();
    let mut query = Query::of(&store::LINES).and_some("k.id < ?", after);
    for name in ["customer", "contact", "agent"] {
        let Some(text) = search.some(name) else { continue };
        let id: i64 = text.parse().map_err(|_| Failure::field("id", "error-unknown-choice"))?;
        query = query.and(&format!("k.{name}_id = ?"), id);
    }
    for name in ["outcome", "state"] {
        let chosen: Vec<String> = search.all(name).map(str::to_owned).collect();
        if !chosen.is_empty() {
            query = query.and_in(&format!("k.{name}"), &chosen);
        }
    }
    let query = query.order("k.id DESC").limit(paging.rows());
    let rows = app.read(move |tx| Ok(store::list(tx, &query)?)).await?;
    paging.answer(rows, |row: &CallLine| row.id.get(), CallBody::of_line)
}
