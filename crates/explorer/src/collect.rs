//! What the page is made of: the models of run folders, the images, and what is missing.

use durable_fs::quote_untrusted;
use experiment::{Data, DataRecord, ExperimentFolder, RunFolder};

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

/// Reads the experiments of the first seed in each folder.
///
/// # Errors
/// A folder whose record or whose experiments cannot be listed.
pub fn collect(folders: &[(&str, &RunFolder)]) -> Result<Collection, Error> {
    let mut collection = Collection::default();
    // Sets of images are the same if their records are.
    let mut records: Vec<DataRecord> = Vec::new();
    for (prefix, run) in folders {
        let Some(record) = run.record()? else {
            continue;
        };
        for id in run.ids()? {
            let folder = run.experiment(&id);
            let id = format!("{prefix}{id}");
            let added = folder.settings().map_err(Error::from).and_then(|settings| {
                let Some(settings) = settings else {
                    return Ok(false);
                };
                let data = data_of(&record.data, &settings.data)?;
                let set = collection.set(run, &folder, data, &mut records)?;
                let pixels = data.shape.iter().product();
                let model = Trained::read(&folder, &settings, id.clone(), set, pixels)?;
                let is_complete = model.is_some();
                collection.models.extend(model);
                Ok(is_complete)
            });
            let reason = match added {
                Ok(true) => continue,
                Ok(false) => "it is not complete".to_owned(),
                Err(error) => {
                    let root = run.path().join("").display().to_string();
                    quote_untrusted(&error.to_string().replace(&root, ""))
                }
            };
            collection.absent.push(Absent { id, reason });
        }
    }
    Ok(collection)
}

fn data_of<'a>(
    records: &'a std::collections::BTreeMap<String, DataRecord>,
    data: &Data,
) -> Result<&'a DataRecord, Error> {
    records.get(&data.key()).ok_or_else(|| Error::Content {
        path: "run.json".into(),
        expected: format!("the images {}", quote_untrusted(&data.key())),
        found: "no record of them".into(),
    })
}

impl Collection {
    fn set(
        &mut self,
        run: &RunFolder,
        folder: &ExperimentFolder,
        data: &DataRecord,
        records: &mut Vec<DataRecord>,
    ) -> Result<usize, Error> {
        if let Some(known) = records.iter().position(|record| record == data) {
            return Ok(known);
        }
        self.sets.push(ImageSet::read(run, folder, data)?);
        records.push(data.clone());
        Ok(records.len() - 1)
    }
}
