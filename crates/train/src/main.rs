//! `train`: lists experiments, runs them into a run folder, or repeats those of a run folder.

mod commands;

use std::{io, process::ExitCode};

use anyhow::Context;
use clap::Parser;
use commands::{Command, explain_any, signals::ignore_sigxfsz, terminal::eprint_line};
use train::run::catch_panic::silence_caught_panics;

#[derive(Parser)]
#[command(
    version,
    about = "Trains and evaluates autoencoders and PCA, on MNIST or any other images"
)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

fn main() -> ExitCode {
    silence_caught_panics();
    let arguments = Arguments::parse();
    prepare()
        .and_then(|()| arguments.command.execute())
        .unwrap_or_else(|error| {
            // In `train list | head` the reader has all that it wanted.
            if !is_broken_pipe(&error) {
                eprint_line(format!("error: {}", explain_any(&error)));
            }
            ExitCode::FAILURE
        })
}

/// Whether the reader of standard output is gone.
fn is_broken_pipe(error: &anyhow::Error) -> bool {
    let cause = error.root_cause().downcast_ref::<io::Error>();
    cause.is_some_and(|cause| cause.kind() == io::ErrorKind::BrokenPipe)
}

fn prepare() -> anyhow::Result<()> {
    ignore_sigxfsz()?;
    // Otherwise rayon makes it at its first use, where a refusal is a panic.
    rayon::ThreadPoolBuilder::new()
        .build_global()
        .context("cannot start a thread for each processor; allow more processes (ulimit -u)")
}
