//! Signals: a second Ctrl-C stops the program at once, and what is in the folder is still good; one
//! that asks to end is obeyed once, and not at all where it was to be ignored.

use std::{io::Write, process::Command, thread};

use rustix::process::{Pid, Signal, kill_process};

use crate::harness::{Held, Running, TestRun, assert_same, limited, results, run};

const EXPERIMENTS: &str = r#"[
    {"id": "dense", "training_images": 300,
     "model": {"kind": "dense", "widths": [784, 8, 784], "code_layer": 1, "output": "relu"},
     "training": {"epochs": 3, "batch_size": 100, "learning_rate": 1e-3}}
]"#;

/// Starts a training, and has it wait after its first epoch.
fn held(train: Command) -> Held {
    Held::start(train, "dense/metrics.jsonl", 1)
}

const STOPPING: &str = "stopping after the present step; Ctrl-C again to stop at once";

#[test]
fn a_second_interrupt_stops_at_once_and_corrupts_nothing() {
    let test = TestRun::new(EXPERIMENTS);
    let mut held = held(test.command());
    held.signal(Signal::INT);
    held.wait_for(STOPPING);
    held.signal(Signal::INT);
    let stopped = held.end().with_status(130);
    assert!(!stopped.stderr.contains("interrupted, saved"));

    test.train().with_status(0);
    let whole = test.beside("whole");
    run(&mut test.command_into(&whole)).with_status(0);
    assert_same(&results(&whole), &results(test.run.path()));
}

/// A closed terminal and its shell both hang up, and supervisors ask more than once.
#[test]
fn a_second_request_to_end_still_lets_the_step_be_saved() {
    for signal in [Signal::TERM, Signal::HUP] {
        let test = TestRun::new(EXPERIMENTS);
        let mut held = held(test.command());
        held.signal(signal);
        held.wait_for(STOPPING);
        held.signal(signal);
        held.release();
        held.end().with_status(130).saying(&["interrupted, saved"]);
        assert!(test.run.experiment("dense").resume_path().exists());
    }
}

#[test]
fn a_hangup_that_was_ignored_before_stays_ignored() {
    let test = TestRun::new(EXPERIMENTS);
    // As `nohup` does it.
    let mut held = held(limited("trap '' HUP", &test.command()));
    held.signal(Signal::HUP);
    held.release();
    held.end().with_status(0).saying(&["epoch 3/3"]);
}

/// A terminal that was stopped takes no more text: the program waits for it, and can still be ended.
#[test]
fn an_interrupt_ends_a_program_whose_messages_nobody_reads() {
    let test = TestRun::new(EXPERIMENTS);
    let (reader, writer) = std::io::pipe().unwrap();
    let size = rustix::pipe::fcntl_setpipe_size(&writer, 4096).unwrap();
    // No room is left for the first message.
    (&writer).write_all(&vec![b' '; size]).unwrap();
    // On known images, the first message is that of the first epoch.
    let mut train = test.command_on_all_images();
    let mut child = Running(train.stderr(writer).spawn().unwrap());
    let pid = Pid::from_child(&child.0);
    let metrics = test.run.experiment("dense").path().join("metrics.jsonl");
    let status = loop {
        if let Some(status) = child.0.try_wait().unwrap() {
            break status;
        }
        // Before it listens, the first one ends it, as any program.
        if metrics.exists() {
            kill_process(pid, Signal::INT).unwrap();
        }
        thread::yield_now();
    };
    assert_eq!(status.code(), Some(130));
    drop(reader);
}
