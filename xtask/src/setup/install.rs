//! Installing libtorch into the cache that all clones of a user share.
//!
//! An installation appears whole or not at all. One that is interrupted leaves the wheels that it
//! downloaded, which pip checks again; the next one removes everything else of it. The lock on the
//! cache is held until pip has ended, even if the set-up that started it is killed.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, bail, ensure};

use super::{
    build::Build,
    libtorch::{self, VERSION},
    wheels,
};
use crate::context::Context;

/// Where an installation of `build` is, or would be.
pub fn folder(context: &Context, build: Build) -> PathBuf {
    context
        .cache
        .join(format!("libtorch-{VERSION}-{}", build.name()))
}

/// Checks the installation of `build` by the digests that were recorded with it, which takes
/// seconds.
///
/// # Errors
/// No installation, or a damaged one.
pub fn check(context: &Context, build: Build) -> anyhow::Result<()> {
    let folder = folder(context, build);
    libtorch::check_presence(&folder)?;
    libtorch::verify_digests(&folder)?;
    Ok(())
}

/// Installs `build` if it is not there or is damaged, and returns its folder. What pip has
/// downloaded stays in the cache until an installation is complete.
///
/// # Errors
/// A cache that cannot be written, or what pip said.
pub fn install(context: &Context, build: Build) -> anyhow::Result<PathBuf> {
    let installed = folder(context, build);
    ensure!(
        installed.is_dir() || fs::symlink_metadata(&installed).is_err(),
        "expected a folder or nothing at {}, found something else; remove it",
        installed.display()
    );
    let lock = context.lock(&context.cache)?;
    // While this process waited, another may have installed it.
    match check(context, build) {
        Ok(()) => return Ok(installed),
        Err(problem) if installed.exists() => context.say(format!(
            "installing again, since the copy is damaged: {problem:#}"
        )),
        Err(_) => {}
    }
    let beside = |what: &str| installed.with_added_extension(what);
    let (downloads, unfinished) = (beside("wheels"), beside("unfinished"));
    // An earlier set-up may have been ended.
    remove(&unfinished)?;
    for folder in [&downloads, &unfinished] {
        fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    }
    let libtorch = unfinished.join("libtorch");
    let made = wheels::fetch(context, build, &downloads, &unfinished, &libtorch, &lock)
        .and_then(|()| libtorch::record_digests(&libtorch))
        .and_then(|()| libtorch::check_presence(&libtorch))
        .and_then(|()| put_in_place(&libtorch, &installed, &unfinished.join("replaced")));
    remove(&unfinished)?;
    if let Err(reason) = made {
        bail!(
            "cannot install libtorch {VERSION} ({}): {reason:#}\n\
             Or unpack libtorch {VERSION} yourself and set LIBTORCH to its folder.",
            build.name(),
        );
    }
    remove(&downloads)?;
    Ok(installed)
}

/// The new folder appears whole or not at all, even if the power fails.
fn put_in_place(libtorch: &Path, installed: &Path, replaced: &Path) -> anyhow::Result<()> {
    rustix::fs::sync();
    if installed.exists() {
        fs::rename(installed, replaced)
            .with_context(|| format!("cannot move {}", installed.display()))?;
    }
    fs::rename(libtorch, installed).with_context(|| format!("cannot make {}", installed.display()))
}

/// Removes a folder, if it exists.
fn remove(folder: &Path) -> anyhow::Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("cannot remove {}", folder.display()))
        }
        _ => Ok(()),
    }
}
