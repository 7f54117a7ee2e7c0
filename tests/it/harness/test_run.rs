//! A list of experiments and the run folder of their results, for one test. Finished runs are made
//! once, and copied for each test that needs one.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    sync::LazyLock,
};

use experiment::RunFolder;
use tempfile::TempDir;

use super::{Outcome, assert_same, contents, data, program, project, run};

/// A dense model and PCA, small, for tests to which it does not matter what is trained. The
/// training has three epochs of three steps.
pub const DENSE_AND_PCA: &str = r#"[
    {"id": "dense", "training_images": 300,
     "model": {"kind": "dense", "widths": [784, 8, 784], "code_layer": 1, "output": "relu"},
     "training": {"epochs": 3, "batch_size": 100, "learning_rate": 1e-3}},
    {"id": "pca", "training_images": 300, "model": {"kind": "pca", "components": 5}}
]"#;

/// A finished run of [`DENSE_AND_PCA`].
pub static FINISHED_RUN: LazyLock<SharedRun> =
    LazyLock::new(|| SharedRun::new("finished", DENSE_AND_PCA, &[]));

/// Experiments and the folder of their results, in a temporary folder.
pub struct TestRun {
    pub run: RunFolder,
    experiments: PathBuf,
    folder: TempDir,
}

impl TestRun {
    /// A list of experiments, none of which has been trained.
    pub fn new(list: &str) -> Self {
        let test = TestRun::in_folder(TempDir::new().unwrap());
        fs::write(&test.experiments, list).unwrap();
        test
    }

    /// Replaces the list.
    pub fn rewrite(&self, list: &str) {
        fs::write(&self.experiments, list).unwrap();
    }

    fn in_folder(folder: TempDir) -> Self {
        TestRun {
            run: RunFolder::new(folder.path().join(RUN)),
            experiments: folder.path().join(EXPERIMENTS),
            folder,
        }
    }

    /// `train run` of the experiments into the run folder, on few images.
    pub fn command(&self) -> Command {
        self.command_into(self.run.path())
    }

    /// The same into another folder.
    pub fn command_into(&self, out: &Path) -> Command {
        train(&self.experiments, data::few_images(), out)
    }

    /// The same on all images.
    pub fn command_on_all_images(&self) -> Command {
        train(&self.experiments, &project().join("data"), self.run.path())
    }

    /// Runs [`TestRun::command`].
    #[track_caller]
    pub fn train(&self) -> Outcome {
        run(&mut self.command())
    }

    /// A path in the temporary folder, beside the run folder.
    pub fn beside(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Checks that the command ends with `status`, says each of `parts`, and changes nothing in the
    /// run folder.
    #[track_caller]
    pub fn assert_refused(&self, status: i32, parts: &[&str]) {
        let before = contents(self.run.path());
        self.train().with_status(status).saying(parts);
        assert_same(&before, &contents(self.run.path()));
    }
}

/// A finished run that no test changes.
pub struct SharedRun {
    folder: PathBuf,
}

const EXPERIMENTS: &str = "experiments.json";
const RUN: &str = "run";

impl SharedRun {
    /// Trains a list of experiments. Each shared run has a `name` that no other has.
    pub fn new(name: &str, list: &str, arguments: &[&str]) -> Self {
        let folder = data::empty_folder(name);
        let experiments = folder.join(EXPERIMENTS);
        fs::write(&experiments, list).unwrap();
        let mut train = train(&experiments, data::few_images(), &folder.join(RUN));
        run(train.args(arguments)).with_status(0);
        SharedRun { folder }
    }

    /// The run folder.
    pub fn path(&self) -> PathBuf {
        self.folder.join(RUN)
    }

    /// A copy that a test may change.
    pub fn copy(&self) -> TestRun {
        let folder = TempDir::new().unwrap();
        copy_folder(&self.folder, folder.path());
        TestRun::in_folder(folder)
    }
}

fn train(experiments: &Path, data: &Path, out: &Path) -> Command {
    let mut train = program("train");
    train.args(["run", "--device", "cpu", "--experiments"]);
    train.arg(experiments).arg("--data").arg(data);
    train.arg("--out").arg(out);
    train
}

fn copy_folder(from: &Path, to: &Path) {
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let copy = to.join(path.file_name().unwrap());
        if path.is_dir() {
            fs::create_dir(&copy).unwrap();
            copy_folder(&path, &copy);
        } else {
            fs::copy(&path, &copy).unwrap();
        }
    }
}
