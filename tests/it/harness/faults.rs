//! A program whose file system fails at a chosen call, or that is killed or held there.

use std::{
    env,
    ffi::OsString,
    path::{Path, PathBuf},
    process::Command,
    sync::LazyLock,
};

use super::{data::empty_folder, project};

/// What happens at a call that changes a file or a folder, and at those after it.
#[derive(Clone, Copy, Debug)]
pub enum Fault {
    /// The program is killed before it; if it is a write, when half of it is done.
    Kill,
    /// If it is a write, the disk is full.
    Full,
    /// If it is a sync, it fails.
    Sync,
}

/// Makes `command` suffer `fault` from its call number `at` (from 1) on.
pub fn inflict(command: &mut Command, fault: Fault, at: usize) {
    let fault = match fault {
        Fault::Kill => "kill",
        Fault::Full => "full",
        Fault::Sync => "sync",
    };
    preload(command)
        .env("FAULT", fault)
        .env("FAULT_AT", at.to_string());
}

/// Gives `command` a file system on which every lock fails.
pub fn refuse_locks(command: &mut Command) {
    preload(command).env("FAULT_LOCKS", "refused");
}

/// Gives `command` the file system and the clock of a cluster on a bad day: locks fail, results show some
/// time after they were renamed to their place, and its clock is off by `seconds`.
pub fn make_adverse(command: &mut Command, seconds: i64) {
    refuse_locks(command);
    command.env("FAULT_ADVERSE", seconds.to_string());
}

/// Makes `command` wait at write number `at` (from 1) to the file whose path ends with `file`, until
/// its standard input ends. It writes the line "held by a test" to standard error before.
pub fn hold(command: &mut Command, file: &str, at: usize) {
    preload(command)
        .env("FAULT", "hold")
        .env("FAULT_FILE", file)
        .env("FAULT_AT", at.to_string());
}

/// Makes `command` load the library. The loader cuts `LD_PRELOAD` at spaces, of which the path of the
/// project may have some, but not the folders in which it looks for a name.
fn preload(command: &mut Command) -> &mut Command {
    let folder = library().parent().expect("a file is in a folder");
    command
        .env(
            "LD_PRELOAD",
            library().file_name().expect("a file has a name"),
        )
        .env("LD_LIBRARY_PATH", folder)
}

/// `faults.c`, compiled.
fn library() -> &'static Path {
    static LIBRARY: LazyLock<PathBuf> = LazyLock::new(|| {
        let library = empty_folder("faults").join("faults.so");
        let compiler = env::var_os("CC").unwrap_or(OsString::from("cc"));
        let status = Command::new(compiler)
            .args(["-shared", "-fPIC", "-o"])
            .arg(&library)
            .arg(project().join("tests/it/harness/faults.c"))
            .status()
            .expect("a C compiler");
        assert!(status.success(), "faults.c cannot be compiled");
        library
    });
    &LIBRARY
}
