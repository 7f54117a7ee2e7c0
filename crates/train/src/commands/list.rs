//! `train list`: the experiments of the assignment.

use std::process::ExitCode;

use experiment::{Experiment, assignment};

use super::terminal::print_line;

#[derive(clap::Args)]
pub struct Arguments {
    /// Print them as JSON: a file to start your experiments from.
    #[arg(long)]
    json: bool,
}

pub fn list(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let experiments = assignment::full(Experiment::DEFAULT_SEED);
    if arguments.json {
        print_line(serde_json::to_string_pretty(&experiments)?)?;
        return Ok(ExitCode::SUCCESS);
    }
    for experiment in &experiments {
        print_line(format!("{:<24} {}", experiment.id, experiment.summary()))?;
    }
    Ok(ExitCode::SUCCESS)
}
