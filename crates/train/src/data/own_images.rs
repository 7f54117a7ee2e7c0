//! Any set of images as an experiment uses it: its numbers at 0-1 scale, its labels as classes, and
//! a test set.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs::Metadata,
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
    free_memory::free_memory,
    random::{RngStream, generator},
};

/// The maximum of the numbers of an image, those of 1024 x 1024 gray pixels: evaluations show
/// [`experiment::RANDOM_IMAGES`] random images of this size to every model.
const MAX_NUMBERS: usize = 1 << 20;

/// Reads the images of `data` at `path`, which texts call `name`.
pub(super) fn load(data: &Data, path: &Path, name: String) -> Result<DataSet, Error> {
    check_memory(path, &name)?;
    let Source { training, test } = image_sets::read(path, &options(data))?;
    check_size(training.shape(), &name)?;
    let labels = [Some(&training), test.as_ref()].map(|set| set?.labels());
    let classes = Classes::of(labels, training.class_names());
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
        training: training.images.into(),
    })
}

/// Refuses a path at which nothing is.
pub(super) fn check_exists(data: &Data, path: &Path) -> Result<(), Error> {
    if path.exists() {
        return Ok(());
    }
    let known = KNOWN_SETS.map(|(name, _)| name);
    Err(Error::NoSuchData {
        path: path.to_owned(),
        known: known.join(", "),
        nearest: experiment::nearest(&data.source, &known),
    })
}

/// How the images of `data` are changed when they are read.
pub(super) fn options(data: &Data) -> Options {
    Options {
        resize: data.resize.map(|[rows, columns]| (rows, columns)),
        gray: data.gray,
    }
}

/// Refuses a file that does not fit into memory: running out of it would end the program.
fn check_memory(path: &Path, name: &str) -> Result<(), Error> {
    let size = path.metadata().ok().filter(Metadata::is_file);
    match (size.map(|found| found.len()), free_memory()) {
        (Some(needed), Some(free)) if free < needed => Err(Error::TooManyImages {
            name: name.to_owned(),
            needed,
            free,
        }),
        _ => Ok(()),
    }
}

/// Refuses images of so many numbers that no evaluation can take them.
pub(super) fn check_size(shape: image_sets::Shape, name: &str) -> Result<(), Error> {
    if shape.size() <= MAX_NUMBERS {
        return Ok(());
    }
    Err(Error::ImagesTooLarge {
        name: name.to_owned(),
        max: MAX_NUMBERS,
        found: shape.to_string(),
    })
}

pub(super) fn scaled_note([low, high]: [f32; 2]) -> String {
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
pub(super) fn digests(files: BTreeMap<String, String>) -> BTreeMap<String, String> {
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
pub(super) struct Classes {
    indices: BTreeMap<i64, u32>,
    pub(super) names: Vec<String>,
}

impl Classes {
    /// The classes of two parts of a set, with the names of its folders if it has any.
    pub(super) fn of(labels: [Option<&[i64]>; 2], folders: &[String]) -> Self {
        let labels = labels.into_iter().flatten().flatten();
        let labels: BTreeSet<i64> = labels.copied().collect();
        let name = |label: &i64| {
            let folder = usize::try_from(*label).ok().and_then(|l| folders.get(l));
            folder.cloned().unwrap_or_else(|| label.to_string())
        };
        Classes {
            names: labels.iter().map(name).collect(),
            indices: labels.into_iter().zip(0..).collect(),
        }
    }

    /// The index of the class of each label.
    pub(super) fn indices(&self, labels: &[i64]) -> Vec<u32> {
        labels.iter().map(|label| self.indices[label]).collect()
    }
}

/// The size of an image, as experiments have it.
pub(super) fn shape_of(shape: image_sets::Shape) -> Shape {
    let image_sets::Shape {
        channels,
        rows,
        columns,
    } = shape;
    Shape {
        channels,
        rows,
        columns,
    }
}

/// The images as they are in their files, with the indices of their classes.
fn labeled(set: ImageSet, classes: &Classes) -> LabeledImages {
    let shape = shape_of(set.shape());
    let labels = set.labels().map(|labels| classes.indices(labels));
    LabeledImages {
        images: Images::new(shape, pixels(set.into_pixels())),
        labels,
    }
}

/// The numbers of images, as experiments have them.
pub(super) fn pixels(numbers: image_sets::Pixels) -> Pixels {
    match numbers {
        image_sets::Pixels::U8(bytes) => Pixels::Bytes(bytes),
        image_sets::Pixels::F32(floats) => Pixels::Floats(floats),
    }
}

/// The images for training, and a share `test` of them for testing.
fn split(
    all: &LabeledImages,
    test: f64,
    name: &str,
) -> Result<(LabeledImages, LabeledImages), Error> {
    let [training, test] = split_indices(all.images.len(), test, name)?;
    let select = |indices: Vec<usize>| {
        let labels = all.labels.as_ref();
        LabeledImages {
            images: all.images.select(indices.iter().copied()),
            labels: labels.map(|labels| indices.iter().map(|&i| labels[i]).collect()),
        }
    };
    Ok((select(training), select(test)))
}

/// The indices, ascending, of the images for training, and of a share `test` of `count` images for
/// testing. The choice depends on their number only, so that all experiments on the same images are
/// tested on the same ones.
pub(super) fn split_indices(count: usize, test: f64, name: &str) -> Result<[Vec<usize>; 2], Error> {
    if count < 2 {
        return Err(Error::TooFewToSplit {
            name: name.to_owned(),
            found: count,
        });
    }
    let test_count = ((count as f64 * test).round() as usize).clamp(1, count - 1);
    let mut order: Vec<usize> = (0..count).collect();
    order.shuffle(&mut generator(0, RngStream::TestSplit, 0));
    let mut training = order.split_off(test_count);
    order.sort_unstable();
    training.sort_unstable();
    Ok([training, order])
}
