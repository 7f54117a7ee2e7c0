//! `cargo xtask all`: the whole assignment, from set-up to report.

use std::{
    path::{Path, PathBuf},
    process::{Command, ExitCode},
    sync::{Arc, atomic::AtomicBool},
};

use anyhow::Context as _;
use experiment::{Experiment, RunFolder, SOME_FAILED, assignment};

use crate::{
    children::{build, exit_code},
    context::Context,
    device::Device,
    fetch_data, setup, summary,
};

/// Arguments of `all`. Those of `train run` are handed on to it.
#[derive(clap::Args)]
pub struct Arguments {
    /// The run folder [default: runs/assignment, or with --quick runs/quick]
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Only these experiments
    #[arg(long, value_name = "ID,...", value_delimiter = ',')]
    pub only: Vec<String>,
    /// 2,000 training images and one epoch: to see everything run, not to compare figures
    #[arg(long)]
    pub quick: bool,
    /// The seed of every experiment
    #[arg(long, value_name = "N")]
    pub seed: Option<u64>,
    /// How many seeds every experiment has: its seed and those that follow it
    #[arg(long, value_name = "N", default_value_t = 1,
          value_parser = clap::value_parser!(u16).range(1..))]
    pub seeds: u16,
    /// How many experiments run side by side
    #[arg(long, value_name = "N")]
    pub jobs: Option<usize>,
    /// What computes
    #[arg(long, value_enum, default_value_t)]
    pub device: Device,
    /// The data folder [default: data in the project's folder]
    #[arg(long, value_name = "DIR")]
    pub data: Option<PathBuf>,
}

/// Sets up, gets the data, trains, draws the report and prints a summary.
///
/// # Errors
/// The first of these that fails. If `train` or `viz` does, or is interrupted, the result is its
/// own exit code instead, since it has said why. Where only some experiments failed, the report and
/// the summary still come, and say so.
pub fn run(context: &Context, arguments: &Arguments) -> anyhow::Result<ExitCode> {
    setup::run(context, &setup::Arguments::for_device(arguments.device))?;
    // A data folder that the user names may hold other images than MNIST's: it is not mended.
    let data = match &arguments.data {
        Some(data) => data.clone(),
        None => {
            let data = context.root.join("data");
            let known = fetch_data::Arguments {
                all: false,
                mirrors: Vec::new(),
                data: Some(data.clone()),
            };
            fetch_data::run(context, &known)?;
            data
        }
    };
    context.output.line(
        "building train and viz (the first time libtorch's bindings are compiled, for some minutes)",
    );
    let binaries = build(context, &["train", "viz"])?;
    let program = |name: &str| {
        let path = binaries.get(name);
        path.with_context(|| format!("cargo built no binary named {name}"))
    };

    let default_out = if arguments.quick {
        "runs/quick"
    } else {
        "runs/assignment"
    };
    let out = arguments
        .out
        .clone()
        .unwrap_or_else(|| context.root.join(default_out));
    let trained =
        wait_for(Command::new(program("train")?).args(train_arguments(arguments, &out, &data)))?;
    if trained != 0 && trained != SOME_FAILED {
        return Ok(trained.into());
    }
    let drawn = wait_for(Command::new(program("viz")?).arg(&out))?;
    if drawn != 0 {
        return Ok(drawn.into());
    }

    let run = RunFolder::new(&out);
    context
        .output
        .line(summary::table(&run, &selected(&arguments.only))?);
    context
        .output
        .line(format!("report: {}", out.join("report.html").display()));
    Ok(trained.into())
}

fn train_arguments(arguments: &Arguments, out: &Path, data: &Path) -> Vec<std::ffi::OsString> {
    let mut list = vec!["run".into(), "--out".into(), out.into()];
    list.extend(["--data".into(), data.into()]);
    list.extend(["--device".into(), arguments.device.name().into()]);
    if !arguments.only.is_empty() {
        list.extend(["--only".into(), arguments.only.join(",").into()]);
    }
    if arguments.quick {
        list.push("--quick".into());
    }
    if let Some(seed) = arguments.seed {
        list.extend(["--seed".into(), seed.to_string().into()]);
    }
    if arguments.seeds > 1 {
        list.extend(["--seeds".into(), arguments.seeds.to_string().into()]);
    }
    if let Some(jobs) = arguments.jobs {
        list.extend(["--jobs".into(), jobs.to_string().into()]);
    }
    list
}

/// Ctrl-C reaches the child as well: it ends in its own way, and this waits for it.
fn wait_for(child: &mut Command) -> anyhow::Result<u8> {
    let interrupted = Arc::new(AtomicBool::new(false));
    let handler = signal_hook::flag::register(signal_hook::consts::SIGINT, interrupted)
        .context("cannot handle Ctrl-C")?;
    let status = child
        .status()
        .with_context(|| format!("cannot run {}", child.get_program().display()));
    signal_hook::low_level::unregister(handler);
    Ok(exit_code(status?))
}

/// The ids to sum up, in the assignment's order.
fn selected(only: &[String]) -> Vec<String> {
    assignment::full(Experiment::DEFAULT_SEED)
        .into_iter()
        .map(|experiment| experiment.id)
        .filter(|id| only.is_empty() || only.contains(id))
        .collect()
}
