//! For all weights, the models agree with the reference: values exactly, gradients nearly.

use convolution::Decoder;
use proptest::{
    option,
    prelude::*,
    sample::{Index, select},
};

use crate::{
    cases::{Case, DECODERS},
    reference::compute,
};

fn assert_exact(found: &[f32], expected: &[f64], what: &str) {
    assert_eq!(found.len(), expected.len(), "{what}");
    for (index, (&found, &expected)) in found.iter().zip(expected).enumerate() {
        assert_eq!(f64::from(found), expected, "{what} {index}");
    }
}

/// Compares all that a model computes with the reference.
fn check(case: &Case) {
    let (model, batch) = (case.model(), case.batch());
    let expected = compute(case.decoder, &case.parameters, &batch, false);
    let output = model.forward(batch.input, Some(batch.code_noise));
    assert_exact(&output.reconstruction, &expected.reconstruction, "pixel");
    assert_exact(&output.code, &expected.code, "unit");

    if batch.code_noise.iter().any(|&noise| noise != 0.0) {
        return; // The loss is that of a code without noise.
    }
    let found = model.loss_and_gradients(batch.input, batch.target, batch.sparsity);
    let error = (found.loss - expected.loss).abs();
    assert!(error <= 1e-6 * expected.loss, "loss differs by {error}");
    assert_eq!(found.gradients.len(), expected.gradients.len());
    let layers = found.gradients.chunks(2).zip(expected.gradients.chunks(2));
    for (layer, (found, expected)) in layers.enumerate() {
        let expected = expected.concat();
        let scale = expected.iter().fold(0.0, |max: f64, g| max.max(g.abs()));
        for (index, (&found, expected)) in found.concat().iter().zip(&expected).enumerate() {
            let error = (f64::from(found) - expected).abs();
            assert!(
                error <= 1e-4 * scale,
                "gradient {index} of layer {layer}: {found} instead of {expected}"
            );
        }
    }
}

fn decoders() -> impl Strategy<Value = Decoder> {
    select(&DECODERS[..])
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10))]

    #[test]
    fn outputs_loss_and_gradients_match_the_reference(
        decoder in decoders(),
        seed: u64,
        images in 1..3_usize,
        sparsity in select(&[0.0, 0.001][..]),
        dead in option::of(any::<Index>()),
    ) {
        let mut case = Case::new(decoder, seed, images);
        case.sparsity = sparsity;
        if let Some(index) = dead {
            case.kill(index);
        }
        check(&case);
    }

    #[test]
    fn noise_on_the_code_is_decoded(decoder in decoders(), seed: u64) {
        let mut case = Case::new(decoder, seed, 2);
        case.add_code_noise(seed);
        check(&case);
    }
}

#[test]
fn a_black_image_gives_what_the_reference_gives() {
    for decoder in DECODERS {
        let mut case = Case::new(decoder, 1, 1);
        case.input.fill(0.0);
        check(&case);
    }
}
