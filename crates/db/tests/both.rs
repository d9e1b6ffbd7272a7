//! What the program relies on, on SQLite and on PostgreSQL.

use db::testing::{check_statements, each_database};
use db::{Database, Error, Migration, Query, row, statements};
use jiff::{Timestamp, civil::date};

const MIGRATIONS: &[Migration] = &[Migration {
    number: 1,
    name: "team",
    sql: "CREATE TABLE team (
            id {id},
            name TEXT NOT NULL UNIQUE,
            zone TEXT,
            is_open {bool} NOT NULL,
            seal {blob},
            weight DOUBLE PRECISION,
            opened_at BIGINT NOT NULL,
            started_on TEXT,
            tags TEXT NOT NULL
          );
          CREATE TABLE member (
            id {id},
            team_id BIGINT NOT NULL REFERENCES team (id),
            name TEXT NOT NULL CHECK (LENGTH(name) > 0)
          );",
}];

row! {
    #[derive(Debug, Clone, PartialEq)]
    struct TeamRow {
        id: std::num::NonZeroI64 as int,
        name: String,
        zone: Option<String>,
        is_open: bool,
        seal: Option<Vec<u8>>,
        weight: Option<f64>,
        opened_at: Timestamp,
        started_on: Option<jiff::civil::Date>,
        tags: Vec<String> as json,
    }
}

type NewTeam = (
    String,
    Option<String>,
    bool,
    Option<Vec<u8>>,
    Option<f64>,
    Timestamp,
    Option<jiff::civil::Date>,
    db::Json<Vec<String>>,
);

statements! {
    static ADD_FULL: NewTeam => (i64,) =
        "INSERT INTO team (name, zone, is_open, seal, weight, opened_at, started_on, tags)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) RETURNING id";
    static ADD: (String,) => (i64,) =
        "INSERT INTO team (name, is_open, opened_at, tags) VALUES (?1, TRUE, 0, '[]') RETURNING id";
    static FIND: (i64,) => TeamRow =
        "SELECT id, name, zone, is_open, seal, weight, opened_at, started_on, tags FROM team WHERE id = ?1";
    static NAMES: () => (String,) = "SELECT name FROM team ORDER BY name";
    static COUNT: () => (i64,) = "SELECT COUNT(*) FROM team";
    static RENAME: (i64, String) => () = "UPDATE team SET name = ?2 WHERE id = ?1";
    static REMOVE: (i64,) => () = "DELETE FROM team WHERE id = ?1";
    static JOIN: (i64, String) => () = "INSERT INTO member (team_id, name) VALUES (?1, ?2)";
    static CLAIM: (i64,) => (i64,) = "SELECT id FROM team ORDER BY id LIMIT ?1 {skip_locked}";
}

fn add(database: &Database, name: &str) -> Result<i64, Error> {
    let name = name.to_string();
    database.write_now(move |tx| Ok(tx.one(&ADD, (name,))?.0))
}

fn names(database: &Database) -> Vec<String> {
    database
        .read_now::<_, Error>(|tx| Ok(tx.all(&NAMES, ())?.into_iter().map(|row| row.0).collect()))
        .expect("names")
}

#[test]
fn every_type_comes_back_as_it_went() {
    each_database(MIGRATIONS, |database| {
        let opened_at: Timestamp = "2026-01-31T23:59:59.123456Z".parse().expect("an instant");
        let tags = vec!["网络".to_string(), "a\"b".to_string()];
        let given = tags.clone();
        let id = database
            .write_now::<_, Error>(move |tx| {
                let row = (
                    "北区",
                    Some("Asia/Shanghai"),
                    false,
                    Some([0_u8, 255, 7]),
                    Some(0.1),
                    opened_at,
                    Some(date(2024, 2, 29)),
                    db::Json(given),
                );
                Ok(tx.one(&ADD_FULL, row)?.0)
            })
            .expect("add");
        let team = database.read_now::<_, Error>(move |tx| tx.one(&FIND, (id,))).expect("find");
        assert_eq!(
            team,
            TeamRow {
                id: id.try_into().expect("ids begin at 1"),
                name: "北区".to_string(),
                zone: Some("Asia/Shanghai".to_string()),
                is_open: false,
                seal: Some(vec![0, 255, 7]),
                weight: Some(0.1),
                opened_at,
                started_on: Some(date(2024, 2, 29)),
                tags,
            }
        );
    });
}

