//! The commands of `cargo xtask`, a file each.

pub mod all;
pub mod bench;
pub mod doctor;
pub mod fetch_data;
pub mod setup;
pub mod test;

use std::{ffi::OsString, process::ExitCode};

use clap::{Args, Subcommand};

use crate::context::Context;

/// What to do.
#[derive(Subcommand)]
pub enum Command {
    /// Find or install libtorch, so that `cargo build` works
    Setup(setup::Arguments),
    /// Check the data files and download what is missing or damaged
    #[command(disable_help_flag = true)]
    FetchData(ForwardedArguments),
    /// Look for what keeps the job from running, and say what to do about it
    Doctor(doctor::Arguments),
    /// Run the whole assignment, or experiments of your own: set up, train, evaluate, write the
    /// report
    All(all::Arguments),
    /// Measure how fast training is, alone or beside PyTorch
    #[command(disable_help_flag = true)]
    Bench(ForwardedArguments),
    /// Set up, then check formatting, lints and docs, and run every test
    Test,
}

/// The arguments of a command that a separate program parses.
#[derive(Args)]
pub struct ForwardedArguments {
    /// Options: see `--help`
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    pub arguments: Vec<OsString>,
}

impl ForwardedArguments {
    /// Removes `--offline`, which is among these arguments if it follows another option; whether it
    /// was there.
    fn take_offline(&mut self) -> bool {
        let count = self.arguments.len();
        self.arguments.retain(|argument| argument != "--offline");
        self.arguments.len() < count
    }
}

impl Command {
    /// Runs the command.
    ///
    /// # Errors
    /// Those of the command.
    pub fn execute(mut self, mut context: Context) -> anyhow::Result<ExitCode> {
        if let Command::FetchData(forwarded) | Command::Bench(forwarded) = &mut self {
            context.offline |= forwarded.take_offline();
        }
        let context = &context;
        match &self {
            Command::Setup(arguments) => {
                setup::run(context, arguments.device).map(|()| ExitCode::SUCCESS)
            }
            Command::FetchData(forwarded) => fetch_data::run(context, &forwarded.arguments),
            Command::Doctor(arguments) => Ok(doctor::run(context, arguments)),
            Command::All(arguments) => all::run(context, arguments),
            Command::Bench(forwarded) => bench::run(context, &forwarded.arguments),
            Command::Test => test::run(context).map(|()| ExitCode::SUCCESS),
        }
    }
}
