//! `cargo xtask bench`: how fast training is; see the package `bench`.

use std::{
    ffi::OsString,
    process::{Command, ExitCode, Stdio},
};

use super::setup;
use crate::{cargo::build, context::Context, device::Device, process::wait_for};

/// Builds the benchmark, sets up, builds `train`, and runs the benchmark with `arguments`. Help, an
/// unknown option or a value that cannot be parsed needs no set-up.
///
/// # Errors
/// The first of these that fails. If the benchmark does, the result is its exit status instead,
/// since it has said why.
pub fn run(context: &Context, arguments: &[OsString]) -> anyhow::Result<ExitCode> {
    // It does not link libtorch.
    let binaries = build(context, &["bench"])?;
    let program = binaries.path("bench")?;
    let asks_for_help = arguments
        .iter()
        .any(|argument| argument == "--help" || argument == "-h");
    // With `--help` it parses the arguments before, and does nothing.
    let mut parse = Command::new(program);
    parse.args(arguments);
    if !asks_for_help {
        parse.arg("--help").stdout(Stdio::null());
    }
    let status = wait_for(&mut parse)?;
    if asks_for_help || status != 0 {
        return Ok(status.into());
    }

    setup::run(context, Device::Auto)?;
    context.say("building train");
    build(context, &["train"])?;
    let mut bench = Command::new(program);
    bench.args(arguments);
    if context.offline {
        bench.arg("--offline");
    }
    Ok(wait_for(&mut bench)?.into())
}
