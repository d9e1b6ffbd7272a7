//! `aftercare promise check`: what is wrong in a commitment file, then what a lawyer would ask.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use promise::checker::{Finding, check};
use promise::explain::Language;
use promise::{Calendars, Problem, Terms};
use serde::Serialize;

/// Exit code of a file that cannot be used.
const UNUSABLE: u8 = 1;
/// Exit code of a file with open findings, where `--strict` asks for none.
const OPEN_FINDINGS: u8 = 3;

/// Checks a commitment file: errors with line and column, then overlaps, contradictions and gaps.
///
/// Exit codes: 0 the file can be used; 1 it cannot be read or has errors; 3 with --strict, a finding is open.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The commitment file.
    file: PathBuf,
    /// A calendar file that the commitment names, ours or iCalendar (.ics, known by its file's name); may be given
    /// several times. The shipped ones are known.
    #[arg(long, value_name = "FILE")]
    calendar: Vec<PathBuf>,
    /// Fail when a finding is not settled by a reading in the file.
    #[arg(long)]
    strict: bool,
    /// Print one JSON document.
    #[arg(long)]
    json: bool,
}

/// The written form of the outcome.
#[derive(Serialize)]
struct Report<'r> {
    file: &'r Path,
    usable: bool,
    problems: &'r [Problem],
    findings: &'r [Finding],
}

/// Runs the command.
pub fn run(args: &Args) -> ExitCode {
    let (terms, problems) = match compile(&args.file, &args.calendar) {
        Ok(terms) => (Some(terms), Vec::new()),
        Err(Unusable::Unread(message)) => {
            eprintln!("aftercare: {message}");
            return ExitCode::from(UNUSABLE);
        }
        Err(Unusable::Wrong(problems)) => (None, problems),
    };
    let findings = terms.as_ref().map(check).unwrap_or_default();
    if args.json {
        let usable = terms.is_some();
        let report = Report { file: &args.file, usable, problems: &problems, findings: &findings };
        match serde_json::to_string_pretty(&report) {
            Ok(json) => println!("{json}"),
            Err(error) => eprintln!("aftercare: {error}"),
        }
    } else {
        print(&args.file, terms.as_ref(), &problems, &findings);
    }
    match terms {
        None => ExitCode::from(UNUSABLE),
        Some(_) if args.strict && findings.iter().any(|finding| finding.agreed.is_none()) => {
            ExitCode::from(OPEN_FINDINGS)
        }
        Some(_) => ExitCode::SUCCESS,
    }
}

fn print(file: &Path, terms: Option<&Terms>, problems: &[Problem], findings: &[Finding]) {
    let file = file.display();
    for problem in problems {
        println!("{file}:{problem}");
    }
    let Some(terms) = terms else {
        println!("\n{} error(s): the file cannot be used", problems.len());
        return;
    };
    let language = language();
    let (open, agreed): (Vec<&Finding>, Vec<&Finding>) =
        findings.iter().partition(|finding| finding.agreed.is_none());
    for finding in &open {
        println!("{file}:{}: {}", finding.line, words(finding, language));
    }
    if !agreed.is_empty() {
        println!(
            "{}",
            if language == Language::Chinese { "\n双方已约定:" } else { "\nAgreed by both sides:" }
        );
    }
    for finding in &agreed {
        println!("{file}:{}: {}", finding.line, words(finding, language));
        let key = if language == Language::Chinese { "zh-Hans" } else { "en" };
        if let Some(agreed) =
            finding.agreed.as_ref().and_then(|words| words.get(key).or(words.values().next()))
        {
            println!("    {agreed}");
        }
    }
    let (promises, clauses) = (terms.promises().len(), terms.clauses().len());
    println!(
        "\n{terms}: {promises} promise(s), {clauses} clause(s), {} open, {} agreed",
        open.len(),
        agreed.len()
    );
}

fn words(finding: &Finding, language: Language) -> String {
    let message = match language {
        Language::Chinese => &finding.message.zh_hans,
        Language::English => &finding.message.en,
    };
    let clause = finding.clause.as_deref().map(|clause| format!("{clause} ")).unwrap_or_default();
    let promise = finding.promise.as_deref().map(|promise| format!("{promise}: ")).unwrap_or_default();
    format!("{}: {clause}{promise}{message}", finding.code)
}

/// The language of the terminal: Chinese where the locale says so, else English.
pub fn language() -> Language {
    let locale = ["LC_ALL", "LC_MESSAGES", "LANG"]
        .into_iter()
        .find_map(|name| std::env::var(name).ok().filter(|value| !value.is_empty()));
    match locale {
        Some(locale) if locale.starts_with("zh") => Language::Chinese,
        Some(_) | None => Language::English,
    }
}

/// Why a commitment file cannot be used.
pub enum Unusable {
    /// It, or a calendar, could not be read.
    Unread(String),
    Wrong(Vec<Problem>),
}

/// Reads a commitment file with the shipped calendars and those given.
pub fn compile(file: &Path, calendars: &[PathBuf]) -> Result<Terms, Unusable> {
    let read = |file: &Path| {
        std::fs::read_to_string(file)
            .map_err(|error| Unusable::Unread(format!("{}: {error}", file.display())))
    };
    let mut known = Calendars::shipped();
    for calendar in calendars {
        known.add_file(&calendar.to_string_lossy(), &read(calendar)?).map_err(|problems| {
            let lines: Vec<String> = problems.iter().map(|p| format!("{}:{p}", calendar.display())).collect();
            Unusable::Unread(lines.join("\n"))
        })?;
    }
    Terms::compile(&read(file)?, &known).map_err(Unusable::Wrong)
}
