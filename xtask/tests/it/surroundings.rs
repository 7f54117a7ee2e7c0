//! Odd surroundings: variables of other programs, a project that moved, a libtorch that LIBTORCH almost
//! names, systems without wheels, programs that fail with a reason of their own.

use std::{
    env,
    fs::{self, Permissions},
    os::unix::fs::{PermissionsExt as _, symlink},
    path::Path,
    process::{Command, Output},
};

use serde_json::Value;
use xtask::{
    checks::{self, Finding, Machine},
    commands::{all, fetch_data},
    device::Device,
    environment::{self, Child, Environment},
    platform::Platform,
};

use crate::support::{
    World, give_up_privileges,
    libtorch::{HEADER, library, set_up, unpacked_libtorch, with_wheels},
};

/// Variables that are meant for other programs, each with the child that must not see it.
const CLEARED: [(Child, &str); 40] = [
    (Child::Cargo, "LIBTORCH_USE_PYTORCH"),
    (Child::Cargo, "LIBTORCH_CXX11_ABI"),
    (Child::Cargo, "LIBTORCH_INCLUDE"),
    (Child::Cargo, "LIBTORCH_LIB"),
    (Child::Cargo, "LIBTORCH_STATIC"),
    (Child::Cargo, "LIBTORCH_BYPASS_VERSION_CHECK"),
    (Child::Cargo, "TORCH_CUDA_VERSION"),
    (Child::Cargo, "RUSTFLAGS"),
    (Child::Cargo, "CARGO_ENCODED_RUSTFLAGS"),
    (Child::Cargo, "CARGO_BUILD_RUSTFLAGS"),
    (
        Child::Cargo,
        "CARGO_TARGET_X86_64_UNKNOWN_LINUX_GNU_RUSTFLAGS",
    ),
    (Child::Cargo, "CARGO_BUILD_TARGET"),
    (Child::Cargo, "CARGO_PROFILE_DEV_PANIC"),
    (Child::Cargo, "CARGO_PROFILE_DEV_OPT_LEVEL"),
    (Child::Cargo, "CARGO_PKG_NAME"),
    (Child::Cargo, "CARGO_MANIFEST_DIR"),
    (Child::Cargo, "CARGO_MANIFEST_LINKS"),
    (Child::Cargo, "MAKEFLAGS"),
    (Child::Cargo, "MFLAGS"),
    (Child::Cargo, "CARGO_MAKEFLAGS"),
    (Child::Compiler, "MAKEFLAGS"),
    (Child::Python, "PYTHONPATH"),
    (Child::Python, "PYTHONHOME"),
    (Child::Python, "PYTHONSTARTUP"),
    (Child::Python, "PYTHONWARNINGS"),
    (Child::Python, "PYTHONINSPECT"),
    (Child::Python, "PYTHONOPTIMIZE"),
    (Child::Python, "PYTHONSAFEPATH"),
    (Child::Python, "PIP_TARGET"),
    (Child::Python, "PIP_PREFIX"),
    (Child::Python, "PIP_DRY_RUN"),
    (Child::Python, "PIP_PYTHON"),
    (Child::Python, "PIP_ONLY_BINARY"),
    (Child::Python, "PIP_NO_BINARY"),
    (Child::Python, "PIP_CONSTRAINT"),
    (Child::Python, "PIP_PLATFORM"),
    (Child::Python, "PIP_LOG"),
    (Child::Python, "PIP_QUIET"),
    (Child::Own, "DYLD_LIBRARY_PATH"),
    (Child::Own, "DYLD_INSERT_LIBRARIES"),
];

