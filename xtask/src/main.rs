//! Housekeeping of the repository. `bench` measures the whole program; `tidy` is a set of tests:
//! `cargo test -p xtask`.

mod bench;
pub mod tidy;

use std::process::ExitCode;

use clap::Parser;

/// Housekeeping of the repository.
#[derive(Debug, Parser)]
#[command(name = "xtask", arg_required_else_help = true)]
enum Arguments {
    /// Measure the whole program, and print a table.
    Bench(bench::Arguments),
}

fn main() -> ExitCode {
    let Arguments::Bench(arguments) = Arguments::parse();
    match bench::run(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error}");
            ExitCode::FAILURE
        }
    }
}
