//! What a user sees of a model that dies while it is trained.

use std::{env, fs, path::Path, process::Command};

use tempfile::TempDir;

#[test]
fn a_dead_model_is_warned_of_during_training_and_at_its_end() {
    let folder = TempDir::new().unwrap();
    let list = folder.path().join("dying.json");
    // So heavy a penalty on the code drives every hidden unit to zero.
    let dying = r#"[{"id": "dying", "training_images": 512,
        "model": {"kind": "dense", "widths": [784, 32, 784], "code_layer": 1, "output": "relu"},
        "training": {"epochs": 12, "batch_size": 16, "learning_rate": 0.01, "sparsity": 1}}]"#;
    fs::write(&list, dying).unwrap();
    let output = Command::new(env::var_os("CARGO_BIN_EXE_train").unwrap())
        .current_dir(Path::new(&env::var_os("CARGO_MANIFEST_DIR").unwrap()).join("../.."))
        .args(["run", "--experiments"])
        .arg(&list)
        .arg("--out")
        .arg(folder.path().join("run"))
        .output()
        .unwrap();
    let text = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success(), "{text}");
    let warned = "WARNING: constant output, hidden layer 1 is all zero";
    let epoch = text.lines().rfind(|line| line.contains(" epoch 12/12 "));
    assert!(epoch.is_some_and(|line| line.contains(warned)), "{text}");
    let end = text.lines().rfind(|line| line.contains(" done ("));
    assert!(
        end.is_some_and(|line| line.contains("CONSTANT OUTPUT")),
        "{text}"
    );
}
