//! `train collect`: results.csv and the report of what is there so far, drawn by the program `viz`.

use std::{
    path::PathBuf,
    process::{Command, ExitCode},
};

use anyhow::{Context, ensure};

use super::arguments::SweepArgument;

#[derive(clap::Args)]
pub struct Arguments {
    #[command(flatten)]
    sweep: SweepArgument,
    /// Folder for the report; nothing is written to DIR then [default: DIR].
    #[arg(long, value_name = "FOLDER")]
    out: Option<PathBuf>,
}

pub fn collect(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    arguments.sweep.open()?;
    let own = std::env::current_exe().context("cannot find this program")?;
    let viz = own.with_file_name("viz");
    ensure!(
        viz.is_file(),
        "expected the program viz beside train, at {}; copy it there, or build it with `cargo build -p \
         viz`",
        viz.display()
    );
    let mut command = Command::new(&viz);
    command.arg(&arguments.sweep.folder);
    if let Some(out) = &arguments.out {
        command.arg("--out").arg(out);
    }
    let status = command.status();
    let status = status.with_context(|| format!("cannot start {}", viz.display()))?;
    let code = status.code().and_then(|code| u8::try_from(code).ok());
    Ok(code.map_or(ExitCode::FAILURE, ExitCode::from))
}
