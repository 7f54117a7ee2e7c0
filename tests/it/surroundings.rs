//! Odd surroundings: another libtorch on the loader's path, a file system without locks, files of another
//! kind, and paths of any characters.

use std::{
    ffi::OsStr, fs, io::Write as _, os::unix::ffi::OsStrExt as _, path::Path, process::Command,
};

use serde_json::Value;
use tempfile::TempDir;

use crate::harness::{
    DENSE_AND_PCA, FINISHED_RUN, TestRun, data::few_images, faults, program, run,
};

#[test]
fn another_libtorch_on_the_path_of_the_loader_is_not_loaded() {
    let others = TempDir::new().unwrap();
    for name in ["libtorch_cpu.so", "libc10.so", "libtorch.so"] {
        fs::write(others.path().join(name), "not a library at all").unwrap();
    }
    let ask = |command: &mut Command| {
        let output = command.arg("self-check").output().unwrap();
        assert!(output.status.success(), "{output:?}");
        serde_json::from_slice::<Value>(&output.stdout).unwrap()
    };
    let expected = ask(&mut program("train"));
    let found = ask(program("train").env("LD_LIBRARY_PATH", others.path()));
    assert_eq!(found, expected);
    assert!(
        Path::new(found["libtorch"].as_str().unwrap()).is_dir(),
        "{found}"
    );

    // What was loaded is in the record of a run.
    let record = fs::read(FINISHED_RUN.path().join("run.json")).unwrap();
    let record: Value = serde_json::from_slice(&record).unwrap();
    assert_eq!(record["libtorch"], found["version"]);
    assert_eq!(record["libtorch_folder"], found["libtorch"]);
}

#[test]
fn a_file_system_without_locks_is_no_failure() {
    let test = FINISHED_RUN.copy();
    let mut viz = program("viz");
    viz.arg(test.run.path());
    for mut command in [test.command(), viz] {
        faults::refuse_locks(&mut command);
        run(&mut command).with_status(0);
    }
}

#[test]
fn a_folder_that_takes_no_images_is_named_with_the_remedy() {
    let test = TestRun::new(
        r#"{"id": "a", "data": {"source": "mnist", "window": 100}, "model": {"kind": "dense"}}"#,
    );
    let mut train = test.command();
    train.env("TMPDIR", "/absent");
    run(&mut train).with_status(1).saying(&[
        "cannot write the images that data.window keeps on disk",
        "/absent",
        "the variable TMPDIR names another folder",
    ]);
    assert!(!test.run.path().join("run.json").exists());
}

#[test]
fn paths_may_have_any_characters() {
    let test = FINISHED_RUN.copy();
    for name in [
        &b"a, b:c"[..],
        "Gr\u{f6}\u{df}e \u{1f4c1}".as_bytes(),
        b"quote'\"$HOME`",
        b"new\nline",
        b"not utf-8 \xff",
        b"-dash",
        b"star*?[x]",
        b"back\\slash",
    ] {
        let folder = test.beside("odd").join(OsStr::from_bytes(name));
        let out = folder.join("out");
        fs::create_dir_all(&folder).unwrap();
        std::os::unix::fs::symlink(few_images(), folder.join("data")).unwrap();
        let experiments = folder.join("my experiments.json");
        fs::write(&experiments, DENSE_AND_PCA).unwrap();
        let mut train = program("train");
        train.args(["run", "--only", "pca", "--out"]).arg(&out);
        train.arg("--experiments").arg(experiments);
        // The path of images is a setting, which is text.
        let data = folder.join("data");
        let data = if data.to_str().is_some() {
            &data
        } else {
            few_images()
        };
        run(train.arg("--data").arg(data)).with_status(0);
        run(program("viz").arg(&out)).with_status(0);
        assert!(out.join("report.html").is_file());
    }
}

#[test]
fn a_data_file_of_another_kind_is_named_and_the_users_folder_left_alone() {
    let file = "mnist/t10k-images-idx3-ubyte.gz";
    let data = TempDir::new().unwrap();
    fs::create_dir(data.path().join("mnist")).unwrap();
    for entry in fs::read_dir(few_images().join("mnist")).unwrap() {
        let entry = entry.unwrap();
        fs::copy(
            entry.path(),
            data.path().join("mnist").join(entry.file_name()),
        )
        .unwrap();
    }
    for (bytes, kind) in [
        (
            &b"<!DOCTYPE html><html>sign in</html>"[..],
            "an HTML or XML page",
        ),
        (
            b"version https://git-lfs.github.com/spec/v1\noid sha256:1\n",
            "a pointer of Git LFS",
        ),
        (b"PK\x03\x04....", "a zip archive"),
    ] {
        let mut stream = fs::File::create(data.path().join(file)).unwrap();
        stream.write_all(bytes).unwrap();
        let out = data.path().join("out");
        let mut train = program("train");
        train.args(["run", "--quick", "--out"]).arg(&out);
        let outcome = run(train.arg("--data").arg(data.path()));
        let parts = [
            file,
            "expected an IDX file, found",
            kind,
            "put the right file there",
        ];
        let outcome = outcome.with_status(1).saying(&parts);
        assert!(!outcome.stderr.contains("fetch-data"), "{}", outcome.stderr);
    }
}
