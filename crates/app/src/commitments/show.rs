//! The page of one version: each clause as it was signed, beside it what is executed, and what a careful
//! reader would ask.

use std::sync::Arc;

use axum::extract::Path;
use axum::response::Response;
use http::header;
use maud::{Markup, html};
use promise::Terms;
use promise::checker::{self, Finding};
use promise::terms::{Clause, Promise};
use rules::access::{Permission, perm};
use rules::ids::CommitmentId;

use super::plain;
use super::store::{self, BoundContract, CommitmentRow, ListedCommitment};
use super::{title, words};
use crate::App;
use crate::kernel::actor::Actor;
use crate::kernel::errors::Failure;
use crate::layout::components::*;
use crate::layout::icons::Icon;
use crate::layout::l10n::{L10n, Locale};
use crate::layout::page::{Page, Section};
use crate::records::history;

/// How far contracts are counted.
const CONTRACTS_MOST: i64 = 1_000;
/// Contracts that the page lists; the list of contracts shows all.
const CONTRACTS_SHOWN: i64 = 50;
/// Other versions that the page lists.
const VERSIONS_SHOWN: i64 = 20;

/// A version with all that its page shows.
struct Whole {
    row: CommitmentRow,
    terms: Arc<Terms>,
    contracts: i64,
    bound: Vec<BoundContract>,
    versions: Vec<ListedCommitment>,
    history: Vec<history::Told>,
}

/// GET /commitments/{id}
pub async fn show(
    app: App,
    actor: Actor<perm::ViewPromises>,
    Path(id): Path<CommitmentId>,
) -> Result<Response, Failure> {
    let library = app.clone();
    let today = actor.l.now.to_zoned(app.config.time_zone()).date();
    let whole = app
        .read(move |tx| {
            let row = store::find(tx, id)?.ok_or(Failure::NotFound)?;
            Ok(Whole {
                terms: library.library.terms(tx, id)?,
                contracts: store::contract_count(tx, id, CONTRACTS_MOST)?,
                bound: store::bound_contracts(tx, id, today, CONTRACTS_SHOWN)?,
                versions: store::versions(tx, &row.name, VERSIONS_SHOWN)?,
                history: history::of(tx, "commitment", id.get())?,
                row,
            })
        })
        .await?;
    let l = &actor.l;
    let Whole { row, terms, .. } = &whole;
    let findings = checker::check(terms);
    let open = findings.iter().filter(|finding| finding.agreed.is_none()).count();
    let body = html! {
        (stats(html! {
            (stat(l.t("commitment-clauses"), l.number(terms.clauses().len() as i64), "#clauses", Tone::Plain))
            (stat(l.t("commitment-promises"), l.number(terms.promises().len() as i64), "#clauses", Tone::Plain))
            (stat(l.t("commitment-findings-open"), l.number(open as i64), "#findings", if open > 0 { Tone::Risk } else { Tone::Plain }))
            (stat(l.t("commitment-contracts"), l.number(whole.contracts), "#contracts", Tone::Plain))
        }))
        section id="clauses" class="commitment-clauses" {
            h2 { (l.t("commitment-clauses")) }
            @for clause in terms.clauses() { (clause_row(l, row, terms, clause)) }
        }
        section id="findings" class="card" {
            h2 { (l.t("commitment-findings")) }
            (findings_list(l, &findings))
        }
        section id="contracts" class="card" {
            h2 { (l.t("commitment-contracts")) }
            (contract_list(l, id, &whole.bound))
        }
        section id="versions" class="card" {
            h2 { (l.t("commitment-versions")) }
            (version_list(l, id, &whole.versions))
        }
        (card(l.t("records-particulars"), particulars(l, row)))
        (history::panel(l, &whole.history))
    };
    let acts = html! {
        (link_button(&format!("/commitments/{id}/paper.pdf"), Icon::Contract, l.t("commitment-paper"), true))
        @if actor.may(Permission::PublishCommitments) {
            (link_button(&format!("/commitments/{id}/edit"), Icon::Edit, l.t("draft-edit"), false))
        }
        (link_button(&format!("/commitments/{id}/preview"), Icon::Clock, l.t("preview-title"), false))
        (link_button(&format!("/commitments/{id}/file"), Icon::Export, l.t("commitment-download"), false))
    };
    let name = title(l, &row.title, &row.name, &row.version);
    Ok(Page::new(&actor, Section::Contracts, name)
        .wide()
        .crumb("/commitments", l.t("commitments-title"))
        .actions(acts)
        .body(body))
}

