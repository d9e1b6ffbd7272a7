//! The demo company: made once, found again, whole, and never put over something else.

use std::path::Path;
use std::process::{Command, Output};
use std::time::Instant;

use db::{Database, Options, Query};

fn demo(data: &Path, more: &[&str]) -> Output {
    let program = env!("CARGO_BIN_EXE_aftercare");
    let data = data.to_str().unwrap();
    Command::new(program).args(["demo", "--no-serve", "--data", data]).args(more).output().unwrap()
}

fn number(data: &Path, sql: &str) -> i64 {
    let url = format!("sqlite:{}", data.join("aftercare.db").display());
    let database = Database::open(&Options::new(url, app::MIGRATIONS)).unwrap();
    let query = Query::new::<(i64,)>(sql);
    database.read_now::<_, db::Error>(move |tx| tx.list(&query)).unwrap()[0].0
}

#[test]
fn the_company_is_made_once_and_is_whole() {
    let house = tempfile::tempdir().unwrap();
    let data = house.path();
    let first = demo(data, &[]);
    let told = String::from_utf8(first.stdout).unwrap();
    assert!(first.status.success(), "{}", String::from_utf8_lossy(&first.stderr));
    assert!(
        told.contains("aftercare-demo") && told.contains("hotline") && told.contains("http://"),
        "{told}"
    );

    let verify = Command::new(env!("CARGO_BIN_EXE_aftercare"))
        .args(["verify", "--data", data.to_str().unwrap()])
        .output()
        .unwrap();
    assert!(verify.status.success(), "{}", String::from_utf8_lossy(&verify.stdout));

    assert_eq!(number(data, "SELECT COUNT(*) FROM customer"), 41);
    assert!(number(data, "SELECT COUNT(*) FROM site") >= 190);
    assert!(number(data, "SELECT COUNT(*) FROM ticket") > 5_000);
    // Every state of urgency can be seen on the queue.
    let open = "SELECT COUNT(*) FROM ticket WHERE closed_at IS NULL";
    let now = jiff::Timestamp::now().as_microsecond();
    assert!(number(data, &format!("{open} AND next_due_at < {now}")) >= 5, "overdue");
    assert!(
        number(data, &format!("{open} AND next_due_at > {now} AND next_warn_at < {now}")) >= 5,
        "at risk"
    );
    for state in ["reported", "in-handling", "waiting", "restored", "resolved", "reopened"] {
        assert!(number(data, &format!("{open} AND state = '{state}'")) >= 2, "{state}");
    }
    // Most promises were kept, and some were not.
    let verdicts =
        |state: &str| number(data, &format!("SELECT COUNT(*) FROM obligation WHERE state = '{state}'"));
    let (met, late) = (verdicts("met"), verdicts("late"));
    assert!(met > 4_000 && late > 100 && late * 10 < met, "{met} met, {late} late");

    let facts = number(data, "SELECT COUNT(*) FROM fact");
    let begun = Instant::now();
    assert!(demo(data, &[]).status.success());
    assert!(begun.elapsed().as_secs() < 10, "the second start finds the company");
    assert_eq!(number(data, "SELECT COUNT(*) FROM fact"), facts);
}

#[test]
fn what_is_not_the_demo_company_is_left_alone() {
    let house = tempfile::tempdir().unwrap();
    let real = house.path().join("aftercare.db");
    std::fs::write(&real, "real data").unwrap();
    for more in [&[][..], &["--fresh"]] {
        let refused = demo(house.path(), more);
        assert!(!refused.status.success());
        let told = String::from_utf8_lossy(&refused.stderr).into_owned();
        assert!(told.contains("not the demo company"), "{told}");
        assert_eq!(std::fs::read_to_string(&real).unwrap(), "real data");
    }
}
