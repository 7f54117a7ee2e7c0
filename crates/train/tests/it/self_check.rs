//! `train self-check`, which `cargo xtask doctor` asks.

use std::{env, process::Command};

use serde_json::Value;

#[test]
fn the_cpu_computes_and_cuda_is_counted() {
    let output = Command::new(env::var_os("CARGO_BIN_EXE_train").unwrap())
        .arg("self-check")
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["cpu_computes"], true);
    assert!(report["cuda_devices"].is_u64());
    assert!(report["cuda_computes"].is_boolean());
}

#[cfg(target_os = "linux")]
#[test]
fn a_report_that_cannot_be_written_is_an_error_and_not_a_panic() {
    let full = std::fs::OpenOptions::new()
        .write(true)
        .open("/dev/full")
        .unwrap();
    let output = Command::new(env::var_os("CARGO_BIN_EXE_train").unwrap())
        .arg("self-check")
        .stdout(full)
        .output()
        .unwrap();
    assert!(!output.status.success(), "{output:?}");
    let said = String::from_utf8_lossy(&output.stderr);
    let reason = "error: cannot write to standard output";
    assert!(said.starts_with(reason), "{said}");
}
