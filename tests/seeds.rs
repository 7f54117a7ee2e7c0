//! Several seeds of each experiment: where their results go, and what is not trained again.

use std::{
    fs,
    path::{Path, PathBuf},
    time::SystemTime,
};

use end_to_end::{command, message};
use experiment::{Experiment, RunFolder};
use tempfile::TempDir;

const EXPERIMENTS: &str = r#"[
    {"id": "dense", "seed": 5, "training_images": 300,
     "model": {"kind": "dense", "widths": [784, 8, 784], "code_layer": 1, "output": "sigmoid"},
     "training": {"epochs": 2, "batch_size": 100, "learning_rate": 1e-3}},
    {"id": "pca", "seed": 5, "training_images": 300, "model": {"kind": "pca", "components": 5}}
]"#;

/// `train run` of the experiments into `out`, with further arguments.
fn train(folder: &Path, out: &str, arguments: &[&str]) -> assert_cmd::assert::Assert {
    let experiments = folder.join("experiments.json");
    fs::write(&experiments, EXPERIMENTS).unwrap();
    let mut train = command("train");
    train.arg("run").arg("--experiments").arg(experiments);
    train.arg("--out").arg(folder.join(out)).args(arguments);
    train.assert()
}

fn model(run: &RunFolder) -> PathBuf {
    run.experiment("dense").model_path()
}

fn written(run: &RunFolder) -> SystemTime {
    fs::metadata(model(run)).unwrap().modified().unwrap()
}

fn weights(run: &RunFolder) -> Vec<u8> {
    fs::read(model(run)).unwrap()
}

#[test]
fn a_further_seed_is_trained_beside_those_that_are_there() {
    let folder = TempDir::new().unwrap();
    let said = message(&train(folder.path(), "run", &["--seeds", "2"]).success());
    for part in ["dense seed 5 ", "dense seed 6 ", "pca seed 5 "] {
        assert!(said.contains(part), "expected {part:?} in {said}");
    }
    let run = RunFolder::new(folder.path().join("run"));
    assert_eq!(run.seeds().unwrap(), [6]);
    for (run, seed) in [(run.clone(), 5), (run.seed(6), 6)] {
        let folder = run.experiment("dense");
        assert_eq!(folder.settings().unwrap().unwrap().seed, seed);
        assert!(folder.evaluation().unwrap().is_some());
    }
    assert!(run.experiment("pca").evaluation().unwrap().is_some());
    assert!(!run.seed(6).experiment("pca").path().exists());

    let before = [written(&run), written(&run.seed(6))];
    let said = message(&train(folder.path(), "run", &["--seeds", "3"]).success());
    assert_eq!(said.matches("is complete already").count(), 3, "{said}");
    assert!(said.contains("dense seed 7"), "{said}");
    assert_eq!(before, [written(&run), written(&run.seed(6))]);
    assert_eq!(run.seeds().unwrap(), [6, 7]);

    // A further seed gives what the seed gives alone.
    train(folder.path(), "alone", &["--seed", "7"]).success();
    let alone = RunFolder::new(folder.path().join("alone"));
    assert!(weights(&alone) == weights(&run.seed(7)));
    assert!(weights(&alone) != weights(&run));
}

#[test]
fn other_settings_of_a_further_seed_are_refused_before_anything_is_trained() {
    let folder = TempDir::new().unwrap();
    let run = RunFolder::new(folder.path().join("run"));
    let mut other: Vec<Experiment> = serde_json::from_str(EXPERIMENTS).unwrap();
    other[0].seed = 6;
    other[0].training_images = Some(200);
    let folder_of_seed = run.seed(6).experiment("dense");
    folder_of_seed.write_settings(&other[0]).unwrap();
    fs::write(folder_of_seed.model_path(), "weights").unwrap();
    let said = message(&train(folder.path(), "run", &["--seeds", "2"]).failure());
    for part in ["seeds/6/experiments/dense", "training_images", "--out"] {
        assert!(said.contains(part), "expected {part:?} in {said}");
    }
    assert!(!run.experiment("dense").path().exists());
    assert!(run.record().unwrap().is_none());
}

#[test]
fn no_seed_and_seeds_beyond_the_largest_are_refused() {
    let folder = TempDir::new().unwrap();
    train(folder.path(), "run", &["--seeds", "0"]).failure();
    let largest = u64::MAX.to_string();
    let arguments = ["--seeds", "2", "--seed", &largest];
    let said = message(&train(folder.path(), "run", &arguments).failure());
    assert!(
        said.contains(&largest) && said.contains("2 seeds"),
        "{said}"
    );
    assert!(!folder.path().join("run").exists());
}

#[test]
fn one_that_fails_takes_no_other_with_it_and_is_named() {
    let folder = TempDir::new().unwrap();
    let run = RunFolder::new(folder.path().join("run"));
    train(folder.path(), "run", &["--only", "pca"]).success();
    let failing = run.seed(6).experiment("dense");
    fs::create_dir_all(failing.path()).unwrap();
    // A file where a folder must be.
    fs::write(failing.path().join("arrays"), "").unwrap();
    let assert = train(folder.path(), "run", &["--seeds", "2"]).code(3);
    let said = message(&assert);
    assert!(said.contains(": cannot clean"), "{said}");
    assert!(said.contains("dense seed 6 "), "{said}");
    assert!(said.contains("1 of 3 experiments failed"), "{said}");
    assert!(failing.evaluation().unwrap().is_none());
    assert!(run.experiment("dense").evaluation().unwrap().is_some());
}
