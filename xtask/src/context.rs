//! What a command takes from its surroundings.

use std::{
    env,
    ffi::{OsStr, OsString},
    fmt::Display,
    fs,
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

use anyhow::Context as _;
use durable_fs::Lock;
use mnist_io::catalog::{self, KnownFile};

use crate::{
    device::nvidia_driver,
    environment::{self, Child, Environment},
    output::Output,
    platform::{Platform, free_disk},
    process::ANSWER_LIMIT,
};

/// Everything outside a command's own arguments. Tests make one of temporary folders.
pub struct Context {
    /// The workspace's folder.
    pub root: PathBuf,
    /// Where libtorch is installed, once for all clones of this user.
    pub cache: PathBuf,
    /// The `LIBTORCH` that the user set, if any.
    pub user_libtorch: Option<PathBuf>,
    /// The Python whose pip downloads wheels.
    pub python: OsString,
    /// The cargo that builds and tests.
    pub cargo: OsString,
    /// The data files that the experiments need.
    pub data_files: Vec<KnownFile>,
    /// The user's variables. Children get them as [`environment`] says.
    pub environment: Environment,
    /// The system, which decides which wheels run.
    pub platform: Platform,
    /// No command uses the network.
    pub offline: bool,
    /// How long a program that is asked something may take.
    pub answer_limit: Duration,
    /// The major version of the NVIDIA driver, if there is one.
    pub nvidia_driver: fn() -> anyhow::Result<Option<u32>>,
    /// The bytes that are free on the disk of a folder, if they are known.
    pub free_disk: fn(&Path) -> Option<u64>,
    /// Where messages go.
    pub output: Output,
}

impl Context {
    /// The context of a command that a user runs, who wants no network if `offline`.
    ///
    /// # Errors
    /// A user without a cache folder.
    pub fn from_environment(offline: bool) -> anyhow::Result<Self> {
        let environment: Environment = env::vars_os().collect();
        let set = |name| environment::value(&environment, name);
        let root = project_folder(set("CARGO_MANIFEST_DIR"))?;
        let cache = match set("AE_WORKBENCH_CACHE") {
            Some(cache) => {
                std::path::absolute(cache).context("expected a path in AE_WORKBENCH_CACHE")?
            }
            None => dirs::cache_dir()
                .context("no cache folder is known for this user; set AE_WORKBENCH_CACHE to one")?
                .join("autoencoder-workbench"),
        };
        // `.cargo/config.toml` sets the variable if the user did not.
        let user_libtorch = set("LIBTORCH")
            .map(PathBuf::from)
            .filter(|path| *path != libtorch_link(&root));
        Ok(Context {
            root,
            cache,
            user_libtorch,
            python: "python3".into(),
            cargo: set("CARGO").unwrap_or(OsStr::new("cargo")).to_owned(),
            data_files: [&catalog::MNIST[..], &catalog::FASHION_TEST].concat(),
            environment,
            platform: Platform::of_this_machine(),
            offline,
            answer_limit: ANSWER_LIMIT,
            nvidia_driver,
            free_disk,
            output: Output::terminal(),
        })
    }

    /// A child process of this kind, with its environment. The only way to start one.
    pub fn command(&self, child: Child, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new(program);
        command.env_clear();
        command.envs(environment::of(child, &self.environment));
        command
    }

    /// The link to the chosen libtorch: what cargo's `LIBTORCH` is.
    pub fn libtorch_link(&self) -> PathBuf {
        libtorch_link(&self.root)
    }

    /// Prints one message of one line.
    pub fn say(&self, text: impl Display) {
        self.output.line(text);
    }

    /// Locks `folder`, which is made if needed, against other processes that change it; says so if
    /// it has to wait for one.
    ///
    /// # Errors
    /// A folder that cannot be written.
    pub fn lock(&self, folder: &Path) -> anyhow::Result<Lock> {
        let path = folder.join("lock");
        fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
        if let Some(lock) = durable_fs::try_lock(&path)? {
            return Ok(lock);
        }
        self.say(format!(
            "waiting for another process that holds {}",
            path.display()
        ));
        Ok(durable_fs::lock(&path)?)
    }
}

fn libtorch_link(root: &Path) -> PathBuf {
    root.join(".libtorch")
}

/// The folder of the workspace in which cargo started this program, wherever it was compiled: `cargo
/// run` says which package it runs. Without cargo, the one that the current folder is in.
fn project_folder(manifest: Option<&OsStr>) -> anyhow::Result<PathBuf> {
    let here = env::current_dir().context("the current folder is not readable")?;
    let mut folders = manifest.map(Path::new).into_iter().chain([here.as_path()]);
    let found = folders.find_map(|start| {
        let mut folders = start.ancestors();
        folders.find(|folder| folder.join("xtask/Cargo.toml").is_file())
    });
    let found = found.context("the project's folder was not found; run `cargo xtask` in it")?;
    Ok(found.to_owned())
}
