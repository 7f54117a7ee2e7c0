//! Any settings and losses are read back from a run folder exactly. A file with any other content is
//! refused by its name.

use std::fs;

use experiment::{
    Activation, Augmentation, Averaging, Block, ConvolutionalSpec, Corruption, Data, Decoder,
    DenseSpec, EarlyStopping, Error, Experiment, HeldOutErrors, ImageError, Initialization, Loss,
    LossParts, Method, Metric, ModelSpec, Norm, Optimizer, RunFolder, SavedModel, Schedule, Shape,
    Sparsity, Training, Validation, Variational, metrics_sha256, read_experiments,
};
use proptest::{collection::vec, option, prelude::*};
use tempfile::TempDir;

fn model() -> impl Strategy<Value = DenseSpec> {
    let activation = || prop::sample::select(&Activation::ALL[..]);
    let code = option::of(any::<prop::sample::Index>());
    let initialization = prop::sample::select(&Initialization::ALL[..]);
    let activations = (activation(), option::of(activation()), activation());
    let shape = (2_usize..1000, vec(1_usize..200, 1..5), code, any::<bool>());
    (
        shape,
        activations,
        0.0..0.99,
        (0..3, initialization, any::<bool>()),
    )
        .prop_map(
            |(
                (pixels, hidden, code, tied),
                (activation, code_activation, output),
                dropout,
                (kind_of_code, initialization, has_norm),
            )| {
                let mut widths = [vec![pixels], hidden].concat();
                let code_layer = if tied {
                    Some(widths.len() - 1)
                } else {
                    code.map(|code| 1 + code.index(widths.len() - 1))
                };
                let back: Vec<usize> = widths.iter().rev().skip(1).copied().collect();
                widths.extend(if tied { back } else { vec![pixels] });
                let has_hidden = widths.len() > 3;
                DenseSpec {
                    widths,
                    code_layer,
                    activation,
                    code_activation: code_activation.filter(|_| kind_of_code != 2),
                    output,
                    tied,
                    dropout,
                    skip_connections: has_norm && !tied && has_hidden,
                    norm: if has_norm { Norm::Batch } else { Norm::None },
                    top_k: (kind_of_code == 1).then_some(1),
                    variational: (kind_of_code == 2).then_some(Variational { beta: dropout }),
                    initialization,
                }
            },
        )
}

fn convolutional() -> impl Strategy<Value = ConvolutionalSpec> {
    let block = (
        1_usize..9,
        1_usize..8,
        1_usize..4,
        1_usize..3,
        prop::sample::select(&Norm::ALL[..]),
    );
    let block = block.prop_map(|(filters, kernel, stride, pool, norm)| Block {
        filters,
        kernel,
        stride,
        pool,
        norm,
    });
    let decoder = prop::sample::select(vec![
        Decoder::Unpool,
        Decoder::Deconv,
        Decoder::DeconvUnpool,
    ]);
    let activation = || prop::sample::select(&Activation::ALL[..]);
    (
        [1_usize..4, 1..40, 1..40],
        vec(block, 1..4),
        decoder,
        (activation(), option::of(activation()), activation()),
    )
        .prop_map(
            |(image, blocks, decoder, (activation, code_activation, output))| ConvolutionalSpec {
                decoder,
                image: Some(image),
                blocks,
                activation,
                code_activation,
                output,
                ..ConvolutionalSpec::default()
            },
        )
}

/// Settings of what is measured and kept, with the others at their defaults.
fn measurements() -> impl Strategy<Value = Training> {
    let validation = prop_oneof![
        Just(Validation::Count(1)),
        (1e-6..0.4).prop_map(Validation::Share),
    ];
    let early_stopping =
        (1_usize..1000, 0.0..1.0).prop_map(|(patience, minimum_improvement)| EarlyStopping {
            patience,
            minimum_improvement,
        });
    let averaging = prop_oneof![
        (0.0..0.9999).prop_map(|decay| Averaging::Exponential { decay }),
        (1_usize..3).prop_map(|from_epoch| Averaging::Mean { from_epoch }),
    ];
    let from = "[a-z/]{1,20}".prop_map(|path| SavedModel(path.into()));
    let measured = (
        option::of(1_usize..3),
        option::of(early_stopping),
        any::<bool>(),
    );
    (
        option::of((validation, measured)),
        option::of(averaging),
        option::of(from),
        any::<bool>(),
    )
        .prop_map(|(validation, averaging, from, keep_state)| {
            let training = Training {
                averaging,
                from,
                keep_state,
                ..Training::default()
            };
            let Some((validation, (evaluate_every, early_stopping, best_weights))) = validation
            else {
                return training;
            };
            Training {
                validation: Some(validation),
                evaluate_every,
                early_stopping,
                best_weights,
                ..training
            }
        })
}

