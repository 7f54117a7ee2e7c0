//! Run folders with invented results, to draw without training.

use std::path::Path;

use crate::own::{self, data_record};

use experiment::{
    AssignmentEvaluation, CODE_GRID_SIDE, CODE_NOISE_LEVELS, CODE_NOISE_MEASURED, ClassError,
    CodeNoise, CorrectedEvaluation, Decoder, Evaluation, Experiment, ExperimentFolder,
    FIRST_SAMPLE, Health, INPUT_NOISE_LEVELS, INTERPOLATION_PAIRS, INTERPOLATION_STEPS,
    MAX_COMPONENTS, Machine, Measures, Method, Metric, ModelSpec, NotebookError, PIXELS, Protocol,
    RunFolder, RunRecord, SAMPLE_COUNT, SampleScores, Scores, TEST_NOISE_LEVELS, arrays,
};
use mnist_io::{Elements, IdxArray};

/// A run of `experiments`, all of them complete.
pub fn run(root: &Path, experiments: &[Experiment]) -> RunFolder {
    let run = RunFolder::new(root);
    run.write_record(&RunRecord {
        version: env!("CARGO_PKG_VERSION").into(),
        libtorch: "2.13.0".into(),
        libtorch_folder: None,
        device: "cpu".into(),
        machine: None,
        plan: None,
        data: (experiments.iter().map(|experiment| &experiment.data))
            .map(|data| (data.key(), data_record(data)))
            .collect(),
    })
    .unwrap();
    for (name, count) in [
        (arrays::SAMPLES, SAMPLE_COUNT),
        (arrays::FASHION, 1),
        (arrays::RANDOM, 1),
        (arrays::FIRST_IMAGES, SAMPLE_COUNT),
    ] {
        let levels = rings(count, 28, 255.0).iter().map(|v| *v as u8).collect();
        let array = IdxArray::new(vec![count, 28, 28], Elements::U8(levels)).unwrap();
        run.write_input(name, &array).unwrap();
    }
    let noisy = floats(&[SAMPLE_COUNT, 28, 28], rings(SAMPLE_COUNT, 28, 1.0));
    run.write_input(arrays::FIRST_IMAGES_NOISY, &noisy).unwrap();
    for experiment in experiments {
        write(&run.experiment(&experiment.id), experiment);
    }
    run
}

/// The machine of all experiments.
pub fn machine() -> Machine {
    Machine {
        system: "linux".into(),
        architecture: "x86_64".into(),
        processor: "Invented Processor".into(),
        features: vec!["avx2".into(), "fma".into()],
        processors: 2,
    }
}

/// Adds a further seed of the experiments. PCA has none, as in a real run.
pub fn add_seed(run: &RunFolder, seed: u64, experiments: &[Experiment]) {
    let trained = experiments.iter().filter(|e| !e.method.is_pca());
    for experiment in trained {
        let experiment = Experiment {
            seed,
            ..experiment.clone()
        };
        write(&run.seed(seed).experiment(&experiment.id), &experiment);
    }
}

/// Changes an evaluation on disk.
pub fn change(folder: &ExperimentFolder, change: impl FnOnce(&mut Evaluation)) {
    let mut evaluation = folder.evaluation().unwrap().unwrap();
    change(&mut evaluation);
    folder.write_evaluation(&evaluation).unwrap();
}

fn write(folder: &ExperimentFolder, experiment: &Experiment) {
    folder.write_settings(experiment).unwrap();
    folder.write_machines(&[machine()]).unwrap();
    folder.write_metrics(&metrics(experiment)).unwrap();
    if experiment.data.is_default() {
        write_arrays(folder, &experiment.method);
    }
    own::write_arrays(folder, experiment);
    folder.write_evaluation(&evaluation(experiment)).unwrap();
}

