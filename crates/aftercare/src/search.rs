//! `aftercare search`: measures the ranking of the full-text search.

use std::error::Error;
use std::path::PathBuf;

use ::search::evaluate::{Measured, folder};
use ::search::measure::Ranking;

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
