//! Arrays of numbers as images or filters.

use std::path::Path;

use mnist_io::{Elements, IdxArray};

use crate::{error::Error, format::join};

/// One image or filter.
#[derive(Clone, Debug, PartialEq)]
pub struct Image {
    /// 1, or 3 for red, green and blue.
    pub channels: usize,
    /// Pixels from top to bottom.
    pub rows: usize,
    /// Pixels from left to right.
    pub columns: usize,
    /// Channel by channel, each row by row, on the scale of the array that it was read from: 0-255 or 0-1 for images, any
    /// for filters.
    pub values: Vec<f32>,
}

impl Image {
    /// Splits an array into images along its last two dimensions. `expected` is the shape that the
    /// array must have, with `None` for any size; `path` is the file that it was read from.
    ///
    /// # Errors
    /// [`Error::Content`] for another shape or an element type other than u8 and f32.
    pub fn split(
        array: &IdxArray,
        expected: &[Option<usize>],
        path: &Path,
    ) -> Result<Vec<Image>, Error> {
        let shape = array.shape();
        let mut sizes = shape.iter().zip(expected);
        let fits = shape.len() == expected.len()
            && sizes.all(|(found, expected)| expected.is_none_or(|size| size == *found));
        let wrong = |expected: String, found: String| Error::Content {
            path: path.to_owned(),
            expected,
            found,
        };
        let [.., rows, columns] = *shape else {
            return Err(wrong("images".into(), "one dimension".into()));
        };
        if !fits || rows == 0 || columns == 0 {
            let found: Vec<_> = shape.iter().map(|&size| Some(size)).collect();
            return Err(wrong(
                format!("the shape {}", shape_text(expected)),
                shape_text(&found),
            ));
        }
        let values: Vec<f32> = match array.elements() {
            Elements::F32(values) => values.clone(),
            Elements::U8(values) => values.iter().map(|&value| value.into()).collect(),
            other => {
                return Err(wrong(
                    "elements u8 or f32".into(),
                    other.element_type().to_string(),
                ));
            }
        };
        Ok(split_values(&values, rows, columns))
    }

    /// Splits an array `[N, rows, columns]`, or `[N, channels, rows, columns]` of several channels,
    /// into its images of the shape [channels, rows, columns].
    ///
    /// # Errors
    /// See [`Image::split`].
    pub fn split_colors(
        array: &IdxArray,
        [channels, rows, columns]: [usize; 3],
        path: &Path,
    ) -> Result<Vec<Image>, Error> {
        let size = [Some(rows), Some(columns)];
        if channels == 1 {
            return Image::split(array, &[&[None], &size[..]].concat(), path);
        }
        let planes = Image::split(array, &[&[None, Some(channels)], &size[..]].concat(), path)?;
        let image = |planes: &[Image]| Image {
            channels,
            rows,
            columns,
            values: planes
                .iter()
                .flat_map(|plane| &plane.values)
                .copied()
                .collect(),
        };
        Ok(planes.chunks_exact(channels).map(image).collect())
    }

    /// Makes a square image of each row of an array `[count, side * side]`.
    ///
    /// # Errors
    /// [`Error::Content`] for another number of rows, or a length that is not a square.
    pub fn split_into_squares(
        array: &IdxArray,
        count: usize,
        path: &Path,
    ) -> Result<Vec<Image>, Error> {
        let mut squares = Vec::new();
        for rows in Image::split(array, &[Some(count), None], path)? {
            let side = rows.columns.isqrt();
            if side * side != rows.columns {
                return Err(Error::Content {
                    path: path.to_owned(),
                    expected: "as many units as fill a square".into(),
                    found: rows.columns.to_string(),
                });
            }
            squares.extend(split_values(&rows.values, side, side));
        }
        Ok(squares)
    }

    pub fn positive_values(&self) -> usize {
        self.values.iter().filter(|&&value| value > 0.0).count()
    }

    /// The squared error of a reconstruction at 0-1 scale, summed over the pixels. `max_pixel` is
    /// the white of this image; that of the reconstruction is 1.
    pub fn squared_error(&self, reconstruction: &Image, max_pixel: f32) -> f64 {
        image_metrics::squared_error(&self.scaled(max_pixel), &reconstruction.values)
    }

    /// The structural similarity of this image, whose white is `max_pixel`, and another of the same
    /// size at 0-1 scale.
    pub fn similarity(&self, other: &Image, max_pixel: f32) -> f64 {
        image_metrics::ssim(&self.scaled(max_pixel), &other.values, self.columns)
    }

    /// The values at 0-1 scale.
    fn scaled(&self, max_pixel: f32) -> Vec<f32> {
        self.values.iter().map(|x| x / max_pixel).collect()
    }
}

fn split_values(values: &[f32], rows: usize, columns: usize) -> Vec<Image> {
    values
        .chunks_exact(rows * columns)
        .map(|values| Image {
            channels: 1,
            rows,
            columns,
            values: values.to_vec(),
        })
        .collect()
}

fn shape_text(shape: &[Option<usize>]) -> String {
    let size = |size: &Option<usize>| size.map_or("any".into(), |size| size.to_string());
    join(shape.iter().map(size), " x ")
}
