//! Downloads: several addresses, several attempts, and a file that appears whole or not at all.

use std::{fs, path::Path, thread};

use anyhow::{Context as _, bail, ensure};

use crate::{
    output::Output,
    partial::Partial,
    transfer::{Failure, Patience, transfer},
};

/// What downloads need of their surroundings.
pub struct Downloader<'a> {
    /// Where messages and progress go.
    pub output: &'a Output,
    /// How long a server may take.
    pub patience: Patience,
    /// The user wants no network.
    pub offline: bool,
}

/// A file to be had.
pub struct Download<'a> {
    /// What the progress bar calls it.
    pub name: &'a str,
    /// Where it is served; the first that serves it is taken.
    pub urls: &'a [String],
    /// Where it shall be. The caller holds a lock on that folder.
    pub target: &'a Path,
    /// No such file has more bytes.
    pub largest: u64,
    /// Refuses content that is not the right one.
    pub check: &'a dyn Fn(&Path) -> anyhow::Result<()>,
}

impl Downloader<'_> {
    /// Gets a file. It appears when all of it is there, checked and on the disk. What a server has
    /// cut off is gone on with, now or the next time, if that server can give a rest.
    ///
    /// # Errors
    /// What each address said; that the user wants no network; or a folder that cannot be written.
    pub fn fetch(&self, download: &Download) -> anyhow::Result<()> {
        ensure!(
            !self.offline,
            "it would have to be downloaded, which --offline forbids"
        );
        if let Some(folder) = download.target.parent() {
            fs::create_dir_all(folder)
                .with_context(|| format!("cannot make {}", folder.display()))?;
        }
        let mut refusals = String::new();
        for url in download.urls {
            self.output.line(format!("         downloading {url}"));
            match self.fetch_from(url, download) {
                Ok(()) => return Ok(()),
                Err(reason) => {
                    self.output.line(format!("         refused: {reason:#}"));
                    refusals += &format!("\n  {url}: {reason:#}");
                }
            }
        }
        bail!("no address serves it:{refusals}")
    }

    fn fetch_from(&self, url: &str, download: &Download) -> anyhow::Result<()> {
        let mut pause = self.patience.pause;
        for _ in 1..self.patience.attempts {
            match self.attempt(url, download) {
                Ok(()) => return Ok(()),
                Err(Failure::Lasting(reason)) => return Err(reason),
                Err(Failure::Passing(reason)) => {
                    self.output
                        .line(format!("         again, since {reason:#}"));
                }
            }
            thread::sleep(pause);
            pause *= 2;
        }
        self.attempt(url, download)
            .map_err(|failure| match failure {
                Failure::Passing(reason) | Failure::Lasting(reason) => reason,
            })
    }

    fn attempt(&self, url: &str, download: &Download) -> Result<(), Failure> {
        let mut partial = Partial::open(download.target).map_err(Failure::Lasting)?;
        let is_rest = match transfer(self, download, url, &mut partial) {
            Ok(is_rest) => is_rest,
            Err(failure) => {
                partial.set_aside();
                return Err(failure);
            }
        };
        if let Err(reason) = (download.check)(partial.path()) {
            partial.discard();
            // Two halves that do not fit say nothing against the whole.
            return Err(if is_rest {
                Failure::Passing(reason)
            } else {
                Failure::Lasting(reason)
            });
        }
        let written = partial.finish(download.target);
        written
            .with_context(|| format!("cannot write {}", download.target.display()))
            .map_err(Failure::Lasting)
    }
}
