//! The page of one obligation.

use axum::extract::Path;
use axum::response::{IntoResponse, Redirect, Response};
use rules::access::perm;
use rules::ids::{CommitmentId, TicketId};

use super::store;
use crate::kernel::actor::Actor;
use crate::kernel::errors::Failure;
use crate::kernel::form::Search;
use crate::kernel::state::App;
use crate::layout::page::{Page, Section};
use crate::records::owed;
use crate::tickets::why::{self, Story};
use crate::tickets::words::Said;

/// GET /obligations/{id}
pub async fn show(
    app: App,
    actor: Actor<perm::ViewTickets>,
    Path(id): Path<i64>,
    search: Search,
) -> Result<Response, Failure> {
    let shared = app.clone();
    let found = app
        .read(move |tx| {
            let stored = ledger::obligation(tx, id)?.ok_or(Failure::NotFound)?;
            let commitment = stored.commitment_id.map(CommitmentId).ok_or(Failure::NotFound)?;
            let terms = shared.library.terms(tx, commitment)?;
            let facts = store::heeded(tx, &stored.subject_kind, stored.subject_id)?;
            let said = Said::of(tx, &facts)?;
            Ok((stored, terms, facts, said))
        })
        .await?;
    let (stored, terms, facts, said) = found;
    if stored.subject_kind == "ticket" {
        let path = why::path(TicketId(stored.subject_id), &stored.body);
        return Ok(Redirect::to(&path).into_response());
    }
    let l = &actor.l;
    let explanation = promise::explain(&terms, &stored.body, l.now);
    let title = l.ta("why-title", &[("promise", owed::title(l, Some(&terms), &stored.body).into())]);
    let story = Story { zone: &l.zone, facts: &facts, said: &said };
    let body = why::explained(l, &story, &terms, &stored.body, &explanation);
    if search.get("part") == "yes" {
        return Ok(why::part(&title, body).into_response());
    }
    let page = Page::new(&actor, Section::Contracts, title);
    let page = match stored.contract_id {
        Some(contract) => page.crumb(format!("/contracts/{contract}"), l.t("contracts-title")),
        None => page,
    };
    Ok(page.body(body))
}
