//! Arrays of numbers as images of grey levels.

use std::path::Path;

use mnist_io::{Elements, IdxArray};

use crate::Error;

/// One image or filter.
#[derive(Clone, Debug, PartialEq)]
pub struct Image {
    rows: usize,
    columns: usize,
    values: Vec<f32>,
}

/// An image to be shown: 0 is black, 255 is white.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gray {
    /// Pixels from top to bottom.
    pub rows: usize,
    /// Pixels from left to right.
    pub columns: usize,
    /// Row by row.
    pub levels: Vec<u8>,
}

impl Image {
    /// Cuts an array into images along its last two dimensions. `expected` is the shape that the
    /// array must have, `None` where any size will do; `path` is where it was read.
    ///
    /// # Errors
    /// [`Error::Content`] if the shape or the element type is another.
    pub fn split(
        array: &IdxArray,
        expected: &[Option<usize>],
        path: &Path,
    ) -> Result<Vec<Image>, Error> {
        let shape = array.shape();
        let fits = shape.len() == expected.len()
            && shape
                .iter()
                .zip(expected)
                .all(|(&found, expected)| expected.is_none_or(|size| size == found));
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
                format!("the shape {}", in_words(expected)),
                in_words(&found),
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
        Ok(cut(&values, rows, columns))
    }

    /// Makes a square image of each of the `count` rows of an array of two dimensions.
    ///
    /// # Errors
    /// [`Error::Content`] if there are more or fewer rows, or their length is no square.
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
            squares.extend(cut(&rows.values, side, side));
        }
        Ok(squares)
    }

    /// The image as it is, clipped to the range from 0 to `white`.
    pub fn clipped(&self, white: f64) -> Gray {
        self.levels(0.0, white as f32)
    }

    /// Black is 0, white the image's own maximum; an image without a positive value is black.
    pub fn up_to_own_maximum(&self) -> Gray {
        let (_, most) = range([self]);
        self.levels(0.0, if most > 0.0 { most } else { 1.0 })
    }

    /// Black is the image's smallest value, white its largest.
    pub fn normalised(&self) -> Gray {
        let (least, most) = range([self]);
        self.levels(least, most)
    }

    /// Black is the smallest value of all the images together, white the largest.
    pub fn normalised_together(images: &[Image]) -> Vec<Gray> {
        let (least, most) = range(images);
        images
            .iter()
            .map(|image| image.levels(least, most))
            .collect()
    }

    /// How many values are above zero.
    pub fn positive_values(&self) -> usize {
        self.values.iter().filter(|&&value| value > 0.0).count()
    }

    /// The sum over the pixels of (x / `white` - other)^2: `white` is the white of this image, 1
    /// that of the other.
    pub fn squared_error(&self, other: &Image, white: f64) -> f64 {
        self.values
            .iter()
            .zip(&other.values)
            .map(|(&x, &y)| (f64::from(x) / white - f64::from(y)).powi(2))
            .sum()
    }

    /// The structural similarity of two images of 28 x 28 pixels: `white` is the white of this
    /// image, 1 that of the other.
    pub fn similarity(&self, other: &Image, white: f64) -> f64 {
        let scaled: Vec<f32> = self.values.iter().map(|x| x / white as f32).collect();
        image_metrics::ssim(&scaled, &other.values, self.columns)
    }

    fn levels(&self, black: f32, white: f32) -> Gray {
        let span = if white > black { white - black } else { 1.0 };
        Gray {
            rows: self.rows,
            columns: self.columns,
            levels: self
                .values
                .iter()
                .map(|value| (((value - black) / span).clamp(0.0, 1.0) * 255.0).round() as u8)
                .collect(),
        }
    }
}

fn cut(values: &[f32], rows: usize, columns: usize) -> Vec<Image> {
    values
        .chunks_exact(rows * columns)
        .map(|values| Image {
            rows,
            columns,
            values: values.to_vec(),
        })
        .collect()
}

fn range<'a>(images: impl IntoIterator<Item = &'a Image>) -> (f32, f32) {
    images
        .into_iter()
        .flat_map(|image| &image.values)
        .filter(|value| value.is_finite())
        .fold(
            (f32::INFINITY, f32::NEG_INFINITY),
            |(least, most), &value| (least.min(value), most.max(value)),
        )
}

fn in_words(shape: &[Option<usize>]) -> String {
    let sizes: Vec<_> = shape
        .iter()
        .map(|size| size.map_or("any".into(), |size| size.to_string()))
        .collect();
    sizes.join(" x ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn images(shape: &[usize], values: &[f32]) -> Vec<Image> {
        let array = IdxArray::new(shape.to_vec(), Elements::F32(values.to_vec())).unwrap();
        Image::split(&array, &[None, None, None], Path::new("x.idx")).unwrap()
    }

    #[test]
    fn clips_at_black_and_white() {
        let shown = images(&[1, 1, 4], &[-3.0, 0.0, 0.5, 7.0])[0].clipped(1.0);
        assert_eq!(shown.levels, [0, 0, 128, 255]);
    }

    #[test]
    fn normalises_over_all_images_together() {
        let shown = Image::normalised_together(&images(&[2, 1, 2], &[-1.0, 0.0, 1.0, 3.0]));
        assert_eq!(shown[0].levels, [0, 64]);
        assert_eq!(shown[1].levels, [128, 255]);
    }

    #[test]
    fn values_that_are_all_alike_or_not_finite_are_drawn_all_the_same() {
        assert_eq!(
            images(&[1, 1, 2], &[0.0, 0.0])[0]
                .up_to_own_maximum()
                .levels,
            [0, 0]
        );
        let constant = images(&[1, 1, 2], &[5.0, 5.0]);
        assert_eq!(Image::normalised_together(&constant)[0].levels, [0, 0]);
        let broken = images(&[1, 1, 3], &[f32::NAN, f32::INFINITY, 1.0]);
        assert_eq!(broken[0].up_to_own_maximum().levels, [0, 255, 255]);
    }

    #[test]
    fn an_array_of_another_shape_or_type_names_its_file() {
        let array = IdxArray::new(vec![2, 3], Elements::F32(vec![0.0; 6])).unwrap();
        let error = Image::split(&array, &[Some(10), Some(28), None], Path::new("x.idx"))
            .unwrap_err()
            .to_string();
        assert_eq!(
            error,
            "x.idx: expected the shape 10 x 28 x any, found 2 x 3"
        );
        let array = IdxArray::new(vec![1, 1], Elements::I32(vec![0])).unwrap();
        let error = Image::split(&array, &[None, None], Path::new("x.idx")).unwrap_err();
        assert_eq!(
            error.to_string(),
            "x.idx: expected elements u8 or f32, found i32"
        );
    }
}
