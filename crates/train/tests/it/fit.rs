//! Training on a few made-up images: an interruption changes no bit, and a model that can no longer
//! learn is found.

use std::{cell::Cell, fs, path::Path};

use ae_models::{Autoencoder, Objective};
use experiment::{
    Augmentation, Corruption, Decoder, DenseSpec, Experiment, ExperimentFolder, Method, Metric,
    ModelSpec, Norm, Optimizer, RunFolder, Schedule, Sparsity, Training, Variational,
};
use safetensors::SafeTensors;
use tch::{Device, Kind, Tensor};
use tempfile::TempDir;
use train::{
    data::{Epoch, TrainingImages},
    evaluation::evaluate,
    random::{RngStream, generator},
    run::device::prepare_thread,
    training::{Outcome, Silent, fit},
};

use crate::small;

fn training() -> Training {
    Training {
        epochs: 3,
        batch_size: 16,
        sparsity: Sparsity::L1 { weight: 1e-5 },
        ..Training::default()
    }
}

fn with(model: ModelSpec, training: Training) -> Experiment {
    Experiment {
        id: "small".into(),
        seed: 3,
        method: Method::Autoencoder { model, training },
        ..Experiment::default()
    }
}

/// A model with 8 hidden units.
fn experiment() -> Experiment {
    with(ModelSpec::dense(&[784, 8, 784]), training())
}

fn folder(root: &Path) -> ExperimentFolder {
    RunFolder::new(root).experiment("small")
}

/// Trains until `steps` steps are taken.
fn run(experiment: &Experiment, folder: &ExperimentFolder, steps: usize) -> Outcome {
    prepare_thread(1);
    let left = Cell::new(steps);
    let stop = || match left.get() {
        0 => true,
        steps => {
            left.set(steps - 1);
            false
        }
    };
    let bytes = small::training_images();
    let images = TrainingImages::new(&bytes, Device::Cpu);
    fit(experiment, &images, folder, Device::Cpu, &Silent, &stop).unwrap()
}

/// Trains to the end; returns the model's file, and the epoch after which a dead model was stopped.
fn finish(experiment: &Experiment, folder: &ExperimentFolder) -> (Vec<u8>, Option<usize>) {
    match run(experiment, folder, usize::MAX) {
        Outcome::Finished {
            stopped_after_epoch,
            ..
        } => (fs::read(folder.model_path()).unwrap(), stopped_after_epoch),
        Outcome::Interrupted => panic!("nobody interrupted it"),
    }
}

#[test]
fn the_loss_falls_and_every_step_is_recorded() {
    let root = TempDir::new().unwrap();
    let folder = folder(root.path());
    finish(&experiment(), &folder);
    let metrics = folder.metrics().unwrap();
    let epochs: Vec<f64> = metrics
        .iter()
        .filter_map(|m| match m {
            Metric::Epoch { loss, .. } => Some(*loss),
            Metric::Step { .. } => None,
        })
        .collect();
    let steps: Vec<f64> = metrics
        .iter()
        .filter_map(|m| match m {
            Metric::Step { loss, .. } => Some(*loss),
            Metric::Epoch { .. } => None,
        })
        .collect();
    assert_eq!((epochs.len(), steps.len()), (3, 12));
    assert!(epochs[2] < epochs[0], "{epochs:?}");
    // Batches of 16, 16, 16 and 2 images.
    let weighted = (16.0 * (steps[0] + steps[1] + steps[2]) + 2.0 * steps[3]) / 50.0;
    assert!((epochs[0] - weighted).abs() < 1e-12);
}

#[test]
fn resuming_from_any_step_changes_no_bit() {
    let decoder = Decoder::DeconvUnpool;
    let convolutional = ModelSpec::convolutional(decoder);
    let convolutional = with(convolutional, training());
    let everything = Training {
        schedule: Schedule::Cosine { warmup_epochs: 1 },
        optimizer: Optimizer::Adam {
            beta1: 0.8,
            beta2: 0.99,
            epsilon: 1e-6,
        },
        augmentation: vec![Augmentation::Shift { pixels: 2 }],
        corruption: vec![
            Corruption::Gaussian { std: 0.5 },
            Corruption::Gaussian { std: 0.1 },
        ],
        ..training()
    };
    let everything = with(ModelSpec::dense(&[784, 8, 784]), everything);
    let random = ModelSpec::Dense(DenseSpec {
        widths: vec![784, 8, 4, 8, 784],
        dropout: 0.3,
        variational: Some(Variational::default()),
        norm: Norm::Batch,
        ..DenseSpec::default()
    });
    let random = with(random, training());
    for experiment in [experiment(), convolutional, everything, random] {
        let root = TempDir::new().unwrap();
        let whole = folder(&root.path().join("whole"));
        let (model, _) = finish(&experiment, &whole);
        for stop_after in 1..12 {
            let cut = folder(&root.path().join(format!("cut-{stop_after}")));
            let outcome = run(&experiment, &cut, stop_after);
            assert!(matches!(outcome, Outcome::Interrupted));
            let (resumed, _) = finish(&experiment, &cut);
            assert!(
                model == resumed,
                "{experiment:?}, stopped after step {stop_after}"
            );
            assert_eq!(
                losses(&whole),
                losses(&cut),
                "stopped after step {stop_after}"
            );
        }
    }
}

