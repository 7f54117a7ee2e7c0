//! The benchmark, a Python program: its own tests, and what it says about the assignment.

use std::process::Command;

use experiment::{Corruption, Experiment, Layer, Method, Sparsity, Training, assignment};
use serde_json::{Value, json};

use crate::harness::{program, project};

/// What `python3` prints with `arguments` in the folder of the benchmark.
fn python(arguments: &[&str]) -> String {
    let mut python = Command::new("python3");
    python.args(arguments).current_dir(project().join("bench"));
    // The tests of the benchmark measure it.
    python.env("TRAIN", program("train").get_program());
    let output = python.output().expect("python3 is needed");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn the_tests_of_the_benchmark_pass() {
    python(&["-m", "unittest", "discover", "--start-directory", "tests"]);
}

#[test]
fn its_models_are_those_of_the_assignment() {
    let mut models: Vec<(Experiment, usize, usize)> = Vec::new();
    for experiment in assignment::full(Experiment::DEFAULT_SEED) {
        let Method::Autoencoder { model, training } = &experiment.method else {
            continue;
        };
        let epochs = training.epochs;
        match models.iter_mut().find(|(first, ..)| {
            first.method.has_model_of(&experiment.method)
                && first.method.training().map(cost) == Some(cost(training))
        }) {
            Some((_, all_epochs, _)) => *all_epochs += epochs,
            None => {
                let layers = model.layers();
                let all: usize = layers.iter().map(Layer::multiply_adds).sum();
                let operations = 6 * all - 2 * layers[0].multiply_adds();
                models.push((experiment, epochs, operations));
            }
        }
    }
    let expected: Vec<Value> = models
        .iter()
        .map(|(experiment, epochs, operations)| json!([experiment.id, [epochs, operations]]))
        .collect();
    let print = "import json, workloads; print(json.dumps(list(workloads.WORKLOADS.items())))";
    let found: Vec<Value> = serde_json::from_str(&python(&["-c", print])).unwrap();
    assert_eq!(found, expected);
}

/// `training` with the same values in all settings that do not change the cost of an epoch.
fn cost(training: &Training) -> Training {
    let mut cost = Training {
        epochs: 1,
        learning_rate: 1.0,
        sparsity: Sparsity::L1 {
            weight: f64::from(training.sparsity.weight() > 0.0),
        },
        ..training.clone()
    };
    for corruption in &mut cost.corruption {
        if let Corruption::Gaussian { std, .. } = corruption {
            *std = 1.0;
        }
    }
    cost
}