/// Gray rings, each image a little different, a little beyond black and white.
fn rings(count: usize, side: usize, white: f32) -> Vec<f32> {
    let center = side as f32 / 2.0;
    let pixels = (0..count).flat_map(|image| {
        (0..side * side).map(move |pixel| {
            let (row, column) = ((pixel / side) as f32, (pixel % side) as f32);
            let radius = (row - center).hypot(column - center);
            let wanted = center * (0.4 + 0.05 * image as f32);
            1.2 - (radius - wanted).abs() * 0.3
        })
    });
    pixels.map(|value| value * white).collect()
}

pub fn floats(shape: &[usize], values: Vec<f32>) -> IdxArray {
    IdxArray::new(shape.to_vec(), Elements::F32(values)).unwrap()
}

fn write_arrays(folder: &ExperimentFolder, method: &Method) {
    let write = |name: &str, shape: &[usize], white: f64| {
        let (images, side) = match shape {
            [rows, units] => (*rows * *units, 1),
            [images @ .., side, _] => (images.iter().product(), *side),
            _ => unreachable!("all arrays have two dimensions or more"),
        };
        let values = rings(images, side, white as f32);
        folder.write_array(name, &floats(shape, values)).unwrap();
    };
    for protocol in Protocol::ALL {
        let white = protocol.max_pixel();
        let levels = INPUT_NOISE_LEVELS.len();
        write(&arrays::samples(protocol), &[SAMPLE_COUNT, 28, 28], white);
        write(
            &arrays::codes(protocol),
            &[SAMPLE_COUNT, method.code_size()],
            1.0,
        );
        write(&arrays::fashion(protocol), &[1, 28, 28], white);
        write(&arrays::random(protocol), &[1, 28, 28], white);
        write(&arrays::noisy_inputs(protocol), &[levels, 28, 28], white);
        let outputs = arrays::noisy_reconstructions(protocol);
        write(&outputs, &[levels, 28, 28], white);
    }
    for (name, size, max) in [
        (arrays::ERRORS_TEST, 100, 20.0),
        (arrays::ERRORS_FASHION, 100, 90.0),
        (arrays::ERRORS_RANDOM, 50, 200.0),
    ] {
        let errors = (1..=size).map(|image| max * image as f32 / size as f32);
        folder
            .write_array(name, &floats(&[size], errors.collect()))
            .unwrap();
    }
    write(arrays::PIXEL_ERRORS, &[2, 28, 28], 0.1);
    if method.code_size() <= 30 {
        write(
            arrays::CODE_PLANE,
            &[CODE_GRID_SIDE * CODE_GRID_SIDE, 28, 28],
            1.0,
        );
        let between = INTERPOLATION_PAIRS * INTERPOLATION_STEPS;
        write(arrays::INTERPOLATIONS, &[between, 28, 28], 1.0);
    }
    let variants = 1 + CODE_NOISE_LEVELS.len();
    write(arrays::CODE_NOISE, &[2, variants, 28, 28], 1.0);
    match method {
        Method::Pca { components } => {
            write(arrays::ENCODER_FILTERS, &[*components, 28, 28], 0.1);
            let errors = (1..=MAX_COMPONENTS).map(|count| 60.0 / (count as f32).sqrt());
            let errors = floats(&[MAX_COMPONENTS], errors.collect());
            folder
                .write_array(arrays::SSE_BY_COMPONENTS, &errors)
                .unwrap();
        }
        Method::Autoencoder { model, .. } => match model {
            ModelSpec::Dense(dense) => {
                let units = dense.widths[1].min(64);
                write(arrays::ENCODER_FILTERS, &[units, 28, 28], 0.1);
            }
            ModelSpec::Convolutional(convolutional) => {
                let sides = match convolutional.decoder {
                    Decoder::Unpool => vec![(2, 8, 3), (3, 1, 3)],
                    Decoder::Deconv => vec![(1, 16, 3), (2, 16, 4), (3, 8, 4)],
                    Decoder::DeconvUnpool => vec![(1, 16, 3), (2, 16, 3), (3, 8, 3)],
                };
                for (layer, filters, side) in sides {
                    write(&arrays::decoder_filters(layer), &[filters, side, side], 0.1);
                }
            }
        },
    }
}

