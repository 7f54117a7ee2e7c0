//! `train`: lists experiments, or runs them into a run folder.

mod list;
mod run;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(version, about = "Trains and evaluates autoencoders and PCA on MNIST")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Print the experiments of the assignment.
    List(list::Arguments),
    /// Train and evaluate experiments into a run folder.
    Run(run::Arguments),
}

fn main() -> ExitCode {
    let result = match Arguments::parse().command {
        Command::List(arguments) => list::list(&arguments),
        Command::Run(arguments) => run::run(&arguments),
    };
    result.unwrap_or_else(|error| {
        eprintln!("error: {error:#}");
        ExitCode::FAILURE
    })
}