fn training() -> impl Strategy<Value = Training> {
    let sparsity = (0.0..1000.0).prop_map(|weight| Sparsity::L1 { weight });
    let numbers = (2_usize..100_001, 2_usize..1000, 1e-12..10.0, sparsity);
    let changes = (vec(augmentation(), 0..3), vec(corruption(), 0..3));
    let clipping = option::of(1e-12..1e12);
    let settings = (
        numbers,
        schedule(),
        optimizer(),
        clipping,
        changes,
        measurements(),
    );
    settings.prop_map(
        |(
            (epochs, batch_size, learning_rate, sparsity),
            schedule,
            optimizer,
            gradient_clipping,
            (augmentation, corruption),
            measurements,
        )| {
            Training {
                epochs,
                batch_size,
                learning_rate,
                keep_state: measurements.keep_state && !schedule.depends_on_length(),
                schedule,
                optimizer,
                gradient_clipping,
                loss: Loss::Mse,
                sparsity,
                augmentation,
                corruption,
                ..measurements
            }
        },
    )
}

/// Of trainings of at least two epochs.
fn schedule() -> impl Strategy<Value = Schedule> {
    (0_usize..3, 0_usize..2, 1_usize..100, 1e-6..1.0).prop_map(
        |(kind, warmup_epochs, every_epochs, factor)| match kind {
            0 => Schedule::Constant { warmup_epochs },
            1 => Schedule::Step {
                every_epochs,
                factor,
                warmup_epochs,
            },
            _ => Schedule::Cosine {
                warmup_epochs,
                minimum: factor,
            },
        },
    )
}

fn optimizer() -> impl Strategy<Value = Optimizer> {
    let constants = (0.0..0.99, 0.0..0.999, 1e-30..1.0, 0.0..10.0);
    let rate = option::of(1e-12..10.0);
    (0_usize..4, constants, rate, any::<bool>()).prop_map(
        |(kind, (beta1, beta2, epsilon, weight_decay), adamw_learning_rate, is_on)| match kind {
            0 => Optimizer::Adam {
                beta1,
                beta2,
                epsilon,
                weight_decay,
            },
            1 => Optimizer::AdamW {
                beta1,
                beta2,
                epsilon,
                weight_decay,
            },
            2 => Optimizer::Sgd {
                momentum: beta1,
                nesterov: is_on && beta1 > 0.0,
                weight_decay,
            },
            _ => Optimizer::Muon {
                momentum: beta1,
                weight_decay,
                adamw_learning_rate,
            },
        },
    )
}

fn augmentation() -> impl Strategy<Value = Augmentation> {
    prop_oneof![
        (1_usize..15).prop_map(|pixels| Augmentation::Shift { pixels }),
        (0.0..180.0).prop_map(|degrees| Augmentation::Rotation { degrees }),
        (0.0..10_000.0, 0.1..100.0)
            .prop_map(|(alpha, sigma)| Augmentation::Elastic { alpha, sigma }),
    ]
}

fn corruption() -> impl Strategy<Value = Corruption> {
    prop_oneof![
        (0.0..100.0, any::<bool>()).prop_map(|(std, clip)| Corruption::Gaussian { std, clip }),
        (0.0..1.0).prop_map(|share| Corruption::Masking { share }),
        (0.0..1.0).prop_map(|share| Corruption::SaltAndPepper { share }),
    ]
}

