//! `aftercare simulate`: seeds become years of service, and two judges look at every obligation.

use std::fs::File;
use std::io::{self, BufWriter, IsTerminal, Write};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use promise::{Calendars, Fact, Terms};
use serde::Serialize;
use sim::{Audit, Auditor, Disagreement, Outcome, Teller, World, simulate};

use crate::promise_check::{Unusable, compile};

/// Exit code of a disagreement, and of a commitment that cannot be used.
const FAILED: u8 = 1;
/// So many disagreements are printed; all are counted.
const SHOWN: usize = 10;

/// Tells years of service from seeds, judges them with the engine and again with a second, slower judge.
///
/// A seed gives the same story for ever. Where the judges differ, the shortest story on which they do is printed.
/// Exit codes: 0 the judges agree; 1 they do not, or the commitment cannot be used.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The commitment file.
    file: PathBuf,
    /// The seed of the story.
    #[arg(long, default_value_t = 1, conflicts_with = "seeds")]
    seed: u64,
    /// Many seeds, the first and the last counted, as 1..200.
    #[arg(long, value_name = "A..B", value_parser = range)]
    seeds: Option<(u64, u64)>,
    /// How many years are told.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=50))]
    years: u32,
    /// How many sites the customers have.
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    sites: u32,
    /// A calendar file that the commitment names; may be given several times. The shipped ones are known.
    #[arg(long, value_name = "FILE")]
    calendar: Vec<PathBuf>,
    /// Do not ask the second judge; for measuring the engine.
    #[arg(long)]
    no_audit: bool,
    /// Write the facts of the last seed to this file, as `aftercare promise replay` reads them.
    #[arg(long, value_name = "FACTS.jsonl")]
    facts: Option<PathBuf>,
    /// Print one JSON document.
    #[arg(long)]
    json: bool,
}

/// The written form of the outcome.
#[derive(Serialize)]
struct Report<'r> {
    terms: &'r str,
    seeds: (u64, u64),
    years: u32,
    sites: u32,
    audited: bool,
    /// Promises of a kind that the second judge does not know.
    not_audited: Vec<&'r str>,
    /// The seed of each disagreement, in their order.
    seeds_that_differ: Vec<u64>,
    #[serde(flatten)]
    outcome: &'r Outcome,
}

fn range(text: &str) -> Result<(u64, u64), String> {
    let (first, last) = text.split_once("..").ok_or("a range of seeds as 1..200")?;
    let number = |text: &str| text.trim().parse::<u64>().map_err(|_| format!("`{text}` is not a seed"));
    let (first, last) = (number(first)?, number(last.trim_start_matches('='))?);
    if first <= last { Ok((first, last)) } else { Err("the first seed lies after the last".to_owned()) }
}

/// Runs the command.
pub fn run(args: &Args) -> ExitCode {
    match told(args) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(FAILED),
        Err(message) => {
            eprintln!("aftercare: {message}");
            ExitCode::from(FAILED)
        }
    }
}

/// Says whether the judges agree.
fn told(args: &Args) -> Result<bool, String> {
    let (terms, auditor) = judges(args)?;
    let teller = Teller { terms: &terms, auditor: &auditor };
    let (first, last) = args.seeds.unwrap_or((args.seed, args.seed));
    let audit = if args.no_audit { Audit::No } else { Audit::Yes };
    let mut log = match &args.facts {
        Some(path) => {
            Some(BufWriter::new(File::create(path).map_err(|e| format!("{}: {e}", path.display()))?))
        }
        None => None,
    };
    let world = |seed| World { seed, years: args.years, sites: args.sites };
    let bar = progress((first..=last).map(|seed| world(seed).customers().len() as u64).sum());
    let (mut all, mut differ, mut unwritten) = (Outcome::default(), Vec::new(), None);
    for seed in first..=last {
        let mut written = 0;
        let heard = |facts: &[Fact]| {
            bar.inc(1);
            if seed == last
                && let Some(log) = &mut log
                && let Err(error) = write_facts(log, facts, &mut written)
            {
                unwritten = Some(error);
            }
        };
        let outcome = simulate(teller, &world(seed), audit, heard).map_err(|error| error.to_string())?;
        differ.extend(outcome.disagreements.iter().map(|_| seed));
        all.add(outcome);
    }
    bar.finish_and_clear();
    if let Some(error) = unwritten.or_else(|| log.and_then(|mut log| log.flush().err())) {
        return Err(format!("the facts could not be written: {error}"));
    }
    let not_audited = terms
        .promises()
        .iter()
        .filter(|promise| !sim::auditor::KINDS.contains(&promise.rule.kind()))
        .map(|promise| promise.id.as_str())
        .collect();
    let report = Report {
        terms: terms.label(),
        seeds: (first, last),
        years: args.years,
        sites: args.sites,
        audited: audit == Audit::Yes,
        not_audited,
        seeds_that_differ: differ,
        outcome: &all,
    };
    let mut out = BufWriter::new(io::stdout().lock());
    let printed = if args.json {
        serde_json::to_writer_pretty(&mut out, &report).map_err(io::Error::from).and_then(|()| writeln!(out))
    } else {
        table(&mut out, &report)
    };
    match printed.and_then(|()| out.flush()) {
        // Whoever reads the output may stop reading.
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error.to_string()),
        Ok(()) | Err(_) => Ok(all.disagreements.is_empty()),
    }
}

