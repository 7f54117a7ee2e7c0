//! Where images come from: a run, an array in a file, or pictures. They are read at the scale of the
//! training, and their size and their values are checked.

use std::{ops::Range, path::Path};

use experiment::Shape;
use image_sets::{ImageArray, Options, Pictures};
use train::data::{Images, Pixels, scaled_values};

use crate::{Error, TrainedModel};

/// Where images come from.
#[derive(Debug)]
pub(super) enum Source {
    /// The test images of a run, with the indices of their classes.
    Run {
        images: Images,
        labels: Option<Vec<u32>>,
        classes: Vec<String>,
    },
    /// An array, and the values that become 0 and 1, if they are others.
    Array {
        array: Box<ImageArray>,
        shape: Shape,
        scale: Option<[f32; 2]>,
    },
    Pictures {
        pictures: Pictures,
        shape: Shape,
    },
}

impl Source {
    /// What is at `path`, which texts call `name`.
    pub(super) fn find(
        name: &str,
        path: &Path,
        options: &Options,
        model: &TrainedModel,
    ) -> Result<Self, Error> {
        let shape = model.shape();
        let Some(array) = ImageArray::find(path, options)? else {
            let pictures = Pictures::find(path, options)?;
            return Ok(Source::Pictures { pictures, shape });
        };
        check_size(name, shape, shape_of(array.shape()))?;
        let scale = model.record().and_then(scaled_values);
        match array.value_range() {
            Some(found @ [low, high]) if scale.is_none() && (low < 0.0 || high > 1.0) => {
                let file = name.to_owned();
                Err(Error::Values { file, found })
            }
            _ => Ok(Source::Array {
                array: Box::new(array),
                shape,
                scale,
            }),
        }
    }

    /// The number of images.
    pub(super) fn len(&self) -> usize {
        match self {
            Source::Run { images, .. } => images.len(),
            Source::Array { array, .. } => array.len(),
            Source::Pictures { pictures, .. } => pictures.len(),
        }
    }

    /// The class of an image, if it is known.
    pub(super) fn label(&self, index: usize) -> Option<String> {
        match self {
            Source::Run {
                labels, classes, ..
            } => {
                let class = labels.as_ref()?[index];
                Some(classes[class as usize].clone())
            }
            Source::Array { array, .. } => Some(array.labels()?[index].to_string()),
            Source::Pictures { pictures, .. } => pictures.class(index).map(str::to_owned),
        }
    }

    /// The path of an image in its folder, if it is a picture.
    pub(super) fn picture(&self, index: usize) -> Option<String> {
        match self {
            Source::Pictures { pictures, .. } => Some(pictures.name(index)),
            Source::Run { .. } | Source::Array { .. } => None,
        }
    }

    /// Gives the images of `range` to `each`, at most `size` at a time.
    pub(super) fn batches(
        &self,
        range: Range<usize>,
        size: usize,
        each: &mut dyn FnMut(Images) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let parts = |range: Range<usize>| {
            let end = range.end;
            range
                .step_by(size)
                .map(move |start| start..end.min(start + size))
        };
        match self {
            Source::Run { images, .. } => {
                parts(range).try_for_each(|part| each(images.select(part)))
            }
            Source::Pictures { pictures, shape } => {
                parts(range).try_for_each(|part| each(read_pictures(pictures, *shape, part)?))
            }
            Source::Array {
                array,
                shape,
                scale,
            } => array.batches(range, size, |pixels| {
                let mut images = Images::new(
                    *shape,
                    match pixels {
                        image_sets::Pixels::U8(bytes) => Pixels::Bytes(bytes),
                        image_sets::Pixels::F32(floats) => Pixels::Floats(floats),
                    },
                );
                if let Some(values) = scale {
                    images.scale(*values);
                }
                each(images)
            }),
        }
    }
}

fn read_pictures(
    pictures: &Pictures,
    expected: Shape,
    range: Range<usize>,
) -> Result<Images, Error> {
    let mut bytes = Vec::with_capacity(range.len() * expected.size());
    for (index, (shape, pixels)) in range.clone().zip(pictures.read(range)?) {
        let mut found = shape_of(shape);
        // A picture that is gray by chance has one channel.
        let copies = if found.channels == 1 {
            expected.channels
        } else {
            1
        };
        found.channels *= copies;
        check_size(&pictures.path(index).display().to_string(), expected, found)?;
        (0..copies).for_each(|_| bytes.extend_from_slice(&pixels));
    }
    Ok(Images::new(expected, Pixels::Bytes(bytes)))
}

fn shape_of(shape: image_sets::Shape) -> Shape {
    Shape {
        channels: shape.channels,
        rows: shape.rows,
        columns: shape.columns,
    }
}

fn check_size(file: &str, expected: Shape, found: Shape) -> Result<(), Error> {
    if expected == found {
        return Ok(());
    }
    Err(Error::Size {
        file: file.to_owned(),
        expected: expected.to_string(),
        found: found.to_string(),
    })
}
