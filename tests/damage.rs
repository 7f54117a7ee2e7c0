//! A finished experiment one of whose files has changed since: it is not trusted, the others are,
//! and nothing is overwritten.

use std::{
    fs,
    path::{Path, PathBuf},
};

use end_to_end::{command, contents, end, message, results, train};
use experiment::RunFolder;
use tempfile::TempDir;

const EXPERIMENTS: &str = r#"[
    {"id": "dense", "training_images": 300,
     "model": {"kind": "dense", "widths": [784, 8, 784], "code_layer": 1, "output": "relu"},
     "training": {"epochs": 1, "batch_size": 100, "learning_rate": 1e-3}},
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

fn flip(path: &Path, place: usize) {
    let mut bytes = fs::read(path).unwrap();
    bytes[place] ^= 1;
    fs::write(path, bytes).unwrap();
}

/// Damages one after the other of those files of `dense` that are `chosen`, at `places` of its length,
/// and lets it disappear. Each time the same command must name it and change nothing.
fn damage(chosen: impl Fn(&Path) -> bool, places: &[f64]) {
    let (_folder, experiments, run) = run();
    let dense = run.experiment("dense");
    let mut count = 0;
    for file in contents(dense.path())
        .into_keys()
        .filter(|file| chosen(file))
    {
        let path = dense.path().join(&file);
        let sound = fs::read(&path).unwrap();
        let damaged = places
            .iter()
            .map(|share| (share * sound.len() as f64) as usize);
        for place in damaged.map(Some).chain([None]) {
            match place {
                Some(place) => flip(&path, place),
                None => fs::remove_file(&path).unwrap(),
            }
            refused(&experiments, &run, &file.display().to_string());
            fs::write(&path, &sound).unwrap();
            count += 1;
        }
    }
    let (status, said) = end(&mut train(&experiments, run.path()));
    assert_eq!(status, Some(0), "{said}");
    eprintln!("{count} times a finished experiment was damaged, each refused by the file's name");
}

#[test]
fn a_damaged_file_of_a_finished_experiment_is_named() {
    let chosen = [
        "metrics.jsonl",
        "model.safetensors",
        "arrays/errors-mnist.idx",
    ];
    damage(
        |file| chosen.iter().any(|name| file == Path::new(name)),
        &[0.5],
    );
}

/// The same command must name `file` of `dense`, and change nothing.
fn refused(experiments: &Path, run: &RunFolder, file: &str) {
    let before = contents(run.path());
    let (status, said) = end(&mut train(experiments, run.path()));
    assert_eq!(status, Some(3), "{said}");
    for part in [
        &format!("dense/{file}: "),
        "the results are damaged: move ",
        "1 of 2 experiments failed: dense",
    ] {
        assert!(said.contains(part), "expected {part:?} in {said}");
    }
    assert!(before == contents(run.path()), "{file}");
}

#[test]
fn a_list_of_digests_that_is_lost_or_cut_off_is_no_whole_one() {
    let (_folder, experiments, run) = run();
    let path = run.experiment("dense").path().join("SHA256SUMS");
    let sound = fs::read_to_string(&path).unwrap();
    let lines: Vec<&str> = sound.lines().collect();
    for count in [0, 2, lines.len() - 1] {
        let cut: String = lines[..count]
            .iter()
            .map(|line| format!("{line}\n"))
            .collect();
        fs::write(&path, cut).unwrap();
        refused(&experiments, &run, "SHA256SUMS");
    }
    fs::write(&path, b"\xff\xfe").unwrap();
    refused(&experiments, &run, "SHA256SUMS");
    fs::remove_file(&path).unwrap();
    refused(&experiments, &run, "SHA256SUMS");
    fs::write(&path, &sound).unwrap();
    let (status, said) = end(&mut train(&experiments, run.path()));
    assert_eq!(status, Some(0), "{said}");
}

#[test]
#[ignore = "takes minutes: cargo test -p end-to-end --test damage -- --ignored --nocapture"]
fn files_of_a_finished_experiment_damaged_at_many_places_are_named() {
    // Without the list the experiment counts as unfinished; other settings are refused as such.
    let others = ["SHA256SUMS", "experiment.json"];
    let chosen = |file: &Path| !others.iter().any(|other| file == Path::new(other));
    damage(chosen, &[0.0, 0.2, 0.4, 0.6, 0.8, 0.999]);
}

#[test]
fn the_others_are_drawn_and_the_damaged_one_is_computed_anew_once_it_is_moved_away() {
    let (folder, experiments, run) = run();
    let expected = results(run.path());
    let dense = run.experiment("dense");
    flip(&dense.model_path(), 5000);

    message(&command("viz").arg(run.path()).assert().success());
    let report = fs::read_to_string(run.path().join("report.md")).unwrap();
    for part in [
        "Damaged, left out",
        "dense: experiments/dense/model.safetensors: ",
        "pca",
    ] {
        assert!(report.contains(part), "expected {part:?} in {report}");
    }

    let samples = run.path().join("inputs/samples.idx");
    flip(&samples, 5000);
    let said = message(&command("viz").arg(run.path()).assert().code(1));
    assert!(
        said.contains("inputs/samples.idx: expected content of SHA-256"),
        "{said}"
    );

    fs::rename(dense.path(), folder.path().join("aside")).unwrap();
    let (status, said) = end(&mut train(&experiments, run.path()));
    assert_eq!(status, Some(0), "{said}");
    assert!(
        said.contains("pca") && said.contains("is complete already"),
        "{said}"
    );
    let found = results(run.path());
    for (path, bytes) in &expected {
        assert!(*bytes == found[path], "{} differs", path.display());
    }
}
