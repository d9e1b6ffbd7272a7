//! `aftercare promise replay`: the pure engine over any log of facts, from facts to obligations and verdicts.

use std::fs::File;
use std::io::{self, BufReader, BufWriter, Write};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use jiff::Timestamp;
use promise::explain::{explain, text};
use promise::measure::{Consequence, Reading, readings};
use promise::replay::{BadLine, Replayed, Tally, replay};
use promise::{Obligation, Terms};
use serde::Serialize;

use crate::promise_check::{Unusable, compile, language};

/// Exit code of a commitment or a log that cannot be used at all.
const UNUSABLE: u8 = 1;
/// Exit code when lines of the log were bad; all others were judged.
const BAD_LINES: u8 = 3;
/// So many bad lines are printed; all are counted.
const BAD_LINES_SHOWN: usize = 50;

/// Judges a log of facts (JSON lines) under a commitment file.
///
/// Exit codes: 0 every line was judged; 1 the commitment or the log cannot be used; 3 some lines were bad.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The commitment file.
    file: PathBuf,
    /// The log of facts, one JSON object a line; docs/facts.md describes it. It is read twice where needed.
    #[arg(long, value_name = "FACTS.jsonl")]
    facts: PathBuf,
    /// Judge as of this moment, as 2026-01-31T00:00:00Z; without it, as of the last fact.
    #[arg(long, value_name = "TIME")]
    until: Option<Timestamp>,
    /// A calendar file that the commitment names; may be given several times. The shipped ones are known.
    #[arg(long, value_name = "FILE")]
    calendar: Vec<PathBuf>,
    /// Print only the figures by clause, not every obligation.
    #[arg(long)]
    summary: bool,
    /// Explain every deadline to the minute.
    #[arg(long)]
    why: bool,
    /// Print JSON lines: one for each obligation and each bad line, then one with the figures.
    #[arg(long)]
    json: bool,
}

/// One line of the JSON output.
#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
#[allow(clippy::enum_variant_names)] // The names are the tags of the output.
enum Line<'l> {
    Obligation {
        #[serde(flatten)]
        obligation: &'l Obligation,
        overdue: bool,
    },
    BadLine(&'l BadLine),
    Measure(&'l Reading),
    Summary {
        terms: &'l str,
        until: Option<Timestamp>,
        facts: u64,
        subjects: usize,
        bad_lines: usize,
        about_nothing: u64,
        after_until: u64,
        clauses: std::collections::BTreeMap<String, Tally>,
    },
}

/// Runs the command.
pub fn run(args: &Args) -> ExitCode {
    let terms = match compile(&args.file, &args.calendar) {
        Ok(terms) => terms,
        Err(Unusable::Unread(message)) => {
            eprintln!("aftercare: {message}");
            return ExitCode::from(UNUSABLE);
        }
        Err(Unusable::Wrong(problems)) => {
            problems.iter().for_each(|problem| eprintln!("{}:{problem}", args.file.display()));
            return ExitCode::from(UNUSABLE);
        }
    };
    let progress = progress(args);
    let log =
        || File::open(&args.facts).map(|file| BufReader::with_capacity(1 << 20, progress.wrap_read(file)));
    let replayed = match replay(&terms, args.until, log) {
        Ok(replayed) => replayed,
        Err(error) => {
            eprintln!("aftercare: {}: {error}", args.facts.display());
            return ExitCode::from(UNUSABLE);
        }
    };
    progress.finish_and_clear();
    let mut out = BufWriter::new(io::stdout().lock());
    let written = if args.json {
        json(&mut out, &terms, &replayed, args)
    } else {
        table(&mut out, &terms, &replayed, args)
    };
    match written.and_then(|()| out.flush()) {
        // Whoever reads the output may stop reading.
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            eprintln!("aftercare: {error}");
            ExitCode::from(UNUSABLE)
        }
        Ok(()) | Err(_) if replayed.bad_lines.is_empty() => ExitCode::SUCCESS,
        Ok(()) | Err(_) => ExitCode::from(BAD_LINES),
    }
}

/// A bar over the bytes of the log, on a terminal; the log may be read twice.
fn progress(args: &Args) -> ProgressBar {
    let length = std::fs::metadata(&args.facts).map(|data| data.len()).unwrap_or(0);
    let style = ProgressStyle::with_template("{bar:40} {percent}% {bytes_per_sec} {eta}");
    let bar = ProgressBar::new(length).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
    bar.enable_steady_tick(Duration::from_millis(200));
    bar
}

fn moment(args: &Args, replayed: &Replayed) -> Timestamp {
    args.until.or(replayed.last_at).unwrap_or(Timestamp::UNIX_EPOCH)
}

fn json(out: &mut impl Write, terms: &Terms, replayed: &Replayed, args: &Args) -> io::Result<()> {
    let now = moment(args, replayed);
    let mut line = |line: &Line<'_>| {
        serde_json::to_writer(&mut *out, line)?;
        out.write_all(b"\n")
    };
    if !args.summary {
        for obligation in replayed.obligations() {
            line(&Line::Obligation { obligation, overdue: obligation.is_overdue(now) })?;
        }
    }
    for reading in &measured(terms, replayed, now) {
        line(&Line::Measure(reading))?;
    }
    for bad in &replayed.bad_lines {
        line(&Line::BadLine(bad))?;
    }
    line(&Line::Summary {
        terms: terms.label(),
        until: args.until.or(replayed.last_at),
        facts: replayed.facts,
        subjects: replayed.dockets.len(),
        bad_lines: replayed.bad_lines.len(),
        about_nothing: replayed.about_nothing,
        after_until: replayed.after_until,
        clauses: replayed.tallies(now),
    })
}

