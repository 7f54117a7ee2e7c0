//! Each measure on models made by hand, of which the right value is known.

mod models;

use experiment::{
    Activation, CODE_NOISE_MEASURED, Decoder, DenseSpec, Evaluation, Experiment, Method, Metric,
    ModelSpec, Norm, Protocol, RunFolder, TEST_NOISE_LEVELS, Training, Validation, Variational,
    arrays, assignment,
};
use mnist_io::{Elements, IdxArray};
use models::{ConstantModel, HalfDead, ScalingModel, Weights};
use rand::{RngExt, SeedableRng, rngs::StdRng};
use tch::Device;
use tempfile::TempDir;
use train::{
    data::EvaluationImages,
    evaluation::{Reconstruct, TruncatedPca, evaluate},
};

use crate::small;

fn experiment(id: &str, seed: u64) -> Experiment {
    Experiment {
        id: id.into(),
        seed,
        ..Experiment::default()
    }
}

/// The assignment's experiment that is measured in every way.
fn manifold(seed: u64) -> Experiment {
    let mut list = assignment::full(seed).into_iter();
    list.find(|one| one.id == assignment::MANIFOLD).unwrap()
}

/// The training of a model.
fn of(model: ModelSpec) -> Experiment {
    Experiment {
        method: Method::Autoencoder {
            model,
            training: Training::default(),
        },
        ..experiment("model", 1)
    }
}

fn run(
    model: &dyn Reconstruct,
    experiment: &Experiment,
    images: &EvaluationImages,
) -> (Evaluation, TempDir) {
    let root = TempDir::new().unwrap();
    let folder = RunFolder::new(root.path()).experiment(&experiment.id);
    let evaluation = evaluate(model, experiment, None, images, &folder, Device::Cpu).unwrap();
    (evaluation, root)
}

fn measured(model: &dyn Reconstruct) -> experiment::Measures {
    run(model, &manifold(1), &small::images()).0.measures
}

fn near(found: f64, expected: f64, tolerance: f64) {
    assert!(
        (found - expected).abs() <= tolerance,
        "found {found}, expected {expected}"
    );
}

/// Mean over the test images of a sum over the pixels.
fn mean_of_test(value: impl Fn(f64) -> f64) -> f64 {
    let test = small::images().test;
    small::bytes(&test)
        .iter()
        .map(|&pixel| value(f64::from(pixel) / 255.0))
        .sum::<f64>()
        / 20.0
}

#[test]
fn a_perfect_model() {
    let measures = measured(&ScalingModel(1.0));
    for (found, level) in measures.noisy_sse.iter().zip(TEST_NOISE_LEVELS) {
        let noise = 784.0 * level * level;
        near(*found, noise, 0.05 * noise);
    }
    assert_eq!(
        (measures.fashion_sse, measures.random_sse),
        (Some(0.0), 0.0)
    );
    // All errors are zero: the detector can only guess.
    assert_eq!(
        (measures.fashion_auc, measures.random_auc),
        (Some(0.5), 0.5)
    );
    near(measures.contrast, 1.0, 1e-9);
    near(measures.random_border, 127.0 / 255.0, 1e-6);
    let nonzero = mean_of_test(|pixel| f64::from(u8::from(pixel > 0.0)));
    near(measures.active_fraction.unwrap(), nonzero / 784.0, 1e-9);
    assert!(measures.decoder_weights.is_empty());
    assert_eq!(measures.filter_correlation, None);
    for (found, level) in measures.code_noise.iter().zip(CODE_NOISE_MEASURED) {
        let variance = level * level;
        assert_eq!(found.level, level);
        near(found.sse, 784.0 * variance, 0.02 * 784.0 * variance);
        near(found.variance, variance, 0.02 * variance);
    }
    let nn_accuracy: Vec<f64> = measures
        .code_noise
        .iter()
        .filter_map(|c| c.nn_accuracy)
        .collect();
    assert_eq!(nn_accuracy[0], 1.0);
    assert!(nn_accuracy[8] < 0.3, "{nn_accuracy:?}");
}

