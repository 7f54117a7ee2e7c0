//! The official schemas of Kubernetes accept the manifest that `train submit --kubernetes` prints. Where
//! Python cannot import `kubernetes_validate`, the test is listed as ignored, with the reason.
#![cfg(target_os = "linux")]

#[allow(dead_code, unused_imports, reason = "the other tests use the rest")]
#[path = "it/harness/mod.rs"]
mod harness;

use std::{fs, process::Command};

use libtest_mimic::{Arguments, Failed, Trial};

use harness::{DENSE_AND_PCA, PlannedSweep, project, run};

fn main() {
    let arguments = Arguments::from_args();
    let trial = Trial::test("kubernetes_validate_accepts_the_manifest", validate);
    let is_there = python().args(["-c", "import kubernetes_validate"]).output();
    let is_there = is_there.is_ok_and(|output| output.status.success());
    let trials = match is_there {
        true => vec![trial],
        // This asks for the long tests.
        false if arguments.ignored || arguments.include_ignored => Vec::new(),
        false => vec![
            trial
                .with_kind("skipped: python3 cannot import kubernetes_validate")
                .with_ignored_flag(true),
        ],
    };
    libtest_mimic::run(&arguments, trials).exit();
}

/// Python, with what `.ci/run` installs.
fn python() -> Command {
    let mut python = Command::new("python3");
    python.env("PYTHONPATH", project().join("target/kubernetes-validate"));
    python
}

fn validate() -> Result<(), Failed> {
    let sweep = PlannedSweep::new(DENSE_AND_PCA);
    let options = [
        "--kubernetes",
        "--image",
        "registry/train:1",
        "--claim",
        "work",
    ];
    let manifest = run(sweep.train("submit").args(options))
        .with_status(0)
        .stdout;
    let file = sweep.beside("job.yaml");
    let accepted = |manifest: &str| {
        fs::write(&file, manifest).unwrap();
        let mut validate = python();
        validate
            .args(["-m", "kubernetes_validate", "--strict"])
            .arg(&file);
        run(&mut validate).status == Some(0)
    };
    assert!(accepted(&manifest), "{manifest}");
    // It does look.
    assert!(!accepted(&manifest.replace("parallelism:", "paralelism:")));
    Ok(())
}