/// Variables that a user must mean, each with a child that sees it.
const KEPT: [(Child, &str); 24] = [
    (Child::Cargo, "PATH"),
    (Child::Cargo, "CARGO_HOME"),
    (Child::Cargo, "CARGO_TARGET_DIR"),
    (Child::Cargo, "CARGO_BUILD_JOBS"),
    (Child::Cargo, "CARGO_HTTP_PROXY"),
    (Child::Cargo, "CARGO_TARGET_X86_64_UNKNOWN_LINUX_GNU_LINKER"),
    (Child::Cargo, "RUSTC_WRAPPER"),
    (Child::Cargo, "RUSTUP_TOOLCHAIN"),
    (Child::Cargo, "CXX"),
    (Child::Cargo, "CXXFLAGS"),
    (Child::Cargo, "PYTHONPATH"),
    (Child::Cargo, "LD_LIBRARY_PATH"),
    (Child::Compiler, "CPATH"),
    (Child::Compiler, "LD_LIBRARY_PATH"),
    (Child::Python, "HTTPS_PROXY"),
    (Child::Python, "SSL_CERT_FILE"),
    (Child::Python, "PIP_INDEX_URL"),
    (Child::Python, "PIP_FIND_LINKS"),
    (Child::Python, "PIP_CERT"),
    (Child::Python, "PIP_CONFIG_FILE"),
    (Child::Python, "PYTHONUSERBASE"),
    (Child::Own, "OMP_NUM_THREADS"),
    (Child::Own, "CUDA_VISIBLE_DEVICES"),
    (Child::Own, "LD_PRELOAD"),
];

fn value(environment: &Environment, name: &str) -> Option<String> {
    let value = environment::value(environment, name)?;
    Some(value.to_str().unwrap().to_owned())
}

#[test]
fn children_do_not_see_what_is_meant_for_other_programs() {
    for (child, name) in CLEARED {
        let user = vec![(name.into(), "theirs".into())];
        let found = value(&environment::of(child, &user), name);
        assert_eq!(found, None, "{child:?} sees {name}");
    }
    for (child, name) in KEPT {
        let user = vec![(name.into(), "theirs".into())];
        let found = value(&environment::of(child, &user), name);
        assert_eq!(found.as_deref(), Some("theirs"), "{child:?} lacks {name}");
    }
}

#[test]
fn pip_installs_whatever_the_users_configuration_requires() {
    let mut world = World::new();
    with_wheels(&mut world);
    for name in ["PIP_REQUIRE_VIRTUALENV", "PIP_USER", "PIP_NO_DEPS"] {
        world.set(name, "1");
    }
    world.set("PIP_INDEX_URL", "https://mirror.example/simple");
    world.set("PYTHONHOME", "/somewhere");
    set_up(&world, Device::Cpu).unwrap();
    let seen = fs::read_to_string(world.folder("programs").join("python-environment")).unwrap();
    let of_pip: Vec<&str> = seen
        .lines()
        .filter(|line| line.starts_with("PIP_") || line.starts_with("PYTHON"))
        .collect();
    for expected in [
        "PIP_INDEX_URL=https://mirror.example/simple",
        "PIP_REQUIRE_VIRTUALENV=0",
        "PIP_ROOT_USER_ACTION=ignore",
        "PIP_USER=0",
    ] {
        assert!(of_pip.contains(&expected), "no {expected} in {of_pip:?}");
    }
    assert_eq!(of_pip.len(), 4, "{of_pip:?}");
}

/// A world that is set up, with programs that only record how they are called.
fn set_up_world() -> World {
    let mut world = World::new();
    let libtorch = world.folder("libtorch");
    unpacked_libtorch(&libtorch, "2.13.0");
    symlink(libtorch, world.context.root.join(".libtorch")).unwrap();
    world.write_data();
    world.fake_programs();
    world
}

fn about(world: &World, name: &str) -> Finding {
    let machine = Machine::new(&world.context);
    let mut checks = checks::ALL.iter();
    let check = checks.find(|check| check.name == name).unwrap();
    check.examine(&machine)
}

#[test]
fn cargo_builds_with_the_libtorch_that_is_set_up_and_without_others() {
    let mut world = set_up_world();
    world.set("LIBTORCH_USE_PYTORCH", "1");
    world.set("RUSTFLAGS", "-C target-cpu=native");
    world.set("LIBTORCH", "");
    fetch_data::run(&world.context, &[]).unwrap();
    let seen = fs::read_to_string(world.folder("programs").join("cargo-environment")).unwrap();
    let link = world.context.root.join(".libtorch");
    assert!(
        seen.contains(&format!("\nLIBTORCH={}\n", link.display())),
        "{seen}"
    );
    assert!(!seen.contains("LIBTORCH_USE_PYTORCH"), "{seen}");
    assert!(!seen.contains("RUSTFLAGS"), "{seen}");
}

