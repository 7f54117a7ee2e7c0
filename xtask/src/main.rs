//! `cargo xtask`: see [`xtask`].

use std::{
    ffi::OsString,
    io::{self, Write as _},
    process::ExitCode,
};

use clap::{Args, Parser, Subcommand};
use xtask::{
    commands::{all, bench, doctor, fetch_data, setup, test},
    context::Context,
};

/// The autoencoder workbench's own commands.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Arguments {
    /// Never use the network; what is missing is an error
    #[arg(long, global = true)]
    offline: bool,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Find or install libtorch, so that `cargo build` works
    Setup(setup::Arguments),
    /// Check the data files and download what is missing or damaged
    #[command(disable_help_flag = true)]
    FetchData(ForwardedArguments),
    /// Look for what keeps the job from running, and say what to do about it
    Doctor(doctor::Arguments),
    /// Run the whole assignment: set up, train, evaluate, write the report
    All(all::Arguments),
    /// Measure how fast training is, alone or beside PyTorch
    #[command(disable_help_flag = true)]
    Bench(ForwardedArguments),
    /// Set up, then check formatting, lints and docs, and run every test
    Test,
}

/// Arguments that a separate program parses.
#[derive(Args)]
struct ForwardedArguments {
    /// Options: see `--help`
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    arguments: Vec<OsString>,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let result =
        Context::from_environment(arguments.offline).and_then(|context| match &arguments.command {
            Command::Setup(arguments) => {
                setup::run(&context, arguments.device).map(|()| ExitCode::SUCCESS)
            }
            Command::FetchData(handed_on) => fetch_data::run(&context, &handed_on.arguments),
            Command::Doctor(arguments) => Ok(doctor::run(&context, arguments)),
            Command::All(arguments) => all::run(&context, arguments),
            Command::Bench(handed_on) => bench::run(&context, &handed_on.arguments),
            Command::Test => test::run(&context).map(|()| ExitCode::SUCCESS),
        });
    result.unwrap_or_else(|error| {
        // The pipe may be closed.
        _ = writeln!(
            io::stderr(),
            "error: {error:#}\n`cargo xtask doctor` looks for causes."
        );
        ExitCode::FAILURE
    })
}
