//! What a user can do wrong: each is refused before anything is written, with the file, what was
//! expected, what was found and the remedy.

use std::{fs, path::Path};

use tempfile::TempDir;

use crate::harness::{data::copy_all_images, program, run};

/// `train run` with an option, which must be refused in a message that has each of `parts`, with
/// nothing written.
#[track_caller]
fn assert_refused(option: &str, value: &Path, parts: &[&str]) {
    let folder = TempDir::new().unwrap();
    let out = folder.path().join("run");
    let mut train = program("train");
    train.arg("run").arg("--out").arg(&out);
    run(train.arg(option).arg(value))
        .with_status(1)
        .saying(parts);
    assert!(!out.exists(), "{} was written", out.display());
}

/// A list of experiments must be refused in a message that has each of `parts`.
#[track_caller]
fn assert_list_refused(list: &str, parts: &[&str]) {
    let folder = TempDir::new().unwrap();
    let experiments = folder.path().join("my.json");
    fs::write(&experiments, list).unwrap();
    assert_refused("--experiments", &experiments, parts);
}

#[test]
fn an_unknown_experiment_is_refused_with_the_known_ones() {
    let parts = ["deep-ae-10", "found \"deep-ae\""];
    assert_refused("--only", "deep-ae".as_ref(), &parts);
}

#[test]
fn a_folder_without_images_is_refused_with_what_is_expected() {
    let data = TempDir::new().unwrap();
    let path = data.path().display().to_string();
    assert_refused("--data", data.path(), &[&path, "expected", "images"]);
    let known = "mnist, fashion-mnist, kmnist";
    assert_refused("--data", &data.path().join("absent"), &["absent", known]);
}

#[test]
fn a_known_set_that_is_absent_is_refused_with_its_download() {
    let parts = ["data/kmnist", "cargo xtask fetch-data kmnist"];
    assert_refused("--data", "kmnist".as_ref(), &parts);
}

#[test]
fn a_damaged_data_file_is_refused_by_name() {
    let data = TempDir::new().unwrap();
    copy_all_images(data.path());
    let labels = data.path().join("mnist/t10k-labels-idx1-ubyte.gz");
    let bytes = fs::read(&labels).unwrap();
    fs::write(&labels, &bytes[..bytes.len() / 2]).unwrap();
    let parts = [
        "t10k-labels-idx1-ubyte.gz",
        "truncated",
        "put the right file there",
    ];
    assert_refused("--data", data.path(), &parts);
}

#[test]
fn a_wrong_setting_is_refused_by_field() {
    let list = r#"[{"id": "mine", "model": {"kind": "convolutional", "decoder": "unpool"},
        "training": {"epochs": 1, "batch_size": 0, "learning_rate": 0.001}}]"#;
    assert_list_refused(list, &["\"mine\"", "batch_size", "found 0"]);
}

#[test]
fn more_training_images_than_there_are_is_refused() {
    let list = r#"[{"id": "mine", "training_images": 60001,
        "model": {"kind": "pca", "components": 2}}]"#;
    assert_list_refused(list, &["training_images", "60000", "60001"]);
}

#[test]
fn a_folder_with_other_settings_is_left_as_it_is() {
    let folder = TempDir::new().unwrap();
    let train = |seed: &str| {
        let mut train = program("train");
        train.args(["run", "--quick", "--only", "manifold-ae", "--seed", seed]);
        run(train.arg("--out").arg(folder.path()))
    };
    train("1").with_status(0);
    let model = folder
        .path()
        .join("experiments/manifold-ae/model.safetensors");
    let before = fs::read(&model).unwrap();
    let parts = ["manifold-ae", "seed: here 2, there 1", "--out"];
    train("2").with_status(1).saying(&parts);
    assert!(before == fs::read(&model).unwrap());
}

#[test]
fn viz_names_the_remedy_for_a_folder_that_is_not_a_run() {
    let folder = TempDir::new().unwrap();
    run(program("viz").arg(folder.path()))
        .with_status(1)
        .saying(&["run.json", "cargo xtask all"]);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}
