//! Several experiments side by side.

use std::{
    cmp::Reverse,
    collections::VecDeque,
    panic::{self, AssertUnwindSafe},
    sync::Mutex,
};

use experiment::{Experiment, ExperimentFolder, ModelSpec, RunFolder};
use pca::Pca;
use tch::Device;

use crate::{
    Error, Outcome, Progress, batches::TrainingImages, device, evaluate, fit,
    fit::forget_checkpoint, inputs::Data,
};

/// How to run.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// Experiments at a time.
    pub jobs: usize,
    /// Threads of each.
    pub threads: usize,
    /// Where they compute.
    pub device: Device,
}

/// What became of an experiment.
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

/// Checks that the folder holds no results of the same id with other settings, which training
/// would overwrite, and that there are as many training images as each asks for.
///
/// # Errors
/// [`Error::OtherSettings`], [`Error::TooFewImages`], or a folder that cannot be read.
pub fn check(experiments: &[Experiment], run: &RunFolder, images: usize) -> Result<(), Error> {
    for experiment in experiments {
        if let Some(asked) = experiment.training_images.filter(|&asked| asked > images) {
            return Err(Error::TooFewImages {
                id: experiment.id.clone(),
                asked,
                found: images,
            });
        }
        let folder = run.experiment(&experiment.id);
        let Some(found) = folder.settings()?.filter(|_| folder.has_results()) else {
            continue;
        };
        if let Some(difference) = experiment.difference(&found) {
            return Err(Error::OtherSettings {
                what: folder.path().display().to_string(),
                difference,
            });
        }
    }
    Ok(())
}

/// Runs the experiments, the longest first, so that the processors finish together. One that
/// fails takes no other with it. When `stop` says so, all save and end. Returns what became of each, in the order given.
pub fn run(
    experiments: &[Experiment],
    run: &RunFolder,
    data: &Data,
    options: Options,
    progress: &Progress,
    stop: &(dyn Fn() -> bool + Sync),
) -> Vec<State> {
    let mut order: Vec<usize> = (0..experiments.len()).collect();
    order.sort_by_key(|&index| Reverse(cost(&experiments[index], data.training.len())));
    let queue = Mutex::new(VecDeque::from(order));
    let next = || {
        queue
            .lock()
            .expect("no thread panics while it holds this")
            .pop_front()
    };

    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(options.jobs.clamp(1, experiments.len().max(1)))
        .start_handler(move |_| device::prepare_thread(options.threads))
        .build()
        .expect("threads can be started");
    let mut states: Vec<(usize, State)> = pool
        .broadcast(|_| {
            let mut states = Vec::new();
            while let Some(index) = next() {
                let experiment = &experiments[index];
                let folder = run.experiment(&experiment.id);
                let state = if stop() {
                    Ok(State::Interrupted)
                } else {
                    survive(&experiment.id, || {
                        run_one(experiment, &folder, data, options.device, progress, stop)
                    })
                };
                let state = state.unwrap_or_else(|error| {
                    progress.say(&format!("failed: {}", chain(&error)));
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
    states.into_iter().map(|(_, state)| state).collect()
}

/// libtorch's refusals reach us as panics of `tch`: they end this experiment only.
fn survive<T>(id: &str, work: impl FnOnce() -> Result<T, Error>) -> Result<T, Error> {
    panic::catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|panic| {
        let text = panic
            .downcast_ref::<String>()
            .map(String::as_str)
            .or_else(|| panic.downcast_ref::<&str>().copied())
            .unwrap_or("no reason given");
        Err(Error::Libtorch {
            id: id.to_owned(),
            reason: text.lines().next().unwrap_or_default().to_owned(),
        })
    })
}

/// An error with its causes on one line.
fn chain(error: &Error) -> String {
    let causes = std::iter::successors(std::error::Error::source(error), |cause| cause.source());
    causes.fold(error.to_string(), |text, cause| format!("{text}: {cause}"))
}

fn run_one(
    experiment: &Experiment,
    folder: &ExperimentFolder,
    data: &Data,
    device: Device,
    progress: &Progress,
    stop: &dyn Fn() -> bool,
) -> Result<State, Error> {
    if folder.settings()?.as_ref() == Some(experiment)
        && folder.evaluation()?.is_some()
        && folder.model_path().exists()
    {
        progress.say(&format!("{:<24} is complete already", experiment.id));
        return Ok(State::WasComplete);
    }
    folder.write_settings(experiment)?;
    let count = experiment.training_images.unwrap_or(data.training.len());
    let images = &data.training.images()[..count * data.training.pixels()];
    let epochs = experiment.training.as_ref().map_or(1, |t| t.epochs);
    let line = progress.line(experiment, count * epochs);

    let evaluation = if let ModelSpec::Pca { components } = experiment.model {
        let pca = Pca::fit(images, data.training.pixels(), components)?;
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
            what,
            value: "no finite number".into(),
        });
    }
    folder.write_evaluation(&evaluation)?;
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

/// An estimate to order experiments by: multiplications of all epochs, those of convolutions of
/// few channels counted tenfold, because libtorch is so much slower with them.
fn cost(experiment: &Experiment, images: usize) -> u64 {
    let per_image: usize = match &experiment.model {
        ModelSpec::Pca { .. } => 1_000,
        ModelSpec::Dense { widths, .. } => widths.windows(2).map(|w| w[0] * w[1]).sum(),
        ModelSpec::Convolutional { .. } => 6_000_000,
    };
    let images = experiment.training_images.unwrap_or(images);
    let epochs = experiment.training.as_ref().map_or(1, |t| t.epochs);
    (per_image * images * epochs) as u64
}

#[cfg(test)]
mod tests {
    use super::survive;

    #[test]
    fn a_panic_of_libtorch_becomes_an_error_of_its_experiment() {
        let negative = || {
            let size = [-1];
            Ok(tch::Tensor::zeros(size, tch::kind::FLOAT_CPU))
        };
        let message = survive("wide", negative).unwrap_err().to_string();
        assert!(
            message.contains("\"wide\": libtorch failed") && !message.contains('\n'),
            "{message}"
        );
    }
}
