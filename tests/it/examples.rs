//! Every file in `examples/` is trained and drawn, in miniature.

use std::{collections::HashSet, fs};

use experiment::{Data, Experiment, Method, ModelSpec, Validation, read_experiments};
use serde_json::Value;

use crate::harness::{TestRun, data::few_digits, program, project, run};

/// The experiments of each file, named after it, on few images and for three epochs. Of those that
/// differ in numbers alone, the first.
fn miniatures() -> Vec<Experiment> {
    let mut list = Vec::new();
    for entry in fs::read_dir(project().join("examples")).unwrap() {
        let path = entry.unwrap().path();
        let stem = path.file_stem().unwrap().to_str().unwrap();
        let mut seen = HashSet::new();
        for (index, mut experiment) in read_experiments(&path).unwrap().into_iter().enumerate() {
            experiment.id = stem.to_owned();
            if !seen.insert(without_numbers(serde_json::to_value(&experiment).unwrap()).to_string())
            {
                continue;
            }
            experiment.id = format!("{stem}-{index}");
            experiment.training_images = Some(200);
            if experiment.data.source == Data::MNIST {
                experiment.data.source = few_digits().display().to_string();
            }
            if let Method::Autoencoder { model, .. } = &mut experiment.method {
                make_narrow(model);
            }
            if let Some(training) = experiment.method.training_mut() {
                training.epochs = 3;
                training.evaluate_every = training.evaluate_every.map(|_| 3);
                training.validation = training.validation.map(|_| Validation::Share(0.1));
            }
            list.push(experiment);
        }
    }
    list
}

/// Wide layers take time, and show nothing that others do not.
fn make_narrow(model: &mut ModelSpec) {
    let ModelSpec::Dense(dense) = model else {
        return;
    };
    let hidden = 1..dense.widths.len() - 1;
    for width in &mut dense.widths[hidden] {
        *width = (*width).min(128);
    }
}

fn without_numbers(value: Value) -> Value {
    match value {
        Value::Number(_) => Value::Null,
        Value::Array(values) => values.into_iter().map(without_numbers).collect(),
        Value::Object(fields) => fields
            .into_iter()
            .map(|(name, value)| (name, without_numbers(value)))
            .collect(),
        value => value,
    }
}

#[test]
fn every_example_can_be_trained_and_drawn() {
    let list = miniatures();
    assert!(list.len() > 40);
    let test = TestRun::new(&serde_json::to_string(&list).unwrap());
    let count = format!("{0} of {0}", list.len());
    test.train().with_status(0).saying(&[
        &count,
        "draws their report",
        &test.run.path().display().to_string(),
    ]);
    for experiment in &list {
        let folder = test.run.experiment(&experiment.id);
        assert!(folder.evaluation().unwrap().is_some(), "{}", experiment.id);
    }
    run(program("viz").arg(test.run.path())).with_status(0);
}

#[test]
fn the_experiments_in_the_readme_are_files_in_examples() {
    let readme = fs::read_to_string(project().join("README.md")).unwrap();
    for name in ["own-images", "two-number-code", "code-sizes"] {
        let path = project().join(format!("examples/{name}.toml"));
        let example = fs::read_to_string(path).unwrap();
        for line in example.lines().filter(|line| !line.starts_with('#')) {
            assert!(readme.contains(line), "examples/{name}.toml: {line}");
        }
        assert!(readme.contains(&format!("--experiments examples/{name}.toml")));
    }
}

#[test]
fn a_grid_is_listed_before_it_runs_with_what_varies_first() {
    let mut list = program("train");
    let listed = run(list.args(["list", "examples/learning-rate.json"])).with_status(0);
    let lines: Vec<&str> = listed.stdout.lines().collect();
    assert_eq!(lines.len(), 6);
    assert!(
        lines[0].starts_with("lr-learning_rate-0.001-seed-1 "),
        "{}",
        lines[0]
    );
    let parts = ["101,200 parameters  seed 1  learning_rate 0.001  (784-64-784, ReLU"];
    for part in parts {
        assert!(lines[0].contains(part), "{}", lines[0]);
    }
    let mut list = program("train");
    let listed = run(list.args(["list", "examples/convolutional-one-epoch.json"])).with_status(0);
    assert!(
        listed.stdout.contains("decoder deconv-unpool"),
        "{}",
        listed.stdout
    );
}

#[test]
fn the_schema_is_printed_as_json() {
    let printed = run(program("train").arg("schema")).with_status(0);
    let schema: Value = serde_json::from_str(&printed.stdout).unwrap();
    assert_eq!(schema, experiment::schema());
}
