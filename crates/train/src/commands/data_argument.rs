//! The data sets of a command.

use std::path::{Path, PathBuf};

use anyhow::Context;
use durable_fs::Problem;
use experiment::RunRecord;
use mnist_io::catalog::{FASHION_TEST, MNIST};
use tch::Device;
use train::{data::evaluation_images::Data, run::conditions, tell};

/// The remedy for data that cannot be read.
pub const FETCH_DATA: &str =
    "run `cargo xtask fetch-data` to check and mend the data, or name its folder by --data";

#[derive(clap::Args)]
pub struct DataFolder {
    /// Folder of the data sets, which may be other images of the same form [default: data, whose
    /// files must be MNIST's and Fashion-MNIST's own].
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
}

impl DataFolder {
    /// Reads and checks the data, and describes a run with them.
    pub fn load(&self, device: Device, threads: usize) -> anyhow::Result<(Data, RunRecord)> {
        let folder = self.data.as_deref().unwrap_or(Path::new("data"));
        let data = Data::load(folder).context(FETCH_DATA)?;
        let record = conditions::describe(device, threads, &data);
        for other in others(folder, &record) {
            if self.data.is_none() {
                return Err(other).context(FETCH_DATA);
            }
            tell(format!("note: other images than the known ones: {other}"));
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
