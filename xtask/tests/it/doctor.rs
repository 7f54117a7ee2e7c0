//! `doctor` on a machine that lacks nothing, and on broken ones.

use std::{
    env,
    fs::{self, Permissions},
    os::unix::fs::{PermissionsExt, symlink},
    path::{Path, PathBuf},
    process::{Command, ExitCode},
    time::Duration,
};

use serde_json::Value;
use xtask::{
    checks::{self, Finding, Machine},
    commands::doctor::{self, Arguments},
    setup::libtorch::record_digests,
};

use crate::support::{
    World, give_up_privileges,
    libtorch::{library, unpacked_libtorch},
};

/// What `train self-check` says when all is well.
const GOOD: &str = r#"{"cpu_computes": true, "cuda_devices": 0, "cuda_computes": false}"#;

/// A world that lacks nothing, and the folder of its programs.
fn whole_world() -> (World, PathBuf) {
    let mut world = World::new();
    let libtorch = world.folder("libtorch");
    unpacked_libtorch(&libtorch, "2.13.0");
    record_digests(&libtorch).unwrap();
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
    let path = world.folder("programs/target/debug").join("self-check");
    fs::write(path, report).unwrap();
}

fn examine(world: &World) -> Vec<Finding> {
    let machine = Machine::new(&world.context);
    let findings = checks::ALL.iter().map(|check| check.examine(&machine));
    findings.collect()
}

fn about<'a>(findings: &'a [Finding], name: &str) -> &'a Finding {
    let mut named = findings.iter().filter(|finding| finding.name == name);
    named.next().unwrap()
}

/// The one finding about `name` is this, no other has failed, and the exit status says so.
fn finds(world: &World, name: &str, state: &str, found: &str, remedy: &str) {
    let findings = examine(world);
    let finding = about(&findings, name);
    assert_eq!(finding.state, state, "{finding}");
    assert!(finding.found.contains(found), "no {found:?} in: {finding}");
    assert!(
        finding.remedy.contains(remedy),
        "no {remedy:?} in: {finding}"
    );
    for other in &findings {
        assert!(other.name == name || other.state != "failed", "{other}");
    }
    let expected = if state == "failed" {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    };
    let code = doctor::run(&world.context, &Arguments { json: false });
    assert_eq!(code, expected);
    assert!(world.context.output.recorded().contains(found));
}

#[test]
fn nothing_is_wrong_where_nothing_is_missing() {
    let (mut world, _) = whole_world();
    world.set("CXX", "c++");
    let findings = examine(&world);
    let wrong = |finding: &&Finding| {
        // The machine that runs the tests may be short of memory.
        finding.state != "ok" && finding.name != "memory"
    };
    assert!(findings.iter().find(wrong).is_none(), "{findings:?}");
    finds(&world, "computing", "ok", "comes out right", "");
    finds(&world, "CUDA", "ok", "the CPU computes", "");
    finds(
        &world,
        "its files",
        "ok",
        "the digests of all 5 are right",
        "",
    );
}

#[test]
fn tools_that_are_missing() {
    let (mut world, _) = whole_world();
    world.set("CXX", "no-compiler");
    finds(
        &world,
        "C++ compiler",
        "failed",
        "cannot run",
        "apt install g++",
    );
    let (mut world, _) = whole_world();
    world.set("CXX", "true");
    finds(
        &world,
        "C++ compiler",
        "failed",
        "a small program fails",
        "in CXX",
    );
    let (mut world, _) = whole_world();
    world.set("CXX", "false");
    finds(
        &world,
        "C++ compiler",
        "failed",
        "`false --version` failed",
        "in CXX",
    );
    let (world, programs) = whole_world();
    fs::write(programs.join("c++--std=c++17-fails"), "1").unwrap();
    finds(
        &world,
        "C++ compiler",
        "failed",
        "a small program fails",
        "in CXX",
    );

    let (world, programs) = whole_world();
    fs::write(programs.join("cargo-clippy-fails"), "101").unwrap();
    finds(
        &world,
        "clippy",
        "note",
        "failed",
        "rustup component add clippy",
    );
}

