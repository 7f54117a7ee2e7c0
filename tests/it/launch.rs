//! What `train submit` prints: the command of a pod does its share, and its exit codes are those that the
//! manifest's policy is about; scripts and manifests that cannot work are refused.

use std::{fs, process::Command};

use rustix::process::Signal;

use crate::harness::{HeldProgram, PlannedSweep, run};

/// Four dense models, three epochs of three steps each.
const FOUR: &str = r#"[
    {"id": "dense", "training_images": 300,
     "model": {"kind": "dense", "widths": [[784, 4, 784], [784, 6, 784], [784, 8, 784], [784, 9, 784]],
               "code_layer": 1, "output": "relu"},
     "training": {"epochs": 3, "batch_size": 100, "learning_rate": 1e-3}}
]"#;

/// Steps of 10 through wide layers, which overflow, and PCA.
const FAILING: &str = r#"[
    {"id": "dense", "training_images": 300,
     "model": {"kind": "dense", "widths": [784, 2000, 2000, 2000, 2000, 784], "code_layer": 2,
               "output": "relu"},
     "training": {"epochs": 2, "batch_size": 100, "learning_rate": 10}},
    {"id": "pca", "training_images": 300, "model": {"kind": "pca", "components": 5}}
]"#;

const KUBERNETES: &[&str] = &[
    "--kubernetes",
    "--image",
    "registry/train:1",
    "--claim",
    "work",
];

/// The command of each pod of the manifest, with the pod's index.
fn pods(sweep: &PlannedSweep, tasks: usize) -> Vec<Command> {
    let mut submit = sweep.train("submit");
    submit
        .args(KUBERNETES)
        .args(["--tasks", &tasks.to_string()]);
    let manifest = run(&mut submit).with_status(0).stdout;
    let after = |start: &str| {
        let line = manifest
            .lines()
            .find_map(|line| line.trim().strip_prefix(start));
        line.unwrap_or_else(|| panic!("{start} in {manifest}"))
            .to_owned()
    };
    assert_eq!(after("completions: "), tasks.to_string());
    let words: Vec<String> = serde_json::from_str(&after("command: ")).unwrap();
    assert_eq!(words[0], "train");
    let pod = |index: usize| {
        let mut pod = sweep.command("train");
        pod.args(&words[1..])
            .env("JOB_COMPLETION_INDEX", index.to_string())
            .env("OMP_NUM_THREADS", "1");
        pod
    };
    (0..tasks).map(pod).collect()
}

#[test]
fn the_pods_of_a_manifest_do_the_plan_between_them() {
    let sweep = PlannedSweep::new(FOUR);
    let mut pods = pods(&sweep, 3);
    let left = || sweep.ask("remaining", &["--of", "3"]).stdout;
    assert!(left().contains("0-2"));
    run(&mut pods[1]).with_status(0);
    // Index 0 has the experiments 0 and 3.
    assert!(left().contains("0,2"), "{}", left());
    run(&mut pods[0]).with_status(0);
    run(&mut pods[2]).with_status(0);
    let done = fs::read_dir(sweep.path().join("experiments")).unwrap();
    assert_eq!(done.count(), 4);
    // A pod that is started again finds nothing to do.
    run(&mut pods[0]).with_status(0);
}

#[test]
fn a_pod_that_is_told_to_end_exits_with_75_and_resumes() {
    let sweep = PlannedSweep::new(FOUR);
    let mut held = HeldProgram::start(pods(&sweep, 1).remove(0), "metrics.jsonl", 2);
    held.signal(Signal::TERM);
    held.wait_for("stopping after the current step");
    held.release();
    held.end().with_status(75);
    run(&mut pods(&sweep, 1)[0]).with_status(0);
}

#[test]
fn a_failing_experiment_exits_with_3_and_a_wrong_plan_with_64() {
    let sweep = PlannedSweep::new(FAILING);
    let mut pods = pods(&sweep, 2);
    run(&mut pods[0]).with_status(3);
    run(&mut pods[1]).with_status(0);
    run(pods[0].env("JOB_COMPLETION_INDEX", "2")).with_status(64);
    let plan = sweep.path().join("plan.jsonl");
    let text = fs::read_to_string(&plan).unwrap();
    fs::write(&plan, text.replace("300", "299")).unwrap();
    run(&mut pods[1]).with_status(64);
}

#[test]
fn what_cannot_work_is_refused() {
    let sweep = PlannedSweep::new(FOUR);
    for (arguments, reason) in [
        (
            &["--slurm", "--tasks", "5"][..],
            "expected 1 to 4 tasks, found 5",
        ),
        (&["--kubernetes"], "needs --image and --claim"),
        (
            &["--kubernetes", "--image", "", "--claim", "work"],
            "image: expected the name",
        ),
    ] {
        run(sweep.train("submit").args(arguments))
            .with_status(1)
            .saying(&[reason]);
    }
    let manifest = run(sweep.train("submit").args(KUBERNETES))
        .with_status(0)
        .stdout;
    let file = sweep.beside("job.yaml");
    let check = |manifest: &str| {
        fs::write(&file, manifest).unwrap();
        let mut check = sweep.train("submit");
        run(check.args(["--kubernetes", "--check"]).arg(&file))
    };
    check(&manifest).with_status(0);
    check(&manifest.replace("Indexed", "indexed"))
        .with_status(1)
        .saying(&["job.yaml: spec.completionMode: expected Indexed, found \"indexed\""]);
}