#[test]
fn doctor_names_each_variable_that_plain_cargo_commands_would_take() {
    for (name, expected) in [
        ("LIBTORCH_USE_PYTORCH", "plain cargo commands with it"),
        ("LIBTORCH_CXX11_ABI", "plain cargo commands with it"),
        ("LIBTORCH_LIB", "plain cargo commands with it"),
        ("RUSTFLAGS", "compile everything again"),
        (
            "CARGO_TARGET_AARCH64_APPLE_DARWIN_RUSTFLAGS",
            "compile everything again",
        ),
        ("CARGO_PROFILE_DEV_PANIC", "compile everything again"),
        ("CARGO_BUILD_TARGET", "compile everything again"),
        ("ATEN_CPU_CAPABILITY", "last bits"),
        ("ONEDNN_MAX_CPU_ISA", "last bits"),
        ("MKL_CBWR", "last bits"),
    ] {
        let mut world = set_up_world();
        world.set(name, "1");
        let finding = about(&world, "environment");
        assert_eq!(finding.state, "note", "{finding}");
        assert!(finding.found.starts_with(name), "{finding}");
        assert!(finding.found.contains(expected), "{finding}");
        world.set(name, "");
        assert_eq!(about(&world, "environment").state, "ok", "{name} is empty");
    }
    let mut world = set_up_world();
    world.set("LIBTORCH", "");
    let finding = about(&world, "environment");
    assert!(
        finding.found.contains("LIBTORCH is set to nothing"),
        "{finding}"
    );
    for name in [
        "PIP_REQUIRE_VIRTUALENV",
        "PYTHONPATH",
        "MAKEFLAGS",
        "LD_LIBRARY_PATH",
    ] {
        let mut world = set_up_world();
        world.set(name, "1");
        let finding = about(&world, "environment");
        assert_eq!(finding.state, "ok", "it does no harm: {finding}");
    }
}

#[test]
fn the_compiler_is_the_one_that_cargo_takes_with_its_arguments() {
    let mut world = set_up_world();
    let programs = world.folder("programs");
    let compiler = programs.join("c++");
    let called = |world: &World| {
        let before = world.calls().len();
        assert_eq!(about(world, "C++ compiler").state, "ok");
        world.calls()[before..].to_owned()
    };
    world.set("CXXFLAGS", "-O1 -g");
    assert!(called(&world).contains(" -O1 -g\n"));
    world.set("CXX", format!("{} -pthread", compiler.display()));
    // The fake compiler knows its task by its first argument.
    let calls = {
        about(&world, "C++ compiler");
        world.calls()
    };
    assert!(calls.contains("c++ -pthread -std=c++17"), "{calls}");

    let folder = world.folder("a compiler, of mine");
    let script = fs::read_to_string(&compiler).unwrap();
    fs::write(folder.join("c++"), script).unwrap();
    fs::set_permissions(
        folder.join("c++"),
        fs::metadata(&compiler).unwrap().permissions(),
    )
    .unwrap();
    world.set("CXX", folder.join("c++"));
    about(&world, "C++ compiler");
    assert!(folder.join("calls").exists());

    world.set("HOST_CXX", "no-compiler");
    assert!(about(&world, "C++ compiler").found.contains("no-compiler"));
    world.set("CXX_x86_64_unknown_linux_gnu", &compiler);
    assert_eq!(about(&world, "C++ compiler").state, "ok");
}

/// `xtask doctor`, which changes nothing, started from `folder`.
fn doctor_in(folder: &Path, manifest: Option<&Path>) -> Output {
    let mut command = Command::new(env::var_os("CARGO_BIN_EXE_xtask").unwrap());
    command.arg("doctor").current_dir(folder);
    command
        .env_remove("LIBTORCH")
        .env_remove("CARGO_MANIFEST_DIR");
    if let Some(manifest) = manifest {
        command.env("CARGO_MANIFEST_DIR", manifest);
    }
    command.output().unwrap()
}

