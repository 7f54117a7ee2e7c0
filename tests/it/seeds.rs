//! Several seeds of each experiment: where their results go, and what is not trained again.

use std::{fs, path::PathBuf, time::SystemTime};

use experiment::{Experiment, RunFolder};

use crate::harness::{Outcome, TestRun, run};

const EXPERIMENTS: &str = r#"[
    {"id": "dense", "seed": 5, "training_images": 300,
     "model": {"kind": "dense", "widths": [784, 8, 784], "code_layer": 1, "output": "sigmoid"},
     "training": {"epochs": 2, "batch_size": 100, "learning_rate": 1e-3}},
    {"id": "pca", "seed": 5, "training_images": 300, "model": {"kind": "pca", "components": 5}}
]"#;

/// `train run` of the experiments, with further arguments.
fn train(test: &TestRun, arguments: &[&str]) -> Outcome {
    run(test.command().args(arguments))
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
    let test = TestRun::new(EXPERIMENTS);
    train(&test, &["--seeds", "2"]).with_status(0).saying(&[
        "dense seed 5 ",
        "dense seed 6 ",
        "pca seed 5 ",
    ]);
    let run_folder = &test.run;
    assert_eq!(run_folder.seeds().unwrap(), [6]);
    for (run_folder, seed) in [(run_folder.clone(), 5), (run_folder.seed(6), 6)] {
        let folder = run_folder.experiment("dense");
        assert_eq!(folder.settings().unwrap().unwrap().seed, seed);
        assert!(folder.evaluation().unwrap().is_some());
    }
    assert!(run_folder.experiment("pca").evaluation().unwrap().is_some());
    assert!(!run_folder.seed(6).experiment("pca").path().exists());

    let before = [written(run_folder), written(&run_folder.seed(6))];
    let further = train(&test, &["--seeds", "3"])
        .with_status(0)
        .saying(&["dense seed 7"]);
    let said = further.stderr;
    assert_eq!(said.matches("is complete already").count(), 3, "{said}");
    assert_eq!(before, [written(run_folder), written(&run_folder.seed(6))]);
    assert_eq!(run_folder.seeds().unwrap(), [6, 7]);

    // A further seed gives what the seed gives alone.
    let alone = test.beside("alone");
    run(test
        .command_into(&alone)
        .args(["--seed", "7", "--only", "dense"]))
    .with_status(0);
    let alone = RunFolder::new(alone);
    assert!(weights(&alone) == weights(&run_folder.seed(7)));
    assert!(weights(&alone) != weights(run_folder));
}

#[test]
fn other_settings_of_a_further_seed_are_refused_before_anything_is_trained() {
    let test = TestRun::new(EXPERIMENTS);
    let mut other: Vec<Experiment> = serde_json::from_str(EXPERIMENTS).unwrap();
    other[0].seed = 6;
    other[0].training_images = Some(200);
    let folder_of_seed = test.run.seed(6).experiment("dense");
    folder_of_seed.write_settings(&other[0]).unwrap();
    fs::write(folder_of_seed.model_path(), "weights").unwrap();
    train(&test, &["--seeds", "2"]).with_status(1).saying(&[
        "seeds/6/experiments/dense",
        "training_images",
        "--out",
    ]);
    assert!(!test.run.experiment("dense").path().exists());
    assert!(test.run.record().unwrap().is_none());
}

#[test]
fn zero_seeds_and_seeds_above_the_maximum_are_refused() {
    let test = TestRun::new(EXPERIMENTS);
    // What clap says of a wrong argument.
    train(&test, &["--seeds", "0"]).with_status(2);
    let maximum = u64::MAX.to_string();
    train(&test, &["--seeds", "2", "--seed", &maximum])
        .with_status(1)
        .saying(&[&maximum, "2 seeds"]);
    assert!(!test.run.path().exists());
}

#[test]
fn a_failed_experiment_is_named_and_the_others_are_trained() {
    let test = TestRun::new(EXPERIMENTS);
    train(&test, &["--only", "pca"]).with_status(0);
    let failing = test.run.seed(6).experiment("dense");
    fs::create_dir_all(failing.path()).unwrap();
    // A file where a folder must be.
    fs::write(failing.path().join("arrays"), "").unwrap();
    train(&test, &["--seeds", "2"]).with_status(3).saying(&[
        "failed: cannot clean",
        "dense seed 6 ",
        "1 of 3 experiments failed",
    ]);
    assert!(failing.evaluation().unwrap().is_none());
    assert!(test.run.experiment("dense").evaluation().unwrap().is_some());
}
