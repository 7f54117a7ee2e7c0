//! Untrusted run folders: with any numbers in it, a folder is drawn or refused.

use std::{fs, path::Path};

use crate::fabricated;
use experiment::{Protocol, assignment::full};
use mnist_io::{Elements, IdxArray};
use serde_json::{Value, json};
use viz::draw;

/// Numbers that a sound run does not hold.
const EXTREMES: [f64; 8] = [0.0, -1.0, 1e308, 1.797e308, -1e308, 5e-324, 1e19, -0.0];

/// Replaces every number whose index satisfies `chosen` by `extreme`.
fn put(value: &mut Value, extreme: f64, count: &mut usize, chosen: &dyn Fn(usize) -> bool) {
    match value {
        Value::Number(_) => {
            if chosen(*count) {
                *value = if extreme == 1e19 {
                    json!(u64::MAX)
                } else {
                    json!(extreme)
                };
            }
            *count += 1;
        }
        Value::Array(items) => items
            .iter_mut()
            .for_each(|item| put(item, extreme, count, chosen)),
        Value::Object(fields) => fields
            .values_mut()
            .for_each(|field| put(field, extreme, count, chosen)),
        _ => {}
    }
}

fn rewrite(path: &Path, change: impl Fn(&mut Value)) {
    let text = fs::read_to_string(path).unwrap();
    let is_lines = path
        .extension()
        .is_some_and(|extension| extension == "jsonl");
    let texts: Vec<&str> = if is_lines {
        text.lines().collect()
    } else {
        vec![&text]
    };
    let changed = texts.into_iter().map(|text| {
        let mut value = serde_json::from_str(text).unwrap();
        change(&mut value);
        value.to_string() + "\n"
    });
    fs::write(path, changed.collect::<String>()).unwrap();
}

/// Three experiments with every `step`-th number of `file`, from `first` on, replaced.
fn drawn_or_refused(file: &str, extreme: f64, first: usize, step: usize) {
    let chosen = |id: &str| ["pca-30", "standard-ae-256", "conv-ae-deconv"].contains(&id);
    let experiments: Vec<_> = full(1).into_iter().filter(|e| chosen(&e.id)).collect();
    let folder = tempfile::tempdir().unwrap();
    let run = fabricated::run(folder.path(), &experiments);
    for experiment in &experiments {
        let path = run.experiment(&experiment.id).path().join(file);
        rewrite(&path, |value| {
            let chosen = |index: usize| index % step == first;
            put(value, extreme, &mut 0, &chosen);
        });
    }
    if let Err(error) = draw(folder.path()) {
        let message = error.to_string();
        assert!(message.contains(file), "{extreme} {first}: {message}");
    }
}

#[test]
fn extreme_numbers_in_an_evaluation() {
    for extreme in EXTREMES {
        drawn_or_refused("evaluation.json", extreme, 0, 1);
        drawn_or_refused("evaluation.json", extreme, 1, 3);
    }
}

#[test]
fn extreme_numbers_in_metrics() {
    for extreme in EXTREMES {
        for (first, step) in [(0, 1), (0, 2), (1, 2), (1, 3), (2, 3)] {
            drawn_or_refused("metrics.jsonl", extreme, first, step);
        }
    }
}

#[test]
fn pixels_that_are_nan_or_infinite() {
    for value in [f32::NAN, f32::INFINITY, f32::MIN, 1e-45] {
        let folder = tempfile::tempdir().unwrap();
        let experiments: Vec<_> = full(1).into_iter().take(4).collect();
        let run = fabricated::run(folder.path(), &experiments);
        for protocol in Protocol::ALL {
            let name = experiment::arrays::samples(protocol);
            let elements = Elements::F32(vec![value; 10 * 784]);
            let array = IdxArray::new(vec![10, 28, 28], elements).unwrap();
            run.experiment("deep-ae-10")
                .write_array(&name, &array)
                .unwrap();
        }
        // The folder is drawn or refused; a panic would end the test.
        let _ = draw(folder.path());
    }
}

