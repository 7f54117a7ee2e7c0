//! `setup` with a libtorch of a few bytes: from an archive, from wheels, or the user's own.

mod support;

use std::{
    fs,
    os::unix::fs::{MetadataExt, symlink},
    thread,
};

use support::{
    Answer, Rest, Server, World, expected_libraries, library, libtorch_files, names_in, set_up,
    unpacked_libtorch, with_wheels, zip_of,
};
use xtask::{device::Device, digests, output::Output};

/// A mirror that has nothing.
fn empty_mirror() -> Server {
    Server::start([])
}

#[test]
fn wheels_are_taken_where_there_is_no_archive_and_the_second_set_up_does_nothing() {
    let mut world = World::new();
    with_wheels(&mut world);
    let mirror = empty_mirror();
    set_up(&world.context, Device::Cpu, &mirror.url).unwrap();

    let said = world.context.output.recorded();
    assert!(said.contains("nothing from PyTorch's archives"), "{said}");
    let installed = world.context.cache.join("libtorch-2.13.0-cpu");
    assert_eq!(world.linked(), Some(installed.clone()));
    assert_eq!(
        names_in(&installed),
        ["SHA256SUMS", "build-version", "include", "lib"]
    );
    // With the version and one header.
    let listed = expected_libraries().len() + 2;
    assert_eq!(digests::verify(&installed).unwrap(), Some(listed));
    assert_eq!(names_in(&installed.join("lib")), expected_libraries());
    assert_eq!(
        names_in(&world.context.cache),
        ["libtorch-2.13.0-cpu", "libtorch-2.13.0-cpu.checked", "lock"]
    );

    let link = world.context.root.join(".libtorch");
    let inode = fs::symlink_metadata(&link).unwrap().ino();
    let requests = mirror.requests();
    world.context.output = Output::recording();
    set_up(&world.context, Device::Auto, &mirror.url).unwrap();
    assert_eq!(world.context.output.recorded().lines().count(), 1);
    assert_eq!(fs::symlink_metadata(&link).unwrap().ino(), inode);
    assert_eq!(mirror.requests(), requests);
}

