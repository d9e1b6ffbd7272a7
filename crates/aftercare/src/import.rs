//! `aftercare import tickets`: the history of another desk.

use std::error::Error;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

use app::exchange::{self, Outcome, Progress, Stage, Stop};
use app::layout::l10n::{FluentValue, L10n};
use app::{App, Clock};
use db::Options;
use indicatif::ProgressBar;
use jiff::SignedDuration;
use rules::exchange::Problem;
use rules::exchange::map::MapProblem;
use serde_json::json;

use crate::serve::{self, Place};
use crate::terminal;

/// What an import exits with when rows or tickets were left out.
const LEFT_OUT: u8 = 3;

/// What the writer of SQLite keeps of the file while a history comes in: of each site and customer, the leaves of the
/// indexes in which its tickets stand. Units: MiB.
const WRITER_MIB: u32 = 64;

/// Problems that are shown one by one on a terminal.
const SHOWN_PROBLEMS_MAX: usize = 40;

/// Import from files.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    /// Take over the tickets of another desk from a CSV or a spreadsheet.
    ///
    /// The mapping file says which column is what; docs/import.md describes it. The same file again changes
    /// nothing; a longer one adds what is new. Exits with 3 when rows or tickets were left out.
    Tickets(Tickets),
}

#[derive(Debug, clap::Args)]
struct Tickets {
    /// The table: CSV, TSV, XLSX, XLS or ODS.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// The mapping file in TOML.
    #[arg(long, value_name = "MAP.toml")]
    map: PathBuf,
    /// Say what would be done, and write nothing.
    #[arg(long)]
    dry_run: bool,
    /// Print the outcome as JSON.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    place: Place,
}

/// Imports, and says what came of it.
///
/// Errors: a file that cannot be read, a mapping file that is wrong, a database that fails.
pub fn run(arguments: Arguments) -> Result<ExitCode, Box<dyn Error>> {
    let What::Tickets(tickets) = arguments.what;
    let l = terminal::reader();
    let map = std::fs::read_to_string(&tickets.map)
        .map_err(|error| format!("{}: {error}", tickets.map.display()))?;
    let config = tickets.place.config(None)?;
    let database = serve::open_with(&config, |options| Options { writer_mib: WRITER_MIB, ..options })?;
    let app = App::new(config, database, Clock::World);
    let began = Instant::now();
    let mut bars = Bars::new(&l);
    let outcome =
        exchange::import(&app, &tickets.file, &map, tickets.dry_run, &mut |progress| bars.show(progress));
    bars.end();
    let seconds = began.elapsed().as_secs_f64();
    let file = tickets.file.display().to_string();
    let outcome = match outcome {
        Ok(outcome) => outcome,
        Err(stop) if tickets.json => {
            println!("{}", json!({ "stopped": stop_lines(&stop, &l, &tickets.map.display().to_string()) }));
            return Ok(ExitCode::FAILURE);
        }
        Err(stop) => {
            let map = tickets.map.display().to_string();
            stop_lines(&stop, &l, &map).into_iter().for_each(|line| eprintln!("{line}"));
            return Ok(ExitCode::FAILURE);
        }
    };
    if tickets.json {
        println!("{}", as_json(&outcome, &l, seconds, tickets.dry_run));
    } else {
        print(&outcome, &l, &file, seconds, tickets.dry_run);
    }
    Ok(if outcome.is_whole() { ExitCode::SUCCESS } else { ExitCode::from(LEFT_OUT) })
}

/// A bar for each stage.
struct Bars<'a> {
    l: &'a L10n,
    stage: Option<Stage>,
    bar: ProgressBar,
}

