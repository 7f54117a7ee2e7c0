//! libtorch from PyTorch's official archives.

use std::{
    env::consts::{ARCH, OS},
    fs::File,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, bail};

use crate::{
    context::Context,
    download::download,
    libtorch::{Build, VERSION},
    unzip::unzip,
};

/// Where PyTorch publishes them.
pub const OFFICIAL: &str = "https://download.pytorch.org/libtorch";

/// Larger than any of them.
const LARGEST: u64 = 8 << 30;

/// Downloads the archive from `site`, [`OFFICIAL`] or a mirror of it, to the folder `downloads`,
/// and unpacks it to the folder `libtorch`.
///
/// # Errors
/// A platform that PyTorch publishes no archive for, a download that fails, or an archive that is
/// damaged.
pub fn fetch(
    context: &Context,
    site: &str,
    build: Build,
    downloads: &Path,
    libtorch: &Path,
) -> anyhow::Result<()> {
    let url = format!("{}/{}", site.trim_end_matches('/'), path_on_site(build)?);
    context.output.line(format!("downloading {url}"));
    let archive = downloads.join("libtorch.zip");
    let file =
        File::create(&archive).with_context(|| format!("cannot write {}", archive.display()))?;
    download(&context.output, "downloading", &url, LARGEST, &file)?;
    context.output.line("unpacking it");
    unzip(&context.output, &archive, libtorch, place)
}

fn path_on_site(build: Build) -> anyhow::Result<String> {
    let name = build.name();
    match (OS, ARCH, build) {
        ("linux", "x86_64", _) => Ok(format!(
            "{name}/libtorch-shared-with-deps-{VERSION}%2B{name}.zip"
        )),
        ("macos", "aarch64", Build::Cpu) => Ok(format!("cpu/libtorch-macos-arm64-{VERSION}.zip")),
        _ => bail!("no archive of the build {name} is known for {OS} on {ARCH}"),
    }
}

/// Headers and shared libraries; the static ones are as large again and not used.
fn place(path: &Path) -> Option<PathBuf> {
    let path = path.strip_prefix("libtorch").ok()?;
    let is_shared_library =
        path.starts_with("lib") && path.extension().is_none_or(|extension| extension != "a");
    (is_shared_library || path.starts_with("include") || path == Path::new("build-version"))
        .then(|| path.to_owned())
}
