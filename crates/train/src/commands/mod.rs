//! The commands of `train`, a file each, and what they share: `arguments/`, output, signals and the
//! remedies for errors.

mod arguments;
mod bundle;
mod collect;
mod list;
mod measure;
mod remaining;
mod remedy;
mod run;
mod schema;
mod self_check;
pub mod signals;
mod status;
mod submit;
mod sweep;
pub mod terminal;
mod verify;
mod work;

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
    /// Plan experiments that any number of processes and machines compute.
    Sweep(sweep::Arguments),
    /// Compute what is planned, as one of any number of processes.
    Work(work::Arguments),
    /// Show how far planned experiments are, from their folder alone.
    Status(status::Arguments),
    /// Print which shares of planned experiments are left, as Slurm's --array takes them.
    Remaining(remaining::Arguments),
    /// Write results.csv and the report of what is there so far, with the program viz.
    Collect(collect::Arguments),
    /// Print the JSON Schema of files of experiments, from which editors complete settings.
    Schema,
    /// Measure the processor's peak, matrix products, PCA and reading, for `cargo xtask bench`.
    Measure(measure::Arguments),
    /// Train a run folder's experiments again and compare the results bit by bit.
    Verify(verify::Arguments),
    /// Print a script for Slurm or a manifest for Kubernetes that starts the workers of a sweep.
    Submit(submit::Arguments),
    /// Make a folder with the program, libtorch and the data, for other machines.
    Bundle(bundle::Arguments),
    /// Print as JSON whether libtorch computes, and what it sees of CUDA.
    SelfCheck,
}

impl Command {
    /// Runs the command.
    pub fn execute(&self) -> anyhow::Result<ExitCode> {
        match self {
            Command::List(arguments) => list::list(arguments),
            Command::Run(arguments) => run::run(arguments),
            Command::Sweep(arguments) => sweep::sweep(arguments),
            Command::Work(arguments) => work::work(arguments),
            Command::Status(arguments) => status::status(arguments),
            Command::Remaining(arguments) => remaining::remaining(arguments),
            Command::Collect(arguments) => collect::collect(arguments),
            Command::Schema => schema::schema(),
            Command::Measure(arguments) => measure::measure(arguments),
            Command::Verify(arguments) => verify::verify(arguments),
            Command::Submit(arguments) => submit::submit(arguments),
            Command::Bundle(arguments) => bundle::bundle(arguments),
            Command::SelfCheck => self_check::self_check(),
        }
    }
}
