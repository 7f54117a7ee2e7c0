//! An array of images that is read a few images at a time: any number of them fits into memory.

use std::{collections::BTreeMap, ops::Range, path::Path};

use crate::{
    array,
    array_set::{ArraySet, ArraySource},
    error::Error,
    layout::{self, Extent, Layout},
    notes,
    options::Options,
    read,
    set::{Pixels, Shape},
    transform,
};

/// Images that are read at a time, if they have no more numbers than [`MAX_NUMBERS`].
const BATCH: usize = 250;
/// Numbers that are read at a time, if an image has no more.
const MAX_NUMBERS: usize = 1 << 22;

/// The images of an IDX, `.npy` or `.npz` file, with their labels.
#[derive(Clone, Debug)]
pub struct ImageArray {
    set: ArraySet,
    options: Options,
    len: usize,
    shape: Shape,
    is_bytes: bool,
    value_range: Option<[f32; 2]>,
    labels: Option<Vec<i64>>,
    notes: Vec<String>,
    batch: usize,
}

/// The images to train on, or all images, and those to test on, if they are kept apart.
#[derive(Clone, Debug)]
pub struct ImageArrays {
    /// The images to train on, or all images.
    pub training: ImageArray,
    /// The images to test on, of the same shape.
    pub test: Option<ImageArray>,
}

impl ImageArrays {
    /// Finds what [`read`](crate::read()) would read at `path`; `None` if it holds pictures.
    ///
    /// # Errors
    /// Those of [`ImageArray::find`]; test images of another shape or of other numbers.
    pub fn find(path: &Path, options: &Options) -> Result<Option<ImageArrays>, Error> {
        let Some(ArraySource { training, test }) = read::arrays_at(path)? else {
            return Ok(None);
        };
        let training = ImageArray::new(training, options)?;
        let test = test
            .map(|test| ImageArray::new(test, options))
            .transpose()?;
        for array in [Some(&training), test.as_ref()].into_iter().flatten() {
            // At least two numbers for each image, so that 32 bits number the images.
            let size = array.shape.size().max(2);
            array::count(&[array.len, size]).map_err(|problem| problem.at(path))?;
        }
        let kind = |array: &ImageArray| (array.shape, array.is_bytes);
        read::check_parts(kind(&training), test.as_ref().map(kind))
            .map_err(|problem| problem.at(path))?;
        Ok(Some(ImageArrays { training, test }))
    }
}

impl ImageArray {
    /// Finds the images at `path`, for a model that is trained: of a folder with a test set, those of
    /// the test set; `None` if it holds pictures.
    ///
    /// Numbers other than bytes are read once, for their minimum and maximum.
    ///
    /// # Errors
    /// Those of [`read`](crate::read()), but for files that are shorter or longer than they declare,
    /// of bytes: [`ImageArray::batches`] finds these.
    pub fn find(path: &Path, options: &Options) -> Result<Option<ImageArray>, Error> {
        let Some(set) = read::arrays_for_testing(path)? else {
            return Ok(None);
        };
        ImageArray::new(set, options).map(Some)
    }

    fn new(set: ArraySet, options: &Options) -> Result<ImageArray, Error> {
        let (layout, mut notes, len, is_bytes) = survey(&set)?;
        notes.extend(set.note());
        let labels = set.read_labels(len)?;
        let labels = labels.map(|read| {
            notes.extend(read.note);
            read.labels
        });
        if labels.is_none() {
            notes.push(notes::NO_LABELS.into());
        }
        notes.extend(set.notes.clone());
        let mut array = ImageArray {
            labels,
            set,
            options: *options,
            len,
            shape: layout.shape,
            is_bytes,
            value_range: None,
            notes,
            batch: batch(layout),
        };
        let needed = if is_bytes { 1 } else { len };
        let mut shape = layout.shape;
        let mut range = [f32::INFINITY, f32::NEG_INFINITY];
        array.read(0..needed, batch(layout), &mut |found, pixels| {
            shape = found;
            if let Pixels::F32(values) = pixels {
                let widen = |[low, high]: [f32; 2], value| [low.min(value), high.max(value)];
                range = values.into_iter().fold(range, widen);
            }
            Ok::<(), Error>(())
        })?;
        array.shape = shape;
        array.value_range = (!is_bytes).then_some(range);
        Ok(array)
    }

