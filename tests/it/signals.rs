//! Signals: a second Ctrl-C stops the program at once and corrupts nothing; further requests to end, which
//! schedulers make by several signals, change nothing; a signal that the program was started to ignore stays ignored.

use std::{io::Write, process::Command, thread};

use rustix::process::{Pid, Signal, kill_process};

use crate::harness::{HeldProgram, RunningProgram, TestRun, assert_same, limited, results, run};

const EXPERIMENTS: &str = r#"[
    {"id": "dense", "training_images": 300,
     "model": {"kind": "dense", "widths": [784, 8, 784], "code_layer": 1, "output": "relu"},
     "training": {"epochs": 3, "batch_size": 100, "learning_rate": 1e-3}}
]"#;

/// Starts a training, and makes it wait after its first epoch.
fn held(train: Command) -> HeldProgram {
    HeldProgram::start(train, "dense/metrics.jsonl", 1)
}

const STOPPING: &str = "stopping after the current step; Ctrl-C again to stop at once";

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
    for (signal, name) in [
        (Signal::TERM, "SIGTERM"),
        (Signal::HUP, "SIGHUP"),
        (Signal::USR1, "SIGUSR1"),
        (Signal::USR2, "SIGUSR2"),
    ] {
        let test = TestRun::new(EXPERIMENTS);
        let mut held = held(test.command());
        held.signal(signal);
        held.wait_for(&format!("{name}: {STOPPING}"));
        held.signal(signal);
        held.release();
        held.end().with_status(75).saying(&["interrupted, saved"]);
        assert!(test.run.experiment("dense").resume_path().exists());
    }
}

#[test]
fn a_hang_up_that_was_ignored_at_the_start_stays_ignored() {
    let test = TestRun::new(EXPERIMENTS);
    // `nohup` does the same.
    let mut held = held(limited("trap '' HUP", &test.command()));
    held.signal(Signal::HUP);
    held.release();
    held.end().with_status(0).saying(&["epoch 3/3"]);
}

/// A stopped terminal takes no more text: the program waits for it, and can still be interrupted.
#[test]
fn an_interrupt_ends_a_program_whose_output_is_blocked() {
    let test = TestRun::new(EXPERIMENTS);
    let (reader, writer) = std::io::pipe().unwrap();
    let size = rustix::pipe::fcntl_setpipe_size(&writer, 4096).unwrap();
    // No room is left for the first message.
    (&writer).write_all(&vec![b' '; size]).unwrap();
    // On known images, the first message is that of the first epoch.
    let mut train = test.command_on_all_images();
    let mut child = RunningProgram(train.stderr(writer).spawn().unwrap());
    let pid = Pid::from_child(&child.0);
    let metrics = test.run.experiment("dense").path().join("metrics.jsonl");
    let status = loop {
        if let Some(status) = child.0.try_wait().unwrap() {
            break status;
        }
        // The first signal ends the program if it does not listen yet.
        if metrics.exists() {
            kill_process(pid, Signal::INT).unwrap();
        }
        thread::yield_now();
    };
    assert_eq!(status.code(), Some(130));
    drop(reader);
}
