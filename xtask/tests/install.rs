//! Installations that are damaged, and those that were ended before their time.

mod support;

use std::{
    fs::{self, File, OpenOptions},
    io::Write as _,
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
    process::Command,
    thread,
};

use support::{Server, World, library, names_in, set_up, unpacked_libtorch, with_wheels};
use xtask::{device::Device, digests, output::Output};

const HEADER: &str = "include/torch/csrc/api/include/torch/torch.h";

/// A set-up without archives: from wheels, or an error.
fn set_up_from_wheels(world: &World) -> Result<(), String> {
    set_up(&world.context, Device::Cpu, &Server::gone().url)
}

/// A world that has libtorch installed from wheels, and the folder of the installation.
fn installed_world() -> (World, PathBuf) {
    let mut world = World::new();
    with_wheels(&mut world);
    set_up_from_wheels(&world).unwrap();
    let installed = world.linked().unwrap();
    world.context.output = Output::recording();
    (world, installed)
}

/// What pip was asked, and found.
fn calls(world: &World) -> String {
    fs::read_to_string(world.folder("programs").join("calls")).unwrap()
}

/// Other bytes, as many as before.
fn damage(path: &Path) {
    let mut bytes = fs::read(path).unwrap();
    bytes[0] ^= 1;
    fs::write(path, bytes).unwrap();
}

#[test]
fn a_file_that_has_changed_is_found_and_libtorch_installed_again() {
    let (world, installed) = installed_world();
    for file in [HEADER, &format!("lib/{}", library("c10")), "build-version"] {
        let path = installed.join(file);
        let sound = fs::read(&path).unwrap();
        damage(&path);
        set_up_from_wheels(&world).unwrap();
        assert_eq!(fs::read(&path).unwrap(), sound);
    }
    let lost = installed.join("lib").join(library("c10"));
    fs::remove_file(&lost).unwrap();
    set_up_from_wheels(&world).unwrap();
    assert!(lost.is_file());
    let said = world.context.output.recorded();
    assert_eq!(said.matches("the copy is damaged").count(), 4, "{said}");
    assert!(
        said.contains("torch.h: expected content of SHA-256"),
        "{said}"
    );
}

#[test]
fn files_are_read_again_only_if_one_of_them_has_changed() {
    let (world, installed) = installed_world();
    let path = world.context.cache.join("libtorch-2.13.0-cpu.checked");
    // The stamp, held open so that one made anew has another number.
    let stamp_after_set_up = || {
        set_up_from_wheels(&world).unwrap();
        File::open(&path).unwrap()
    };
    let number = |stamp: &File| stamp.metadata().unwrap().ino();
    let header = installed.join(HEADER);
    wait_for_the_clock(&header);
    let first = stamp_after_set_up();
    let second = stamp_after_set_up();
    assert_eq!(number(&first), number(&second));

    fs::write(&header, fs::read(&header).unwrap()).unwrap();
    let third = stamp_after_set_up();
    assert_ne!(number(&second), number(&third));
    let said = world.context.output.recorded();
    assert!(!said.contains("damaged"), "{said}");
}

/// Until what is written now has a later time than this file.
fn wait_for_the_clock(file: &Path) {
    let changed = fs::metadata(file).unwrap().modified().unwrap();
    let now = || {
        let fresh = tempfile::tempfile_in(file.parent().unwrap()).unwrap();
        (&fresh).write_all(b"now").unwrap();
        fresh.metadata().unwrap().modified().unwrap()
    };
    while now() <= changed {
        thread::yield_now();
    }
}

#[test]
fn a_list_of_digests_that_lacks_a_library_is_refused() {
    for (list, named) in [("", library("torch")), ("torch", library("torch_cpu"))] {
        let mut world = World::new();
        let own = world.folder("own");
        unpacked_libtorch(&own, "2.13.0");
        digests::record(&own).unwrap();
        let path = own.join("SHA256SUMS");
        let whole = fs::read_to_string(&path).unwrap();
        let name = format!("lib/{}", library(list));
        let lines = whole.lines().filter(|line| line.ends_with(&name));
        fs::write(
            &path,
            lines.map(|line| format!("{line}\n")).collect::<String>(),
        )
        .unwrap();
        world.context.user_libtorch = Some(own);
        let error = set_up_from_wheels(&world).unwrap_err();
        assert!(
            error.contains("SHA256SUMS: expected the digest of"),
            "{error}"
        );
        assert!(error.contains(&named), "{error}");
    }
}