/// Which contracts were bound to the version, and which of them it still holds for.
fn contract_list(l: &L10n, id: CommitmentId, bound: &[BoundContract]) -> Markup {
    let columns = [
        Column::new(l.t("paper-contract")),
        Column::wide(l.t("label-customer")),
        Column::new(l.t("commitment-bound-from")),
        Column::new(l.t("records-state")),
        Column::unseen(l.t("commitment-paper")),
    ];
    html! {
        @if bound.is_empty() { p class="muted" { (l.t("commitment-no-contracts")) } }
        @else {
            (table(l.t("commitment-contracts"), &columns, html! { @for contract in bound {
                @let href = format!("/contracts/{}", contract.id);
                tr data-href=(href) {
                    td { a href=(href) { (contract.number) " " (contract.title) } }
                    td class="wide" { (contract.customer) }
                    td class="nowrap" { (contract.effective_on) }
                    td {
                        @if contract.current_id == Some(id) { (chip(Tone::Met, Icon::Check, l.t("commitment-runs"))) }
                        @else if contract.current_id.is_some_and(|other| other != id) { (badge(l.t("commitment-replaced"))) }
                        @else { (badge(l.t("commitment-not-yet"))) }
                    }
                    td { a href=(format!("/commitments/{id}/paper.pdf?contract={}", contract.id)) { (l.t("commitment-paper")) } }
                }
            } }))
        }
    }
}

/// The versions that go by the same name.
fn version_list(l: &L10n, id: CommitmentId, versions: &[ListedCommitment]) -> Markup {
    html! {
        ul class="commitment-versions" { @for other in versions { li {
            span {
                @if other.id == id { strong { (title(l, &other.title, &other.name, &other.version)) } }
                @else { a href={ "/commitments/" (other.id) } { (title(l, &other.title, &other.name, &other.version)) } }
            }
            span class="muted" {
                @if other.id != id {
                    a href=(format!("/commitments/{id}/changes/{}", other.id)) { (l.t("changes-link")) } " "
                    a href=(format!("/commitments/{id}/preview?with={}", other.id)) { (l.t("preview-title")) } " "
                }
                @if let Some(on) = other.effective_on { (l.ta("commitment-effective-from", &[("on", on.to_string().into())])) }
            }
        } } }
    }
}

fn particulars(l: &L10n, row: &CommitmentRow) -> Markup {
    let words: Vec<_> =
        ["commitment-name", "label-effective-on", "commitment-published-at", "commitment-digest"]
            .iter()
            .map(|key| l.t(key))
            .collect();
    definitions(&[
        (&*words[0], html! { code { (row.name) " " (row.version) } }),
        (&*words[1], html! { @if let Some(on) = row.effective_on { (on) } @else { "\u{2013}" } }),
        (&*words[2], time(l, row.published_at)),
        (&*words[3], html! { code class="commitment-digest" { (row.sha256) } }),
    ])
}

fn clause_row(l: &L10n, row: &CommitmentRow, terms: &Terms, clause: &Clause) -> Markup {
    let promises: Vec<&Promise> =
        terms.promises().iter().filter(|promise| promise.clause == clause.id).collect();
    html! {
        article class="commitment-clause" id=(clause.id) {
            div class="clause-text" {
                h3 { span class="clause-id" { (clause.id) } " " (words(l, &clause.title).unwrap_or_default()) }
                p { (words(l, &clause.text).unwrap_or_default()) }
            }
            div class="clause-promises" {
                @if promises.is_empty() { p class="muted" { (l.t("commitment-clause-no-promise")) } }
                @for promise in promises {
                    @let said = plain::say(l, terms, promise);
                    section class="commitment-promise" id={ "promise-" (promise.id) } {
                        h4 { (said.title) " " (badge(&said.kind)) }
                        p { (said.sentence) }
                        @if !said.rows.is_empty() {
                            dl class="plain-rows" { @for (name, value) in &said.rows { div { dt { (name) } dd { (value) } } } }
                        }
                        details data-noprint {
                            summary { (l.t("commitment-executable")) " " small class="muted" { (l.ta("commitment-line", &[("line", promise.line.into())])) } }
                            pre { code { (block(&row.text, promise.line)) } }
                        }
                    }
                }
            }
        }
    }
}

