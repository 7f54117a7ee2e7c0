//! Reading arrays of images at the scale of the training, and what is checked of every image.

use std::{
    fs,
    path::{Path, PathBuf},
};

use experiment::Shape;
use image_sets::Options;
use train::data::{Images, Pixels, scaled_values};

use crate::{Error, TrainedModel};

/// What texts call standard input.
pub(super) const INPUT: &str = "standard input";

/// The error without the path of the temporary file that standard input went to.
pub(super) fn of_input(error: Error) -> Error {
    match error {
        Error::Images(mut error) => {
            error.path = PathBuf::from(INPUT);
            error.into()
        }
        Error::Size {
            expected, found, ..
        } => Error::Size {
            file: INPUT.to_owned(),
            expected,
            found,
        },
        error => error,
    }
}

/// The arrays at `path`, scaled as the training images were.
pub(super) fn arrays(
    name: &str,
    path: &Path,
    options: &Options,
    model: &TrainedModel,
) -> Result<(Images, Option<Vec<String>>), Error> {
    // A path that is not there has no kind of file either.
    fs::metadata(path).map_err(|reason| durable_fs::Error::io("read", path, reason))?;
    let set = image_sets::read_for_testing(path, options)?;
    let found = set.shape();
    let shape = Shape {
        channels: found.channels,
        rows: found.rows,
        columns: found.columns,
    };
    check_size(name, model.shape(), shape)?;
    let classes = set.class_names().to_vec();
    let label = |label: &i64| {
        let class = usize::try_from(*label).ok().and_then(|l| classes.get(l));
        class.cloned().unwrap_or_else(|| label.to_string())
    };
    let labels = set
        .labels()
        .map(|labels| labels.iter().map(label).collect());
    let pixels = match set.into_pixels() {
        image_sets::Pixels::U8(bytes) => Pixels::Bytes(bytes),
        image_sets::Pixels::F32(floats) => Pixels::Floats(floats),
    };
    let is_floats = matches!(pixels, Pixels::Floats(_));
    let mut images = Images::new(shape, pixels);
    if let Some(values) = model.record().and_then(scaled_values) {
        images.scale(values);
    } else if is_floats {
        let [low, high] = images.value_range();
        if low < 0.0 || high > 1.0 {
            let (file, found) = (name.to_owned(), [low, high]);
            return Err(Error::Values { file, found });
        }
    }
    Ok((images, labels))
}

pub(super) fn check_size(file: &str, expected: Shape, found: Shape) -> Result<(), Error> {
    if expected == found {
        return Ok(());
    }
    Err(Error::Size {
        file: file.to_owned(),
        expected: expected.to_string(),
        found: found.to_string(),
    })
}
