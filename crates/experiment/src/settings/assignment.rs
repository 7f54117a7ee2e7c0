//! The assignment's seventeen experiments.

use super::{
    Activation, Corruption, Decoder, DenseSpec, Experiment, Method, ModelSpec, Sparsity, Training,
};
use crate::PIXELS;

/// The experiment of part 5, the only one of whose codes with noise there are claims.
pub const MANIFOLD: &str = "manifold-ae";

/// Whether an experiment is one of the assignment's: it has the name and the model of one, and MNIST as
/// it is.
pub fn has(experiment: &Experiment) -> bool {
    let all = full(Experiment::DEFAULT_SEED);
    let planned = all.iter().find(|planned| planned.id == experiment.id);
    let has_model = |planned: &Experiment| planned.method.has_model_of(&experiment.method);
    experiment.data.is_default() && planned.is_some_and(has_model)
}

/// All seventeen, in the assignment's order, each with `seed`.
pub fn full(seed: u64) -> Vec<Experiment> {
    let experiment = |id: &str, method| Experiment {
        id: id.into(),
        seed,
        method,
        ..Experiment::default()
    };
    let autoencoder = |id: &str, model: &ModelSpec, training| {
        let model = model.clone();
        experiment(id, Method::Autoencoder { model, training })
    };
    let deep = ModelSpec::dense(&[PIXELS, 512, 256, 128, 30, 128, 256, PIXELS]);
    let one_hidden_layer = |hidden| ModelSpec::dense(&[PIXELS, hidden, PIXELS]);

    let mut list = vec![experiment("pca-30", Method::Pca { components: 30 })];
    for epochs in [10, 20] {
        let training = Training {
            epochs,
            ..Training::default()
        };
        list.push(autoencoder(&format!("deep-ae-{epochs}"), &deep, training));
    }
    for hidden in [64, 128, 256] {
        let (id, model) = (format!("standard-ae-{hidden}"), one_hidden_layer(hidden));
        list.push(autoencoder(&id, &model, Training::default()));
    }
    for (name, weight) in [("1e-6", 1e-6), ("1e-5", 1e-5), ("1e-4", 1e-4)] {
        let training = Training {
            sparsity: Sparsity::L1 { weight },
            ..Training::default()
        };
        let (id, model) = (format!("sparse-ae-{name}"), one_hidden_layer(34 * 34));
        list.push(autoencoder(&id, &model, training));
    }
    for std in [0.3, 0.5, 0.8, 0.9] {
        let training = Training {
            learning_rate: 8e-4,
            corruption: vec![Corruption::Gaussian { std, clip: false }],
            ..Training::default()
        };
        let (id, model) = (format!("denoising-ae-{std}"), one_hidden_layer(256));
        list.push(autoencoder(&id, &model, training));
    }
    let manifold = ModelSpec::Dense(DenseSpec {
        widths: vec![PIXELS, 64, 8, 64, PIXELS],
        output: Activation::Sigmoid,
        ..DenseSpec::default()
    });
    list.push(autoencoder(MANIFOLD, &manifold, Training::default()));
    for (name, decoder) in [
        ("unpool", Decoder::Unpool),
        ("deconv", Decoder::Deconv),
        ("deconv-unpool", Decoder::DeconvUnpool),
    ] {
        let (id, model) = (format!("conv-ae-{name}"), ModelSpec::convolutional(decoder));
        list.push(autoencoder(&id, &model, Training::default()));
    }
    list
}

/// The same seventeen, cut to 2,000 training images and one epoch: to see the whole pipeline run
/// in a minute, not to compare figures.
pub fn quick(seed: u64) -> Vec<Experiment> {
    let mut list = full(seed);
    for experiment in &mut list {
        experiment.training_images = Some(2_000);
        if let Some(training) = experiment.method.training_mut() {
            training.epochs = 1;
        }
    }
    list
}
