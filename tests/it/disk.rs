//! A disk that is full, fails, or may not be written: the message says so, nothing that was there
//! is lost, and the same command resumes when there is space again.

use std::{
    fs::{self, Permissions},
    os::unix::fs::PermissionsExt,
    process::Command,
    thread,
};

use rustix::thread::{CapabilitySet, remove_capability_from_bounding_set};

use crate::harness::{
    DENSE_AND_PCA, FINISHED_RUN, Outcome, TestRun, assert_same, contents,
    faults::{Fault, inflict},
    limited, program, results, run,
};

/// Makes a run suffer `fault` from each of `calls` on, and then continue without it.
fn suffer(fault: Fault, reason: &str, calls: impl Iterator<Item = usize>) {
    let undisturbed = results(&FINISHED_RUN.path());
    let mut count = 0;
    for at in calls {
        let test = TestRun::new(DENSE_AND_PCA);
        let mut command = test.command();
        inflict(&mut command, fault, at);
        let Outcome { status, stderr, .. } = run(&mut command);
        // 1: nothing could be done. 3: some or all of the experiments failed.
        assert!(matches!(status, Some(1 | 3)), "{at}: {status:?} {stderr}");
        assert!(stderr.contains(reason), "{at}: {stderr}");
        for path in contents(test.run.path()).keys() {
            let name = path.file_name().unwrap().to_str().unwrap();
            assert!(!name.starts_with('.'), "{at}: {name} was left behind");
        }
        test.train().with_status(0);
        assert_same(&undisturbed, &results(test.run.path()));
        count += 1;
    }
    eprintln!("{count} times {fault:?}, nothing lost");
}

const FULL: &str = "No space left on device";
const SYNC: &str = "Input/output error";

#[test]
fn a_full_disk_loses_nothing() {
    suffer(Fault::Full, FULL, [1, 50, 120].into_iter());
}

#[test]
fn a_failed_sync_loses_nothing() {
    suffer(Fault::Sync, SYNC, [1, 45, 110].into_iter());
}

#[test]
#[ignore = "takes minutes: cargo test -p end-to-end -- --ignored --nocapture"]
fn a_disk_that_is_full_at_any_call_loses_nothing() {
    suffer(Fault::Full, FULL, (1..160).step_by(4));
}

#[test]
#[ignore = "takes minutes: cargo test -p end-to-end -- --ignored --nocapture"]
fn a_sync_that_fails_at_any_call_loses_nothing() {
    suffer(Fault::Sync, SYNC, (1..160).step_by(4));
}

/// The kernel's own refusal: no file may grow beyond 800 KiB, and the checkpoint of a model of 64 units
/// is larger.
#[test]
fn a_limit_of_file_size_stops_only_the_experiment_that_exceeds_it() {
    let test = TestRun::new(&DENSE_AND_PCA.replace("784, 8, 784", "784, 64, 784"));
    run(&mut limited("ulimit -f 1600", &test.command()))
        .with_status(3)
        .saying(&[
            "dense/resume.safetensors: File too large",
            "1 of 2 experiments failed: dense",
        ]);
    assert!(test.run.experiment("pca").evaluation_path().exists());
    test.train().with_status(0);
}

#[test]
fn a_full_disk_behind_the_output_does_not_stop_a_training() {
    let test = TestRun::new(DENSE_AND_PCA);
    let full = || fs::File::options().write(true).open("/dev/full").unwrap();
    let status = test.command().stderr(full()).status().unwrap();
    assert!(status.success());
    assert!(test.run.experiment("dense").evaluation_path().exists());

    let mut list = program("train");
    list.arg("list").stdout(full());
    run(&mut list)
        .with_status(1)
        .saying(&["cannot write to standard output"]);
}

#[test]
fn a_folder_that_may_not_be_written_is_named_and_stays_as_it_is() {
    let test = FINISHED_RUN.copy();
    let out = test.run.path();
    // As if it had been killed before the last two files of the experiment.
    for file in ["SHA256SUMS", "evaluation.json"] {
        fs::remove_file(out.join("experiments/dense").join(file)).unwrap();
    }
    let before = contents(out);
    for (path, refused) in [
        ("", "run/lock"),
        ("experiments/dense", "experiments/dense/"),
    ] {
        let path = out.join(path);
        let lock = out.join("lock");
        fs::set_permissions(&lock, Permissions::from_mode(0o444)).unwrap();
        fs::set_permissions(&path, Permissions::from_mode(0o555)).unwrap();
        if path != out {
            fs::set_permissions(&lock, Permissions::from_mode(0o644)).unwrap();
        }
        let outcome = without_privileges(test.command());
        fs::set_permissions(&path, Permissions::from_mode(0o755)).unwrap();
        let outcome = outcome.saying(&[refused, "Permission denied"]);
        assert!(matches!(outcome.status, Some(1 | 3)), "{outcome:?}");
        assert_same(&before, &contents(out));
    }
}

/// Root may write everything; a child of a thread without these capabilities may not.
fn without_privileges(mut command: Command) -> Outcome {
    let act = move || {
        // Not permitted to anyone but root, who alone has them.
        let _ = remove_capability_from_bounding_set(CapabilitySet::DAC_OVERRIDE);
        let _ = remove_capability_from_bounding_set(CapabilitySet::DAC_READ_SEARCH);
        run(&mut command)
    };
    thread::spawn(act).join().unwrap()
}
