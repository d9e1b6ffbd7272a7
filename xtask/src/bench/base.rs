//! A base of so many tickets, grown by `aftercare import tickets`; its growth is a figure of its own.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use app::{App, Clock, Settings, worker};
use jiff::{SignedDuration, Timestamp};

use super::house::{open, url};
use super::{Outcome, Table, number, words};

/// Tickets that are imported at a time, so that the rate is seen to stay.
const PART_TICKETS: u64 = 100_000;
/// One of so many tickets is still open.
const OPEN_EVERY: u64 = 100;

const MAP: &str = r#"
source = "bench"
shape  = "events"
zone   = "Asia/Shanghai"
dates  = ["YYYY-MM-DD HH:mm:ss"]

[create]
customers = true
sites     = true
teams     = true

[contract]
commitment = "standard"
from_on    = "2020-01-01"

[ticket]
key         = "number"
title       = "title"
description = "description"
customer    = "customer"
site        = "site"
reported_at = "opened"
severity    = "severity"
team        = "team"

[event]
at    = "updated"
order = "count"
state = { column = "state", values = { "new" = "reported", "active" = "in-handling", "waiting" = "waiting-customer", "resolved" = "resolved", "closed" = "closed" } }
"#;

/// A growing base.
pub struct Base {
    program: PathBuf,
    data: PathBuf,
    tickets: u64,
    /// How many it will have: the last ones are the newest.
    most: u64,
    now: Timestamp,
}

impl Base {
    pub fn new(program: &Path, data: &Path, most: u64) -> Outcome<Base> {
        std::fs::create_dir_all(data)?;
        let now = Timestamp::now();
        Ok(Base { program: program.to_owned(), data: data.to_owned(), tickets: 0, most, now })
    }

    /// Imports until there are so many tickets, each part newer than those before.
    pub fn grow(&mut self, tickets: u64, table: &mut Table) -> Outcome<()> {
        let mut rates = Vec::new();
        while self.tickets < tickets {
            let until = tickets.min(self.tickets + PART_TICKETS);
            let newest = self.most;
            rates.push(self.import(until, |ticket| newest - ticket)?);
        }
        let rate = match rates.as_slice() {
            [first, .., last] => format!("{}/s at first, {}/s at last", number(*first), number(*last)),
            [only] => format!("{}/s", number(*only)),
            [] => return Ok(()),
        };
        let what = format!("import of 5 rows a ticket, up to {} tickets", number(tickets as f64));
        table.add(what, rate, "≥ 5,000 tickets/s, not falling");
        Ok(())
    }

    /// Imports until there are so many tickets, from before everything that is there: what was judged is judged anew.
    pub fn grow_back(&mut self, tickets: u64, table: &mut Table) -> Outcome<()> {
        let newest = self.most;
        let what = format!("the same, a history older than all of {} tickets", number(self.tickets as f64));
        let rate = self.import(tickets, |ticket| newest + ticket)?;
        table.add(what, format!("{}/s", number(rate)), "");
        Ok(())
    }

    /// Imports a part, of which each ticket is so many minutes old. Returns how many tickets a second.
    fn import(&mut self, until: u64, age_min: impl Fn(u64) -> u64) -> Outcome<f64> {
        let file = self.data.join("part.csv");
        self.write(&file, until, age_min)?;
        let map = self.data.join("bench.map.toml");
        std::fs::write(&map, MAP)?;
        let output = Command::new(&self.program)
            .args(["import", "tickets", "--json", "--data"])
            .arg(&self.data)
            .arg("--map")
            .args([&map, &file])
            .output()?;
        if !output.status.success() {
            return Err(String::from_utf8_lossy(&output.stdout).into_owned().into());
        }
        let outcome: serde_json::Value = serde_json::from_slice(&output.stdout)?;
        let seconds = outcome["seconds"].as_f64().unwrap_or(f64::NAN);
        let rate = (until - self.tickets) as f64 / seconds;
        eprintln!("    {until} tickets, {rate:.0}/s");
        self.tickets = until;
        std::fs::remove_file(file)?;
        Ok(rate)
    }

    /// An event log of five rows a ticket, of which the last ones are missing where it is open.
    fn write(&self, file: &Path, until: u64, age_min: impl Fn(u64) -> u64) -> Outcome<()> {
        const STATES: [(&str, i64); 5] =
            [("new", 0), ("active", 40), ("waiting", 90), ("resolved", 400), ("closed", 1_500)];
        let mut out = BufWriter::new(File::create(file)?);
        writeln!(out, "number,state,count,opened,updated,severity,team,title,description,customer,site")?;
        for ticket in self.tickets..until {
            let is_open = ticket.is_multiple_of(OPEN_EVERY);
            // Open ones were reported within the last hours, the others in the years before.
            let age_min = if is_open { ticket / OPEN_EVERY % 480 + 1 } else { 2_000 + age_min(ticket) };
            let opened = self.now - SignedDuration::from_mins(age_min as i64);
            let severity = ["level1", "level2", "level2", "level3"][(ticket % 4) as usize];
            let told = if is_open { 1 + (ticket / OPEN_EVERY % 2) as usize } else { STATES.len() };
            let (title, description) = (words::title(ticket), words::description(ticket));
            for (count, (state, after_min)) in STATES[..told].iter().enumerate() {
                let updated = (opened + SignedDuration::from_mins(*after_min)).min(self.now);
                let local =
                    |at: Timestamp| at.in_tz("Asia/Shanghai").map(|at| at.strftime("%F %T").to_string());
                writeln!(
                    out,
                    "B{ticket:08},{state},{count},{},{},{severity},班组 {},{title} {ticket},{description},客户 {:03},网点 {:04}",
                    local(opened)?,
                    local(updated)?,
                    ticket % 12,
                    ticket % 400,
                    ticket % 2_000,
                )?;
            }
        }
        Ok(out.flush()?)
    }

    /// Seals the facts, as the worker would in time; how fast is a figure too.
    pub fn seal(&self, table: &mut Table) -> Outcome<()> {
        let database = open(&self.data)?;
        let settings = Settings {
            data: Some(self.data.clone()),
            database: Some(url(&self.data)),
            ..Settings::default()
        };
        let app = App::new(settings.finish()?, database, Clock::World);
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
        let begun = Instant::now();
        let done = runtime.block_on(worker::catch_up(&app))?;
        let rate = done as f64 / begun.elapsed().as_secs_f64();
        table.add("sealing facts, telling what is due", format!("{}/s", number(rate)), "");
        Ok(())
    }
}
