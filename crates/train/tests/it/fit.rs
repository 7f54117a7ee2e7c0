//! Training on a few made-up images: an interruption changes no bit, and a model that can no longer
//! learn is found.

use std::{cell::Cell, fs, path::Path};

use ae_models::{Autoencoder, Objective};
use durable_fs::checksums;
use experiment::{
    Augmentation, Averaging, Corruption, Decoder, DenseSpec, EarlyStopping, Experiment,
    ExperimentFolder, HeldOutErrors, ImageError, LossParts, Method, Metric, ModelSpec, Norm,
    Optimizer, Protocol, RunFolder, SavedModel, Schedule, Sparsity, Training, TrainingRecord,
    Validation, Variational,
};
use safetensors::SafeTensors;
use tch::{Device, Kind, Tensor};
use tempfile::TempDir;
use train::{
    data::{Epoch, TrainingImages},
    evaluation::evaluate,
    random::{RngStream, generator},
    run::device::prepare_thread,
    training::{Monitor, Outcome, Silent, Unmonitored, fit},
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
    prepare_thread();
    let left = Cell::new(steps);
    let stop = || match left.get() {
        0 => true,
        steps => {
            left.set(steps - 1);
            false
        }
    };
    let images = small::training_images().into();
    let images = TrainingImages::new(&images, Device::Cpu);
    let device = Device::Cpu;
    fit(
        experiment, &images, folder, device, &OnBlobs, &Silent, &stop,
    )
    .unwrap()
}

/// Measures on the small test images; the validation error is the loss there.
struct OnBlobs;

impl Monitor for OnBlobs {
    fn validation_images(&self) -> usize {
        small::images().test.len()
    }

    fn measure(&self, model: &Autoencoder) -> HeldOutErrors {
        let _no_grad = tch::no_grad_guard();
        let images = small::images()
            .test
            .tensor(Protocol::Corrected, Device::Cpu);
        let (_, loss) = model.forward_with_loss(&images);
        let error = ImageError {
            sse: 0.5,
            loss: loss.double_value(&[]),
        };
        HeldOutErrors {
            validation: Some(error),
            test: Some(error),
        }
    }
}

/// What is recorded of a training that ends.
fn record(experiment: &Experiment, folder: &ExperimentFolder) -> TrainingRecord {
    match run(experiment, folder, usize::MAX) {
        Outcome::Finished { record, .. } => record,
        Outcome::Interrupted => panic!("nobody interrupted it"),
    }
}

/// The epochs that were measured, with their validation losses.
fn validation_losses(folder: &ExperimentFolder) -> Vec<(usize, f64)> {
    let metrics = folder.metrics().unwrap();
    let loss = |metric: &Metric| match metric {
        Metric::Evaluation { epoch, errors } => Some((*epoch, errors.validation.unwrap().loss)),
        Metric::Step { .. } | Metric::Epoch { .. } => None,
    };
    metrics.iter().filter_map(loss).collect()
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
            Metric::Step { .. } | Metric::Evaluation { .. } => None,
        })
        .collect();
    let steps: Vec<f64> = metrics
        .iter()
        .filter_map(|m| match m {
            Metric::Step { loss, .. } => Some(*loss),
            Metric::Epoch { .. } | Metric::Evaluation { .. } => None,
        })
        .collect();
    assert_eq!((epochs.len(), steps.len()), (3, 12));
    assert!(epochs[2] < epochs[0], "{epochs:?}");
    // Batches of 16, 16, 16 and 2 images.
    let weighted = (16.0 * (steps[0] + steps[1] + steps[2]) + 2.0 * steps[3]) / 50.0;
    assert!((epochs[0] - weighted).abs() < 1e-12);
}

#[test]
fn experiments_that_differ_in_their_names_are_the_same() {
    let root = TempDir::new().unwrap();
    let [one, other] = ["one", "other"].map(|id| {
        let experiment = Experiment {
            id: id.into(),
            ..experiment()
        };
        finish(&experiment, &folder(&root.path().join(id))).0
    });
    assert!(one == other);
}

