//! The `aftercare` command: one file per subcommand.

mod backup;
mod calendar;
mod demo;
mod facts;
mod import;
mod promise_check;
mod promise_preview;
mod promise_replay;
mod restore;
mod search;
mod serve;
mod simulate;
mod terminal;
mod verify;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Allocates from caches of each thread: what writes and what reads do not wait for each other over memory.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

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
    /// Make a demo company with a year of history, and serve it.
    Demo(demo::Arguments),
    /// Take over tables from elsewhere.
    Import(import::Arguments),
    /// Work with the log of facts.
    Facts(facts::Arguments),
    Verify(verify::Arguments),
    Backup(backup::Arguments),
    Restore(restore::Arguments),
    /// Check a commitment file, or judge a log of facts by it.
    #[command(subcommand)]
    Promise(PromiseCommand),
    /// Work with the full-text search.
    #[command(subcommand)]
    Search(search::Command),
    Simulate(simulate::Args),
    /// Read calendars of others: the yearly notice on holidays, iCalendar files.
    #[command(subcommand)]
    Calendar(calendar::Command),
}

#[derive(Debug, Subcommand)]
enum PromiseCommand {
    Check(promise_check::Args),
    Preview(promise_preview::Args),
    Replay(promise_replay::Args),
}

fn main() -> ExitCode {
    let outcome = match Arguments::parse().command {
        Command::Serve(arguments) => serve::run(arguments).map(|()| ExitCode::SUCCESS),
        Command::Demo(arguments) => demo::run(arguments).map(|()| ExitCode::SUCCESS),
        Command::Import(arguments) => import::run(arguments),
        Command::Facts(arguments) => facts::run(arguments).map(|()| ExitCode::SUCCESS),
        Command::Verify(arguments) => verify::run(arguments),
        Command::Backup(arguments) => backup::run(arguments),
        Command::Restore(arguments) => restore::run(arguments),
        Command::Promise(PromiseCommand::Check(arguments)) => return promise_check::run(&arguments),
        Command::Promise(PromiseCommand::Preview(arguments)) => promise_preview::run(&arguments),
        Command::Promise(PromiseCommand::Replay(arguments)) => return promise_replay::run(&arguments),
        Command::Search(command) => search::run(command).map(|()| ExitCode::SUCCESS),
        Command::Simulate(arguments) => return simulate::run(&arguments),
        Command::Calendar(command) => return calendar::run(&command),
    };
    match outcome {
        Ok(code) => code,
        Err(error) => {
            eprintln!("aftercare: {error}");
            ExitCode::FAILURE
        }
    }
}
