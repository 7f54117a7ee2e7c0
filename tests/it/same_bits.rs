//! The same bits, whether experiments run one after the other, side by side, on any number of threads,
//! or with Ctrl-C in between.

use std::{fs, process::Command};

use rustix::process::Signal;

use crate::harness::{HeldProgram, TestRun, run};

const EXPERIMENTS: &str = r#"[
    {"id": "dense", "training_images": 300,
     "model": {"kind": "dense", "widths": [784, 256, 784], "code_layer": 1, "output": "relu"},
     "training": {"epochs": 4, "batch_size": 128, "learning_rate": 1e-3,
                  "corruption": [{"kind": "gaussian", "std": 0.5}]}},
    {"id": "sparse", "training_images": 300,
     "model": {"kind": "dense", "widths": [784, 200, 784], "code_layer": 1, "output": "sigmoid"},
     "training": {"epochs": 4, "batch_size": 100, "learning_rate": 1e-3, "sparsity": 1e-6}},
    {"id": "normalized", "training_images": 300,
     "model": {"kind": "dense", "widths": [784, 300, 784], "code_layer": 1, "output": "sigmoid",
               "activation": "gelu", "norm": "batch", "dropout": 0.2},
     "training": {"epochs": 2, "batch_size": 150, "learning_rate": 1e-3}},
    {"id": "autograd", "training_images": 300,
     "model": {"kind": "dense", "widths": [784, 300, 784], "code_layer": 1, "output": "sigmoid",
               "tied": true},
     "training": {"epochs": 2, "batch_size": 150, "learning_rate": 1e-3,
                  "optimizer": {"kind": "muon"}}},
    {"id": "convolutional", "training_images": 300,
     "model": {"kind": "convolutional", "decoder": "unpool"},
     "training": {"epochs": 4, "batch_size": 128, "learning_rate": 1e-3}},
    {"id": "on-disk", "training_images": 300, "data": {"source": "mnist", "window": 100},
     "model": {"kind": "dense", "widths": [784, 20, 784]},
     "training": {"epochs": 2, "batch_size": 70, "validation": 40}},
    {"id": "pca", "training_images": 300, "model": {"kind": "pca", "components": 5}}
]"#;
const IDS: [&str; 7] = [
    "dense",
    "sparse",
    "normalized",
    "autograd",
    "convolutional",
    "on-disk",
    "pca",
];

#[test]
fn jobs_threads_and_interruptions_change_no_bit() {
    let test = TestRun::new(EXPERIMENTS);
    let train = |out: &str, jobs: &str, threads: &str| -> Command {
        let mut train = test.command_into(&test.beside(out));
        train.args(["--jobs", jobs, "--threads", threads]);
        train
    };
    run(&mut train("one", "1", "1")).with_status(0);
    run(&mut train("two", "2", "2")).with_status(0);
    run(&mut train("three", "3", "3")).with_status(0);
    interrupt(train("cut", "2", "1"));
    let evaluation = "cut/experiments/convolutional/evaluation.json";
    assert!(!test.beside(evaluation).exists());
    run(&mut train("cut", "1", "3")).with_status(0);

    for id in IDS {
        for file in ["model.safetensors", "evaluation.json"] {
            let bytes = |out: &str| {
                let path = test.beside(out).join("experiments").join(id);
                fs::read(path.join(file)).unwrap()
            };
            for other in ["two", "three", "cut"] {
                assert!(
                    bytes("one") == bytes(other),
                    "{id}/{file}: one and {other} differ"
                );
            }
        }
    }
}

/// Runs until the first epoch of the convolutional model is done, whatever the others are at, then
/// presses Ctrl-C.
fn interrupt(train: Command) {
    let mut held = HeldProgram::start(train, "convolutional/metrics.jsonl", 1);
    held.signal(Signal::INT);
    held.wait_for("stopping after the current step");
    held.release();
    held.end()
        .with_status(130)
        .saying(&["the same command resumes"]);
}
