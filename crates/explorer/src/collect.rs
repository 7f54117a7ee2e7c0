//! What the page is made of: the models of run folders, the images, and what is missing.

use std::collections::BTreeMap;

use durable_fs::quote_untrusted;
use experiment::{Data, DataRecord, Experiment, ExperimentFolder, RunFolder};

use crate::{error::Error, image_set::ImageSet, trained::Trained};

/// The models of run folders with their images.
#[derive(Clone, Debug, Default)]
pub struct Collection {
    /// The images, each set once.
    pub sets: Vec<ImageSet>,
    /// The models.
    pub models: Vec<Trained>,
    /// The experiments that the page does not have.
    pub absent: Vec<Absent>,
}

/// An experiment that the page does not have.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Absent {
    /// Its name.
    pub id: String,
    /// Why.
    pub reason: String,
}

impl Absent {
    /// A model without room in the page.
    pub fn too_large(id: String) -> Self {
        Absent {
            id,
            reason: "its weights find no room in the page".into(),
        }
    }
}

/// Models are read until they have this many weights together: a page of 5 MB holds fewer, whatever the
/// precision.
const MAX_WEIGHTS: usize = 10_000_000;

/// The maximum number of numbers of an image that is shown.
const MAX_NUMBERS: usize = 1 << 20;

/// An experiment of a run folder whose settings can be read.
struct Candidate<'a> {
    id: String,
    run: &'a RunFolder,
    data: DataRecord,
    settings: Experiment,
    folder: ExperimentFolder,
}

/// Reads the experiments of the first seed in each folder, small models first.
///
/// # Errors
/// A folder whose record or whose experiments cannot be listed.
pub fn collect(folders: &[(&str, &RunFolder)]) -> Result<Collection, Error> {
    let mut collection = Collection::default();
    let mut candidates = Vec::new();
    for (prefix, run) in folders {
        let Some(record) = run.record()? else {
            continue;
        };
        for id in run.ids()? {
            let name = format!("{prefix}{id}");
            match candidate(run, &record.data, &id, &name) {
                Ok(Some(candidate)) => candidates.push(candidate),
                Ok(None) => {}
                Err(error) => collection.leave_out(name, run, &error),
            }
        }
    }
    let weights = |candidate: &Candidate| {
        let model = candidate.settings.method.model();
        model.map_or(0, |model| model.parameters())
    };
    candidates.sort_by_key(weights);
    // Sets of images are the same if their records are.
    let mut records: Vec<DataRecord> = Vec::new();
    let mut read = 0;
    for candidate in candidates {
        if read > MAX_WEIGHTS {
            collection.absent.push(Absent::too_large(candidate.id));
            continue;
        }
        match collection.add(&candidate, &mut records) {
            Ok(weights) => read += weights,
            Err(error) => collection.leave_out(candidate.id, candidate.run, &error),
        }
    }
    collection.models.sort_by(|a, b| a.id.cmp(&b.id));
    Ok(collection)
}

fn candidate<'a>(
    run: &'a RunFolder,
    records: &BTreeMap<String, DataRecord>,
    id: &str,
    name: &str,
) -> Result<Option<Candidate<'a>>, Error> {
    let folder = run.experiment(id);
    let Some(settings) = folder.settings()? else {
        return Ok(None);
    };
    Ok(Some(Candidate {
        id: name.to_owned(),
        run,
        data: data_of(records, &settings.data)?.clone(),
        settings,
        folder,
    }))
}

fn data_of<'a>(
    records: &'a BTreeMap<String, DataRecord>,
    data: &Data,
) -> Result<&'a DataRecord, Error> {
    let wrong = |expected: String, found: String| Error::Content {
        path: "run.json".into(),
        expected,
        found,
    };
    let record = records.get(&data.key()).ok_or_else(|| {
        let expected = format!("the images {}", quote_untrusted(&data.key()));
        wrong(expected, "no record of them".into())
    })?;
    let numbers = record
        .shape
        .iter()
        .try_fold(1usize, |n, &size| n.checked_mul(size));
    match numbers {
        Some(1..=MAX_NUMBERS) => Ok(record),
        _ => Err(wrong(
            format!("images of 1 to {MAX_NUMBERS} numbers"),
            format!("{:?}", record.shape),
        )),
    }
}

impl Collection {
    /// Adds a model, and its images if they are new; returns how many weights it has.
    fn add(
        &mut self,
        candidate: &Candidate,
        records: &mut Vec<DataRecord>,
    ) -> Result<usize, Error> {
        let Candidate {
            id,
            run,
            data,
            settings,
            folder,
        } = candidate;
        let known = records.iter().position(|record| record == data);
        let set = known.unwrap_or(records.len());
        let pixels = data.shape.iter().product();
        let Some(model) = Trained::read(folder, settings, id.clone(), set, pixels)? else {
            self.absent.push(Absent {
                id: id.clone(),
                reason: "it is not complete".into(),
            });
            return Ok(0);
        };
        if known.is_none() {
            let in_inputs = settings.data.is_default();
            self.sets
                .push(ImageSet::read(run, folder, data, in_inputs)?);
            records.push(data.clone());
        }
        let weights = model.network.weights();
        self.models.push(model);
        Ok(weights)
    }

    fn leave_out(&mut self, id: String, run: &RunFolder, error: &Error) {
        let root = run.path().join("").display().to_string();
        let reason = quote_untrusted(&error.to_string().replace(&root, ""));
        self.absent.push(Absent { id, reason });
    }
}
