//! The open tickets around a record, what is due next first.

use db::{Error, Query, Tx, row, statements};
use jiff::Timestamp;
use maud::{Markup, html};
use rules::ids::TicketId;
use rules::tickets::State;
use rules::tickets::number::TicketNumber;
use rules::tickets::severity::Severity;

use crate::layout::components::*;
use crate::layout::icons::Icon;
use crate::layout::l10n::L10n;

/// How many open tickets a record's page shows.
const SHOWN_MOST: i64 = 10;
/// How many open tickets are counted before something is put away.
const COUNTED_MOST: i64 = 1_000;

row! {
    /// An open ticket as a record's page shows it.
    #[derive(Debug, Clone)]
    pub struct OpenTicket {
        pub id: TicketId as int,
        pub title: String,
        pub severity: Severity as text,
        pub state: State as text,
        pub next_due_at: Option<Timestamp>,
        pub next_warn_at: Option<Timestamp>,
    }
}

statements! {
    static OPEN: () => OpenTicket =
        "SELECT t.id, t.title, t.severity, t.state, t.next_due_at, t.next_warn_at FROM ticket t";
    static COUNT: () => (i64,) = "SELECT 1 AS one FROM ticket t";
}

/// What the tickets are about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Around {
    Customer(i64),
    Site(i64),
    Contract(i64),
    Asset(i64),
}

impl Around {
    fn condition(self) -> (&'static str, i64) {
        match self {
            Around::Customer(id) => ("t.customer_id = ?", id),
            Around::Site(id) => ("t.site_id = ?", id),
            Around::Contract(id) => ("t.contract_id = ?", id),
            Around::Asset(id) => ("t.asset_id = ?", id),
        }
    }
}

/// The open tickets, what is due next first; one more than is shown tells that there are more.
pub fn of(tx: &mut Tx, around: Around) -> Result<Vec<OpenTicket>, Error> {
    let (condition, id) = around.condition();
    let query = Query::of(&OPEN).and("t.closed_at IS NULL", ()).and(condition, id);
    tx.list(&query.order("t.queue_at, t.id").limit(SHOWN_MOST + 1))
}

/// How many tickets are open, counted up to a thousand.
pub fn count(tx: &mut Tx, around: Around) -> Result<usize, Error> {
    let (condition, id) = around.condition();
    let query = Query::of(&COUNT).and("t.closed_at IS NULL", ()).and(condition, id);
    Ok(tx.list(&query.limit(COUNTED_MOST))?.len())
}

/// The open tickets as a card.
pub fn panel(l: &L10n, tickets: &[OpenTicket], all: &str) -> Markup {
    let most = usize::try_from(SHOWN_MOST).unwrap_or_default();
    card(
        l.t("records-open-tickets"),
        html! {
            @if tickets.is_empty() {
                p class="muted" { (l.t("records-open-tickets-none")) }
            } @else {
                ul class="open-tickets" {
                    @for ticket in tickets.iter().take(most) { li {
                        a href={ "/tickets/" (TicketNumber::of(ticket.id)) } {
                            span class="number" { (TicketNumber::of(ticket.id).grouped()) }
                            " " (ticket.title)
                        }
                        span class="open-ticket-state" {
                            (severity_mark(rank(ticket.severity), l.t(ticket.severity.label())))
                            (badge(l.t(ticket.state.label())))
                            @if let Some(due) = ticket.next_due_at { (countdown(l, due, ticket.next_warn_at)) }
                        }
                    } }
                }
                @if tickets.len() > most { p { (link_button(all, Icon::Queue, l.t("records-open-tickets-all"), false)) } }
            }
        },
    )
}

fn rank(severity: Severity) -> u8 {
    match severity {
        Severity::Level1 => 1,
        Severity::Level2 => 2,
        Severity::Level3 => 3,
        Severity::Emergency => 4,
    }
}
