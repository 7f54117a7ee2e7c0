//! The virtual environment of PyTorch, in the cache that all clones share.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context as _, ensure};

use crate::context::Context;

/// The Python of the environment with the packages of `requirements`, which is made if need be.
///
/// # Errors
/// No Python, or packages that pip cannot install; pip has said why.
pub fn python(context: &Context, requirements: &Path) -> anyhow::Result<PathBuf> {
    let installed = context.cache.join("bench-pytorch");
    let python = |environment: &Path| environment.join("bin/python");
    let wanted = fs::read_to_string(requirements)
        .with_context(|| format!("cannot read {}", requirements.display()))?;
    let list = |environment: &Path| environment.join("installed.txt");
    if fs::read_to_string(list(&installed)).is_ok_and(|found| found == wanted) {
        return Ok(python(&installed));
    }

    context.output.line(format!(
        "installing PyTorch, torchvision and scikit-learn (about 4 GB) in {}",
        installed.display()
    ));
    fs::create_dir_all(&context.cache)
        .with_context(|| format!("cannot make {}", context.cache.display()))?;
    let partial = tempfile::tempdir_in(&context.cache)?;
    let environment = partial.path().join("environment");
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
        .env("TMPDIR", partial.path()))?;
    fs::write(list(&environment), wanted)?;
    if installed.exists() {
        fs::remove_dir_all(&installed)
            .with_context(|| format!("cannot remove {}", installed.display()))?;
    }
    fs::rename(&environment, &installed)
        .with_context(|| format!("cannot make {}", installed.display()))?;
    Ok(python(&installed))
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
