//! A real Slurm of simulated nodes on this machine: Debian's programs, listening on the loopback
//! interface only, without systemd, name service or cgroups.
//!
//! Each node has namespaces for processes, its host name and mounts, so that the end of the process
//! that holds them is a power cut. All daemons are children of the test, and end with it.

use std::{
    fs::{self, File, Permissions},
    net::TcpListener,
    os::unix::{fs::PermissionsExt as _, process::CommandExt as _},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use rustix::process::{Pid, Signal, kill_process, set_parent_process_death_signal};
use tempfile::TempDir;

use super::wait::until;

/// The nodes, n1 to n4, each with one processor.
pub const NODES: usize = 4;

/// A running cluster.
pub struct Cluster {
    /// The short path: sockets below it have at most 108 bytes.
    folder: TempDir,
    controller: Daemon,
    nodes: Vec<Daemon>,
    _munge: Daemon,
}

/// A child that is killed in the end.
struct Daemon(Child);

impl Drop for Daemon {
    fn drop(&mut self) {
        _ = self.0.kill();
        _ = self.0.wait();
    }
}

/// What the cluster needs and this machine lacks.
pub fn missing() -> Option<&'static str> {
    let programs = ["slurmctld", "slurmd", "munged", "sbatch", "srun", "unshare"];
    if !rustix::process::geteuid().is_root() {
        return Some("a Slurm of simulated nodes needs root");
    }
    let there = |name: &str| {
        let paths = ["/usr/sbin", "/usr/bin", "/sbin", "/bin"];
        paths.iter().any(|path| Path::new(path).join(name).exists())
    };
    if !programs.into_iter().all(there) {
        return Some("Slurm is not installed (apt-get install slurm-wlm)");
    }
    let mut namespaces = Command::new("unshare");
    namespaces.args(["--pid", "--uts", "--mount", "--fork", "true"]);
    let allowed = namespaces
        .output()
        .is_ok_and(|output| output.status.success());
    (!allowed).then_some("this machine allows no namespaces")
}

impl Cluster {
    /// Starts it, and waits until all nodes are idle.
    pub fn start() -> Self {
        let folder = tempfile::Builder::new()
            .prefix("slurm")
            .tempdir_in("/tmp")
            .unwrap();
        // munged accepts no folder that others can write to, or cannot enter.
        fs::set_permissions(folder.path(), Permissions::from_mode(0o755)).unwrap();
        let path = folder.path();
        for name in ["state", "log"] {
            fs::create_dir(path.join(name)).unwrap();
        }
        write_key(&path.join("munge.key"));
        let hosts = fs::read_to_string("/etc/hosts").unwrap_or_default();
        fs::write(
            path.join("hosts"),
            format!("127.0.0.1 {}\n{hosts}", names().join(" ")),
        )
        .unwrap();
        write_configuration(path);
        let munge = munge(path);
        until("munged's socket", || path.join("munge.sock").exists());
        let cluster = Cluster {
            controller: controller(path),
            nodes: names().iter().map(|name| node(path, name)).collect(),
            _munge: munge,
            folder,
        };
        until("all nodes are idle", || {
            cluster.ask("sinfo", &["-h", "-t", "idle", "-o", "%D"]) == NODES.to_string()
        });
        cluster
    }

