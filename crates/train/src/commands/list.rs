//! `train list`: the experiments of the assignment or of a file, before they run.

use std::{fmt::Write, path::PathBuf, process::ExitCode};

use ae_models::Autoencoder;
use experiment::{Experiment, Method, assignment, read_experiments, thousands};
use serde_json::Value;
use tch::Device;

use super::terminal::print_line;

#[derive(clap::Args)]
pub struct Arguments {
    /// A JSON or TOML file of experiments [default: those of the assignment].
    file: Option<PathBuf>,
    /// Print them as JSON, defaults written out: a file to start your experiments from.
    #[arg(long)]
    json: bool,
}

pub fn list(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let experiments = match &arguments.file {
        Some(path) => read_experiments(path)?,
        None => assignment::full(Experiment::DEFAULT_SEED),
    };
    if arguments.json {
        print_line(serde_json::to_string_pretty(&experiments)?)?;
        return Ok(ExitCode::SUCCESS);
    }
    // The assignment's differ in nearly everything.
    let differences = match arguments.file {
        Some(_) => Experiment::differences(&experiments),
        None => vec![Vec::new(); experiments.len()],
    };
    let ids = experiments.iter().map(|experiment| experiment.id.len());
    let width = ids.max().unwrap_or_default();
    for (experiment, differences) in experiments.iter().zip(&differences) {
        let mut line = format!("{:<width$} ", experiment.id);
        if let Some(model) = experiment.method.model() {
            write!(line, " {:>11} parameters", thousands(model.parameters()))?;
        } else {
            write!(line, " {:>22}", "")?;
        }
        for (name, value) in differences {
            write!(line, "  {} {}", short(name, differences), shown(value))?;
        }
        let summary = experiment.summary();
        if is_slow(experiment) {
            print_line(format!("{line}  ({summary}; computed by autograd)"))?;
        } else {
            print_line(format!("{line}  ({summary})"))?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Whether no fast engine computes the model on the CPU.
fn is_slow(experiment: &Experiment) -> bool {
    match &experiment.method {
        Method::Pca { .. } => false,
        Method::Autoencoder { model, training } => {
            Autoencoder::engine_of(model, &training.into(), Device::Cpu) == "autograd"
        }
    }
}

/// The last part of a dotted name, if no other has it.
fn short<'a>(name: &'a str, all: &[(String, Value)]) -> &'a str {
    let last = name.rsplit('.').next().unwrap_or(name);
    let same = all
        .iter()
        .filter(|(n, _)| n.rsplit('.').next() == Some(last));
    if same.count() == 1 { last } else { name }
}

/// A value as in JSON, a text without quotes.
fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}
