//! Tables of other desks, taken over through the door on both databases.

use std::path::PathBuf;

use db::Query;
use rules::exchange::Fault;

use super::*;
use crate::testing::{TestApp, each_app};

const MAP: &str = include_str!("../../../../docs/examples/one-row.map.toml");

const HEADER: &str = "工单号,标题,现象描述,客户编号,网点,报修人,联系电话,序列号,报修时间,班组,工程师,处理结果,类型,影响,来源,原因,受理时间,恢复时间,解决时间,关闭时间";

/// A row of the desk in the example; the last cells are the moments.
fn row(key: &str, site: &str, reported: &str, moments: &str) -> String {
    format!(
        "{key},读卡器不响应,\"大门常开,刷卡无声\",HX,{site},王海燕,0512-6588 1234,,{reported},,,更换读卡器,故障,部分中断,电话,设备,{moments}"
    )
}

/// Writes a table in GBK, as the example says.
fn table(t: &TestApp, rows: &[String]) -> PathBuf {
    let text = format!("{HEADER}\n{}\n", rows.join("\n"));
    let path = t.app.config.data.join(format!("{:016x}.csv", rand::random::<u64>()));
    std::fs::write(&path, encoding_rs::GBK.encode(&text).0).unwrap();
    path
}

async fn import_with(t: &TestApp, rows: &[String], map: &str, dry_run: bool) -> Result<Outcome, Stop> {
    let (app, file, map) = (t.app.clone(), table(t, rows), map.to_owned());
    tokio::task::spawn_blocking(move || import(&app, &file, &map, dry_run, &mut |_| {})).await.unwrap()
}

async fn take(t: &TestApp, rows: &[String]) -> Outcome {
    import_with(t, rows, MAP, false).await.unwrap()
}

/// The customer of the example, with a contract under the shipped commitment.
async fn customer(t: &TestApp) {
    let app = t.app.clone();
    let add = move || {
        let commitment = crate::commitments::publish::publish_shipped(&app)?;
        app.change_now(crate::kernel::actor::By::System("story"), move |change| {
            let form = rules::customers::CustomerForm {
                code: "HX".into(),
                name: "华星".into(),
                ..Default::default()
            };
            let id = crate::customers::store::add(change.tx, &form.read()?, change.now)?;
            let form = rules::contracts::ContractForm {
                number: "HX-1".into(),
                title: "售后".into(),
                from_on: "2025-01-01".into(),
                ..Default::default()
            };
            let contract = crate::contracts::store::add(change.tx, id, &form.read()?, change.now)?;
            let from_on = jiff::civil::date(2025, 1, 1);
            Ok(crate::commitments::store::bind(change.tx, contract, commitment, from_on, None, change.now)?)
        })
    };
    tokio::task::spawn_blocking(add).await.unwrap().unwrap();
}

async fn texts(t: &TestApp, sql: &'static str) -> Vec<String> {
    let query = Query::new::<(String,)>(sql);
    let rows = t.app.read(move |tx| Ok(tx.list(&query)?)).await.unwrap();
    rows.into_iter().map(|(text,)| text).collect()
}

#[test]
fn one_row_a_ticket_is_taken_over_and_goes_on() {
    each_app(async |t| {
        customer(t).await;
        let open = row("A-1", "东门", "2025/12/31 9:05", ",,,");
        let done = row(
            "A-2",
            "东门",
            "2026/1/2 14:00",
            "2026/1/2 19:00,2026/1/2 20:00,2026/1/2 20:10,2026-01-03 09:00:00",
        );

        let dry = import_with(t, &[open.clone(), done.clone()], MAP, true).await.unwrap();
        assert_eq!((dry.tickets_added, dry.added.sites, dry.added.contacts), (2, 1, 1));
        assert!(texts(t, "SELECT title FROM ticket").await.is_empty(), "a dry run writes nothing");
        assert!(texts(t, "SELECT name FROM site").await.is_empty());

        let outcome = take(t, &[open.clone(), done.clone()]).await;
        assert!(outcome.is_whole() && outcome.problems.is_empty(), "{:?}", outcome.problems);
        assert_eq!((outcome.tickets_added, outcome.facts), (2, dry.facts));
        assert_eq!(texts(t, "SELECT name FROM site").await, ["东门"]);
        assert_eq!(texts(t, "SELECT external_ref FROM ticket ORDER BY id").await, ["oa:A-1", "oa:A-2"]);
        // Level 3 is to be handled within four hours: the first runs, the second was an hour late.
        let verdicts =
            texts(t, "SELECT state FROM obligation WHERE promise = 'respond' ORDER BY subject_id").await;
        assert_eq!(verdicts, ["running", "late"]);

        let again = take(t, &[open.clone(), done.clone()]).await;
        assert_eq!((again.tickets_unchanged, again.facts), (2, 0));

        // Next week's export: the first was handled in the end, a third came in.
        let handled = row("A-1", "东门", "2025/12/31 9:05", "2026/1/4 8:00,,,");
        let third = row("A-3", "西门", "2026/1/4 10:00", ",,,");
        let next = take(t, &[handled, done, third]).await;
        assert_eq!((next.tickets_continued, next.tickets_unchanged, next.tickets_added), (1, 1, 1));
        assert_eq!(
            texts(t, "SELECT state FROM ticket ORDER BY id").await,
            ["in-handling", "closed", "reported"]
        );
        let verdicts =
            texts(t, "SELECT state FROM obligation WHERE promise = 'respond' ORDER BY subject_id").await;
        assert_eq!(verdicts, ["late", "late", "running"]);
    });
}

