//! Every file in `examples/` is trained and drawn, in miniature.

use std::fs;

use experiment::{Experiment, read_experiments};

use crate::harness::{TestRun, program, project, run};

/// The first and the last experiment of each file, on 200 images and for two epochs, named after the
/// file.
fn miniatures() -> Vec<Experiment> {
    let mut list = Vec::new();
    for entry in fs::read_dir(project().join("examples")).unwrap() {
        let path = entry.unwrap().path();
        let all = read_experiments(&path).unwrap();
        let stem = path.file_stem().unwrap().to_str().unwrap();
        for (name, experiment) in [("first", &all[0]), ("last", &all[all.len() - 1])] {
            let mut experiment = experiment.clone();
            experiment.id = format!("{stem}-{name}");
            experiment.training_images = Some(200);
            if let Some(training) = experiment.method.training_mut() {
                training.epochs = 2;
            }
            list.push(experiment);
        }
    }
    list
}

#[test]
fn every_example_can_be_trained_and_drawn() {
    let list = miniatures();
    assert!(list.len() > 20);
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
    let schema: serde_json::Value = serde_json::from_str(&printed.stdout).unwrap();
    assert_eq!(schema, experiment::schema());
}
