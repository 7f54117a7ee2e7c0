//! Eight workers on one folder, killed at random calls on files, on a file system without locks that shows
//! renames late, each with a clock that is minutes off: nothing is lost, and nothing is mixed.

use std::fs::{self, File};

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::harness::{
    RunningProgram, TestSweep, all_results, assert_same,
    faults::{Fault, inflict, make_adverse},
};

const EXPERIMENTS: &str = r#"[
    {"id": "dense", "training_images": 200,
     "model": {"kind": "dense", "widths": [[784, 8, 784], [784, 4, 784]]},
     "training": {"epochs": 2, "batch_size": 100, "corruption": [{"kind": "gaussian", "std": 0.2}]}},
    {"id": "pca", "training_images": 200, "model": {"kind": "pca", "components": 5}}
]"#;

const SEEDS: usize = 3;

const WORKERS: usize = 8;

/// A worker that computes two experiments makes about as many calls on files.
const CALLS: usize = 250;

/// Keeps eight workers at work; those started before `kills` died are killed at a random call.
fn kill(kills: usize, seed: u64) {
    let sweep = TestSweep::new(EXPERIMENTS, SEEDS);
    let one = all_results(sweep.in_one_process(SEEDS).path());
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let (mut killed, mut sweeps) = (0, 0);
    let mut sweep = sweep;
    while killed < kills {
        sweeps += 1;
        let (mut workers, mut started) = (Vec::new(), 0);
        let mut start = |killed: usize| {
            let mut work = sweep.command("work");
            work.args(["--jobs", "1"]);
            make_adverse(&mut work, rng.random_range(-600..=600));
            if killed < kills {
                inflict(&mut work, Fault::Kill, rng.random_range(1..=CALLS));
            }
            started += 1;
            let log = sweep.beside(&format!("worker-{started}.log"));
            work.stderr(File::create(&log).unwrap());
            (RunningProgram(work.spawn().unwrap()), log)
        };
        workers.extend((0..WORKERS).map(|_| start(killed)));
        while let Some((mut worker, log)) = workers.pop() {
            let status = worker.0.wait().unwrap();
            if status.code().is_none() {
                killed += 1;
                workers.push(start(killed));
            } else {
                let said = fs::read_to_string(log).unwrap();
                assert_eq!(status.code(), Some(0), "{said}");
            }
        }
        assert_same(&one, &all_results(sweep.run.path()));
        assert!(sweep.attempts().is_empty(), "{:?}", sweep.attempts());
        assert_eq!(sweep.remaining(&[]), "");
        sweep = TestSweep::new(EXPERIMENTS, SEEDS);
    }
    eprintln!(
        "{killed} kills of {WORKERS} workers in {sweeps} sweeps: nothing lost, nothing mixed"
    );
}

#[test]
fn ten_kills_of_eight_workers_lose_nothing() {
    kill(10, 1);
}

#[test]
#[ignore = "takes minutes: cargo test -p end-to-end -- --ignored --nocapture"]
fn a_hundred_kills_of_eight_workers_lose_nothing() {
    kill(100, 2);
}
