//! `cargo xtask fetch-data`: the data files; see the package `fetch-data`.

use std::{ffi::OsString, process::ExitCode};

use anyhow::ensure;

use crate::{cargo::build, context::Context, environment::Child, process::wait_for};

/// Builds the program and runs it with `arguments`.
///
/// # Errors
/// A failed build. If the program fails, the result is its exit status, since it has said why.
pub fn run(context: &Context, arguments: &[OsString]) -> anyhow::Result<ExitCode> {
    Ok(fetch(context, arguments)?.into())
}

/// Checks the data of the assignment, and runs the program only if a file is not the known one.
///
/// # Errors
/// Files that cannot be downloaded.
pub fn ensure_known_data(context: &Context) -> anyhow::Result<()> {
    let folder = context.root.join("data");
    let is_known = context
        .data_files
        .iter()
        .all(|file| file.verify(&folder).is_ok());
    if !is_known {
        let status = fetch(context, &[])?;
        ensure!(status == 0, "fetch-data failed (exit status {status})");
    }
    context.say("the data are there");
    Ok(())
}

fn fetch(context: &Context, arguments: &[OsString]) -> anyhow::Result<u8> {
    let binaries = build(context, &["fetch-data"])?;
    let mut program = context.command(Child::Own, binaries.path("fetch-data")?);
    let names_a_folder = arguments.iter().any(|argument| {
        let argument = argument.to_string_lossy();
        argument == "--data" || argument.starts_with("--data=")
    });
    if !names_a_folder {
        // The program does not know the project.
        program.arg("--data").arg(context.root.join("data"));
    }
    program.args(arguments);
    if context.offline {
        program.arg("--offline");
    }
    wait_for(&mut program)
}
