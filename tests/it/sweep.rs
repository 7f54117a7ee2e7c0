//! `train sweep`, `work`, `status`, `remaining` and `collect`: planned experiments are computed by any
//! number of processes, with the bits of one; every exit status says what is so.

use std::fs;

use experiment::Experiment;
use serde_json::Value;

use crate::harness::{
    HeldProgram, TestRun, TestSweep, all_results, assert_same, contents,
    data::few_images,
    faults::{Fault, inflict, make_adverse},
    program, run,
};

/// Two models and PCA.
const EXPERIMENTS: &str = r#"[
    {"id": "dense", "training_images": 200,
     "model": {"kind": "dense", "widths": [[784, 8, 784], [784, 4, 784]]},
     "training": {"epochs": 2, "batch_size": 100}},
    {"id": "pca", "training_images": 200, "model": {"kind": "pca", "components": 5}}
]"#;

/// The second loss is infinite.
const WITH_A_FAILURE: &str = r#"[
    {"id": "sound", "training_images": 200, "model": {"kind": "dense", "widths": [784, 4, 784]},
     "training": {"epochs": 1, "batch_size": 100}},
    {"id": "exploding", "training_images": 200,
     "model": {"kind": "dense", "widths": [784, 2000, 2000, 2000, 2000, 784], "code_layer": 2,
               "output": "relu"},
     "training": {"epochs": 2, "batch_size": 100, "learning_rate": 10}}
]"#;

#[test]
fn shares_and_whoever_is_next_give_the_bits_of_one_process() {
    let sweep = TestSweep::new(EXPERIMENTS, 2);
    assert_eq!(sweep.states(), ["waiting"; 5]);
    assert_eq!(sweep.remaining(&[]), "0-4");
    sweep.work(&["--index", "1", "--of", "3"]).with_status(0);
    assert_eq!(
        sweep.states(),
        ["waiting", "done", "waiting", "waiting", "done"]
    );
    assert_eq!(sweep.remaining(&[]), "0,2-3");
    assert_eq!(sweep.remaining(&["--of", "3"]), "0,2");
    // The index of a scheduler's task.
    let mut task = sweep.command("work");
    task.args(["--of", "3"]).env("SLURM_ARRAY_TASK_ID", "0");
    run(&mut task).with_status(0);
    let mut pod = sweep.command("work");
    pod.args(["--of", "5"]).env("JOB_COMPLETION_INDEX", "1");
    run(&mut pod)
        .with_status(0)
        .saying(&["0 of them computed now"]);
    // It needs no images, since nothing is left to compute.
    sweep
        .work(&["--index", "1", "--of", "3"])
        .with_status(0)
        .saying(&["all 2 experiments of this share are there, 0 of them computed now"]);
    sweep.work(&["--jobs", "2"]).with_status(0);
    assert_eq!(sweep.states(), ["done"; 5]);
    assert_eq!(sweep.remaining(&[]), "");
    assert!(sweep.attempts().is_empty(), "{:?}", sweep.attempts());
    let one = sweep.in_one_process(2);
    assert_same(&all_results(one.path()), &all_results(sweep.run.path()));
}

#[test]
fn a_longer_list_extends_the_plan_and_another_one_is_refused() {
    let sweep = TestSweep::new(EXPERIMENTS, 1);
    let plan = || fs::read_to_string(sweep.run.path().join("plan.jsonl")).unwrap();
    let before = plan();
    assert_eq!(before.lines().count(), 3);
    sweep.work(&[]).with_status(0);
    sweep.plan(EXPERIMENTS, 2).with_status(0);
    assert!(plan().starts_with(&before) && plan().lines().count() == 5);
    let states = ["done", "done", "done", "waiting", "waiting"];
    assert_eq!(sweep.states(), states);

    let whole = contents(sweep.run.path());
    let other = EXPERIMENTS.replace("\"epochs\": 2", "\"epochs\": 3");
    sweep
        .plan(&other, 2)
        .with_status(64)
        .saying(&["training.epochs: here 3, there 2", "another --out folder"]);
    assert_same(&whole, &contents(sweep.run.path()));
    let line: Experiment = serde_json::from_str(plan().lines().last().unwrap()).unwrap();
    assert_eq!(
        (line.id.as_str(), line.seed),
        ("dense-widths-784-4-784", 14)
    );
}

#[test]
fn work_that_cannot_begin_has_status_64() {
    let sweep = TestSweep::new(EXPERIMENTS, 1);
    let refused = |parts: &[&str], arguments: &[&str]| {
        sweep.work(arguments).with_status(64).saying(parts);
    };
    refused(
        &["expected a number below 3"],
        &["--index", "3", "--of", "3"],
    );
    refused(
        &["expected --index, or one of SLURM_ARRAY_TASK_ID"],
        &["--of", "3"],
    );
    refused(
        &["expected a folder with a folder mnist in it"],
        &["--data", "kmnist"],
    );

    let path = sweep.run.path().join("run.json");
    let sound = fs::read_to_string(&path).unwrap();
    let mut record: Value = serde_json::from_str(&sound).unwrap();
    let digest = record["data"].as_object_mut().unwrap().values_mut();
    let digest = digest.last().unwrap()["files"].as_object_mut().unwrap();
    *digest.values_mut().last().unwrap() = "00".into();
    fs::write(&path, record.to_string()).unwrap();
    refused(
        &["is planned under other conditions: data", "there 00"],
        &[],
    );
    fs::write(&path, sound.replacen(env!("CARGO_PKG_VERSION"), "9.9.9", 1)).unwrap();
    refused(
        &["is planned under other conditions: version: there 9.9.9"],
        &[],
    );
    fs::write(&path, &sound).unwrap();

    let plan = sweep.run.path().join("plan.jsonl");
    let lines = fs::read_to_string(&plan).unwrap();
    fs::write(&plan, lines.replacen("\"seed\":13", "\"seed\":14", 1)).unwrap();
    refused(&["expected the plan of SHA-256"], &[]);
    fs::remove_file(&path).unwrap();
    refused(&["found no run.json", "train sweep FILE --out DIR"], &[]);
}

