//! Programs that run, and how they ended.

use std::process::{Child, Command, Output};

/// How a program ended.
#[derive(Debug)]
pub struct Outcome {
    /// The exit status; `None` if a signal ended it.
    pub status: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

impl Outcome {
    /// Checks the exit status.
    #[track_caller]
    pub fn with_status(self, expected: i32) -> Self {
        assert_eq!(self.status, Some(expected), "{}", self.stderr);
        self
    }

    /// Checks that each of `parts` was written to standard error.
    #[track_caller]
    pub fn saying(self, parts: &[&str]) -> Self {
        for part in parts {
            let said = &self.stderr;
            assert!(said.contains(part), "expected {part:?} in {said}");
        }
        self
    }
}

/// Runs a command to its end.
///
/// # Panics
/// If it cannot be started, or it panicked.
#[track_caller]
pub fn run(command: &mut Command) -> Outcome {
    let Output {
        status,
        stdout,
        stderr,
    } = command.output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    let outcome = Outcome {
        status: status.code(),
        stdout: text(stdout),
        stderr: text(stderr),
    };
    assert!(!outcome.stderr.contains("panicked"), "{}", outcome.stderr);
    outcome
}

/// A program that a test watches while it runs. It is killed if the test fails before it ends.
#[derive(Debug)]
pub struct RunningProgram(pub Child);

impl Drop for RunningProgram {
    fn drop(&mut self) {
        // It has ended already if all went well.
        _ = self.0.kill();
        _ = self.0.wait();
    }
}
