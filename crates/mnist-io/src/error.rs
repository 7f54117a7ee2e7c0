//! What can go wrong with IDX files and data sets.

use std::path::{Path, PathBuf};

use crate::{element_type::ElementType, kind::Kind};

/// An error of a file.
#[derive(Debug, thiserror::Error)]
#[error("{}", problem.describe(path))]
pub struct Error {
    /// The file.
    pub path: PathBuf,
    /// What was expected of it and what was found.
    pub problem: Problem,
}

impl From<durable_fs::Error> for Error {
    fn from(error: durable_fs::Error) -> Self {
        Error {
            path: error.path,
            problem: Problem::File(error.problem),
        }
    }
}

/// What can go wrong with a file. Each message is complete: it includes the system's reason.
#[derive(Debug, thiserror::Error)]
pub enum Problem {
    /// It cannot be opened, read or written, or it is not the known file.
    #[error(transparent)]
    File(#[from] durable_fs::Problem),

    /// The gzip stream ends early.
    #[error("truncated gzip: expected a checksum at its end, found it cut off before")]
    TruncatedGzip,
    /// The gzip stream contradicts itself, for example its checksum.
    #[error("damaged gzip: {reason}")]
    DamagedGzip {
        /// The decompressor's reason.
        reason: String,
    },

    /// It has no bytes, or is a gzip stream without any.
    #[error("expected an IDX file, found it empty")]
    Empty,
    /// It is another kind of file.
    #[error("expected an IDX file, found {found}")]
    NotIdx {
        /// Its kind, by its content.
        found: Kind,
    },
    /// The format has no such element type.
    #[error("expected an element type of 08, 09 or 0b to 0e, found {found:02x}")]
    ElementType {
        /// The third byte.
        found: u8,
    },
    /// The dimensions are not a possible shape.
    #[error(transparent)]
    Shape(#[from] ShapeError),
    /// It ends early.
    #[error("truncated: expected {expected} bytes of {part}, found {found}")]
    Truncated {
        /// `header`, `dimensions` or `data`.
        part: &'static str,
        /// Bytes of that part.
        expected: usize,
        /// Bytes found.
        found: usize,
    },
    /// It has bytes after the data.
    #[error("trailing bytes: expected {expected} bytes of data, found more")]
    Trailing {
        /// Bytes of data according to the dimensions.
        expected: usize,
    },

    /// Its dimensions declare more data than allowed.
    #[error("expected at most {max} bytes of data, found dimensions of {declared}")]
    TooLarge {
        /// The limit in bytes.
        max: u64,
        /// Bytes of data according to the dimensions.
        declared: usize,
    },

    /// A valid array, but of something else.
    #[error("expected {expected}, found {element_type} of shape {shape:?}")]
    Kind {
        /// What it should be.
        expected: &'static str,
        /// Type of its elements.
        element_type: ElementType,
        /// Its dimensions.
        shape: Vec<usize>,
    },
    /// The number of labels is not that of the images.
    #[error("expected {expected} labels, one for each image of {}, found {found}", images.display())]
    LabelCount {
        /// The file of the images.
        images: PathBuf,
        /// Number of images.
        expected: usize,
        /// Number of labels.
        found: usize,
    },
    /// A label is not a class.
    #[error("expected labels from 0 to 9, found {found} at index {index}")]
    Label {
        /// Index of the label, from 0.
        index: usize,
        /// The label.
        found: u8,
    },
}

impl Problem {
    /// The message of this problem with the file at `path`.
    pub fn describe(&self, path: &Path) -> String {
        match self {
            Problem::File(problem) => problem.describe(path),
            problem => format!("{}: {problem}", path.display()),
        }
    }

    pub(crate) fn at(self, path: &Path) -> Error {
        Error {
            path: path.to_owned(),
            problem: self,
        }
    }
}

/// A shape that an IDX file cannot have, or that its elements do not fill.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ShapeError {
    /// Too few or too many dimensions.
    #[error("expected 1 to 255 dimensions, found {found}")]
    Rank {
        /// Number of dimensions.
        found: usize,
    },
    /// A dimension does not fit the 32 bits that the format gives it.
    #[error(
        "expected dimensions up to {}, found {found} as dimension {axis}",
        u32::MAX
    )]
    Dimension {
        /// Index of the dimension, from 0.
        axis: usize,
        /// The dimension.
        found: usize,
    },
    /// More bytes than an address can count.
    #[error(
        "shape {shape:?} of {element_type} overflows: expected at most {} bytes",
        usize::MAX
    )]
    Overflow {
        /// The dimensions.
        shape: Vec<usize>,
        /// Type of the elements.
        element_type: ElementType,
    },
    /// Too few or too many elements.
    #[error("expected {expected} elements, as shape {shape:?} has, found {found}")]
    Count {
        /// The dimensions.
        shape: Vec<usize>,
        /// Their product.
        expected: usize,
        /// Number of elements.
        found: usize,
    },
}
