//! An array of images that is read a few images at a time: any number of them fits into memory.

use std::{ops::Range, path::Path};

use crate::{
    array_set::ArraySet,
    error::Error,
    layout::{Extent, Layout},
    options::Options,
    read,
    set::{Pixels, Shape},
    transform,
};

/// Images that are read at a time to learn what only all of them tell.
const BATCH: usize = 250;

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
        let (layout, len, is_bytes) = survey(&set)?;
        let mut array = ImageArray {
            labels: set.read_labels(len)?.map(|read| read.labels),
            set,
            options: *options,
            len,
            shape: layout.shape,
            is_bytes,
            value_range: None,
        };
        let needed = if is_bytes { 1 } else { len };
        let mut shape = layout.shape;
        let mut range = [f32::INFINITY, f32::NEG_INFINITY];
        array.read(0..needed, BATCH, &mut |found, pixels| {
            shape = found;
            if let Pixels::F32(values) = pixels {
                let widen = |[low, high]: [f32; 2], value| [low.min(value), high.max(value)];
                range = values.into_iter().fold(range, widen);
            }
            Ok::<(), Error>(())
        })?;
        array.shape = shape;
        array.value_range = (!is_bytes).then_some(range);
        Ok(Some(array))
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

/// The layout of a set, the number of its images, and whether its numbers are bytes.
fn survey(set: &ArraySet) -> Result<(Layout, usize, bool), Error> {
    set.images.open(|reader| {
        let shape = reader.shape();
        let (layout, _) = Layout::of(shape).map_err(|problem| set.images.error(problem))?;
        let len = shape[0];
        let mut extent = Extent::default();
        for _ in (0..len).step_by(BATCH) {
            if extent.add(&reader.rows(BATCH)?) {
                break;
            }
        }
        Ok((layout, len, extent.is_bytes()))
    })
}
