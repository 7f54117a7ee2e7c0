//! What the finished epochs of a run say: their mean rate, and whether the model has died.

/// A finished epoch.
pub(super) struct Epoch {
    /// Mean loss.
    pub(super) loss: f64,
    /// Training images per second.
    pub(super) images_per_second: f64,
}

/// The mean rate of all epochs but the first, in which libraries choose their kernels and memory is
/// touched for the first time; `None` if there is no other. All epochs have the same number of
/// images, so it is the harmonic mean.
pub(super) fn without_first(epochs: &[Epoch]) -> Option<f64> {
    let counted = epochs.get(1..).filter(|counted| !counted.is_empty())?;
    let seconds: f64 = counted
        .iter()
        .map(|epoch| 1.0 / epoch.images_per_second)
        .sum();
    Some(counted.len() as f64 / seconds)
}

/// Whether the last epoch learned nothing at all: the loss of a dead model moves by rounding only,
/// while the first epochs of a living one take whole percents off it.
pub(super) fn has_died(epochs: &[Epoch]) -> bool {
    let [.., before, last] = epochs else {
        return false;
    };
    (before.loss - last.loss).abs() < 1e-6 * before.loss
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_epoch_does_not_count() {
        let epochs = |rates: &[f64]| {
            let epoch = |&images_per_second| Epoch {
                loss: 0.1,
                images_per_second,
            };
            without_first(&rates.iter().map(epoch).collect::<Vec<_>>())
        };
        assert_eq!(epochs(&[1.0, 100.0, 300.0]), Some(150.0));
        assert_eq!(epochs(&[1.0]), None);
        assert_eq!(epochs(&[]), None);
    }

    #[test]
    fn a_model_whose_loss_moves_by_rounding_only_is_dead() {
        let died = |losses: &[f64]| {
            let epoch = |&loss| Epoch {
                loss,
                images_per_second: 1.0,
            };
            has_died(&losses.iter().map(epoch).collect::<Vec<_>>())
        };
        assert!(died(&[0.2, 0.112, 0.112_000_001]));
        assert!(!died(&[0.112, 0.112, 0.111]));
        assert!(!died(&[0.112]));
    }
}
