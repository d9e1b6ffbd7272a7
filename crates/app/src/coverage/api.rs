//! Who pays for a unit, over the API.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use jiff::civil::Date;
use promise::coverage::{Answer, Ledger, Payer, Phase, Verdict, What};
use rules::access::perm;
use rules::coverage::UnitEventForm;
use rules::ids::AssetId;
use serde::{Deserialize, Serialize};
use utoipa::{OpenApi, ToSchema};

use super::{Cover, Covers, change, pages};
use crate::App;
use crate::api::Body;
use crate::kernel::actor::Actor;
use crate::kernel::errors::Failure;
use crate::kernel::form::Search;

/// The description of these endpoints.
#[derive(OpenApi)]
#[openapi(
    paths(show, record),
    components(schemas(Coverage, CoverageLine, CoveragePeriod, CoverageEntry, UnitEventInput))
)]
pub struct Doc;

/// Who pays for work on a unit.
#[derive(Debug, Serialize, ToSchema)]
pub struct Coverage {
    pub asset: i64,
    /// The day at the site that is answered for.
    #[schema(value_type = String, format = Date)]
    pub on: Date,
    pub contract: Option<i64>,
    pub commitment: Option<i64>,
    /// None where no entry of the contract says anything: a person must decide.
    pub labour: Option<CoverageLine>,
    pub parts: Option<CoverageLine>,
    pub travel: Option<CoverageLine>,
    pub periods: Vec<CoveragePeriod>,
}

/// One line of the answer.
#[derive(Debug, Serialize, ToSchema)]
pub struct CoverageLine {
    /// `provider` or `customer`.
    pub payer: String,
    /// The price rule in the words of the commitment file, as `free` or `list less 15%`.
    pub price: String,
    pub promise: String,
    pub clause: String,
    /// Promises that fit as closely and say another price.
    pub contradicted_by: Vec<String>,
}

/// A period and the arithmetic that led to its end.
#[derive(Debug, Serialize, ToSchema)]
pub struct CoveragePeriod {
    pub name: String,
    /// `before`, `during` or `after`.
    pub phase: String,
    #[schema(value_type = Option<String>, format = Date)]
    pub from: Option<Date>,
    #[schema(value_type = Option<String>, format = Date)]
    pub until: Option<Date>,
    pub lines: Vec<CoverageEntry>,
}

/// A line of the ledger of a period.
#[derive(Debug, Serialize, ToSchema)]
pub struct CoverageEntry {
    /// `ours`, `known`, `manufacturer`, `extended`, `after_the_end` or `inherited`.
    pub what: String,
    /// Days by which it moved the end.
    pub days: Option<u32>,
    pub reason: Option<String>,
    /// The last day after this line.
    #[schema(value_type = String, format = Date)]
    pub until: Date,
}

impl From<&Verdict> for CoverageLine {
    fn from(verdict: &Verdict) -> CoverageLine {
        let payer = match verdict.payer {
            Payer::Provider => "provider",
            Payer::Customer => "customer",
        };
        CoverageLine {
            payer: payer.to_owned(),
            price: promise::coverage::promise::words(verdict.price),
            promise: verdict.entry.clone(),
            clause: verdict.clause.clone(),
            contradicted_by: verdict.contradicted_by.clone(),
        }
    }
}

fn entries(ledger: &Ledger) -> Vec<CoverageEntry> {
    let entry = |line: &promise::coverage::Line| {
        let (what, days, reason) = match &line.what {
            What::Ours { .. } => ("ours", None, None),
            What::Known { .. } => ("known", None, None),
            What::LongerByManufacturer { .. } => ("manufacturer", None, None),
            What::Extended { days, reason, .. } => ("extended", Some(*days), Some(reason.clone())),
            What::AfterTheEnd { reason, .. } => ("after_the_end", None, Some(reason.clone())),
            What::Inherited { from, .. } => ("inherited", None, Some(from.clone())),
        };
        CoverageEntry { what: what.to_owned(), days, reason, until: line.end_on }
    };
    ledger.lines.iter().map(entry).collect()
}

