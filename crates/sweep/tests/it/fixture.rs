//! A sweep in a temporary folder, and results that nobody computed.

use std::{
    collections::BTreeMap,
    fs::{self, File},
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};

use experiment::{Experiment, ExperimentFolder, Method, Metric, ModelSpec, RunFolder, RunRecord};
use sweep::{Attempt, Begun, Claims, Owner, Plan, SweepFolder, Timings};
use tempfile::TempDir;

pub struct Fixture {
    _root: TempDir,
    pub run: RunFolder,
}

/// A dense model of this id and seed.
pub fn dense(id: &str, seed: u64) -> Experiment {
    Experiment {
        id: id.into(),
        seed,
        method: Method::Autoencoder {
            model: ModelSpec::dense(&[784, 8, 784]),
            training: Default::default(),
        },
        ..Experiment::default()
    }
}

pub fn pca(seed: u64) -> Experiment {
    Experiment {
        id: "pca".into(),
        seed,
        method: Method::Pca { components: 4 },
        ..Experiment::default()
    }
}

impl Fixture {
    pub fn new(experiments: Vec<Experiment>) -> Self {
        let root = TempDir::new().unwrap();
        let run = RunFolder::new(root.path().join("sweep"));
        fs::create_dir(run.path()).unwrap();
        let fixture = Fixture { _root: root, run };
        fixture.write(&Plan::new(experiments).unwrap());
        fixture
    }

    /// Writes a plan, and the `run.json` that names it.
    pub fn write(&self, plan: &Plan) {
        let written = plan.write(&self.run).unwrap();
        let record = RunRecord {
            version: "1".into(),
            libtorch: "2".into(),
            libtorch_folder: None,
            device: "cpu".into(),
            machine: None,
            data: BTreeMap::new(),
            plan: Some(written),
        };
        self.run.write_record(&record).unwrap();
    }

    /// The sweep, prepared for work.
    pub fn open(&self) -> SweepFolder {
        let sweep = SweepFolder::open(self.run.path(), Duration::ZERO).unwrap();
        sweep.prepare().unwrap();
        sweep
    }

    pub fn path(&self, name: impl AsRef<Path>) -> PathBuf {
        self.run.path().join(name)
    }

    /// How many attempts there are.
    pub fn attempts(&self) -> usize {
        fs::read_dir(self.path("attempts")).unwrap().count()
    }
}

pub fn claims(sweep: &SweepFolder) -> Claims {
    Claims::start(sweep, Timings::default()).unwrap()
}

/// Begins an attempt that has something to do.
#[track_caller]
pub fn begin(sweep: &SweepFolder, number: usize) -> Attempt {
    match Attempt::begin(sweep, number, &Owner::this()).unwrap() {
        Begun::Attempt(attempt) => attempt,
        Begun::Published => panic!("published already"),
    }
}

/// Writes a checkpoint that holds `text`, as a training of one step leaves it.
pub fn leave_checkpoint(folder: &ExperimentFolder, experiment: &Experiment, text: &str) {
    folder.write_settings(experiment).unwrap();
    folder.write_machines(&[]).unwrap();
    let (step, epoch, loss) = (1, 1, 0.5);
    let metric = Metric::Step {
        step,
        epoch,
        loss,
        parts: None,
    };
    folder.write_metrics(&[metric]).unwrap();
    fs::write(folder.resume_path(), text).unwrap();
}

/// Writes results whose weights are `text`, and seals them. An evaluation need not be one for that.
pub fn finish(folder: &ExperimentFolder, experiment: &Experiment, text: &str) {
    folder.write_settings(experiment).unwrap();
    fs::write(folder.model_path(), text).unwrap();
    fs::write(folder.evaluation_path(), "{}").unwrap();
    folder.seal().unwrap();
}

/// Makes a file look as if it had been written `age` ago.
pub fn set_age(path: &Path, age: Duration) {
    let file = File::options().write(true).open(path).unwrap();
    file.set_modified(SystemTime::now() - age).unwrap();
}

/// Waits for an event, for as long as it takes.
pub fn wait_until(event: impl Fn() -> bool) {
    while !event() {
        std::thread::yield_now();
    }
}
