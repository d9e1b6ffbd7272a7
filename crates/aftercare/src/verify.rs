//! `aftercare verify`: derive everything that is owed again from what happened, and check the history tree.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use app::{App, Clock, tickets};
use db::Tx;
use ledger::Subject;
use ledger::checkpoint::{Signer, Verifier};
use ledger::verify::{DIFFERENCES_SHOWN, Judge, Report, Step};
use promise::{Fact, Obligation, Terms};
use rules::ids::{CommitmentId, TicketId};

use crate::serve::{Place, open};
use crate::terminal;

/// Derives every obligation again from the facts and compares; hashes every fact again and compares with the
/// history tree and its checkpoints. Changes nothing, and may run beside the server. Exit code 1 on any
/// difference.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    #[command(flatten)]
    place: Place,
    /// A settings file in TOML [default: aftercare.toml in the data directory, if there is one].
    #[arg(long, env = "AFTERCARE_CONFIG", value_name = "FILE")]
    config: Option<PathBuf>,
    /// The public key of the ledger, to check the signatures of checkpoints with [default: that of
    /// ledger.key in the data directory, if there is one].
    #[arg(long, value_name = "NAME+HASH+KEY")]
    key: Option<String>,
    /// Writes the report as JSON.
    #[arg(long)]
    json: bool,
}

/// Verifies and says what differs.
///
/// Errors: a configuration or a key that cannot be used, a database that cannot be read.
pub fn run(arguments: Arguments) -> Result<ExitCode, Box<dyn Error>> {
    let config = arguments.place.config(arguments.config)?;
    let verifier = verifier(arguments.key.as_deref(), &config.data.join("ledger.key"))?;
    if let Some(file) = config.database.strip_prefix("sqlite:").filter(|file| !Path::new(file).exists()) {
        return Err(format!("there is no database at {file}").into());
    }
    let database = open(&config)?;
    let app = App::new(config, database.clone(), Clock::World);
    let bar = terminal::bar(Some(0));
    let report = ledger::verify::verify(&database, Tickets { app }, verifier, |progress| {
        bar.set_message(match progress.step {
            Step::Subjects => "facts and obligations",
            Step::Sealed => "history tree",
        });
        bar.set_length(progress.total);
        bar.set_position(progress.done);
    })?;
    bar.finish_and_clear();
    match arguments.json {
        true => println!("{}", serde_json::to_string(&report)?),
        false => print(&report),
    }
    Ok(if report.is_clean() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn verifier(key: Option<&str>, file: &Path) -> Result<Option<Verifier>, Box<dyn Error>> {
    Ok(match key {
        Some(key) => Some(Verifier::parse(key)?),
        None if file.exists() => Some(Signer::load(file)?.verifier()),
        None => None,
    })
}

fn print(report: &Report) {
    for line in &report.differences {
        println!("{line}");
    }
    if report.difference_count > DIFFERENCES_SHOWN as u64 {
        println!("… and {} more", report.difference_count - DIFFERENCES_SHOWN as u64);
    }
    println!(
        "{} facts, {} subjects, {} dockets, {} obligations; {} leaves, {} checkpoints; {} facts not sealed yet",
        report.facts,
        report.subjects,
        report.dockets,
        report.obligations,
        report.leaves,
        report.checkpoints,
        report.unsealed
    );
    if report.put_off > 0 {
        println!("{} dockets of a history that is being taken over are not judged yet", report.put_off);
    }
    match report.difference_count {
        0 => println!("clean: what is stored follows from the facts, and the history is whole"),
        1 => println!("1 difference"),
        n => println!("{n} differences"),
    }
}

/// Knows which terms govern a ticket, and what a ticket keeps of its obligations.
struct Tickets {
    app: App,
}

impl Judge for Tickets {
    fn terms_of(
        &mut self,
        tx: &mut Tx,
        subject: &Subject,
        facts: &[Fact],
    ) -> Result<Option<Arc<Terms>>, db::Error> {
        if subject.kind != "ticket" {
            return Ok(None);
        }
        // The commitment that was in force when the ticket was last judged stands in its last fact.
        let said = facts.iter().rev().find_map(|fact| fact.about.get("commitment"));
        let Some(id) = said.and_then(|id| id.parse().ok()) else { return Ok(None) };
        let terms = self.app.library.terms(tx, CommitmentId(id));
        terms.map(Some).map_err(|failure| db::Error::Corrupt(format!("{subject}: {failure}")))
    }

    fn terms_by(&mut self, tx: &mut Tx, fact: &Fact) -> Result<Option<Arc<Terms>>, db::Error> {
        app::kernel::door::terms_by(&self.app.library, tx, fact)
    }

    fn keeps_docket(&self, noun: &str) -> bool {
        app::kernel::door::keeps_docket(noun)
    }

    fn compare(
        &mut self,
        tx: &mut Tx,
        subject: &Subject,
        owed: &[Obligation],
    ) -> Result<Vec<String>, db::Error> {
        if subject.kind != "ticket" {
            return Ok(Vec::new());
        }
        let Some(row) = tickets::store::find(tx, TicketId(subject.id))? else {
            return Ok(vec!["there are facts, but no ticket".to_owned()]);
        };
        let due = tickets::due::of(owed);
        let mut lines = Vec::new();
        let mut check = |what: &str, stored: String, follows: String| {
            if stored != follows {
                lines.push(format!("{what} is stored as {stored}, from the facts follows {follows}"));
            }
        };
        check("the next deadline", shown(row.next_due_at), shown(due.next_due_at));
        check("the next promise", shown(row.next_promise), shown(due.next_promise));
        check("the next clause", shown(row.next_clause), shown(due.next_clause));
        check("the next warning", shown(row.next_warn_at), shown(due.next_warn_at));
        check("the number of running clocks", row.running_count.to_string(), due.running_count.to_string());
        check("the number of missed deadlines", row.missed_count.to_string(), due.missed_count.to_string());
        Ok(lines)
    }
}

fn shown<T: ToString>(value: Option<T>) -> String {
    value.map_or_else(|| "none".to_owned(), |value| value.to_string())
}
