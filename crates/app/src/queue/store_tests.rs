use db::testing::each_database;
use db::{Database, Dialect};
use jiff::SignedDuration;

use super::*;
use crate::MIGRATIONS;
use crate::kernel::form::Search;
use crate::queue::filter::Reader;

const NOW: &str = "2026-11-23T08:00:00Z";

fn now() -> Timestamp {
    NOW.parse().unwrap()
}

/// Tickets `1..=n` of three customers, five people and four teams; half of them are closed. Their deadlines lie
/// around now, every ninth has none.
fn stock(database: &Database, n: i64) {
    let sql = format!(
        "INSERT INTO account (id, login, name, role, theme, version, created_at, updated_at)
            WITH RECURSIVE n(i) AS (SELECT CAST(1 AS BIGINT) UNION ALL SELECT i + 1 FROM n WHERE i < 5)
            SELECT i, 'u' || i, 'U' || i, 'engineer', 'auto', 0, 0, 0 FROM n;
         INSERT INTO team (id, name, version, created_at)
            WITH RECURSIVE n(i) AS (SELECT CAST(1 AS BIGINT) UNION ALL SELECT i + 1 FROM n WHERE i < 4)
            SELECT i, 'T' || i, 0, 0 FROM n;
         INSERT INTO customer (id, code, name, name_key, version, created_at)
            WITH RECURSIVE n(i) AS (SELECT CAST(1 AS BIGINT) UNION ALL SELECT i + 1 FROM n WHERE i < 3)
            SELECT i, 'C' || i, 'Customer ' || i, 'customer ' || i, 0, 0 FROM n;
         INSERT INTO ticket (id, version, kind, state, severity, channel, title, customer_id, zone, team_id, assignee_id,
                reported_at, created_at, updated_at, closed_at, next_due_at, next_promise, next_warn_at, queue_at,
                running_count, missed_count)
            WITH RECURSIVE n(i) AS (SELECT CAST(1 AS BIGINT) UNION ALL SELECT i + 1 FROM n WHERE i < {n})
            SELECT i, 0,
                CASE WHEN i % 5 = 0 THEN 'complaint' ELSE 'fault' END,
                CASE WHEN i % 2 = 0 THEN 'closed' WHEN i % 3 = 0 THEN 'waiting' ELSE 'reported' END,
                CASE WHEN i % 7 = 0 THEN 'emergency' WHEN i % 3 = 0 THEN 'level3' ELSE 'level1' END,
                CASE WHEN i % 4 = 1 THEN 'mail' ELSE 'phone' END,
                'Ticket ' || i, i % 3 + 1, 'Asia/Shanghai',
                CASE WHEN i % 6 = 0 THEN NULL ELSE i % 4 + 1 END,
                CASE WHEN i % 11 = 0 THEN NULL ELSE i % 5 + 1 END,
                0, 0, 0,
                CASE WHEN i % 2 = 0 THEN 1 ELSE NULL END,
                CASE WHEN i % 9 = 0 THEN NULL ELSE {now} + (i * 7919 % {n} - {n} / 4) * 60000000 END,
                CASE WHEN i % 9 = 0 THEN NULL WHEN i % 8 = 1 THEN 'arrive' ELSE 'respond' END,
                CASE WHEN i % 9 = 0 THEN NULL ELSE {now} + (i * 7919 % {n} - {n} / 4 - 300) * 60000000 END,
                CASE WHEN i % 9 = 0 THEN {end} ELSE {now} + (i * 7919 % {n} - {n} / 4) * 60000000 END,
                1, CASE WHEN i % 13 = 0 THEN 1 ELSE 0 END FROM n;
         ANALYZE;",
        now = now().as_microsecond(),
        end = END_OF_TIME.as_microsecond(),
    );
    database.write_now::<_, Error>(move |tx| tx.batch(&sql)).unwrap();
}

fn wanted(query: &str) -> Wanted {
    Wanted::read(&Search::parse(query), &Reader { id: UserId(3), teams: vec![TeamId(2), TeamId(4)] })
}

