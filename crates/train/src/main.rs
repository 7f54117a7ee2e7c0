//! `train`: lists experiments, runs them into a run folder, or repeats what a run folder holds.

mod commands;

use std::{
    fmt::Display,
    io::{self, Write},
    process::ExitCode,
};

use anyhow::Context;
use clap::{Parser, Subcommand};
use train::tell;

use commands::{list, measure, run as run_command, self_check, signals, verify};

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
    Run(run_command::Arguments),
    /// Measure matrix products, PCA and reading, for `cargo xtask bench`.
    Measure(measure::Arguments),
    /// Train a run folder's experiments again and compare the results bit by bit.
    Verify(verify::Arguments),
    /// Print as JSON whether libtorch computes, and what it sees of CUDA.
    SelfCheck,
}

/// Writes a line to standard output.
fn print(text: impl Display) -> anyhow::Result<()> {
    writeln!(io::stdout(), "{text}").context("cannot write to standard output")
}

fn main() -> ExitCode {
    train::run::catch_panic::hide_caught_panics();
    run(Arguments::parse().command).unwrap_or_else(|error| {
        tell(format!("error: {error:#}"));
        ExitCode::FAILURE
    })
}

fn run(command: Command) -> anyhow::Result<ExitCode> {
    signals::survive_file_limit()?;
    // Else made at its first use, where a refusal is a panic.
    rayon::ThreadPoolBuilder::new()
        .build_global()
        .context("cannot start a thread for each processor; allow more processes (ulimit -u)")?;
    match command {
        Command::List(arguments) => list::list(&arguments),
        Command::Run(arguments) => run_command::run(&arguments),
        Command::Measure(arguments) => measure::measure(&arguments),
        Command::Verify(arguments) => verify::verify(&arguments),
        Command::SelfCheck => self_check::self_check(),
    }
}