    /// The number of images, N.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The shape of each image, after what the options ask for.
    pub fn shape(&self) -> Shape {
        self.shape
    }

    /// The minimum and the maximum of all numbers, after what the options ask for; `None` if they are
    /// bytes.
    pub fn value_range(&self) -> Option<[f32; 2]> {
        self.value_range
    }

    /// The label of each image, if there are labels.
    pub fn labels(&self) -> Option<&[i64]> {
        self.labels.as_deref()
    }

    /// How many images can be read at a time without filling the memory, whatever their size before the
    /// options changed it.
    pub fn batch(&self) -> usize {
        self.batch
    }

    /// What a user would want to know, without what only the pixels tell. Sentences.
    pub fn notes(&self) -> &[String] {
        &self.notes
    }

    /// The files, as [`ImageSet::files`](crate::ImageSet::files) has them. They are read for it.
    ///
    /// # Errors
    /// A file that cannot be read, or is damaged.
    pub fn files(&self) -> Result<BTreeMap<String, String>, Error> {
        let files = [Some(&self.set.images), self.set.labels.as_ref()];
        let files = files.into_iter().flatten();
        files
            .map(|file| Ok((file.name.clone(), file.sha256()?)))
            .collect()
    }

    /// Reads the images of `range`, and gives them to `each`, at most `size` at a time, in their order.
    ///
    /// # Errors
    /// Those of `each`; a file that is damaged, or shorter or longer than it declares.
    pub fn batches<E: From<Error>>(
        &self,
        range: Range<usize>,
        size: usize,
        mut each: impl FnMut(Pixels) -> Result<(), E>,
    ) -> Result<(), E> {
        self.read(range, size, &mut |_, pixels| each(pixels))
    }

    fn read<E: From<Error>>(
        &self,
        range: Range<usize>,
        size: usize,
        each: &mut dyn FnMut(Shape, Pixels) -> Result<(), E>,
    ) -> Result<(), E> {
        let set = &self.set;
        set.images.open(|reader| {
            let wrong = |problem| set.images.error(problem);
            let (layout, _) = Layout::of(reader.shape()).map_err(wrong)?;
            for start in (0..range.start).step_by(size) {
                reader.rows(size.min(range.start - start))?;
            }
            for start in range.clone().step_by(size) {
                let values = reader.rows(size.min(range.end - start))?;
                let pixels = layout.pixels(values, self.is_bytes, start).map_err(wrong)?;
                let (shape, pixels) = set.upright(layout.shape, pixels);
                let (shape, pixels) =
                    transform::apply(shape, pixels, &self.options).map_err(wrong)?;
                each(shape, pixels)?;
            }
            Ok(())
        })
    }
}

/// How many images of this layout are read at a time.
fn batch(layout: Layout) -> usize {
    (MAX_NUMBERS / layout.shape.size()).clamp(1, BATCH)
}

/// The layout of a set with notes on it, the number of its images, and whether its numbers are bytes.
fn survey(set: &ArraySet) -> Result<(Layout, Vec<String>, usize, bool), Error> {
    set.images.open(|reader| {
        let shape = reader.shape();
        let (layout, mut notes) = Layout::of(shape).map_err(|problem| set.images.error(problem))?;
        let len = shape[0];
        let mut extent = Extent::default();
        for start in (0..len).step_by(batch(layout)) {
            let values = reader.rows(batch(layout))?;
            if start == 0 {
                notes.extend(layout::note(&values));
            }
            if extent.add(&values) {
                break;
            }
        }
        Ok((layout, notes, len, extent.is_bytes()))
    })
}
