//! `train run` killed at any moment: the same command resumes, and nothing differs in the end.
//!
//! What is on the disk changes only with the program's calls on files, so a kill at a random one
//! of them, in the middle of it if it is a write, represents a kill at any moment.

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::harness::{
    TestRun, assert_same,
    faults::{Fault, inflict},
    results, run,
};

const EXPERIMENTS: &str = r#"[
    {"id": "dense", "training_images": 300,
     "model": {"kind": "dense", "widths": [784, 8, 784], "code_layer": 1, "output": "relu"},
     "training": {"epochs": 3, "batch_size": 100, "learning_rate": 1e-3,
                  "corruption": [{"kind": "gaussian", "std": 0.2}]}},
    {"id": "sparse", "training_images": 300,
     "model": {"kind": "dense", "widths": [784, 4, 784], "code_layer": 1, "output": "sigmoid"},
     "training": {"epochs": 2, "batch_size": 100, "learning_rate": 1e-3, "sparsity": 1e-6}},
    {"id": "pca", "training_images": 300, "model": {"kind": "pca", "components": 5}}
]"#;

/// An undisturbed run makes between 500 and 650 calls on files.
const CALLS: usize = 650;

/// Kills runs, `kills` times in total, each at one of its next calls on files, and then lets each
/// run end. Every one must have the results of an undisturbed run.
fn kill(kills: usize, seed: u64) {
    let test = TestRun::new(EXPERIMENTS);
    test.train().with_status(0);
    let undisturbed = results(test.run.path());

    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let (mut killed, mut runs) = (0, 0);
    while killed < kills {
        let out = test.beside(&format!("killed-{runs}"));
        runs += 1;
        loop {
            let at = rng.random_range(1..=CALLS);
            let mut train = test.command_into(&out);
            if killed < kills {
                inflict(&mut train, Fault::Kill, at);
            }
            let outcome = run(&mut train);
            if outcome.status.is_some() {
                outcome.with_status(0);
                break;
            }
            killed += 1;
        }
        assert_same(&undisturbed, &results(&out));
    }
    eprintln!("{killed} kills in {runs} runs, nothing lost");
}

#[test]
fn a_few_kills_lose_nothing() {
    kill(6, 1);
}

#[test]
#[ignore = "takes minutes: cargo test -p end-to-end -- --ignored --nocapture"]
fn a_hundred_kills_lose_nothing() {
    kill(100, 2);
}