    /// A command of Slurm's, or a job's.
    pub fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command.env("SLURM_CONF", configuration(self.folder.path()));
        command
    }

    /// What a command prints; nothing while the controller is away.
    pub fn ask(&self, program: &str, arguments: &[&str]) -> String {
        let output = self.command(program).args(arguments).output().unwrap();
        String::from_utf8_lossy(&output.stdout).trim().to_owned()
    }

    /// Runs a command that has to succeed.
    #[track_caller]
    pub fn tell(&self, program: &str, arguments: &[&str]) -> String {
        let output = self.command(program).args(arguments).output().unwrap();
        let error = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{program} {arguments:?}: {error}");
        String::from_utf8_lossy(&output.stdout).trim().to_owned()
    }

    /// Stops the controller as a service does; jobs continue.
    pub fn stop_controller(&mut self) {
        kill_process(Pid::from_child(&self.controller.0), Signal::TERM).unwrap();
        self.controller.0.wait().unwrap();
    }

    /// Starts it again.
    pub fn start_controller(&mut self) {
        self.controller = controller(self.folder.path());
    }

    /// Cuts the power of a node: nothing on it hears of it, and the controller is told at once, which
    /// would find out in half a minute.
    pub fn cut(&mut self, node: &str) {
        let holder = &mut self.nodes[number(node)].0;
        holder.kill().unwrap();
        holder.wait().unwrap();
        self.down(node);
    }

    /// Switches a node on that was cut.
    pub fn boot(&mut self, name: &str) {
        self.nodes[number(name)] = node(self.folder.path(), name);
        self.idle(name);
    }

    /// Freezes all processes of a node, as a hypervisor or a hanging disk does.
    pub fn freeze(&self, node: &str) {
        self.signal_all(node, Signal::STOP);
    }

    /// Lets them continue where they were.
    pub fn thaw(&self, node: &str) {
        self.signal_all(node, Signal::CONT);
    }

    /// Waits until the controller has a node back.
    pub fn idle(&self, node: &str) {
        _ = self.ask(
            "scontrol",
            &["update", &format!("nodename={node}"), "state=resume"],
        );
        until(&format!("{node} is back"), || {
            let state = self.ask("sinfo", &["-h", "-p", "main", "-n", node, "-o", "%t"]);
            ["idle", "alloc", "mix"].contains(&&*state)
        });
    }

    /// Has the controller take a node for dead.
    pub fn down(&self, node: &str) {
        let node = format!("nodename={node}");
        self.tell("scontrol", &["update", &node, "state=down", "reason=test"]);
    }

    fn signal_all(&self, node: &str, signal: Signal) {
        let holder = self.nodes[number(node)].0.id();
        let namespace =
            |pid: &str, which: &str| fs::read_link(format!("/proc/{pid}/ns/{which}")).ok();
        let wanted = namespace(&holder.to_string(), "pid_for_children").unwrap();
        for entry in fs::read_dir("/proc").unwrap() {
            let name = entry.unwrap().file_name().into_string().unwrap();
            let Some(pid) = name.parse().ok().and_then(Pid::from_raw) else {
                continue;
            };
            if namespace(&name, "pid").as_ref() == Some(&wanted) {
                // It may have ended since.
                _ = kill_process(pid, signal);
            }
        }
    }

    /// The last lines of all daemons, for a failure.
    pub fn logs(&self) -> String {
        let mut all = String::new();
        for entry in fs::read_dir(self.folder.path().join("log")).unwrap() {
            let path = entry.unwrap().path();
            let text = fs::read_to_string(&path).unwrap_or_default();
            let lines: Vec<&str> = text.lines().rev().take(15).collect();
            let lines: Vec<&str> = lines.into_iter().rev().collect();
            all += &format!("== {}\n{}\n", path.display(), lines.join("\n"));
        }
        all
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        // A frozen node could not end.
        for name in names() {
            self.signal_all(&name, Signal::CONT);
        }
    }
}

fn names() -> Vec<String> {
    (1..=NODES).map(|number| format!("n{number}")).collect()
}

fn number(node: &str) -> usize {
    node[1..].parse::<usize>().unwrap() - 1
}

fn configuration(folder: &Path) -> PathBuf {
    folder.join("slurm.conf")
}

fn write_key(path: &Path) {
    let mut random = File::open("/dev/urandom").unwrap();
    let mut key = File::create(path).unwrap();
    std::io::copy(&mut std::io::Read::take(&mut random, 1024), &mut key).unwrap();
    fs::set_permissions(path, Permissions::from_mode(0o600)).unwrap();
}

/// Ports that nothing listens on at this moment: the controller's, and one for each node.
fn free_ports() -> Vec<u16> {
    let listen = |_| TcpListener::bind("127.0.0.1:0").unwrap();
    let listeners: Vec<TcpListener> = (0..=NODES).map(listen).collect();
    let port = |listener: &TcpListener| listener.local_addr().unwrap().port();
    listeners.iter().map(port).collect()
}

