//! Which files are missing or damaged, and where they can be downloaded.

use std::{fs, path::Path};

use anyhow::{Context as _, bail, ensure};
use durable_fs::{Lock, Problem::Missing};
use mnist_io::{
    Problem,
    catalog::{self, KnownFile},
};

use crate::download::{RetryPolicy, download};

/// Where the public has the files of each folder of data.
const PUBLIC_MIRRORS: [(&str, &str); 4] = [
    ("mnist", "https://ossci-datasets.s3.amazonaws.com/mnist"),
    (
        "mnist",
        "https://storage.googleapis.com/cvdf-datasets/mnist",
    ),
    (
        "fashion-mnist",
        "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com",
    ),
    (
        "fashion-mnist",
        "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion",
    ),
];

/// Checks and downloads.
pub struct Fetcher<'a> {
    /// How long a server may take, and how often it is asked.
    pub policy: RetryPolicy,
    /// The user wants no network.
    pub offline: bool,
    /// Is told how each file is, and of each download.
    pub say: &'a dyn Fn(&str),
}

impl Fetcher<'_> {
    /// Checks each of `files` in `folder`, says how it is, and downloads it if it is missing, damaged
    /// or another: from `mirrors`, or from the public ones if there are none. What was there before,
    /// which may be a user's own, is kept as `FILE.replaced`. A second process that does the same
    /// waits, and finds the files there.
    ///
    /// # Errors
    /// Files that no mirror gave, with what each mirror said. The others are there all the same.
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
                _ if mnist_io::read(&folder.join(file.path)).is_ok() => "another",
                _ => "damaged",
            };
            (self.say)(&format!("{state:<8} {}: {}", file.path, error.problem));
            if let Err(reason) = self.mend(folder, file, mirrors, &mut lock) {
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
    fn mend(
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
            (self.say)(&format!("ok       {path}, by another process meanwhile"));
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
    /// `FILE.replaced-2` and so on if that exists. An empty file is no loss.
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
    PUBLIC_MIRRORS
        .iter()
        .filter(|(of, _)| *of == folder)
        .map(|(_, mirror)| format!("{mirror}/{name}"))
        .collect()
}
