//! The virtual environment of PyTorch, in the cache that all clones share.

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context as _, ensure};

use crate::{context::Context, install::remove, lock::lock};

/// Where the environment is made, in the folder for what is not finished.
const ENVIRONMENT: &str = "environment";

/// The Python of the environment with the packages of `requirements`, which is made if need be.
///
/// # Errors
/// That the user wants no network, no Python, or packages that pip cannot install; pip has said why.
pub fn install(context: &Context, requirements: &Path) -> anyhow::Result<PathBuf> {
    let installed = context.cache.join("bench-pytorch");
    let wanted = fs::read_to_string(requirements)
        .with_context(|| format!("cannot read {}", requirements.display()))?;
    let list = |environment: &Path| environment.join("installed.txt");
    let is_there = || fs::read_to_string(list(&installed)).is_ok_and(|found| found == wanted);
    if is_there() {
        return Ok(python(&installed));
    }

    ensure!(
        !context.offline,
        "the packages of {} are not in {}, and --offline forbids to download them; run `cargo \
         xtask bench --with-pytorch` with a network once, or this without --with-pytorch",
        requirements.display(),
        installed.display()
    );
    let lock = lock(&context.output, &context.cache.join("lock"))?;
    // While this one waited, another may have installed them.
    if is_there() {
        return Ok(python(&installed));
    }
    context.output.line(format!(
        "installing PyTorch, torchvision and scikit-learn (about 4 GB) in {}",
        installed.display()
    ));
    let partial = context.cache.join("bench-pytorch.partial");
    // Of an installation that was cut off.
    remove(&partial)?;
    if let Err(error) = make(context, requirements, &partial, &lock) {
        remove(&partial)?;
        return Err(error);
    }
    let environment = partial.join(ENVIRONMENT);
    fs::write(list(&environment), wanted)?;
    // The list says that all is there: it must not be on the disk before the rest.
    rustix::fs::sync();
    remove(&installed)?;
    fs::rename(&environment, &installed)
        .with_context(|| format!("cannot make {}", installed.display()))?;
    remove(&partial)?;
    Ok(python(&installed))
}

/// Makes it in the folder `partial`. As in a set-up, the lock is held until pip has ended too.
fn make(context: &Context, requirements: &Path, partial: &Path, lock: &File) -> anyhow::Result<()> {
    let environment = partial.join(ENVIRONMENT);
    fs::create_dir(partial).with_context(|| format!("cannot make {}", partial.display()))?;
    run(Command::new(&context.python)
        .args(["-m", "venv"])
        .arg(&environment))?;
    run(Command::new(python(&environment))
        .args(["-m", "pip", "install", "--no-input", "--no-deps", "--quiet"])
        // pip takes several times a wheel's size of memory to put it into its own cache.
        .args([
            "--disable-pip-version-check",
            "--no-cache-dir",
            "--requirement",
        ])
        .arg(requirements)
        // The system's folder for temporary files is often too small for such wheels.
        .env("TMPDIR", partial)
        .stdin(lock.try_clone().context("cannot share the lock with pip")?))
}

fn python(environment: &Path) -> PathBuf {
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