/// Compiles the file for the engine, and reads it again for the auditor.
fn judges(args: &Args) -> Result<(Terms, Auditor), String> {
    let terms = compile(&args.file, &args.calendar).map_err(|unusable| match unusable {
        Unusable::Unread(message) => message,
        Unusable::Wrong(problems) => {
            let lines = problems.iter().map(|problem| format!("{}:{problem}", args.file.display()));
            lines.collect::<Vec<_>>().join("\n")
        }
    })?;
    let read = |path: &PathBuf| std::fs::read_to_string(path).map_err(|e| format!("{}: {e}", path.display()));
    let own: Vec<String> = args.calendar.iter().map(read).collect::<Result<_, _>>()?;
    let calendars: Vec<&str> =
        Calendars::shipped_texts().into_iter().chain(own.iter().map(String::as_str)).collect();
    let auditor = Auditor::new(&read(&args.file)?, &calendars).map_err(|error| error.to_string())?;
    Ok((terms, auditor))
}

/// A bar over the customers, on a terminal.
fn progress(customers: u64) -> ProgressBar {
    if !io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let style = ProgressStyle::with_template("{bar:40} {pos}/{len} customers {eta}");
    let bar = ProgressBar::new(customers).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
    bar.enable_steady_tick(Duration::from_millis(200));
    bar
}

/// Writes facts as JSON lines; each customer's numbers go on from those of the one before.
fn write_facts(log: &mut impl Write, facts: &[Fact], written: &mut u64) -> io::Result<()> {
    for fact in facts {
        let mut fact = fact.clone();
        fact.seq += *written;
        serde_json::to_writer(&mut *log, &fact)?;
        log.write_all(b"\n")?;
    }
    *written += facts.len() as u64;
    Ok(())
}

fn table(out: &mut impl Write, report: &Report<'_>) -> io::Result<()> {
    let outcome = report.outcome;
    let columns = ["running", "paused", "met", "late", "breached", "waived", "void"];
    write!(out, "{:<36}", "promise")?;
    columns.iter().try_for_each(|column| write!(out, " {column:>9}"))?;
    writeln!(out)?;
    for (promise, counts) in &outcome.verdicts {
        write!(out, "{promise:<36}")?;
        for column in columns {
            let count = counts.iter().find(|(is, _)| format!("{is:?}").to_lowercase() == column);
            write!(out, " {:>9}", count.map_or(0, |(_, count)| *count))?;
        }
        writeln!(out)?;
    }
    let mishaps = outcome.mishaps;
    writeln!(
        out,
        "\n{}, seeds {} to {}, {} year(s), {} site(s): {} facts about {} subjects",
        report.terms,
        report.seeds.0,
        report.seeds.1,
        report.years,
        report.sites,
        outcome.facts,
        outcome.subjects
    )?;
    writeln!(
        out,
        "{} facts learnt out of order, {} crashes, {} dockets stored and read back",
        mishaps.learnt_late, mishaps.crashed, mishaps.stored
    )?;
    let rate = outcome.facts as f64 / outcome.engine_s.max(f64::EPSILON);
    write!(out, "engine {:.2} s ({rate:.0} facts/s)", outcome.engine_s)?;
    if report.audited {
        write!(out, ", auditor {:.2} s, {} verdicts compared", outcome.auditor_s, outcome.compared)?;
    }
    writeln!(out)?;
    if report.audited && !report.not_audited.is_empty() {
        writeln!(out, "not judged a second time: {}", report.not_audited.join(", "))?;
    }
    for (differ, seed) in outcome.disagreements.iter().zip(&report.seeds_that_differ).take(SHOWN) {
        disagreement(out, differ, *seed)?;
    }
    match (report.audited, outcome.disagreements.len()) {
        (false, _) => writeln!(out, "the second judge was not asked"),
        (true, 0) => writeln!(out, "the judges agree"),
        (true, count) => writeln!(out, "\nthe judges differ on {count} subject(s)"),
    }
}

fn disagreement(out: &mut impl Write, differ: &Disagreement, seed: u64) -> io::Result<()> {
    let (subject, told, left) = (&differ.subject, differ.told, differ.facts.len());
    writeln!(
        out,
        "\nseed {seed}, {subject}: the judges differ on {left} of its {told} facts, as they were learnt:"
    )?;
    for fact in &differ.facts {
        serde_json::to_writer(&mut *out, fact)?;
        writeln!(out)?;
    }
    writeln!(out, "the engine alone says:")?;
    differ.engine_alone().try_for_each(|verdict| writeln!(out, "  {verdict}"))?;
    writeln!(out, "the auditor alone says:")?;
    differ.auditor_alone().try_for_each(|verdict| writeln!(out, "  {verdict}"))
}

#[cfg(test)]
mod tests {
    use super::range;

    #[test]
    fn a_range_of_seeds_counts_both_ends() {
        for (written, expected) in
            [("1..200", Some((1, 200))), ("7..7", Some((7, 7))), ("9..=12", Some((9, 12)))]
        {
            assert_eq!(range(written).ok(), expected, "{written}");
        }
        for written in ["5", "9..3", "a..b", "-1..2", ".."] {
            assert!(range(written).is_err(), "{written}");
        }
    }
}
