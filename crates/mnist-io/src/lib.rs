//! IDX files, the format of MNIST, as checked arrays.
//!
//! [`read`] takes any rank and element type, plain or gzip. It trusts nothing that the file declares:
//! what it returns is complete, and memory grows with the bytes that exist, not with those that the
//! header promises. [`IdxReader`] reads some elements at a time. [`Dataset::load`] pairs images with labels, and [`catalog`] knows the files of
//! MNIST and Fashion-MNIST by their digests. Every [`Error`] names the file, what was expected and
//! what was found.
//!
//! Letters in shapes: N = images, R = rows, C = columns of an image.
//!
//! Layers: {catalog, dataset} -> {read, write} -> {array, content} -> error -> {element_type, kind}
//!
//! ```
//! use mnist_io::{Elements, IdxArray};
//!
//! let folder = tempfile::tempdir()?;
//! let path = folder.path().join("codes.idx.gz");
//! let array = IdxArray::new(vec![2, 3], Elements::F32(vec![0.5; 6]))?;
//! mnist_io::write(&path, &array)?;
//! assert_eq!(mnist_io::read(&path)?, array);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
#![deny(missing_docs)]

mod array;
pub mod catalog;
mod content;
mod dataset;
mod element_type;
mod error;
mod kind;
mod read;
mod write;

pub use array::{Elements, IdxArray};
pub use dataset::Dataset;
pub use element_type::ElementType;
pub use error::{Error, Problem, ShapeError};
pub use kind::Kind;
pub use read::{IdxReader, kind, read, read_at_most, read_with_digest, read_with_digest_at_most};
pub use write::write;
