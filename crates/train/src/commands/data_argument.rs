//! `--data`, shared by the commands that read data sets.
//!
//! Each load compares the digests of the files with [`mnist_io::catalog`]. Without `--data`, other
//! files are refused; in a folder that the user names they are validated, noted on the terminal and
//! recorded in `run.json`.

use std::path::{Path, PathBuf};

use anyhow::Context;
use durable_fs::Problem;
use experiment::RunRecord;
use mnist_io::catalog::{FASHION_TEST, MNIST};
use tch::Device;
use train::{data::Datasets, run::conditions};

use super::terminal::eprint_line;

/// The remedy for data that cannot be read.
pub const FETCH_DATA: &str =
    "run `cargo xtask fetch-data` to check and repair the data, or name its folder by --data";

#[derive(clap::Args)]
pub struct DataArgument {
    /// Folder of the data sets, which may be other images of the same form [default: data, whose
    /// files must be those of MNIST and Fashion-MNIST].
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
}

impl DataArgument {
    /// Reads and checks the data, and describes a run with them.
    pub fn load(&self, device: Device, threads: usize) -> anyhow::Result<(Datasets, RunRecord)> {
        let folder = self.data.as_deref().unwrap_or(Path::new("data"));
        let data = Datasets::load(folder).context(FETCH_DATA)?;
        let record = conditions::describe(device, threads, &data);
        for other in others(folder, &record) {
            if self.data.is_none() {
                return Err(other).context(FETCH_DATA);
            }
            eprint_line(format!("note: other images than the known ones: {other}"));
        }
        Ok((data, record))
    }
}

/// The files whose digests are not the catalog's.
fn others(folder: &Path, record: &RunRecord) -> Vec<mnist_io::Error> {
    let known = MNIST.iter().chain(&FASHION_TEST);
    known
        .filter_map(|file| {
            let found = record.data.get(file.path)?;
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
