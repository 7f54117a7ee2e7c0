//! libtorch from the wheels that the user's pip downloads. They hold the same libraries as
//! PyTorch's archives, and no Python is needed to run with them.

use std::{
    env::consts::{ARCH, DLL_PREFIX, DLL_SUFFIX, OS},
    fs,
    io::{self, IsTerminal},
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context as _, bail, ensure};

use crate::{
    context::Context,
    libtorch::{Build, VERSION},
    unzip::unzip,
};

/// What pip shall download, with the digests of every wheel: those that the package index had for
/// these versions when they were written down. So neither an index nor a mirror is trusted.
const CPU_REQUIREMENTS: &str = include_str!("../wheels/cpu.txt");
const CUDA_REQUIREMENTS: &str = include_str!("../wheels/cuda.txt");

/// Larger than any of them, unpacked.
const LARGEST_UNPACKED: u64 = 16 << 30;

/// Downloads the wheels to the folder `downloads`, and lays their libraries and headers in the
/// folder `libtorch` as the archives have them.
///
/// # Errors
/// A platform or build that there is no wheel for, no pip, a download that fails, or a wheel of
/// another digest.
pub fn fetch(
    context: &Context,
    build: Build,
    downloads: &Path,
    libtorch: &Path,
) -> anyhow::Result<()> {
    let platforms = platforms()?;
    let requirements = match build {
        Build::Cpu => CPU_REQUIREMENTS,
        Build::Cuda130 => CUDA_REQUIREMENTS,
        Build::Cuda126 => bail!(
            "the wheels are built for CUDA 13.0, which needs a newer NVIDIA driver; \
             update it, or give `--device cpu`"
        ),
    };
    context.output.line(format!(
        "downloading the wheel of torch {VERSION} and what it needs with pip"
    ));
    pip_download(context, downloads, &platforms, requirements)?;

    context.output.line("unpacking them");
    for entry in fs::read_dir(downloads)? {
        let wheel = entry?.path();
        let name = wheel
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        let place = if name.starts_with("torch-") {
            place_torch
        } else if name.ends_with(".whl") {
            place_nvidia
        } else {
            continue;
        };
        unzip(
            &context.output,
            &wheel,
            libtorch,
            LARGEST_UNPACKED,
            |path| place(path, build),
        )?;
    }
    let version_file = libtorch.join("build-version");
    fs::write(&version_file, format!("{VERSION}\n"))
        .with_context(|| format!("cannot write {}", version_file.display()))
}

/// pip's names for the platforms whose wheels run here. It does not know by itself that a wheel
/// for an older C library (the number) runs with a newer one.
fn platforms() -> anyhow::Result<Vec<String>> {
    match (OS, ARCH) {
        ("linux", "x86_64" | "aarch64") => Ok((17..=28)
            .map(|minor| format!("manylinux_2_{minor}_{ARCH}"))
            .chain([format!("manylinux2014_{ARCH}")])
            .collect()),
        ("macos", "aarch64") => Ok(vec!["macosx_14_0_arm64".to_owned()]),
        _ => bail!("there is no wheel of PyTorch {VERSION} for {OS} on {ARCH}"),
    }
}

fn pip_download(
    context: &Context,
    folder: &Path,
    platforms: &[String],
    requirements: &str,
) -> anyhow::Result<()> {
    let list = folder.join("requirements.txt");
    fs::write(&list, requirements).with_context(|| format!("cannot write {}", list.display()))?;
    let mut pip = Command::new(&context.python);
    pip.args(["-m", "pip", "download", "--no-input"])
        .args(["--only-binary=:all:", "--python-version", "3.12"])
        .args(
            platforms
                .iter()
                .map(|platform| format!("--platform={platform}")),
        )
        // pip takes several times a wheel's size of memory to put it into its own cache.
        .args(["--disable-pip-version-check", "--no-cache-dir", "--dest"])
        .arg(folder)
        // The wheels' other requirements are Python's, and not needed.
        .args(["--no-deps", "--require-hashes", "--requirement"])
        .arg(&list)
        // The system's folder for temporary files is often too small for such wheels.
        .env("TMPDIR", folder);
    if !io::stdout().is_terminal() {
        pip.arg("--quiet");
    }
    let python = context.python.display();
    let status = pip
        .status()
        .with_context(|| format!("cannot run {python}"))?;
    ensure!(
        status.success(),
        "`{python} -m pip download` failed ({status}); pip says why above"
    );
    Ok(())
}

fn place_torch(path: &Path, build: Build) -> Option<PathBuf> {
    let path = path.strip_prefix("torch").ok()?;
    if path.starts_with("include") {
        return Some(path.to_owned());
    }
    let name = path.strip_prefix("lib").ok()?.to_str()?;
    // With one of these in the folder, a CPU-only set-up would be linked with CUDA.
    let is_cuda = ["cuda", "nvrtc", "nvshmem"]
        .iter()
        .any(|part| name.contains(part));
    let is_wanted = is_shared_library(name)
        && name != format!("{DLL_PREFIX}torch_python{DLL_SUFFIX}")
        && (build != Build::Cpu || !is_cuda);
    is_wanted.then(|| path.to_owned())
}

/// NVIDIA's wheels hold `nvidia/NAME/lib/LIBRARY`; the libraries find each other in one folder.
fn place_nvidia(path: &Path, build: Build) -> Option<PathBuf> {
    let name = path.file_name()?.to_str()?;
    let is_wanted = path.parent()?.ends_with("lib")
        && is_shared_library(name)
        && (build != Build::Cpu || name.starts_with("libcupti.") || name.starts_with("libcudart."));
    is_wanted.then(|| Path::new("lib").join(name))
}

/// Linux adds a version to the name: `libgomp.so.1`.
fn is_shared_library(name: &str) -> bool {
    !name.contains('/') && (name.ends_with(DLL_SUFFIX) || name.contains(&format!("{DLL_SUFFIX}.")))
}
