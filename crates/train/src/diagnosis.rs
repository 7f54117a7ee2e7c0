//! Signs that a model no longer learns or no longer responds to its input. Training looks for them
//! after each epoch, the evaluation at the end.

use experiment::Metric;

/// Pixels that differ by less look the same: half a gray level.
const INVISIBLE: f32 = 0.5 / 255.0;
/// The loss is compared with that of this many epochs before.
const STALL_EPOCHS: usize = 3;
/// A loss that changed by at most this share has stalled.
const STALL_CHANGE: f64 = 1e-3;

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

/// Whether the mean losses of the epochs have stopped changing.
pub(crate) fn has_stalled(epoch_losses: &[f64]) -> bool {
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
