use std::time::Instant;

use ae_models::{Autoencoder, as_slice};
use experiment::{Experiment, ExperimentFolder, Method, Metric, MetricsLog, ModelSpec, Training};
use tch::{Device, Tensor};

use crate::{
    Adam, Error, ProgressLine,
    data::batches::{Batch, Epoch, TrainingImages},
    random::{Purpose, generator},
    training::checkpoint::{self, Standing},
    training::monitor::{epoch_losses, warning},
    training::resume::resume,
};

/// Steps after which Adam's momentum moves no weight: 0.9^200 is 7e-10.
const MOMENTUM_FADES: usize = 200;

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
/// If the experiment is PCA.
pub fn fit(
    experiment: &Experiment,
    images: &TrainingImages,
    folder: &ExperimentFolder,
    device: Device,
    line: &ProgressLine,
    stop: &dyn Fn() -> bool,
) -> Result<Outcome, Error> {
    let Method::Autoencoder { model, training } = &experiment.method else {
        panic!("PCA is fitted, not trained");
    };
    let mut state = State::begin(experiment, model, training, folder, device)?;
    let steps = Epoch::new(experiment, images, 1).steps();
    line.resume_at(state.adam.steps() as f64 / (steps * training.epochs) as f64);
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
    log: MetricsLog,
    /// The images of the present step.
    batch: Batch,
    /// Losses of the present epoch's steps that an earlier run took.
    earlier: Vec<f64>,
    /// Mean losses of the epochs before.
    epoch_losses: Vec<f64>,
    /// How many steps on end had no gradient other than zero.
    still: usize,
    /// The step of the last checkpoint, if there is one.
    saved: Option<usize>,
}

impl<'a> State<'a> {
    fn begin(
        experiment: &'a Experiment,
        model: &ModelSpec,
        training: &'a Training,
        folder: &'a ExperimentFolder,
        device: Device,
    ) -> Result<Self, Error> {
        let mut rng = generator(experiment.seed, &experiment.id, Purpose::Weights, 0);
        let mut model = Autoencoder::new(model, training.into(), &mut rng, device);
        let mut adam = Adam::new(model.parameters().tensors(), training.learning_rate);
        let (mut still, mut metrics, mut saved) = (0, Vec::new(), None);
        if folder.resume_path().exists() {
            (still, metrics) =
                resume(folder, &mut model, &mut adam).map_err(|error| Error::Checkpoint {
                    problem: error.with_causes(),
                    folder: folder.path().to_owned(),
                })?;
            saved = Some(adam.steps());
        }
        let log = folder.write_metrics(&metrics)?;
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
            log,
            batch: Batch::new(),
            earlier,
            epoch_losses: epoch_losses(&metrics),
            still,
            saved,
        })
    }

    /// The epoch after which nothing can change any more, if it has come: for as many steps as an
    /// epoch has, no gradient was other than zero, and Adam's momentum has faded.
    fn stuck_after(&self, steps: usize) -> Option<usize> {
        let at_end_of_epoch = self.adam.steps().is_multiple_of(steps);
        (at_end_of_epoch && self.still >= steps.max(MOMENTUM_FADES))
            .then(|| self.adam.steps() / steps)
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
            epoch.fill(index, &mut self.batch);
            losses.push(self.step());
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
        if let Some(good) = losses.iter().position(|loss| !loss.is_finite()) {
            self.log.append(&metrics[..good])?;
            let what = format!("the loss of {}", place(epoch, number, first + good));
            return Err(self.not_finite(what, losses[good].to_string()));
        }
        if let Some(part) = checkpoint::not_finite(&self.model, &self.adam) {
            self.log.append(&metrics)?;
            let after = place(epoch, number, first + losses.len() - 1);
            return Err(self.not_finite(format!("{part} after {after}"), "no finite number".into()));
        }
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
            self.epoch_losses.push(loss);
            let warning = warning(&self.model, self.batch.input(), &self.epoch_losses);
            let epochs = self.training.epochs;
            line.epoch_done(number, epochs, loss, images_per_second, warning.as_deref());
        }
        self.log.append(&metrics)?;
        let path = self.folder.resume_path();
        let standing = Standing {
            still: self.still,
            metrics: self.log.sha256(),
        };
        checkpoint::save(&path, &self.model, &self.adam, &standing)?;
        self.saved = Some(self.adam.steps());
        Ok(finished)
    }

    /// One step; returns its loss, still on the device.
    fn step(&mut self) -> Tensor {
        let (input, target) = (self.batch.input(), self.batch.target());
        let (loss, gradients) = self.model.loss_and_gradients(input, target);
        let moves = gradients.iter().any(is_not_zero);
        self.still = if moves { 0 } else { self.still + 1 };
        let parameters = self.model.parameters_mut().tensors_mut();
        self.adam.step(parameters, &gradients);
        loss
    }

    fn not_finite(&self, what: String, value: String) -> Error {
        let kept = self
            .saved
            .map_or("no checkpoint was made before".into(), |step| {
                let path = self.folder.resume_path();
                format!(
                    "the last good checkpoint is that of step {step}, {}",
                    path.display()
                )
            });
        Error::NotFinite {
            id: self.experiment.id.clone(),
            what,
            value,
            kept,
        }
    }
}

/// Step `index` (from 0) of epoch `number` in words.
fn place(epoch: &Epoch, number: usize, index: usize) -> String {
    let steps = epoch.steps();
    let (step, batch) = ((number - 1) * steps + index + 1, index + 1);
    format!("step {step} (epoch {number}, batch {batch} of {steps})")
}

fn is_not_zero(gradient: &Tensor) -> bool {
    if gradient.device() != Device::Cpu {
        return gradient.any().int64_value(&[]) != 0;
    }
    let gradient = gradient.contiguous();
    // SAFETY: the model keeps this memory, and writes to it in its next step only, when the slice is
    // gone.
    let elements = unsafe { as_slice(&gradient) };
    elements.iter().any(|&g| g != 0.0)
}

/// The steps' losses, weighted by their images.
fn mean_loss(epoch: &Epoch, losses: &[f64]) -> f64 {
    let images = |index| epoch.images_of(index) as f64;
    let sum: f64 = losses.iter().enumerate().map(|(i, l)| l * images(i)).sum();
    sum / (0..epoch.steps()).map(images).sum::<f64>()
}