#[test]
fn codes_without_a_relu_have_no_activity() {
    let activity = |model: ModelSpec| {
        let (evaluation, _folder) = run(&ScalingModel(1.0), &of(model), &small::images());
        evaluation.measures.active_fraction
    };
    let dense = |activation, code_activation| {
        ModelSpec::Dense(DenseSpec {
            activation,
            code_activation,
            ..DenseSpec::default()
        })
    };
    let relu = Activation::Relu;
    for other in [Activation::Linear, Activation::Sigmoid, Activation::Gelu] {
        assert_eq!(activity(dense(other, None)), None, "{}", other.name());
        assert_eq!(activity(dense(relu, Some(other))), None, "{}", other.name());
        assert!(activity(dense(other, Some(relu))).is_some());
    }
    let variational = ModelSpec::Dense(DenseSpec {
        variational: Some(Variational::default()),
        ..DenseSpec::default()
    });
    assert_eq!(activity(variational), None);
    // As printed in the notebook, the last block of this encoder has no ReLU.
    assert_eq!(activity(ModelSpec::convolutional(Decoder::Unpool)), None);
    for with_code_of_relu in [
        dense(relu, None),
        ModelSpec::convolutional(Decoder::Deconv),
        ModelSpec::Dense(DenseSpec {
            top_k: Some(3),
            ..DenseSpec::default()
        }),
    ] {
        assert!(activity(with_code_of_relu).is_some());
    }
}

#[test]
fn a_model_of_half_the_contrast() {
    let measures = measured(&ScalingModel(0.5));
    near(measures.contrast, 0.5, 1e-9);
    near(measures.random_border, 63.5 / 255.0, 1e-6);
    near(
        measures.noisy_sse[0],
        mean_of_test(|pixel| pixel * pixel / 4.0),
        1e-4,
    );
    for (found, level) in measures.code_noise.iter().zip(CODE_NOISE_MEASURED) {
        near(found.variance, level * level / 4.0, 0.02 * level * level);
    }
}

#[test]
fn the_error_of_training_images_is_of_those_that_were_trained_on() {
    let train_sse = |experiment: &Experiment| {
        let images = small::images();
        let measures = run(&ScalingModel(0.5), experiment, &images).0.measures;
        measures.train_sse
    };
    let training = small::images().training;
    let mean = |count: usize| {
        let pixels = small::bytes(&training)[..count * 784].iter();
        let quarter = |&pixel: &u8| (f64::from(pixel) / 255.0).powi(2) / 4.0;
        pixels.map(quarter).sum::<f64>() / count as f64
    };
    let mut experiment = of(ModelSpec::dense(&[784, 8, 784]));
    near(train_sse(&experiment).unwrap(), mean(20), 1e-4);
    experiment.training_images = Some(3);
    near(train_sse(&experiment).unwrap(), mean(3), 1e-4);
    experiment.method.training_mut().unwrap().validation = Some(Validation::Count(1));
    assert_eq!(train_sse(&experiment), None);
}

#[test]
fn the_error_of_each_class_is_of_its_test_images() {
    let mut images = small::images();
    let classes: Vec<u32> = [2, 0, 2, 2].repeat(5);
    let squares = |class: u32| {
        let of_image = |image: usize| {
            let pixels = small::bytes(&images.test)[image * 784..][..784].to_vec();
            let quarters = pixels
                .iter()
                .map(|&pixel| (f64::from(pixel) / 255.0).powi(2) / 4.0);
            quarters.sum::<f64>()
        };
        let of_class: Vec<f64> = (0..20)
            .filter(|&image| classes[image] == class)
            .map(of_image)
            .collect();
        of_class.iter().sum::<f64>() / of_class.len() as f64
    };
    let expected = [(0, 5, squares(0)), (2, 15, squares(2))];
    images.labels = Some(classes);
    let evaluation = run(&ScalingModel(0.5), &experiment("model", 1), &images).0;
    let found = evaluation.measures.class_sse;
    assert_eq!(found.len(), 2);
    for (found, (class, count, sse)) in found.iter().zip(expected) {
        assert_eq!((found.class, found.images), (class, count));
        near(found.sse, sse, 1e-4);
    }
    images.labels = None;
    let evaluation = run(&ScalingModel(0.5), &experiment("model", 1), &images).0;
    assert!(evaluation.measures.class_sse.is_empty());
}

