//! What a model without a fast engine and with a loss of several terms shows of both.

use crate::harness::{TestRun, program, run};

const EXPERIMENTS: &str = r#"[
    {"id": "plain", "training_images": 300, "model": {"kind": "dense", "widths": [784, 8, 784]},
     "training": {"epochs": 1, "batch_size": 100}},
    {"id": "variational", "training_images": 300,
     "model": {"kind": "dense", "widths": [784, 8, 784], "variational": {"beta": 1}},
     "training": {"epochs": 1, "batch_size": 100, "sparsity": 1e-6}}
]"#;

#[test]
fn the_terms_and_the_engine_are_shown() {
    let test = TestRun::new(EXPERIMENTS);
    let out = test.train().with_status(0).stderr;
    let line = |id: &str| out.lines().find(|line| line.starts_with(id)).unwrap();
    assert!(!line("plain").contains("reconstruction"), "{out}");
    for term in [" (reconstruction 0.", ", penalty 0.", ", KL 0."] {
        assert!(line("variational").contains(term), "{out}");
    }

    let mut list = program("train");
    list.arg("list").arg(test.beside("experiments.json"));
    let listed = run(&mut list).with_status(0).stdout;
    let mut lines = listed.lines();
    assert!(!lines.next().unwrap().contains("autograd"), "{listed}");
    let variational = lines.next().unwrap();
    assert!(variational.ends_with("; computed by autograd)"), "{listed}");
}
