use std::{
    io,
    path::{Path, PathBuf},
};

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

/// What can be wrong with a file. The message of each says all there is to say, the system's
/// reason included.
#[derive(Debug, thiserror::Error)]
pub enum Problem {
    /// It is not there.
    #[error("no such file")]
    Missing,
    /// The path leads to a directory.
    #[error("expected a file, found a directory")]
    Directory,
    /// The path leads to a device or a pipe, which may never end.
    #[error("expected a file, found a device, a pipe or a socket")]
    NoFile,
    /// It may not be read by this user.
    #[error("no permission to read this file")]
    Denied,
    /// The system cannot read it.
    #[error("cannot be read: {0}")]
    Read(io::Error),
    /// The system cannot write it. What was there before still is.
    #[error("cannot be written: {0}")]
    Write(io::Error),

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

    /// It holds more than any such file.
    #[error("expected at most {most} bytes of content, found more")]
    TooMuch {
        /// What such a file can hold.
        most: u64,
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

    /// A list of digests has a line that is none.
    #[error(
        "expected a SHA-256, two spaces and a path in this folder, found {found:?} as line {number}"
    )]
    List {
        /// Which line, from 1.
        number: usize,
        /// Its beginning.
        found: String,
    },
    /// A list of digests lacks a file.
    #[error("expected the digest of {} on this list, found none", file.display())]
    NotListed {
        /// The file, by its path in the list's folder.
        file: PathBuf,
    },
    /// Not the file that its name promises, or that a list of digests says was here.
    #[error("expected content of SHA-256 {expected}, found {found}")]
    Digest {
        /// The known digest.
        expected: String,
        /// That of the file's content, decompressed if it is a data set's.
        found: String,
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
