//! What a folder with libtorch must hold.

use std::{
    env::consts::{DLL_PREFIX, DLL_SUFFIX},
    fs::{self, File},
    io::{self, Read as _},
    path::{Path, PathBuf},
};

use anyhow::{Context, ensure};

use crate::digests;

/// The one version that the bindings work with.
pub const VERSION: &str = "2.13.0";

/// NVIDIA's first driver that runs CUDA 13.
const CUDA_13_DRIVER: u32 = 580;

/// A build of libtorch, under PyTorch's own names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Build {
    /// For CPUs only.
    Cpu,
    /// CUDA 12.6, for drivers that are too old for the next.
    Cuda126,
    /// CUDA 13.0.
    Cuda130,
}

impl Build {
    /// The build with CUDA that a driver of this major version can run.
    pub fn for_driver(version: u32) -> Self {
        if version < CUDA_13_DRIVER {
            Build::Cuda126
        } else {
            Build::Cuda130
        }
    }

    /// PyTorch's name of it.
    pub fn name(self) -> &'static str {
        match self {
            Build::Cpu => "cpu",
            Build::Cuda126 => "cu126",
            Build::Cuda130 => "cu130",
        }
    }
}

/// Checks that a folder holds libtorch of the right version, whole: with every file that an
/// installation listed, as it was. Files that have not changed since the last check, by the stamp
/// in the folder `cache`, are not read again.
///
/// # Errors
/// The file that is missing or damaged, or the version that was found.
pub fn check(folder: &Path, cache: &Path) -> anyhow::Result<()> {
    check_presence(folder)?;
    digests::check(folder, cache)
}

/// The part of [`check`] that reads nothing large.
///
/// # Errors
/// The file that is missing, or the version that was found.
pub fn check_presence(folder: &Path) -> anyhow::Result<()> {
    let version_file = folder.join("build-version");
    let found = read_version(&version_file)
        .with_context(|| format!("cannot read {}", version_file.display()))?;
    let found = found.trim();
    ensure!(
        found.split('+').next() == Some(VERSION),
        "{}: expected version {VERSION}, found {found:?}",
        version_file.display()
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

/// The libraries that no libtorch can do without.
pub fn required_libraries(folder: &Path) -> [PathBuf; 3] {
    ["torch", "torch_cpu", "c10"].map(|name| library(folder, name))
}

/// The beginning of the file: a version is short, whatever else may be there.
fn read_version(path: &Path) -> io::Result<String> {
    if !fs::metadata(path)?.is_file() {
        return Err(io::Error::other("it is no file"));
    }
    let mut text = Vec::new();
    File::open(path)?.take(100).read_to_end(&mut text)?;
    Ok(String::from_utf8_lossy(&text).into_owned())
}

/// Whether a folder's libtorch can compute on a GPU.
pub fn has_cuda(folder: &Path) -> bool {
    library(folder, "torch_cuda").is_file()
}

fn library(folder: &Path, name: &str) -> PathBuf {
    folder.join(format!("lib/{DLL_PREFIX}{name}{DLL_SUFFIX}"))
}
