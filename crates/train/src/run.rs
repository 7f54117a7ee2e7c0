use std::{
    path::PathBuf,
    process::{self, ExitCode},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
};

use anyhow::{Context, bail};
use experiment::{Experiment, RunFolder, SOME_FAILED, assignment, read_experiments};
use train::{
    Progress,
    device::Choice,
    inputs::Data,
    run_record,
    schedule::{self, Options, State},
};

/// What a shell reports for a program that Ctrl-C ended.
const INTERRUPTED: u8 = 130;

#[derive(clap::Args)]
pub struct Arguments {
    /// A JSON list of experiments; `train list --json` prints the assignment's, which are the
    /// default.
    #[arg(long, value_name = "FILE", conflicts_with = "quick")]
    experiments: Option<PathBuf>,
    /// The assignment's experiments cut to 2,000 training images and one epoch.
    #[arg(long)]
    quick: bool,
    /// Only these experiments of the list.
    #[arg(long, value_name = "ID,...", value_delimiter = ',')]
    only: Vec<String>,
    /// Run folder that receives the results.
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// Folder of the data sets.
    #[arg(long, value_name = "DIR", default_value = "data")]
    data: PathBuf,
    /// Seed of all experiments, instead of their own.
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    /// Experiments at a time; the results are the same for any number [default: one a processor
    /// on the CPU, one on a GPU].
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    jobs: Option<u16>,
    /// Threads of each experiment on the CPU; the results depend on it.
    #[arg(long, value_name = "N", default_value_t = 1,
          value_parser = clap::value_parser!(u16).range(1..))]
    threads: u16,
    /// Where to compute.
    #[arg(long, value_enum, default_value_t)]
    device: Choice,
}

pub fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let experiments = experiments(arguments)?;
    let device = arguments.device.device()?;
    let threads = usize::from(arguments.threads);
    let options = Options {
        jobs: arguments
            .jobs
            .map_or_else(|| default_jobs(device, threads), usize::from),
        threads,
        device,
    };
    let folder = RunFolder::new(&arguments.out);
    let remedy =
        "run `cargo xtask fetch-data` to check and mend the data, or name its folder by --data";
    let data = Data::load(&arguments.data).context(remedy)?;
    schedule::check(&experiments, &folder, data.training.len())?;
    let record = run_record::describe(device, threads, &arguments.data).context(remedy)?;
    let _lock = folder.lock()?;
    run_record::claim(&folder, &record)?;
    data.inputs.write(&folder)?;

    let progress = Progress::on_stderr();
    let stop = stop_on_interrupt()?;
    let states = schedule::run(&experiments, &folder, &data, options, &progress, &|| {
        stop.load(Ordering::Relaxed)
    });

    let failed = states
        .iter()
        .filter(|state| matches!(state, State::Failed(_)));
    let failed = failed.count();
    if states
        .iter()
        .any(|state| matches!(state, State::Interrupted))
    {
        eprintln!("interrupted; the same command goes on where this one stopped");
        return Ok(ExitCode::from(INTERRUPTED));
    }
    if failed > 0 {
        eprintln!(
            "error: {failed} of {} experiments failed",
            experiments.len()
        );
        return Ok(ExitCode::from(SOME_FAILED));
    }
    Ok(ExitCode::SUCCESS)
}

/// The experiments that the user chose.
fn experiments(arguments: &Arguments) -> anyhow::Result<Vec<Experiment>> {
    let seed = arguments.seed.unwrap_or(Experiment::DEFAULT_SEED);
    let mut list = match &arguments.experiments {
        Some(path) => read_experiments(path)?,
        None if arguments.quick => assignment::quick(seed),
        None => assignment::full(seed),
    };
    if let Some(seed) = arguments.seed {
        list.iter_mut()
            .for_each(|experiment| experiment.seed = seed);
    }
    for id in &arguments.only {
        if !list.iter().any(|experiment| experiment.id == *id) {
            let ids: Vec<&str> = list
                .iter()
                .map(|experiment| experiment.id.as_str())
                .collect();
            bail!("--only: expected ids of {}, found {id:?}", ids.join(", "));
        }
    }
    if !arguments.only.is_empty() {
        list.retain(|experiment| arguments.only.contains(&experiment.id));
    }
    Ok(list)
}

fn default_jobs(device: tch::Device, threads: usize) -> usize {
    match device {
        tch::Device::Cpu => thread::available_parallelism()
            .map_or(1, usize::from)
            .div_ceil(threads),
        _ => 1,
    }
}

/// A flag that the first Ctrl-C sets; the second one ends the program at once.
fn stop_on_interrupt() -> anyhow::Result<Arc<AtomicBool>> {
    let stop = Arc::new(AtomicBool::new(false));
    let flag = Arc::clone(&stop);
    ctrlc::set_handler(move || {
        if flag.swap(true, Ordering::Relaxed) {
            process::exit(INTERRUPTED.into());
        }
        eprintln!("stopping after the present step; Ctrl-C again to stop at once");
    })
    .context("cannot listen for Ctrl-C")?;
    Ok(stop)
}
