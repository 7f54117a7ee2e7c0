//! The folders and files that the benchmark reads and writes.

use std::{
    env,
    path::{Path, PathBuf},
};

use anyhow::Context as _;

/// The top folder of the project.
pub fn project() -> &'static Path {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    package.parent().expect("the package is in a workspace")
}

/// The cache folder, the same as that of `cargo xtask`.
///
/// # Errors
/// A user without a cache folder.
pub fn cache() -> anyhow::Result<PathBuf> {
    match env::var_os("AE_WORKBENCH_CACHE") {
        Some(cache) => std::path::absolute(cache).context("expected a path in AE_WORKBENCH_CACHE"),
        None => Ok(dirs::cache_dir()
            .context("no cache folder is known for this user; set AE_WORKBENCH_CACHE to one")?
            .join("autoencoder-workbench")),
    }
}

/// Writes a text file, which appears whole or not at all.
///
/// # Errors
/// A file that cannot be written.
pub fn write(path: &Path, text: &str) -> anyhow::Result<()> {
    Ok(durable_fs::write_atomically(path, text.as_bytes())?)
}
