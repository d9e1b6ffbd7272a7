//! `aftercare calendar`: turns calendars of others into the text of a calendar file.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use jiff::civil::{Date, date};
use promise::calendar::{ics, notice};

/// Exit code of a text that was read, but does not fit the calendar.
const DOUBTFUL: u8 = 3;

/// What is read.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    ReadNotice(ReadNotice),
    ReadIcs(ReadIcs),
}

/// Reads the yearly notice on public holidays, pasted as text, and prints the lines for `calendars/`.
///
/// Exit codes: 0 read; 1 it cannot be read; 3 something in it does not fit, as a weekday that is wrong: see the
/// messages, and compare with the published text.
#[derive(Debug, clap::Args)]
pub struct ReadNotice {
    /// The text of the notice, or of one paragraph.
    file: PathBuf,
    /// The year that it is for, where the text does not say it.
    #[arg(long)]
    year: Option<i16>,
}

/// Reads an iCalendar file and prints it as a calendar file.
///
/// Exit codes: 0 read; 1 it cannot be read.
#[derive(Debug, clap::Args)]
pub struct ReadIcs {
    /// The file.
    file: PathBuf,
    /// The id of the calendar [default: the name of the file].
    #[arg(long)]
    id: Option<String>,
    /// The time zone to read it in [default: its own].
    #[arg(long)]
    zone: Option<String>,
    /// The first day to print.
    #[arg(long, default_value = "2000-01-01")]
    from: Date,
    /// The last day to print; what goes on for ever is cut here.
    #[arg(long, default_value_t = date(2040, 12, 31))]
    to: Date,
}

/// Runs the command.
pub fn run(command: &Command) -> ExitCode {
    let outcome = match command {
        Command::ReadNotice(arguments) => read_notice(arguments),
        Command::ReadIcs(arguments) => read_ics(arguments),
    };
    outcome.unwrap_or_else(|message| {
        eprintln!("aftercare: {message}");
        ExitCode::FAILURE
    })
}

fn read_notice(arguments: &ReadNotice) -> Result<ExitCode, String> {
    let named = |error: &dyn std::fmt::Display| format!("{}: {error}", arguments.file.display());
    let notice = notice::read(&text(&arguments.file)?, arguments.year).map_err(|error| named(&error))?;
    print!("{}", notice.to_toml());
    for doubt in &notice.doubts {
        eprintln!("{}", named(doubt));
    }
    Ok(if notice.doubts.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(DOUBTFUL) })
}

fn read_ics(arguments: &ReadIcs) -> Result<ExitCode, String> {
    let named = |error: ics::Refused| format!("{}: {error}", arguments.file.display());
    let stem = arguments.file.file_stem().map(|stem| stem.to_string_lossy().into_owned());
    let id = arguments.id.clone().or(stem).unwrap_or_default();
    let feed = ics::Feed::read(&text(&arguments.file)?).map_err(named)?;
    let calendar = feed.calendar(&id, arguments.zone.as_deref()).map_err(named)?;
    print!("{}", calendar.to_toml(arguments.from, arguments.to));
    Ok(ExitCode::SUCCESS)
}

fn text(file: &Path) -> Result<String, String> {
    let bytes = std::fs::read(file).map_err(|error| format!("{}: {error}", file.display()))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}
