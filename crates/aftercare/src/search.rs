//! `aftercare search`: measures the ranking of the full-text search, and makes its index anew.

use std::error::Error;
use std::path::PathBuf;

use ::search::evaluate::{Measured, folder};
use ::search::measure::Ranking;
use app::{App, Clock};

use crate::serve::{Place, open};
use crate::terminal;

/// Steps of the bar while an index is made.
const STEPS: u64 = 1_000;

/// What can be done with the search.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Measure the ranking on searches with known answers, beside plain BM25.
    ///
    /// DIR holds NAMEqueries*.jsonl with NAMEcorpus*.jsonl, and *.tsv of pairs with whether they mean the same.
    Evaluate {
        /// The folder.
        dir: PathBuf,
    },
    /// Make the index of the full-text search anew, also while the server runs.
    ///
    /// The new index is made beside the one in use; the server exchanges them when it is whole.
    Rebuild {
        #[command(flatten)]
        place: Place,
        /// A settings file in TOML [default: aftercare.toml in the data directory, if there is one].
        #[arg(long, env = "AFTERCARE_CONFIG", value_name = "FILE")]
        config: Option<PathBuf>,
    },
}

/// Runs a subcommand.
///
/// Errors: a folder or file that cannot be read.
pub fn run(command: Command) -> Result<(), Box<dyn Error>> {
    match command {
        Command::Evaluate { dir } => {
            let measured = folder(&dir)?;
            if measured.is_empty() {
                return Err(
                    format!("{} holds no queries*.jsonl with a corpus and no *.tsv", dir.display()).into()
                );
            }
            for one in &measured {
                print(one);
            }
            Ok(())
        }
        Command::Rebuild { place, config } => {
            let config = place.config(config)?;
            let database = open(&config)?;
            let app = App::new(config, database, Clock::World);
            let bar = terminal::bar(Some(STEPS)).with_message("search index");
            let told = &mut |share: f64| bar.set_position((share * STEPS as f64) as u64);
            let count = app::search::follow::rebuild(&app, told)?;
            bar.finish_and_clear();
            println!("{count} things can be found");
            Ok(())
        }
    }
}

fn print(measured: &Measured) {
    match measured {
        Measured::Collection { name, documents, ours, plain } => {
            println!("{name}: {} searches, {documents} documents", ours.searches);
            println!("             recall@1  recall@5  MRR@10");
            for (who, found) in [("ours", ours), ("plain BM25", plain)] {
                let Ranking { recall_at_1, recall_at_5, mrr_at_10, .. } = found;
                println!("  {who:<10} {recall_at_1:>8.3}  {recall_at_5:>8.3}  {mrr_at_10:>6.3}");
            }
        }
        Measured::Pairs { name, pairs, ours, plain } => {
            println!("{name}: {pairs} pairs, area under the curve");
            println!("  ours       {ours:>8.3}");
            println!("  plain BM25 {plain:>8.3}");
        }
    }
}
