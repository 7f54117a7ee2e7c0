//! `cargo xtask fetch-data`: checks the data files and downloads what is missing or damaged.

use std::{
    ffi::OsString,
    fs::{self, File},
    path::{Path, PathBuf},
};

use anyhow::{Context as _, ensure};
use durable_fs::Problem::{Denied, Directory, Io, Missing};
use mnist_io::{
    Problem::File as Failed,
    catalog::{self, KnownFile},
};

use crate::{
    context::Context,
    download::{Download, Downloader},
    lock::lock,
    output::Output,
};

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

/// Several times the largest known file.
const LARGEST: u64 = 128 << 20;

/// Arguments of `fetch-data`.
#[derive(clap::Args)]
pub struct Arguments {
    /// Get the Fashion-MNIST training set too, which the assignment does not use
    #[arg(long)]
    pub all: bool,
    /// Download from URL/mnist/FILE and URL/fashion-mnist/FILE instead of the public mirrors; may
    /// be given several times
    #[arg(long = "mirror", value_name = "URL")]
    pub mirrors: Vec<String>,
    /// The data folder [default: data in the project's folder]
    #[arg(long, value_name = "DIR")]
    pub data: Option<PathBuf>,
}

/// Checks all known files.
///
/// # Errors
/// Those of [`fetch`].
pub fn run(context: &Context, arguments: &Arguments) -> anyhow::Result<()> {
    let mut files = context.data_files.clone();
    if arguments.all {
        files.extend(catalog::FASHION_TRAIN);
    }
    let folder = arguments
        .data
        .clone()
        .unwrap_or_else(|| context.root.join("data"));
    fetch(&context.downloader(), &folder, &files, &arguments.mirrors)
}

/// Checks each of `files` in `folder`, says how it is, and downloads it if it is missing, damaged
/// or another: from `mirrors`, or from the public ones if there are none. What was there before,
/// which may be a user's own, is kept as `FILE.replaced`. A second process that does the same
/// waits, and finds the files there.
///
/// # Errors
/// Files that no mirror gave, with what each mirror said. The others are there all the same.
pub fn fetch(
    downloader: &Downloader,
    folder: &Path,
    files: &[KnownFile],
    mirrors: &[String],
) -> anyhow::Result<()> {
    let output = downloader.output;
    let mut held = None;
    let mut failures = String::new();
    for file in files {
        let Err(error) = file.verify(folder) else {
            output.line(format!("ok       {}", file.path));
            continue;
        };
        match error.problem {
            Failed(Missing) => output.line(format!("missing  {}", file.path)),
            Failed(Directory | Denied | Io { .. }) => {
                output.line(format!("failed   {error}"));
                failures += &format!("\n{error}");
                continue;
            }
            problem if mnist_io::read(&folder.join(file.path)).is_ok() => {
                output.line(format!("another  {}: {problem}", file.path));
            }
            problem => output.line(format!("damaged  {}: {problem}", file.path)),
        }
        if let Err(reason) = mend(downloader, folder, file, mirrors, &mut held) {
            failures += &format!("\n{}: {reason:#}", folder.join(file.path).display());
        }
    }
    ensure!(
        failures.is_empty(),
        "cannot get these files:{failures}\n\
         Name a mirror that can be reached with `cargo xtask fetch-data --mirror URL`, or put the \
         files there by hand."
    );
    Ok(())
}

/// Downloads a file, under the lock of its folder, which stays in `held`.
fn mend(
    downloader: &Downloader,
    folder: &Path,
    file: &KnownFile,
    mirrors: &[String],
    held: &mut Option<File>,
) -> anyhow::Result<()> {
    if held.is_none() && !downloader.offline {
        *held = Some(lock(downloader.output, &folder.join("lock"))?);
        if file.verify(folder).is_ok() {
            let path = file.path;
            downloader
                .output
                .line(format!("ok       {path}, by another process meanwhile"));
            return Ok(());
        }
    }
    let target = folder.join(file.path);
    downloader.fetch(&Download {
        name: file.path,
        urls: &urls(file, mirrors),
        target: &target,
        largest: LARGEST,
        check: &|path| {
            let found = catalog::content_sha256(path).map_err(|error| error.problem)?;
            ensure!(
                found == file.sha256,
                "expected content of SHA-256 {}, found {found}",
                file.sha256
            );
            keep_own(downloader.output, &target)
        },
    })
}

/// Moves what is at `path`, which may be a user's own, to `FILE.replaced`, or to `FILE.replaced-2`
/// and so on where there is one already. Nothing is no loss, and anything else is not for this
/// program to judge.
fn keep_own(output: &Output, path: &Path) -> anyhow::Result<()> {
    let is_nothing = |found: fs::Metadata| found.is_file() && found.len() == 0;
    if fs::symlink_metadata(path).map_or(true, is_nothing) {
        return Ok(());
    }
    let mut kept = OsString::from(path);
    kept.push(".replaced");
    for number in 2.. {
        if fs::symlink_metadata(&kept).is_err() {
            break;
        }
        kept = path.into();
        kept.push(format!(".replaced-{number}"));
    }
    let kept = PathBuf::from(kept);
    fs::rename(path, &kept)
        .with_context(|| format!("cannot keep {} as {}", path.display(), kept.display()))?;
    output.line(format!("         what was there is now {}", kept.display()));
    Ok(())
}

fn urls(file: &KnownFile, mirrors: &[String]) -> Vec<String> {
    let (folder, name) = file.path.split_once('/').unwrap_or(("", file.path));
    if mirrors.is_empty() {
        PUBLIC_MIRRORS
            .iter()
            .filter(|(of, _)| *of == folder)
            .map(|(_, mirror)| format!("{mirror}/{name}"))
            .collect()
    } else {
        mirrors
            .iter()
            .map(|mirror| format!("{}/{}", mirror.trim_end_matches('/'), file.path))
            .collect()
    }
}
