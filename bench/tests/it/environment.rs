//! The environment of PyTorch, made by a Python that only records how it is called.

use std::{
    fs::{self, Permissions},
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
};

use bench::measuring::environment;
use tempfile::TempDir;

const PYTHON: &str = r#"#!/bin/sh
here=$(dirname "$(readlink -f "$0")")
echo "$*" >> "$here/calls"
[ -e "$here/fails" ] && exit 1
[ "$2" = venv ] && mkdir -p "$3/bin" && ln -s "$here/python" "$3/bin/python"
exit 0
"#;

/// A cache, and a folder with a Python and a list of packages.
struct World {
    folder: TempDir,
}

impl World {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let python = folder.path().join("python");
        fs::write(&python, PYTHON).unwrap();
        fs::set_permissions(python, Permissions::from_mode(0o755)).unwrap();
        World { folder }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn install(&self, packages: &str, offline: bool) -> anyhow::Result<PathBuf> {
        fs::write(self.path("requirements.txt"), packages).unwrap();
        environment::install(
            &self.path("cache"),
            self.path("python").as_os_str(),
            &self.path("requirements.txt"),
            offline,
            &|_| {},
        )
    }

    fn calls(&self) -> usize {
        fs::read_to_string(self.path("calls"))
            .unwrap()
            .lines()
            .count()
    }
}

fn names_in(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[test]
fn the_environment_is_made_once_for_each_list_of_packages() {
    let world = World::new();
    let python = world.install("torch==1", false).unwrap();
    assert!(python.exists());
    let first = world.calls();
    world.install("torch==1", false).unwrap();
    assert_eq!(world.calls(), first);

    world.install("torch==2", false).unwrap();
    assert_eq!(world.calls(), 2 * first);
    assert_eq!(names_in(&world.path("cache")), ["bench-pytorch", "lock"]);

    let error = world.install("torch==3", true).unwrap_err();
    assert!(error.to_string().contains("--offline forbids"), "{error}");
    assert_eq!(world.calls(), 2 * first);
}

#[test]
fn packages_that_cannot_be_installed_leave_no_environment() {
    let world = World::new();
    fs::write(world.path("fails"), "").unwrap();
    let error = world.install("torch==1", false).unwrap_err();
    assert!(error.to_string().contains("Python 3.11"), "{error}");
    assert_eq!(names_in(&world.path("cache")), ["lock"]);
}
