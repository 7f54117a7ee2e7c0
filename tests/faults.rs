//! A program whose file system fails at a chosen call, or that is killed there.

use std::{env, ffi::OsString, path::PathBuf, process::Command};

use tempfile::TempDir;

use crate::project;

/// What becomes of a call that changes a file or a folder, and of those after it.
#[derive(Clone, Copy, Debug)]
pub enum Fault {
    /// The program is killed before it; if it is a write, when half of it is done.
    Kill,
    /// If it is a write, the disk is full.
    Full,
    /// If it is a sync, it fails.
    Sync,
}

/// The library that a program suffers faults by, compiled from `faults.c`.
#[derive(Debug)]
pub struct Faults {
    folder: TempDir,
}

impl Faults {
    /// Compiles it.
    ///
    /// # Panics
    /// If there is no C compiler.
    pub fn compile() -> Self {
        let folder = TempDir::new().expect("a temporary folder");
        let faults = Faults { folder };
        let compiler = env::var_os("CC").unwrap_or(OsString::from("cc"));
        let status = Command::new(compiler)
            .args(["-shared", "-fPIC", "-o"])
            .arg(faults.library())
            .arg(project().join("tests/faults.c"))
            .status()
            .expect("a C compiler");
        assert!(status.success(), "tests/faults.c cannot be compiled");
        faults
    }

    /// Has `command` suffer `fault` from its call number `at` (from 1) on.
    pub fn inflict(&self, command: &mut Command, fault: Fault, at: usize) {
        let fault = match fault {
            Fault::Kill => "kill",
            Fault::Full => "full",
            Fault::Sync => "sync",
        };
        command
            .env("LD_PRELOAD", self.library())
            .env("FAULT", fault)
            .env("FAULT_AT", at.to_string());
    }

    /// Has `command` wait at write number `at` (from 1) to the file whose path ends with `file`, until
    /// its standard input ends. It says so by the line "held".
    pub(crate) fn hold(&self, command: &mut Command, file: &str, at: usize) {
        command
            .env("LD_PRELOAD", self.library())
            .env("FAULT", "hold")
            .env("FAULT_FILE", file)
            .env("FAULT_AT", at.to_string());
    }

    fn library(&self) -> PathBuf {
        self.folder.path().join("faults.so")
    }
}
