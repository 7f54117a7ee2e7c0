use std::{fs, time::Instant};

use ae_models::{Autoencoder, as_slice, loss::loss};
use experiment::{Experiment, ExperimentFolder, Metric, Training};
use tch::{Device, Tensor};

use crate::{
    Adam, Error, ProgressLine,
    batches::{Batch, Epoch, TrainingImages},
    checkpoint,
    random::{Purpose, generator},
};

/// How training ended.
#[derive(Debug)]
pub enum Outcome {
    /// The model is trained, and lies in the experiment's folder.
    Finished {
        /// The trained model.
        model: Autoencoder,
        /// See [`experiment::Health::stopped_after_epoch`].
        stopped_after_epoch: Option<usize>,
    },
    /// The user stopped it; the folder holds what is needed to go on.
    Interrupted,
}

/// Trains an experiment from its beginning, or from where its folder says that it was stopped.
/// `stop` is asked before each step.
///
/// The result depends on the experiment, the images, the device and the thread's number of
/// threads only: an interruption changes no bit of it.
///
/// # Errors
/// A loss that is not finite, and files that cannot be read or written.
///
/// # Panics
/// If the experiment has no training settings.
pub fn fit(
    experiment: &Experiment,
    images: &TrainingImages,
    folder: &ExperimentFolder,
    device: Device,
    line: &ProgressLine,
    stop: &dyn Fn() -> bool,
) -> Result<Outcome, Error> {
    let training = experiment.training.as_ref().expect("checked by the caller");
    let mut state = State::begin(experiment, training, folder, device)?;
    let steps = Epoch::new(experiment, images, 1).steps();
    line.resume_at(state.adam.steps() * training.batch_size);
    let mut stopped_after_epoch = state.stuck_after(steps);

    while stopped_after_epoch.is_none() && state.adam.steps() < steps * training.epochs {
        let number = state.adam.steps() / steps + 1;
        let epoch = Epoch::new(experiment, images, number);
        if !state.run(&epoch, number, line, stop)? {
            return Ok(Outcome::Interrupted);
        }
        stopped_after_epoch = state.stuck_after(steps);
    }

    state.model.parameters().save(&folder.model_path())?;
    Ok(Outcome::Finished {
        model: state.model,
        stopped_after_epoch,
    })
}

/// A training in progress.
struct State<'a> {
    experiment: &'a Experiment,
    training: &'a Training,
    folder: &'a ExperimentFolder,
    model: Autoencoder,
    adam: Adam,
    /// Losses of the present epoch's steps that an earlier run took.
    earlier: Vec<f64>,
    /// Whether any gradient of the present epoch was other than zero.
    moved: bool,
}

impl<'a> State<'a> {
    fn begin(
        experiment: &'a Experiment,
        training: &'a Training,
        folder: &'a ExperimentFolder,
        device: Device,
    ) -> Result<Self, Error> {
        let mut rng = generator(experiment.seed, &experiment.id, Purpose::Weights, 0);
        let mut model = Autoencoder::new(&experiment.model, &mut rng, device)?;
        let mut adam = Adam::new(model.parameters().tensors(), training.learning_rate);
        let mut moved = false;
        let mut metrics = Vec::new();
        if folder.resume_path().exists() {
            moved = checkpoint::load(&folder.resume_path(), &mut model, &mut adam)?;
            metrics = metrics_up_to(adam.steps(), folder.metrics()?);
        }
        folder.write_metrics(&metrics)?;
        let of_open_epoch = metrics.iter().rev().map_while(|metric| match metric {
            Metric::Step { loss, .. } => Some(*loss),
            Metric::Epoch { .. } => None,
        });
        let mut earlier: Vec<f64> = of_open_epoch.collect();
        earlier.reverse();
        Ok(State {
            experiment,
            training,
            folder,
            model,
            adam,
            earlier,
            moved,
        })
    }

    /// The epoch after which nothing can change any more, if it has come: no gradient of it was
    /// other than zero, and Adam's momentum has faded over its steps.
    fn stuck_after(&self, steps: usize) -> Option<usize> {
        let at_end_of_epoch = self.adam.steps() > 0 && self.adam.steps().is_multiple_of(steps);
        (at_end_of_epoch && !self.moved).then(|| self.adam.steps() / steps)
    }

