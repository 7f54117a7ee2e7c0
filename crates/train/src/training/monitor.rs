//! Whether a model still responds to its input and still learns: after training over the whole
//! test set, and at the end of each epoch by a glance at one batch.

use ae_models::Autoencoder;
use experiment::{Health, Metric, PIXELS};
use tch::Tensor;

use crate::{
    data::evaluation_images::to_floats,
    evaluation::reconstructions::lit_pixels,
    evaluation::test_pass::{TestSet, count},
};

/// Pixels that differ by less look the same: half a grey level.
const INVISIBLE: f32 = 0.5 / 255.0;
/// The loss is compared to that of so many epochs before.
const STALL_EPOCHS: usize = 3;
/// The least share of the loss that it must have changed by.
const STALL_CHANGE: f64 = 1e-3;

/// The health of a trained model; `epoch_losses` are the mean losses of its epochs.
pub(crate) fn health(
    test: &TestSet,
    epoch_losses: &[f64],
    stopped_after_epoch: Option<usize>,
) -> Health {
    let hidden_units: usize = test.living.iter().map(Tensor::numel).sum();
    let living_units: usize = test.living.iter().map(count).sum();
    let pair = &test.pair;
    let pixels = lit_pixels(&pair.images).into_iter();
    let pixels = pixels.zip(lit_pixels(&pair.reconstructions));
    Health {
        hidden_units,
        dead_hidden_units: hidden_units - living_units,
        dead_output_pixels: pixels.filter(|(image, output)| *image && !output).count(),
        constant_output: is_constant(&pair.reconstructions),
        loss_stalled: has_stalled(epoch_losses),
        stopped_after_epoch,
    }
}

/// What is wrong with a model at the end of an epoch, in a few words, as far as a batch of inputs,
/// `[N, P]`, and the mean losses of the epochs show it.
pub(crate) fn warning(model: &Autoencoder, input: &Tensor, epoch_losses: &[f64]) -> Option<String> {
    let _no_grad = tch::no_grad_guard();
    let (output, hidden) = model.forward_with_hidden(input);
    let mut warnings = Vec::new();
    // Of a single image nothing can be said: its reconstruction cannot differ from another's.
    if input.size()[0] > 1 && is_constant(&to_floats(&output.reconstruction)) {
        warnings.push("constant output".to_owned());
    }
    for (layer, output) in (1..).zip(&hidden) {
        if count(&output.gt(0.0)) == 0 {
            warnings.push(format!("hidden layer {layer} is all zero"));
        }
    }
    if has_stalled(epoch_losses) {
        warnings.push("loss stalled".to_owned());
    }
    (!warnings.is_empty()).then(|| warnings.join(", "))
}

/// The mean losses of the finished epochs.
pub(crate) fn epoch_losses(metrics: &[Metric]) -> Vec<f64> {
    let losses = metrics.iter().filter_map(|metric| match metric {
        Metric::Epoch { loss, .. } => Some(*loss),
        Metric::Step { .. } => None,
    });
    losses.collect()
}

fn has_stalled(epoch_losses: &[f64]) -> bool {
    let mut latest = epoch_losses.iter().rev();
    let (Some(last), Some(before)) = (latest.next(), latest.nth(STALL_EPOCHS - 1)) else {
        return false;
    };
    (last - before).abs() <= STALL_CHANGE * before.abs()
}

/// Whether all reconstructions, N x P at 0-1 scale, look the same.
fn is_constant(reconstructions: &[f32]) -> bool {
    let first = &reconstructions[..PIXELS];
    reconstructions.chunks_exact(PIXELS).all(|image| {
        let pairs = image.iter().zip(first);
        pairs.into_iter().all(|(a, b)| (a - b).abs() < INVISIBLE)
    })
}

#[cfg(test)]
mod tests {
    use ae_models::Objective;
    use experiment::ModelSpec;
    use tch::{Device, Kind};

    use super::*;
    use crate::random::{Purpose, generator};

    /// A model 784-6-4-784 that responds to its input.
    fn model() -> Autoencoder {
        let spec = ModelSpec::dense(&[PIXELS, 6, 4, PIXELS]);
        let mut rng = generator(1, "small", Purpose::Weights, 0);
        Autoencoder::new(&spec, Objective::default(), &mut rng, Device::Cpu)
    }

    /// The same with one of its parameters set to a value throughout.
    fn with(name: &str, value: f64) -> Autoencoder {
        let mut model = model();
        let index = model.parameters().names().iter().position(|n| n == name);
        let _no_grad = tch::no_grad_guard();
        let _ = model.parameters_mut().tensors_mut()[index.unwrap()].fill_(value);
        model
    }

    fn batch(count: i64) -> Tensor {
        let pixels = Tensor::arange(count * PIXELS as i64, (Kind::Float, Device::Cpu));
        (pixels.sin() + 1.0).view([count, PIXELS as i64]) / 2.0
    }

    #[test]
    fn a_living_model_is_not_warned_of() {
        assert_eq!(warning(&model(), &batch(5), &[0.3, 0.2, 0.1, 0.05]), None);
    }

    #[test]
    fn a_constant_output_is_seen_in_a_batch() {
        let black = with("decoder.0.bias", -1e3);
        assert_eq!(
            warning(&black, &batch(5), &[]).as_deref(),
            Some("constant output")
        );
        let grey = with("decoder.0.weight", 0.0);
        assert_eq!(
            warning(&grey, &batch(2), &[]).as_deref(),
            Some("constant output")
        );
        assert_eq!(warning(&grey, &batch(1), &[]), None);
    }

    #[test]
    fn a_dead_layer_is_named() {
        let second = with("encoder.2.bias", -1e3);
        assert_eq!(
            warning(&second, &batch(5), &[]).as_deref(),
            Some("constant output, hidden layer 2 is all zero")
        );
    }

    #[test]
    fn a_stalled_loss_is_told_as_soon_as_three_epochs_show_it() {
        let told = |losses: &[f64]| warning(&model(), &batch(5), losses);
        assert_eq!(told(&[0.1, 0.1, 0.1]), None);
        assert_eq!(told(&[0.1, 0.1, 0.1, 0.1]).as_deref(), Some("loss stalled"));
        assert_eq!(told(&[0.1, 0.1, 0.1, 0.0998]), None);
    }
}