#[test]
fn pip_is_needed_only_where_libtorch_must_be_installed() {
    let (mut world, _) = whole_world();
    world.context.python = "no-python".into();
    finds(&world, "pip", "note", "not needed", "python3-pip");

    let (mut world, _) = whole_world();
    world.context.python = "no-python".into();
    fs::remove_file(world.context.root.join(".libtorch")).unwrap();
    let findings = examine(&world);
    let pip = about(&findings, "pip");
    assert_eq!(pip.state, "failed");
    assert!(pip.found.contains("no-python"), "{pip}");
    assert!(pip.remedy.contains("apt install python3-pip"), "{pip}");
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
        "note",
        "cannot write to",
        "AE_WORKBENCH_CACHE",
    );
    fs::remove_file(world.context.root.join(".libtorch")).unwrap();
    let findings = examine(&world);
    let cache = findings
        .iter()
        .find(|finding| finding.name == "cache")
        .unwrap();
    assert_eq!(cache.state, "failed");
    assert!(cache.remedy.contains("AE_WORKBENCH_CACHE"));

    let (world, _) = whole_world();
    read_only(&world.context.root);
    finds(&world, "project", "failed", "cannot write to", "may write");
    // The temporary folder is removed after the test.
    fs::set_permissions(&world.context.root, Permissions::from_mode(0o755)).unwrap();
}

#[test]
fn json_has_every_finding_with_its_fields() {
    let (mut world, _) = whole_world();
    world.set("CXX", "no-compiler");
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
    let output = Command::new(env::var_os("CARGO_BIN_EXE_xtask").unwrap())
        .arg("setup")
        .env("LIBTORCH", "/no/such/folder")
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("/no/such/folder"), "{said}");
    assert!(said.contains("cargo xtask doctor"), "{said}");
}

#[test]
fn a_program_that_hangs_is_a_timeout() {
    let (mut world, programs) = whole_world();
    fs::write(programs.join("python-hangs"), "").unwrap();
    world.context.answer_limit = Duration::from_millis(200);
    let findings = examine(&world);
    let pip = about(&findings, "pip");
    assert_eq!(pip.state, "note");
    assert!(pip.found.contains("no answer within"), "{pip}");
}

#[test]
fn a_temporary_folder_that_cannot_be_written_is_not_the_compilers_fault() {
    let output = Command::new(env::var_os("CARGO_BIN_EXE_xtask").unwrap())
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
        let findings = examine(world);
        about(&findings, "disk").found.clone()
    };
    assert!(needed(&world).ends_with("0.1 GB needed"));
    fs::remove_file(world.context.root.join(".libtorch")).unwrap();
    assert!(needed(&world).ends_with("1.9 GB needed"));
    world.context.nvidia_driver = || Ok(Some(580));
    assert!(needed(&world).ends_with("7.1 GB needed"));
}

#[test]
fn a_libtorch_that_is_not_there_or_not_whole() {
    let (world, _) = whole_world();
    let link = world.context.root.join(".libtorch");
    let lib = world.linked().unwrap().join("lib");
    let c10 = lib.join(library("c10"));

    fs::write(&c10, "changed").unwrap();
    finds(
        &world,
        "its files",
        "failed",
        "expected content of SHA-256",
        "cargo xtask setup",
    );
    fs::remove_file(&c10).unwrap();
    finds(
        &world,
        "libtorch",
        "failed",
        "expected the file",
        "cargo xtask setup",
    );
    fs::remove_file(&link).unwrap();
    symlink("/nowhere/libtorch", &link).unwrap();
    let dangling = "leads to /nowhere/libtorch, which does not exist";
    finds(&world, "libtorch", "failed", dangling, "cargo xtask setup");
    fs::remove_file(&link).unwrap();
    finds(
        &world,
        "libtorch",
        "failed",
        "not set up",
        "cargo xtask setup",
    );
}

#[test]
fn a_users_damaged_libtorch() {
    let (mut world, _) = whole_world();
    let own = world.folder("own");
    unpacked_libtorch(&own, "2.13.0");
    record_digests(&own).unwrap();
    fs::write(own.join("lib").join(library("torch")), "changed").unwrap();
    world.context.user_libtorch = Some(own);
    let damaged = format!("{}: expected content of SHA-256", library("torch"));
    finds(
        &world,
        "its files",
        "failed",
        &damaged,
        "unpack your own libtorch again",
    );
}