#[cfg(target_os = "linux")]
#[test]
fn the_driver_decides_which_build_with_cuda_is_looked_for() {
    for (driver, build) in [
        ((|| Ok(Some(535))) as fn() -> _, "cu126"),
        (|| Ok(Some(580)), "cu130"),
    ] {
        let mut world = World::new();
        world.context.nvidia_driver = driver;
        let error = set_up(&world.context, Device::Auto, &empty_mirror().url).unwrap_err();
        assert!(
            error.contains(&format!("libtorch 2.13.0 ({build})")),
            "{error}"
        );
        let error = set_up(&world.context, Device::Cpu, &empty_mirror().url).unwrap_err();
        assert!(error.contains("libtorch 2.13.0 (cpu)"), "{error}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_set_up_for_cuda_takes_nvidias_libraries_too() {
    let mut world = World::new();
    with_wheels(&mut world);
    let cpu_only = world.folder("cpu-only");
    unpacked_libtorch(&cpu_only, "2.13.0");
    symlink(&cpu_only, world.context.root.join(".libtorch")).unwrap();
    set_up(&world.context, Device::Cuda, &empty_mirror().url).unwrap();

    let lib = world.linked().unwrap().join("lib");
    assert!(lib.join(library("torch_cuda")).is_file());
    assert!(lib.join("libnvperf_host.so").is_file());
    assert!(!lib.join(library("torch_python")).exists());
}

#[test]
fn without_any_source_the_error_says_what_each_said_and_nothing_is_left() {
    let world = World::new();
    let error = set_up(&world.context, Device::Cpu, &empty_mirror().url).unwrap_err();
    for part in [
        "PyTorch's archives: ",
        "404",
        "wheels: ",
        "no-python",
        "set LIBTORCH",
        "--mirror",
    ] {
        assert!(error.contains(part), "no {part:?} in: {error}");
    }
    assert_eq!(world.linked(), None);
    assert_eq!(names_in(&world.context.cache), ["lock"]);
}

#[test]
fn without_a_compiler_nothing_is_installed() {
    let mut world = World::new();
    world.context.compiler = "no-compiler".into();
    let mirror = empty_mirror();
    let error = set_up(&world.context, Device::Cpu, &mirror.url).unwrap_err();
    assert!(
        error.contains("cannot run the C++ compiler `no-compiler`"),
        "{error}"
    );
    assert!(error.contains("apt install g++"), "{error}");
    assert_eq!(mirror.requests(), 0);
}

#[test]
fn offline_installs_nothing_and_asks_nobody() {
    let mut world = World::new();
    with_wheels(&mut world);
    world.context.offline = true;
    let mirror = empty_mirror();
    let error = set_up(&world.context, Device::Cpu, &mirror.url).unwrap_err();
    assert!(error.contains("--offline forbids"), "{error}");
    assert!(error.contains("libtorch 2.13.0 (cpu) is not in"), "{error}");
    assert_eq!(mirror.requests(), 0);
    let calls = fs::read_to_string(world.folder("programs").join("calls")).unwrap();
    assert!(!calls.contains("python"), "{calls}");

    unpacked_libtorch(&world.context.cache.join("libtorch-2.13.0-cpu"), "2.13.0");
    set_up(&world.context, Device::Cpu, &mirror.url).unwrap();
    assert_eq!(mirror.requests(), 0);
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
    set_up(&world.context, Device::Auto, "http://unused").unwrap();
    assert_eq!(world.linked(), Some(own));
    assert!(!world.context.cache.exists());
}

#[test]
fn a_libtorch_of_the_users_that_does_not_serve_is_refused() {
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
        let error = set_up(&world.context, device, "http://unused").unwrap_err();
        assert!(error.contains(expected), "no {expected:?} in: {error}");
        let named = format!("LIBTORCH is {:?}", folder.display().to_string());
        assert!(error.contains(&named), "{error}");
    }
    assert_eq!(world.linked(), None);
    assert!(!world.context.cache.exists());
}

/// PyTorch has archives for these platforms.
#[cfg(any(target_os = "macos", target_arch = "x86_64"))]
mod from_an_archive {
    use super::*;

    const PATH: &str = if cfg!(target_os = "macos") {
        "/cpu/libtorch-macos-arm64-2.13.0.zip"
    } else {
        "/cpu/libtorch-shared-with-deps-2.13.0%2Bcpu.zip"
    };

    fn archive(version: &str) -> Vec<u8> {
        let mut files = libtorch_files("libtorch");
        files.push(("libtorch/build-version".to_owned(), format!("{version}\n")));
        files.push(("libtorch/lib/libstatic.a".to_owned(), String::new()));
        zip_of(&files)
    }

    #[test]
    fn a_mirror_is_asked_once_for_all_clones() {
        let world = World::new();
        let mirror = Server::start([(PATH, Answer::Whole(archive("2.13.0+cpu")))]);
        set_up(&world.context, Device::Cpu, &mirror.url).unwrap();
        let installed = world.linked().unwrap();
        assert_eq!(installed, world.context.cache.join("libtorch-2.13.0-cpu"));
        assert!(!installed.join("lib/libstatic.a").exists());

        let mut clone = World::new();
        clone.context.cache = world.context.cache.clone();
        set_up(&clone.context, Device::Cpu, &mirror.url).unwrap();
        assert_eq!(clone.linked(), Some(installed));
        assert_eq!(mirror.requests(), 1);
    }

    #[test]
    fn two_set_ups_at_once_download_once() {
        let (first, mut second) = (World::new(), World::new());
        second.context.cache = first.context.cache.clone();
        let mirror = Server::start([(PATH, Answer::Whole(archive("2.13.0")))]);
        thread::scope(|scope| {
            for world in [&first, &second] {
                scope.spawn(|| set_up(&world.context, Device::Cpu, &mirror.url).unwrap());
            }
        });
        assert_eq!(first.linked(), second.linked());
        assert!(first.linked().is_some());
        assert_eq!(mirror.requests(), 1);
    }

    #[test]
    fn an_archive_of_two_halves_that_do_not_fit_is_downloaded_again() {
        let world = World::new();
        let cut_off = || Answer::Tagged("\"a\"", archive("2.13.0"), Rest::OtherBytes);
        let whole = Answer::Whole(archive("2.13.0"));
        let mirror = Server::start([(PATH, Answer::InTurn(vec![cut_off(), cut_off(), whole]))]);
        set_up(&world.context, Device::Cpu, &mirror.url).unwrap();
        assert!(world.linked().is_some());
        assert_eq!(mirror.requests(), 3);
    }

    #[test]
    fn an_archive_of_another_version_or_cut_off_is_not_installed() {
        for (answer, expected) in [
            (Answer::Whole(archive("2.12.0")), "found \"2.12.0\""),
            (Answer::CutOff(archive("2.13.0")), "cut off after"),
        ] {
            let world = World::new();
            let mirror = Server::start([(PATH, answer)]);
            let error = set_up(&world.context, Device::Cpu, &mirror.url).unwrap_err();
            assert!(error.contains(expected), "no {expected:?} in: {error}");
            assert_eq!(names_in(&world.context.cache), ["lock"]);
            assert_eq!(world.linked(), None);
        }
    }
}
