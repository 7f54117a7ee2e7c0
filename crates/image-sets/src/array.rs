//! Arrays of numbers as files hold them.

use std::ops::Range;

use mnist_io::{Elements, IdxArray};

use crate::{error::Problem, set::MAX_PIXELS};

/// Numbers in row-major order. Other types are converted to these.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Values {
    Bool(Vec<bool>),
    U8(Vec<u8>),
    Integer(Vec<i64>),
    Float(Vec<f32>),
}

impl Values {
    /// The number of values.
    pub(crate) fn len(&self) -> usize {
        match self {
            Values::Bool(values) => values.len(),
            Values::U8(values) => values.len(),
            Values::Integer(values) => values.len(),
            Values::Float(values) => values.len(),
        }
    }

    /// A copy of some of them.
    pub(crate) fn part(&self, range: Range<usize>) -> Values {
        match self {
            Values::Bool(values) => Values::Bool(values[range].to_vec()),
            Values::U8(values) => Values::U8(values[range].to_vec()),
            Values::Integer(values) => Values::Integer(values[range].to_vec()),
            Values::Float(values) => Values::Float(values[range].to_vec()),
        }
    }
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
        let values = array.into_elements().into();
        Array { shape, values }
    }
}

impl From<Elements> for Values {
    fn from(elements: Elements) -> Self {
        match elements {
            Elements::U8(values) => Values::U8(values),
            Elements::I8(values) => integers(values),
            Elements::I16(values) => integers(values),
            Elements::I32(values) => integers(values),
            Elements::F32(values) => Values::Float(values),
            Elements::F64(values) => {
                Values::Float(values.into_iter().map(|value| value as f32).collect())
            }
        }
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
    product
        .map(|product| product as usize)
        .ok_or_else(|| too_large(shape))
}

/// The size in bytes of numbers of `element` bytes each, if 64 bits can count them.
pub(crate) fn bytes(shape: &[usize], element: usize) -> Result<u64, Problem> {
    if shape.contains(&0) {
        return Ok(0);
    }
    let product = shape.iter().try_fold(element as u64, |product, &size| {
        product.checked_mul(size as u64)
    });
    product.ok_or_else(|| too_large(shape))
}

fn too_large(shape: &[usize]) -> Problem {
    let sizes: Vec<String> = shape.iter().map(usize::to_string).collect();
    Problem::TooLarge {
        found: sizes.join(" x "),
    }
}
