//! Training on a few made-up images: an interruption changes no bit, and a model that can no
//! longer move is found.

mod small;

use std::{cell::Cell, fs, path::Path};

use ae_models::Autoencoder;
use experiment::{Decoder, Experiment, ExperimentFolder, Metric, ModelSpec, RunFolder, Training};
use tch::{Device, Tensor};
use tempfile::TempDir;
use train::{
    Outcome, Progress,
    data::batches::{Batch, Epoch, TrainingImages},
    evaluate, fit,
    random::{Purpose, generator},
    run::device::prepare_thread,
};

fn experiment(noise: f64) -> Experiment {
    Experiment {
        id: "small".into(),
        seed: 3,
        training_images: None,
        model: ModelSpec::dense(&[784, 8, 784], 1),
        training: Some(Training {
            epochs: 3,
            batch_size: 16,
            learning_rate: 1e-3,
            noise,
            sparsity: 1e-5,
        }),
    }
}

/// 50 images of blobs: three full batches and a last one of two.
fn images() -> Vec<u8> {
    let pixel = |i: usize| {
        let (image, row, column) = (i / 784, i % 784 / 28, i % 28);
        let (dy, dx) = (row.abs_diff(8 + image % 12), column.abs_diff(8 + image % 7));
        (255 / (1 + dx * dx + dy * dy)) as u8
    };
    (0..50 * 784).map(pixel).collect()
}

fn folder(root: &Path) -> ExperimentFolder {
    RunFolder::new(root).experiment("small")
}

/// Trains until so many steps are taken.
fn run(experiment: &Experiment, folder: &ExperimentFolder, steps: usize) -> Outcome {
    prepare_thread(1);
    let line = Progress::hidden().line(&experiment.id, 1);
    let left = Cell::new(steps);
    let stop = || match left.get() {
        0 => true,
        steps => {
            left.set(steps - 1);
            false
        }
    };
    let bytes = images();
    let images = TrainingImages::new(&bytes, Device::Cpu);
    fit(experiment, &images, folder, Device::Cpu, &line, &stop).unwrap()
}

/// Trains to the end; returns the model's file and when it was stopped for being stuck.
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
    finish(&experiment(0.0), &folder);
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
fn going_on_from_any_step_changes_no_bit() {
    let convolutional = Experiment {
        model: ModelSpec::Convolutional {
            decoder: Decoder::DeconvUnpool,
        },
        ..experiment(0.0)
    };
    for experiment in [experiment(0.0), experiment(0.5), convolutional] {
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
    let experiment = Experiment {
        training: Some(Training {
            epochs: 80,
            learning_rate: 10.0,
            sparsity: 0.0,
            ..experiment(0.0).training.unwrap()
        }),
        ..experiment(0.0)
    };
    // With steps this large every output unit is driven far below zero.
    let (_, stopped_after_epoch) = finish(&experiment, &folder);
    let epoch = stopped_after_epoch.expect("a dead model");
    assert!((50..60).contains(&epoch), "of 4 steps each: {epoch}");
    let mut model = Autoencoder::new(
        &experiment.model,
        &mut generator(0, "", Purpose::Weights, 0),
        Device::Cpu,
    )
    .unwrap();
    model.parameters_mut().load(&folder.model_path()).unwrap();
    let bytes = images();
    let images = TrainingImages::new(&bytes, Device::Cpu);
    let epoch = Epoch::new(&experiment, &images, 1);
    let output = model.forward(epoch.batch(0).input()).reconstruction;
    assert_eq!(output.abs().max().double_value(&[]), 0.0);

    let inputs = small::inputs();
    let evaluation = evaluate(
        &model,
        &experiment,
        stopped_after_epoch,
        &inputs,
        &folder,
        Device::Cpu,
    );
    let health = evaluation.unwrap().health;
    assert!(health.constant_output);
    assert!(health.dead_output_pixels > 0);
    assert_eq!(health.stopped_after_epoch, stopped_after_epoch);
}

#[test]
fn every_image_is_seen_once_an_epoch_in_another_order() {
    let bytes = images();
    let images = TrainingImages::new(&bytes, Device::Cpu);
    let experiment = experiment(0.0);
    let seen = |number| {
        let epoch = Epoch::new(&experiment, &images, number);
        let batches: Vec<Batch> = (0..epoch.steps()).map(|i| epoch.batch(i)).collect();
        let batches: Vec<&Tensor> = batches.iter().map(Batch::target).collect();
        let sums = Tensor::cat(&batches, 0).sum_dim_intlist([1].as_slice(), false, None);
        Vec::<f32>::try_from(sums).unwrap()
    };
    let sorted = |mut sums: Vec<f32>| {
        sums.sort_by(f32::total_cmp);
        sums
    };
    assert_ne!(seen(1), seen(2));
    assert_eq!(sorted(seen(1)), sorted(seen(2)));
    assert_eq!(seen(2), seen(2));
}

#[test]
fn noise_is_on_the_input_only_and_new_in_every_epoch() {
    let bytes = images();
    let images = TrainingImages::new(&bytes, Device::Cpu);
    let experiment = experiment(0.5);
    let noise = |number, index| {
        let batch = Epoch::new(&experiment, &images, number).batch(index);
        assert!(batch.target().min().double_value(&[]) >= 0.0);
        batch.input() - batch.target()
    };
    let first = noise(1, 0);
    assert!((first.std(true).double_value(&[]) - 0.5).abs() < 0.01);
    assert!(first.mean(None).double_value(&[]).abs() < 0.02);
    assert_eq!(first, noise(1, 0));
    assert_ne!(first, noise(1, 1));
    assert_ne!(first, noise(2, 0));
}

#[test]
fn a_batch_without_noise_can_be_followed_by_one_with_noise() {
    let bytes = images();
    let images = TrainingImages::new(&bytes, Device::Cpu);
    let (quiet, noisy) = (experiment(0.0), experiment(0.5));
    let mut batch = Epoch::new(&quiet, &images, 1).batch(0);
    Epoch::new(&noisy, &images, 1).fill(0, &mut batch);
    let expected = Epoch::new(&noisy, &images, 1).batch(0);
    assert_eq!(batch.input(), expected.input());
    assert_eq!(batch.target(), expected.target());
}

#[test]
fn going_on_without_the_metrics_of_a_checkpoint_is_refused() {
    let root = TempDir::new().unwrap();
    let folder = folder(root.path());
    run(&experiment(0.0), &folder, 6);
    fs::remove_file(folder.path().join("metrics.jsonl")).unwrap();
    let line = Progress::hidden().line("small", 1);
    let error = fit(
        &experiment(0.0),
        &TrainingImages::new(&images(), Device::Cpu),
        &folder,
        Device::Cpu,
        &line,
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
fn a_loss_that_is_no_number_ends_the_training_and_keeps_the_steps_before() {
    let root = TempDir::new().unwrap();
    let folder = folder(root.path());
    let mut experiment = experiment(0.0);
    experiment.model = ModelSpec::dense(&[784, 30, 30, 30, 30, 784], 2);
    experiment.training.as_mut().unwrap().learning_rate = 1e38;
    let line = Progress::hidden().line("small", 1);
    let error = fit(
        &experiment,
        &TrainingImages::new(&images(), Device::Cpu),
        &folder,
        Device::Cpu,
        &line,
        &|| false,
    )
    .unwrap_err();
    let message = error.to_string();
    assert!(message.contains("the loss of step 2"), "{message}");
    assert_eq!(folder.metrics().unwrap().len(), 1);
}
