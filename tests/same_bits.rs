//! The same bits, whether experiments run one after the other, side by side, or with Ctrl-C in
//! between.
#![cfg(target_os = "linux")]

use std::{fs, path::Path};

use end_to_end::{command, held::Held, std_command};
use rustix::process::Signal;
use tempfile::TempDir;

const EXPERIMENTS: &str = r#"[
    {"id": "dense", "training_images": 3000,
     "model": {"kind": "dense", "widths": [784, 64, 784], "code_layer": 1, "output": "relu"},
     "training": {"epochs": 4, "batch_size": 256, "learning_rate": 1e-3, "corruption": [{"kind": "gaussian", "std": 0.5}]}},
    {"id": "sparse", "training_images": 3000,
     "model": {"kind": "dense", "widths": [784, 200, 784], "code_layer": 1, "output": "sigmoid"},
     "training": {"epochs": 4, "batch_size": 100, "learning_rate": 1e-3, "sparsity": 1e-6}},
    {"id": "convolutional", "training_images": 3000,
     "model": {"kind": "convolutional", "decoder": "unpool"},
     "training": {"epochs": 4, "batch_size": 256, "learning_rate": 1e-3}},
    {"id": "pca", "training_images": 3000, "model": {"kind": "pca", "components": 5}}
]"#;
const IDS: [&str; 4] = ["dense", "sparse", "convolutional", "pca"];

fn arguments(folder: &Path, out: &str, jobs: &str) -> Vec<String> {
    let experiments = folder.join("experiments.json");
    fs::write(&experiments, EXPERIMENTS).unwrap();
    [
        "run",
        "--experiments",
        experiments.to_str().unwrap(),
        "--out",
        folder.join(out).to_str().unwrap(),
        "--jobs",
        jobs,
        "--device",
        "cpu",
    ]
    .map(String::from)
    .to_vec()
}

/// Runs until the first epoch of the convolutional model is done, whatever the others are at, then
/// presses Ctrl-C.
fn interrupt(folder: &Path, out: &str) {
    let mut train = std_command("train");
    train.args(arguments(folder, out, "2"));
    let mut held = Held::start(train, "convolutional/metrics.jsonl", 1);
    held.signal(Signal::INT);
    held.wait_for("stopping after the present step");
    held.release();
    let (status, said) = held.end();
    assert_eq!(status, Some(130), "{said}");
    assert!(said.contains("the same command goes on"), "{said}");
}

#[test]
fn jobs_and_interruptions_change_no_bit() {
    let folder = TempDir::new().unwrap();
    let run = |out: &str, jobs: &str| {
        let mut train = command("train");
        train.args(arguments(folder.path(), out, jobs));
        train.assert().success();
    };
    run("one", "1");
    run("two", "2");
    interrupt(folder.path(), "cut");
    let unfinished = |id: &&&str| {
        let experiment = folder.path().join("cut/experiments").join(id);
        !experiment.join("evaluation.json").exists()
    };
    assert!(IDS.iter().filter(unfinished).count() > 0);
    run("cut", "2");

    for id in IDS {
        for file in ["model.safetensors", "evaluation.json"] {
            let bytes = |out: &str| {
                let path = folder.path().join(out).join("experiments").join(id);
                fs::read(path.join(file)).unwrap()
            };
            assert!(
                bytes("one") == bytes("two"),
                "{id}/{file}: 1 and 2 jobs differ"
            );
            assert!(
                bytes("one") == bytes("cut"),
                "{id}/{file}: Ctrl-C changed it"
            );
        }
    }
}
