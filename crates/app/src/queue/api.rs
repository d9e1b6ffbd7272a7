//! The queue over the API.

use axum::response::Response;
use rules::access::perm;
use rules::tickets::number::TicketNumber;
use serde::Serialize;
use utoipa::{IntoParams, OpenApi, ToSchema};

use super::filter::{Reader, Wanted};
use super::rows::{Standing, Titles, standing};
use super::store::{self, QueueRow};
use crate::api::{Cursor, Listed, Paging, PagingParams};
use crate::kernel::actor::Actor;
use crate::kernel::errors::Failure;
use crate::kernel::state::App;
use crate::layout::l10n::L10n;

/// The description of this endpoint.
#[derive(OpenApi)]
#[openapi(paths(list), components(schemas(QueueItem)))]
pub struct Doc;

/// An open ticket in the queue.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct QueueItem {
    /// The number that the customer has (故障号码).
    #[schema(example = "1000027")]
    pub number: String,
    #[schema(example = "fault")]
    pub kind: String,
    #[schema(example = "waiting")]
    pub state: String,
    #[schema(example = "level3")]
    pub severity: String,
    pub title: String,
    pub customer_id: i64,
    pub customer: String,
    pub site: Option<String>,
    pub asset: Option<String>,
    pub team_id: Option<i64>,
    pub team: Option<String>,
    pub assignee_id: Option<i64>,
    pub assignee: Option<String>,
    /// Who shall answer, while it waits.
    pub waiting_on: Option<String>,
    pub reported_at: String,
    /// The deadline that runs out first; null while no clock runs.
    pub due_at: Option<String>,
    /// From when on it is at risk.
    pub warn_at: Option<String>,
    /// The promise that the deadline is of, by its id in the commitment file.
    pub promise: Option<String>,
    /// The promise in the language of `Accept-Language`.
    pub promise_title: Option<String>,
    #[schema(example = "C7.5")]
    pub clause: Option<String>,
    /// `overdue`, `at-risk`, `running`, or `still` while no clock runs.
    pub standing: &'static str,
    /// Promises of the ticket that were kept late or not at all.
    pub missed_count: i64,
}

/// The filters of the queue; each may be given several times.
#[derive(Clone, Debug, IntoParams)]
#[into_params(parameter_in = Query)]
#[allow(dead_code)]
struct QueueParams {
    /// `overdue`, `at-risk`, `breached`.
    urgency: Option<Vec<String>>,
    /// `reported`, `in-handling`, `waiting`, `restored`, `resolved`, `reopened`.
    state: Option<Vec<String>>,
    /// `level1`, `level2`, `level3`, `emergency`.
    severity: Option<Vec<String>>,
    /// `fault`, `consultation`, `change-request`, `third-party-work`, `complaint`.
    kind: Option<Vec<String>>,
    channel: Option<Vec<String>>,
    /// Ids, `me`, `none`.
    assignee: Option<Vec<String>>,
    /// Ids, `mine`, `none`.
    team: Option<Vec<String>>,
    customer: Option<Vec<i64>>,
    site: Option<Vec<i64>>,
    /// The promise that the next deadline is of.
    promise: Option<Vec<String>>,
    /// Part of the title or of the customer's name.
    q: Option<String>,
}

/// Open tickets, what is due next first.
///
/// A page may hold fewer rows than asked for and still have a `next`: a rare filter is looked for in bounded steps.
#[utoipa::path(get, path = "/api/v1/queue", tag = "Queue", params(QueueParams, PagingParams),
    responses((status = 200, body = Listed<QueueItem>)))]
pub async fn list(app: App, actor: Actor<perm::ViewTickets>, paging: Paging) -> Result<Response, Failure> {
    let after = paging.after()?;
    let most = usize::try_from(paging.limit).unwrap_or_default();
    let (id, search, now, shared) = (actor.person.id, paging.search().clone(), actor.l.now, app.clone());
    let (slice, titles) = app
        .read(move |tx| {
            let reader = Reader { id, teams: store::teams_of(tx, id)? };
            let slice = store::list(tx, &Wanted::read(&search, &reader), after, most, now)?;
            let titles = Titles::of(&shared, tx, &slice.rows)?;
            Ok((slice, titles))
        })
        .await?;
    let next = slice.next.as_ref().map(Cursor::after);
    let items = slice.rows.into_iter().map(|row| item(&actor.l, row, &titles)).collect();
    paging.page::<QueueItem>(items, next)
}

fn item(l: &L10n, row: QueueRow, titles: &Titles) -> QueueItem {
    QueueItem {
        number: TicketNumber::of(row.id).to_string(),
        kind: row.kind.to_string(),
        state: row.state.to_string(),
        severity: row.severity.to_string(),
        promise_title: titles.promise(l, &row),
        standing: match standing(&row, l.now) {
            Standing::Overdue => "overdue",
            Standing::AtRisk => "at-risk",
            Standing::Running => "running",
            Standing::Still => "still",
        },
        title: row.title,
        customer_id: row.customer_id.get(),
        customer: row.customer,
        site: row.site,
        asset: row.asset.or(row.product),
        team_id: row.team_id.map(i64::from),
        team: row.team,
        assignee_id: row.assignee_id.map(i64::from),
        assignee: row.assignee,
        waiting_on: row.waiting_addressee.map(|addressee| addressee.to_string()),
        reported_at: row.reported_at.to_string(),
        due_at: row.next_due_at.map(|at| at.to_string()),
        warn_at: row.next_warn_at.map(|at| at.to_string()),
        promise: row.next_promise,
        clause: row.next_clause,
        missed_count: row.missed_count,
    }
}
