//! Codes of a search for the least error.

use apply::{Error, TrainedModel, refine};
use experiment::{Activation, DenseSpec, ModelSpec};
use tch::{Device, Kind, Tensor};

use crate::harness::{Fixture, autoencoder, images, methods};

/// A model with a code of six numbers.
fn dense(activation: Activation, code_activation: Activation, output: Activation) -> Fixture {
    Fixture::of(autoencoder(ModelSpec::Dense(DenseSpec {
        widths: vec![784, 20, 6, 20, 784],
        activation,
        code_activation: Some(code_activation),
        output,
        ..DenseSpec::default()
    })))
}

/// What a linear decoder makes of the code of zeros, `[1, P]`, and what one of each number adds to it,
/// `[U, P]`.
fn linear_decoder(model: &TrainedModel) -> (Tensor, Tensor) {
    let decode = |codes: &Tensor| model.decode(codes).unwrap().to_kind(Kind::Double);
    let zero = decode(&Tensor::zeros([1, 6], (Kind::Float, Device::Cpu)));
    let basis = decode(&Tensor::eye(6, (Kind::Float, Device::Cpu))) - &zero;
    (zero, basis)
}

#[test]
fn codes_of_a_linear_decoder_become_the_least_squares_solution() {
    let linear = Activation::Linear;
    let model = dense(linear, linear, linear).load();
    let images = images(9);
    let refined = refine(&model, &images, 4).unwrap();

    let (zero, basis) = linear_decoder(&model);
    let rest = images.to_kind(Kind::Double) - zero;
    let (best, ..) = basis.tr().linalg_lstsq(&rest.tr(), None, "gelsd");
    let least = (rest - best.tr().matmul(&basis)).square();
    let least = least.sum_dim_intlist([1].as_slice(), false, None);
    for (image, sse) in refined.sse.iter().enumerate() {
        let (least, encoder) = (
            least.double_value(&[image as i64]),
            refined.encoder_sse[image],
        );
        assert!(encoder > least * 1.002, "{encoder} {least}");
        assert!((sse - least).abs() < 1e-4 * least, "{sse} {least}");
    }
}

#[test]
fn each_step_reduces_errors_or_keeps_the_code() {
    for (method, decodes) in methods() {
        let model = Fixture::of(method).load();
        let images = images(3);
        if !decodes {
            let error = refine(&model, &images, 1).unwrap_err();
            assert!(matches!(error, Error::NeedsImage { .. }), "{error}");
            continue;
        }
        let mut before = refine(&model, &images, 1).unwrap().encoder_sse;
        for steps in 1..=2 {
            let refined = refine(&model, &images, steps).unwrap();
            let decoded = model.decode(&refined.codes).unwrap();
            let errors = apply::scores::errors(&images, &decoded);
            for ((error, sse), before) in errors.iter().zip(&refined.sse).zip(&before) {
                assert!((error.sse - sse).abs() < 1e-4 * sse, "{error:?} {sse}");
                // But for rounding.
                assert!(*sse < before * (1.0 + 1e-6), "{sse} {before}");
            }
            before = refined.sse;
        }
    }
}

#[test]
fn a_smooth_model_gains_and_an_image_does_not_depend_on_the_others() {
    let model = dense(Activation::Tanh, Activation::Linear, Activation::Sigmoid).load();
    let images = images(5);
    let all = refine(&model, &images, 3).unwrap();
    for (sse, encoder) in all.sse.iter().zip(&all.encoder_sse) {
        assert!(*sse < 0.995 * encoder, "{sse} {encoder}");
    }
    let one = refine(&model, &images.narrow(0, 2, 1), 3).unwrap();
    // Products of other sizes round differently, and differences of them enlarge that.
    assert!(
        one.codes
            .allclose(&all.codes.narrow(0, 2, 1), 0.0, 2e-3, false)
    );
}

