//! A set whose images are too many for the memory: those for training are on disk.

use std::path::Path;

use experiment::{MAX_TRAINING_IMAGES_MEASURED, REFERENCE_IMAGES};
use image_sets::{ImageArray, ImageArrays, Options, note_on_bytes};

use super::{
    classes::Classes,
    convert::{self, shape_of},
    limits::{check_size, check_test_images},
    record::{Description, notes_on, scale},
    split::split,
};
use crate::{
    Error,
    data::{
        data_set::DataSet,
        evaluation_images::EvaluationImages,
        image_file::ImageFile,
        images::{Images, LabeledImages},
        training_set::TrainingSet,
    },
};

/// Reads the images at `path`, which texts call `name`. They are what they would be if they fitted into
/// memory, down to which share `test` of them is for testing; only these are in memory.
pub(super) fn load(
    path: &Path,
    options: &Options,
    test: f64,
    window: usize,
    name: String,
) -> Result<DataSet, Error> {
    let share = test;
    let Some(ImageArrays { training, test }) = ImageArrays::find(path, options)? else {
        return Err(Error::WindowOfPictures { name });
    };
    let shape = shape_of(training.shape());
    check_size(shape, &name)?;
    let labels = [Some(&training), test.as_ref()].map(|array| array?.labels());
    let classes = Classes::of(labels, &[]);
    let of_test = test.as_ref().map_or(&[][..], ImageArray::notes);
    let mut notes = notes_on(training.notes(), of_test);
    let mut files = training.files()?;
    if let Some(test) = &test {
        files.extend(test.files()?);
    }
    // The indices of the images that are taken from those for training.
    let taken = match &test {
        Some(_) => Vec::new(),
        None => {
            let [_, taken] = split(training.len(), share, &name)?;
            taken
        }
    };
    let is_bytes = training.value_range().is_none();
    let tested = test.as_ref().map_or(taken.len(), ImageArray::len);
    check_test_images(tested, shape, is_bytes, &name)?;

    let mut values = match training.value_range() {
        // The range of bytes is not needed before they are copied.
        None => NO_VALUES,
        Some(range) if taken.is_empty() => range,
        Some(_) => value_range(&training, &taken)?,
    };
    let scale = scale(values, is_bytes, &mut notes);
    let mut test_images = Images::none(shape, is_bytes);
    let mut nonzero_pixels = vec![false; shape.size()];
    let images = ImageFile::new(shape, is_bytes, |writer| {
        each_batch(&training, &taken, scale, |training, test| {
            if is_bytes {
                values = widened(values, &training);
            }
            let nonzero = nonzero_pixels.iter_mut().zip(training.nonzero_pixels());
            nonzero.for_each(|(all, new)| *all |= new);
            test_images.append(test);
            writer.append(&training)
        })
    })?;
    if let Some(test) = &test {
        each_batch(test, &[], scale, |all, _| {
            test_images.append(all);
            Ok(())
        })?;
    }
    if is_bytes {
        notes.extend(note_on_bytes(values));
    }

    let measured = MAX_TRAINING_IMAGES_MEASURED
        .max(REFERENCE_IMAGES)
        .min(images.len());
    let chosen = (0..training.len()).filter(|index| taken.binary_search(index).is_err());
    let first = LabeledImages {
        images: images.select(0..measured)?,
        labels: classes_of(&training, chosen.take(measured), &classes),
    };
    let test_set = LabeledImages {
        images: test_images,
        labels: match &test {
            Some(test) => classes_of(test, 0..test.len(), &classes),
            None => classes_of(&training, taken.iter().copied(), &classes),
        },
    };
    let description = Description {
        name,
        classes,
        values,
        is_split: test.is_none(),
        notes,
        files,
    };
    let evaluation = EvaluationImages {
        nonzero_pixels,
        ..EvaluationImages::new(&first, &test_set)
    };
    Ok(description.data_set(TrainingSet::File { images, window }, evaluation))
}

/// The classes of the images of an array that have these indices.
fn classes_of(
    array: &ImageArray,
    indices: impl Iterator<Item = usize>,
    classes: &Classes,
) -> Option<Vec<u32>> {
    let labels = array.labels()?;
    Some(classes.indices(indices.map(|index| &labels[index])))
}

/// The range of no values.
const NO_VALUES: [f32; 2] = [f32::INFINITY, f32::NEG_INFINITY];

/// The minimum and the maximum of the numbers of the images that are not `taken`.
fn value_range(array: &ImageArray, taken: &[usize]) -> Result<[f32; 2], Error> {
    let mut range = NO_VALUES;
    each_batch(array, taken, None, |images, _| {
        range = widened(range, &images);
        Ok(())
    })?;
    Ok(range)
}

/// The range with the numbers of further images.
fn widened([low, high]: [f32; 2], images: &Images) -> [f32; 2] {
    if images.is_empty() {
        return [low, high];
    }
    let [lowest, highest] = images.value_range();
    [low.min(lowest), high.max(highest)]
}

/// Reads an array some images at a time, and gives them to `each` in two parts: those that are not
/// `taken`, and those that are. `taken` are indices, ascending. `scale` are the values that become 0 and 1.
fn each_batch(
    array: &ImageArray,
    taken: &[usize],
    scale: Option<[f32; 2]>,
    mut each: impl FnMut(Images, Images) -> Result<(), Error>,
) -> Result<(), Error> {
    let mut first = 0;
    array.batches(0..array.len(), array.batch(), |numbers| {
        let mut images = convert::images(array.shape(), numbers);
        if let Some(range) = scale {
            images.scale(range);
        }
        let is_taken = |index: &usize| taken.binary_search(&(first + index)).is_ok();
        let (taken, left): (Vec<_>, Vec<_>) = (0..images.len()).partition(is_taken);
        first += images.len();
        each(images.select(left), images.select(taken))
    })
}
