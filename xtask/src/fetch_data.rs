//! `cargo xtask fetch-data`: checks the data files and downloads what is missing or damaged.

use std::{
    fs::{self, Permissions},
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, ensure};
use mnist_io::{
    Problem,
    catalog::{self, KnownFile},
};

use crate::{context::Context, download::download, output::Output};

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
    let mut files = [&catalog::MNIST[..], &catalog::FASHION_TEST].concat();
    if arguments.all {
        files.extend(catalog::FASHION_TRAIN);
    }
    let folder = arguments
        .data
        .clone()
        .unwrap_or_else(|| context.root.join("data"));
    fetch(&context.output, &folder, &files, &arguments.mirrors)
}

/// Checks each of `files` in `folder`, says how it is, and downloads it if it is missing or
/// damaged: from `mirrors`, or from the public ones if there are none.
///
/// # Errors
/// Files that no mirror gave, with what each mirror said. The others are there all the same.
pub fn fetch(
    output: &Output,
    folder: &Path,
    files: &[KnownFile],
    mirrors: &[String],
) -> anyhow::Result<()> {
    let mut failures = String::new();
    for file in files {
        match file.verify(folder) {
            Ok(()) => {
                output.line(format!("ok       {}", file.path));
                continue;
            }
            Err(error) => match error.problem {
                Problem::Missing => output.line(format!("missing  {}", file.path)),
                Problem::Directory | Problem::Denied | Problem::Read(_) => {
                    output.line(format!("failed   {error}"));
                    failures += &format!("\n{error}");
                    continue;
                }
                problem => output.line(format!("damaged  {}: {problem}", file.path)),
            },
        }
        if let Err(refusals) = fetch_one(output, folder, file, &urls(file, mirrors)) {
            failures += &format!("\n{}:{refusals}", folder.join(file.path).display());
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

/// Tries each address in turn; the error is what each of them said.
fn fetch_one(
    output: &Output,
    folder: &Path,
    file: &KnownFile,
    urls: &[String],
) -> Result<(), String> {
    let mut refusals = String::new();
    for url in urls {
        output.line(format!("         downloading {url}"));
        match fetch_from(output, folder, file, url) {
            Ok(()) => return Ok(()),
            Err(reason) => {
                output.line(format!("         refused: {reason:#}"));
                refusals += &format!("\n  {url}: {reason:#}");
            }
        }
    }
    Err(refusals)
}

/// The file appears when all of it is there and its digest is right.
fn fetch_from(output: &Output, folder: &Path, file: &KnownFile, url: &str) -> anyhow::Result<()> {
    let path = folder.join(file.path);
    let parent = path.parent().unwrap_or(folder);
    fs::create_dir_all(parent).with_context(|| format!("cannot make {}", parent.display()))?;
    let new = tempfile::Builder::new()
        .permissions(Permissions::from_mode(0o666))
        .tempfile_in(parent)
        .with_context(|| format!("cannot write to {}", parent.display()))?;
    download(output, file.path, url, LARGEST, new.as_file())?;
    let found = catalog::content_sha256(new.path()).map_err(|error| error.problem)?;
    ensure!(
        found == file.sha256,
        "expected content of SHA-256 {}, found {found}",
        file.sha256
    );
    new.as_file().sync_all()?;
    new.persist(&path)
        .with_context(|| format!("cannot write {}", path.display()))?;
    Ok(())
}