#[test]
fn the_project_is_where_it_is_started_whatever_it_was_called_when_it_was_built() {
    let world = World::new();
    for name in ["moved", "with space, comma", "Übung", "a:b", "new\nline"] {
        let project = world.folder(name);
        fs::create_dir_all(project.join("xtask")).unwrap();
        fs::create_dir_all(project.join("crates/train")).unwrap();
        fs::write(project.join("xtask/Cargo.toml"), "").unwrap();
        let link = world.folder("links").join("link");
        symlink(&project, &link).unwrap();
        let by_cargo = doctor_in(Path::new("/"), Some(&project.join("xtask")));
        let by_hand = doctor_in(&project.join("crates/train"), None);
        let by_link = doctor_in(&link, None);
        fs::remove_file(link).unwrap();
        for output in [by_cargo, by_hand, by_link] {
            let said = String::from_utf8(output.stdout).unwrap();
            let expected = format!("there is no link {}", project.join(".libtorch").display());
            assert!(said.contains(&expected), "{said}");
        }
    }
    let nowhere = doctor_in(Path::new("/"), None);
    let said = String::from_utf8(nowhere.stderr).unwrap();
    assert!(said.contains("run `cargo xtask` in it"), "{said}");
}

#[test]
fn fetch_data_is_told_the_folder_of_the_project() {
    let world = set_up_world();
    let data = world.context.root.join("data");
    for (arguments, expected) in [
        (
            &["kmnist"][..],
            format!("fetch-data --data {} kmnist\n", data.display()),
        ),
        (&["--data", "mine"], "fetch-data --data mine\n".to_owned()),
        (&["--data=mine"], "fetch-data --data=mine\n".to_owned()),
    ] {
        let arguments: Vec<_> = arguments.iter().map(Into::into).collect();
        fetch_data::run(&world.context, &arguments).unwrap();
        assert!(world.calls().ends_with(&expected), "{}", world.calls());
    }
}

#[test]
fn a_torch_that_pip_installed_is_a_libtorch() {
    let mut world = World::new();
    let torch = world.folder("venv/lib/python3.12/site-packages/torch");
    unpacked_libtorch(&torch, "");
    fs::remove_file(torch.join("build-version")).unwrap();
    let version = |version: &str| {
        let text =
            format!("from typing import Optional\n\n__version__ = '{version}'\ndebug = False\n");
        fs::write(torch.join("version.py"), text).unwrap();
    };
    version("2.13.0+cpu");
    world.context.user_libtorch = Some(torch.clone());
    set_up(&world, Device::Cpu).unwrap();
    assert_eq!(world.linked(), Some(torch.clone()));
    version("2.5.1");
    let error = set_up(&world, Device::Cpu).unwrap_err();
    assert!(
        error.contains("expected version 2.13.0, found \"2.5.1\""),
        "{error}"
    );
}

#[test]
fn a_libtorch_near_the_path_that_libtorch_names_is_named() {
    let mut world = World::new();
    let torch = world.folder("venv/lib/python3.12/site-packages/torch");
    let unpacked = world.folder("archive/libtorch");
    unpacked_libtorch(&torch, "2.13.0");
    unpacked_libtorch(&unpacked, "2.13.0");
    let site = torch.parent().unwrap().to_owned();
    for (named, meant) in [
        (world.folder("archive"), &unpacked),
        (unpacked.join("lib"), &unpacked),
        (unpacked.join("include"), &unpacked),
        (site, &torch),
        (world.folder("venv"), &torch),
    ] {
        world.context.user_libtorch = Some(named.clone());
        let error = set_up(&world, Device::Cpu).unwrap_err();
        let expected = format!(
            "{} is no libtorch, but {} is",
            named.display(),
            meant.display()
        );
        assert!(error.contains(&expected), "{error}");
    }
    let archive = world.folder("archive").join("libtorch.zip");
    fs::write(&archive, "PK").unwrap();
    world.context.user_libtorch = Some(archive);
    let error = set_up(&world, Device::Cpu).unwrap_err();
    assert!(error.contains("is a file; expected the folder"), "{error}");
    world.context.user_libtorch = Some("/no/such/folder".into());
    let error = set_up(&world, Device::Cpu).unwrap_err();
    assert!(error.contains("/no/such/folder does not exist"), "{error}");
}

fn platform(system: &str, processor: &str, is_musl: bool, version: Option<(u32, u32)>) -> Platform {
    Platform {
        system: system.to_owned(),
        processor: processor.to_owned(),
        is_musl,
        version,
    }
}

