//! How the program treats run folders, intact and damaged ones.

use std::{
    env,
    fs::{self, Permissions},
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::Command,
};

use crate::{drawn::between, fabricated};
use experiment::{Failure, Protocol, arrays, assignment::full};
use mnist_io::{Elements, IdxArray};
use viz::{Error, draw, draw_into};

#[test]
fn drawing_again_gives_the_same_files() {
    let folder = tempfile::tempdir().unwrap();
    fabricated::run(folder.path(), &full(1));
    let contents = || {
        let outputs = draw(folder.path()).unwrap();
        let mut paths = outputs.figures;
        paths.extend([
            outputs.html,
            outputs.markdown,
            outputs.claims,
            outputs.results,
        ]);
        paths.sort();
        let read = |path: &PathBuf| fs::read(path).unwrap();
        paths.iter().map(read).collect::<Vec<_>>()
    };
    assert!(contents() == contents());
}

#[test]
fn a_broken_array_is_named_and_nothing_is_written() {
    let floats = |count| Elements::F32(vec![0.0; count]);
    let samples = arrays::samples(Protocol::Corrected);
    for (name, shape, elements, problem) in [
        (
            &samples,
            vec![9, 28, 28],
            floats(9 * 784),
            "expected the shape 10 x 28 x 28, found 9 x 28 x 28",
        ),
        (
            &arrays::decoder_filters(1),
            vec![2, 3],
            floats(6),
            "expected the shape any x any x any, found 2 x 3",
        ),
        (
            &samples,
            vec![10, 28, 28],
            Elements::I32(vec![0; 7840]),
            "expected elements u8 or f32, found i32",
        ),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let run = fabricated::run(folder.path(), &full(1));
        let array = IdxArray::new(shape, elements).unwrap();
        let experiment = run.experiment("conv-ae-deconv");
        experiment.write_array(name, &array).unwrap();
        let error = draw(folder.path()).unwrap_err();
        assert!(matches!(error, Error::Content { .. }));
        let message = error.to_string();
        let file = format!("conv-ae-deconv/arrays/{name}.idx");
        assert!(message.contains(&file), "{message}");
        assert!(message.contains(problem), "{message}");
        assert!(!folder.path().join("figures").exists());
        assert!(!folder.path().join("report.html").exists());
    }
}

#[test]
fn an_evaluation_with_too_few_numbers_is_excluded_and_named() {
    let folder = tempfile::tempdir().unwrap();
    let run = fabricated::run(folder.path(), &full(1)[..1]);
    let folder_of_pca = run.experiment("pca-30");
    let mut evaluation = folder_of_pca.evaluation().unwrap().unwrap();
    evaluation.corrected.noisy.pop();
    folder_of_pca.write_evaluation(&evaluation).unwrap();
    let report = fs::read_to_string(draw(folder.path()).unwrap().markdown).unwrap();
    let named = "pca-30: experiments/pca-30/evaluation.json: expected 4 noise levels, found 3";
    assert!(report.contains(named), "{report}");
}

fn viz(folder: &Path) -> std::process::Output {
    Command::new(env::var_os("CARGO_BIN_EXE_viz").unwrap())
        .arg(folder)
        .output()
        .unwrap()
}

#[test]
fn the_program_prints_the_summary_and_where_the_report_is() {
    let folder = tempfile::tempdir().unwrap();
    fabricated::run(folder.path(), &full(1)[..1]);
    let output = viz(folder.path());
    assert!(output.status.success());
    let printed = String::from_utf8(output.stdout).unwrap();
    let (summary, report) = printed.trim_end().rsplit_once('\n').unwrap();
    assert!(summary.contains("\npca-30 "), "{summary}");
    let path = folder.path().join("report.html");
    assert_eq!(report, format!("report: {}", path.display()));
}

#[test]
fn the_program_explains_that_a_folder_is_not_a_run_folder() {
    let folder = tempfile::tempdir().unwrap();
    for path in [folder.path().to_owned(), folder.path().join("nowhere")] {
        let output = viz(&path);
        assert!(!output.status.success());
        let message = String::from_utf8(output.stderr).unwrap();
        assert!(message.contains("is not a run folder"), "{message}");
        assert!(message.contains("cargo xtask all"), "{message}");
    }
    assert!(fs::read_dir(folder.path()).unwrap().next().is_none());
}

#[test]
fn the_report_of_another_version_is_kept_if_this_one_cannot_read_its_settings() {
    let folder = tempfile::tempdir().unwrap();
    let run = fabricated::run(folder.path(), &full(1)[..2]);
    let mut record = run.record().unwrap().unwrap();
    record.version = "0.3.0".into();
    run.write_record(&record).unwrap();
    assert!(viz(folder.path()).status.success(), "the form is the same");

    let report = folder.path().join("report.html");
    fs::write(&report, "the good report").unwrap();
    let settings = folder.path().join("experiments/pca-30/experiment.json");
    let old = r#"{"id": "pca-30", "seed": 1, "noise": 0.0, "model": {"kind": "pca"}}"#;
    fs::write(settings, old).unwrap();
    let output = viz(folder.path());
    assert!(!output.status.success());
    let message = String::from_utf8(output.stderr).unwrap();
    let path = folder.path().display().to_string();
    let this = env!("CARGO_PKG_VERSION");
    for part in [&path, "version 0.3.0", this, "in another folder", "pca-30"] {
        assert!(message.contains(part), "{message}");
    }
    assert_eq!(fs::read_to_string(&report).unwrap(), "the good report");
}

