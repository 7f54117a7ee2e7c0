//! Which files are missing or damaged, and their download.
//!
//! A file is trusted if it has the digest in [`crate::sets`], whichever mirror it comes from. One with
//! another content may be a user's: unless it is empty, it is kept as `FILE.replaced`. With `--offline`
//! nothing is downloaded.

use std::{fs, io, path::Path};

use anyhow::{Context as _, bail, ensure};
use durable_fs::{Lock, Problem::Missing};
use md5::{Digest as _, Md5};
use mnist_io::{Problem, catalog};

use crate::{
    download::{RetryPolicy, download},
    emnist,
    sets::{self, Digest, PUBLIC_MIRRORS, RemoteFile},
};

/// Maximum size in bytes of EMNIST's archive: twice that of the real one.
const MAX_ARCHIVE: u64 = 1 << 30;

/// Checks and downloads.
pub struct Fetcher<'a> {
    /// How long to wait for a server, and how often to try.
    pub policy: RetryPolicy,
    /// Whether the network must not be used.
    pub offline: bool,
    /// Receives the state of each file, and each download.
    pub say: &'a dyn Fn(&str),
}

impl Fetcher<'_> {
    /// Checks each of `files` in `folder`, reports its state, and downloads it if it is missing,
    /// damaged or different: from `mirrors`, or from the public ones if `mirrors` is empty. A file that
    /// is replaced, which may be a user's own, is kept as `FILE.replaced`. A second process that
    /// does the same waits, and finds the files there.
    ///
    /// # Errors
    /// The files that no mirror has, with the reason of each mirror. The other files are downloaded.
    pub fn fetch(
        &self,
        folder: &Path,
        files: &[RemoteFile],
        mirrors: &[String],
    ) -> anyhow::Result<()> {
        let mut failures = String::new();
        let mut lock = None;
        for file in files {
            let Err(problem) = verify(file, &folder.join(file.path)) else {
                (self.say)(&format!("ok       {}", file.path));
                continue;
            };
            let state = match &problem {
                Fault::File(Problem::File(Missing)) => "missing",
                _ if mnist_io::read(&folder.join(file.path)).is_ok() => "differs",
                _ => "damaged",
            };
            (self.say)(&format!("{state:<8} {}: {problem}", file.path));
            if let Err(reason) = self.replace(folder, file, mirrors, &mut lock) {
                failures += &format!("\n{}: {reason:#}", folder.join(file.path).display());
            }
        }
        ensure!(
            failures.is_empty(),
            "cannot get these files:{failures}\n\
             Name a mirror that can be reached with `cargo xtask fetch-data --mirror URL`, or put \
             the files there by hand."
        );
        Ok(())
    }

    /// Like [`Fetcher::fetch`], for the set of this name, one of [`sets::NAMES`]. The sets of EMNIST
    /// are unpacked from their archive, which stays for the others.
    ///
    /// # Errors
    /// Those of [`Fetcher::fetch`]; an archive that cannot be unpacked.
    pub fn fetch_set(&self, folder: &Path, name: &str, mirrors: &[String]) -> anyhow::Result<()> {
        if !name.starts_with("emnist-") {
            return self.fetch(folder, &sets::files(name), mirrors);
        }
        if emnist::is_unpacked(folder, name) {
            (self.say)(&format!("ok       {name}, unpacked earlier"));
            return Ok(());
        }
        let policy = RetryPolicy {
            max_bytes: MAX_ARCHIVE,
            ..self.policy
        };
        let archive = sets::EMNIST_ARCHIVE;
        Fetcher { policy, ..*self }.fetch(folder, &[archive], mirrors)?;
        emnist::unpack(folder, name)?;
        let path = archive.path;
        (self.say)(&format!(
            "ok       {name}, unpacked from {path}, which you may delete"
        ));
        Ok(())
    }

    /// Downloads a file from the first mirror that has it, under the lock of the folder, which stays
    /// in `lock`.
    fn replace(
        &self,
        folder: &Path,
        file: &RemoteFile,
        mirrors: &[String],
        lock: &mut Option<Lock>,
    ) -> anyhow::Result<()> {
        ensure!(
            !self.offline,
            "it would have to be downloaded, which --offline forbids"
        );
        let target = folder.join(file.path);
        if let Some(folder) = target.parent() {
            fs::create_dir_all(folder)
                .with_context(|| format!("cannot make {}", folder.display()))?;
        }
        if lock.is_none() {
            *lock = Some(durable_fs::lock(&folder.join("lock"))?);
        }
        if verify(file, &target).is_ok() {
            let path = file.path;
            (self.say)(&format!("ok       {path}, from another process"));
            return Ok(());
        }
        let accept = |path: &Path| {
            verify(file, path)?;
            self.keep_replaced(&target)
        };
        let mut refusals = String::new();
        for url in urls(file, mirrors) {
            (self.say)(&format!("         downloading {url}"));
            match download(&self.policy, self.say, &url, &target, &accept) {
                Ok(()) => return Ok(()),
                Err(reason) => {
                    (self.say)(&format!("         refused: {reason:#}"));
                    refusals += &format!("\n  {url}: {reason:#}");
                }
            }
        }
        bail!("no mirror has it:{refusals}")
    }

    /// Moves what is at `path`, which may be a user's own, to `FILE.replaced`, or to
    /// `FILE.replaced-2` and so on if that exists. An empty file is not kept.
    fn keep_replaced(&self, path: &Path) -> anyhow::Result<()> {
        let is_empty = |found: fs::Metadata| found.is_file() && found.len() == 0;
        if fs::symlink_metadata(path).map_or(true, is_empty) {
            return Ok(());
        }
        let mut kept = path.with_added_extension("replaced");
        for number in 2.. {
            if fs::symlink_metadata(&kept).is_err() {
                break;
            }
            kept = path.with_added_extension(format!("replaced-{number}"));
        }
        fs::rename(path, &kept)
            .with_context(|| format!("cannot keep {} as {}", path.display(), kept.display()))?;
        let kept = kept.display();
        (self.say)(&format!("         what was there is now {kept}"));
        Ok(())
    }
}