#[test]
fn a_system_without_wheels_is_refused_in_one_sentence_before_anything_is_done() {
    for (platform, expected) in [
        (
            platform("linux", "x86_64", false, Some((2, 17))),
            "need glibc 2.28, and this system has 2.17",
        ),
        (
            platform("linux", "aarch64", false, Some((2, 27))),
            "need glibc 2.28",
        ),
        (
            platform("linux", "x86_64", true, None),
            "this system has musl",
        ),
        (
            platform("linux", "riscv64", false, Some((2, 39))),
            "for linux on riscv64",
        ),
        (
            platform("linux", "x86", false, Some((2, 39))),
            "for linux on x86",
        ),
        (
            platform("linux", "powerpc64", false, Some((2, 39))),
            "for linux on powerpc64",
        ),
        (
            platform("macos", "x86_64", false, Some((14, 5))),
            "for macos on x86_64",
        ),
        (
            platform("macos", "aarch64", false, Some((13, 6))),
            "need macOS 14.0",
        ),
        (platform("windows", "x86_64", false, None), "WSL 2"),
        (
            platform("freebsd", "x86_64", false, None),
            "for freebsd on x86_64",
        ),
    ] {
        let mut world = World::new();
        with_wheels(&mut world);
        world.context.platform = platform;
        let error = set_up(&world, Device::Cpu).unwrap_err();
        assert!(error.contains(expected), "no {expected:?} in: {error}");
        assert!(!error.contains('\n'), "{error}");
        assert!(error.contains("set LIBTORCH"), "{error}");
        assert_eq!(world.calls(), "", "nothing is started");
        assert!(!world.context.cache.exists());
        let finding = about(&world, "platform");
        assert_eq!(finding.state, "failed", "{finding}");

        // A libtorch that the user built for it is taken.
        let own = world.folder("own");
        unpacked_libtorch(&own, "2.13.0");
        world.context.user_libtorch = Some(own);
        set_up(&world, Device::Cpu).unwrap();
        assert_eq!(about(&world, "platform").state, "note");
    }
}

#[test]
fn the_wheels_are_those_of_the_platform() {
    for (platform, newest, count) in [
        (
            platform("linux", "x86_64", false, Some((2, 36))),
            "manylinux_2_28_x86_64",
            13,
        ),
        (
            platform("linux", "aarch64", false, Some((2, 28))),
            "manylinux_2_28_aarch64",
            13,
        ),
        (
            platform("linux", "aarch64", false, None),
            "manylinux_2_28_aarch64",
            13,
        ),
        (
            platform("macos", "aarch64", false, Some((15, 1))),
            "macosx_14_0_arm64",
            1,
        ),
    ] {
        let mut world = World::new();
        with_wheels(&mut world);
        world.context.platform = platform;
        set_up(&world, Device::Cpu).unwrap();
        let calls = world.calls();
        let mut lines = calls.lines();
        let download = lines
            .find(|line| line.starts_with("python -m pip download "))
            .unwrap();
        assert!(
            download.contains(&format!(" --platform={newest} ")),
            "{download}"
        );
        assert_eq!(download.matches("--platform=").count(), count, "{download}");
    }
}

#[test]
fn what_cargo_says_of_a_failed_build_stands_in_the_message() {
    let world = set_up_world();
    let programs = world.folder("programs");
    fs::write(programs.join("cargo-build-fails"), "101").unwrap();
    let said =
        "   Compiling train\nerror: linking with `cc` failed: exit status: 1\n  = note: long\n";
    fs::write(programs.join("cargo-says"), said).unwrap();
    let arguments = all::Arguments {
        experiments: None,
        out: None,
        quick: false,
        device: Device::Auto,
        data: None,
        only: None,
        seed: None,
        seeds: None,
        jobs: None,
        more: Vec::new(),
    };
    let error = all::run(&world.context, &arguments)
        .unwrap_err()
        .to_string();
    let expected = "`cargo build` failed (exit status: 101): error: linking with `cc` failed";
    assert!(error.contains(expected), "{error}");
    assert!(!error.contains("note: long"), "{error}");
}

