//! A model whose batch normalizations are folded into the layers before them computes the same.

use ae_models::{Autoencoder, Objective};
use experiment::{
    Activation, Block, ConvolutionalSpec, Decoder, DenseSpec, ModelSpec, Norm, Operation,
    Variational,
};
use plain_model::PlainModel;
use proptest::{
    collection::vec,
    option,
    prelude::*,
    sample::select,
    test_runner::{Config, RngSeed},
};

use crate::support::{change, difference, model, uniform};

/// Rounding of 32-bit floats over a few layers.
const TOLERANCE: f64 = 2e-5;

fn norm() -> impl Strategy<Value = Norm> {
    select(vec![Norm::None, Norm::Batch, Norm::Batch])
}

fn dense() -> impl Strategy<Value = ModelSpec> {
    let code = prop_oneof![
        Just((None, None)),
        Just((None, Some(3))),
        Just((Some(Variational { beta: 1.0 }), None)),
    ];
    (
        vec(5_usize..30, 1..3),
        select(Activation::ALL.to_vec()),
        (
            norm(),
            select(vec![(false, false), (true, false), (false, true)]),
            select(vec![0.0, 0.3]),
        ),
        code,
    )
        .prop_map(
            |(
                hidden,
                activation,
                (norm, (tied, skip_connections), dropout),
                (variational, top_k),
            )| {
                let back = hidden.iter().rev().copied().collect();
                ModelSpec::Dense(DenseSpec {
                    widths: [vec![40], hidden, vec![4], back, vec![40]].concat(),
                    activation,
                    output: Activation::Sigmoid,
                    norm,
                    tied,
                    skip_connections,
                    dropout,
                    variational,
                    top_k,
                    ..DenseSpec::default()
                })
            },
        )
}

fn convolutional() -> impl Strategy<Value = ModelSpec> {
    let any_norm = || select(vec![Norm::None, Norm::Batch, Norm::Group]);
    let block = (2_usize..6, any_norm(), 1_usize..3).prop_map(|(filters, norm, pool)| Block {
        filters,
        norm,
        pool,
        ..Block::default()
    });
    let decoders = vec![Decoder::Unpool, Decoder::Deconv, Decoder::DeconvUnpool];
    (
        vec(block, 1..4),
        select(decoders),
        option::of(Just(Variational { beta: 1.0 })),
    )
        .prop_map(|(blocks, decoder, variational)| {
            ModelSpec::Convolutional(ConvolutionalSpec {
                image: Some([2, 16, 16]),
                blocks,
                decoder,
                variational,
                ..ConvolutionalSpec::default()
            })
        })
}

/// A model whose normalizations are not those of a new one.
fn trained(spec: &ModelSpec, seed: u64) -> Autoencoder {
    let mut trained = model(spec, Objective::default(), seed);
    for (index, layer) in spec.layers().iter().enumerate() {
        if let (Some(name), Operation::BatchNorm) = (&layer.name, &layer.operation) {
            for part in ["weight", "bias"] {
                change(&mut trained, &format!("{name}.{part}"), |values| {
                    *values += uniform(&values.size(), seed ^ (1000 + index as u64)) - 0.5;
                });
            }
        }
    }
    // Steps of a training move the running statistics.
    let images = uniform(&[8, spec.pixels() as i64], seed ^ 1) * 3;
    trained.loss_and_gradients(&images, &images, &mut crate::support::draws());
    trained
}

proptest! {
    #![proptest_config(Config {
        cases: 48,
        rng_seed: RngSeed::Fixed(13),
        failure_persistence: None,
        ..Config::default()
    })]

    #[test]
    fn a_folded_model_equals_the_trained_one(
        spec in prop_oneof![dense(), convolutional()],
        seed in any::<u64>(),
    ) {
        let folder = tempfile::tempdir().unwrap();
        let [path, plain_path] = ["model", "plain"].map(|name| folder.path().join(name));
        let trained = trained(&spec, seed);
        trained.parameters().save(&path).unwrap();

        let mut plain = PlainModel::open(&path, &spec).unwrap();
        let is_norm = |layer: &experiment::Layer| layer.operation == Operation::BatchNorm;
        prop_assert!(!plain.layers().iter().any(is_norm));
        plain.write(&plain_path, Default::default()).unwrap();
        let mut folded = model(plain.spec(), Objective::default(), seed ^ 2);
        folded.parameters_mut().load(&plain_path).unwrap();

        let images = uniform(&[5, spec.pixels() as i64], seed ^ 3);
        let [expected, found] = [&trained, &folded].map(|model| model.forward_autograd(&images, None));
        prop_assert!(difference(&found.code, &expected.code) <= TOLERANCE);
        prop_assert!(difference(&found.reconstruction, &expected.reconstruction) <= TOLERANCE);
    }
}
