//! A set of images in memory.

use std::{collections::BTreeMap, fmt};

/// Maximum number of pixels of a set, over all images and channels: N x C x H x W.
pub const MAX_PIXELS: u64 = 1 << 33;

/// The shape of one image: C x H x W.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Shape {
    /// C: 1 for gray, 3 for red, green and blue.
    pub channels: usize,
    /// H: the height.
    pub rows: usize,
    /// W: the width.
    pub columns: usize,
}

impl Shape {
    /// Number of values of an image: C x H x W.
    pub fn size(self) -> usize {
        self.channels * self.rows * self.columns
    }
}

impl fmt::Display for Shape {
    /// `28 x 28`, or `3 x 32 x 32` with several channels.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.channels != 1 {
            write!(f, "{} x ", self.channels)?;
        }
        write!(f, "{} x {}", self.rows, self.columns)
    }
}

/// The pixels of all images, N x C x H x W in row-major order: the channels of an image follow each
/// other.
#[derive(Clone, Debug, PartialEq)]
pub enum Pixels {
    /// From 0 to 255.
    U8(Vec<u8>),
    /// As the file has them, all finite: 0 to 1, -1 to 1, 0 to 16 or any others.
    F32(Vec<f32>),
}

impl Pixels {
    /// Number of values: N x C x H x W.
    pub fn len(&self) -> usize {
        match self {
            Pixels::U8(values) => values.len(),
            Pixels::F32(values) => values.len(),
        }
    }

    /// Whether there are no values.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// Labels may be floats up to this one, below which 32-bit floats hold every whole number.
pub(crate) const MAX_FLOAT_LABEL: f32 = 16_777_216.0;

/// Images of one shape, with labels or without. A set that was read has at least one image.
#[derive(Clone, Debug, PartialEq)]
pub struct ImageSet {
    pub(crate) shape: Shape,
    pub(crate) pixels: Pixels,
    pub(crate) labels: Option<Vec<i64>>,
    pub(crate) class_names: Vec<String>,
    pub(crate) files: BTreeMap<String, String>,
    pub(crate) notes: Vec<String>,
}

impl ImageSet {
    /// Number of images: N.
    pub fn len(&self) -> usize {
        self.pixels.len() / self.shape.size()
    }

    /// Whether there are no images.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The shape of each image.
    pub fn shape(&self) -> Shape {
        self.shape
    }

    /// All pixels, N x C x H x W.
    pub fn pixels(&self) -> &Pixels {
        &self.pixels
    }

    /// All pixels, without a copy.
    pub fn into_pixels(self) -> Pixels {
        self.pixels
    }

    /// The label of each image, if the set has labels.
    pub fn labels(&self) -> Option<&[i64]> {
        self.labels.as_deref()
    }

    /// The names of the classes 0, 1, ..., if they come from folders; otherwise empty.
    pub fn class_names(&self) -> &[String] {
        &self.class_names
    }

    /// The files that were read, by their paths in the folder of the set, with the SHA-256 of their
    /// bytes; of an IDX file, the SHA-256 of its decompressed content.
    pub fn files(&self) -> &BTreeMap<String, String> {
        &self.files
    }

    /// What a user would want to know: what was ignored, assumed or looks odd. Sentences.
    pub fn notes(&self) -> &[String] {
        &self.notes
    }

    /// The minimum and the maximum of all pixels.
    pub fn value_range(&self) -> (f32, f32) {
        match &self.pixels {
            Pixels::U8(values) => {
                let minimum = values.iter().min().copied().unwrap_or(0);
                let maximum = values.iter().max().copied().unwrap_or(0);
                (minimum.into(), maximum.into())
            }
            Pixels::F32(values) => {
                let range = (f32::INFINITY, f32::NEG_INFINITY);
                let widen = |(low, high): (f32, f32), &value| (low.min(value), high.max(value));
                values.iter().fold(range, widen)
            }
        }
    }
}

/// What a file or a folder holds.
#[derive(Clone, Debug, PartialEq)]
pub struct Source {
    /// The images to train on, or all images.
    pub training: ImageSet,
    /// The images to test on, of the same shape, if they are kept apart.
    pub test: Option<ImageSet>,
}
