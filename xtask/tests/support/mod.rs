//! What several tests need: a server on this machine, zip files, a context of temporary folders.

#![allow(dead_code, unused_imports, reason = "each test file uses a part of it")]

pub mod doctor;
mod libtorch;
mod server;
pub mod target;

use std::{
    fs,
    io::{Cursor, Write},
    os::unix::fs::symlink,
    path::{Path, PathBuf},
    time::Duration,
};

pub use libtorch::{
    expected_libraries, library, libtorch_files, set_up, unpacked_libtorch, with_wheels,
};
pub use server::{Answer, Rest, Server};

use mnist_io::catalog::KnownFile;
use tempfile::TempDir;
use xtask::{context::Context, output::Output, transfer::Patience};
use zip::{ZipWriter, write::SimpleFileOptions};

/// A data file of a few bytes: [`DATA`].
pub const DATA_FILE: KnownFile = KnownFile {
    path: "mnist/few-images",
    sha256: "68cf3657de7df359beb7f8eaeec5766fab5a1f86f560019e0cc7f26709bcdcf1",
};
pub const DATA: &[u8] = b"a few images";

/// Turns a hang into a failure, and nothing else: a server on this machine may be slow to answer.
pub const LIMIT: Duration = Duration::from_secs(300);

/// No test waits for its limits; the waits between attempts are short.
pub const PATIENCE: Patience = Patience {
    connect: LIMIT,
    response: LIMIT,
    silence: LIMIT,
    slowest: 1,
    attempts: 3,
    pause: Duration::from_millis(1),
};

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
            compiler: "c++".into(),
            offline: false,
            patience: PATIENCE,
            answer_within: LIMIT,
            nvidia_driver: || Ok(None),
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

    /// Puts programs that do nothing but note how they are called into a folder, which it gives.
    pub fn fake_programs(&mut self) -> PathBuf {
        let programs = self.folder("programs");
        let fake = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/support/fake.sh");
        for name in ["c++", "python", "cargo", "train", "viz"] {
            symlink(&fake, programs.join(name)).unwrap();
        }
        self.context.compiler = programs.join("c++").into();
        self.context.python = programs.join("python").into();
        self.context.cargo = programs.join("cargo").into();
        programs
    }

    /// Puts the data file where it belongs; gives its path.
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

/// A zip file of these paths and contents.
pub fn zip_of<N: AsRef<str>, C: AsRef<[u8]>>(files: &[(N, C)]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in files {
        writer
            .start_file(name.as_ref(), SimpleFileOptions::default())
            .unwrap();
        writer.write_all(content.as_ref()).unwrap();
    }
    writer.finish().unwrap().into_inner()
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
