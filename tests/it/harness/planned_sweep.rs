//! A planned sweep in a folder like a cluster's shared one: the plan and few images are in it, and
//! programs run there.

use std::{
    fs,
    os::unix::fs::symlink,
    path::{Path, PathBuf},
    process::Command,
};

use tempfile::TempDir;

use super::{Outcome, data, program, run};

/// The folder of the sweep, relative to the shared one.
const SWEEP: &str = "runs/it's 100% größer";

/// A planned sweep.
pub struct PlannedSweep {
    shared: TempDir,
}

impl PlannedSweep {
    /// Plans a list of experiments, none of which has been trained.
    pub fn new(list: &str) -> Self {
        PlannedSweep::with(list, &[])
    }

    /// The same with further options of `train sweep`.
    pub fn with(list: &str, options: &[&str]) -> Self {
        let sweep = PlannedSweep {
            shared: TempDir::new().unwrap(),
        };
        symlink(data::few_digits(), sweep.beside("digits")).unwrap();
        fs::write(sweep.beside("experiments.json"), list).unwrap();
        let mut plan = sweep.command("train");
        plan.args([
            "sweep",
            "experiments.json",
            "--out",
            SWEEP,
            "--data",
            "digits",
        ]);
        run(plan.args(options)).with_status(0);
        sweep
    }

    /// A program that begins in the shared folder.
    pub fn command(&self, name: &str) -> Command {
        let mut command = program(name);
        command.current_dir(self.shared.path());
        command
    }

    /// A command of `train` on the sweep.
    pub fn train(&self, name: &str) -> Command {
        let mut command = self.command("train");
        command.arg(name).arg(SWEEP);
        command
    }

    /// Runs a command of `train` on the sweep, which has to succeed, and returns what it prints.
    #[track_caller]
    pub fn ask(&self, name: &str, arguments: &[&str]) -> Outcome {
        run(self.train(name).args(arguments)).with_status(0)
    }

    /// The folder of the sweep.
    pub fn path(&self) -> PathBuf {
        self.shared.path().join(SWEEP)
    }

    /// A path in the shared folder.
    pub fn beside(&self, name: impl AsRef<Path>) -> PathBuf {
        self.shared.path().join(name)
    }
}
