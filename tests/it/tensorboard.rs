//! Event files for TensorBoard: what they show, and that neither an interruption nor a later request
//! doubles or loses a point, nor changes a result.

use std::{collections::BTreeMap, fs};

use event_file::{Point, Value};
use experiment::{Metric, RunFolder};
use rustix::process::Signal;

use crate::harness::{HeldProgram, TestRun, assert_same, results, run};

const EXPERIMENTS: &str = r#"[
    {"id": "dense", "training_images": 300,
     "model": {"kind": "dense", "widths": [784, 8, 784], "code_layer": 1, "output": "relu"},
     "training": {"epochs": 3, "batch_size": 100, "learning_rate": 1e-3, "evaluate_every": 2,
                  "schedule": {"kind": "step", "every_epochs": 2, "factor": 0.5}}},
    {"id": "pca", "training_images": 300, "model": {"kind": "pca", "components": 5}}
]"#;

const PICTURE: &str = "test samples, reconstructions below";

fn points(run: &RunFolder, id: &str, further_seed: Option<u64>) -> Vec<Point> {
    let folder = run.tensorboard(id, further_seed);
    event_file::read(&folder.join("events.out.tfevents.train")).unwrap()
}

/// The scalars of each tag, each with its step.
fn scalars(points: &[Point]) -> BTreeMap<&str, Vec<(u64, f32)>> {
    let mut scalars = BTreeMap::new();
    for point in points {
        if let Value::Scalar(value) = point.value {
            let of_tag: &mut Vec<_> = scalars.entry(&*point.tag).or_default();
            of_tag.push((point.step, value));
        }
    }
    scalars
}

#[test]
fn the_points_are_those_of_the_log_and_of_the_evaluation() {
    let test = TestRun::new(EXPERIMENTS);
    run(test.command().args(["--tensorboard", "--seeds", "2"])).with_status(0);
    let found = points(&test.run, "dense", None);
    let scalars = scalars(&found);
    let folder = test.run.experiment("dense");
    let metrics = folder.metrics().unwrap();
    let losses: Vec<(u64, f32)> = metrics
        .iter()
        .filter_map(|metric| match metric {
            Metric::Step { step, loss, .. } => Some((*step as u64, *loss as f32)),
            Metric::Epoch { .. } | Metric::Evaluation { .. } => None,
        })
        .collect();
    assert_eq!(losses.len(), 9);
    assert_eq!(scalars["loss/step"], losses);
    let rates = [1e-3, 1e-3, 1e-3, 1e-3, 1e-3, 1e-3, 5e-4, 5e-4, 5e-4];
    let rates: Vec<(u64, f32)> = (1..).zip(rates).collect();
    assert_eq!(scalars["learning_rate"], rates);
    let steps = |tag: &str| -> Vec<u64> { scalars[tag].iter().map(|point| point.0).collect() };
    assert_eq!(steps("loss/epoch"), [3, 6, 9]);
    assert_eq!(steps("sse/test"), [6]);
    assert!(!scalars.contains_key("sse/validation"));
    let scores = folder.evaluation().unwrap().unwrap().corrected.test;
    assert_eq!(scalars["final/sse"], [(9, scores.sse as f32)]);
    assert_eq!(scalars["final/ssim"], [(9, scores.ssim as f32)]);
    let picture = found.last().unwrap();
    assert_eq!(picture.tag, PICTURE);
    let Value::Image(image) = &picture.value else {
        panic!("expected a picture, found {picture:?}");
    };
    assert_eq!([image.width, image.height], [840, 168]);
    assert!(image.png.starts_with(b"\x89PNG"));

    assert_ne!(points(&test.run, "dense", Some(13)), found);
    // Three scores and the picture.
    assert_eq!(points(&test.run, "pca", None).len(), 4);
}

#[test]
fn an_interruption_doubles_and_loses_no_point() {
    let test = TestRun::new(EXPERIMENTS);
    let whole = test.beside("whole");
    run(test.command_into(&whole).arg("--tensorboard")).with_status(0);
    let whole = RunFolder::new(whole);

    let mut train = test.command();
    train.arg("--tensorboard");
    // After the log has the second epoch, before the event file has it.
    let mut held = HeldProgram::start(train, "dense/metrics.jsonl", 2);
    let first_epoch = points(&test.run, "dense", None);
    assert!(!first_epoch.is_empty());
    held.signal(Signal::INT);
    held.wait_for("stopping after the current step");
    held.release();
    held.end().with_status(130);
    run(test.command().arg("--tensorboard")).with_status(0);
    let resumed = points(&test.run, "dense", None);
    assert_eq!(resumed[..first_epoch.len()], first_epoch);
    assert_eq!(resumed, points(&whole, "dense", None));
}

#[test]
fn a_complete_run_gets_event_files_later_and_keeps_its_results() {
    let test = TestRun::new(EXPERIMENTS);
    test.train().with_status(0);
    assert!(!test.run.path().join("tensorboard").exists());
    let before = results(test.run.path());
    run(test.command().arg("--tensorboard"))
        .with_status(0)
        .saying(&["is complete already"]);
    let from_the_start = test.beside("from-the-start");
    run(test.command_into(&from_the_start).arg("--tensorboard")).with_status(0);
    let from_the_start = RunFolder::new(from_the_start);
    for id in ["dense", "pca"] {
        assert_eq!(
            points(&test.run, id, None),
            points(&from_the_start, id, None)
        );
    }
    for run in [&test.run, &from_the_start] {
        fs::remove_dir_all(run.path().join("tensorboard")).unwrap();
        assert_same(&before, &results(run.path()));
    }
}

#[test]
fn a_file_that_cannot_be_written_fails_its_experiment_alone() {
    let test = TestRun::new(EXPERIMENTS);
    // A folder where the file must be.
    let file = test.run.tensorboard("dense", None);
    fs::create_dir_all(file.join("events.out.tfevents.train")).unwrap();
    run(test.command().arg("--tensorboard"))
        .with_status(3)
        .saying(&[
            "dense/events.out.tfevents.train",
            "1 of 2 experiments failed",
        ]);
    assert_eq!(points(&test.run, "pca", None).len(), 4);
    test.train().with_status(0);
}
