//! The benchmark with the real `train` on a few images.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Stdio,
    thread,
};

use bench::{
    comparison::{self, Plan},
    interrupt::Interrupt,
    measuring::train_runner::TrainRunner,
    scaling,
    workloads::Workload,
};
use experiment::Experiment;
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use tempfile::TempDir;

use crate::harness::{RunningProgram, program, project};

struct World {
    train: TrainRunner,
    out: PathBuf,
    temporary: PathBuf,
    _folder: TempDir,
}

fn world() -> World {
    let folder = TempDir::new().unwrap();
    let [out, temporary] = ["out", "temporary"].map(|name| folder.path().join(name));
    fs::create_dir(&out).unwrap();
    fs::create_dir(&temporary).unwrap();
    World {
        train: TrainRunner {
            train: program("train").get_program().into(),
            data: project().join("data"),
            temporary: temporary.clone(),
            interrupt: Interrupt::default(),
        },
        out,
        temporary,
        _folder: folder,
    }
}

impl World {
    fn json(&self, name: &str) -> Value {
        serde_json::from_slice(&fs::read(self.out.join(name)).unwrap()).unwrap()
    }
}

fn workload(id: &str) -> Workload {
    let mut workloads = Workload::of_assignment().into_iter();
    workloads.find(|workload| workload.id() == id).unwrap()
}

/// The experiment of a workload, on few images for one epoch.
fn short(workload: &Workload) -> Experiment {
    let mut experiment = workload.experiment.clone();
    experiment.training_images = Some(300);
    experiment.method.training_mut().unwrap().epochs = 1;
    experiment
}

#[test]
fn rates_memory_and_a_full_run_are_measured_and_no_run_folder_is_left() {
    let world = world();
    let workload = workload("standard-ae-64");
    let plan = Plan {
        full_run: vec![short(&workload)],
        workloads: vec![workload],
        images: 600,
        epochs: 2,
        repeats: 1,
        jobs: 2,
    };
    comparison::measure(&plan, &world.train, None, &world.out, &|_| {}).unwrap();

    let results = world.json("bench.json");
    let found = |path: &str| results.pointer(path).and_then(Value::as_f64);
    for path in [
        "/matmul_gflops/median",
        "/matmul_gflops_side_by_side/median",
        "/pca/ours/median",
        "/read/ours/median",
        "/workloads/0/alone/images_per_second/median",
        "/workloads/0/side_by_side/epoch_seconds/median",
        "/full_run/measured/median",
        "/full_run/training",
    ] {
        assert!(
            found(path).is_some_and(|value| value > 0.0),
            "{path}: {results}"
        );
    }
    // libtorch and the data alone are more than this.
    for path in [
        "/workloads/0/alone/peak_memory/median",
        "/full_run/peak_memory/median",
    ] {
        assert!(
            found(path).is_some_and(|bytes| bytes > 100e6),
            "{path}: {results}"
        );
    }
    assert_eq!(found("/workloads/0/operations_per_image"), Some(501_760.0));
    assert_eq!(
        found("/workloads/0/notebook/images_per_second/median"),
        None
    );
    assert_eq!(fs::read_dir(&world.temporary).unwrap().count(), 0);
}

#[test]
fn a_train_that_fails_is_reported_with_its_last_message() {
    let mut world = world();
    world.train.data = world.out.clone();
    let experiment = workload("standard-ae-64").experiment;
    let error = world.train.epochs(&experiment, 600, 1, 1).unwrap_err();
    let error = format!("{error:#}");
    assert!(error.contains("cargo xtask fetch-data"), "{error}");
}

#[test]
fn a_signal_ends_the_program_and_its_training_and_leaves_no_folder() {
    let world = world();
    let mut bench = program("bench");
    bench.args(["--scaling", "--out"]).arg(&world.out);
    bench.env("TMPDIR", &world.temporary).stdout(Stdio::null());
    let mut bench = RunningProgram(bench.spawn().unwrap());
    while !is_training(&world.temporary) {
        assert_eq!(bench.0.try_wait().unwrap(), None);
        thread::yield_now();
    }
    kill_process(Pid::from_child(&bench.0), Signal::TERM).unwrap();
    assert_eq!(bench.0.wait().unwrap().code(), Some(130));
    assert_eq!(fs::read_dir(&world.temporary).unwrap().count(), 0);
}

/// Whether an experiment is being trained in a folder below this one.
fn is_training(folder: &Path) -> bool {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut paths = entries.map(|entry| entry.path());
    paths.any(|path| path.ends_with("metrics.jsonl") || is_training(&path))
}

#[test]
fn scaling_draws_what_it_measured() {
    let world = world();
    let plan = scaling::Plan {
        images: vec![300, 600],
        hidden: vec![16, 32],
        images_of_hidden: 300,
        jobs: vec![1, 2],
        epochs: 1,
        repeats: 1,
    };
    scaling::run(&world.train, &plan, &world.out, &|_| {}).unwrap();
    let sizes = world.json("scaling.json");
    assert_eq!(sizes.as_array().unwrap().len(), 8);
    for figure in [
        "time-images",
        "time-hidden-units",
        "memory-images",
        "memory-hidden-units",
    ] {
        let svg = fs::read_to_string(world.out.join(format!("scaling-{figure}.svg"))).unwrap();
        assert!(svg.contains("2 side by side"), "{figure}");
    }
    let tables = fs::read_to_string(world.out.join("scaling.md")).unwrap();
    assert!(tables.contains("| 600 | 2 |"), "{tables}");
}
