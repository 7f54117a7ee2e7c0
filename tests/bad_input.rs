//! What a user can do wrong: each is refused before anything is written, with the file, what was
//! expected, what was found and the remedy.

use std::{fs, path::Path};

use end_to_end::{command, message, project};
use tempfile::TempDir;

/// Runs `train run` with these arguments, which must be refused with nothing written to `out`.
fn refused(out: &Path, arguments: &[&str]) -> String {
    let mut train = command("train");
    train.arg("run").arg("--out").arg(out).args(arguments);
    let message = message(&train.assert().failure());
    assert!(!message.contains("panicked"), "{message}");
    assert!(!out.exists(), "{} was written", out.display());
    message
}

fn check(message: &str, parts: &[&str]) {
    for part in parts {
        assert!(message.contains(part), "expected {part:?} in: {message}");
    }
}

#[test]
fn an_unknown_experiment_is_refused_with_the_known_ones() {
    let folder = TempDir::new().unwrap();
    let message = refused(&folder.path().join("run"), &["--only", "deep-ae"]);
    check(&message, &["deep-ae-10", "found \"deep-ae\""]);
}

#[test]
fn a_data_folder_without_data_is_refused_with_the_remedy() {
    let folder = TempDir::new().unwrap();
    let data = folder.path().join("data");
    fs::create_dir(&data).unwrap();
    let data = data.to_str().unwrap();
    let message = refused(&folder.path().join("run"), &["--data", data]);
    check(
        &message,
        &["train-images-idx3-ubyte.gz", "cargo xtask fetch-data"],
    );
}

#[test]
fn a_damaged_data_file_is_refused_by_name() {
    let folder = TempDir::new().unwrap();
    let data = folder.path().join("data");
    for set in ["mnist", "fashion-mnist"] {
        fs::create_dir_all(data.join(set)).unwrap();
        for entry in fs::read_dir(project().join("data").join(set)).unwrap() {
            let path = entry.unwrap().path();
            fs::copy(&path, data.join(set).join(path.file_name().unwrap())).unwrap();
        }
    }
    let labels = data.join("mnist/t10k-labels-idx1-ubyte.gz");
    let bytes = fs::read(&labels).unwrap();
    fs::write(&labels, &bytes[..bytes.len() / 2]).unwrap();
    let message = refused(
        &folder.path().join("run"),
        &["--data", data.to_str().unwrap()],
    );
    check(
        &message,
        &["t10k-labels-idx1-ubyte.gz", "truncated", "fetch-data"],
    );
}

#[test]
fn a_wrong_setting_is_refused_by_field() {
    let folder = TempDir::new().unwrap();
    let experiments = folder.path().join("my.json");
    let text = r#"[{"id": "mine", "model": {"kind": "convolutional", "decoder": "unpool"},
        "training": {"epochs": 1, "batch_size": 0, "learning_rate": 0.001}}]"#;
    fs::write(&experiments, text).unwrap();
    let message = refused(
        &folder.path().join("run"),
        &["--experiments", experiments.to_str().unwrap()],
    );
    check(&message, &["\"mine\"", "batch_size", "found 0"]);
}

#[test]
fn more_training_images_than_there_are_is_refused() {
    let folder = TempDir::new().unwrap();
    let experiments = folder.path().join("my.json");
    let text = r#"[{"id": "mine", "training_images": 60001,
        "model": {"kind": "pca", "components": 2}}]"#;
    fs::write(&experiments, text).unwrap();
    let message = refused(
        &folder.path().join("run"),
        &["--experiments", experiments.to_str().unwrap()],
    );
    check(&message, &["training_images", "60000", "60001"]);
}

#[test]
fn a_folder_with_other_settings_is_left_as_it_is() {
    let folder = TempDir::new().unwrap();
    let run = |seed: &str| {
        let mut train = command("train");
        train.args([
            "run",
            "--quick",
            "--only",
            "manifold-ae",
            "--seed",
            seed,
            "--out",
        ]);
        train.arg(folder.path());
        train.assert()
    };
    run("1").success();
    let model = folder
        .path()
        .join("experiments/manifold-ae/model.safetensors");
    let before = fs::read(&model).unwrap();
    let message = message(&run("2").failure());
    check(&message, &["manifold-ae", "seed: here 2, there 1", "--out"]);
    assert!(before == fs::read(&model).unwrap());
}

#[test]
fn viz_names_the_remedy_for_a_folder_that_is_no_run() {
    let folder = TempDir::new().unwrap();
    let message = message(&command("viz").arg(folder.path()).assert().failure());
    check(&message, &["run.json", "cargo xtask all"]);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}
