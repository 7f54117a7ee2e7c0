//! libtorch from the wheels that the user's pip downloads. They hold the same libraries as
//! PyTorch's archives, and no Python is needed to run with them.

use std::{
    env::consts::{ARCH, DLL_PREFIX, DLL_SUFFIX, OS},
    fs::{self, File},
    io::{self, IsTerminal},
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context as _, bail, ensure};

use crate::{
    context::Context,
    install::{paths_in, remove},
    libtorch::{Build, VERSION},
    unzip::unzip,
};

/// What pip shall download, with the digests of every wheel: those that the package index had for
/// these versions when they were written down. So neither an index nor a mirror is trusted.
const CPU_REQUIREMENTS: &str = include_str!("../wheels/cpu.txt");
const CUDA_REQUIREMENTS: &str = include_str!("../wheels/cuda.txt");

/// Its name beside the wheels.
pub const LIST: &str = "requirements.txt";

/// Larger than any of them, unpacked.
const LARGEST_UNPACKED: u64 = 16 << 30;

/// Downloads the wheels to the folder `downloads`, which may have some already, and lays their
/// libraries and headers in the folder `libtorch` as the archives have them. The caller holds the
/// cache's `lock`.
///
/// # Errors
/// A platform or build that there is no wheel for, no pip, a download that fails, or a wheel of
/// another digest.
pub fn fetch(
    context: &Context,
    build: Build,
    downloads: &Path,
    libtorch: &Path,
    lock: &File,
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
    let list = downloads.join(LIST);
    if fs::read_to_string(&list).ok().as_deref() != Some(requirements) {
        // pip looks at the wheels that it is asked for only, and all that are here are unpacked.
        for wheel in wheels_in(downloads)? {
            remove(&wheel)?;
        }
        fs::write(&list, requirements)
            .with_context(|| format!("cannot write {}", list.display()))?;
    }
    pip_download(context, downloads, &platforms, lock)?;

    context.output.line("unpacking them");
    for wheel in wheels_in(downloads)? {
        let name = wheel.file_name().unwrap_or_default().to_string_lossy();
        let place = match name.starts_with("torch-") {
            true => place_torch,
            false => place_nvidia,
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

fn wheels_in(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let mut wheels = paths_in(folder)?;
    wheels.retain(|path| path.extension().is_some_and(|extension| extension == "whl"));
    Ok(wheels)
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
    lock: &File,
) -> anyhow::Result<()> {
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
        .arg(folder.join(LIST))
        // The system's folder for temporary files is often too small for such wheels.
        .env("TMPDIR", folder)
        // It reads nothing. But the lock is held as long as it has the file open: if this set-up is
        // killed, the next waits until pip has ended too, and writes no more to the folder.
        .stdin(lock.try_clone().context("cannot share the lock with pip")?);
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
