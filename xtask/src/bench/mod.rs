//! The figures of the whole program, measured and printed as one table.
//!
//!     cargo build --release --workspace --bins
//!     target/release/xtask bench            a million tickets; takes a while
//!     target/release/xtask bench --quick    ten thousand, to see that everything works
//!
//! The program under measurement is the release binary beside this one, in a process of its own; the load comes
//! from this process over the loopback interface, on the same cores. So the figures are those of a machine that
//! does both, and ratios within one run say more than the figures.

mod base;
mod house;
mod intake;
mod letters;
mod load;
mod mailbox;
mod multiply;
mod pages;
mod raw;
mod raw_postgres;
mod search;
mod words;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

/// Anything that keeps a figure from being measured.
pub type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

/// Measure the whole program, and print a table.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Small numbers: to see that everything works, not for the figures.
    #[arg(long)]
    quick: bool,
    /// Tickets in the largest base [default: 1000000].
    #[arg(long, value_name = "COUNT")]
    tickets: Option<u64>,
    /// Also measure the pages on so many times the largest base, made by copying its rows: 5 kB of disk a ticket.
    #[arg(long, value_name = "TIMES")]
    times: Option<i64>,
    /// Where the databases are made; they are removed at the end [default: a temporary directory].
    #[arg(long, value_name = "DIR")]
    directory: Option<PathBuf>,
    /// Leave the databases where they are.
    #[arg(long)]
    keep: bool,
    /// Measure search and pages alone, on the largest base that an earlier run kept in the same directory.
    #[arg(long, requires = "directory")]
    again: bool,
    /// Measure intake alone, on this PostgreSQL database, which is empty: postgres://USER:PASSWORD@HOST:PORT/NAME.
    #[arg(long, value_name = "URL")]
    database: Option<String>,
    /// Also run the benches of the crates: `promise` and `ledger`.
    #[arg(long)]
    crates: bool,
}

/// One line of the table.
struct Figure {
    what: String,
    measured: String,
    aim: String,
}

/// The table so far; each line is shown as soon as it is known.
#[derive(Default)]
pub struct Table(Vec<Figure>);

impl Table {
    /// Adds a line.
    pub fn add(&mut self, what: impl Into<String>, measured: impl Into<String>, aim: impl Into<String>) {
        let figure = Figure { what: what.into(), measured: measured.into(), aim: aim.into() };
        eprintln!("  {}: {}", figure.what, figure.measured);
        self.0.push(figure);
    }

    fn print(&self) {
        println!("| what | measured | aim |");
        println!("|---|---|---|");
        for figure in &self.0 {
            println!("| {} | {} | {} |", figure.what, figure.measured, figure.aim);
        }
    }
}

/// Whole thousands with a comma.
pub fn number(value: f64) -> String {
    let digits = format!("{value:.0}");
    let mut out = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// Milliseconds with the digits that matter.
pub fn milliseconds(seconds: f64) -> String {
    let milliseconds = seconds * 1_000.0;
    if milliseconds < 10.0 { format!("{milliseconds:.2} ms") } else { format!("{milliseconds:.0} ms") }
}

/// Measures, and prints the table.
pub fn run(arguments: &Arguments) -> Outcome<()> {
    let program = program()?;
    let directory = arguments
        .directory
        .clone()
        .unwrap_or_else(|| std::env::temp_dir().join(format!("aftercare-bench-{}", std::process::id())));
    std::fs::create_dir_all(&directory)?;
    let measured = measure(arguments, &program, &directory);
    if !arguments.keep && !arguments.again {
        std::fs::remove_dir_all(&directory)?;
    }
    let table = measured?;
    println!();
    table.print();
    if arguments.crates {
        for name in ["promise", "ledger"] {
            Command::new(env!("CARGO")).args(["bench", "-q", "-p", name]).status()?;
        }
    }
    Ok(())
}

fn measure(arguments: &Arguments, program: &Path, directory: &Path) -> Outcome<Table> {
    let begun = Instant::now();
    let mut table = Table::default();
    let (small, large) = match (arguments.quick, arguments.tickets) {
        (true, None) => (2_000, 10_000),
        (_, Some(tickets)) => (10_000.min(tickets), tickets),
        (false, None) => (10_000, 1_000_000),
    };
    let seconds = if arguments.quick { 2 } else { 8 };

    table.add(
        "size of the binary",
        format!("{:.1} MiB", std::fs::metadata(program)?.len() as f64 / 1_048_576.0),
        "",
    );

    if let Some(url) = &arguments.database {
        intake::measure_postgres(program, &directory.join("intake"), url, seconds, &mut table)?;
        return Ok(table);
    }
    let data = directory.join("base");
    if !arguments.again {
        grow(program, directory, (small, large, seconds), &mut table)?;
    }
    search::measure(program, &data, seconds, &mut table)?;
    pages::measure(program, &data, large, seconds, &mut table)?;
    if let Some(times) = arguments.times.filter(|times| *times > 1) {
        multiply::multiply(&data, times, &mut table)?;
        pages::measure(program, &data, large * times as u64, seconds, &mut table)?;
    }
    eprintln!("measured in {} s", begun.elapsed().as_secs());
    Ok(table)
}

/// Everything up to the largest base, its index and its articles.
fn grow(
    program: &Path,
    directory: &Path,
    (small, large, seconds): (u64, u64, u64),
    table: &mut Table,
) -> Outcome<()> {
    let data = directory.join("base");
    intake::measure(program, &directory.join("intake"), seconds, table)?;
    letters::measure(program, &directory.join("letters"), seconds, table)?;
    mailbox::measure(program, &directory.join("mailbox"), table)?;

    let mut base = base::Base::new(program, &data, large)?;
    base.grow(small, table)?;
    base.seal(table)?;
    search::index(program, &data, small, table)?;
    pages::measure(program, &data, small, seconds, table)?;
    base.grow(large - (large - small) / 10, table)?;
    base.grow_back(large, table)?;
    base.seal(table)?;
    search::index(program, &data, large, table)?;
    search::write_articles(program, &data, table)
}

/// The release binary, built if need be.
fn program() -> Outcome<PathBuf> {
    // The whole workspace: a part of it would be built with other features of its libraries, all of them anew.
    let built = Command::new(env!("CARGO")).args(["build", "--release", "--workspace", "--bins"]).status()?;
    if !built.success() {
        return Err("the program cannot be built".into());
    }
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| workspace.join("target"), PathBuf::from);
    Ok(target.join("release").join("aftercare"))
}