#[test]
fn an_own_experiment_on_mnist_has_what_its_report_shows_and_not_what_the_assignment_asks_for() {
    let mut images = small::images();
    images.labels = Some((0..20).map(|index| index % 10).collect());
    let own = of(ModelSpec::dense(&[784, 8, 784]));
    let (evaluation, root) = run(&ScalingModel(0.5), &own, &images);
    let planned = run(&ScalingModel(0.5), &manifold(1), &images).0;
    let with_all = planned.measures;
    // The assignment's report compares these of both.
    let measures = evaluation.measures;
    assert_eq!(evaluation.corrected.test, planned.corrected.test);
    assert_eq!(evaluation.corrected.samples, planned.corrected.samples);
    assert_eq!(measures.noisy_sse, with_all.noisy_sse);
    assert_eq!(measures.train_sse, with_all.train_sse);
    assert_eq!(measures.class_sse, with_all.class_sse);
    assert_eq!(measures.random_sse, with_all.random_sse);
    let folder = RunFolder::new(root.path()).experiment(&own.id);
    let protocol = Protocol::Corrected;
    for name in [
        arrays::ERRORS_TEST,
        arrays::EXTREMES,
        arrays::EXTREME_INDICES,
        arrays::CODES_TEST,
        arrays::LABELS_TEST,
        arrays::PIXEL_ERRORS,
        &arrays::samples(protocol),
        &arrays::noisy_inputs(protocol),
        &arrays::noisy_reconstructions(protocol),
    ] {
        assert!(folder.array(name).is_ok(), "{name}");
    }
    assert!(evaluation.assignment.is_none() && planned.assignment.is_some());
    assert_eq!((measures.fashion_sse, measures.fashion_auc), (None, None));
    assert!(measures.code_noise.is_empty() && !with_all.code_noise.is_empty());
}

#[test]
fn noise_on_the_code_of_a_model_that_copies_makes_neighbors_independent() {
    let measures = measured(&ScalingModel(1.0));
    let correlations = measures
        .code_noise
        .iter()
        .map(|noise| noise.neighbor_correlation);
    let correlations: Vec<f64> = correlations.map(Option::unwrap).collect();
    near(correlations[0], measures.image_correlation, 0.1);
    for correlation in &correlations[1..] {
        near(*correlation, 0.0, 0.05);
    }
    let uniform = measured(&ConstantModel(0.0)).code_noise;
    assert!(
        uniform
            .iter()
            .all(|noise| noise.neighbor_correlation.is_none())
    );
}

#[test]
fn a_constant_model() {
    let (evaluation, _folder) = run(&ConstantModel(0.0), &manifold(1), &small::images());
    let measures = evaluation.measures;
    assert!(evaluation.health.constant_output);
    assert_eq!((measures.contrast, measures.random_border), (0.0, 0.0));
    assert_eq!(measures.active_fraction, Some(0.0));
    // Noise on the input changes nothing.
    for error in &measures.noisy_sse {
        near(*error, measures.noisy_sse[0], 1e-9);
    }
    // Garments here are test images again; a gray image has more light than a blob.
    assert_eq!(
        (measures.fashion_auc, measures.random_auc),
        (Some(0.5), 1.0)
    );
    near(
        measures.random_sse,
        784.0 * (127.0f64 / 255.0).powi(2),
        1e-3,
    );
    for noisy in &measures.code_noise {
        // All reconstructions are nearest to the same one of ten images, a class each.
        assert_eq!((noisy.variance, noisy.nn_accuracy), (0.0, Some(0.1)));
    }
}

#[test]
fn a_model_that_is_worse_than_the_mean_image_is_not_well() {
    let health = |factor| {
        let model = ScalingModel(factor);
        run(&model, &experiment("model", 1), &small::images())
            .0
            .health
    };
    assert!(!health(1.0).worse_than_mean_image);
    let diverged = health(30.0);
    assert!(diverged.worse_than_mean_image);
    let warning = diverged.warning().unwrap();
    assert!(
        warning.contains("its error is above that of the mean image"),
        "{warning}"
    );
}

