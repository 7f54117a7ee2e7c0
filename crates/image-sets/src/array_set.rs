//! A set whose images are one array, and its labels another.

use std::collections::BTreeMap;

use crate::{
    array_file::ArrayFile,
    error::Error,
    labels, layout,
    set::{ImageSet, Pixels, Shape},
};

/// Images and their labels, not read yet.
#[derive(Clone, Debug)]
pub(crate) struct ArraySet {
    pub(crate) images: ArrayFile,
    pub(crate) labels: Option<ArrayFile>,
    /// Whether rows and columns are exchanged.
    pub(crate) is_transposed: bool,
    /// What is known without reading.
    pub(crate) notes: Vec<String>,
}

/// What a file or a folder holds.
#[derive(Clone, Debug)]
pub(crate) struct ArraySource {
    pub(crate) training: ArraySet,
    pub(crate) test: Option<ArraySet>,
}

impl ArraySet {
    /// Reads the whole set.
    pub(crate) fn read(&self) -> Result<ImageSet, Error> {
        let (array, sha256) = self.images.read()?;
        let mut files = BTreeMap::from([(self.images.name.clone(), sha256)]);
        let wrong = |problem| self.images.error(problem);
        let (shape, pixels, mut notes) = layout::images(array).map_err(wrong)?;
        let (shape, pixels) = self.upright(shape, pixels);
        notes.extend(self.note());
        let labels = self.read_labels(pixels.len() / shape.size())?;
        let labels = labels.map(|read| {
            files.insert(read.file, read.sha256);
            notes.extend(read.note);
            read.labels
        });
        notes.extend(self.notes.clone());
        Ok(ImageSet {
            shape,
            pixels,
            labels,
            class_names: Vec::new(),
            files,
            notes,
        })
    }

    /// A note on images whose rows and columns are exchanged.
    pub(crate) fn note(&self) -> Option<String> {
        self.is_transposed.then(|| {
            "EMNIST's files have rows and columns exchanged: the images were turned upright.".into()
        })
    }

    /// Images as they are meant, where rows and columns are exchanged.
    pub(crate) fn upright(&self, shape: Shape, pixels: Pixels) -> (Shape, Pixels) {
        if !self.is_transposed {
            return (shape, pixels);
        }
        let plane = (shape.rows, shape.columns);
        let pixels = match pixels {
            Pixels::U8(values) => Pixels::U8(transposed(&values, plane)),
            Pixels::F32(values) => Pixels::F32(transposed(&values, plane)),
        };
        let (rows, columns) = (shape.columns, shape.rows);
        let upright = Shape {
            rows,
            columns,
            ..shape
        };
        (upright, pixels)
    }

    /// Reads the labels of `count` images, if there are any.
    pub(crate) fn read_labels(&self, count: usize) -> Result<Option<Labels>, Error> {
        let Some(file) = &self.labels else {
            return Ok(None);
        };
        let (array, sha256) = file.read()?;
        let (labels, note) = labels::of(array, count).map_err(|problem| file.error(problem))?;
        Ok(Some(Labels {
            labels,
            note,
            file: file.name.clone(),
            sha256,
        }))
    }
}

/// The labels of a set.
pub(crate) struct Labels {
    pub(crate) labels: Vec<i64>,
    pub(crate) note: Option<String>,
    file: String,
    sha256: String,
}

/// Each plane with rows and columns exchanged. `plane` is its rows and columns before.
fn transposed<T: Copy>(values: &[T], (rows, columns): (usize, usize)) -> Vec<T> {
    let mut turned = Vec::with_capacity(values.len());
    for plane in values.chunks_exact(rows * columns) {
        for column in 0..columns {
            turned.extend(plane.iter().skip(column).step_by(columns));
        }
    }
    turned
}
