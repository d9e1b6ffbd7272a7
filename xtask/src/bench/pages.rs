//! The pages that people look at all day, on bases of different size: the curve must be flat.

use std::path::Path;
use std::time::Duration;

use rules::ids::TicketId;
use rules::tickets::number::TicketNumber;

use super::house::{Serving, keys};
use super::load::{self, get};
use super::{Outcome, Table, milliseconds, number};

/// Clients that look at pages at the same time.
const CLIENTS: usize = 8;

/// Measures the queue and the page of a ticket over a base of so many tickets.
pub fn measure(program: &Path, data: &Path, tickets: u64, seconds: u64, table: &mut Table) -> Outcome<()> {
    let keys = keys(data)?;
    let serving = Serving::start(program, data, &keys.session)?;
    let of = format!("with {} tickets", number(tickets as f64));
    let start = milliseconds(serving.first_page_s);
    table.add(format!("start to the first page {of}"), start, "< 200 ms with 1,000,000");
    let length = Duration::from_secs(seconds);
    let queue = load::run(serving.port, CLIENTS, length, 200, |_, _| get("/queue", &keys.session))?;
    let told = |run: &load::Run| {
        let (p50, p99) = (milliseconds(run.within(0.5)), milliseconds(run.within(0.99)));
        format!("p50 {p50}, p99 {p99}, {}/s", number(run.per_second))
    };
    table.add(format!("queue page {of}, {CLIENTS} clients"), told(&queue), "p99 < 20 ms with 1,000,000");
    let page = load::run(serving.port, CLIENTS, length, 200, |client, nth| {
        // A different ticket each time, all over the base.
        let place = (client as u64 * 7_919 + nth).wrapping_mul(2_654_435_761) % tickets;
        get(&format!("/tickets/{}", TicketNumber::of(TicketId(place as i64 + 1))), &keys.session)
    })?;
    table.add(format!("ticket page {of}, {CLIENTS} clients"), told(&page), "p99 < 20 ms with 1,000,000");
    let (_, peak) = serving.resident_mib()?;
    table.add(format!("resident memory at most, {of}"), format!("{peak:.0} MiB"), "< 150 MiB");
    Ok(())
}
