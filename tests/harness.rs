//! What the end-to-end tests share: the real binaries, and a folder of its own for each test.

#[cfg(target_os = "linux")]
pub mod faults;
#[cfg(target_os = "linux")]
pub mod held;

use std::{
    collections::BTreeMap,
    env, fs,
    os::unix::process::CommandExt as _,
    path::{Path, PathBuf},
    process::{Child, Command, Output},
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
    hear_signals(&mut command);
    command
}

/// Has `command` start with the default effect of signals, even if the tests run in the background
/// of a script or under `nohup`, where some are ignored.
fn hear_signals(command: &mut Command) {
    let hear = || {
        for signal in [libc::SIGINT, libc::SIGTERM, libc::SIGHUP] {
            // SAFETY: this sets no handler that could run.
            unsafe { libc::signal(signal, libc::SIG_DFL) };
        }
        Ok(())
    };
    // SAFETY: `signal` may be called between `fork` and `exec`.
    unsafe { command.pre_exec(hear) };
}

/// The text that a command wrote to standard error.
pub fn message(assert: &assert_cmd::assert::Assert) -> String {
    String::from_utf8_lossy(&assert.get_output().stderr).into_owned()
}

/// `train run` of the experiments in `file` into `out`, on the CPU.
pub fn train(file: &Path, out: &Path) -> Command {
    let mut train = std_command("train");
    train.args(["run", "--device", "cpu", "--experiments"]);
    train.arg(file).arg("--out").arg(out);
    train
}

/// Runs a command to its end; returns its exit status, none if a signal ended it, and the text
/// that it wrote to standard error.
///
/// # Panics
/// If it cannot be started, or a panic's message is in that text.
pub fn end(command: &mut Command) -> (Option<i32>, String) {
    let Output { status, stderr, .. } = command.output().expect("the program can be started");
    let said = String::from_utf8_lossy(&stderr).into_owned();
    assert!(!said.contains("panicked"), "{said}");
    (status.code(), said)
}

/// A program that a test watches while it runs. It is killed if the test fails before it ends.
#[derive(Debug)]
pub struct Running(pub Child);

impl Drop for Running {
    fn drop(&mut self) {
        // It has ended already if all went well.
        _ = self.0.kill();
        _ = self.0.wait();
    }
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
    limited
}

/// Every file in a folder and in those below, by its path in it, with its content.
///
/// # Panics
/// If one cannot be read.
pub fn contents(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut files = BTreeMap::new();
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("a folder").path();
        let name = PathBuf::from(path.file_name().expect("an entry has a name"));
        if path.is_dir() {
            let below = contents(&path).into_iter();
            files.extend(below.map(|(path, bytes)| (name.join(path), bytes)));
        } else {
            files.insert(name, fs::read(&path).expect("a file"));
        }
    }
    files
}

/// What must be the same in a run that was disturbed: [`contents`] without the speeds that
/// `metrics.jsonl` records, and without the digests of these.
///
/// # Panics
/// If a file cannot be read, or a line of metrics is damaged.
pub fn results(run: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut files = contents(run);
    for (path, bytes) in &mut files {
        if path.ends_with("metrics.jsonl") {
            *bytes = without_speeds(bytes);
        } else if path.ends_with("SHA256SUMS") {
            let text = std::str::from_utf8(bytes).expect("digests are text");
            let lines = text.lines().filter(|line| !line.ends_with("metrics.jsonl"));
            *bytes = lines.collect::<Vec<_>>().join("\n").into_bytes();
        }
    }
    files
}

fn without_speeds(metrics: &[u8]) -> Vec<u8> {
    let text = std::str::from_utf8(metrics).expect("metrics are text");
    let line = |line: &str| -> String {
        let mut metric: serde_json::Value = serde_json::from_str(line).expect("a metric");
        if let Some(fields) = metric.as_object_mut() {
            fields.remove("images_per_second");
        }
        metric.to_string() + "\n"
    };
    text.lines().map(line).collect::<String>().into_bytes()
}
