//! Images with their labels.

use std::path::Path;

use crate::{
    array::Elements,
    error::{Error, Problem},
    read::read_with_digest,
};

/// Images of one size, each with a label: MNIST and other data sets of the same form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dataset {
    images: Vec<u8>,
    labels: Vec<u8>,
    rows: usize,
    columns: usize,
    digests: [String; 2],
}

impl Dataset {
    /// Reads a file of images (u8, N x R x C) and one of their labels (u8, N, each from 0 to 9).
    ///
    /// # Errors
    /// Those of [`crate::read`], files of another kind, more or fewer labels than images, or a
    /// label above 9.
    pub fn load(images: &Path, labels: &Path) -> Result<Dataset, Error> {
        let (pixels, [count, rows, columns], of_images) = read_bytes(
            images,
            "images (u8 of count x rows x columns)",
            |[_, rows, columns]| rows > 0 && columns > 0,
        )?;
        let (classes, [found], of_labels) =
            read_bytes(labels, "labels (u8 of one dimension)", |_| true)?;
        if found != count {
            return Err(Problem::LabelCount {
                images: images.to_owned(),
                expected: count,
                found,
            }
            .at(labels));
        }
        if let Some(index) = classes.iter().position(|&class| class > 9) {
            return Err(Problem::Label {
                index,
                found: classes[index],
            }
            .at(labels));
        }
        Ok(Dataset {
            images: pixels,
            labels: classes,
            rows,
            columns,
            digests: [of_images, of_labels],
        })
    }

    /// The number of images: N.
    pub fn len(&self) -> usize {
        self.labels.len()
    }

    /// Whether there are no images.
    pub fn is_empty(&self) -> bool {
        self.labels.is_empty()
    }

    /// Height of an image: R.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Width of an image: C.
    pub fn columns(&self) -> usize {
        self.columns
    }

    /// Number of pixels of an image: R x C.
    pub fn pixels(&self) -> usize {
        self.rows * self.columns
    }

    /// All pixels, N x R x C, from 0 (black) to 255 (white).
    pub fn images(&self) -> &[u8] {
        &self.images
    }

    /// Like [`Dataset::images`], without a copy.
    pub fn into_images(self) -> Vec<u8> {
        self.images
    }

    /// The pixels of one image, R x C.
    ///
    /// # Panics
    /// If `index` is not below [`Dataset::len`].
    pub fn image(&self, index: usize) -> &[u8] {
        &self.images[index * self.pixels()..][..self.pixels()]
    }

    /// SHA-256 of the content of the file of images and of that of labels, as
    /// [`content_sha256`](crate::catalog::content_sha256) computes it.
    pub fn digests(&self) -> &[String; 2] {
        &self.digests
    }

    /// The class of each image, from 0 to 9.
    pub fn labels(&self) -> &[u8] {
        &self.labels
    }
}

fn read_bytes<const RANK: usize>(
    path: &Path,
    expected: &'static str,
    accept: fn([usize; RANK]) -> bool,
) -> Result<(Vec<u8>, [usize; RANK], String), Error> {
    let (array, digest) = read_with_digest(path)?;
    let element_type = array.elements().element_type();
    let shape = array.shape().to_vec();
    match (array.into_elements(), <[usize; RANK]>::try_from(&shape[..])) {
        (Elements::U8(bytes), Ok(dimensions)) if accept(dimensions) => {
            Ok((bytes, dimensions, digest))
        }
        _ => Err(Problem::Kind {
            expected,
            element_type,
            shape,
        }
        .at(path)),
    }
}