#[test]
fn resuming_from_any_step_changes_no_bit() {
    let decoder = Decoder::DeconvUnpool;
    let convolutional = ModelSpec::convolutional(decoder);
    let convolutional = with(convolutional, training());
    let everything = Training {
        schedule: Schedule::Cosine {
            warmup_epochs: 1,
            minimum: 0.1,
        },
        optimizer: Optimizer::Adam {
            beta1: 0.8,
            beta2: 0.99,
            epsilon: 1e-6,
            weight_decay: 0.1,
        },
        gradient_clipping: Some(1e-3),
        augmentation: vec![
            Augmentation::Shift { pixels: 2 },
            Augmentation::Rotation { degrees: 10.0 },
            Augmentation::Elastic {
                alpha: 34.0,
                sigma: 4.0,
            },
        ],
        corruption: vec![
            Corruption::Gaussian {
                std: 0.5,
                clip: true,
            },
            Corruption::Masking { share: 0.3 },
            Corruption::SaltAndPepper { share: 0.1 },
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
    let root = TempDir::new().unwrap();
    let before = folder(&root.path().join("before"));
    finish(&experiment(), &before);
    let best_average = Training {
        learning_rate: 0.03,
        validation: Some(Validation::Count(1)),
        best_weights: true,
        averaging: Some(Averaging::Exponential { decay: 0.5 }),
        from: Some(SavedModel(before.path().to_owned())),
        ..training()
    };
    let early_mean = Training {
        epochs: 6,
        early_stopping: Some(EarlyStopping {
            patience: 2,
            minimum_improvement: 0.0,
        }),
        averaging: Some(Averaging::Mean { from_epoch: 2 }),
        ..overfitting()
    };
    for experiment in [
        experiment(),
        convolutional,
        everything,
        dense(best_average),
        dense(early_mean),
        random,
    ] {
        let root = TempDir::new().unwrap();
        let whole = folder(&root.path().join("whole"));
        let (model, _) = finish(&experiment, &whole);
        let metrics = whole.metrics().unwrap();
        let is_step = |metric: &&Metric| matches!(metric, Metric::Step { .. });
        let steps = metrics.iter().filter(is_step).count();
        assert!(steps >= 12, "{experiment:?} ends after {steps} steps");
        for stop_after in 1..steps {
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

#[test]
fn the_terms_of_a_loss_are_recorded_where_it_has_more_than_one() {
    let variational = ModelSpec::Dense(DenseSpec {
        widths: vec![784, 8, 784],
        variational: Some(Variational::default()),
        ..DenseSpec::default()
    });
    let dense = ModelSpec::dense(&[784, 8, 784]);
    let convolutional = ModelSpec::convolutional(Decoder::Deconv);
    let not_sparse = Training {
        sparsity: Sparsity::default(),
        ..training()
    };
    for (model, training, engine, terms) in [
        (&dense, &not_sparse, "dense-cpu", None),
        (&dense, &training(), "dense-cpu", Some((true, false))),
        (&convolutional, &training(), "conv-cpu", Some((true, false))),
        (&variational, &not_sparse, "autograd", Some((false, true))),
        (&variational, &training(), "autograd", Some((true, true))),
    ] {
        let experiment = with(model.clone(), training.clone());
        let root = TempDir::new().unwrap();
        let folder = folder(root.path());
        assert_eq!(record(&experiment, &folder).engine, engine);
        for (_, loss, parts) in losses(&folder) {
            let found = parts.map(|parts| (parts.penalty.is_some(), parts.kl.is_some()));
            assert_eq!(found, terms, "{experiment:?}");
            if let Some(parts) = parts {
                let further = parts.penalty.unwrap_or(0.0) + parts.kl.unwrap_or(0.0);
                let (sum, loss) = (parts.reconstruction + further, f64::from_bits(loss));
                assert!((sum - loss).abs() < 1e-6 * loss, "{sum} for {loss}");
                assert!(further >= 0.0);
            }
        }
    }
}

/// A training that is measured and overfits: it begins well, and a high learning rate spoils it.
fn overfitting() -> Training {
    Training {
        epochs: 12,
        learning_rate: 0.02,
        validation: Some(Validation::Count(1)),
        ..training()
    }
}

fn dense(training: Training) -> Experiment {
    with(ModelSpec::dense(&[784, 8, 784]), training)
}

/// The weights of a finished training.
fn weights(folder: &ExperimentFolder) -> Autoencoder {
    let mut rng = generator(0, RngStream::Weights, 0);
    let spec = ModelSpec::dense(&[784, 8, 784]);
    let mut model = Autoencoder::new(&spec, (&training()).into(), &mut rng, Device::Cpu);
    model.parameters_mut().load(&folder.model_path()).unwrap();
    model
}

#[test]
fn measuring_changes_no_bit_of_the_training() {
    let root = TempDir::new().unwrap();
    let [measured, plain, rarely] =
        ["measured", "plain", "rarely"].map(|name| folder(&root.path().join(name)));
    let training = |evaluate_every| Training {
        evaluate_every,
        ..training()
    };
    let (expected, _) = finish(&dense(training(None)), &plain);
    assert!(validation_losses(&plain).is_empty());
    for (folder, every, epochs) in [(measured, 1, &[1, 2, 3][..]), (rarely, 2, &[2])] {
        let (found, _) = finish(&dense(training(Some(every))), &folder);
        assert!(found == expected, "measured every {every} epochs");
        let found = validation_losses(&folder)
            .into_iter()
            .map(|(epoch, _)| epoch);
        assert_eq!(found.collect::<Vec<_>>(), epochs);
    }
}

#[test]
fn early_stopping_ends_a_training_without_improvement_and_the_best_weights_are_kept() {
    let root = TempDir::new().unwrap();
    let all = folder(&root.path().join("all"));
    record(&dense(overfitting()), &all);
    let losses = validation_losses(&all);
    assert_eq!(losses.len(), 12);
    let patience = 2;
    let waited = |&(epoch, _): &(usize, f64)| {
        let before = &losses[..epoch.saturating_sub(patience)];
        let lowest = |losses: &[(usize, f64)]| {
            losses
                .iter()
                .map(|(_, loss)| *loss)
                .fold(f64::INFINITY, f64::min)
        };
        !before.is_empty() && lowest(&losses[..epoch]) == lowest(before)
    };
    let (end, _) = *losses
        .iter()
        .find(|loss| waited(loss))
        .expect("it overfits");
    let best = *losses[..end]
        .iter()
        .min_by(|a, b| a.1.total_cmp(&b.1))
        .unwrap();
    assert!(end < 12, "{losses:?}");

    let stopped = folder(&root.path().join("stopped"));
    let training = Training {
        early_stopping: Some(EarlyStopping {
            patience,
            minimum_improvement: 0.0,
        }),
        best_weights: true,
        ..overfitting()
    };
    let found = record(&dense(training), &stopped);
    assert_eq!(found.stopped_early_after_epoch, Some(end), "{losses:?}");
    assert_eq!(found.best_epoch, Some(best.0));
    assert_eq!(found.validation_images, small::images().test.len());
    assert_eq!(validation_losses(&stopped), losses[..end]);
    let kept = OnBlobs.measure(&weights(&stopped)).validation.unwrap().loss;
    assert_eq!(kept, best.1);
}

#[test]
fn the_average_of_the_weights_is_measured_and_saved() {
    let root = TempDir::new().unwrap();
    let folder_of = |name: &str| folder(&root.path().join(name));
    // The weights at the end of each epoch.
    let ends = [1, 2, 3].map(|epochs| {
        let folder = folder_of(&epochs.to_string());
        let training = Training {
            epochs,
            ..training()
        };
        finish(&dense(training), &folder);
        weights(&folder)
    });
    let averaged = folder_of("averaged");
    let training = Training {
        averaging: Some(Averaging::Mean { from_epoch: 2 }),
        evaluate_every: Some(1),
        ..training()
    };
    finish(&dense(training), &averaged);
    let found = weights(&averaged);
    let sets = [&ends[1], &ends[2], &found].map(|model| model.parameters().tensors());
    for ((second, third), found) in sets[0].iter().zip(sets[1]).zip(sets[2]) {
        let difference = (second + third) / 2.0 - found;
        assert!(difference.abs().max().double_value(&[]) < 1e-6);
    }
    let measured = validation_losses(&averaged);
    let loss = |model| OnBlobs.measure(model).validation.unwrap().loss;
    let expected = [&ends[0], &ends[1], &found].map(loss);
    assert_eq!(
        measured.iter().map(|(_, loss)| *loss).collect::<Vec<_>>(),
        expected
    );
}

#[test]
fn a_training_that_goes_on_equals_one_that_had_all_its_epochs_from_the_start() {
    let root = TempDir::new().unwrap();
    let [long, short] = ["long", "short"].map(|name| folder(&root.path().join(name)));
    let epochs = |epochs| {
        dense(Training {
            epochs,
            learning_rate: 0.02,
            validation: Some(Validation::Count(1)),
            best_weights: true,
            averaging: Some(Averaging::Exponential { decay: 0.9 }),
            corruption: vec![Corruption::Gaussian {
                std: 0.3,
                clip: false,
            }],
            ..training()
        })
    };
    let (expected, _) = finish(&epochs(5), &long);
    finish(&epochs(2), &short);
    let (found, _) = finish(&epochs(5), &short);
    assert!(found == expected);
    assert_eq!(losses(&short), losses(&long));
}

#[test]
fn a_training_begins_with_the_weights_of_a_saved_model() {
    let root = TempDir::new().unwrap();
    let [first, second] = ["first", "second"].map(|name| folder(&root.path().join(name)));
    finish(&experiment(), &first);
    let from = |path: &Path| {
        dense(Training {
            from: Some(SavedModel(path.to_owned())),
            learning_rate: 1e-12,
            ..training()
        })
    };
    let found = record(&from(first.path()), &second);
    let digest = checksums::file_sha256(&first.model_path()).unwrap();
    assert_eq!(found.from_sha256, Some(digest));
    // With so small a rate hardly a weight moves.
    let models = [weights(&first), weights(&second)];
    for (before, after) in models[0]
        .parameters()
        .tensors()
        .iter()
        .zip(models[1].parameters().tensors())
    {
        assert!((before - after).abs().max().double_value(&[]) < 1e-9);
    }
}

#[test]
fn a_saved_model_that_is_missing_changed_or_of_other_layers_is_refused() {
    let root = TempDir::new().unwrap();
    let [saved, other] = ["saved", "other"].map(|name| folder(&root.path().join(name)));
    finish(&experiment(), &saved);
    let fit_from = |model: &[usize], path: &Path, folder: &ExperimentFolder| {
        let training = Training {
            from: Some(SavedModel(path.to_owned())),
            ..training()
        };
        let experiment = with(ModelSpec::dense(model), training);
        let images = small::training_images().into();
        let images = TrainingImages::new(&images, Device::Cpu);
        let stop = Cell::new(false);
        let stop = || stop.replace(true);
        fit(
            &experiment,
            &images,
            folder,
            Device::Cpu,
            &Unmonitored,
            &Silent,
            &stop,
        )
    };
    let message =
        |model: &[usize], path: &Path| fit_from(model, path, &other).unwrap_err().to_string();
    let missing = message(&[784, 8, 784], root.path());
    let wider = message(&[784, 9, 784], &saved.model_path());
    for (message, parts) in [
        (
            &missing,
            ["training.from", "model.safetensors: no such file"],
        ),
        (&wider, ["training.from", "encoder.0.weight"]),
    ] {
        for part in parts {
            assert!(message.contains(part), "expected {part:?} in {message}");
        }
    }

    let outcome = fit_from(&[784, 8, 784], saved.path(), &other).unwrap();
    assert!(matches!(outcome, Outcome::Interrupted));
    let moved = dense(Training {
        epochs: 4,
        ..training()
    });
    fs::remove_file(saved.model_path()).unwrap();
    finish(&moved, &saved);
    let changed = message(&[784, 8, 784], saved.path());
    for part in [
        "training.from",
        "with which the training began",
        "cannot resume",
    ] {
        assert!(changed.contains(part), "expected {part:?} in {changed}");
    }
}

fn losses(folder: &ExperimentFolder) -> Vec<(usize, u64, Option<LossParts>)> {
    let metrics = folder.metrics().unwrap();
    let loss = |metric: &Metric| match *metric {
        Metric::Step {
            step, loss, parts, ..
        } => (step, loss.to_bits(), parts),
        Metric::Epoch {
            epoch, loss, parts, ..
        } => (epoch, loss.to_bits(), parts),
        Metric::Evaluation { epoch, errors } => (epoch, errors.test.unwrap().loss.to_bits(), None),
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
    let mut rng = generator(0, RngStream::Weights, 0);
    let mut model = Autoencoder::new(&spec, Objective::default(), &mut rng, Device::Cpu);
    model.parameters_mut().load(&folder.model_path()).unwrap();
    let images = small::training_images().into();
    let images = TrainingImages::new(&images, Device::Cpu);
    let training = experiment.method.training().unwrap();
    let epoch = Epoch::new(&experiment, training, &images, 1);
    let output = model
        .forward(epoch.batch(0).unwrap().input())
        .reconstruction;
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

/// An average of the weights and running statistics move on when the weights do not.
#[test]
fn a_dead_model_with_an_average_or_running_statistics_is_trained_to_the_end() {
    let root = TempDir::new().unwrap();
    let dead = || Training {
        epochs: 80,
        learning_rate: 10.0,
        sparsity: Sparsity::default(),
        ..training()
    };
    let averaged = Training {
        averaging: Some(Averaging::Exponential { decay: 0.9 }),
        ..dead()
    };
    let normalized = ModelSpec::Dense(DenseSpec {
        widths: vec![784, 8, 4, 784],
        norm: Norm::Batch,
        ..DenseSpec::default()
    });
    for (name, experiment) in [
        ("averaged", dense(averaged)),
        ("normalized", with(normalized, dead())),
    ] {
        let folder = folder(&root.path().join(name));
        let (_, stopped_after_epoch) = finish(&experiment, &folder);
        assert_eq!(stopped_after_epoch, None, "{name}");
        let metrics = folder.metrics().unwrap();
        let losses: Vec<f64> = metrics
            .iter()
            .filter_map(|metric| match metric {
                Metric::Epoch { loss, .. } => Some(*loss),
                Metric::Step { .. } | Metric::Evaluation { .. } => None,
            })
            .collect();
        assert_eq!(losses.len(), 80, "{name}");
        // Dead: the losses of the batches differ, and so those of the epochs in their rounding.
        assert!((losses[79] - losses[10]).abs() < 1e-6, "{name}: {losses:?}");
    }
}

#[test]
fn resuming_without_the_metrics_of_a_checkpoint_is_refused() {
    let root = TempDir::new().unwrap();
    let folder = folder(root.path());
    run(&experiment(), &folder, 6);
    fs::remove_file(folder.path().join("metrics.jsonl")).unwrap();
    let error = fit(
        &experiment(),
        &TrainingImages::new(&small::training_images().into(), Device::Cpu),
        &folder,
        Device::Cpu,
        &Unmonitored,
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
        &TrainingImages::new(&small::training_images().into(), Device::Cpu),
        &folder,
        Device::Cpu,
        &Unmonitored,
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
        let mut rng = generator(3, RngStream::Weights, 0);
        let model = Autoencoder::new(&spec, Objective::default(), &mut rng, Device::Cpu);
        let before = model.parameters().get("decoder.0.bias").unwrap();
        (after - before).abs().max().double_value(&[])
    };
    assert!((first_step(Schedule::default()) / 1e-3 - 1.0).abs() < 1e-3);
    // Four steps an epoch.
    let warmup = Schedule::Cosine {
        warmup_epochs: 1,
        minimum: 0.0,
    };
    assert!((first_step(warmup) / 0.25e-3 - 1.0).abs() < 1e-3);
}
