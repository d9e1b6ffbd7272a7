//! Durable intake over HTTP: one `POST` a ticket, answered when its facts, obligations and messages are on disk.

use std::path::Path;
use std::time::Duration;

use app::customers;
use db::Database;
use jiff::Timestamp;
use rules::customers::{CustomerForm, SiteForm};

use super::house::{Keys, Serving, keys_to, open, open_at};
use super::load::{self, post};
use super::{Outcome, Table, milliseconds, number};
use super::{raw, raw_postgres};

/// Customers who report, each with a contract.
const CUSTOMERS: i64 = 50;

/// Measures intake at 1, 8 and 64 clients, and the same rows by a bare insert loop.
pub fn measure(program: &Path, data: &Path, seconds: u64, table: &mut Table) -> Outcome<()> {
    let database = open(data)?;
    let customers = registry(data, &database)?;
    let keys = keys_to(&database)?;
    drop(database);
    let empty = data.join("empty.db");
    raw::copy(&data.join("aftercare.db"), &empty)?;
    let at_most = {
        let serving = Serving::start(program, data, &keys.session)?;
        let at_most = at_each(&serving, &keys, &customers, seconds, "SQLite", table)?;
        let (_, peak) = serving.resident_mib()?;
        table.add("resident memory at most, under intake", format!("{peak:.0} MiB"), "< 150 MiB");
        at_most
    };
    for together in [1, 64] {
        let rate = raw::insert_rate(&data.join("aftercare.db"), &empty, together, seconds)?;
        compare(rate, together, at_most, table);
    }
    Ok(())
}

/// The same on a PostgreSQL database that is empty before.
pub fn measure_postgres(
    program: &Path,
    data: &Path,
    url: &str,
    seconds: u64,
    table: &mut Table,
) -> Outcome<()> {
    std::fs::create_dir_all(data)?;
    let database = open_at(url)?;
    let customers = registry(data, &database)?;
    let keys = keys_to(&database)?;
    drop(database);
    let at_most = {
        let serving = Serving::start_with(program, data, &keys.session, &["--database", url])?;
        at_each(&serving, &keys, &customers, seconds, "PostgreSQL", table)?
    };
    for together in [1, 64] {
        let rate = raw_postgres::insert_rate(url, together, seconds)?;
        compare(rate, together, at_most, table);
    }
    Ok(())
}

/// Intake with more and more clients. Returns the highest rate.
fn at_each(
    serving: &Serving,
    keys: &Keys,
    customers: &[(i64, i64)],
    seconds: u64,
    database: &str,
    table: &mut Table,
) -> Outcome<f64> {
    let mut at_most = 0.0_f64;
    for clients in [1, 8, 64] {
        let run = at(serving, keys, clients, customers, seconds)?;
        let aim = if clients == 64 { "≥ 3,000/s on SQLite, ≥ half of the bare loop" } else { "" };
        let times = format!("p50 {}, p99 {}", milliseconds(run.within(0.5)), milliseconds(run.within(0.99)));
        let figure = format!("{}/s, {times}", number(run.per_second));
        table.add(format!("intake over HTTP on {database}, {clients} clients"), figure, aim);
        at_most = at_most.max(run.per_second);
    }
    Ok(at_most)
}

fn compare(rate: f64, together: usize, at_most: f64, table: &mut Table) {
    let share = format!("{}/s; HTTP at 64 clients is {:.0} % of it", number(rate), at_most / rate * 100.0);
    table.add(format!("the same rows by a bare loop, {together} a commit"), share, "");
}

fn at(
    serving: &Serving,
    keys: &Keys,
    clients: usize,
    customers: &[(i64, i64)],
    seconds: u64,
) -> Outcome<load::Run> {
    load::run(serving.port, clients, Duration::from_secs(seconds), 201, |client, nth| {
        let (customer, site) = customers[(client + nth as usize * 7) % customers.len()];
        let body = format!(
            r#"{{"customer":{customer},"site":{site},"title":"三楼核心交换机掉线 {client}-{nth}","description":"整层无法上网,重启无效。","impact":"disrupted","channel":"phone","caller_name":"王海燕","caller_phone":"19000001234"}}"#
        );
        post("/api/v1/tickets", &keys.token, &body)
    })
}

/// Customers with a site and a contract each. Returns their ids.
fn registry(data: &Path, database: &Database) -> Outcome<Vec<(i64, i64)>> {
    let settings = app::Settings { data: Some(data.to_owned()), ..app::Settings::default() };
    let app = app::App::new(settings.finish()?, database.clone(), app::Clock::World);
    let commitment = app::commitments::publish::publish_shipped(&app)?;
    let added = app.database.write_now::<_, app::Failure>(move |tx| {
        let now = Timestamp::now();
        let mut added = Vec::new();
        for nth in 1..=CUSTOMERS {
            let form = CustomerForm {
                code: format!("B{nth}"),
                name: format!("客户 {nth}"),
                ..CustomerForm::default()
            };
            let customer = customers::store::add(tx, &form.read()?, now)?;
            let form = SiteForm {
                code: "1".into(),
                name: "总部".into(),
                zone: "Asia/Shanghai".into(),
                ..SiteForm::default()
            };
            let site = customers::sites::store::add(tx, customer, &form.read()?, now)?;
            let form = rules::contracts::ContractForm {
                number: format!("HT-{nth}"),
                title: "售后服务".into(),
                from_on: "2024-01-01".into(),
                ..rules::contracts::ContractForm::default()
            };
            let contract = app::contracts::store::add(tx, customer, &form.read()?, now)?;
            let from_on = jiff::civil::date(2024, 1, 1);
            app::commitments::store::bind(tx, contract, commitment, from_on, None, now)?;
            added.push((customer.get(), site.get()));
        }
        Ok(added)
    })?;
    Ok(added)
}