fn table(out: &mut impl Write, terms: &Terms, replayed: &Replayed, args: &Args) -> io::Result<()> {
    let now = moment(args, replayed);
    if !args.summary {
        writeln!(
            out,
            "{:<20} {:<6} {:<20} {:>3}  {:<20} {:<20} {:<9} {:<20} entry",
            "subject", "clause", "promise", "#", "started", "due", "state", "ended"
        )?;
        for obligation in replayed.obligations() {
            row(out, obligation, now)?;
            if args.why {
                writeln!(out, "{}", text(&explain(terms, obligation, now), language()))?;
            }
        }
        writeln!(out)?;
    }
    writeln!(
        out,
        "{:<8} {:>8} {:>8} {:>8} {:>8} {:>8} {:>8} {:>8} {:>8} {:>8}",
        "clause", "met", "late", "breached", "waived", "void", "running", "overdue", "paused", "amended"
    )?;
    for (clause, t) in replayed.tallies(now) {
        writeln!(
            out,
            "{clause:<8} {:>8} {:>8} {:>8} {:>8} {:>8} {:>8} {:>8} {:>8} {:>8}",
            t.met, t.late, t.breached, t.waived, t.void, t.running, t.overdue, t.paused, t.amended
        )?;
    }
    measures(out, &measured(terms, replayed, now))?;
    writeln!(
        out,
        "\n{terms}: {} fact(s), {} subject(s), as of {now}",
        replayed.facts,
        replayed.dockets.len()
    )?;
    for (count, words) in [
        (replayed.after_until, "fact(s) after that moment were left out"),
        (replayed.about_nothing, "fact(s) are about nothing that a promise is about"),
    ] {
        if count > 0 {
            writeln!(out, "{count} {words}")?;
        }
    }
    for bad in replayed.bad_lines.iter().take(BAD_LINES_SHOWN) {
        writeln!(out, "{}:{}: {}", args.facts.display(), bad.line, bad.message)?;
    }
    if !replayed.bad_lines.is_empty() {
        writeln!(out, "{} bad line(s); all others were judged", replayed.bad_lines.len())?;
    }
    Ok(())
}

/// What the contract reckons over all obligations.
fn measured(terms: &Terms, replayed: &Replayed, now: Timestamp) -> Vec<Reading> {
    let obligations: Vec<&Obligation> = replayed.obligations().collect();
    readings(terms, obligations, &terms.zone(), now)
}

fn measures(out: &mut impl Write, readings: &[Reading]) -> io::Result<()> {
    if readings.is_empty() {
        return Ok(());
    }
    writeln!(
        out,
        "\n{:<8} {:<22} {:<23} {:>6} {:>12} {:<6} what follows",
        "clause", "measure", "window", "cases", "value", "kept"
    )?;
    for reading in readings {
        let value = reading.value.map_or_else(|| "-".to_owned(), |value| format!("{value:.2}"));
        let kept = match reading.is_kept {
            Some(true) => "yes",
            Some(false) => "no",
            None => "-",
        };
        let window = format!("{}..{}", reading.first, reading.last);
        let open = if reading.is_final { "" } else { " (not final)" };
        writeln!(
            out,
            "{:<8} {:<22} {window:<23} {:>6} {value:>12} {kept:<6} {}{open}",
            reading.clause,
            reading.measure,
            reading.cases,
            follows(&reading.then)
        )?;
    }
    Ok(())
}

/// What follows, in words: a credit, points off, a right.
fn follows(then: &Consequence) -> String {
    let hundredths = |n: i64| format!("{}.{:02}", n / 100, n % 100);
    let credit_points = then.credit_points.filter(|n| *n > 0);
    [
        credit_points.map(|n| format!("credit {}%", hundredths(n))),
        then.credit.filter(|money| money.minor > 0).map(|money| format!("credit {money}")),
        then.score_points.filter(|n| *n > 0).map(|n| format!("{} points off", hundredths(n))),
        then.right.as_ref().map(ToString::to_string),
    ]
    .into_iter()
    .flatten()
    .collect::<Vec<_>>()
    .join("; ")
}

fn row(out: &mut impl Write, obligation: &Obligation, now: Timestamp) -> io::Result<()> {
    let at = |at: Option<Timestamp>| at.map_or_else(|| "-".to_owned(), |at| at.to_string());
    let state = if obligation.is_overdue(now) { "overdue" } else { obligation.state.as_str() };
    let amended = if obligation.is_amended() { " (amended)" } else { "" };
    writeln!(
        out,
        "{:<20} {:<6} {:<20} {:>3}  {:<20} {:<20} {:<9} {:<20} {}{amended}",
        obligation.subject.to_string(),
        obligation.clause,
        obligation.promise.as_str(),
        obligation.cycle,
        obligation.started_at.to_string(),
        at(obligation.due_at),
        state,
        at(obligation.state.ended_at()),
        obligation.entry.as_deref().unwrap_or("-"),
    )
}
