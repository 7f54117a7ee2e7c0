//! A checkpoint that is damaged anywhere is refused or changes nothing.

use std::fs;

use experiment::{Experiment, ExperimentFolder, Method, ModelSpec, RunFolder, Training};
use tch::Device;
use tempfile::TempDir;
use train::{
    Error,
    data::TrainingImages,
    run::device::prepare_thread,
    training::{Outcome, Silent, Unmonitored, fit},
};

use crate::small;

/// Two epochs of two steps each.
fn experiment(widths: &[usize], learning_rate: f64) -> Experiment {
    Experiment {
        id: "small".into(),
        seed: 3,
        method: Method::Autoencoder {
            model: ModelSpec::dense(widths),
            training: Training {
                epochs: 2,
                batch_size: 10,
                learning_rate,
                ..Training::default()
            },
        },
        ..Experiment::default()
    }
}

fn sound() -> Experiment {
    experiment(&[784, 2, 784], 1e-3)
}

/// Trains on 20 images until `steps` steps are taken.
fn run(folder: &ExperimentFolder, experiment: &Experiment, steps: usize) -> Result<Outcome, Error> {
    prepare_thread();
    let images = small::images().test.into();
    let images = TrainingImages::new(&images, Device::Cpu);
    let left = std::cell::Cell::new(steps);
    let stop = || left.replace(left.get().saturating_sub(1)) == 0;
    let device = Device::Cpu;
    fit(
        experiment,
        &images,
        folder,
        device,
        &Unmonitored,
        &Silent,
        &stop,
    )
}

#[test]
fn no_damage_goes_unnoticed() {
    let root = TempDir::new().unwrap();
    let whole = RunFolder::new(root.path().join("whole")).experiment("small");
    run(&whole, &sound(), 9).unwrap();
    let expected = fs::read(whole.model_path()).unwrap();

    let folder = RunFolder::new(root.path().join("cut")).experiment("small");
    run(&folder, &sound(), 3).unwrap();
    let undamaged = fs::read(folder.resume_path()).unwrap();
    let metrics = fs::read(folder.path().join("metrics.jsonl")).unwrap();
    let header = 8 + u64::from_le_bytes(undamaged[..8].try_into().unwrap()) as usize;

    // Every byte of the header, and bytes of each tensor.
    let places = (0..header).chain((header..undamaged.len()).step_by(509));
    let flipped = places.map(|place| {
        let mut bytes = undamaged.clone();
        bytes[place] ^= 1 << (place % 8);
        bytes
    });
    let lengths = (0..undamaged.len()).step_by(997);
    let cut = lengths.map(|length| undamaged[..length].to_vec());
    let (mut count, mut refusals) = (0, 0);
    for damaged in flipped.chain(cut) {
        count += 1;
        fs::write(folder.resume_path(), &damaged).unwrap();
        fs::write(folder.path().join("metrics.jsonl"), &metrics).unwrap();
        match run(&folder, &sound(), 9) {
            Ok(_) => assert!(expected == fs::read(folder.model_path()).unwrap()),
            Err(error) => {
                let said = error.to_string();
                assert!(said.contains("resume.safetensors"), "{said}");
                assert!(said.contains("move "), "{said}");
                assert!(damaged == fs::read(folder.resume_path()).unwrap());
                refusals += 1;
            }
        }
    }
    eprintln!("{refusals} of {count} damaged checkpoints refused, the others changed nothing");
    assert!(refusals > header);
}

#[test]
fn a_loss_that_was_changed_is_refused() {
    let root = TempDir::new().unwrap();
    let folder = RunFolder::new(root.path()).experiment("small");
    run(&folder, &sound(), 3).unwrap();
    let path = folder.path().join("metrics.jsonl");
    let undamaged = fs::read_to_string(&path).unwrap();
    let metrics = folder.metrics().unwrap();
    let digits = undamaged.match_indices(|c: char| c.is_ascii_digit());
    for (place, digit) in digits {
        let other = if digit == "1" { "2" } else { "1" };
        let mut changed = undamaged.clone();
        changed.replace_range(place..=place, other);
        fs::write(&path, &changed).unwrap();
        // Two texts of seventeen digits can be the same number.
        if folder.metrics().is_ok_and(|found| found == metrics) {
            continue;
        }
        let said = run(&folder, &sound(), 9).unwrap_err().to_string();
        for part in ["metrics.jsonl", "; the training cannot resume: move "] {
            assert!(said.contains(part), "expected {part:?} in {said}");
        }
        assert!(changed == fs::read_to_string(&path).unwrap());
    }
    fs::write(&path, &undamaged).unwrap();
    run(&folder, &sound(), 9).unwrap();
}

/// Adam divides by the root of its second moment: with an infinite one the weight never moves again,
/// while every loss and every weight stays finite.
#[test]
fn a_moment_that_is_infinite_ends_the_training() {
    let steep = experiment(&[&[784][..], &[64; 8], &[784]].concat(), 3.0);
    let root = TempDir::new().unwrap();
    let folder = RunFolder::new(root.path()).experiment("small");
    let said = run(&folder, &steep, 9).unwrap_err().to_string();
    assert!(said.contains(" second_moment/"), "{said}");
    assert!(said.contains("no checkpoint was made before"), "{said}");
    assert!(!folder.resume_path().exists());
}

#[test]
fn a_parameter_or_a_loss_that_is_not_finite_leaves_the_last_good_checkpoint() {
    let exploding = experiment(&[784, 2, 784], 1e39);
    let root = TempDir::new().unwrap();
    let folder = RunFolder::new(root.path()).experiment("small");
    run(&folder, &sound(), 2).unwrap();
    let good = fs::read(folder.resume_path()).unwrap();
    let said = run(&folder, &exploding, 1).unwrap_err().to_string();
    for part in [
        "weight/encoder.0.weight after step 3 (epoch 2, batch 1 of 2)",
        "the last good checkpoint is that of step 2, ",
        "resume.safetensors",
    ] {
        assert!(said.contains(part), "expected {part:?} in {said}");
    }
    let said = run(&folder, &exploding, 9).unwrap_err().to_string();
    let part = "the loss of step 4 (epoch 2, batch 2 of 2) is NaN; the last good checkpoint";
    assert!(said.contains(part), "{said}");
    assert!(good == fs::read(folder.resume_path()).unwrap());
}
