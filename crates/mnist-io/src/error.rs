use std::path::{Path, PathBuf};

use crate::ElementType;

/// Something is wrong with a file.
#[derive(Debug, thiserror::Error)]
#[error("{}: {problem}", path.display())]
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

/// What can be wrong with a file. Each message is complete: it includes the system's reason.
#[derive(Debug, thiserror::Error)]
pub enum Problem {
    /// It cannot be opened, read or written, or it is not the known file.
    #[error(transparent)]
    File(#[from] durable_fs::Problem),

    /// The gzip stream ends early.
    #[error("truncated gzip: expected a checksum at its end, found it cut off before")]
    TruncatedGzip,
    /// The gzip stream contradicts itself, for instance its checksum.
    #[error("damaged gzip: {reason}")]
    DamagedGzip {
        /// What the decompressor says.
        reason: String,
    },

    /// There are no bytes, or a gzip stream of none.
    #[error("expected an IDX file, found it empty")]
    Empty,
    /// It does not begin as IDX files do.
    #[error(
        "expected an IDX file, which begins with bytes 00 00, found {:02x} {:02x}",
        found[0], found[1]
    )]
    Magic {
        /// The first two bytes, decompressed.
        found: [u8; 2],
    },
    /// The format has no such element type.
    #[error("expected an element type of 08, 09 or 0b to 0e, found {found:02x}")]
    ElementType {
        /// The third byte.
        found: u8,
    },
    /// The dimensions are no possible shape.
    #[error(transparent)]
    Shape(#[from] ShapeError),
    /// It ends early.
    #[error("truncated: expected {expected} bytes of {part}, found {found}")]
    Truncated {
        /// `header`, `dimensions` or `data`.
        part: &'static str,
        /// Bytes of that part.
        expected: usize,
        /// Bytes that were there.
        found: usize,
    },
    /// It goes on after the data.
    #[error("trailing bytes: expected {expected} bytes of data, found more")]
    Trailing {
        /// Bytes of data, by the dimensions.
        expected: usize,
    },

    /// Its dimensions say that it holds more than such a file can.
    #[error("expected at most {most} bytes of data, found dimensions of {expected}")]
    TooLarge {
        /// What such a file holds at most.
        most: u64,
        /// Bytes of data, by the dimensions.
        expected: usize,
    },

    /// A good array, but of something else.
    #[error("expected {expected}, found {element_type} of shape {shape:?}")]
    Kind {
        /// What it should hold.
        expected: &'static str,
        /// Type of its elements.
        element_type: ElementType,
        /// Its dimensions.
        shape: Vec<usize>,
    },
    /// The labels belong to other images.
    #[error("expected {expected} labels, one for each image of {}, found {found}", images.display())]
    LabelCount {
        /// The file of the images.
        images: PathBuf,
        /// How many images there are.
        expected: usize,
        /// How many labels there are.
        found: usize,
    },
    /// A label is no class.
    #[error("expected labels from 0 to 9, found {found} at index {index}")]
    Label {
        /// Which one, from 0.
        index: usize,
        /// The label.
        found: u8,
    },
}

impl Problem {
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
        /// How many there are.
        found: usize,
    },
    /// A dimension does not fit the 32 bits that the format gives it.
    #[error(
        "expected dimensions up to {}, found {found} as dimension {axis}",
        u32::MAX
    )]
    Dimension {
        /// Which one, from 0.
        axis: usize,
        /// The dimension.
        found: usize,
    },
    /// More bytes than can be counted.
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
        /// How many elements there are.
        found: usize,
    },
}
