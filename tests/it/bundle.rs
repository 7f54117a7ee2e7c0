//! `train bundle`: the folder works at another place, and a machine that cannot run it says so at once.

use std::{fs, os::unix::fs::PermissionsExt as _, path::Path, process::Command};

use serde_json::Value;
use tempfile::TempDir;

use crate::harness::{data, program, run};

/// A bundle with few images.
fn bundle(folder: &Path) {
    let mut command = program("train");
    command.arg("bundle").arg("--out").arg(folder);
    run(command.arg("--data").arg(data::few_images()))
        .with_status(0)
        .saying(&["is complete"]);
}

#[test]
fn a_bundle_needs_nothing_of_where_it_was_made_and_refuses_other_machines() {
    let folder = TempDir::new().unwrap();
    let made = folder.path().join("made");
    bundle(&made);
    run(program("train").arg("bundle").arg("--out").arg(&made))
        .with_status(1)
        .saying(&["exists already"]);

    let moved = folder.path().join("moved to the node");
    fs::rename(&made, &moved).unwrap();
    let start = || {
        let mut start = Command::new(moved.join("train"));
        start.arg("self-check").env_remove("LD_LIBRARY_PATH");
        start
    };
    let report: Value = serde_json::from_str(&run(&mut start()).with_status(0).stdout).unwrap();
    assert_eq!(report["cpu_computes"], true);
    assert_eq!(
        report["libtorch"],
        moved.canonicalize().unwrap().to_str().unwrap()
    );
    assert!(
        moved
            .join("data/mnist/train-images-idx3-ubyte.gz")
            .is_file()
    );

    // A machine with an older glibc, and one with another C library.
    for (says, reason) in [
        ("echo glibc 2.17", "or newer, and this is 2.17"),
        ("exit 1", "this system has another C library"),
    ] {
        let getconf = folder.path().join("getconf");
        fs::write(&getconf, format!("#!/bin/sh\n{says}\n")).unwrap();
        fs::set_permissions(&getconf, fs::Permissions::from_mode(0o755)).unwrap();
        let path = format!("{}:/usr/bin:/bin", folder.path().display());
        run(start().env("PATH", path))
            .with_status(1)
            .saying(&["cannot run on", reason]);
    }
}