fn metrics(experiment: &Experiment) -> Vec<Metric> {
    let Some(training) = experiment.method.training() else {
        return Vec::new();
    };
    let loss = |step: usize| 0.01 + 0.1 / step as f64 + training.sparsity.weight() * 200.0;
    let mut metrics = Vec::new();
    for epoch in 1..=training.epochs {
        let steps = (epoch - 1) * 8 + 1..=epoch * 8;
        let last = *steps.end();
        metrics.extend(steps.map(|step| Metric::Step {
            step,
            epoch,
            loss: loss(step),
            parts: None,
        }));
        metrics.push(Metric::Epoch {
            epoch,
            loss: loss(last),
            parts: None,
            images: data_record(&experiment.data).training_images,
            images_per_second: 10_000.0,
        });
        if !experiment.data.is_default() {
            metrics.push(own::held_out(epoch, 1.2 * loss(last)));
        }
    }
    metrics
}

fn evaluation(experiment: &Experiment) -> Evaluation {
    let sse = own::test_error(experiment);
    let scores = Scores {
        sse,
        mse: sse / PIXELS as f64,
        psnr: Some(20.3),
        ssim: 0.9,
    };
    let convolutional = matches!(experiment.method.model(), Some(ModelSpec::Convolutional(_)));
    let indices = FIRST_SAMPLE..FIRST_SAMPLE + SAMPLE_COUNT;
    Evaluation {
        experiment: experiment.id.clone(),
        assignment: experiment.data.is_default().then(|| AssignmentEvaluation {
            samples: indices
                .clone()
                .map(|test_index| NotebookError {
                    test_index,
                    squared_error: 12.5,
                    signed_error: convolutional.then_some(-3.5),
                })
                .collect(),
            fashion_mse: 4321.0,
            random_squared_error: 111.5,
            noisy_squared_error: vec![12.5; INPUT_NOISE_LEVELS.len()],
        }),
        corrected: CorrectedEvaluation {
            samples: indices
                .map(|test_index| SampleScores { test_index, scores })
                .collect(),
            test: scores,
            fashion: experiment.data.is_default().then_some(scores),
            random: scores,
            noisy: vec![scores; INPUT_NOISE_LEVELS.len()],
            code_noise: vec![vec![scores; CODE_NOISE_LEVELS.len()]; 2],
        },
        measures: measures(experiment),
        health: Health {
            hidden_units: 256,
            dead_hidden_units: 3,
            dead_output_pixels: 0,
            constant_output: false,
            worse_than_mean_image: false,
            loss_stalled: false,
            stopped_after_epoch: None,
        },
        explained_variance_ratio: None,
        training: None,
    }
}

fn measures(experiment: &Experiment) -> Measures {
    let method = &experiment.method;
    let is_mnist = experiment.data.is_default();
    let is_pca = method.is_pca();
    let has_filters = !matches!(method.model(), Some(ModelSpec::Convolutional(_)));
    Measures {
        train_sse: Some(7.0),
        class_sse: (0..3)
            .map(|class| ClassError {
                class,
                images: 30,
                sse: 6.0 + class as f64,
            })
            .collect(),
        noisy_sse: TEST_NOISE_LEVELS.map(|level| 7.25 + 20.0 * level).into(),
        fashion_sse: is_mnist.then_some(40.5),
        random_sse: 80.25,
        fashion_auc: is_mnist.then_some(0.9375),
        random_auc: 1.0,
        contrast: 0.875,
        random_border: 0.0625,
        active_fraction: (!is_pca).then_some(0.75),
        decoder_weights: if is_pca { vec![] } else { vec![0.125; 3] },
        filter_correlation: has_filters.then_some(0.625),
        image_correlation: 0.75,
        image_variance: 0.0625,
        code_noise: CODE_NOISE_MEASURED
            .map(|level| CodeNoise {
                level,
                sse: 20.0 + level,
                nn_accuracy: is_mnist.then_some(1.0 / (1.0 + level)),
                variance: 0.01 * level,
                neighbor_correlation: Some(0.8 + 0.01 * level),
            })
            .into(),
    }
}
