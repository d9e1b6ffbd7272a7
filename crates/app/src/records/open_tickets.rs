//! The open tickets around a record, what is due next first.

use db::{Error, Query, Row, Tx, row, statements};
use jiff::Timestamp;
use maud::{Markup, html};
use rules::ids::TicketId;
use rules::tickets::State;
use rules::tickets::number::TicketNumber;
use rules::tickets::severity::Severity;

use crate::layout::components::*;
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
    /// Looked for among the open tickets of its customer.
    Contract {
        contract: i64,
        customer: i64,
    },
    Asset(i64),
}

impl Around {
    fn narrow<R: Row>(self, query: Query<R>) -> Query<R> {
        let open = query.and("t.closed_at IS NULL", ());
        match self {
            Around::Customer(id) => open.and("t.customer_id = ?", id),
            Around::Site(id) => open.and("t.site_id = ?", id),
            Around::Asset(id) => open.and("t.asset_id = ?", id),
            Around::Contract { contract, customer } => {
                open.and("t.customer_id = ?", customer).and("t.contract_id = ?", contract)
            }
        }
    }
}

/// The open tickets, what is due next first; one more than is shown tells that there are more.
pub fn of(tx: &mut Tx, around: Around) -> Result<Vec<OpenTicket>, Error> {
    tx.list(&around.narrow(Query::of(&OPEN)).order("t.queue_at, t.id").limit(SHOWN_MOST + 1))
}

/// How many tickets are open, counted up to a thousand.
pub fn count(tx: &mut Tx, around: Around) -> Result<usize, Error> {
    Ok(tx.list(&around.narrow(Query::of(&COUNT)).limit(COUNTED_MOST))?.len())
}

/// The open tickets as a card. `open` leads to all of them, `ever` to those that are done, too.
pub fn panel(l: &L10n, tickets: &[OpenTicket], open: &str, ever: &str) -> Markup {
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
            }
            p class="more" {
                @if tickets.len() > most { a href=(open) { (l.t("records-open-tickets-all")) } " · " }
                a href=(ever) { (l.t("records-tickets-ever")) }
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
