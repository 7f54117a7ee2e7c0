//! `cargo xtask setup`: finds or installs libtorch, and links `.libtorch` to it.

use std::{fs, os::unix::fs::symlink, path::Path};

use anyhow::{Context as _, bail, ensure};

use crate::{
    archive, compiler,
    context::Context,
    device::Device,
    install::install,
    libtorch::{self, Build, VERSION},
};

/// Arguments of `setup`.
#[derive(clap::Args)]
pub struct Arguments {
    /// What libtorch must be able to compute on; `auto` keeps the one that is set up
    #[arg(long, value_enum, default_value_t)]
    pub device: Device,
    /// A mirror of PyTorch's archives
    #[arg(long, value_name = "URL", default_value = archive::OFFICIAL)]
    pub mirror: String,
}

impl Arguments {
    /// Those of a set-up that is part of another command.
    pub fn for_device(device: Device) -> Self {
        Arguments {
            device,
            mirror: archive::OFFICIAL.to_owned(),
        }
    }
}

/// Chooses the first of these, and installs if there is none: the `LIBTORCH` that the user set,
/// the libtorch that is set up already, the one in the cache.
///
/// # Errors
/// No C++ compiler (libtorch's bindings are C++), a `LIBTORCH` of the user's that does not serve, or
/// a failed installation.
pub fn run(context: &Context, arguments: &Arguments) -> anyhow::Result<()> {
    if let Err(problem) = compiler::version(context) {
        bail!("{problem:#}; {}", compiler::REMEDY);
    }
    let link = context.libtorch_link();
    let folder = if let Some(folder) = &context.user_libtorch {
        if let Err(problem) = check_users(context, folder, arguments.device) {
            bail!("{problem:#}. {}", users_remedy(folder));
        }
        folder.clone()
    } else if serves(context, &link, arguments.device) {
        fs::canonicalize(&link)?
    } else {
        install(
            context,
            choose_build(context, arguments.device)?,
            &arguments.mirror,
        )?
    };
    turn_link(&link, &folder)?;
    context.output.line(format!(
        "libtorch {VERSION} is set up: {}",
        folder.display()
    ));
    Ok(())
}

/// Checks, without reading anything large, the libtorch that the user named. Who did wants that
/// one: another is never taken silently.
///
/// # Errors
/// What is wrong with it.
pub fn check_users_presence(folder: &Path) -> anyhow::Result<()> {
    ensure!(folder.is_absolute(), "expected an absolute path");
    libtorch::check_presence(folder)
}

fn check_users(context: &Context, folder: &Path, device: Device) -> anyhow::Result<()> {
    check_users_presence(folder)?;
    libtorch::check(folder, &context.cache)?;
    ensure!(
        device != Device::Cuda || libtorch::has_cuda(folder),
        "expected a build with CUDA, found one for the CPU"
    );
    Ok(())
}

/// What the user can do if their libtorch does not serve.
pub fn users_remedy(folder: &Path) -> String {
    format!(
        "LIBTORCH is {:?}; set it to the folder of libtorch {VERSION}, or unset it, and `cargo \
         xtask setup` installs one",
        folder.display().to_string()
    )
}

fn serves(context: &Context, folder: &Path, device: Device) -> bool {
    libtorch::check(folder, &context.cache).is_ok()
        && (device != Device::Cuda || libtorch::has_cuda(folder))
}

fn choose_build(context: &Context, device: Device) -> anyhow::Result<Build> {
    let driver = if device == Device::Cpu {
        None
    } else {
        (context.nvidia_driver)().unwrap_or_else(|problem| {
            context
                .output
                .line(format!("taken as no NVIDIA driver: {problem:#}"));
            None
        })
    };
    match driver {
        Some(version) => {
            context
                .output
                .line(format!("found NVIDIA driver {version}"));
            Ok(Build::for_driver(version))
        }
        None if device == Device::Cuda => {
            context
                .output
                .line("found no NVIDIA driver; installing libtorch with CUDA as asked");
            Ok(Build::Cuda130)
        }
        None => Ok(Build::Cpu),
    }
}

/// Makes `link` lead to `folder`. Another process sees the old link or the new one, never none.
fn turn_link(link: &Path, folder: &Path) -> anyhow::Result<()> {
    if fs::canonicalize(link).is_ok_and(|found| Some(found) == fs::canonicalize(folder).ok()) {
        return Ok(());
    }
    let root = link.parent().unwrap_or(Path::new("."));
    tempfile::Builder::new()
        .prefix(".libtorch-")
        .make_in(root, |path| symlink(folder, path))
        .and_then(|new| Ok(new.into_temp_path().persist(link)?))
        .with_context(|| {
            format!(
                "cannot make the link {}; remove what is there",
                link.display()
            )
        })
}
