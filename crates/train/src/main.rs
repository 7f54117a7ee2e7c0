//! `train`: lists experiments, runs them into a run folder, or repeats those of a run folder.

mod commands;

use std::process::ExitCode;

use anyhow::Context;
use clap::{Parser, Subcommand};
use commands::{
    list, measure, remedy::explain_any, run, self_check, signals, terminal::eprint_line, verify,
};
use train::run::catch_panic::silence_caught_panics;

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
    /// Measure matrix products, PCA and reading, for `cargo xtask bench`.
    Measure(measure::Arguments),
    /// Train a run folder's experiments again and compare the results bit by bit.
    Verify(verify::Arguments),
    /// Print as JSON whether libtorch computes, and what it sees of CUDA.
    SelfCheck,
}

fn main() -> ExitCode {
    silence_caught_panics();
    execute(Arguments::parse().command).unwrap_or_else(|error| {
        eprint_line(format!("error: {}", explain_any(&error)));
        ExitCode::FAILURE
    })
}

fn execute(command: Command) -> anyhow::Result<ExitCode> {
    signals::ignore_sigxfsz()?;
    // Otherwise rayon makes it at its first use, where a refusal is a panic.
    rayon::ThreadPoolBuilder::new()
        .build_global()
        .context("cannot start a thread for each processor; allow more processes (ulimit -u)")?;
    match command {
        Command::List(arguments) => list::list(&arguments),
        Command::Run(arguments) => run::run(&arguments),
        Command::Measure(arguments) => measure::measure(&arguments),
        Command::Verify(arguments) => verify::verify(&arguments),
        Command::SelfCheck => self_check::self_check(),
    }
}
