//! Any set of images as an experiment uses it: its numbers at 0-1 scale, its labels as classes, and
//! a test set.

mod classes;
mod convert;
mod in_memory;
mod limits;
mod on_disk;
mod record;
mod split;

use std::path::Path;

use experiment::Data;
use image_sets::Options;

use super::data_set::{DataSet, KNOWN_SETS};
use crate::Error;

pub use record::scaled_values;

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
    match data.window {
        None => in_memory::load(path, &options, data.test, name),
        Some(window) => on_disk::load(path, &options, data.test, window, name),
    }
}
