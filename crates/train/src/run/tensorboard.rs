//! The event file of a job for TensorBoard: its losses, errors, learning rate, scores and
//! reconstructions, at the steps of its training.
//!
//! The file follows from `metrics.jsonl`, the evaluation and the arrays, so it can be written again at any
//! time: see [`event_file`]. During the training it grows with each epoch. No result depends on it.

use std::{cell::RefCell, path::PathBuf};

use event_file::{EventFile, Point, Value};
use experiment::{Evaluation, LossParts, Metric, Protocol, Scores, Training, arrays};
use mnist_io::Elements;
use tch::Device;

use super::{job::Job, picture::pairs};
use crate::{Error, data::Images, tensors::to_floats};

/// TensorBoard tells event files by `tfevents`.
const FILE: &str = "events.out.tfevents.train";

/// Of longer trainings not every step is shown.
const MAX_STEPS: usize = 10_000;

/// The event file of a training in progress.
#[derive(Debug)]
pub(crate) struct TensorBoard<'a> {
    axis: Option<Axis<'a>>,
    file: RefCell<EventFile>,
}

impl<'a> TensorBoard<'a> {
    /// The file of a job that is trained on `images` images.
    pub(crate) fn open(job: &'a Job, images: usize) -> Result<Self, Error> {
        let training = job.experiment.method.training();
        Ok(TensorBoard {
            axis: training.map(|training| Axis {
                training,
                steps_per_epoch: images.div_ceil(training.batch_size),
            }),
            file: RefCell::new(EventFile::open(&path(job))?),
        })
    }

    /// Adds lines of the metrics log.
    pub(crate) fn record(&self, metrics: &[Metric]) -> Result<(), Error> {
        let points = self.axis.iter().flat_map(|axis| axis.points(metrics));
        Ok(self.file.borrow_mut().write(points)?)
    }
}

/// Writes the whole file of a complete job, which has reconstructed the `samples`.
pub(crate) fn write(job: &Job, samples: &Images) -> Result<(), Error> {
    let Some(evaluation) = job.folder.evaluation()? else {
        return Ok(());
    };
    let images = evaluation.training.as_ref().map_or(0, |t| t.images);
    let metrics = job.folder.metrics()?;
    let board = TensorBoard::open(job, images)?;
    board.record(&metrics)?;
    let mut file = board.file.into_inner();
    let last = board.axis.map_or(0, |axis| axis.last_step(&metrics));
    file.write(final_points(job, &evaluation, samples, last as u64)?)?;
    Ok(file.finish()?)
}

fn path(job: &Job) -> PathBuf {
    job.tensorboard.join(FILE)
}

/// The scores of the test set and the samples above their reconstructions.
fn final_points(
    job: &Job,
    evaluation: &Evaluation,
    samples: &Images,
    step: u64,
) -> Result<Vec<Point>, Error> {
    let test = &evaluation.corrected.test;
    // The mean over the pixels is the sum in another unit.
    let scores = Scores::COLUMNS.iter().filter(|score| score.name != "mse");
    let mut points: Vec<Point> = scores
        .filter_map(|score| {
            let value = (score.value)(test)?;
            Some(scalar(step, &format!("final/{}", score.name), value))
        })
        .collect();
    let shape = samples.shape();
    let originals = to_floats(&samples.tensor(Protocol::Corrected, Device::Cpu));
    let name = arrays::samples(Protocol::Corrected);
    let array = job.folder.array(&name)?;
    let reconstructions = match array.elements() {
        Elements::F32(floats) if floats.len() == originals.len() => floats,
        other => {
            return Err(Error::RunFolder(experiment::Error::Format {
                path: job.folder.path().join("arrays").join(name + ".idx"),
                problem: format!(
                    "expected {} 32-bit floats, found {} elements of {:?}",
                    originals.len(),
                    other.len(),
                    other.element_type()
                ),
            }));
        }
    };
    points.push(Point {
        step,
        tag: "test samples, reconstructions below".into(),
        value: Value::Image(pairs(shape, &originals, reconstructions)),
    });
    Ok(points)
}

/// Where the points of a training are.
#[derive(Debug)]
struct Axis<'a> {
    training: &'a Training,
    steps_per_epoch: usize,
}

impl Axis<'_> {
    fn points(&self, metrics: &[Metric]) -> Vec<Point> {
        metrics.iter().flat_map(|metric| self.of(metric)).collect()
    }

    /// The last step of `metrics`.
    fn last_step(&self, metrics: &[Metric]) -> usize {
        let mut steps = metrics.iter().rev().filter_map(|metric| match metric {
            Metric::Step { step, .. } => Some(*step),
            Metric::Epoch { .. } | Metric::Evaluation { .. } => None,
        });
        steps.next().unwrap_or(0)
    }

    /// What a line of the metrics log says.
    fn of(&self, metric: &Metric) -> Vec<Point> {
        let end_of = |epoch: usize| (epoch * self.steps_per_epoch) as u64;
        match *metric {
            Metric::Step { step, loss, .. } => {
                if !step.is_multiple_of(self.stride()) {
                    return Vec::new();
                }
                vec![
                    scalar(step as u64, "loss/step", loss),
                    scalar(step as u64, "learning_rate", self.learning_rate(step)),
                ]
            }
            Metric::Epoch {
                epoch, loss, parts, ..
            } => {
                let terms = [("epoch", Some(loss))].into_iter().chain(terms(parts));
                terms
                    .filter_map(|(name, value)| Some((format!("loss/{name}"), value?)))
                    .map(|(tag, value)| scalar(end_of(epoch), &tag, value))
                    .collect()
            }
            Metric::Evaluation { epoch, errors } => {
                let sets = [("validation", errors.validation), ("test", errors.test)];
                let measured = sets
                    .into_iter()
                    .filter_map(|(set, error)| Some((set, error?)));
                measured
                    .flat_map(|(set, error)| {
                        [("loss", error.loss), ("sse", error.sse)]
                            .map(|(what, value)| (format!("{what}/{set}"), value))
                    })
                    .map(|(tag, value)| scalar(end_of(epoch), &tag, value))
                    .collect()
            }
        }
    }

    /// Every how many steps one is shown.
    fn stride(&self) -> usize {
        (self.steps_per_epoch * self.training.epochs)
            .div_ceil(MAX_STEPS)
            .max(1)
    }

    fn learning_rate(&self, step: usize) -> f64 {
        let Training {
            learning_rate,
            schedule,
            epochs,
            ..
        } = self.training;
        learning_rate * schedule.factor(step, self.steps_per_epoch, *epochs)
    }
}

/// The names and values of the terms of a loss.
fn terms(parts: Option<LossParts>) -> [(&'static str, Option<f64>); 3] {
    [
        ("reconstruction", parts.map(|parts| parts.reconstruction)),
        ("penalty", parts.and_then(|parts| parts.penalty)),
        ("kl", parts.and_then(|parts| parts.kl)),
    ]
}

fn scalar(step: u64, tag: &str, value: f64) -> Point {
    Point {
        step,
        tag: tag.into(),
        value: Value::Scalar(value as f32),
    }
}
