//! The validation losses along a training, which early stopping and the choice of the best weights
//! follow.

use experiment::{Metric, Training};

/// The validation losses that were measured, each with its epoch.
#[derive(Debug)]
pub(crate) struct ValidationLosses(Vec<(usize, f64)>);

impl ValidationLosses {
    /// Those among the metrics of a training.
    pub(crate) fn of(metrics: &[Metric]) -> Self {
        let losses = metrics.iter().filter_map(|metric| match metric {
            Metric::Evaluation { epoch, errors } => Some((*epoch, errors.validation?.loss)),
            Metric::Step { .. } | Metric::Epoch { .. } => None,
        });
        ValidationLosses(losses.collect())
    }

    /// Adds the loss after `epoch`. Returns whether it is the lowest.
    pub(crate) fn add(&mut self, epoch: usize, loss: f64) -> bool {
        let is_lowest = self.0.iter().all(|(_, before)| loss < *before);
        self.0.push((epoch, loss));
        is_lowest
    }

    /// The epoch whose weights are kept, where that is the one of the lowest loss.
    pub(crate) fn best_epoch(&self, training: &Training) -> Option<usize> {
        let lowest = self.0.iter().min_by(|a, b| a.1.total_cmp(&b.1));
        lowest
            .filter(|_| training.best_weights)
            .map(|(epoch, _)| *epoch)
    }

    /// The epoch that was measured last, if early stopping ends the training with it.
    pub(crate) fn early_end(&self, training: &Training) -> Option<usize> {
        let last = self.0.last().map(|(epoch, _)| *epoch);
        last.filter(|_| training.early_stopping.is_some_and(|e| e.ends(&self.0)))
    }
}
