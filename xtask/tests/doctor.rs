//! `doctor` in surroundings that are as they must be, and in broken ones.

mod support;

use std::{
    fs::{self, Permissions},
    os::unix::fs::{PermissionsExt, symlink},
    path::{Path, PathBuf},
    process::{Command, ExitCode},
};

use serde_json::Value;
use support::{World, give_up_privileges, unpacked_libtorch};
use xtask::{
    digests,
    doctor::{self, Arguments, Finding, State},
};

const GOOD: &str = r#"{"cpu_computes": true, "cuda_devices": 0, "cuda_computes": false}"#;

/// A world that lacks nothing, and the folder of its programs.
fn whole_world() -> (World, PathBuf) {
    let mut world = World::new();
    let libtorch = world.folder("libtorch");
    unpacked_libtorch(&libtorch, "2.13.0");
    digests::record(&libtorch).unwrap();
    symlink(libtorch, world.context.root.join(".libtorch")).unwrap();
    world.write_data();
    let programs = world.fake_programs();
    let built = programs.join("target/debug");
    fs::create_dir_all(&built).unwrap();
    symlink(programs.join("train"), built.join("train")).unwrap();
    says(&world, GOOD);
    (world, programs)
}

/// What `train self-check` prints.
fn says(world: &World, report: &str) {
    fs::write(
        world.folder("programs/target/debug").join("self-check"),
        report,
    )
    .unwrap();
}

/// The one finding about `what` is this, no other has failed, and the exit status says so.
fn finds(world: &World, what: &str, state: State, found: &str, remedy: &str) {
    let findings = doctor::examine(&world.context);
    let finding = about(&findings, what);
    assert_eq!(finding.state, state, "{finding}");
    assert!(finding.found.contains(found), "no {found:?} in: {finding}");
    assert!(
        finding.remedy.contains(remedy),
        "no {remedy:?} in: {finding}"
    );
    for other in &findings {
        assert!(
            other.what == what || other.state != State::Failed,
            "{other}"
        );
    }
    let expected = if state == State::Failed {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    };
    assert_eq!(
        doctor::run(&world.context, &Arguments { json: false }),
        expected
    );
    assert!(world.context.output.recorded().contains(found));
}

fn about<'a>(findings: &'a [Finding], what: &str) -> &'a Finding {
    let mut found = findings.iter().filter(|finding| finding.what == what);
    found.next().unwrap()
}

#[test]
fn nothing_is_wrong_where_nothing_is_missing() {
    let (mut world, _) = whole_world();
    world.context.compiler = "c++".into();
    let findings = doctor::examine(&world.context);
    let wrong = |finding: &&Finding| {
        // The machine that runs the tests may be short of memory.
        finding.state != State::Ok && finding.what != "memory"
    };
    assert!(findings.iter().find(wrong).is_none(), "{findings:?}");
    finds(&world, "computing", State::Ok, "comes out right", "");
    finds(&world, "CUDA", State::Ok, "the CPU computes", "");
    finds(
        &world,
        "its files",
        State::Ok,
        "the digests of all 5 are right",
        "",
    );
}

#[test]
fn tools_that_are_missing() {
    let (mut world, _) = whole_world();
    world.context.compiler = "no-compiler".into();
    finds(
        &world,
        "C++ compiler",
        State::Failed,
        "cannot run",
        "apt install g++",
    );
    let (mut world, _) = whole_world();
    world.context.compiler = "true".into();
    finds(
        &world,
        "C++ compiler",
        State::Failed,
        "does not run",
        "in CXX",
    );
    let (mut world, _) = whole_world();
    world.context.compiler = "false".into();
    finds(
        &world,
        "C++ compiler",
        State::Failed,
        "cannot compile",
        "in CXX",
    );

    let (world, programs) = whole_world();
    fs::write(programs.join("cargo-clippy-fails"), "101").unwrap();
    finds(
        &world,
        "clippy",
        State::Note,
        "failed",
        "rustup component add clippy",
    );
}

#[test]
fn python_is_needed_only_where_libtorch_must_be_installed() {
    let (mut world, _) = whole_world();
    world.context.python = "no-python".into();
    finds(&world, "python", State::Note, "no-python", "not needed");

    let (mut world, _) = whole_world();
    world.context.python = "no-python".into();
    fs::remove_file(world.context.root.join(".libtorch")).unwrap();
    let findings = doctor::examine(&world.context);
    for what in ["python", "pip"] {
        let finding = findings
            .iter()
            .find(|finding| finding.what == what)
            .unwrap();
        assert_eq!(finding.state, State::Failed);
        assert!(finding.remedy.contains("apt install python3-pip"));
    }
}

#[test]
fn a_libtorch_that_is_not_there_or_not_whole() {
    let (world, _) = whole_world();
    let link = world.context.root.join(".libtorch");
    let lib = world.linked().unwrap().join("lib");
    let c10 = lib.join(support::library("c10"));

    fs::write(&c10, "changed").unwrap();
    finds(
        &world,
        "its files",
        State::Failed,
        "expected content of SHA-256",
        "cargo xtask setup",
    );
    fs::remove_file(&c10).unwrap();
    finds(
        &world,
        "libtorch",
        State::Failed,
        "expected the file",
        "cargo xtask setup",
    );
    fs::remove_file(&link).unwrap();
    symlink("/nowhere/libtorch", &link).unwrap();
    let dangling = "leads to /nowhere/libtorch, which is not there";
    finds(
        &world,
        "libtorch",
        State::Failed,
        dangling,
        "cargo xtask setup",
    );
    fs::remove_file(&link).unwrap();
    finds(
        &world,
        "libtorch",
        State::Failed,
        "not set up",
        "cargo xtask setup",
    );
}

