//! The virtual environment with PyTorch, in the cache that all clones share.

use std::{
    ffi::OsStr,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context as _, ensure};
use durable_fs::Lock;

/// Name of the environment in the folder of an unfinished installation.
const ENVIRONMENT: &str = "environment";

/// The Python of an environment with the packages of `requirements`, which is made in `cache` if
/// needed, with the Python `python`; `say` receives a message about it.
///
/// # Errors
/// `offline` and no environment, no Python, or packages that pip cannot install; pip has said why.
pub fn install(
    cache: &Path,
    python: &OsStr,
    requirements: &Path,
    offline: bool,
    say: &dyn Fn(&str),
) -> anyhow::Result<PathBuf> {
    let installed = cache.join("bench-pytorch");
    let wanted = fs::read_to_string(requirements)
        .with_context(|| format!("cannot read {}", requirements.display()))?;
    let list = |environment: &Path| environment.join("installed.txt");
    let is_there = || fs::read_to_string(list(&installed)).is_ok_and(|found| found == wanted);
    if is_there() {
        return Ok(python_of(&installed));
    }

    ensure!(
        !offline,
        "the packages of {} are not in {}, and --offline forbids to download them; run `cargo \
         xtask bench --with-pytorch` with a network once, or this without --with-pytorch",
        requirements.display(),
        installed.display()
    );
    fs::create_dir_all(cache).with_context(|| format!("cannot make {}", cache.display()))?;
    let lock = durable_fs::lock(&cache.join("lock"))?;
    // While this process waited, another may have installed them.
    if is_there() {
        return Ok(python_of(&installed));
    }
    say(&format!(
        "installing PyTorch, torchvision and scikit-learn (about 4 GB) in {}",
        installed.display()
    ));
    let partial = cache.join("bench-pytorch.partial");
    // An earlier installation may have been interrupted.
    remove(&partial)?;
    if let Err(error) = make(python, requirements, &partial, &lock) {
        remove(&partial)?;
        return Err(error);
    }
    let environment = partial.join(ENVIRONMENT);
    fs::write(list(&environment), wanted)?;
    // The list says that everything is there, so it must not be on the disk before the rest.
    rustix::fs::sync();
    remove(&installed)?;
    fs::rename(&environment, &installed)
        .with_context(|| format!("cannot make {}", installed.display()))?;
    remove(&partial)?;
    Ok(python_of(&installed))
}

/// Makes the environment in the folder `partial`. pip inherits the lock, so that it is held until
/// pip has ended as well.
fn make(python: &OsStr, requirements: &Path, partial: &Path, lock: &Lock) -> anyhow::Result<()> {
    let environment = partial.join(ENVIRONMENT);
    fs::create_dir(partial).with_context(|| format!("cannot make {}", partial.display()))?;
    run(Command::new(python).args(["-m", "venv"]).arg(&environment))?;
    run(Command::new(python_of(&environment))
        .args(["-m", "pip", "install", "--no-input", "--no-deps", "--quiet"])
        // pip takes several times a wheel's size of memory to put it into its own cache.
        .args(["--disable-pip-version-check", "--no-cache-dir"])
        .arg("--requirement")
        .arg(requirements)
        // The system's folder for temporary files is often too small for such wheels.
        .env("TMPDIR", partial)
        .stdin(lock.try_clone().context("cannot share the lock with pip")?))
}

fn python_of(environment: &Path) -> PathBuf {
    environment.join("bin/python")
}

fn run(command: &mut Command) -> anyhow::Result<()> {
    let program = command.get_program().display().to_string();
    let status = command
        .status()
        .with_context(|| format!("cannot run {program}"))?;
    ensure!(
        status.success(),
        "the environment of PyTorch cannot be made: {program} failed ({status}) and says why \
         above; Python 3.11 or later with venv and pip is needed"
    );
    Ok(())
}

/// Removes a folder if it is there.
fn remove(folder: &Path) -> anyhow::Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("cannot remove {}", folder.display()))
        }
        _ => Ok(()),
    }
}
