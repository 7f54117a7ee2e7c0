//! Images of the user's own: how they are scaled, split and classified, and what is measured on them.

use std::{fs, path::Path};

use ae_models::{Autoencoder, Objective};
use experiment::{Data, Experiment, Method, ModelSpec, RunFolder, Shape, arrays};
use mnist_io::{Elements, IdxArray};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use tch::Device;
use tempfile::TempDir;
use train::{
    Error,
    data::{DataSet, Datasets, Pixels},
    evaluation::{TruncatedPca, evaluate},
};

fn load(data: &Data) -> Result<Datasets, Error> {
    Datasets::load([data], Path::new("absent"))
}

fn write(path: &Path, shape: &[usize], elements: Elements) {
    mnist_io::write(path, &IdxArray::new(shape.to_vec(), elements).unwrap()).unwrap();
}

/// 40 color images of 6 x 5 floats from -1 to 1 in a folder, with labels 7, 3 and -2.
fn folder() -> TempDir {
    let folder = TempDir::new().unwrap();
    let value = |i: usize| (i as f32 * 0.37).sin();
    let pixels = (0..40 * 90).map(value).collect();
    let shape = [40, 3, 6, 5];
    let images = folder.path().join("train-images-idx4-float");
    write(&images, &shape, Elements::F32(pixels));
    let labels = (0..40).map(|i| [7, 3, -2][i % 3]).collect();
    let path = folder.path().join("train-labels-idx1-int");
    write(&path, &[40], Elements::I32(labels));
    folder
}

fn set_of<'a>(sets: &'a Datasets, data: &Data) -> &'a DataSet {
    sets.of(data)
}

#[test]
fn floats_are_scaled_to_0_1_and_split() {
    let folder = folder();
    let data = Data {
        test: 0.25,
        ..Data::named(folder.path().to_str().unwrap())
    };
    let sets = load(&data).unwrap();
    let set = set_of(&sets, &data);
    let record = &set.record;
    assert_eq!(record.shape, [3, 6, 5]);
    assert_eq!((record.training_images, record.test_images), (30, 10));
    assert_eq!(record.held_out, Some(10));
    assert_eq!(record.classes, ["-2", "3", "7"]);
    assert!(record.values[0] < -0.99 && record.values[1] > 0.99);
    assert!(
        record
            .notes
            .iter()
            .any(|note| note.contains("scaled to 0-1"))
    );
    let training = set.training.first(30).unwrap();
    let all = [&*training, &set.evaluation.test].map(|images| match images.pixels() {
        Pixels::Floats(floats) => floats.clone(),
        Pixels::Bytes(_) => panic!("expected floats"),
    });
    let values = all.concat();
    let min = values.iter().copied().fold(f32::MAX, f32::min);
    let max = values.iter().copied().fold(f32::MIN, f32::max);
    assert_eq!((min, max), (0.0, 1.0));
    // The same images are held out again, and no image is in both sets.
    let again = load(&data).unwrap();
    assert_eq!(
        again
            .of(&data)
            .evaluation
            .test
            .tensor(experiment::Protocol::Corrected, Device::Cpu),
        set.evaluation
            .test
            .tensor(experiment::Protocol::Corrected, Device::Cpu)
    );
    for test in all[1].chunks(90) {
        assert!(all[0].chunks(90).all(|training| training != test));
    }
}

#[test]
fn models_are_measured_on_color_images_of_any_size() {
    let folder = folder();
    let data = Data::named(folder.path().to_str().unwrap());
    let sets = load(&data).unwrap();
    let set = set_of(&sets, &data);
    let mut experiment = Experiment {
        id: "own".into(),
        data: data.clone(),
        method: Method::Autoencoder {
            model: ModelSpec::dense(&[90, 2, 90]),
            training: experiment::Training::default(),
        },
        ..Experiment::default()
    };
    experiment.fit_to(set.shape()).unwrap();
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    let model = experiment.method.model().unwrap();
    let model = Autoencoder::new(model, Objective::default(), &mut rng, Device::Cpu);
    let root = TempDir::new().unwrap();
    let folder = RunFolder::new(root.path()).experiment("own");
    let device = Device::Cpu;
    let evaluation = evaluate(&model, &experiment, None, &set.evaluation, &folder, device);
    let evaluation = evaluation.unwrap();
    assert!(evaluation.assignment.is_none() && evaluation.corrected.fashion.is_none());
    assert!(evaluation.first_non_finite().is_none());
    for (name, shape) in [
        (arrays::SAMPLE_IMAGES, vec![4, 3, 6, 5]),
        (arrays::ENCODER_FILTERS, vec![2, 3, 6, 5]),
        (arrays::CODES_TEST, vec![4, 2]),
        (arrays::LABELS_TEST, vec![4]),
        (arrays::EXTREMES, vec![8, 3, 6, 5]),
        (arrays::PIXEL_ERRORS, vec![2, 3, 6, 5]),
        (arrays::EXTREME_INDICES, vec![4]),
        (arrays::CODE_GRID, vec![225, 3, 6, 5]),
        (arrays::ERRORS_TEST, vec![4]),
    ] {
        assert_eq!(folder.array(name).unwrap().shape(), shape, "{name}");
    }
    let pca = TruncatedPca::fit(&set.training.first(36).unwrap(), 36, 5).unwrap();
    let id = "pca";
    let folder = RunFolder::new(root.path()).experiment(id);
    let experiment = Experiment {
        id: id.into(),
        data,
        method: Method::Pca { components: 5 },
        ..Experiment::default()
    };
    let evaluation = evaluate(&pca, &experiment, None, &set.evaluation, &folder, device).unwrap();
    let sum: f64 = evaluation.explained_variance_ratio.unwrap().iter().sum();
    assert!(sum > 0.5 && sum <= 1.0, "{sum}");
    // With 36 training images, 35 components explain everything.
    let curve = folder.array(arrays::SSE_BY_COMPONENTS).unwrap();
    assert_eq!(curve.shape(), [90]);
}

