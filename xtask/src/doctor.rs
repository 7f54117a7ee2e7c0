//! `cargo xtask doctor`: is everything there that the job needs? It changes nothing and never uses
//! the network.

mod computing;
mod data;
mod finding;
mod folders;
mod python;
mod resources;
mod set_up;
mod tools;

use std::process::ExitCode;

use serde_json::Value;

use crate::context::Context;
use computing::SelfCheck;
pub use finding::{Finding, State};

/// Arguments of `doctor`.
#[derive(clap::Args)]
pub struct Arguments {
    /// Print the findings as a JSON array
    #[arg(long)]
    pub json: bool,
}

/// Examines and prints, a line a finding, with a remedy below each that is not ok. Fails if any
/// finding would keep the job from running.
pub fn run(context: &Context, arguments: &Arguments) -> ExitCode {
    let findings = examine(context);
    if arguments.json {
        let list: Value = findings.iter().map(Finding::json).collect();
        context.output.line(format!("{list:#}"));
    } else {
        for finding in &findings {
            context.output.line(finding);
        }
    }
    if findings
        .iter()
        .any(|finding| finding.state == State::Failed)
    {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    }
}

/// All findings, group by group.
pub fn examine(context: &Context) -> Vec<Finding> {
    let libtorch = set_up::chosen(context);
    let self_check = SelfCheck::run(context);
    [
        tools::examine(context),
        python::examine(context, libtorch.is_ok()),
        set_up::examine(&libtorch),
        computing::examine(&self_check),
        computing::examine_cuda(context, libtorch.as_deref().ok(), &self_check),
        data::examine(context),
        resources::examine(context, libtorch.is_ok(), &self_check),
        folders::examine(context, libtorch.is_ok()),
    ]
    .into_iter()
    .flatten()
    .collect()
}
