//! Signals: a second Ctrl-C stops the program at once, and what is in the folder is still good; one
//! that asks to end is obeyed once, and not at all where it was to be ignored.
#![cfg(target_os = "linux")]

use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
    process::Command,
    thread,
};

use end_to_end::{Running, end, held::Held, limited, results, train};
use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

const EXPERIMENTS: &str = r#"[
    {"id": "dense", "training_images": 300,
     "model": {"kind": "dense", "widths": [784, 8, 784], "code_layer": 1, "output": "relu"},
     "training": {"epochs": 3, "batch_size": 100, "learning_rate": 1e-3}}
]"#;

/// The file of the experiments.
fn experiments(folder: &Path) -> PathBuf {
    let experiments = folder.join("experiments.json");
    fs::write(&experiments, EXPERIMENTS).unwrap();
    experiments
}

/// Starts a training, and has it wait after its first epoch.
fn held(train: Command) -> Held {
    Held::start(train, "dense/metrics.jsonl", 1)
}

const STOPPING: &str = "stopping after the present step; Ctrl-C again to stop at once";

#[test]
fn a_second_interrupt_stops_at_once_and_corrupts_nothing() {
    let folder = TempDir::new().unwrap();
    let experiments = experiments(folder.path());
    let [whole, cut] = ["whole", "cut"].map(|name| folder.path().join(name));
    let mut held = held(train(&experiments, &cut));
    held.signal(Signal::INT);
    held.wait_for(STOPPING);
    held.signal(Signal::INT);
    let (status, said) = held.end();
    assert_eq!(status, Some(130), "{said}");
    assert!(!said.contains("interrupted, saved"), "{said}");

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
        let mut held = held(train(&experiments(folder.path()), &out));
        held.signal(signal);
        held.wait_for(STOPPING);
        held.signal(signal);
        held.release();
        let (status, said) = held.end();
        assert_eq!(status, Some(130), "{said}");
        assert!(said.contains("interrupted, saved"), "{said}");
        assert!(out.join("experiments/dense/resume.safetensors").exists());
    }
}

#[test]
fn a_hang_up_that_is_to_be_ignored_is_ignored() {
    let folder = TempDir::new().unwrap();
    let train = train(&experiments(folder.path()), &folder.path().join("out"));
    // As `nohup` does it.
    let mut held = held(limited("trap '' HUP", &train));
    held.signal(Signal::HUP);
    held.release();
    let (status, said) = held.end();
    assert_eq!(status, Some(0), "{said}");
    assert!(said.contains("epoch 3/3"), "{said}");
}

/// A terminal that was stopped takes no more text: the program waits for it, and can still be ended.
#[test]
fn an_interrupt_ends_a_program_whose_messages_nobody_takes() {
    let folder = TempDir::new().unwrap();
    let mut train = train(&experiments(folder.path()), &folder.path().join("out"));
    let (reader, writer) = std::io::pipe().unwrap();
    let size = rustix::pipe::fcntl_setpipe_size(&writer, 4096).unwrap();
    // No room is left for the first message.
    (&writer).write_all(&vec![b' '; size]).unwrap();
    let mut child = Running(train.stderr(writer).spawn().unwrap());
    let pid = Pid::from_child(&child.0);
    let status = loop {
        if let Some(status) = child.0.try_wait().unwrap() {
            break status;
        }
        // Before it listens, the first one ends it, as any program.
        let metrics = folder.path().join("out/experiments/dense/metrics.jsonl");
        if metrics.exists() {
            kill_process(pid, Signal::INT).unwrap();
        }
        thread::yield_now();
    };
    assert_eq!(status.code(), Some(130));
    drop(reader);
}