/// The lines of a file that belong to the table which begins at `line`, with its sub-tables.
fn block(text: &str, line: usize) -> String {
    let mut lines = text.lines().skip(line.saturating_sub(1));
    let mut block: Vec<&str> = lines.next().into_iter().collect();
    let own = block.first().map(|head| head.trim_matches(['[', ']']).to_owned()).unwrap_or_default();
    for next in lines {
        let head = next.trim_start();
        let is_own = head.trim_start_matches('[').starts_with(&format!("{own}."));
        if head.starts_with('[') && !is_own {
            break;
        }
        block.push(next);
    }
    // The comment above the next table belongs to that one.
    while block.last().is_some_and(|last| last.trim().is_empty() || last.trim_start().starts_with('#')) {
        block.pop();
    }
    block.join("\n")
}

/// What a careful reader of the file would ask; what both sides agreed stands below it.
pub fn findings_list(l: &L10n, findings: &[Finding]) -> Markup {
    html! {
        @if findings.is_empty() { p class="muted" { (l.t("commitment-no-findings")) } }
        @else {
            ul class="commitment-findings" { @for finding in findings { li {
                @match &finding.agreed {
                    Some(_) => (chip(Tone::Met, Icon::Agreed, l.t("commitment-finding-agreed"))),
                    None => (chip(Tone::Risk, Icon::Risk, l.t("commitment-finding-open"))),
                }
                div {
                    p {
                        @if let Some(clause) = &finding.clause { a class="clause-id" href={ "#" (clause) } { (clause) } " " }
                        (said(l, finding))
                        " " small class="muted" { (l.ta("commitment-line", &[("line", finding.line.into())])) }
                    }
                    @if let Some(agreed) = &finding.agreed {
                        p { small { (l.t("commitment-agreed-reading")) ": " (words(l, agreed).unwrap_or_default()) } }
                    }
                }
            } } }
        }
    }
}

pub fn said<'a>(l: &L10n, finding: &'a Finding) -> &'a str {
    match l.locale {
        Locale::En => &finding.message.en,
        Locale::ZhHans | Locale::ZhHant => &finding.message.zh_hans,
    }
}

/// GET /commitments/{id}/file
pub async fn file(
    app: App,
    _: Actor<perm::ViewPromises>,
    Path(id): Path<CommitmentId>,
) -> Result<Response, Failure> {
    let row = app.read(move |tx| Ok(store::find(tx, id)?)).await?.ok_or(Failure::NotFound)?;
    let plain = |text: &str| {
        text.chars().filter(|c| c.is_ascii_alphanumeric() || "-_.".contains(*c)).collect::<String>()
    };
    let name = format!("attachment; filename=\"{}-{}.toml\"", plain(&row.name), plain(&row.version));
    Response::builder()
        .header(header::CONTENT_TYPE, "application/toml; charset=utf-8")
        .header(header::CONTENT_DISPOSITION, name)
        .body(row.text.into())
        .map_err(Failure::broke)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_promise_is_cut_out_of_its_file() {
        let text = "id = \"x\"\n\n[[promise]]\nid = \"a\"\n[[promise.entry]]\nwithin = \"4h\"\n\n# next\n[[promise]]\nid = \"b\"\n";
        assert_eq!(block(text, 3), "[[promise]]\nid = \"a\"\n[[promise.entry]]\nwithin = \"4h\"");
        assert_eq!(block(text, 9), "[[promise]]\nid = \"b\"");
        assert_eq!(block(text, 99), "");
    }
}
