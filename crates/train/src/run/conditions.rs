//! The conditions of a run, which all experiments of a run folder share.
//!
//! A folder has one set of conditions, `run.json`: version, libtorch, device, and the digests of the
//! data. A run under other conditions is refused, and so are results without a `run.json`,
//! whose conditions are unknown; nothing is overwritten. If the record is lost or changed during a
//! run, the experiments that have not begun fail. The folder of a sweep also has a plan, and only work
//! on that plan changes it. The machine belongs to each experiment, see [`machine`](super::machine).

use std::collections::{BTreeMap, BTreeSet};

use durable_fs::quote_untrusted;
use experiment::{Data, DataRecord, RunFolder, RunRecord};
use tch::Device;

use super::{device, libtorch};
use crate::{Error, data::Datasets};

/// Describes a run with `data`.
pub fn describe(device: Device, data: &Datasets) -> RunRecord {
    RunRecord {
        version: env!("CARGO_PKG_VERSION").into(),
        libtorch: libtorch::version(),
        libtorch_folder: libtorch::folder().map(|folder| folder.display().to_string()),
        device: device::name(device).into(),
        machine: None,
        data: data.records(),
        plan: None,
    }
}

/// Writes the record of a new run folder, or checks that the folder was made under the same
/// conditions, so that a report never mixes results from different ones. Images that the folder has
/// no record of are added to it, and the plan of a sweep becomes that of `record`. Returns the record that the folder has now.
///
/// # Errors
/// [`Error::OtherSettings`] with what differs; [`Error::NoRecord`]; [`Error::IsSweep`] for a sweep's
/// folder if `record` has no plan, or [`Error::IsNoSweep`] for another if it has one.
pub fn claim(run: &RunFolder, record: &RunRecord) -> Result<RunRecord, Error> {
    let joined = joined(run, record)?;
    if run.record()?.as_ref() != Some(&joined) {
        run.write_record(&joined)?;
    }
    Ok(joined)
}

/// The record that [`claim`] would write.
///
/// # Errors
/// Those of [`claim`].
pub fn joined(run: &RunFolder, record: &RunRecord) -> Result<RunRecord, Error> {
    let folder = || run.path().to_owned();
    let Some(mut found) = run.record()? else {
        return match run.existing_results() {
            None => Ok(record.clone()),
            Some(found) => Err(Error::NoRecord {
                folder: folder(),
                found,
            }),
        };
    };
    match (&found.plan, &record.plan) {
        (Some(_), None) => return Err(Error::IsSweep { folder: folder() }),
        (None, Some(_)) => return Err(Error::IsNoSweep { folder: folder() }),
        _ => {}
    }
    let differences = differences(&found, record);
    if !differences.is_empty() {
        return Err(Error::OtherSettings {
            what: run.path().display().to_string(),
            difference: differences.join("; "),
        });
    }
    for (key, data) in &record.data {
        found
            .data
            .entry(key.clone())
            .or_insert_with(|| data.clone());
    }
    found.plan.clone_from(&record.plan);
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

/// The conditions in which two records differ, in words. Images that only one of them has are left out.
pub fn differences(there: &RunRecord, here: &RunRecord) -> Vec<String> {
    let fields = |record: &RunRecord| {
        BTreeMap::from([
            ("version".into(), record.version.clone()),
            ("libtorch".into(), record.libtorch.clone()),
            ("device".into(), record.device.clone()),
        ])
    };
    let (mut there_fields, mut here_fields): (BTreeMap<String, String>, _) =
        (fields(there), fields(here));
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
