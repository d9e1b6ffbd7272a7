//! `aftercare promise preview`: what the verdicts of a past time would have been under another commitment file.

use std::error::Error;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use app::commitments::preview::{self, last_quarter};
use app::commitments::store;
use app::{App, Clock, Failure};
use jiff::civil::Date;
use promise::preview::{Count, Preview};
use rules::ids::{CommitmentId, ContractId};

use crate::promise_check::{Unusable, compile};
use crate::serve::{Place, open};

/// Judges the stored facts of tickets under a commitment file and under the version that it would replace, and
/// compares. Reads only, and may run beside the server.
///
/// Exit codes: 0 it was compared; 1 the file cannot be used.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    place: Place,
    /// The new commitment file.
    file: PathBuf,
    /// The published version that it would replace, by the number at the end of its page's address.
    #[arg(long, value_name = "ID")]
    against: i64,
    /// The first day of the time [default: that of the last calendar quarter].
    #[arg(long, value_name = "DATE")]
    from: Option<Date>,
    /// The last day of the time [default: that of the last calendar quarter].
    #[arg(long, value_name = "DATE")]
    to: Option<Date>,
    /// Only the tickets of this contract, by the number at the end of its page's address.
    #[arg(long, value_name = "ID")]
    contract: Option<i64>,
    /// A calendar file that the commitment names; may be given several times. The shipped ones are known.
    #[arg(long, value_name = "FILE")]
    calendar: Vec<PathBuf>,
    /// A settings file in TOML [default: aftercare.toml in the data directory, if there is one].
    #[arg(long, env = "AFTERCARE_CONFIG", value_name = "FILE")]
    config: Option<PathBuf>,
    /// Writes the sums and what changed as JSON.
    #[arg(long)]
    json: bool,
}

/// Compares and prints.
///
/// Errors: a configuration that cannot be used, a database that cannot be read, a version that is not there.
pub fn run(args: &Args) -> Result<ExitCode, Box<dyn Error>> {
    let after = match compile(&args.file, &args.calendar) {
        Ok(terms) => Arc::new(terms),
        Err(Unusable::Unread(message)) => return Err(message.into()),
        Err(Unusable::Wrong(problems)) => {
            problems.iter().for_each(|problem| eprintln!("{}:{problem}", args.file.display()));
            return Ok(ExitCode::FAILURE);
        }
    };
    let config = args.place.config(args.config.clone())?;
    let zone = config.time_zone();
    let app = App::new(config.clone(), open(&config)?, Clock::World);
    let now = app.clock.now();
    let (first, last) = last_quarter(now.to_zoned(zone.clone()).date());
    let (from, to) = (args.from.unwrap_or(first), args.to.unwrap_or(last));
    let (id, contract) = (CommitmentId(args.against), args.contract.map(ContractId));
    let shared = app.clone();
    let sums = app.database.read_now(move |tx| {
        let row = store::find(tx, id)?.ok_or(Failure::NotFound)?;
        let before = shared.library.terms(tx, id)?;
        let wanted = preview::wanted(&row.name, from, to, &zone, contract)
            .ok_or_else(|| Failure::field("to", "error-preview-days"))?;
        preview::whole(tx, &wanted, (&before, &after), now)
    })?;
    match args.json {
        true => println!("{}", serde_json::to_string(&sums)?),
        false => print(&sums, from, to),
    }
    Ok(ExitCode::SUCCESS)
}

fn print(sums: &Preview, from: Date, to: Date) {
    println!("{from} to {to}: {} tickets, {} facts", sums.subjects, sums.facts);
    println!(
        "{:<32} {:>15} {:>15} {:>15} {:>15} {:>9}",
        "promise", "met", "late", "breached", "open", "changed"
    );
    for (promise, pair) in &sums.promises {
        let figure = |of: fn(&Count) -> u64| {
            let (before, after) = (of(&pair.before), of(&pair.after));
            if before == after { before.to_string() } else { format!("{before} -> {after}") }
        };
        println!(
            "{promise:<32} {:>15} {:>15} {:>15} {:>15} {:>9}",
            figure(|count| count.met),
            figure(|count| count.late),
            figure(|count| count.breached),
            figure(|count| count.open),
            pair.changed
        );
    }
}
