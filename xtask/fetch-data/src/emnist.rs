//! The sets of EMNIST, which are unpacked from one archive.

use std::{
    fs::{self, File},
    io::{self, BufReader, Read as _},
    path::Path,
};

use anyhow::{Context as _, ensure};
use zip::ZipArchive;

use crate::sets;

/// Maximum size of an unpacked file in bytes; the largest that is read has 17 MB.
const MAX_FILE: u64 = 256 << 20;

/// Whether all files of the set `name` in `folder` are sound.
pub fn is_unpacked(folder: &Path, name: &str) -> bool {
    let mut files = sets::emnist_files(name).into_iter();
    files.all(|file| mnist_io::read(&folder.join(name).join(file)).is_ok())
}

/// Unpacks the files of the set `name` from the archive in `folder` to a folder of that name.
///
/// # Errors
/// An archive that cannot be read or lacks a file; a file that is no IDX file.
pub fn unpack(folder: &Path, name: &str) -> anyhow::Result<()> {
    let path = folder.join(sets::EMNIST_ARCHIVE.path);
    let cannot_read = || format!("cannot read {}", path.display());
    let file = File::open(&path).with_context(cannot_read)?;
    let mut archive = ZipArchive::new(BufReader::new(file)).with_context(cannot_read)?;
    let target = folder.join(name);
    fs::create_dir_all(&target).with_context(|| format!("cannot make {}", target.display()))?;
    for file in sets::emnist_files(name) {
        let entry = archive
            .by_name(&format!("gzip/{file}"))
            .with_context(|| format!("{}: cannot read gzip/{file}", path.display()))?;
        ensure!(
            entry.size() <= MAX_FILE,
            "{}: expected at most {MAX_FILE} bytes in gzip/{file}, found {}",
            path.display(),
            entry.size()
        );
        let mut content = entry.take(MAX_FILE);
        let target = target.join(file);
        durable_fs::write_atomically_with(&target, |out| io::copy(&mut content, out).map(drop))?;
        mnist_io::read(&target)?;
    }
    Ok(())
}
