//! `train remaining`: which shares of a plan are left, as Slurm's `--array` takes them.

use std::{collections::BTreeSet, process::ExitCode};

use ::sweep::{Status, ranges};
use anyhow::ensure;
use train::Error;

use super::{
    arguments::SweepArgument,
    terminal::{eprint_line, print_line},
};

#[derive(clap::Args)]
pub struct Arguments {
    #[command(flatten)]
    sweep: SweepArgument,
    /// The number of fixed shares, as for `train work` [default: one for each experiment].
    #[arg(long, value_name = "N")]
    of: Option<usize>,
}

/// Prints the indices whose share is not there, like 3,17-20; nothing if all is. An experiment that
/// somebody is at work on counts as left, one that cannot be computed does not.
pub fn remaining(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let sweep = arguments.sweep.open()?;
    let of = arguments.of.unwrap_or(sweep.plan().len());
    ensure!(of > 0, "--of: expected at least 1, found 0");
    let status = Status::read(&sweep, arguments.sweep.timings()).map_err(Error::from)?;
    let indices: BTreeSet<usize> = status.left().map(|number| number % of).collect();
    let failed = status.count("failed");
    if failed > 0 {
        eprint_line(format!(
            "note: {failed} experiments cannot be computed, and are not counted; `train status` says why"
        ));
    }
    if !indices.is_empty() {
        print_line(ranges(indices))?;
    }
    Ok(ExitCode::SUCCESS)
}
