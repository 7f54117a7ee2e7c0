//! `cargo xtask all`: the assignment or a file of experiments, from set-up to report.

use std::{
    ffi::{OsStr, OsString},
    path::{Path, PathBuf},
    process::ExitCode,
};

use super::{fetch_data, setup};
use crate::{
    cargo::build, context::Context, device::Device, environment::Child, process::wait_for,
};

/// The exit status of `train run` when some experiments failed and the others are complete.
const SOME_FAILED: u8 = 3;

/// Arguments of `all`.
#[derive(clap::Args)]
pub struct Arguments {
    /// A JSON or TOML file of your own experiments, instead of the assignment's
    #[arg(long, value_name = "FILE", conflicts_with = "quick")]
    pub experiments: Option<PathBuf>,
    /// The run folder [default: runs/assignment, with --quick runs/quick, and with --experiments
    /// the name of the file, such as runs/my for my.toml]
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// 2,000 training images and one epoch: to see everything run, not to compare figures
    #[arg(long)]
    pub quick: bool,
    /// Where to compute
    #[arg(long, value_enum, default_value_t)]
    pub device: Device,
    /// The images of all experiments: the name of a known set, the path of a file or folder of
    /// images, or a folder of known sets [default: data in the project's folder]
    #[arg(long, value_name = "NAME|PATH")]
    pub data: Option<PathBuf>,
    /// Only these experiments
    #[arg(long, value_name = "ID,...")]
    pub only: Option<String>,
    /// The seed of every experiment
    #[arg(long, value_name = "N")]
    pub seed: Option<u64>,
    /// How many seeds every experiment has: its seed and those that follow it
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub seeds: Option<u16>,
    /// How many experiments run side by side
    #[arg(long, value_name = "N")]
    pub jobs: Option<usize>,
    /// More options of `train run`
    #[arg(last = true, value_name = "OPTIONS")]
    pub more: Vec<OsString>,
}

/// Sets up, gets the data, trains, and draws the report; `viz` prints a summary and its path.
///
/// # Errors
/// The first of these that fails. If `train` or `viz` does, or is interrupted, the result is its
/// exit status instead, since it has said why. If only some experiments failed, the report of the
/// others still comes, and says so.
pub fn run(context: &Context, arguments: &Arguments) -> anyhow::Result<ExitCode> {
    setup::run(context, arguments.device)?;
    // A data folder that the user names may hold other images than MNIST's: it is not repaired.
    let data = match &arguments.data {
        Some(data) => data.clone(),
        None => {
            fetch_data::ensure_known_data(context)?;
            context.root.join("data")
        }
    };
    context.say(
        "building train and viz (the first time libtorch's bindings are compiled, which takes a \
         minute or two)",
    );
    let binaries = build(context, &["train", "viz"])?;

    let default_out = context.root.join("runs").join(run_name(arguments));
    let out = arguments.out.as_ref().unwrap_or(&default_out);
    let mut train = context.command(Child::Own, binaries.path("train")?);
    train.arg("run").arg("--out").arg(out);
    train.arg("--data").arg(data);
    train.args(["--device", arguments.device.name()]);
    train.args(forwarded(arguments));
    let trained = wait_for(&mut train)?;
    if trained != 0 && trained != SOME_FAILED {
        return Ok(trained.into());
    }
    let mut viz = context.command(Child::Own, binaries.path("viz")?);
    let drawn = wait_for(viz.arg(out))?;
    Ok(if drawn == 0 { trained } else { drawn }.into())
}

/// The name of the default run folder.
fn run_name(arguments: &Arguments) -> &OsStr {
    let file = arguments.experiments.as_deref().and_then(Path::file_stem);
    file.unwrap_or(OsStr::new(if arguments.quick {
        "quick"
    } else {
        "assignment"
    }))
}

/// The options that are forwarded to `train run`.
fn forwarded(arguments: &Arguments) -> Vec<OsString> {
    let number = |value: Option<u64>| value.map(|value| value.to_string());
    let mut options = Vec::new();
    if let Some(file) = &arguments.experiments {
        options.extend(["--experiments".into(), file.into()]);
    }
    if arguments.quick {
        options.push("--quick".into());
    }
    for (name, value) in [
        ("--only", arguments.only.clone()),
        ("--seed", number(arguments.seed)),
        ("--seeds", number(arguments.seeds.map(u64::from))),
        ("--jobs", number(arguments.jobs.map(|jobs| jobs as u64))),
    ] {
        if let Some(value) = value {
            options.extend([name.into(), value.into()]);
        }
    }
    options.extend(arguments.more.iter().cloned());
    options
}
