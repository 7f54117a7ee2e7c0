//! Changes of images that the reader of a set asks for: one channel, another size.

use image::{
    ImageBuffer, Luma,
    imageops::{self, FilterType},
};

use crate::{
    array,
    error::Problem,
    options::Options,
    set::{Pixels, Shape},
};

/// Weights of red, green and blue in gray (Rec. 709).
const GRAY: [f32; 3] = [0.2126, 0.7152, 0.0722];

/// Images of `shape` as `options` wants them.
///
/// # Errors
/// Gray of two or four channels, a size of zero, or more pixels than a set may have.
pub(crate) fn apply(
    shape: Shape,
    pixels: Pixels,
    options: &Options,
) -> Result<(Shape, Pixels), Problem> {
    let (mut shape, mut pixels) = (shape, pixels);
    if options.gray {
        match shape.channels {
            1 => {}
            3 => {
                pixels = gray(shape, pixels);
                shape.channels = 1;
            }
            found => return Err(Problem::Gray { found }),
        }
    }
    let Some((rows, columns)) = options.resize else {
        return Ok((shape, pixels));
    };
    if rows == 0 || columns == 0 {
        return Err(Problem::Resize { rows, columns });
    }
    if (shape.rows, shape.columns) != (rows, columns) {
        let planes = pixels.len() / (shape.rows * shape.columns);
        array::count(&[planes, rows, columns])?;
        // The filter counts in 32 bits.
        let sides = [shape.rows, shape.columns, rows, columns];
        if sides.iter().any(|&side| u32::try_from(side).is_err()) {
            let found = format!("{sides:?}");
            return Err(Problem::TooLarge { found });
        }
        pixels = resize(shape, pixels, rows, columns);
        shape = Shape {
            rows,
            columns,
            ..shape
        };
    }
    Ok((shape, pixels))
}

fn gray(shape: Shape, pixels: Pixels) -> Pixels {
    match pixels {
        Pixels::U8(values) => {
            let gray = weighted(&values, shape);
            Pixels::U8(gray.map(|value| value.round() as u8).collect())
        }
        Pixels::F32(values) => Pixels::F32(weighted(&values, shape).collect()),
    }
}

fn weighted<T: Copy + Into<f32>>(values: &[T], shape: Shape) -> impl Iterator<Item = f32> {
    let plane = shape.rows * shape.columns;
    values.chunks_exact(3 * plane).flat_map(move |image| {
        let (red, rest) = image.split_at(plane);
        let (green, blue) = rest.split_at(plane);
        let colors = red.iter().zip(green).zip(blue);
        colors.map(|((&red, &green), &blue)| {
            GRAY[0] * red.into() + GRAY[1] * green.into() + GRAY[2] * blue.into()
        })
    })
}

fn resize(shape: Shape, pixels: Pixels, rows: usize, columns: usize) -> Pixels {
    let plane = shape.rows * shape.columns;
    match pixels {
        Pixels::U8(values) => {
            let planes = values.chunks_exact(plane);
            Pixels::U8(
                planes
                    .flat_map(|plane| resize_plane(shape, plane, rows, columns))
                    .collect(),
            )
        }
        Pixels::F32(values) => {
            let planes = values.chunks_exact(plane);
            Pixels::F32(
                planes
                    .flat_map(|plane| resize_floats(shape, plane, rows, columns))
                    .collect(),
            )
        }
    }
}

/// The filter clamps to 0-1. It is linear, so the values of each plane are moved there and back: the
/// result does not depend on which others are read with it.
fn resize_floats(shape: Shape, plane: &[f32], rows: usize, columns: usize) -> Vec<f32> {
    let low = plane.iter().copied().fold(f32::INFINITY, f32::min);
    let high = plane.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let range = f64::from(high) - f64::from(low);
    let to_unit = |&value: &f32| match range > 0.0 {
        true => ((f64::from(value) - f64::from(low)) / range) as f32,
        false => 0.0,
    };
    let plane: Vec<f32> = plane.iter().map(to_unit).collect();
    let resized = resize_plane(shape, &plane, rows, columns).into_iter();
    resized
        .map(|value| (f64::from(value) * range + f64::from(low)) as f32)
        .collect()
}

/// One channel of one image, H x W, resized with a triangle filter.
fn resize_plane<T>(shape: Shape, plane: &[T], rows: usize, columns: usize) -> Vec<T>
where
    T: image::Primitive + 'static,
    Luma<T>: image::Pixel<Subpixel = T>,
{
    let buffer: ImageBuffer<Luma<T>, &[T]> =
        ImageBuffer::from_raw(shape.columns as u32, shape.rows as u32, plane)
            .expect("a plane has its rows and columns");
    imageops::resize(&buffer, columns as u32, rows as u32, FilterType::Triangle).into_raw()
}
