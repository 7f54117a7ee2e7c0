//! Reads any usual set of images as one array of pixels, with labels if there are any.
//!
//! [`read`] takes a file or a folder of the user's and finds out by itself what it is:
//!
//! - **IDX**, the format of MNIST, plain or gzip: `train-images-idx3-ubyte`, `train-images.idx3-ubyte`,
//!   `t10k-...` or `test-...`, with a prefix like `emnist-letters-`, also in a folder like `MNIST/raw`.
//!   Images of EMNIST, which are stored transposed, are turned upright.
//! - **NumPy**: `.npy` files like `x_train.npy`, or one `.npz` with arrays of such names.
//! - **A folder of PNG, JPEG or BMP**: sub-folders are classes, `train/` and `test/` are the split.
//!
//! [`ImageArray`] reads the images of such an array a few at a time, and [`Pictures`] the files of a folder,
//! or one file: sets of any size fit into memory.
//!
//! Nothing that a file declares is trusted: memory grows with the bytes that exist, NaN and infinity
//! are refused, and sets of more than [`MAX_PIXELS`] too. Every [`Error`] names the file, what was
//! expected and what was found. What a user would want to know beside that is in [`ImageSet::notes`].
//!
//! Letters in shapes: N = images, C = channels, H = rows (height), W = columns (width).
//!
//! Layers: {image_array, pictures} -> read -> {idx_files, image_folder, named_arrays} -> array_set -> {array_file, labels, layout} -> {npz, picture} -> npy -> {listing, notes, transform} -> {array, options} -> error -> set
//!
//! ```
//! use image_sets::{Options, Pixels};
//! use mnist_io::{Elements, IdxArray};
//!
//! let folder = tempfile::tempdir()?;
//! let images = IdxArray::new(vec![2, 3, 4], Elements::U8((0..24).collect()))?;
//! mnist_io::write(&folder.path().join("train-images-idx3-ubyte.gz"), &images)?;
//!
//! let source = image_sets::read(folder.path(), &Options::default())?;
//! assert_eq!(source.training.len(), 2);
//! assert_eq!(source.training.shape().to_string(), "3 x 4");
//! assert_eq!(source.training.pixels(), &Pixels::U8((0..24).collect()));
//! assert!(source.test.is_none());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
#![deny(missing_docs)]

mod array;
mod array_file;
mod array_set;
mod error;
mod idx_files;
mod image_array;
mod image_folder;
mod labels;
mod layout;
mod listing;
mod named_arrays;
mod notes;
mod npy;
mod npz;
mod options;
mod picture;
mod pictures;
mod read;
mod set;
mod transform;

pub use error::{Error, Problem};
pub use image_array::{ImageArray, ImageArrays};
pub use mnist_io::Kind;
pub use named_arrays::read_numbers;
pub use notes::of_bytes as note_on_bytes;
pub use options::Options;
pub use pictures::Pictures;
pub use read::read;
pub use set::{ImageSet, MAX_PIXELS, Pixels, Shape, Source};
