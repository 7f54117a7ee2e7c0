//! Installations that are damaged, and those that were interrupted.

use std::{
    fs::{self, File, OpenOptions},
    path::{Path, PathBuf},
    process::Command,
};

use xtask::{
    device::Device,
    output::Output,
    setup::libtorch::{record_digests, verify_digests},
};

use crate::support::{
    World,
    libtorch::{self, HEADER, library, unpacked_libtorch, with_wheels},
    names_in,
};

fn set_up(world: &World) -> Result<(), String> {
    libtorch::set_up(world, Device::Cpu)
}

/// A world that has libtorch installed from wheels, and the folder of the installation.
fn installed_world() -> (World, PathBuf) {
    let mut world = World::new();
    with_wheels(&mut world);
    set_up(&world).unwrap();
    let installed = world.linked().unwrap();
    world.context.output = Output::recording();
    (world, installed)
}

/// Other bytes, as many as before.
fn damage(path: &Path) {
    let mut bytes = fs::read(path).unwrap();
    bytes[0] ^= 1;
    fs::write(path, bytes).unwrap();
}

#[test]
fn a_damaged_installation_is_not_linked_but_installed_again() {
    let (world, installed) = installed_world();
    let link = world.context.root.join(".libtorch");
    for file in [HEADER, &format!("lib/{}", library("c10")), "build-version"] {
        let path = installed.join(file);
        let sound = fs::read(&path).unwrap();
        damage(&path);
        fs::remove_file(&link).unwrap();
        set_up(&world).unwrap();
        assert_eq!(fs::read(&path).unwrap(), sound);
    }
    let lost = installed.join("lib").join(library("c10"));
    fs::remove_file(&lost).unwrap();
    set_up(&world).unwrap();
    assert!(lost.is_file());
    let said = world.context.output.recorded();
    assert_eq!(said.matches("the copy is damaged").count(), 4, "{said}");
    assert!(
        said.contains("torch.h: expected content of SHA-256"),
        "{said}"
    );
}

#[test]
fn the_digests_of_the_linked_libtorch_are_left_to_the_doctor() {
    let (world, installed) = installed_world();
    let calls = world.calls();
    damage(&installed.join(HEADER));
    set_up(&world).unwrap();
    assert!(!world.calls()[calls.len()..].contains("python"));
    let error = verify_digests(&installed).unwrap_err().to_string();
    assert!(
        error.contains("torch.h: expected content of SHA-256"),
        "{error}"
    );
}

#[test]
fn a_list_of_digests_that_lacks_a_library_is_refused() {
    for (list, named) in [("", library("torch")), ("torch", library("torch_cpu"))] {
        let world = World::new();
        let own = world.folder("own");
        unpacked_libtorch(&own, "2.13.0");
        record_digests(&own).unwrap();
        let path = own.join("SHA256SUMS");
        let whole = fs::read_to_string(&path).unwrap();
        let name = format!("lib/{}", library(list));
        let lines = whole.lines().filter(|line| line.ends_with(&name));
        fs::write(
            &path,
            lines.map(|line| format!("{line}\n")).collect::<String>(),
        )
        .unwrap();
        let error = verify_digests(&own).unwrap_err().to_string();
        assert!(
            error.contains("SHA256SUMS: expected the digest of"),
            "{error}"
        );
        assert!(error.contains(&named), "{error}");
    }
}

#[test]
fn offline_names_the_damage() {
    let (mut world, installed) = installed_world();
    damage(&installed.join(HEADER));
    fs::remove_file(world.context.root.join(".libtorch")).unwrap();
    world.context.offline = true;
    let error = set_up(&world).unwrap_err();
    assert!(
        error.contains("torch.h: expected content of SHA-256"),
        "{error}"
    );
    assert!(error.contains("--offline forbids"), "{error}");
}

#[test]
fn a_file_at_the_path_of_the_folder_is_found_before_anything_is_downloaded() {
    let mut world = World::new();
    with_wheels(&mut world);
    fs::create_dir(&world.context.cache).unwrap();
    let place = world.context.cache.join("libtorch-2.13.0-cpu");
    fs::write(&place, "a user's").unwrap();
    let error = set_up(&world).unwrap_err();
    let expected = format!("expected a folder or nothing at {}", place.display());
    assert!(error.contains(&expected), "{error}");
    assert!(!world.calls().contains("download"), "{}", world.calls());
    assert_eq!(fs::read_to_string(&place).unwrap(), "a user's");
}

#[test]
fn a_set_up_that_was_ended_between_its_two_renames_is_repaired() {
    let (world, installed) = installed_world();
    let unfinished = world.context.cache.join("libtorch-2.13.0-cpu.unfinished");
    fs::create_dir_all(unfinished.join("replaced")).unwrap();
    fs::rename(&installed, unfinished.join("libtorch")).unwrap();
    set_up(&world).unwrap();
    assert_eq!(world.linked(), Some(installed));
    let cache = names_in(&world.context.cache);
    assert_eq!(cache, ["libtorch-2.13.0-cpu", "lock"]);
}

#[test]
fn wheels_of_a_set_up_that_failed_are_kept_for_the_next() {
    let mut world = World::new();
    with_wheels(&mut world);
    let fails = world.folder("programs").join("python-download-fails");
    fs::write(&fails, "1").unwrap();
    let says = world.folder("programs").join("python-says");
    fs::write(
        &says,
        "ERROR: No matching distribution found for torch==2.13.0\n",
    )
    .unwrap();
    let error = set_up(&world).unwrap_err();
    let said = "ERROR: No matching distribution found for torch==2.13.0; either the package index";
    assert!(error.contains(said), "{error}");
    let wheels = world.context.cache.join("libtorch-2.13.0-cpu.wheels");
    let kept = ["nvidia-any.whl", "torch-2.13.0-any.whl"];
    assert_eq!(names_in(&wheels), kept);

    // What a set-up that was killed leaves beside them is removed.
    let unfinished = world.context.cache.join("libtorch-2.13.0-cpu.unfinished");
    fs::create_dir_all(unfinished.join("pip-unpack-1")).unwrap();
    set_up(&world).unwrap_err();
    assert!(!unfinished.exists());

    fs::remove_file(fails).unwrap();
    set_up(&world).unwrap();
    let calls = world.calls();
    let found: Vec<&str> = calls
        .lines()
        .filter_map(|line| line.strip_prefix("pip has "))
        .collect();
    assert_eq!(found, ["0 wheels", "2 wheels", "2 wheels"]);
    assert!(!wheels.exists());
}

#[test]
fn the_lock_is_held_until_pip_has_ended_as_well() {
    let mut world = World::new();
    with_wheels(&mut world);
    let programs = world.folder("programs");
    let pipe = programs.join("python-lives");
    let made = Command::new("mkfifo").arg(&pipe).status().unwrap();
    assert!(made.success());
    fs::write(programs.join("python-download-fails"), "1").unwrap();
    set_up(&world).unwrap_err();

    let lock = File::open(world.context.cache.join("lock")).unwrap();
    lock.try_lock().unwrap_err();
    drop(OpenOptions::new().write(true).open(&pipe).unwrap());
    lock.lock().unwrap();
}