#[test]
fn run_and_work_refuse_the_folder_of_the_other() {
    let run_folder = TestRun::new(EXPERIMENTS);
    let mut train = run_folder.command_into(run_folder.run.path());
    run(&mut train).with_status(0);
    let mut work = program("train");
    work.arg("work").arg(run_folder.run.path());
    run(&mut work).with_status(64).saying(&[
        "found a run folder without a plan",
        "`train run` needs no plan",
    ]);
    let mut plan = program("train");
    plan.arg("sweep").arg(run_folder.beside("experiments.json"));
    plan.arg("--out").arg(run_folder.run.path());
    run(plan.arg("--data").arg(few_images()))
        .with_status(64)
        .saying(&["a run folder without a plan", "another --out folder"]);

    let sweep = TestSweep::new(EXPERIMENTS, 1);
    run(&mut run_folder.command_into(sweep.run.path()))
        .with_status(1)
        .saying(&["is the folder of a sweep", "`train work`"]);
}

#[test]
fn what_cannot_be_computed_has_status_3_and_is_not_tried_again() {
    let sweep = TestSweep::new(WITH_A_FAILURE, 1);
    let why = "the loss of step 2 (epoch 1, batch 2 of 2) is inf";
    sweep.work(&[]).with_status(3).saying(&[
        why,
        "1 of 2 experiments of this share cannot be computed: 1",
    ]);
    assert_eq!(sweep.states(), ["done", "failed"]);
    let line = sweep.status()["experiments"][1]["line"].to_string();
    assert!(line.contains(why), "{line}");
    let again = sweep.work(&[]).with_status(3).stderr;
    assert!(!again.contains(why), "{again}");
    // The sound share is not concerned.
    sweep.work(&["--index", "0", "--of", "2"]).with_status(0);
    assert_eq!(sweep.remaining(&[]), "");
    // It is tried again once the record is removed.
    fs::remove_file(sweep.run.path().join("failures/1.json")).unwrap();
    assert_eq!(sweep.remaining(&[]), "1");
    sweep.work(&[]).with_status(3).saying(&[why]);
}

#[test]
fn what_may_succeed_another_time_has_status_75() {
    let sweep = TestSweep::new(EXPERIMENTS, 1);
    let mut work = sweep.command("work");
    inflict(&mut work, Fault::Full, 1);
    run(&mut work).with_status(75).saying(&["No space left"]);
    assert_eq!(sweep.states(), ["waiting"; 3]);
    sweep.work(&[]).with_status(0);
    assert_eq!(sweep.states(), ["done"; 3]);
}

#[test]
fn status_names_who_is_at_work_and_another_worker_takes_the_rest() {
    let sweep = TestSweep::new(EXPERIMENTS, 1);
    let mut work = sweep.command("work");
    work.args(["--jobs", "1", "--index", "0", "--of", "3"]);
    let mut held = HeldProgram::start(work, "dense-widths-784-8-784/metrics.jsonl", 1);
    assert_eq!(sweep.states(), ["running", "waiting", "waiting"]);
    let status = sweep.status();
    let place = &status["experiments"][0];
    assert!(place["pid"].as_u64().unwrap() > 0 && !place["host"].as_str().unwrap().is_empty());
    let text = run(&mut sweep.command("status")).with_status(0).stdout;
    assert!(text.contains("0 of 3 experiments are done"), "{text}");
    assert!(
        text.contains("dense-widths-784-8-784, ") && text.contains(" pid "),
        "{text}"
    );
    sweep.work(&["--index", "1", "--of", "3"]).with_status(0);
    sweep.work(&["--index", "2", "--of", "3"]).with_status(0);
    assert_eq!(sweep.states(), ["running", "done", "done"]);
    held.release();
    held.end().with_status(0);
    assert_eq!(sweep.states(), ["done"; 3]);
}

#[test]
fn locks_that_fail_hinder_nobody() {
    let sweep = TestSweep::new(EXPERIMENTS, 1);
    for name in ["work", "status", "remaining", "collect"] {
        let mut command = sweep.command(name);
        make_adverse(&mut command, -300);
        run(&mut command).with_status(0);
    }
    assert_eq!(sweep.states(), ["done"; 3]);
    // Whatever reads a run folder reads this one.
    let mut verify = program("train");
    verify.arg("verify").arg(sweep.run.path());
    let said = run(verify.args(["--only", "pca"])).with_status(0).stdout;
    assert!(said.contains("1 of 1 identical to the bit"), "{said}");
}

#[test]
fn a_report_is_drawn_at_any_time_and_says_what_is_partial() {
    let sweep = TestSweep::new(EXPERIMENTS, 1);
    sweep.work(&["--index", "0", "--of", "3"]).with_status(0);
    run(&mut sweep.command("collect")).with_status(0);
    let report = || fs::read_to_string(sweep.run.path().join("report.md")).unwrap();
    let partial = "1 of 3 planned experiments are done";
    assert!(report().contains(partial), "{}", report());
    assert!(sweep.run.path().join("results.csv").exists());
    sweep.work(&[]).with_status(0);
    let elsewhere = sweep.beside("report");
    run(sweep.command("collect").arg("--out").arg(&elsewhere)).with_status(0);
    let report = fs::read_to_string(elsewhere.join("report.md")).unwrap();
    assert!(!report.contains("planned experiments are done"), "{report}");
}
