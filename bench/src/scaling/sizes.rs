//! The sizes of the problem that are measured.

use experiment::{Experiment, Method, ModelSpec, PIXELS, Training};
use serde::Serialize;

use crate::{operations, samples::Samples, workloads::TRAINING_IMAGES};

/// How much is measured.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Numbers of images; the model then has 256 hidden units.
    pub images: Vec<usize>,
    /// Numbers of hidden units.
    pub hidden: Vec<usize>,
    /// The number of images on which models of each size are trained.
    pub images_of_hidden: usize,
    /// Numbers of experiments side by side.
    pub jobs: Vec<usize>,
    /// Epochs that count.
    pub epochs: usize,
    /// Repetitions of every measurement.
    pub repeats: u16,
}

/// One size of the problem, with its measurements.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Size {
    pub(super) images: usize,
    pub(super) hidden: usize,
    pub(super) jobs: usize,
    /// Floating-point operations of an epoch.
    pub(super) operations: u64,
    /// Side by side, an epoch takes its share of the time.
    pub(super) epoch_seconds: Samples,
    /// In bytes.
    pub(super) peak_memory: Samples,
}

impl Plan {
    /// Hidden units where images vary.
    pub(super) const HIDDEN: usize = 256;

    /// The plan of the command.
    pub fn new(repeats: u16, jobs: usize) -> Self {
        let mut jobs = vec![1, jobs];
        jobs.dedup();
        Plan {
            images: vec![1_000, 2_000, 5_000, 10_000, 20_000, TRAINING_IMAGES],
            hidden: vec![64, 128, 256, 512, 1_024, 2_048, 4_096],
            images_of_hidden: 10_000,
            jobs,
            epochs: 2,
            repeats,
        }
    }

    /// Every size once, without measurements.
    pub(super) fn sizes(&self) -> Vec<Size> {
        let of_images = self.images.iter().map(|&images| (images, Self::HIDDEN));
        let of_hidden = self
            .hidden
            .iter()
            .map(|&hidden| (self.images_of_hidden, hidden));
        let mut pairs: Vec<(usize, usize)> = of_images.chain(of_hidden).collect();
        pairs.sort_unstable();
        pairs.dedup();
        let sizes = pairs.into_iter().flat_map(|(images, hidden)| {
            self.jobs.iter().map(move |&jobs| Size {
                images,
                hidden,
                jobs,
                operations: images as u64 * operations::per_image(&model(hidden)),
                epoch_seconds: Samples::default(),
                peak_memory: Samples::default(),
            })
        });
        sizes.collect()
    }
}

impl Size {
    /// The experiment that is trained.
    pub(super) fn experiment(&self) -> Experiment {
        Experiment {
            id: format!("hidden-{}", self.hidden),
            method: Method::Autoencoder {
                model: model(self.hidden),
                training: Training {
                    epochs: 1,
                    ..Training::default()
                },
            },
            ..Experiment::default()
        }
    }
}

fn model(hidden: usize) -> ModelSpec {
    ModelSpec::dense(&[PIXELS, hidden, PIXELS])
}
