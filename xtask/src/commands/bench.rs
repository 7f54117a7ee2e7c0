//! `cargo xtask bench`: how fast training is; see the Python program `bench/main.py`.

use std::{ffi::OsString, process::ExitCode, thread::available_parallelism};

use super::setup;
use crate::{
    cargo::build, context::Context, device::Device, environment::Child, process::wait_for,
};

/// Checks `arguments`, sets up, builds `train`, and runs the benchmark. Help and arguments that it
/// refuses need no set-up.
///
/// # Errors
/// The first of these that fails. If the benchmark does, the result is its exit status instead,
/// since it has said why.
pub fn run(context: &Context, arguments: &[OsString]) -> anyhow::Result<ExitCode> {
    let program = || {
        let mut program = context.command(Child::Python, &context.python);
        program
            .arg(context.root.join("bench/main.py"))
            .args(arguments);
        program
    };
    let asks_for_help = arguments
        .iter()
        .any(|argument| argument == "--help" || argument == "-h");
    let status = wait_for(program().arg("--check"))?;
    if asks_for_help || status != 0 {
        return Ok(status.into());
    }

    setup::run(context, Device::Auto)?;
    context.say("building train");
    let binaries = build(context, &["train"])?;
    let jobs = available_parallelism().map_or(1, usize::from);
    let mut bench = program();
    bench.arg("--train").arg(binaries.path("train")?);
    bench.arg("--cache").arg(&context.cache);
    bench.arg("--jobs").arg(jobs.to_string());
    if context.offline {
        bench.arg("--offline");
    }
    Ok(wait_for(&mut bench)?.into())
}
