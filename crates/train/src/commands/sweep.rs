//! `train sweep`: plans experiments that any number of processes and machines compute.
//!
//! The folder is a run folder that has a plan. Planning again extends the plan: what is there stays, and
//! what is asked for with other settings is refused with exit status 64.

use std::{path::PathBuf, process::ExitCode};

use ::sweep::Plan;
use experiment::{PlanRecord, RunFolder, RunRecord};
use train::{
    Error,
    run::{Job, conditions},
};

use super::{
    arguments::{DeviceArgument, ExperimentArguments},
    explain_any,
    terminal::{eprint_line, print_line},
};

/// Exit status if what is asked for does not go with what is planned (EX_USAGE).
pub const WRONG_PLAN: u8 = 64;

#[derive(clap::Args)]
pub struct Arguments {
    /// A JSON or TOML file of experiments, as for `train run` [default: the assignment].
    #[arg(value_name = "FILE", conflicts_with = "quick")]
    experiments: Option<PathBuf>,
    /// Folder for the plan and the results; the plan that is there is extended.
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    #[command(flatten)]
    choice: ExperimentArguments,
    /// Where the work will compute; this machine need not have it.
    #[arg(long, value_enum, default_value_t)]
    device: DeviceArgument,
}

pub fn sweep(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    plan(arguments).or_else(|error| {
        let known = error.chain().find_map(|cause| cause.downcast_ref());
        let is_about_the_plan = matches!(
            known,
            Some(
                Error::Sweep(_)
                    | Error::OtherSettings { .. }
                    | Error::IsNoSweep { .. }
                    | Error::NoRecord { .. }
            )
        );
        if !is_about_the_plan {
            return Err(error);
        }
        eprint_line(format!("error: {}", explain_any(&error)));
        Ok(ExitCode::from(WRONG_PLAN))
    })
}

fn plan(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let choice = &arguments.choice;
    let experiments = choice.experiments(arguments.experiments.as_deref())?;
    let folder = RunFolder::new(&arguments.out);
    Job::with_seeds(&experiments, &folder, choice.seeds)?;
    let device = arguments.device.elsewhere()?;
    let (experiments, data, record) = choice.read_data(experiments, device)?;
    let jobs = Job::with_seeds(&experiments, &folder, choice.seeds)?;
    for job in &jobs {
        job.check_settings(&data)?;
    }

    let _lock = folder.lock()?;
    // Before anything is written: the real plan follows from the one that is there.
    let any = PlanRecord {
        experiments: 0,
        sha256: String::new(),
    };
    let record = RunRecord {
        plan: Some(any),
        ..record
    };
    conditions::joined(&folder, &record)?;
    let before = folder.record()?.and_then(|found| found.plan);
    let before = before.map(|plan| Plan::read(&folder, &plan));
    let before = before.transpose().map_err(Error::from)?.unwrap_or_default();
    let known = before.len();
    let asked = jobs.into_iter().map(|job| job.experiment).collect();
    let plan = before.extended(asked).map_err(Error::from)?;
    let written = plan.write(&folder).map_err(Error::from)?;
    let sha256 = written.sha256.clone();
    let record = RunRecord {
        plan: Some(written),
        ..record
    };
    conditions::claim(&folder, &record)?;
    for set in data.sets() {
        set.evaluation.write(&folder)?;
    }
    let path = arguments.out.display();
    print_line(format!(
        "{} experiments are planned in {path}, {} of them new; the plan's SHA-256 is {sha256}",
        plan.len(),
        plan.len() - known
    ))?;
    eprint_line(format!(
        "`train work {path}` computes them, in any number of processes on any machines that see this \
         folder; `train status {path}` shows how far they are"
    ));
    Ok(ExitCode::SUCCESS)
}
