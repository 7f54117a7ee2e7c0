//! libtorch from the wheels of PyTorch, which the user's pip downloads and unpacks. No Python is
//! needed to run with it.

use std::{
    env::consts::{DLL_PREFIX, DLL_SUFFIX},
    fs,
    io::{self, IsTerminal as _},
    path::Path,
};

use anyhow::{Context as _, ensure};
use durable_fs::Lock;

use super::{build::Build, libtorch::VERSION};
use crate::{context::Context, environment::Child, process::run_aloud};

/// Downloads the wheels of `build` to the folder `downloads`, which may have some already, and
/// arranges their libraries and headers in the folder `libtorch`. Temporary files go to `temporary`,
/// and pip inherits the `lock` of the cache.
///
/// # Errors
/// A platform that there is no wheel for, no pip, a download that fails, or a wheel with another
/// digest.
pub(super) fn fetch(
    context: &Context,
    build: Build,
    downloads: &Path,
    temporary: &Path,
    libtorch: &Path,
    lock: &Lock,
) -> anyhow::Result<()> {
    let platforms = context.platform.wheels()?;
    let list = temporary.join("requirements.txt");
    fs::write(&list, build.requirements())
        .with_context(|| format!("cannot write {}", list.display()))?;
    let pip = |command: &str, options: &[&str], folder: &Path| -> anyhow::Result<()> {
        let mut pip = context.command(Child::Python, &context.python);
        pip.args(["-m", "pip", command])
            .args(["--no-input", "--disable-pip-version-check"])
            // Only the requirements on the list are needed, not all of those that the wheels name.
            .args(["--no-deps", "--require-hashes", "--requirement"])
            .arg(&list)
            .args(["--only-binary=:all:", "--python-version=3.12"])
            .args(platforms.iter().map(|name| format!("--platform={name}")))
            .args(options)
            .arg(folder)
            // The system's folder for temporary files is often too small for such wheels.
            .env("TMPDIR", temporary)
            // pip reads nothing, but holds the lock as long as it has the file open: if this set-up
            // is killed, the next one waits until pip has ended as well.
            .stdin(lock.try_clone().context("cannot share the lock with pip")?);
        let name = format!("{} -m pip {command}", context.python.display());
        let ended = run_aloud(&mut pip).with_context(|| format!("cannot run `{name}`"))?;
        ensure!(
            ended.output.status.success(),
            "`{name}` failed ({}): {}{}",
            ended.output.status,
            ended.reason,
            remedy(&ended.reason)
        );
        Ok(())
    };
    context.say(format!(
        "downloading the wheel of torch {VERSION} and what it needs with pip"
    ));
    // pip takes several times a wheel's size of memory to put it into its own cache.
    let mut options = vec!["--no-cache-dir", "--dest"];
    if !io::stdout().is_terminal() {
        options.insert(0, "--quiet");
    }
    pip("download", &options, downloads)?;
    context.say("unpacking it");
    let unpacked = temporary.join("unpacked");
    let from_downloads = format!("--find-links={}", downloads.display());
    let options = [
        "--quiet",
        "--no-compile",
        // Python runs nothing of the wheels, so that an older one will do.
        "--ignore-requires-python",
        "--no-index",
        &from_downloads,
        "--target",
    ];
    pip("install", &options, &unpacked)?;
    arrange(&unpacked, build, libtorch)
}

/// What helps against a failure that pip gives this reason for.
fn remedy(reason: &str) -> &'static str {
    const REMEDIES: [(&[&str], &str); 3] = [
        (
            &["No space left", "Disk quota"],
            "; make room, or name a folder on a larger disk in AE_WORKBENCH_CACHE",
        ),
        (
            &["No matching distribution", "Could not find a version"],
            "; either the package index does not have it (name another in PIP_INDEX_URL), or it could \
             not be reached (see what pip says above)",
        ),
        (
            &["DO NOT MATCH THE HASHES"],
            "; the package index serves other files than PyTorch's: name another in PIP_INDEX_URL",
        ),
    ];
    let found = REMEDIES.iter().find(|(words, _)| {
        let is_said = |word: &&str| reason.contains(word);
        words.iter().any(is_said)
    });
    found.map_or("", |(_, remedy)| remedy)
}

/// Moves headers and libraries from the `unpacked` wheels to `libtorch`, where all libraries are in
/// one folder, so that they find each other.
fn arrange(unpacked: &Path, build: Build, libtorch: &Path) -> anyhow::Result<()> {
    let arranged = || {
        let lib = libtorch.join("lib");
        fs::create_dir_all(&lib)?;
        fs::rename(unpacked.join("torch/include"), libtorch.join("include"))?;
        let is_wanted = |name: &str| is_wanted_of_torch(name, build);
        move_libraries(&unpacked.join("torch/lib"), &lib, is_wanted)?;
        let is_wanted = |name: &str| is_wanted_of_nvidia(name, build);
        // NVIDIA's wheels hold `nvidia/NAME/lib/LIBRARY`.
        for package in fs::read_dir(unpacked.join("nvidia")).into_iter().flatten() {
            move_libraries(&package?.path().join("lib"), &lib, is_wanted)?;
        }
        fs::write(libtorch.join("build-version"), format!("{VERSION}\n"))
    };
    arranged().with_context(|| format!("cannot arrange libtorch in {}", libtorch.display()))
}

fn move_libraries(from: &Path, to: &Path, is_wanted: impl Fn(&str) -> bool) -> io::Result<()> {
    for file in fs::read_dir(from).into_iter().flatten() {
        let file = file?;
        let name = file.file_name();
        let name = name.to_string_lossy();
        // Linux adds a version to the name: `libgomp.so.1`.
        let is_library = name.ends_with(DLL_SUFFIX) || name.contains(&format!("{DLL_SUFFIX}."));
        if is_library && is_wanted(&name) {
            fs::rename(file.path(), to.join(&*name))?;
        }
    }
    Ok(())
}

/// With a library for CUDA in the folder, a CPU-only set-up would be linked with CUDA.
fn is_wanted_of_torch(name: &str, build: Build) -> bool {
    let parts = ["cuda", "nvrtc", "nvshmem"];
    let is_for_cuda = parts.iter().any(|part| name.contains(part));
    name != format!("{DLL_PREFIX}torch_python{DLL_SUFFIX}")
        && (build == Build::Cuda || !is_for_cuda)
}

/// The CPU library of PyTorch's wheels is linked with two of NVIDIA's.
fn is_wanted_of_nvidia(name: &str, build: Build) -> bool {
    build == Build::Cuda || name.starts_with("libcupti.") || name.starts_with("libcudart.")
}
