//! A sweep on a real Slurm, all of whose troubles it survives. Where Slurm is not installed, or this is not
//! root, the test is listed as ignored, with the reason.
#![cfg(target_os = "linux")]

#[path = "slurm/cluster.rs"]
mod cluster;
#[allow(dead_code, unused_imports, reason = "the other tests use the rest")]
#[path = "it/harness/mod.rs"]
mod harness;
#[path = "slurm/scene.rs"]
mod scene;
#[path = "slurm/wait.rs"]
mod wait;

use std::{collections::BTreeMap, fs, panic::AssertUnwindSafe, path::Path};

use libtest_mimic::{Arguments, Failed, Trial};
use rustix::process::Signal;

use harness::{PlannedSweep, assert_same, results, run};
use scene::{Scene, TASKS};

/// Twelve models with two seeds each. One takes some seconds, so that it is still at work when something is
/// done to it.
const EXPERIMENTS: &str = r#"[
    {"id": "dense", "training_images": 300,
     "model": {"kind": "dense", "code_layer": 2, "output": "sigmoid", "widths": [
        [784, 128, 2, 128, 784], [784, 128, 3, 128, 784], [784, 128, 4, 128, 784],
        [784, 128, 6, 128, 784], [784, 128, 8, 128, 784], [784, 128, 12, 128, 784],
        [784, 128, 16, 128, 784], [784, 128, 20, 128, 784], [784, 128, 24, 128, 784],
        [784, 128, 28, 128, 784], [784, 128, 32, 128, 784], [784, 128, 40, 128, 784]]},
     "training": {"epochs": 300, "batch_size": 50, "learning_rate": 1e-3}}
]"#;

const COUNT: usize = 24;

fn main() {
    let arguments = Arguments::from_args();
    let trial = Trial::test("a_sweep_survives_the_troubles_of_a_cluster", survive);
    let trials = match cluster::missing() {
        None => vec![trial],
        // This asks for the long tests.
        Some(_) if arguments.ignored || arguments.include_ignored => Vec::new(),
        Some(what) => vec![
            trial
                .with_kind(format!("skipped: {what}"))
                .with_ignored_flag(true),
        ],
    };
    libtest_mimic::run(&arguments, trials).exit();
}

fn survive() -> Result<(), Failed> {
    let mut scene = Scene::new(plan(), COUNT);
    let done = std::panic::catch_unwind(AssertUnwindSafe(|| disturb(&mut scene)));
    if let Err(panic) = done {
        let queue = scene.cluster.ask("squeue", &[]);
        eprintln!("{}\n{}\n{queue}", scene.cluster.logs(), scene.logs());
        std::panic::resume_unwind(panic);
    }
    compare_with_one_process(&scene.sweep);
    Ok(())
}

fn plan() -> PlannedSweep {
    PlannedSweep::with(EXPERIMENTS, &["--seeds", "2"])
}

/// Does to the tasks of a sweep what happens on clusters, and sees it through.
fn disturb(scene: &mut Scene) {
    // Slurm looks at time limits every half a minute: this task is held until then.
    let late = scene.task_at_work(None);
    scene.signal(&late, Signal::STOP);
    let job = format!("jobid={}", late.id);
    scene.cluster.tell(
        "scontrol",
        &["update", &job, "TimeLimit=1", "EndTime=now+2"],
    );
    let not = Some(&late);

    let cancelled = scene.task_at_work(not);
    scene.cluster.tell("scancel", &[&cancelled.id]);
    scene.until("it is gone", || !scene.is_queued(&cancelled));
    scene.until_left(&cancelled);

    let requeued = scene.task_at_work(not);
    scene.cluster.tell("scontrol", &["requeue", &requeued.id]);
    until_pending(scene, &requeued);
    scene.until_left(&requeued);

    let preempted = scene.task_at_work(not);
    let node = ["-w", &preempted.node];
    let urgent = ["-p", "urgent", "-o", "/dev/null", "--wrap", "true"];
    scene.cluster.tell("sbatch", &[&node[..], &urgent].concat());
    until_pending(scene, &preempted);
    scene.until_left(&preempted);

    // Work goes on without the controller.
    let working = scene.task_at_work(not);
    scene.cluster.stop_controller();
    wait::until("an experiment is done", || {
        scene.done().contains(&working.experiment)
    });
    scene.look();
    scene.cluster.start_controller();

    let cut = scene.task_at_work(not);
    scene.cluster.cut(&cut.node);
    let frozen = scene.freeze_task(not);
    scene.until_missed(&cut);
    scene.cluster.boot(&cut.node);
    // Slurm gave the task to another node. Now two are at work, and do not know of each other.
    scene.until_replaced(&frozen);
    scene.signal(&frozen, Signal::CONT);
    scene.until("it is done", || scene.done().contains(&frozen.experiment));
    scene.cluster.thaw(&frozen.node);
    scene.cluster.idle(&frozen.node);

    scene.until("the time limit is noticed", || !scene.is_queued(&late));
    see_through(scene);
    let logs = scene.logs();

    // What happened is what was meant to. The last words of a lost node may be lost too.
    for reason in ["PREEMPTION", "JOB REQUEUE", "TIME LIMIT"] {
        assert!(
            logs.contains(&format!("DUE TO {reason}")),
            "{reason}\n{logs}"
        );
    }
    scene.assert_trained_once(&frozen);
}

fn until_pending(scene: &Scene, task: &scene::Task) {
    scene.until("it has to wait", || {
        scene.state(task).is_some_and(|state| state != "RUNNING")
    });
}

/// Submits what is left until nothing is.
fn see_through(scene: &Scene) {
    for _ in 0..COUNT {
        scene.until("the queue is empty", || {
            scene.look();
            scene.is_idle()
        });
        match scene.remaining() {
            left if left.is_empty() => {
                assert_eq!(scene.done().len(), COUNT);
                return;
            }
            left => scene.submit(&[&format!("--array={left}")]),
        }
    }
    panic!("{TASKS} tasks do not come to an end");
}

/// The results of one process, undisturbed.
fn compare_with_one_process(disturbed: &PlannedSweep) {
    let alone = plan();
    run(&mut alone.train("work")).with_status(0);
    let all = |sweep: &Path| -> BTreeMap<_, _> {
        let folders = ["experiments", "seeds"].map(|name| results(&sweep.join(name)));
        folders.into_iter().flatten().collect()
    };
    assert_same(&all(&alone.path()), &all(&disturbed.path()));
    assert!(
        fs::read_dir(disturbed.path().join("claims"))
            .unwrap()
            .next()
            .is_none()
    );
}
