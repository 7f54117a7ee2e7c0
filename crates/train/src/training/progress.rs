//! What a training reports while it runs. The library prints nothing: the caller decides where this
//! is shown.

use experiment::{Evaluation, HeldOutErrors, LossParts};

/// Receives the progress of one experiment. By default nothing is shown.
pub trait Progress {
    /// Training resumes after `share` of all its steps, from 0 to 1.
    fn resume_at(&self, share: f64) {
        _ = share;
    }

    /// A step used `images` images.
    fn advance(&self, images: usize) {
        _ = images;
    }

    /// An epoch has ended.
    fn epoch_done(&self, epoch: &EpochSummary) {
        _ = epoch;
    }

    /// The user stopped the training, which is saved.
    fn interrupted(&self) {}

    /// The experiment is complete.
    fn done(&self, evaluation: &Evaluation) {
        _ = evaluation;
    }
}

/// The result of an epoch.
#[derive(Clone, Debug)]
pub struct EpochSummary {
    /// Counted from 1.
    pub epoch: usize,
    /// The number of epochs of the training.
    pub epochs: usize,
    /// Mean loss of the steps, weighted by their images.
    pub loss: f64,
    /// The means of its terms, if it has more than one.
    pub parts: Option<LossParts>,
    /// Training speed, over the part of the epoch that ran without interruption.
    pub images_per_second: f64,
    /// The errors on other images, where they were measured.
    pub errors: Option<HeldOutErrors>,
    /// What is wrong with the model, in a few words.
    pub warning: Option<String>,
}

/// Shows nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct Silent;

impl Progress for Silent {}
