//! A program that is held in the middle of its work, so that a test can act before it continues.

use std::{
    io::{BufRead, BufReader, Lines},
    process::{ChildStderr, Command, Stdio},
};

use rustix::process::{Pid, Signal, kill_process};

use super::{Outcome, RunningProgram, faults};

/// A program one of whose threads waits at a write to a file.
#[derive(Debug)]
pub struct HeldProgram {
    program: RunningProgram,
    lines: Lines<BufReader<ChildStderr>>,
    stderr: String,
}

impl HeldProgram {
    /// Starts `command`, and waits until it is held at write number `at` (from 1) to the file whose
    /// path ends with `file`.
    ///
    /// # Panics
    /// If it ends without that write.
    #[track_caller]
    pub fn start(mut command: Command, file: &str, at: usize) -> Self {
        faults::hold(&mut command, file, at);
        let command = command.stdin(Stdio::piped()).stderr(Stdio::piped());
        let mut program = RunningProgram(command.spawn().unwrap());
        let stderr = program.0.stderr.take().unwrap();
        let mut held = HeldProgram {
            program,
            lines: BufReader::new(stderr).lines(),
            stderr: String::new(),
        };
        held.wait_for("held by a test");
        held
    }

    /// Sends it a signal.
    pub fn signal(&self, signal: Signal) {
        kill_process(Pid::from_child(&self.program.0), signal).unwrap();
    }

    /// Waits until it writes a line with `text` in it to standard error.
    ///
    /// # Panics
    /// If it ends before.
    #[track_caller]
    pub fn wait_for(&mut self, text: &str) {
        while let Some(line) = self.read_line() {
            if line.contains(text) {
                return;
            }
        }
        panic!("expected {text:?} in {}", self.stderr);
    }

    /// Lets it continue.
    pub fn release(&mut self) {
        self.program.0.stdin = None;
    }

    /// Waits until it has ended.
    ///
    /// # Panics
    /// If it panicked.
    #[track_caller]
    pub fn end(mut self) -> Outcome {
        while self.read_line().is_some() {}
        // `wait` would close its standard input, and so release it.
        let stdin = self.program.0.stdin.take();
        let status = self.program.0.wait().unwrap();
        drop(stdin);
        assert!(!self.stderr.contains("panicked"), "{}", self.stderr);
        Outcome {
            status: status.code(),
            stdout: String::new(),
            stderr: self.stderr,
        }
    }

    fn read_line(&mut self) -> Option<String> {
        let line = self.lines.next()?.unwrap();
        self.stderr += &line;
        self.stderr.push('\n');
        Some(line)
    }
}