#[test]
fn a_users_libtorch_of_another_version() {
    let (mut world, _) = whole_world();
    let old = world.folder("old");
    unpacked_libtorch(&old, "2.5.1");
    world.context.user_libtorch = Some(old);
    finds(&world, "libtorch", "failed", "found \"2.5.1\"", "LIBTORCH");
}

#[test]
fn a_libtorch_that_does_not_load_or_does_not_compute() {
    let (world, programs) = whole_world();
    says(&world, &GOOD.replace("true", "false"));
    finds(
        &world,
        "computing",
        "failed",
        "comes out wrong",
        "cargo xtask setup",
    );
    fs::write(programs.join("target/debug/train-fails"), "127").unwrap();
    finds(&world, "computing", "failed", "127", "cargo xtask setup");
    fs::remove_file(programs.join("target/debug/train")).unwrap();
    finds(
        &world,
        "computing",
        "note",
        "not built",
        "cargo build -p train",
    );
}

#[test]
fn cuda_needs_a_driver_a_library_and_a_device() {
    let (mut world, _) = whole_world();
    world.context.nvidia_driver = || Ok(Some(580));
    finds(
        &world,
        "CUDA",
        "note",
        "for CPUs only",
        "setup --device cuda",
    );

    let cuda = world
        .linked()
        .unwrap()
        .join("lib")
        .join(library("torch_cuda"));
    fs::write(cuda, "").unwrap();
    finds(&world, "CUDA", "failed", "libtorch sees: 0", "nvidia-smi");
    says(
        &world,
        r#"{"cpu_computes": true, "cuda_devices": 2, "cuda_computes": true}"#,
    );
    finds(&world, "CUDA", "ok", "libtorch sees: 2", "");
    world.context.nvidia_driver = || Ok(None);
    finds(
        &world,
        "CUDA",
        "note",
        "found no NVIDIA driver",
        "update NVIDIA's driver",
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
        "failed",
        "expected content",
        "cargo xtask fetch-data",
    );
    fs::remove_file(&path).unwrap();
    finds(
        &world,
        "data",
        "failed",
        "few-images",
        "cargo xtask fetch-data",
    );
}

#[test]
fn a_libtorch_that_was_unpacked_at_the_path_of_the_link() {
    let (world, _) = whole_world();
    let link = world.context.root.join(".libtorch");
    fs::remove_file(&link).unwrap();
    unpacked_libtorch(&link, "2.13.0");
    finds(&world, "libtorch", "ok", "2.13.0", "");
    unpacked_libtorch(&link, "2.5.1");
    finds(
        &world,
        "libtorch",
        "failed",
        "found \"2.5.1\"",
        "cargo xtask setup",
    );
}

#[test]
fn a_self_check_with_another_libtorch_does_not_count() {
    let (world, _) = whole_world();
    let loaded = |folder: &str| {
        let key = format!("{{\"libtorch\": {folder:?}, ");
        says(&world, &GOOD.replacen('{', &key, 1));
    };
    let chosen = fs::canonicalize(world.linked().unwrap()).unwrap();
    loaded(&chosen.display().to_string());
    finds(&world, "computing", "ok", "comes out right", "");
    loaded("/another/libtorch");
    finds(
        &world,
        "computing",
        "note",
        "loaded another libtorch, /another/libtorch",
        "cargo build -p train",
    );
    says(&world, &GOOD.replacen('{', "{\"libtorch\": null, ", 1));
    finds(&world, "computing", "ok", "comes out right", "");
}

#[test]
fn without_a_libtorch_none_is_called_cpu_only() {
    let (mut world, _) = whole_world();
    fs::remove_file(world.context.root.join(".libtorch")).unwrap();
    world.context.nvidia_driver = || Ok(Some(580));
    let findings = examine(&world);
    let cuda = about(&findings, "CUDA");
    assert!(cuda.found.contains("no libtorch is set up"), "{cuda}");
    assert!(cuda.remedy.contains("cargo xtask setup"), "{cuda}");
}
