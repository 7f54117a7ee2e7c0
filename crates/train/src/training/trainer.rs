//! A training in progress: it owns the step, the model and the optimizer, and saves them.

use std::time::Instant;

use ae_models::{Autoencoder, ObjectiveValue};
use experiment::{
    Experiment, ExperimentFolder, HeldOutErrors, Metric, MetricsLog, ModelSpec, Training,
    TrainingRecord,
};
use tch::Device;

use super::{
    checkpoint::{self, TrainerState},
    clipping::clip_gradients,
    losses::RecordedLoss,
    monitor::Monitor,
    optimizer::Optimizer,
    progress::{EpochSummary, Progress},
    resume::{losses_of_open_epoch, resume},
    start::Start,
    validation_losses::ValidationLosses,
    warning::warning,
    weight_copies::WeightCopies,
};
use crate::{
    Error,
    data::{Batch, Epoch},
    diagnosis::{epoch_losses, has_stalled},
    random::{RngStream, generator},
    tensors::is_zero,
};

/// A training in progress.
pub(crate) struct Trainer<'a> {
    experiment: &'a Experiment,
    training: &'a Training,
    folder: &'a ExperimentFolder,
    model: Autoencoder,
    optimizer: Optimizer,
    copies: WeightCopies,
    /// SHA-256 of the saved model that the training began with.
    from_sha256: Option<String>,
    log: MetricsLog,
    /// The number of steps taken.
    step: usize,
    /// Number of consecutive steps, up to the last one, in which every gradient was zero.
    zero_gradient_steps: usize,
    /// The images of the current step.
    batch: Batch,
    /// Losses of the steps of the current epoch.
    step_losses: Vec<RecordedLoss>,
    /// Mean losses of the epochs before.
    epoch_losses: Vec<f64>,
    validation_losses: ValidationLosses,
    /// The step of the last checkpoint.
    saved_step: Option<usize>,
}

impl<'a> Trainer<'a> {
    /// A training at its beginning, or at the checkpoint in its folder.
    pub(crate) fn new(
        experiment: &'a Experiment,
        model: &ModelSpec,
        training: &'a Training,
        folder: &'a ExperimentFolder,
        device: Device,
        monitor: &dyn Monitor,
    ) -> Result<Self, Error> {
        let mut rng = generator(experiment.seed, RngStream::Weights, 0);
        let mut model = Autoencoder::new(model, training.into(), &mut rng, device);
        let start = training.from.as_ref();
        let start = start.map(|from| Start::new(experiment, from)).transpose()?;
        if let Some(start) = &start {
            start.load(&mut model)?;
        }
        let parameters = model.parameters();
        let names = parameters.names().iter().map(String::as_str);
        let mut optimizer = Optimizer::new(training, names.zip(parameters.tensors()));
        let mut copies = WeightCopies::new(training, model.parameters());
        let (mut step, mut zero_gradient_steps) = (0, 0);
        let (mut saved_step, mut metrics) = (None, Vec::new());
        if folder.resume_path().exists() {
            let (state, recorded) = resume(folder, &mut model, &mut optimizer, &mut copies)
                .and_then(|resumed| {
                    let from = resumed.0.from_sha256.as_deref();
                    start.iter().try_for_each(|start| start.check(from))?;
                    Ok(resumed)
                })
                .map_err(|error| Error::Checkpoint {
                    problem: error.with_causes(),
                    folder: folder.path().to_owned(),
                })?;
            (step, zero_gradient_steps) = (state.step, state.zero_gradient_steps);
            (saved_step, metrics) = (Some(state.step), recorded);
        }
        let log = folder.write_metrics(&metrics)?;
        monitor.record(&metrics)?;
        Ok(Trainer {
            experiment,
            training,
            folder,
            model,
            optimizer,
            copies,
            from_sha256: start.map(|start| start.sha256),
            log,
            step,
            zero_gradient_steps,
            batch: Batch::new(),
            step_losses: losses_of_open_epoch(&metrics),
            epoch_losses: epoch_losses(&metrics),
            validation_losses: ValidationLosses::of(&metrics),
            saved_step,
        })
    }

    /// The number of steps taken.
    pub(crate) fn steps_taken(&self) -> usize {
        self.step
    }

