//! What the end-to-end tests share: the real binaries, and a folder of its own for each test.

use std::{
    env,
    path::{Path, PathBuf},
    process::Command,
    sync::Once,
};

/// The top folder of the project.
pub fn project() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// A command of the real binary `name` (`train`, `viz` or `xtask`), built if need be, run from the
/// top folder of the project.
///
/// # Panics
/// If it cannot be built.
pub fn command(name: &str) -> assert_cmd::Command {
    assert_cmd::Command::from_std(std_command(name))
}

/// As [`command`], to be started and watched while it runs.
///
/// # Panics
/// If it cannot be built.
pub fn std_command(name: &str) -> Command {
    static BUILT: Once = Once::new();
    BUILT.call_once(|| {
        let status = Command::new(env!("CARGO"))
            .args([
                "build", "--quiet", "-p", "train", "-p", "viz", "-p", "xtask",
            ])
            .current_dir(project())
            .status()
            .expect("cargo can be started");
        assert!(status.success(), "the binaries cannot be built");
    });
    let test = env::current_exe().expect("a test is a file");
    let profile = test
        .ancestors()
        .nth(2)
        .expect("a test lies in target/PROFILE/deps");
    let mut command = Command::new(profile.join(name));
    command.current_dir(project());
    command
}

/// The text that a command wrote to standard error.
pub fn message(assert: &assert_cmd::assert::Assert) -> String {
    String::from_utf8_lossy(&assert.get_output().stderr).into_owned()
}