/// What the queue must show, found by looking at every ticket.
fn expected(all: &[QueueRow], channels: &[(i64, String)], wanted: &Wanted) -> Vec<TicketId> {
    let holds = |row: &QueueRow| {
        let urgent = wanted.urgency.is_empty()
            || wanted.urgency.iter().any(|urgency| match urgency {
                Urgency::Overdue => row.queue_at <= now(),
                Urgency::AtRisk => row.queue_at > now() && row.next_warn_at.is_some_and(|at| at <= now()),
                Urgency::Breached => row.queue_at <= now() || row.missed_count > 0,
            });
        let channel = channels.iter().find(|(id, _)| *id == row.id.get()).unwrap();
        let text = wanted.text.as_ref().is_none_or(|text| {
            row.title.to_lowercase().contains(text) || row.customer.to_lowercase().contains(text)
        });
        let held = |holders: &[Holder<i64>], id: Option<i64>| {
            holders.is_empty() || holders.contains(&id.map_or(Holder::Nobody, Holder::Is))
        };
        let plain = |holder: &Holder<UserId>| match holder {
            Holder::Is(id) => Holder::Is(id.get()),
            Holder::Nobody => Holder::Nobody,
        };
        let team = |holder: &Holder<TeamId>| match holder {
            Holder::Is(id) => Holder::Is(id.get()),
            Holder::Nobody => Holder::Nobody,
        };
        let any = |len: usize, found: bool| len == 0 || found;
        !wanted.nothing
            && urgent
            && text
            && any(wanted.states.len(), wanted.states.contains(&row.state))
            && any(wanted.severities.len(), wanted.severities.contains(&row.severity))
            && any(wanted.kinds.len(), wanted.kinds.contains(&row.kind))
            && any(wanted.channels.len(), wanted.channels.iter().any(|one| one.code() == channel.1))
            && any(wanted.customers.len(), wanted.customers.contains(&row.customer_id))
            && any(
                wanted.promises.len(),
                row.next_promise.as_ref().is_some_and(|one| wanted.promises.contains(one)),
            )
            && held(&wanted.assignees.iter().map(plain).collect::<Vec<_>>(), row.assignee_id.map(UserId::get))
            && held(&wanted.teams.iter().map(team).collect::<Vec<_>>(), row.team_id.map(TeamId::get))
    };
    all.iter().filter(|row| holds(row)).map(|row| row.id).collect()
}

const QUERIES: [&str; 24] = [
    "",
    "urgency=overdue",
    "urgency=at-risk",
    "urgency=breached",
    "urgency=at-risk&urgency=breached",
    "assignee=me",
    "assignee=none",
    "assignee=me&assignee=none&assignee=1",
    "team=mine",
    "team=none&team=2",
    "customer=2",
    "customer=1&customer=3&severity=emergency",
    "customer=2&assignee=me&team=mine",
    "state=waiting",
    "severity=emergency&severity=level3&kind=complaint",
    "channel=mail&promise=arrive",
    "promise=arrive&urgency=at-risk",
    "assignee=me&urgency=breached",
    "assignee=none&team=none",
    "q=ticket+77",
    "q=customer+2&state=waiting",
    "q=%25&state=waiting",
    "kind=consultation",
    "team=mine&urgency=overdue&urgency=at-risk&severity=level1",
];

#[test]
fn every_page_of_every_filter_shows_what_it_should_in_order() {
    each_database(MIGRATIONS, |database| {
        stock(database, 3_000);
        let (all, channels) = database
            .read_now::<_, Error>(|tx| {
                let whole = Slice::default();
                assert_eq!(whole.rows.len(), 0);
                let all = list(tx, &Wanted::default(), None, 10_000, now())?.rows;
                Ok((
                    all,
                    tx.adhoc::<(i64, String)>("SELECT id, channel FROM ticket WHERE closed_at IS NULL", &[])?,
                ))
            })
            .unwrap();
        assert_eq!(all.len(), 1_500);
        for query in QUERIES {
            let wanted = wanted(query);
            // A sign of LIKE in a text is left out, so that everything is found by it.
            let read_as =
                Wanted { text: wanted.text.as_ref().map(|text| text.replace('%', "")), ..wanted.clone() };
            let expected = expected(&all, &channels, &read_as);
            let (shown, count) = database
                .read_now::<_, Error>(move |tx| {
                    let (mut shown, mut after) = (Vec::new(), None);
                    for _ in 0..200 {
                        let slice = list(tx, &wanted, after, 37, now())?;
                        assert!(slice.rows.len() <= 37 && slice.rows.is_sorted_by_key(QueueRow::key));
                        shown.extend(slice.rows.into_iter().map(|row| row.id));
                        after = slice.next;
                        if after.is_none() {
                            break;
                        }
                    }
                    assert!(after.is_none(), "the list comes to its end");
                    Ok((shown, count(tx, &wanted, 99, now())?))
                })
                .unwrap();
            assert_eq!(shown, expected, "{query} on {:?}", database.dialect());
            let exact = i64::try_from(expected.len()).unwrap();
            assert!(
                count.n <= exact.max(count.n) && (count.more || count.n >= exact),
                "{query}: {count:?} of {exact}"
            );
            assert!(count.n <= 99, "{query}");
        }
    });
}