/// The least error of each image with a code of numbers that are not below 0, by all choices of those
/// above 0.
fn nonnegative_least_squares(basis: &Tensor, images: &Tensor) -> Vec<f64> {
    let mut least = vec![f64::INFINITY; images.size()[0] as usize];
    for choice in 0..1 << basis.size()[0] {
        let chosen: Vec<i64> = (0..basis.size()[0])
            .filter(|u| choice >> u & 1 == 1)
            .collect();
        let basis = basis.index_select(0, &Tensor::from_slice(&chosen));
        let codes = basis.pinverse(1e-9).mt().matmul(&images.tr()).tr();
        let rest = (images - codes.matmul(&basis)).square();
        for (image, least) in least.iter_mut().enumerate() {
            let image = image as i64;
            if codes.get(image).ge(0.0).all().int64_value(&[]) == 1 {
                *least = least.min(rest.get(image).sum(None).double_value(&[]));
            }
        }
    }
    least
}

#[test]
fn codes_of_relu_become_the_best_that_are_not_below_0() {
    let model = dense(Activation::Linear, Activation::Relu, Activation::Linear).load();
    let images = images(8);
    let codes = model.encode(&images);
    let zeros = |codes: &Tensor| codes.eq(0.0).sum(None).int64_value(&[]);
    assert!((1..48).contains(&zeros(&codes)), "{codes}");
    let refined = refine(&model, &images, 50).unwrap();
    assert!(refined.codes.ge(0.0).all().int64_value(&[]) == 1);
    assert!(
        (1..48).contains(&zeros(&refined.codes)),
        "{}",
        refined.codes
    );
    let (zero, basis) = linear_decoder(&model);
    let least = nonnegative_least_squares(&basis, &(images.to_kind(Kind::Double) - zero));
    for (sse, least) in refined.sse.iter().zip(least) {
        assert!((sse - least).abs() < 1e-4 * least, "{sse} {least}");
    }
}

#[test]
fn numbers_that_top_k_leaves_out_stay_0() {
    let fixture = Fixture::of(autoencoder(ModelSpec::Dense(DenseSpec {
        widths: vec![784, 20, 6, 20, 784],
        activation: Activation::Tanh,
        code_activation: Some(Activation::Linear),
        output: Activation::Sigmoid,
        top_k: Some(2),
        ..DenseSpec::default()
    })));
    let model = fixture.load();
    let images = images(8);
    let codes = model.encode(&images);
    let refined = refine(&model, &images, 2).unwrap();
    assert!(refined.codes.ne_tensor(&codes).any().int64_value(&[]) == 1);
    assert_eq!(refined.codes.ne(0.0), codes.ne(0.0));
}

#[test]
fn codes_stay_in_the_range_of_their_activation() {
    for activation in [Activation::Sigmoid, Activation::Tanh, Activation::Silu] {
        let model = dense(Activation::Tanh, activation, Activation::Sigmoid).load();
        let refined = refine(&model, &images(8), 20).unwrap();
        let [least, largest] = activation.range().map(|end| end as f32);
        let codes: Vec<f32> = Vec::try_from(refined.codes.reshape([-1])).unwrap();
        let is_in = |code: &f32| (least..=largest).contains(code);
        assert!(codes.iter().all(is_in), "{activation:?} {codes:?}");
        // The best codes of these random weights are at ends.
        assert!(codes.contains(&least), "{activation:?} {codes:?}");
    }
}

#[test]
fn a_decoder_that_ignores_its_code_keeps_it() {
    let fixture = dense(Activation::Tanh, Activation::Linear, Activation::Sigmoid);
    let path = fixture.experiment.model_path();
    let mut weights = Tensor::read_safetensors(&path).unwrap();
    for (name, weight) in &mut weights {
        if name.starts_with("decoder.0.") {
            let _ = weight.zero_();
        }
    }
    Tensor::write_safetensors(&weights, &path).unwrap();
    fixture.experiment.seal().unwrap();
    let model = fixture.load();
    let refined = refine(&model, &images(3), 2).unwrap();
    assert_eq!(refined.sse, refined.encoder_sse);
    assert_eq!(refined.codes, model.encode(&images(3)));
}
