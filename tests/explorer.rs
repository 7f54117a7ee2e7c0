//! Real trainings of every kind of layer, on digits and on color images, as the explorer shows them:
//! `explorer.mjs` uses the page in headless Chromium. Without Node, Chromium or the packages of the
//! report's browser test, the test is listed as ignored, with the reason.
#![cfg(target_os = "linux")]

#[allow(dead_code, unused_imports, reason = "the other tests use the rest")]
#[path = "it/harness/mod.rs"]
mod harness;

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

use libtest_mimic::{Arguments, Failed, Trial};

use harness::{TestRun, program, project, run};

fn main() {
    let arguments = Arguments::from_args();
    let trial = Trial::test("every_part_of_the_explorer_can_be_used", explore);
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

fn chromium() -> PathBuf {
    env::var_os("CHROMIUM").map_or("/usr/bin/chromium".into(), PathBuf::from)
}

/// What the test needs and this machine lacks.
fn missing() -> Option<String> {
    let node = Command::new("node").arg("--version").output();
    if !node.is_ok_and(|output| output.status.success()) {
        Some("node is not installed".into())
    } else if !chromium().exists() {
        Some(format!("no {}; set CHROMIUM", chromium().display()))
    } else if !project()
        .join("crates/viz/tests/browser/node_modules")
        .exists()
    {
        Some("run `npm ci` in crates/viz/tests/browser".into())
    } else {
        None
    }
}

/// Every operation and activation, with weights of 16 bits and of 8.
const EXPERIMENTS: &str = r#"[
    {"id": "a-two-numbers", "training_images": 300,
     "model": {"kind": "dense", "widths": [784, 24, 2, 24, 784], "activation": "gelu",
               "code_activation": "linear", "output": "sigmoid"},
     "training": {"epochs": 8, "batch_size": 50, "learning_rate": 5e-3}},
    {"id": "batch", "training_images": 300,
     "model": {"kind": "dense", "widths": [784, 20, 12, 6, 12, 20, 784], "activation": "elu",
               "norm": "batch", "dropout": 0.1, "output": "sigmoid"},
     "training": {"epochs": 2, "batch_size": 50}},
    {"id": "skips", "training_images": 300,
     "model": {"kind": "dense", "widths": [784, 24, 12, 5, 12, 24, 784], "activation": "gelu",
               "norm": "batch", "output": "sigmoid", "skip_connections": true},
     "training": {"epochs": 2, "batch_size": 50}},
    {"id": "tied", "training_images": 300,
     "model": {"kind": "dense", "widths": [784, 24, 8, 24, 784], "activation": "tanh", "tied": true,
               "output": "linear"},
     "training": {"epochs": 2, "batch_size": 50}},
    {"id": "top", "training_images": 300,
     "model": {"kind": "dense", "widths": [784, 30, 784], "activation": "leaky-relu", "top_k": 5,
               "output": "sigmoid"},
     "training": {"epochs": 2, "batch_size": 50}},
    {"id": "variational", "training_images": 300,
     "model": {"kind": "dense", "widths": [784, 24, 4, 24, 784], "activation": "silu",
               "output": "sigmoid", "variational": {"beta": 0.1}},
     "training": {"epochs": 2, "batch_size": 50, "loss": "bce"}},
    {"id": "large", "training_images": 300,
     "model": {"kind": "dense", "widths": [784, 256, 64, 256, 784]},
     "training": {"epochs": 2, "batch_size": 50}},
    {"id": "overcomplete", "training_images": 300,
     "model": {"kind": "dense", "widths": [784, 800, 784], "code_layer": 1},
     "training": {"epochs": 1, "batch_size": 50}},
    {"id": "unpool", "training_images": 100,
     "model": {"kind": "convolutional", "decoder": "unpool"},
     "training": {"epochs": 1, "batch_size": 50}},
    {"id": "deconv", "training_images": 100,
     "model": {"kind": "convolutional", "decoder": "deconv", "output": "sigmoid",
               "blocks": [{"filters": 8, "norm": "group"}, {"filters": 8, "stride": 2, "pool": 1}]},
     "training": {"epochs": 1, "batch_size": 50}},
    {"id": "deconv-unpool", "training_images": 100,
     "model": {"kind": "convolutional", "decoder": "deconv-unpool", "output": "sigmoid",
               "blocks": [{"filters": 6, "norm": "batch"}, {"filters": 8}]},
     "training": {"epochs": 1, "batch_size": 50}},
    {"id": "pca", "training_images": 300, "model": {"kind": "pca", "components": 6}},
    {"id": "unfinished", "data": "COLORS",
     "model": {"kind": "dense", "widths": [360, 8, 360]}, "training": {"epochs": 1}},
    {"id": "z-colors", "data": "COLORS",
     "model": {"kind": "dense", "widths": [360, 20, 3, 20, 360], "activation": "gelu",
               "code_activation": "linear", "output": "sigmoid"},
     "training": {"epochs": 5, "batch_size": 20}}
]"#;

fn explore() -> Result<(), Failed> {
    let test = TestRun::new("[]");
    let colors = test.beside("colors.npy");
    fs::write(&colors, color_images())?;
    test.rewrite(&EXPERIMENTS.replace("COLORS", &colors.display().to_string()));
    run(&mut test.command()).with_status(0);
    // An experiment that cannot be read is named, and the page works all the same.
    fs::remove_file(test.run.experiment("unfinished").evaluation_path())?;
    run(program("viz").arg(test.run.path()));
    let page = test.run.path().join("explorer.html");
    let html = fs::read_to_string(&page)?;
    assert!(html.len() < 5_000_000);
    assert!(html.contains(r#""absent":[{"id":"unfinished""#));

    let script = Path::new(&env::var_os("CARGO_MANIFEST_DIR").unwrap()).join("explorer.mjs");
    let mut node = Command::new("node");
    node.arg(script).arg(page).env("CHROMIUM", chromium());
    let output = node.args(env::var_os("SCREENSHOTS")).output()?;
    if output.status.success() {
        return Ok(());
    }
    let texts =
        [output.stdout, output.stderr].map(|text| String::from_utf8_lossy(&text).into_owned());
    Err(texts.join("\n").into())
}

/// A `.npy` file of 200 images of 12 x 10 pixels and three colors, without labels: a gradient that
/// moves.
fn color_images() -> Vec<u8> {
    let header = "{'descr': '|u1', 'fortran_order': False, 'shape': (200, 12, 10, 3), }";
    let header = format!("{header:<117}\n");
    let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
    bytes.extend((header.len() as u16).to_le_bytes());
    bytes.extend(header.as_bytes());
    let value = |at: usize| {
        let (image, pixel, color) = (at / 360, at % 360 / 3, at % 3);
        let wave = (pixel as f64 * 0.1 + image as f64 * 0.37 * (color + 1) as f64).sin();
        (127.5 + 127.5 * wave) as u8
    };
    bytes.extend((0..200 * 360).map(value));
    bytes
}
