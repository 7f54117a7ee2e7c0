//! `train run`: trains and evaluates experiments into a run folder.
//!
//! Its exit status is 0 if all results are there; 1 if nothing was done, because the user requested
//! something impossible (settings that differ from the folder's, more images than there are);
//! [`SOME_FAILED`] (3) if some experiments failed and the others are complete, so that their report
//! can still be drawn; 130 after Ctrl-C.

use std::{path::PathBuf, process::ExitCode};

use anyhow::bail;
use experiment::{Experiment, Method, RunFolder, SOME_FAILED, assignment, read_experiments};
use train::run::{
    Job, conditions,
    queue::{self, JobOutcome, Options},
};

use super::{
    data_argument::DataArgument,
    device_argument::DeviceArgument,
    signals::{INTERRUPTED, stop_on_interrupt},
    terminal::{Terminal, eprint_line},
};

#[derive(clap::Args)]
pub struct Arguments {
    /// A JSON or TOML file of experiments; `train list FILE` shows what it expands to, and `train list
    /// --json` prints the assignment's, which are the default.
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
    #[command(flatten)]
    data: DataArgument,
    /// Seed of all experiments, instead of their own.
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    /// Seeds of each experiment: its seed and those that follow it.
    #[arg(long, value_name = "N", default_value_t = 1,
          value_parser = clap::value_parser!(u16).range(1..))]
    seeds: u16,
    /// Measure the validation and test errors of all experiments every N epochs, instead of as their
    /// settings say.
    #[arg(long, value_name = "N")]
    evaluate_every: Option<usize>,
    /// Also write event files, which `tensorboard --logdir DIR/tensorboard` shows.
    #[arg(long)]
    tensorboard: bool,
    /// Experiments at a time; the results are the same for any number [default: one per
    /// processor on the CPU, one on a GPU].
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    jobs: Option<u16>,
    /// Threads of libtorch in each experiment on the CPU, which the fast engines do not use; the results
    /// depend on it.
    #[arg(long, value_name = "N", default_value_t = 1,
          value_parser = clap::value_parser!(u16).range(1..=i64::from(queue::MAX_THREADS)))]
    threads: u16,
    /// Where to compute.
    #[arg(long, value_enum, default_value_t)]
    device: DeviceArgument,
}

pub fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let mut experiments = experiments(arguments)?;
    arguments.data.choose(&mut experiments);
    let folder = RunFolder::new(&arguments.out);
    // Before the images are read, since this can be refused at once.
    Job::with_seeds(&experiments, &folder, arguments.seeds)?;
    let device = arguments.device.device()?;
    let options = Options {
        tensorboard: arguments.tensorboard,
        ..Options::new(arguments.jobs, arguments.threads.into(), device)
    };
    let wanted = experiments.iter().map(|experiment| &experiment.data);
    let (data, record) = arguments.data.load(wanted, device, options.threads)?;
    for experiment in &mut experiments {
        let images = &data.of(&experiment.data).training;
        experiment.fit_to(images.shape())?;
        note_rank(experiment, images.len());
    }
    let jobs = Job::with_seeds(&experiments, &folder, arguments.seeds)?;
    let check = || jobs.iter().try_for_each(|job| job.check(&data));
    // Before anything is written, and again under the lock.
    check()?;
    let _lock = folder.lock()?;
    check()?;
    let record = conditions::claim(&folder, &record)?;
    for set in data.sets() {
        set.evaluation.write(&folder)?;
    }

    let stop = stop_on_interrupt()?;
    let terminal = Terminal::new(jobs.len());
    let ready = || conditions::check(&folder, &record);
    let outcomes = queue::run_all(&jobs, &data, options, &terminal, &ready, &stop)?;

    let failed: Vec<&str> = jobs
        .iter()
        .zip(&outcomes)
        .filter(|(_, outcome)| matches!(outcome, JobOutcome::Failed(_)))
        .map(|(job, _)| job.name.as_str())
        .collect();
    if !failed.is_empty() {
        let (count, all, names) = (failed.len(), jobs.len(), failed.join(", "));
        eprint_line(format!(
            "error: {count} of {all} experiments failed: {names}"
        ));
    }
    if outcomes
        .iter()
        .any(|outcome| matches!(outcome, JobOutcome::Interrupted))
    {
        eprint_line("interrupted; the same command resumes where this one stopped");
        return Ok(ExitCode::from(INTERRUPTED));
    }
    let path = arguments.out.display();
    eprint_line(format!(
        "the results are in {path}; `cargo run -p viz -- {path}` draws their report"
    ));
    if !failed.is_empty() {
        return Ok(ExitCode::from(SOME_FAILED));
    }
    Ok(ExitCode::SUCCESS)
}

/// Notes that a PCA keeps more components than its images have.
fn note_rank(experiment: &Experiment, images: usize) {
    let images = experiment.training_images.unwrap_or(images);
    if let Method::Pca { components } = experiment.method
        && components >= images
    {
        eprint_line(format!(
            "note: experiment {:?}: {images} images differ in at most {} components; the others of \
             {components} explain nothing",
            experiment.id,
            images.saturating_sub(1)
        ));
    }
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
    if arguments.evaluate_every.is_some() {
        for experiment in &mut list {
            if let Some(training) = experiment.method.training_mut() {
                training.evaluate_every = arguments.evaluate_every;
            }
            experiment.check()?;
        }
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
