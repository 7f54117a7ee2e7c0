//! Measurements of this project: the real `train run`, stopped once it has trained enough epochs.

use std::{
    io,
    path::PathBuf,
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context as _, bail, ensure};
use experiment::Experiment;
use rustix::process::{Pid, Signal, WaitId, WaitIdOptions, kill_process, waitid};
use serde::Deserialize;
use wait4::Wait4;

use super::{epochs::without_first, train_run::TrainRun};
use crate::interrupt::Interrupt;

/// Between two looks at the metrics: long enough to take no time from what is measured.
const POLL_INTERVAL: Duration = Duration::from_millis(50);
/// More epochs than fit in any measurement.
const ENDLESS: usize = 100_000;
/// How many seeds are tried until no model dies.
const MAX_SEEDS: usize = 20;

/// Runs the program `train`.
#[derive(Clone, Debug)]
pub struct TrainRunner {
    /// The binary.
    pub train: PathBuf,
    /// The data folder.
    pub data: PathBuf,
    /// Where run folders are made and removed.
    pub temporary: PathBuf,
    /// Checked while `train` runs; once it is set, `train` is ended.
    pub interrupt: Interrupt,
}

/// How fast training was.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
pub struct Speed {
    /// Training images per second, those of experiments side by side added up.
    pub images_per_second: f64,
    /// Peak memory of all processes together, in bytes.
    pub peak_memory: f64,
}

/// The cost of running experiments to the last evaluation.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FullRun {
    /// From the start of the program to its end.
    pub seconds: f64,
    /// Peak memory of the process, in bytes.
    pub peak_memory: f64,
}

/// What `train measure` prints: the rates of the machine and of what every run does once.
#[derive(Clone, Debug, Deserialize)]
pub struct Baselines {
    /// Matrix products in 32 bits on one thread, in 10^9 floating-point operations per second.
    pub matmul_gflops: f64,
    /// The same of all processors at once, each with separate products, added up.
    pub matmul_gflops_side_by_side: f64,
    /// Time to read both sets of MNIST from gzip.
    pub read_seconds: f64,
    /// Time to fit PCA to the training images.
    pub pca_seconds: f64,
    /// The largest eigenvalues of the covariance, descending.
    pub explained_variance: Vec<f64>,
}

impl TrainRunner {
    /// Trains `experiment` on its first `images` images, `jobs` of it side by side on one thread
    /// each, for an epoch to warm up and `epochs` that count. A model that dies has less to compute,
    /// so if one does, all are trained with the next seed.
    ///
    /// # Errors
    /// A `train` that fails, or models that die with every seed.
    pub fn epochs(
        &self,
        experiment: &Experiment,
        images: usize,
        epochs: usize,
        jobs: usize,
    ) -> anyhow::Result<Speed> {
        for seed in (experiment.seed..).take(MAX_SEEDS) {
            let copies = (1..=jobs).map(|number| endless(experiment, images, number, seed));
            if let Some(speed) = self.living_epochs(&copies.collect::<Vec<_>>(), epochs)? {
                return Ok(speed);
            }
        }
        bail!(
            "a copy of {} died with each of {MAX_SEEDS} seeds",
            experiment.id
        )
    }

    /// The speed of `copies` side by side; `None` if one of them died.
    fn living_epochs(&self, copies: &[Experiment], epochs: usize) -> anyhow::Result<Option<Speed>> {
        let jobs = copies.len();
        let (run, child) = self.start(copies, jobs)?;
        let waited = self.wait(&child, || {
            // The others would continue without it.
            if let Some(failed) = run.failed(copies) {
                bail!("train: {failed}");
            }
            let trained = run.epochs(copies)?;
            let is_enough = trained.iter().all(|copy| copy.len() > epochs);
            Ok(is_enough || run.one_died(copies, &trained))
        });
        // It saves and ends, as after Ctrl-C, which a script in the background ignores. A process that
        // has ended ignores the signal.
        kill_process(Pid::from_child(&child), Signal::TERM)?;
        let peak_memory = child.wait4()?.rusage.maxrss as f64;
        waited?;
        let trained = run.epochs(copies)?;
        if run.one_died(copies, &trained) {
            return Ok(None);
        }
        let images_per_second: Option<f64> = trained.iter().map(|job| without_first(job)).sum();
        Ok(Some(Speed {
            images_per_second: images_per_second.with_context(|| run.failure())?,
            peak_memory,
        }))
    }

    /// Runs `experiments` to the last evaluation, `jobs` side by side.
    ///
    /// # Errors
    /// A `train` that fails.
    pub fn full_run(&self, experiments: &[Experiment], jobs: usize) -> anyhow::Result<FullRun> {
        let start = Instant::now();
        let (run, child) = self.start(experiments, jobs)?;
        let waited = self.wait(&child, || Ok(false));
        let seconds = start.elapsed().as_secs_f64();
        if waited.is_err() {
            kill_process(Pid::from_child(&child), Signal::TERM)?;
        }
        let end = child.wait4()?;
        waited?;
        ensure!(end.status.success(), run.failure());
        Ok(FullRun {
            seconds,
            peak_memory: end.rusage.maxrss as f64,
        })
    }

    /// Measures what cannot be measured from outside the program.
    ///
    /// # Errors
    /// A `train` that fails.
    pub fn baselines(&self, jobs: usize) -> anyhow::Result<Baselines> {
        let output = Command::new(&self.train)
            .args(["measure", "--jobs", &jobs.to_string(), "--data"])
            .arg(&self.data)
            .stderr(Stdio::inherit())
            .output()
            .context("cannot run train")?;
        // Ctrl-C has ended the program, too.
        self.interrupt.check()?;
        ensure!(
            output.status.success(),
            "`train measure` failed ({})",
            output.status
        );
        serde_json::from_slice(&output.stdout).context("`train measure` printed no measures")
    }

    /// Waits until `is_enough` says so, or `child` has ended.
    fn wait(
        &self,
        child: &Child,
        is_enough: impl Fn() -> anyhow::Result<bool>,
    ) -> anyhow::Result<()> {
        while !has_ended(child)? {
            self.interrupt.check()?;
            if is_enough()? {
                break;
            }
            thread::sleep(POLL_INTERVAL);
        }
        Ok(self.interrupt.check()?)
    }

    fn start(&self, experiments: &[Experiment], jobs: usize) -> anyhow::Result<(TrainRun, Child)> {
        TrainRun::start(&self.train, &self.data, &self.temporary, experiments, jobs)
    }
}

/// A copy of the experiment under another name, on `images` images, for longer than any measurement.
fn endless(experiment: &Experiment, images: usize, number: usize, seed: u64) -> Experiment {
    let mut copy = experiment.clone();
    copy.seed = seed;
    copy.id = format!("{}-{number}", experiment.id);
    copy.training_images = Some(images);
    if let Some(training) = copy.method.training_mut() {
        training.epochs = ENDLESS;
    }
    copy
}

/// Whether the process has ended. Its status can still be waited for.
fn has_ended(child: &Child) -> io::Result<bool> {
    let without_waiting = WaitIdOptions::EXITED | WaitIdOptions::NOHANG | WaitIdOptions::NOWAIT;
    Ok(waitid(WaitId::Pid(Pid::from_child(child)), without_waiting)?.is_some())
}
