//! A run folder that another process is at work in, that was made under other conditions, or that
//! is damaged: refused with the reason and the remedy, and left as it is.

use std::{fs, path::Path};

use serde_json::Value;

use crate::harness::{DENSE_AND_PCA, FINISHED_RUN, HeldProgram, TestRun, assert_same, results};

fn change(path: &Path, change: impl FnOnce(&mut Value)) {
    let mut value = serde_json::from_slice(&fs::read(path).unwrap()).unwrap();
    change(&mut value);
    fs::write(path, value.to_string()).unwrap();
}

/// Starts a training of `dense` alone, and makes it wait after epoch `epoch`, before that is saved.
fn held(test: &TestRun, epoch: usize) -> HeldProgram {
    let mut train = test.command();
    train.args(["--only", "dense"]);
    HeldProgram::start(train, "dense/metrics.jsonl", epoch)
}

#[test]
fn a_run_of_other_conditions_is_refused_by_what_differs() {
    let test = FINISHED_RUN.copy();
    let path = test.run.path().join("run.json");
    let record = fs::read(&path).unwrap();
    for (field, value, difference) in [
        ("/version", "9.9.9", "version: there 9.9.9"),
        ("/libtorch", "1.0.0", "libtorch: there 1.0.0"),
        ("/device", "cuda", "device: there cuda, here cpu"),
        (
            "/data/mnist/files/mnist~1train-labels-idx1-ubyte.gz",
            "00",
            "there 00",
        ),
    ] {
        change(&path, |record| {
            *record.pointer_mut(field).expect(field) = value.into();
        });
        test.assert_refused(1, &[difference, "--out"]);
        fs::write(&path, &record).unwrap();
    }
}

#[test]
fn records_of_another_version_or_damaged_are_named_with_the_remedy() {
    let test = FINISHED_RUN.copy();
    let remedy = "move its folder away, or choose another";
    let record = test.run.path().join("run.json");
    let original = fs::read(&record).unwrap();
    change(&record, |record| {
        record.as_object_mut().unwrap().remove("libtorch");
    });
    test.assert_refused(1, &["run.json", "`libtorch`", remedy]);
    fs::write(&record, &original[..original.len() / 2]).unwrap();
    test.assert_refused(1, &["run.json", "EOF", remedy]);
    fs::write(&record, &original).unwrap();

    let evaluation = test.run.experiment("dense").evaluation_path();
    change(&evaluation, |evaluation| {
        evaluation.as_object_mut().unwrap().remove("measures");
    });
    let parts = [
        "dense/evaluation.json: expected content of SHA-256",
        "failed: dense",
    ];
    test.assert_refused(3, &parts);

    let settings = test.run.experiment("dense").path().join("experiment.json");
    fs::write(&settings, "[[[[").unwrap();
    let parts = ["dense/experiment.json", remedy, "failed: dense"];
    test.assert_refused(3, &parts);
    fs::remove_file(&settings).unwrap();
    let parts = ["dense", "no experiment.json", "--out", "failed: dense"];
    test.assert_refused(3, &parts);
}

#[test]
fn results_of_unknown_conditions_are_refused() {
    let test = FINISHED_RUN.copy();
    fs::remove_file(test.run.path().join("run.json")).unwrap();
    let parts = ["holds inputs, and no run.json", "another --out folder"];
    test.assert_refused(1, &parts);
}

#[test]
fn a_second_process_is_refused_while_the_first_one_works() {
    let test = TestRun::new(DENSE_AND_PCA);
    let mut first = held(&test, 1);
    test.assert_refused(1, &["another process is at work"]);
    first.release();
    first.end().with_status(0);
}

#[test]
fn a_damaged_checkpoint_stops_only_its_experiment_and_is_kept() {
    let test = TestRun::new(DENSE_AND_PCA);
    // It is killed with the checkpoint of the first epoch on the disk.
    drop(held(&test, 2));
    let checkpoint = test.run.experiment("dense").resume_path();
    let sound = fs::read(&checkpoint).unwrap();
    let mut flipped = sound.clone();
    *flipped.last_mut().unwrap() ^= 1;
    let damaged = [&sound[..sound.len() / 2], &flipped, b"", b"no checkpoint"];
    // The first time PCA, which is not complete yet, still gets its results.
    for (number, bytes) in damaged.into_iter().enumerate() {
        fs::write(&checkpoint, bytes).unwrap();
        if number == 0 {
            test.train().with_status(3);
            assert!(test.run.experiment("pca").evaluation().unwrap().is_some());
        }
        let parts = ["dense/resume.safetensors", "move ", "failed: dense"];
        test.assert_refused(3, &parts);
    }
    fs::write(&checkpoint, sound).unwrap();
    test.train().with_status(0);
    assert_same(&results(&FINISHED_RUN.path()), &results(test.run.path()));
}
