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
    let mut findings = Vec::new();
    each_group(context, |group| {
        if !arguments.json {
            group
                .iter()
                .for_each(|finding| context.output.line(finding));
        }
        findings.extend(group);
    });
    if arguments.json {
        let list: Value = findings.iter().map(Finding::json).collect();
        context.output.line(format!("{list:#}"));
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
    let mut findings = Vec::new();
    each_group(context, |group| findings.extend(group));
    findings
}

/// Hands each group of findings over as it comes: some take seconds.
fn each_group(context: &Context, mut report: impl FnMut(Vec<Finding>)) {
    let libtorch = set_up::chosen(context);
    report(tools::examine(context));
    report(python::examine(context, libtorch.is_ok()));
    report(set_up::examine(context, &libtorch));
    let folder = libtorch.as_deref().ok();
    let self_check = SelfCheck::run(context);
    report(computing::examine(folder, &self_check));
    report(computing::examine_cuda(context, folder, &self_check));
    report(data::examine(context));
    report(resources::examine(context, libtorch.is_ok(), &self_check));
    report(folders::examine(context, libtorch.is_ok()));
}
