//! What is wrong with a model at the end of an epoch, as far as one batch shows it.

use ae_models::Autoencoder;
use tch::Tensor;

use crate::{
    diagnosis::{hidden_layers_that_can_die, is_constant},
    tensors::{count, to_floats},
};

/// What is wrong with a model at the end of an epoch, in a few words, as far as a batch of inputs,
/// `[N, P]`, shows it, and whether the loss has stalled.
pub(crate) fn warning(model: &Autoencoder, input: &Tensor, has_stalled: bool) -> Option<String> {
    let _no_grad = tch::no_grad_guard();
    let (output, hidden) = model.forward_with_hidden(input);
    let mut warnings = Vec::new();
    let numbers = input.size()[1] as usize;
    if is_constant(&to_floats(&output.reconstruction), numbers) {
        warnings.push("constant output".to_owned());
    }
    for (layer, output) in hidden_layers_that_can_die(model.layers())
        .iter()
        .zip(&hidden)
    {
        if count(&output.gt(0.0)) == 0 {
            warnings.push(format!("hidden layer {layer} is all zero"));
        }
    }
    if has_stalled {
        warnings.push("loss stalled".to_owned());
    }
    (!warnings.is_empty()).then(|| warnings.join(", "))
}

#[cfg(test)]
mod tests {
    use ae_models::Objective;
    use experiment::{Activation, DenseSpec, ModelSpec, Norm, PIXELS, Variational};
    use tch::{Device, Kind};

    use super::*;
    use crate::random::{RngStream, generator};

    /// A model 784-6-4-784 that responds to its input.
    fn model() -> Autoencoder {
        of(&ModelSpec::dense(&[PIXELS, 6, 4, PIXELS]))
    }

    fn of(spec: &ModelSpec) -> Autoencoder {
        let mut rng = generator(1, RngStream::Weights, 0);
        Autoencoder::new(spec, Objective::default(), &mut rng, Device::Cpu)
    }

    /// The same with one of its parameters set to a value throughout.
    fn with(name: &str, value: f64) -> Autoencoder {
        set(model(), name, value)
    }

    fn set(mut model: Autoencoder, name: &str, value: f64) -> Autoencoder {
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
    fn a_healthy_model_gets_no_warning() {
        assert_eq!(warning(&model(), &batch(5), false), None);
    }

    #[test]
    fn a_constant_output_shows_in_a_batch() {
        let black = with("decoder.0.bias", -1e3);
        assert_eq!(
            warning(&black, &batch(5), false).as_deref(),
            Some("constant output")
        );
        let gray = with("decoder.0.weight", 0.0);
        assert_eq!(
            warning(&gray, &batch(2), false).as_deref(),
            Some("constant output")
        );
        assert_eq!(warning(&gray, &batch(1), false), None);
    }

    #[test]
    fn a_dead_layer_is_named() {
        let second = with("encoder.2.bias", -1e3);
        assert_eq!(
            warning(&second, &batch(5), false).as_deref(),
            Some("constant output, hidden layer 2 is all zero")
        );
    }

    #[test]
    fn a_dead_layer_has_its_number_among_all_layers() {
        let dense = |spec: DenseSpec| {
            of(&ModelSpec::Dense(DenseSpec {
                widths: vec![PIXELS, 6, 4, 5, PIXELS],
                ..spec
            }))
        };
        let linear_code = DenseSpec {
            code_activation: Some(Activation::Linear),
            ..DenseSpec::default()
        };
        let variational = DenseSpec {
            variational: Some(Variational::default()),
            ..DenseSpec::default()
        };
        for spec in [linear_code, variational] {
            let dead = set(dense(spec), "decoder.0.bias", -1e3);
            let found = warning(&dead, &batch(5), false);
            let expected = "constant output, hidden layer 3 is all zero";
            assert_eq!(found.as_deref(), Some(expected));
        }
        let normalized = dense(DenseSpec {
            norm: Norm::Batch,
            ..DenseSpec::default()
        });
        let found = warning(&set(normalized, "decoder.1.bias", -1e3), &batch(5), false);
        assert!(found.unwrap().ends_with("hidden layer 3 is all zero"));
    }

    #[test]
    fn a_stalled_loss_is_reported() {
        let found = warning(&model(), &batch(5), true);
        assert_eq!(found.as_deref(), Some("loss stalled"));
    }
}
