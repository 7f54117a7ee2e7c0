//! A sweep at work on a cluster: what tests do to its tasks, and what `train status` says meanwhile.

use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet},
    fs,
    path::PathBuf,
    time::{Duration, Instant},
};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

use super::{
    cluster::Cluster,
    harness::{PlannedSweep, run},
    wait::until,
};

/// Tasks that the plan is divided into.
pub const TASKS: usize = 8;

/// A claim is stale after ten times as many seconds.
const HEARTBEAT: &str = "1";

/// Slurm refuses to start a requeued task whose end it has not digested.
const DIGESTION: Duration = Duration::from_secs(3);

/// A sweep that was submitted.
pub struct Scene {
    pub cluster: Cluster,
    pub sweep: PlannedSweep,
    pub experiments: usize,
    script: PathBuf,
    requeued: RefCell<BTreeMap<String, Instant>>,
}

/// A task of an array, with the experiment that it is at work on.
#[derive(Clone, Debug)]
pub struct Task {
    /// As in `123_4`.
    pub id: String,
    pub node: String,
    pub experiment: usize,
    process: [Value; 3],
}

/// The process that is at work on an experiment.
fn process(state: &Value) -> [Value; 3] {
    ["pid", "pid_space", "began"].map(|field| state[field].clone())
}

impl Scene {
    /// Submits a sweep to a new cluster.
    pub fn new(sweep: PlannedSweep, experiments: usize) -> Self {
        let mut submit = sweep.train("submit");
        let options = [
            "--slurm",
            "--processors",
            "1",
            "--tasks",
            &TASKS.to_string(),
        ];
        let script = run(submit.args(options)).with_status(0).stdout;
        let script = script.replace(" --index", &format!(" --heartbeat {HEARTBEAT} --index"));
        let path = sweep.beside("job.sh");
        fs::write(&path, script).unwrap();
        let scene = Scene {
            cluster: Cluster::start(),
            sweep,
            experiments,
            script: path,
            requeued: RefCell::default(),
        };
        scene.submit(&[]);
        scene
    }

    /// Submits the script, with further options of `sbatch`.
    pub fn submit(&self, options: &[&str]) {
        let mut arguments = options.to_vec();
        arguments.push(self.script.to_str().unwrap());
        self.cluster.tell("sbatch", &arguments);
    }

    /// What `train status` says of each experiment. It is right: nothing that has results is said to
    /// have none, and the other way round, nothing failed, and who is at work may be.
    #[track_caller]
    pub fn look(&self) -> Vec<Value> {
        let before = self.done();
        let mut status = self.sweep.train("status");
        let status = run(status.args(["--json", "--heartbeat", HEARTBEAT])).with_status(0);
        let after = self.done();
        let status: Value = serde_json::from_str(&status.stdout).unwrap();
        let states = status["experiments"].as_array().unwrap().clone();
        assert_eq!(states.len(), self.experiments);
        let with = |state: &str| -> BTreeSet<usize> {
            let numbers = 0..states.len();
            numbers
                .filter(|&number| states[number]["state"] == state)
                .collect()
        };
        let done = with("done");
        assert!(
            before.is_subset(&done) && done.is_subset(&after),
            "{status}"
        );
        assert!(with("failed").is_empty(), "{status}");
        for number in with("running").union(&with("stale")) {
            let (_, index) = states[*number]["job"]
                .as_str()
                .unwrap()
                .split_once('_')
                .unwrap();
            assert_eq!(number % TASKS, index.parse::<usize>().unwrap(), "{status}");
        }
        states
    }

    /// The experiments whose results are there.
    pub fn done(&self) -> BTreeSet<usize> {
        let plan = fs::read_to_string(self.sweep.path().join("plan.jsonl")).unwrap();
        let mut ids = BTreeSet::new();
        let is_done = |(number, line): (usize, &str)| {
            let experiment: Value = serde_json::from_str(line).unwrap();
            let id = experiment["id"].as_str().unwrap().to_owned();
            let folder = if ids.insert(id.clone()) {
                self.sweep.path()
            } else {
                self.sweep
                    .path()
                    .join(format!("seeds/{}", experiment["seed"]))
            };
            let seal = folder.join("experiments").join(id).join("SHA256SUMS");
            seal.exists().then_some(number)
        };
        plan.lines().enumerate().filter_map(is_done).collect()
    }

    /// Waits until a task other than `not` is at work, as Slurm and `train status` both say.
    #[track_caller]
    pub fn task_at_work(&self, not: Option<&Task>) -> Task {
        let mut found = None;
        self.until("a task is at work", || {
            let running = self
                .cluster
                .ask("squeue", &["-h", "-t", "R", "-o", "%i %N"]);
            let states = self.look();
            let at_work = |(id, node): (&str, &str)| {
                let is_it = |state: &Value| {
                    state["state"] == "running" && state["job"] == id && state["host"] == node
                };
                states.iter().position(is_it).map(|experiment| Task {
                    id: id.to_owned(),
                    node: node.to_owned(),
                    experiment,
                    process: process(&states[experiment]),
                })
            };
            found = running
                .lines()
                .filter_map(|line| line.split_once(' '))
                .filter(|(id, _)| not.is_none_or(|not| not.id != *id))
                .find_map(at_work);
            found.is_some()
        });
        found.unwrap()
    }

    /// Freezes the node of a task other than `not` while it is at work, and has the controller take it for
    /// dead.
    #[track_caller]
    pub fn freeze_task(&self, not: Option<&Task>) -> Task {
        loop {
            let task = self.task_at_work(not);
            self.cluster.freeze(&task.node);
            if !self.done().contains(&task.experiment) {
                self.cluster.down(&task.node);
                return task;
            }
            // It was done before its node froze.
            self.cluster.thaw(&task.node);
        }
    }