/// Why a file is not the known one.
#[derive(Debug, thiserror::Error)]
enum Fault {
    /// It cannot be read, or it has another content.
    #[error(transparent)]
    File(#[from] Problem),
    /// It has other bytes.
    #[error("expected bytes of MD5 {expected}, found {found}")]
    Md5 {
        expected: &'static str,
        found: String,
    },
}

/// Checks the file at `path`, which is to be `file`.
fn verify(file: &RemoteFile, path: &Path) -> Result<(), Fault> {
    match file.digest {
        Digest::ContentSha256(expected) => {
            let found = catalog::content_sha256(path).map_err(|error| error.problem)?;
            if found != expected {
                let expected = expected.to_owned();
                return Err(Problem::File(durable_fs::Problem::Digest { expected, found }).into());
            }
        }
        Digest::Md5(expected) => {
            let mut content =
                durable_fs::open(path).map_err(|error| Problem::File(error.problem))?;
            let mut hasher = Md5Writer(Md5::new());
            io::copy(&mut content, &mut hasher).map_err(|reason| {
                let operation = "read";
                Problem::File(durable_fs::Problem::Io { operation, reason })
            })?;
            let found = durable_fs::hexadecimal(&hasher.0.finalize());
            if found != expected {
                return Err(Fault::Md5 { expected, found });
            }
        }
    }
    Ok(())
}

/// A writer that only digests.
struct Md5Writer(Md5);

impl io::Write for Md5Writer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn urls(file: &RemoteFile, mirrors: &[String]) -> Vec<String> {
    if !mirrors.is_empty() {
        let url = |mirror: &String| format!("{}/{}", mirror.trim_end_matches('/'), file.path);
        return mirrors.iter().map(url).collect();
    }
    let (folder, name) = file.path.split_once('/').unwrap_or(("", file.path));
    PUBLIC_MIRRORS
        .iter()
        .filter(|(of, _)| *of == folder)
        .map(|(_, mirror)| format!("{mirror}/{name}"))
        .collect()
}
