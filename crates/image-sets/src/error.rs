//! What can go wrong with a set of images.

use std::path::{Path, PathBuf};

use mnist_io::Kind;

use crate::set::MAX_PIXELS;

/// An error of a file or folder.
#[derive(Debug, thiserror::Error)]
#[error("{}", problem.describe(path))]
pub struct Error {
    /// The file or folder.
    pub path: PathBuf,
    /// What was expected of it and what was found.
    pub problem: Problem,
}

impl From<durable_fs::Error> for Error {
    fn from(error: durable_fs::Error) -> Self {
        Problem::File(error.problem).at(&error.path)
    }
}

impl From<mnist_io::Error> for Error {
    fn from(error: mnist_io::Error) -> Self {
        match error.problem {
            mnist_io::Problem::File(problem) => Problem::File(problem),
            problem => Problem::Idx(problem),
        }
        .at(&error.path)
    }
}

/// What can go wrong. Each message is complete: it includes the system's reason.
#[derive(Debug, thiserror::Error)]
pub enum Problem {
    /// It cannot be opened or read.
    #[error(transparent)]
    File(#[from] durable_fs::Problem),
    /// A bad IDX file.
    #[error("{0}")]
    Idx(mnist_io::Problem),
    /// A file of another kind than its name or its place says.
    #[error("expected {expected}, found {found}")]
    Kind {
        /// What it should be, with its article.
        expected: &'static str,
        /// What it is.
        found: Kind,
    },

    /// A folder without any file that can be read.
    #[error(
        "expected images (IDX files like train-images-idx3-ubyte.gz, .npy, .npz, or PNG, JPEG or BMP \
         files), found {found}"
    )]
    NoImages {
        /// What is there.
        found: String,
    },
    /// A folder with more than one set.
    #[error("expected one set of images, found several: {}; name one of them", found.join(", "))]
    SeveralSets {
        /// The files or folders, each of which can be read by its own path.
        found: Vec<String>,
    },
    /// Images beside folders of images.
    #[error(
        "expected images in the folder itself or in its sub-folders, found both: {above} and {below}"
    )]
    Mixed {
        /// An image in the folder itself.
        above: String,
        /// An image in a sub-folder.
        below: String,
    },
    /// Images for testing, and none for training.
    #[error(
        "expected images for training beside the images for testing, found none; to use \
         the test images alone, name their file itself"
    )]
    TestOnly,
    /// Arrays whose names do not say what they are.
    #[error(
        "expected one array, or names like x_train, y_train, x_test, y_test, or images, labels; found \
         {}", found.join(", ")
    )]
    ArrayNames {
        /// The names.
        found: Vec<String>,
    },

    /// An image file that cannot be decoded.
    #[error("cannot decode this image: {reason}")]
    Image {
        /// The decoder's reason.
        reason: String,
    },
    /// Images of different sizes. A size is height x width.
    #[error(
        "expected images of one size, found {} x {} here and {} x {} in {}; the option `resize` makes \
         them equal", found.0, found.1, first.0, first.1, of_first.display()
    )]
    Sizes {
        /// The first image of the folder.
        of_first: PathBuf,
        /// Its rows and columns.
        first: (usize, usize),
        /// Rows and columns of this image.
        found: (usize, usize),
    },

    /// The header of a `.npy` array is malformed.
    #[error(
        "damaged header: expected a dictionary of descr, fortran_order and shape, found {found}"
    )]
    NpyHeader {
        /// What it is instead.
        found: String,
    },
    /// A `.npy` array of something else than numbers.
    #[error(
        "expected an array of numbers, found elements of type {found}{}",
        numbers_of(found)
    )]
    NpyType {
        /// The type as NumPy writes it, e.g. `|O` for Python objects.
        found: String,
    },
    /// It ends early.
    #[error("truncated: expected {expected} bytes of {part}, found {found}")]
    Truncated {
        /// `header` or `data`.
        part: &'static str,
        /// Bytes that it declares.
        expected: u64,
        /// Bytes found.
        found: u64,
    },
    /// It has bytes after the data.
    #[error("trailing bytes: expected {expected} bytes of data, found more")]
    Trailing {
        /// Bytes of data according to the shape.
        expected: u64,
    },
    /// A damaged zip archive.
    #[error("damaged zip archive: {reason}")]
    Zip {
        /// The reader's reason.
        reason: String,
    },
    /// Something is wrong with an array of an `.npz` file.
    #[error("array {name}: {problem}")]
    Array {
        /// Its name.
        name: String,
        /// What is wrong.
        problem: Box<Problem>,
    },

    /// A shape that no set of images has.
    #[error(
        "expected images of shape [N, H, W], [N, H, W, C], [N, C, H, W] with up to 4 channels, or \
         [N, H * W] with H = W, none of them 0; found shape {found:?}"
    )]
    ImageShape {
        /// The shape.
        found: Vec<usize>,
    },
    /// A shape that no labels have.
    #[error("expected labels of shape [N], or a row for each image, found shape {found:?}")]
    LabelShape {
        /// The shape.
        found: Vec<usize>,
    },
    /// A label that is not a whole number, or a float so large that others are rounded to it.
    #[error(
        "expected whole numbers as labels{}, found {found} at index {index}",
        if found.fract() == 0.0 { ", and none of floats beyond 16777216" } else { "" }
    )]
    Label {
        /// Index of the label, from 0.
        index: usize,
        /// The label.
        found: f64,
    },
    /// The number of labels is not that of the images.
    #[error("expected {expected} labels, one for each image, found {found}")]
    LabelCount {
        /// Number of images.
        expected: usize,
        /// Number of labels.
        found: usize,
    },
    /// A pixel that is NaN or infinite.
    #[error(
        "expected finite pixels, found {found} in image {image}, at index {index} of its pixels"
    )]
    NotFinite {
        /// Index of the image, from 0.
        image: usize,
        /// Index of the pixel in the image as the file has it, from 0.
        index: usize,
        /// NaN or an infinity.
        found: f32,
    },
    /// Test images of another shape than the images for training.
    #[error("expected test images of {expected}, as the images for training are, found {found}")]
    TestShape {
        /// The shape of an image for training.
        expected: crate::set::Shape,
        /// The shape of a test image.
        found: crate::set::Shape,
    },
    /// Test images of floats beside bytes: the scale of one of them is unknown.
    #[error(
        "expected test images of bytes, as the images for training are, found other numbers, whose \
         scale is unknown"
    )]
    TestValues,
    /// Gray was asked for, of channels that are not red, green and blue.
    #[error("expected images of 1 or 3 channels for `gray`, found {found}")]
    Gray {
        /// The number of channels.
        found: usize,
    },
    /// A size of zero was asked for.
    #[error("expected a size of at least 1 x 1 for `resize`, found {rows} x {columns}")]
    Resize {
        /// Rows asked for.
        rows: usize,
        /// Columns asked for.
        columns: usize,
    },
    /// More than fits.
    #[error("expected at most {MAX_PIXELS} pixels in all, found {found}")]
    TooLarge {
        /// The number of pixels or other numbers, as the file declares it.
        found: String,
    },
    /// A compressed array that declares far more data than its bytes can hold.
    #[error("expected at most {max} bytes of data from this compressed size, found {declared}")]
    Expansion {
        /// The limit in bytes.
        max: u64,
        /// Bytes of data according to the shape.
        declared: u64,
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

    /// This problem with the array `name` of a file.
    pub(crate) fn in_array(self, name: &str) -> Problem {
        Problem::Array {
            name: name.to_owned(),
            problem: Box::new(self),
        }
    }
}

/// How to make numbers of elements of a type that are none.
fn numbers_of(element: &str) -> &'static str {
    let letter = |letters: &[char]| {
        element
            .trim_start_matches(['<', '>', '|', '='])
            .starts_with(letters)
    };
    if letter(&['U', 'S']) {
        " (text; `numpy.unique(labels, return_inverse=True)[1]` makes numbers of labels)"
    } else if letter(&['O']) {
        " (Python objects; `array.astype(float)` makes numbers of them, or `numpy.unique(labels, \
         return_inverse=True)[1]` of labels)"
    } else if letter(&['c']) {
        " (complex numbers; `numpy.abs` makes real ones of them)"
    } else {
        ""
    }
}
