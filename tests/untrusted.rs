//! Files that others made: experiments are refused with the field named before anything is
//! written, data and run folders with the file.

use std::{fs, io::Write, path::Path};

use end_to_end::{command, end, project, train};
use tempfile::TempDir;

/// `train run` of a file of experiments must be refused, in a message of a reasonable length that
/// says each of `parts`, and write nothing.
fn refused(text: &str, parts: &[&str]) {
    let folder = TempDir::new().unwrap();
    let experiments = folder.path().join("experiments.json");
    fs::write(&experiments, text).unwrap();
    let out = folder.path().join("out");
    let (status, said) = end(&mut train(&experiments, &out));
    assert_eq!(status, Some(1), "{said}");
    assert!(said.len() < 1000, "{} bytes", said.len());
    assert!(!said.contains('\u{1b}'), "{said:?}");
    for part in parts {
        assert!(said.contains(part), "expected {part:?} in {said}");
    }
    assert!(!out.exists());
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
        refused(&with(0, id), &["id must be 1 to 64"]);
    }
    refused(&with(0, &"x".repeat(900_000)), &["id must be 1 to 64"]);
    refused(&with(1, "[784, 1000000000, 784]"), &["model.widths"]);
    refused(
        &with(1, "[784, 16384, 16384, 784]"),
        &["model.widths", "100000000"],
    );
    refused(
        &with(1, &format!("[{}784]", "784,".repeat(200_000))),
        &["model.widths"],
    );
    refused(&with(2, "0"), &["training.batch_size"]);
    refused(
        &with(2, "99999999999999999999"),
        &["expected usize", "in [0].training.batch_size"],
    );
    refused(
        &one("a", "[784, 16384, 784]", "60000", "1"),
        &["training.batch_size", "17952"],
    );
    refused(&with(3, "NaN"), &["expected value"]);
    refused(&with(3, "1e999"), &["number out of range"]);
    refused(&with(3, "-0.1"), &["training.learning_rate"]);

    let mine = experiment("mine", "[784, 32, 784]", "256", "0.001");
    refused(&format!("[{mine},{mine}]"), &["\"mine\"", "twice"]);
    refused(
        &format!("[{}{mine}]", format!("{mine},").repeat(1000)),
        &["at most 1000", "1001"],
    );
    refused(
        &"[".repeat(100_000),
        &["expected a JSON list of experiments"],
    );
    let deep = mine.replace("\"relu\"", &"[".repeat(100_000));
    refused(&format!("[{deep}]"), &["recursion limit"]);
    let unknown = mine.replace("\"id\"", "\"\\u001b]0;title\\u0007\": 1, \"id\"");
    refused(&format!("[{unknown}]"), &["unknown field"]);
    let long = mine.replace("\"id\"", &format!("\"{}\": 1, \"id\"", "y".repeat(900_000)));
    refused(&format!("[{long}]"), &["unknown field"]);
    refused(&"x".repeat(10 << 20), &["at most 1 MiB"]);
}

#[cfg(unix)]
#[test]
fn an_endless_file_of_experiments_is_refused() {
    let folder = TempDir::new().unwrap();
    let out = folder.path().join("out");
    let (status, said) = end(&mut train(Path::new("/dev/zero"), &out));
    assert_eq!(status, Some(1));
    assert!(said.contains("at most 1 MiB"), "{said}");
    assert!(!out.exists());
}

#[test]
fn trainings_beyond_number_are_refused() {
    let folder = TempDir::new().unwrap();
    let experiments = folder.path().join("experiments.json");
    let list: Vec<String> = (0..900)
        .map(|n| experiment(&n.to_string(), "[784, 4, 784]", "1", "1"))
        .collect();
    fs::write(&experiments, format!("[{}]", list.join(","))).unwrap();
    let mut train = train(&experiments, &folder.path().join("out"));
    let (status, said) = end(train.args(["--seeds", "65535"]));
    assert_eq!(status, Some(1));
    assert!(said.contains("at most 100000 trainings"), "{said}");
}

/// A data folder like the project's.
fn data(folder: &Path) {
    for set in ["mnist", "fashion-mnist"] {
        fs::create_dir_all(folder.join(set)).unwrap();
        for entry in fs::read_dir(project().join("data").join(set)).unwrap() {
            let path = entry.unwrap().path();
            fs::copy(&path, folder.join(set).join(path.file_name().unwrap())).unwrap();
        }
    }
}

/// The labels of the test set with one of them changed: a sound file, but not MNIST's.
fn other_labels(folder: &Path) {
    let path = folder.join("mnist/t10k-labels-idx1-ubyte.gz");
    let array = mnist_io::read(&path).unwrap();
    let mnist_io::Elements::U8(mut labels) = array.into_elements() else {
        panic!("labels are bytes");
    };
    labels[0] = 3;
    let elements = mnist_io::Elements::U8(labels);
    mnist_io::write(
        &path,
        &mnist_io::IdxArray::new(vec![10_000], elements).unwrap(),
    )
    .unwrap();
}

#[test]
fn other_data_under_known_names_are_refused_unless_their_folder_is_named() {
    let folder = TempDir::new().unwrap();
    let named = folder.path().join("data");
    data(&named);
    other_labels(&named);
    let train = || {
        let mut train = command("train");
        train.current_dir(folder.path());
        train.args(["run", "--quick", "--only", "pca-30", "--out", "out"]);
        train
    };
    let assert = train().assert().code(1);
    let said = end_to_end::message(&assert);
    for part in [
        "t10k-labels-idx1-ubyte.gz",
        "SHA-256",
        "cargo xtask fetch-data",
    ] {
        assert!(said.contains(part), "expected {part:?} in {said}");
    }
    assert!(!folder.path().join("out").exists());
    let said = end_to_end::message(&train().args(["--data", "data"]).assert().success());
    assert!(
        said.contains("note: other images than the known ones"),
        "{said}"
    );
}

/// A gzip of a few megabytes that holds 4 GB, where its header declares 10,000 labels.
#[test]
fn a_gzip_that_expands_beyond_its_header_is_refused() {
    let folder = TempDir::new().unwrap();
    let named = folder.path().join("data");
    data(&named);
    let path = named.join("mnist/t10k-labels-idx1-ubyte.gz");
    let zeros = mnist_io::Elements::U8(vec![0; 4 << 20]);
    mnist_io::write(
        &path,
        &mnist_io::IdxArray::new(vec![4 << 20], zeros).unwrap(),
    )
    .unwrap();
    let member = fs::read(&path).unwrap();
    let labels = mnist_io::Elements::U8(vec![0; 10_000]);
    mnist_io::write(
        &path,
        &mnist_io::IdxArray::new(vec![10_000], labels).unwrap(),
    )
    .unwrap();
    let mut file = fs::File::options().append(true).open(&path).unwrap();
    for _ in 0..1000 {
        file.write_all(&member).unwrap();
    }
    drop(file);
    let mut train = command("train");
    train
        .args(["run", "--quick", "--out"])
        .arg(folder.path().join("out"));
    let assert = train.arg("--data").arg(&named).assert().code(1);
    let said = end_to_end::message(&assert);
    let refusal = "trailing bytes: expected 10000 bytes of data, found more";
    assert!(said.contains(refusal), "{said}");
    assert!(!folder.path().join("out").exists());
}