fn data() -> impl Strategy<Value = Data> {
    let resize = option::of([1_usize..1025, 1_usize..1025]);
    (
        "[a-zA-Z0-9/ äß._-]{1,40}",
        resize,
        any::<bool>(),
        0.01..0.99,
        option::of(1_usize..1_000_001),
    )
        .prop_map(|(source, resize, gray, test, window)| Data {
            source,
            resize,
            gray,
            test,
            window,
        })
}

fn experiment() -> impl Strategy<Value = Experiment> {
    let id = "[a-zA-Z0-9_][a-zA-Z0-9._-]{0,63}";
    let images = option::of(2_usize..60_001);
    let data = prop_oneof![Just(Data::default()), data()];
    (id, any::<u64>(), data, images, model(), training()).prop_map(
        |(id, seed, data, training_images, model, training)| Experiment {
            id,
            seed,
            data,
            training_images,
            method: Method::Autoencoder {
                model: ModelSpec::Dense(model),
                training,
            },
        },
    )
}

fn metric() -> impl Strategy<Value = Metric> {
    let finite = || any::<f64>().prop_filter("JSON holds no others", |value| value.is_finite());
    let error = || (finite(), finite()).prop_map(|(sse, loss)| ImageError { sse, loss });
    let parts = (finite(), option::of(finite()), option::of(finite()));
    let parts = parts.prop_map(|(reconstruction, penalty, kl)| LossParts {
        reconstruction,
        penalty,
        kl,
    });
    let parts = option::of(parts);
    let step = (any::<usize>(), any::<usize>(), finite(), parts.clone()).prop_map(
        |(step, epoch, loss, parts)| Metric::Step {
            step,
            epoch,
            loss,
            parts,
        },
    );
    let epoch = (any::<usize>(), finite(), parts, any::<usize>(), finite()).prop_map(
        |(epoch, loss, parts, images, images_per_second)| Metric::Epoch {
            epoch,
            loss,
            parts,
            images,
            images_per_second,
        },
    );
    let evaluation = (any::<usize>(), option::of(error()), option::of(error())).prop_map(
        |(epoch, validation, test)| Metric::Evaluation {
            epoch,
            errors: HeldOutErrors { validation, test },
        },
    );
    prop_oneof![step, epoch, evaluation]
}

/// Cuts a text and changes one of its bytes.
fn damaged(text: &[u8], cut: prop::sample::Index, place: prop::sample::Index, byte: u8) -> Vec<u8> {
    let mut bytes = text[..1 + cut.index(text.len())].to_vec();
    let place = place.index(bytes.len());
    bytes[place] = byte;
    bytes
}

/// A refusal names the file, in a short message.
fn named<T>(result: Result<T, Error>, file: &str) -> Result<(), TestCaseError> {
    if let Err(error) = result {
        let message = error.to_string();
        prop_assert!(message.contains(file), "{}", message);
        prop_assert!(message.len() < 2000, "{}", message);
    }
    Ok(())
}