impl<'a> Bars<'a> {
    fn new(l: &'a L10n) -> Bars<'a> {
        Bars { l, stage: None, bar: ProgressBar::hidden() }
    }

    fn show(&mut self, progress: Progress) {
        if self.stage != Some(progress.stage) {
            self.end();
            self.stage = Some(progress.stage);
            let (words, total) = match progress.stage {
                Stage::Counting => (self.l.t("exchange-counting"), None),
                Stage::Taking => (self.l.t("exchange-taking"), progress.rows_total),
                Stage::Judging => (self.l.t("exchange-judging"), progress.rows_total),
            };
            self.bar = terminal::bar(total).with_message(words.into_owned());
        }
        self.bar.set_position(progress.rows);
    }

    fn end(&mut self) {
        self.bar.finish_and_clear();
    }
}

fn args<'a>(pairs: &'a [(&'static str, String)]) -> Vec<(&'a str, FluentValue<'a>)> {
    pairs.iter().map(|(name, value)| (*name, FluentValue::from(value.as_str()))).collect()
}

/// What was wrong with the whole, line by line.
fn stop_lines(stop: &Stop, l: &L10n, map: &str) -> Vec<String> {
    match stop {
        Stop::Map(problems) => problems.iter().map(|problem| map_line(problem, l, map)).collect(),
        Stop::Columns { missing, present } => {
            let line = |column: &exchange::MissingColumn| {
                let name = ("name", FluentValue::from(column.name.as_str()));
                match &column.nearest {
                    _ if column.count > 0 => {
                        l.ta("exchange-column-repeated", &[name, ("count", column.count.into())])
                    }
                    Some(nearest) => {
                        l.ta("exchange-column-nearest", &[name, ("nearest", nearest.as_str().into())])
                    }
                    None => l.ta("exchange-column-missing", &[name, ("present", present.join(", ").into())]),
                }
                .into_owned()
            };
            missing.iter().map(line).collect()
        }
        Stop::NoCommitment(name) => {
            vec![l.ta("exchange-no-commitment", &[("name", name.as_str().into())]).into_owned()]
        }
        Stop::File(error) => vec![error.to_string()],
        Stop::Output(error) => vec![error.to_string()],
        Stop::Failed(failure) => vec![failure.to_string()],
    }
}

fn map_line(problem: &MapProblem, l: &L10n, map: &str) -> String {
    let words = l.ta(problem.code, &args(&problem.args));
    format!("{map}:{}:{}: {words}", problem.line, problem.column)
}

/// What is wrong, in words; a refusal has words of its own.
fn words(problem: &Problem, l: &L10n) -> String {
    let mut pairs = problem.fault.args();
    for (name, value) in &mut pairs {
        if *name == "code" {
            (*name, *value) = ("why", l.t(value).into_owned());
        }
    }
    l.ta(problem.fault.code(), &args(&pairs)).into_owned()
}

fn place(problem: &Problem, l: &L10n) -> String {
    let row = ("row", FluentValue::from(problem.row));
    match &problem.column {
        Some(column) => l.ta("exchange-row-column", &[row, ("column", column.as_str().into())]),
        None => l.ta("exchange-row", &[row]),
    }
    .into_owned()
}

fn counts(outcome: &Outcome) -> [(&'static str, u64); 13] {
    let added = outcome.added;
    [
        ("exchange-count-rows", outcome.rows),
        ("exchange-count-added", outcome.tickets_added),
        ("exchange-count-continued", outcome.tickets_continued),
        ("exchange-count-unchanged", outcome.tickets_unchanged),
        ("exchange-count-left-out", outcome.tickets_left_out),
        ("exchange-count-rows-left-out", outcome.rows_left_out),
        ("exchange-count-facts", outcome.facts),
        ("exchange-count-customers", added.customers),
        ("exchange-count-sites", added.sites),
        ("exchange-count-contacts", added.contacts),
        ("exchange-count-contracts", added.contracts),
        ("exchange-count-teams", added.teams),
        ("exchange-count-people", added.people),
    ]
}

fn print(outcome: &Outcome, l: &L10n, file: &str, seconds: f64, is_dry: bool) {
    let file_name = ("file", FluentValue::from(file));
    if is_dry {
        println!("{}", l.ta("exchange-dry", &[file_name]));
    } else {
        let span = l.duration(SignedDuration::from_millis((seconds * 1_000.0) as i64));
        let rate = l.number((outcome.tickets() as f64 / seconds.max(0.001)) as i64);
        println!("{}", l.ta("exchange-done", &[file_name, ("span", span.into()), ("rate", rate.into())]));
    }
    for (key, count) in counts(outcome).into_iter().filter(|(_, count)| *count > 0) {
        println!("{:>12}  {}", l.number(count as i128), l.t(key));
    }
    for problem in outcome.problems.iter().take(SHOWN_PROBLEMS_MAX) {
        println!("{}: {}", place(problem, l), words(problem, l));
    }
    let all: u64 = outcome.problem_counts.values().sum();
    let more = all.saturating_sub(outcome.problems.len().min(SHOWN_PROBLEMS_MAX) as u64);
    if more > 0 {
        println!("{}", l.ta("exchange-more-problems", &[("n", more.into())]));
    }
}

fn as_json(outcome: &Outcome, l: &L10n, seconds: f64, is_dry: bool) -> serde_json::Value {
    let problems: Vec<_> = outcome
        .problems
        .iter()
        .map(|problem| {
            json!({
                "row": problem.row,
                "column": problem.column,
                "code": problem.fault.code(),
                "is_note": problem.fault.is_note(),
                "detail": words(problem, l),
            })
        })
        .collect();
    json!({
        "dry_run": is_dry,
        "rows": outcome.rows,
        "tickets_added": outcome.tickets_added,
        "tickets_continued": outcome.tickets_continued,
        "tickets_unchanged": outcome.tickets_unchanged,
        "tickets_left_out": outcome.tickets_left_out,
        "rows_left_out": outcome.rows_left_out,
        "facts": outcome.facts,
        "added": outcome.added,
        "seconds": seconds,
        "problem_counts": outcome.problem_counts,
        "problems": problems,
    })
}
