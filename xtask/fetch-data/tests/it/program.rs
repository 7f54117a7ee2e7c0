//! The program, with the project's own data.

use std::{
    env, fs,
    os::unix::fs::symlink,
    path::Path,
    process::{Command, Stdio},
    thread,
};

use mnist_io::catalog;
use tempfile::TempDir;

use crate::server::{Answer, Server};

/// A file of the real ones that is small.
const LABELS: &str = "mnist/t10k-labels-idx1-ubyte.gz";

/// A folder that holds all real files but the labels, and the content of those.
fn all_but_labels() -> (TempDir, Vec<u8>) {
    let data = Path::new(&env::var_os("CARGO_MANIFEST_DIR").unwrap()).join("../../data");
    let folder = tempfile::tempdir().unwrap();
    for file in [&catalog::MNIST[..], &catalog::FASHION_TEST].concat() {
        let link = folder.path().join(file.path);
        fs::create_dir_all(link.parent().unwrap()).unwrap();
        if file.path != LABELS {
            symlink(data.join(file.path), link).unwrap();
        }
    }
    (folder, fs::read(data.join(LABELS)).unwrap())
}

/// The real program, with no proxy but the one that the test names.
fn program(folder: &Path, mirror: &str) -> Command {
    let mut program = Command::new(env::var_os("CARGO_BIN_EXE_fetch-data").unwrap());
    for name in ["ALL_PROXY", "HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY"] {
        program.env_remove(name).env_remove(name.to_lowercase());
    }
    program.args(["--mirror", mirror, "--data"]).arg(folder);
    program
}

#[test]
fn a_proxy_is_taken_from_the_environment() {
    let (folder, labels) = all_but_labels();
    let proxy = Server::start([(&*format!("/{LABELS}"), Answer::Whole(labels.clone()))]);
    let output = program(folder.path(), "http://files.invalid")
        .env("HTTP_PROXY", &proxy.url)
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    assert_eq!(proxy.requests(), 1);
    assert_eq!(fs::read(folder.path().join(LABELS)).unwrap(), labels);
}

#[test]
fn a_run_that_was_killed_leaves_a_part_that_the_next_resumes() {
    let (folder, labels) = all_but_labels();
    let server = Server::start([(
        &*format!("/{LABELS}"),
        Answer::InTurn(vec![
            Answer::Stalled(labels.clone()),
            Answer::Whole(labels.clone()),
        ]),
    )]);
    let mut first = program(folder.path(), &server.url)
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let part = folder.path().join(format!("{LABELS}.partial"));
    let half = labels.len() as u64 / 2;
    while fs::metadata(&part).map_or(0, |part| part.len()) < half {
        assert!(first.try_wait().unwrap().is_none(), "it ended early");
        thread::yield_now();
    }
    first.kill().unwrap();
    first.wait().unwrap();
    assert!(!folder.path().join(LABELS).exists());

    let output = program(folder.path(), &server.url).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    assert_eq!(fs::read(folder.path().join(LABELS)).unwrap(), labels);
    assert!(!part.exists());
    assert_eq!(server.requests(), 2);
}

#[test]
fn a_disk_that_takes_no_more_is_named_and_not_retried() {
    let (folder, labels) = all_but_labels();
    let server = Server::start([(&*format!("/{LABELS}"), Answer::Whole(labels))]);
    let program = program(folder.path(), &server.url);
    // A limit on the size of files fails a write as a full disk does.
    let mut shell = Command::new("sh");
    shell
        .args(["-c", "trap '' XFSZ; ulimit -f 1; exec \"$0\" \"$@\""])
        .arg(program.get_program())
        .args(program.get_args());
    for (removed, _) in program.get_envs() {
        shell.env_remove(removed);
    }
    let output = shell.output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8(output.stderr).unwrap();
    let part = folder.path().join(format!("{LABELS}.partial"));
    let expected = format!("cannot write {}: ", part.display());
    assert!(said.contains(&expected), "{said}");
    assert_eq!(server.requests(), 1);
}

#[test]
fn the_project_comes_with_the_data_of_the_assignment() {
    let package = env::var_os("CARGO_MANIFEST_DIR").unwrap();
    let output = Command::new(env::var_os("CARGO_BIN_EXE_fetch-data").unwrap())
        .current_dir(Path::new(&package).join("../.."))
        .arg("--offline")
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    let said = String::from_utf8(output.stdout).unwrap();
    assert_eq!(said.matches("ok  ").count(), 6, "{said}");
}

#[test]
fn an_error_points_to_the_doctor() {
    let folder = tempfile::tempdir().unwrap();
    let output = Command::new(env::var_os("CARGO_BIN_EXE_fetch-data").unwrap())
        .args(["--offline", "--data"])
        .arg(folder.path())
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("--offline forbids"), "{said}");
    assert!(said.contains("cargo xtask doctor"), "{said}");
}
