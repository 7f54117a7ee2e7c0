//! `setup` with a libtorch of a few bytes: from wheels, or the user's own.

use std::{
    fs,
    os::unix::fs::{MetadataExt, symlink},
    thread,
};

use xtask::{device::Device, output::Output, setup::libtorch::verify_digests};

use crate::support::{
    World,
    libtorch::{expected_libraries, library, set_up, unpacked_libtorch, with_wheels},
    names_in,
};

#[test]
fn libtorch_comes_from_wheels_and_the_second_set_up_does_nothing() {
    let mut world = World::new();
    with_wheels(&mut world);
    set_up(&world, Device::Cpu).unwrap();

    let installed = world.context.cache.join("libtorch-2.13.0-cpu");
    assert_eq!(world.linked(), Some(installed.clone()));
    assert_eq!(
        names_in(&installed),
        ["SHA256SUMS", "build-version", "include", "lib"]
    );
    // With the version and one header.
    let listed = expected_libraries().len() + 2;
    assert_eq!(verify_digests(&installed).unwrap(), Some(listed));
    assert_eq!(names_in(&installed.join("lib")), expected_libraries());
    let cache = names_in(&world.context.cache);
    assert_eq!(cache, ["libtorch-2.13.0-cpu", "lock"]);

    let link = world.context.root.join(".libtorch");
    let inode = fs::symlink_metadata(&link).unwrap().ino();
    let pip_calls = || world.calls().matches("python").count();
    let before = pip_calls();
    set_up(&world, Device::Auto).unwrap();
    assert_eq!(pip_calls(), before);
    assert_eq!(fs::symlink_metadata(&link).unwrap().ino(), inode);
}

/// What a set-up starts as `python -m pip COMMAND`.
fn call_of_pip(command: &str) -> String {
    let mut world = World::new();
    with_wheels(&mut world);
    set_up(&world, Device::Cpu).unwrap();
    let start = format!("python -m pip {command} ");
    let calls = world.calls();
    let call = calls.lines().find(|call| call.starts_with(&start));
    call.unwrap().to_owned()
}

#[test]
fn pip_is_told_to_insist_on_the_digests() {
    for command in ["download", "install"] {
        let call = call_of_pip(command);
        for option in ["--require-hashes", "--no-deps", "--only-binary=:all:"] {
            assert!(call.contains(option), "no {option} in: {call}");
        }
    }
}

#[test]
fn a_python_older_than_pytorch_supports_will_do() {
    let call = call_of_pip("install");
    assert!(call.contains("--ignore-requires-python"), "{call}");
}

#[cfg(target_os = "linux")]
#[test]
fn a_set_up_for_cuda_takes_nvidias_libraries_too() {
    let mut world = World::new();
    with_wheels(&mut world);
    let cpu_only = world.folder("cpu-only");
    unpacked_libtorch(&cpu_only, "2.13.0");
    symlink(&cpu_only, world.context.root.join(".libtorch")).unwrap();
    set_up(&world, Device::Cuda).unwrap();

    let installed = world.linked().unwrap();
    assert_eq!(installed, world.context.cache.join("libtorch-2.13.0-cu130"));
    let lib = installed.join("lib");
    assert!(lib.join(library("torch_cuda")).is_file());
    assert!(lib.join("libnvperf_host.so").is_file());
    assert!(!lib.join(library("torch_python")).exists());
}

#[cfg(target_os = "linux")]
#[test]
fn the_driver_decides_which_build_is_installed() {
    for (driver, build) in [
        ((|| Ok(None)) as fn() -> _, "cpu"),
        (|| Ok(Some(535)), "cpu"),
        (|| Ok(Some(580)), "cu130"),
        (|| anyhow::bail!("no answer"), "cpu"),
    ] {
        let mut world = World::new();
        with_wheels(&mut world);
        world.context.nvidia_driver = driver;
        set_up(&world, Device::Auto).unwrap();
        let installed = format!("libtorch-2.13.0-{build}");
        assert_eq!(world.linked(), Some(world.context.cache.join(installed)));
    }
}

#[test]
fn a_driver_that_is_too_old_for_the_wheels_is_named_with_what_to_do() {
    let mut world = World::new();
    with_wheels(&mut world);
    world.context.nvidia_driver = || Ok(Some(535));
    let error = set_up(&world, Device::Cuda).unwrap_err();
    set_up(&world, Device::Auto).unwrap();
    for said in [error, world.context.output.recorded()] {
        assert!(said.contains("NVIDIA driver 535"), "{said}");
        assert!(said.contains("set LIBTORCH to a libtorch 2.13.0"), "{said}");
    }
}

