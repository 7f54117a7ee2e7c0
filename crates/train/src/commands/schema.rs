//! `train schema`: the JSON Schema of files of experiments.

use std::process::ExitCode;

use super::terminal::print_line;

pub fn schema() -> anyhow::Result<ExitCode> {
    print_line(serde_json::to_string_pretty(&experiment::schema())?)?;
    Ok(ExitCode::SUCCESS)
}
