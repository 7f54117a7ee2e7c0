//! A run folder that another process is at work in, that was made under other conditions, or that
//! is damaged: refused with the reason and the remedy, and left as it is.
#![cfg(target_os = "linux")]

use std::{
    fs,
    path::{Path, PathBuf},
};

use end_to_end::{contents, end, held::Held, results, train};
use experiment::RunFolder;
use serde_json::Value;
use tempfile::TempDir;

const EXPERIMENTS: &str = r#"[
    {"id": "dense", "training_images": 300,
     "model": {"kind": "dense", "widths": [784, 8, 784], "code_layer": 1, "output": "relu"},
     "training": {"epochs": 3, "batch_size": 100, "learning_rate": 1e-3}},
    {"id": "pca", "training_images": 300, "model": {"kind": "pca", "components": 5}}
]"#;

/// A finished run, and the file of its experiments.
fn run() -> (TempDir, PathBuf, RunFolder) {
    let folder = TempDir::new().unwrap();
    let experiments = folder.path().join("experiments.json");
    fs::write(&experiments, EXPERIMENTS).unwrap();
    let run = RunFolder::new(folder.path().join("run"));
    let (status, said) = end(&mut train(&experiments, run.path()));
    assert_eq!(status, Some(0), "{said}");
    (folder, experiments, run)
}

/// The same command once more: it must end with `status`, say each of `parts`, and change nothing.
fn refused(experiments: &Path, run: &RunFolder, status: i32, parts: &[&str]) {
    let before = contents(run.path());
    let (found, said) = end(&mut train(experiments, run.path()));
    assert_eq!(found, Some(status), "{said}");
    for part in parts {
        assert!(said.contains(part), "expected {part:?} in {said}");
    }
    assert!(before == contents(run.path()), "{parts:?}: was changed");
}

fn change(path: &Path, change: impl FnOnce(&mut Value)) {
    let mut value = serde_json::from_slice(&fs::read(path).unwrap()).unwrap();
    change(&mut value);
    fs::write(path, value.to_string()).unwrap();
}

/// Starts a training of `dense` alone, and has it wait after epoch `epoch`, before that is saved.
fn held(experiments: &Path, run: &RunFolder, epoch: usize) -> Held {
    let mut train = train(experiments, run.path());
    train.args(["--only", "dense"]);
    Held::start(train, "dense/metrics.jsonl", epoch)
}

#[test]
fn a_run_of_other_conditions_is_refused_by_what_differs() {
    let (_folder, experiments, run) = run();
    let path = run.path().join("run.json");
    let record = fs::read(&path).unwrap();
    for (field, value, difference) in [
        ("/version", "9.9.9", "version: there 9.9.9"),
        ("/libtorch", "1.0.0", "libtorch: there 1.0.0"),
        ("/device", "cuda", "device: there cuda, here cpu"),
        ("/machine/architecture", "z80", "architecture: there z80"),
        ("/machine/processor", "Abacus", "processor: there Abacus"),
        ("/data/mnist~1train-labels-idx1-ubyte.gz", "00", "there 00"),
    ] {
        change(&path, |record| {
            *record.pointer_mut(field).expect(field) = value.into();
        });
        refused(&experiments, &run, 1, &[difference, "--out"]);
        fs::write(&path, &record).unwrap();
    }
}

#[test]
fn records_of_another_version_or_damaged_are_named_with_the_remedy() {
    let (_folder, experiments, run) = run();
    let remedy = "move its folder away, or choose another";
    let record = run.path().join("run.json");
    let original = fs::read(&record).unwrap();
    change(&record, |record| {
        record.as_object_mut().unwrap().remove("machine");
    });
    refused(&experiments, &run, 1, &["run.json", "`machine`", remedy]);
    fs::write(&record, &original[..original.len() / 2]).unwrap();
    refused(&experiments, &run, 1, &["run.json", "EOF", remedy]);
    fs::write(&record, &original).unwrap();

    let evaluation = run.experiment("dense").evaluation_path();
    change(&evaluation, |evaluation| {
        evaluation.as_object_mut().unwrap().remove("measures");
    });
    let parts = [
        "dense/evaluation.json: expected content of SHA-256",
        "failed: dense",
    ];
    refused(&experiments, &run, 3, &parts);

    let settings = run.experiment("dense").path().join("experiment.json");
    fs::write(&settings, "[[[[").unwrap();
    let parts = ["dense/experiment.json", remedy, "failed: dense"];
    refused(&experiments, &run, 3, &parts);
    fs::remove_file(&settings).unwrap();
    let parts = ["dense", "no experiment.json", "--out", "failed: dense"];
    refused(&experiments, &run, 3, &parts);
}

#[test]
fn results_of_unknown_conditions_are_not_taken_over() {
    let (_folder, experiments, run) = run();
    fs::remove_file(run.path().join("run.json")).unwrap();
    let parts = ["holds inputs, and no run.json", "another --out folder"];
    refused(&experiments, &run, 1, &parts);
}

#[test]
fn a_second_process_is_refused_while_the_first_one_works() {
    let folder = TempDir::new().unwrap();
    let experiments = folder.path().join("experiments.json");
    fs::write(&experiments, EXPERIMENTS).unwrap();
    let run = RunFolder::new(folder.path().join("run"));
    let mut first = held(&experiments, &run, 1);
    refused(&experiments, &run, 1, &["another process is at work"]);
    first.release();
    let (status, said) = first.end();
    assert_eq!(status, Some(0), "{said}");
}

#[test]
fn a_damaged_checkpoint_stops_its_experiment_only_and_stays() {
    let (folder, experiments, whole) = run();
    let run = RunFolder::new(folder.path().join("cut"));
    let checkpoint = run.experiment("dense").resume_path();
    // It is killed with the checkpoint of the first epoch on the disk.
    drop(held(&experiments, &run, 2));
    let sound = fs::read(&checkpoint).unwrap();
    let mut flipped = sound.clone();
    *flipped.last_mut().unwrap() ^= 1;
    let damaged = [&sound[..sound.len() / 2], &flipped, b"", b"no checkpoint"];
    // The first time PCA, which is not complete yet, still gets its results.
    for (number, bytes) in damaged.into_iter().enumerate() {
        fs::write(&checkpoint, bytes).unwrap();
        if number == 0 {
            assert_eq!(end(&mut train(&experiments, run.path())).0, Some(3));
            assert!(run.experiment("pca").evaluation().unwrap().is_some());
        }
        let parts = ["dense/resume.safetensors", "move ", "failed: dense"];
        refused(&experiments, &run, 3, &parts);
    }
    fs::write(&checkpoint, sound).unwrap();
    assert_eq!(end(&mut train(&experiments, run.path())).0, Some(0));
    assert!(results(whole.path()) == results(run.path()));
}
