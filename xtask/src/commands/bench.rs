//! `cargo xtask bench`: how fast training is; see the package `bench`.

use std::{
    ffi::OsString,
    process::{Command, ExitCode},
};

use super::setup;
use crate::{cargo::build, context::Context, device::Device, process::wait_for};

/// Sets up, builds `train` and the benchmark, and runs the benchmark with `arguments`.
///
/// # Errors
/// The first of these that fails. If the benchmark does, the result is its exit status instead,
/// since it has said why.
pub fn run(context: &Context, arguments: &[OsString]) -> anyhow::Result<ExitCode> {
    setup::run(context, Device::Auto)?;
    context.output.line("building train and bench");
    let binaries = build(context, &["train", "bench"])?;
    let mut bench = Command::new(binaries.path("bench")?);
    bench.args(arguments);
    if context.offline {
        bench.arg("--offline");
    }
    Ok(wait_for(&mut bench)?.into())
}