#[test]
fn a_damaged_libtorch_of_the_users_is_refused_by_the_files_name() {
    let mut world = World::new();
    let own = world.folder("own");
    unpacked_libtorch(&own, "2.13.0");
    digests::record(&own).unwrap();
    world.context.user_libtorch = Some(own.clone());
    set_up_from_wheels(&world).unwrap();
    damage(&own.join(HEADER));
    let error = set_up_from_wheels(&world).unwrap_err();
    assert!(
        error.contains("torch.h: expected content of SHA-256"),
        "{error}"
    );
    assert!(error.contains("LIBTORCH is "), "{error}");
    assert!(own.is_dir());
}

#[test]
fn offline_names_the_damage() {
    let (mut world, installed) = installed_world();
    damage(&installed.join(HEADER));
    world.context.offline = true;
    let error = set_up_from_wheels(&world).unwrap_err();
    assert!(
        error.contains("torch.h: expected content of SHA-256"),
        "{error}"
    );
    assert!(error.contains("--offline forbids"), "{error}");
}

#[test]
fn a_file_in_the_place_of_the_folder_is_found_before_anything_is_downloaded() {
    let mut world = World::new();
    with_wheels(&mut world);
    fs::create_dir(&world.context.cache).unwrap();
    let place = world.context.cache.join("libtorch-2.13.0-cpu");
    fs::write(&place, "a user's").unwrap();
    let error = set_up_from_wheels(&world).unwrap_err();
    let expected = format!("expected a folder or nothing at {}", place.display());
    assert!(error.contains(&expected), "{error}");
    assert!(!calls(&world).contains("pip"), "{}", calls(&world));
    assert_eq!(fs::read_to_string(&place).unwrap(), "a user's");
}

#[test]
fn a_set_up_that_was_ended_between_its_two_renames_is_gone_on_with() {
    let (world, installed) = installed_world();
    let asked = calls(&world);
    let partial = world.context.cache.join("libtorch-2.13.0-cpu.partial");
    fs::create_dir_all(partial.join("replaced")).unwrap();
    fs::rename(&installed, partial.join("libtorch")).unwrap();
    set_up_from_wheels(&world).unwrap();
    assert_eq!(world.linked(), Some(installed));
    assert!(!partial.exists());
    assert!(!calls(&world)[asked.len()..].contains("pip"));
}

#[test]
fn wheels_of_a_set_up_that_failed_are_kept_for_the_next() {
    let mut world = World::new();
    with_wheels(&mut world);
    let programs = world.folder("programs");
    fs::write(programs.join("python-fails"), "1").unwrap();
    set_up_from_wheels(&world).unwrap_err();
    let partial = world.context.cache.join("libtorch-2.13.0-cpu.partial");
    let kept = ["nvidia-any.whl", "requirements.txt", "torch-2.13.0-any.whl"];
    assert_eq!(names_in(&partial.join("downloads")), kept);

    // What a set-up that was killed leaves beside them.
    fs::create_dir(partial.join("downloads/pip-unpack-1")).unwrap();
    fs::create_dir(partial.join("libtorch")).unwrap();
    set_up_from_wheels(&world).unwrap_err();
    assert_eq!(names_in(&partial), ["downloads"]);
    assert_eq!(names_in(&partial.join("downloads")), kept);

    // Those of another list are not.
    fs::write(partial.join("downloads/requirements.txt"), "torch==2.12.0").unwrap();
    fs::remove_file(programs.join("python-fails")).unwrap();
    set_up_from_wheels(&world).unwrap();
    let found: Vec<String> = calls(&world)
        .lines()
        .filter_map(|line| Some(line.strip_prefix("pip has ")?.to_owned()))
        .collect();
    assert_eq!(found, ["0 wheels", "2 wheels", "0 wheels"]);
    assert!(!partial.exists());
}

#[test]
fn the_lock_is_held_until_pip_has_ended_too() {
    let mut world = World::new();
    with_wheels(&mut world);
    let programs = world.folder("programs");
    let pipe = programs.join("python-lives");
    assert!(
        Command::new("mkfifo")
            .arg(&pipe)
            .status()
            .unwrap()
            .success()
    );
    fs::write(programs.join("python-fails"), "1").unwrap();
    set_up_from_wheels(&world).unwrap_err();

    let lock = File::open(world.context.cache.join("lock")).unwrap();
    lock.try_lock().unwrap_err();
    drop(OpenOptions::new().write(true).open(&pipe).unwrap());
    lock.lock().unwrap();
}