    /// Takes the steps of an epoch that are left, and saves. Returns whether it came to the end.
    fn run(
        &mut self,
        epoch: &Epoch,
        number: usize,
        line: &ProgressLine,
        stop: &dyn Fn() -> bool,
    ) -> Result<bool, Error> {
        let first = self.adam.steps() % epoch.steps();
        let started = Instant::now();
        let mut losses = Vec::new();
        let mut images = 0;
        for index in first..epoch.steps() {
            if stop() {
                break;
            }
            if index == 0 {
                self.moved = false;
            }
            losses.push(self.step(&epoch.batch(index)));
            images += epoch.images_of(index);
            line.advance(epoch.images_of(index));
        }
        if losses.is_empty() {
            return Ok(false);
        }
        let finished = first + losses.len() == epoch.steps();
        // Read together: each reading would make a GPU wait.
        let losses: Vec<f64> = losses.iter().map(|l| l.double_value(&[])).collect();
        let mut metrics: Vec<Metric> = (1..)
            .zip(&losses)
            .map(|(i, &loss)| Metric::Step {
                step: (number - 1) * epoch.steps() + first + i,
                epoch: number,
                loss,
            })
            .collect();
        self.check_finite(&metrics)?;
        self.earlier.extend(losses);
        if finished {
            let loss = mean_loss(epoch, &self.earlier);
            let images_per_second = images as f64 / started.elapsed().as_secs_f64();
            metrics.push(Metric::Epoch {
                epoch: number,
                loss,
                images_per_second,
            });
            self.earlier.clear();
            line.epoch_done(number, self.training.epochs, loss, images_per_second);
        }
        self.folder.append_metrics(&metrics)?;
        let path = self.folder.resume_path();
        checkpoint::save(&path, &self.model, &self.adam, self.moved)?;
        Ok(finished)
    }

    /// One step; returns its loss, still on the device.
    fn step(&mut self, batch: &Batch) -> Tensor {
        let output = self.model.forward(&batch.input);
        let loss = loss(&output, &batch.target, self.training.sparsity);
        let parameters = self.model.parameters_mut();
        let gradients = Tensor::run_backward(&[&loss], parameters.tensors(), false, false);
        self.moved = self.moved || gradients.iter().any(is_not_zero);
        self.adam.step(parameters.tensors_mut(), &gradients);
        loss.detach()
    }

    fn check_finite(&self, metrics: &[Metric]) -> Result<(), Error> {
        for metric in metrics {
            if let &Metric::Step { step, epoch, loss } = metric
                && !loss.is_finite()
            {
                return Err(Error::NotFinite {
                    id: self.experiment.id.clone(),
                    step,
                    epoch,
                    loss,
                });
            }
        }
        Ok(())
    }
}

/// Removes what an experiment needs no more once its evaluation is written.
pub(crate) fn forget_checkpoint(folder: &ExperimentFolder) -> Result<(), Error> {
    let path = folder.resume_path();
    match fs::remove_file(&path) {
        Err(source) if source.kind() != std::io::ErrorKind::NotFound => {
            Err(Error::RunFolder(experiment::Error::Io {
                operation: "remove",
                path,
                source,
            }))
        }
        _ => Ok(()),
    }
}

fn is_not_zero(gradient: &Tensor) -> bool {
    match gradient.device() {
        Device::Cpu => as_slice(&gradient.contiguous()).iter().any(|&g| g != 0.0),
        _ => gradient.any().int64_value(&[]) != 0,
    }
}

/// The metrics of the first `steps` steps: a run that was cut off may have recorded more than its
/// checkpoint knows.
fn metrics_up_to(steps: usize, mut metrics: Vec<Metric>) -> Vec<Metric> {
    let after = metrics
        .iter()
        .position(|metric| matches!(metric, Metric::Step { step, .. } if *step > steps));
    metrics.truncate(after.unwrap_or(metrics.len()));
    metrics
}

/// The steps' losses, weighted by their images.
fn mean_loss(epoch: &Epoch, losses: &[f64]) -> f64 {
    let images = |index| epoch.images_of(index) as f64;
    let sum: f64 = losses.iter().enumerate().map(|(i, l)| l * images(i)).sum();
    sum / (0..epoch.steps()).map(images).sum::<f64>()
}
