//! A small file to be downloaded.

use std::{fs, path::PathBuf};

use anyhow::ensure;
use tempfile::TempDir;
use xtask::{
    download::{Download, Downloader},
    output::Output,
    transfer::Patience,
};

use super::{Answer, PATIENCE, Server, names_in};

/// What is to be had.
pub const CONTENT: &[u8] = b"the digits zero to nine";
pub const LARGEST: u64 = 100;

/// A folder to download to.
pub struct Target {
    pub folder: TempDir,
    pub output: Output,
    pub patience: Patience,
}

impl Target {
    pub fn new() -> Self {
        Target {
            folder: tempfile::tempdir().unwrap(),
            output: Output::recording(),
            patience: PATIENCE,
        }
    }

    pub fn path(&self) -> PathBuf {
        self.folder.path().join("digits")
    }

    /// Downloads `/digits` from the first server that has it; the error is what was said.
    pub fn fetch(&self, servers: &[&Server]) -> Result<(), String> {
        let urls: Vec<_> = servers
            .iter()
            .map(|server| format!("{}/digits", server.url))
            .collect();
        let downloader = Downloader {
            output: &self.output,
            patience: self.patience,
            offline: false,
        };
        let download = Download {
            name: "digits",
            urls: &urls,
            target: &self.path(),
            largest: LARGEST,
            check: &|path| {
                ensure!(fs::read(path)? == CONTENT, "the content is wrong");
                Ok(())
            },
        };
        downloader
            .fetch(&download)
            .map_err(|error| format!("{error:#}"))
    }

    pub fn has_the_content_alone(&self) -> bool {
        names_in(self.folder.path()) == ["digits"] && fs::read(self.path()).unwrap() == CONTENT
    }
}

pub fn server(answer: Answer) -> Server {
    Server::start([("/digits", answer), ("/loop", Answer::Redirect("/loop"))])
}
