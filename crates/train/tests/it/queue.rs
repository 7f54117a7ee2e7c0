//! Jobs from the queue, trained on images of the user's own.

use std::{fs, path::Path};

use experiment::{
    Data, Experiment, HeldOutErrors, Method, Metric, ModelSpec, RunFolder, SavedModel, Shape,
    Sparsity, Training, Validation,
};
use mnist_io::{Elements, IdxArray};
use tch::Device;
use tempfile::TempDir;
use train::{
    Error,
    data::Datasets,
    run::{
        Job,
        queue::{JobOutcome, Options, run_all},
    },
    training::Silent,
};

/// Writes 40 images of 6 x 5 pixels, of which 10 are for the test; returns
/// their settings.
fn images(folder: &Path) -> Data {
    let bytes = (0..40 * 30).map(|i| (i * i % 251) as u8).collect();
    let images = IdxArray::new(vec![40, 6, 5], Elements::U8(bytes)).unwrap();
    mnist_io::write(&folder.join("train-images-idx3-ubyte"), &images).unwrap();
    Data {
        test: 0.25,
        ..Data::named(folder.to_str().unwrap())
    }
}

/// Trains one job on `data` into a run folder.
fn run(root: &Path, data: &Data, training: Training) -> Vec<JobOutcome> {
    let mut experiment = Experiment {
        id: "own".into(),
        data: data.clone(),
        method: Method::Autoencoder {
            model: ModelSpec::dense(&[30, 4, 30]),
            training,
        },
        ..Experiment::default()
    };
    experiment
        .fit_to(Shape {
            channels: 1,
            rows: 6,
            columns: 5,
        })
        .unwrap();
    let sets = Datasets::load([data], Path::new("absent")).unwrap();
    let jobs = Job::with_seeds(&[experiment], &RunFolder::new(root), 1).unwrap();
    let options = Options::new(Some(1), Some(1), Device::Cpu);
    run_all(&jobs, &sets, options, &Silent, &|| Ok(()), &|| false).unwrap()
}

/// A penalty that is a sum over a batch, and images measured after each epoch.
fn training(batch_size: usize) -> Training {
    Training {
        epochs: 2,
        batch_size,
        sparsity: Sparsity::L1 { weight: 0.1 },
        validation: Some(Validation::Count(22)),
        evaluate_every: Some(1),
        ..Training::default()
    }
}

#[test]
fn held_out_losses_are_of_batches_as_large_as_those_of_the_training() {
    let root = TempDir::new().unwrap();
    let data = images(root.path());
    // 8 images are left to train on.
    let errors = |batch_size| -> Vec<HeldOutErrors> {
        let run_folder = root.path().join(format!("run-{batch_size}"));
        let outcomes = run(&run_folder, &data, training(batch_size));
        assert!(matches!(outcomes[..], [JobOutcome::Done]), "{outcomes:?}");
        let folder = RunFolder::new(&run_folder).experiment("own");
        let record = folder.evaluation().unwrap().unwrap().training.unwrap();
        assert_eq!((record.images, record.validation_images), (8, 22));
        let metrics = folder.metrics().unwrap();
        let errors = metrics.iter().filter_map(|metric| match metric {
            Metric::Evaluation { errors, .. } => Some(*errors),
            Metric::Step { .. } | Metric::Epoch { .. } => None,
        });
        errors.collect()
    };
    let expected = errors(8);
    assert_eq!(expected.len(), 2);
    assert_eq!(errors(1000), expected);
}

#[test]
fn a_saved_model_that_changed_after_the_training_is_noticed() {
    let root = TempDir::new().unwrap();
    let data = images(root.path());
    let model_of = |name: &str| {
        RunFolder::new(root.path().join(name))
            .experiment("own")
            .model_path()
    };
    run(&root.path().join("first"), &data, training(8));
    let saved = root.path().join("saved.safetensors");
    fs::copy(model_of("first"), &saved).unwrap();
    let tuned = || {
        let training = Training {
            from: Some(SavedModel(saved.clone())),
            ..training(8)
        };
        run(&root.path().join("tuned"), &data, training).remove(0)
    };
    assert!(matches!(tuned(), JobOutcome::Done));
    assert!(matches!(tuned(), JobOutcome::AlreadyComplete));
    fs::copy(model_of("tuned"), &saved).unwrap();
    let JobOutcome::Failed(error) = tuned() else {
        panic!("another model was taken for the same");
    };
    assert!(matches!(error, Error::SavedModel { .. }));
    assert!(
        error.to_string().contains("with which the training began"),
        "{error}"
    );
    fs::remove_file(&saved).unwrap();
    assert!(matches!(tuned(), JobOutcome::AlreadyComplete));
}

#[test]
fn what_cannot_be_a_saved_model_is_refused_before_any_training() {
    let root = TempDir::new().unwrap();
    let data = images(root.path());
    let sets = Datasets::load([&data], Path::new("absent")).unwrap();
    let text = root.path().join("README.md");
    fs::write(&text, "text").unwrap();
    let run_folder = root.path().join("run");
    fs::create_dir_all(run_folder.join("experiments")).unwrap();
    for (path, found) in [
        (text, "found another file"),
        (
            run_folder,
            "found a run folder: name one of its experiments",
        ),
    ] {
        let experiment = Experiment {
            data: data.clone(),
            method: Method::Autoencoder {
                model: ModelSpec::dense(&[30, 4, 30]),
                training: Training {
                    from: Some(SavedModel(path)),
                    ..training(8)
                },
            },
            ..Experiment::default()
        };
        let run = RunFolder::new(root.path().join("new"));
        let jobs = Job::with_seeds(&[experiment], &run, 1).unwrap();
        let error = jobs[0].check(&sets).unwrap_err();
        assert!(matches!(error, Error::SavedModel { .. }), "{error}");
        assert!(error.to_string().ends_with(found), "{error}");
    }
}
