//! The `aftercare` command: one file per subcommand.

mod serve;

use clap::{Parser, Subcommand};

/// After-sales service: every signed promise executable, watched, evidenced and provable.
#[derive(Debug, Parser)]
#[command(name = "aftercare", version, arg_required_else_help = true)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve the pages and the API.
    Serve(serve::Arguments),
}

fn main() -> std::process::ExitCode {
    let outcome = match Arguments::parse().command {
        Command::Serve(arguments) => serve::run(arguments),
    };
    match outcome {
        Ok(()) => std::process::ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("aftercare: {error}");
            std::process::ExitCode::FAILURE
        }
    }
}
