//! `cargo xtask doctor`: is everything there that the job needs?

use std::process::ExitCode;

use serde_json::Value;

use crate::{
    checks::{self, Machine},
    context::Context,
};

/// Arguments of `doctor`.
#[derive(clap::Args)]
pub struct Arguments {
    /// Print the findings as a JSON array
    #[arg(long)]
    pub json: bool,
}

/// Runs all checks and prints each finding, with a remedy below if it is not ok. Fails if any
/// finding would keep the job from running.
pub fn run(context: &Context, arguments: &Arguments) -> ExitCode {
    let machine = Machine::new(context);
    let mut list = Vec::new();
    let mut is_failed = false;
    for check in checks::ALL {
        let finding = check.examine(&machine);
        is_failed |= finding.state == "failed";
        if arguments.json {
            list.push(finding.json());
        } else {
            context.say(&finding);
        }
    }
    if arguments.json {
        context.say(format!("{:#}", Value::from(list)));
    }
    if is_failed {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    }
}
