//! The program.

use std::process::Command;

#[test]
fn an_error_points_to_the_doctor() {
    let output = Command::new(env!("CARGO_BIN_EXE_bench"))
        .args(["--only", "no-such-model"])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("no-such-model"), "{said}");
    assert!(said.contains("cargo xtask doctor"), "{said}");
}
