//! `--data`, shared by the commands that read images.
//!
//! The digests of MNIST's files are compared with [`mnist_io::catalog`]. Without `--data`, other
//! files under these names are refused; in a folder that the user names they are validated, noted on
//! the terminal and recorded in `run.json`.

use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use durable_fs::Problem;
use experiment::{Data, Experiment, RunRecord};
use mnist_io::catalog::{FASHION_TEST, MNIST};
use tch::Device;
use train::{
    Error,
    data::{Datasets, title},
    run::conditions,
};

use crate::commands::terminal::eprint_line;

/// The remedy for known sets that cannot be read.
pub const FETCH_DATA: &str =
    "run `cargo xtask fetch-data` to check and repair the data, or name other images by --data";

/// The folder of the known sets.
const FOLDER: &str = "data";

#[derive(clap::Args)]
pub struct DataArgument {
    /// The images of all experiments, instead of those in their settings: mnist, fashion-mnist,
    /// kmnist, emnist-letters, emnist-balanced, qmnist, or the path of a file or folder of images.
    /// A folder with a folder mnist in it has the known sets [default: data].
    #[arg(long, value_name = "NAME|PATH")]
    data: Option<String>,
}

impl DataArgument {
    /// Gives all experiments the images that the user chose.
    pub fn choose(&self, experiments: &mut [Experiment]) {
        let Some(source) = self.data.as_ref().filter(|_| self.folder().is_none()) else {
            return;
        };
        for experiment in experiments {
            experiment.data.source.clone_from(source);
        }
    }

    /// The folder of the known sets that the user names.
    fn folder(&self) -> Option<PathBuf> {
        let source = self.data.as_deref()?;
        let folder = Path::new(source);
        (title(source).is_none() && folder.join(Data::MNIST).is_dir()).then(|| folder.to_owned())
    }

    /// Refuses other images than those in the settings: only the folder of the known sets may be named.
    pub fn check_is_folder(&self) -> anyhow::Result<()> {
        match &self.data {
            Some(found) if self.folder().is_none() => {
                bail!("--data: expected a folder with a folder mnist in it, found {found:?}")
            }
            _ => Ok(()),
        }
    }

    /// Reads and checks the images that are wanted, and describes a run with them.
    pub fn load<'a>(
        &self,
        wanted: impl IntoIterator<Item = &'a Data>,
        device: Device,
    ) -> anyhow::Result<(Datasets, RunRecord)> {
        let named = self.folder();
        let folder = named.as_deref().unwrap_or(Path::new(FOLDER));
        let data = Datasets::load(wanted, folder);
        let data = data.map_err(|error| with_remedy(error, named.is_some()))?;
        let record = conditions::describe(device, &data);
        for other in others(folder, &record) {
            if named.is_none() {
                return Err(other).context(FETCH_DATA);
            }
            eprint_line(format!("note: other images than the known ones: {other}"));
        }
        for data in record.data.values() {
            for note in &data.notes {
                eprint_line(format!("note: {}: {note}", data.name));
            }
        }
        Ok((data, record))
    }
}

/// The error with what helps: known sets can be downloaded, a user's own images cannot. A folder that the
/// user named is left alone.
fn with_remedy(error: Error, is_named: bool) -> anyhow::Error {
    match &error {
        Error::Data(_) if is_named => anyhow::Error::new(error)
            .context("put the right file there, or name other images by --data"),
        Error::Data(_) => anyhow::Error::new(error).context(FETCH_DATA),
        Error::KnownSet { name, .. } => {
            let remedy = fetch(name);
            anyhow::Error::new(error).context(remedy)
        }
        Error::NoSuchData { path, .. } => with_download(path.clone(), error),
        Error::Images(image_sets::Error { path, .. }) => with_download(path.clone(), error),
        _ => error.into(),
    }
}

/// The error of a path: a folder named as a known set may be that set, before it was downloaded.
fn with_download(path: PathBuf, error: Error) -> anyhow::Error {
    let name = path.file_name().and_then(|name| name.to_str());
    match name.filter(|name| title(name).is_some()) {
        Some(name) => anyhow::Error::new(error).context(fetch(name)),
        None => error.into(),
    }
}

fn fetch(name: &str) -> String {
    format!("run `cargo xtask fetch-data {name}` to download it")
}

/// The files of the known sets whose digests are not the catalog's.
fn others(folder: &Path, record: &RunRecord) -> Vec<mnist_io::Error> {
    let Some(data) = record.data.get(Data::MNIST) else {
        return Vec::new();
    };
    let known = MNIST.iter().chain(&FASHION_TEST);
    known
        .filter_map(|file| {
            let found = data.files.get(file.path)?;
            (found != file.sha256).then(|| mnist_io::Error {
                path: folder.join(file.path),
                problem: Problem::Digest {
                    expected: file.sha256.to_owned(),
                    found: found.clone(),
                }
                .into(),
            })
        })
        .collect()
}
