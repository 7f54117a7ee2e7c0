//! A set that is in memory as a whole.

use std::path::Path;

use image_sets::{ImageSet, Options, Source};

use super::{
    classes::Classes,
    convert::{images, shape_of},
    limits::{check_file, check_size},
    record::{Description, notes_on, scale},
    split::split,
};
use crate::{
    Error,
    data::{
        data_set::DataSet,
        evaluation_images::EvaluationImages,
        images::{LabeledImages, Pixels},
    },
};

/// Reads the images at `path`, which texts call `name`. A share `test` is kept for testing where there is
/// no test set.
pub(super) fn load(
    path: &Path,
    options: &Options,
    test: f64,
    name: String,
) -> Result<DataSet, Error> {
    check_file(path, &name)?;
    let share = test;
    let Source { training, test } = image_sets::read(path, options)?;
    check_size(shape_of(training.shape()), &name)?;
    let labels = [Some(&training), test.as_ref()].map(|set| set?.labels());
    let classes = Classes::of(labels, training.class_names());
    let of_test = test.as_ref().map_or(&[][..], ImageSet::notes);
    let mut notes = notes_on(training.notes(), of_test);
    let mut files = training.files().clone();
    files.extend(test.iter().flat_map(|test| test.files().clone()));
    let is_split = test.is_none();
    let training = labeled(training, &classes);
    let (mut training, mut test) = match test {
        Some(test) => (training, labeled(test, &classes)),
        None => {
            let [chosen, taken] = split(training.images.len(), share, &name)?;
            let select = |indices: Vec<usize>| training.select(indices.iter().copied());
            (select(chosen), select(taken))
        }
    };
    let values = training.images.value_range();
    let is_bytes = matches!(training.images.pixels(), Pixels::Bytes(_));
    if let Some(range) = scale(values, is_bytes, &mut notes) {
        training.images.scale(range);
        test.images.scale(range);
    }
    let description = Description {
        name,
        classes,
        values,
        is_split,
        notes,
        files,
    };
    let evaluation = EvaluationImages::new(&training, &test);
    Ok(description.data_set(training.images.into(), evaluation))
}

/// The images as they are in their files, with the indices of their classes.
fn labeled(set: ImageSet, classes: &Classes) -> LabeledImages {
    LabeledImages {
        labels: set.labels().map(|labels| classes.indices(labels)),
        images: images(set.shape(), set.into_pixels()),
    }
}
