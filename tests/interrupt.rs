//! Signals: a second Ctrl-C stops the program at once, and what is in the folder is still good; one
//! that asks to end is obeyed once, and not at all where it was to be ignored.
#![cfg(unix)]

use std::{
    fs,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    thread,
};

use end_to_end::{Running, end, limited, results, train};
use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

/// A step takes a large part of a second, so that the second Ctrl-C comes within it.
const EXPERIMENTS: &str = r#"[
    {"id": "slow", "training_images": 20000,
     "model": {"kind": "dense", "widths": [784, 400, 784], "code_layer": 1, "output": "relu"},
     "training": {"epochs": 3, "batch_size": 10000, "learning_rate": 1e-3}}
]"#;

/// The file of the experiments.
fn experiments(folder: &Path) -> PathBuf {
    let experiments = folder.join("experiments.json");
    fs::write(&experiments, EXPERIMENTS).unwrap();
    experiments
}

/// Sends `signal` after each line that holds one of `after`. The exit status, and what was said.
fn disturbed(mut train: Command, signal: Signal, after: &[&str]) -> (Option<i32>, String) {
    let mut child = Running(train.stderr(Stdio::piped()).spawn().unwrap());
    let pid = Pid::from_child(&child.0);
    let mut said = String::new();
    for line in BufReader::new(child.0.stderr.take().unwrap()).lines() {
        let line = line.unwrap();
        if after.iter().any(|part| line.contains(part)) {
            kill_process(pid, signal).unwrap();
        }
        said += &(line + "\n");
    }
    assert!(!said.contains("panicked"), "{said}");
    (child.0.wait().unwrap().code(), said)
}

const STOPPING: &str = "stopping after the present step";

#[test]
fn a_second_interrupt_stops_at_once_and_corrupts_nothing() {
    let folder = TempDir::new().unwrap();
    let experiments = experiments(folder.path());
    let [whole, cut] = ["whole", "cut"].map(|name| folder.path().join(name));
    let after = ["epoch 1/3", STOPPING];
    let (status, said) = disturbed(train(&experiments, &cut), Signal::INT, &after);
    assert_eq!(status, Some(130), "{said}");
    assert!(said.contains("Ctrl-C again to stop at once"), "{said}");

    assert_eq!(end(&mut train(&experiments, &cut)).0, Some(0));
    assert_eq!(end(&mut train(&experiments, &whole)).0, Some(0));
    assert!(results(&whole) == results(&cut));
}

/// A closed terminal and its shell both hang up, and supervisors ask more than once.
#[test]
fn a_second_request_to_end_still_lets_the_step_be_saved() {
    for signal in [Signal::TERM, Signal::HUP] {
        let folder = TempDir::new().unwrap();
        let out = folder.path().join("out");
        let train = train(&experiments(folder.path()), &out);
        let (status, said) = disturbed(train, signal, &["epoch 1/3", STOPPING]);
        assert_eq!(status, Some(130), "{said}");
        assert!(said.contains("interrupted, saved"), "{said}");
        assert!(out.join("experiments/slow/resume.safetensors").exists());
    }
}

#[test]
fn a_hang_up_that_is_to_be_ignored_is_ignored() {
    let folder = TempDir::new().unwrap();
    let train = train(&experiments(folder.path()), &folder.path().join("out"));
    // As `nohup` does it.
    let train = limited("trap '' HUP", &train);
    let (status, said) = disturbed(train, Signal::HUP, &["epoch 1/3"]);
    assert_eq!(status, Some(0), "{said}");
    assert!(said.contains("epoch 3/3"), "{said}");
}

/// A terminal that was stopped takes no more text: the program waits for it, and can still be ended.
#[cfg(target_os = "linux")]
#[test]
fn an_interrupt_ends_a_program_whose_messages_nobody_takes() {
    let folder = TempDir::new().unwrap();
    let mut train = train(&experiments(folder.path()), &folder.path().join("out"));
    let (reader, writer) = std::io::pipe().unwrap();
    let size = rustix::pipe::fcntl_setpipe_size(&writer, 4096).unwrap();
    // No room is left for the first message.
    std::io::Write::write_all(&mut &writer, &vec![b' '; size]).unwrap();
    let mut child = Running(train.stderr(writer).spawn().unwrap());
    let pid = Pid::from_child(&child.0);
    let status = loop {
        // Before it listens, the first one ends it, as any program.
        if let Some(status) = child.0.try_wait().unwrap() {
            break status;
        }
        let metrics = folder.path().join("out/experiments/slow/metrics.jsonl");
        if metrics.exists() {
            kill_process(pid, Signal::INT).unwrap();
        }
        thread::yield_now();
    };
    assert_eq!(status.code(), Some(130));
    drop(reader);
}
