//! Measurements of scripts that replace `train` and Python.

use std::{
    fs::{self, Permissions},
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
};

use bench::{
    interrupt::{Interrupt, Interrupted},
    measuring::{
        pytorch::{PyTorch, PyTorchMode},
        train_runner::TrainRunner,
    },
};
use experiment::{Experiment, assignment};
use rustix::process::{Signal, getpid, kill_process};
use serde_json::json;

fn deep() -> Experiment {
    assignment::full(1).swap_remove(1)
}

fn runner(train: PathBuf, folder: &Path, interrupt: Interrupt) -> TrainRunner {
    TrainRunner {
        train,
        data: "data".into(),
        temporary: folder.to_owned(),
        interrupt,
    }
}

/// A shell script that answers requests in place of `measure.py`.
fn start(folder: &Path, script: &str, interrupt: Interrupt) -> PyTorch {
    let path = folder.join("measure");
    fs::write(&path, script).unwrap();
    let train = runner(PathBuf::new(), folder, interrupt);
    PyTorch::start("sh".as_ref(), &path, &train).unwrap()
}

#[test]
fn requests_are_answered_one_by_one() {
    let folder = tempfile::tempdir().unwrap();
    // Settings reach the program in the mode `best` alone.
    let script = r#"
        while read -r request; do
            case "$request" in
            *'"task":"read"'*) echo '{"seconds": 0.25}' ;;
            *mnist-1*'"fused":true'* | *'"fused":true'*mnist-1*)
                echo '{"images_per_second": 300.0, "peak_memory": 4096}' ;;
            *) echo '{"images_per_second": 200.0, "peak_memory": 4096}' ;;
            esac
        done"#;
    let mut pytorch = start(folder.path(), script, Interrupt::default());
    assert_eq!(pytorch.read().unwrap(), 0.25);
    let settings = json!({"fused": true});
    let mut rate = |mode| {
        let speed = pytorch.epochs(&deep(), mode, &settings, 512, 1).unwrap();
        speed.images_per_second
    };
    assert_eq!(
        (rate(PyTorchMode::Best), rate(PyTorchMode::Tensors)),
        (300.0, 200.0)
    );
}

#[test]
fn a_program_that_ends_early_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let script = "read -r request; exit 1";
    let mut pytorch = start(folder.path(), script, Interrupt::default());
    let error = pytorch.pca(30).unwrap_err().to_string();
    assert!(error.contains("measure.py ended early"), "{error}");
}

#[test]
fn a_signal_ends_a_program_that_does_not_answer() {
    let folder = tempfile::tempdir().unwrap();
    let interrupt = Interrupt::listen().unwrap();
    kill_process(getpid(), Signal::TERM).unwrap();
    let mut pytorch = start(folder.path(), "tail -f /dev/null", interrupt);
    assert!(pytorch.read().unwrap_err().is::<Interrupted>());
}

#[test]
fn a_copy_that_fails_is_reported_although_another_still_trains() {
    let folder = tempfile::tempdir().unwrap();
    let train = folder.path().join("train");
    let script = "#!/bin/sh\n\
                  echo 'deep-ae-10-2     failed: the loss of step 1 is NaN' >&2\n\
                  exec tail -f /dev/null\n";
    fs::write(&train, script).unwrap();
    fs::set_permissions(&train, Permissions::from_mode(0o755)).unwrap();
    let train = runner(train, folder.path(), Interrupt::default());
    let error = train.epochs(&deep(), 1000, 1, 2).unwrap_err().to_string();
    assert!(error.contains("the loss of step 1 is NaN"), "{error}");
}