/// What a program that was killed left unjudged is judged by the one that serves.
#[test]
fn what_an_import_left_unjudged_is_judged_by_the_duty() {
    each_app(async |t| {
        customer(t).await;
        let rows = [row("A-1", "东门", "2026/1/2 9:05", "2026/1/2 9:50,2026/1/2 10:00,2026/1/2 11:00,")];
        let (app, file) = (t.app.clone(), table(t, &rows));
        let killed = tokio::task::spawn_blocking(move || {
            let mut until_judging = |progress: Progress| assert_ne!(progress.stage, Stage::Judging, "killed");
            import(&app, &file, MAP, false, &mut until_judging)
        });
        assert!(killed.await.is_err());
        const UNJUDGED: &str = "SELECT noun FROM docket_put_off";
        const JUDGED: &str = "SELECT noun FROM docket WHERE body <> '' ORDER BY noun";
        assert_eq!(texts(t, UNJUDGED).await, ["site"]);

        t.work().await;
        assert_eq!(texts(t, UNJUDGED).await, ["site"], "the import may still go on");
        t.advance("1min");
        t.work().await;
        assert!(texts(t, UNJUDGED).await.is_empty());
        assert_eq!(texts(t, JUDGED).await, ["site"]);
    });
}

#[test]
fn bad_rows_never_stop_the_rest() {
    each_app(async |t| {
        customer(t).await;
        let mut rows = Vec::new();
        for nth in 0..600 {
            let key = format!("B-{nth}");
            rows.push(match nth {
                3 => row(&key, "东门", "2026/2/30 9:05", ",,,"),
                7 => row(&key, "东门", "2026/1/2 9:05", "2026/1/1 9:05,,,"),
                11 => row(&key, "东门", "2026/1/2 9:05", ",,,2026/1/3 9:05").replace("故障,", "故障,x,"),
                13 => row("B-1", "东门", "2026/1/2 9:05", ",,,"),
                17 => row("", "东门", "2026/1/2 9:05", ",,,"),
                19 => row(&key, "东门", "2036/1/2 9:05", ",,,"),
                23 => row(&key, "东门", "2026/1/2 9:05", ",,,").replace(",HX,", ",NN,"),
                29 => row(&key, "东门", "2026/1/2 9:05", ",,,").replace("部分中断", "不清楚"),
                _ => row(&key, "东门", "2026/1/2 9:05", ",,,"),
            });
        }
        let outcome = take(t, &rows).await;
        assert_eq!((outcome.rows, outcome.tickets_added), (600, 592));
        assert_eq!((outcome.tickets_left_out, outcome.rows_left_out), (6, 2));
        let told: Vec<(u64, Option<&str>, &str)> = outcome
            .problems
            .iter()
            .map(|problem| (problem.row, problem.column.as_deref(), problem.fault.code()))
            .collect();
        let expected = [
            (5, Some("报修时间"), "exchange-no-such-time"),
            (9, Some("受理时间"), "exchange-before-it-began"),
            (13, None, "exchange-cell-count"),
            (15, None, "exchange-repeated-key"),
            (19, Some("工单号"), "exchange-required"),
            (21, Some("报修时间"), "exchange-in-the-future"),
            (31, Some("影响"), "exchange-unknown-value"),
            (25, None, "exchange-unknown-name"),
        ];
        assert_eq!(told, expected);
        let unknown = Fault::UnknownName { noun: "customer", given: "NN".into() };
        assert_eq!(outcome.problems.last().unwrap().fault, unknown);
    });
}

#[test]
fn a_map_or_file_that_cannot_be_used_says_why() {
    each_app(async |t| {
        let rows = [row("A-1", "东门", "2025/12/31 9:05", ",,,")];
        let wrong = MAP.replace("shape   = \"tickets\"", "shape   = \"ticket\"");
        assert!(matches!(import_with(t, &rows, &wrong, false).await, Err(Stop::Map(_))));
        let wrong = MAP.replace("\"报修时间\"", "\"报障时间\"");
        match import_with(t, &rows, &wrong, false).await {
            Err(Stop::Columns { missing, present }) => {
                assert_eq!(missing[0].name, "报障时间");
                assert_eq!(present.len(), 20);
            }
            other => panic!("{:?}", other.map(|outcome| outcome.rows)),
        }
        let wrong = format!("{MAP}\n[contract]\ncommitment = \"none\"\nfrom_on = \"2025-01-01\"\n");
        assert!(matches!(import_with(t, &rows, &wrong, false).await, Err(Stop::NoCommitment(_))));
    });
}
