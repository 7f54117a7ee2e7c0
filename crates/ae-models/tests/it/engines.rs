//! Every engine agrees with autograd on all models that it says it supports, and the models of the
//! assignment have a fast engine.

use ae_models::{Autoencoder, Objective};
use experiment::{
    Activation, Decoder, DenseSpec, Layer, Loss, Method, ModelSpec, Norm, Operation, Sparsity,
    Variational, assignment,
};
use proptest::{
    collection::vec,
    option,
    prelude::*,
    sample::select,
    test_runner::{Config, RngSeed},
};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use tch::{IndexOp, Tensor};

use crate::support::{assert_equals_autograd, change, difference, draws, model, mse, uniform};

/// Ten times the difference on almost all models: sums of few terms may cancel.
const TOLERANCE: f64 = 1e-4;

/// A model with a batch.
#[derive(Clone, Debug)]
struct Case {
    spec: ModelSpec,
    objective: Objective,
    images: i64,
    /// The share of pixels that are black in every image.
    black_pixels: f64,
    /// The standard deviation of what is added to the input.
    input_noise: f64,
    /// The share of units, or filters, of each layer that are far below zero before its
    /// activation.
    dead_units: f64,
    seed: u64,
}

/// ReLU more often than the others, since engines leave out its units that are zero.
fn activation() -> impl Strategy<Value = Activation> {
    prop_oneof![
        1 => Just(Activation::Relu),
        2 => select(Activation::ALL.to_vec()),
    ]
}

fn dense() -> impl Strategy<Value = ModelSpec> {
    let output = prop_oneof![
        1 => Just(Activation::Relu),
        2 => Just(Activation::Sigmoid),
        2 => select(Activation::ALL.to_vec()),
    ];
    (
        vec(1_usize..40, 1..5),
        any::<prop::sample::Index>(),
        activation(),
        option::of(activation()),
        output,
        (
            select(vec![Norm::None, Norm::None, Norm::Batch]),
            select(vec![0.0, 0.0, 0.4]),
            any::<bool>(),
        ),
    )
        .prop_map(
            |(hidden, code, activation, code_activation, output, (norm, dropout, skips))| {
                ModelSpec::Dense(DenseSpec {
                    skip_connections: skips && hidden.len() > 1,
                    code_layer: Some(1 + code.index(hidden.len())),
                    widths: [vec![784], hidden, vec![784]].concat(),
                    activation,
                    code_activation,
                    output,
                    norm,
                    dropout,
                    ..DenseSpec::default()
                })
            },
        )
}

fn convolutional() -> impl Strategy<Value = ModelSpec> {
    let decoders = vec![Decoder::Unpool, Decoder::Deconv, Decoder::DeconvUnpool];
    select(decoders).prop_map(ModelSpec::convolutional)
}

fn loss(spec: &ModelSpec) -> impl Strategy<Value = Loss> + use<> {
    let output = spec.output();
    let losses = Loss::ALL.into_iter().filter(|loss| loss.accepts(output));
    prop_oneof![
        1 => Just(Loss::Mse),
        2 => select(losses.collect::<Vec<_>>()),
    ]
}

fn case(
    spec: impl Strategy<Value = ModelSpec>,
    images: i64,
    black_pixels: f64,
) -> impl Strategy<Value = Case> {
    let objective = spec.prop_flat_map(|spec| {
        let sparsity = select(vec![0.0, 1e-5, 1e-3]).prop_map(|weight| Sparsity::L1 { weight });
        (loss(&spec), sparsity, Just(spec))
    });
    let share = |max: f64| prop_oneof![Just(0.0), 0.0..=max];
    let inputs = (
        1..=images,
        share(black_pixels),
        share(0.5),
        share(1.0),
        any::<u64>(),
    );
    (objective, inputs).prop_map(
        |((loss, sparsity, spec), (images, black_pixels, input_noise, dead_units, seed))| Case {
            spec,
            objective: Objective { loss, sparsity },
            images,
            black_pixels,
            input_noise,
            dead_units,
            seed,
        },
    )
}

impl Case {
    fn model(&self) -> Autoencoder {
        let mut model = model(&self.spec, self.objective, self.seed);
        for (index, layer) in self.spec.layers().iter().enumerate() {
            // New ones are 1 and 0: no slope would be tested, and a ReLU would decide between zeros.
            if let (Some(name), Operation::BatchNorm) = (&layer.name, &layer.operation) {
                for part in ["weight", "bias"] {
                    change(&mut model, &format!("{name}.{part}"), |values| {
                        *values += uniform(&values.size(), self.seed ^ (1000 + index as u64)) - 0.5;
                    });
                }
            }
            if let (Some(name), true) = (&layer.name, layer.activation != Activation::Linear) {
                change(&mut model, &format!("{name}.bias"), |bias| {
                    let dead = uniform(&bias.size(), self.seed ^ (1 + index as u64));
                    *bias -= dead.lt(self.dead_units).to_kind(bias.kind()) * 3.0;
                });
            }
        }
        model
    }