#[test]
fn a_folder_that_another_process_changes_is_not_drawn() {
    let folder = tempfile::tempdir().unwrap();
    let run = fabricated::run(folder.path(), &full(1)[..1]);
    let lock = run.lock().unwrap();
    let output = viz(folder.path());
    assert!(!output.status.success());
    let message = String::from_utf8(output.stderr).unwrap();
    assert!(message.contains("another process is at work"), "{message}");
    assert!(!folder.path().join("report.html").exists());
    drop(lock);
    assert!(viz(folder.path()).status.success());
}

/// The files and folders below `folder`, with their contents.
fn contents(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(contents(&path));
        }
        let content = fs::read(&path).unwrap_or_default();
        found.push((path, content));
    }
    found.sort();
    found
}

/// Takes away or gives back the right to write a folder and all below it.
fn set_writable(folder: &Path, writable: bool) {
    let paths = contents(folder).into_iter().map(|(path, _)| path);
    for path in paths.chain([folder.to_owned()]) {
        let mode = if writable { 0o755 } else { 0o555 };
        fs::set_permissions(&path, Permissions::from_mode(mode)).unwrap();
    }
}

#[test]
fn a_folder_that_cannot_be_written_is_drawn_into_another() {
    let root = tempfile::tempdir().unwrap();
    let (run, out) = (root.path().join("run"), root.path().join("out"));
    fabricated::run(&run, &full(1));
    let before = contents(&run);
    set_writable(&run, false);
    let output = Command::new(env::var_os("CARGO_BIN_EXE_viz").unwrap())
        .args([&run, Path::new("--out"), &out])
        .output()
        .unwrap();
    set_writable(&run, true);
    let message = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success(), "{message}");
    // Neither a lock nor anything else.
    assert!(before == contents(&run));
    let html = fs::read_to_string(out.join("report.html")).unwrap();
    assert!(html.contains("<h1>Autoencoders on MNIST</h1>"));
    assert!(out.join("figures/part-5-code-noise.svg").is_file());
    for link in between(&html, "href=\"", '"') {
        let link = link.replace("&#x2f;", "/");
        let is_there = match link.strip_prefix('#') {
            Some(id) => html.contains(&format!("id=\"{id}\"")),
            None => out.join(&link).is_file(),
        };
        assert!(is_there, "{link}");
    }
    draw(&run).unwrap();
    let of_run = |name| fs::read_to_string(run.join(name)).unwrap();
    let of_out = |name| fs::read_to_string(out.join(name)).unwrap();
    for name in [
        "claims.json",
        "results.csv",
        "figures/part-1-all-corrected.svg",
    ] {
        assert!(of_run(name) == of_out(name), "{name}");
    }
    assert!(matches!(
        draw_into(experiment::Scores::SSE, &run, &run),
        Err(Error::ReportInRun { .. })
    ));
}

#[test]
fn a_training_that_diverged_is_explained() {
    let folder = tempfile::tempdir().unwrap();
    let run = fabricated::run(folder.path(), &full(1));
    let fail = |id: &str, what: &str, value: &str| {
        let failed = run.experiment(id);
        failed.remove_evaluation().unwrap();
        let (what, value) = (what.to_owned(), value.to_owned());
        failed.write_failure(&Failure { what, value }).unwrap();
    };
    let loss = "the loss of step 7 (epoch 1, batch 7 of 8)";
    fail("standard-ae-64", loss, "NaN");
    let outputs = draw(folder.path()).unwrap();
    let report = fs::read_to_string(outputs.markdown).unwrap();
    assert!(report.contains(&format!(
        "standard-ae-64: {loss} is NaN. Such a training diverged"
    )));
    assert!(report.contains("A smaller learning rate usually helps"));
    assert!(report.contains("standard-ae-64 (failed)"));
    assert!(!report.contains("Begun, not finished"));
    let line = outputs
        .summary
        .lines()
        .find(|line| line.starts_with("standard-ae-64"));
    assert!(line.unwrap().ends_with("failed: NaN or infinite"));

    run.experiment("standard-ae-64").remove_failure().unwrap();
    fail("pca-30", "test.sse of the evaluation", "not finite");
    let report = fs::read_to_string(draw(folder.path()).unwrap().markdown).unwrap();
    assert!(report.contains("test.sse of the evaluation is not finite. PCA is not trained"));
    assert!(!report.contains("learning rate usually helps"));
    assert!(report.contains("Begun, not finished"));
}

#[test]
fn half_written_files_of_a_killed_drawing_are_removed() {
    let folder = tempfile::tempdir().unwrap();
    fabricated::run(folder.path(), &full(1)[..1]);
    fs::create_dir(folder.path().join("figures")).unwrap();
    let left = [".report.html.a1B2c3", "figures/.curves.svg.a1B2c3"];
    let of_user = [".notes.txt.a1B2c3", "figures/.notes.txt.a1B2c3"];
    for name in left.iter().chain(&of_user) {
        fs::write(folder.path().join(name), "half").unwrap();
    }
    draw(folder.path()).unwrap();
    assert!(!left.iter().any(|name| folder.path().join(name).exists()));
    assert!(of_user.iter().all(|name| folder.path().join(name).exists()));
}
