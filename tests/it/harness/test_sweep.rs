//! A sweep of small experiments, for one test.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use experiment::RunFolder;
use serde_json::Value;
use tempfile::TempDir;

use super::{Outcome, Snapshot, data::few_digits, program, results, run};

/// Seconds between two signs of life of a worker. One that gives none for ten times as long is taken for
/// dead.
const HEARTBEAT: &str = "1";

/// A list of experiments and the folder in which they are planned.
pub struct TestSweep {
    pub run: RunFolder,
    folder: TempDir,
}

impl TestSweep {
    /// Plans a list of experiments, on few images.
    #[track_caller]
    pub fn new(list: &str, seeds: usize) -> Self {
        let folder = TempDir::new().unwrap();
        let sweep = TestSweep {
            run: RunFolder::new(folder.path().join("sweep")),
            folder,
        };
        sweep.plan(list, seeds).with_status(0);
        sweep
    }

    /// `train sweep` of a list into the folder.
    pub fn plan(&self, list: &str, seeds: usize) -> Outcome {
        let file = self.beside("experiments.json");
        fs::write(&file, list).unwrap();
        let mut sweep = program("train");
        sweep
            .arg("sweep")
            .arg(file)
            .arg("--out")
            .arg(self.run.path());
        sweep.args(["--device", "cpu", "--seeds", &seeds.to_string(), "--data"]);
        run(sweep.arg(few_digits()))
    }

    /// `train COMMAND` of the folder.
    pub fn command(&self, name: &str) -> Command {
        let mut command = program("train");
        command.arg(name).arg(self.run.path());
        command.args(["--heartbeat", HEARTBEAT]);
        command
    }

    /// Runs `train work`.
    pub fn work(&self, arguments: &[&str]) -> Outcome {
        run(self.command("work").args(arguments))
    }

    /// What `train status --json` prints.
    #[track_caller]
    pub fn status(&self) -> Value {
        let outcome = run(self.command("status").arg("--json")).with_status(0);
        serde_json::from_str(&outcome.stdout).unwrap()
    }

    /// The states of all experiments, by their numbers.
    #[track_caller]
    pub fn states(&self) -> Vec<String> {
        let status = self.status();
        let experiments = status["experiments"].as_array().unwrap();
        let state = |experiment: &Value| experiment["state"].as_str().unwrap().to_owned();
        experiments.iter().map(state).collect()
    }

    /// What `train remaining` prints.
    pub fn remaining(&self, arguments: &[&str]) -> String {
        let outcome = run(self.command("remaining").args(arguments)).with_status(0);
        outcome.stdout.trim().to_owned()
    }

    /// The same experiments, computed by `train run` in one process.
    #[track_caller]
    pub fn in_one_process(&self, seeds: usize) -> RunFolder {
        let out = self.beside("one-process");
        let mut train = program("train");
        train.args(["run", "--experiments"]);
        train.arg(self.beside("experiments.json"));
        train.arg("--out").arg(&out).arg("--data").arg(few_digits());
        run(train.args(["--device", "cpu", "--seeds", &seeds.to_string()])).with_status(0);
        RunFolder::new(out)
    }

    /// A path in the temporary folder, beside the sweep.
    pub fn beside(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The folders of attempts.
    pub fn attempts(&self) -> Vec<PathBuf> {
        let entries = fs::read_dir(self.run.path().join("attempts")).unwrap();
        entries.map(|entry| entry.unwrap().path()).collect()
    }
}

/// The results in a run folder, of all seeds, whatever else it has.
pub fn all_results(run: &Path) -> Snapshot {
    let mut all = Snapshot::new();
    for part in ["experiments", "seeds"] {
        let folder = run.join(part);
        if folder.exists() {
            let files = results(&folder).into_iter();
            all.extend(files.map(|(path, bytes)| (Path::new(part).join(path), bytes)));
        }
    }
    all
}
