//! Runs jobs side by side from one queue.
//!
//! On the CPU each experiment has a thread, and several run side by side. Threads without an experiment
//! help the others, with the parts into which engines, optimizers and batches divide their work
//! ([`in_parts`]). These depend on sizes only, and libtorch computes on one thread, so a result is the
//! same to the bit whatever the numbers of threads and jobs, whichever other experiments run, and
//! whether it was interrupted and resumed.
//!
//! [`in_parts`]: ae_models::in_parts

use std::{cmp::Reverse, collections::VecDeque, sync::Mutex, thread};

use experiment::{Evaluation, Experiment, Failure, Method, ModelSpec};
use tch::Device;

use super::{
    catch_panic::catch_panic,
    device,
    held_out::HeldOutImages,
    job::Job,
    machine, memory,
    reporter::Reporter,
    tensorboard::{self, TensorBoard},
};
use crate::{
    Error,
    data::{DataSet, Datasets, TrainingImages, TrainingSplit},
    evaluation::{TruncatedPca, evaluate},
    training::{Outcome, Progress, checkpoint, fit, start::Start},
};

/// More threads are a mistake.
pub const MAX_THREADS: u16 = 1024;

/// How to run.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// The number of jobs at a time.
    pub jobs: usize,
    /// The number of threads that compute, if it is not less than that of the jobs at a time.
    pub threads: usize,
    /// Where they compute.
    pub device: Device,
    /// Whether event files for TensorBoard are written: see [`RunFolder::tensorboard`].
    ///
    /// [`RunFolder::tensorboard`]: experiment::RunFolder::tensorboard
    pub tensorboard: bool,
}

impl Options {
    /// `jobs` jobs at a time on `threads` threads; by default there are as many threads as processors,
    /// and as many jobs as threads, or one on a GPU. No event files.
    pub fn new(jobs: Option<u16>, threads: Option<u16>, device: Device) -> Self {
        let processors = || thread::available_parallelism().map_or(1, usize::from);
        let threads = threads.map_or_else(processors, usize::from);
        let default = match device {
            Device::Cpu => threads,
            _ => 1,
        };
        Options {
            jobs: jobs.map_or(default, usize::from),
            threads,
            device,
            tensorboard: false,
        }
    }
}

/// How a job ended.
#[derive(Debug)]
pub enum JobOutcome {
    /// The folder held its results already.
    AlreadyComplete,
    /// Trained and evaluated.
    Done,
    /// Stopped by the user, or never begun for that reason.
    Interrupted,
    /// Failed; the others continued.
    Failed(Error),
}

/// Runs the jobs, the longest first, so that the processors finish together. Returns how each
/// ended, in the order given.
///
/// A job that fails affects no other; one for which `ready` returns an error when its turn comes
/// fails with it. When `stop` returns true, all jobs save their state and end.
///
/// # Errors
/// [`Error::Threads`], before anything is done.
pub fn run_all(
    jobs: &[Job],
    data: &Datasets,
    options: Options,
    reporter: &dyn Reporter,
    ready: &(dyn Fn() -> Result<(), Error> + Sync),
    stop: &(dyn Fn() -> bool + Sync),
) -> Result<Vec<JobOutcome>, Error> {
    let mut order: Vec<usize> = (0..jobs.len()).collect();
    order.sort_by_key(|&index| Reverse(cost(&jobs[index].experiment, data)));
    let queue = Mutex::new(VecDeque::from(order));
    let next = || {
        queue
            .lock()
            .expect("no thread panics while it holds this")
            .pop_front()
    };
    let mut outcomes = side_by_side(options, jobs.len(), &|| {
        let mut outcomes = Vec::new();
        while let Some(index) = next() {
            let outcome = run_one(&jobs[index], data, options, reporter, ready, stop);
            outcomes.push((index, outcome));
        }
        outcomes
    })?;
    outcomes.sort_by_key(|&(index, _)| index);
    Ok(outcomes.into_iter().map(|(_, outcome)| outcome).collect())
}

/// Does `work` on as many threads as jobs run at a time, at most `max`. All threads are set up to
/// compute, and those without work help the others.
///
/// # Errors
/// [`Error::Threads`], before anything is done.
pub(super) fn side_by_side<T: Send>(
    options: Options,
    max: usize,
    work: &(dyn Fn() -> Vec<T> + Sync),
) -> Result<Vec<T>, Error> {
    let jobs = options.jobs.clamp(1, max.max(1));
    let threads = options.threads.max(jobs);
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .start_handler(|_| device::prepare_thread())
        .build()
        .map_err(|source| Error::Threads {
            count: threads,
            source,
        })?;
    // A broadcast, since a thread that waits for its parts would take on a job of another kind.
    let outcomes = pool.broadcast(|thread| {
        let has_work = thread.index() < jobs;
        has_work.then(work).unwrap_or_default()
    });
    Ok(outcomes.into_iter().flatten().collect())
}

/// Runs one job on a thread of [`side_by_side`], unless `stop` or `ready` prevents it.
pub(super) fn run_one(
    job: &Job,
    data: &Datasets,
    options: Options,
    reporter: &dyn Reporter,
    ready: &dyn Fn() -> Result<(), Error>,
    stop: &dyn Fn() -> bool,
) -> JobOutcome {
    if stop() {
        return JobOutcome::Interrupted;
    }
    catch_panic(&job.experiment.id, || {
        ready()?;
        let outcome = run(job, data, options, reporter, stop);
        outcome.inspect_err(|error| record_failure(job, error))
    })
    .unwrap_or_else(|error| {
        reporter.failed(&job.name, &error);
        JobOutcome::Failed(error)
    })
}

