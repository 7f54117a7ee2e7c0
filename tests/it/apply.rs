//! `apply`: what it computes from a finished run is what the run measured.

use std::{fs, path::Path};

use experiment::{ExperimentFolder, RunFolder, arrays};
use mnist_io::Elements;

use crate::harness::{
    FINISHED_RUN, Outcome, assert_same, contents, data::few_images, program, run,
};

/// Runs a command on a model of the finished run and the images of its tests.
#[track_caller]
fn apply(command: &str, words: &[&str], out: &Path) -> Outcome {
    let mut apply = program("apply");
    apply.arg(command).args(words).arg("--out").arg(out);
    run(&mut apply)
}

/// The shape and the numbers of a `.npy` file of 32-bit floats.
fn npy(path: &Path) -> (String, Vec<f32>) {
    let bytes = fs::read(path).unwrap();
    assert!(bytes.starts_with(b"\x93NUMPY\x01\x00"));
    let start = 10 + usize::from(u16::from_le_bytes([bytes[8], bytes[9]]));
    assert_eq!(start % 64, 0);
    let header = String::from_utf8(bytes[10..start].to_vec()).unwrap();
    let shape = header.split_once("'shape': ").unwrap().1;
    let (numbers, rest) = bytes[start..].as_chunks();
    assert!(rest.is_empty());
    let numbers = numbers.iter().map(|&n| f32::from_le_bytes(n)).collect();
    (shape.split_once(", }").unwrap().0.to_owned(), numbers)
}

fn recorded(folder: &ExperimentFolder, name: &str) -> Vec<f32> {
    match folder.array(name).unwrap().into_elements() {
        Elements::F32(numbers) => numbers,
        other => panic!("expected floats, found {other:?}"),
    }
}

#[track_caller]
fn assert_near(found: &[f32], expected: &[f32], tolerance: f32) {
    assert!(found.len() >= expected.len() && !expected.is_empty());
    for (found, expected) in found.iter().zip(expected) {
        let tolerance = tolerance * expected.abs().max(1.0);
        assert!((found - expected).abs() <= tolerance, "{found} {expected}");
    }
}

#[test]
fn codes_images_and_errors_are_those_of_the_evaluation() {
    let run_folder = FINISHED_RUN.path();
    let before = contents(&run_folder);
    let folder = run_folder.to_str().unwrap();
    let out = tempfile::tempdir().unwrap();
    let file = |name: &str| out.path().join(name);
    let images = few_images().join("mnist/t10k-images-idx3-ubyte.gz");
    let images = images.to_str().unwrap();
    for (id, size) in [("dense", 8), ("pca", 5)] {
        let results = RunFolder::new(&run_folder).experiment(id);
        let said = apply("encode", &[folder, id, images], &file("codes.npy")).with_status(0);
        assert!(
            said.stdout.contains(&format!("{size} numbers each")),
            "{}",
            said.stdout
        );
        let (shape, codes) = npy(&file("codes.npy"));
        let errors = recorded(&results, arrays::ERRORS_TEST);
        assert_eq!(shape, format!("({}, {size})", errors.len()));
        assert_near(&codes, &recorded(&results, arrays::CODES_TEST), 1e-5);

        let path = results.path().to_str().unwrap();
        apply("reconstruct", &[path, images], &file("images.npy")).with_status(0);
        let codes = file("codes.npy");
        apply(
            "decode",
            &[path, codes.to_str().unwrap()],
            &file("decoded.npy"),
        )
        .with_status(0);
        let (shape, reconstructions) = npy(&file("images.npy"));
        assert_eq!(shape, format!("({}, 28, 28)", errors.len()));
        assert_near(&npy(&file("decoded.npy")).1, &reconstructions, 1e-5);

        apply("score", &[path, images], &file("errors.npy")).with_status(0);
        assert_near(&npy(&file("errors.npy")).1, &errors, 1e-5);
    }
    apply(
        "compare",
        &[folder, "dense,pca", images],
        &file("models.svg"),
    )
    .with_status(0);
    let svg = fs::read_to_string(file("models.svg")).unwrap();
    assert_eq!(svg.matches("<image ").count(), 30);
    assert!(svg.contains(">dense<") && svg.contains(">pca<"));
    assert_same(&before, &contents(&run_folder));
}

#[test]
fn what_cannot_be_applied_is_refused_and_nothing_is_written() {
    let test = FINISHED_RUN.copy();
    let folder = test.run.path().to_str().unwrap();
    let out = test.beside("codes.npy");
    let refused = |words: &[&str], parts: &[&str]| {
        apply("encode", words, &out).with_status(1).saying(parts);
        assert!(!out.exists());
    };
    refused(
        &[folder, "dens"],
        &["one of its experiments, dense, pca", "found \"dens\""],
    );
    refused(&[folder], &["expected an id", "dense, pca"]);
    refused(
        &["crates"],
        &["crates: expected a run folder", "cargo xtask all"],
    );
    refused(
        &[folder, "dense", "no-such-file.png"],
        &["no-such-file.png"],
    );
    // The run was on other images than those that are in data/.
    refused(
        &[folder, "dense"],
        &["expected the images of the run", "name the images"],
    );
    refused(
        &[folder, "dense", "--seed", "4"],
        &["expected a seed of dense, 13, found 4"],
    );

    let experiment = test.run.experiment("dense");
    let weights = fs::read(experiment.model_path()).unwrap();
    let mut damaged = weights.clone();
    *damaged.last_mut().unwrap() ^= 1;
    fs::write(experiment.model_path(), damaged).unwrap();
    refused(
        &[folder, "dense", "mnist"],
        &["model.safetensors", "SHA-256"],
    );
    fs::write(experiment.model_path(), weights).unwrap();
    fs::remove_file(experiment.path().join("SHA256SUMS")).unwrap();
    refused(
        &[folder, "dense", "mnist"],
        &["expected a complete experiment"],
    );
}
