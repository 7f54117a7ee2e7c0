//! `doctor` in surroundings that are as they must be, and in broken ones: tools and folders.

mod support;

use std::{
    fs::{self, Permissions},
    os::unix::fs::PermissionsExt,
    path::Path,
    process::{Command, ExitCode},
    time::Duration,
};

use serde_json::Value;
use support::{
    World,
    doctor::{about, finds, whole_world},
    give_up_privileges,
};
use xtask::doctor::{self, Arguments, Finding, State};

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
        "`false --version` failed",
        "in CXX",
    );
    let (world, programs) = whole_world();
    fs::write(programs.join("c++--std=c++17-fails"), "1").unwrap();
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

#[test]
fn a_program_that_hangs_is_given_up() {
    let (mut world, programs) = whole_world();
    fs::write(programs.join("python-hangs"), "").unwrap();
    world.context.answer_within = Duration::from_millis(200);
    let findings = doctor::examine(&world.context);
    let python = about(&findings, "python");
    assert_eq!(python.state, State::Note);
    assert!(python.found.contains("it gave no answer"), "{python}");
}

#[test]
fn a_temporary_folder_that_cannot_be_written_is_not_the_compilers_fault() {
    let output = Command::new(env!("CARGO_BIN_EXE_xtask"))
        .arg("doctor")
        .env("TMPDIR", "/no/such/folder")
        .output()
        .unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(said.contains("cannot write to /no/such/folder"), "{said}");
    assert!(said.contains("in TMPDIR"), "{said}");
    assert!(!said.contains("install a C++ compiler"), "{said}");
}

#[test]
fn what_cache_and_project_need_on_one_disk_is_added() {
    let (mut world, _) = whole_world();
    let needed = |world: &World| {
        let findings = doctor::examine(&world.context);
        assert!(
            findings
                .iter()
                .all(|finding| finding.what != "cache's disk")
        );
        about(&findings, "disk").found.clone()
    };
    assert!(needed(&world).ends_with("0.1 GB needed"));
    fs::remove_file(world.context.root.join(".libtorch")).unwrap();
    assert!(needed(&world).ends_with("1.3 GB needed"));
    world.context.nvidia_driver = || Ok(Some(580));
    assert!(needed(&world).ends_with("7.1 GB needed"));
}
