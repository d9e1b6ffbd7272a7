//! `aftercare facts export`: the log of facts, for `promise replay` and for other programs.

use std::error::Error;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::PathBuf;

use app::exchange::{self, Stop};

use crate::serve::{self, Place};
use crate::terminal;

/// Work with the log of facts.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    /// Write the facts as JSON lines, in the order in which they were recorded.
    ///
    /// Names, numbers of people and free text stay in the database; docs/facts.md describes a line.
    Export(Export),
}

#[derive(Debug, clap::Args)]
struct Export {
    /// The file to write [default: standard output].
    #[arg(value_name = "FACTS.jsonl")]
    file: Option<PathBuf>,
    /// Only facts of this noun, such as `ticket`.
    #[arg(long, value_name = "NOUN")]
    of: Option<String>,
    #[command(flatten)]
    place: Place,
}

/// Writes the facts.
///
/// Errors: a database that cannot be opened, a file that cannot be written.
pub fn run(arguments: Arguments) -> Result<(), Box<dyn Error>> {
    let What::Export(export) = arguments.what;
    let l = terminal::reader();
    let config = export.place.config(None)?;
    let database = serve::open(&config)?;
    let bar = terminal::bar(None);
    let mut out: Box<dyn Write> = match &export.file {
        Some(file) => Box::new(BufWriter::new(
            File::create(file).map_err(|error| format!("{}: {error}", file.display()))?,
        )),
        None => Box::new(BufWriter::new(io::stdout().lock())),
    };
    let mut tell = |count| bar.set_position(count);
    let count = exchange::export(&database, export.of.as_deref(), &mut out, &mut tell);
    bar.finish_and_clear();
    let count = match count {
        // Whoever reads the lines has enough.
        Err(Stop::Output(error)) if error.kind() == io::ErrorKind::BrokenPipe => return Ok(()),
        other => other?,
    };
    if export.file.is_some() {
        eprintln!("{}", l.ta("exchange-exported", &[("n", count.into())]));
    }
    Ok(())
}
