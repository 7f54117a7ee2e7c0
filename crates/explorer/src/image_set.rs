//! The images that the page shows: test images of a run folder, and the test samples.

use experiment::{DataRecord, ExperimentFolder, RunFolder, arrays as names};
use mnist_io::IdxArray;

use crate::{
    arrays::{self, Rows},
    codes::MAX_POINTS,
    error::Error,
};

/// Test images of one data set.
#[derive(Clone, Debug)]
pub struct ImageSet {
    /// What texts call it.
    pub name: String,
    /// Channels, rows and columns of an image.
    pub shape: [usize; 3],
    /// The names of the classes; empty without labels.
    pub classes: Vec<String>,
    /// How many test images there are in all.
    pub test_images: usize,
    /// The first test images at 0-255 scale, at most [`MAX_POINTS`]; none in folders of older versions.
    pub first: Rows,
    /// Their classes; empty without labels.
    pub labels: Vec<u32>,
    /// The test samples at 0-255 scale, whose codes and reconstructions every experiment has.
    pub samples: Rows,
}

impl ImageSet {
    /// Reads it from an experiment on it. The images are in the experiment's folder, or, if they are
    /// MNIST as it is, `in_inputs`, in the run folder's `inputs/`.
    ///
    /// # Errors
    /// A file that cannot be read, or an array of another shape.
    pub fn read(
        run: &RunFolder,
        folder: &ExperimentFolder,
        data: &DataRecord,
        in_inputs: bool,
    ) -> Result<Self, Error> {
        let pixels = data.shape.iter().product();
        let input = |name| {
            if in_inputs {
                input(run, name, pixels)
            } else {
                Ok(None)
            }
        };
        let samples = match arrays::rows(folder, names::SAMPLE_IMAGES, pixels)? {
            Some(samples) => bytes_of_shares(samples),
            None => input(names::SAMPLES)?.unwrap_or_default(),
        };
        let first = match arrays::rows(folder, names::FIRST_TEST_IMAGES, pixels)? {
            Some(first) => Some(first),
            None => input(names::FIRST_TEST_IMAGES)?,
        };
        let labels = arrays::rows(folder, names::LABELS_TEST, 1)?.unwrap_or_default();
        let labels = labels.first(MAX_POINTS).values;
        Ok(ImageSet {
            name: data.name.clone(),
            shape: data.shape,
            classes: data.classes.clone(),
            test_images: data.test_images,
            first: first.unwrap_or_default().first(MAX_POINTS),
            labels: labels.into_iter().map(|label| label as u32).collect(),
            samples,
        })
    }
}

/// An array of `inputs/`; `None` without it, or if it is of images of another size.
fn input(run: &RunFolder, name: &str, pixels: usize) -> Result<Option<Rows>, Error> {
    let path = run.path().join(format!("inputs/{name}.idx"));
    if !path.exists() {
        return Ok(None);
    }
    let array: IdxArray = run.input(name)?;
    if array.shape().iter().skip(1).product::<usize>() != pixels {
        return Ok(None);
    }
    arrays::to_rows(array, pixels, &path).map(Some)
}

fn bytes_of_shares(mut images: Rows) -> Rows {
    images.values.iter_mut().for_each(|value| *value *= 255.0);
    images
}
