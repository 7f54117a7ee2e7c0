//! Several experiments side by side.

use std::{cmp::Reverse, collections::VecDeque, sync::Mutex, thread};

use experiment::{Experiment, Method, ModelSpec};
use tch::Device;

use crate::{
    Error, Job, Outcome, Progress, TruncatedPca, data::batches::TrainingImages,
    data::evaluation_images::Data, evaluate, fit, progress::NAME_WIDTH, run::catch_panic::survive,
    run::device, run::memory, training::resume::forget_checkpoint,
};

/// More threads of one experiment than this are a mistake, or the damage of a file.
pub const MOST_THREADS: u16 = 1024;

/// How to run.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// Jobs at a time.
    pub jobs: usize,
    /// Threads of each.
    pub threads: usize,
    /// Where they compute.
    pub device: Device,
}

impl Options {
    /// `jobs` jobs at a time; if it is not given, as many as occupy the processors, or one on a
    /// GPU.
    pub fn new(jobs: Option<u16>, threads: usize, device: Device) -> Self {
        let default = || match device {
            Device::Cpu => thread::available_parallelism()
                .map_or(1, usize::from)
                .div_ceil(threads),
            _ => 1,
        };
        Options {
            jobs: jobs.map_or_else(default, usize::from),
            threads,
            device,
        }
    }
}

/// What became of a job.
#[derive(Debug)]
pub enum State {
    /// The folder held it already.
    WasComplete,
    /// Trained and evaluated.
    Done,
    /// Stopped by the user, or never begun for that reason.
    Interrupted,
    /// Failed; the others went on.
    Failed(Error),
}

/// Runs the jobs, the longest first, so that the processors finish together. One that fails takes
/// no other with it; one that is not `ready` when its turn comes fails. When `stop` says so, all save
/// and end. Returns what became of each, in the order given.
///
/// # Errors
/// [`Error::Threads`], before anything is done.
pub fn run(
    jobs: &[Job],
    data: &Data,
    options: Options,
    progress: &Progress,
    ready: &(dyn Fn() -> Result<(), Error> + Sync),
    stop: &(dyn Fn() -> bool + Sync),
) -> Result<Vec<State>, Error> {
    let mut order: Vec<usize> = (0..jobs.len()).collect();
    order.sort_by_key(|&index| Reverse(cost(&jobs[index].experiment, data.training.len())));
    let queue = Mutex::new(VecDeque::from(order));
    let next = || {
        queue
            .lock()
            .expect("no thread panics while it holds this")
            .pop_front()
    };

    let threads = options.jobs.clamp(1, jobs.len().max(1));
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .start_handler(move |_| device::prepare_thread(options.threads))
        .build()
        .map_err(|source| Error::Threads {
            count: threads,
            source,
        })?;
    let mut states: Vec<(usize, State)> = pool
        .broadcast(|_| {
            let mut states = Vec::new();
            while let Some(index) = next() {
                let job = &jobs[index];
                let state = if stop() {
                    Ok(State::Interrupted)
                } else {
                    survive(&job.experiment.id, || {
                        ready()?;
                        run_one(job, data, options.device, progress, stop)
                    })
                };
                let state = state.unwrap_or_else(|error| {
                    progress.say(&format!(
                        "{:<NAME_WIDTH$} failed: {}",
                        job.name,
                        error.with_causes()
                    ));
                    State::Failed(error)
                });
                states.push((index, state));
            }
            states
        })
        .into_iter()
        .flatten()
        .collect();
    states.sort_by_key(|&(index, _)| index);
    Ok(states.into_iter().map(|(_, state)| state).collect())
}

fn run_one(
    job: &Job,
    data: &Data,
    device: Device,
    progress: &Progress,
    stop: &dyn Fn() -> bool,
) -> Result<State, Error> {
    let Job {
        experiment,
        folder,
        name,
    } = job;
    folder.remove_unfinished()?;
    if job.is_complete()? {
        forget_checkpoint(folder)?;
        progress.say(&format!("{name:<NAME_WIDTH$} is complete already"));
        return Ok(State::WasComplete);
    }
    let count = experiment.training_images.unwrap_or(data.training.len());
    if device == Device::Cpu {
        memory::check(experiment, count)?;
    }
    folder.write_settings(experiment)?;
    let images = &data.training.images()[..count * data.training.pixels()];
    let epochs = experiment.method.training().map_or(1, |t| t.epochs);
    let line = progress.line(name, count * epochs);

    let evaluation = if let Method::Pca { components } = experiment.method {
        let pca = TruncatedPca::fit(images, data.training.pixels(), components)?;
        pca.save(&folder.model_path())?;
        evaluate(&pca, experiment, None, &data.inputs, folder, Device::Cpu)?
    } else {
        let images = TrainingImages::new(images, device);
        match fit(experiment, &images, folder, device, &line, stop)? {
            Outcome::Interrupted => {
                line.end("interrupted, saved");
                return Ok(State::Interrupted);
            }
            Outcome::Finished {
                model,
                stopped_after_epoch,
            } => evaluate(
                &model,
                experiment,
                stopped_after_epoch,
                &data.inputs,
                folder,
                device,
            )?,
        }
    };
    if let Some(what) = evaluation.not_finite() {
        return Err(Error::NotFinite {
            id: experiment.id.clone(),
            what: format!("{what} of the evaluation"),
            value: "no finite number".into(),
            kept: format!(
                "the trained weights are in {}",
                folder.model_path().display()
            ),
        });
    }
    folder.write_evaluation(&evaluation)?;
    folder.seal()?;
    forget_checkpoint(folder)?;
    line.end(&format!(
        "done: test SSE {:.3}{}",
        evaluation.corrected.test.sse,
        evaluation
            .health
            .warning()
            .map_or(String::new(), |w| format!("; {w}"))
    ));
    Ok(State::Done)
}

/// An estimate to order experiments by: the weights of a dense model that each image meets in all
/// epochs, and as many as take as long for the others: a convolutional model about what
/// `deep-ae-10` takes.
fn cost(experiment: &Experiment, images: usize) -> u64 {
    let per_image: usize = match experiment.method.model() {
        None => 1_000,
        Some(model @ ModelSpec::Dense(_)) => model.parameters(),
        Some(ModelSpec::Convolutional(_)) => 1_000_000,
    };
    let images = experiment.training_images.unwrap_or(images);
    let epochs = experiment.method.training().map_or(1, |t| t.epochs);
    (per_image * images * epochs) as u64
}