#[test]
fn a_libtorch_of_the_users_that_is_of_another_version() {
    let (mut world, _) = whole_world();
    let old = world.folder("old");
    unpacked_libtorch(&old, "2.5.1");
    world.context.user_libtorch = Some(old);
    finds(
        &world,
        "libtorch",
        State::Failed,
        "found \"2.5.1\"",
        "LIBTORCH",
    );
}

#[test]
fn a_libtorch_that_does_not_load_or_does_not_compute() {
    let (world, programs) = whole_world();
    says(&world, &GOOD.replace("true", "false"));
    finds(
        &world,
        "computing",
        State::Failed,
        "comes out wrong",
        "cargo xtask setup",
    );
    fs::write(programs.join("target/debug/train-fails"), "127").unwrap();
    finds(
        &world,
        "computing",
        State::Failed,
        "127",
        "cargo xtask setup",
    );
    fs::remove_file(programs.join("target/debug/train")).unwrap();
    finds(
        &world,
        "computing",
        State::Note,
        "not built",
        "cargo build -p train",
    );
}

#[test]
fn cuda_needs_a_driver_a_library_and_a_device() {
    let (mut world, _) = whole_world();
    world.context.nvidia_driver = || Some(580);
    finds(
        &world,
        "CUDA",
        State::Note,
        "for CPUs only",
        "setup --device cuda",
    );

    let cuda = world
        .linked()
        .unwrap()
        .join("lib")
        .join(support::library("torch_cuda"));
    fs::write(cuda, "").unwrap();
    finds(
        &world,
        "CUDA",
        State::Failed,
        "libtorch sees: 0",
        "nvidia-smi",
    );
    says(
        &world,
        r#"{"cpu_computes": true, "cuda_devices": 2, "cuda_computes": true}"#,
    );
    finds(&world, "CUDA", State::Ok, "devices: 2", "");
    world.context.nvidia_driver = || None;
    finds(
        &world,
        "CUDA",
        State::Note,
        "no NVIDIA driver",
        "install NVIDIA's driver",
    );
}

#[test]
fn data_that_are_damaged_or_missing() {
    let (world, _) = whole_world();
    let path = world.write_data();
    fs::write(&path, "other images").unwrap();
    finds(
        &world,
        "data",
        State::Failed,
        "expected content",
        "cargo xtask fetch-data",
    );
    fs::remove_file(&path).unwrap();
    finds(
        &world,
        "data",
        State::Failed,
        "few-images",
        "cargo xtask fetch-data",
    );
}

#[cfg(target_os = "linux")]
#[test]
fn folders_that_may_not_be_written() {
    give_up_privileges();
    let read_only = |folder: &Path| {
        fs::create_dir_all(folder).unwrap();
        fs::set_permissions(folder, Permissions::from_mode(0o555)).unwrap();
    };
    let (world, _) = whole_world();
    read_only(&world.context.cache);
    finds(
        &world,
        "cache",
        State::Note,
        "cannot write to",
        "AE_WORKBENCH_CACHE",
    );
    fs::remove_file(world.context.root.join(".libtorch")).unwrap();
    let findings = doctor::examine(&world.context);
    let cache = findings
        .iter()
        .find(|finding| finding.what == "cache")
        .unwrap();
    assert_eq!(cache.state, State::Failed);
    assert!(cache.remedy.contains("AE_WORKBENCH_CACHE"));

    let (world, _) = whole_world();
    read_only(&world.context.root);
    finds(
        &world,
        "project",
        State::Failed,
        "cannot write to",
        "may write",
    );
    // The temporary folder is removed after the test.
    fs::set_permissions(&world.context.root, Permissions::from_mode(0o755)).unwrap();
}

#[test]
fn json_has_every_finding_with_its_fields() {
    let (mut world, _) = whole_world();
    world.context.compiler = "no-compiler".into();
    assert_eq!(
        doctor::run(&world.context, &Arguments { json: true }),
        ExitCode::FAILURE
    );
    let list: Value = serde_json::from_str(&world.context.output.recorded()).unwrap();
    let list = list.as_array().unwrap();
    assert!(list.len() > 10);
    let compiler = list
        .iter()
        .find(|finding| finding["what"] == "C++ compiler")
        .unwrap();
    assert_eq!(compiler["state"], "failed");
    assert!(compiler["found"].as_str().unwrap().contains("no-compiler"));
    assert!(compiler["remedy"].as_str().unwrap().contains("install"));
}

#[test]
fn every_error_of_set_up_points_to_it() {
    let folder = tempfile::tempdir().unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_xtask"))
        .args(["--offline", "fetch-data", "--data"])
        .arg(folder.path())
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("--offline forbids"), "{said}");
    assert!(said.contains("cargo xtask doctor"), "{said}");
}
