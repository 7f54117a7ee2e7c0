//! Several types of machine in one folder: each experiment says which computed it, and the report says that
//! bits are promised within one type only.

use std::{fs, path::Path};

use experiment::Machine;
use rustix::process::Signal;
use serde_json::{Value, json};

use crate::harness::{FINISHED_RUN, HeldProgram, TestSweep, program, run};

const EXPERIMENTS: &str = r#"[
    {"id": "dense", "training_images": 200, "model": {"kind": "dense", "widths": [784, 8, 784]},
     "training": {"epochs": 2, "batch_size": 100}}
]"#;

const NOTE: &str = "results from machines of several types";

fn report(folder: &Path) -> String {
    run(program("viz").arg(folder)).with_status(0);
    fs::read_to_string(folder.join("report.md")).unwrap()
}

#[test]
fn a_training_that_resumes_on_another_type_of_machine_names_both() {
    let sweep = TestSweep::new(EXPERIMENTS, 1);
    let mut held = HeldProgram::start(sweep.command("work"), "dense/metrics.jsonl", 1);
    held.signal(Signal::TERM);
    held.wait_for("stopping after the current step");
    held.release();
    held.end().with_status(75);
    let begun = sweep.attempts()[0].join("dense/machine.json");
    let mut machines: Vec<Machine> = serde_json::from_slice(&fs::read(&begun).unwrap()).unwrap();
    machines[0].processor = "Abacus".into();
    fs::write(&begun, json!(machines).to_string()).unwrap();

    sweep.work(&[]).with_status(0);
    let folder = sweep.run.experiment("dense");
    assert!(folder.is_sealed().unwrap());
    let found = folder.machines().unwrap();
    assert_eq!(found.len(), 2);
    assert_eq!(found[0], machines[0]);
    assert!(!found[1].is_of_type(&found[0]));
    let report = report(sweep.run.path());
    assert!(
        report.contains(NOTE) && report.contains("Abacus"),
        "{report}"
    );
}

#[test]
fn a_run_goes_on_on_another_type_of_machine_and_the_report_says_so() {
    let test = FINISHED_RUN.copy();
    assert!(!report(test.run.path()).contains(NOTE));
    // As older versions recorded it, and results that another machine is to compute.
    let dense = test.run.experiment("dense");
    let mut machine = json!(dense.machines().unwrap()[0]);
    machine["processor"] = "Abacus".into();
    let path = test.run.path().join("run.json");
    let mut record: Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
    record["machine"] = machine;
    fs::write(&path, record.to_string()).unwrap();
    fs::remove_file(dense.path().join("machine.json")).unwrap();
    dense.seal().unwrap();
    fs::remove_dir_all(test.run.experiment("pca").path()).unwrap();
    test.train().with_status(0);
    let report = report(test.run.path());
    assert!(
        report.contains(NOTE) && report.contains("Abacus"),
        "{report}"
    );
}