    /// Input and target, `[N, P]`.
    fn batch(&self) -> (Tensor, Tensor) {
        let black = uniform(&[784], self.seed ^ 100).lt(self.black_pixels);
        let target = uniform(&[self.images, 784], self.seed ^ 101).masked_fill(&black, 0.0);
        let noise = uniform(&[self.images, 784], self.seed ^ 102) - 0.5;
        let input = &target + noise.masked_fill(&black, 0.0) * self.input_noise * 12_f64.sqrt();
        (input, target)
    }
}

/// Whether a change of the input by rounding leaves the gradients as they are. It does not where a
/// ReLU or a pooling decides between numbers that are closer than rounding: another engine may
/// decide otherwise there.
fn is_well_conditioned(model: &Autoencoder, input: &Tensor, target: &Tensor, seed: u64) -> bool {
    let shift = (uniform(&input.size(), seed ^ 103) - 0.5) * 3e-5;
    let (_, expected) = model.loss_and_gradients_autograd(input, target, &mut draws());
    [input + &shift, input - &shift].iter().all(|shifted| {
        let (_, found) = model.loss_and_gradients_autograd(shifted, target, &mut draws());
        let mut pairs = found.iter().zip(&expected);
        pairs.all(|(found, expected)| difference(found, expected) < TOLERANCE)
    })
}

fn check(case: &Case) -> Result<(), TestCaseError> {
    let (mut model, (input, target)) = (case.model(), case.batch());
    let what = format!("{} of {case:?}", model.engine());
    prop_assume!(is_well_conditioned(&model, &input, &target, case.seed));
    assert_equals_autograd(&mut model, &input, &target, TOLERANCE, &what);
    let output = model.forward(&input);
    let unpools = |layer: &Layer| matches!(layer.operation, Operation::MaxUnpool { .. });
    prop_assert_eq!(&model.encode(&input), &output.code, "{}", &what);
    let decoded = model.decode(&output.code);
    prop_assert_eq!(decoded.is_none(), model.layers().iter().any(unpools));
    if let Some(decoded) = decoded {
        prop_assert!(
            difference(&decoded, &output.reconstruction) < TOLERANCE,
            "{}",
            what
        );
    }
    Ok(())
}

/// The same cases each time: whether one depends on rounding must not be left to chance.
fn config(cases: u32) -> Config {
    Config {
        cases,
        rng_seed: RngSeed::Fixed(1),
        failure_persistence: None,
        ..Config::default()
    }
}

proptest! {
    #![proptest_config(config(250))]
    #[test]
    fn dense_models_equal_autograd(case in case(dense(), 12, 0.9)) {
        check(&case)?;
    }
}

proptest! {
    #![proptest_config(config(40))]
    #[test]
    fn convolutional_models_equal_autograd(case in case(convolutional(), 4, 0.0)) {
        check(&case)?;
    }
}

#[test]
fn every_model_of_the_assignment_has_a_fast_engine_on_the_cpu() {
    for experiment in assignment::full(1) {
        if let Method::Autoencoder {
            model: spec,
            training,
        } = &experiment.method
        {
            let model = model(spec, Objective::from(training), 1);
            assert_ne!(model.engine(), "autograd", "{}", experiment.id);
        }
    }
}

#[test]
fn every_activation_and_loss_of_dense_models_has_a_fast_engine() {
    for activation in Activation::ALL {
        for output in Activation::ALL {
            for loss in Loss::ALL.into_iter().filter(|loss| loss.accepts(output)) {
                let spec = ModelSpec::Dense(DenseSpec {
                    activation,
                    output,
                    ..DenseSpec::default()
                });
                let objective = Objective {
                    loss,
                    sparsity: Sparsity::default(),
                };
                assert_eq!(model(&spec, objective, 1).engine(), "dense-cpu", "{spec:?}");
            }
        }
    }
}

#[test]
fn the_running_statistics_are_those_of_autograd() {
    let spec = ModelSpec::Dense(DenseSpec {
        widths: vec![784, 30, 20, 10, 20, 784],
        norm: Norm::Batch,
        ..DenseSpec::default()
    });
    for images in [1, 50] {
        let images = uniform(&[images, 784], 1);
        let (mut fast, reference) = (model(&spec, mse(0.0), 1), model(&spec, mse(0.0), 1));
        assert_eq!(fast.engine(), "dense-cpu");
        for _ in 0..2 {
            fast.loss_and_gradients(&images, &images, &mut draws());
            reference.loss_and_gradients_autograd(&images, &images, &mut draws());
        }
        let pairs = fast.parameters().iter().zip(reference.parameters().iter());
        for ((name, found), (_, expected)) in pairs {
            assert!(difference(found, expected) < 1e-6, "{name}");
        }
    }
}

