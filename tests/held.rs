//! A program that is held in the middle of its work, so that a test can act before it continues.

use std::{
    io::{BufRead, BufReader, Lines},
    process::{ChildStderr, Command, Stdio},
};

use rustix::process::{Pid, Signal, kill_process};

use crate::{Running, faults::Faults};

/// A program one of whose threads waits at a write to a file.
#[derive(Debug)]
pub struct Held {
    program: Running,
    lines: Lines<BufReader<ChildStderr>>,
    said: String,
}

impl Held {
    /// Starts `command`, and waits until it is held at write number `at` (from 1) to the file whose
    /// path ends with `file`.
    ///
    /// # Panics
    /// If it cannot be started, there is no C compiler, or it ends without that write.
    pub fn start(mut command: Command, file: &str, at: usize) -> Self {
        // The library has been loaded when it is removed.
        let faults = Faults::compile();
        faults.hold(&mut command, file, at);
        let command = command.stdin(Stdio::piped()).stderr(Stdio::piped());
        let mut program = Running(command.spawn().expect("the program can be started"));
        let stderr = program.0.stderr.take().expect("a pipe");
        let mut held = Held {
            program,
            lines: BufReader::new(stderr).lines(),
            said: String::new(),
        };
        held.wait_for("held");
        held
    }

    /// Sends it a signal.
    ///
    /// # Panics
    /// If it has been waited for already.
    pub fn signal(&self, signal: Signal) {
        kill_process(Pid::from_child(&self.program.0), signal).expect("it has not ended");
    }

    /// Waits until it writes a line with `text` in it to standard error.
    ///
    /// # Panics
    /// If it ends before.
    pub fn wait_for(&mut self, text: &str) {
        while let Some(line) = self.read_line() {
            if line.contains(text) {
                return;
            }
        }
        panic!("expected {text:?} in {}", self.said);
    }

    /// Lets it continue.
    pub fn release(&mut self) {
        self.program.0.stdin = None;
    }

    /// Waits until it has ended; returns its exit status, none if a signal ended it, and the text
    /// that it wrote to standard error.
    ///
    /// # Panics
    /// If a panic's message is in that text.
    pub fn end(mut self) -> (Option<i32>, String) {
        while self.read_line().is_some() {}
        // `wait` would close its standard input, and release it.
        let stdin = self.program.0.stdin.take();
        let status = self.program.0.wait().expect("a child");
        drop(stdin);
        assert!(!self.said.contains("panicked"), "{}", self.said);
        (status.code(), self.said)
    }

    fn read_line(&mut self) -> Option<String> {
        let line = self.lines.next()?.expect("text");
        self.said += &line;
        self.said.push('\n');
        Some(line)
    }
}
