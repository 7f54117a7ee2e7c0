//! What the tests share: a temporary project and cache, and programs that only record how they are
//! called.

pub mod libtorch;

use std::{
    env,
    ffi::OsString,
    fs,
    os::unix::fs::symlink,
    path::{Path, PathBuf},
    time::Duration,
};

use mnist_io::catalog::KnownFile;
use tempfile::TempDir;
use xtask::{context::Context, output::Output, platform::Platform};

/// A data file of a few bytes: [`DATA`].
const DATA_FILE: KnownFile = KnownFile {
    path: "mnist/few-images",
    sha256: "68cf3657de7df359beb7f8eaeec5766fab5a1f86f560019e0cc7f26709bcdcf1",
};
const DATA: &[u8] = b"a few images";

/// Turns a hang into a failure, and nothing else: a busy machine is slow.
const LIMIT: Duration = Duration::from_secs(300);

/// The variables that a world has of whoever runs the tests: nothing depends on the others.
const NEUTRAL: [&str; 2] = ["PATH", "TMPDIR"];

/// A project's folder and a cache, both empty; no pip, no cargo, no NVIDIA driver.
pub struct World {
    folder: TempDir,
    pub context: Context,
}

impl World {
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("project");
        fs::create_dir(&root).unwrap();
        let context = Context {
            root,
            cache: folder.path().join("cache"),
            user_libtorch: None,
            python: folder.path().join("no-python").into(),
            cargo: folder.path().join("no-cargo").into(),
            data_files: vec![DATA_FILE],
            environment: env::vars_os()
                .filter(|(name, _)| NEUTRAL.iter().any(|neutral| name == neutral))
                .collect(),
            platform: Platform {
                system: "linux".to_owned(),
                processor: "x86_64".to_owned(),
                is_musl: false,
                version: Some((2, 36)),
            },
            offline: false,
            answer_limit: LIMIT,
            nvidia_driver: || Ok(None),
            free_disk: |_| Some(100_000_000_000),
            output: Output::recording(),
        };
        World { folder, context }
    }

    /// A folder beside the project.
    pub fn folder(&self, name: &str) -> PathBuf {
        let path = self.folder.path().join(name);
        fs::create_dir_all(&path).unwrap();
        path
    }

    /// Puts programs that only record how they are called into a folder, which it returns.
    pub fn fake_programs(&mut self) -> PathBuf {
        let programs = self.folder("programs");
        let fake =
            Path::new(&env::var_os("CARGO_MANIFEST_DIR").unwrap()).join("tests/it/support/fake.sh");
        for name in ["c++", "python", "cargo", "train", "viz", "fetch-data"] {
            symlink(&fake, programs.join(name)).unwrap();
        }
        self.set("CXX", programs.join("c++"));
        self.context.python = programs.join("python").into();
        self.context.cargo = programs.join("cargo").into();
        programs
    }

    /// Sets a variable of the user.
    pub fn set(&mut self, name: &str, value: impl Into<OsString>) {
        let environment = &mut self.context.environment;
        environment.retain(|(other, _)| other != name);
        environment.push((name.into(), value.into()));
    }

    /// How the programs were called, a line each.
    pub fn calls(&self) -> String {
        fs::read_to_string(self.folder("programs").join("calls")).unwrap_or_default()
    }

    /// Puts the data file where it belongs; returns its path.
    pub fn write_data(&self) -> PathBuf {
        let path = self.context.root.join("data").join(DATA_FILE.path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, DATA).unwrap();
        path
    }

    /// Where `.libtorch` leads to.
    pub fn linked(&self) -> Option<PathBuf> {
        fs::read_link(self.context.root.join(".libtorch")).ok()
    }
}

/// Root may write everything: the thread of a test that sees a folder as read-only gives that up.
#[cfg(target_os = "linux")]
pub fn give_up_privileges() {
    use rustix::thread::{CapabilitySet, CapabilitySets, set_capabilities};
    let none = CapabilitySets {
        effective: CapabilitySet::empty(),
        permitted: CapabilitySet::empty(),
        inheritable: CapabilitySet::empty(),
    };
    set_capabilities(None, none).expect("anyone may give up privileges");
}

/// Names of what is in a folder, sorted.
pub fn names_in(folder: &Path) -> Vec<String> {
    let mut names: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}
