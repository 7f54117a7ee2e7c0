//! Batches: every image once an epoch, and the changes that a training asks for.

use experiment::{Augmentation, Corruption, Experiment, Training};
use tch::{Device, Tensor};
use train::data::{Batch, Epoch, TrainingImages};

use crate::small::training_images;

fn experiment() -> Experiment {
    Experiment {
        id: "small".into(),
        seed: 3,
        ..Experiment::default()
    }
}

/// Batches of 16 of 50 images: three full ones and a last one of two.
fn training(augmentation: &[Augmentation], corruption: &[Corruption]) -> Training {
    Training {
        batch_size: 16,
        augmentation: augmentation.to_vec(),
        corruption: corruption.to_vec(),
        ..Training::default()
    }
}

/// Batch `index` of epoch `number`.
fn batch(training: &Training, number: usize, index: usize) -> Batch {
    let images = training_images().into();
    let images = TrainingImages::new(&images, Device::Cpu);
    Epoch::new(&experiment(), training, &images, number)
        .batch(index)
        .unwrap()
}

const NOISE: Corruption = Corruption::Gaussian {
    std: 0.5,
    clip: false,
};
const SHIFT: Augmentation = Augmentation::Shift { pixels: 3 };

#[test]
fn every_image_is_used_once_an_epoch_in_another_order() {
    let training = training(&[], &[]);
    let sums = |number| {
        let batches: Vec<Batch> = (0..4).map(|i| batch(&training, number, i)).collect();
        let targets: Vec<&Tensor> = batches.iter().map(Batch::target).collect();
        let sums = Tensor::cat(&targets, 0).sum_dim_intlist([1].as_slice(), false, None);
        Vec::<f32>::try_from(sums).unwrap()
    };
    let sorted = |mut sums: Vec<f32>| {
        sums.sort_by(f32::total_cmp);
        sums
    };
    assert_eq!(sums(1).len(), 50);
    assert_ne!(sums(1), sums(2));
    assert_eq!(sorted(sums(1)), sorted(sums(2)));
    assert_eq!(sums(2), sums(2));
}

#[test]
fn noise_is_on_the_input_only_and_new_in_every_epoch() {
    let training = training(&[], &[NOISE]);
    let noise = |number, index| {
        let batch = batch(&training, number, index);
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
fn corruptions_add_up() {
    let more = Corruption::Gaussian {
        std: 1.2,
        clip: false,
    };
    let training = training(&[], &[NOISE, more]);
    let batch = batch(&training, 1, 0);
    let noise = batch.input() - batch.target();
    assert!((noise.std(true).double_value(&[]) - 1.3).abs() < 0.03);
}

#[test]
fn augmentation_changes_input_and_target_alike_and_is_new_in_every_epoch() {
    let (plain, shifted) = (training(&[], &[]), training(&[SHIFT], &[]));
    let augmented = batch(&shifted, 1, 0);
    assert_eq!(augmented.input(), augmented.target());
    assert_ne!(augmented.target(), batch(&plain, 1, 0).target());
    assert_eq!(augmented.target(), batch(&shifted, 1, 0).target());
    // The last batch has the same two images of 50 with a probability of 1 in 1,225.
    assert_ne!(
        batch(&shifted, 1, 3).target(),
        batch(&shifted, 2, 3).target()
    );
}

#[test]
fn noise_does_not_depend_on_augmentation() {
    let noise = |training: &Training| {
        let batch = batch(training, 1, 1);
        batch.input() - batch.target()
    };
    let difference = noise(&training(&[SHIFT], &[NOISE])) - noise(&training(&[], &[NOISE]));
    assert!(difference.abs().max().double_value(&[]) < 1e-6);
}

#[test]
fn a_batch_without_noise_can_be_followed_by_one_with_noise() {
    let images = training_images().into();
    let images = TrainingImages::new(&images, Device::Cpu);
    let experiment = experiment();
    let (quiet, noisy) = (training(&[], &[]), training(&[], &[NOISE]));
    let mut batch = Epoch::new(&experiment, &quiet, &images, 1)
        .batch(0)
        .unwrap();
    let noisy = Epoch::new(&experiment, &noisy, &images, 1);
    noisy.fill(0, &mut batch).unwrap();
    let expected = noisy.batch(0).unwrap();
    assert_eq!(batch.input(), expected.input());
    assert_eq!(batch.target(), expected.target());
}
