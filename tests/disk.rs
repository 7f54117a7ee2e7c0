//! A disk that is full, fails, or may not be written: the message says so, nothing that was there
//! is lost, and the same command goes on when there is space again.
#![cfg(target_os = "linux")]

use std::{
    fs::{self, Permissions},
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    thread,
};

use end_to_end::{
    contents, end,
    faults::{Fault, Faults},
    limited, results, std_command, train,
};
use rustix::thread::{CapabilitySet, remove_capability_from_bounding_set};
use tempfile::TempDir;

const EXPERIMENTS: &str = r#"[
    {"id": "dense", "training_images": 300,
     "model": {"kind": "dense", "widths": [784, 8, 784], "code_layer": 1, "output": "relu"},
     "training": {"epochs": 2, "batch_size": 100, "learning_rate": 1e-3}},
    {"id": "pca", "training_images": 300, "model": {"kind": "pca", "components": 5}}
]"#;

fn experiments(folder: &Path) -> PathBuf {
    let experiments = folder.join("experiments.json");
    fs::write(&experiments, EXPERIMENTS).unwrap();
    experiments
}

/// Has a run suffer `fault` from each of `calls` on, and then go on without it.
fn suffer(fault: Fault, reason: &str, calls: impl Iterator<Item = usize>) {
    let folder = TempDir::new().unwrap();
    let experiments = experiments(folder.path());
    let faults = Faults::compile();
    let undisturbed = folder.path().join("undisturbed");
    assert_eq!(end(&mut train(&experiments, &undisturbed)).0, Some(0));
    let expected = results(&undisturbed);

    let mut count = 0;
    for at in calls {
        let out = folder.path().join(format!("out-{at}"));
        let mut command = train(&experiments, &out);
        faults.inflict(&mut command, fault, at);
        let (status, said) = end(&mut command);
        // 1: nothing could be done. 3: some or all of the experiments failed.
        assert!(matches!(status, Some(1 | 3)), "{at}: {status:?} {said}");
        assert!(said.contains(reason), "{at}: {said}");
        for path in contents(&out).keys() {
            let name = path.file_name().unwrap().to_str().unwrap();
            assert!(!name.starts_with('.'), "{at}: {name} was left behind");
        }
        let (status, said) = end(&mut train(&experiments, &out));
        assert_eq!(status, Some(0), "{at}: {said}");
        assert!(expected == results(&out), "{at}: another result");
        fs::remove_dir_all(out).unwrap();
        count += 1;
    }
    eprintln!("{count} times {fault:?}, nothing lost");
}

const FULL: &str = "No space left on device";
const SYNC: &str = "Input/output error";

#[test]
fn a_full_disk_costs_nothing() {
    suffer(Fault::Full, FULL, [1, 50, 120].into_iter());
}

#[test]
fn a_sync_that_fails_costs_nothing() {
    suffer(Fault::Sync, SYNC, [1, 45, 110].into_iter());
}

#[test]
#[ignore = "takes minutes: cargo test -p end-to-end --test disk -- --ignored --nocapture"]
fn a_disk_that_is_full_at_any_call_costs_nothing() {
    suffer(Fault::Full, FULL, (1..160).step_by(4));
}

#[test]
#[ignore = "takes minutes: cargo test -p end-to-end --test disk -- --ignored --nocapture"]
fn a_sync_that_fails_at_any_call_costs_nothing() {
    suffer(Fault::Sync, SYNC, (1..160).step_by(4));
}

/// The kernel's own refusal: no file may grow beyond 64 KiB, and a checkpoint is larger.
#[test]
fn a_file_that_may_not_grow_stops_its_experiment_only() {
    let folder = TempDir::new().unwrap();
    let experiments = experiments(folder.path());
    let out = folder.path().join("out");
    let mut limited = limited("ulimit -f 128", &train(&experiments, &out));
    let (status, said) = end(&mut limited);
    assert_eq!(status, Some(3), "{said}");
    let failure = "dense/resume.safetensors: File too large";
    assert!(said.contains(failure), "{said}");
    assert!(said.contains("1 of 2 experiments failed: dense"), "{said}");
    assert!(out.join("experiments/pca/evaluation.json").exists());
    assert_eq!(end(&mut train(&experiments, &out)).0, Some(0));
}

#[test]
fn output_that_cannot_be_written_stops_no_training() {
    let folder = TempDir::new().unwrap();
    let experiments = experiments(folder.path());
    let full = || fs::File::options().write(true).open("/dev/full").unwrap();
    let out = folder.path().join("out");
    let status = train(&experiments, &out).stderr(full()).status().unwrap();
    assert!(status.success());
    assert!(out.join("experiments/dense/evaluation.json").exists());
    let mut list = std_command("train");
    let list = list.arg("list").stdout(full()).stderr(Stdio::piped());
    let output = list.spawn().unwrap().wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1));
    assert!(said.contains("cannot write to standard output"), "{said}");
    assert!(!said.contains("panicked"), "{said}");
}

#[test]
fn a_folder_that_may_not_be_written_is_named_and_stays_as_it_is() {
    let folder = TempDir::new().unwrap();
    let experiments = experiments(folder.path());
    let out = folder.path().join("out");
    assert_eq!(end(&mut train(&experiments, &out)).0, Some(0));
    // As if it had been killed before the last two files of the experiment.
    for file in ["SHA256SUMS", "evaluation.json"] {
        fs::remove_file(out.join("experiments/dense").join(file)).unwrap();
    }
    let before = contents(&out);
    for (path, refused) in [
        ("", "out/lock"),
        ("experiments/dense", "experiments/dense/"),
    ] {
        let path = out.join(path);
        let lock = out.join("lock");
        fs::set_permissions(&lock, Permissions::from_mode(0o444)).unwrap();
        fs::set_permissions(&path, Permissions::from_mode(0o555)).unwrap();
        if path != out {
            fs::set_permissions(&lock, Permissions::from_mode(0o644)).unwrap();
        }
        let (status, said) = without_privileges(train(&experiments, &out));
        fs::set_permissions(&path, Permissions::from_mode(0o755)).unwrap();
        assert!(matches!(status, Some(1 | 3)), "{status:?} {said}");
        assert!(said.contains(refused), "{said}");
        assert!(said.contains("Permission denied"), "{said}");
        assert!(before == contents(&out), "{} was changed", path.display());
    }
}

/// Root may write everything; a child of a thread without these capabilities may not.
fn without_privileges(mut command: Command) -> (Option<i32>, String) {
    let act = move || {
        // Not permitted to anyone but root, who alone has them.
        let _ = remove_capability_from_bounding_set(CapabilitySet::DAC_OVERRIDE);
        let _ = remove_capability_from_bounding_set(CapabilitySet::DAC_READ_SEARCH);
        end(&mut command)
    };
    thread::spawn(act).join().unwrap()
}
