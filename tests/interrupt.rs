//! Ctrl-C twice: the program stops at once, and what is in the folder is still good.
#![cfg(unix)]

use std::{
    fs,
    io::{BufRead, BufReader},
    process::Stdio,
};

use end_to_end::{Running, end, results, train};
use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

/// A step takes a large part of a second, so that the second Ctrl-C comes within it.
const EXPERIMENTS: &str = r#"[
    {"id": "slow", "training_images": 20000,
     "model": {"kind": "dense", "widths": [784, 400, 784], "code_layer": 1, "output": "relu"},
     "training": {"epochs": 3, "batch_size": 10000, "learning_rate": 1e-3}}
]"#;

#[test]
fn a_second_interrupt_stops_at_once_and_corrupts_nothing() {
    let folder = TempDir::new().unwrap();
    let experiments = folder.path().join("experiments.json");
    fs::write(&experiments, EXPERIMENTS).unwrap();
    let [whole, cut] = ["whole", "cut"].map(|name| folder.path().join(name));

    let mut child = train(&experiments, &cut);
    let mut child = Running(child.stderr(Stdio::piped()).spawn().unwrap());
    let pid = Pid::from_child(&child.0);
    let mut said = String::new();
    for line in BufReader::new(child.0.stderr.take().unwrap()).lines() {
        let line = line.unwrap();
        if line.contains("epoch 1/3") || line.contains("stopping after the present step") {
            kill_process(pid, Signal::INT).unwrap();
        }
        said += &(line + "\n");
    }
    assert_eq!(child.0.wait().unwrap().code(), Some(130), "{said}");
    assert!(said.contains("Ctrl-C again to stop at once"), "{said}");
    assert!(!said.contains("panicked"), "{said}");

    assert_eq!(end(&mut train(&experiments, &cut)).0, Some(0));
    assert_eq!(end(&mut train(&experiments, &whole)).0, Some(0));
    assert!(results(&whole) == results(&cut));
}
