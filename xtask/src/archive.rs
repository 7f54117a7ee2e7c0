//! libtorch from PyTorch's official archives.

use std::{
    env::consts::{ARCH, OS},
    path::{Path, PathBuf},
};

use anyhow::bail;

use crate::{
    context::Context,
    download::Download,
    libtorch::{Build, VERSION},
    unzip::{self, unzip},
};

/// Where PyTorch publishes them.
pub const OFFICIAL: &str = "https://download.pytorch.org/libtorch";

/// Larger than any of them, packed and unpacked.
const LARGEST: u64 = 8 << 30;
const LARGEST_UNPACKED: u64 = 16 << 30;

/// Downloads the archive from `site`, [`OFFICIAL`] or a mirror of it, to the folder `downloads`,
/// and unpacks it to the folder `libtorch`. The caller holds the cache's lock.
///
/// PyTorch publishes no digests of its archives. So HTTPS and the site are what is trusted; each
/// file's checksum in the archive tells damage.
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
    let name = format!("libtorch-{VERSION}-{}.zip", build.name());
    let archive = downloads.join(&name);
    context.downloader().fetch(&Download {
        name: &name,
        urls: &[url],
        target: &archive,
        largest: LARGEST,
        check: &|path| unzip::open(path).map(drop),
    })?;
    context.output.line("unpacking it");
    unzip(&context.output, &archive, libtorch, LARGEST_UNPACKED, place)
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
