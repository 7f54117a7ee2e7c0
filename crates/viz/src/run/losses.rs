//! What `metrics.jsonl` says about a training.

use experiment::Metric;

use super::seed::SeedResults;

/// Mean loss of each epoch, from the first.
pub fn epoch_losses(metrics: &[Metric]) -> Vec<f64> {
    let loss = |metric: &Metric| match *metric {
        Metric::Epoch { loss, .. } => Some(loss),
        Metric::Step { .. } | Metric::Evaluation { .. } => None,
    };
    metrics.iter().filter_map(loss).collect()
}

impl SeedResults {
    /// Mean loss of each epoch, from the first.
    pub fn epoch_losses(&self) -> Vec<f64> {
        epoch_losses(&self.metrics)
    }

    /// Whether its errors on validation images were measured along the training.
    pub fn has_validation_losses(&self) -> bool {
        let is_of_validation = |metric: &Metric| match metric {
            Metric::Evaluation { errors, .. } => errors.validation.is_some(),
            Metric::Step { .. } | Metric::Epoch { .. } => false,
        };
        self.metrics.iter().any(is_of_validation)
    }

    /// The loss on images that the model is not trained on, with the epochs after which it was
    /// measured: on the validation images, or else on the test images.
    pub fn held_out_losses(&self) -> Vec<(f64, f64)> {
        let loss = |metric: &Metric| match metric {
            Metric::Evaluation { epoch, errors } => {
                let error = errors.validation.or(errors.test)?;
                Some((*epoch as f64, error.loss))
            }
            Metric::Step { .. } | Metric::Epoch { .. } => None,
        };
        self.metrics.iter().filter_map(loss).collect()
    }

    /// The squared error of a validation image, of the weights that were kept.
    pub fn validation_sse(&self) -> Option<f64> {
        let best = self.evaluation.training.as_ref()?.best_epoch;
        self.metrics.iter().rev().find_map(|metric| match metric {
            Metric::Evaluation { epoch, errors } if best.is_none_or(|best| best == *epoch) => {
                Some(errors.validation?.sse)
            }
            _ => None,
        })
    }

    /// Mean loss of the last epoch.
    pub fn last_loss(&self) -> Option<f64> {
        self.epoch_losses().last().copied()
    }

    /// Loss of the very last batch.
    pub fn last_batch_loss(&self) -> Option<f64> {
        self.metrics.iter().rev().find_map(|metric| match metric {
            Metric::Step { loss, .. } => Some(*loss),
            Metric::Epoch { .. } | Metric::Evaluation { .. } => None,
        })
    }

    /// Duration of training in seconds, from the images and the speed of each epoch.
    pub fn training_seconds(&self) -> f64 {
        let seconds = |metric: &Metric| match *metric {
            Metric::Epoch {
                images,
                images_per_second,
                ..
            } => Some(images as f64 / images_per_second),
            Metric::Step { .. } | Metric::Evaluation { .. } => None,
        };
        let seconds = self.metrics.iter().filter_map(seconds);
        seconds.filter(|seconds| seconds.is_finite()).sum()
    }
}
