//! A user's images that are too many for the memory: those for training are on disk.

use std::path::Path;

use experiment::{Data, DataRecord, MAX_TRAINING_IMAGES_MEASURED, REFERENCE_IMAGES, Shape};
use image_sets::{ImageArray, ImageArrays, note_on_bytes};

use super::{
    data_set::DataSet,
    evaluation_images::EvaluationImages,
    image_file::ImageFile,
    images::{Images, LabeledImages},
    own_images::{
        Classes, check_size, digests, options, pixels, scaled_note, shape_of, split_indices,
    },
    training_set::TrainingSet,
};
use crate::{Error, free_memory::free_memory};

/// Reads the images of `data` at `path`, which texts call `name`. They are what they would be if they
/// fitted into memory, down to which of them are for testing; only these are in memory.
pub(super) fn load(
    data: &Data,
    path: &Path,
    window: usize,
    name: String,
) -> Result<DataSet, Error> {
    let Some(ImageArrays { training, test }) = ImageArrays::find(path, &options(data))? else {
        return Err(Error::WindowOfPictures { name });
    };
    check_size(training.shape(), &name)?;
    let classes = Classes::of(
        [
            training.labels(),
            test.as_ref().and_then(ImageArray::labels),
        ],
        &[],
    );
    let mut files = training.files()?;
    let mut notes = training.notes().to_vec();
    if let Some(test) = &test {
        files.extend(test.files()?);
        let new = test.notes().iter().filter(|note| !notes.contains(note));
        notes.extend(new.cloned().collect::<Vec<_>>());
    }
    // The indices of the images that are taken from those for training.
    let taken = match &test {
        Some(_) => Vec::new(),
        None => {
            let [_, taken] = split_indices(training.len(), data.test, &name)?;
            taken
        }
    };
    let shape = shape_of(training.shape());
    let is_bytes = training.value_range().is_none();
    let tested = test.as_ref().map_or(taken.len(), ImageArray::len);
    check_memory(tested, shape, is_bytes, &name)?;

    let [low, high] = value_range(&training, &taken)?;
    let scale = (!is_bytes && (low < 0.0 || high > 1.0)).then_some([low, high]);
    notes.extend(scale.map(scaled_note));
    if is_bytes {
        notes.extend(note_on_bytes([low, high]));
    }
    let mut test_images = Images::none(shape, is_bytes);
    let mut nonzero_pixels = vec![false; shape.size()];
    let images = ImageFile::new(shape, is_bytes, |writer| {
        each_batch(&training, &taken, scale, |training, test| {
            let nonzero = training.nonzero_pixels();
            nonzero_pixels
                .iter_mut()
                .zip(nonzero)
                .for_each(|(all, new)| *all |= new);
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

    let classes_of = |array: &ImageArray, indices: Option<&[usize]>| {
        let all = classes.indices(array.labels()?);
        Some(match indices {
            Some(indices) => indices.iter().map(|&index| all[index]).collect(),
            None => all,
        })
    };
    let measured = MAX_TRAINING_IMAGES_MEASURED
        .max(REFERENCE_IMAGES)
        .min(images.len());
    let chosen = (0..training.len()).filter(|index| taken.binary_search(index).is_err());
    let chosen: Vec<usize> = chosen.take(measured).collect();
    let first = LabeledImages {
        images: images.select(0..measured)?,
        labels: classes_of(&training, Some(&chosen)),
    };
    let test_set = LabeledImages {
        images: test_images,
        labels: match &test {
            Some(test) => classes_of(test, None),
            None => classes_of(&training, Some(&taken)),
        },
    };
    Ok(DataSet {
        record: DataRecord {
            name,
            shape: [shape.channels, shape.rows, shape.columns],
            training_images: images.len(),
            test_images: test_set.images.len(),
            held_out: test.is_none().then_some(test_set.images.len()),
            values: [low, high],
            classes: classes.names,
            notes,
            files: digests(files),
        },
        evaluation: EvaluationImages {
            nonzero_pixels,
            ..EvaluationImages::new(&first, &test_set)
        },
        training: TrainingSet::File { images, window },
    })
}

/// Refuses test images that do not fit into memory.
fn check_memory(count: usize, shape: Shape, is_bytes: bool, name: &str) -> Result<(), Error> {
    // Evaluations have a copy.
    let needed = 2 * (count * shape.size() * if is_bytes { 1 } else { 4 }) as u64;
    match free_memory() {
        Some(free) if free < needed => Err(Error::TooManyTestImages {
            name: name.to_owned(),
            needed,
            free,
        }),
        _ => Ok(()),
    }
}

/// The minimum and the maximum of the numbers of the images that are not `taken`.
fn value_range(array: &ImageArray, taken: &[usize]) -> Result<[f32; 2], Error> {
    let mut range = [f32::INFINITY, f32::NEG_INFINITY];
    each_batch(array, taken, None, |images, _| {
        if !images.is_empty() {
            let [low, high] = images.value_range();
            range = [range[0].min(low), range[1].max(high)];
        }
        Ok(())
    })?;
    Ok(range)
}

/// Reads an array some images at a time, and gives them to `each` in two parts: those that are not
/// `taken`, and those that are. `taken` are indices, ascending. `scale` are the values that become 0 and 1.
fn each_batch(
    array: &ImageArray,
    taken: &[usize],
    scale: Option<[f32; 2]>,
    mut each: impl FnMut(Images, Images) -> Result<(), Error>,
) -> Result<(), Error> {
    let shape = shape_of(array.shape());
    let mut first = 0;
    array.batches(0..array.len(), array.batch(), |numbers| {
        let mut images = Images::new(shape, pixels(numbers));
        if let Some(range) = scale {
            images.scale(range);
        }
        let is_taken = |index: &usize| taken.binary_search(&(first + index)).is_ok();
        let (taken, left): (Vec<_>, Vec<_>) = (0..images.len()).partition(is_taken);
        first += images.len();
        each(images.select(left), images.select(taken))
    })
}