proptest! {
    #[test]
    fn valid_settings_round_trip(experiment in experiment()) {
        experiment.check().unwrap();
        let root = TempDir::new().unwrap();
        let folder = RunFolder::new(root.path()).experiment(&experiment.id);
        folder.write_settings(&experiment).unwrap();
        let found = folder.settings().unwrap().unwrap();
        prop_assert_eq!(experiment.difference(&found), None);
        let file = root.path().join("mine.json");
        fs::write(&file, serde_json::to_vec(&experiment).unwrap()).unwrap();
        prop_assert_eq!(&read_experiments(&file).unwrap()[..], std::slice::from_ref(&found));
        prop_assert_eq!(found, experiment);
    }

    #[test]
    fn a_convolutional_model_gives_images_of_its_own_size_or_is_refused_by_a_field(
        spec in convolutional(),
    ) {
        let experiment = Experiment {
            id: "a".into(),
            method: Method::Autoencoder {
                model: ModelSpec::Convolutional(spec.clone()),
                training: Training::default(),
            },
            ..Experiment::default()
        };
        match experiment.check() {
            Ok(()) => {
                let layers = experiment.method.model().unwrap().layers();
                let (first, last) = (&layers[0], layers.last().unwrap());
                prop_assert_eq!(first.input, last.output);
                let [channels, rows, columns] = spec.image.unwrap();
                prop_assert_eq!(first.input, Shape { channels, rows, columns });
                let text = serde_json::to_string(&experiment).unwrap();
                let found: Experiment = serde_json::from_str(&text).unwrap();
                prop_assert_eq!(found, experiment);
            }
            Err(error) => prop_assert!(error.to_string().contains("model."), "{}", error),
        }
    }

    #[test]
    fn losses_round_trip_exactly_under_one_digest(
        first in vec(metric(), 0..20),
        second in vec(metric(), 0..20),
    ) {
        let root = TempDir::new().unwrap();
        let folder = RunFolder::new(root.path()).experiment("a");
        let mut log = folder.write_metrics(&first).unwrap();
        log.append(&second).unwrap();
        let all = [first, second].concat();
        let found = folder.metrics().unwrap();
        prop_assert_eq!(metrics_sha256(&found), log.sha256());
        prop_assert_eq!(metrics_sha256(&found), metrics_sha256(&all));
        prop_assert_eq!(found, all);
    }

    #[test]
    fn another_loss_has_another_digest(
        metrics in vec(metric(), 1..20),
        other in metric(),
        place in any::<prop::sample::Index>(),
    ) {
        let mut changed = metrics.clone();
        *place.get_mut(&mut changed) = other;
        prop_assume!(changed != metrics);
        prop_assert_ne!(metrics_sha256(&changed), metrics_sha256(&metrics));
    }

    #[test]
    fn damaged_records_are_read_or_refused_by_name(
        experiment in experiment(),
        metrics in vec(metric(), 1..5),
        cut in any::<prop::sample::Index>(),
        place in any::<prop::sample::Index>(),
        byte in any::<u8>(),
    ) {
        let root = TempDir::new().unwrap();
        let run = RunFolder::new(root.path());
        let folder = run.experiment(&experiment.id);
        folder.write_settings(&experiment).unwrap();
        folder.write_metrics(&metrics).unwrap();
        for file in ["experiment.json", "metrics.jsonl"] {
            let path = folder.path().join(file);
            let bytes = damaged(&fs::read(&path).unwrap(), cut, place, byte);
            fs::write(&path, bytes).unwrap();
        }
        named(folder.settings(), "experiment.json")?;
        named(folder.metrics(), "metrics.jsonl")?;

        let list = root.path().join("list.json");
        let text = serde_json::to_vec(&[&experiment]).unwrap();
        fs::write(&list, damaged(&text, cut, place, byte)).unwrap();
        named(read_experiments(&list), "list.json")?;
    }

    #[test]
    fn damaged_grids_are_read_or_refused_by_name(
        is_toml in any::<bool>(),
        cut in any::<prop::sample::Index>(),
        place in any::<prop::sample::Index>(),
        byte in any::<u8>(),
    ) {
        let (name, text) = if is_toml {
            ("grid.toml", "id = \"a\"\nmodel.kind = \"dense\"\ntraining.epochs = [1, 2]\n")
        } else {
            ("grid.json", r#"{"id": "a", "model": {"kind": "dense"}, "training.epochs": [1, 2]}"#)
        };
        let root = TempDir::new().unwrap();
        let path = root.path().join(name);
        fs::write(&path, damaged(text.as_bytes(), cut, place, byte)).unwrap();
        named(read_experiments(&path), name)?;
    }

    #[test]
    fn arbitrary_bytes_are_refused_by_name(bytes in vec(any::<u8>(), 0..200)) {
        let root = TempDir::new().unwrap();
        let run = RunFolder::new(root.path());
        let folder = run.experiment("a");
        fs::create_dir_all(folder.path()).unwrap();
        for path in ["run.json", "experiments/a/evaluation.json", "experiments/a/SHA256SUMS"] {
            fs::write(root.path().join(path), &bytes).unwrap();
        }
        named(run.record(), "run.json")?;
        named(folder.is_sealed(), "SHA256SUMS")?;
        fs::remove_file(folder.path().join("SHA256SUMS")).unwrap();
        named(folder.evaluation(), "evaluation.json")?;
        for name in ["list.json", "list.toml"] {
            let path = root.path().join(name);
            fs::write(&path, &bytes).unwrap();
            named(read_experiments(&path), name)?;
        }
    }
}