#[test]
fn without_pip_the_error_says_what_to_do_and_nothing_is_left() {
    let world = World::new();
    let error = set_up(&world, Device::Cpu).unwrap_err();
    for part in ["no-python", "apt install python3-pip", "set LIBTORCH"] {
        assert!(error.contains(part), "no {part:?} in: {error}");
    }
    assert_eq!(world.linked(), None);
    assert!(!world.context.cache.exists());
}

#[test]
fn wheels_of_another_version_are_not_installed() {
    let mut world = World::new();
    with_wheels(&mut world);
    let header = world.folder("programs/site/torch/include/torch/csrc/api/include/torch");
    fs::remove_file(header.join("torch.h")).unwrap();
    let error = set_up(&world, Device::Cpu).unwrap_err();
    assert!(error.contains("cannot install libtorch 2.13.0"), "{error}");
    assert!(error.contains("torch.h"), "{error}");
    assert_eq!(world.linked(), None);
}

#[test]
fn without_a_compiler_nothing_is_installed() {
    let mut world = World::new();
    with_wheels(&mut world);
    world.set("CXX", "no-compiler");
    let error = set_up(&world, Device::Cpu).unwrap_err();
    assert!(error.contains("cannot run `no-compiler"), "{error}");
    assert!(error.contains("apt install g++"), "{error}");
    assert!(!world.calls().contains("python"), "{}", world.calls());
}

#[test]
fn offline_installs_nothing_and_does_not_start_pip() {
    let mut world = World::new();
    with_wheels(&mut world);
    world.context.offline = true;
    let error = set_up(&world, Device::Cpu).unwrap_err();
    assert!(error.contains("--offline forbids"), "{error}");
    assert!(error.contains("libtorch 2.13.0 (cpu) is not in"), "{error}");
    unpacked_libtorch(&world.context.cache.join("libtorch-2.13.0-cpu"), "2.13.0");
    set_up(&world, Device::Cpu).unwrap();
    assert!(!world.calls().contains("python"), "{}", world.calls());
}

#[test]
fn clones_share_one_installation_and_two_set_ups_at_once_make_one() {
    let (mut first, mut second) = (World::new(), World::new());
    with_wheels(&mut first);
    second.context.cache = first.context.cache.clone();
    second.context.python = first.context.python.clone();
    second.context.output = Output::recording();
    thread::scope(|scope| {
        for world in [&first, &second] {
            scope.spawn(|| set_up(world, Device::Cpu).unwrap());
        }
    });
    assert!(first.linked().is_some());
    assert_eq!(first.linked(), second.linked());
    assert_eq!(first.calls().matches("pip has").count(), 1);
}

#[test]
fn the_users_own_libtorch_comes_first() {
    let mut world = World::new();
    let own = world.folder("own");
    unpacked_libtorch(&own, "2.13.0+cu130\n");
    let other = world.folder("other");
    unpacked_libtorch(&other, "2.13.0");
    symlink(&other, world.context.root.join(".libtorch")).unwrap();
    world.context.user_libtorch = Some(own.clone());
    set_up(&world, Device::Auto).unwrap();
    assert_eq!(world.linked(), Some(own));
    assert!(!world.context.cache.exists());
}

#[test]
fn a_users_libtorch_that_is_not_usable_is_refused() {
    let mut world = World::new();
    let old = world.folder("old");
    unpacked_libtorch(&old, "2.5.1+cpu");
    let incomplete = world.folder("incomplete");
    unpacked_libtorch(&incomplete, "2.13.0");
    fs::remove_file(incomplete.join("lib").join(library("torch_cpu"))).unwrap();
    let good = world.folder("good");
    unpacked_libtorch(&good, "2.13.0");

    for (folder, device, expected) in [
        (
            old,
            Device::Auto,
            "expected version 2.13.0, found \"2.5.1+cpu\"",
        ),
        (incomplete, Device::Auto, "torch_cpu"),
        (world.folder("empty"), Device::Auto, "build-version"),
        ("relative".into(), Device::Auto, "expected an absolute path"),
        (good, Device::Cuda, "expected a build with CUDA"),
    ] {
        world.context.user_libtorch = Some(folder.clone());
        let error = set_up(&world, device).unwrap_err();
        assert!(error.contains(expected), "no {expected:?} in: {error}");
        let named = format!("LIBTORCH is {:?}", folder.display().to_string());
        assert!(error.contains(&named), "{error}");
    }
    assert_eq!(world.linked(), None);
    assert!(!world.context.cache.exists());
}
