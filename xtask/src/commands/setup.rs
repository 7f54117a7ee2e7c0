//! `cargo xtask setup`: finds or installs libtorch, and links `.libtorch` to it.

use std::{
    fs,
    io::ErrorKind,
    os::unix::fs::symlink,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, bail, ensure};

use crate::{
    checks::{self, Machine},
    context::Context,
    device::Device,
    setup::{
        build::Build,
        install,
        libtorch::{self, VERSION},
    },
};

/// Arguments of `setup`.
#[derive(clap::Args)]
pub struct Arguments {
    /// What libtorch must be able to compute on; `auto` keeps the one that is set up
    #[arg(long, value_enum, default_value_t)]
    pub device: Device,
}

/// Chooses the first of these: the `LIBTORCH` that the user set, the libtorch that is set up
/// already, the one in the cache, which is installed if needed. Of the first two, version and
/// presence are checked; digests are compared before a link is made to the cache, and by `doctor`.
///
/// # Errors
/// A platform without wheels, or no C++ compiler (libtorch's bindings are C++) when another libtorch is chosen, a user's
/// `LIBTORCH` that is not usable, or a failed installation.
pub fn run(context: &Context, device: Device) -> anyhow::Result<()> {
    let machine = Machine::new(context);
    let link = context.libtorch_link();
    let chosen = libtorch::chosen(context).and_then(|folder| {
        libtorch::check_device(&folder, device)?;
        Ok(folder)
    });
    let is_set_up = matches!(&chosen, Ok(folder) if leads_to(&link, folder));
    if !is_set_up {
        if context.user_libtorch.is_none() {
            checks::PLATFORM.require(&machine)?;
        }
        checks::COMPILER.require(&machine)?;
    }
    let folder = match (chosen, &context.user_libtorch) {
        (Ok(folder), _) => fs::canonicalize(folder)?,
        (Err(problem), Some(folder)) => bail!(
            "{problem:#}. LIBTORCH is {:?}; {}",
            folder.display().to_string(),
            checks::LIBTORCH.remedy
        ),
        (Err(_), None) => from_cache(context, &machine, device)?,
    };
    match turn_link(&link, &folder) {
        // Then cargo is given the variable itself.
        Err(problem) if context.user_libtorch.is_some() => context.say(format!(
            "{problem:#}; plain cargo commands need LIBTORCH as well"
        )),
        result => result?,
    }
    context.say(format!(
        "libtorch {VERSION} is set up: {}",
        folder.display()
    ));
    Ok(())
}

/// The folder of the installation for `device`, which is made if needed.
fn from_cache(context: &Context, machine: &Machine, device: Device) -> anyhow::Result<PathBuf> {
    let build = Build::for_device(context, device)?;
    let folder = install::folder(context, build);
    let Err(problem) = install::check(context, build) else {
        return Ok(folder);
    };
    ensure!(
        !context.offline,
        "libtorch {VERSION} ({}) is not in {}: {problem:#}; --offline forbids to download it; run \
         `cargo xtask setup` with a network once, or unpack it yourself and set LIBTORCH to its \
         folder",
        build.name(),
        context.cache.display()
    );
    for check in [checks::CACHE, checks::PIP] {
        check.require(machine)?;
    }
    install::install(context, build)
}

fn leads_to(link: &Path, folder: &Path) -> bool {
    fs::canonicalize(link).is_ok_and(|found| Some(found) == fs::canonicalize(folder).ok())
}

/// Makes `link` lead to `folder`. Another process sees either the old link or the new one.
fn turn_link(link: &Path, folder: &Path) -> anyhow::Result<()> {
    if leads_to(link, folder) {
        return Ok(());
    }
    let root = link.parent().unwrap_or(Path::new("."));
    let made = tempfile::Builder::new()
        .prefix(".libtorch-")
        .make_in(root, |path| symlink(folder, path))
        .and_then(|new| Ok(new.into_temp_path().persist(link)?));
    let Err(reason) = made else {
        return Ok(());
    };
    let remedy = match reason.kind() {
        _ if fs::symlink_metadata(link).is_ok() => "remove what is there".to_owned(),
        ErrorKind::PermissionDenied | ErrorKind::Unsupported | ErrorKind::ReadOnlyFilesystem => {
            format!(
                "where no links can be made, set LIBTORCH to {}",
                folder.display()
            )
        }
        _ => "make room, or move the project".to_owned(),
    };
    Err(reason).with_context(|| format!("cannot make the link {}; {remedy}", link.display()))
}
