//! The other side of `bench` with programs that stand for Python.

mod support;

use std::{
    fs::{self, Permissions},
    os::unix::fs::PermissionsExt,
    path::PathBuf,
};

use experiment::{Experiment, assignment};
use rustix::process::{Signal, getpid, kill_process};
use serde_json::json;
use support::World;
use xtask::{
    bench::{
        environment,
        ours::Ours,
        pytorch::{PyTorch, Way},
    },
    interrupt::{Interrupt, Interrupted},
};

fn deep() -> Experiment {
    assignment::full(1).swap_remove(1)
}

/// A shell script that answers requests.
fn start(world: &World, script: &str, interrupt: Interrupt) -> PyTorch {
    let folder = world.folder("pytorch");
    let path = folder.join("measure");
    fs::write(&path, script).unwrap();
    let ours = Ours {
        train: PathBuf::new(),
        data: "data".into(),
        temporary: folder,
        interrupt,
    };
    PyTorch::start("sh".as_ref(), &path, &ours).unwrap()
}

#[test]
fn requests_are_answered_one_by_one() {
    let world = World::new();
    // Settings reach the program for the best way alone.
    let script = r#"
        while read -r request; do
            case "$request" in
            *'"task":"read"'*) echo '{"seconds": 0.25}' ;;
            *mnist-1*'"fused":true'* | *'"fused":true'*mnist-1*)
                echo '{"images_per_second": 300.0, "peak_memory": 4096}' ;;
            *) echo '{"images_per_second": 200.0, "peak_memory": 4096}' ;;
            esac
        done"#;
    let mut pytorch = start(&world, script, Interrupt::default());
    assert_eq!(pytorch.read().unwrap(), 0.25);
    let settings = json!({"fused": true});
    let mut rate = |way| {
        let speed = pytorch.epochs(&deep(), way, &settings, 512, 1).unwrap();
        speed.images_per_second
    };
    assert_eq!((rate(Way::Best), rate(Way::Tensors)), (300.0, 200.0));
}

#[test]
fn a_program_that_ends_early_is_an_error() {
    let world = World::new();
    let mut pytorch = start(&world, "read -r request; exit 1", Interrupt::default());
    let error = pytorch.pca(30).unwrap_err().to_string();
    assert!(
        error.contains("measure.py ended before its time"),
        "{error}"
    );
}

#[test]
fn a_signal_ends_a_program_that_does_not_answer() {
    let world = World::new();
    let interrupt = Interrupt::listen().unwrap();
    kill_process(getpid(), Signal::TERM).unwrap();
    let mut pytorch = start(&world, "tail -f /dev/null", interrupt);
    assert!(pytorch.read().unwrap_err().is::<Interrupted>());
}

#[test]
fn the_environment_is_made_once_for_each_list_of_packages() {
    let mut world = World::new();
    let programs = world.fake_programs();
    let requirements = programs.join("requirements.txt");
    fs::write(&requirements, "torch==1").unwrap();
    let python = environment::install(&world.context, &requirements).unwrap();
    assert!(python.exists());
    let calls = || {
        fs::read_to_string(programs.join("calls"))
            .unwrap()
            .lines()
            .count()
    };
    let first = calls();
    environment::install(&world.context, &requirements).unwrap();
    assert_eq!(calls(), first);

    fs::write(&requirements, "torch==2").unwrap();
    environment::install(&world.context, &requirements).unwrap();
    assert_eq!(calls(), 2 * first);
    let names = support::names_in(&world.context.cache);
    assert_eq!(names, ["bench-pytorch", "lock"]);

    fs::write(&requirements, "torch==3").unwrap();
    world.context.offline = true;
    let error = environment::install(&world.context, &requirements).unwrap_err();
    assert!(error.to_string().contains("--offline forbids"), "{error}");
    assert_eq!(calls(), 2 * first);
}

#[test]
fn a_copy_that_fails_beside_a_living_one_is_not_waited_for() {
    let world = World::new();
    let train = world.folder("programs").join("train");
    let script = "#!/bin/sh\n\
                  echo 'deep-ae-10-2     failed: the loss of step 1 is NaN' >&2\n\
                  exec tail -f /dev/null\n";
    fs::write(&train, script).unwrap();
    fs::set_permissions(&train, Permissions::from_mode(0o755)).unwrap();
    let ours = Ours {
        train,
        data: "data".into(),
        temporary: world.folder("temporary"),
        interrupt: Interrupt::default(),
    };
    let error = ours.epochs(&deep(), 1000, 1, 2).unwrap_err().to_string();
    assert!(error.contains("the loss of step 1 is NaN"), "{error}");
}

#[test]
fn packages_that_cannot_be_installed_leave_no_environment() {
    let mut world = World::new();
    let programs = world.fake_programs();
    let requirements = programs.join("requirements.txt");
    fs::write(&requirements, "torch==1").unwrap();
    fs::write(programs.join("python-fails"), "1").unwrap();
    let error = environment::install(&world.context, &requirements).unwrap_err();
    assert!(error.to_string().contains("Python 3.11"), "{error}");
    assert_eq!(support::names_in(&world.context.cache), ["lock"]);
}
