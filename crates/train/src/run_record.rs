//! What all experiments of a run folder share.

use std::{collections::BTreeMap, fs, path::Path, thread};

use experiment::{Machine, RunFolder, RunRecord};
use mnist_io::catalog;
use tch::Device;

use crate::{Error, device};

/// The libtorch that tch is made for, and that `cargo xtask setup` insists on.
const LIBTORCH: &str = "2.13.0";

/// Describes a run on this machine with the data of `data_folder`.
///
/// # Errors
/// Data files that cannot be read.
pub fn describe(device: Device, threads: usize, data_folder: &Path) -> Result<RunRecord, Error> {
    let mut data = BTreeMap::new();
    for file in catalog::MNIST.iter().chain(&catalog::FASHION_TEST) {
        let digest = catalog::content_sha256(&data_folder.join(file.path))?;
        data.insert(file.path.to_owned(), digest);
    }
    Ok(RunRecord {
        version: env!("CARGO_PKG_VERSION").into(),
        libtorch: LIBTORCH.into(),
        device: device::name(device).into(),
        threads,
        machine: Machine {
            system: std::env::consts::OS.into(),
            architecture: std::env::consts::ARCH.into(),
            processor: processor(),
            processors: thread::available_parallelism().map_or(1, usize::from),
        },
        data,
    })
}

/// Writes the record of a new run folder, or checks that the folder was made under the same
/// conditions: results of two kinds must not stand in one report as if they were of one.
///
/// # Errors
/// [`Error::OtherSettings`] with the first field that differs.
pub fn claim(run: &RunFolder, record: &RunRecord) -> Result<(), Error> {
    let Some(found) = run.record()? else {
        return Ok(run.write_record(record)?);
    };
    let fields = |r: &RunRecord| {
        [
            ("version", r.version.clone()),
            ("libtorch", r.libtorch.clone()),
            ("device", r.device.clone()),
            ("threads", r.threads.to_string()),
            ("system", r.machine.system.clone()),
            ("architecture", r.machine.architecture.clone()),
            ("processor", r.machine.processor.clone()),
            ("data", format!("{:?}", r.data)),
        ]
    };
    for ((name, there), (_, here)) in fields(&found).into_iter().zip(fields(record)) {
        if there != here {
            return Err(Error::OtherSettings {
                what: run.path().display().to_string(),
                difference: format!("{name}: there {there}, here {here}"),
            });
        }
    }
    Ok(())
}

/// The processor's name as the system gives it, or "unknown".
fn processor() -> String {
    let text = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    text.lines()
        .filter_map(|line| line.split_once(':'))
        .find(|(key, _)| key.trim() == "model name")
        .map_or("unknown".into(), |(_, name)| name.trim().to_owned())
}
