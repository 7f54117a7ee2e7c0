//! `train run` killed at any moment: the same command goes on, and nothing differs in the end.
//!
//! What is on the disk changes only with the program's calls on files, so a kill at a random one
//! of them, in the middle of it if it is a write, stands for a kill at any moment.
#![cfg(target_os = "linux")]

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use end_to_end::{
    end,
    faults::{Fault, Faults},
    results, train,
};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use tempfile::TempDir;

const EXPERIMENTS: &str = r#"[
    {"id": "dense", "training_images": 300,
     "model": {"kind": "dense", "widths": [784, 8, 784], "code_layer": 1, "output": "relu"},
     "training": {"epochs": 3, "batch_size": 100, "learning_rate": 1e-3, "corruption": [{"kind": "gaussian", "std": 0.2}]}},
    {"id": "sparse", "training_images": 300,
     "model": {"kind": "dense", "widths": [784, 4, 784], "code_layer": 1, "output": "sigmoid"},
     "training": {"epochs": 2, "batch_size": 100, "learning_rate": 1e-3, "sparsity": 1e-6}},
    {"id": "pca", "training_images": 300, "model": {"kind": "pca", "components": 5}}
]"#;

/// An undisturbed run makes between 500 and 650 calls on files.
const CALLS: usize = 650;

/// Kills runs, `kills` times in all, each at one of its next calls on files, and lets each end at
/// last. Every one must end as an undisturbed one does.
fn kill(kills: usize, seed: u64) {
    let folder = TempDir::new().unwrap();
    let experiments = folder.path().join("experiments.json");
    fs::write(&experiments, EXPERIMENTS).unwrap();
    let faults = Faults::compile();
    let undisturbed = folder.path().join("undisturbed");
    assert_eq!(end(&mut train(&experiments, &undisturbed)).0, Some(0));
    let expected = results(&undisturbed);

    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let (mut killed, mut runs) = (0, 0);
    while killed < kills {
        let out = folder.path().join(format!("killed-{runs}"));
        runs += 1;
        loop {
            let at = rng.random_range(1..=CALLS);
            let mut train = train(&experiments, &out);
            if killed < kills {
                faults.inflict(&mut train, Fault::Kill, at);
            }
            let (status, said) = end(&mut train);
            if status.is_some() {
                assert_eq!(status, Some(0), "{said}");
                break;
            }
            killed += 1;
        }
        same(&expected, &out);
    }
    eprintln!("{killed} kills in {runs} runs, nothing lost");
}

fn same(expected: &BTreeMap<PathBuf, Vec<u8>>, out: &Path) {
    let found = results(out);
    let names = |files: &BTreeMap<PathBuf, Vec<u8>>| -> Vec<_> { files.keys().cloned().collect() };
    assert_eq!(names(expected), names(&found));
    for (path, bytes) in expected {
        assert!(bytes == &found[path], "{} differs", path.display());
    }
}

#[test]
fn a_few_kills_cost_nothing() {
    kill(6, 1);
}

#[test]
#[ignore = "takes minutes: cargo test -p end-to-end --test kill -- --ignored --nocapture"]
fn a_hundred_kills_cost_nothing() {
    kill(100, 2);
}
