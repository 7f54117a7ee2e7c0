//! Arrays of numbers as files hold them, and what they mean: images or labels.

use mnist_io::{Elements, IdxArray};

use crate::{
    error::Problem,
    set::{MAX_FLOAT_LABEL, MAX_PIXELS, Pixels, Shape},
};

/// Numbers in row-major order. Other types are converted to these.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Values {
    Bool(Vec<bool>),
    U8(Vec<u8>),
    Integer(Vec<i64>),
    Float(Vec<f32>),
}

/// An array whose values fill its shape.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Array {
    pub(crate) shape: Vec<usize>,
    pub(crate) values: Values,
}

impl From<IdxArray> for Array {
    fn from(array: IdxArray) -> Self {
        let shape = array.shape().to_vec();
        let values = match array.into_elements() {
            Elements::U8(values) => Values::U8(values),
            Elements::I8(values) => integers(values),
            Elements::I16(values) => integers(values),
            Elements::I32(values) => integers(values),
            Elements::F32(values) => Values::Float(values),
            Elements::F64(values) => {
                Values::Float(values.into_iter().map(|value| value as f32).collect())
            }
        };
        Array { shape, values }
    }
}

fn integers<T: Into<i64>>(values: Vec<T>) -> Values {
    Values::Integer(values.into_iter().map(Into::into).collect())
}

/// The product of a shape, if it is at most [`MAX_PIXELS`].
pub(crate) fn count(shape: &[usize]) -> Result<usize, Problem> {
    // Zeros first: a shape of [0, 2^60, 2^60] holds nothing, and does not overflow.
    if shape.contains(&0) {
        return Ok(0);
    }
    let product = shape.iter().try_fold(1_u64, |product, &size| {
        let product = product.checked_mul(size as u64)?;
        (product <= MAX_PIXELS).then_some(product)
    });
    product.map(|product| product as usize).ok_or_else(|| {
        let sizes: Vec<String> = shape.iter().map(usize::to_string).collect();
        Problem::TooLarge {
            found: sizes.join(" x "),
        }
    })
}

/// The images of an array, channels first, and notes on how it was understood.
pub(crate) fn images(array: Array) -> Result<(Shape, Pixels, Vec<String>), Problem> {
    let mut notes = Vec::new();
    let (shape, channels_last) = image_shape(&array.shape, &mut notes)?;
    let pixels = match array.values {
        Values::U8(values) => Pixels::U8(values),
        Values::Bool(values) => {
            notes.push("The pixels are true or false: true became 255, false 0.".into());
            Pixels::U8(
                values
                    .into_iter()
                    .map(|value| u8::from(value) * 255)
                    .collect(),
            )
        }
        // Integers of another type are bytes if they use more than half of the range of bytes.
        Values::Integer(values) => {
            let bytes: Option<Vec<u8>> =
                values.iter().map(|&value| value.try_into().ok()).collect();
            match bytes.filter(|bytes| bytes.iter().any(|&byte| byte >= 128)) {
                Some(bytes) => Pixels::U8(bytes),
                None => Pixels::F32(values.into_iter().map(|value| value as f32).collect()),
            }
        }
        Values::Float(values) => {
            if let Some(index) = values.iter().position(|value| !value.is_finite()) {
                return Err(Problem::NotFinite {
                    image: index / shape.size(),
                    index: index % shape.size(),
                    found: values[index],
                });
            }
            Pixels::F32(values)
        }
    };
    let pixels = match pixels {
        pixels if !channels_last => pixels,
        Pixels::U8(values) => Pixels::U8(channels_first(&values, shape)),
        Pixels::F32(values) => Pixels::F32(channels_first(&values, shape)),
    };
    Ok((shape, pixels, notes))
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

/// The labels of an array: one for each of `expected` images, and a note on how it was understood.
///
/// Of several columns, as QMNIST has, the first is the class; rows of one 1 among zeros (one-hot) are
/// the index of the 1.
pub(crate) fn labels(array: Array, expected: usize) -> Result<(Vec<i64>, Option<String>), Problem> {
    let columns = match array.shape[..] {
        [_] => 1,
        [_, columns] if columns > 0 => columns,
        _ => return Err(Problem::LabelShape { found: array.shape }),
    };
    let found = array.shape[0];
    if found != expected {
        return Err(Problem::LabelCount { expected, found });
    }
    let values: Vec<i64> = match array.values {
        Values::Bool(values) => values.into_iter().map(i64::from).collect(),
        Values::U8(values) => values.into_iter().map(i64::from).collect(),
        Values::Integer(values) => values,
        Values::Float(values) => {
            let is_bad = |value: &f32| value.fract() != 0.0 || value.abs() > MAX_FLOAT_LABEL;
            if let Some(index) = values.iter().position(is_bad) {
                let found = values[index].into();
                return Err(Problem::Label { index, found });
            }
            values.into_iter().map(|value| value as i64).collect()
        }
    };
    if columns == 1 {
        return Ok((values, None));
    }
    let one_hot = |row: &[i64]| {
        let ones = row.iter().filter(|&&value| value == 1).count();
        let zeros = row.iter().filter(|&&value| value == 0).count();
        ones == 1 && ones + zeros == columns
    };
    let rows = values.chunks_exact(columns);
    if rows.clone().all(one_hot) {
        let index = |row: &[i64]| row.iter().position(|&value| value == 1).unwrap_or(0) as i64;
        let note = format!(
            "The labels are rows with one 1 among {columns} numbers: its index is the class."
        );
        return Ok((rows.map(index).collect(), Some(note)));
    }
    let note = format!("The labels have {columns} columns: the first is taken as the class.");
    Ok((rows.map(|row| row[0]).collect(), Some(note)))
}