fn write_configuration(folder: &Path) {
    let ports = free_ports();
    let nodes: String = names()
        .iter()
        .zip(&ports[1..])
        .map(|(name, port)| {
            format!(
                "NodeName={name} NodeHostname={name} NodeAddr=127.0.0.1 Port={port} CPUs=1 \
                 RealMemory=4000\n"
            )
        })
        .collect();
    let host = fs::read_to_string("/proc/sys/kernel/hostname").unwrap();
    let text = format!(
        "ClusterName=test
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort={port}
CommunicationParameters=NoInAddrAny,NoCtldInAddrAny
SlurmUser=root
AuthInfo=socket={folder}/munge.sock
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool-%n
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/%n.pid
SlurmctldLogFile={folder}/log/slurmctld
SlurmdLogFile={folder}/log/%n
ProctrackType=proctrack/linuxproc
MailProg=/bin/true
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SlurmdParameters=config_overrides
# As fast as it can be: what tasks do matters here, not when they begin.
SchedulerParameters=batch_sched_delay=0,sched_interval=1,bf_interval=1,sched_min_interval=100000
PreemptType=preempt/partition_prio
PreemptMode=REQUEUE
KillWait=30
SlurmdTimeout=300
ReturnToService=2
{nodes}PartitionName=main Nodes=ALL Default=YES PriorityTier=1 PreemptMode=REQUEUE GraceTime=0
PartitionName=urgent Nodes=ALL PriorityTier=10 PreemptMode=OFF
",
        host = host.trim().split('.').next().unwrap(),
        port = ports[0],
        folder = folder.display(),
    );
    fs::write(configuration(folder), text).unwrap();
    // Newer versions want this file, and 22.05 refuses the line.
    let version = Command::new("slurmd").arg("-V").output().unwrap().stdout;
    if !String::from_utf8_lossy(&version).contains(" 22.") {
        fs::write(folder.join("cgroup.conf"), "CgroupPlugin=disabled\n").unwrap();
    }
}

fn munge(folder: &Path) -> Daemon {
    let mut command = Command::new("munged");
    command.arg("-F");
    for (option, file) in [
        ("socket", "munge.sock"),
        ("key-file", "munge.key"),
        ("pid-file", "munged.pid"),
        ("seed-file", "munge.seed"),
        ("log-file", "munged.log"),
    ] {
        command.arg(format!("--{option}={}", folder.join(file).display()));
    }
    daemon(command, folder, "munged")
}

fn controller(folder: &Path) -> Daemon {
    let mut command = Command::new("slurmctld");
    command.arg("-D").arg("-f").arg(configuration(folder));
    daemon(command, folder, "slurmctld")
}

/// A node: its first process reaps what jobs leave behind, as an init does.
fn node(folder: &Path, name: &str) -> Daemon {
    let init = "hostname \"$0\" && mount --bind \"$1/hosts\" /etc/hosts &&
        { slurmd -D -N \"$0\" -f \"$1/slurm.conf\" & wait $!; }";
    let mut command = Command::new("unshare");
    let namespaces = [
        "--pid",
        "--uts",
        "--mount",
        "--fork",
        "--kill-child",
        "--mount-proc",
    ];
    command
        .args(namespaces)
        .args(["bash", "-c", init, name])
        .arg(folder);
    daemon(command, folder, name)
}

fn daemon(mut command: Command, folder: &Path, name: &str) -> Daemon {
    let log = folder.join("log").join(format!("{name}.out"));
    let log = File::options().create(true).append(true).open(log).unwrap();
    command
        .env("SLURM_CONF", configuration(folder))
        .process_group(0)
        .stdin(Stdio::null())
        .stdout(log.try_clone().unwrap())
        .stderr(log);
    // Even if the test is killed, nothing is left running.
    let with_the_test = || Ok(set_parent_process_death_signal(Some(Signal::KILL))?);
    // SAFETY: the call is a system call and nothing else.
    unsafe { command.pre_exec(with_the_test) };
    Daemon(command.spawn().unwrap())
}
