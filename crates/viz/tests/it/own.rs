//! Invented arrays of experiments with any images: what every experiment saves.

use std::collections::BTreeMap;

use crate::fabricated::floats;
use experiment::{
    CODE_GRID_SIDE, Data, DataRecord, Experiment, ExperimentFolder, HeldOutErrors,
    INPUT_NOISE_LEVELS, ImageError, Method, Metric, ModelSpec, Protocol, SAMPLE_COUNT, Training,
    arrays,
};
use mnist_io::{Elements, IdxArray};

/// 3 x 16 x 16 images with named classes.
pub const COLOR: &str = "/home/me/my images";
/// 28 x 28 images with numbered classes.
pub const FASHION: &str = "fashion-mnist";
/// 8 x 8 images without labels.
pub const PLAIN: &str = "digits.npz";

/// What `run.json` says about the images.
pub fn data_record(data: &Data) -> DataRecord {
    let (name, shape, classes): (_, _, &[&str]) = match data.source.as_str() {
        COLOR => (COLOR, [3, 16, 16], &["cat", "dog", "<horse>"]),
        PLAIN => (PLAIN, [1, 8, 8], &[]),
        FASHION => (
            "Fashion-MNIST",
            [1, 28, 28],
            &["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"],
        ),
        _ => (
            "MNIST",
            [1, 28, 28],
            &["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"],
        ),
    };
    let is_own = [COLOR, PLAIN].contains(&data.source.as_str());
    DataRecord {
        name: name.into(),
        shape,
        training_images: if is_own { 900 } else { 60_000 },
        test_images: if is_own { 100 } else { 10_000 },
        held_out: is_own.then_some(100),
        values: [0.0, 255.0],
        classes: classes.iter().map(|&class| class.into()).collect(),
        notes: match data.source.as_str() {
            COLOR => vec!["the values use a small part of their range".into()],
            _ => Vec::new(),
        },
        files: BTreeMap::from([("all files".into(), "ab".repeat(32))]),
    }
}

/// An own experiment on these images.
pub fn experiment(
    id: &str,
    source: &str,
    code: usize,
    change: impl Fn(&mut Training),
) -> Experiment {
    let data = Data::named(source);
    let numbers = data_record(&data).shape.iter().product();
    let mut training = Training {
        epochs: 5,
        ..Training::default()
    };
    change(&mut training);
    Experiment {
        id: id.into(),
        data,
        method: Method::Autoencoder {
            model: ModelSpec::dense(&[numbers, code, numbers]),
            training,
        },
        ..Experiment::default()
    }
}

/// The invented test error: 7.25 on MNIST, or less the larger the code is.
pub fn test_error(experiment: &Experiment) -> f64 {
    if experiment.data.is_default() {
        return 7.25;
    }
    100.0 / (1.0 + experiment.method.code_size() as f64).sqrt()
}

/// The error on held-out images after an epoch.
pub fn held_out(epoch: usize, loss: f64) -> Metric {
    Metric::Evaluation {
        epoch,
        errors: HeldOutErrors {
            validation: None,
            test: Some(ImageError {
                sse: 100.0 * loss,
                loss,
            }),
        },
    }
}

/// Writes every array that is saved whatever the images are.
pub fn write_arrays(folder: &ExperimentFolder, experiment: &Experiment) {
    let record = data_record(&experiment.data);
    let images = |name: &str, count: usize| {
        let [channels, rows, columns] = record.shape;
        let shape = match channels {
            1 => vec![count, rows, columns],
            _ => vec![count, channels, rows, columns],
        };
        let values = blobs(count, record.shape);
        folder.write_array(name, &floats(&shape, values)).unwrap();
    };
    if !experiment.data.is_default() {
        let levels = INPUT_NOISE_LEVELS.len();
        images(arrays::SAMPLE_IMAGES, SAMPLE_COUNT);
        images(&arrays::samples(Protocol::Corrected), SAMPLE_COUNT);
        images(&arrays::noisy_inputs(Protocol::Corrected), levels);
        images(&arrays::noisy_reconstructions(Protocol::Corrected), levels);
        images(
            arrays::ENCODER_FILTERS,
            experiment.method.code_size().min(64),
        );
        let error = test_error(experiment) as f32;
        let errors = (0..100).map(|image| error * (0.5 + image as f32 / 100.0));
        folder
            .write_array(arrays::ERRORS_TEST, &floats(&[100], errors.collect()))
            .unwrap();
    }
    images(arrays::EXTREMES, 40);
    let indices = IdxArray::new(vec![20], Elements::I32((0..20).map(|i| i * 7).collect())).unwrap();
    folder
        .write_array(arrays::EXTREME_INDICES, &indices)
        .unwrap();

    let units = experiment.method.code_size();
    if units == 2 {
        images(arrays::CODE_GRID, CODE_GRID_SIDE * CODE_GRID_SIDE);
    }
    let classes = record.classes.len().max(1);
    let codes = (0..300).flat_map(|image| {
        let class = image % classes;
        // The second unit is dead, unless the code is all that is shown.
        (0..units).map(move |unit| {
            let wave = ((image * (unit + 3)) as f32 * 0.37).sin();
            let center = ((class * (unit + 1)) as f32).cos() * 4.0;
            if unit == 1 && units > 2 {
                0.0
            } else {
                center + wave
            }
        })
    });
    let codes = floats(&[300, units], codes.collect());
    folder.write_array(arrays::CODES_TEST, &codes).unwrap();
    if !record.classes.is_empty() {
        let labels = (0..300).map(|image| (image % classes) as u8).collect();
        let labels = IdxArray::new(vec![300], Elements::U8(labels)).unwrap();
        folder.write_array(arrays::LABELS_TEST, &labels).unwrap();
    }
}

/// Blobs of light, each image a little different.
fn blobs(count: usize, [channels, rows, columns]: [usize; 3]) -> Vec<f32> {
    let mut values = Vec::new();
    for image in 0..count {
        for channel in 0..channels {
            for row in 0..rows {
                for column in 0..columns {
                    let angle = image as f32 * 0.7 + channel as f32 * 2.0;
                    let x = column as f32 / columns as f32 - 0.5 - 0.25 * angle.cos();
                    let y = row as f32 / rows as f32 - 0.5 - 0.25 * angle.sin();
                    values.push(1.0 - 3.0 * x.hypot(y));
                }
            }
        }
    }
    values
}
