//! `train verify`: results that can be repeated are identical, and a changed one is found.

use std::{fs, sync::LazyLock};

use experiment::RunFolder;
use tempfile::TempDir;

use crate::harness::{Outcome, SharedRun, assert_same, contents, data::few_images, program, run};

const EXPERIMENTS: &str = r#"[
    {"id": "dense", "seed": 5, "training_images": 300,
     "model": {"kind": "dense", "widths": [784, 8, 784], "code_layer": 1, "output": "relu"},
     "training": {"epochs": 2, "batch_size": 100, "learning_rate": 1e-3,
                  "corruption": [{"kind": "gaussian", "std": 0.2}]}},
    {"id": "pca", "seed": 5, "training_images": 300, "model": {"kind": "pca", "components": 5}}
]"#;

/// Two seeds of `dense`, and PCA.
static FINISHED_RUN: LazyLock<SharedRun> =
    LazyLock::new(|| SharedRun::new("verify", EXPERIMENTS, &["--seeds", "2"]));

/// Verifies, and checks that neither the run folder nor the folder of temporary files changes.
#[track_caller]
fn verify(run_folder: &RunFolder, arguments: &[&str]) -> Outcome {
    let temporary = TempDir::new().unwrap();
    let before = contents(run_folder.path());
    let mut verify = program("train");
    verify.arg("verify").arg(run_folder.path()).args(arguments);
    verify.arg("--data").arg(few_images());
    let outcome = run(verify.env("TMPDIR", temporary.path()));
    assert_same(&before, &contents(run_folder.path()));
    assert_eq!(fs::read_dir(temporary.path()).unwrap().count(), 0);
    outcome
}

/// The line about an experiment with a seed.
fn line<'a>(said: &'a str, name: &str) -> &'a str {
    let mut lines = said.lines().filter(|line| line.starts_with(name));
    let line = lines
        .next()
        .unwrap_or_else(|| panic!("no {name} in {said}"));
    assert!(lines.next().is_none(), "several lines about {name}: {said}");
    line
}

#[test]
fn a_run_is_identical_until_something_in_it_is_changed() {
    let test = FINISHED_RUN.copy();
    let run = &test.run;
    let fresh = verify(run, &[]).with_status(0).stdout;
    for name in ["dense seed 5", "dense seed 6", "pca seed 5"] {
        assert!(line(&fresh, name).ends_with(" identical"), "{fresh}");
    }
    assert!(fresh.contains("3 of 3 identical to the bit"), "{fresh}");

    // The last four bytes are the last of the numbers: of the decoder's bias or weight.
    let model = run.seed(6).experiment("dense").model_path();
    let mut bytes = fs::read(&model).unwrap();
    let last = bytes.len() - 4;
    bytes[last] ^= 1;
    fs::write(&model, bytes).unwrap();
    // The mean is the last of PCA's tensors, its first number 0: a corner that no digit reaches.
    let model = run.experiment("pca").model_path();
    let mut bytes = fs::read(&model).unwrap();
    let start = bytes.len() - 8 * (784 + 1);
    bytes[start..start + 8].copy_from_slice(&1.5f64.to_le_bytes());
    fs::write(&model, bytes).unwrap();
    let evaluation = run.experiment("dense").evaluation_path();
    let mut value: serde_json::Value =
        serde_json::from_slice(&fs::read(&evaluation).unwrap()).unwrap();
    value["corrected"]["samples"][3]["ssim"] = 0.25.into();
    fs::write(&evaluation, value.to_string()).unwrap();

    // Against its digests, it is damaged; against those of a repetition, other results.
    let damaged = verify(run, &["--only", "pca"]).with_status(1).stdout;
    let line_of_pca = line(&damaged, "pca");
    assert!(line_of_pca.contains("CANNOT BE COMPARED"), "{line_of_pca}");
    assert!(
        line_of_pca.contains("pca/model.safetensors: expected"),
        "{line_of_pca}"
    );
    for folder in [
        run.experiment("dense"),
        run.seed(6).experiment("dense"),
        run.experiment("pca"),
    ] {
        folder.seal().unwrap();
    }
    let changed = verify(run, &[]).with_status(1).stdout;
    let json = line(&changed, "dense seed 5");
    assert!(
        json.contains("evaluation.json: $.corrected.samples[3].ssim: recorded 0.25, now 0."),
        "{json}"
    );
    let tensor = line(&changed, "dense seed 6");
    assert!(
        tensor.contains("model.safetensors: encoder.0.weight[7, 783]: recorded "),
        "{tensor}"
    );
    let pca = line(&changed, "pca seed 5");
    assert!(pca.contains("mean[0]: recorded 1.5, now 0.0"), "{pca}");
    assert!(changed.contains("0 of 3 identical to the bit"), "{changed}");
}

#[test]
fn other_conditions_and_machines_are_named_and_do_not_stop_it() {
    let test = FINISHED_RUN.copy();
    let mut record = test.run.record().unwrap().unwrap();
    record.libtorch = "1.0.0".into();
    test.run.write_record(&record).unwrap();
    let pca = test.run.experiment("pca");
    let mut machines = pca.machines().unwrap();
    machines[0].processor = "Abacus".into();
    pca.write_machines(&machines).unwrap();
    pca.seal().unwrap();
    let outcome = verify(&test.run, &["--only", "pca"])
        .with_status(0)
        .saying(&[
            "libtorch: there 1.0.0, here ",
            "another type of machine computed pca seed 5, so the last bits may differ: there Abacus",
        ]);
    let said = outcome.stdout;
    assert!(said.contains("1 of 1 identical to the bit"), "{said}");
    assert!(!said.contains("dense"), "{said}");
}

#[test]
fn what_cannot_be_verified_is_refused_with_the_remedy() {
    let test = FINISHED_RUN.copy();
    fs::remove_file(test.run.experiment("pca").evaluation_path()).unwrap();
    verify(&test.run, &["--only", "pca"])
        .with_status(1)
        .saying(&["dense, found \"pca\""]);
    let empty = TempDir::new().unwrap();
    verify(&RunFolder::new(empty.path()), &[])
        .with_status(1)
        .saying(&["cargo xtask all"]);
}
