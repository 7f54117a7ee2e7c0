//! How the numbers of an array are images.

use crate::{
    array::{Array, Values},
    error::Problem,
    set::{Pixels, Shape},
};

/// The images of an array, channels first, and notes on how it was understood.
pub(crate) fn images(array: Array) -> Result<(Shape, Pixels, Vec<String>), Problem> {
    let (layout, mut notes) = Layout::of(&array.shape)?;
    notes.extend(note(&array.values));
    let mut extent = Extent::default();
    extent.add(&array.values);
    let pixels = layout.pixels(array.values, extent.is_bytes(), 0)?;
    Ok((layout.shape, pixels, notes))
}

/// A note on numbers that are true or false.
pub(crate) fn note(values: &Values) -> Option<String> {
    let is_bool = matches!(values, Values::Bool(_));
    is_bool.then(|| "The pixels are true or false: true became 255, false 0.".into())
}

/// The minimum and the maximum of the integers of an array, of which some are given at a time.
#[derive(Default)]
pub(crate) struct Extent {
    of_integers: Option<[i64; 2]>,
    has_floats: bool,
}

impl Extent {
    /// Adds some numbers of the array; whether no others can change [`Extent::is_bytes`].
    pub(crate) fn add(&mut self, values: &Values) -> bool {
        match values {
            Values::Bool(_) | Values::U8(_) => true,
            Values::Float(_) => {
                self.has_floats = true;
                true
            }
            Values::Integer(values) => {
                let before = self.of_integers.into_iter().flatten();
                let all = || before.clone().chain(values.iter().copied());
                self.of_integers = all().min().zip(all().max()).map(|(a, b)| [a, b]);
                false
            }
        }
    }

    /// Whether the numbers are bytes: integers of another type are if they use more than half of the
    /// range of bytes.
    pub(crate) fn is_bytes(&self) -> bool {
        let of_bytes = |[low, high]: [i64; 2]| low >= 0 && (128..=255).contains(&high);
        !self.has_floats && self.of_integers.is_none_or(of_bytes)
    }
}

/// How the numbers of an array are images.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Layout {
    pub(crate) shape: Shape,
    channels_last: bool,
}

impl Layout {
    /// That of an array of this shape, with notes on how it was understood.
    pub(crate) fn of(shape: &[usize]) -> Result<(Layout, Vec<String>), Problem> {
        let mut notes = Vec::new();
        let (shape, channels_last) = image_shape(shape, &mut notes)?;
        let layout = Layout {
            shape,
            channels_last,
        };
        Ok((layout, notes))
    }

    /// The pixels of some images, of which the first is image `first` of the array. `is_bytes` is that
    /// of the whole array.
    pub(crate) fn pixels(
        &self,
        values: Values,
        is_bytes: bool,
        first: usize,
    ) -> Result<Pixels, Problem> {
        let shape = self.shape;
        let pixels = match values {
            Values::U8(values) => Pixels::U8(values),
            Values::Bool(values) => {
                let white = values.into_iter().map(|value| u8::from(value) * 255);
                Pixels::U8(white.collect())
            }
            Values::Integer(values) if is_bytes => {
                Pixels::U8(values.into_iter().map(|value| value as u8).collect())
            }
            Values::Integer(values) => {
                Pixels::F32(values.into_iter().map(|value| value as f32).collect())
            }
            Values::Float(values) => {
                if let Some(index) = values.iter().position(|value| !value.is_finite()) {
                    return Err(Problem::NotFinite {
                        image: first + index / shape.size(),
                        index: index % shape.size(),
                        found: values[index],
                    });
                }
                Pixels::F32(values)
            }
        };
        Ok(match pixels {
            pixels if !self.channels_last => pixels,
            Pixels::U8(values) => Pixels::U8(channels_first(&values, shape)),
            Pixels::F32(values) => Pixels::F32(channels_first(&values, shape)),
        })
    }
}

/// The shape of the images of an array, and whether its channels come last.
fn image_shape(of_array: &[usize], notes: &mut Vec<String>) -> Result<(Shape, bool), Problem> {
    let refuse = || Problem::ImageShape {
        found: of_array.to_vec(),
    };
    if of_array.contains(&0) {
        return Err(refuse());
    }
    let (channels, rows, columns, channels_last) = match *of_array {
        [_, rows, columns] => (1, rows, columns, false),
        // Channels are few, and RGB or gray before 2 or 4.
        [_, a, b, c] => match [a, c].map(|size| matches!(size, 1 | 3)) {
            [true, false] => (a, b, c, false),
            [false, true] => (c, a, b, true),
            _ if a <= 4 => (a, b, c, false),
            _ if c <= 4 => (c, a, b, true),
            _ => return Err(refuse()),
        },
        [_, pixels] => {
            let (channels, side) = square(pixels, 1)
                .or_else(|| square(pixels, 3))
                .ok_or_else(refuse)?;
            let shape = if channels == 1 {
                format!("{side} x {side}")
            } else {
                format!("3 x {side} x {side}, red first, then green, then blue")
            };
            notes.push(format!(
                "Each image is a row of {pixels} numbers, taken as {shape}."
            ));
            (channels, side, side, false)
        }
        _ => return Err(refuse()),
    };
    let shape = Shape {
        channels,
        rows,
        columns,
    };
    Ok((shape, channels_last))
}

/// The channels and the side, if `pixels` are so many square planes.
fn square(pixels: usize, channels: usize) -> Option<(usize, usize)> {
    let side = (pixels / channels).isqrt();
    (side > 0 && channels * side * side == pixels).then_some((channels, side))
}

/// From N x H x W x C to N x C x H x W.
fn channels_first<T: Copy>(values: &[T], shape: Shape) -> Vec<T> {
    let mut moved = Vec::with_capacity(values.len());
    for image in values.chunks_exact(shape.size()) {
        for channel in 0..shape.channels {
            moved.extend(image.iter().skip(channel).step_by(shape.channels));
        }
    }
    moved
}