#[test]
fn the_detector_is_as_good_as_the_errors_are_apart() {
    let mut images = small::images();
    // The black model makes no error on a black image.
    let bytes = [vec![0; 15 * 784], vec![255; 5 * 784]].concat();
    images.fashion.as_mut().unwrap().test = small::images_of(bytes);
    let black = run(&ConstantModel(0.0), &manifold(1), &images).0;
    assert_eq!(black.measures.fashion_auc, Some(0.25));
}

#[test]
fn noise_depends_on_the_seed_and_not_on_the_experiment() {
    let noisy = |experiment: &Experiment| {
        let (evaluation, _folder) = run(&ScalingModel(1.0), experiment, &small::images());
        (
            evaluation.measures.noisy_sse,
            evaluation.measures.code_noise,
        )
    };
    let of = |id| noisy(&experiment(id, 1)).0;
    assert_eq!(of("one"), of("two"));
    let (first, second) = (noisy(&manifold(1)), noisy(&manifold(2)));
    assert_eq!(first.0, of("one"));
    assert_ne!(first.0, second.0);
    assert_ne!(first.1, second.1);
}

#[test]
fn smooth_filters_correlate_and_random_ones_do_not() {
    let correlation = |filters: Vec<f32>| measured(&Weights(filters)).filter_correlation;
    let wave = |i: usize| ((i / 28) as f32 / 6.0).sin() + ((i % 28) as f32 / 5.0).cos();
    assert!(correlation((0..784).map(wave).collect()).unwrap() > 0.95);
    let board = |i: usize| {
        if (i / 28 + i % 28).is_multiple_of(2) {
            1.0
        } else {
            -1.0
        }
    };
    near(
        correlation((0..784).map(board).collect()).unwrap(),
        -1.0,
        1e-9,
    );
    let mut random = StdRng::seed_from_u64(5);
    let random: Vec<f32> = (0..64 * 784)
        .map(|_| random.random_range(-0.1..0.1))
        .collect();
    near(correlation(random).unwrap(), 0.0, 0.02);
    // A filter of one value has no correlation; the mean is that of the others.
    let mut with_constant: Vec<f32> = (0..784).map(board).collect();
    with_constant.extend([0.5; 784]);
    near(correlation(with_constant).unwrap(), -1.0, 1e-9);
    assert_eq!(correlation(vec![0.5; 784]), None);
}

#[test]
fn the_random_filters_of_dead_units_do_not_count() {
    let wave = |i: usize| ((i / 28) as f32 / 6.0).sin();
    let mut random = StdRng::seed_from_u64(5);
    let mut filters: Vec<f32> = (0..784).map(wave).collect();
    filters.extend((0..784).map(|_| random.random_range(-1.0..1.0f32)));
    let of = |model: &dyn Reconstruct| measured(model).filter_correlation.unwrap();
    assert!(of(&Weights(filters.clone())) < 0.6);
    assert!(of(&HalfDead(filters)) > 0.95);
}

#[test]
fn only_units_of_the_first_layer_decide_which_filters_count() {
    let wave = |i: usize| ((i / 28) as f32 / 6.0).sin();
    let mut random = StdRng::seed_from_u64(5);
    let mut filters: Vec<f32> = (0..784).map(wave).collect();
    filters.extend((0..784).map(|_| random.random_range(-1.0..1.0f32)));
    let correlation = |spec: DenseSpec| {
        let model = ModelSpec::Dense(DenseSpec {
            widths: vec![784, 2, 3, 784],
            ..spec
        });
        let half_dead = HalfDead(filters.clone());
        let (evaluation, _folder) = run(&half_dead, &of(model), &small::images());
        evaluation.measures.filter_correlation.unwrap()
    };
    let linear_code_first = DenseSpec {
        code_layer: Some(1),
        code_activation: Some(Activation::Linear),
        ..DenseSpec::default()
    };
    assert!(correlation(linear_code_first) < 0.6);
    let normalized = DenseSpec {
        code_layer: Some(2),
        norm: Norm::Batch,
        ..DenseSpec::default()
    };
    assert!(correlation(normalized) > 0.95);
}

