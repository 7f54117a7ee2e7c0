//! The conditions of a run, which all experiments of a run folder share.
//!
//! A folder has one set of conditions, `run.json`: version, libtorch, device, threads, machine, and
//! the digests of the data. A run under other conditions is refused, and so are results without a
//! `run.json`, whose conditions are unknown; nothing is overwritten. If the record is lost or
//! changed during a run, the experiments that have not begun fail.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs, thread,
};

use durable_fs::quote_untrusted;
use experiment::{Data, DataRecord, Machine, RunFolder, RunRecord};
use tch::Device;

use super::device;
use crate::{Error, data::Datasets};

/// The version of libtorch that tch is made for.
const LIBTORCH: &str = "2.13.0";

/// Describes a run on this machine with `data`.
pub fn describe(device: Device, threads: usize, data: &Datasets) -> RunRecord {
    RunRecord {
        version: env!("CARGO_PKG_VERSION").into(),
        libtorch: LIBTORCH.into(),
        device: device::name(device).into(),
        threads,
        machine: Machine {
            system: std::env::consts::OS.into(),
            architecture: std::env::consts::ARCH.into(),
            processor: processor(),
            features: features(),
            processors: thread::available_parallelism().map_or(1, usize::from),
        },
        data: data.records(),
    }
}

/// Writes the record of a new run folder, or checks that the folder was made under the same
/// conditions, so that a report never mixes results from different ones. Images that the folder has
/// no record of are added to it. Returns the record that the folder has now.
///
/// # Errors
/// [`Error::OtherSettings`] with what differs; [`Error::NoRecord`].
pub fn claim(run: &RunFolder, record: &RunRecord) -> Result<RunRecord, Error> {
    let Some(mut found) = run.record()? else {
        return match run.existing_results() {
            None => {
                run.write_record(record)?;
                Ok(record.clone())
            }
            Some(found) => Err(Error::NoRecord {
                folder: run.path().to_owned(),
                found,
            }),
        };
    };
    let differences = differences(&found, record);
    if !differences.is_empty() {
        return Err(Error::OtherSettings {
            what: run.path().display().to_string(),
            difference: differences.join("; "),
        });
    }
    let known = found.data.len();
    for (key, data) in &record.data {
        found
            .data
            .entry(key.clone())
            .or_insert_with(|| data.clone());
    }
    if found.data.len() > known {
        run.write_record(&found)?;
    }
    Ok(found)
}

/// Checks that the folder still has the record that [`claim`] returned.
///
/// # Errors
/// [`Error::RunFolderLost`], or a `run.json` that cannot be read.
pub fn check(run: &RunFolder, record: &RunRecord) -> Result<(), Error> {
    match run.record()? {
        Some(found) if differences(&found, record).is_empty() => Ok(()),
        _ => Err(Error::RunFolderLost {
            folder: run.path().to_owned(),
        }),
    }
}

/// The conditions in which two records differ, in words. The number of processors is left out, since
/// no result depends on it, and so are images that only one of them has.
pub fn differences(there: &RunRecord, here: &RunRecord) -> Vec<String> {
    // A record of an older version names no features.
    let features_are_known =
        !there.machine.features.is_empty() && !here.machine.features.is_empty();
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
        if features_are_known {
            fields.insert("features".into(), machine.features.join(" "));
        }
        fields
    };
    let (mut there_fields, mut here_fields) = (fields(there), fields(here));
    for (key, data) in &there.data {
        if let Some(other) = here.data.get(key) {
            there_fields.extend(digests(key, data));
            here_fields.extend(digests(key, other));
        }
    }
    let (there, here) = (there_fields, here_fields);
    let names: BTreeSet<&String> = there.keys().chain(here.keys()).collect();
    let value = |fields: &BTreeMap<String, String>, name| {
        let value = fields.get(name);
        value.map_or("none".to_owned(), |value| quote_untrusted(value))
    };
    names
        .into_iter()
        .map(|name| (name, value(&there, name), value(&here, name)))
        .filter(|(_, there, here)| there != here)
        .map(|(name, there, here)| format!("{}: there {there}, here {here}", quote_untrusted(name)))
        .collect()
}

/// The digests of a set of images by the names that messages have for them.
fn digests(key: &str, data: &DataRecord) -> impl Iterator<Item = (String, String)> {
    let files = data.files.iter();
    files.map(move |(file, digest)| {
        let name = if key == Data::MNIST {
            format!("data {file}")
        } else {
            format!("data {key}: {file}")
        };
        (name, digest.clone())
    })
}

/// The processor's name as the system gives it, or "unknown".
fn processor() -> String {
    let text = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    text.lines()
        .filter_map(|line| line.split_once(':'))
        .find(|(key, _)| key.trim() == "model name")
        .map_or("unknown".into(), |(_, name)| name.trim().to_owned())
}

/// The instruction sets of this processor that decide which kernels libtorch and this program take,
/// and with them the order of sums and the rounding of products. A processor of the same name can
/// lack some, in a virtual machine for instance.
fn features() -> Vec<String> {
    #[cfg(target_arch = "x86_64")]
    let found = [
        ("avx2", is_x86_feature_detected!("avx2")),
        ("fma", is_x86_feature_detected!("fma")),
        ("avx512f", is_x86_feature_detected!("avx512f")),
        ("avx512bw", is_x86_feature_detected!("avx512bw")),
        ("avx512dq", is_x86_feature_detected!("avx512dq")),
        ("avx512vl", is_x86_feature_detected!("avx512vl")),
    ];
    #[cfg(not(target_arch = "x86_64"))]
    let found: [(&str, bool); 0] = [];
    let names = found.into_iter().filter(|(_, is_there)| *is_there);
    names.map(|(name, _)| name.to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(features: &[&str]) -> RunRecord {
        RunRecord {
            version: "1".into(),
            libtorch: LIBTORCH.into(),
            device: "cpu".into(),
            threads: 1,
            machine: Machine {
                system: "linux".into(),
                architecture: "x86_64".into(),
                processor: "Invented Processor".into(),
                features: features.iter().map(|&name| name.into()).collect(),
                processors: 2,
            },
            data: BTreeMap::new(),
        }
    }

    #[test]
    fn a_processor_of_the_same_name_without_an_instruction_set_is_another() {
        let (all, few) = (record(&["avx2", "fma"]), record(&["avx2"]));
        assert_eq!(
            differences(&all, &few),
            ["features: there avx2 fma, here avx2"]
        );
        assert!(differences(&all, &all).is_empty());
        assert!(differences(&record(&[]), &all).is_empty());
    }
}