    /// What happened in a training on `images` images, measured by `monitor`, that ends now.
    pub(crate) fn summary(&self, images: usize, monitor: &dyn Monitor) -> TrainingRecord {
        let early_end = self.early_end();
        TrainingRecord {
            engine: self.model.engine().to_owned(),
            images,
            validation_images: monitor.validation_images(),
            stopped_early_after_epoch: early_end.filter(|&epoch| epoch < self.training.epochs),
            best_epoch: self.validation_losses.best_epoch(self.training),
            from_sha256: self.from_sha256.clone(),
        }
    }

    /// The epoch that has just ended, if early stopping ends the training with it.
    pub(crate) fn early_end(&self) -> Option<usize> {
        self.validation_losses.early_end(self.training)
    }

    /// The model with the weights that are kept.
    pub(crate) fn into_model(mut self) -> Autoencoder {
        let has_best = self.validation_losses.best_epoch(self.training).is_some();
        self.copies.finish(has_best, &mut self.model);
        self.model
    }

    /// The epoch that has just ended, if nothing can change after it: every gradient was zero for at
    /// least as many steps as an epoch has, and at least [`Optimizer::steps_to_rest`]. An average of
    /// the weights and running statistics change without gradients too.
    pub(crate) fn stalled_epoch(&self, steps_per_epoch: usize) -> Option<usize> {
        if self.training.averaging.is_some() || self.model.parameters().has_statistics() {
            return None;
        }
        let at_end_of_epoch = self.step.is_multiple_of(steps_per_epoch);
        let enough = steps_per_epoch.max(self.optimizer.steps_to_rest()?);
        (at_end_of_epoch && self.zero_gradient_steps >= enough).then(|| self.step / steps_per_epoch)
    }

    /// Takes the remaining steps of an epoch, and saves. Returns whether it came to the end.
    pub(crate) fn run_epoch(
        &mut self,
        epoch: &Epoch,
        monitor: &dyn Monitor,
        progress: &dyn Progress,
        stop: &dyn Fn() -> bool,
    ) -> Result<bool, Error> {
        let first = self.step % epoch.steps();
        let started = Instant::now();
        let mut losses = Vec::new();
        let mut images = 0;
        for index in first..epoch.steps() {
            if stop() {
                break;
            }
            epoch.fill(index, &mut self.batch)?;
            losses.push(self.take_step(epoch, index));
            images += epoch.images_of(index);
            progress.advance(epoch.images_of(index));
        }
        if losses.is_empty() {
            return Ok(false);
        }
        // Read together: each reading would make a GPU wait.
        let losses: Vec<RecordedLoss> = losses.iter().map(RecordedLoss::read).collect();
        let mut metrics = self.record(epoch, first, &losses)?;
        self.step_losses.extend(losses);
        let is_complete = self.step_losses.len() == epoch.steps();
        if is_complete {
            let images_per_second = images as f64 / started.elapsed().as_secs_f64();
            let mut summary = self.end_epoch(epoch, images_per_second);
            metrics.push(Metric::Epoch {
                epoch: summary.epoch,
                loss: summary.loss,
                parts: summary.parts,
                images: epoch.images(),
                images_per_second,
            });
            if self.training.evaluates_after(epoch.number()) {
                let errors = self.measure(epoch.number(), monitor, &metrics)?;
                let epoch = epoch.number();
                metrics.push(Metric::Evaluation { epoch, errors });
                summary.errors = Some(errors);
            }
            progress.epoch_done(&summary);
        }
        self.log.append(&metrics)?;
        self.save()?;
        monitor.record(&metrics)?;
        Ok(is_complete)
    }

    /// Takes the step `index` (from 0) of an epoch, on the batch; returns its loss, still on the
    /// device.
    fn take_step(&mut self, epoch: &Epoch, index: usize) -> ObjectiveValue {
        let (input, target) = (self.batch.input(), self.batch.target());
        let mut rng = epoch.generator_of_step(RngStream::Dropout, index);
        let (loss, mut gradients) = self.model.loss_and_gradients(input, target, &mut rng);
        self.zero_gradient_steps = if gradients.iter().all(is_zero) {
            self.zero_gradient_steps + 1
        } else {
            0
        };
        if let Some(max_norm) = self.training.gradient_clipping {
            clip_gradients(&mut gradients, max_norm);
        }
        self.step += 1;
        let Training {
            learning_rate,
            schedule,
            epochs,
            ..
        } = self.training;
        let factor = schedule.factor(self.step, epoch.steps(), *epochs);
        self.optimizer.step(
            self.step,
            learning_rate * factor,
            self.model.parameters_mut().tensors_mut(),
            &gradients,
        );
        self.copies.end_step(self.step, self.model.parameters());
        loss
    }