#[test]
fn what_is_rare_is_looked_for_in_bounded_steps() {
    each_database(MIGRATIONS, |database| {
        stock(database, 24_000);
        database
            .write_now::<_, Error>(|tx| {
                tx.batch("UPDATE ticket SET kind = 'third-party-work', queue_at = 253370764799000000 WHERE id = 23999")
            })
            .unwrap();
        let wanted = wanted("kind=third-party-work");
        let again = wanted.clone();
        let first = database.read_now::<_, Error>(move |tx| list(tx, &wanted, None, 50, now())).unwrap();
        assert!(first.cut && first.rows.is_empty(), "10,000 of 12,000 were looked at");
        let after = first.next;
        let second = database.read_now::<_, Error>(move |tx| list(tx, &again, after, 50, now())).unwrap();
        assert_eq!(second.rows.iter().map(|row| row.id).collect::<Vec<_>>(), [TicketId(23_999)]);
        assert_eq!((second.next, second.cut), (None, false));
    });
}

#[test]
fn no_page_and_no_count_reads_a_whole_table() {
    each_database(MIGRATIONS, |database| {
        stock(database, 40_000);
        for query in QUERIES {
            let wanted = wanted(query);
            for stream in streams(&wanted, now()) {
                let plans = database
                    .read_now::<_, Error>({
                        let wanted = wanted.clone();
                        move |tx| {
                            let select = concat!("SELECT ", columns!(), " FROM");
                            let listed =
                                filtered(Query::new::<QueueRow>(select), &wanted, stream, 50, names!());
                            Ok([
                                tx.plan(&listed.order("t.queue_at, t.id").limit(51))?,
                                tx.plan(&counted(stream, 50))?,
                                tx.plan(&ending(stream, 50))?,
                            ])
                        }
                    })
                    .unwrap();
                for plan in plans {
                    let text = plan.join("\n");
                    let (index, scan) = match database.dialect() {
                        Dialect::Sqlite => ("INDEX ticket_queue", "SCAN ticket\n"),
                        Dialect::Postgres => ("using ticket_queue", "Seq Scan on ticket"),
                    };
                    assert!(
                        text.contains(index) && !format!("{text}\n").contains(scan),
                        "{query} {stream:?}:\n{text}"
                    );
                    assert!(
                        !text.contains("Bitmap"),
                        "{query} {stream:?} is sorted after reading all:\n{text}"
                    );
                }
            }
        }
    });
}

#[test]
fn a_deadline_that_is_reached_moves_a_ticket_between_views() {
    each_database(MIGRATIONS, |database| {
        stock(database, 300);
        let row = database
            .read_now::<_, Error>(|tx| {
                Ok(list(tx, &wanted("urgency=at-risk"), None, 1, now())?.rows.remove(0))
            })
            .unwrap();
        let due = row.next_due_at.unwrap();
        let shows = |query: &'static str, at: Timestamp| {
            let id = row.id;
            database
                .read_now::<_, Error>(move |tx| {
                    Ok(list(tx, &wanted(query), None, 300, at)?.rows.iter().any(|row| row.id == id))
                })
                .unwrap()
        };
        let second = SignedDuration::from_secs(1);
        assert!(shows("urgency=at-risk", due - second) && !shows("urgency=overdue", due - second));
        assert!(
            !shows("urgency=at-risk", due) && shows("urgency=overdue", due) && shows("urgency=breached", due)
        );
    });
}
