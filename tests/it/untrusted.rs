//! Files that others made: experiments are refused with the field named before anything is
//! written, data and run folders with the file.

use std::{fs, io::Write, path::Path};

use mnist_io::{Elements, IdxArray};
use tempfile::TempDir;

use crate::harness::{Outcome, data::copy_all_images, program, run};

/// `train run` of a file of experiments, which must be refused with nothing written.
#[track_caller]
fn run_refused(experiments: &Path, arguments: &[&str]) -> Outcome {
    let folder = TempDir::new().unwrap();
    let out = folder.path().join("out");
    let mut train = program("train");
    train.arg("run").arg("--experiments").arg(experiments);
    let outcome = run(train.arg("--out").arg(&out).args(arguments)).with_status(1);
    assert!(!out.exists());
    outcome
}

/// `train run` of a list of experiments must be refused, in a message of a reasonable length that
/// has each of `parts`.
#[track_caller]
fn assert_refused(list: &str, parts: &[&str]) {
    let folder = TempDir::new().unwrap();
    let experiments = folder.path().join("experiments.json");
    fs::write(&experiments, list).unwrap();
    let said = run_refused(&experiments, &[]).saying(parts).stderr;
    assert!(said.len() < 1000, "{} bytes", said.len());
    assert!(!said.contains('\u{1b}'), "{said:?}");
}

/// An experiment with this id, these widths, batches and learning rate.
fn experiment(id: &str, widths: &str, batch_size: &str, learning_rate: &str) -> String {
    format!(
        r#"{{"id": "{id}", "model": {{"kind": "dense", "widths": {widths}, "code_layer": 1,
        "output": "relu"}}, "training": {{"epochs": 1, "batch_size": {batch_size},
        "learning_rate": {learning_rate}}}}}"#
    )
}

#[test]
fn a_hostile_file_of_experiments_is_refused_with_the_field_named() {
    let one = |id: &str, widths: &str, batch: &str, rate: &str| {
        format!("[{}]", experiment(id, widths, batch, rate))
    };
    let good = ["mine", "[784, 32, 784]", "256", "0.001"];
    let with = |at: usize, value: &str| {
        let mut values = good;
        values[at] = value;
        one(values[0], values[1], values[2], values[3])
    };
    for id in [
        "../../etc",
        "a/b",
        "..",
        "<script>alert(1)</script>",
        "a\\u0000b",
        "\\u001b[2J",
    ] {
        assert_refused(&with(0, id), &["id must be 1 to 64"]);
    }
    assert_refused(&with(0, &"x".repeat(900_000)), &["id must be 1 to 64"]);
    assert_refused(&with(1, "[784, 1000000000, 784]"), &["model.widths"]);
    assert_refused(
        &with(1, "[784, 16384, 16384, 784]"),
        &["model.widths", "100000000"],
    );
    assert_refused(
        &with(1, &format!("[{}784]", "784,".repeat(200_000))),
        &["model.widths"],
    );
    assert_refused(&with(2, "0"), &["training.batch_size"]);
    assert_refused(
        &with(2, "99999999999999999999"),
        &["[0].training.batch_size: expected a whole number"],
    );
    assert_refused(
        &one("a", "[784, 16384, 784]", "60000", "1"),
        &["training.batch_size", "17952"],
    );
    assert_refused(&with(3, "NaN"), &["expected a finite number"]);
    assert_refused(&with(3, "1e999"), &["number out of range"]);
    assert_refused(&with(3, "-0.1"), &["training.learning_rate"]);

    let mine = experiment("mine", "[784, 32, 784]", "256", "0.001");
    assert_refused(&format!("[{mine},{mine}]"), &["\"mine\"", "twice"]);
    assert_refused(
        &format!("[{}{mine}]", format!("{mine},").repeat(1000)),
        &["at most 1000", "1001"],
    );
    assert_refused(&"[".repeat(100_000), &["recursion limit"]);
    let deep = mine.replace("\"relu\"", &"[".repeat(100_000));
    assert_refused(&format!("[{deep}]"), &["recursion limit"]);
    let unknown = mine.replace("\"id\"", "\"\\u001b]0;title\\u0007\": 1, \"id\"");
    assert_refused(&format!("[{unknown}]"), &["title", "is not a setting"]);
    let long = mine.replace("\"id\"", &format!("\"{}\": 1, \"id\"", "y".repeat(900_000)));
    assert_refused(&format!("[{long}]"), &["is not a setting"]);
    assert_refused(&"x".repeat(10 << 20), &["at most 1 MiB"]);
}

#[test]
fn an_endless_file_of_experiments_is_refused() {
    run_refused(Path::new("/dev/zero"), &[]).saying(&["at most 1 MiB"]);
}

#[test]
fn too_many_trainings_are_refused() {
    let folder = TempDir::new().unwrap();
    let experiments = folder.path().join("experiments.json");
    let list: Vec<String> = (0..900)
        .map(|n| experiment(&n.to_string(), "[784, 4, 784]", "1", "1"))
        .collect();
    fs::write(&experiments, format!("[{}]", list.join(","))).unwrap();
    run_refused(&experiments, &["--seeds", "65535"]).saying(&["at most 100000 trainings"]);
}

/// Replaces the labels of the test set.
fn write_labels(data: &Path, labels: Vec<u8>) {
    let array = IdxArray::new(vec![labels.len()], Elements::U8(labels)).unwrap();
    mnist_io::write(&data.join(LABELS), &array).unwrap();
}

const LABELS: &str = "mnist/t10k-labels-idx1-ubyte.gz";

#[test]
fn other_data_under_known_names_are_refused_unless_their_folder_is_named() {
    let folder = TempDir::new().unwrap();
    let data = folder.path().join("data");
    copy_all_images(&data);
    // A sound file, but not MNIST's.
    let array = mnist_io::read(&data.join(LABELS)).unwrap();
    let Elements::U8(mut labels) = array.into_elements() else {
        panic!("labels are bytes");
    };
    labels[0] = 3;
    write_labels(&data, labels);

    let train = || {
        let mut train = program("train");
        train.current_dir(folder.path());
        train.args(["run", "--quick", "--only", "pca-30", "--out", "out"]);
        train
    };
    run(&mut train()).with_status(1).saying(&[
        "t10k-labels-idx1-ubyte.gz",
        "SHA-256",
        "cargo xtask fetch-data",
    ]);
    assert!(!folder.path().join("out").exists());
    run(train().args(["--data", "data"]))
        .with_status(0)
        .saying(&["note: other images than the known ones"]);
}

/// A gzip of a few megabytes that holds 4 GB, where its header declares 10,000 labels.
#[test]
fn a_gzip_that_expands_beyond_its_header_is_refused() {
    let folder = TempDir::new().unwrap();
    let [data, out] = ["data", "out"].map(|name| folder.path().join(name));
    copy_all_images(&data);
    let path = data.join(LABELS);
    write_labels(&data, vec![0; 4 << 20]);
    let member = fs::read(&path).unwrap();
    write_labels(&data, vec![0; 10_000]);
    let mut file = fs::File::options().append(true).open(&path).unwrap();
    for _ in 0..1000 {
        file.write_all(&member).unwrap();
    }
    drop(file);

    let mut train = program("train");
    train.args(["run", "--quick", "--data"]).arg(&data);
    run(train.arg("--out").arg(&out))
        .with_status(1)
        .saying(&["trailing bytes: expected 10000 bytes of data, found more"]);
    assert!(!out.exists());
}