#[test]
fn every_statement_fits_both_databases() {
    each_database(MIGRATIONS, |database| {
        assert_eq!(check_statements(database), Vec::<String>::new());
    });
}

/// Statements that are wrong on purpose, checked one by one.
#[test]
fn a_statement_that_does_not_fit_is_named() {
    use db::{ColumnSpec, Kind, Registered};
    fn column(name: &'static str, kind: Kind) -> ColumnSpec {
        ColumnSpec { name, kind, nullable: false }
    }
    let wrong: [(Registered, &str); 7] = [
        (registered("SELECT nome FROM team", Vec::new, || vec![column("", Kind::Text)]), "nome"),
        (registered("SELECT id FROM team", Vec::new, || vec![column("", Kind::Text)]), "is read as Text"),
        (
            registered("SELECT id, name FROM team", Vec::new, || vec![column("", Kind::Int)]),
            "1 columns are declared",
        ),
        (
            registered("SELECT name FROM team", Vec::new, || vec![column("title", Kind::Text)]),
            "the field title",
        ),
        (registered("DELETE FROM team WHERE id = ?1", Vec::new, Vec::new), "0 parameters are declared"),
        (registered("DELETE FROM team WHERE id = ?1", || vec![Kind::Text], Vec::new), "?1 is declared Text"),
        (registered("SELECT zone FROM team", Vec::new, || vec![column("", Kind::Text)]), "zone may be empty"),
    ];
    let found: Vec<Vec<String>> = [db::Dialect::Sqlite, db::Dialect::Postgres]
        .map(|dialect| {
            let fresh = db::testing::fresh(dialect, MIGRATIONS);
            wrong
                .iter()
                .flat_map(|(statement, _)| db::testing::check_statement(&fresh.database, statement))
                .collect()
        })
        .into();
    // SQLite does not tell the types of parameters, nor what may be empty; PostgreSQL does.
    let told_by_both = &wrong[..5];
    for (lines, expected) in found.iter().zip([told_by_both, &wrong[..]]) {
        for (statement, words) in expected {
            assert!(
                lines.iter().any(|line| line.contains(words)),
                "{}: {words:?} in {lines:#?}",
                statement.sql
            );
        }
        assert_eq!(lines.len(), expected.len(), "{lines:#?}");
    }
}

fn registered(
    sql: &'static str,
    parameters: fn() -> Vec<db::Kind>,
    columns: fn() -> Vec<db::ColumnSpec>,
) -> db::Registered {
    db::Registered { name: "WRONG", module: "both", sql, parameters, columns }
}

#[test]
fn errors_are_sorted_by_what_can_be_done() {
    each_database(MIGRATIONS, |database| {
        let id = add(database, "a").expect("add");
        let error = add(database, "a").expect_err("twice");
        assert!(error.is_unique_on("team.name"), "{error:?}");
        let error = database.write_now::<_, Error>(|tx| tx.run(&JOIN, (99, "x"))).expect_err("no such team");
        assert!(matches!(error, Error::ForeignKeyViolation { .. }), "{error:?}");
        let error = database.write_now::<_, Error>(move |tx| tx.run(&JOIN, (id, ""))).expect_err("no name");
        assert!(matches!(error, Error::CheckViolation { .. }), "{error:?}");
        let error = database.read_now::<_, Error>(|tx| tx.one(&FIND, (99,))).expect_err("no row");
        assert!(matches!(error, Error::NoRow { .. }), "{error:?}");
        let error =
            database.read_now::<_, Error>(|tx| tx.one(&ADD, ("b",))).expect_err("a read cannot write");
        assert!(matches!(error, Error::Statement { .. }), "{error:?}");
        assert_eq!(names(database), ["a"]);
    });
}

#[test]
fn a_failed_or_panicking_closure_leaves_nothing_and_the_thread_lives() {
    each_database(MIGRATIONS, |database| {
        for _ in 0..8 {
            let error = database.write_now::<(), Error>(|tx| {
                tx.one(&ADD, ("lost",))?;
                Err(Error::Busy)
            });
            assert!(matches!(error, Err(Error::Busy)));
            let error = database.write_now::<(), Error>(|tx| {
                tx.one(&ADD, ("lost",))?;
                panic!("on purpose")
            });
            assert!(matches!(error, Err(Error::Panicked(message)) if message == "on purpose"));
            let error = database.read_now::<(), Error>(|_| panic!("{}", "while reading"));
            assert!(matches!(error, Err(Error::Panicked(message)) if message == "while reading"));
        }
        add(database, "kept").expect("add");
        assert_eq!(names(database), ["kept"]);
    });
}