#[test]
fn texts_of_a_foreign_run_folder_cannot_become_markup() {
    let folder = tempfile::tempdir().unwrap();
    let run = fabricated::run(folder.path(), &full(1)[..2]);
    let markup = "<img src=x onerror=alert(1)>\"'&]]>";
    rewrite(&run.path().join("run.json"), |record| {
        for field in ["version", "libtorch", "device"] {
            record[field] = json!(markup);
        }
        let machine = serde_json::to_value(fabricated::machine()).unwrap();
        record["machine"] = machine;
        record["machine"]["system"] = json!(markup);
        let data = &mut record["data"]["mnist"];
        data["name"] = json!(markup);
        data["classes"] = json!([markup]);
        data["notes"] = json!([markup]);
        data["files"] = json!({ markup: markup });
    });
    let machines = run.experiment("deep-ae-10").path().join("machine.json");
    rewrite(&machines, |machines| {
        machines[0]["processor"] = json!(markup);
        machines[0]["features"] = json!([markup]);
    });
    let evaluation = run.experiment("deep-ae-10").evaluation_path();
    rewrite(&evaluation, |evaluation| {
        evaluation["experiment"] = json!(markup);
    });
    let outputs = draw(folder.path()).unwrap();
    for path in [&outputs.html, &outputs.markdown]
        .into_iter()
        .chain(&outputs.figures)
    {
        let text = fs::read_to_string(path).unwrap();
        assert!(!text.contains("<img src=x"), "{}", path.display());
    }
    let report = fs::read_to_string(outputs.markdown).unwrap();
    assert!(report.contains("deep-ae-10: experiments/deep-ae-10/evaluation.json: expected the"));
}

#[test]
fn a_copy_of_a_seed_is_not_a_further_seed() {
    let folder = tempfile::tempdir().unwrap();
    let experiments = &full(12)[1..2];
    let run = fabricated::run(folder.path(), experiments);
    fabricated::add_seed(&run, 13, experiments);
    let seeds = folder.path().join("seeds");
    fs::rename(seeds.join("13"), seeds.join("99")).unwrap();
    let outputs = draw(folder.path()).unwrap();
    let report = fs::read_to_string(outputs.markdown).unwrap();
    assert!(report.contains("experiment.json: expected seed 99, found 13"));
    let results = fs::read_to_string(outputs.results).unwrap();
    assert!(!results.contains(",13,"), "{results}");
}

#[cfg(unix)]
#[test]
fn nothing_is_written_through_a_link() {
    let folder = tempfile::tempdir().unwrap();
    let (root, outside) = (folder.path().join("run"), folder.path().join("outside"));
    fabricated::run(&root, &full(1)[..2]);
    let outputs = draw(&root).unwrap();
    let figures = root.join("figures");
    let [figure, others @ ..] = &outputs.figures[..] else {
        panic!("no figure was drawn");
    };
    assert!(!others.is_empty());
    fs::create_dir(&outside).unwrap();
    let files = [
        figure,
        &outputs.html,
        &outputs.markdown,
        &outputs.claims,
        &outputs.results,
    ];
    for path in files.into_iter().chain([&figures]) {
        if path.is_dir() {
            fs::remove_dir_all(path).unwrap();
        } else {
            fs::remove_file(path).unwrap();
        }
        let target = if *path == figures {
            outside.clone()
        } else {
            let target = outside.join("notes");
            fs::write(&target, "of a user").unwrap();
            target
        };
        std::os::unix::fs::symlink(&target, path).unwrap();
        let message = draw(&root).unwrap_err().to_string();
        let named = message.contains(&path.display().to_string());
        assert!(named && message.contains("found a link"), "{message}");
        fs::remove_file(path).unwrap();
        let notes = fs::read_to_string(outside.join("notes")).unwrap();
        assert_eq!(notes, "of a user", "{}", path.display());
        assert_eq!(fs::read_dir(&outside).unwrap().count(), 1);
    }
}
