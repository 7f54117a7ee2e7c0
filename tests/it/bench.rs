//! `bench` with the real `train` on a few images.

use std::{fs, path::PathBuf, thread};

use experiment::Experiment;
use rustix::process::{Signal, getpid, kill_process};
use serde_json::Value;
use tempfile::TempDir;
use xtask::{
    bench::{self, Plan, kinds::Kind, ours::Ours, scaling},
    context::Context,
    interrupt::{Interrupt, Interrupted},
    output::Output,
};

use crate::harness::{data::few_images, program};

struct World {
    context: Context,
    ours: Ours,
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
        context: Context {
            output: Output::recording(),
            ..Context::from_environment(false).unwrap()
        },
        ours: Ours {
            train: program("train").get_program().into(),
            data: few_images().into(),
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

fn kind(id: &str) -> Kind {
    let mut kinds = Kind::of_assignment().into_iter();
    kinds.find(|kind| kind.id() == id).unwrap()
}

/// The experiment of a kind, on few images for one epoch.
fn short(kind: &Kind) -> Experiment {
    let mut experiment = kind.experiment.clone();
    experiment.training_images = Some(300);
    experiment.method.training_mut().unwrap().epochs = 1;
    experiment
}

#[test]
fn rates_memory_and_the_whole_are_measured_and_no_run_folder_is_left() {
    let world = world();
    let kind = kind("standard-ae-64");
    let plan = Plan {
        whole: vec![short(&kind)],
        kinds: vec![kind],
        images: 600,
        epochs: 2,
        repeats: 1,
        jobs: 2,
    };
    bench::measure(&world.context, &plan, &world.ours, None, &world.out).unwrap();

    let results = world.json("bench.json");
    let found = |path: &str| results.pointer(path).and_then(Value::as_f64);
    for path in [
        "/matmul_gflops/median",
        "/matmul_gflops_side_by_side/median",
        "/pca/ours/median",
        "/read/ours/median",
        "/kinds/0/alone/images_per_second/median",
        "/kinds/0/side_by_side/epoch_seconds/median",
        "/whole/measured/median",
        "/whole/training",
    ] {
        assert!(
            found(path).is_some_and(|value| value > 0.0),
            "{path}: {results}"
        );
    }
    // libtorch and the data alone are more than this.
    for path in [
        "/kinds/0/alone/peak_memory/median",
        "/whole/peak_memory/median",
    ] {
        assert!(
            found(path).is_some_and(|bytes| bytes > 100e6),
            "{path}: {results}"
        );
    }
    assert_eq!(found("/kinds/0/operations_per_image"), Some(501_760.0));
    assert_eq!(found("/kinds/0/notebook/images_per_second/median"), None);
    assert_eq!(fs::read_dir(&world.temporary).unwrap().count(), 0);
}

#[test]
fn a_train_that_fails_is_reported_with_its_last_words() {
    let mut world = world();
    world.ours.data = world.out.clone();
    let experiment = kind("standard-ae-64").experiment;
    let error = world.ours.epochs(&experiment, 600, 1, 1).unwrap_err();
    let error = format!("{error:#}");
    assert!(error.contains("cargo xtask fetch-data"), "{error}");
}

#[test]
fn a_signal_ends_the_training_and_leaves_no_folder() {
    let mut world = world();
    world.ours.interrupt = Interrupt::listen().unwrap();
    kill_process(getpid(), Signal::TERM).unwrap();
    while world.ours.interrupt.check().is_ok() {
        thread::yield_now();
    }
    let experiment = kind("standard-ae-64").experiment;
    let error = world.ours.epochs(&experiment, 600, 1, 1).unwrap_err();
    assert!(error.is::<Interrupted>(), "{error:#}");
    assert_eq!(fs::read_dir(&world.temporary).unwrap().count(), 0);
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
    scaling::run(&world.context, &world.ours, &plan, &world.out).unwrap();
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
