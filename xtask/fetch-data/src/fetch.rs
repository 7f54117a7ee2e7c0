//! Which files are missing or damaged, and where they can be downloaded.
//!
//! A file is trusted if its content has the digest in [`mnist_io::catalog`], whichever mirror it
//! comes from. One with another content may be a user's: unless it is empty, it is kept as
//! `FILE.replaced`. With `--offline` nothing is downloaded.

use std::{fs, path::Path};

use anyhow::{Context as _, bail, ensure};
use durable_fs::{Lock, Problem::Missing};
use mnist_io::{
    Problem,
    catalog::{self, KnownFile},
};

use crate::download::{RetryPolicy, download};

/// Public mirrors of MNIST.
const MNIST: &[&str] = &[
    "https://ossci-datasets.s3.amazonaws.com/mnist",
    "https://storage.googleapis.com/cvdf-datasets/mnist",
];
/// Public mirrors of Fashion-MNIST.
const FASHION_MNIST: &[&str] = &[
    "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com",
    "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion",
];

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
        files: &[KnownFile],
        mirrors: &[String],
    ) -> anyhow::Result<()> {
        let mut failures = String::new();
        let mut lock = None;
        for file in files {
            let Err(error) = file.verify(folder) else {
                (self.say)(&format!("ok       {}", file.path));
                continue;
            };
            let state = match error.problem {
                Problem::File(Missing) => "missing",
                _ if mnist_io::read(&folder.join(file.path)).is_ok() => "differs",
                _ => "damaged",
            };
            (self.say)(&format!("{state:<8} {}: {}", file.path, error.problem));
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

    /// Downloads a file from the first mirror that has it, under the lock of the folder, which stays
    /// in `lock`.
    fn replace(
        &self,
        folder: &Path,
        file: &KnownFile,
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
        if file.verify(folder).is_ok() {
            let path = file.path;
            (self.say)(&format!("ok       {path}, from another process"));
            return Ok(());
        }
        let accept = |path: &Path| {
            let found = catalog::content_sha256(path).map_err(|error| error.problem)?;
            ensure!(
                found == file.sha256,
                "expected content of SHA-256 {}, found {found}",
                file.sha256
            );
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

fn urls(file: &KnownFile, mirrors: &[String]) -> Vec<String> {
    if !mirrors.is_empty() {
        let url = |mirror: &String| format!("{}/{}", mirror.trim_end_matches('/'), file.path);
        return mirrors.iter().map(url).collect();
    }
    let (folder, name) = file.path.split_once('/').unwrap_or(("", file.path));
    let mirrors = match folder {
        "mnist" => MNIST,
        "fashion-mnist" => FASHION_MNIST,
        _ => &[],
    };
    let url = |mirror| format!("{mirror}/{name}");
    mirrors.iter().map(url).collect()
}
