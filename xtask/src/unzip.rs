//! Unpacking zip archives (a Python wheel is one) that are not trusted.

use std::{
    fs::{self, File},
    io::{self, BufReader, Read},
    path::{Component, Path, PathBuf},
};

use anyhow::{Context, ensure};
use zip::ZipArchive;

use crate::output::Output;

/// libtorch's archives and wheels hold about ten thousand.
const MOST_FILES: usize = 100_000;

/// Unpacks those files of `archive` that `place` gives a path for, to that path in `folder`, which
/// are `largest` bytes at most together.
///
/// # Errors
/// An archive that has a link in it or a path that leads out of it, wanted or not, or that is too
/// large by its own account: nothing of it is unpacked. One that is damaged, or holds more than it
/// says: what was unpacked stays, for the caller to remove.
pub fn unzip(
    output: &Output,
    archive: &Path,
    folder: &Path,
    largest: u64,
    place: impl Fn(&Path) -> Option<PathBuf>,
) -> anyhow::Result<()> {
    let shown = archive.file_name().unwrap_or_default().to_string_lossy();
    let mut zip = open(archive)?;

    let mut wanted = Vec::new();
    let mut total = 0u64;
    for index in 0..zip.len() {
        let entry = zip.by_index_raw(index)?;
        let path = safe_path(&entry.name()?, entry.is_symlink())
            .with_context(|| format!("{shown} is refused"))?;
        if let Some(target) = place(&path).filter(|_| entry.is_file()) {
            total = total.saturating_add(entry.size());
            wanted.push((index, folder.join(target)));
        }
    }
    ensure!(
        total <= largest,
        "{shown} is refused: expected {largest} bytes at most when unpacked, found {total}"
    );

    let bar = output.bytes_bar(&format!("unpacking {shown}"), Some(total));
    for (index, target) in wanted {
        let parent = target.parent().unwrap_or(folder);
        fs::create_dir_all(parent).with_context(|| format!("cannot make {}", parent.display()))?;
        let entry = zip.by_index(index)?;
        let size = entry.size();
        let mut file =
            File::create(&target).with_context(|| format!("cannot write {}", target.display()))?;
        // One byte more than it says of itself is enough to know that it lies.
        let found = io::copy(&mut bar.wrap_read(entry.take(size + 1)), &mut file)
            .with_context(|| format!("cannot unpack {shown} to {}", target.display()))?;
        ensure!(
            found == size,
            "{shown} is damaged: expected {size} bytes for {}, found {}",
            target.display(),
            if found > size {
                "more".to_owned()
            } else {
                found.to_string()
            }
        );
    }
    Ok(())
}

/// Opens an archive, which reads the list of its files.
///
/// # Errors
/// A file that cannot be read, is no zip file, or holds too many.
pub fn open(archive: &Path) -> anyhow::Result<ZipArchive<BufReader<File>>> {
    let shown = archive.file_name().unwrap_or_default().to_string_lossy();
    let file = File::open(archive).with_context(|| format!("cannot read {shown}"))?;
    let zip =
        ZipArchive::new(BufReader::new(file)).with_context(|| format!("{shown} is no zip file"))?;
    ensure!(
        zip.len() <= MOST_FILES,
        "{shown} is refused: expected {MOST_FILES} files at most, found {}",
        zip.len()
    );
    Ok(zip)
}

fn safe_path(name: &str, is_symlink: bool) -> anyhow::Result<PathBuf> {
    let path = Path::new(name);
    ensure!(!is_symlink, "it holds the link {name:?}");
    ensure!(
        !name.chars().any(char::is_control),
        "it holds the name {name:?}, which has control characters"
    );
    ensure!(
        path.components()
            .all(|part| matches!(part, Component::Normal(_))),
        "it holds {name:?}, which leads out of it"
    );
    Ok(path.to_owned())
}
