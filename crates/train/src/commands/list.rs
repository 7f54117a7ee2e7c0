use std::process::ExitCode;

use experiment::{Experiment, assignment};

use crate::print;

#[derive(clap::Args)]
pub struct Arguments {
    /// Print them as JSON: a file to start an experiment of your own from.
    #[arg(long)]
    json: bool,
}

pub fn list(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let experiments = assignment::full(Experiment::DEFAULT_SEED);
    if arguments.json {
        print(serde_json::to_string_pretty(&experiments)?)?;
        return Ok(ExitCode::SUCCESS);
    }
    for experiment in &experiments {
        print(format!("{:<24} {}", experiment.id, describe(experiment)))?;
    }
    Ok(ExitCode::SUCCESS)
}

/// The notable settings of an experiment in a line.
fn describe(experiment: &Experiment) -> String {
    let settings = experiment.describe().into_iter();
    let texts: Vec<String> = settings
        .filter(|setting| setting.is_notable)
        .map(|setting| match setting.name {
            "model" => setting.value,
            name => format!("{name} {}", setting.value),
        })
        .collect();
    texts.join("; ")
}