    /// Waits until something is true. Tasks that Slurm keeps waiting for two minutes, since they were
    /// requeued, begin sooner.
    #[track_caller]
    pub fn until(&self, what: &str, mut is_true: impl FnMut() -> bool) {
        until(what, || {
            self.hurry();
            is_true()
        });
    }

    fn hurry(&self) {
        let pending = self
            .cluster
            .ask("squeue", &["-h", "-r", "-t", "PD", "-o", "%i %r"]);
        let waiting: Vec<&str> = pending
            .lines()
            .filter_map(|line| line.strip_suffix(" BeginTime"))
            .collect();
        let mut requeued = self.requeued.borrow_mut();
        requeued.retain(|id, _| waiting.contains(&id.as_str()));
        for id in waiting {
            let since = requeued.entry(id.to_owned()).or_insert_with(Instant::now);
            if since.elapsed() > DIGESTION {
                let id = format!("jobid={id}");
                self.cluster
                    .ask("scontrol", &["update", &id, "StartTime=now"]);
            }
        }
    }

    /// Waits until a task that was told to end has left its experiment: it saves it, and says so.
    #[track_caller]
    pub fn until_left(&self, task: &Task) {
        self.until("it has left its experiment", || {
            let state = &self.look()[task.experiment];
            assert_ne!(state["state"], "stale", "{state}");
            state["state"] != "running" || process(state) != task.process
        });
    }

    /// Waits until a task of which nothing can be known is not heard of, or what it was at work on is
    /// somebody else's, or done.
    #[track_caller]
    pub fn until_missed(&self, task: &Task) {
        self.until("it is missed", || {
            let state = &self.look()[task.experiment];
            state["state"] != "running" || process(state) != task.process
        });
    }

    /// Waits until another process is at work on the experiment of a task, or it is done.
    #[track_caller]
    pub fn until_replaced(&self, task: &Task) {
        self.until("somebody else is at work", || {
            let state = &self.look()[task.experiment];
            state["state"] == "done"
                || state["state"] == "running" && process(state) != task.process
        });
    }

    /// Checks by the logs that no experiment but one was trained to its end twice. What the task of
    /// this one did after its node was taken for dead is in no log.
    #[track_caller]
    pub fn assert_trained_once(&self, but: &Task) {
        let logs = self.logs();
        let ends = logs.lines().filter_map(|line| line.split_once(" done ("));
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for (name, _) in ends {
            *counts.entry(name).or_default() += 1;
        }
        for (number, state) in self.look().iter().enumerate() {
            let name = format!("{} seed {}", state["id"].as_str().unwrap(), state["seed"]);
            let count = counts.get(&*name).copied().unwrap_or(0);
            let is_of_task = number % TASKS == but.experiment % TASKS;
            let min = if is_of_task { 0 } else { 1 };
            let max = if number == but.experiment { 2 } else { 1 };
            assert!(
                (min..=max).contains(&count),
                "{name}: trained {count} times"
            );
        }
    }

    /// Whether Slurm has nothing to do.
    pub fn is_idle(&self) -> bool {
        self.cluster.tell("squeue", &["-h"]).is_empty()
    }

    /// What all tasks have written.
    pub fn logs(&self) -> String {
        let files = fs::read_dir(self.sweep.path().join("logs")).unwrap();
        let mut paths: Vec<PathBuf> = files.map(|file| file.unwrap().path()).collect();
        paths.sort();
        let text = |path: &PathBuf| {
            let text = fs::read_to_string(path).unwrap_or_default();
            format!("== {}\n{text}", path.display())
        };
        paths.iter().map(text).collect()
    }

    /// Whether Slurm has the task, running or not.
    pub fn is_queued(&self, task: &Task) -> bool {
        self.state(task).is_some()
    }

    /// The state of a task that is queued.
    pub fn state(&self, task: &Task) -> Option<String> {
        let all = self.cluster.ask("squeue", &["-h", "-r", "-o", "%i %T"]);
        let states = all.lines().filter_map(|line| line.split_once(' '));
        let mut own = states.filter(|(id, _)| *id == task.id);
        own.next().map(|(_, state)| state.to_owned())
    }

    /// Sends a signal to the training program of a task alone.
    pub fn signal(&self, task: &Task, signal: Signal) {
        let (job, index) = task.id.split_once('_').unwrap();
        let wanted = [
            format!("SLURM_ARRAY_JOB_ID={job}"),
            format!("SLURM_ARRAY_TASK_ID={index}"),
            format!("SLURMD_NODENAME={}", task.node),
        ];
        for entry in fs::read_dir("/proc").unwrap() {
            let process = entry.unwrap().path();
            let read = |file: &str| fs::read(process.join(file)).unwrap_or_default();
            let environment = read("environ");
            let variables: Vec<&[u8]> = environment.split(|&byte| byte == 0).collect();
            let is_of_task = wanted.iter().all(|it| variables.contains(&it.as_bytes()));
            if is_of_task && read("comm") == b"train\n" {
                let pid = process.file_name().unwrap().to_str().unwrap().parse();
                _ = kill_process(Pid::from_raw(pid.unwrap()).unwrap(), signal);
            }
        }
    }

    /// The index of every task of which something is left, as `train remaining` prints it.
    pub fn remaining(&self) -> String {
        let of = TASKS.to_string();
        let mut remaining = self.sweep.train("remaining");
        let found = run(remaining.args(["--of", &of])).with_status(0);
        found.stdout.trim().to_owned()
    }
}
