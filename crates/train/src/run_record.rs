//! What all experiments of a run folder share.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs, thread,
};

use experiment::{Machine, RunFolder, RunRecord};
use tch::Device;

use crate::{Error, device, inputs::Data};

/// The libtorch that tch is made for, and that `cargo xtask setup` insists on.
const LIBTORCH: &str = "2.13.0";

/// Describes a run on this machine with `data`.
pub fn describe(device: Device, threads: usize, data: &Data) -> RunRecord {
    RunRecord {
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
        data: data.digests.clone(),
    }
}

/// Writes the record of a new run folder, or checks that the folder was made under the same
/// conditions: results of two kinds must not stand in one report as if they were of one.
///
/// # Errors
/// [`Error::OtherSettings`] with what differs.
pub fn claim(run: &RunFolder, record: &RunRecord) -> Result<(), Error> {
    let Some(found) = run.record()? else {
        return Ok(run.write_record(record)?);
    };
    let differences = differences(&found, record);
    if differences.is_empty() {
        return Ok(());
    }
    Err(Error::OtherSettings {
        what: run.path().display().to_string(),
        difference: differences.join("; "),
    })
}

/// The conditions in which two records differ, in words; the number of processors is none, since
/// no result depends on it.
pub fn differences(there: &RunRecord, here: &RunRecord) -> Vec<String> {
    let fields = |record: &RunRecord| {
        let machine = &record.machine;
        let mut fields = BTreeMap::from([
            ("version".into(), record.version.clone()),
            ("libtorch".into(), record.libtorch.clone()),
            ("device".into(), record.device.clone()),
            ("threads".into(), record.threads.to_string()),
            ("system".into(), machine.system.clone()),
            ("architecture".into(), machine.architecture.clone()),
            ("processor".into(), machine.processor.clone()),
        ]);
        let digests = record.data.iter();
        fields.extend(digests.map(|(file, digest)| (format!("data {file}"), digest.clone())));
        fields
    };
    let (there, here) = (fields(there), fields(here));
    let names: BTreeSet<&String> = there.keys().chain(here.keys()).collect();
    let value = |fields: &BTreeMap<String, String>, name| {
        let value = fields.get(name);
        value.map_or("none".to_owned(), String::clone)
    };
    names
        .into_iter()
        .map(|name| (name, value(&there, name), value(&here, name)))
        .filter(|(_, there, here)| there != here)
        .map(|(name, there, here)| format!("{name}: there {there}, here {here}"))
        .collect()
}

/// The processor's name as the system gives it, or "unknown".
fn processor() -> String {
    let text = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    text.lines()
        .filter_map(|line| line.split_once(':'))
        .find(|(key, _)| key.trim() == "model name")
        .map_or("unknown".into(), |(_, name)| name.trim().to_owned())
}