/// Records for the report why a job has no results, if a number was not finite. The error itself is
/// reported in any case.
fn record_failure(job: &Job, error: &Error) {
    if let Error::NotFinite { what, value, .. } = error {
        let (what, value) = (what.clone(), value.clone());
        _ = job.folder.write_failure(&Failure { what, value });
    }
}

/// Runs one job, unless its folder holds its results.
fn run(
    job: &Job,
    data: &Datasets,
    options: Options,
    reporter: &dyn Reporter,
    stop: &dyn Fn() -> bool,
) -> Result<JobOutcome, Error> {
    let Job {
        experiment,
        folder,
        name,
        ..
    } = job;
    folder.remove_unfinished()?;
    let keeps_state = experiment.method.training().is_some_and(|t| t.keep_state);
    let data = data.of(&experiment.data);
    if job.is_complete()? {
        check_saved_model(job)?;
        if !keeps_state {
            checkpoint::remove(folder)?;
        }
        if options.tensorboard {
            tensorboard::write(job, &data.evaluation.samples)?;
        }
        reporter.already_complete(name);
        return Ok(JobOutcome::AlreadyComplete);
    }
    let count = experiment.training_images.unwrap_or(data.training.len());
    // The results of a finished training that goes on to more epochs.
    folder.remove_evaluation()?;
    folder.remove_failure()?;
    // First, so that the report names an experiment that fails before it begins.
    folder.write_settings(experiment)?;
    machine::record(folder)?;
    if options.device == Device::Cpu {
        memory::check(experiment, count, data)?;
    }
    let progress = reporter.begin(name, count * epochs(experiment));
    let Some(evaluation) = compute(job, count, data, options, &*progress, stop)? else {
        progress.interrupted();
        return Ok(JobOutcome::Interrupted);
    };
    if let Some(what) = evaluation.first_non_finite() {
        return Err(Error::NotFinite {
            id: experiment.id.clone(),
            what: format!("{what} of the evaluation"),
            value: "not finite".into(),
            kept: format!(
                "the trained weights are in {}",
                folder.model_path().display()
            ),
            help: if experiment.method.is_pca() {
                "PCA is not trained, so the images must hold numbers that are not finite or too large"
            } else {
                "a smaller learning_rate usually helps"
            },
        });
    }
    folder.write_evaluation(&evaluation)?;
    if keeps_state {
        folder.seal_with_state()?;
    } else {
        folder.seal()?;
        checkpoint::remove(folder)?;
    }
    if options.tensorboard {
        tensorboard::write(job, &data.evaluation.samples)?;
    }
    progress.done(&evaluation);
    Ok(JobOutcome::Done)
}

/// Checks that the saved model that a finished training began with, if it is still there, is the same.
///
/// # Errors
/// [`Error::SavedModel`] for another; a file that cannot be read.
fn check_saved_model(job: &Job) -> Result<(), Error> {
    let training = job.experiment.method.training();
    let model = training.and_then(|training| training.from.as_ref());
    let Some(model) = model.filter(|model| model.file().exists()) else {
        return Ok(());
    };
    let record = job.folder.evaluation()?.and_then(|found| found.training);
    let recorded = record.and_then(|record| record.from_sha256);
    Start::new(&job.experiment, model)?.check(recorded.as_deref())
}

/// Trains or fits on the first `count` training images, and evaluates; `None` if the user stopped it.
fn compute(
    job: &Job,
    count: usize,
    data: &DataSet,
    options: Options,
    progress: &dyn Progress,
    stop: &dyn Fn() -> bool,
) -> Result<Option<Evaluation>, Error> {
    let Job {
        experiment, folder, ..
    } = job;
    let device = options.device;
    let evaluation_images = &data.evaluation;
    if let Method::Pca { components } = experiment.method {
        let pca = TruncatedPca::fit(&*data.training.first(count)?, count, components)?;
        pca.save(&folder.model_path())?;
        let device = Device::Cpu;
        return evaluate(&pca, experiment, None, evaluation_images, folder, device).map(Some);
    }
    let training = experiment.method.training().expect("PCA was fitted above");
    let (set, seed) = (&data.training, experiment.seed);
    let split = TrainingSplit::new(set, count, training.validation, seed)?;
    let images = TrainingImages::chosen(set, split.training, device);
    let board = options.tensorboard;
    let board = board.then(|| TensorBoard::open(job, images.len()));
    let monitor = HeldOutImages {
        validation: split.validation.as_ref(),
        test: &evaluation_images.test,
        batch_size: training.batch_size.min(images.len()),
        device,
        board: board.transpose()?,
    };
    match fit(
        experiment, &images, folder, device, &monitor, progress, stop,
    )? {
        Outcome::Interrupted => Ok(None),
        Outcome::Finished {
            model,
            record,
            stopped_after_epoch,
        } => {
            let evaluation = evaluate(
                &*model,
                experiment,
                stopped_after_epoch,
                evaluation_images,
                folder,
                device,
            )?;
            Ok(Some(Evaluation {
                training: Some(record),
                ..evaluation
            }))
        }
    }
}

/// An estimate to order experiments by: the weights of a dense model that each image meets in all
/// epochs, and as many as take as long for the others: a convolutional model takes about as long as
/// `deep-ae-10`.
pub(super) fn cost(experiment: &Experiment, data: &Datasets) -> u64 {
    let per_image = match experiment.method.model() {
        None => 1_000,
        Some(model @ ModelSpec::Dense(_)) => model.parameters(),
        Some(ModelSpec::Convolutional(_)) => 1_000_000,
    };
    let images = experiment.training_images;
    let images = images.unwrap_or_else(|| data.of(&experiment.data).training.len());
    (per_image * images * epochs(experiment)) as u64
}

fn epochs(experiment: &Experiment) -> usize {
    experiment.method.training().map_or(1, |t| t.epochs)
}