    /// The metrics of steps of an epoch from index `first` on.
    ///
    /// # Errors
    /// [`Error::NotFinite`]; the metrics of the steps before are recorded then.
    fn record(
        &mut self,
        epoch: &Epoch,
        first: usize,
        losses: &[RecordedLoss],
    ) -> Result<Vec<Metric>, Error> {
        let steps_before = (epoch.number() - 1) * epoch.steps() + first;
        let metrics: Vec<Metric> = (1..)
            .zip(losses)
            .map(|(i, loss)| Metric::Step {
                step: steps_before + i,
                epoch: epoch.number(),
                loss: loss.total,
                parts: loss.parts,
            })
            .collect();
        if let Some(bad) = losses.iter().position(|loss| !loss.total.is_finite()) {
            self.log.append(&metrics[..bad])?;
            let what = format!("the loss of {}", place(epoch, first + bad));
            return Err(self.not_finite(what, losses[bad].total.to_string()));
        }
        if let Some(name) = checkpoint::first_non_finite(&self.model, &self.optimizer, &self.copies)
        {
            self.log.append(&metrics)?;
            let after = place(epoch, first + losses.len() - 1);
            return Err(self.not_finite(format!("{name} after {after}"), "not finite".into()));
        }
        Ok(metrics)
    }

    /// Sums up an epoch, all steps of which have been taken.
    fn end_epoch(&mut self, epoch: &Epoch, images_per_second: f64) -> EpochSummary {
        let loss = RecordedLoss::mean(epoch, &self.step_losses);
        self.step_losses.clear();
        self.epoch_losses.push(loss.total);
        self.copies
            .end_epoch(epoch.number(), self.model.parameters());
        EpochSummary {
            epoch: epoch.number(),
            epochs: self.training.epochs,
            loss: loss.total,
            parts: loss.parts,
            images_per_second,
            errors: None,
            warning: warning(
                &self.model,
                self.batch.input(),
                has_stalled(&self.epoch_losses, self.training),
            ),
        }
    }

    /// Measures the weights that would be kept if the training ended now, and keeps them if they are
    /// the best so far.
    ///
    /// # Errors
    /// [`Error::NotFinite`]; `metrics`, those of the steps since the last record, are recorded then.
    fn measure(
        &mut self,
        epoch: usize,
        monitor: &dyn Monitor,
        metrics: &[Metric],
    ) -> Result<HeldOutErrors, Error> {
        self.copies.exchange_average(&mut self.model);
        let errors = monitor.measure(&self.model);
        if let Some(validation) = errors.validation
            && self.validation_losses.add(epoch, validation.loss)
        {
            self.copies.keep_best(&self.model);
        }
        self.copies.exchange_average(&mut self.model);
        for (set, error) in [("validation", errors.validation), ("test", errors.test)] {
            let Some(error) = error else { continue };
            if !(error.sse.is_finite() && error.loss.is_finite()) {
                self.log.append(metrics)?;
                let what = format!("the {set} error after epoch {epoch}");
                return Err(self.not_finite(what, "not finite".into()));
            }
        }
        Ok(errors)
    }

    /// Writes a checkpoint. The metrics of all steps must be in the log.
    fn save(&mut self) -> Result<(), Error> {
        let state = TrainerState {
            step: self.step,
            zero_gradient_steps: self.zero_gradient_steps,
            metrics_sha256: self.log.sha256(),
            from_sha256: self.from_sha256.clone(),
        };
        let path = self.folder.resume_path();
        checkpoint::save(&path, &self.model, &self.optimizer, &self.copies, &state)?;
        self.saved_step = Some(self.step);
        Ok(())
    }

    fn not_finite(&self, what: String, value: String) -> Error {
        let kept = match self.saved_step {
            None => "no checkpoint was made before".to_owned(),
            Some(step) => format!(
                "the last good checkpoint is that of step {step}, {}",
                self.folder.resume_path().display()
            ),
        };
        Error::NotFinite {
            id: self.experiment.id.clone(),
            what,
            value,
            kept,
            help: "a smaller learning_rate usually helps",
        }
    }
}

/// Step `index` (from 0) of an epoch in words.
fn place(epoch: &Epoch, index: usize) -> String {
    let (number, steps) = (epoch.number(), epoch.steps());
    let (step, batch) = ((number - 1) * steps + index + 1, index + 1);
    format!("step {step} (epoch {number}, batch {batch} of {steps})")
}