#[test]
fn settings_that_do_not_fit_the_images_are_refused_by_field() {
    let refused = |method| {
        let mut experiment = Experiment {
            id: "own".into(),
            data: Data::named("faces"),
            method,
            ..Experiment::default()
        };
        let shape = Shape {
            channels: 3,
            rows: 6,
            columns: 5,
        };
        experiment.fit_to(shape).unwrap_err().to_string()
    };
    let pca = refused(Method::Pca { components: 91 });
    assert!(pca.contains("model.components must be at most 90"), "{pca}");
    let dense = refused(Method::default());
    assert!(dense.contains("must begin and end with 90"), "{dense}");
    assert!(dense.contains("faces (3 x 6 x 5)"), "{dense}");
}

#[test]
fn absent_and_single_images_are_refused() {
    let error = load(&Data::named("kmnist")).unwrap_err().with_causes();
    assert!(
        error.contains("kmnist") && error.contains("absent/kmnist"),
        "{error}"
    );
    let error = load(&Data::named("no-such-folder"))
        .unwrap_err()
        .to_string();
    assert!(error.contains("fashion-mnist"), "{error}");
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("images-idx3-ubyte");
    write(&path, &[1, 2, 2], Elements::U8(vec![0, 9, 9, 0]));
    let error = load(&Data::named(path.to_str().unwrap())).unwrap_err();
    assert!(error.to_string().contains("at least 2 images"), "{error}");
    fs::remove_file(&path).unwrap();
}

#[test]
fn images_of_any_range_and_a_single_test_image_can_be_evaluated() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("train-images-idx3-float");
    let values = [f32::MIN, f32::MAX, 0.0, 1.0];
    write(&path, &[4, 1, 1], Elements::F32(values.to_vec()));
    let data = Data::named(folder.path().to_str().unwrap());
    let sets = load(&data).unwrap();
    let set = set_of(&sets, &data);
    assert_eq!((set.training.len(), set.evaluation.test.len()), (3, 1));
    let training = set.training.first(3).unwrap();
    for images in [&*training, &set.evaluation.test] {
        let Pixels::Floats(floats) = images.pixels() else {
            panic!("expected floats");
        };
        // The range is that of the training images; the test image may be beyond it.
        assert!(floats.iter().all(|value| value.is_finite()), "{floats:?}");
    }
    let experiment = Experiment {
        data: data.clone(),
        method: Method::Pca { components: 1 },
        ..Experiment::default()
    };
    let pca = TruncatedPca::fit(&training, 3, 1).unwrap();
    let root = TempDir::new().unwrap();
    let folder = RunFolder::new(root.path()).experiment("own");
    let evaluation = evaluate(
        &pca,
        &experiment,
        None,
        &set.evaluation,
        &folder,
        Device::Cpu,
    );
    let evaluation = evaluation.unwrap();
    assert!(evaluation.first_non_finite().is_none());
    assert!(!evaluation.health.constant_output);
}

#[test]
fn images_that_are_too_large_are_refused() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("train-images-idx3-ubyte");
    write(
        &path,
        &[2, 1025, 1024],
        Elements::U8(vec![0; 2 * 1025 * 1024]),
    );
    let refused = load(&Data::named(folder.path().to_str().unwrap())).unwrap_err();
    let said = refused.to_string();
    assert!(
        said.ends_with("expected images of at most 1048576 numbers, found images of 1025 x 1024"),
        "{said}"
    );
}