#[test]
fn the_remedy_fits_what_pip_says() {
    for (said, remedy) in [
        (
            "ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device",
            "AE_WORKBENCH_CACHE",
        ),
        (
            "ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.",
            "serves other files",
        ),
        (
            "ERROR: No matching distribution found for torch==2.13.0",
            "PIP_INDEX_URL",
        ),
        ("ERROR: Something else", "ERROR: Something else"),
    ] {
        let mut world = World::new();
        with_wheels(&mut world);
        let programs = world.folder("programs");
        fs::write(programs.join("python-download-fails"), "1").unwrap();
        fs::write(
            programs.join("python-says"),
            format!("WARNING: retrying\n{said}\n"),
        )
        .unwrap();
        let error = set_up(&world, Device::Cpu).unwrap_err();
        assert!(error.contains(said), "{error}");
        assert!(error.contains(remedy), "no {remedy:?} in: {error}");
        assert!(!error.contains("retrying"), "{error}");
    }
}

#[test]
fn any_character_is_taken_in_the_paths_of_project_and_cache() {
    for name in [
        "a, b",
        "quote'\"",
        "Größe",
        "a:b",
        "back\\slash",
        "$HOME",
        "line\nbreak",
        "-dash",
        "*?",
    ] {
        let mut world = World::new();
        with_wheels(&mut world);
        world.context.root = world.folder(&format!("projects/{name}"));
        world.context.cache = world.folder(&format!("caches/{name}"));
        set_up(&world, Device::Cpu).unwrap();
        let libtorch = world.linked().unwrap();
        assert!(libtorch.starts_with(&world.context.cache), "{libtorch:?}");
        assert!(libtorch.join(HEADER).is_file());
        assert!(libtorch.join("lib").join(library("c10")).is_file());
        // Once more, from the cache alone.
        fs::remove_file(world.context.root.join(".libtorch")).unwrap();
        world.context.offline = true;
        set_up(&world, Device::Cpu).unwrap();
    }
}

#[cfg(target_os = "linux")]
#[test]
fn where_no_link_can_be_made_a_variable_helps() {
    give_up_privileges();
    let mut world = World::new();
    with_wheels(&mut world);
    let root = world.context.root.clone();
    fs::set_permissions(&root, Permissions::from_mode(0o555)).unwrap();
    let error = set_up(&world, Device::Cpu).unwrap_err();
    let installed = world.context.cache.join("libtorch-2.13.0-cpu");
    let remedy = format!("set LIBTORCH to {}", installed.display());
    assert!(error.contains(&remedy), "{error}");

    world.context.user_libtorch = Some(installed.clone());
    set_up(&world, Device::Cpu).unwrap();
    let said = world.context.output.recorded();
    assert!(
        said.contains("plain cargo commands need LIBTORCH"),
        "{said}"
    );
    fetch_data::run(&world.context, &[]).unwrap();
    let seen = fs::read_to_string(world.folder("programs").join("cargo-environment")).unwrap();
    let expected = format!("\nLIBTORCH={}\n", installed.display());
    assert!(seen.contains(&expected), "{seen}");
    // The temporary folder is removed after the test.
    fs::set_permissions(&root, Permissions::from_mode(0o755)).unwrap();
}

#[test]
fn empty_variables_count_as_not_set() {
    let caches = tempfile::tempdir().unwrap();
    let doctor = |empty: &[&str]| {
        let mut command = Command::new(env::var_os("CARGO_BIN_EXE_xtask").unwrap());
        command.args(["doctor", "--json"]).env_remove("LIBTORCH");
        command.env_remove("AE_WORKBENCH_CACHE").env_remove("CXX");
        command
            .env("HOME", caches.path())
            .env("XDG_CACHE_HOME", caches.path());
        command.envs(empty.iter().map(|name| (name, "")));
        let output = command.output().unwrap();
        let findings: Value = serde_json::from_slice(&output.stdout).unwrap();
        let found = |name| {
            let mut findings = findings.as_array().unwrap().iter();
            let finding = findings.find(|finding| finding["what"] == name).unwrap();
            finding["found"].clone()
        };
        ["libtorch", "cache", "C++ compiler"].map(found)
    };
    assert_eq!(
        doctor(&["LIBTORCH", "AE_WORKBENCH_CACHE", "CXX"]),
        doctor(&[])
    );
}
