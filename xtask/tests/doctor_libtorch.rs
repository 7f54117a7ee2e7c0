//! `doctor` and libtorch, CUDA and the data.

mod support;

use std::{fs, os::unix::fs::symlink};

use support::{
    doctor::{GOOD, about, finds, says, whole_world},
    unpacked_libtorch,
};
use xtask::doctor::{self, State};

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
    world.context.nvidia_driver = || Ok(Some(580));
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
    world.context.nvidia_driver = || Ok(None);
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

#[test]
fn a_libtorch_that_was_unpacked_in_the_links_place() {
    let (world, _) = whole_world();
    let link = world.context.root.join(".libtorch");
    fs::remove_file(&link).unwrap();
    unpacked_libtorch(&link, "2.13.0");
    finds(&world, "libtorch", State::Ok, "2.13.0", "");
    unpacked_libtorch(&link, "2.5.1");
    finds(
        &world,
        "libtorch",
        State::Failed,
        "found \"2.5.1\"",
        "cargo xtask setup",
    );
}

#[test]
fn what_train_computes_with_another_libtorch_says_nothing_of_the_chosen_one() {
    let (world, _) = whole_world();
    let loaded = |folder: &str| {
        let key = format!("{{\"libtorch\": {folder:?}, ");
        says(&world, &GOOD.replacen('{', &key, 1));
    };
    let chosen = fs::canonicalize(world.linked().unwrap()).unwrap();
    loaded(&chosen.display().to_string());
    finds(&world, "computing", State::Ok, "comes out right", "");
    loaded("/another/libtorch");
    finds(
        &world,
        "computing",
        State::Note,
        "built with another libtorch, /another/libtorch",
        "cargo build -p train",
    );
    says(&world, &GOOD.replacen('{', "{\"libtorch\": null, ", 1));
    finds(&world, "computing", State::Ok, "comes out right", "");
}

#[test]
fn without_any_libtorch_none_is_said_to_be_for_cpus_only() {
    let (mut world, _) = whole_world();
    fs::remove_file(world.context.root.join(".libtorch")).unwrap();
    world.context.nvidia_driver = || Ok(Some(580));
    let findings = doctor::examine(&world.context);
    let cuda = about(&findings, "CUDA");
    assert!(
        cuda.found.contains("no libtorch that serves is set up"),
        "{cuda}"
    );
    assert!(cuda.remedy.contains("cargo xtask setup"), "{cuda}");
}