#[test]
fn dropout_differs_by_draws_and_leaves_the_evaluation_alone() {
    let spec = |dropout| {
        ModelSpec::Dense(DenseSpec {
            widths: vec![784, 100, 10, 100, 784],
            dropout,
            ..DenseSpec::default()
        })
    };
    let images = uniform(&[200, 784], 1);
    let mut dropping = model(&spec(0.5), mse(0.0), 1);
    let mut loss = |seed| {
        let mut draws = ChaCha8Rng::seed_from_u64(seed);
        let (loss, _) = dropping.loss_and_gradients(&images, &images, &mut draws);
        loss.total
    };
    assert_eq!(loss(1), loss(1));
    assert_ne!(loss(1), loss(2));
    let all = model(&spec(0.0), mse(0.0), 1);
    let output = |model: &Autoencoder| model.forward(&images).reconstruction;
    assert_eq!(output(&dropping), output(&all));
}

/// Without a decoder that responds to its code, the sample of a training step changes nothing.
#[test]
fn the_loss_of_a_variational_model_outside_training_has_the_divergence_too() {
    let spec = ModelSpec::Dense(DenseSpec {
        widths: vec![784, 12, 3, 12, 784],
        variational: Some(Variational { beta: 50.0 }),
        ..DenseSpec::default()
    });
    let mut model = model(&spec, mse(0.0), 1);
    change(&mut model, "decoder.0.weight", |weight| {
        let _ = weight.zero_();
    });
    let images = uniform(&[5, 784], 2);
    let (training, _) = model.loss_and_gradients(&images, &images, &mut draws());
    let (_, loss) = model.forward_with_loss(&images);
    let number = |tensor: &Tensor| tensor.double_value(&[]);
    assert!(number(&training.kl.unwrap()) > 1e-4);
    assert_eq!(number(&loss), number(&training.total));
}

#[test]
fn the_largest_units_of_each_code_stay() {
    let spec = |top_k| {
        ModelSpec::Dense(DenseSpec {
            widths: vec![784, 20, 784],
            code_activation: Some(Activation::Linear),
            top_k,
            ..DenseSpec::default()
        })
    };
    let images = uniform(&[5, 784], 1);
    let code = |top_k| model(&spec(top_k), mse(0.0), 1).forward(&images).code;
    let (all, kept) = (code(None), code(Some(3)));
    let least = all.topk(3, -1, true, true).0.i((.., 2..3));
    let expected = all.where_self(&all.ge_tensor(&least), &all.zeros_like());
    assert_eq!(kept, expected);
}

#[test]
fn what_no_fast_engine_supports_is_left_to_autograd() {
    for (tied, top_k) in [(true, None), (false, Some(8))] {
        let spec = ModelSpec::Dense(DenseSpec {
            tied,
            top_k,
            ..DenseSpec::default()
        });
        assert_eq!(model(&spec, mse(0.0), 1).engine(), "autograd");
    }
    let spec = ModelSpec::convolutional(Decoder::Unpool);
    let objective = Objective {
        loss: Loss::L1,
        sparsity: Sparsity::default(),
    };
    assert_eq!(model(&spec, objective, 1).engine(), "autograd");
}

#[test]
fn outputs_of_hidden_layers_are_those_whose_units_can_die() {
    let images = uniform(&[3, 784], 1);
    let sizes = |spec: &ModelSpec| -> Vec<Vec<i64>> {
        let (output, hidden) = model(spec, mse(0.0), 1).forward_with_hidden(&images);
        assert_eq!(output.reconstruction.size(), [3, 784]);
        hidden.iter().map(Tensor::size).collect()
    };
    let dense = ModelSpec::dense(&[784, 6, 4, 5, 784]);
    assert_eq!(sizes(&dense), [[3, 6], [3, 4], [3, 5]]);
    let gelu = ModelSpec::Dense(DenseSpec {
        activation: Activation::Gelu,
        ..DenseSpec::default()
    });
    assert!(sizes(&gelu).is_empty());
    // As printed in the notebook, the third block of this encoder has no ReLU.
    let decoder = Decoder::Unpool;
    let unpool = ModelSpec::convolutional(decoder);
    let maps = [[3, 8, 28, 28], [3, 16, 14, 14], [3, 8, 14, 14]];
    assert_eq!(sizes(&unpool), maps);
}

#[test]
fn the_code_is_the_layer_that_the_specification_names() {
    let widths = vec![784, 4, 9, 7, 784];
    for (code_layer, units) in [(None, 4), (Some(2), 9), (Some(3), 7)] {
        let spec = ModelSpec::Dense(DenseSpec {
            widths: widths.clone(),
            code_layer,
            ..DenseSpec::default()
        });
        let model = model(&spec, mse(0.0), 1);
        let images = uniform(&[2, 784], 1);
        let code = model.forward(&images).code;
        assert_eq!(code.size(), [2, units]);
        let hidden = model.forward_with_hidden(&images).1;
        let layer = code_layer.unwrap_or(1);
        assert_eq!(hidden[layer - 1].i(..), code);
    }
}
