//! Any set of images as an experiment uses it: its numbers at 0-1 scale, its labels as classes, and
//! a test set.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use durable_fs::hexadecimal;
use experiment::{Data, DataRecord, Shape};
use image_sets::{ImageSet, Options, Source};
use rand::seq::SliceRandom;
use sha2::{Digest, Sha256};

use super::{
    data_set::{DataSet, KNOWN_SETS},
    evaluation_images::EvaluationImages,
    images::{Images, LabeledImages, Pixels},
};
use crate::{
    Error,
    random::{RngStream, generator},
};

/// The maximum of the numbers of an image, those of 1024 x 1024 gray pixels: evaluations show
/// [`experiment::RANDOM_IMAGES`] random images of this size to every model.
const MAX_NUMBERS: usize = 1 << 20;

/// Reads the images of `data` at `path`, which texts call `name`.
pub(super) fn load(data: &Data, path: &Path, name: String) -> Result<DataSet, Error> {
    if !path.exists() {
        let known = KNOWN_SETS.map(|(name, _)| name);
        return Err(Error::NoSuchData {
            path: path.to_owned(),
            known: known.join(", "),
            nearest: experiment::nearest(&data.source, &known),
        });
    }
    let options = Options {
        resize: data.resize.map(|[rows, columns]| (rows, columns)),
        gray: data.gray,
    };
    let Source { training, test } = image_sets::read(path, &options)?;
    if training.shape().size() > MAX_NUMBERS {
        return Err(Error::ImagesTooLarge {
            name,
            max: MAX_NUMBERS,
            found: training.shape().to_string(),
        });
    }
    let classes = Classes::of(&training, test.as_ref());
    let is_floats = matches!(training.pixels(), image_sets::Pixels::F32(_));
    let mut notes = training.notes().to_vec();
    let mut files = training.files().clone();
    if let Some(test) = &test {
        files.extend(test.files().clone());
        for note in test.notes() {
            if !notes.contains(note) {
                notes.push(note.clone());
            }
        }
    }
    let training = labeled(training, &classes);
    let (mut training, mut test, held_out) = match test {
        Some(test) => (training, labeled(test, &classes), None),
        None => {
            let (training, test) = split(&training, data.test, name.as_str())?;
            let count = test.images.len();
            (training, test, Some(count))
        }
    };
    let [low, high] = training.images.value_range();
    if is_floats && (low < 0.0 || high > 1.0) {
        notes.push(scaled_note([low, high]));
        training.images.scale([low, high]);
        test.images.scale([low, high]);
    }
    let shape = training.images.shape();
    Ok(DataSet {
        record: DataRecord {
            name,
            shape: [shape.channels, shape.rows, shape.columns],
            training_images: training.images.len(),
            test_images: test.images.len(),
            held_out,
            values: [low, high],
            classes: classes.names,
            notes,
            files: digests(files),
        },
        evaluation: EvaluationImages::new(&training, &test),
        training: training.images,
    })
}

fn scaled_note([low, high]: [f32; 2]) -> String {
    format!("The values of the training images are from {low} to {high}; they are scaled to 0-1.")
}

/// The values that became 0 and 1, if the images of a run are floats that were scaled; bytes, and
/// floats from 0 to 1, have a scale already.
pub fn scaled_values(record: &DataRecord) -> Option<[f32; 2]> {
    let is_scaled = record.notes.contains(&scaled_note(record.values));
    is_scaled.then_some(record.values)
}

/// The digests as they are recorded: of many files, such as a folder of pictures, one of all paths
/// and digests.
fn digests(files: BTreeMap<String, String>) -> BTreeMap<String, String> {
    const MAX_FILES: usize = 16;
    if files.len() <= MAX_FILES {
        return files;
    }
    let mut all = Sha256::new();
    for (path, digest) in &files {
        all.update(path);
        all.update([0]);
        all.update(digest);
    }
    let name = format!("all {} files", files.len());
    BTreeMap::from([(name, hexadecimal(&all.finalize()))])
}

/// The classes of a set: its labels in ascending order.
struct Classes {
    indices: BTreeMap<i64, u32>,
    names: Vec<String>,
}

impl Classes {
    fn of(training: &ImageSet, test: Option<&ImageSet>) -> Self {
        let sets = [Some(training), test].into_iter().flatten();
        let labels: BTreeSet<i64> = sets
            .flat_map(|set| set.labels().unwrap_or_default())
            .copied()
            .collect();
        let folders = training.class_names();
        let name = |label: &i64| {
            let folder = usize::try_from(*label).ok().and_then(|l| folders.get(l));
            folder.cloned().unwrap_or_else(|| label.to_string())
        };
        Classes {
            names: labels.iter().map(name).collect(),
            indices: labels.into_iter().zip(0..).collect(),
        }
    }
}

/// The images as they are in their files, with the indices of their classes.
fn labeled(set: ImageSet, classes: &Classes) -> LabeledImages {
    let image_sets::Shape {
        channels,
        rows,
        columns,
    } = set.shape();
    let shape = Shape {
        channels,
        rows,
        columns,
    };
    let labels = set
        .labels()
        .map(|labels| labels.iter().map(|label| classes.indices[label]).collect());
    let pixels = match set.into_pixels() {
        image_sets::Pixels::U8(bytes) => Pixels::Bytes(bytes),
        image_sets::Pixels::F32(floats) => Pixels::Floats(floats),
    };
    LabeledImages {
        images: Images::new(shape, pixels),
        labels,
    }
}

/// The images for training, and a share `test` of them for testing. The choice depends on their
/// number only, so that all experiments on the same images are tested on the same ones.
fn split(
    all: &LabeledImages,
    test: f64,
    name: &str,
) -> Result<(LabeledImages, LabeledImages), Error> {
    let count = all.images.len();
    if count < 2 {
        return Err(Error::TooFewToSplit {
            name: name.to_owned(),
            found: count,
        });
    }
    let test_count = ((count as f64 * test).round() as usize).clamp(1, count - 1);
    let mut order: Vec<usize> = (0..count).collect();
    order.shuffle(&mut generator(0, RngStream::TestSplit, 0));
    let (test, training) = order.split_at_mut(test_count);
    let select = |indices: &mut [usize]| {
        indices.sort_unstable();
        let labels = all.labels.as_ref();
        LabeledImages {
            images: all.images.select(indices.iter().copied()),
            labels: labels.map(|labels| indices.iter().map(|&i| labels[i]).collect()),
        }
    };
    Ok((select(training), select(test)))
}
