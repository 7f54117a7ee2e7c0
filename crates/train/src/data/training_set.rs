//! The training images of a set: in memory, or on disk if they are too many.

use std::borrow::Cow;

use experiment::Shape;

use super::{
    image_file::ImageFile,
    images::{Images, Pixels, to_unit},
};
use crate::Error;

/// The training images of a set.
#[derive(Debug)]
pub enum TrainingSet {
    /// In memory.
    Memory(Images),
    /// On disk, mixed in windows.
    File {
        /// All images.
        images: ImageFile,
        /// How many are mixed at a time.
        window: usize,
    },
}

impl TrainingSet {
    /// The size of each image.
    pub fn shape(&self) -> Shape {
        match self {
            TrainingSet::Memory(images) => images.shape(),
            TrainingSet::File { images, .. } => images.shape(),
        }
    }

    /// The number of images, N.
    pub fn len(&self) -> usize {
        match self {
            TrainingSet::Memory(images) => images.len(),
            TrainingSet::File { images, .. } => images.len(),
        }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many images are mixed at a time, if not all are.
    pub fn window(&self) -> Option<usize> {
        match self {
            TrainingSet::Memory(_) => None,
            TrainingSet::File { window, .. } => Some(*window),
        }
    }

    /// Bytes that `count` of the images take in memory beside those that are there.
    pub(crate) fn bytes_of_copies(&self, count: usize) -> u64 {
        match self {
            TrainingSet::Memory(_) => 0,
            TrainingSet::File { images, .. } => images.bytes_in_memory(count),
        }
    }

    /// Images that begin with the first `count`, in memory.
    ///
    /// # Errors
    /// [`Error::ImageFile`].
    pub fn first(&self, count: usize) -> Result<Cow<'_, Images>, Error> {
        match self {
            TrainingSet::Memory(images) => Ok(Cow::Borrowed(images)),
            TrainingSet::File { images, .. } => images.select(0..count).map(Cow::Owned),
        }
    }

    /// The images of these indices, in their order, in memory.
    ///
    /// # Errors
    /// [`Error::ImageFile`].
    pub fn select(&self, indices: impl IntoIterator<Item = usize>) -> Result<Images, Error> {
        match self {
            TrainingSet::Memory(images) => Ok(images.select(indices)),
            TrainingSet::File { images, .. } => images.select(indices),
        }
    }

    /// Writes images at 0-1 scale to `rows`, `[N, P]`, by their indices.
    ///
    /// # Errors
    /// [`Error::ImageFile`].
    pub(super) fn copy(&self, indices: &[usize], rows: &mut [f32]) -> Result<(), Error> {
        let numbers = self.shape().size();
        let mut buffer = Vec::new();
        for (&image, row) in indices.iter().zip(rows.chunks_exact_mut(numbers)) {
            let range = image * numbers..(image + 1) * numbers;
            match self {
                TrainingSet::Memory(images) => match images.pixels() {
                    Pixels::Bytes(bytes) => to_unit(&bytes[range], row),
                    Pixels::Floats(floats) => row.copy_from_slice(&floats[range]),
                },
                TrainingSet::File { images, .. } => images.copy(image, row, &mut buffer)?,
            }
        }
        Ok(())
    }

    /// Tells the system which images will be read soon, by their indices.
    pub(super) fn will_need(&self, mut indices: Vec<usize>) {
        let TrainingSet::File { images, .. } = self else {
            return;
        };
        indices.sort_unstable();
        // A held-out image between two others is read along.
        for run in indices.chunk_by(|first, second| second - first <= 2) {
            images.will_need(run[0]..run[run.len() - 1] + 1);
        }
    }
}

impl From<Images> for TrainingSet {
    fn from(images: Images) -> Self {
        TrainingSet::Memory(images)
    }
}
