//! Signals that schedulers send: `train work` saves, says which came, and ends with 75; whoever comes next
//! goes on from there, with the bits of an undisturbed training.

use rustix::process::Signal;

use crate::harness::{HeldProgram, TestSweep, all_results, assert_same};

const EXPERIMENTS: &str = r#"[
    {"id": "dense", "training_images": 200, "model": {"kind": "dense", "widths": [784, 8, 784]},
     "training": {"epochs": 3, "batch_size": 100, "corruption": [{"kind": "gaussian", "std": 0.2}]}}
]"#;

/// A worker that waits after its first epoch, before that is saved.
fn held(sweep: &TestSweep) -> HeldProgram {
    HeldProgram::start(sweep.command("work"), "dense/metrics.jsonl", 1)
}

#[test]
fn each_signal_saves_and_the_next_worker_resumes_with_the_same_bits() {
    let sweep = TestSweep::new(EXPERIMENTS, 1);
    let undisturbed = all_results(sweep.in_one_process(1).path());
    for (signal, name, status) in [
        (Signal::TERM, "SIGTERM", 75),
        (Signal::USR1, "SIGUSR1", 75),
        (Signal::USR2, "SIGUSR2", 75),
        (Signal::HUP, "SIGHUP", 75),
        (Signal::INT, "Ctrl-C", 130),
    ] {
        let sweep = TestSweep::new(EXPERIMENTS, 1);
        let mut held = held(&sweep);
        // Slurm sends both when it preempts.
        held.signal(Signal::CONT);
        held.signal(signal);
        held.wait_for(&format!("{name}: stopping after the current step"));
        held.release();
        held.end().with_status(status).saying(&[
            "interrupted, saved",
            "1 of 1 experiments of this share are left: 0",
        ]);
        assert_eq!(sweep.states(), ["waiting"]);
        let [attempt] = &sweep.attempts()[..] else {
            panic!("{:?}", sweep.attempts());
        };
        assert!(attempt.join("dense/resume.safetensors").exists());
        let resumed = sweep.work(&[]).with_status(0).stderr;
        assert!(!resumed.contains("epoch 1/3"), "{resumed}");
        assert_same(&undisturbed, &all_results(sweep.run.path()));
    }
}

#[test]
fn a_worker_that_was_frozen_for_long_leaves_the_experiment_to_who_took_it() {
    let sweep = TestSweep::new(EXPERIMENTS, 1);
    let mut frozen = held(&sweep);
    frozen.signal(Signal::STOP);
    // Another one waits until the first was not heard of for long, and takes over.
    sweep
        .work(&[])
        .with_status(0)
        .saying(&["1 of them computed now"]);
    let results = all_results(sweep.run.path());
    frozen.signal(Signal::CONT);
    frozen.release();
    frozen
        .end()
        .with_status(0)
        .saying(&["0 of them computed now"]);
    assert_same(&results, &all_results(sweep.run.path()));
    assert!(sweep.attempts().is_empty());
    assert_same(&all_results(sweep.in_one_process(1).path()), &results);
}
