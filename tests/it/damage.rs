//! A finished experiment one of whose files has changed since: it is not trusted, the others are,
//! and nothing is overwritten.

use std::{fs, path::Path};

use crate::harness::{FINISHED, TestRun, contents, program, results, run};

fn flip(path: &Path, place: usize) {
    let mut bytes = fs::read(path).unwrap();
    bytes[place] ^= 1;
    fs::write(path, bytes).unwrap();
}

/// Damages one after the other of those files of `dense` that are `chosen`, at `places` of its length,
/// and lets it disappear. Each time the same command must name it and change nothing.
fn damage(chosen: impl Fn(&Path) -> bool, places: &[f64]) {
    let test = FINISHED.copy();
    let dense = test.run.experiment("dense");
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
            assert_refused(&test, &file.display().to_string());
            fs::write(&path, &sound).unwrap();
            count += 1;
        }
    }
    test.train().with_status(0);
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
#[track_caller]
fn assert_refused(test: &TestRun, file: &str) {
    let parts = [
        &format!("dense/{file}: "),
        "the results are damaged: move ",
        "1 of 2 experiments failed: dense",
    ];
    test.assert_refused(3, &parts);
}

#[test]
fn an_incomplete_list_of_digests_is_refused() {
    let test = FINISHED.copy();
    let path = test.run.experiment("dense").path().join("SHA256SUMS");
    let sound = fs::read_to_string(&path).unwrap();
    let lines: Vec<&str> = sound.lines().collect();
    for count in [0, 2, lines.len() - 1] {
        let cut: String = lines[..count]
            .iter()
            .map(|line| format!("{line}\n"))
            .collect();
        fs::write(&path, cut).unwrap();
        assert_refused(&test, "SHA256SUMS");
    }
    fs::write(&path, b"\xff\xfe").unwrap();
    assert_refused(&test, "SHA256SUMS");
    fs::remove_file(&path).unwrap();
    assert_refused(&test, "SHA256SUMS");
    fs::write(&path, &sound).unwrap();
    test.train().with_status(0);
}

#[test]
#[ignore = "takes minutes: cargo test -p end-to-end -- --ignored --nocapture"]
fn files_of_a_finished_experiment_damaged_at_many_places_are_named() {
    // Without the list the experiment counts as unfinished; other settings are refused as such.
    let others = ["SHA256SUMS", "experiment.json"];
    let chosen = |file: &Path| !others.iter().any(|other| file == Path::new(other));
    damage(chosen, &[0.0, 0.2, 0.4, 0.6, 0.8, 0.999]);
}

#[test]
fn the_others_are_drawn_and_a_damaged_one_is_recomputed_once_it_is_moved_away() {
    let test = FINISHED.copy();
    let root = test.run.path();
    let expected = results(root);
    let dense = test.run.experiment("dense");
    flip(&dense.model_path(), 5000);

    run(program("viz").arg(root)).with_status(0);
    let report = fs::read_to_string(root.join("report.md")).unwrap();
    for part in [
        "Damaged, left out",
        "dense: experiments/dense/model.safetensors: ",
        "pca",
    ] {
        assert!(report.contains(part), "expected {part:?} in {report}");
    }

    let samples = root.join("inputs/samples.idx");
    flip(&samples, 5000);
    run(program("viz").arg(root))
        .with_status(1)
        .saying(&["inputs/samples.idx: expected content of SHA-256"]);

    fs::rename(dense.path(), test.beside("aside")).unwrap();
    test.train()
        .with_status(0)
        .saying(&["pca", "is complete already"]);
    let found = results(root);
    for (path, bytes) in &expected {
        assert!(*bytes == found[path], "{} differs", path.display());
    }
}
