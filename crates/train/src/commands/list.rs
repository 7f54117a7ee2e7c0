//! `train list`: the experiments of the assignment.

use std::process::ExitCode;

use experiment::{Experiment, ModelSpec, assignment};

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
        print_line(format!("{:<24} {}", experiment.id, describe(experiment)))?;
    }
    Ok(ExitCode::SUCCESS)
}

fn describe(experiment: &Experiment) -> String {
    let model = match &experiment.model {
        ModelSpec::Pca { components } => format!("PCA with {components} components"),
        ModelSpec::Dense { widths, .. } => {
            let widths: Vec<String> = widths.iter().map(usize::to_string).collect();
            widths.join("-")
        }
        ModelSpec::Convolutional { decoder } => format!("convolutional, decoder {decoder:?}"),
    };
    let Some(training) = &experiment.training else {
        return model;
    };
    let mut text = format!("{model}, {} epochs", training.epochs);
    if training.noise > 0.0 {
        text += &format!(", noise {}", training.noise);
    }
    if training.sparsity > 0.0 {
        text += &format!(", sparsity {:e}", training.sparsity);
    }
    text
}
