//! How values become the levels of a picture.

use crate::run::Image;

/// An image to show: 0 is black, 255 is white.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    /// Pixels from top to bottom.
    pub rows: usize,
    /// Pixels from left to right.
    pub columns: usize,
    /// 1 for gray, 3 for red, green and blue.
    pub channels: usize,
    /// Row by row, the channels of a pixel together.
    pub levels: Vec<u8>,
}

impl Picture {
    /// The image as it is, clipped to the range from 0 to `max_pixel`.
    pub fn clipped(image: &Image, max_pixel: f64) -> Picture {
        levels(image, 0.0, max_pixel as f32)
    }

    /// Black is 0, white the image's own maximum; an image without a positive value is black.
    pub fn up_to_maximum(image: &Image) -> Picture {
        let (_, max) = range([image]);
        levels(image, 0.0, if max > 0.0 { max } else { 1.0 })
    }

    /// Black is the image's minimum, white its maximum.
    pub fn normalized(image: &Image) -> Picture {
        let (min, max) = range([image]);
        levels(image, min, max)
    }

    /// Black is the minimum of all the images together, white their maximum.
    pub fn normalized_together(images: &[Image]) -> Vec<Picture> {
        let (min, max) = range(images);
        images.iter().map(|image| levels(image, min, max)).collect()
    }

    /// Pictures of one size side by side in a single one, `across` in a row; what is left of the last
    /// row is black.
    pub fn mosaic(pictures: &[Picture], across: usize) -> Option<Picture> {
        let first = pictures.first()?;
        let line = first.columns * first.channels;
        let mut levels = Vec::new();
        for row in pictures.chunks(across) {
            for y in 0..first.rows {
                for picture in row {
                    levels.extend_from_slice(&picture.levels[y * line..(y + 1) * line]);
                }
                levels.resize(levels.len() + (across - row.len()) * line, 0);
            }
        }
        Some(Picture {
            rows: first.rows * pictures.len().div_ceil(across),
            columns: first.columns * across,
            channels: first.channels,
            levels,
        })
    }
}

/// The image with `black` and below at level 0, `white` and above at level 255. Of a number of
/// channels that is no color, the first is shown.
fn levels(image: &Image, black: f32, white: f32) -> Picture {
    let span = if white > black { white - black } else { 1.0 };
    let level = |value: f32| (((value - black) / span).clamp(0.0, 1.0) * 255.0).round() as u8;
    let channels = if image.channels == 3 { 3 } else { 1 };
    let pixels = image.rows * image.columns;
    let values = (0..pixels).flat_map(|pixel| {
        (0..channels).map(move |channel| level(image.values[channel * pixels + pixel]))
    });
    Picture {
        rows: image.rows,
        columns: image.columns,
        channels,
        levels: values.collect(),
    }
}

/// Minimum and maximum of the finite values.
fn range<'a>(images: impl IntoIterator<Item = &'a Image>) -> (f32, f32) {
    images
        .into_iter()
        .flat_map(|image| &image.values)
        .filter(|value| value.is_finite())
        .fold((f32::INFINITY, f32::NEG_INFINITY), |(min, max), &value| {
            (min.min(value), max.max(value))
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(values: &[f32]) -> Image {
        Image {
            channels: 1,
            rows: 1,
            columns: values.len(),
            values: values.to_vec(),
        }
    }

    #[test]
    fn clips_at_black_and_white() {
        let shown = Picture::clipped(&row(&[-3.0, 0.0, 0.5, 7.0]), 1.0);
        assert_eq!(shown.levels, [0, 0, 128, 255]);
    }

    #[test]
    fn normalizes_over_all_images_together() {
        let shown = Picture::normalized_together(&[row(&[-1.0, 0.0]), row(&[1.0, 3.0])]);
        assert_eq!(shown[0].levels, [0, 64]);
        assert_eq!(shown[1].levels, [128, 255]);
    }

    #[test]
    fn values_that_are_equal_or_not_finite_are_drawn_as_well() {
        assert_eq!(Picture::up_to_maximum(&row(&[0.0, 0.0])).levels, [0, 0]);
        let constant = Picture::normalized_together(&[row(&[5.0, 5.0])]);
        assert_eq!(constant[0].levels, [0, 0]);
        let broken = row(&[f32::NAN, f32::INFINITY, 1.0]);
        assert_eq!(Picture::up_to_maximum(&broken).levels, [0, 255, 255]);
    }

    #[test]
    fn the_channels_of_a_pixel_are_together() {
        let color = Image {
            channels: 3,
            rows: 1,
            columns: 2,
            values: vec![0.0, 1.0, 0.2, 0.4, 0.6, 0.8],
        };
        let shown = Picture::clipped(&color, 1.0);
        assert_eq!(shown.levels, [0, 51, 153, 255, 102, 204]);
    }

    #[test]
    fn a_mosaic_fills_its_last_row_with_black() {
        let pictures = [1.0, 0.0, 1.0].map(|value| Picture::clipped(&row(&[value, 0.2]), 1.0));
        let mosaic = Picture::mosaic(&pictures, 2).unwrap();
        assert_eq!((mosaic.rows, mosaic.columns), (2, 4));
        assert_eq!(mosaic.levels, [255, 51, 0, 51, 255, 51, 0, 0]);
        assert_eq!(Picture::mosaic(&[], 2), None);
    }
}