fn losses(folder: &ExperimentFolder) -> Vec<(usize, u64)> {
    let metrics = folder.metrics().unwrap();
    let loss = |metric: &Metric| match metric {
        Metric::Step { step, loss, .. } => (*step, loss.to_bits()),
        Metric::Epoch { epoch, loss, .. } => (*epoch, loss.to_bits()),
    };
    metrics.iter().map(loss).collect()
}

#[test]
fn a_model_that_cannot_move_is_stopped_when_the_momentum_has_faded() {
    let root = TempDir::new().unwrap();
    let folder = folder(root.path());
    let spec = ModelSpec::dense(&[784, 8, 784]);
    let training = Training {
        epochs: 80,
        batch_size: 16,
        learning_rate: 10.0,
        ..Training::default()
    };
    let experiment = with(spec.clone(), training);
    // With steps this large every output unit is driven far below zero.
    let (_, stopped_after_epoch) = finish(&experiment, &folder);
    let epoch = stopped_after_epoch.expect("a dead model");
    assert!((50..60).contains(&epoch), "of 4 steps each: {epoch}");
    let mut rng = generator(0, "", RngStream::Weights, 0);
    let mut model = Autoencoder::new(&spec, Objective::default(), &mut rng, Device::Cpu);
    model.parameters_mut().load(&folder.model_path()).unwrap();
    let bytes = small::training_images();
    let images = TrainingImages::new(&bytes, Device::Cpu);
    let training = experiment.method.training().unwrap();
    let epoch = Epoch::new(&experiment, training, &images, 1);
    let output = model.forward(epoch.batch(0).input()).reconstruction;
    assert_eq!(output.abs().max().double_value(&[]), 0.0);

    let evaluation = evaluate(
        &model,
        &experiment,
        stopped_after_epoch,
        &small::images(),
        &folder,
        Device::Cpu,
    );
    let health = evaluation.unwrap().health;
    assert!(health.constant_output);
    assert!(health.dead_output_pixels > 0);
    assert_eq!(health.stopped_after_epoch, stopped_after_epoch);
}

#[test]
fn resuming_without_the_metrics_of_a_checkpoint_is_refused() {
    let root = TempDir::new().unwrap();
    let folder = folder(root.path());
    run(&experiment(), &folder, 6);
    fs::remove_file(folder.path().join("metrics.jsonl")).unwrap();
    let error = fit(
        &experiment(),
        &TrainingImages::new(&small::training_images(), Device::Cpu),
        &folder,
        Device::Cpu,
        &Silent,
        &|| false,
    )
    .unwrap_err();
    let message = error.to_string();
    assert!(
        message.contains("metrics.jsonl") && message.contains("6 steps"),
        "{message}"
    );
}

#[test]
fn a_loss_that_is_not_finite_ends_the_training_and_keeps_the_steps_before() {
    let root = TempDir::new().unwrap();
    let folder = folder(root.path());
    let experiment = with(
        ModelSpec::dense(&[784, 30, 30, 30, 30, 784]),
        Training {
            learning_rate: 1e38,
            ..training()
        },
    );
    let error = fit(
        &experiment,
        &TrainingImages::new(&small::training_images(), Device::Cpu),
        &folder,
        Device::Cpu,
        &Silent,
        &|| false,
    )
    .unwrap_err();
    let message = error.to_string();
    assert!(message.contains("the loss of step 2"), "{message}");
    assert_eq!(folder.metrics().unwrap().len(), 1);
}

#[test]
fn the_schedule_scales_the_steps() {
    // Adam's first step moves each weight by the learning rate.
    let first_step = |schedule| {
        let root = TempDir::new().unwrap();
        let folder = folder(root.path());
        let training = Training {
            schedule,
            ..training()
        };
        let spec = ModelSpec::dense(&[784, 8, 784]);
        run(&with(spec.clone(), training), &folder, 1);
        let bytes = fs::read(folder.resume_path()).unwrap();
        let file = SafeTensors::deserialize(&bytes).unwrap();
        let bias = file.tensor("weight/decoder.0.bias").unwrap();
        let after = Tensor::from_data_size(bias.data(), &[784], Kind::Float);
        let mut rng = generator(3, "small", RngStream::Weights, 0);
        let model = Autoencoder::new(&spec, Objective::default(), &mut rng, Device::Cpu);
        let before = model.parameters().get("decoder.0.bias").unwrap();
        (after - before).abs().max().double_value(&[])
    };
    assert!((first_step(Schedule::default()) / 1e-3 - 1.0).abs() < 1e-3);
    // Four steps an epoch.
    let warmup = Schedule::Cosine { warmup_epochs: 1 };
    assert!((first_step(warmup) / 0.25e-3 - 1.0).abs() < 1e-3);
}
