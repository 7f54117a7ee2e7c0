//! onnxruntime gives the codes and reconstructions of a run folder to 1e-5. Where Python cannot import
//! it, the test is listed as ignored, with the reason.
#![cfg(target_os = "linux")]

#[allow(dead_code, unused_imports, reason = "the other tests use the rest")]
#[path = "it/harness/mod.rs"]
mod harness;

use std::{env, path::Path, process::Command};

use libtest_mimic::{Arguments, Failed, Trial};

use harness::{TestRun, program, run};

/// The kinds of layers: dense with each of its settings, the three convolutional decoders, PCA.
const EXPERIMENTS: &str = r#"[
    {"id": "tied", "training_images": 300, "training": {"epochs": 1}, "model": {"kind": "dense",
     "widths": [784, 16, 8, 16, 784], "activation": "gelu", "output": "sigmoid", "tied": true,
     "dropout": 0.1, "norm": "batch", "code_activation": "tanh", "top_k": 3}},
    {"id": "normalized", "training_images": 300, "training": {"epochs": 1}, "model": {"kind": "dense",
     "widths": [784, 16, 4, 16, 784], "activation": "silu", "code_activation": "linear",
     "output": "sigmoid", "norm": "batch"}},
    {"id": "skips", "training_images": 300, "training": {"epochs": 1}, "model": {"kind": "dense",
     "widths": [784, 16, 12, 4, 12, 16, 784], "activation": "gelu", "code_activation": "linear",
     "output": "sigmoid", "norm": "batch", "skip_connections": true}},
    {"id": "variational", "training_images": 300, "training": {"epochs": 1}, "model": {
     "kind": "dense", "widths": [784, 16, 4, 16, 784], "activation": "silu", "variational": {}}},
    {"id": "elu", "training_images": 300, "training": {"epochs": 1}, "model": {
     "kind": "dense", "widths": [784, 8, 784], "activation": "elu", "output": "leaky-relu"}},
    {"id": "unpool", "training_images": 300, "training": {"epochs": 1}, "model": {
     "kind": "convolutional", "decoder": "unpool"}},
    {"id": "deconv", "training_images": 300, "training": {"epochs": 1}, "model": {
     "kind": "convolutional", "decoder": "deconv", "variational": {},
     "blocks": [{"filters": 4, "norm": "batch"}, {"filters": 8, "norm": "group", "kernel": 5}]}},
    {"id": "deconv-unpool", "training_images": 300, "training": {"epochs": 1}, "model": {
     "kind": "convolutional", "decoder": "deconv-unpool", "top_k": 20}},
    {"id": "pca", "training_images": 300, "model": {"kind": "pca", "components": 5}}
]"#;

fn main() {
    let arguments = Arguments::from_args();
    let trial = Trial::test("onnxruntime_gives_the_reconstructions_of_the_run", compare);
    let trials = match missing() {
        None => vec![trial],
        // This asks for the long tests.
        Some(_) if arguments.ignored || arguments.include_ignored => Vec::new(),
        Some(what) => vec![
            trial
                .with_kind(format!("skipped: {what}"))
                .with_ignored_flag(true),
        ],
    };
    libtest_mimic::run(&arguments, trials).exit();
}

/// What the test needs and this machine lacks.
fn missing() -> Option<&'static str> {
    let import = Command::new("python3")
        .args(["-c", "import numpy, onnx, onnxruntime"])
        .output();
    let is_there = import.is_ok_and(|output| output.status.success());
    (!is_there).then_some("python3 cannot import numpy, onnx and onnxruntime")
}

fn compare() -> Result<(), Failed> {
    let test = TestRun::new(EXPERIMENTS);
    run(&mut test.command()).with_status(0);
    let folder = tempfile::tempdir()?;
    let script = Path::new(&env::var_os("CARGO_MANIFEST_DIR").unwrap()).join("check_onnx.py");
    for id in test.run.ids()? {
        let file = folder.path().join("model.onnx");
        let mut apply = program("apply");
        apply.arg("export").arg(test.run.path()).arg(&id);
        run(apply.arg("--out").arg(&file)).with_status(0);
        let mut python = Command::new("python3");
        let python = python.arg(&script).arg(test.run.path()).arg(&id).arg(&file);
        let output = python.output()?;
        if !output.status.success() {
            return Err(format!("{id}: {}", String::from_utf8_lossy(&output.stderr)).into());
        }
    }
    Ok(())
}
