//! How values become gray levels.

use crate::run::Image;

/// An image to show: 0 is black, 255 is white.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gray {
    /// Pixels from top to bottom.
    pub rows: usize,
    /// Pixels from left to right.
    pub columns: usize,
    /// Row by row.
    pub levels: Vec<u8>,
}

impl Gray {
    /// The image as it is, clipped to the range from 0 to `max_pixel`.
    pub fn clipped(image: &Image, max_pixel: f64) -> Gray {
        levels(image, 0.0, max_pixel as f32)
    }

    /// Black is 0, white the image's own maximum; an image without a positive value is black.
    pub fn up_to_maximum(image: &Image) -> Gray {
        let (_, max) = range([image]);
        levels(image, 0.0, if max > 0.0 { max } else { 1.0 })
    }

    /// Black is the image's minimum, white its maximum.
    pub fn normalized(image: &Image) -> Gray {
        let (min, max) = range([image]);
        levels(image, min, max)
    }

    /// Black is the minimum of all the images together, white their maximum.
    pub fn normalized_together(images: &[Image]) -> Vec<Gray> {
        let (min, max) = range(images);
        images.iter().map(|image| levels(image, min, max)).collect()
    }
}

fn levels(image: &Image, black: f32, white: f32) -> Gray {
    let span = if white > black { white - black } else { 1.0 };
    let level = |value: &f32| (((value - black) / span).clamp(0.0, 1.0) * 255.0).round() as u8;
    Gray {
        rows: image.rows,
        columns: image.columns,
        levels: image.values.iter().map(level).collect(),
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
            rows: 1,
            columns: values.len(),
            values: values.to_vec(),
        }
    }

    #[test]
    fn clips_at_black_and_white() {
        let shown = Gray::clipped(&row(&[-3.0, 0.0, 0.5, 7.0]), 1.0);
        assert_eq!(shown.levels, [0, 0, 128, 255]);
    }

    #[test]
    fn normalizes_over_all_images_together() {
        let shown = Gray::normalized_together(&[row(&[-1.0, 0.0]), row(&[1.0, 3.0])]);
        assert_eq!(shown[0].levels, [0, 64]);
        assert_eq!(shown[1].levels, [128, 255]);
    }

    #[test]
    fn values_that_are_equal_or_not_finite_are_drawn_as_well() {
        assert_eq!(Gray::up_to_maximum(&row(&[0.0, 0.0])).levels, [0, 0]);
        let constant = Gray::normalized_together(&[row(&[5.0, 5.0])]);
        assert_eq!(constant[0].levels, [0, 0]);
        let broken = row(&[f32::NAN, f32::INFINITY, 1.0]);
        assert_eq!(Gray::up_to_maximum(&broken).levels, [0, 255, 255]);
    }
}