#[test]
fn an_attempt_undoes_its_own_writes_only() {
    each_database(MIGRATIONS, |database| {
        database
            .write_now::<_, Error>(|tx| {
                tx.one(&ADD, ("a",))?;
                let inner = tx.attempt::<(), Error>(|tx| {
                    tx.one(&ADD, ("b",))?;
                    tx.attempt::<_, Error>(|tx| tx.one(&ADD, ("c",)))?;
                    tx.one(&ADD, ("a",))?;
                    Ok(())
                });
                assert!(inner.expect_err("a exists").is_unique_on("team.name"));
                tx.attempt::<_, Error>(|tx| tx.one(&ADD, ("d",)))?;
                Ok(())
            })
            .expect("the outer work goes on");
        assert_eq!(names(database), ["a", "d"]);
    });
}

#[test]
fn a_list_is_put_together_from_its_filters() {
    each_database(MIGRATIONS, |database| {
        for name in ["a", "b", "c", "d", "e"] {
            add(database, name).expect("add");
        }
        let list = Query::new::<(i64, String)>("SELECT id, name FROM team")
            .and_in("name", &["a", "b", "c", "d"])
            .and("is_open = ?", true)
            .and("(name, id) > (?, ?)", ("a", 1_i64))
            .and_some::<&str>("zone = ?", None)
            .order("name, id")
            .limit(2);
        let count = list.select_instead::<(i64,)>("SELECT COUNT(*) FROM team");
        let (page, total) = database
            .read_now::<_, Error>(move |tx| Ok((tx.list(&list)?, tx.list_one(&count)?.0)))
            .expect("a list");
        assert_eq!(page.into_iter().map(|row| row.1).collect::<Vec<_>>(), ["b", "c"]);
        assert_eq!(total, 3);
    });
}

#[test]
fn an_id_is_never_given_twice() {
    each_database(MIGRATIONS, |database| {
        let first = add(database, "a").expect("add");
        database.write_now::<_, Error>(move |tx| tx.run(&REMOVE, (first,))).expect("remove");
        assert!(add(database, "b").expect("add") > first);
        assert_eq!(database.write_now::<_, Error>(|tx| tx.run(&RENAME, (77, "x"))).expect("no such row"), 0);
    });
}

#[test]
fn callers_at_once_each_get_their_own_answer() {
    const CALLERS: i64 = 64;
    each_database(MIGRATIONS, |database| {
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
        let outcomes = runtime.block_on(async {
            let calls = (0..CALLERS).map(|n| {
                let database = database.clone();
                // Every third caller collides with the one before it and must not harm the others.
                let name = format!("team {:02}", if n % 3 == 2 { n - 1 } else { n });
                async move { database.write::<_, Error>(move |tx| Ok(tx.one(&ADD, (name,))?.0)).await }
            });
            let mut tasks = tokio::task::JoinSet::new();
            calls.for_each(|call| drop(tasks.spawn(call)));
            tasks.join_all().await
        });
        let (done, refused): (Vec<_>, Vec<_>) = outcomes.into_iter().partition(Result::is_ok);
        assert_eq!(refused.len(), 21);
        assert!(
            refused.iter().all(|error| error.as_ref().is_err_and(|error| error.is_unique_on("team.name")))
        );
        let mut ids: Vec<i64> = done.into_iter().map(|id| id.expect("a success")).collect();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), 43);
        let count = database.read_now::<_, Error>(|tx| Ok(tx.one(&COUNT, ())?.0)).expect("a count");
        assert_eq!(count, 43);
    });
}

#[test]
fn a_claim_is_written_alike_on_both() {
    each_database(MIGRATIONS, |database| {
        add(database, "a").expect("add");
        add(database, "b").expect("add");
        let claimed = database.write_now::<_, Error>(|tx| tx.all(&CLAIM, (1,))).expect("a claim");
        assert_eq!(claimed.len(), 1);
    });
}