fn periods(answer: &Answer) -> Vec<CoveragePeriod> {
    let period = |period: &promise::coverage::PeriodStanding| CoveragePeriod {
        name: period.name.clone(),
        phase: match period.phase {
            Phase::Before => "before",
            Phase::During => "during",
            Phase::After => "after",
        }
        .to_owned(),
        from: period.dates().map(|dates| dates.first),
        until: period.dates().map(|dates| dates.last),
        lines: period.ledger.as_ref().map(entries).unwrap_or_default(),
    };
    answer.periods.iter().map(period).collect()
}

/// Who pays labour, parts and travel. Every parameter but `on` is an attribute of the work that the commitment looks
/// at, as `work=repair` and `cause=external`.
#[utoipa::path(get, path = "/api/v1/assets/{id}/coverage", tag = "Assets", params(("id" = i64, Path), ("on" = Option<String>, Query, description = "A day at the site; today without it"), ("work" = Option<String>, Query, description = "What is done, as `repair`"), ("cause" = Option<String>, Query, description = "Why, as `equipment`")),
    responses((status = 200, body = Coverage)))]
pub async fn show(
    app: App,
    actor: Actor<perm::ViewRegistry>,
    Path(id): Path<AssetId>,
    search: Search,
) -> Result<Response, Failure> {
    let on = match search.some("on") {
        Some(text) => {
            Some(rules::text::parse_date("on", text).map_err(|wrong| Failure::Invalid(vec![wrong]))?)
        }
        None => None,
    };
    let (library, now) = (app.clone(), actor.l.now);
    let cover = app.read(move |tx| Covers::new(&library.library, now).of(tx, id, on)).await?;
    Ok(Json(told(&cover, pages::attributes(&search))?).into_response())
}

fn told(cover: &Cover, attributes: BTreeMap<String, String>) -> Result<Coverage, Failure> {
    let answer = match cover.answer(attributes) {
        Some(Err(_)) => return Err(Failure::field("on", "error-unit-dates")),
        Some(Ok(answer)) => Some(answer),
        None => None,
    };
    let answer = answer.as_ref();
    Ok(Coverage {
        asset: cover.unit.id.get(),
        on: cover.on,
        contract: cover.under.contract.map(i64::from),
        commitment: cover.under.commitment.map(i64::from),
        labour: answer.and_then(|answer| answer.labour.as_ref()).map(CoverageLine::from),
        parts: answer.and_then(|answer| answer.parts.as_ref()).map(CoverageLine::from),
        travel: answer.and_then(|answer| answer.travel.as_ref()).map(CoverageLine::from),
        periods: answer.map(periods).unwrap_or_default(),
    })
}

/// Something that happened to a unit and moves its warranty.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct UnitEventInput {
    /// `out-of-service`, `back-in-service`, `replaces`, `manufacturer-warranty`, `trial-started` or `put-in-operation`.
    pub kind: String,
    /// The day at the site.
    pub on: String,
    /// Why it does not work.
    pub reason: String,
    /// The id of the unit that it replaces.
    pub replaced: Option<i64>,
    /// The last day of the manufacturer's warranty.
    pub until: String,
}

/// Records what happened to a unit; answers who pays since then.
#[utoipa::path(post, path = "/api/v1/assets/{id}/events", tag = "Assets", params(("id" = i64, Path)),
    request_body = UnitEventInput, responses((status = 200, body = Coverage)))]
pub async fn record(
    app: App,
    actor: Actor<perm::EditAssets>,
    Path(id): Path<AssetId>,
    Body(input): Body<UnitEventInput>,
) -> Result<Response, Failure> {
    let form = UnitEventForm {
        kind: input.kind,
        on: input.on,
        reason: input.reason,
        replaced: input.replaced.map(|id| id.to_string()).unwrap_or_default(),
        until: input.until,
    };
    let library = app.clone();
    app.change(&actor, move |c| change::record(c, &library.library, id, &form)).await?;
    let (library, now) = (app.clone(), app.clock.now());
    let cover = app.read(move |tx| Covers::new(&library.library, now).of(tx, id, None)).await?;
    Ok(Json(told(&cover, BTreeMap::new())?).into_response())
}
