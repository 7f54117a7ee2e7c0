//! The assignment's seventeen experiments.

use crate::{Decoder, Experiment, ModelSpec, OutputActivation, PIXELS, Training};

/// All seventeen, in the assignment's order, each with `seed`.
pub fn full(seed: u64) -> Vec<Experiment> {
    let adam = |epochs| Training {
        epochs,
        batch_size: 256,
        learning_rate: 1e-3,
        noise: 0.0,
        sparsity: 0.0,
    };
    let experiment = |id: &str, model, training| Experiment {
        id: id.into(),
        seed,
        training_images: None,
        model,
        training,
    };
    let deep = ModelSpec::dense(&[PIXELS, 512, 256, 128, 30, 128, 256, PIXELS], 4);
    let one_hidden_layer = |hidden| ModelSpec::dense(&[PIXELS, hidden, PIXELS], 1);

    let mut list = vec![
        experiment("pca-30", ModelSpec::Pca { components: 30 }, None),
        experiment("deep-ae-10", deep.clone(), Some(adam(10))),
        experiment("deep-ae-20", deep, Some(adam(20))),
    ];
    for hidden in [64, 128, 256] {
        list.push(experiment(
            &format!("standard-ae-{hidden}"),
            one_hidden_layer(hidden),
            Some(adam(10)),
        ));
    }
    for (name, sparsity) in [("1e-6", 1e-6), ("1e-5", 1e-5), ("1e-4", 1e-4)] {
        list.push(experiment(
            &format!("sparse-ae-{name}"),
            one_hidden_layer(34 * 34),
            Some(Training {
                sparsity,
                ..adam(10)
            }),
        ));
    }
    for noise in [0.3, 0.5, 0.8, 0.9] {
        list.push(experiment(
            &format!("denoising-ae-{noise}"),
            one_hidden_layer(256),
            Some(Training {
                noise,
                learning_rate: 8e-4,
                ..adam(10)
            }),
        ));
    }
    list.push(experiment(
        "manifold-ae",
        ModelSpec::Dense {
            widths: vec![PIXELS, 64, 8, 64, PIXELS],
            code_layer: 2,
            output: OutputActivation::Sigmoid,
        },
        Some(adam(10)),
    ));
    for (name, decoder) in [
        ("unpool", Decoder::Unpool),
        ("deconv", Decoder::Deconv),
        ("deconv-unpool", Decoder::DeconvUnpool),
    ] {
        list.push(experiment(
            &format!("conv-ae-{name}"),
            ModelSpec::Convolutional { decoder },
            Some(adam(10)),
        ));
    }
    list
}

/// The same seventeen, cut to 2,000 training images and one epoch: to see the whole pipeline run
/// in a minute, not to compare figures.
pub fn quick(seed: u64) -> Vec<Experiment> {
    let mut list = full(seed);
    for experiment in &mut list {
        experiment.training_images = Some(2_000);
        if let Some(training) = &mut experiment.training {
            training.epochs = 1;
        }
    }
    list
}
