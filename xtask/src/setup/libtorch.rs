//! What a folder with libtorch must hold, and which one is chosen.

use std::{
    env::consts::{DLL_PREFIX, DLL_SUFFIX},
    fs,
    io::ErrorKind,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, bail, ensure};
use durable_fs::checksums;

use crate::{context::Context, device::Device};

/// The one version that the bindings work with.
pub const VERSION: &str = "2.13.0";

/// The folder of the libtorch that cargo takes: the user's `LIBTORCH`, or what `.libtorch` leads
/// to. Nothing large is read.
///
/// # Errors
/// No libtorch, or what is wrong with it.
pub fn chosen(context: &Context) -> anyhow::Result<PathBuf> {
    if let Some(folder) = &context.user_libtorch {
        // A user who sets it wants this libtorch: another one is never taken silently.
        ensure!(
            folder.is_absolute(),
            "expected an absolute path, found {folder:?}"
        );
        check_presence(folder)?;
        return Ok(folder.clone());
    }
    let link = context.libtorch_link();
    let target = match fs::read_link(&link) {
        // A user may have made a relative link.
        Ok(target) => context.root.join(target),
        // Or have unpacked libtorch at its path.
        Err(_) if link.is_dir() => link.clone(),
        Err(_) => bail!("it is not set up: there is no link {}", link.display()),
    };
    ensure!(
        target.exists(),
        "the link {} leads to {}, which does not exist",
        link.display(),
        target.display()
    );
    check_presence(&target)?;
    Ok(target)
}

/// Checks that the libtorch in `folder` can compute on `device`.
///
/// # Errors
/// A build without CUDA.
pub fn check_device(folder: &Path, device: Device) -> anyhow::Result<()> {
    ensure!(
        device != Device::Cuda || has_cuda(folder),
        "{}: expected a build with CUDA, found one for the CPU",
        folder.display()
    );
    Ok(())
}

/// Checks the version, and that the most important files exist.
///
/// # Errors
/// The file that is missing, or the version that was found.
pub fn check_presence(folder: &Path) -> anyhow::Result<()> {
    let Some((file, found)) = version(folder) else {
        bail!("{}", describe(folder));
    };
    ensure!(
        found.split('+').next() == Some(VERSION),
        "{}: expected version {VERSION}, found {found:?}",
        file.display()
    );
    let header = folder.join("include/torch/csrc/api/include/torch/torch.h");
    for file in [header].into_iter().chain(required_libraries(folder)) {
        ensure!(
            file.is_file(),
            "expected the file {}, found none",
            file.display()
        );
    }
    Ok(())
}

/// The version of the libtorch in `folder`, and the file that says so: `build-version` of PyTorch's
/// archives, or `version.py` of its wheels.
fn version(folder: &Path) -> Option<(PathBuf, String)> {
    let read = |name: &str| {
        let path = folder.join(name);
        let text = durable_fs::read_at_most(&path, 1 << 16).ok()?;
        Some((path, String::from_utf8_lossy(&text).into_owned()))
    };
    if let Some((path, text)) = read("build-version") {
        return Some((path, text.trim().to_owned()));
    }
    let (path, text) = read("version.py")?;
    let mut lines = text.lines();
    let version = lines.find_map(|line| line.strip_prefix("__version__ = "))?;
    Some((path, version.trim_matches(['\'', '"']).to_owned()))
}

/// What `folder` is, if it is no libtorch; a libtorch near it is named.
fn describe(folder: &Path) -> String {
    let shown = folder.display();
    match fs::metadata(folder) {
        Err(error) if error.kind() == ErrorKind::NotFound => {
            return format!("{shown} does not exist");
        }
        Err(error) => return format!("cannot read {shown}: {error}"),
        Ok(found) if !found.is_dir() => {
            return format!("{shown} is a file; expected the folder that libtorch is unpacked to");
        }
        Ok(_) => {}
    }
    match near(folder) {
        Some(near) => format!("{shown} is no libtorch, but {} is", near.display()),
        None => format!(
            "{shown} is no libtorch: expected a file build-version (or version.py, of pip's torch)"
        ),
    }
}

/// A libtorch in the folders that people confuse with it: around it, or in an environment of Python.
fn near(folder: &Path) -> Option<PathBuf> {
    let below = ["libtorch", "torch", "site-packages/torch"].map(|name| folder.join(name));
    let above = folder.ancestors().skip(1).take(2).map(Path::to_owned);
    let environments = fs::read_dir(folder.join("lib")).into_iter().flatten();
    let installed = environments.filter_map(|python| {
        let python = python.ok()?.path();
        Some(python.join("site-packages/torch"))
    });
    let mut places = below.into_iter().chain(above).chain(installed);
    places.find(|place| version(place).is_some() && library(place, "c10").is_file())
}

/// Lists the digest of every file in `folder`, so that later damage is found.
///
/// # Errors
/// A file that cannot be read or written.
pub fn record_digests(folder: &Path) -> anyhow::Result<()> {
    let mut files = Vec::new();
    collect(folder, Path::new(""), &mut files)?;
    files.sort();
    Ok(checksums::write(folder, &files)?)
}

/// Adds the files of `folder`, a path in `top`, and of the folders in it.
fn collect(top: &Path, folder: &Path, files: &mut Vec<PathBuf>) -> anyhow::Result<()> {
    let path = top.join(folder);
    let entries = fs::read_dir(&path).with_context(|| format!("cannot read {}", path.display()))?;
    for entry in entries {
        let entry = entry?;
        let name = folder.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            collect(top, &name, files)?;
        } else {
            files.push(name);
        }
    }
    Ok(())
}

/// Checks the digests of an installation. Returns their number, or `None` without a list: a user's
/// libtorch has none.
///
/// # Errors
/// A list that cannot be read or lacks a library, or the first file that is missing or differs.
pub fn verify_digests(folder: &Path) -> anyhow::Result<Option<usize>> {
    let Some(files) = checksums::verify(folder)? else {
        return Ok(None);
    };
    for library in required_libraries(folder) {
        ensure!(
            files.contains(&library),
            "{}: expected the digest of {}, found none",
            folder.join(checksums::NAME).display(),
            library.display()
        );
    }
    Ok(Some(files.len()))
}

/// Whether a folder's libtorch can compute on a GPU.
pub fn has_cuda(folder: &Path) -> bool {
    library(folder, "torch_cuda").is_file()
}

/// The libraries that every libtorch has.
fn required_libraries(folder: &Path) -> [PathBuf; 3] {
    ["torch", "torch_cpu", "c10"].map(|name| library(folder, name))
}

fn library(folder: &Path, name: &str) -> PathBuf {
    folder.join(format!("lib/{DLL_PREFIX}{name}{DLL_SUFFIX}"))
}
