//! A training whose numbers leave the range of floats ends with where and when; the others go on.

use std::fs;

use end_to_end::{end, limited, train};
use experiment::RunFolder;
use tempfile::TempDir;

/// Steps of 10 through wide layers: the second loss is infinite.
const EXPERIMENTS: &str = r#"[
    {"id": "exploding", "training_images": 600,
     "model": {"kind": "dense", "widths": [784, 2000, 2000, 2000, 2000, 784], "code_layer": 2,
               "output": "relu"},
     "training": {"epochs": 2, "batch_size": 100, "learning_rate": 10}},
    {"id": "sound", "training_images": 300,
     "model": {"kind": "dense", "widths": [784, 8, 784], "code_layer": 1, "output": "relu"},
     "training": {"epochs": 1, "batch_size": 100, "learning_rate": 1e-3}}
]"#;

#[test]
fn a_loss_that_is_not_finite_stops_its_experiment_only() {
    let folder = TempDir::new().unwrap();
    let experiments = folder.path().join("experiments.json");
    fs::write(&experiments, EXPERIMENTS).unwrap();
    let run = RunFolder::new(folder.path().join("run"));
    let (status, said) = end(&mut train(&experiments, run.path()));
    assert_eq!(status, Some(3), "{said}");
    for part in [
        "\"exploding\": the loss of step 2 (epoch 1, batch 2 of 6) is inf",
        "no checkpoint was made before",
        "1 of 2 experiments failed: exploding",
    ] {
        assert!(said.contains(part), "expected {part:?} in {said}");
    }
    assert!(run.experiment("sound").evaluation().unwrap().is_some());
    let exploding = run.experiment("exploding");
    assert_eq!(exploding.metrics().unwrap().len(), 1);
    assert!(!exploding.model_path().exists());
}

/// A convolutional model takes no more memory than an image needs, however large its batches.
const LARGE_BATCH: &str = r#"[
    {"id": "convolutional", "training_images": 100,
     "model": {"kind": "convolutional", "decoder": "unpool"},
     "training": {"epochs": 1, "batch_size": 38000, "learning_rate": 1e-3}}
]"#;

#[cfg(target_os = "linux")]
#[test]
fn what_fits_into_the_memory_is_not_refused() {
    let folder = TempDir::new().unwrap();
    let experiments = folder.path().join("experiments.json");
    fs::write(&experiments, LARGE_BATCH).unwrap();
    let run = RunFolder::new(folder.path().join("run"));
    let mut train = train(&experiments, run.path());
    train.args(["--jobs", "1"]).env("MALLOC_ARENA_MAX", "2");
    let (status, said) = end(&mut limited("ulimit -v 3300000", &train));
    assert_eq!(status, Some(0), "{said}");
}

/// The output of the wide layer alone takes 3.3 GB.
const TOO_WIDE: &str = r#"[
    {"id": "wide",
     "model": {"kind": "dense", "widths": [784, 16384, 784], "code_layer": 1, "output": "relu"},
     "training": {"epochs": 1, "batch_size": 50000, "learning_rate": 1e-3}},
    {"id": "sound", "training_images": 300,
     "model": {"kind": "dense", "widths": [784, 8, 784], "code_layer": 1, "output": "relu"},
     "training": {"epochs": 1, "batch_size": 100, "learning_rate": 1e-3}}
]"#;

#[cfg(target_os = "linux")]
#[test]
fn an_experiment_without_memory_stops_alone() {
    let folder = TempDir::new().unwrap();
    let experiments = folder.path().join("experiments.json");
    fs::write(&experiments, TOO_WIDE).unwrap();
    let run = RunFolder::new(folder.path().join("run"));
    let mut train = train(&experiments, run.path());
    train.args(["--jobs", "2"]);
    // Each thread sets addresses aside.
    train
        .env("RAYON_NUM_THREADS", "2")
        .env("MALLOC_ARENA_MAX", "2");
    let (status, said) = end(&mut limited("ulimit -v 3300000", &train));
    assert_eq!(status, Some(3), "{said}");
    for part in [
        "\"wide\": expected 4002 MB of memory at least, found ",
        " MB free",
        "a smaller batch_size",
    ] {
        assert!(said.contains(part), "expected {part:?} in {said}");
    }
    assert!(run.experiment("sound").evaluation().unwrap().is_some());
}
