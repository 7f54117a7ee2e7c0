//! The real programs, built if needed.

use std::{
    env,
    os::unix::process::CommandExt as _,
    path::{Path, PathBuf},
    process::Command,
    sync::Once,
};

/// The top folder of the project.
pub fn project() -> PathBuf {
    Path::new(&env::var_os("CARGO_MANIFEST_DIR").unwrap()).join("..")
}

/// A command of the real program `name` (`train`, `viz`, `apply` or `xtask`), run from the top folder
/// of the project.
pub fn program(name: &str) -> Command {
    static BUILT: Once = Once::new();
    BUILT.call_once(build);
    let test = env::current_exe().unwrap();
    let profile = test.ancestors().nth(2).expect("target/PROFILE/deps/TEST");
    let mut command = Command::new(profile.join(name));
    command.current_dir(project());
    reset_signals(&mut command);
    command
}

fn build() {
    let packages = ["train", "viz", "apply", "xtask"];
    let status = Command::new(env::var_os("CARGO").unwrap())
        .args(["build", "--quiet"])
        .args(packages.iter().flat_map(|package| ["-p", package]))
        .current_dir(project())
        .status()
        .unwrap();
    assert!(status.success(), "the programs cannot be built");
}

/// Makes `command` start with the default effect of signals, even if the tests run in the background
/// of a script or under `nohup`, where some are ignored.
fn reset_signals(command: &mut Command) {
    let reset = || {
        for signal in [libc::SIGINT, libc::SIGTERM, libc::SIGHUP] {
            // SAFETY: this sets no handler that could run.
            unsafe { libc::signal(signal, libc::SIG_DFL) };
        }
        Ok(())
    };
    // SAFETY: `signal` may be called between `fork` and `exec`.
    unsafe { command.pre_exec(reset) };
}

/// `command` after `limit`, a shell's command like `ulimit -f 128`.
pub fn limited(limit: &str, command: &Command) -> Command {
    let mut limited = Command::new("sh");
    limited.args(["-c", &format!("{limit}; exec \"$0\" \"$@\"")]);
    limited.arg(command.get_program()).args(command.get_args());
    for (name, value) in command.get_envs() {
        limited.env(name, value.unwrap_or_default());
    }
    limited.current_dir(project());
    reset_signals(&mut limited);
    limited
}
