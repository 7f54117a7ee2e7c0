//! What there is of a file while it is being downloaded.

use std::{
    ffi::OsString,
    fs::{self, File, OpenOptions},
    io::{self, Write},
    path::{Path, PathBuf},
};

use anyhow::Context as _;
use ureq::http::HeaderValue;

/// `FILE.partial`, beside the file that it becomes. What a server has cut off is kept where its
/// rest can be asked for: then `FILE.partial.source` holds the address, and on a second line the
/// server's tag (ETag) of the content that the bytes are part of.
pub struct Partial {
    file: File,
    path: PathBuf,
    source: PathBuf,
}

impl Partial {
    /// Opens what there is of `target`. The caller holds a lock, so that nobody else writes it.
    ///
    /// # Errors
    /// A folder that cannot be written.
    pub fn open(target: &Path) -> anyhow::Result<Self> {
        let beside = |ending: &str| {
            let mut path = OsString::from(target);
            path.push(ending);
            PathBuf::from(path)
        };
        let (path, source) = (beside(".partial"), beside(".partial.source"));
        for path in [&path, &source] {
            // What a link leads to may be a user's own file, and a pipe would be waited for.
            if fs::symlink_metadata(path).is_ok_and(|found| !found.is_file()) {
                fs::remove_file(path).with_context(|| {
                    format!("cannot remove {}, which is no file", path.display())
                })?;
            }
        }
        let file = OpenOptions::new()
            .create(true)
            .append(true)
            .open(&path)
            .with_context(|| format!("cannot write {}", path.display()))?;
        Ok(Partial { file, path, source })
    }

    /// Where the bytes are.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// How many bytes of what `url` serves are there, and the tag of that content; `None` if there
    /// are none, or their rest cannot be asked for.
    pub fn resumable(&self, url: &str) -> Option<(u64, String)> {
        let length = self.file.metadata().ok()?.len();
        let source = fs::read_to_string(&self.source).ok()?;
        let tag = source.strip_prefix(url)?.strip_prefix('\n')?;
        // Of a damaged file, it may be nothing that can be sent.
        let is_tag = !tag.is_empty() && HeaderValue::from_str(tag).is_ok();
        (length > 0 && is_tag).then(|| (length, tag.to_owned()))
    }

    /// Begins anew with the content that `url` serves under `tag`, if it has one.
    ///
    /// # Errors
    /// A folder that cannot be written.
    pub fn restart(&mut self, url: &str, tag: Option<&str>) -> io::Result<()> {
        remove(&self.source)?;
        self.file.set_len(0)?;
        match tag {
            Some(tag) => fs::write(&self.source, format!("{url}\n{tag}")),
            None => Ok(()),
        }
    }

    /// Adds bytes at the end.
    ///
    /// # Errors
    /// Those of the file system: a full disk, say.
    pub fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.file.write_all(bytes)
    }

    /// Ends an attempt that failed: the bytes stay if their rest can be asked for.
    pub fn set_aside(self) {
        if !self.source.is_file() {
            self.discard();
        }
    }

    /// Removes all of it. A file that cannot be removed is overwritten by the next attempt.
    pub fn discard(self) {
        _ = fs::remove_file(&self.source);
        _ = fs::remove_file(&self.path);
    }

    /// Makes it the finished file `target`, even if the power fails.
    ///
    /// # Errors
    /// Those of the file system.
    pub fn finish(self, target: &Path) -> io::Result<()> {
        self.file.sync_all()?;
        remove(&self.source)?;
        fs::rename(&self.path, target)?;
        match target.parent() {
            Some(folder) => File::open(folder)?.sync_all(),
            None => Ok(()),
        }
    }
}

fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}
