//! The commands of `train`, a file each, and what they share: arguments, output, signals and the
//! remedies for errors.

mod data_argument;
mod device_argument;
mod list;
mod measure;
mod remedy;
mod run;
mod schema;
mod self_check;
pub mod signals;
pub mod terminal;
mod verify;

use std::process::ExitCode;

use clap::Subcommand;

pub use remedy::explain_any;

/// The command to run.
#[derive(Subcommand)]
pub enum Command {
    /// Print the experiments of the assignment, or of a file.
    List(list::Arguments),
    /// Train and evaluate experiments into a run folder.
    Run(run::Arguments),
    /// Print the JSON Schema of files of experiments, from which editors complete settings.
    Schema,
    /// Measure matrix products, PCA and reading, for `cargo xtask bench`.
    Measure(measure::Arguments),
    /// Train a run folder's experiments again and compare the results bit by bit.
    Verify(verify::Arguments),
    /// Print as JSON whether libtorch computes, and what it sees of CUDA.
    SelfCheck,
}

impl Command {
    /// Runs the command.
    pub fn execute(&self) -> anyhow::Result<ExitCode> {
        match self {
            Command::List(arguments) => list::list(arguments),
            Command::Run(arguments) => run::run(arguments),
            Command::Schema => schema::schema(),
            Command::Measure(arguments) => measure::measure(arguments),
            Command::Verify(arguments) => verify::verify(arguments),
            Command::SelfCheck => self_check::self_check(),
        }
    }
}
