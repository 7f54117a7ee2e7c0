//! Who is at work on an experiment.

use std::{env, fmt, fs, process};

use serde::{Deserialize, Serialize};

/// A process, on any machine.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Owner {
    /// The name of its machine.
    pub host: String,
    /// Its number there.
    pub pid: u32,
    /// What its number belongs to: the machine since it was started, and the container. Numbers of
    /// one space can be compared.
    pub pid_space: String,
    /// When it began, in the machine's own count: another process may get its number later.
    pub began: String,
    /// The task of a job of Slurm, `123_4`, or the pod of Kubernetes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub job: Option<String>,
}

impl Owner {
    /// This process.
    pub fn this() -> Self {
        let read = |path: &str| fs::read_to_string(path).unwrap_or_default();
        let pid = process::id();
        let boot = read("/proc/sys/kernel/random/boot_id");
        let space = fs::read_link("/proc/self/ns/pid").unwrap_or_default();
        Owner {
            host: host(),
            pid,
            pid_space: format!("{} {}", boot.trim(), space.display()),
            began: began(pid).unwrap_or_default(),
            job: slurm_task().or_else(pod),
        }
    }

    /// Whether `other` is a process of this machine that has ended, however. What cannot be known is not.
    pub fn knows_dead(&self, other: &Owner) -> bool {
        let can_be_known = !self.began.is_empty() && !other.began.is_empty();
        can_be_known
            && self.pid_space == other.pid_space
            && began(other.pid).is_none_or(|began| began != other.began)
    }
}

impl fmt::Display for Owner {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "{} pid {}", self.host, self.pid)?;
        match &self.job {
            Some(job) => write!(f, " ({job})"),
            None => Ok(()),
        }
    }
}

/// When a process of this machine began; `None` if there is none, or it has ended.
fn began(pid: u32) -> Option<String> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The name in parentheses may hold anything. The state is the first field after it, the start
    // the twentieth.
    let (_, fields) = stat.rsplit_once(')')?;
    let fields: Vec<&str> = fields.split_whitespace().collect();
    let has_ended = matches!(fields.first(), Some(&("Z" | "X")));
    fields
        .get(19)
        .filter(|_| !has_ended)
        .map(|began| (*began).to_owned())
}

fn host() -> String {
    let name = fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    match name.trim() {
        "" => env::var("HOSTNAME").unwrap_or("unknown".into()),
        name => name.to_owned(),
    }
}

fn slurm_task() -> Option<String> {
    let array = env::var("SLURM_ARRAY_JOB_ID").ok();
    match (array, env::var("SLURM_ARRAY_TASK_ID").ok()) {
        (Some(job), Some(task)) => Some(format!("{job}_{task}")),
        _ => env::var("SLURM_JOB_ID").ok(),
    }
}

fn pod() -> Option<String> {
    // The name of the machine is the pod's.
    let index = env::var("JOB_COMPLETION_INDEX").ok()?;
    Some(format!("index {index}"))
}
