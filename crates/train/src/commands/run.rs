//! `train run`: trains and evaluates experiments into a run folder.
//!
//! Its exit status is 0 if all results are there; 1 if nothing was done, because the user requested
//! something impossible (settings that differ from the folder's, more images than there are);
//! [`SOME_FAILED`] (3) if some experiments failed and the others are complete, so that their report
//! can still be drawn; 130 after Ctrl-C, 75 after another signal that asked it to end.

use std::{path::PathBuf, process::ExitCode};

use experiment::{RunFolder, SOME_FAILED};
use train::run::{
    Job, conditions,
    queue::{self, JobOutcome, Options},
};

use super::{
    arguments::{DeviceArgument, ExperimentArguments, ThreadArguments},
    signals::StopSignals,
    terminal::{Terminal, eprint_line},
};

#[derive(clap::Args)]
pub struct Arguments {
    /// A JSON or TOML file of experiments; `train list FILE` shows what it expands to, and `train list
    /// --json` prints the assignment's, which are the default.
    #[arg(long, value_name = "FILE", conflicts_with = "quick")]
    experiments: Option<PathBuf>,
    #[command(flatten)]
    choice: ExperimentArguments,
    /// Run folder that receives the results.
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// Also write event files, which `tensorboard --logdir DIR/tensorboard` shows.
    #[arg(long)]
    tensorboard: bool,
    #[command(flatten)]
    threads: ThreadArguments,
    /// Where to compute.
    #[arg(long, value_enum, default_value_t)]
    device: DeviceArgument,
}

pub fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let choice = &arguments.choice;
    let experiments = choice.experiments(arguments.experiments.as_deref())?;
    let folder = RunFolder::new(&arguments.out);
    // Before the images are read, since this can be refused at once.
    Job::with_seeds(&experiments, &folder, choice.seeds)?;
    let device = arguments.device.device()?;
    let options = Options {
        tensorboard: arguments.tensorboard,
        ..arguments.threads.options(device)
    };
    let (experiments, data, record) = choice.read_data(experiments, device)?;
    let jobs = Job::with_seeds(&experiments, &folder, choice.seeds)?;
    let check = || jobs.iter().try_for_each(|job| job.check(&data));
    // Before anything is written, and again under the lock.
    check()?;
    let _lock = folder.lock()?;
    check()?;
    let record = conditions::claim(&folder, &record)?;
    for set in data.sets() {
        set.evaluation.write(&folder)?;
    }

    let signals = StopSignals::listen()?;
    let stop = || signals.came();
    let terminal = Terminal::new(jobs.len());
    let ready = || conditions::check(&folder, &record);
    let outcomes = queue::run_all(&jobs, &data, options, &terminal, &ready, &stop)?;

    let failed: Vec<&str> = jobs
        .iter()
        .zip(&outcomes)
        .filter(|(_, outcome)| matches!(outcome, JobOutcome::Failed(_)))
        .map(|(job, _)| job.name.as_str())
        .collect();
    if !failed.is_empty() {
        let (count, all, names) = (failed.len(), jobs.len(), failed.join(", "));
        eprint_line(format!(
            "error: {count} of {all} experiments failed: {names}"
        ));
    }
    if outcomes
        .iter()
        .any(|outcome| matches!(outcome, JobOutcome::Interrupted))
    {
        eprint_line("interrupted; the same command resumes where this one stopped");
        return Ok(ExitCode::from(signals.status()));
    }
    let path = arguments.out.display();
    eprint_line(format!(
        "the results are in {path}; `cargo run -p viz -- {path}` draws their report"
    ));
    if !failed.is_empty() {
        return Ok(ExitCode::from(SOME_FAILED));
    }
    Ok(ExitCode::SUCCESS)
}
