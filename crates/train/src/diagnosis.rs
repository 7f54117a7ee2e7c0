//! Signs that a model no longer learns or no longer responds to its input. Training looks for them
//! after each epoch, the evaluation at the end.

use experiment::{Layer, Metric, Operation, Part, Training};

/// Pixels that differ by less look the same: half a gray level.
const INVISIBLE: f32 = 0.5 / 255.0;
/// The loss is compared with that of this many epochs before.
const STALL_EPOCHS: usize = 3;
/// A loss that changed by at most this share has stalled.
const STALL_CHANGE: f64 = 1e-3;
/// A loss says nothing once a schedule has made the learning rate less than this share of itself: then
/// every loss stops changing.
const STALL_RATE: f64 = 0.1;

/// Whether all reconstructions, N x P at 0-1 scale with `numbers` for P, look the same. A single one
/// says nothing: it cannot differ from another.
pub(crate) fn is_constant(reconstructions: &[f32], numbers: usize) -> bool {
    let first = &reconstructions[..numbers];
    let mut images = reconstructions.chunks_exact(numbers);
    images.len() > 1
        && images.all(|image| {
            image
                .iter()
                .zip(first)
                .all(|(a, b)| (a - b).abs() < INVISIBLE)
        })
}

/// The numbers, from 1 at the image, of the hidden layers whose units can die, in order. A
/// normalization is part of the layer before it; what has no weights is no layer here.
pub(crate) fn hidden_layers_that_can_die(layers: &[Layer]) -> Vec<usize> {
    let mut number = 0;
    let mut numbers = Vec::new();
    let hidden = &layers[..layers.len().saturating_sub(1)];
    for layer in hidden.iter().filter(|l| l.part != Part::LogVariance) {
        let is_tied = matches!(layer.operation, Operation::TiedLinear { .. });
        if is_tied || layer.weight_shape().is_some() {
            number += 1;
        }
        if layer.activation.can_die() {
            numbers.push(number);
        }
    }
    numbers
}

/// Whether the mean losses of the epochs of a training have stopped changing, although its learning rate
/// could change them.
pub(crate) fn has_stalled(epoch_losses: &[f64], training: &Training) -> bool {
    let epoch = epoch_losses.len();
    if epoch == 0 || training.schedule.factor(epoch, 1, training.epochs) < STALL_RATE {
        return false;
    }
    let mut latest = epoch_losses.iter().rev();
    let (Some(last), Some(before)) = (latest.next(), latest.nth(STALL_EPOCHS - 1)) else {
        return false;
    };
    (last - before).abs() <= STALL_CHANGE * before.abs()
}

/// The mean losses of the complete epochs.
pub(crate) fn epoch_losses(metrics: &[Metric]) -> Vec<f64> {
    metrics
        .iter()
        .filter_map(|metric| match metric {
            Metric::Epoch { loss, .. } => Some(*loss),
            Metric::Step { .. } | Metric::Evaluation { .. } => None,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use experiment::Schedule;

    use super::*;

    #[test]
    fn a_loss_that_has_not_moved_for_three_epochs_has_stalled() {
        let stalled = |losses: &[f64]| has_stalled(losses, &Training::default());
        assert!(!stalled(&[]));
        assert!(!stalled(&[0.1, 0.1, 0.1]));
        assert!(stalled(&[0.1, 0.1, 0.1, 0.1]));
        assert!(!stalled(&[0.1, 0.1, 0.1, 0.0998]));
    }

    #[test]
    fn a_loss_at_the_end_of_a_schedule_has_not_stalled() {
        let stalled = |epoch: usize, schedule: Schedule| {
            let training = Training {
                epochs: 40,
                schedule,
                ..Training::default()
            };
            has_stalled(&vec![0.1; epoch], &training)
        };
        let cosine = Schedule::Cosine {
            warmup_epochs: 2,
            minimum: 0.0,
        };
        assert!(stalled(20, cosine));
        assert!(!stalled(40, cosine));
        let step = Schedule::Step {
            every_epochs: 15,
            factor: 0.1,
            warmup_epochs: 0,
        };
        assert!(stalled(30, step));
        assert!(!stalled(31, step));
    }
}