#[test]
fn decoder_weights_are_the_roots_of_the_layers_mean_squares() {
    let weights = measured(&Weights(vec![0.0; 784])).decoder_weights;
    near(weights[0], (41.0f64 / 3.0).sqrt(), 1e-6);
    near(weights[1], 3.0, 1e-6);
    assert_eq!(weights.len(), 2);
}

fn floats(array: &IdxArray) -> Vec<f64> {
    match array.elements() {
        Elements::F32(values) => values.iter().map(|&value| value.into()).collect(),
        other => panic!("expected floats, found {}", other.element_type()),
    }
}

#[test]
fn errors_of_single_images_are_written() {
    let (evaluation, root) = run(&ScalingModel(0.5), &manifold(1), &small::images());
    let folder = RunFolder::new(root.path()).experiment(assignment::MANIFOLD);
    for (name, count, mean) in [
        (arrays::ERRORS_TEST, 20, evaluation.corrected.test.sse),
        (
            arrays::ERRORS_FASHION,
            20,
            evaluation.measures.fashion_sse.unwrap(),
        ),
        (arrays::ERRORS_RANDOM, 30, evaluation.measures.random_sse),
    ] {
        let errors = folder.array(name).unwrap();
        assert_eq!(errors.shape(), [count]);
        near(
            floats(&errors).iter().sum::<f64>() / count as f64,
            mean,
            1e-4,
        );
    }
    assert_eq!(
        evaluation.measures.noisy_sse[0],
        evaluation.corrected.test.sse
    );
}

#[test]
fn pca_has_the_curve_of_its_error_and_no_activity() {
    let mut random = StdRng::seed_from_u64(6);
    let images: Vec<u8> = (0..300 * 784).map(|_| random.random()).collect();
    let pca = TruncatedPca::fit(&small::images_of(images), 300, 30).unwrap();
    let experiment = Experiment {
        method: Method::Pca { components: 30 },
        ..experiment("pca", 1)
    };
    let (evaluation, root) = run(&pca, &experiment, &small::images());
    let folder = RunFolder::new(root.path()).experiment("pca");
    let curve = folder.array(arrays::SSE_BY_COMPONENTS).unwrap();
    assert_eq!(curve.shape(), [256]);
    near(floats(&curve)[29], evaluation.corrected.test.sse, 1e-3);
    let measures = evaluation.measures;
    assert_eq!(measures.active_fraction, None);
    assert!(measures.decoder_weights.is_empty());
    assert!(measures.filter_correlation.is_some());
    assert_eq!(evaluation.explained_variance_ratio.unwrap().len(), 30);
    assert_eq!(evaluation.health.dead_output_pixels, 0);
}

#[test]
fn a_loss_that_has_not_moved_for_three_epochs_has_stalled() {
    let stalled = |losses: &[f64]| {
        let experiment = experiment("losses", 1);
        let root = TempDir::new().unwrap();
        let folder = RunFolder::new(root.path()).experiment("losses");
        let metrics: Vec<Metric> = (1..)
            .zip(losses)
            .map(|(epoch, &loss)| Metric::Epoch {
                epoch,
                loss,
                parts: None,
                images: 1,
                images_per_second: 1.0,
            })
            .collect();
        folder.write_metrics(&metrics).unwrap();
        let (model, images) = (ScalingModel(1.0), small::images());
        evaluate(&model, &experiment, None, &images, &folder, Device::Cpu)
            .unwrap()
            .health
            .loss_stalled
    };
    assert!(stalled(&[0.5, 0.1120, 0.112, 0.112, 0.11195]));
    assert!(!stalled(&[0.5, 0.1120, 0.112, 0.112, 0.1115]));
    assert!(!stalled(&[0.112, 0.112, 0.112]));
    assert!(!stalled(&[]));
}

#[test]
fn black_test_images_have_no_contrast_to_compare() {
    let mut images = small::images();
    let bytes = [small::bytes(&images.test), &[0; 784]].concat();
    images.test = small::images_of(bytes);
    let (evaluation, _folder) = run(&ScalingModel(0.5), &experiment("half", 1), &images);
    near(evaluation.measures.contrast, 0.5, 1e-9);
}
