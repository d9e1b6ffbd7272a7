//! What only some of the customer's people may do: agree to another deadline or a waiver (C7.5), allow remote
//! access and withdraw it (C4.7).

use axum::extract::Path;
use axum::response::Response;
use jiff::tz::TimeZone;
use maud::{Markup, html};
use rules::ids::*;
use rules::portal::right;
use rules::remote_access::{ConsentForm, ConsentWay};
use rules::text::Text;

use super::life;
use super::store;
use super::ticket::path;
use crate::kernel::form::Form;
use crate::kernel::guest::Guest;
use crate::kernel::notice::{Notice, go};
use crate::layout::components::*;
use crate::layout::icons::{Icon, icon};
use crate::layout::l10n::L10n;
use crate::records::owed::promise_title;
use crate::remote_access::panel::{Panel, consent, session_lines, times};
use crate::remote_access::{change as remote, store as consents};
use crate::tickets::change;
use crate::tickets::proposals;
use crate::tickets::proposals::store::ProposalRow;
use crate::{App, Failure};

/// What is proposed, to accept or decline.
pub fn proposals_card(
    l: &L10n,
    own: &str,
    rows: &[ProposalRow],
    terms: Option<&promise::Terms>,
    zone: &TimeZone,
) -> Markup {
    html! {
        @for row in rows.iter().filter(|row| row.is_open()) {
            section class="card portal-ask" id="proposal" {
                h2 { (icon(Icon::Agreed)) " " (l.t("portal-proposal")) }
                p {
                    @let what = promise_title(l, terms, &row.promise);
                    @match row.due_at {
                        Some(due_at) => (l.ta("portal-proposal-deadline", &[("promise", what.into()), ("at", life::short(l, due_at, zone).into())])),
                        None => (l.ta("portal-proposal-waiver", &[("promise", what.into())])),
                    }
                }
                blockquote { (row.reason) }
                p class="hint" { (l.t("portal-proposal-hint")) }
                form class="inline" method="post" action={ (own) "/proposals/" (row.id) "/acceptance" } {
                    button class="button primary" type="submit" { (icon(Icon::Check)) span { (l.t("portal-accept")) } }
                }
                details {
                    summary { (l.t("portal-decline")) }
                    form class="form" method="post" action={ (own) "/proposals/" (row.id) "/refusal" } {
                        (TextArea::new("text", l.t("portal-decline-why")).rows(2).of(&Form::default(), l))
                        (submit(l.t("portal-decline")))
                    }
                }
            }
        }
    }
}

/// POST /portal/tickets/{number}/proposals/{id}/acceptance: the proposal becomes the agreed fact.
pub async fn accept(
    app: App,
    guest: Guest<right::Agree>,
    Path((text, proposal)): Path<(String, ProposalId)>,
) -> Result<Response, Failure> {
    let (id, scope) = (change::number(&text)?, guest.scope());
    let id = app
        .change(&guest, move |c| {
            let id = store::ticket(c.tx, scope, id)?;
            proposals::accept(c, id, proposal, scope.contact)?;
            Ok(id)
        })
        .await?;
    Ok(go(&path(id), Notice::new("notice-portal-accepted")))
}

/// POST /portal/tickets/{number}/proposals/{id}/refusal
pub async fn decline(
    app: App,
    guest: Guest<right::Agree>,
    Path((text, proposal)): Path<(String, ProposalId)>,
    form: Form,
) -> Result<Response, Failure> {
    let (id, scope) = (change::number(&text)?, guest.scope());
    let why = Text::parse_optional("text", form.get("text"))?;
    let id = app
        .change(&guest, move |c| {
            let id = store::ticket(c.tx, scope, id)?;
            proposals::decline(c, id, proposal, scope.contact, why)?;
            Ok(id)
        })
        .await?;
    Ok(go(&path(id), Notice::new("notice-portal-declined")))
}

/// Remote access as the customer sees it: what is allowed, who was in, and the way to stop it.
pub fn remote_card(
    l: &L10n,
    own: &str,
    panel: &Panel,
    target: &str,
    zone: &TimeZone,
    open: bool,
    may: bool,
) -> Markup {
    let standing = panel.open(l.now);
    let past = || panel.consents.iter().filter(|(row, _)| !row.standing().is_open(l.now));
    let form = Form::of([("target", target), ("hours", "2")]);
    html! {
        @if standing.is_some() || past().next().is_some() || (open && may) {
            section class="card" id="remote" {
                h2 { (icon(Icon::Key)) " " (l.t("remote-access")) }
                @match standing {
                    Some((row, sessions)) => {
                        (consent(l, row, zone)) (session_lines(l, sessions, zone))
                        @if may {
                            form class="inline" method="post" action={ (own) "/remote/" (row.id) "/withdrawal" } {
                                button class="button danger" type="submit" { (icon(Icon::Void)) span { (l.t("portal-withdraw-consent")) } }
                            }
                        }
                    }
                    None => @if open && may {
                        p class="quiet" { (l.t("portal-consent-words")) }
                        details {
                            summary { (l.t("portal-consent")) }
                            form class="form" method="post" action={ (own) "/remote" } {
                                (Field::text("target", l.t("remote-target")).required().of(&form, l))
                                (Field::text("hours", l.t("remote-hours")).inputmode("decimal").required().short().of(&form, l))
                                (Field::text("from_at", l.t("remote-from")).kind("datetime-local").hint(l.t("intake-reported-at-hint")).short().of(&form, l))
                                (submit(l.t("portal-consent")))
                            }
                        }
                    }
                }
                @for (row, sessions) in past() {
                    details { summary { (life::short(l, row.from_at, zone)) " · " (row.target) }
                        (consent(l, row, zone)) (session_lines(l, sessions, zone)) }
                }
            }
        }
    }
}

/// POST /portal/tickets/{number}/remote: the customer allows it, by their own hand.
pub async fn give_consent(
    app: App,
    guest: Guest<right::Consent>,
    Path(text): Path<String>,
    form: Form,
) -> Result<Response, Failure> {
    let (id, scope) = (change::number(&text)?, guest.scope());
    let id = app
        .change(&guest, move |c| {
            let id = store::ticket(c.tx, scope, id)?;
            let matter = consents::matter(c.tx, id)?.ok_or(Failure::NotFound)?;
            let zone = TimeZone::get(&matter.zone).unwrap_or(TimeZone::UTC);
            let (from_at, until_at) = times(&form, &zone, c.now)?;
            // What is allowed here begins now or later: nobody allows the past by a form.
            let from_at = from_at.map(|at| at.max(c.now));
            let form = ConsentForm {
                target: form.get("target"),
                way: ConsentWay::Portal.code(),
                note: "",
                from_at,
                until_at,
            };
            let consent = form.read(scope.contact, matter.about.asset, c.now)?;
            remote::give(c, id, &consent, None)?;
            Ok(id)
        })
        .await?;
    Ok(go(&format!("{}#remote", path(id)), Notice::new("notice-remote-allowed")))
}

/// POST /portal/tickets/{number}/remote/{consent}/withdrawal: every session ends at once.
pub async fn withdraw_consent(
    app: App,
    guest: Guest<right::Consent>,
    Path((text, consent)): Path<(String, ConsentId)>,
) -> Result<Response, Failure> {
    let (id, scope) = (change::number(&text)?, guest.scope());
    let id = app
        .change(&guest, move |c| {
            let id = store::ticket(c.tx, scope, id)?;
            remote::withdraw(c, id, consent, Some(scope.contact))?;
            Ok(id)
        })
        .await?;
    Ok(go(&format!("{}#remote", path(id)), Notice::new("notice-remote-withdrawn")))
}
